//! SIGKILL of anybody at any moment, the same moments for the same seed (`HEARTH_SEED`).
//!
//! A dozen in every run; two hundred by `cargo xtask test torture`.

use std::time::Duration;

use hearth_tests::client::Client;
use hearth_types::{
    ipc::{IpcError, Request, Stake},
    lease::LeaseStage,
    money::Io,
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::rig::{Rig, with_rig};

/// Staked beside each lease.
const SMALL_STAKE: Io = Io(100_000_000);
const FEW_LEASES: usize = 3;
const MANY_LEASES: usize = 40;
const FEW_DEATHS_A_LEASE: usize = 4;
const MANY_DEATHS_A_LEASE: usize = 5;
/// Between two deaths at most.
const LONGEST_LIFE_MILLIS: u64 = 2_500;
const SEED: u64 = 0x0048_6561_7274_6821;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dozen_deaths_at_random_moments() -> anyhow::Result<()> {
    storm(FEW_LEASES, FEW_DEATHS_A_LEASE).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a quarter of an hour and more: cargo xtask test torture"]
async fn torture_of_two_hundred_deaths() -> anyhow::Result<()> {
    storm(MANY_LEASES, MANY_DEATHS_A_LEASE).await
}

/// Leases one after the other, a stake beside each; in each, so many deaths. All must agree after each.
#[expect(clippy::print_stderr, reason = "what was survived is the result")]
async fn storm(leases: usize, deaths_a_lease: usize) -> anyhow::Result<()> {
    let seed = std::env::var("HEARTH_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(SEED);
    let mut dice = StdRng::seed_from_u64(seed);
    let mut tally = Tally::default();
    with_rig(async |rig| {
        rig.lend().await?;
        for _ in 0..leases {
            one_lease(rig, &mut dice, deaths_a_lease, &mut tally).await?;
        }
        Ok(())
    })
    .await
    .map_err(|error| error.context(format!("HEARTH_SEED={seed}, after {tally:?}")))?;
    eprintln!("HEARTH_SEED={seed}: {tally:?}; nothing lost, nothing doubled");
    Ok(())
}

/// Who died how often, and what happened meanwhile.
#[derive(Debug, Default)]
struct Tally {
    provider: u32,
    renter: u32,
    coordinator: u32,
    chain: u32,
    leases: usize,
    stakes: u32,
}

async fn one_lease(rig: &mut Rig, dice: &mut StdRng, deaths: usize, tally: &mut Tally) -> anyhow::Result<()> {
    rig.renter.unlock().await?;
    let quote = rig.quote().await?;
    let renter = rig.renter.connect().await?;
    let opening = tokio::spawn(ask(renter, Rig::order(&quote)));
    let stake = Stake {
        device: rig.device().await?,
        amount: SMALL_STAKE,
    };
    rig.provider.unlock().await?;
    let staking = tokio::spawn(ask(rig.provider.connect().await?, stake));
    for _ in 0..deaths {
        let life = Duration::from_millis(dice.random_range(0..LONGEST_LIFE_MILLIS));
        tokio::time::sleep(life).await;
        let victim = dice.random_range(0..4_u8);
        let died = match victim {
            0 => {
                rig.provider.kill_and_start().await?;
                &mut tally.provider
            }
            1 => {
                rig.renter.kill_and_start().await?;
                &mut tally.renter
            }
            2 => {
                rig.network.restart_coordinator(None).await?;
                &mut tally.coordinator
            }
            _ => {
                rig.network.restart_chain().await?;
                &mut tally.chain
            }
        };
        *died += 1;
    }
    // Whatever it answered: what counts is what both sides and the chain say in the end.
    let _answers = (opening.await?, staking.await?);
    let before = rig.staked;
    rig.count_stakes().await?;
    let more = rig.staked.checked_sub(before);
    let once = more.is_some_and(|more| [Io::ZERO, SMALL_STAKE].contains(&more));
    anyhow::ensure!(once, "staked {more:?} more, not once");
    tally.stakes += u32::from(more == Some(SMALL_STAKE));
    let ended = rig.check().await?;
    tally.leases = ended
        .iter()
        .filter(|lease| lease.stage == LeaseStage::Closed)
        .count();
    Ok(())
}

async fn ask<R: Request>(mut client: Client, request: R) -> Result<(), IpcError> {
    client.ask(request).await.map(|_| ())
}
