//! What transactions cost, for the review step.

use hearth_types::money::Lamports;

/// The chain's price of one signature, those checked by the ed25519 precompile included.
pub const LAMPORTS_PER_SIGNATURE: u64 = 5_000;

/// Length of a token account, bytes.
pub const TOKEN_ACCOUNT_BYTES: usize = 165;

/// The fee of a transaction with this many signers and signed statements: staking and unstaking have (1, 0),
/// opening a lease (1, 1).
#[must_use]
pub fn fee_for(signers: usize, statements: usize) -> Lamports {
    let signatures = u64::try_from(signers.saturating_add(statements)).unwrap_or(u64::MAX);
    Lamports(LAMPORTS_PER_SIGNATURE.saturating_mul(signatures))
}

/// Rent that opening a lease takes from the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rent {
    /// Of the lease account; stays, so that a quote cannot be used twice.
    pub kept: Lamports,
    /// Of the escrow; comes back when the lease closes.
    pub returned: Lamports,
}
