//! Nobody gains by pretending.

use hearth_economy::{
    epoch::{EpochInput, LeaseRow, Pay, margin_of, settle},
    params::Policy,
    quantity::Usdc,
};
use proptest::prelude::*;

use crate::random::{World, tapes};

/// What rounding may give, micro-dollars: one a sum of the player's, its devices and debts.
const ROUNDING: i128 = 40;

/// An epoch in which device `device` of `player` stands idle, offered at a fair price.
fn honest(world: &mut World, device: u32) -> EpochInput {
    let mut input = world.input();
    input.devices[device as usize].eligible = input.devices[device as usize].verified;
    input.devices[device as usize].co_share = None;
    input.leases.retain(|lease| lease.device != device);
    world.pay_debts(&mut input);
    input
}

/// What the owner of a device has of an epoch, in dollars, when all it pays in leases is its own money.
fn gain(input: &EpochInput, device: u32) -> i128 {
    let outcome = settle(input).unwrap();
    let owner = input.devices[device as usize].owner;
    let reward = outcome.rewards[owner.0 as usize];
    // Under the legacy emission a reward is IO that no dollars stand behind.
    let received = match input.params.policy {
        Policy::Ide(..) => reward.paid,
        Policy::Legacy => input.price.value(reward.io).unwrap(),
    };
    let own = input.leases.iter().filter(|lease| lease.device == device);
    let paid: u64 = own
        .map(|lease| margin_of(lease.gross.units(), input.params.margin))
        .sum();
    // What a pool takes of a lease to oneself is one's own too; of others' leases it is the same either way.
    i128::from(received.0) - i128::from(paid) - i128::from(outcome.totals.pooled.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// Renting from oneself, whatever the price: a fair one, a sham one, next to nothing with the rest paid aside.
    #[test]
    fn renting_from_oneself_never_gains(
        tape in tapes(), seconds in prop::collection::vec(1..1_800_u64, 1..3), usdc in 0..20_000_000_u64, before in 0..3_usize,
    ) {
        let mut world = World::new(tape);
        for _ in 0..before {
            world.step();
        }
        if world.owners.is_empty() {
            return Ok(());
        }
        let device = u32::try_from(world.tape.below(world.owners.len() as u64)).unwrap();
        let idle = honest(&mut world, device);
        let mut sham = idle.clone();
        let at = sham.leases.iter().position(|lease| lease.device > device).unwrap_or(sham.leases.len());
        for seconds in seconds {
            let gross = Pay::Usdc(Usdc(usdc));
            sham.leases.insert(at, LeaseRow { device, seconds, gross });
        }
        world.pay_debts(&mut sham);
        let (pretended, honest) = (gain(&sham, device), gain(&idle, device));
        prop_assert!(pretended <= honest + ROUNDING, "{pretended} is above {honest}");
    }

    /// Listing above the ceiling, or hiding: fewer eligible seconds.
    #[test]
    fn listing_too_dear_or_hiding_never_gains(tape in tapes(), hidden in 1..3_601_u64, before in 0..3_usize) {
        let mut world = World::new(tape);
        for _ in 0..before {
            world.step();
        }
        if world.owners.is_empty() {
            return Ok(());
        }
        let device = u32::try_from(world.tape.below(world.owners.len() as u64)).unwrap();
        let idle = honest(&mut world, device);
        let mut dear = idle.clone();
        let row = &mut dear.devices[device as usize];
        row.eligible = row.eligible.saturating_sub(hidden);
        world.pay_debts(&mut dear);
        prop_assert!(gain(&dear, device) <= gain(&idle, device) + ROUNDING);
    }

    /// Being one wallet or many makes no difference but rounding.
    #[test]
    fn a_whale_gets_what_its_parts_would(tape in tapes()) {
        let mut world = World::new(tape);
        let parts = world.input();
        let mut whale = parts.clone();
        for row in &mut whale.devices {
            row.owner.0 = 0;
            row.co_share = None;
        }
        world.pay_debts(&mut whale);
        let of = |input: &EpochInput| settle(input).unwrap().totals;
        let (one, many) = (of(&whale), of(&parts));
        prop_assert_eq!((one.owed, one.paid, one.burn_due), (many.owed, many.paid, many.burn_due));
        prop_assert!(one.rewards.0.abs_diff(many.rewards.0) <= 500_000_000_000 / parts.price.nanos().max(1) * 40 + 40);
    }
}
