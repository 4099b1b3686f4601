//! Rows of the outbox.

use std::fmt;

use hearth_types::{
    id::{LeaseId, TxSignature},
    time::UnixMillis,
};

use super::OutboxError;
use crate::{
    Session, StoreError,
    codec::{Word, bytes, from_column, maybe_bytes, words},
    ledger::{EntryId, IdempotencyKey},
};

/// Number of a row; newer is larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutboxId(pub i64);

impl fmt::Display for OutboxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What the transaction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutboxKind {
    /// Makes a device known on chain and stakes on it.
    Stake,
    /// Asks for unstaking.
    RequestUnstake,
    /// Withdraws what has cooled down.
    Withdraw,
    /// Opens a lease: escrow.
    LeaseOpen,
    /// Closes a lease.
    LeaseClose,
    /// Offers a co-stake, or takes the offer back.
    CoStakeOffer,
    /// Stakes what somebody offers.
    CoStakeAccept,
    /// Announces that a co-stake leaves.
    CoStakeLeave,
    /// Withdraws a co-stake that has cooled down.
    CoStakeWithdraw,
    /// Claims rewards.
    Claim,
    /// Sends money to somebody.
    Send,
    /// Moves money between two wallets of this profile.
    Move,
}

words!(OutboxKind {
    Stake = "stake",
    RequestUnstake = "request_unstake",
    Withdraw = "withdraw",
    LeaseOpen = "lease_open",
    LeaseClose = "lease_close",
    CoStakeOffer = "co_stake_offer",
    CoStakeAccept = "co_stake_accept",
    CoStakeLeave = "co_stake_leave",
    CoStakeWithdraw = "co_stake_withdraw",
    Claim = "claim",
    Send = "send",
    Move = "move",
});

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutboxState {
    /// Written down; perhaps sent.
    Prepared,
    /// Sent.
    Sent,
    /// On chain.
    Confirmed,
    /// On chain for good.
    Final,
    /// Its blockhash ran out before it came on chain: it never will.
    Expired,
    /// Refused for good, or failed on chain.
    Failed,
}

words!(OutboxState {
    Prepared = "prepared",
    Sent = "sent",
    Confirmed = "confirmed",
    Final = "final",
    Expired = "expired",
    Failed = "failed",
});

/// A transaction on its way.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number.
    pub id: OutboxId,
    /// What it does.
    pub kind: OutboxKind,
    /// The intention.
    pub idempotency_key: IdempotencyKey,
    /// Which transaction for it, from 1.
    pub attempt: u32,
    /// The lease it belongs to.
    pub lease: Option<LeaseId>,
    /// The signed transaction as it is sent.
    pub signed_transaction: Vec<u8>,
    /// Its first signature: its id.
    pub signature: TxSignature,
    /// The block height after which it cannot come on chain.
    pub last_valid_block_height: u64,
    /// It can be in no block up to this slot; `None` in rows of old.
    pub after_slot: Option<u64>,
    /// Where it stands.
    pub state: OutboxState,
    /// Its ledger entries, oldest first.
    pub entries: Vec<EntryId>,
    /// When it was prepared.
    pub created_at: UnixMillis,
    /// Why it failed or expired.
    pub error: Option<String>,
    /// Why the chain's servers would not take it: it is not sent again.
    pub refused: Option<String>,
    /// Its time is over, and this is why nobody can say what became of it.
    pub undecided: Option<String>,
}

impl fmt::Debug for OutboxRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxRow")
            .field("id", &self.id.0)
            .field("kind", &self.kind)
            .field("attempt", &self.attempt)
            .field("state", &self.state)
            .field("error", &self.error)
            .field("refused", &self.refused)
            .field("undecided", &self.undecided)
            .finish_non_exhaustive()
    }
}

