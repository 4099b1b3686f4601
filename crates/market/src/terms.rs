//! What both sides of a lease know of it.

use hearth_protocol::statement::Scope;
use hearth_types::id::{LeaseId, SessionKey};

use crate::billing::Billing;

/// A lease's terms, as they stand on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// Network and program that vouchers are good for.
    pub scope: Scope,
    /// The lease.
    pub lease: LeaseId,
    /// The key that signs vouchers.
    pub session: SessionKey,
    /// Price and bounds.
    pub billing: Billing,
    /// Seconds of warning the provider promised before it takes the GPU back.
    pub notice_seconds: u64,
}
