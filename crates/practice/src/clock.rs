//! Slots, block heights and blockhashes as functions of time.
//!
//! Nothing ticks: slot, height and every blockhash follow from the genesis row and the moment somebody asks, so
//! an idle chain costs nothing and a restart needs no list of blockhashes. The chain's time is the wall clock
//! plus an offset that only grows; it never runs backwards, even when the wall clock is set back.

use std::time::Duration;

use sha2::{Digest, Sha256};
use solana_sdk::hash::Hash;

/// Milliseconds a slot lasts.
pub const SLOT_MS: u64 = 400;
/// A blockhash may be used while it is at most this many blocks old.
pub const MAX_BLOCKHASH_AGE: u64 = 150;
/// A slot is final when this many have followed it.
pub const FINAL_AFTER_SLOTS: u64 = 32;
/// The slot of block height 0. LiteSVM's built-in programs count as deployed in the slot before.
pub const FIRST_SLOT: u64 = litesvm::MAINNET_DEFAULT_SLOT + 1;

/// What time and blockhashes are derived from; made once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// Unix milliseconds of the first slot.
    pub at_ms: u64,
    /// Random bytes that make this chain's blockhashes its own.
    pub seed: [u8; 32],
}

impl Genesis {
    /// The hash that names this chain.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::new_from_array(Sha256::digest(self.seed).into())
    }

    /// The blockhash of a slot.
    #[must_use]
    pub fn blockhash(&self, slot: u64) -> Hash {
        let digest = Sha256::new()
            .chain_update(self.seed)
            .chain_update(slot.to_le_bytes())
            .finalize();
        Hash::new_from_array(digest.into())
    }

    /// Unix seconds of a slot; slots before the first count as the first.
    #[must_use]
    pub fn seconds_of(&self, slot: u64) -> i64 {
        let ms = self
            .at_ms
            .saturating_add(slot.saturating_sub(FIRST_SLOT).saturating_mul(SLOT_MS));
        i64::try_from(ms / 1000).unwrap_or(i64::MAX)
    }
}

/// One point of the chain's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// What blockhashes are derived from.
    pub genesis: Genesis,
    /// Unix milliseconds on the chain.
    pub chain_ms: u64,
    /// The current slot.
    pub slot: u64,
}

impl Moment {
    /// Blocks since genesis; no slot is ever skipped.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.slot.saturating_sub(FIRST_SLOT)
    }

    /// Unix seconds, as programs see them. The same within a slot.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.genesis.seconds_of(self.slot)
    }

    /// The newest slot that is final.
    #[must_use]
    pub fn final_slot(&self) -> u64 {
        self.slot.saturating_sub(FINAL_AFTER_SLOTS).max(FIRST_SLOT)
    }

    /// The blockhash of the current slot, or of the newest final one.
    #[must_use]
    pub fn blockhash(&self, finalized: bool) -> (Hash, u64) {
        let slot = if finalized { self.final_slot() } else { self.slot };
        (
            self.genesis.blockhash(slot),
            slot.saturating_sub(FIRST_SLOT).saturating_add(MAX_BLOCKHASH_AGE),
        )
    }

    /// Whether a transaction with this blockhash may run now.
    #[must_use]
    pub fn knows(&self, blockhash: &Hash) -> bool {
        let oldest = self.slot.saturating_sub(MAX_BLOCKHASH_AGE).max(FIRST_SLOT);
        (oldest..=self.slot)
            .rev()
            .any(|slot| self.genesis.blockhash(slot) == *blockhash)
    }
}

/// The chain's time, moved by what the caller reads from its clocks.
#[derive(Clone, Debug)]
pub struct ChainClock {
    genesis: Genesis,
    offset_ms: u64,
    chain_ms: u64,
    monotonic: Duration,
}

impl ChainClock {
    /// A clock that continues from `chain_ms`. `monotonic` is the caller's monotonic clock at this instant.
    #[must_use]
    pub fn new(genesis: Genesis, offset_ms: u64, chain_ms: u64, monotonic: Duration) -> Self {
        Self {
            genesis,
            offset_ms,
            chain_ms: chain_ms.max(genesis.at_ms),
            monotonic,
        }
    }

