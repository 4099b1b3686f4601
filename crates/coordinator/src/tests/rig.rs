//! A coordinator with its world, and clients that sign.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ed25519_dalek::{Signer as _, SigningKey};
use hearth_chain::{Keypair, Program};
use hearth_program_interface::account::Lease;
use hearth_protocol::{
    coordinator::{Heartbeat, HeartbeatReply, MeshAddress, PriceSample, RegisterNode},
    request::{COUNTER_HEADER, KEY_HEADER, RequestParts, SIGNATURE_HEADER},
    statement::{Scope, devices_hash},
};
use hearth_types::{
    device::{DeviceKind, Vendor},
    id::{Address, DeviceId, LeaseId, NodeId, SessionKey, Signature, WalletAddress},
    market::{Offer, OfferedDevice},
    money::{Currency, Io, IoPerSecond, UsdNanos},
    network::{NetworkInfo, NetworkKind},
    time::UnixMillis,
};
use reqwest::StatusCode;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::scripted_chain::{ScriptedChain, lease_account};
use crate::{
    clock::Clock,
    config::{CoordinatorConfig, CoordinatorError},
    server::{RunningCoordinator, start_with},
};

pub(super) const DEVICE: DeviceId = DeviceId([50; 32]);
pub(super) const RENTER: WalletAddress = WalletAddress([51; 32]);
pub(super) const LEASE: LeaseId = LeaseId([52; 32]);

/// A clock that moves when told to.
pub(super) struct ManualClock(pub(super) AtomicU64);

impl ManualClock {
    pub(super) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

pub(super) struct Rig {
    pub(super) folder: tempfile::TempDir,
    pub(super) chain: Arc<ScriptedChain>,
    pub(super) clock: Arc<ManualClock>,
    running: Option<RunningCoordinator>,
}

pub(super) fn config(folder: &Path) -> CoordinatorConfig {
    CoordinatorConfig {
        data_dir: folder.to_owned(),
        listen: ([127, 0, 0, 1], 0).into(),
        rpc_url: String::new(),
        network: NetworkInfo {
            kind: NetworkKind::Practice,
            program: Address([9; 32]),
            io_mint: Address([10; 32]),
            min_stake_per_device: Io(100),
            cooldown_seconds: 1,
            settle_window_seconds: 1,
            margin_bps: 1_000,
        },
        fee_payer: Keypair::from_secret(&[11; 32]),
        prices,
    }
}

/// One price, which tells the moment it was asked for.
pub(super) fn prices(now: UnixMillis) -> Vec<PriceSample> {
    vec![PriceSample {
        currency: Currency::Io,
        price: UsdNanos(now.0),
        source: "test".into(),
    }]
}

pub(super) fn program() -> Program {
    Program {
        network: NetworkKind::Practice,
        address: Address([9; 32]),
        io_mint: Address([10; 32]),
    }
}

pub(super) fn scope() -> Scope {
    program().scope()
}

impl Rig {
    pub(super) async fn start() -> Self {
        let mut rig = Self {
            folder: tempfile::tempdir().unwrap(),
            chain: Arc::default(),
            clock: Arc::new(ManualClock(AtomicU64::new(1_000_000_000))),
            running: None,
        };
        rig.restart().await;
        rig
    }

    pub(super) async fn try_start(
        &self,
        config: CoordinatorConfig,
    ) -> Result<RunningCoordinator, CoordinatorError> {
        start_with(config, self.chain.clone(), self.clock.clone()).await
    }

    /// Kills the coordinator if it runs, and starts one on what it left.
    pub(super) async fn restart(&mut self) {
        if let Some(running) = self.running.take() {
            running.kill().await;
        }
        self.running = Some(self.try_start(config(self.folder.path())).await.unwrap());
    }

    pub(super) fn running(&self) -> &RunningCoordinator {
        self.running.as_ref().unwrap()
    }

    pub(super) fn url(&self) -> String {
        self.running().url()
    }

    pub(super) fn client(&self, secret: u8) -> Client {
        Client::new(self.url(), secret)
    }

    /// An open lease on [`DEVICE`] between the node of one client and the session of another.
    pub(super) fn lease(&self, node: &Client, session: &Client) -> Lease {
        let provider = wallet(node);
        let lease = Lease {
            id: LEASE.0,
            renter: RENTER.0,
            provider: provider.0,
            session: session.id(),
            node: node.id(),
            devices_hash: devices_hash(&program().devices(provider, &[DEVICE])),
            mint: [10; 32],
            expires_at: 1_000 + 600 + 100_000_000,
            ..lease_account()
        };
        self.chain.stake(provider, NodeId(node.id()), DEVICE);
        let mut script = self.chain.script();
        script.devices.get_mut(&(provider, DEVICE)).unwrap().lease = LEASE.0;
        script.leases.insert(LEASE, lease);
        lease
    }

