//! A pause of lending, over restarts.
//!
//! What is kept is the pause's end by the wall clock and how much of it is left. While this process runs, a
//! monotonic clock counts the rest down, and the count is written from time to time. After a restart the pause
//! lasts until its end, but never longer than what was left: a clock that is set back, or begins in 1970 at every
//! start, cannot extend it for ever.

use std::{path::PathBuf, time::Duration};

use hearth_types::{
    ipc::{Code, IpcError, Status},
    node::NodeStatus,
    time::UnixMillis,
};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    engine::Engine,
    private_file::write_private,
    state::{Facts, now},
};

/// The longest pause: a day.
const MAX_PAUSE_SECONDS: u64 = 24 * 3600;
/// The pause under way.
const PAUSE_FILE: &str = "pause.json";
/// How often what is left is written down.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// A pause as kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Pause {
    /// When it ends.
    until: UnixMillis,
    /// How much of it was left when this was written.
    left_seconds: u64,
}

impl Pause {
    fn of(left: Duration, now: UnixMillis) -> Self {
        let left_seconds = left.as_secs().min(MAX_PAUSE_SECONDS);
        let until = UnixMillis(now.0.saturating_add(left_seconds.saturating_mul(1000)));
        Self { until, left_seconds }
    }

    /// How much of it is left at `now`, at most what was left when it was written.
    fn left(self, now: UnixMillis) -> Duration {
        let by_the_clock = Duration::from_millis(self.until.0.saturating_sub(now.0));
        let at_most = Duration::from_secs(self.left_seconds.min(MAX_PAUSE_SECONDS));
        by_the_clock.min(at_most)
    }
}

impl Engine {
    /// Yields what runs and lends again after `seconds`.
    pub(crate) async fn pause_lending(&self, seconds: u64) -> Result<Status, IpcError> {
        if !(1..=MAX_PAUSE_SECONDS).contains(&seconds) {
            return Err(IpcError::new(
                Code::BadRequest,
                "A pause lasts between a second and a day.",
            ));
        }
        if self.state().node.status == NodeStatus::Down {
            return Err(IpcError::new(Code::NotReady, "You are not lending.").mend("Start lending first."));
        }
        self.end_wish();
        self.halt_lending().await;
        let left = Duration::from_secs(seconds);
        // Paused even when it cannot be written down: the owner wants the device now.
        let kept = self.keep_pause(Pause::of(left, now()));
        self.pause_for(left);
        kept?;
        Ok(self.status().await)
    }

    /// Goes on with the pause that the last stop left. `false` when there is none.
    pub(crate) fn resume_pause(&self) -> bool {
        let kept = std::fs::read(self.pause_file()).ok();
        let kept = kept.and_then(|bytes| serde_json::from_slice::<Pause>(&bytes).ok());
        let left = kept.map_or(Duration::ZERO, |pause| pause.left(now()));
        if left.is_zero() {
            self.forget_pause();
            return false;
        }
        self.pause_for(left);
        true
    }

    /// The owner has said something else, or the pause is over.
    pub(crate) fn forget_pause(&self) {
        // As a rule there is none.
        let _ = std::fs::remove_file(self.pause_file());
    }

    fn pause_file(&self) -> PathBuf {
        self.inner.config.data_dir.join(PAUSE_FILE)
    }

    fn keep_pause(&self, pause: Pause) -> Result<(), IpcError> {
        write_private(&self.pause_file(), &pause)
    }

    /// Paused for so long, then lending again unless the owner says otherwise.
    fn pause_for(&self, left: Duration) {
        let until = Pause::of(left, now()).until;
        self.update_node(|facts| {
            *facts = Facts {
                wants_to_lend: true,
                paused_until: Some(until),
                ..Facts::default()
            }
        });
        let wish = self.new_wish();
        self.spawn(move |engine| async move {
            tokio::select! {
                () = wish.cancelled() => {}
                () = engine.count_down(left) => engine.lend_after_pause(wish.clone()).await,
            }
        });
    }

    async fn count_down(&self, left: Duration) {
        let end = Instant::now() + left;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(NOTE_EVERY)).await;
            let left = end.saturating_duration_since(Instant::now());
            if !left.is_zero()
                && let Err(error) = self.keep_pause(Pause::of(left, now()))
            {
                self.report(error);
            }
        }
    }

    async fn lend_after_pause(&self, wish: CancellationToken) {
        self.forget_pause();
        self.keep_trying_to_lend(wish).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: UnixMillis = UnixMillis(1_800_000_000_000);
    const HOUR: Duration = Duration::from_secs(3_600);

    fn later(by: Duration) -> UnixMillis {
        UnixMillis(NOON.0 + u64::try_from(by.as_millis()).unwrap())
    }

    #[test]
    fn a_pause_ends_when_it_was_to_end_however_long_the_machine_was_off() {
        let pause = Pause::of(HOUR, NOON);
        assert_eq!(pause.left(NOON), HOUR);
        assert_eq!(pause.left(later(HOUR / 4)), HOUR * 3 / 4);
        assert_eq!(pause.left(later(HOUR)), Duration::ZERO);
        assert_eq!(pause.left(later(HOUR * 100)), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_begins_in_1970_at_every_start_extends_nothing_for_ever() {
        // Each start finds the clock at zero, counts one minute down and dies.
        let mut pause = Pause::of(HOUR, NOON);
        let mut starts = 0;
        loop {
            let left = pause.left(UnixMillis(0));
            if left.is_zero() {
                break;
            }
            pause = Pause::of(left.saturating_sub(NOTE_EVERY), UnixMillis(60_000));
            starts += 1;
        }
        assert_eq!(starts, 60);
    }

    #[test]
    fn a_forged_file_pauses_a_day_at_most() {
        let forged = Pause {
            until: UnixMillis(u64::MAX),
            left_seconds: u64::MAX,
        };
        assert_eq!(forged.left(NOON), Duration::from_secs(MAX_PAUSE_SECONDS));
    }
}
