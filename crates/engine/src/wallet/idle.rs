//! Locking a wallet that nothing is asked of.

use std::{sync::PoisonError, time::Duration};

use hearth_types::ipc::Command;
use tokio::time::Instant;

use crate::engine::Engine;

/// How often the idle time is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(15);

impl Engine {
    /// A command that a person gave counts as use; what only looks does not.
    pub(crate) fn note_use(&self, command: &Command) {
        if command.is_sensitive() {
            *self.inner.last_use.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        }
    }

    /// Background worker: locks the wallet after the idle time of the settings. Lending, leases and settlements go on:
    /// they need node and session keys alone.
    pub(crate) async fn lock_when_idle(self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if !self.is_open() {
                continue;
            }
            let Ok(settings) = self.settings().await else {
                continue;
            };
            let idle = Duration::from_secs(u64::from(settings.lock_after_minutes).saturating_mul(60));
            let used = *self.inner.last_use.lock().unwrap_or_else(PoisonError::into_inner);
            if !idle.is_zero() && used.elapsed() >= idle {
                tracing::info!("the wallet was idle and is locked now");
                self.set_wallet(None);
            }
        }
    }
}
