//! What closing an epoch of a million devices costs: `cargo xtask bench economy`.
//!
//! Beside every time stands its ratio to bare SHA-256 over the same bytes that the Merkle tree hashes, in the same
//! run, so that figures of different machines can be compared. Times are the processor's where the system tells them,
//! so that other work on the machine does not count.
#![expect(clippy::print_stdout, reason = "a benchmark speaks")]

use std::time::{Duration, Instant};

use hearth_economy::{
    epoch::{
        Books, DeviceRow, EpochId, EpochInput, FeeVault, LeaseRow, Pay, WalletIndex, WalletRow, close,
        root_of, settle,
    },
    merkle::{Leaf, Tree},
    params::{DeviceClass, NetworkParams, Policy},
    quantity::{IoPrice, UsdPerHour, Usdc},
    report::{encode, verify},
    score::Score,
    sim::{run, shipped},
};
use hearth_types::{
    id::{DeviceId, WalletAddress},
    money::Io,
    network::NetworkKind,
};
use sha2::{Digest as _, Sha256};

/// Devices, each with a wallet of its own: the most leaves there can be for them.
const DEVICES: u32 = 1_000_000;
/// Proofs that are timed together.
const PROOFS: u32 = 10_000;
/// Runs of each measurement; the fastest counts.
const RUNS: usize = 3;

fn main() {
    let input = network();
    let closed = fastest(|| close(&input));
    let Ok(epoch) = closed.1 else {
        println!("the epoch does not close");
        return;
    };
    let memory = peak_memory();
    let settled = fastest(|| settle(&input)).0;
    let rooted = fastest(|| root_of(&input, &epoch.outcome.rewards)).0;
    let bare = fastest(bare_hashes).0;
    let show = |name: &str, time: Duration, budget: &str| {
        let ratio = time.as_secs_f64() / bare.as_secs_f64();
        println!(
            "{name:44} {:>10.4} ms  {ratio:>8.4} × bare SHA-256  {budget}",
            time.as_secs_f64() * 1e3
        );
    };
    show("bare SHA-256 of the same bytes", bare, "");
    show("close, Merkle root included", closed.0, "goal < 1000 ms");
    show("  settlement alone", settled, "");
    show("  Merkle root alone", rooted, "");

    let leaves = input
        .wallets
        .iter()
        .zip(&epoch.outcome.rewards)
        .map(|(row, reward)| Leaf {
            network: input.network.tag(),
            wallet: row.wallet,
            cumulative: reward.cumulative,
        });
    let hashes: Vec<_> = leaves.map(|leaf| leaf.hash()).collect();
    let Ok(tree) = Tree::new(hashes) else { return };
    // Too quick to be timed alone.
    let proofs = || {
        (0..PROOFS)
            .filter_map(|i| tree.proof(i * (DEVICES / PROOFS)))
            .count()
    };
    show(
        "claim proof out of the tree",
        fastest(proofs).0 / PROOFS,
        "goal < 1 ms",
    );
    drop(tree);
    let (encoded, report) = fastest(|| encode(&input, &epoch));
    show("report written", encoded, "");
    drop((input, epoch));
    let (verified, verdict) = fastest(|| verify(&report).is_ok());
    show("report verified by a client", verified, "goal < 2000 ms");
    let decade = shipped("steady").map(|mut scenario| {
        scenario.days = 3_650;
        let cohorts = scenario.cohorts.clone();
        scenario.cohorts = cohorts.into_iter().cycle().take(32).collect();
        fastest(|| run(&scenario, Policy::DEFAULT)).0
    });
    show(
        "ten simulated years, 32 cohorts, one policy",
        decade.unwrap_or_default(),
        "goal < 100 ms in a browser",
    );
    println!("report: {} bytes, verified: {verdict}", report.len());
    match (memory, peak_memory()) {
        (Some(close), Some(all)) => {
            println!(
                "peak memory: {close} MB with the input after closing (goal < 400 MB), {all} MB after verifying"
            );
        }
        (None, _) | (_, None) => println!("peak memory: not known on this system"),
    }
}

