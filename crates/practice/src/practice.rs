//! Starting and ending a practice network.

use std::{
    fs::{File, TryLockError},
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use hearth_types::network::NetworkKind;
use solana_sdk::{
    pubkey::Pubkey,
    signature::{Keypair, Signer as _},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    actor::{self, ChainHandle},
    bank::{Bank, LoadError},
    chain::{Chain, SharedClock, wall_ms},
    clock::{FINAL_AFTER_SLOTS, Genesis, SLOT_MS},
    faucet::Faucet,
    genesis::{self, GenesisError, NetworkRules},
    history::History,
    keys::{Keys, KeysError},
    ledger::{ChainRow, Ledger, LedgerError},
    rpc::{NetworkInfo, Rpc},
    server,
};

/// Where the coordinator keeps its data, in the network's folder.
pub const COORDINATOR: &str = "coordinator";
/// How long requests under way may take once the end has come.
const GRACE: Duration = Duration::from_secs(3);

/// How to start.
#[derive(Clone, Debug)]
pub struct PracticeConfig {
    /// Holds everything the network remembers. One process at a time.
    pub data_dir: PathBuf,
    /// Where the RPC listens; port 0 takes a free one.
    pub rpc_listen: SocketAddr,
    /// Fixed at genesis; later starts keep what the chain says.
    pub rules: NetworkRules,
}

impl PracticeConfig {
    /// On a free port of this machine, with the usual rules.
    #[must_use]
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            rpc_listen: ([127, 0, 0, 1], 0).into(),
            rules: NetworkRules::default(),
        }
    }
}

