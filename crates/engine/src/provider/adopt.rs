//! Connections and leases find each other. Nothing is believed but the chain: a lease exists when its account is
//! open and names this node. Whoever greets proves first, against the quote that this node has signed, that it
//! holds the lease's session key; a stranger's greeting costs no more than a look into the file.

use std::{sync::Arc, time::Duration};

use hearth_mesh::{FrameStream, Incoming};
use hearth_program_interface::account::{LeaseStatus, NO_LEASE};
use hearth_protocol::{
    lease::{NodeFrame, RefusalCode, RenterFrame},
    statement::is_signed_by,
};
use hearth_store::{
    Session,
    leases::{self, LeaseKey, LeaseRow, NewLease},
    quotes,
};
use hearth_types::{
    id::{DeviceId, LeaseId},
    ipc::IpcError,
    lease::{LeaseStage, Side},
    market::Quote,
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{Online, lease, link::refuse};
use crate::state::now;

/// How long a connection may take to greet.
const GREETING_TIME: Duration = Duration::from_secs(10);
/// The longest greeting, bytes.
const MAX_GREETING: usize = 1024;
/// How often the chain is looked at while a quote of this node can be opened.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A greeted connection of a lease's renter.
pub(super) struct Connection {
    pub(super) frames: FrameStream<NodeFrame, RenterFrame>,
    /// The first output sequence number the renter does not have.
    pub(super) output_from: u64,
}

fn key(lease: LeaseId) -> LeaseKey {
    LeaseKey {
        id: lease,
        side: Side::Provider,
    }
}

/// What this node has promised under that id, whatever became of it.
async fn promised(session: &mut impl Session, lease: LeaseId) -> Result<Option<Quote>, IpcError> {
    if let Ok(row) = leases::get(session, key(lease)).await {
        return Ok(Some(row.quote));
    }
    let given = quotes::get(session, lease, Side::Provider).await?;
    Ok(given.map(|row| row.quote))
}

impl Online {
    /// Takes every connection; each greets on its own, so a silent one holds up nobody.
    pub(super) async fn take_connections(self: &Arc<Self>) {
        while let Some(incoming) = self.mesh.accept().await {
            let online = Arc::clone(self);
            self.workers.spawn(async move {
                let cancel = online.cancel.clone();
                tokio::select! {
                    () = cancel.cancelled() => {}
                    greeted = tokio::time::timeout(GREETING_TIME, online.greet(incoming)) => {
                        if let Ok(Err(error)) = greeted {
                            tracing::info!(code = ?error.code, "a greeting failed: {}", error.message);
                        }
                    }
                }
            });
        }
    }

    async fn greet(self: &Arc<Self>, incoming: Incoming) -> Result<(), IpcError> {
        let remote = incoming.remote;
        let mut frames: FrameStream<NodeFrame, RenterFrame> = incoming.stream.frames();
        let Ok(Some(RenterFrame::Hello {
            lease,
            proof,
            output_from,
        })) = frames.recv_within(MAX_GREETING).await
        else {
            return Ok(());
        };
        let mut read = self.engine.inner.store.read().await?;
        let quote = promised(&mut read, lease).await?;
        drop(read);
        let Some(quote) = quote else {
            let message = "No open lease of this node has that id.";
            return refuse(frames, RefusalCode::UnknownLease, message).await;
        };
        let scope = self.engine.net().await?.scope;
        let bytes = scope.hello_bytes(lease, self.engine.node_id(), remote.as_bytes());
        if !is_signed_by(quote.session.as_bytes(), &bytes, &proof) {
            let message = "The greeting is not signed by the lease's renter.";
            return refuse(frames, RefusalCode::BadProof, message).await;
        }
        let connection = Connection { frames, output_from };
        if !self.adopt(lease).await? {
            return self.hand_over(lease, connection).await;
        }
        // Absent or full: the lease is ending. The renter comes again and gets what it came to.
        if let Some(inbox) = self.leases.lock().await.get(&lease) {
            let _ = inbox.try_send(connection);
        }
        Ok(())
    }

    /// Makes sure that a lease the chain shows open is being served. `false` when there is none to serve.
    pub(super) async fn adopt(self: &Arc<Self>, lease: LeaseId) -> Result<bool, IpcError> {
        if self.leases.lock().await.contains_key(&lease) {
            return Ok(true);
        }
        let mut read = self.engine.inner.store.read().await?;
        let known = leases::get(&mut read, key(lease)).await.ok();
        drop(read);
        if known.is_some_and(|row| row.stage > LeaseStage::Connecting) {
            return Ok(false);
        }
        let network = self.engine.net().await?;
        let Some(account) = network.chain.lease(lease).await? else {
            return Ok(false);
        };
        let mine = account.node == self.engine.node_id().0 && account.status == LeaseStatus::Open;
        if !mine {
            return Ok(false);
        }
        let devices = self.engine.list_devices(false).await?;
        let name = |id: DeviceId| {
            let device = devices.iter().find(|device| device.id == id);
            device.map(|device| device.device.name.clone())
        };
        // Under the lock: a lease that ends just now must not be begun again by its row of a moment ago.
        let mut serving = self.leases.lock().await;
        if serving.contains_key(&lease) {
            return Ok(true);
        }
        let Some(row) = self.lease_row(lease, name).await? else {
            return Ok(false);
        };
        let (connections, inbox) = mpsc::channel(4);
        serving.insert(lease, connections);
        drop(serving);
        lease::serve(self, row, account.session, inbox).await?;
        Ok(true)
    }

    /// The lease's row, made from the quote that was given.
    async fn lease_row(
        &self,
        lease: LeaseId,
        name: impl Fn(DeviceId) -> Option<String>,
    ) -> Result<Option<LeaseRow>, IpcError> {
        let key = key(lease);
        let mut tx = self.engine.inner.store.begin().await?;
        if let Ok(row) = leases::get(&mut tx, key).await {
            let unfinished = matches!(row.stage, LeaseStage::Opening | LeaseStage::Connecting);
            return Ok(unfinished.then_some(row));
        }
        let Some(given) = quotes::get(&mut tx, lease, Side::Provider).await? else {
            return Ok(None);
        };
        let first = given.quote.devices.first().copied();
        let new = NewLease {
            side: Side::Provider,
            quote: given.quote,
            node_signature: given.node_signature,
            session_secret: None,
            device_name: first.and_then(name).unwrap_or_default(),
            title: String::new(),
            job: None,
            opened_at: now(),
            open_signature: None,
        };
        leases::insert(&mut tx, new).await?;
        leases::advance(&mut tx, key, LeaseStage::Connecting).await?;
        let row = leases::get(&mut tx, key).await?;
        tx.commit().await?;
        Ok(Some(row))
    }

    /// Notices leases that were opened on quotes even when their renters never connect. One look serves all quotes.
    pub(super) async fn watch_quotes(self: &Arc<Self>) {
        let mut open_until = self.quotes_open_until.subscribe();
        loop {
            let until = *open_until.borrow_and_update();
            if Instant::now() >= until {
                // The sender lives as long as this.
                let _ = open_until.changed().await;
                continue;
            }
            sleep_until(Instant::now() + LOOK_EVERY).await;
            if let Err(error) = self.adopt_opened().await {
                tracing::debug!(code = ?error.code, "looking for opened quotes: {}", error.message);
            }
        }
    }

    async fn adopt_opened(self: &Arc<Self>) -> Result<(), IpcError> {
        let owner = self.engine.own_address()?;
        let node = self.engine.node_id().0;
        for device in self.engine.net().await?.chain.devices_of(owner).await? {
            if device.node == node && device.lease != NO_LEASE {
                self.adopt(LeaseId(device.lease)).await?;
            }
        }
        Ok(())
    }
}
