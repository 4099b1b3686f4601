//! The invariants, after every epoch.

use hearth_economy::{
    emission::unlocked_after,
    epoch::{
        Books, Closed, EpochInput, Pay, PayCurrency, credit, margin_of, owed_before_rounding, target_scale,
    },
    params::{Draw, Income, Policy},
    quantity::{Ppm, UsdMicros},
};
use proptest::prelude::*;

use crate::random::{World, tapes};

/// Epochs that each random network goes through.
const EPOCHS: usize = 4;

proptest! {
    // 2,500 networks of four epochs each.
    #![proptest_config(ProptestConfig::with_cases(2_500))]

    #[test]
    fn every_epoch_of_every_network_keeps_the_rules(tape in tapes()) {
        let mut world = World::new(tape);
        for _ in 0..EPOCHS {
            let (input, closed) = world.step();
            every_unit_is_accounted_for(&input, &closed)?;
            draws_stay_within_the_schedule(&input, &closed)?;
            half_of_a_surplus_burns(&input, &closed)?;
            wallets_get_what_they_are_owed(&input, &closed)?;
            debt_is_paid_or_open_or_lapsed(&input, &closed)?;
            what_is_reported_follows(&input, &closed)?;
        }
    }
}

/// What came into the Fee Vault, per currency, by the input alone and what was pooled.
fn fees_in(input: &EpochInput, closed: &Closed) -> (i128, i128) {
    let totals = &closed.outcome.totals;
    let (mut io, mut usdc) = (i128::from(totals.pooled_io.0), i128::from(totals.pooled_usdc.0));
    for lease in &input.leases {
        let margin = i128::from(margin_of(lease.gross.units(), input.params.margin));
        match lease.gross {
            Pay::Io(_) => io += margin,
            Pay::Usdc(_) => usdc += margin,
        }
    }
    for true_up in &input.true_ups {
        let settled = i128::from(margin_of(true_up.settled, input.params.margin));
        let correction = settled - i128::from(true_up.accrued_margin);
        match true_up.currency {
            PayCurrency::Io => io += correction,
            PayCurrency::Usdc => usdc += correction,
        }
    }
    (io, usdc)
}

/// Everything the books hold: IO, and USDC.
fn held(books: &Books) -> (i128, i128) {
    let places = [
        books.reward_vault,
        books.fee.io,
        books.unmatured,
        books.matured,
        books.burned,
    ];
    let io: i128 = places.iter().map(|io| i128::from(io.0)).sum();
    let (short_io, short_usdc) = (
        i128::from(books.fee.short_io.0),
        i128::from(books.fee.short_usdc.0),
    );
    (io - short_io, i128::from(books.fee.usdc.0) - short_usdc)
}

fn every_unit_is_accounted_for(input: &EpochInput, closed: &Closed) -> Result<(), TestCaseError> {
    let totals = &closed.outcome.totals;
    let (io_in, usdc_in) = fees_in(input, closed);
    let (io, usdc) = held(&input.books);
    let (io_after, usdc_after) = held(&closed.outcome.books);
    prop_assert_eq!(io_after, io + io_in + i128::from(totals.repurchased.0));
    prop_assert_eq!(usdc_after, usdc + usdc_in - i128::from(totals.repurchase_cost.0));
    // A purchase is made at the epoch's price, to the base unit.
    let bought_for = input.price.value_ceil(totals.repurchased).unwrap();
    prop_assert!(bought_for.0 <= totals.repurchase_cost.0);
    Ok(())
}

fn draws_stay_within_the_schedule(input: &EpochInput, closed: &Closed) -> Result<(), TestCaseError> {
    let (totals, books) = (&closed.outcome.totals, &closed.outcome.books);
    let span = input.epoch.span(&input.params).unwrap();
    prop_assert!(books.drawn <= unlocked_after(span.end));
    prop_assert_eq!(books.drawn.0, input.books.drawn.0 + totals.from_reward_vault.0);
    prop_assert_eq!(books.drawn.0 + books.reward_vault.0, 30_000_000_000_000_000);
    prop_assert_eq!(
        totals.rewards.0,
        totals.from_reward_vault.0 + totals.from_fee_vault.0
    );
    let left = unlocked_after(span.end).0 - books.drawn.0;
    match input.params.policy {
        Policy::Ide(Draw::RewardFirst, _) => prop_assert!(totals.from_fee_vault.0 == 0 || left == 0),
        Policy::Ide(Draw::FeeFirst, _) => {
            let empty = books.fee.usdc.0 == 0 || input.price.buys(books.fee.usdc.at_par()).unwrap().0 == 0;
            // What a purchase rounds up stays behind, and a burn takes from what is left: none is due in a shortage.
            prop_assert!(totals.from_reward_vault.0 == 0 || empty || totals.from_fee_vault.0 > 0);
        }
        Policy::Legacy => {
            let fresh = unlocked_after(span.end).0 - unlocked_after(span.start).0;
            prop_assert!(totals.rewards.0 <= fresh && totals.from_fee_vault.0 == 0);
        }
    }
    Ok(())
}

