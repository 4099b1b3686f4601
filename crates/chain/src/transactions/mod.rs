//! Builders of signed transactions. Nothing here sends.

mod co_stake;
mod error;
mod fees;
mod instructions;
mod leases;
mod packet;
mod prepared;
mod priority;
mod rewards;
mod slashes;
mod staking;
#[cfg(test)]
mod tests;
mod top_up;
mod transfers;
mod usdc;

pub use error::BuildError;
pub use fees::{LAMPORTS_PER_SIGNATURE, Rent, TOKEN_ACCOUNT_BYTES, fee_for};
pub use leases::Closing;
pub use packet::renewed;
pub use prepared::{BLOCKHASH_BLOCKS, PACKET_BYTES, PreparedTransaction, RecentBlockhash};
pub use priority::Priority;
pub use rewards::{ClaimTerms, RootTerms};
pub use usdc::Repurchasing;

use crate::program::Program;

/// Builds transactions for one deployment of the program.
#[derive(Clone, Copy, Debug)]
pub struct Transactions {
    program: Program,
}

impl Transactions {
    /// Builders for this program.
    #[must_use]
    pub const fn new(program: Program) -> Self {
        Self { program }
    }
}
