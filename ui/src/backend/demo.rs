//! Sample data for working on the pages: `trunk serve --features demo`. Speaks the real protocol, owns nothing.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};

use hearth_types::{
    device::{AdapterRef, Benchmark, Device, DeviceKind, Measured, Source, Vendor},
    history::{EntryKind, EntryState, HistoryEntry, ReconcileLine, Reconciliation},
    id::{Address, DeviceId, LeaseId, NodeId, SessionKey, TxSignature, WalletAddress},
    ipc::*,
    job::Blob,
    lease::{
        DeploymentView, EndReason, FileContent, LeaseStage, LeaseView, OutputChunk, ResultFile, Side, Stream,
    },
    market::{ListedOffer, Offer, OfferedDevice, Quote},
    money::{Currency, Io, IoPerSecond, Lamports},
    network::{Balances, NetworkInfo, NetworkKind},
    node::{NodeState, NodeStatus, Reason},
    readiness::{Check, CheckKind, CheckState},
    time::UnixMillis,
};
use leptos::prelude::set_timeout;
use serde::Serialize;

use super::Incoming;
use crate::state::now_millis;

const WALLET: WalletAddress = WalletAddress([7; 32]);
const WORDS: &str = "abandon ability able about above absent absorb abstract absurd abuse access accident";

struct Demo {
    wallet: bool,
    io: u64,
    staked: [u64; 2],
    benchmarked: bool,
    benchmarking: Option<TaskId>,
    node: NodeState,
    deployment: Option<DeploymentView>,
    settings: Settings,
    listener: Option<Rc<dyn Fn(Incoming)>>,
}

thread_local! {
    static DEMO: RefCell<Demo> = RefCell::new(Demo::new());
}

/// `?demo=new` starts without a wallet.
fn fresh() -> bool {
    leptos::prelude::window()
        .location()
        .search()
        .is_ok_and(|s| s.contains("demo=new"))
}

const fn io(amount: u64) -> Io {
    Io(amount * 100_000_000)
}

fn ago(seconds: u64) -> UnixMillis {
    UnixMillis(now_millis().saturating_sub(seconds * 1000))
}

fn tx(n: u8) -> TxSignature {
    TxSignature([n.wrapping_mul(37).wrapping_add(11); 64])
}

fn measured(median: f64) -> Measured {
    Measured {
        median,
        min: median * 0.97,
        max: median * 1.02,
        runs: 5,
    }
}

fn figures(gflops: f64, memory: f64) -> Benchmark {
    Benchmark {
        f32_gflops: measured(gflops),
        memory_gb_per_s: measured(memory),
        at: ago(7200),
    }
}

fn check(kind: CheckKind, state: CheckState, found: &str, mend: Option<&str>) -> Check {
    Check {
        kind,
        state,
        found: found.into(),
        mend: mend.map(Into::into),
    }
}

fn emit(event: Event) {
    let listener = DEMO.with_borrow(|d| d.listener.clone());
    if let Some(listener) = listener {
        listener(Incoming::Event(Box::new(event)));
    }
}

fn later(millis: u64, act: impl FnOnce() + 'static) {
    set_timeout(act, Duration::from_millis(millis));
}

fn changed(topics: &[Topic]) {
    for topic in topics {
        emit(Event::Changed { topic: *topic });
    }
    let status = Box::new(DEMO.with_borrow(Demo::status));
    emit(Event::Status { status });
}

impl Demo {
    fn new() -> Self {
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
            },
            listener: None,
        }
    }

    fn balances(&self) -> Balances {
        Balances {
            io: Io(self.io),
            sol: Lamports(if self.io > 0 { 1_998_765_000 } else { 0 }),
        }
    }

    fn wallet(&self) -> Option<WalletView> {
        self.wallet.then(|| WalletView {
            address: WALLET,
            storage: KeyStorage::EncryptedFile,
            locked: false,
            balances: self.balances(),
        })
    }

    fn status(&self) -> Status {
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

    fn device(&self, n: usize) -> DeviceView {
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
            },
            benchmark: (self.benchmarked && !software).then(|| figures(21_340.0, 471.0)),
            benchmarking: if software { None } else { self.benchmarking },
            stake: StakePosition {
                required,
                staked: Io(staked),
                cooling: if software { io(50) } else { Io(0) },
                unlock_at: software.then(|| UnixMillis(now_millis() + 9 * 86_400_000)),
                hired: false,
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

    fn history(&self) -> Vec<HistoryEntry> {
        if self.io == 0 {
            return vec![];
        }
        let rows: [(EntryKind, Currency, i64, &str, u64); 8] = [
            (
                EntryKind::LeaseIncome,
                Currency::Io,
                1_840_000_000,
                "AMD Radeon RX 6900 XT",
                1900,
            ),
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
                    lease: lease.then_some(LeaseId([9; 32])),
                    note: note.into(),
                    signature: Some(tx(u8::try_from(n).unwrap_or(0))),
                }
            };
        rows.into_iter().enumerate().map(entry).collect()
    }
}

