//! What can go wrong on the way to the chain and back.

use hearth_types::ipc::{Code, IpcError};

use super::TxError;

/// Any cause, without the server's address in it.
pub(super) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the chain could not be asked, or refused.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// No answer.
    #[error("the chain does not answer")]
    Unreachable(#[source] Cause),
    /// The server answered with an error of its own.
    #[error("the chain's server refused the request: {message}")]
    Server {
        /// JSON-RPC error code.
        code: i64,
        /// Its words.
        message: String,
    },
    /// The answer is not what it should be.
    #[error("the chain's server gave an answer that cannot be read: {0}")]
    BadAnswer(&'static str),
    /// The chain's server would not take the transaction.
    #[error("the chain refused the transaction: {0}")]
    Refused(TxError),
    /// Several servers are set, and they do not agree on what to sign.
    #[error("the chain's servers contradict each other; nothing was signed")]
    Unvouched,
    /// The program's network account is not there.
    #[error("there is no Hearth network on this chain")]
    NoNetwork,
    /// The network account names another network or mint.
    #[error("this chain carries another network than expected")]
    WrongNetwork,
    /// There is a faucet on the practice network only.
    #[error("this network has no faucet")]
    NoFaucet,
    /// The faucet would not give.
    #[error("the faucet refused: {0}")]
    Faucet(String),
}

impl ChainError {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Unreachable(_)
            | Self::Server { .. }
            | Self::BadAnswer(_)
            | Self::Unvouched
            | Self::NoNetwork => Code::ChainUnreachable,
            Self::Refused(error) => error.code(),
            Self::WrongNetwork => Code::WrongNetwork,
            Self::NoFaucet | Self::Faucet(_) => Code::Faucet,
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn mend(&self) -> &'static str {
        match self {
            Self::Unreachable(_) | Self::Server { .. } | Self::BadAnswer(_) => {
                "Check the connection; it is tried again by itself and nothing is paid twice."
            }
            Self::Unvouched => "Wait a moment. If it stays so, remove the chain server that is wrong.",
            Self::Refused(error) => error.mend(),
            Self::NoNetwork | Self::WrongNetwork => "Check which network and chain server are set.",
            Self::NoFaucet => "Get IO from an exchange or another wallet.",
            Self::Faucet(_) => "Wait a moment, then ask again.",
        }
    }

    /// Whether trying the same again later can help.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::Server { .. } | Self::BadAnswer(_) | Self::Unvouched
        )
    }
}

impl From<ChainError> for IpcError {
    fn from(error: ChainError) -> Self {
        crate::error::ipc(error.code(), &error, Some(error.mend()))
    }
}