fn half_of_a_surplus_burns(input: &EpochInput, closed: &Closed) -> Result<(), TestCaseError> {
    let totals = &closed.outcome.totals;
    let debt_before = input.books.open_debt().unwrap().saturating_sub(totals.lapsed);
    let surplus = totals
        .fees
        .saturating_sub(totals.owed)
        .saturating_sub(debt_before);
    if input.params.policy == Policy::Legacy {
        prop_assert_eq!((totals.surplus.0, totals.burned.0), (0, 0));
        return Ok(());
    }
    prop_assert_eq!(totals.surplus, surplus);
    prop_assert!(totals.burn_due.0 >= surplus.0.div_ceil(2) && totals.burn_due <= surplus);
    if surplus == UsdMicros::ZERO {
        prop_assert_eq!(totals.burned.0, 0);
    }
    // One base unit is worth less than a micro-dollar here, so rounding it up finds the dollars again.
    prop_assert!(input.price.value_ceil(totals.burned).unwrap() >= totals.burn_due);
    prop_assert!(input.price.value(totals.burned).unwrap().0 <= totals.burn_due.0 + 1);
    Ok(())
}

fn wallets_get_what_they_are_owed(input: &EpochInput, closed: &Closed) -> Result<(), TestCaseError> {
    let (totals, rewards) = (&closed.outcome.totals, &closed.outcome.rewards);
    let mut owed = vec![0; input.wallets.len()];
    for (index, row) in input.devices.iter().enumerate() {
        let class = &input.classes[usize::from(row.class)];
        let leases = input.leases.iter().filter(|lease| lease.device as usize == index);
        let (mut counted, mut income, mut fair) = (0, 0, true);
        for lease in leases {
            counted += credit(class, &input.params, input.price, lease.seconds, lease.gross)
                .unwrap()
                .0;
            let net = lease.gross.units() - margin_of(lease.gross.units(), input.params.margin);
            let worth = Pay::new(lease.gross.currency(), net);
            let net = match worth {
                Pay::Io(io) => input.price.value_ceil(io).unwrap().0,
                Pay::Usdc(usdc) => usdc.0,
            };
            fair &= net >= class.reference_rate.over_ceil(lease.seconds).unwrap().0;
            income += net;
        }
        let target = hearth_economy::quantity::UsdPerHour(totals.target_scale.of(class.target().0));
        let of_this = owed_before_rounding(row.eligible, target, UsdMicros(counted))
            .unwrap()
            .0;
        // Idle, or leased at or above the reference rate: never below the target.
        prop_assert!(!fair || income + of_this >= target.over(row.eligible).unwrap().0);
        let late = input
            .late
            .iter()
            .filter(|late| late.device as usize == index)
            .map(|late| {
                let of = |seconds| owed_before_rounding(seconds, late.target, late.credit).unwrap().0;
                of(late.eligible_now) - of(late.eligible_before)
            });
        let all = of_this + late.sum::<u64>();
        let theirs = row.co_share.map_or(0, |co| co.share.of(all));
        owed[row.owner.0 as usize] += all - theirs;
        if let Some(co) = row.co_share {
            owed[co.wallet.0 as usize] += theirs;
        }
    }
    if input.params.policy == Policy::Legacy {
        prop_assert_eq!(totals.owed.0, 0);
        return Ok(());
    }
    let funded = totals.paid == totals.owed;
    for (reward, owed) in rewards.iter().zip(&owed) {
        prop_assert_eq!(reward.owed.0, *owed);
        prop_assert_eq!(reward.io, input.price.buys(reward.paid).unwrap());
        prop_assert!(!funded || reward.paid >= reward.owed);
        if totals.paid_debt == UsdMicros::ZERO {
            prop_assert!(reward.paid <= reward.owed);
        }
    }
    let given: u64 = rewards.iter().map(|reward| reward.paid.0).sum();
    prop_assert_eq!(given + totals.dust.0, totals.paid.0 + totals.paid_debt.0);
    let rows = rewards.len() * (1 + input.debt_rows.len());
    prop_assert!(totals.dust.0 <= rows as u64);
    let granted: u64 = rewards.iter().map(|reward| reward.io.0).sum();
    prop_assert_eq!(granted, totals.rewards.0);
    if let Policy::Ide(_, Income::Kept) = input.params.policy {
        prop_assert_eq!(totals.pooled.0, 0);
    }
    Ok(())
}

