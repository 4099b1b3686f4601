//! View models of wallets: the list, the withdrawal address, the address book, and what is sent.

use serde::{Deserialize, Serialize};

use super::{KeyStorage, Review, Secret, view::text};
use crate::{
    id::WalletAddress,
    money::{Currency, Io, Lamports, ParseAmountError, Usdc, parse_decimal},
    network::Balances,
    time::UnixMillis,
};

/// The longest name of a wallet or contact, characters.
pub const MAX_NAME_CHARS: usize = 40;
/// The longest note in a transaction, bytes: a packet has room for it beside everything else.
pub const MAX_MEMO_BYTES: usize = 120;

/// An amount with its currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Currency.
    pub currency: Currency,
    /// Base units. In JSON a string.
    #[serde(with = "text")]
    pub base_units: u64,
}

impl Amount {
    /// From what a person types: `12.5` means 12.5 of the currency.
    ///
    /// # Errors
    /// [`ParseAmountError`] when the text is no plain decimal number or does not fit.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, ParseAmountError> {
        let base_units = parse_decimal(text, currency.decimals())?;
        Ok(Self { currency, base_units })
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.currency {
            Currency::Io => Io(self.base_units).fmt(f),
            Currency::Sol => Lamports(self.base_units).fmt(f),
            Currency::Usdc => Usdc(self.base_units).fmt(f),
        }
    }
}

/// Every wallet of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletList {
    /// The wallets, oldest first.
    pub wallets: Vec<OwnWallet>,
    /// Where automatic payouts go.
    pub withdrawal: Withdrawal,
}

/// One of the profile's wallets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnWallet {
    /// Its address.
    pub address: WalletAddress,
    /// What its owner calls it.
    pub name: String,
    /// Where its key lies.
    pub storage: KeyStorage,
    /// Stakes, rents, earns and sends; one of the profile does.
    pub operating: bool,
    /// Needs to be opened before it signs. Only the operating one is ever open.
    pub locked: bool,
    /// Whether its backup can be checked: it came from words, and they are kept with its key.
    pub has_words: bool,
    /// When it came here.
    pub added_at: UnixMillis,
    /// When its owner last proved to have the words.
    pub backup_checked_at: Option<UnixMillis>,
    /// On chain; `None` when the chain does not answer.
    pub balances: Option<Balances>,
}

/// Where what the app pays out by itself goes, and the change that waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// In force; `None` = nowhere, everything stays in the operating wallet.
    pub address: Option<WalletAddress>,
    /// A change that can still be cancelled.
    pub change: Option<WithdrawalChange>,
}

/// A change of the withdrawal address on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalChange {
    /// The address to come; `None` = nowhere.
    pub address: Option<WalletAddress>,
    /// When it is in force.
    pub at: UnixMillis,
}

/// An address with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The address.
    pub address: WalletAddress,
    /// What the owner calls it.
    pub name: String,
    /// When something was last sent there.
    pub last_sent_at: Option<UnixMillis>,
}

/// A word of the backup at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupWord {
    /// Counted from 1.
    pub place: u8,
    /// The word.
    pub word: Secret,
}

/// Exactly what sending would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendReview {
    /// Names this one intention; [`super::Send`] repeats it.
    pub key: String,
    /// Every amount that moves.
    pub review: Review,
    /// The name of the recipient: a contact's or an own wallet's.
    pub name: Option<String>,
    /// What to think of first.
    pub warnings: Vec<SendWarning>,
}

/// What speaks against sending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "warning", rename_all = "snake_case")]
pub enum SendWarning {
    /// Nothing was ever sent there from here.
    FirstTime,
    /// It begins or ends like a known address and is another.
    LooksLike {
        /// The known one.
        known: WalletAddress,
        /// Its name, when it has one.
        name: Option<String>,
    },
    /// A program or token account, which a person's wallet is not: what is sent there may be lost.
    NotAWallet,
}