    /// Until `done` gives something, for ten seconds.
    pub(super) async fn eventually<T>(&self, mut done: impl AsyncFnMut() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(value) = done().await {
                return value;
            }
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "did not happen in time"
            );
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
}

/// Somebody with a key and a counter.
pub(super) struct Client {
    http: reqwest::Client,
    pub(super) url: String,
    pub(super) key: SigningKey,
    pub(super) kind: NetworkKind,
    counter: AtomicU64,
}

pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Value,
}

impl Reply {
    pub(super) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("(no code)")
    }

    pub(super) fn ok<T: DeserializeOwned>(self) -> T {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        serde_json::from_value(self.body).unwrap()
    }
}

impl Client {
    pub(super) fn new(url: String, secret: u8) -> Self {
        Self {
            http: hearth_chain::http_client().build().unwrap(),
            url,
            key: SigningKey::from_bytes(&[secret; 32]),
            kind: NetworkKind::Practice,
            counter: AtomicU64::new(1),
        }
    }

    pub(super) fn id(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    pub(super) fn session(&self) -> SessionKey {
        SessionKey(self.id())
    }

    pub(super) fn next_counter(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::SeqCst)
    }

    pub(super) async fn post<T: Serialize>(&self, path: &str, body: &T) -> Reply {
        self.post_bytes(path, serde_json::to_vec(body).unwrap()).await
    }

    pub(super) async fn post_bytes(&self, path: &str, body: Vec<u8>) -> Reply {
        let signature = self.signature(path, self.counter.load(Ordering::SeqCst), &body);
        self.send(path, self.next_counter(), signature, body).await
    }

    pub(super) fn signature(&self, path: &str, counter: u64, body: &[u8]) -> Signature {
        RequestParts {
            network_tag: &self.kind.tag(),
            method: "POST",
            path,
            counter,
            body,
        }
        .sign(&self.key)
    }

    pub(super) async fn send(&self, path: &str, counter: u64, signature: Signature, body: Vec<u8>) -> Reply {
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .header(KEY_HEADER, Address(self.id()).to_string())
            .header(COUNTER_HEADER, counter)
            .header(SIGNATURE_HEADER, signature.to_string())
            .body(body);
        reply(request).await
    }

    pub(super) async fn get(&self, path: &str) -> Reply {
        reply(self.http.get(format!("{}{path}", self.url))).await
    }

    pub(super) async fn unsigned(&self, path: &str, body: Vec<u8>) -> Reply {
        reply(self.http.post(format!("{}{path}", self.url)).body(body)).await
    }

    /// Registers this key as a node of [`wallet`].
    pub(super) async fn register(&self) -> Reply {
        let (node, wallet_address) = (NodeId(self.id()), wallet(self));
        let consent = scope().registration_bytes(node, wallet_address);
        let body = RegisterNode {
            node,
            wallet: wallet_address,
            wallet_signature: Signature(wallet_key(self).sign(&consent).to_bytes()),
        };
        self.post("/v1/nodes", &body).await
    }

    pub(super) async fn beat(&self, offer: Option<Offer>) -> HeartbeatReply {
        let beat = Heartbeat {
            offer,
            available: true,
            address: Some(self.address()),
        };
        self.post("/v1/nodes/heartbeat", &beat).await.ok()
    }

    pub(super) fn address(&self) -> MeshAddress {
        MeshAddress {
            node: NodeId(self.id()),
            direct: vec![([10, 0, 0, 1], 7_000).into()],
            relay: None,
        }
    }
}

/// The wallet that a client's node is paid to.
pub(super) fn wallet(client: &Client) -> WalletAddress {
    WalletAddress(wallet_key(client).verifying_key().to_bytes())
}

fn wallet_key(client: &Client) -> SigningKey {
    let mut secret = client.key.to_bytes();
    secret[0] ^= 0x80;
    SigningKey::from_bytes(&secret)
}

async fn reply(request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Reply { status, body }
}

pub(super) fn offer(node: &Client) -> Offer {
    Offer {
        node: NodeId(node.id()),
        provider: wallet(node),
        devices: vec![OfferedDevice {
            id: DEVICE,
            name: "Test GPU".into(),
            vendor: Vendor::Other,
            kind: DeviceKind::Discrete,
            vram_bytes: None,
            benchmark: None,
        }],
        rate: IoPerSecond(1),
        max_seconds: 600,
        notice_seconds: 0,
    }
}
