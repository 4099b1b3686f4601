//! The price feed: a script, so that worthless tokens have a worth to practise with.
//!
//! Prices follow from the time alone. Every replica says the same, a restart changes nothing, and a test can say
//! what an amount was worth at a moment.

use hearth_coordinator::PriceSample;
use hearth_types::{
    money::{Currency, UsdNanos},
    time::{DAY_MILLIS, UnixMillis},
};

use crate::genesis;

/// Who says so.
const SOURCE: &str = "practice script";
/// Of one IO, in the middle of its day: what the market maker asks, USDC at par.
const IO: u64 = genesis::PRICE * 1_000;
/// How far IO moves up and down from there, basis points.
const SWING: u64 = 500;
const BASIS_POINTS: u64 = 10_000;
/// Of one SOL.
const SOL: u64 = 150_000_000_000;
/// Of one USDC.
const USDC: u64 = 1_000_000_000;

/// What each currency costs at a moment. IO is cheapest at midnight UTC, dearest at noon, and moves evenly between.
#[must_use]
pub fn script(now: UnixMillis) -> Vec<PriceSample> {
    let sample = |currency, price| PriceSample {
        currency,
        price: UsdNanos(price),
        source: SOURCE.to_owned(),
    };
    vec![
        sample(Currency::Io, io(now)),
        sample(Currency::Usdc, USDC),
        sample(Currency::Sol, SOL),
    ]
}

fn io(now: UnixMillis) -> u64 {
    let of_day = now.0 % DAY_MILLIS;
    let from_midnight = of_day.min(DAY_MILLIS - of_day);
    let risen = 2 * SWING * from_midnight / (DAY_MILLIS / 2);
    IO * (BASIS_POINTS - SWING + risen) / BASIS_POINTS
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = DAY_MILLIS / 24;

    #[test]
    fn io_swings_about_what_the_market_maker_asks() {
        let day = 20_000 * DAY_MILLIS;
        let at = |hour| io(UnixMillis(day + hour * HOUR));
        assert_eq!(at(0), 237_500_000);
        assert_eq!(at(6), 250_000_000);
        assert_eq!(at(12), 262_500_000);
        assert_eq!(at(18), 250_000_000);
        assert_eq!(at(24), at(0));
    }

    #[test]
    fn every_currency_has_one_price() {
        let told = script(UnixMillis(1_795_624_879_000));
        let currencies: Vec<_> = told.iter().map(|sample| sample.currency).collect();
        assert_eq!(currencies, Currency::ALL);
        assert!(told.iter().all(|sample| sample.price > UsdNanos::ZERO));
    }
}
