//! An entry as lists show it, from the file.

use hearth_types::{
    history::{EntryKind, EntryState, HistoryEntry, Worth},
    id::{DeviceId, LeaseId, TxSignature},
    money::{Currency, UsdNanos},
    time::UnixMillis,
};

use crate::{
    StoreError,
    codec::{Word, from_column, maybe_bytes},
};

/// A row of the file.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) id: i64,
    pub(super) at_ms: i64,
    pub(super) kind: String,
    pub(super) state: String,
    pub(super) currency: String,
    pub(super) amount: i64,
    pub(super) usd: Option<i64>,
    pub(super) lease: Option<Vec<u8>>,
    pub(super) device: Option<Vec<u8>>,
    pub(super) note: String,
    pub(super) signature: Option<Vec<u8>>,
    pub(super) price_nanos: Option<i64>,
    pub(super) price_at: Option<i64>,
    pub(super) price_source: Option<String>,
}

/// What an entry was, by its word and amount. Rent that came back was once written down as a fee, and entries never
/// change; no fee fills a wallet.
pub(in super::super) fn kind_of(word: &str, amount: i64) -> Result<EntryKind, StoreError> {
    let kind = EntryKind::parse(word, "entry.kind")?;
    let returned = kind == EntryKind::NetworkFee && amount > 0;
    Ok(if returned { EntryKind::RentReturned } else { kind })
}

impl TryFrom<Found> for HistoryEntry {
    type Error = StoreError;

    fn try_from(found: Found) -> Result<Self, StoreError> {
        let kind = kind_of(&found.kind, found.amount)?;
        let price = found.price_nanos.zip(found.price_at).zip(found.price_source);
        let worth = match found.usd.zip(price) {
            None => None,
            Some((usd, ((nanos, at), source))) => Some(Worth {
                usd,
                price: UsdNanos(from_column(nanos, "price.usd_nanos")?),
                price_at: UnixMillis(from_column(at, "price.at_ms")?),
                source,
            }),
        };
        Ok(Self {
            id: found.id,
            at: UnixMillis(from_column(found.at_ms, "entry.at_ms")?),
            kind,
            state: EntryState::parse(&found.state, "entry.state")?,
            currency: Currency::parse(&found.currency, "entry.currency")?,
            amount: found.amount,
            worth,
            lease: maybe_bytes(found.lease, "entry.lease")?.map(LeaseId),
            device: maybe_bytes(found.device, "entry.device")?.map(DeviceId),
            note: found.note,
            signature: maybe_bytes(found.signature, "entry.signature")?.map(TxSignature),
        })
    }
}
