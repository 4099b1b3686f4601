//! A network, a provider, a renter, and the sums that must hold.

use anyhow::Context as _;
use hearth_tests::{
    client::Client,
    daemon::{Daemon, GIFT, described},
    network::{IoAccount, Network},
    process::log_tails,
};
use hearth_types::{
    history::{EntryKind, EntryState},
    id::{Address, DeviceId, LeaseId, WalletAddress},
    ipc::{
        Code, Deploy, Event, GetDeployment, GetSettings, GetStatus, IpcError, ListDevices, ListHistory,
        ListLeases, ListOffers, RequestQuote, SetSettings, Settings, Stake, StartLending, StopDeployment,
        Topic, TxView,
    },
    job::{CommandJob, Job},
    lease::{LeaseStage, LeaseView, Side},
    market::Quote,
    money::{Io, IoPerSecond},
    requirement::Requirement,
};

/// What a device needs: 200 IO.
pub(crate) const STAKE: Io = Io(20_000_000_000);
/// What a practice network holds from its first moment on: the reward vault's 300 M IO and what the market maker sells.
const AT_GENESIS: [u64; 2] = [30_000_000_000_000_000, 1_000_000_000_000_000];
/// 3.6 IO an hour: 0.001 IO a second. A tenth of it, the network's share, is whole.
const RATE: u64 = 100_000;
/// The longest time of a lease, seconds; none here lasts that long.
const SECONDS: u64 = 600;

/// Everything of one test.
pub(crate) struct Rig {
    pub(crate) network: Network,
    pub(crate) provider: Daemon,
    pub(crate) renter: Daemon,
    wallets: [WalletAddress; 2],
    /// What the provider should have staked by now.
    pub(crate) staked: Io,
}

/// Runs a test on a fresh rig; when it fails, the text holds the end of every log.
pub(crate) async fn with_rig(test: impl AsyncFnOnce(&mut Rig) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("hearth-rig-").tempdir()?;
    let played = async {
        let mut rig = Rig::start(folder.path()).await?;
        test(&mut rig).await
    };
    let outcome = played.await;
    outcome.with_context(|| format!("the logs end so:\n{}", all_logs(folder.path())))
}

fn all_logs(folder: &std::path::Path) -> String {
    log_tails(folder) + &log_tails(&folder.join("network"))
}

/// Prints a line every half second, for ever.
fn clock() -> Job {
    let script = "i=0; while :; do i=$((i+1)); echo \"tick $i\"; sleep 0.5; done";
    Job::Command(CommandJob {
        program: "sh".into(),
        args: vec!["-c".into(), script.into()],
        files: vec![],
        outputs: vec![],
    })
}

impl Rig {
    /// A network and both sides with a wallet and a gift each; nothing staked.
    async fn start(folder: &std::path::Path) -> anyhow::Result<Self> {
        let network = Network::start(&folder.join("network")).await?;
        let mut provider = Daemon::new("provider", folder, &network);
        let mut renter = Daemon::new("renter", folder, &network);
        provider.start().await?;
        renter.start().await?;
        let wallets = [provider.make_wallet().await?, renter.make_wallet().await?];
        let settings = provider.ask(GetSettings {}).await?;
        let settings = Settings {
            price: IoPerSecond(RATE),
            ..settings
        };
        provider.ask(SetSettings { settings }).await?;
        Ok(Self {
            network,
            provider,
            renter,
            wallets,
            staked: Io::ZERO,
        })
    }

    /// The provider's device.
    pub(crate) async fn device(&self) -> anyhow::Result<DeviceId> {
        let devices = self.provider.ask(ListDevices { refresh: false }).await?;
        let device = devices.into_iter().find(|d| d.device.adapter.is_some());
        Ok(device
            .context("no GPU with a compute driver; install mesa-vulkan-drivers")?
            .id)
    }

    /// Asks the provider to stake; the sum counts as staked from here on.
    pub(crate) async fn stake(&mut self, amount: Io) -> anyhow::Result<Result<TxView, IpcError>> {
        let device = self.device().await?;
        self.staked = self.staked.checked_add(amount).context("the stake's sum")?;
        Ok(self.provider.ask(Stake { device, amount }).await)
    }

    /// Stakes and goes online.
    pub(crate) async fn lend(&mut self) -> anyhow::Result<()> {
        self.stake(STAKE).await??;
        self.provider
            .wait("lending", async |client| {
                client.ask(StartLending {}).await.map(Some)
            })
            .await?;
        Ok(())
    }

