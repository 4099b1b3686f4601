//! The coordinator's own clock, the only one that times are compared with.

use std::time::{SystemTime, UNIX_EPOCH};

use hearth_types::time::UnixMillis;

/// Tells the time.
pub(crate) trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> UnixMillis;
}

/// The machine's clock.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> UnixMillis {
        // Before 1970 and after the year 500 million the clock is wrong anyway.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}
