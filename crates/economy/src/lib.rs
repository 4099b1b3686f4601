//! The economy of the network: what is emitted, staked, earned, burned and claimed.
//!
//! Everything here is a function of its arguments: no IO, no clock, no randomness, and it builds for wasm32, so the
//! coordinator, the app that audits it and a page in a browser run the same code.
//!
//! * [`emission`], [`allocation`]: what unlocks when. * [`stake`], [`score`]: what a device needs and weighs.
//! * [`price`]: the epoch's price. * [`params`]: what an operator may change. * [`epoch`]: targets, draws, burn, debt
//!   and every reward. * [`merkle`], [`report`]: what is claimed from and audited. * [`kpi`]: figures to steer by.

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
