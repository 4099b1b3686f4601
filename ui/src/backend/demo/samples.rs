//! What the demo shows.

use std::{collections::BTreeMap, rc::Rc};

use hearth_types::{
    device::{AdapterRef, Benchmark, Device, DeviceKind, Measured, Source, Vendor},
    history::{EntryKind, EntryState, HistoryEntry},
    id::{Address, DeviceId, LeaseId, NodeId, TxSignature, WalletAddress},
    ipc::*,
    lease::{DeploymentView, LeaseStage, LeaseView, Side},
    market::{ListedOffer, Offer, OfferedDevice},
    money::{Currency, Io, IoPerSecond, Lamports},
    network::{Balances, NetworkInfo, NetworkKind},
    node::{NodeState, NodeStatus, Reason},
    readiness::{Check, CheckKind, CheckState},
    time::UnixMillis,
};

use crate::backend::Incoming;
use crate::state::now_millis;

pub(super) const WALLET: WalletAddress = WalletAddress([7; 32]);

pub(super) const WORDS: &str =
    "abandon ability able about above absent absorb abstract absurd abuse access accident";

pub(super) struct Demo {
    pub(super) wallet: bool,
    pub(super) io: u64,
    pub(super) staked: [u64; 2],
    pub(super) benchmarked: bool,
    pub(super) benchmarking: Option<TaskId>,
    pub(super) node: NodeState,
    pub(super) deployment: Option<DeploymentView>,
    pub(super) settings: Settings,
    pub(super) listener: Option<Rc<dyn Fn(Incoming)>>,
}

/// `?demo=new` starts without a wallet.
pub(super) fn fresh() -> bool {
    leptos::prelude::window()
        .location()
        .search()
        .is_ok_and(|s| s.contains("demo=new"))
}

pub(super) const fn io(amount: u64) -> Io {
    Io(amount * 100_000_000)
}

pub(super) fn ago(seconds: u64) -> UnixMillis {
    UnixMillis(now_millis().saturating_sub(seconds * 1000))
}

pub(super) fn tx(n: u8) -> TxSignature {
    TxSignature([n.wrapping_mul(37).wrapping_add(11); 64])
}

pub(super) fn measured(median: f64) -> Measured {
    Measured {
        median,
        min: median * 0.97,
        max: median * 1.02,
        runs: 5,
    }
}

pub(super) fn figures(gflops: f64, memory: f64) -> Benchmark {
    Benchmark {
        f32_gflops: measured(gflops),
        memory_gb_per_s: measured(memory),
        at: ago(7200),
    }
}

pub(super) fn check(kind: CheckKind, state: CheckState, found: &str, mend: Option<&str>) -> Check {
    Check {
        kind,
        state,
        found: found.into(),
        mend: mend.map(Into::into),
    }
}

impl Demo {
    pub(super) fn new() -> Self {
        let fresh = fresh();
        Self {
            wallet: !fresh,
            io: if fresh { 0 } else { 124_750_000_000 },
            staked: if fresh { [0, 0] } else { [io(400).0, 0] },
            benchmarked: !fresh,
            benchmarking: None,
            node: if fresh {
                NodeState::default()
            } else {
                NodeState {
                    status: NodeStatus::Idle,
                    reason: Reason::WaitingForRenter,
                    since: ago(840),
                }
            },
            deployment: None,
            settings: Settings {
                language: None,
                autostart: true,
                price: IoPerSecond(33_333),
                max_lease_seconds: 12 * 3600,
                lend_on_start: false,
                lock_after_minutes: 30,
                max_priority_fee: Lamports(100_000),
            },
            listener: None,
        }
    }

    pub(super) fn balances(&self) -> Balances {
        Balances {
            io: Io(self.io),
            sol: Lamports(if self.io > 0 { 1_998_765_000 } else { 0 }),
        }
    }

    pub(super) fn wallet(&self) -> Option<WalletView> {
        self.wallet.then(|| WalletView {
            address: WALLET,
            storage: KeyStorage::EncryptedFile,
            locked: false,
            balances: self.balances(),
        })
    }

    pub(super) fn status(&self) -> Status {
        Status {
            version: env!("CARGO_PKG_VERSION").into(),
            network: NetworkKind::Practice,
            network_info: Some(NetworkInfo {
                kind: NetworkKind::Practice,
                program: Address([1; 32]),
                io_mint: Address([2; 32]),
                min_stake_per_device: io(200),
                cooldown_seconds: 14 * 86_400,
                settle_window_seconds: 72 * 3600,
                margin_bps: 1000,
            }),
            chain_reachable: true,
            coordinator_reachable: true,
            node: self.node.clone(),
            wallet: self.wallet(),
            income_today: if self.wallet { Io(1_840_000_000) } else { Io(0) },
            open_leases: vec![],
            problems: vec![],
        }
    }

