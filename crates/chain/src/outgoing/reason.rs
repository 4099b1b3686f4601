//! Why nobody can say yet what became of a transaction.

/// Why a transaction is undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// No history that reaches back over the time in which it could land.
    Pruned,
    /// It is not noted when the transaction was signed, so no history provably reaches back far enough.
    Unnoted,
    /// Answers come from behind the block that would decide.
    Lagging,
    /// A server's own figures do not fit together.
    Odd,
    /// Servers contradict each other.
    Disagree,
    /// Too few servers answer.
    Silent,
}

impl Reason {
    /// What to tell its owner.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pruned => {
                "The chain's server does not keep its history long enough to say whether this transaction ran."
            }
            Self::Unnoted => {
                "This transaction does not say when it was made, so no server can prove that it never ran."
            }
            Self::Lagging => {
                "The chain's server lags behind and cannot say yet whether this transaction ran."
            }
            Self::Odd => "The chain's server gives figures that do not fit together.",
            Self::Disagree => "The chain's servers contradict each other about this transaction.",
            Self::Silent => "Too few of the chain's servers answer to decide about this transaction.",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn mend(self) -> &'static str {
        match self {
            Self::Pruned | Self::Unnoted => {
                "Add a chain server with a long history. Until then nothing is paid again for this."
            }
            Self::Lagging | Self::Silent => {
                "Wait, or add another chain server. Nothing is paid again for this."
            }
            Self::Odd | Self::Disagree => {
                "Remove the server that is wrong, or add another. Nothing is paid again for this."
            }
        }
    }
}
