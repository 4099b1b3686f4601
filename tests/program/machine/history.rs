//! The accounts worked out from the logged events alone: whoever reads the chain's history from the beginning must
//! come to the same amounts.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the last arm hands on, or fails on a kind that is told nowhere"
)]

use std::collections::BTreeMap;

use hearth_program_interface::Bytes32;
use hearth_program_interface::account::{
    Account, CoStake, DeviceStatus, LeaseStatus, Leasing, NOBODY, SlashStatus,
};
use hearth_program_interface::event::Event;
use hearth_program_interface::math::provider_share;
use hearth_program_interface::params::{CURRENCY_IO, Parameters};

use crate::harness::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Device {
    required: u64,
    status: DeviceStatus,
    staked: u64,
    cooling: u64,
    unlock_at: u64,
    slashed: u64,
    co: CoStake,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lease {
    currency: u8,
    margin_bps: u16,
    max_seconds: u64,
    escrowed: u64,
    settled: u64,
    seconds: u64,
    refunded: u64,
    paid_out: u64,
    status: LeaseStatus,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Slash {
    taken_owner: u64,
    taken_co: u64,
    uncovered: u64,
    status: SlashStatus,
}

/// Roots that are in force, everything claimed, drawn from fees, burned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Rewards {
    total: u64,
    fee_drawn: u64,
    claimed: u64,
    burned: u64,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct History {
    parameters: Option<Parameters>,
    leasing: Option<Leasing>,
    devices: BTreeMap<Bytes32, Device>,
    leases: BTreeMap<Bytes32, Lease>,
    slashes: BTreeMap<Bytes32, Slash>,
    makers: BTreeMap<Bytes32, (u64, u64)>,
    claimed: BTreeMap<Bytes32, u64>,
    rewards: Rewards,
}

/// Panics unless the events tell the same as the accounts.
pub(super) fn tells_the_same(world: &World) {
    let mut told = History {
        leasing: Some(Leasing::Open),
        ..History::default()
    };
    for event in world.log() {
        told.add(event);
    }
    assert_eq!(told, History::of(world));
}

impl History {
    /// The same as the accounts say it.
    fn of(world: &World) -> Self {
        let mut seen = Self::default();
        for (address, account) in world.svm.get_program_accounts(&world.program) {
            let address = address.to_bytes();
            match Account::from_bytes(&account.data).unwrap() {
                Account::Network(network) => {
                    seen.parameters = Some(network.parameters());
                    seen.leasing = Some(network.leasing);
                }
                Account::Device(device) => {
                    let told = Device {
                        required: device.required,
                        status: device.status,
                        staked: device.staked,
                        cooling: device.cooling,
                        unlock_at: device.unlock_at,
                        slashed: device.slashed,
                        co: device.co,
                    };
                    seen.devices.insert(address, told);
                }
                Account::Lease(lease) => {
                    let told = Lease {
                        currency: lease.currency,
                        margin_bps: lease.margin_bps,
                        max_seconds: lease.max_seconds,
                        escrowed: lease.escrowed,
                        settled: lease.settled,
                        seconds: lease.seconds_settled,
                        refunded: lease.refunded,
                        paid_out: lease.paid_out,
                        status: lease.status,
                    };
                    seen.leases.insert(lease.id, told);
                }
                Account::Slash(slash) => {
                    let told = Slash {
                        taken_owner: slash.taken_owner,
                        taken_co: slash.taken_co,
                        uncovered: slash.uncovered,
                        status: slash.status,
                    };
                    seen.slashes.insert(address, told);
                }
                Account::Maker(maker) => {
                    seen.makers.insert(maker.wallet, (maker.available, maker.price));
                }
                Account::Claimed(claimed) => {
                    seen.claimed.insert(claimed.wallet, claimed.total);
                }
                Account::Rewards(rewards) => {
                    seen.rewards = Rewards {
                        total: rewards.total,
                        fee_drawn: rewards.fee_drawn,
                        claimed: rewards.claimed,
                        burned: rewards.burned,
                    };
                }
                Account::Offers(_) | Account::Schedule(_) => {}
            }
        }
        seen
    }

    fn device(&mut self, address: &Bytes32) -> &mut Device {
        self.devices.get_mut(address).unwrap()
    }

    /// A device, which the first stake makes too.
    fn device_from(&mut self, address: &Bytes32) -> &mut Device {
        let required = self.parameters.unwrap().min_stake_per_device;
        self.devices.entry(*address).or_insert(Device {
            required,
            status: DeviceStatus::Active,
            staked: 0,
            cooling: 0,
            unlock_at: 0,
            slashed: 0,
            co: CoStake::NONE,
        })
    }

    fn lease(&mut self, id: &Bytes32) -> &mut Lease {
        self.leases.get_mut(id).unwrap()
    }

    fn slash(&mut self, address: &Bytes32) -> &mut Slash {
        self.slashes.get_mut(address).unwrap()
    }

    /// IO that a market maker sold.
    fn sold(&mut self, maker: &Bytes32, io: u64) {
        self.makers.get_mut(maker).unwrap().0 -= io;
    }

    fn add(&mut self, event: &Event) {
        match event {
            Event::NetworkInitialized(_) | Event::NetworkTerms(_) => {}
            Event::KeyProposed(_) | Event::KeyChanged(_) => {}
            Event::ParametersSet(set) => self.parameters = Some(set.parameters),
            Event::LeasingSet(set) => self.leasing = Some(set.leasing),
            Event::LeaseOpened(_) | Event::Settled(_) | Event::Closed(_) | Event::ToppedUp(_) => {
                self.add_lease(event);
            }
            Event::SlashPosted(_)
            | Event::SlashVoided(_)
            | Event::SlashTaken(_)
            | Event::SlashRestored(_)
            | Event::SlashBurned(_) => self.add_slash(event),
            Event::MakerFunded(funded) => {
                let maker = self.makers.entry(funded.wallet).or_default();
                *maker = (maker.0 + funded.amount, funded.price);
            }
            Event::MakerDrained(drained) => self.sold(&drained.wallet, drained.amount),
            Event::FeesConverted(converted) => self.sold(&converted.maker, converted.io),
            Event::Repurchased(bought) => {
                self.sold(&bought.maker, bought.io);
                self.lease(&bought.lease).paid_out += bought.usdc;
            }
            Event::UsdcTaken(taken) => self.lease(&taken.lease).paid_out += taken.usdc,
            Event::RootPosted(posted) => {
                self.rewards.total = posted.total;
                self.rewards.fee_drawn += posted.fee_draw;
            }
            Event::RootVoided(voided) => {
                self.rewards.total = voided.total;
                self.rewards.fee_drawn -= voided.fee_back;
            }
            Event::FeesBurned(burned) => self.rewards.burned += burned.amount,
            Event::Claimed(claimed) => {
                self.rewards.claimed += claimed.amount;
                *self.claimed.entry(claimed.wallet).or_default() += claimed.amount;
            }
            other => self.add_stake(other),
        }
    }

    fn add_stake(&mut self, event: &Event) {
        match event {
            Event::DeviceRegistered(made) => self.device_from(&made.device).required = made.required,
            Event::Staked(staked) => self.device_from(&staked.device).staked += staked.amount,
            Event::UnstakeRequested(asked) => {
                let device = self.device(&asked.device);
                device.staked -= asked.amount;
                device.cooling += asked.amount - asked.paid;
                device.unlock_at = asked.unlock_at;
            }
            Event::Withdrawn(withdrawn) => {
                let device = self.device(&withdrawn.device);
                device.cooling -= withdrawn.amount;
                device.unlock_at = 0;
            }
            Event::Classified(classified) => {
                let device = self.device(&classified.device);
                (device.required, device.status) = (classified.required, classified.status);
            }
            Event::CoStakeOffered(offered) => {
                self.device(&offered.device).co = CoStake {
                    offered: offered.amount,
                    share_bps: offered.share_bps,
                    ..CoStake::NONE
                };
            }
            Event::CoStaked(staked) => {
                let co = &mut self.device(&staked.device).co;
                (co.wallet, co.staked) = (staked.co_staker, staked.amount);
            }
            Event::CoStakeLeaving(leaving) => {
                let co = &mut self.device(&leaving.device).co;
                (co.leaves_at, co.unlock_at) = (leaving.leaves_at, leaving.unlock_at);
            }
            Event::CoStakeWithdrawn(withdrawn) => {
                let device = self.device(&withdrawn.device);
                assert_eq!(device.co.staked, withdrawn.amount);
                device.co = CoStake::NONE;
            }
            Event::OfferCancelled(ended) => self.device(&ended.device).co = CoStake::NONE,
            Event::CooledTogether(cooled) => {
                let device = self.device(&cooled.device);
                device.cooling += std::mem::take(&mut device.staked);
                assert_eq!(device.cooling, cooled.cooling);
                device.unlock_at = cooled.unlock_at;
            }
            other => panic!("{other:?} is told nowhere"),
        }
    }

    fn add_lease(&mut self, event: &Event) {
        match event {
            Event::LeaseOpened(opened) => {
                let lease = Lease {
                    currency: opened.currency,
                    margin_bps: opened.margin_bps,
                    max_seconds: opened.max_seconds,
                    escrowed: opened.escrowed,
                    settled: 0,
                    seconds: 0,
                    refunded: 0,
                    paid_out: 0,
                    status: LeaseStatus::Open,
                };
                self.leases.insert(opened.lease, lease);
            }
            Event::ToppedUp(longer) => {
                let lease = self.lease(&longer.lease);
                lease.max_seconds = longer.max_seconds;
                lease.escrowed += longer.added;
            }
            Event::Settled(settled) => {
                let paid = settled.provider_amount + settled.fee_amount;
                self.lease(&settled.lease)
                    .pay(paid, settled.provider_amount, settled.seconds);
            }
            Event::Closed(closed) => {
                let lease = self.lease(&closed.lease);
                let paid = closed.provider_amount + closed.fee_amount;
                lease.pay(paid, closed.provider_amount, closed.seconds);
                assert_eq!(lease.settled, closed.settled);
                lease.refunded = closed.refunded;
                lease.status = LeaseStatus::Closed;
            }
            other => panic!("{other:?} is none of a lease"),
        }
    }

    fn add_slash(&mut self, event: &Event) {
        match event {
            Event::SlashPosted(posted) => {
                let slash = Slash {
                    taken_owner: 0,
                    taken_co: 0,
                    uncovered: 0,
                    status: SlashStatus::Pending,
                };
                self.slashes.insert(posted.slash, slash);
            }
            Event::SlashTaken(taken) => {
                let slash = self.slash(&taken.slash);
                slash.taken_owner += taken.owner_staked + taken.owner_cooling;
                slash.taken_co += taken.co_staked;
                (slash.uncovered, slash.status) = (taken.uncovered, taken.status);
                let device = self.device(&taken.device);
                device.staked -= taken.owner_staked;
                device.cooling -= taken.owner_cooling;
                device.co.staked -= taken.co_staked;
                device.slashed += taken.owner_staked + taken.owner_cooling + taken.co_staked;
                if device.cooling == 0 {
                    device.unlock_at = 0;
                }
            }
            Event::SlashVoided(voided) => self.slash(&voided.slash).status = voided.status,
            Event::SlashRestored(restored) => {
                assert_eq!(restored.co_amount > 0, self.slash(&restored.slash).taken_co > 0);
                assert!(restored.co_amount == 0 || restored.co_wallet != NOBODY);
                self.slash(&restored.slash).status = SlashStatus::Restored;
                self.device(&restored.device).staked += restored.owner_amount;
            }
            Event::SlashBurned(burned) => self.slash(&burned.slash).status = SlashStatus::Burned,
            other => panic!("{other:?} is none of a slash"),
        }
    }
}

impl Lease {
    fn pay(&mut self, paid: u64, to_provider: u64, seconds: u64) {
        self.settled += paid;
        self.seconds = seconds;
        if self.currency == CURRENCY_IO {
            self.paid_out += to_provider;
            assert_eq!(self.paid_out, provider_share(self.settled, self.margin_bps));
        }
    }
}
