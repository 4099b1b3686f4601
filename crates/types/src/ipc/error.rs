//! Errors at the interface's border: a stable code, what happened, what to do.

use serde::{Deserialize, Serialize};

/// Stable names of everything that can go wrong; screens translate by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The message does not parse or a value is out of range.
    BadRequest,
    /// No such thing.
    NotFound,
    /// There is no wallet yet.
    NoWallet,
    /// There is a wallet already.
    WalletExists,
    /// Something of the wallet is open or left: lending, a lease, stake, a payment on its way, money.
    WalletInUse,
    /// The wallet is locked.
    WalletLocked,
    /// The passphrase does not open it.
    WrongPassphrase,
    /// The words are no valid seed phrase.
    BadSeedPhrase,
    /// The file holds no Solana key.
    BadKeyFile,
    /// The keychain or key file cannot be used.
    KeyStorage,
    /// The wallet or quote belongs to another network.
    WrongNetwork,
    /// Too little IO.
    InsufficientIo,
    /// Too little SOL for fees and rent.
    InsufficientSol,
    /// The faucet refused.
    Faucet,
    /// The chain does not answer.
    ChainUnreachable,
    /// The chain refused the transaction.
    TransactionRefused,
    /// The transaction expired before it was taken; nothing was paid.
    TransactionExpired,
    /// Nobody can prove what became of a transaction; nothing is paid again for it.
    TransactionUndecided,
    /// The coordinator does not answer.
    CoordinatorUnreachable,
    /// The coordinator refused.
    CoordinatorRefused,
    /// The node did not answer or would not quote.
    NoQuote,
    /// The quote is too old.
    QuoteExpired,
    /// The device is hired.
    DeviceBusy,
    /// No device that can be used.
    NoDevice,
    /// A readiness check fails.
    NotReady,
    /// bubblewrap is missing or cannot be used.
    SandboxUnavailable,
    /// The runner or probe is missing or crashed.
    RunnerFailed,
    /// The job is refused.
    BadJob,
    /// A lease is running; say so again to go on.
    LeaseRunning,
    /// Too early, such as a withdrawal before the cooldown ends.
    TooEarly,
    /// Already running, such as a second benchmark.
    AlreadyRunning,
    /// Cancelled by the user.
    Cancelled,
    /// An address or port is taken.
    PortInUse,
    /// The database cannot be used.
    Storage,
    /// The history and the chain differ, and nothing is on its way that would make them equal.
    HistoryDiffers,
    /// Not allowed over this way in (paired browser, watch-only).
    Forbidden,
    /// The engine is not there.
    EngineUnreachable,
    /// A mistake of ours.
    Internal,
}

/// What went wrong, for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct IpcError {
    /// Stable name.
    pub code: Code,
    /// What happened and what it means for money and work; English.
    pub message: String,
    /// What to do about it; English.
    pub mend: Option<String>,
    /// Technical cause, folded away on screens. Holds no secret.
    pub detail: Option<String>,
}

impl IpcError {
    /// An error with a message.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            mend: None,
            detail: None,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = Some(mend.into());
        self
    }

    /// Adds the technical cause.
    #[must_use]
    pub fn detail(mut self, detail: impl std::fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }
}
