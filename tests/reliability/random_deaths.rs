//! SIGKILL of anybody at any moment, the same moments for the same seed (`HEARTH_SEED`).

use std::time::Duration;

use hearth_tests::client::Client;
use hearth_types::{
    ipc::{IpcError, Request, Stake},
    money::Io,
};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::rig::{Rig, with_rig};

/// Staked beside each lease.
const SMALL_STAKE: Io = Io(100_000_000);
const LEASES: usize = 3;
const DEATHS_A_LEASE: usize = 4;
/// Between two deaths at most.
const LONGEST_LIFE_MILLIS: u64 = 2_500;
const SEED: u64 = 0x0048_6561_7274_6821;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dozen_deaths_at_random_moments() -> anyhow::Result<()> {
    let seed = std::env::var("HEARTH_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(SEED);
    let mut dice = StdRng::seed_from_u64(seed);
    with_rig(async |rig| {
        rig.lend().await?;
        for _ in 0..LEASES {
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
            for _ in 0..DEATHS_A_LEASE {
                let life = Duration::from_millis(dice.random_range(0..LONGEST_LIFE_MILLIS));
                tokio::time::sleep(life).await;
                let victim = dice.random_range(0..4_u8);
                match victim {
                    0 => rig.provider.kill_and_start().await?,
                    1 => rig.renter.kill_and_start().await?,
                    2 => rig.network.restart_coordinator(None).await?,
                    _ => rig.network.restart_chain().await?,
                }
            }
            // Whatever it answered: what counts is what both sides and the chain say in the end.
            let _answers = (opening.await?, staking.await?);
            let before = rig.staked;
            rig.count_stakes().await?;
            let more = rig.staked.checked_sub(before);
            let once = more.is_some_and(|more| [Io::ZERO, SMALL_STAKE].contains(&more));
            anyhow::ensure!(once, "staked {more:?} more, not once");
            rig.check().await?;
        }
        Ok(())
    })
    .await
    .map_err(|error| error.context(format!("HEARTH_SEED={seed}")))
}

async fn ask<R: Request>(mut client: Client, request: R) -> Result<(), IpcError> {
    client.ask(request).await.map(|_| ())
}
