//! The scenarios that come with the program.

use hearth_types::money::{IO_UNITS, Io};

use super::{
    path::Path,
    price_path::PricePath,
    scenario::{Away, Cohort, Demand, Scenario, Vaults},
};
use crate::{
    params::{DeviceClass, NetworkParams},
    quantity::{Bps, IoPrice, Ppm, UsdPerHour, Usdc},
    score::{Score, Tier},
};

/// Their names.
pub const SHIPPED: [&str; 7] = [
    "steady",
    "demand-drop",
    "price-crash",
    "drop-and-crash",
    "under-pricing",
    "tenfold-growth",
    "whale-churn",
];

/// The day on which something happens.
const TURN: u32 = 180;
/// The price of IO before it crashes: 20 cents.
const PRICE: IoPrice = IoPrice::from_micros(200_000);

/// The scenario of a name.
#[must_use]
pub fn shipped(name: &str) -> Option<Scenario> {
    let mut scenario = steady();
    let crash = PricePath::Crash {
        before: PRICE,
        day: TURN,
        after: IoPrice::from_micros(100_000),
    };
    let drop = |scenario: &mut Scenario| {
        for demand in &mut scenario.demand {
            demand.path = Path::step(Ppm::ONE, TURN, Ppm(450_000));
        }
    };
    let about = match name {
        "steady" => {
            "Nothing changes: four fifths of all devices are leased at the reference rate, IO costs 20 cents."
        }
        "demand-drop" => {
            drop(&mut scenario);
            "On day 180 demand drops by 55 % and stays there."
        }
        "price-crash" => {
            scenario.price = crash;
            "On day 180 the price of IO halves and stays there."
        }
        "drop-and-crash" => {
            drop(&mut scenario);
            scenario.price = crash;
            "On day 180 demand drops by 55 % and the price of IO halves."
        }
        "under-pricing" => {
            for demand in &mut scenario.demand {
                demand.rate = Path::step(Ppm::ONE, 60, Ppm(250_000));
            }
            "From day 60 on devices are let for a quarter of the reference rate."
        }
        "tenfold-growth" => {
            let growth = Path(vec![(30, Ppm::ONE), (700, Ppm(10_000_000))]);
            for demand in &mut scenario.demand {
                demand.path = growth.clone();
            }
            for cohort in &mut scenario.cohorts {
                cohort.growth = growth.clone();
            }
            scenario.price = PricePath::Along {
                start: PRICE,
                path: Path(vec![(30, Ppm::ONE), (700, Ppm(5_000_000))]),
            };
            "Demand and supply grow tenfold within two years, and the price of IO fivefold."
        }
        "whale-churn" => {
            let away = Away {
                from: 200,
                until: 400,
            };
            let half = |cohort: &mut Cohort| {
                cohort.devices /= 2;
                cohort.most /= 2;
            };
            let whales = scenario.cohorts.clone().into_iter().map(|cohort| Cohort {
                name: format!("{} of a whale", cohort.name),
                away: Some(away),
                ..cohort
            });
            scenario.cohorts.extend(whales.collect::<Vec<_>>());
            scenario.cohorts.iter_mut().for_each(half);
            "One owner has half of all devices, takes them away on day 200 and brings them back on day 400."
        }
        _ => return None,
    };
    name.clone_into(&mut scenario.name);
    about.clone_into(&mut scenario.about);
    Some(scenario)
}

/// A device class with its cohort and its renters: rates in micro-dollars an hour.
struct Kind {
    name: &'static str,
    devices: u32,
    reference: u64,
    roi: u64,
    cost: u64,
    multiplier: u64,
}

/// Rates as seen on the market, less the margin; targets are the network's choice, within half of them.
const KINDS: [Kind; 4] = [
    Kind {
        name: "H100",
        devices: 400,
        reference: 3_130_000,
        roi: 900_000,
        cost: 100_000,
        multiplier: 10_000_000,
    },
    Kind {
        name: "A100 80GB",
        devices: 600,
        reference: 1_200_000,
        roi: 340_000,
        cost: 60_000,
        multiplier: 5_000_000,
    },
    Kind {
        name: "RTX 4090",
        devices: 6_000,
        reference: 270_000,
        roi: 50_000,
        cost: 50_000,
        multiplier: 1_250_000,
    },
    Kind {
        name: "RTX 3060",
        devices: 5_000,
        reference: 90_000,
        roi: 10_000,
        cost: 20_000,
        multiplier: 750_000,
    },
];

fn steady() -> Scenario {
    Scenario {
        name: String::new(),
        about: String::new(),
        days: 730,
        months_before: 23,
        params: NetworkParams {
            epoch_seconds: 86_400,
            debt_lapse_epochs: 30,
            debt_alert_epochs: 7,
            maturity_epochs: 14,
            margin: Bps::clamped(1_000),
            ..NetworkParams::default()
        },
        classes: KINDS.iter().map(class).collect(),
        cohorts: (0..)
            .zip(&KINDS)
            .map(|(number, kind)| cohort(number, kind))
            .collect(),
        demand: (0..)
            .zip(&KINDS)
            .map(|(number, kind)| demand(number, kind))
            .collect(),
        price: PricePath::Constant { price: PRICE },
        vaults: Vaults {
            unspent: Io(5_000_000 * IO_UNITS),
            fee_io: Io(1_000_000 * IO_UNITS),
            fee_usdc: Usdc(1_000_000_000_000),
        },
    }
}

fn class(kind: &Kind) -> DeviceClass {
    DeviceClass {
        name: kind.name.into(),
        reference_rate: UsdPerHour(kind.reference),
        ceiling: UsdPerHour(kind.reference * 3 / 2),
        roi: UsdPerHour(kind.roi),
        operating_cost: UsdPerHour(kind.cost),
    }
}

fn cohort(class: u16, kind: &Kind) -> Cohort {
    let multiplier = Ppm(kind.multiplier);
    Cohort {
        name: format!("{} owners", kind.name),
        class,
        devices: kind.devices,
        cost: UsdPerHour(kind.cost),
        stake: Io(multiplier.max(Ppm::ONE).of(200 * IO_UNITS)),
        score: Score::new(1, multiplier, Tier::High),
        patience_days: 14,
        leaving: Ppm(20_000),
        joining: Ppm(10_000),
        most: kind.devices,
        growth: Path::default(),
        away: None,
    }
}

fn demand(class: u16, kind: &Kind) -> Demand {
    Demand {
        class,
        hours: u64::from(kind.devices) * 24 * 4 / 5,
        path: Path::default(),
        rate: Path::default(),
        elasticity: Ppm(300_000),
        in_io: Ppm(250_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_scenario_that_survives_json() {
        for name in SHIPPED {
            let scenario = shipped(name).unwrap();
            assert_eq!(scenario.name, name);
            let json = serde_json::to_string(&scenario).unwrap();
            assert_eq!(serde_json::from_str::<Scenario>(&json).unwrap(), scenario);
        }
        assert_eq!(shipped("no such"), None);
    }
}
