//! Connections and leases find each other. Nothing is believed but the chain: a lease exists when its account is
//! open, names this node, and its session key signed the greeting.

use std::{sync::Arc, time::Duration};

use hearth_mesh::{FrameStream, Incoming};
use hearth_program_interface::account::LeaseStatus;
use hearth_protocol::{
    lease::{NodeFrame, RefusalCode, RenterFrame},
    statement::is_signed_by,
};
use hearth_store::{
    leases::{self, LeaseKey, LeaseRow, NewLease},
    quotes,
};
use hearth_types::{
    id::LeaseId,
    ipc::IpcError,
    lease::{LeaseStage, Side},
};
use tokio::sync::mpsc;

use super::{Online, lease};
use crate::state::now;

/// How long a connection may take to greet.
const GREETING_TIME: Duration = Duration::from_secs(10);

/// A greeted connection of a lease's renter.
pub(super) struct Connection {
    pub(super) frames: FrameStream<NodeFrame, RenterFrame>,
    /// The first output sequence number the renter does not have.
    pub(super) output_from: u64,
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
        })) = frames.recv().await
        else {
            return Ok(());
        };
        let known = self.adopt(lease).await?;
        let inbox = self.leases.lock().await.get(&lease).cloned();
        let network = self.engine.net().await?;
        let account = network.chain.lease(lease).await?;
        let (Some(account), Some(inbox), true) = (account, inbox, known) else {
            return refuse(
                frames,
                RefusalCode::UnknownLease,
                "No open lease of this node has that id.",
            )
            .await;
        };
        let bytes = network
            .scope
            .hello_bytes(lease, self.engine.node_id(), remote.as_bytes());
        if !is_signed_by(&account.session, &bytes, &proof) {
            return refuse(
                frames,
                RefusalCode::BadProof,
                "The greeting is not signed by the lease's renter.",
            )
            .await;
        }
        // A full inbox means the lease is ending; the renter will ask the chain.
        let _ = inbox.try_send(Connection { frames, output_from });
        Ok(())
    }

    /// Makes sure that a lease the chain shows open is being served. `false` when the chain shows none.
    pub(super) async fn adopt(self: &Arc<Self>, lease: LeaseId) -> Result<bool, IpcError> {
        if self.leases.lock().await.contains_key(&lease) {
            return Ok(true);
        }
        let network = self.engine.net().await?;
        let Some(account) = network.chain.lease(lease).await? else {
            return Ok(false);
        };
        let mine = account.node == self.engine.node_id().0 && account.status == LeaseStatus::Open;
        if !mine {
            return Ok(false);
        }
        let Some(row) = self.lease_row(lease).await? else {
            return Ok(false);
        };
        let mut serving = self.leases.lock().await;
        if serving.contains_key(&lease) {
            return Ok(true);
        }
        let (connections, inbox) = mpsc::channel(4);
        serving.insert(lease, connections);
        drop(serving);
        lease::serve(self, row, account.session, inbox).await?;
        Ok(true)
    }

    /// The lease's row, made from the quote that was given.
    async fn lease_row(&self, lease: LeaseId) -> Result<Option<LeaseRow>, IpcError> {
        let key = LeaseKey {
            id: lease,
            side: Side::Provider,
        };
        let devices = self.engine.list_devices(false).await?;
        let mut tx = self.engine.inner.store.begin().await?;
        if let Ok(row) = leases::get(&mut tx, key).await {
            let unfinished = matches!(row.stage, LeaseStage::Opening | LeaseStage::Connecting);
            return Ok(unfinished.then_some(row));
        }
        let Some(given) = quotes::get(&mut tx, lease, Side::Provider).await? else {
            return Ok(None);
        };
        let first = given.quote.devices.first();
        let name = devices
            .into_iter()
            .find(|d| Some(&d.id) == first)
            .map(|d| d.device.name);
        let new = NewLease {
            side: Side::Provider,
            quote: given.quote,
            node_signature: given.node_signature,
            session_secret: None,
            device_name: name.unwrap_or_default(),
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
}

async fn refuse(
    mut frames: FrameStream<NodeFrame, RenterFrame>,
    code: RefusalCode,
    message: &str,
) -> Result<(), IpcError> {
    let _ = frames
        .send(&NodeFrame::Refused {
            code,
            message: message.to_owned(),
        })
        .await;
    frames.close().await;
    Ok(())
}
