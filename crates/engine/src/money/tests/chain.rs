//! A chain server in this process whose chain moves, loses, refuses and forks when it is told to.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hearth_types::id::{Address, TxSignature, WalletAddress};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// Slots are this much above heights.
const OFFSET: u64 = 4_000;
/// Slots until a block is final.
const FINAL_AFTER: u64 = 32;

/// What becomes of bytes that are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sends {
    /// They land.
    #[default]
    Land,
    /// They get lost.
    Lose,
    /// They are refused, and that is true.
    Refuse,
}

/// A transaction that ran.
#[derive(Clone, Debug)]
pub(super) struct Ran {
    pub(super) slot: u64,
    /// What the wallet's SOL changed by.
    pub(super) lamports: i64,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) slot: u64,
    pub(super) sends: Sends,
    pub(super) ran: BTreeMap<String, Ran>,
    /// Every packet that was ever sent, once.
    pub(super) sent: Vec<Vec<u8>>,
    /// The oldest slot with history.
    pub(super) first_slot: u64,
    pub(super) lamports: u64,
    wallet: WalletAddress,
}

/// The server.
#[derive(Clone)]
pub(super) struct FakeChain {
    state: Arc<Mutex<State>>,
    pub(super) url: String,
}

impl FakeChain {
    /// A chain on which this wallet holds a SOL since slot 4,100.
    pub(super) async fn start(wallet: WalletAddress) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = State {
            slot: 5_000,
            sends: Sends::Land,
            ran: BTreeMap::new(),
            sent: Vec::new(),
            first_slot: 0,
            lamports: 1_000_000_000,
            wallet,
        };
        let chain = Self {
            state: Arc::new(Mutex::new(state)),
            url: format!("http://{}", listener.local_addr().unwrap()),
        };
        let funded = TxSignature([1; 64]).to_string();
        let gift = Ran {
            slot: 4_100,
            lamports: 1_000_000_000,
        };
        chain.state().ran.insert(funded, gift);
        let served = chain.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(served.clone().serve(stream));
            }
        });
        chain
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    async fn serve(self, mut stream: TcpStream) -> Option<()> {
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
        let answer = match self.state().answer(body["method"].as_str()?, &body["params"]) {
            Ok(result) => json!({"jsonrpc": "2.0", "id": 1, "result": result}),
            Err(error) => json!({"jsonrpc": "2.0", "id": 1, "error": error}),
        };
        let body = answer.to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(body.as_bytes()).await.ok()?;
        stream.shutdown().await.ok()
    }
}

