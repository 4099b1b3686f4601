//! Earnings by day, for charts.

use serde::{Deserialize, Serialize};

use super::signed_text;
use crate::{money::Currency, time::UnixMillis};

/// What one day earned in one currency, settled or on its way. Days are UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayIncome {
    /// The day's first moment.
    pub day: UnixMillis,
    /// Currency.
    pub currency: Currency,
    /// Lease pay, base units. In JSON a string.
    #[serde(with = "signed_text")]
    pub lease: i64,
    /// Rewards, base units. In JSON a string.
    #[serde(with = "signed_text")]
    pub rewards: i64,
    /// Lease pay, USD micros at the time's price, movements without one left out.
    #[serde(with = "signed_text")]
    pub lease_usd: i64,
    /// Rewards, USD micros at the time's price, movements without one left out.
    #[serde(with = "signed_text")]
    pub rewards_usd: i64,
    /// How many movements have no known price.
    pub unpriced: u64,
}
