//! An engine on a chain that does as it is told.

use std::{sync::Arc, time::Duration};

use hearth_chain::{ChainClient, ChainConfig, outgoing::Policy};
use hearth_protocol::statement::Scope;
use hearth_store::{ledger::Movement, outbox::OutboxKind};
use hearth_types::{
    history::HistoryEntry,
    id::{Address, TxSignature, WalletAddress},
    ipc::{BrowserAccess, CreateWallet, IpcError, KeyProtection, Secret},
    money::{Io, Lamports},
    network::{NetworkInfo, NetworkKind},
};

use super::{
    super::{Plan, entry},
    chain::FakeChain,
};
use crate::{
    config::{EngineConfig, Host, NetworkConfig},
    engine::Engine,
    network::Network,
};

/// The longest wait for anything here.
const PATIENCE: Duration = Duration::from_secs(30);

struct Nobody;

impl Host for Nobody {
    fn browser_access(&self) -> Option<BrowserAccess> {
        None
    }

    fn set_autostart(&self, _: bool) -> Result<(), IpcError> {
        Ok(())
    }

    fn quit(&self) {}
}

pub(super) struct Rig {
    pub(super) engine: Engine,
    pub(super) chain: FakeChain,
    _folder: tempfile::TempDir,
}

impl Rig {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = "http://127.0.0.1:1".to_owned();
        let engine = Engine::start(EngineConfig {
            data_dir: folder.path().to_owned(),
            network: NetworkConfig {
                kind: NetworkKind::Practice,
                rpc_url: nowhere.clone(),
                coordinator_url: nowhere,
            },
            runner: "no-such-program".into(),
            keychain: false,
            host: Arc::new(Nobody),
        })
        .await
        .unwrap();
        let made = engine
            .ask(CreateWallet {
                words: 12,
                protection: KeyProtection::Passphrase(Secret("a passphrase".to_owned())),
            })
            .await
            .unwrap();
        let chain = FakeChain::start(made.address).await;
        let info = NetworkInfo {
            kind: NetworkKind::Practice,
            program: Address([1; 32]),
            io_mint: Address([2; 32]),
            min_stake_per_device: Io(1),
            cooldown_seconds: 1,
            settle_window_seconds: 1,
            margin_bps: 1_000,
        };
        let client = ChainClient::new(ChainConfig {
            rpc_url: chain.url.clone(),
            network: info.kind,
            program: info.program,
            io_mint: info.io_mint,
        });
        let hurried = Policy {
            spacing: Duration::ZERO,
            look_every: Duration::from_millis(5),
            watch_every: Duration::ZERO,
            send_every: Duration::from_millis(5),
            patience: Duration::from_millis(50),
            ..Policy::public(1)
        };
        let network = Network {
            scope: Scope {
                network_tag: info.kind.tag(),
                program: info.program,
            },
            info,
            chain: client.with_policy(hurried),
        };
        assert!(engine.inner.network.set(network).is_ok());
        let rig = Self {
            engine,
            chain,
            _folder: folder,
        };
        // The money that is there from the beginning is recorded first.
        assert_eq!(rig.engine.reconcile().await.unwrap().received.len(), 1);
        rig
    }

    /// A decision whose one entry is the fee of its transaction.
    pub(super) async fn decide(&self, key: &str) -> Result<TxSignature, IpcError> {
        self.decide_as(OutboxKind::Stake, key).await
    }

    async fn decide_as(&self, kind: OutboxKind, key: &str) -> Result<TxSignature, IpcError> {
        let client = &self.engine.net().await?.chain;
        let recent = client.latest_blockhash().await?;
        let wallet = self.engine.open_wallet()?;
        let other = WalletAddress([8; 32]);
        let transaction = client
            .transactions()
            .make_token_account(&recent, &*wallet, other)?;
        let plan = Plan {
            kind,
            key: key.to_owned(),
            lease: None,
            transaction,
            entries: vec![entry(key, Movement::NetworkFee(Lamports(5_000)))?],
        };
        let tx = self.engine.inner.store.begin().await?;
        self.engine.submit(tx, plan).await
    }

    /// Decides while something happens to the chain once the bytes are out.
    pub(super) async fn decide_and_then(
        &self,
        key: &str,
        meanwhile: impl AsyncFnOnce(),
    ) -> Result<TxSignature, IpcError> {
        self.decide_as_and_then(OutboxKind::Stake, key, meanwhile).await
    }

    pub(super) async fn decide_as_and_then(
        &self,
        kind: OutboxKind,
        key: &str,
        meanwhile: impl AsyncFnOnce(),
    ) -> Result<TxSignature, IpcError> {
        let before = self.chain.state().sent.len();
        let then = async {
            self.wait_until(async || self.chain.state().sent.len() > before)
                .await;
            meanwhile().await;
        };
        tokio::join!(self.decide_as(kind, key), then).0
    }

    pub(super) async fn history(&self) -> Vec<HistoryEntry> {
        self.engine.history(None, 100).await.unwrap()
    }

    pub(super) async fn wait_until(&self, mut holds: impl AsyncFnMut() -> bool) {
        let waiting = async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    }

    /// Until the newest entry that is not a reversal looks so.
    pub(super) async fn wait_for(&self, looks: impl Fn(&HistoryEntry) -> bool) {
        self.wait_until(async || self.history().await.first().is_some_and(&looks))
            .await;
    }
}
