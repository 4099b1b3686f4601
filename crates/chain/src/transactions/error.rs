//! Why a transaction cannot be built.

use hearth_types::{
    id::WalletAddress,
    ipc::{Code, IpcError},
};

use super::PACKET_BYTES;
use crate::statements::StatementError;

/// Why a transaction cannot be built. Nothing was sent or paid.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A statement that it rests on is no good.
    #[error("a signed statement is refused")]
    Statement(#[source] StatementError),
    /// It does not fit a packet.
    #[error("the transaction has {bytes} bytes, more than the {PACKET_BYTES} that fit a packet")]
    TooLarge {
        /// Its length.
        bytes: usize,
    },
    /// The signer is not the wallet that must sign.
    #[error("{} must sign, not {}", .needed.short(), .given.short())]
    WrongSigner {
        /// Who must.
        needed: WalletAddress,
        /// Who would.
        given: WalletAddress,
    },
    /// The devices are not as many as the lease has.
    #[error("the lease has {lease} devices, {given} were given")]
    Devices {
        /// Of the lease.
        lease: usize,
        /// Given.
        given: usize,
    },
    /// An instruction needs more accounts or data than its format can say.
    #[error("the transaction cannot be expressed")]
    Format,
}

impl BuildError {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Statement(error) => error.code(),
            Self::TooLarge { .. } | Self::WrongSigner { .. } | Self::Devices { .. } | Self::Format => {
                Code::Internal
            }
        }
    }
}

impl From<StatementError> for BuildError {
    fn from(error: StatementError) -> Self {
        Self::Statement(error)
    }
}

impl From<BuildError> for IpcError {
    fn from(error: BuildError) -> Self {
        crate::error::ipc(
            error.code(),
            &error,
            Some("Nothing was sent or paid. Please report this."),
        )
    }
}