/// The fastest of a few runs, and the last result.
fn fastest<T>(mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut best = Duration::MAX;
    let mut timed = || {
        let (start, on_cpu) = (Instant::now(), processor_time());
        let result = std::hint::black_box(work());
        let spent = processor_time()
            .zip(on_cpu)
            .map(|(after, before)| after.saturating_sub(before));
        best = best.min(spent.unwrap_or_else(|| start.elapsed()));
        result
    };
    for _ in 1..RUNS {
        drop(timed());
    }
    let last = timed();
    (best, last)
}

/// How long this thread has had a processor, where the system tells it.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

/// As many hashes as the tree makes, over as many bytes.
fn bare_hashes() -> u8 {
    let (leaf, node) = ([7_u8; 57], [7_u8; 65]);
    let mut last = 0;
    for number in 0..DEVICES * 2 {
        let mut hasher = Sha256::new();
        hasher.update(number.to_le_bytes());
        if number < DEVICES {
            hasher.update(leaf.get(4..).unwrap_or_default());
        } else {
            hasher.update(node.get(4..).unwrap_or_default());
        }
        last ^= hasher.finalize().first().copied().unwrap_or(0);
    }
    last
}

/// The most memory this process has held, in 10⁶ bytes.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1_024 / 1_000_000)
}

/// A million devices of three classes; six in ten are leased.
fn network() -> EpochInput {
    let class = |name: &str, reference: u64| DeviceClass {
        name: name.into(),
        reference_rate: UsdPerHour(reference),
        ceiling: UsdPerHour(reference * 3 / 2),
        roi: UsdPerHour(reference / 5),
        operating_cost: UsdPerHour(reference / 10),
    };
    let id = |number: u32| {
        let mut id: [u8; 32] = Sha256::digest(number.to_le_bytes()).into();
        if let Some(head) = id.first_chunk_mut() {
            *head = number.to_be_bytes();
        }
        id
    };
    let numbers = || (0..DEVICES).map(u64::from).zip(0..DEVICES);
    EpochInput {
        network: NetworkKind::Practice,
        epoch: EpochId(17_000),
        price: IoPrice::from_micros(200_000),
        params: NetworkParams::default(),
        classes: vec![
            class("H100", 3_130_000),
            class("RTX 4090", 270_000),
            class("RTX 3060", 90_000),
        ],
        books: Books {
            reward_vault: Io(25_000_000_000_000_000),
            drawn: Io(5_000_000_000_000_000),
            fee: FeeVault {
                usdc: Usdc(1_000_000_000_000),
                ..FeeVault::default()
            },
            unmatured: Io(1_000_000_000_000_000),
            ..Books::default()
        },
        wallets: numbers()
            .map(|(wide, number)| WalletRow {
                wallet: WalletAddress(id(number)),
                cumulative: Io(wide * 1_000_003),
                matured: Io(wide * 977 % 1_000_000),
            })
            .collect(),
        devices: numbers()
            .map(|(wide, number)| DeviceRow {
                device: DeviceId(id(number)),
                owner: WalletIndex(number),
                co_share: None,
                class: [0, 1, 1, 2].get(number as usize % 4).copied().unwrap_or(0),
                score: Score(1_020_000),
                verified: 3_600 - wide % 7,
                eligible: 3_600 - wide % 7,
            })
            .collect(),
        leases: numbers()
            .filter(|(wide, _)| wide % 10 < 6)
            .map(|(wide, device)| LeaseRow {
                device,
                seconds: 600 + wide % 3_000,
                gross: Pay::Usdc(Usdc(200_000 + wide % 90_000)),
            })
            .collect(),
        late: Vec::new(),
        true_ups: Vec::new(),
        debt_rows: Vec::new(),
    }
}
