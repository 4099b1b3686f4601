//! A JSON-RPC server in this process that answers what a test wants.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use hearth_chain::{
    ChainClient, ChainConfig, Keypair, PreparedTransaction, RecentBlockhash, outgoing::Policy,
    transactions::Priority,
};
use hearth_types::{
    id::{Address, DeviceId, NodeId},
    money::Io,
    network::NetworkKind,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// A blockhash, as its text.
pub(crate) const BLOCKHASH: &str = "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi";
/// The genesis hash of the practice chain here.
pub(crate) const GENESIS: &str = "8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR";

type Answer = Box<dyn FnMut(&Value) -> Value + Send>;

/// What a server does.
#[derive(Default)]
struct Script {
    /// By method: from the parameters to the result, or to an object with `error`.
    answers: HashMap<&'static str, Answer>,
    /// Every request, in order.
    asked: Vec<(String, Value)>,
    /// An HTTP status instead of answers, with further header lines.
    status: Option<&'static str>,
}

/// A server.
#[derive(Clone)]
pub(crate) struct Server {
    script: Arc<Mutex<Script>>,
    pub(crate) url: String,
}

impl Server {
    /// A sound server of a chain at this slot; heights are 4,000 less. It knows of no transaction.
    pub(crate) async fn at(slot: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            script: Arc::default(),
        };
        server.on("getGenesisHash", |_| json!(GENESIS));
        server.on("getHealth", |_| json!("ok"));
        server.on("getRecentPrioritizationFees", |_| json!([]));
        server.on("getFirstAvailableBlock", |_| json!(0));
        server.on("getSignaturesForAddress", |_| json!([]));
        server.on("isBlockhashValid", move |_| in_context(slot, json!(true)));
        server.on("sendTransaction", |_| json!("1".repeat(64)));
        server.stand_at(slot);
        let script = Arc::clone(&server.script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script)));
            }
        });
        server
    }

    /// Its chain is at this slot now.
    pub(crate) fn stand_at(&self, slot: u64) {
        let height = slot - 4_000;
        self.on("getSlot", move |_| json!(slot));
        self.on("getLatestBlockhash", move |_| {
            in_context(
                slot,
                json!({"blockhash": BLOCKHASH, "lastValidBlockHeight": height + 150}),
            )
        });
        self.on("getEpochInfo", move |params| {
            let behind = if params[0]["commitment"] == "finalized" {
                32
            } else {
                0
            };
            json!({
                "absoluteSlot": slot - behind, "blockHeight": height - behind, "epoch": 0, "slotIndex": 0,
                "slotsInEpoch": 432_000, "transactionCount": 0,
            })
        });
        self.on("getSignatureStatuses", move |_| in_context(slot, json!([null])));
    }

    /// Answers a method so from now on.
    pub(crate) fn on(&self, method: &'static str, answer: impl FnMut(&Value) -> Value + Send + 'static) {
        self.script
            .lock()
            .unwrap()
            .answers
            .insert(method, Box::new(answer));
    }

    /// Answers everything with an HTTP status, or no more.
    pub(crate) fn http_status(&self, status: Option<&'static str>) {
        self.script.lock().unwrap().status = status;
    }

    /// What it was asked of a method, oldest first.
    pub(crate) fn asked(&self, method: &str) -> Vec<Value> {
        let script = self.script.lock().unwrap();
        let asked = script.asked.iter().filter(|(name, _)| name == method);
        asked.map(|(_, params)| params.clone()).collect()
    }

    /// How often it was asked anything.
    pub(crate) fn requests(&self) -> usize {
        self.script.lock().unwrap().asked.len()
    }
}

/// A value with the slot it is of.
pub(crate) fn in_context(slot: u64, value: Value) -> Value {
    json!({"context": {"slot": slot}, "value": value})
}

/// A status as a server gives it.
pub(crate) fn status(slot: u64, confirmation: &str, error: Value) -> Value {
    let ok = if error.is_null() {
        json!({"Ok": null})
    } else {
        json!({"Err": error})
    };
    json!([{
        "slot": slot, "confirmations": null, "status": ok, "err": error, "confirmationStatus": confirmation,
    }])
}

async fn serve(mut stream: TcpStream, script: Arc<Mutex<Script>>) -> Option<()> {
    let mut request = Vec::new();
    let body = loop {
        let mut part = [0; 4096];
        let length = stream.read(&mut part).await.ok().filter(|length| *length > 0)?;
        request.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&request);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let wanted: usize = head.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })?;
        if body.len() >= wanted {
            break serde_json::from_str::<Value>(body).ok()?;
        }
    };
    let (status, answer) = {
        let mut script = script.lock().ok()?;
        let method = body["method"].as_str()?.to_owned();
        script.asked.push((method.clone(), body["params"].clone()));
        let answer = match script.answers.get_mut(method.as_str()) {
            Some(answer) => answer(&body["params"]),
            None => json!({"error": {"code": -32_601, "message": "Method not found"}}),
        };
        (script.status, answer)
    };
    let answer = if answer["error"].is_object() {
        json!({"jsonrpc": "2.0", "id": 1, "error": answer["error"]})
    } else {
        json!({"jsonrpc": "2.0", "id": 1, "result": answer})
    };
    let (status, body) = match status {
        Some(status) => (status, "busy".to_owned()),
        None => ("200 OK", answer.to_string()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(body.as_bytes()).await.ok()?;
    stream.shutdown().await.ok()
}

/// A client of these servers that is in a hurry.
pub(crate) fn client(servers: &[&Server]) -> ChainClient {
    let urls: Vec<_> = servers.iter().map(|server| server.url.as_str()).collect();
    let policy = Policy {
        spacing: Duration::ZERO,
        look_every: Duration::ZERO,
        watch_every: Duration::ZERO,
        send_every: Duration::ZERO,
        patience: Duration::from_millis(300),
        ..Policy::public(servers.len())
    };
    of_network(&urls.join(","), NetworkKind::Practice).with_policy(policy)
}

pub(crate) fn of_network(rpc_url: &str, network: NetworkKind) -> ChainClient {
    ChainClient::new(ChainConfig {
        rpc_url: rpc_url.to_owned(),
        network,
        program: Address([1; 32]),
        io_mint: Address([2; 32]),
    })
}

/// A transaction signed at slot 5,000 and height 1,000.
pub(crate) fn transaction(client: &ChainClient) -> PreparedTransaction {
    let recent = RecentBlockhash {
        hash: [7; 32],
        last_valid_block_height: 1_150,
        slot: Some(5_000),
        priority: Priority::NONE,
    };
    stake(client, &recent)
}

pub(crate) fn stake(client: &ChainClient, recent: &RecentBlockhash) -> PreparedTransaction {
    let owner = Keypair::from_secret(&[3; 32]);
    client
        .transactions()
        .stake(recent, &owner, NodeId([4; 32]), DeviceId([5; 32]), Io(6))
        .unwrap()
}
