//! Tricks against honest idling.

use hearth_types::{
    id::{DeviceId, WalletAddress},
    money::Io,
};
use serde::Serialize;

use super::{
    agents::Crowd,
    run::SimError,
    scenario::{DAY_SECONDS, Scenario},
    state::State,
};
use crate::{
    epoch::{DeviceRow, EpochInput, LeaseRow, Outcome, Pay, WalletIndex, WalletRow, margin_of, settle},
    params::Policy,
    price::{PriceRules, Sample, epoch_price},
    quantity::{Bps, IoPrice, UsdMicros, Usdc},
    score::Score,
};

/// Devices of the player.
const PLAYED: u8 = 100;

/// What a player tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trick {
    /// Leases all its devices to itself at the reference rate.
    SelfRental,
    /// The same at twenty times that rate, to look busy and dear.
    ShamPrices,
    /// Leases them for next to nothing on chain and is paid aside.
    SidePayments,
    /// Splits its idle devices over as many wallets.
    IdleFarm,
    /// Gathers all idle devices in one wallet that holds as much again as everyone else's idle ones.
    Whale,
    /// Moves one price sample of the epoch to a tenth.
    OneSample,
}

impl Trick {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::SelfRental,
        Self::ShamPrices,
        Self::SidePayments,
        Self::IdleFarm,
        Self::Whale,
        Self::OneSample,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SelfRental => "self-rental",
            Self::ShamPrices => "sham-prices",
            Self::SidePayments => "side-payments",
            Self::IdleFarm => "idle-farm",
            Self::Whale => "whale",
            Self::OneSample => "one-sample",
        }
    }
}

/// What a player has of a day, in dollars at the honest price.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Drawn from the vaults.
    pub drawn: UsdMicros,
    /// Paid into them: margin of leases to itself, and what a pool takes of their pay.
    pub paid_in: UsdMicros,
}

impl Side {
    /// Drawn less paid in; may be negative.
    #[must_use]
    pub fn gain(&self) -> i128 {
        i128::from(self.drawn.0) - i128::from(self.paid_in.0)
    }
}

/// A trick and honest idling, under one policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The trick.
    pub trick: Trick,
    /// The policy's name.
    pub policy: &'static str,
    /// Idle, offered at a fair price, one wallet.
    pub honest: Side,
    /// With the trick.
    pub tricky: Side,
    /// Whether the trick gained nothing: neither in all nor out of the vaults, but for a base unit a wallet.
    pub harmless: bool,
}

/// Plays a trick on a scenario's first day, a hundred devices of its first class beside everyone else's.
///
/// # Errors
/// [`SimError`] when the scenario cannot be run.
pub fn compare(scenario: &Scenario, trick: Trick, policy: Policy) -> Result<Comparison, SimError> {
    let price = *scenario.price.days(1).first().ok_or(SimError::TooLong)?;
    let crowds: Vec<_> = scenario.cohorts.iter().map(Crowd::new).collect();
    let splits = State::split(scenario, &crowds, 0);
    let mut others = State::new(scenario, policy).input(scenario, &splits, 0, price)?;
    // Slots of two hours over the day, two sources.
    others.price = daily_price(price, price).unwrap_or(price);
    let crowd = others.wallets.len();
    let mut honest = others.clone();
    player(&mut honest, 1, 1)?;
    let mut tricky = others;
    match trick {
        Trick::SelfRental => {
            player(&mut tricky, 1, 1)?;
            rent_to_itself(&mut tricky, 1, 1)?;
        }
        Trick::ShamPrices => {
            player(&mut tricky, 1, 1)?;
            rent_to_itself(&mut tricky, 20, 1)?;
        }
        Trick::SidePayments => {
            player(&mut tricky, 1, 1)?;
            rent_to_itself(&mut tricky, 1, 1_000_000)?;
        }
        Trick::IdleFarm => player(&mut tricky, PLAYED, 1)?,
        Trick::Whale => {
            let idle: u64 = splits.iter().map(|split| split.idle).sum();
            let times = (idle / u64::from(PLAYED)).max(1);
            honest = tricky.clone();
            player(&mut honest, PLAYED, times)?;
            player(&mut tricky, 1, times)?;
        }
        Trick::OneSample => {
            player(&mut tricky, 1, 1)?;
            let tenth = IoPrice::from_nanos(price.nanos() / 10).unwrap_or(price);
            tricky.price = daily_price(price, tenth).unwrap_or(price);
        }
    }
    let side = |input: &EpochInput| Ok::<_, SimError>(side(input, &settle(input)?, crowd, price));
    let (honest, tricky) = (side(&honest)?, side(&tricky)?);
    let rounding = i128::from(PLAYED) * 2;
    let harmless = tricky.gain() <= honest.gain() + rounding
        && i128::from(tricky.drawn.0) <= i128::from(honest.drawn.0) + rounding.max(tricky.paid_in.0.into());
    Ok(Comparison {
        trick,
        policy: policy.name(),
        honest,
        tricky,
        harmless,
    })
}

