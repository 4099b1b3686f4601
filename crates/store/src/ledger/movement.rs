//! The movements that Hearth knows, and their postings.

use hearth_types::{
    history::EntryKind,
    money::{Currency, Io, Lamports},
};

use super::{Account, LedgerError, Posting};

/// A movement of money; [the posting scheme](super#posting-scheme) says what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Practice IO came from the faucet.
    Faucet(Io),
    /// Practice SOL came from the faucet.
    FaucetSol(Lamports),
    /// Staked.
    Stake(Io),
    /// Unstaked; cools down.
    UnstakeRequest(Io),
    /// Left the stake at once, without cooling down.
    Unstake(Io),
    /// Withdrawn after cooling down.
    Withdraw(Io),
    /// Put into a lease's escrow.
    LeaseEscrow(Io),
    /// Paid to the provider out of the escrow.
    LeasePayment(Io),
    /// Came back from the escrow.
    Refund(Io),
    /// Earned by a lease, the network's margin taken off.
    LeaseIncome(Io),
    /// Paid for a transaction and the rent of accounts that it made.
    NetworkFee(Lamports),
    /// The rent of an account that was closed came back.
    RentReturned(Lamports),
    /// IO was sent to somebody.
    Sent(Io),
    /// SOL was sent to somebody.
    SentSol(Lamports),
    /// Claimed rewards.
    Reward(Io),
    /// IO was paid in by somebody.
    Received(Io),
    /// SOL was paid in by somebody.
    ReceivedSol(Lamports),
    /// A slash took it from the stake.
    Slashed(Io),
    /// A slash took it from what cooled down.
    SlashedCooling(Io),
    /// Slashed stake came back into the stake.
    SlashRestored(Io),
    /// A co-staker's slashed stake came back into its wallet.
    SlashRepaid(Io),
    /// The chain differs from the history by this much.
    Adjustment {
        /// Where.
        account: Account,
        /// Currency.
        currency: Currency,
        /// Base units that the chain has more (negative: less).
        amount: i64,
    },
}

impl Movement {
    /// The kind that the history shows.
    #[must_use]
    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Faucet(_) | Self::FaucetSol(_) => EntryKind::Faucet,
            Self::Stake(_) => EntryKind::Stake,
            Self::UnstakeRequest(_) => EntryKind::UnstakeRequest,
            Self::Unstake(_) | Self::Withdraw(_) => EntryKind::Withdraw,
            Self::LeaseEscrow(_) => EntryKind::LeaseEscrow,
            Self::LeasePayment(_) => EntryKind::LeasePayment,
            Self::Refund(_) => EntryKind::Refund,
            Self::LeaseIncome(_) => EntryKind::LeaseIncome,
            Self::NetworkFee(_) => EntryKind::NetworkFee,
            Self::RentReturned(_) => EntryKind::RentReturned,
            Self::Sent(_) | Self::SentSol(_) => EntryKind::Sent,
            Self::Reward(_) => EntryKind::Reward,
            Self::Received(_) | Self::ReceivedSol(_) => EntryKind::Received,
            Self::Slashed(_) | Self::SlashedCooling(_) => EntryKind::Slash,
            Self::SlashRestored(_) | Self::SlashRepaid(_) => EntryKind::SlashRestored,
            Self::Adjustment { .. } => EntryKind::Adjustment,
        }
    }

    /// Its two postings.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`] when the amount is beyond 2⁶³ − 1.
    pub fn postings(&self) -> Result<Vec<Posting>, LedgerError> {
        use Account::{
            Adjustment, Cooling, Escrow, Faucet, Fees, LeaseExpense, LeaseIncome, Received, RewardIncome,
            Sent, Slashed, Stake, Wallet,
        };
        let io = Currency::Io;
        let sol = Currency::Sol;
        match *self {
            Self::Faucet(Io(amount)) => pair(io, Faucet, Wallet, amount),
            Self::FaucetSol(Lamports(amount)) => pair(sol, Faucet, Wallet, amount),
            Self::Stake(Io(amount)) => pair(io, Wallet, Stake, amount),
            Self::UnstakeRequest(Io(amount)) => pair(io, Stake, Cooling, amount),
            Self::Unstake(Io(amount)) => pair(io, Stake, Wallet, amount),
            Self::Withdraw(Io(amount)) => pair(io, Cooling, Wallet, amount),
            Self::LeaseEscrow(Io(amount)) => pair(io, Wallet, Escrow, amount),
            Self::LeasePayment(Io(amount)) => pair(io, Escrow, LeaseExpense, amount),
            Self::Refund(Io(amount)) => pair(io, Escrow, Wallet, amount),
            Self::LeaseIncome(Io(amount)) => pair(io, LeaseIncome, Wallet, amount),
            Self::NetworkFee(Lamports(amount)) => pair(sol, Wallet, Fees, amount),
            Self::RentReturned(Lamports(amount)) => pair(sol, Fees, Wallet, amount),
            Self::Sent(Io(amount)) => pair(io, Wallet, Sent, amount),
            Self::SentSol(Lamports(amount)) => pair(sol, Wallet, Sent, amount),
            Self::Reward(Io(amount)) => pair(io, RewardIncome, Wallet, amount),
            Self::Received(Io(amount)) => pair(io, Received, Wallet, amount),
            Self::ReceivedSol(Lamports(amount)) => pair(sol, Received, Wallet, amount),
            Self::Slashed(Io(amount)) => pair(io, Stake, Slashed, amount),
            Self::SlashedCooling(Io(amount)) => pair(io, Cooling, Slashed, amount),
            Self::SlashRestored(Io(amount)) => pair(io, Slashed, Stake, amount),
            Self::SlashRepaid(Io(amount)) => pair(io, Slashed, Wallet, amount),
            Self::Adjustment {
                account,
                currency,
                amount,
            } => signed_pair(currency, Adjustment, account, amount),
        }
    }
}

fn pair(currency: Currency, from: Account, to: Account, amount: u64) -> Result<Vec<Posting>, LedgerError> {
    let amount = i64::try_from(amount).map_err(|_| LedgerError::TooLarge)?;
    signed_pair(currency, from, to, amount)
}

fn signed_pair(
    currency: Currency,
    from: Account,
    to: Account,
    amount: i64,
) -> Result<Vec<Posting>, LedgerError> {
    let taken = amount.checked_neg().ok_or(LedgerError::TooLarge)?;
    let posting = |account, amount| Posting {
        account,
        currency,
        amount,
    };
    Ok(vec![posting(from, taken), posting(to, amount)])
}
