//! Lists of movements: what is asked for, a page of it, and what all of it adds up to.

use serde::{Deserialize, Serialize};

use super::{EntryKind, EntryState, HistoryEntry, signed_text};
use crate::{
    id::{DeviceId, LeaseId},
    money::Currency,
    time::UnixMillis,
};

/// Which movements; everything that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryFilter {
    /// Of this kind.
    pub kind: Option<EntryKind>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// In this state.
    pub state: Option<EntryState>,
    /// Of this lease.
    pub lease: Option<LeaseId>,
    /// Of this device.
    pub device: Option<DeviceId>,
    /// At or after this moment.
    pub from: Option<UnixMillis>,
    /// Before this moment.
    pub until: Option<UnixMillis>,
    /// Words of the note (each may be a beginning), or the beginning (four characters or more) of a transaction, a
    /// lease or a device. At most 200 characters.
    pub text: String,
}

/// What all movements of a list add up to in one currency; void ones count nothing. In a list of several kinds it is
/// the wallet's change: kinds that are shown for another place ([`EntryKind::is_of_wallet`]) count nothing there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyTotal {
    /// Currency.
    pub currency: Currency,
    /// How many movements.
    pub count: u64,
    /// Base units. In JSON a string.
    #[serde(with = "signed_text")]
    pub amount: i64,
    /// What they were worth when they moved, USD micros, those without a known price left out. In JSON a string.
    #[serde(with = "signed_text")]
    pub usd: i64,
    /// How many have no known price; with all of them `usd` says nothing.
    pub unpriced: u64,
}

impl CurrencyTotal {
    /// Nothing yet.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self {
            currency,
            count: 0,
            amount: 0,
            usd: 0,
            unpriced: 0,
        }
    }

    /// What is known of its worth, USD micros; `None` when no movement has a price.
    #[must_use]
    pub const fn known_usd(&self) -> Option<i64> {
        if self.unpriced == self.count {
            None
        } else {
            Some(self.usd)
        }
    }
}

/// A movement in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// The movement.
    #[serde(flatten)]
    pub entry: HistoryEntry,
    /// What the list adds up to in this currency, from the oldest movement to this one.
    pub running: CurrencyTotal,
}

/// Where the next page begins. Hand it back as it came, with the same filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryCursor {
    /// Time of the last movement shown.
    pub at: UnixMillis,
    /// Its number.
    pub id: i64,
    /// What everything older adds up to.
    pub totals: Vec<CurrencyTotal>,
}

/// A page of movements, newest first (by time, then by number).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// The movements.
    pub rows: Vec<HistoryRow>,
    /// What the page and everything older add up to; on the first page that is the whole list. One line for each
    /// currency that occurs.
    pub totals: Vec<CurrencyTotal>,
    /// The next page; `None` on the last.
    pub next: Option<HistoryCursor>,
}