    /// A quote for a lease, once the market lists the provider's node as free.
    pub(crate) async fn quote(&self) -> anyhow::Result<Quote> {
        let provider = self.wallets[0];
        self.renter
            .wait("a quote", async |client| {
                let need = Requirement::default();
                let offers = client.ask(ListOffers { need }).await?;
                let mut free = offers.into_iter().filter(|offer| offer.available);
                let Some(listed) = free.find(|o| o.offer.provider == provider) else {
                    return Ok(None);
                };
                let request = RequestQuote {
                    node: listed.offer.node,
                    seconds: SECONDS,
                };
                match client.ask(request).await {
                    // A node that just came back may take its offer down and put it up again.
                    Err(error) if error.code == Code::NotFound => Ok(None),
                    answer => answer.map(Some),
                }
            })
            .await
    }

    /// The order to deploy on a quote.
    pub(crate) fn order(quote: &Quote) -> Deploy {
        Deploy {
            lease: quote.lease,
            job: clock(),
            title: "a clock".into(),
        }
    }

    /// A lease whose job runs.
    pub(crate) async fn rent(&self) -> anyhow::Result<LeaseId> {
        let quote = self.quote().await?;
        self.renter
            .ask(Self::order(&quote))
            .await
            .map_err(|error| described(&error))?;
        self.wait_for_output(quote.lease, "tick 2").await?;
        Ok(quote.lease)
    }

    /// Until the job has written this.
    pub(crate) async fn wait_for_output(&self, lease: LeaseId, text: &str) -> anyhow::Result<()> {
        self.renter
            .wait(text, async |client| {
                let view = client.ask(GetDeployment { lease }).await?;
                let output: String = view.output.iter().map(|chunk| chunk.text.as_str()).collect();
                if view.lease.stage > LeaseStage::Running {
                    return Err(over(&view.lease));
                }
                Ok(output.contains(text).then_some(()))
            })
            .await
    }

    /// Until a side's lease stands there, or further.
    pub(crate) async fn wait_for_stage(&self, lease: LeaseId, stage: LeaseStage) -> anyhow::Result<()> {
        self.renter
            .wait(&format!("the lease to be {stage:?}"), async |client| {
                let view = client.ask(GetDeployment { lease }).await?;
                Ok((view.lease.stage >= stage).then_some(()))
            })
            .await
    }

    /// Until no transaction of that kind is under way: how the last one ended.
    pub(crate) async fn wait_for_entry(&self, side: Side, kind: EntryKind) -> anyhow::Result<EntryState> {
        let daemon = match side {
            Side::Provider => &self.provider,
            Side::Renter => &self.renter,
        };
        daemon
            .wait(&format!("the {kind:?} to end"), async |client| {
                let history = client
                    .ask(ListHistory {
                        before: None,
                        limit: 100,
                    })
                    .await?;
                let last = history
                    .iter()
                    .find(|entry| entry.kind == kind)
                    .map(|entry| entry.state);
                Ok(last.filter(|state| *state >= EntryState::Confirmed))
            })
            .await
    }

    /// Counts as staked what the provider's history says, once no stake is under way; the chain is compared later.
    pub(crate) async fn count_stakes(&mut self) -> anyhow::Result<()> {
        self.wait_for_entry(Side::Provider, EntryKind::Stake).await?;
        let request = ListHistory {
            before: None,
            limit: 1000,
        };
        let history = self.provider.ask(request).await?;
        let stakes = history.iter().filter(|entry| entry.kind == EntryKind::Stake);
        let happened = stakes.filter(|entry| entry.state != EntryState::Void);
        self.staked = Io(happened.map(|entry| entry.amount.unsigned_abs()).sum());
        Ok(())
    }

    /// Stops every lease that still runs, and waits until each is settled on both sides.
    pub(crate) async fn end_leases(&self) -> anyhow::Result<Vec<LeaseView>> {
        for lease in self.renter.ask(ListLeases {}).await? {
            if lease.stage <= LeaseStage::Running {
                self.renter.ask(StopDeployment { lease: lease.id }).await?;
            }
        }
        let rented = settled(&self.renter).await?;
        let lent = settled(&self.provider).await?;
        for lease in &rented {
            let other = lent.iter().find(|other| other.id == lease.id);
            match lease.stage {
                LeaseStage::Abandoned => anyhow::ensure!(other.is_none(), "lent, never opened: {lease:?}"),
                LeaseStage::Closed => {
                    let other = other.with_context(|| format!("closed, never lent: {lease:?}"))?;
                    let same = (lease.paid, lease.refunded) == (other.paid, other.refunded);
                    anyhow::ensure!(same, "the sides differ: {lease:?} and {other:?}");
                }
                LeaseStage::Opening | LeaseStage::Connecting | LeaseStage::Running | LeaseStage::Settling => {
                    anyhow::bail!("not settled: {lease:?}")
                }
            }
        }
        anyhow::ensure!(lent.len() <= rented.len(), "lent what nobody rented: {lent:?}");
        Ok(rented)
    }

