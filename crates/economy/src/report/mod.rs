//! The report of an epoch: everything it was closed from, and what came of it, in one canonical run of bytes.
//!
//! Integers are LEB128 in their shortest form, ids and hashes their bytes, lists their length and rows; there is one
//! way to write a value and the reader refuses any other. Whoever has a report closes the epoch again from its first
//! part and compares with the second ([`verify`]): byte-identical, or the report is wrong.

mod decode;
mod encode;
mod verify;
mod wire;

pub use verify::{ReportError, Verified, verify};
pub use wire::DecodeError;

use crate::epoch::{Closed, EpochInput};

/// First byte of a report: its form.
const VERSION: u8 = 1;

/// The canonical bytes of a closed epoch's report.
#[must_use]
pub fn encode(input: &EpochInput, closed: &Closed) -> Vec<u8> {
    let mut out = wire::Writer::default();
    // Rows are about 60 bytes a device and a wallet; growing a hundred megabytes by doubling would take twice that.
    out.reserve(64 * (input.devices.len() + input.wallets.len()));
    out.byte(VERSION);
    encode::input(&mut out, input);
    encode::outcome(&mut out, closed);
    out.into_bytes()
}
