//! One side's daemon on its data folder: started, killed, started again.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context as _;
use hearth_types::{
    id::WalletAddress,
    ipc::{
        AskFaucet, Code, CreateWallet, GetWallet, IpcError, KeyProtection, Reconcile, Secret, UnlockWallet,
        WalletView,
    },
    money::Io,
    network::NetworkKind,
};
use tokio::process::Command;

use crate::{
    client::Client,
    network::Network,
    process::{PATIENCE, Process, program},
};

/// What the faucet gives at a time: 1,000 IO.
pub const GIFT: Io = Io(100_000_000_000);
/// The wallet's passphrase.
pub const PASSPHRASE: &str = "a passphrase for tests only";
/// How often a state is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What goes away by itself once everything runs again.
const PASSING: [Code; 5] = [
    Code::ChainUnreachable,
    Code::CoordinatorUnreachable,
    Code::NoQuote,
    Code::DeviceBusy,
    Code::NotReady,
];

/// A daemon, running or not.
#[derive(Debug)]
pub struct Daemon {
    name: &'static str,
    data_dir: PathBuf,
    /// Arguments that say where the network is.
    network: Vec<OsString>,
    process: Option<Process>,
}

impl Daemon {
    /// A daemon for `network` whose data folder is `folder/name`; its log is `folder/name.log`.
    #[must_use]
    pub fn new(name: &'static str, folder: &Path, network: &Network) -> Self {
        let urls = [network.rpc_url(), network.coordinator_url()];
        Self::on_network(name, folder, network.kind(), urls)
    }

    /// The same, for a network known by its kind and the addresses of chain and coordinator.
    #[must_use]
    pub fn on_network(
        name: &'static str,
        folder: &Path,
        kind: NetworkKind,
        [rpc_url, coordinator_url]: [&str; 2],
    ) -> Self {
        let urls = ["--rpc-url", rpc_url, "--coordinator-url", coordinator_url];
        let network = urls.into_iter().chain(["--network", kind.name()]);
        Self {
            name,
            data_dir: folder.join(name),
            network: network.map(OsString::from).collect(),
            process: None,
        }
    }

    /// A daemon that finds or starts its practice network itself: in a folder named, or in its own.
    #[must_use]
    pub fn on_practice(name: &'static str, folder: &Path, practice_dir: Option<&Path>) -> Self {
        let named = |dir: &Path| vec!["--practice-dir".into(), dir.into()];
        Self {
            name,
            data_dir: folder.join(name),
            network: practice_dir.map(named).unwrap_or_default(),
            process: None,
        }
    }

    /// The data folder.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// The command that starts it, with these programs or the built ones.
    ///
    /// # Errors
    /// When it was not built.
    pub fn command(&self, programs: Option<&Path>) -> anyhow::Result<Command> {
        let mut command = match programs {
            Some(folder) => Command::new(folder.join("hearth")),
            None => program("hearth")?,
        };
        command.arg("--json").arg("--data-dir").arg(&self.data_dir);
        command.args(["daemon", "--no-tray", "--no-keychain"]);
        command.args(&self.network);
        command.env_remove("HEARTH_KILL_AT");
        Ok(command)
    }

    /// Starts it.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start(&mut self) -> anyhow::Result<()> {
        let command = self.command(None)?;
        self.start_with(command).await
    }

    /// Starts it so that it dies at the named kill point.
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start_dying_at(&mut self, point: &str) -> anyhow::Result<()> {
        let mut command = self.command(None)?;
        command.env("HEARTH_KILL_AT", point);
        self.start_with(command).await
    }

    /// Starts it by a command made from [`Self::command`].
    ///
    /// # Errors
    /// When it does not become ready.
    pub async fn start_with(&mut self, command: Command) -> anyhow::Result<()> {
        let log = self.data_dir.with_extension("log");
        self.process = Some(Process::start(command, self.name, &log).await?);
        Ok(())
    }

    /// Its process.
    ///
    /// # Errors
    /// When it was not started.
    pub fn process(&mut self) -> anyhow::Result<&mut Process> {
        self.process.as_mut().context("the daemon was not started")
    }

    /// SIGKILL, then a start on the same folder, with the wallet locked as after any start.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn kill_and_start(&mut self) -> anyhow::Result<()> {
        self.process()?.kill().await?;
        self.start().await
    }

    /// A new connection.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn connect(&self) -> Result<Client, IpcError> {
        Client::connect(&self.data_dir).await
    }

    /// Asks over a connection of its own.
    ///
    /// # Errors
    /// The engine's error.
    pub async fn ask<R: hearth_types::ipc::Request>(&self, request: R) -> Result<R::Reply, IpcError> {
        self.connect().await?.ask(request).await
    }

    /// Looks until something is there. That a part of the network does not answer, or a node is busy, passes.
    ///
    /// # Errors
    /// When an answer is another error, or it is not there in time.
    pub async fn wait<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut(&mut Client) -> Result<Option<T>, IpcError>,
    ) -> anyhow::Result<T> {
        let mut client = self.connect().await?;
        let mut passing = None;
        let looking = async {
            loop {
                match look(&mut client).await {
                    Ok(Some(found)) => return Ok::<_, IpcError>(found),
                    Ok(None) => {}
                    Err(error) if PASSING.contains(&error.code) => passing = Some(error),
                    Err(error) => return Err(error),
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        match tokio::time::timeout(PATIENCE, looking).await {
            Ok(found) => found.map_err(|error| described(&error)),
            Err(_) => anyhow::bail!(
                "the {} waited too long for {what}; last error: {passing:?}",
                self.name
            ),
        }
    }

    /// A new wallet with [`PASSPHRASE`] and one gift of the faucet.
    ///
    /// # Errors
    /// When a step fails.
    pub async fn make_wallet(&self) -> anyhow::Result<WalletAddress> {
        let protection = KeyProtection::Passphrase(Secret(PASSPHRASE.to_owned()));
        let wallet = self
            .ask(CreateWallet {
                words: 12,
                protection,
            })
            .await?;
        self.ask(AskFaucet {}).await?;
        self.wait("its tokens", async |client| {
            let wallet = client.ask(GetWallet {}).await?;
            Ok(wallet.filter(|w| w.balances.io >= GIFT).map(|_| ()))
        })
        .await?;
        Ok(wallet.address)
    }

    /// Opens the wallet.
    ///
    /// # Errors
    /// When the engine refuses.
    pub async fn unlock(&self) -> Result<WalletView, IpcError> {
        let passphrase = Secret(PASSPHRASE.to_owned());
        self.ask(UnlockWallet { passphrase }).await
    }

    /// Waits until history and chain agree.
    ///
    /// # Errors
    /// When they do not in time; the text holds both.
    pub async fn wait_reconciled(&self) -> anyhow::Result<()> {
        let mut last = None;
        let agreed = self
            .wait("history and chain to agree", async |client| {
                let seen = client.ask(Reconcile {}).await?;
                let ok = seen.ok;
                last = Some(seen);
                Ok(ok.then_some(()))
            })
            .await;
        agreed.with_context(|| format!("{last:?}"))
    }
}

/// An engine's error with all it says.
#[must_use]
pub fn described(error: &IpcError) -> anyhow::Error {
    anyhow::anyhow!("{:?}: {} ({:?})", error.code, error.message, error.detail)
}
