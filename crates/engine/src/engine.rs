//! The engine's body: start, parts, events, stop.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
};

use ed25519_dalek::SigningKey;
use hearth_chain::{
    node_key::NodeKey,
    wallet::{Keychain, NoKeychain, OsKeychain, Wallet, WalletStore},
};
use hearth_store::Store;
use hearth_types::{
    id::{LeaseId, NodeId, WalletAddress},
    ipc::{Code, Command, Event, IpcError, Request, Topic},
};
use serde_json::Value;
use tokio::sync::{Notify, OnceCell, broadcast};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{EngineConfig, NetworkConfig},
    coordinator_client::CoordinatorClient,
    lending::Lending,
    money::UnderWay,
    network::Network,
    private_file::create_private_dir,
    renter::SessionHandle,
    state::State,
    wallet::operating_wallet,
};

/// Events a slow client may lag behind before it has to fetch everything again.
const EVENT_BUFFER: usize = 512;

/// A running engine. Clones share it.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

/// The parts.
pub(crate) struct Inner {
    pub(crate) config: EngineConfig,
    pub(crate) store: Store,
    pub(crate) node_key: NodeKey,
    pub(crate) wallet_store: WalletStore,
    /// The wallet that stakes, rents, earns and sends; `None` while there is none.
    pub(crate) operating: RwLock<Option<WalletAddress>>,
    /// When a person last asked for something that a key may be needed for.
    pub(crate) last_use: Mutex<tokio::time::Instant>,
    /// The open operating wallet; `None` while locked or absent.
    pub(crate) wallet: RwLock<Option<Arc<Wallet>>>,
    pub(crate) coordinator: CoordinatorClient,
    pub(crate) network: OnceCell<Network>,
    pub(crate) lending: Lending,
    pub(crate) state: Mutex<State>,
    pub(crate) events: broadcast::Sender<Event>,
    /// Wakes the watcher that looks at chain and coordinator.
    pub(crate) look_again: Notify,
    /// Transactions under way; one is driven at a time.
    pub(crate) outbox_lock: tokio::sync::Mutex<UnderWay>,
    /// One visit to the faucet at a time.
    pub(crate) faucet_lock: tokio::sync::Mutex<()>,
    /// Wakes the worker that finishes transactions.
    pub(crate) outbox_changed: Notify,
    /// Wakes the worker that settles leases.
    pub(crate) settlement_changed: Notify,
    /// Renter sessions by lease, to tell them to stop.
    pub(crate) sessions: Mutex<HashMap<LeaseId, SessionHandle>>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Engine {
    /// Opens the data folder and resumes whatever was under way when the last engine ended, however it ended.
    ///
    /// # Errors
    /// [`Code::Storage`] when the folder is in use, damaged or newer; [`Code::KeyStorage`] for the node key;
    /// [`Code::WrongNetwork`] when wallet or coordinator belong to another network.
    pub async fn start(config: EngineConfig) -> Result<Self, IpcError> {
        create_private_dir(&config.data_dir)?;
        let store = Store::open(&config.data_dir.join("hearth.db")).await?;
        let node_key = NodeKey::load_or_create(&config.data_dir.join("node.key"))?;
        let keychain: Arc<dyn Keychain> = if config.keychain {
            Arc::new(OsKeychain)
        } else {
            Arc::new(NoKeychain)
        };
        let wallet_store = WalletStore::new(&config.data_dir, config.network.kind, keychain);
        // A wallet of another network is refused here, before anything is signed with it.
        let operating = operating_wallet(&store, &wallet_store).await?;
        let coordinator = CoordinatorClient::new(
            &config.network.coordinator_url,
            config.network.kind.tag(),
            store.clone(),
        )?;
        let inner = Arc::new(Inner {
            config,
            store,
            node_key,
            wallet_store,
            operating: RwLock::new(operating),
            last_use: Mutex::new(tokio::time::Instant::now()),
            wallet: RwLock::new(None),
            coordinator,
            network: OnceCell::new(),
            lending: Lending::default(),
            state: Mutex::new(State::default()),
            events: broadcast::channel(EVENT_BUFFER).0,
            look_again: Notify::new(),
            outbox_lock: tokio::sync::Mutex::default(),
            faucet_lock: tokio::sync::Mutex::default(),
            outbox_changed: Notify::new(),
            settlement_changed: Notify::new(),
            sessions: Mutex::default(),
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        });
        let engine = Self { inner };
        engine.open_keychain_wallet().await;
        engine.spawn(Self::finish_transactions);
        engine.spawn(Self::settle_leases);
        engine.spawn(Self::watch_network);
        engine.spawn(Self::lock_when_idle);
        engine.spawn(Self::check_history_at_start);
        engine.spawn(Self::resume_renter_leases);
        engine.spawn(Self::forget_old_results);
        engine.spawn(|engine| async move {
            // First what a crash cut off: a lease that is served again must not be ended as interrupted.
            engine.clone().end_interrupted_provider_leases().await;
            engine.resume_lending_after_restart().await;
        });
        Ok(engine)
    }

    /// Does what a client asks and gives the reply as JSON.
    ///
    /// # Errors
    /// Whatever the command could not do, with code and mend.
    pub async fn handle(&self, command: Command) -> Result<Value, IpcError> {
        let name = command.name();
        self.note_use(&command);
        // Outlives its caller: a browser tab that closes must not cut a payment or a stop in half.
        let engine = self.clone();
        let work = self
            .inner
            .tasks
            .spawn(async move { engine.dispatch(command).await });
        let answer = work.await.map_err(internal)?;
        if let Err(error) = &answer {
            tracing::debug!(command = name, code = ?error.code, "refused: {}", error.message);
        }
        answer
    }

    /// [`Self::handle`] with the reply's type.
    ///
    /// # Errors
    /// As [`Self::handle`].
    pub async fn ask<R: Request>(&self, request: R) -> Result<R::Reply, IpcError> {
        let value = self.handle(request.into()).await?;
        serde_json::from_value(value).map_err(internal)
    }

    /// Everything that happens from now on.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// The network it was started for.
    #[must_use]
    pub fn network(&self) -> &NetworkConfig {
        &self.inner.config.network
    }

    /// Shows a problem in the status until something else replaces it.
    pub fn report(&self, problem: IpcError) {
        tracing::warn!(code = ?problem.code, detail = problem.detail, "{}", problem.message);
        self.state().add_problem(problem);
        self.status_changed();
    }

    /// Stops workloads and background work; what is under way is resumed at the next start.
    pub async fn shutdown(&self) {
        self.halt_lending().await;
        self.inner.stop.cancel();
        self.inner.tasks.close();
        let patience = std::time::Duration::from_secs(5);
        if tokio::time::timeout(patience, self.inner.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some background work did not end in time");
        }
        self.inner.store.clone().close().await;
    }

    /// Starts background work that ends with the engine.
    pub(crate) fn spawn<F, W>(&self, work: F)
    where
        F: FnOnce(Self) -> W,
        W: Future<Output = ()> + Send + 'static,
    {
        let stop = self.inner.stop.clone();
        let work = work(self.clone());
        self.inner.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        });
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn node_id(&self) -> NodeId {
        self.inner.node_key.id()
    }

    pub(crate) fn node_signer(&self) -> SigningKey {
        self.inner.node_key.signing_key().clone()
    }

    /// The network, asked for at most once successfully.
    pub(crate) async fn net(&self) -> Result<&Network, IpcError> {
        let inner = &self.inner;
        inner
            .network
            .get_or_try_init(|| async {
                let settings = self.settings().await?;
                let network =
                    Network::load(&inner.config.network, &inner.coordinator, &inner.config.data_dir).await?;
                network.chain.pay_for_priority(settings.max_priority_fee);
                Ok(network)
            })
            .await
    }

    pub(crate) fn emit(&self, event: Event) {
        // Nobody listening is fine.
        let _ = self.inner.events.send(event);
    }

    pub(crate) fn changed(&self, topic: Topic) {
        self.emit(Event::Changed { topic });
    }
}

/// A mistake of ours, for the border.
pub(crate) fn internal(cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(
        Code::Internal,
        "Something went wrong inside Hearth. No money moved.",
    )
    .detail(cause)
}