fn offer(
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

fn offers() -> Vec<ListedOffer> {
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

fn lease(stage: LeaseStage) -> LeaseView {
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

fn start_deployment(title: String) -> DeploymentView {
    let deployment = DeploymentView {
        lease: lease(LeaseStage::Running),
        title,
        progress: Some((0, 10)),
        exit_code: None,
        output: vec![],
        files: vec![],
    };
    DEMO.with_borrow_mut(|d| d.deployment = Some(deployment.clone()));
    for sequence in 0..10_u64 {
        later(800 + sequence * 1200, move || {
            let chunk = OutputChunk {
                sequence,
                stream: Stream::Stdout,
                text: format!("step {} of 10\n", sequence + 1),
            };
            let lease = DEMO.with_borrow_mut(|d| {
                let deployment = d
                    .deployment
                    .as_mut()
                    .filter(|d| d.lease.stage == LeaseStage::Running)?;
                deployment.output.push(chunk.clone());
                deployment.progress = Some((sequence + 1, 10));
                deployment.lease.prepaid = Io(666_660 * (sequence / 5 + 1));
                Some(deployment.lease.id)
            });
            if let Some(lease) = lease {
                emit(Event::Output { lease, chunk });
                changed(&[Topic::Leases]);
            }
        });
    }
    deployment
}

fn stop_deployment() -> Option<DeploymentView> {
    later(1500, || {
        DEMO.with_borrow_mut(|d| {
            if let Some(deployment) = &mut d.deployment {
                let lease = &mut deployment.lease;
                lease.stage = LeaseStage::Closed;
                lease.paid = Some(lease.prepaid);
                lease.refunded = Some(lease.escrow.saturating_sub(lease.prepaid));
                lease.closed_at = Some(ago(0));
                lease.close_signature = Some(tx(4));
                deployment.files = vec![ResultFile {
                    name: "result.txt".into(),
                    bytes: 15,
                }];
            }
        });
        changed(&[Topic::Leases, Topic::History, Topic::Wallet]);
    });
    DEMO.with_borrow_mut(|d| {
        let deployment = d.deployment.as_mut()?;
        deployment.lease.stage = LeaseStage::Settling;
        deployment.lease.end = Some(EndReason::StoppedByRenter);
        Some(deployment.clone())
    })
}

fn benchmark(device: DeviceId) -> TaskId {
    let task = TaskId(1);
    DEMO.with_borrow_mut(|d| d.benchmarking = Some(task));
    for (n, step) in ["warmup", "compute", "compute", "memory", "memory"]
        .into_iter()
        .enumerate()
    {
        later(n as u64 * 900, move || {
            #[expect(clippy::cast_precision_loss, reason = "below ten")]
            let fraction = n as f64 / 5.0;
            emit(Event::BenchmarkProgress {
                task,
                device,
                step: step.into(),
                fraction,
            });
        });
    }
    later(4800, move || {
        DEMO.with_borrow_mut(|d| (d.benchmarking, d.benchmarked) = (None, true));
        emit(Event::BenchmarkDone {
            task,
            device,
            result: Ok(figures(21_340.0, 471.0)),
        });
        changed(&[Topic::Devices]);
    });
    task
}

fn review(amount: Io) -> Review {
    let line = |what: &str, currency, amount, returns| ReviewLine {
        what: what.into(),
        currency,
        amount,
        returns,
    };
    Review {
        lines: vec![
            line("stake", Currency::Io, amount.0, true),
            line("network_fee", Currency::Sol, 5000, false),
            line("account_rent", Currency::Sol, 2_039_280, true),
        ],
        left: Balances {
            io: DEMO.with_borrow(|d| Io(d.io)).saturating_sub(amount),
            sol: Lamports(1_996_720_720),
        },
    }
}

fn stake(device: DeviceId, amount: Io) -> TxView {
    DEMO.with_borrow_mut(|d| {
        let place = usize::from(device.0[0] == 21);
        d.io = d.io.saturating_sub(amount.0);
        if let Some(staked) = d.staked.get_mut(place) {
            *staked += amount.0;
        }
    });
    later(10, || changed(&[Topic::Devices, Topic::Wallet, Topic::History]));
    TxView { signature: tx(5) }
}

fn node(status: NodeStatus, reason: Reason) -> Status {
    DEMO.with_borrow_mut(|d| {
        d.node = NodeState {
            status,
            reason,
            since: ago(0),
        };
        d.status()
    })
}

fn json<T: Serialize>(value: T) -> Result<String, IpcError> {
    serde_json::to_string(&value).map_err(super::unreadable)
}

pub(super) async fn ask(command: Command) -> Result<String, IpcError> {
    match command {
        Command::GetStatus(_) => json(DEMO.with_borrow(Demo::status)),
        Command::CreateWallet(request) => {
            DEMO.with_borrow_mut(|d| d.wallet = true);
            let words = WORDS
                .split(' ')
                .cycle()
                .take(request.words.into())
                .map(|w| Secret(w.into()))
                .collect();
            json(NewWallet {
                address: WALLET,
                words,
            })
        }
        Command::ImportWallet(_) => Err(IpcError::new(
            Code::BadSeedPhrase,
            "The third word is not in the list.",
        )
        .mend("Check the spelling: every word is in the BIP39 list.")
        .detail("unknown word at index 2")),
        Command::UnlockWallet(_) | Command::LockWallet(_) | Command::GetWallet(_) => {
            json(DEMO.with_borrow(Demo::wallet))
        }
        Command::AskFaucet(_) => {
            DEMO.with_borrow_mut(|d| d.io += io(1000).0);
            later(10, || changed(&[Topic::Wallet, Topic::History, Topic::Devices]));
            json(TxView { signature: tx(1) })
        }
        Command::ListDevices(_) => json(DEMO.with_borrow(|d| vec![d.device(0), d.device(1)])),
        Command::GetReadiness(_) => json(DEMO.with_borrow(|d| d.device(0).readiness)),
        Command::SetDeviceLending(request) => {
            let mut device = DEMO.with_borrow(|d| d.device(usize::from(request.device.0[0] == 21)));
            device.lend = request.lend;
            json(device)
        }
        Command::StartBenchmark(request) => json(benchmark(request.device)),
        Command::CancelTask(_) | Command::Quit(_) => json(()),
        Command::ReviewStake(request) => json(review(request.amount)),
        Command::Stake(request) => json(stake(request.device, request.amount)),
        Command::RequestUnstake(_) | Command::WithdrawStake(_) => json(TxView { signature: tx(6) }),
        Command::StartLending(_) | Command::ResumeLending(_) => {
            json(node(NodeStatus::Idle, Reason::WaitingForRenter))
        }
        Command::StopLending(_) => json(node(NodeStatus::Down, Reason::NotLending)),
        Command::PauseLending(request) => {
            let until = UnixMillis(now_millis() + request.seconds * 1000);
            json(node(NodeStatus::Paused, Reason::PausedByOwner { until }))
        }
        Command::ListOffers(_) => json(offers()),
        Command::RequestQuote(request) => json(Quote {
            lease: LeaseId([9; 32]),
            node: request.node,
            provider: WalletAddress([32; 32]),
            renter: WALLET,
            session: SessionKey([8; 32]),
            devices: vec![DeviceId([32; 32])],
            rate: IoPerSecond(66_666),
            max_seconds: request.seconds,
            escrow: Io(66_666 * request.seconds),
            expires_at: UnixMillis(now_millis() + 60_000),
        }),
        Command::ReviewDeploy(_) => {
            let mut review = review(Io(39_999_600));
            if let Some(line) = review.lines.first_mut() {
                line.what = "escrow".into();
            }
            json(review)
        }
        Command::Deploy(request) => json(start_deployment(request.title)),
        Command::StopDeployment(_) => json(stop_deployment()),
        Command::ListDeployments(_) => {
            json(DEMO.with_borrow(|d| d.deployment.clone().into_iter().collect::<Vec<_>>()))
        }
        Command::GetDeployment(_) => match DEMO.with_borrow(|d| d.deployment.clone()) {
            Some(deployment) => json(deployment),
            None => json(start_deployment("Shell command".into())),
        },
        Command::GetResultFile(request) => json(FileContent {
            name: request.name,
            content: Blob(b"ten steps done\n".to_vec()),
        }),
        Command::ListLeases(_) => json(Vec::<LeaseView>::new()),
        Command::ListHistory(_) => json(DEMO.with_borrow(Demo::history)),
        Command::Reconcile(_) => {
            let line = |account: &str, currency, n| ReconcileLine {
                account: account.into(),
                currency,
                history: n,
                chain: n,
            };
            json(Reconciliation {
                ok: true,
                at: ago(0),
                slot: 48_213,
                lines: vec![
                    line("wallet", Currency::Io, 124_750_000_000),
                    line("stake", Currency::Io, 40_000_000_000),
                    line("escrow", Currency::Io, 0),
                    line("wallet", Currency::Sol, 1_998_765_000),
                ],
            })
        }
        Command::GetSettings(_) => json(DEMO.with_borrow(|d| d.settings.clone())),
        Command::SetSettings(request) => {
            DEMO.with_borrow_mut(|d| d.settings = request.settings.clone());
            json(request.settings)
        }
        Command::GetBrowserAccess(_) => json(BrowserAccess {
            url: "http://127.0.0.1:41231/".into(),
            pairing_code: "4F7K-92QD".into(),
        }),
    }
}

pub(super) fn listen(on: impl Fn(Incoming) + 'static) {
    let on: Rc<dyn Fn(Incoming)> = Rc::new(on);
    DEMO.with_borrow_mut(|d| d.listener = Some(Rc::clone(&on)));
    on(Incoming::Opened);
}