/// Why the practice network does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made or used.
    #[error("cannot use the data folder {path}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another practice network has the folder.
    #[error("another practice network runs on {0}; stop it or choose another data folder")]
    InUse(PathBuf),
    /// The keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The ledger cannot be opened or read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// An account of the ledger does not load.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A chain of an older release cannot be set aside.
    #[error("cannot set the older practice network aside in {path}")]
    SetAside {
        /// Where it would go.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A new chain could not be made.
    #[error("cannot make a new practice network")]
    Genesis(#[from] GenesisError),
    /// The port cannot be had.
    #[error("cannot listen on {address}; is the port in use?")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// No thread for the chain.
    #[error("cannot start the chain's thread")]
    Thread(#[source] io::Error),
    /// No random bytes for the genesis seed.
    #[error("the system gives no random bytes")]
    Random(#[source] getrandom::Error),
}

/// A practice network.
#[derive(Debug)]
pub struct Practice;

/// A practice network that runs. Dropping it without [`RunningPractice::shutdown`] leaves its tasks to the runtime.
pub struct RunningPractice {
    chain: ChainHandle,
    history: History,
    info: Arc<NetworkInfo>,
    keys: Keys,
    address: SocketAddr,
    end: oneshot::Sender<()>,
    server: JoinHandle<io::Result<()>>,
    set_aside: Option<PathBuf>,
    /// Held until the end.
    _lock: File,
}

impl Practice {
    /// Starts or continues the network of a data folder. It answers when this returns.
    ///
    /// # Errors
    /// [`StartError`]; nothing is left running.
    pub async fn start(config: PracticeConfig) -> Result<RunningPractice, StartError> {
        let folder = |source| StartError::Folder {
            path: config.data_dir.clone(),
            source,
        };
        std::fs::create_dir_all(&config.data_dir).map_err(folder)?;
        let lock = lock(&config.data_dir)?;
        let listener = TcpListener::bind(config.rpc_listen)
            .await
            .map_err(|source| StartError::Listen {
                address: config.rpc_listen,
                source,
            })?;
        let keys = Keys::load_or_create(&config.data_dir.join("keys"))?;
        let file = config.data_dir.join("ledger.sqlite");
        let Opened { chain, set_aside } = open_chain(&file, &keys, &config.rules).await?;
        let history = History::open(&file).await?;
        // Genesis wrote it; what a later start was told does not count.
        let kind = genesis::kind(&chain).unwrap_or(config.rules.kind);
        let address = listener.local_addr().map_err(folder)?;

        let info = Arc::new(NetworkInfo {
            network_tag: kind,
            program_id: genesis::program_id(),
            io_mint: keys.io_mint.pubkey(),
            network_account: genesis::network_account(),
            coordinator_url: OnceLock::new(),
            faucet: keys.faucet.pubkey(),
        });
        let faucet = Faucet {
            giver: keys.faucet.insecure_clone(),
            mint: keys.io_mint.pubkey(),
        };
        let chain = actor::spawn(chain, Arc::new(faucet)).map_err(StartError::Thread)?;
        let rpc = Rpc {
            chain: chain.clone(),
            history: history.clone(),
            info: info.clone(),
        };
        let (end, ended) = oneshot::channel::<()>();
        let server = axum::serve(listener, server::router(rpc)).with_graceful_shutdown(async {
            // An error means that the network was dropped, which ends it too.
            let _ = ended.await;
        });
        let server = tokio::spawn(server.into_future());
        tracing::info!(%address, "the practice network runs");
        Ok(RunningPractice {
            chain,
            history,
            info,
            keys,
            address,
            end,
            server,
            set_aside,
            _lock: lock,
        })
    }
}

impl RunningPractice {
    /// The RPC's address, `http://…`.
    #[must_use]
    pub fn rpc_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Names the network in everything that is signed.
    #[must_use]
    pub fn kind(&self) -> NetworkKind {
        self.info.network_tag
    }

    /// The program's address.
    #[must_use]
    pub fn program_id(&self) -> Pubkey {
        self.info.program_id
    }

    /// The IO mint.
    #[must_use]
    pub fn io_mint(&self) -> Pubkey {
        self.info.io_mint
    }

    /// The program's network account.
    #[must_use]
    pub fn network_account(&self) -> Pubkey {
        self.info.network_account
    }

    /// The key that pays the coordinator's fees; it holds SOL.
    #[must_use]
    pub fn coordinator_key(&self) -> &Keypair {
        &self.keys.coordinator
    }

    /// Where the network of an older release was put, when this start had to begin a new one: its program kept
    /// accounts that this release does not read.
    #[must_use]
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// The coordinator's address, once it was announced.
    #[must_use]
    pub fn coordinator_url(&self) -> Option<&str> {
        self.info.coordinator_url.get().map(String::as_str)
    }

    /// Tells clients (by `practice_info`) where the coordinator is. Once; later calls change nothing.
    pub fn announce_coordinator(&self, url: String) {
        if self.info.coordinator_url.set(url).is_err() {
            tracing::warn!("the coordinator was announced before");
        }
    }

    /// Waits until the chain has stopped by itself, which it does when its ledger fails.
    pub async fn stopped(&self) {
        self.chain.stopped().await;
    }

    /// Ends the network: requests under way are answered, the ledger is closed.
    pub async fn shutdown(mut self) {
        // An error means that the server has ended already.
        let _ = self.end.send(());
        if tokio::time::timeout(GRACE, &mut self.server).await.is_err() {
            self.server.abort();
        }
        self.chain.stop().await;
        self.history.close().await;
    }
}

/// Takes the folder for this process; the system frees it when the process ends, however it ends.
fn lock(data_dir: &Path) -> Result<File, StartError> {
    let folder = |source| StartError::Folder {
        path: data_dir.into(),
        source,
    };
    let file = File::create(data_dir.join("lock")).map_err(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse(data_dir.into())),
        Err(TryLockError::Error(source)) => Err(folder(source)),
    }
}

/// A chain, and where an older one went.
struct Opened {
    chain: Chain,
    set_aside: Option<PathBuf>,
}

/// Loads the chain of a ledger, or makes a new one where there is none that is whole and readable.
async fn open_chain(file: &Path, keys: &Keys, rules: &NetworkRules) -> Result<Opened, StartError> {
    let mut ledger = Ledger::open(file).await?;
    let mut set_aside = None;
    if let Some(row) = ledger.chain().await?.filter(|row| row.complete) {
        let mut bank = Bank::new();
        bank.load(ledger.accounts().await?)?;
        let count = ledger.count().await?;
        let mut chain = Chain::new(bank, ledger, SharedClock::new(&row), count);
        if genesis::is_readable(&chain) {
            genesis::update_program(&mut chain).await?;
            return Ok(Opened { chain, set_aside });
        }
        chain.ledger.close().await?;
        let kept = put_aside(file)?;
        tracing::warn!(
            kept = %kept.display(),
            "this release's program does not read the older practice network: a new one begins, with new balances; \
             the old one is kept"
        );
        set_aside = Some(kept);
        ledger = Ledger::open(file).await?;
    }
    let chain = new_chain(ledger, keys, rules).await?;
    Ok(Opened { chain, set_aside })
}

/// Moves a closed ledger, and what the coordinator keeps about the leases in it, into a folder of their own beside
/// it; gives that folder. The keys stay.
fn put_aside(file: &Path) -> Result<PathBuf, StartError> {
    let folder = file.with_file_name(format!("before-{}", wall_ms()));
    let failed = |source| StartError::SetAside {
        path: folder.clone(),
        source,
    };
    std::fs::create_dir(&folder).map_err(failed)?;
    let name = file.file_name().unwrap_or_default();
    let ledger = ["", "-wal", "-shm"].map(|ending| {
        let mut name = name.to_owned();
        name.push(ending);
        name
    });
    for name in ledger.into_iter().chain([COORDINATOR.into()]) {
        match std::fs::rename(file.with_file_name(&name), folder.join(&name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(folder)
}

async fn new_chain(mut ledger: Ledger, keys: &Keys, rules: &NetworkRules) -> Result<Chain, StartError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(StartError::Random)?;
    // The chain begins in the past, so that there is a final slot before the first transaction.
    let head_start = (FINAL_AFTER_SLOTS + 1) * SLOT_MS;
    let genesis = Genesis {
        at_ms: wall_ms().saturating_sub(head_start),
        seed,
    };
    ledger.begin(&genesis).await?;
    let row = ChainRow {
        genesis,
        offset_ms: 0,
        chain_ms: genesis.at_ms,
        complete: false,
    };
    let mut chain = Chain::new(Bank::new(), ledger, SharedClock::new(&row), 0);
    genesis::create(&mut chain, keys, rules).await?;
    Ok(chain)
}
