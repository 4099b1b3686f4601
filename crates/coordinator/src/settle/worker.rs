//! The worker: takes due settlements and brings each one step further.

use std::time::Duration;

use hearth_chain::{
    BuildError, ChainError, PreparedTransaction, Transactions,
    client::{Outcome, TxError},
    transactions::Closing,
};
use hearth_program_interface::account::{Lease, LeaseStatus};
use hearth_protocol::statement::devices_hash;
use hearth_types::{
    id::{DeviceId, LeaseId, WalletAddress},
    time::UnixMillis,
};
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};

use super::decide::{Step, decide};
use crate::{
    db::{DbError, SettlementRow, StoredTx},
    state::{App, Shared},
};

/// Between two looks for due settlements when nobody calls.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Settlements under way at once: one that the chain lost must not hold up the others.
const AT_ONCE: usize = 8;
/// Another worker may take a settlement this long after it was claimed, milliseconds.
const CLAIM: u64 = 180_000;
/// How long one look at the outcome of a transaction may take.
const CONFIRM: Duration = Duration::from_secs(120);
/// Between two looks at a lease that waits for its node, milliseconds.
const WAIT: u64 = 30_000;
/// The longest pause after failures, milliseconds.
const LONGEST_PAUSE: u64 = 60_000;
/// Without a heartbeat for this long a node is silent, milliseconds.
const SILENT: u64 = 600_000;
/// Between two rounds of forgetting.
const TIDY_EVERY: Duration = Duration::from_secs(3_600);
/// Quote requests are forgotten after a day, milliseconds.
const KEEP_REQUESTS: u64 = 86_400_000;
/// Counters of session keys, and the devices of quoted leases, are forgotten after 180 days, milliseconds: no lease
/// lives as long.
const KEEP_LEASES: u64 = 180 * 86_400_000;
/// Nodes that list nothing are forgotten after two silent days, milliseconds: registering is free.
const KEEP_NODES: u64 = 2 * 86_400_000;

