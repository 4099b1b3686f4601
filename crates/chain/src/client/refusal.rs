//! Why a transaction failed, in words.

use hearth_program_interface::{
    error::ProgramError,
    instruction::{SYSTEM_PROGRAM, TOKEN_PROGRAM},
};
use hearth_types::{id::Address, ipc::Code};
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
    /// A token account holds less than was to be moved out of it.
    #[error("The wallet has too little IO for this.")]
    InsufficientIo,
    /// Too little of something; without the log nobody can say of what.
    #[error("The wallet has too little IO or SOL for this.")]
    InsufficientFunds,
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

/// The code with which the system program says that an account cannot pay, and the token program that an account
/// holds too little.
const TOO_LITTLE: u32 = 1;

impl TxError {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Program(error) => program_code(*error),
            Self::InsufficientSol => Code::InsufficientSol,
            Self::InsufficientIo => Code::InsufficientIo,
            Self::BlockhashNotFound => Code::TransactionExpired,
            Self::AlreadyProcessed | Self::InsufficientFunds | Self::Other(_) => Code::TransactionRefused,
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

impl TxError {
    /// Reads an error together with the log of its run. A custom code means something only with the program that
    /// gave it, and the error names none: the log does.
    #[must_use]
    pub fn read(error: &TransactionError, logs: &[String]) -> Self {
        let TransactionError::InstructionError(_, InstructionError::Custom(code)) = error else {
            return Self::from(error);
        };
        let other = || Self::Other(error.to_string());
        match failing_program(logs, *code) {
            Some(program) if program == Address(SYSTEM_PROGRAM) && *code == TOO_LITTLE => {
                Self::InsufficientSol
            }
            Some(program) if program == Address(TOKEN_PROGRAM) && *code == TOO_LITTLE => Self::InsufficientIo,
            // Its codes begin at 1,000, where the system and token programs have none.
            Some(_) => ProgramError::from_code(*code).map_or_else(other, Self::Program),
            None => Self::from(error),
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
            TransactionError::InstructionError(_, InstructionError::Custom(TOO_LITTLE)) => {
                Self::InsufficientFunds
            }
            TransactionError::InstructionError(_, InstructionError::Custom(code)) => {
                ProgramError::from_code(*code).map_or_else(|| Self::Other(error.to_string()), Self::Program)
            }
            other => Self::Other(other.to_string()),
        }
    }
}

/// The innermost program that failed with a custom code: the first that the log names, for a failure goes outwards.
fn failing_program(logs: &[String], code: u32) -> Option<Address> {
    let words = format!("failed: custom program error: {code:#x}");
    let mut failed = logs.iter().filter_map(|line| {
        let (program, what) = line.strip_prefix("Program ")?.split_once(' ')?;
        (what == words).then_some(program)
    });
    failed.next()?.parse().ok()
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
        assert!(matches!(custom(77), TxError::Other(_)));
        assert_eq!(
            TxError::from(&TransactionError::BlockhashNotFound).code(),
            Code::TransactionExpired
        );
    }

    #[test]
    fn too_little_is_told_by_the_program_that_says_so() {
        let error = TransactionError::InstructionError(2, InstructionError::Custom(1));
        let ours = Address([7; 32]);
        let failing = |program: Address, code: u32| {
            [
                format!("Program {ours} invoke [1]"),
                format!("Program {program} invoke [2]"),
                // Any program can write this.
                format!("Program log: Program {ours} failed: custom program error: {code:#x}"),
                format!("Program {program} failed: custom program error: {code:#x}"),
                format!("Program {ours} failed: custom program error: {code:#x}"),
            ]
        };
        let system = TxError::read(&error, &failing(Address(SYSTEM_PROGRAM), 1));
        assert_eq!(system, TxError::InsufficientSol);
        let token = TxError::read(&error, &failing(Address(TOKEN_PROGRAM), 1));
        assert_eq!(token, TxError::InsufficientIo);
        assert_eq!(token.code(), Code::InsufficientIo);
        let foreign = TxError::read(&error, &failing(ours, 1));
        assert!(matches!(foreign, TxError::Other(_)), "{foreign:?}");
        // Without a log it is not guessed.
        let unknown = TxError::read(&error, &[]);
        assert_eq!(unknown, TxError::InsufficientFunds);
        assert_eq!(unknown.code(), Code::TransactionRefused);
        let named = TransactionError::InstructionError(2, InstructionError::Custom(1400));
        assert_eq!(
            TxError::read(&named, &failing(ours, 1400)),
            TxError::Program(ProgramError::QuoteExpired)
        );
    }
}
