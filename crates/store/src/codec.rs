//! Between values and columns: everything read is checked, everything written fits.

use hearth_types::{
    history::{EntryKind, EntryState},
    lease::{EndReason, LeaseStage, Side, Stream},
    money::Currency,
    time::UnixMillis,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::StoreError;

/// An enumeration that is stored as a word.
pub(crate) trait Word: Copy {
    /// The word in the file.
    fn word(self) -> &'static str;
    /// The value of a word.
    fn parse(word: &str, what: &'static str) -> Result<Self, StoreError>;
}

macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl crate::codec::Word for $type {
            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn parse(word: &str, what: &'static str) -> Result<Self, crate::StoreError> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(crate::StoreError::Value { what }),
                }
            }
        }
    };
}
pub(crate) use words;

words!(Currency { Io = "io", Sol = "sol", Usdc = "usdc" });
words!(Side { Provider = "provider", Renter = "renter" });
words!(Stream { Stdout = "stdout", Stderr = "stderr" });
words!(EntryState {
    Pending = "pending",
    Submitted = "submitted",
    Confirmed = "confirmed",
    Final = "final",
    Void = "void",
});
words!(EntryKind {
    Faucet = "faucet",
    Stake = "stake",
    UnstakeRequest = "unstake_request",
    Withdraw = "withdraw",
    LeaseEscrow = "lease_escrow",
    LeasePayment = "lease_payment",
    LeaseIncome = "lease_income",
    Refund = "refund",
    NetworkFee = "network_fee",
    RentReturned = "rent_returned",
    Sent = "sent",
    Reward = "reward",
    Received = "received",
    Slash = "slash",
    SlashRestored = "slash_restored",
    Adjustment = "adjustment",
});
words!(LeaseStage {
    Opening = "opening",
    Connecting = "connecting",
    Running = "running",
    Settling = "settling",
    Closed = "closed",
    Abandoned = "abandoned",
});
words!(EndReason {
    Finished = "finished",
    StoppedByRenter = "stopped_by_renter",
    YieldedToOwner = "yielded_to_owner",
    PrepaidTimeOver = "prepaid_time_over",
    MaximumTime = "maximum_time",
    Failed = "failed",
    Disconnected = "disconnected",
});

/// A number on its way into the file.
pub(crate) fn to_column(number: u64, what: &'static str) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::TooLarge { what })
}

/// A number from the file that cannot be negative.
pub(crate) fn from_column(number: i64, what: &'static str) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Value { what })
}

/// A moment on its way into the file.
pub(crate) fn moment(at: UnixMillis) -> Result<i64, StoreError> {
    to_column(at.0, "a time")
}

/// Bytes of a known length from the file.
pub(crate) fn bytes<const N: usize>(bytes: &[u8], what: &'static str) -> Result<[u8; N], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Value { what })
}

/// Bytes of a known length from a column that can be empty.
pub(crate) fn maybe_bytes<const N: usize>(
    value: Option<Vec<u8>>,
    what: &'static str,
) -> Result<Option<[u8; N]>, StoreError> {
    value.map(|value| bytes(&value, what)).transpose()
}

/// JSON on its way into the file.
pub(crate) fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| StoreError::Json { what, source })
}

/// A value from JSON in the file.
pub(crate) fn from_json<T: DeserializeOwned>(json: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|source| StoreError::Json { what, source })
}
