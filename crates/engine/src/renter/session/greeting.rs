//! Finding the node of a lease and greeting it.

use std::time::Duration;

use hearth_market::renter::RenterEvent;
use hearth_mesh::{FrameReceiver, FrameSender, FrameStream, Mesh};
use hearth_protocol::{
    coordinator::{AddressRequest, MeshAddress},
    lease::{ALPN, NodeFrame, RenterFrame},
};
use hearth_store::outputs;
use hearth_types::{id::NodeId, ipc::IpcError};

use super::Session;
use crate::{engine::internal, renter::collect::plain};

/// From finding the node to its welcome; a node that says nothing is not there.
pub(super) const GREETING_TIME: Duration = Duration::from_secs(20);

/// One connection to the node.
pub(super) struct Link {
    pub(super) sender: FrameSender<RenterFrame>,
    pub(super) receiver: FrameReceiver<NodeFrame>,
}

impl Session {
    /// Finds the node and greets it. `None` when the connection broke on the way.
    pub(super) async fn connect(&mut self, mesh: &Mesh) -> Result<Option<RenterEvent>, IpcError> {
        let request = AddressRequest { lease: self.key.id };
        let path = "/v1/leases/address";
        let address: MeshAddress = self
            .engine
            .inner
            .coordinator
            .post(&self.signer, path, &request)
            .await?;
        if address.node != self.row.quote.node {
            return Err(internal("the coordinator names another node than the quote"));
        }
        let stream = mesh.connect(&address, ALPN).await.map_err(internal)?;
        let mut frames: FrameStream<RenterFrame, NodeFrame> = stream.frames();
        let hello = self.hello(mesh.id()).await?;
        if frames.send(&hello).await.is_err() {
            return Ok(None);
        }
        let (started, voucher) = match frames.recv().await {
            Ok(Some(NodeFrame::Welcome { started, voucher })) => (started, voucher),
            Ok(Some(NodeFrame::Refused { message, .. })) => {
                tracing::info!("the node refuses the greeting: {}", plain(&message));
                self.detail = Some(plain(&message));
                return Ok(None);
            }
            Ok(_) | Err(_) => return Ok(None),
        };
        let (sender, receiver) = frames.split();
        self.link = Some(Link { sender, receiver });
        Ok(Some(RenterEvent::Connected { started, voucher }))
    }

    async fn hello(&self, own: NodeId) -> Result<RenterFrame, IpcError> {
        let mut read = self.engine.inner.store.read().await?;
        let output_from = outputs::next_sequence(&mut read, self.key.id).await?;
        drop(read);
        let scope = self.engine.net().await?.scope;
        let proof = scope.sign_hello(&self.signer, self.key.id, self.row.quote.node, own.as_bytes());
        Ok(RenterFrame::Hello {
            lease: self.key.id,
            proof,
            output_from,
        })
    }
}