/// Adds the player: its hundred rows stand for `times` devices each, shared out over `wallets`. All idle and fair.
fn player(input: &mut EpochInput, wallets: u8, times: u64) -> Result<(), SimError> {
    let first = u32::try_from(input.wallets.len()).map_err(|_| SimError::TooLong)?;
    for number in 0..wallets {
        // After all others, which begin with zeros.
        input.wallets.push(WalletRow {
            wallet: WalletAddress(
                [0xf0_u8.saturating_add(number / 64), number % 64]
                    .repeat(16)
                    .try_into()
                    .unwrap_or([0xff; 32]),
            ),
            cumulative: Io::ZERO,
            matured: Io::ZERO,
        });
    }
    for number in 0..PLAYED {
        let mut id = [0xff; 32];
        id.fill(0xf0);
        if let Some(last) = id.last_mut() {
            *last = number;
        }
        let seconds = times.checked_mul(DAY_SECONDS).ok_or(SimError::TooLarge)?;
        input.devices.push(DeviceRow {
            device: DeviceId(id),
            owner: WalletIndex(first + u32::from(number % wallets)),
            co_share: None,
            class: 0,
            score: Score(1_000_000),
            verified: seconds,
            eligible: seconds,
        });
    }
    Ok(())
}

/// Leases the player's devices to itself all day, at so many parts of the reference rate.
fn rent_to_itself(input: &mut EpochInput, times: u64, parts: u64) -> Result<(), SimError> {
    let class = input.classes.first().ok_or(SimError::NoSuchClass(0))?;
    let hourly = class.reference_gross(input.params.margin).0.saturating_mul(times) / parts;
    let first = input.devices.len().saturating_sub(usize::from(PLAYED));
    for device in first..input.devices.len() {
        input.leases.push(LeaseRow {
            device: u32::try_from(device).map_err(|_| SimError::TooLong)?,
            seconds: DAY_SECONDS,
            gross: Pay::Usdc(Usdc(hourly.saturating_mul(24))),
        });
    }
    Ok(())
}

fn side(input: &EpochInput, outcome: &Outcome, crowd: usize, honest: IoPrice) -> Side {
    let rewards = outcome.rewards.iter().skip(crowd);
    let drawn: u64 = rewards
        .map(|reward| honest.value(reward.io).map_or(0, |usd| usd.0))
        .sum();
    let first = input.devices.len().saturating_sub(usize::from(PLAYED));
    let own: Vec<_> = input
        .leases
        .iter()
        .filter(|lease| lease.device as usize >= first)
        .collect();
    let margin: u64 = own
        .iter()
        .map(|lease| margin_of(lease.gross.units(), input.params.margin))
        .sum();
    let taken: u64 = if matches!(input.params.policy, Policy::Ide(_, crate::params::Income::Pooled)) {
        let target = input
            .classes
            .first()
            .and_then(|class| class.target().over(DAY_SECONDS));
        let target = target.map_or(0, |target| target.0);
        let net =
            |lease: &&LeaseRow| lease.gross.units() - margin_of(lease.gross.units(), input.params.margin);
        own.iter().map(|lease| net(lease).saturating_sub(target)).sum()
    } else {
        0
    };
    Side {
        drawn: UsdMicros(drawn),
        paid_in: UsdMicros(margin + taken),
    }
}

/// The price of a day seen through sixty samples of two sources, one of which shows something else.
fn daily_price(honest: IoPrice, odd: IoPrice) -> Option<IoPrice> {
    let samples: Vec<_> = (0..60_u16)
        .map(|number| Sample {
            source: number % 2,
            at: u64::from(number) * DAY_SECONDS / 60,
            price: if number == 30 { odd } else { honest },
            confidence_nanos: Bps::clamped(10).of(honest.nanos()),
        })
        .collect();
    let rules = PriceRules {
        max_gap_seconds: DAY_SECONDS / 30,
        ..PriceRules::default()
    };
    epoch_price(&samples, 0, DAY_SECONDS, &rules).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{SHIPPED, Vaults, shipped};

    #[test]
    fn no_trick_gains_under_any_policy_in_any_scenario_with_full_or_empty_vaults() {
        for name in SHIPPED {
            for funded in [true, false] {
                let mut scenario = shipped(name).unwrap();
                if !funded {
                    scenario.vaults = Vaults::default();
                }
                for trick in Trick::ALL {
                    for policy in Policy::ALL {
                        let played = compare(&scenario, trick, policy).unwrap();
                        assert!(played.harmless, "{name}, funded {funded}: {played:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn honest_idling_draws_the_target() {
        let played = compare(&shipped("steady").unwrap(), Trick::SelfRental, Policy::DEFAULT).unwrap();
        // A hundred devices at a dollar an hour, but for what rounding to IO takes.
        assert!(played.honest.drawn.0.abs_diff(2_400_000_000) < 100);
        assert_eq!(played.tricky.drawn, UsdMicros(0));
        assert!(played.tricky.paid_in.0 > 0);
    }
}