    /// Everything that must hold when all is quiet: leases settled, histories and chain agree, every IO in its place.
    pub(crate) async fn check(&self) -> anyhow::Result<Vec<LeaseView>> {
        let leases = self.end_leases().await?;
        let mut paid = 0;
        for lease in leases.iter().filter(|lease| lease.stage == LeaseStage::Closed) {
            let (pay, back) = lease.paid.zip(lease.refunded).context("closed without amounts")?;
            anyhow::ensure!(
                pay.checked_add(back) == Some(lease.escrow),
                "escrow is gone: {lease:?}"
            );
            anyhow::ensure!(pay <= lease.prepaid, "paid more than was prepaid: {lease:?}");
            anyhow::ensure!(pay.0 % RATE == 0, "not whole seconds: {lease:?}");
            paid += pay.0;
        }
        self.provider
            .wait_reconciled()
            .await
            .context("the provider's history")?;
        self.renter
            .wait_reconciled()
            .await
            .context("the renter's history")?;
        for side in [&self.provider, &self.renter] {
            let problems = side.ask(GetStatus {}).await?.problems;
            let alarmed = problems
                .iter()
                .any(|problem| problem.code == Code::HistoryDiffers);
            anyhow::ensure!(
                !alarmed,
                "a difference that passed by itself was told: {problems:?}"
            );
        }
        self.check_chain(paid).await?;
        Ok(leases)
    }

    /// The token account that holds the escrow of the one lease that is open.
    pub(crate) async fn escrow_account(&self) -> anyhow::Result<Address> {
        let accounts = self.network.rpc()?.io_accounts().await?;
        let escrow = Io(RATE * SECONDS);
        let found = accounts.iter().find(|account| account.amount == escrow.0);
        Ok(found.context("no account holds the escrow")?.address)
    }

    /// The chain by plain JSON-RPC: a tenth of what was paid is the network's, the rest the provider's.
    async fn check_chain(&self, paid: u64) -> anyhow::Result<()> {
        let accounts = self.network.rpc()?.io_accounts().await?;
        let of = |wallet: WalletAddress| -> u64 {
            let own = accounts
                .iter()
                .filter(|account| account.owner == Address(wallet.0));
            own.map(|account| account.amount).sum()
        };
        let [provider, renter] = self.wallets;
        let is_a_side = |account: &&IoAccount| [provider.0, renter.0].contains(&account.owner.0);
        let mut vaults: Vec<u64> = accounts
            .iter()
            .filter(|account| !is_a_side(account) && account.amount > 0)
            .map(|account| account.amount)
            .collect();
        vaults.sort_unstable();
        let ours = [self.staked.0, paid / 10].into_iter().filter(|sum| *sum > 0);
        let mut expected: Vec<u64> = ours.chain(AT_GENESIS).collect();
        expected.sort_unstable();
        anyhow::ensure!(
            vaults == expected,
            "stake, fees and escrows hold {vaults:?}, not {expected:?}"
        );
        let right = [GIFT.0 - self.staked.0 + paid / 10 * 9, GIFT.0 - paid];
        let there = [of(provider), of(renter)];
        anyhow::ensure!(
            there == right,
            "provider and renter hold {there:?}, not {right:?}"
        );
        Ok(())
    }
}

fn over(lease: &LeaseView) -> IpcError {
    let text = format!("the lease is over: {lease:?}");
    IpcError::new(Code::Internal, text)
}

/// All leases of a side, once each is settled.
async fn settled(side: &Daemon) -> anyhow::Result<Vec<LeaseView>> {
    let mut last = Vec::new();
    let all = side
        .wait("its leases to settle", async |client| {
            last = client.ask(ListLeases {}).await?;
            let done = last.iter().all(|lease| lease.stage >= LeaseStage::Closed);
            Ok(done.then(|| last.clone()))
        })
        .await;
    all.with_context(|| format!("{last:#?}"))
}

/// Until the engine writes a decision about money down: from here on the transaction may be out.
pub(crate) async fn wait_for_decision(client: &mut Client) -> Result<(), IpcError> {
    let decided = Event::Changed {
        topic: Topic::History,
    };
    while client.event().await? != decided {}
    Ok(())
}