/// Why a settlement is not further.
#[derive(Debug, thiserror::Error)]
enum SettleError {
    #[error("the database failed")]
    Db(#[from] DbError),
    #[error("the chain failed")]
    Chain(#[from] ChainError),
    #[error("the transaction cannot be built")]
    Build(#[from] BuildError),
    #[error("the chain undid the transaction: {0}")]
    Undone(TxError),
    #[error("the chain has no such lease")]
    NoLease,
    #[error("the lease's devices are not known")]
    NoDevices,
    #[error("the chain does not say what became of the transaction")]
    Open,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Closed on chain.
    Final,
    /// Look again at once.
    Further,
    /// Look again later.
    Waiting,
}

/// Works until the end.
pub(crate) async fn run(app: App) {
    if let Err(error) = app.db.free_settlements(app.clock.now()).await {
        tracing::error!(%error, "cannot take up settlements that were left");
    }
    let mut tidy_at = Instant::now();
    // Dropped at the end, wherever the steps are: each can be cut off like the process itself.
    let mut under_way = JoinSet::new();
    while !app.end.is_cancelled() {
        if Instant::now() >= tidy_at {
            tidy_at = Instant::now() + TIDY_EVERY;
            if let Err(error) = app.tidy().await {
                tracing::warn!(%error, "cannot forget what is old");
            }
        }
        let called = app.wake.settlements.notified();
        let now = app.clock.now();
        if under_way.len() < AT_ONCE {
            match app.db.claim_settlement(now, later(now, CLAIM)).await {
                Ok(Some(lease)) => {
                    let app = app.clone();
                    under_way.spawn(async move { app.work_on(lease).await });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "cannot look for settlements"),
            }
        }
        tokio::select! {
            _ = timeout(LOOK_EVERY, called) => {}
            Some(_) = under_way.join_next() => {}
            () = app.end.cancelled() => {}
        }
    }
}

fn later(now: UnixMillis, millis: u64) -> UnixMillis {
    UnixMillis(now.0.saturating_add(millis))
}

impl Shared {
    async fn tidy(&self) -> Result<(), DbError> {
        let now = self.clock.now().0;
        let before = |keep: u64| UnixMillis(now.saturating_sub(keep));
        self.db.forget_requests(before(KEEP_REQUESTS)).await?;
        self.db.forget_nodes(before(KEEP_NODES)).await?;
        self.db.forget_quoted_leases(before(KEEP_LEASES)).await?;
        self.db.forget_counters(before(KEEP_LEASES)).await
    }

    async fn work_on(&self, lease: LeaseId) {
        let (pause, failures) = match self.step(lease).await {
            Ok(Progress::Final) => return,
            Ok(Progress::Further) => (0, 0),
            Ok(Progress::Waiting) => (WAIT, 0),
            Err((error, failures)) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(lease = %lease.short(), %error, source, "a settlement is not further");
                let doubled = 500_u64.saturating_mul(1 << failures.min(20));
                (doubled.min(LONGEST_PAUSE), failures.saturating_add(1))
            }
        };
        let next = later(self.clock.now(), pause);
        if let Err(error) = self.db.look_again(lease, next, failures).await {
            tracing::error!(%error, "cannot write when to look at a settlement again");
        }
    }

    async fn step(&self, lease: LeaseId) -> Result<Progress, (SettleError, u64)> {
        let row = self
            .db
            .settlement(lease)
            .await
            .map_err(|error| (error.into(), 0))?;
        let Some(row) = row.filter(|row| !row.closed) else {
            return Ok(Progress::Final);
        };
        let failures = row.failures;
        let done = match row.transaction.clone() {
            Some(stored) => self.follow(&row, stored).await,
            None => self.begin(&row).await,
        };
        done.map_err(|error| (error, failures))
    }

    /// Sends a stored transaction again and sees what becomes of it.
    async fn follow(&self, row: &SettlementRow, stored: StoredTx) -> Result<Progress, SettleError> {
        let StoredTx { transaction, closes } = stored;
        let outcome = timeout(CONFIRM, self.chain.confirm(&transaction))
            .await
            .map_err(|_| SettleError::Open)??;
        match outcome {
            Outcome::Confirmed if closes => {
                tracing::info!(lease = %row.lease.short(), "a lease is closed");
                self.db
                    .mark_closed(row.lease, Some(transaction.signature))
                    .await?;
                Ok(Progress::Final)
            }
            // Paid, or its time is over: the next step looks at the lease and decides anew. Where it cannot be proven
            // that it never ran, that is safe all the same: the program pays only what is not settled yet, and
            // closes once.
            Outcome::Confirmed | Outcome::Expired | Outcome::Undecided(_) => {
                self.db
                    .clear_transaction(row.lease, transaction.signature)
                    .await?;
                Ok(Progress::Further)
            }
            Outcome::Failed(error) => {
                self.db
                    .clear_transaction(row.lease, transaction.signature)
                    .await?;
                self.settled_by_others(row.lease, SettleError::Undone(error))
                    .await
            }
        }
    }

    /// Looks at the lease, decides, and builds, stores and sends what is due.
    async fn begin(&self, row: &SettlementRow) -> Result<Progress, SettleError> {
        let lease = self.chain.lease(row.lease).await?.ok_or(SettleError::NoLease)?;
        let now = self.clock.now();
        let beat_at = self
            .db
            .node(row.node)
            .await?
            .map_or(UnixMillis(0), |node| node.beat_at);
        let silent = later(beat_at, SILENT) < now;
        // A lease expires by the chain's clock, not by this machine's.
        let chain_now = self.chain.time().await?.seconds();
        let step = decide(&lease, row.voucher, row.close, silent, chain_now);
        let Some(stored) = self.build(&lease, step).await? else {
            if step == Step::Done {
                self.db.mark_closed(row.lease, None).await?;
                return Ok(Progress::Final);
            }
            return Ok(Progress::Waiting);
        };
        if !self.db.store_transaction(row.lease, &stored).await? {
            // Another worker was faster; its transaction is the one to follow.
            return Ok(Progress::Further);
        }
        fail::fail_point!("coordinator::before_send");
        match self.chain.send(&stored.transaction.bytes).await {
            Ok(_) => {}
            Err(error @ ChainError::Refused(_)) => {
                // Should a server have passed them on all the same, the lease says so when the next step looks at it.
                let signature = stored.transaction.signature;
                self.db.clear_transaction(row.lease, signature).await?;
                return self.settled_by_others(row.lease, error.into()).await;
            }
            // Perhaps taken: they are stored, and followed from here on.
            Err(error) => return Err(error.into()),
        }
        fail::fail_point!("coordinator::after_send");
        self.follow(row, stored).await
    }

    /// After a refusal: fine if somebody else has closed the lease meanwhile.
    async fn settled_by_others(&self, id: LeaseId, error: SettleError) -> Result<Progress, SettleError> {
        let lease = self.chain.lease(id).await?.ok_or(SettleError::NoLease)?;
        if lease.status == LeaseStatus::Closed {
            self.db.mark_closed(id, None).await?;
            return Ok(Progress::Final);
        }
        Err(error)
    }

    /// The transaction of a step, if it has one.
    async fn build(&self, lease: &Lease, step: Step) -> Result<Option<StoredTx>, SettleError> {
        let build = Transactions::new(self.program);
        let payer = &self.fee_payer;
        let stored = |transaction: PreparedTransaction, closes| Some(StoredTx { transaction, closes });
        match step {
            Step::Done | Step::Wait => Ok(None),
            Step::Settle(voucher) => {
                let recent = self.chain.latest_blockhash().await?;
                Ok(stored(build.settle(&recent, payer, lease, &voucher)?, false))
            }
            Step::CloseExpired => {
                let devices = self.devices(lease).await?;
                let recent = self.chain.latest_blockhash().await?;
                Ok(stored(
                    build.close_expired(&recent, payer, lease, &devices)?,
                    true,
                ))
            }
            Step::Close { close, voucher } => {
                let devices = self.devices(lease).await?;
                let recent = self.chain.latest_blockhash().await?;
                let closing = Closing {
                    lease,
                    devices: &devices,
                    close: &close,
                    voucher: voucher.as_ref(),
                };
                match (build.close(&recent, payer, closing), voucher) {
                    // Too many devices for one packet with a voucher: pay first, then close without.
                    (Err(BuildError::TooLarge { .. }), Some(voucher)) => {
                        Ok(stored(build.settle(&recent, payer, lease, &voucher)?, false))
                    }
                    (built, _) => Ok(stored(built?, true)),
                }
            }
        }
    }

    /// The devices of a lease in the order that its quote was signed over: as relayed, else as the chain lists
    /// them.
    async fn devices(&self, lease: &Lease) -> Result<Vec<DeviceId>, SettleError> {
        let provider = WalletAddress(lease.provider);
        let fits = |devices: &[DeviceId]| {
            devices_hash(&self.program.devices(provider, devices)) == lease.devices_hash
        };
        let quoted = self.db.quoted_devices(LeaseId(lease.id)).await?;
        if let Some(devices) = quoted.filter(|devices| fits(devices)) {
            return Ok(devices);
        }
        let held = self.chain.devices_of(provider).await?;
        let held = held.iter().filter(|device| device.lease == lease.id);
        let devices: Vec<_> = held.map(|device| DeviceId(device.device_id)).collect();
        if fits(&devices) {
            Ok(devices)
        } else {
            Err(SettleError::NoDevices)
        }
    }
}
