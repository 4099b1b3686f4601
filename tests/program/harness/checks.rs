//! What must hold after every transaction, whoever sent it and whether it was taken or not. Each rule is worked
//! out from the accounts as they are, not from what the test believes happened.

use std::collections::BTreeMap;

use hearth_program_interface::account::{
    Account, Device, Lease, LeaseStatus, NOBODY, Rewards, Slash, SlashStatus,
};
use hearth_program_interface::event::Event;
use hearth_program_interface::instruction::TOKEN_PROGRAM;
use hearth_program_interface::math::provider_share;
use hearth_program_interface::params::MAX_OFFERS;
use hearth_program_interface::{Bytes32, emission, seeds};
use solana_sdk::pubkey::Pubkey;

use super::{World, token};

/// Everything that the chain holds.
#[derive(Default)]
struct State {
    /// Token accounts: mint and amount.
    tokens: BTreeMap<Pubkey, (Pubkey, u64)>,
    devices: BTreeMap<Bytes32, Device>,
    leases: BTreeMap<Bytes32, Lease>,
    slashes: Vec<Slash>,
    offers: BTreeMap<Bytes32, u8>,
    for_sale: u64,
    claimed: u64,
    rewards: Option<Rewards>,
}

impl State {
    fn of(world: &World) -> Self {
        let mut state = Self::default();
        let token_program = Pubkey::new_from_array(TOKEN_PROGRAM);
        for (address, account) in world.svm.get_program_accounts(&token_program) {
            for mint in [world.mint, world.usdc] {
                if token::is_of(&account.data, &mint) {
                    state.tokens.insert(address, (mint, token::amount(&account.data)));
                }
            }
        }
        for (address, account) in world.svm.get_program_accounts(&world.program) {
            if world.decoys.contains(&address) {
                continue;
            }
            match Account::from_bytes(&account.data) {
                Some(Account::Device(device)) => {
                    state.devices.insert(address.to_bytes(), device);
                }
                Some(Account::Lease(lease)) => {
                    state.leases.insert(lease.id, lease);
                }
                Some(Account::Slash(slash)) => state.slashes.push(slash),
                Some(Account::Offers(offers)) => {
                    state.offers.insert(offers.owner, offers.count);
                }
                Some(Account::Maker(maker)) => state.for_sale += maker.available,
                Some(Account::Claimed(claimed)) => state.claimed += claimed.total,
                Some(Account::Rewards(rewards)) => state.rewards = Some(rewards),
                Some(Account::Network(_) | Account::Schedule(_)) | None => {}
            }
        }
        state
    }

    fn held(&self, address: &Pubkey) -> u64 {
        self.tokens.get(address).map_or(0, |(_, amount)| *amount)
    }

    fn sum(&self, mint: &Pubkey) -> u128 {
        let of_mint = self.tokens.values().filter(|(of, _)| of == mint);
        of_mint.map(|(_, amount)| u128::from(*amount)).sum()
    }
}

/// Panics when anything is not as it must be.
pub(crate) fn everything(world: &World) {
    let state = State::of(world);
    let money = world.money();
    for (mint, put_in) in [(world.mint, money.io), (world.usdc, money.usdc)] {
        let there = state.sum(&mint) + u128::from(world.burned(&mint));
        assert_eq!(there, u128::from(put_in), "tokens came or went");
    }
    vaults(world, &state);
    fees(world, &state);
    for lease in state.leases.values() {
        check_lease(world, &state, lease);
    }
    for (address, device) in &state.devices {
        check_device(&state, address, device);
    }
    if let Some(rewards) = &state.rewards {
        check_rewards(world, &state, rewards);
    }
}

/// The shared vaults hold exactly what the accounts say.
fn vaults(world: &World, state: &State) {
    let staked: u64 = state
        .devices
        .values()
        .map(|device| device.in_vault().unwrap())
        .sum();
    assert_eq!(state.held(&world.stake_vault), staked, "stake vault");
    let waits = |slash: &&Slash| matches!(slash.status, SlashStatus::Pending | SlashStatus::Held);
    let slashed: u64 = state
        .slashes
        .iter()
        .filter(waits)
        .map(|slash| slash.taken_owner + slash.taken_co)
        .sum();
    assert_eq!(state.held(&world.slash_vault), slashed, "slash vault");
    assert_eq!(state.held(&world.market_vault), state.for_sale, "market vault");
}

