//! Sample data for working on the pages: `trunk serve --features demo`. Speaks the real protocol, owns nothing.

mod history;
mod samples;
mod staking;
mod wallets;

use std::{cell::RefCell, rc::Rc, time::Duration};

use hearth_types::{
    history::{HistoryEntry, ReconcileLine, Reconciliation},
    id::{DeviceId, LeaseId, SessionKey, WalletAddress},
    ipc::*,
    job::Blob,
    lease::{DeploymentView, EndReason, FileContent, LeaseStage, LeaseView, OutputChunk, ResultFile, Stream},
    market::Quote,
    money::{Currency, Io, IoPerSecond, Lamports},
    network::Balances,
    node::{NodeState, NodeStatus, Reason},
    time::UnixMillis,
};
use leptos::prelude::set_timeout;
use serde::Serialize;

use super::Incoming;
use crate::state::now_millis;

use samples::*;

thread_local! {
    static DEMO: RefCell<Demo> = RefCell::new(Demo::new());
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

fn review(what: &str, amount: Io, fate: Fate) -> Review {
    let line = |what: &str, currency, amount, fate| ReviewLine {
        what: what.into(),
        currency,
        amount,
        fate,
    };
    let have = DEMO.with_borrow(|d| Io(d.io));
    let io = match fate {
        Fate::Spent | Fate::ComesBack => have.saturating_sub(amount),
        Fate::Arrives => Io(have.0 + amount.0),
        Fate::CoolsDown => have,
    };
    let mut lines = vec![line(what, Currency::Io, amount.0, fate)];
    if what == "escrow" {
        lines.push(line("lease_account", Currency::Sol, 3_500_000, Fate::Spent));
        lines.push(line("escrow_account", Currency::Sol, 2_039_280, Fate::ComesBack));
    }
    lines.push(line("network_fee", Currency::Sol, 5000, Fate::Spent));
    Review {
        lines,
        left: Balances {
            io,
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

/// All movements, newest first.
fn movements() -> Vec<HistoryEntry> {
    history::all(DEMO.with_borrow(Demo::history))
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
        Command::ImportWalletKey(_) => Err(IpcError::new(
            Code::BadKeyFile,
            "This is no key file: it is not a list of 64 numbers from 0 to 255.",
        )
        .mend("Choose the file that “solana-keygen” or another Solana wallet wrote.")),
        Command::ListWallets(_)
        | Command::UseWallet(_)
        | Command::RenameWallet(_)
        | Command::RemoveWallet(_)
        | Command::AskBackupWords(_)
        | Command::CheckBackup(_)
        | Command::SetWithdrawalAddress(_)
        | Command::CancelWithdrawalChange(_)
        | Command::ListContacts(_)
        | Command::SetContact(_)
        | Command::RemoveContact(_)
        | Command::ReviewSend(_)
        | Command::Send(_) => wallets::ask(command),
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
        Command::ReviewStake(request) => json(review("stake", request.amount, Fate::ComesBack)),
        Command::Stake(request) => json(stake(request.device, request.amount)),
        Command::ReviewUnstake(request) => json(review("unstaked_cooling", request.amount, Fate::CoolsDown)),
        Command::ReviewWithdraw(_) => json(review("withdrawn", io(200), Fate::Arrives)),
        Command::RequestUnstake(_) | Command::WithdrawStake(_) => json(TxView { signature: tx(6) }),
        Command::ListCoStakes(_)
        | Command::ReviewOfferCoStake(_)
        | Command::OfferCoStake(_)
        | Command::ReviewCancelCoStakeOffer(_)
        | Command::CancelCoStakeOffer(_)
        | Command::ReviewAcceptCoStake(_)
        | Command::AcceptCoStake(_)
        | Command::ReviewLeaveCoStake(_)
        | Command::LeaveCoStake(_)
        | Command::ReviewWithdrawCoStake(_)
        | Command::WithdrawCoStake(_)
        | Command::ListSlashes(_)
        | Command::ListClaims(_)
        | Command::ReviewClaim(_)
        | Command::ClaimRewards(_) => staking::ask(command),
        Command::StartLending(_) | Command::ResumeLending(_) => {
            json(node(NodeStatus::Idle, Reason::WaitingForRenter))
        }
        Command::StopLending(_) => json(node(NodeStatus::Down, Reason::NotLending)),
        Command::PauseLending(request) => {
            let until = UnixMillis(now_millis() + request.seconds * 1000);
            json(node(NodeStatus::Paused, Reason::PausedByOwner { until }))
        }
        Command::ListOffers(request) => {
            let mut offers = offers();
            offers.retain(|listed| request.need.accepts(&listed.offer));
            json(offers)
        }
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
        Command::ReviewDeploy(_) => json(review("escrow", Io(39_999_600), Fate::ComesBack)),
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
        Command::PageHistory(request) => json(history::page(movements(), &request)),
        Command::GetIncome(request) => json(history::income(&movements(), request.from, request.until)),
        Command::GetStatement(request) => json(history::statement(&movements(), request.month)),
        Command::ExportHistory(request) => json(history::export(&movements(), &request.filter)),
        Command::VerifyHistory(_) => json(history::verified()),
        Command::AuditHistory(_) => json(history::audited()),
        Command::Reconcile(_) => {
            let line = |account: &str, currency, n| ReconcileLine {
                account: account.into(),
                currency,
                history: n,
                chain: n,
                under_way: 0,
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
                received: Vec::new(),
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
