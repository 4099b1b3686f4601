//! Which leases have a session, and which of them are to stop.

use std::{sync::PoisonError, time::Duration};

use hearth_store::leases::{self, LeaseKey};
use hearth_types::{
    id::LeaseId,
    ipc::{IpcError, Topic},
    lease::{LeaseStage, Side},
};
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;

/// After a failure of this side, such as a full disk.
const BREATH: Duration = Duration::from_secs(5);

/// What the engine keeps of a session.
#[derive(Default)]
pub(crate) struct SessionHandle {
    stop: CancellationToken,
    started: bool,
}

impl Engine {
    /// Starts the session of an open lease, once.
    pub(crate) fn start_session(&self, lease: LeaseId) {
        let stop = {
            let mut sessions = self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            let session = sessions.entry(lease).or_default();
            if std::mem::replace(&mut session.started, true) {
                return;
            }
            session.stop.clone()
        };
        self.spawn(move |engine| async move {
            // A lease never stays without its session: what fails here (a full disk, no port) is tried again.
            while let Err(error) = engine.run_session(lease, stop.clone()).await {
                engine.report(error);
                tokio::time::sleep(BREATH).await;
            }
            engine.inner.settlement_changed.notify_one();
            engine.changed(Topic::Leases);
        });
    }

    /// Asks a session to stop, also one that starts only once its escrow is on chain. The wish is on disk before it
    /// is acted on: whoever asked to stop goes on paying under no circumstances.
    pub(super) async fn stop_session(&self, lease: LeaseId) -> Result<(), IpcError> {
        let key = LeaseKey {
            id: lease,
            side: Side::Renter,
        };
        let mut tx = self.inner.store.begin().await?;
        leases::want_stop(&mut tx, key).await?;
        tx.commit().await?;
        fail::fail_point!("renter::stop_stored");
        let mut sessions = self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.entry(lease).or_default().stop.cancel();
        Ok(())
    }

    /// A session whose escrow was taken back by a fork has nothing more to do.
    pub(crate) fn end_session(&self, lease: LeaseId) {
        let mut sessions = self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.entry(lease).or_default().stop.cancel();
    }

    /// The lease is closed; nothing of its session is needed any more.
    pub(crate) fn forget_session(&self, lease: LeaseId) {
        self.inner
            .sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&lease);
        self.state().progress.remove(&lease);
    }

    /// After a start: sessions go on where they were.
    pub(crate) async fn resume_renter_leases(self) {
        let Ok(rows) = self.lease_rows().await else { return };
        for row in rows.iter().filter(|row| row.side == Side::Renter) {
            if matches!(row.stage, LeaseStage::Connecting | LeaseStage::Running) {
                self.start_session(row.quote.lease);
            }
        }
    }
}
