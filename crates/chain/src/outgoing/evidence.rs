//! What one server says of a transaction, and what that proves.

use hearth_types::id::{Address, TxSignature};

use super::{Policy, Reason, policy::HASH_LIFE};
use crate::client::TxError;

/// A transaction as far as judging it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Its id.
    pub signature: TxSignature,
    /// Who pays its fee: every transaction stands in the history of its payer.
    pub payer: Address,
    /// What it was signed on.
    pub blockhash: [u8; 32],
    /// The last block height at which it can be taken.
    pub last_valid_block_height: u64,
    /// It can be in no block up to this slot, because it was signed after it; `None` when that was not noted.
    pub after_slot: Option<u64>,
}

/// How sure a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// One server's block, which may be dropped.
    Processed,
    /// Voted for by most.
    Confirmed,
    /// For ever.
    Final,
}

/// A finalized block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    /// Its slot.
    pub slot: u64,
    /// Its height.
    pub height: u64,
}

/// A payer's finalized history as one server keeps it, without the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The slot of the oldest transaction seen in it; `None` when it is empty.
    pub oldest_slot: Option<u64>,
}

/// That a server does not know a transaction whose time is over, with what makes that worth something. Asked for in
/// the order of the fields, so that each answer is no older than the one before it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    /// A finalized block beyond the transaction's time.
    pub root: Root,
    /// Whether the server still takes transactions on the blockhash: then its time is not over, whatever was noted as
    /// its last height.
    pub takes_blockhash: bool,
    /// The slot for which the server said that it does not know it.
    pub status_slot: u64,
    /// The payer's finalized history at [`Self::root`] or later.
    pub listing: Listing,
    /// The oldest slot whose blocks the server still has.
    pub first_slot: u64,
}

/// What one look at one server found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is in a block.
    Found {
        /// How sure.
        level: Level,
        /// The block's slot.
        slot: u64,
        /// Why it failed, if it did.
        error: Option<TxError>,
    },
    /// Not known, and its time is not over.
    Unknown {
        /// The slot for which the server said so.
        status_slot: u64,
        /// The server's newest finalized block.
        root: Root,
    },
    /// Not known, and its time is over.
    Absent(Absence),
}

/// What a look proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    Found {
        level: Level,
        slot: u64,
        error: Option<TxError>,
    },
    /// It may land yet.
    Young { status_slot: u64 },
    /// By this server it never will.
    Dead { root_slot: u64 },
    /// Its time is over, and this proves nothing.
    Blind(Reason),
}

impl Terms {
    /// Whether a finalized block at this height is far enough beyond the transaction's time.
    #[must_use]
    pub const fn is_over(&self, height: u64, policy: &Policy) -> bool {
        height > self.last_valid_block_height.saturating_add(policy.margin)
    }

    pub(super) fn judge(&self, look: Look, policy: &Policy) -> Finding {
        match look {
            Look::Found { level, slot, error } => Finding::Found { level, slot, error },
            Look::Unknown { status_slot, .. } => Finding::Young { status_slot },
            Look::Absent(absence)
                if absence.takes_blockhash || !self.is_over(absence.root.height, policy) =>
            {
                Finding::Young {
                    status_slot: absence.status_slot,
                }
            }
            Look::Absent(absence) => match self.doubt(&absence) {
                Some(reason) => Finding::Blind(reason),
                None => Finding::Dead {
                    root_slot: absence.root.slot,
                },
            },
        }
    }

    /// Why an absence proves nothing; `None` when it does.
    fn doubt(&self, absence: &Absence) -> Option<Reason> {
        let Absence {
            root,
            status_slot,
            listing,
            first_slot,
            takes_blockhash: _,
        } = *absence;
        let signed_at = self.last_valid_block_height.saturating_sub(HASH_LIFE);
        let blocks = root.height.saturating_sub(signed_at);
        // A slot has at most one block.
        let too_many = self
            .after_slot
            .is_some_and(|after| blocks > root.slot.saturating_sub(after));
        if root.slot < root.height || too_many {
            return Some(Reason::Odd);
        }
        if status_slot < root.slot {
            return Some(Reason::Lagging);
        }
        let Some(after) = self.after_slot else {
            return Some(Reason::Unnoted);
        };
        let reaches_back = listing.oldest_slot.is_some_and(|oldest| oldest <= after) && first_slot <= after;
        (!reaches_back).then_some(Reason::Pruned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: Terms = Terms {
        signature: TxSignature([1; 64]),
        payer: Address([2; 32]),
        blockhash: [3; 32],
        last_valid_block_height: 1_150,
        after_slot: Some(5_000),
    };

    /// Long after: nothing of it is in any server's memory.
    const LATE: Absence = Absence {
        root: Root {
            slot: 6_000,
            height: 1_900,
        },
        takes_blockhash: false,
        status_slot: 6_040,
        listing: Listing {
            oldest_slot: Some(5_000),
        },
        first_slot: 4_000,
    };

    fn judge(absence: Absence) -> Finding {
        TERMS.judge(Look::Absent(absence), &Policy::public(1))
    }

    #[test]
    fn a_history_over_its_whole_time_proves_its_death() {
        assert_eq!(judge(LATE), Finding::Dead { root_slot: 6_000 });
    }

    #[test]
    fn a_history_that_is_cut_off_proves_nothing() {
        for listing in [None, Some(5_001)] {
            let cut = Absence {
                listing: Listing { oldest_slot: listing },
                ..LATE
            };
            assert_eq!(judge(cut), Finding::Blind(Reason::Pruned));
        }
        let cut = Absence {
            first_slot: 5_001,
            ..LATE
        };
        assert_eq!(judge(cut), Finding::Blind(Reason::Pruned));
        let unnoted = Terms {
            after_slot: None,
            ..TERMS
        };
        assert_eq!(
            unnoted.judge(Look::Absent(LATE), &Policy::public(1)),
            Finding::Blind(Reason::Unnoted)
        );
    }

    #[test]
    fn a_blockhash_that_is_still_taken_outweighs_every_height() {
        let taken = Absence {
            takes_blockhash: true,
            ..LATE
        };
        assert_eq!(judge(taken), Finding::Young { status_slot: 6_040 });
    }

    #[test]
    fn figures_that_do_not_fit_prove_nothing() {
        // A height out of nowhere: more blocks than slots since the signing.
        for root in [
            Root {
                slot: 5_100,
                height: 9_000,
            },
            Root {
                slot: 1_000,
                height: 1_900,
            },
            Root {
                slot: 5_050,
                height: 1_183,
            },
        ] {
            let status_slot = root.slot + 40;
            let odd = Absence {
                root,
                status_slot,
                ..LATE
            };
            assert_eq!(judge(odd), Finding::Blind(Reason::Odd), "{root:?}");
        }
        let behind = Absence {
            status_slot: 5_999,
            ..LATE
        };
        assert_eq!(judge(behind), Finding::Blind(Reason::Lagging));
    }

    #[test]
    fn nothing_is_dead_while_it_can_land() {
        for height in [1_000, 1_150, 1_182] {
            let early = Absence {
                root: Root { slot: 6_000, height },
                ..LATE
            };
            assert_eq!(judge(early), Finding::Young { status_slot: 6_040 });
        }
    }
}
