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
pub(in super::super) struct Found {
    pub(in super::super) id: i64,
    pub(in super::super) at_ms: i64,
    pub(in super::super) kind: String,
    pub(in super::super) state: String,
    pub(in super::super) currency: String,
    pub(in super::super) amount: i64,
    pub(in super::super) usd: Option<i64>,
    pub(in super::super) lease: Option<Vec<u8>>,
    pub(in super::super) device: Option<Vec<u8>>,
    pub(in super::super) note: String,
    pub(in super::super) signature: Option<Vec<u8>>,
    pub(in super::super) price_nanos: Option<i64>,
    pub(in super::super) price_at: Option<i64>,
    pub(in super::super) price_source: Option<String>,
}

impl Found {
    /// What it was. Rent that came back was once written down as a fee, and entries never change; no fee fills a
    /// wallet.
    pub(in super::super) fn kind(&self) -> Result<EntryKind, StoreError> {
        let kind = EntryKind::parse(&self.kind, "entry.kind")?;
        let returned = kind == EntryKind::NetworkFee && self.amount > 0;
        Ok(if returned { EntryKind::RentReturned } else { kind })
    }
}

impl TryFrom<Found> for HistoryEntry {
    type Error = StoreError;

    fn try_from(found: Found) -> Result<Self, StoreError> {
        let kind = found.kind()?;
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
