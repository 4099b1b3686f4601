//! Random epochs, settled twice.

use hearth_economy::epoch::{Closed, EpochInput};
use proptest::prelude::*;

use crate::{
    plain::{self, Settled},
    random::{World, tapes},
};

/// What the economy says, in the plain form.
fn said(closed: &Closed) -> Settled {
    let (outcome, totals) = (&closed.outcome, &closed.outcome.totals);
    let rewards = || outcome.rewards.iter();
    Settled {
        owed: rewards().map(|reward| reward.owed.0).collect(),
        paid: rewards().map(|reward| reward.paid.0).collect(),
        io: rewards().map(|reward| reward.io.0).collect(),
        targets: totals.targets.0,
        fees: totals.fees.0,
        surplus: totals.surplus.0,
        burned: totals.burned.0,
        reward_vault: outcome.books.reward_vault.0,
        fee_io: outcome.books.fee.io.0,
        fee_usdc: outcome.books.fee.usdc.0,
        open_debt: totals.open_debt.0,
        lapsed: totals.lapsed.0,
    }
}

fn agree(input: &EpochInput, closed: &Closed) -> Result<(), TestCaseError> {
    prop_assert_eq!(said(closed), plain::settle(input));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn both_settle_every_epoch_alike(tape in tapes()) {
        let mut world = World::new(tape);
        for _ in 0..4 {
            let (input, closed) = world.step();
            agree(&input, &closed)?;
        }
    }
}
