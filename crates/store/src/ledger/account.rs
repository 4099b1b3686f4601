//! Accounts and postings.

use hearth_types::{history::EntryKind, money::Currency};

use crate::codec::words;

/// An account of the history; each exists once per currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// Can be spent.
    Wallet,
    /// Staked on devices.
    Stake,
    /// Unstaked and cooling down.
    Cooling,
    /// In the escrow of leases that this wallet rents.
    Escrow,
    /// Earned by lending. Negative.
    LeaseIncome,
    /// Spent on renting.
    LeaseExpense,
    /// Spent on transactions and account rent.
    Fees,
    /// Given by the faucet. Negative.
    Faucet,
    /// Sent to somebody.
    Sent,
    /// Earned as rewards. Negative.
    RewardIncome,
    /// Paid in by somebody. Negative.
    Received,
    /// Taken from the stake by slashes, less what was given back.
    Slashed,
    /// The other side of what was found on chain without a record.
    Adjustment,
}

words!(Account {
    Wallet = "wallet",
    Stake = "stake",
    Cooling = "cooling",
    Escrow = "escrow",
    LeaseIncome = "income:lease",
    LeaseExpense = "expense:lease",
    Fees = "fees",
    Faucet = "faucet",
    Sent = "sent",
    RewardIncome = "income:reward",
    Received = "received",
    Slashed = "slashed",
    Adjustment = "adjustment",
});

impl Account {
    /// The accounts that the chain knows as well, for comparing.
    pub const ON_CHAIN: [Self; 4] = [Self::Wallet, Self::Stake, Self::Cooling, Self::Escrow];

    /// The accounts whose change a movement of this kind is shown as.
    pub(super) const fn shown_for(kind: EntryKind) -> &'static [Self] {
        match kind {
            EntryKind::Faucet
            | EntryKind::Stake
            | EntryKind::Withdraw
            | EntryKind::LeaseEscrow
            | EntryKind::LeaseIncome
            | EntryKind::Refund
            | EntryKind::NetworkFee
            | EntryKind::RentReturned
            | EntryKind::Reward
            | EntryKind::Sent
            | EntryKind::Received => &[Self::Wallet],
            EntryKind::Slash => &[Self::Stake, Self::Cooling],
            EntryKind::SlashRestored => &[Self::Wallet, Self::Stake],
            EntryKind::UnstakeRequest => &[Self::Cooling],
            EntryKind::LeasePayment => &[Self::Escrow],
            EntryKind::Adjustment => &Self::ON_CHAIN,
        }
    }

    /// Its name in the file, such as `income:lease`.
    #[must_use]
    pub fn name(self) -> &'static str {
        crate::codec::Word::word(self)
    }
}

/// One change of one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// Which account.
    pub account: Account,
    /// Currency.
    pub currency: Currency,
    /// Base units; positive adds to the account.
    pub amount: i64,
}

/// What an account holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountBalance {
    /// Which account.
    pub account: Account,
    /// Currency.
    pub currency: Currency,
    /// Base units.
    pub amount: i64,
}
