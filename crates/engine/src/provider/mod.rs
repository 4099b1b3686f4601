//! Lending: the node keeps itself listed, quotes, and runs what is leased.
//!
//! [`Engine::lend`] is the whole life of a lending node. It comes back from a silent coordinator or chain by
//! itself; the state strip says what it waits for.

mod adopt;
mod announce;
mod handover;
mod lease;
mod link;
mod log;
mod orphans;
mod quoting;
mod results;
mod work;

use std::{collections::HashMap, sync::Arc, time::Duration};

use hearth_mesh::{Limits, Mesh, MeshConfig};
use hearth_protocol::lease::ALPN;
use hearth_types::{
    id::LeaseId,
    ipc::{Code, IpcError},
};
use tokio::{
    sync::{Mutex, mpsc, watch},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::engine::Engine;

/// Before another try to come online.
const RETRY: Duration = Duration::from_secs(3);

/// What one stretch of lending shares: the endpoint, the leases that run, the wish to end.
pub(crate) struct Online {
    engine: Engine,
    /// Bound while lending only.
    mesh: Mesh,
    /// Where a lease's new connections go.
    leases: Mutex<HashMap<LeaseId, mpsc::Sender<adopt::Connection>>>,
    handovers: handover::Handovers,
    /// Until when a quote of this node may be opened.
    quotes_open_until: watch::Sender<Instant>,
    /// Ends this stretch: leases are yielded.
    cancel: CancellationToken,
    workers: TaskTracker,
}

impl Engine {
    /// Until `cancel`: online, and online again.
    pub(crate) async fn lend(self, cancel: CancellationToken) {
        loop {
            let online = tokio::select! {
                () = cancel.cancelled() => return,
                online = self.come_online(&cancel) => online,
            };
            match online {
                Ok(online) => {
                    let online = Arc::new(online);
                    online.clone().stay().await;
                    online.workers.close();
                    online.workers.wait().await;
                    online.mesh.shutdown().await;
                    self.update_node(|facts| facts.listed = false);
                }
                Err(error) => {
                    self.saw_error(error.code);
                    self.report(error);
                }
            }
            tokio::select! {
                () = cancel.cancelled() => return,
                () = tokio::time::sleep(RETRY) => {}
            }
        }
    }

    /// Chain and coordinator are as good as their last answer.
    pub(crate) fn saw_error(&self, code: Code) {
        {
            let mut state = self.state();
            state.chain_reachable &= code != Code::ChainUnreachable;
            state.coordinator_reachable &= code != Code::CoordinatorUnreachable;
        }
        self.update_node(|facts| facts.listed = false);
    }

    async fn come_online(&self, cancel: &CancellationToken) -> Result<Online, IpcError> {
        self.net().await?;
        self.register().await?;
        let config = MeshConfig {
            secret_key: *self.inner.node_key.secret(),
            alpns: vec![ALPN.to_vec()],
            relay: None,
            loopback_only: self.inner.config.network.kind.is_practice(),
            limits: Limits::default(),
        };
        let mesh = Mesh::bind(config).await.map_err(|cause| {
            IpcError::new(Code::PortInUse, "No network port could be opened for leases.")
                .mend("Check the firewall and that this user may open UDP ports.")
                .detail(cause)
        })?;
        Ok(Online {
            engine: self.clone(),
            mesh,
            leases: Mutex::default(),
            handovers: handover::Handovers::default(),
            // Quotes given before this start may still be opened.
            quotes_open_until: watch::Sender::new(Instant::now() + quoting::WATCHED),
            cancel: cancel.clone(),
            workers: TaskTracker::new(),
        })
    }
}

impl Online {
    /// Beats, quotes and takes connections until the owner says stop; then takes the offer down.
    async fn stay(self: Arc<Self>) {
        tokio::select! {
            () = self.cancel.cancelled() => {}
            () = self.announce() => {}
            () = self.answer_quote_requests() => {}
            () = self.take_connections() => {}
            () = self.watch_quotes() => {}
        }
        // Leases see the same wish and end; the market hears of it meanwhile.
        self.take_down().await;
    }
}
