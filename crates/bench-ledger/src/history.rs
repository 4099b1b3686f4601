//! A history of two years: a provider with four devices, paid several times an hour.

use hearth_store::ledger::{Fact, IdempotencyKey, Movement, NewEntry, Price};
use hearth_types::{
    history::EntryState,
    id::{DeviceId, LeaseId, TxSignature},
    money::{Currency, Io, Lamports, UsdNanos},
    time::UnixMillis,
};

/// 2024-11-01.
pub(crate) const START: u64 = 1_730_419_200_000;
/// 730 days.
const SPAN: u64 = 730 * 86_400_000;
const HOUR: u64 = 3_600_000;

/// A spread that is the same in every run.
pub(crate) const fn scramble(number: u64) -> u64 {
    let mut x = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// One device of four.
pub(crate) fn device(number: u64) -> DeviceId {
    DeviceId([u8::try_from(number % 4).unwrap_or(0) + 1; 32])
}

/// The price of every hour.
pub(crate) fn prices() -> impl Iterator<Item = Price> {
    (0..SPAN / HOUR).map(|hour| Price {
        currency: Currency::Io,
        at: UnixMillis(START + hour * HOUR),
        price: UsdNanos(200_000_000 + scramble(hour) % 200_000_000),
        source: "bench".into(),
    })
}

/// One movement of `all`.
pub(crate) fn fact(number: u64, all: u64) -> anyhow::Result<Fact> {
    let random = scramble(number);
    let io = Io(1 + random % 10_000_000_000);
    let (movement, name) = match random % 20 {
        0 => (Movement::Stake(io), "Radeon RX 6800"),
        1 => (Movement::Reward(io), ""),
        2..=5 => (Movement::NetworkFee(Lamports(5_000)), ""),
        _ => (Movement::LeaseIncome(io), "Radeon RX 6800"),
    };
    let at = UnixMillis(START + SPAN / all * number);
    let mut entry = NewEntry::of(IdempotencyKey(format!("bench:{number}")), movement, at)?.note(name);
    if !name.is_empty() {
        entry = entry.device(device(random >> 8)).lease(lease(number));
    }
    let mut signature = [0; 64];
    for (place, part) in signature.chunks_exact_mut(8).enumerate() {
        part.copy_from_slice(&scramble(random ^ (place as u64)).to_be_bytes());
    }
    Ok(Fact {
        entry,
        state: EntryState::Final,
        signature: Some(TxSignature(signature)),
    })
}

fn lease(number: u64) -> LeaseId {
    let mut id = [0; 32];
    for (place, part) in id.chunks_exact_mut(8).enumerate() {
        part.copy_from_slice(&scramble(number ^ (place as u64) << 32).to_be_bytes());
    }
    LeaseId(id)
}
