//! Why a transaction failed, in words.

use hearth_program_interface::error::ProgramError;
use hearth_types::ipc::Code;
use solana_sdk::instruction::InstructionError;
use solana_transaction_error::TransactionError;

/// Why the chain would not run a transaction, or ran it and undid it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TxError {
    /// Our program's reason.
    #[error("{}", .0.text())]
    Program(ProgramError),
    /// Too little SOL for fee or rent.
    #[error("The wallet has too little SOL for the fee and account rent.")]
    InsufficientSol,
    /// Its blockhash is too old or not known yet.
    #[error("The transaction is too old.")]
    BlockhashNotFound,
    /// It was taken before.
    #[error("The transaction was taken before.")]
    AlreadyProcessed,
    /// Anything else, in the chain's words.
    #[error("{0}")]
    Other(String),
}

/// What the system program says when an account cannot pay.
const SYSTEM_NEGATIVE_LAMPORTS: u32 = 1;

impl TxError {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Program(error) => program_code(*error),
            Self::InsufficientSol => Code::InsufficientSol,
            Self::BlockhashNotFound => Code::TransactionExpired,
            Self::AlreadyProcessed | Self::Other(_) => Code::TransactionRefused,
        }
    }

    /// What to do about it.
    #[must_use]
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the codes that a refusal can have are those of `code`"
    )]
    pub const fn mend(&self) -> &'static str {
        match self.code() {
            Code::InsufficientIo => "Nothing was paid but the fee. Get more IO, or choose a smaller amount.",
            Code::InsufficientSol => "Nothing was paid. Get a little SOL for fees and rent.",
            Code::TransactionExpired => "Nothing was paid. Try again.",
            Code::QuoteExpired => "Nothing was paid. Ask for a new quote.",
            Code::DeviceBusy => "Nothing was paid. Wait for the lease to end, or choose another device.",
            Code::TooEarly => "Nothing was paid. Try again when the waiting time is over.",
            Code::WrongNetwork => "Nothing was paid. Check which network is set.",
            _ => "Nothing was paid but perhaps the fee.",
        }
    }
}

impl From<&TransactionError> for TxError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the chain's other reasons are shown in its own words"
    )]
    fn from(error: &TransactionError) -> Self {
        match error {
            TransactionError::AlreadyProcessed => Self::AlreadyProcessed,
            TransactionError::BlockhashNotFound => Self::BlockhashNotFound,
            // A wallet that never held SOL is no account at all.
            TransactionError::AccountNotFound
            | TransactionError::InsufficientFundsForFee
            | TransactionError::InsufficientFundsForRent { .. } => Self::InsufficientSol,
            TransactionError::InstructionError(_, InstructionError::Custom(SYSTEM_NEGATIVE_LAMPORTS)) => {
                Self::InsufficientSol
            }
            TransactionError::InstructionError(_, InstructionError::Custom(code)) => {
                ProgramError::from_code(*code).map_or_else(|| Self::Other(error.to_string()), Self::Program)
            }
            other => Self::Other(other.to_string()),
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "most reasons of the program are one to a person"
)]
const fn program_code(error: ProgramError) -> Code {
    match error {
        ProgramError::InsufficientFunds => Code::InsufficientIo,
        ProgramError::ZeroAmount | ProgramError::InsufficientStake => Code::BadRequest,
        ProgramError::DeviceHired => Code::DeviceBusy,
        ProgramError::StillCooling | ProgramError::LeaseNotExpired => Code::TooEarly,
        ProgramError::WrongNetwork => Code::WrongNetwork,
        ProgramError::QuoteExpired => Code::QuoteExpired,
        ProgramError::DeviceNotStaked | ProgramError::DeviceNotActive => Code::NotReady,
        _ => Code::TransactionRefused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(code: u32) -> TxError {
        TxError::from(&TransactionError::InstructionError(
            2,
            InstructionError::Custom(code),
        ))
    }

    #[test]
    fn our_programs_reasons_are_named() {
        assert_eq!(custom(1111), TxError::Program(ProgramError::InsufficientFunds));
        assert_eq!(custom(1111).code(), Code::InsufficientIo);
        assert_eq!(custom(1400).code(), Code::QuoteExpired);
        assert_eq!(custom(1).code(), Code::InsufficientSol);
        assert!(matches!(custom(77), TxError::Other(_)));
        assert_eq!(
            TxError::from(&TransactionError::BlockhashNotFound).code(),
            Code::TransactionExpired
        );
    }
}