impl State {
    fn answer(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        // The chain lives: no two answers are of the same block.
        self.slot += 1;
        let slot = self.slot;
        let in_context = |value: Value| json!({"context": {"slot": slot}, "value": value});
        let id = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(match method {
            "getGenesisHash" => json!(Address([2; 32]).to_string()),
            "getSlot" => json!(slot),
            "getFirstAvailableBlock" => json!(self.first_slot),
            "getMinimumBalanceForRentExemption" => json!(2_039_280),
            "getLatestBlockhash" => {
                let mut hash = [0; 32];
                hash[..8].copy_from_slice(&slot.to_le_bytes());
                in_context(json!({
                    "blockhash": Address(hash).to_string(), "lastValidBlockHeight": slot - OFFSET + 150,
                }))
            }
            "isBlockhashValid" => {
                let hash: Address = id(&params[0]).parse().unwrap();
                let (made, _) = hash.0.split_first_chunk::<8>().unwrap();
                in_context(json!(slot <= u64::from_le_bytes(*made) + 150))
            }
            "practice_info" => json!({"faucet": Address([3; 32]).to_string()}),
            "getEpochInfo" => json!({
                "absoluteSlot": slot - FINAL_AFTER, "blockHeight": slot - FINAL_AFTER - OFFSET,
            }),
            "getSignatureStatuses" => {
                let statuses: Vec<_> = params[0]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|signature| self.status(&id(signature)))
                    .collect();
                in_context(json!(statuses))
            }
            "getSignaturesForAddress" => self.list(),
            "getTransaction" => self.transaction(&id(&params[0])),
            "sendTransaction" => return self.send(&id(&params[0])),
            "simulateTransaction" => in_context(json!({"err": null, "logs": []})),
            "getMultipleAccounts" => in_context(json!([
                {"lamports": self.lamports, "owner": Address([0; 32]).to_string(), "data": ["", "base64"]},
                null,
            ])),
            "getProgramAccounts" => json!([]),
            "getAccountInfo" => in_context(Value::Null),
            _ => return Err(json!({"code": -32_601, "message": "Method not found"})),
        })
    }

    fn status(&self, signature: &str) -> Value {
        let shown = self.ran.get(signature).filter(|ran| ran.slot >= self.first_slot);
        shown.map_or(Value::Null, |ran| {
            let level = if ran.slot + FINAL_AFTER <= self.slot {
                "finalized"
            } else {
                "confirmed"
            };
            json!({
                "slot": ran.slot, "confirmations": null, "status": {"Ok": null}, "err": null,
                "confirmationStatus": level,
            })
        })
    }

    fn list(&self) -> Value {
        let mut listed: Vec<_> = self
            .ran
            .iter()
            .filter(|(_, ran)| ran.slot >= self.first_slot)
            .collect();
        listed.sort_by_key(|(_, ran)| std::cmp::Reverse(ran.slot));
        let shown = listed.into_iter().map(|(signature, ran)| {
            json!({"signature": signature, "slot": ran.slot, "err": null, "memo": null, "blockTime": 1_700_000_000})
        });
        shown.collect()
    }

    fn transaction(&self, signature: &str) -> Value {
        let Some(ran) = self.ran.get(signature) else {
            return Value::Null;
        };
        let held = 10_000_000_000_i64;
        let after = held + ran.lamports;
        // A stranger pays for what this wallet did not sign.
        let own = self.sent.iter().find(|packet| id_of(packet) == signature);
        let (packet, before, after) = match own {
            Some(packet) => {
                let others = usize::from(packet[1 + 64 + 3]) - 1;
                let balances = |first| [vec![first], vec![1; others]].concat();
                (packet.clone(), balances(held), balances(after))
            }
            None => (gift(signature, self.wallet), vec![7, held], vec![7, after]),
        };
        json!({
            "slot": ran.slot,
            "blockTime": 1_700_000_000,
            "transaction": [STANDARD.encode(packet), "base64"],
            "meta": {
                "err": null, "status": {"Ok": null}, "fee": 5_000, "preBalances": before, "postBalances": after,
                "logMessages": [], "preTokenBalances": [], "postTokenBalances": [],
            },
        })
    }

    fn send(&mut self, packet: &str) -> Result<Value, Value> {
        let packet = STANDARD.decode(packet).unwrap();
        let signature = id_of(&packet);
        if !self.sent.contains(&packet) {
            self.sent.push(packet);
        }
        match self.sends {
            Sends::Land => {
                let ran = Ran {
                    slot: self.slot,
                    lamports: -5_000,
                };
                if !self.ran.contains_key(&signature) {
                    self.lamports -= 5_000;
                }
                self.ran.entry(signature.clone()).or_insert(ran);
            }
            Sends::Lose => {}
            Sends::Refuse => {
                let data = json!({"err": "InsufficientFundsForFee", "logs": []});
                return Err(
                    json!({"code": -32_002, "message": "Transaction simulation failed", "data": data}),
                );
            }
        }
        Ok(json!(signature))
    }
}

/// The id in a packet.
fn id_of(packet: &[u8]) -> String {
    bs58::encode(&packet[1..65]).into_string()
}

/// A transaction by which a stranger moved something in a wallet.
fn gift(signature: &str, wallet: WalletAddress) -> Vec<u8> {
    let id = bs58::decode(signature).into_vec().unwrap();
    let stranger = [9; 32];
    // One signature, no read-only accounts, two accounts; a blockhash; no instructions.
    [
        &[1],
        id.as_slice(),
        &[1, 0, 0, 2],
        &stranger,
        &wallet.0,
        &[0; 32],
        &[0],
    ]
    .concat()
}
