//! Leases that were opened on a quote of this node and that nobody here serves: the node was stopped, paused or
//! crashed between quote and opening. Ending them unpaid frees the device and the renter's escrow.

use hearth_program_interface::account::{LeaseStatus, NO_LEASE};
use hearth_protocol::coordinator::{Settlement, SettlementReply};
use hearth_store::leases::{self, LeaseKey};
use hearth_types::{id::LeaseId, ipc::IpcError, lease::Side};

use crate::engine::Engine;

/// Longer than a node that lends takes to notice a lease and to give up on a silent renter, seconds.
const PATIENCE_SECONDS: u64 = 300;

impl Engine {
    /// Consents to closing them for nothing. What this history knows of is settled elsewhere.
    pub(crate) async fn end_orphaned_leases(&self) -> Result<(), IpcError> {
        let owner = self.own_address()?;
        let network = self.net().await?;
        let node = self.node_id();
        for device in network.chain.devices_of(owner).await? {
            let lease = LeaseId(device.lease);
            if device.lease == NO_LEASE || device.node != node.0 || self.knows_lease(lease).await? {
                continue;
            }
            let Some(account) = network.chain.lease(lease).await? else {
                continue;
            };
            let now = network.chain.time().await?.seconds();
            let waited = now >= account.opened_at.saturating_add(PATIENCE_SECONDS);
            if account.status != LeaseStatus::Open || !waited {
                continue;
            }
            tracing::info!(lease = %lease.short(), "a lease that nobody serves is closed unpaid");
            let close = network.scope.sign_close(&self.node_signer(), lease, 0, 0);
            let settlement = Settlement {
                lease,
                voucher: None,
                close: Some(close),
            };
            let path = "/v1/leases/settlement";
            let _: SettlementReply = self
                .inner
                .coordinator
                .post(&self.node_signer(), path, &settlement)
                .await?;
        }
        Ok(())
    }

    async fn knows_lease(&self, id: LeaseId) -> Result<bool, IpcError> {
        let key = LeaseKey {
            id,
            side: Side::Provider,
        };
        let mut read = self.inner.store.read().await?;
        Ok(leases::get(&mut read, key).await.is_ok())
    }
}