    /// The moment at these readings: whichever is later of wall clock plus offset (which also counts a
    /// suspended machine's sleep) and the last moment plus what has passed on the monotonic clock.
    pub fn at(&mut self, wall_ms: u64, monotonic: Duration) -> Moment {
        let passed = u64::try_from(monotonic.saturating_sub(self.monotonic).as_millis()).unwrap_or(u64::MAX);
        let by_wall = wall_ms.saturating_add(self.offset_ms);
        let by_steps = self.chain_ms.saturating_add(passed);
        self.chain_ms = by_wall.max(by_steps);
        // Only whole milliseconds were counted; the rest must not be lost to frequent readings.
        self.monotonic = self.monotonic.saturating_add(Duration::from_millis(passed));
        Moment {
            genesis: self.genesis,
            chain_ms: self.chain_ms,
            slot: FIRST_SLOT.saturating_add((self.chain_ms - self.genesis.at_ms) / SLOT_MS),
        }
    }

    /// Moves the clock ahead. Gives the new offset, or `None` (and changes nothing) when it would overflow.
    pub fn advance(&mut self, milliseconds: u64) -> Option<u64> {
        let offset_ms = self.offset_ms.checked_add(milliseconds)?;
        self.chain_ms = self.chain_ms.checked_add(milliseconds)?;
        self.offset_ms = offset_ms;
        Some(offset_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENESIS: Genesis = Genesis {
        at_ms: 1_000_000,
        seed: [7; 32],
    };

    fn clock() -> ChainClock {
        ChainClock::new(GENESIS, 0, GENESIS.at_ms, Duration::ZERO)
    }

    #[test]
    fn a_blockhash_lives_for_150_blocks() {
        let mut clock = clock();
        let start = clock.at(GENESIS.at_ms, Duration::ZERO);
        let (hash, last_valid) = start.blockhash(false);
        assert_eq!((start.height(), last_valid), (0, 150));

        let last = clock.at(GENESIS.at_ms + 150 * SLOT_MS, Duration::ZERO);
        assert_eq!(last.height(), 150);
        assert!(last.knows(&hash));

        let after = clock.at(GENESIS.at_ms + 151 * SLOT_MS, Duration::ZERO);
        assert!(!after.knows(&hash));
        assert!(
            after.knows(&after.blockhash(true).0),
            "the final blockhash is still good"
        );
    }

    #[test]
    fn time_never_runs_backwards_and_does_not_stand_still() {
        let mut clock = clock();
        let before = clock.at(GENESIS.at_ms + 10_000, Duration::from_secs(10));
        let set_back = clock.at(5, Duration::from_secs(11));
        assert_eq!(set_back.chain_ms, before.chain_ms + 1_000);
    }

    #[test]
    fn sleep_of_the_machine_counts() {
        let mut clock = clock();
        clock.at(GENESIS.at_ms, Duration::ZERO);
        let woken = clock.at(GENESIS.at_ms + 3_600_000, Duration::from_secs(1));
        assert_eq!(woken.height(), 9_000);
    }

    #[test]
    fn frequent_readings_lose_nothing() {
        let mut clock = clock();
        let mut now = clock.at(0, Duration::ZERO);
        for step in 1..=10_000_u64 {
            now = clock.at(0, Duration::from_micros(step * 100));
        }
        assert_eq!(now.chain_ms, GENESIS.at_ms + 1_000);
    }

    #[test]
    fn advancing_moves_slot_and_seconds() {
        let mut clock = clock();
        let before = clock.at(GENESIS.at_ms, Duration::ZERO);
        assert_eq!(clock.advance(1_209_600_000), Some(1_209_600_000));
        let after = clock.at(GENESIS.at_ms, Duration::ZERO);
        assert_eq!(after.unix_seconds() - before.unix_seconds(), 1_209_600);
        assert_eq!(after.slot - before.slot, 3_024_000);
        assert_eq!(clock.advance(u64::MAX), None);
        assert_eq!(clock.at(GENESIS.at_ms, Duration::ZERO), after);
    }
}