/// A row by its number.
///
/// # Errors
/// [`OutboxError::Unknown`], [`OutboxError::Store`].
pub async fn get(session: &mut impl Session, row: OutboxId) -> Result<OutboxRow, OutboxError> {
    let select = sqlx::query_as!(Columns, "SELECT * FROM outbox WHERE id = ?1", row.0);
    let columns = select.fetch_optional(session.connection()).await?;
    complete(session, columns.ok_or(OutboxError::Unknown(row))?).await
}

/// The newest row of an intention, when there is one.
///
/// # Errors
/// [`OutboxError::Store`].
pub async fn find(
    session: &mut impl Session,
    key: &IdempotencyKey,
) -> Result<Option<OutboxRow>, OutboxError> {
    let select = sqlx::query_as!(
        Columns,
        "SELECT * FROM outbox WHERE idempotency_key = ?1 ORDER BY attempt DESC LIMIT 1",
        key.0
    );
    match select.fetch_optional(session.connection()).await? {
        Some(columns) => complete(session, columns).await.map(Some),
        None => Ok(None),
    }
}

/// Whether anything was decided after this transaction.
///
/// # Errors
/// [`OutboxError::Store`].
pub async fn has_newer(session: &mut impl Session, row: OutboxId) -> Result<bool, OutboxError> {
    let select = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM outbox WHERE id > ?1) AS "newer!: bool""#,
        row.0
    );
    Ok(select.fetch_one(session.connection()).await?)
}

/// Every transaction that the chain has not had its last word on (prepared, sent, confirmed), oldest first: what to
/// take up again after a start.
///
/// # Errors
/// [`OutboxError::Store`].
pub async fn unfinished(session: &mut impl Session) -> Result<Vec<OutboxRow>, OutboxError> {
    let select = sqlx::query_as!(
        Columns,
        "SELECT * FROM outbox WHERE state IN ('prepared', 'sent', 'confirmed') ORDER BY id"
    );
    let mut rows = Vec::new();
    for columns in select.fetch_all(session.connection()).await? {
        rows.push(complete(session, columns).await?);
    }
    Ok(rows)
}

struct Columns {
    id: i64,
    kind: String,
    idempotency_key: String,
    attempt: i64,
    lease: Option<Vec<u8>>,
    signed_transaction: Vec<u8>,
    signature: Vec<u8>,
    last_valid_block_height: i64,
    after_slot: Option<i64>,
    state: String,
    created_at: i64,
    error: Option<String>,
    refused: Option<String>,
    undecided: Option<String>,
}

async fn complete(session: &mut impl Session, columns: Columns) -> Result<OutboxRow, OutboxError> {
    let select = sqlx::query_scalar!(
        "SELECT entry FROM outbox_entry WHERE outbox = ?1 ORDER BY entry",
        columns.id
    );
    let entries = select.fetch_all(session.connection()).await?;
    Ok(parse(columns, entries.into_iter().map(EntryId).collect())?)
}

fn parse(columns: Columns, entries: Vec<EntryId>) -> Result<OutboxRow, StoreError> {
    Ok(OutboxRow {
        id: OutboxId(columns.id),
        kind: OutboxKind::parse(&columns.kind, "outbox.kind")?,
        idempotency_key: IdempotencyKey(columns.idempotency_key),
        attempt: u32::try_from(columns.attempt).map_err(|_| StoreError::Value {
            what: "outbox.attempt",
        })?,
        lease: maybe_bytes(columns.lease, "outbox.lease")?.map(LeaseId),
        signed_transaction: columns.signed_transaction,
        signature: TxSignature(bytes(&columns.signature, "outbox.signature")?),
        last_valid_block_height: from_column(
            columns.last_valid_block_height,
            "outbox.last_valid_block_height",
        )?,
        after_slot: columns
            .after_slot
            .map(|slot| from_column(slot, "outbox.after_slot"))
            .transpose()?,
        state: OutboxState::parse(&columns.state, "outbox.state")?,
        entries,
        created_at: UnixMillis(from_column(columns.created_at, "outbox.created_at")?),
        error: columns.error,
        refused: columns.refused,
        undecided: columns.undecided,
    })
}
