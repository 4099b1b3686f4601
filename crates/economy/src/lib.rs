//! The economy of the network: what is emitted, staked, earned, burned and claimed.
//!
//! Everything here is a function of its arguments: no IO, no clock, no randomness, and it builds for wasm32, so the
//! coordinator, the app that audits it and a page in a browser run the same code. Amounts are integers in newtypes,
//! arithmetic is checked, and no float decides anything.
//!
//! * [`emission`], [`allocation`]: what unlocks when. * [`stake`], [`score`]: what a device needs and weighs.
//! * [`price`]: the epoch's price. * [`params`]: what an operator may change. * [`epoch`]: targets, draws, burn, debt
//!   and every reward. * [`merkle`], [`report`]: what is claimed from and audited. * [`kpi`]: figures to steer by.
//! * [`sim`]: all of it under agents, a price and time.
//!
//! # An epoch in a paragraph
//!
//! A device's target is its eligible time at the target of its class; what its leases count, at the reference rate or
//! better, is taken off; the rest is owed, in dollars. What is owed is drawn from what emission has unlocked, then from
//! client fees (or the other way round), pro rata when it does not suffice; what remains open is debt that later epochs
//! pay, oldest first, until it lapses. What the fees leave over beyond all that burns, half of it or more. Dollars
//! become IO at the epoch's median price, rounded down to each wallet; dust stays in its vault.
//!
//! # What has been decided where the rules leave it open
//!
//! * **Lease time waits for its proof.** Its credit counts in its own epoch at once, its eligible seconds when the proof
//!   after the lease has passed, if need be in a later epoch ([`epoch::LateProof`]): nothing ever has to be taken back.
//! * **The budget that debt is measured by is what the schedule unlocks in an epoch**, and targets scale down to the
//!   part that 168 such budgets are of the debt. Neither number can be moved by what anybody does in the epoch. A scale
//!   that looked at what the epoch owes would reward hiding half-leased devices from it; one that looked at its fees
//!   would jump for a few cents of rent paid to oneself. When emission ends, any debt scales targets to their bound.
//! * **The debt in the surplus is that of before the epoch**, so paying it is no way around burning less.
//! * **Inside the Fee Vault IO goes before USDC**; USDC buys IO at the epoch's price, rounded up in the market's favour.
//! * **A true-up that the Fee Vault cannot give back** is filled by the next fees before anything is spent of them.
//! * **A pool's income is fees**: under [`params::Income::Pooled`] the surplus counts it, and half of it burns too.
//! * **Tranches unlock when their month begins**: the first of a 12-month cliff after exactly twelve months.
//!
//! # Which of the published claims hold
//!
//! In the shipped scenarios (`hearth economy simulate`): 12,000 devices of four classes with targets of 32 to 37 % of
//! their reference rate, four fifths of them leased, IO at 20 cents, emission from month 24 on. The vaults begin with 5
//! M IO unlocked and not spent, 1 M IO and 1 M USDC of fees: 2.2 million dollars. The tests in `tests/it/claims.rs` hold
//! these figures.
//!
//! **“A 55 % drop in demand and a 50 % crash of the price leave providers' dollars flat.”** Holds when income is
//! pooled: on each of 730 days every device earns 100.00 % of what it earned on the first, through the drop, the crash and
//! both, and the vaults never run dry. It does *not* hold when providers keep what they earn, the default: the drop takes
//! the hardest hit to 65.34 % of its income, as do drop and crash until the vaults are empty on day 567, and to 53.56 %
//! after that. While vaults last nobody falls below the target; everybody was above twice of it before. The crash alone
//! changes nothing either way.
//!
//! **Where it breaks.** If drop and crash come on the first day, before anything has been saved up, the vaults cannot pay
//! all that is owed from this day on:
//!
//! | demand left | income | empty vaults | 0.4 M dollars | 1.6 M dollars (the shipped ones after the crash) |
//! |---|---|---|---|---|
//! | 45 % | kept | day 2 | day 47 | day 179 |
//! | 45 % | pooled | never | never | never |
//! | 20 % | kept | day 1 | day 24 | day 91 |
//! | 20 % | pooled | day 6 | day 61 | day 214 |
//!
//! A pool lasts for ever as long as ψ ≥ 1, here while 31 % of all devices are leased. Kept income needs margin and emission
//! to cover the idle, which 36 % leased do not at 10 cents. After the vaults are empty everyone is paid pro rata, debt
//! grows, and targets scale down.
//!
//! **“Persistent under-pricing is unsustainable and flagged.”** Flagged, yes: when devices are let for a quarter of the
//! reference rate, every class names hardware pricing as the parameter to change, on the seventh day. The vaults do not
//! pay for it, though: leased time counts the reference rate, so it is providers who then earn 68 % of their target. That
//! is the price of a rule under which sham prices gain nothing.
//!
//! **“At least 12 M burned in year one, 115 M in the end.”** Not with kept income: steady, 1.8 M burn in the first
//! year (15 %) at 31 million dollars of revenue. At 20 cents, with half of the surplus burned and the idle paid, the
//! first goal needs 72 million dollars of revenue a year, the second 49 million a year for 19 years. With pooled
//! income 48 M burn in the first year; but that is an eighth of all IO that circulates when it begins, and no price
//! stands still under such purchases, as the simulator's does.
//!
//! **Gaming.** Renting from oneself at any price, sham prices, side payments, many idle devices, one whale, one odd
//! price sample: none gains over honest idling under any policy with full or empty vaults (`sim::compare`, and property
//! tests over random networks). Rewards follow the target, not the trick.
//!
//! **What the simulator does not know**: that its own purchases and burns move the price; that providers compare networks;
//! that renters notice a network whose prices they could have elsewhere.

mod arith;

pub mod allocation;
pub mod emission;
pub mod epoch;
pub mod kpi;
pub mod merkle;
pub mod params;
pub mod price;
pub mod quantity;
pub mod report;
pub mod score;
pub mod sim;
pub mod stake;
