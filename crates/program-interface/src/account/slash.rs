//! A slash from evidence to its end.

use crate::Bytes32;
use crate::layout::{byte_enum, record};
use crate::params::SlashTable;

byte_enum! {
    /// What is slashed for.
    pub enum SlashReason {
        /// Hardware that is not what it says.
        Spoofed = 1,
        /// Three failed proofs in 24 hours.
        FailedProofs = 2,
        /// Cheating about utilisation.
        Cheating = 3,
        /// A lease was abandoned and the heartbeats stopped too.
        Abandoned = 4,
    }
}

impl SlashReason {
    /// The share of the base, basis points, when this many leases were abandoned lately before.
    #[must_use]
    pub const fn share_bps(self, table: &SlashTable, abandoned_before: u8) -> u16 {
        match self {
            Self::Spoofed => table.spoofed,
            Self::FailedProofs => table.failed_proofs,
            Self::Cheating => table.cheating,
            Self::Abandoned => {
                let most = crate::params::ABANDON_DOUBLINGS;
                let doublings = if abandoned_before > most {
                    most
                } else {
                    abandoned_before
                };
                // At most 300 × 8.
                table.abandoned << doublings
            }
        }
    }
}

byte_enum! {
    /// Where a slash stands.
    pub enum SlashStatus {
        /// It waits to be taken, or was taken in part.
        Pending = 1,
        /// What was taken is in the slash vault.
        Held = 2,
        /// It was given back.
        Restored = 3,
        /// It was burned.
        Burned = 4,
        /// It was voided before anything was taken.
        Voided = 5,
    }
}

record! {
    prefix [Slash::TYPE, 1];
    /// A slash. The account stays for ever, so that no evidence is used twice. Seeds: [`crate::seeds::slash`].
    pub struct Slash {
        /// Bump of this account's address.
        pub bump: u8,
        /// The device account.
        pub device: Bytes32,
        /// Hash of the evidence that anyone can replay.
        pub evidence: Bytes32,
        /// What for.
        pub reason: SlashReason,
        /// Where it stands.
        pub status: SlashStatus,
        /// The co-staker when it was posted; it alone gets `taken_co` back.
        pub co_wallet: Bytes32,
        /// The highest requirement of the 14 days before, base units of IO.
        pub base: u64,
        /// What is to be taken, base units of IO.
        pub amount: u64,
        /// What was taken of the owner's stake, base units of IO.
        pub taken_owner: u64,
        /// What was taken of the co-staker's, base units of IO.
        pub taken_co: u64,
        /// What no stake covered, base units of IO: it is left out of rewards that are not mature yet.
        pub uncovered: u64,
        /// When it was posted.
        pub posted_at: u64,
        /// From when on it can be taken.
        pub takes_from: u64,
        /// From when on it can be burned; 0 while pending.
        pub burns_from: u64,
    }
}

impl Slash {
    /// Type byte.
    pub const TYPE: u8 = 5;
    /// Offset of `device`.
    pub const DEVICE_AT: usize = 3;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abandoning_doubles_three_times() {
        let shares =
            [0, 1, 2, 3, 4, 255].map(|before| SlashReason::Abandoned.share_bps(&SlashTable::MOST, before));
        assert_eq!(shares, [300, 600, 1_200, 2_400, 2_400, 2_400]);
        let others = [
            SlashReason::Spoofed,
            SlashReason::FailedProofs,
            SlashReason::Cheating,
        ];
        assert_eq!(
            others.map(|reason| reason.share_bps(&SlashTable::MOST, 9)),
            [10_000, 500, 1_000]
        );
    }
}
