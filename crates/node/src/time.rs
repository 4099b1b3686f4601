//! Time as it enters with every event.

use hearth_types::time::{UnixMillis, UtcOffset};

/// A moment by both clocks, and the place's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds of one monotonic clock that counts sleep too; durations come from it.
    pub mono: u64,
    /// The calendar; hours and tariffs come from it, and what people read.
    pub unix: UnixMillis,
    /// The place's offset from UTC.
    pub zone: Zone,
}

/// A place's offset from UTC, and the next change of it as far as one is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// Now.
    pub offset: UtcOffset,
    /// The next change, such as the end of summer time.
    pub change: Option<OffsetChange>,
}

/// A change of a place's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffsetChange {
    /// From this moment on.
    pub at: UnixMillis,
    /// The offset then.
    pub to: UtcOffset,
}

impl Zone {
    /// The offset at a moment.
    #[must_use]
    pub fn offset_at(self, moment: UnixMillis) -> UtcOffset {
        match self.change {
            Some(change) if moment >= change.at => change.to,
            Some(_) | None => self.offset,
        }
    }
}

impl Now {
    /// The calendar at a moment of the monotonic clock, as far as the two go together.
    #[must_use]
    pub fn unix_at(self, mono: u64) -> UnixMillis {
        UnixMillis(self.unix.0.saturating_add(mono).saturating_sub(self.mono))
    }

    /// The monotonic clock at a moment of the calendar.
    #[must_use]
    pub fn mono_at(self, unix: UnixMillis) -> u64 {
        self.mono.saturating_add(unix.0.saturating_sub(self.unix.0))
    }
}

/// Milliseconds of so many seconds.
pub(crate) fn millis(seconds: u32) -> u64 {
    u64::from(seconds) * 1_000
}
