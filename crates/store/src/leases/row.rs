//! A lease as stored.

use std::fmt;

use hearth_types::{
    id::{LeaseId, TxSignature},
    lease::{EndReason, LeaseStage, LeaseView, Side},
    market::Quote,
    money::Io,
    time::UnixMillis,
};

/// Names a lease and the side of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeaseKey {
    /// The lease.
    pub id: LeaseId,
    /// The side.
    pub side: Side,
}

/// A secret as the engine sealed it. The store only keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret(pub Vec<u8>);

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedSecret(…)")
    }
}

/// A renter-signed promise to pay so much in all for so many seconds in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// Amount in all.
    pub amount: Io,
    /// Seconds in all.
    pub seconds: u64,
    /// The session key's signature.
    pub signature: [u8; 64],
}

/// How a lease ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseEnd {
    /// Why.
    pub reason: EndReason,
    /// A sentence about it.
    pub detail: Option<String>,
    /// To be paid in all.
    pub amount: Io,
    /// For so many seconds.
    pub seconds: u64,
}

/// A lease as stored, its job apart ([`job`](super::job)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseRow {
    /// Which side this is.
    pub side: Side,
    /// Where it stands.
    pub stage: LeaseStage,
    /// What was agreed: id, node, provider, renter, devices, rate, escrow, longest time.
    pub quote: Quote,
    /// The node's signature of the quote.
    pub node_signature: [u8; 64],
    /// The renter's session secret.
    pub session_secret: Option<SealedSecret>,
    /// Name of the first device.
    pub device_name: String,
    /// What it runs, one line; empty on the provider's side.
    pub title: String,
    /// Exit code of the workload.
    pub exit_code: Option<i32>,
    /// The highest voucher, given (renter) or received (provider).
    pub voucher: Option<Voucher>,
    /// Amount in all that the provider has acknowledged.
    pub acknowledged: Io,
    /// Seconds in all that the provider has acknowledged.
    pub acknowledged_seconds: u64,
    /// Seconds used, as last written down by the provider; at most this may be asked for after a crash.
    pub used_seconds: u64,
    /// The renter wants it to stop.
    pub stop_wanted: bool,
    /// How it ended, from settling on.
    pub end: Option<LeaseEnd>,
    /// Why it was abandoned.
    pub abandoned: Option<String>,
    /// The node's signature that lets the renter close.
    pub node_close_signature: Option<[u8; 64]>,
    /// Paid in the end.
    pub paid: Option<Io>,
    /// Back to the renter.
    pub refunded: Option<Io>,
    /// Opened at.
    pub opened_at: UnixMillis,
    /// Closed at.
    pub closed_at: Option<UnixMillis>,
    /// The transaction that opened it.
    pub open_signature: Option<TxSignature>,
    /// The transaction that closed it.
    pub close_signature: Option<TxSignature>,
}

impl LeaseRow {
    /// Its name.
    #[must_use]
    pub fn key(&self) -> LeaseKey {
        LeaseKey {
            id: self.quote.lease,
            side: self.side,
        }
    }

    /// As shown.
    #[must_use]
    pub fn view(&self) -> LeaseView {
        let detail = self.end.as_ref().and_then(|end| end.detail.clone());
        LeaseView {
            id: self.quote.lease,
            side: self.side,
            node: self.quote.node,
            provider: self.quote.provider,
            renter: self.quote.renter,
            devices: self.quote.devices.clone(),
            device_name: self.device_name.clone(),
            rate: self.quote.rate,
            escrow: self.quote.escrow,
            max_seconds: self.quote.max_seconds,
            stage: self.stage,
            end: self.end.as_ref().map(|end| end.reason),
            end_detail: detail.or_else(|| self.abandoned.clone()),
            prepaid: self.voucher.map_or(Io::ZERO, |voucher| voucher.amount),
            prepaid_seconds: self.voucher.map_or(0, |voucher| voucher.seconds),
            paid: self.paid,
            refunded: self.refunded,
            opened_at: self.opened_at,
            closed_at: self.closed_at,
            open_signature: self.open_signature,
            close_signature: self.close_signature,
        }
    }
}
