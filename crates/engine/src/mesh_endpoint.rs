//! Mesh endpoints, bound only while somebody lends or rents.

use std::sync::{Arc, Weak};

use hearth_mesh::{Limits, Mesh, MeshConfig};
use hearth_protocol::lease::ALPN;
use hearth_types::ipc::{Code, IpcError};
use tokio::sync::Mutex;

/// Binds on first use and lets go with the last user.
#[derive(Default)]
pub(crate) struct SharedMesh(Mutex<Weak<Mesh>>);

impl SharedMesh {
    /// The endpoint, bound with `secret` when nobody uses it yet.
    pub(crate) async fn get(&self, secret: [u8; 32], loopback: bool) -> Result<Arc<Mesh>, IpcError> {
        let mut slot = self.0.lock().await;
        if let Some(mesh) = slot.upgrade() {
            return Ok(mesh);
        }
        let config = MeshConfig {
            secret_key: secret,
            alpns: vec![ALPN.to_vec()],
            relay: None,
            loopback_only: loopback,
            limits: Limits::default(),
        };
        let mesh = Mesh::bind(config).await.map_err(|cause| {
            IpcError::new(Code::PortInUse, "No network port could be opened for leases.")
                .mend("Check the firewall and that this user may open UDP ports.")
                .detail(cause)
        })?;
        let mesh = Arc::new(mesh);
        *slot = Arc::downgrade(&mesh);
        Ok(mesh)
    }
}
