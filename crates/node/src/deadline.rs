//! The earliest of several moments.

/// Collects moments of the monotonic clock and keeps the earliest that is still ahead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    now: u64,
    at: u64,
}

impl Deadline {
    /// At the latest `longest` from now.
    pub(crate) fn within(now: u64, longest: u64) -> Self {
        let at = now.saturating_add(longest);
        Self { now, at }
    }

    /// Not after this moment. What has passed has been looked at already.
    pub(crate) fn by(&mut self, moment: u64) {
        if moment > self.now {
            self.at = self.at.min(moment);
        }
    }

    pub(crate) fn at(self) -> u64 {
        self.at
    }
}
