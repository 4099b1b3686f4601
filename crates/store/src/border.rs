//! The store's errors at the interface's border.

use hearth_types::ipc::{Code, IpcError};

use crate::{StoreError, leases::LeaseError, ledger::LedgerError, outbox::OutboxError, outputs::OutputError};

impl From<StoreError> for IpcError {
    fn from(error: StoreError) -> Self {
        let mend = match &error {
            StoreError::Newer { .. } => "Update Hearth, or start with another data folder.",
            StoreError::Locked { .. } => "Another Hearth uses this data folder. Quit it first.",
            StoreError::Damaged(_) => {
                "Bring the file back from a backup; the chain still knows every amount."
            }
            StoreError::DiskFull(_) => "Make room on the disk and try again.",
            StoreError::Prepare { .. }
            | StoreError::Migrate(_)
            | StoreError::Value { .. }
            | StoreError::Json { .. }
            | StoreError::TooLarge { .. }
            | StoreError::Database(_) => {
                "Check that the disk has room and that the data folder belongs to you."
            }
        };
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        let shown = Self::new(Code::Storage, format!("{error}.")).mend(mend);
        match cause {
            Some(cause) => shown.detail(cause),
            None => shown,
        }
    }
}

/// What cannot happen unless something is wrong in the engine.
fn wrong(error: &dyn std::error::Error) -> IpcError {
    IpcError::new(Code::Internal, format!("{error}.")).mend("Nothing was written. Please report this.")
}

impl From<LedgerError> for IpcError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Store(error) => error.into(),
            LedgerError::SearchExport => Self::new(Code::BadRequest, format!("{error}.")),
            LedgerError::Unbalanced { .. }
            | LedgerError::Empty
            | LedgerError::TwoCurrencies
            | LedgerError::BornVoid
            | LedgerError::KeyTwice { .. }
            | LedgerError::BadPrice
            | LedgerError::TooLarge
            | LedgerError::BadKey
            | LedgerError::KeyTaken { .. }
            | LedgerError::KeyVoid { .. }
            | LedgerError::Unknown(_)
            | LedgerError::Backwards { .. }
            | LedgerError::OtherSignature(_) => wrong(&error),
        }
    }
}

impl From<OutboxError> for IpcError {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Store(error) => error.into(),
            OutboxError::Ledger(error) => error.into(),
            OutboxError::BadKey
            | OutboxError::BadLength(_)
            | OutboxError::KeyTaken { .. }
            | OutboxError::Unknown(_)
            | OutboxError::NotDead(_)
            | OutboxError::Backwards { .. } => wrong(&error),
        }
    }
}

impl From<LeaseError> for IpcError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Store(error) => error.into(),
            LeaseError::Unknown(_) => Self::new(Code::NotFound, "There is no such lease here."),
            LeaseError::Exists(_) => Self::new(Code::AlreadyRunning, "This lease was opened already."),
            LeaseError::Backwards { .. }
            | LeaseError::LowerVoucher { .. }
            | LeaseError::OverEscrow { .. }
            | LeaseError::NotStored { .. } => wrong(&error),
        }
    }
}

impl From<OutputError> for IpcError {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Store(error) => error.into(),
            OutputError::ChunkTooLong
            | OutputError::BadName
            | OutputError::TooManyFiles
            | OutputError::FilesTooLarge => Self::new(
                Code::BadRequest,
                format!("The node sent what cannot be kept: {error}."),
            ),
        }
    }
}
