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
            let used = *self.inner.last_use.lock().unwrap_or_else(PoisonError::into_inner);
            if is_idle(used.elapsed(), settings.lock_after_minutes) {
                tracing::info!("the wallet was idle and is locked now");
                self.set_wallet(None);
            }
        }
    }
}

/// Whether so long without use is enough to lock; 0 minutes = never.
fn is_idle(unused: Duration, lock_after_minutes: u32) -> bool {
    let idle = Duration::from_secs(u64::from(lock_after_minutes).saturating_mul(60));
    !idle.is_zero() && unused >= idle
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hearth_types::{
        ipc::{
            BrowserAccess, Code, CreateWallet, GetWallet, IpcError, KeyProtection, LockWallet, Secret,
            UnlockWallet,
        },
        network::NetworkKind,
    };

    use super::*;
    use crate::{EngineConfig, Host, NetworkConfig};

    struct Nobody;

    impl Host for Nobody {
        fn browser_access(&self) -> Option<BrowserAccess> {
            None
        }

        fn set_autostart(&self, _: bool) -> Result<(), IpcError> {
            Ok(())
        }

        fn quit(&self) {}
    }

    /// An engine whose network does not answer.
    async fn engine(folder: &std::path::Path) -> Engine {
        let nowhere = "http://127.0.0.1:9".to_owned();
        let config = EngineConfig {
            data_dir: folder.to_owned(),
            network: NetworkConfig {
                kind: NetworkKind::Practice,
                rpc_url: nowhere.clone(),
                coordinator_url: nowhere,
            },
            runner: folder.join("no-runner"),
            keychain: false,
            host: Arc::new(Nobody),
        };
        Engine::start(config).await.unwrap()
    }

    #[test]
    fn the_idle_time_is_that_of_the_settings() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        assert!(!is_idle(minutes(29), 30));
        assert!(is_idle(minutes(30), 30));
        assert!(!is_idle(minutes(1_000_000), 0));
    }

    #[tokio::test]
    async fn a_wallet_without_use_is_locked_and_opens_again() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path()).await;
        let passphrase = Secret("embers under the ash".into());
        let protection = KeyProtection::Passphrase(passphrase.clone());
        engine
            .ask(CreateWallet {
                words: 12,
                protection,
            })
            .await
            .unwrap();
        assert!(!engine.ask(GetWallet {}).await.unwrap().unwrap().locked);

        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(31 * 60)).await;
        tokio::time::resume();
        let mut events = engine.events();
        while !engine.ask(GetWallet {}).await.unwrap().unwrap().locked {
            events.recv().await.unwrap();
        }
        let again = engine.ask(UnlockWallet { passphrase }).await.unwrap();
        assert!(!again.locked);
        assert!(engine.ask(LockWallet {}).await.unwrap().locked);
        let wrong = UnlockWallet {
            passphrase: Secret("ash under the embers".into()),
        };
        assert_eq!(engine.ask(wrong).await.unwrap_err().code, Code::WrongPassphrase);
        engine.shutdown().await;
    }
}
