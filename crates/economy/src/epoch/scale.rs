//! Targets scale down when debt has outgrown what epochs bring in.

use crate::{
    params::NetworkParams,
    quantity::{Ppm, UsdMicros},
};

/// The scale of an epoch's targets: one, unless open debt exceeds `debt_alert_epochs` × the epoch's budget; then the
/// part that this limit is of the debt, within the bound. The budget is what the schedule unlocks in the epoch.
///
/// Both numbers are known before the epoch is: nothing that anybody rents, lists or forgoes in it moves its targets.
/// (A scale that looked at what the epoch owes would reward a provider for hiding half-leased devices from it.) And at
/// the limit the scale is one, so nobody gains by pushing the debt over it.
#[must_use]
pub fn target_scale(params: &NetworkParams, open_debt: UsdMicros, budget: UsdMicros) -> Ppm {
    let limit = budget.0.saturating_mul(u64::from(params.debt_alert_epochs));
    let affordable = Ppm::ratio(limit, open_debt.0).unwrap_or(Ppm::ONE);
    affordable.clamp(params.min_target_scale, Ppm::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_shrink_as_debt_outgrows_the_limit() {
        let params = NetworkParams::default();
        let scale = |debt, budget| target_scale(&params, UsdMicros(debt), UsdMicros(budget)).0;
        assert_eq!(scale(0, 0), 1_000_000);
        assert_eq!(scale(168_000, 1_000), 1_000_000);
        assert_eq!(scale(336_000, 1_000), 500_000);
        assert_eq!(scale(u64::MAX, 1_000), 250_000);
        assert_eq!(scale(1, 0), 250_000);
    }
}
