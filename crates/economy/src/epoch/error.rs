//! Why an epoch cannot be closed.

use hearth_types::id::WalletAddress;

use crate::{merkle::TooManyLeaves, params::ParamsError};

/// Why an epoch cannot be closed. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloseError {
    /// A parameter or a class is out of bounds.
    #[error("the network's parameters")]
    Params(#[from] ParamsError),
    /// An amount does not fit; the input cannot be real.
    #[error("{0} does not fit")]
    Overflow(&'static str),
    /// Wallets are not sorted by address, each once.
    #[error("wallet {0} is not after the one before it")]
    WalletOrder(WalletAddress),
    /// Devices, leases or debt rows are not in order.
    #[error("{0} are not in order, each once")]
    Order(&'static str),
    /// A row names another that is not there.
    #[error("a {0} names a row that is not there")]
    NoSuchRow(&'static str),
    /// An epoch is paid whose rows were not given.
    #[error("debt of epoch {0} is paid, but who is owed was not given, or not all of it")]
    DebtRows(u64),
    /// The books say that more was drawn or matured than there was.
    #[error("the books do not add up: {0}")]
    Books(&'static str),
    /// More wallets than the Merkle tree holds.
    #[error("too many wallets")]
    TooManyWallets(#[from] TooManyLeaves),
}

/// Names the amount that does not fit.
pub(crate) trait Fits<T> {
    /// The value, or [`CloseError::Overflow`].
    fn fits(self, what: &'static str) -> Result<T, CloseError>;
}

impl<T> Fits<T> for Option<T> {
    fn fits(self, what: &'static str) -> Result<T, CloseError> {
        self.ok_or(CloseError::Overflow(what))
    }
}
