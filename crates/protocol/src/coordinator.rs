//! Bodies of the coordinator's HTTP interface. JSON; every change of state is a signed request
//! ([`crate::request`]).
//!
//! | request | signed by | body → reply |
//! |---|---|---|
//! | `GET /v1/network` | nobody | → [`NetworkReply`] |
//! | `POST /v1/nodes` | node key | [`RegisterNode`] → [`Registered`] |
//! | `POST /v1/nodes/heartbeat` | node key | [`Heartbeat`] → [`HeartbeatReply`] |
//! | `POST /v1/nodes/inbox` | node key | [`InboxRequest`] → [`Inbox`]; answers when something is there, at the latest after the wait asked for |
//! | `POST /v1/nodes/quotes` | node key | [`QuoteAnswer`] → [`Accepted`] |
//! | `GET /v1/offers` | nobody | → [`Offers`] |
//! | `POST /v1/quotes` | session key | [`QuoteRequest`] → [`SignedQuote`]; waits for the node, at most [`QUOTE_WAIT_SECONDS`] |
//! | `POST /v1/leases/address` | session key | [`AddressRequest`] → [`MeshAddress`]; only when the lease is open on chain |
//! | `POST /v1/leases/settlement` | session or node key | [`Settlement`] → [`SettlementReply`]; idempotent |

use std::net::SocketAddr;

use hearth_types::{
    id::{LeaseId, NodeId, SessionKey, Signature, TxSignature, WalletAddress},
    market::{ListedOffer, Offer},
    money::{Currency, UsdNanos},
    network::NetworkInfo,
};
use serde::{Deserialize, Serialize};

use crate::statement::{SignedClose, SignedQuote, SignedVoucher};

/// How long a renter's quote request waits for the node, seconds.
pub const QUOTE_WAIT_SECONDS: u64 = 10;
/// How long a quote is good, seconds.
pub const QUOTE_VALID_SECONDS: u64 = 120;
/// Seconds between heartbeats.
pub const HEARTBEAT_SECONDS: u64 = 10;
/// An offer is listed while its last heartbeat is younger than this, seconds.
pub const OFFER_FRESH_SECONDS: u64 = 35;
/// The longest wait of an inbox request, seconds.
pub const INBOX_WAIT_SECONDS: u64 = 25;
/// The most devices of a node.
pub const MAX_DEVICES: usize = 8;

/// What the coordinator says of its network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkReply {
    /// Parameters.
    pub network: NetworkInfo,
    /// The protocol's version; another major version cannot talk to it.
    pub protocol: u32,
    /// What currencies cost now, one line each; a currency of which nobody knows a price has none. Left out by
    /// coordinators without a price feed.
    #[serde(default)]
    pub prices: Vec<PriceSample>,
}

/// What a currency costs at the moment of the reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceSample {
    /// Of one whole unit of this.
    pub currency: Currency,
    /// How much; not zero.
    pub price: UsdNanos,
    /// Who says so, 1 to 100 characters, such as `practice script`.
    pub source: String,
}

/// This protocol's version.
pub const PROTOCOL_VERSION: u32 = 1;

/// A node introduces itself, with its wallet's consent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterNode {
    /// The node, which also signs the request.
    pub node: NodeId,
    /// The wallet that is paid.
    pub wallet: WalletAddress,
    /// By the wallet, over [`crate::statement::Scope::registration_bytes`].
    pub wallet_signature: Signature,
}

/// The registration is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The node.
    pub node: NodeId,
}

/// A node is alive; what it offers now, and where a renter with a lease finds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// What it lists; `None` takes the offer down.
    pub offer: Option<Offer>,
    /// Whether the offer can be hired now.
    pub available: bool,
    /// Given only to the renter of an open lease.
    pub address: Option<MeshAddress>,
}

/// When to come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatReply {
    /// Seconds until the next heartbeat.
    pub next_in_seconds: u64,
    /// Why the offer is not listed, when it is not.
    pub not_listed: Option<ApiError>,
}

/// A node waits for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxRequest {
    /// At most [`INBOX_WAIT_SECONDS`].
    pub wait_seconds: u64,
}

/// Messages for a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbox {
    /// Renters who ask for a quote.
    pub quote_requests: Vec<PendingQuoteRequest>,
}

/// A quote request on its way to the node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingQuoteRequest {
    /// Number to answer under.
    pub id: i64,
    /// What is asked.
    pub request: QuoteRequest,
}

/// A renter asks a node for its consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteRequest {
    /// The node.
    pub node: NodeId,
    /// The wallet that will open the lease.
    pub renter: WalletAddress,
    /// The renter's key for the lease, which also signs the request.
    pub session: SessionKey,
    /// The longest time wanted, seconds.
    pub seconds: u64,
}

/// The node's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteAnswer {
    /// Number of the request.
    pub id: i64,
    /// The quote, or why there is none.
    pub answer: Result<SignedQuote, ApiError>,
}

/// Taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {}

/// The market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offers {
    /// Fresh offers of staked devices.
    pub offers: Vec<ListedOffer>,
}

/// A renter asks where its node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressRequest {
    /// The open lease.
    pub lease: LeaseId,
}

/// Where a mesh endpoint can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeshAddress {
    /// Its endpoint id.
    pub node: NodeId,
    /// Direct addresses.
    pub direct: Vec<SocketAddr>,
    /// Relay, when it has one.
    pub relay: Option<String>,
}

/// What settles a lease. May come more than once and from both sides; the highest voucher counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The lease.
    pub lease: LeaseId,
    /// The highest voucher; absent when nothing was prepaid.
    pub voucher: Option<SignedVoucher>,
    /// The node's consent to close; absent to deposit a voucher only.
    pub close: Option<SignedClose>,
}

/// How far settling has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SettlementReply {
    /// Stored; will be sent.
    Stored,
    /// Sent, not confirmed yet.
    Submitted {
        /// The transaction.
        signature: TxSignature,
    },
    /// The lease is closed on chain.
    Closed {
        /// The transaction, when the coordinator sent it.
        signature: Option<TxSignature>,
    },
}

/// Stable names of what the coordinator refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiCode {
    /// Body, path or header does not parse, or a value is out of range.
    BadRequest,
    /// A header is missing or the signature is not the key's.
    BadSignature,
    /// The counter was seen or passed; `expected_counter` says what to use.
    StaleCounter,
    /// The key may not do this.
    Forbidden,
    /// No such node, offer, quote request or lease.
    NotFound,
    /// Not registered.
    NotRegistered,
    /// No device carries enough stake on chain.
    StakeMissing,
    /// The devices are hired.
    Busy,
    /// The node did not answer in time.
    NodeSilent,
    /// The node would not quote.
    Refused,
    /// Another network or protocol version.
    WrongNetwork,
    /// A voucher or close that does not fit the lease.
    BadSettlement,
    /// The chain does not answer.
    ChainUnreachable,
    /// Too many requests.
    TooMany,
    /// The coordinator's own failure.
    Internal,
}

/// A refusal, as the body of a non-2xx reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// Stable name.
    pub code: ApiCode,
    /// A sentence; English.
    pub message: String,
    /// With [`ApiCode::StaleCounter`]: the lowest counter that will be taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_counter: Option<u64>,
}

impl ApiError {
    /// A refusal.
    #[must_use]
    pub fn new(code: ApiCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            expected_counter: None,
        }
    }
}