fn debt_is_paid_or_open_or_lapsed(input: &EpochInput, closed: &Closed) -> Result<(), TestCaseError> {
    let (totals, books) = (&closed.outcome.totals, &closed.outcome.books);
    let before = input.books.open_debt().unwrap().0;
    let after = before - totals.lapsed.0 - totals.paid_debt.0 + totals.owed.0 - totals.paid.0;
    prop_assert_eq!(after, totals.open_debt.0);
    prop_assert_eq!(books.open_debt().unwrap(), totals.open_debt);
    let lapse = u64::from(input.params.debt_lapse_epochs);
    prop_assert!(
        books
            .debts
            .iter()
            .all(|debt| input.epoch.0 - debt.epoch.0 < lapse)
    );
    prop_assert!(
        totals.paid_debt.0 == 0 || totals.paid == totals.owed,
        "this epoch's owed comes first"
    );
    // Older debt is paid in full before younger debt is touched.
    let partly = books
        .debts
        .iter()
        .filter(|debt| debt.epoch != input.epoch)
        .position(|debt| input.debt_rows.iter().any(|rows| rows.epoch == debt.epoch));
    prop_assert!(partly.is_none_or(|place| place == 0));
    Ok(())
}

fn what_is_reported_follows(input: &EpochInput, closed: &Closed) -> Result<(), TestCaseError> {
    let totals = &closed.outcome.totals;
    let span = input.epoch.span(&input.params).unwrap();
    let fresh = unlocked_after(span.end).saturating_sub(unlocked_after(span.start));
    let debt = input.books.open_debt().unwrap().saturating_sub(totals.lapsed);
    if input.params.policy != Policy::Legacy {
        let scale = target_scale(&input.params, debt, input.price.value(fresh).unwrap());
        prop_assert_eq!(totals.target_scale, scale);
    }
    prop_assert_eq!(totals.psi, Ppm::ratio(totals.revenue.0, totals.targets.0));
    let matured: u64 = closed
        .outcome
        .rewards
        .iter()
        .map(|reward| reward.cumulative.0)
        .sum();
    prop_assert_eq!(matured, closed.outcome.books.matured.0);
    for (row, reward) in input.wallets.iter().zip(&closed.outcome.rewards) {
        prop_assert_eq!(reward.cumulative.0, row.cumulative.0 + row.matured.0);
    }
    Ok(())
}

#[test]
fn random_networks_see_shortage_debt_lapse_scaling_and_surplus() {
    use proptest::{strategy::ValueTree as _, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut seen = [0_u32; 7];
    for _ in 0..600 {
        let mut world = World::new(tapes().new_tree(&mut runner).unwrap().current());
        for _ in 0..EPOCHS {
            let (input, closed) = world.step();
            let totals = &closed.outcome.totals;
            let debt_before = input.books.open_debt().unwrap() > totals.lapsed;
            let cases = [
                totals.paid < totals.owed,
                totals.paid_debt > UsdMicros::ZERO,
                totals.lapsed > UsdMicros::ZERO,
                totals.target_scale < Ppm::ONE,
                totals.surplus > UsdMicros::ZERO,
                totals.surplus > UsdMicros::ZERO && debt_before,
                totals.from_fee_vault.0 > 0,
            ];
            seen.iter_mut()
                .zip(cases)
                .for_each(|(seen, case)| *seen += u32::from(case));
        }
    }
    assert!(seen.iter().all(|seen| *seen >= 20), "{seen:?}");
}