/// What leases earned the network, less what left for rewards, burning and market makers, lies in the fee vaults;
/// what came from there and is not claimed lies with the rest in the reward vault.
fn fees(world: &World, state: &State) {
    let Some(rewards) = &state.rewards else { return };
    let (mut io, mut usdc) = (0, 0);
    for lease in state.leases.values() {
        let fee = lease.settled - provider_share(lease.settled, lease.margin_bps);
        *if lease.is_io() { &mut io } else { &mut usdc } += fee;
    }
    for event in world.log() {
        if let Event::FeesConverted(converted) = event {
            io += converted.io;
            usdc -= converted.usdc;
        }
    }
    let given = |vault: &Pubkey| world.money().gifts.get(vault).copied().unwrap_or(0);
    let left = given(&world.fee_vault) + io - rewards.fee_drawn - rewards.burned;
    assert_eq!(state.held(&world.fee_vault), left, "fee vault");
    assert_eq!(state.held(&world.usdc_fee_vault), usdc, "USDC fee vault");
    let left = given(&world.reward_vault) + rewards.fee_drawn - rewards.claimed;
    assert_eq!(state.held(&world.reward_vault), left, "reward vault");
}

fn check_lease(world: &World, state: &State, lease: &Lease) {
    assert!(lease.settled <= lease.escrowed, "settled above escrow");
    assert_eq!(
        u128::from(lease.escrowed),
        u128::from(lease.rate_per_second) * u128::from(lease.max_seconds)
    );
    let earned = provider_share(lease.settled, lease.margin_bps);
    assert!(lease.paid_out <= earned, "paid out above what was earned");
    let waits = earned - lease.paid_out;
    if lease.is_io() {
        assert_eq!((waits, lease.waits_since), (0, 0), "IO waits");
    }
    assert_eq!(waits > 0, lease.waits_since > 0, "since when USDC waits");
    let escrow = world.find(&seeds::escrow(&lease.id)).0;
    let held = state.tokens.get(&escrow).map(|(mint, amount)| {
        assert_eq!(mint.to_bytes(), lease.mint, "escrow of another mint");
        *amount
    });
    match lease.status {
        LeaseStatus::Open => {
            assert!(held.unwrap() >= lease.escrowed - lease.settled + waits, "escrow");
            assert_eq!(lease.refunded, 0);
        }
        LeaseStatus::Closed => {
            assert_eq!(lease.escrowed, lease.settled + lease.refunded, "refund");
            if waits == 0 {
                assert_eq!(held, None, "an escrow stayed");
            } else {
                assert!(held.unwrap() >= waits, "escrow of a closed lease");
            }
        }
    }
}

fn check_device(state: &State, address: &Bytes32, device: &Device) {
    // A test may have put in a device with a lease that is none.
    if let Some(lease) = state.leases.get(&device.lease) {
        assert_eq!(lease.status, LeaseStatus::Open, "held by a closed lease");
    }
    let co = &device.co;
    assert!(co.staked <= co.offered, "co-stake above its offer");
    assert_eq!(co.leaves_at > 0, co.unlock_at > 0);
    assert!(co.unlock_at >= co.leaves_at);
    if co.wallet == NOBODY {
        assert_eq!((co.staked, co.leaves_at), (0, 0), "a co-stake of nobody");
    }
    assert!(
        device.cooling == 0 || device.unlock_at > 0,
        "cooling without a date"
    );
    let pending = |slash: &&Slash| slash.device == *address && slash.status == SlashStatus::Pending;
    let count = state.slashes.iter().filter(pending).count();
    assert_eq!(usize::from(device.slashes), count, "pending slashes");
    let offers = |other: &&Device| other.owner == device.owner && other.co.offered > 0;
    let count = state.devices.values().filter(offers).count();
    let counted = state.offers.get(&device.owner).copied().unwrap_or(0);
    assert_eq!(
        (usize::from(counted), counted <= MAX_OFFERS),
        (count, true),
        "offers"
    );
}

fn check_rewards(world: &World, state: &State, rewards: &Rewards) {
    assert_eq!(rewards.claimed, state.claimed, "claims");
    assert!(rewards.claimed <= rewards.total, "claimed above posted");
    let left = rewards.total - rewards.claimed;
    assert!(state.held(&world.reward_vault) >= left, "reward vault");
    let table = |month: usize| emission::CUMULATIVE.get(month).copied();
    let unlocked = emission::unlocked(super::BEGIN, world.now(), table).unwrap();
    assert!(
        rewards.drawn_before + rewards.drawn() <= unlocked,
        "drawn above the schedule"
    );
}