    pub(super) fn device(&self, n: usize) -> DeviceView {
        let software = n == 1;
        let name = if software {
            "llvmpipe (LLVM 15.0.6, 256 bits)"
        } else {
            "AMD Radeon RX 6900 XT"
        };
        let staked = self.staked.get(n).copied().unwrap_or(0);
        let required = if software { io(200) } else { io(400) };
        let stake = if staked >= required.0 {
            check(CheckKind::Stake, CheckState::Ok, "400 IO staked.", None)
        } else {
            check(
                CheckKind::Stake,
                CheckState::Blocked,
                "No stake yet.",
                Some("Stake below; it comes back when you leave."),
            )
        };
        DeviceView {
            id: DeviceId([if software { 21 } else { 20 }; 32]),
            device: Device {
                fingerprint: name.into(),
                name: name.into(),
                vendor: if software { Vendor::Software } else { Vendor::Amd },
                kind: if software {
                    DeviceKind::Software
                } else {
                    DeviceKind::Discrete
                },
                pci_id: (!software).then(|| "1002:73bf".into()),
                pci_slot: (!software).then(|| "0000:0c:00.0".into()),
                driver: Some(if software { "Mesa 22.3.6" } else { "amdgpu 6.8.0" }.into()),
                vram_total_bytes: Some(if software { 8 << 30 } else { 16 << 30 }),
                vram_used_bytes: (!software).then_some(1 << 30),
                busy_percent: (!software).then_some(3.0),
                temperature_c: if software {
                    BTreeMap::new()
                } else {
                    [("edge".to_owned(), 47.0), ("junction".to_owned(), 51.0)].into()
                },
                power_w: (!software).then_some(38.0),
                power_cap_w: (!software).then_some(272.0),
                fan_rpm: (!software).then_some(0),
                adapter: Some(AdapterRef {
                    backend: "vulkan".into(),
                    name: name.into(),
                    pci_slot: String::new(),
                    index: 0,
                }),
                sources: if software {
                    vec![Source::Wgpu]
                } else {
                    vec![Source::Sysfs, Source::Wgpu]
                },
                ..Device::default()
            },
            benchmark: (self.benchmarked && !software).then(|| figures(21_340.0, 471.0)),
            benchmarking: if software { None } else { self.benchmarking },
            stake: StakePosition {
                required,
                staked: Io(staked),
                cooling: if software { io(50) } else { Io(0) },
                unlock_at: software.then(|| UnixMillis(now_millis() + 9 * 86_400_000)),
                hired: false,
                co_staked: if software { io(0) } else { io(60) },
                slashes: u8::from(software),
            },
            readiness: vec![
                check(
                    CheckKind::Device,
                    CheckState::Ok,
                    "Vulkan, with 16-bit floats.",
                    None,
                ),
                check(
                    CheckKind::Isolation,
                    CheckState::Ok,
                    "bubblewrap 0.8 with user namespaces.",
                    None,
                ),
                check(CheckKind::MemoryLimit, CheckState::Ok, "cgroup v2.", None),
                check(CheckKind::ProcessLimit, CheckState::Ok, "cgroup v2.", None),
                check(
                    CheckKind::CpuLimit,
                    CheckState::Warning,
                    "The cpu controller is not delegated to this session.",
                    Some(
                        "Jobs may use a whole core. To limit them, delegate the controller to your user's systemd session.",
                    ),
                ),
                check(CheckKind::Wallet, CheckState::Ok, "Unlocked.", None),
                if self.benchmarked && !software {
                    check(
                        CheckKind::Benchmark,
                        CheckState::Ok,
                        "Measured two hours ago.",
                        None,
                    )
                } else {
                    check(
                        CheckKind::Benchmark,
                        CheckState::Blocked,
                        "Not measured.",
                        Some("Run the benchmark."),
                    )
                },
                stake,
                check(
                    CheckKind::Network,
                    CheckState::Ok,
                    "Chain and coordinator answer.",
                    None,
                ),
            ],
            lend: !software,
        }
    }

