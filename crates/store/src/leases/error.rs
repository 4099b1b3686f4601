//! Why a change of a lease is refused.

use hearth_types::{id::LeaseId, lease::LeaseStage, money::Io};

use crate::StoreError;

/// Why a change of a lease is refused.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such lease on that side.
    #[error("no lease {}", .0.short())]
    Unknown(LeaseId),
    /// The lease is there already.
    #[error("lease {} is there already", .0.short())]
    Exists(LeaseId),
    /// Stages only go forward.
    #[error("lease {} cannot go from {from:?} to {to:?}", .lease.short())]
    Backwards {
        /// The lease.
        lease: LeaseId,
        /// Its stage.
        from: LeaseStage,
        /// What was asked.
        to: LeaseStage,
    },
    /// A voucher below the one that is held, in amount or seconds, or equal with another signature.
    #[error("a voucher over {offered} ({offered_seconds} s) does not exceed {held} ({held_seconds} s)")]
    LowerVoucher {
        /// Amount held.
        held: Io,
        /// Seconds held.
        held_seconds: u64,
        /// Amount offered.
        offered: Io,
        /// Seconds offered.
        offered_seconds: u64,
    },
    /// A voucher over more than the escrow.
    #[error("a voucher over {offered} exceeds the escrow of {escrow}")]
    OverEscrow {
        /// In escrow.
        escrow: Io,
        /// Amount offered.
        offered: Io,
    },
    /// An acknowledgement of a voucher that is not stored.
    #[error("{acknowledged} ({seconds} s) cannot be acknowledged: no such voucher is stored")]
    NotStored {
        /// Amount acknowledged.
        acknowledged: Io,
        /// Seconds acknowledged.
        seconds: u64,
    },
}

impl From<sqlx::Error> for LeaseError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
