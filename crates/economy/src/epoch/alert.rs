//! What an operator should change, by the name of the parameter.

use serde::{Deserialize, Serialize};

use super::{input::EpochInput, outcome::ClassTotals};
use crate::{
    arith::floor_mul_div,
    quantity::{Ppm, UsdMicros, UsdPerHour},
};

/// A parameter of a device class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parameter {
    /// What the hardware is let for: `reference_rate`, and with it the prices asked.
    HardwarePricing,
    /// What owners are promised: `roi`.
    TargetRoi,
}

impl Parameter {
    /// For people: what to change.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::HardwarePricing => "hardware pricing (the prices asked and the reference rate)",
            Self::TargetRoi => "target ROI",
        }
    }
}

/// Something that does not last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Alert {
    /// Debt has outgrown the budget; targets are scaled down.
    TargetsScaled {
        /// To this.
        scale: Ppm,
        /// The class that is owed most.
        class: u16,
        /// What to change there.
        parameter: Parameter,
    },
    /// Debt lapsed unpaid.
    DebtLapsed {
        /// How much.
        amount: UsdMicros,
    },
    /// A class's leases pay less than its target: whoever rents there is subsidised by the vaults.
    UnderPriced {
        /// The class.
        class: u16,
        /// What an hour brought its provider on average.
        paid: UsdPerHour,
        /// What it should.
        target: UsdPerHour,
        /// What to change.
        parameter: Parameter,
    },
}

/// The average net pay of a leased hour; `None` when nothing was leased.
fn hourly(class: &ClassTotals) -> Option<UsdPerHour> {
    floor_mul_div(class.lease_pay.0, 3_600, class.leased_seconds).map(UsdPerHour)
}

/// The alerts of an epoch.
pub(super) fn alerts(
    input: &EpochInput,
    classes: &[ClassTotals],
    scale: Ppm,
    lapsed: UsdMicros,
) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let numbered = || (0_u16..).zip(input.classes.iter().zip(classes));
    if scale < Ppm::ONE
        && let Some((index, (class, totals))) =
            numbered().max_by_key(|(index, (_, t))| (t.owed, u16::MAX - index))
    {
        // Leases that pay the reference rate cannot be blamed: then the promise is too large for the demand.
        let cheap = hourly(totals).is_some_and(|paid| paid < class.reference_rate);
        let parameter = if cheap {
            Parameter::HardwarePricing
        } else {
            Parameter::TargetRoi
        };
        alerts.push(Alert::TargetsScaled {
            scale,
            class: index,
            parameter,
        });
    }
    if lapsed > UsdMicros::ZERO {
        alerts.push(Alert::DebtLapsed { amount: lapsed });
    }
    for (index, (class, totals)) in numbered() {
        let (paid, target) = (hourly(totals), class.target());
        if let Some(paid) = paid.filter(|paid| *paid < target) {
            let parameter = Parameter::HardwarePricing;
            alerts.push(Alert::UnderPriced {
                class: index,
                paid,
                target,
                parameter,
            });
        }
    }
    alerts
}