    pub(super) fn history(&self) -> Vec<HistoryEntry> {
        if self.io == 0 {
            return vec![];
        }
        let rows: [(EntryKind, Currency, i64, &str, u64); 9] = [
            (
                EntryKind::LeaseIncome,
                Currency::Io,
                1_840_000_000,
                "AMD Radeon RX 6900 XT",
                1900,
            ),
            (EntryKind::RentReturned, Currency::Sol, 2_039_280, "", 5400),
            (
                EntryKind::Refund,
                Currency::Io,
                3_420_000_000,
                "NVIDIA GeForce RTX 4090",
                5400,
            ),
            (
                EntryKind::LeasePayment,
                Currency::Io,
                -580_000_000,
                "NVIDIA GeForce RTX 4090",
                5400,
            ),
            (
                EntryKind::LeaseEscrow,
                Currency::Io,
                -4_000_000_000,
                "NVIDIA GeForce RTX 4090",
                5700,
            ),
            (EntryKind::NetworkFee, Currency::Sol, -10_000, "", 5700),
            (
                EntryKind::Stake,
                Currency::Io,
                -40_000_000_000,
                "AMD Radeon RX 6900 XT",
                9000,
            ),
            (EntryKind::NetworkFee, Currency::Sol, -5000, "", 9000),
            (EntryKind::Faucet, Currency::Io, 160_000_000_000, "", 9300),
        ];
        let entry =
            |(n, (kind, currency, amount, note, seconds)): (usize, (EntryKind, Currency, i64, &str, u64))| {
                let lease = matches!(
                    kind,
                    EntryKind::LeaseIncome
                        | EntryKind::Refund
                        | EntryKind::LeasePayment
                        | EntryKind::LeaseEscrow
                );
                HistoryEntry {
                    id: 100 - i64::try_from(n).unwrap_or(0),
                    at: ago(seconds),
                    kind,
                    state: if n == 0 {
                        EntryState::Confirmed
                    } else {
                        EntryState::Final
                    },
                    currency,
                    amount,
                    worth: None,
                    lease: lease.then_some(LeaseId([9; 32])),
                    device: None,
                    note: note.into(),
                    signature: Some(tx(u8::try_from(n).unwrap_or(0))),
                }
            };
        rows.into_iter().enumerate().map(entry).collect()
    }
}

pub(super) fn offer(
    n: u8,
    name: &str,
    vendor: Vendor,
    gib: u64,
    gflops: f64,
    memory: f64,
    hourly: u64,
    available: bool,
) -> ListedOffer {
    ListedOffer {
        offer: Offer {
            node: NodeId([n; 32]),
            provider: if n == 31 { WALLET } else { WalletAddress([n; 32]) },
            devices: vec![OfferedDevice {
                id: DeviceId([n; 32]),
                name: name.into(),
                vendor,
                kind: DeviceKind::Discrete,
                vram_bytes: Some(gib << 30),
                benchmark: Some(figures(gflops, memory)),
            }],
            rate: IoPerSecond(hourly * 100_000_000 / 3600 / 100),
            max_seconds: 12 * 3600,
            notice_seconds: 0,
        },
        available,
        seen_at: ago(4),
    }
}

pub(super) fn offers() -> Vec<ListedOffer> {
    vec![
        offer(
            31,
            "AMD Radeon RX 6900 XT",
            Vendor::Amd,
            16,
            21_340.0,
            471.0,
            120,
            true,
        ),
        offer(
            32,
            "NVIDIA GeForce RTX 4090",
            Vendor::Nvidia,
            24,
            73_100.0,
            921.0,
            240,
            true,
        ),
        offer(
            33,
            "NVIDIA GeForce RTX 3060",
            Vendor::Nvidia,
            12,
            12_400.0,
            330.0,
            80,
            true,
        ),
        offer(
            34,
            "Intel Arc A770",
            Vendor::Intel,
            16,
            17_900.0,
            512.0,
            95,
            false,
        ),
        offer(
            35,
            "NVIDIA H100 PCIe",
            Vendor::Nvidia,
            80,
            48_300.0,
            1920.0,
            1450,
            true,
        ),
    ]
}

pub(super) fn lease(stage: LeaseStage) -> LeaseView {
    LeaseView {
        id: LeaseId([9; 32]),
        side: Side::Renter,
        node: NodeId([32; 32]),
        provider: WalletAddress([32; 32]),
        renter: WALLET,
        devices: vec![DeviceId([32; 32])],
        device_name: "NVIDIA GeForce RTX 4090".into(),
        rate: IoPerSecond(66_666),
        escrow: Io(39_999_600),
        max_seconds: 600,
        stage,
        end: None,
        end_detail: None,
        prepaid: Io(666_660),
        prepaid_seconds: 10,
        paid: None,
        refunded: None,
        opened_at: ago(4),
        closed_at: None,
        open_signature: Some(tx(3)),
        close_signature: None,
    }
}
