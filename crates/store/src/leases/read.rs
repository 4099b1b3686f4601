//! Reading leases.

use hearth_types::{
    id::TxSignature,
    job::Job,
    lease::{EndReason, LeaseStage, Side},
    money::Io,
    time::UnixMillis,
};

use super::{LeaseEnd, LeaseError, LeaseKey, LeaseRow, SealedSecret, Voucher};
use crate::{
    Session, StoreError,
    codec::{Word, bytes, from_column, from_json, maybe_bytes},
};

/// A lease.
///
/// # Errors
/// [`LeaseError::Unknown`], [`LeaseError::Store`].
pub async fn get(session: &mut impl Session, key: LeaseKey) -> Result<LeaseRow, LeaseError> {
    let (id, side) = (key.id.0.as_slice(), key.side.word());
    let select = sqlx::query_as!(
        Columns,
        "SELECT * FROM lease WHERE id = ?1 AND side = ?2",
        id,
        side
    );
    let columns = select.fetch_optional(session.connection()).await?;
    Ok(columns.ok_or(LeaseError::Unknown(key.id))?.parse()?)
}

/// All leases, of one side or both, newest first.
///
/// # Errors
/// [`LeaseError::Store`].
pub async fn list(session: &mut impl Session, side: Option<Side>) -> Result<Vec<LeaseRow>, LeaseError> {
    let side = side.map(Word::word);
    let select = sqlx::query_as!(
        Columns,
        "SELECT * FROM lease WHERE ?1 IS NULL OR side = ?1 ORDER BY opened_at DESC, id, side",
        side
    );
    parse_all(select.fetch_all(session.connection()).await?)
}

/// The leases that are neither closed nor abandoned, oldest first: what to take up again after a start.
///
/// # Errors
/// [`LeaseError::Store`].
pub async fn unfinished(session: &mut impl Session) -> Result<Vec<LeaseRow>, LeaseError> {
    let select = sqlx::query_as!(
        Columns,
        "SELECT * FROM lease WHERE stage NOT IN ('closed', 'abandoned') ORDER BY opened_at, id, side"
    );
    parse_all(select.fetch_all(session.connection()).await?)
}

/// What the lease runs, when this side knows it.
///
/// # Errors
/// [`LeaseError::Store`].
pub async fn job(session: &mut impl Session, key: LeaseKey) -> Result<Option<Job>, LeaseError> {
    let (id, side) = (key.id.0.as_slice(), key.side.word());
    let select = sqlx::query_scalar!(
        "SELECT job FROM lease_job WHERE lease = ?1 AND side = ?2",
        id,
        side
    );
    let json = select.fetch_optional(session.connection()).await?;
    Ok(json.map(|json| from_json(&json, "lease_job.job")).transpose()?)
}

fn parse_all(columns: Vec<Columns>) -> Result<Vec<LeaseRow>, LeaseError> {
    Ok(columns
        .into_iter()
        .map(Columns::parse)
        .collect::<Result<_, _>>()?)
}

struct Columns {
    id: Vec<u8>,
    side: String,
    stage: String,
    quote: String,
    node_signature: Vec<u8>,
    session_secret: Option<Vec<u8>>,
    device_name: String,
    title: String,
    exit_code: Option<i64>,
    voucher_amount: i64,
    voucher_seconds: i64,
    voucher_signature: Option<Vec<u8>>,
    acknowledged_amount: i64,
    acknowledged_seconds: i64,
    end_reason: Option<String>,
    end_detail: Option<String>,
    final_amount: Option<i64>,
    final_seconds: Option<i64>,
    node_close_signature: Option<Vec<u8>>,
    paid: Option<i64>,
    refunded: Option<i64>,
    opened_at: i64,
    closed_at: Option<i64>,
    open_signature: Option<Vec<u8>>,
    close_signature: Option<Vec<u8>>,
    used_seconds: i64,
    stop_wanted: i64,
}

impl Columns {
    fn parse(self) -> Result<LeaseRow, StoreError> {
        let (end, abandoned) = self.end()?;
        let quote: hearth_types::market::Quote = from_json(&self.quote, "lease.quote")?;
        if self.id != quote.lease.0 {
            return Err(StoreError::Value { what: "lease.quote" });
        }
        Ok(LeaseRow {
            side: Side::parse(&self.side, "lease.side")?,
            stage: LeaseStage::parse(&self.stage, "lease.stage")?,
            quote,
            node_signature: bytes(&self.node_signature, "lease.node_signature")?,
            voucher: self.voucher()?,
            session_secret: self.session_secret.map(SealedSecret),
            device_name: self.device_name,
            title: self.title,
            exit_code: self.exit_code.map(exit_code).transpose()?,
            acknowledged: Io(from_column(
                self.acknowledged_amount,
                "lease.acknowledged_amount",
            )?),
            acknowledged_seconds: from_column(self.acknowledged_seconds, "lease.acknowledged_seconds")?,
            used_seconds: from_column(self.used_seconds, "lease.used_seconds")?,
            stop_wanted: self.stop_wanted != 0,
            end,
            abandoned,
            node_close_signature: maybe_bytes(self.node_close_signature, "lease.node_close_signature")?,
            paid: maybe_number(self.paid, "lease.paid")?.map(Io),
            refunded: maybe_number(self.refunded, "lease.refunded")?.map(Io),
            opened_at: UnixMillis(from_column(self.opened_at, "lease.opened_at")?),
            closed_at: maybe_number(self.closed_at, "lease.closed_at")?.map(UnixMillis),
            open_signature: maybe_bytes(self.open_signature, "lease.open_signature")?.map(TxSignature),
            close_signature: maybe_bytes(self.close_signature, "lease.close_signature")?.map(TxSignature),
        })
    }

    fn voucher(&self) -> Result<Option<Voucher>, StoreError> {
        let Some(signature) = &self.voucher_signature else {
            return Ok(None);
        };
        Ok(Some(Voucher {
            amount: Io(from_column(self.voucher_amount, "lease.voucher_amount")?),
            seconds: from_column(self.voucher_seconds, "lease.voucher_seconds")?,
            signature: bytes(signature, "lease.voucher_signature")?,
        }))
    }

    /// The end, or why there was no beginning.
    fn end(&self) -> Result<(Option<LeaseEnd>, Option<String>), StoreError> {
        let detail = self.end_detail.clone();
        let Some(reason) = &self.end_reason else {
            return Ok((None, detail));
        };
        let reason = EndReason::parse(reason, "lease.end_reason")?;
        let missing = |what| StoreError::Value { what };
        let amount = self.final_amount.ok_or_else(|| missing("lease.final_amount"))?;
        let seconds = self.final_seconds.ok_or_else(|| missing("lease.final_seconds"))?;
        let end = LeaseEnd {
            reason,
            detail,
            amount: Io(from_column(amount, "lease.final_amount")?),
            seconds: from_column(seconds, "lease.final_seconds")?,
        };
        Ok((Some(end), None))
    }
}

fn maybe_number(number: Option<i64>, what: &'static str) -> Result<Option<u64>, StoreError> {
    number.map(|number| from_column(number, what)).transpose()
}

fn exit_code(code: i64) -> Result<i32, StoreError> {
    i32::try_from(code).map_err(|_| StoreError::Value {
        what: "lease.exit_code",
    })
}
