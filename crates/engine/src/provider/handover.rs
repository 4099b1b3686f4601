//! A renter that comes back after its lease's end: it gets what it has missed and the signed close.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use hearth_market::Pace;
use hearth_protocol::{
    frame::MAX_FRAME,
    lease::{NodeFrame, RefusalCode, RenterFrame},
    statement::SignedClose,
};
use hearth_store::leases::{self, LeaseKey, LeaseRow};
use hearth_types::{
    id::{LeaseId, Signature},
    ipc::IpcError,
    lease::Side,
};
use tokio::time::Instant;

use super::{Online, adopt::Connection, link::refuse};

/// How long a renter may take for all of it.
const HANDOVER_TIME: Duration = Duration::from_secs(600);
/// How long it may take to say that it has everything.
const ANSWER_TIME: Duration = Duration::from_secs(60);
/// Handovers of one lease: so many at once in a row, then one in so many milliseconds.
const BURST: u64 = 8;
const EVERY_MILLIS: u64 = 60_000;

/// Which leases' renters are being served, and how often they came.
pub(super) struct Handovers {
    leases: Mutex<HashMap<LeaseId, Visits>>,
    clock: Instant,
}

struct Visits {
    pace: Pace,
    present: bool,
}

impl Default for Handovers {
    fn default() -> Self {
        Self {
            leases: Mutex::default(),
            clock: Instant::now(),
        }
    }
}

impl Handovers {
    fn with<T>(&self, lease: LeaseId, change: impl FnOnce(&mut Visits) -> T) -> T {
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        change(leases.entry(lease).or_insert_with(|| Visits {
            pace: Pace::new(BURST, EVERY_MILLIS),
            present: false,
        }))
    }

    /// Whether a renter may be served now: one at a time, and not for ever. Ends with [`Self::leave`].
    fn enter(&self, lease: LeaseId) -> bool {
        let now = u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.with(lease, |visits| {
            let enters = !visits.present && visits.pace.take(now);
            visits.present |= enters;
            enters
        })
    }

    fn leave(&self, lease: LeaseId) {
        self.with(lease, |visits| visits.present = false);
    }
}

/// What a lease came to, as its renter hears it.
fn ending(row: &LeaseRow) -> Option<NodeFrame> {
    let (end, signature) = row.end.as_ref().zip(row.node_close_signature)?;
    Some(NodeFrame::Ended {
        reason: end.reason,
        detail: end.detail.clone(),
        exit_code: row.exit_code,
        close: SignedClose {
            amount: end.amount.0,
            seconds: end.seconds,
            signature: Signature(signature),
        },
    })
}

impl Online {
    /// Serves the renter of a lease that has ended here, in the background; the caller has checked its greeting.
    pub(super) async fn hand_over(
        self: &Arc<Self>,
        lease: LeaseId,
        connection: Connection,
    ) -> Result<(), IpcError> {
        let key = LeaseKey {
            id: lease,
            side: Side::Provider,
        };
        let mut read = self.engine.inner.store.read().await?;
        let row = leases::get(&mut read, key).await.ok();
        drop(read);
        let Some((row, ended)) = row.and_then(|row| ending(&row).map(|ended| (row, ended))) else {
            let message = "No open lease of this node has that id.";
            return refuse(connection.frames, RefusalCode::UnknownLease, message).await;
        };
        if !self.handovers.enter(lease) {
            let message = "This lease's results are being handed over, or were too often.";
            return refuse(connection.frames, RefusalCode::TooMany, message).await;
        }
        let online = Arc::clone(self);
        self.workers.spawn(async move {
            let served = tokio::select! {
                () = online.cancel.cancelled() => None,
                served = tokio::time::timeout(HANDOVER_TIME, online.serve(&row, ended, connection)) => served.ok().flatten(),
            };
            if served.is_some() {
                online.engine.forget_results(lease);
            }
            online.handovers.leave(lease);
        });
        Ok(())
    }

    /// `Some` once the renter has everything.
    async fn serve(&self, row: &LeaseRow, ended: NodeFrame, connection: Connection) -> Option<()> {
        let Connection {
            mut frames,
            output_from,
        } = connection;
        let welcome = NodeFrame::Welcome {
            started: true,
            voucher: row.voucher.map(crate::renter::signed_voucher),
        };
        frames.send(&welcome).await.ok()?;
        let mut kept = self.engine.kept_results(row.quote.lease, output_from);
        while let Some(frame) = kept.recv().await {
            frames.send(&frame).await.ok()?;
        }
        frames.send(&ended).await.ok()?;
        let answer = async {
            loop {
                // A renter that still thinks the lease is running says other things first.
                if let RenterFrame::Received = frames.recv_within(MAX_FRAME).await.ok().flatten()? {
                    return Some(());
                }
            }
        };
        tokio::time::timeout(ANSWER_TIME, answer).await.ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_renter_at_a_time_and_not_for_ever() {
        let handovers = Handovers::default();
        let lease = LeaseId([1; 32]);
        assert!(handovers.enter(lease));
        assert!(!handovers.enter(lease), "two at once");
        assert!(handovers.enter(LeaseId([2; 32])), "another lease");
        handovers.leave(lease);
        for _ in 1..BURST {
            assert!(handovers.enter(lease));
            handovers.leave(lease);
        }
        assert!(!handovers.enter(lease), "too often");
        tokio::time::advance(Duration::from_millis(EVERY_MILLIS)).await;
        assert!(handovers.enter(lease));
    }
}
