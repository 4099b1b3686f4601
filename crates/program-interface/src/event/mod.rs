//! What the program logs with `sol_log_data`, a line for each thing that an instruction did: enough to rebuild
//! every amount from the history of transactions. Over RPC it is the base64 of a `Program data: ` line; take only
//! lines logged while this program was the innermost one running. Amounts of stake and rewards are base units of
//! IO; what moves in a lease's currency says which.

mod co_stake;
mod lease;
mod market;
mod network;
mod rewards;
mod slash;
mod stake;

pub use co_stake::{
    CoStakeLeaving, CoStakeOffered, CoStakeWithdrawn, CoStaked, CooledTogether, OfferCancelled,
};
pub use lease::{Closed, ClosedBy, LeaseOpened, Settled, ToppedUp};
pub use market::{FeesConverted, MakerDrained, MakerFunded, Repurchased, UsdcTaken};
pub use network::{KeyChanged, KeyProposed, LeasingSet, NetworkInitialized, NetworkTerms, ParametersSet};
pub use rewards::{Claimed, FeesBurned, RootPosted, RootVoided};
pub use slash::{SlashBurned, SlashPosted, SlashRestored, SlashTaken, SlashVoided};
pub use stake::{Classified, DeviceRegistered, Staked, UnstakeRequested, Withdrawn};

/// Declares the events once, each with its first byte.
macro_rules! events {
    ($($name:ident = $value:literal,)*) => {
        /// Anything the program logs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Event {
            $(#[doc = concat!("[`", stringify!($name), "`].")] $name($name),)*
        }

        impl Event {
            /// Decodes one logged item; `None` for anything this version does not know.
            #[must_use]
            pub fn from_bytes(data: &[u8]) -> Option<Self> {
                match *data.first()? {
                    $($value => $name::from_bytes(data).map(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

events! {
    NetworkInitialized = 0,
    Staked = 1,
    UnstakeRequested = 2,
    Withdrawn = 3,
    LeaseOpened = 4,
    Settled = 5,
    Closed = 6,
    NetworkTerms = 7,
    ParametersSet = 8,
    LeasingSet = 9,
    KeyProposed = 10,
    KeyChanged = 11,
    DeviceRegistered = 12,
    Classified = 13,
    CoStakeOffered = 14,
    OfferCancelled = 15,
    CoStaked = 16,
    CoStakeLeaving = 17,
    CoStakeWithdrawn = 18,
    CooledTogether = 19,
    SlashPosted = 20,
    SlashVoided = 21,
    SlashTaken = 22,
    SlashRestored = 23,
    SlashBurned = 24,
    ToppedUp = 25,
    MakerFunded = 26,
    MakerDrained = 27,
    Repurchased = 28,
    UsdcTaken = 29,
    FeesConverted = 30,
    RootPosted = 31,
    RootVoided = 32,
    FeesBurned = 33,
    Claimed = 34,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_by_its_first_byte() {
        let event = Withdrawn {
            owner: [1; 32],
            device: [2; 32],
            amount: 3,
            at: 4,
        };
        let bytes = event.to_bytes();
        assert_eq!(bytes[0], 3);
        assert_eq!(Event::from_bytes(&bytes), Some(Event::Withdrawn(event)));
        assert_eq!(Event::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Event::from_bytes(&[250]), None);
    }
}
