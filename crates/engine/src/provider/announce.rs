//! Registration, heartbeats, the offer.

use std::time::Duration;

use hearth_chain::signer::TxSigner as _;
use hearth_protocol::coordinator::{
    ApiCode, HEARTBEAT_SECONDS, Heartbeat, HeartbeatReply, RegisterNode, Registered,
};
use hearth_types::{
    id::{NodeId, Signature, WalletAddress},
    ipc::{Code, DeviceView, IpcError},
    market::{Offer, OfferedDevice},
    readiness::Check,
};
use serde::{Deserialize, Serialize};

use super::Online;
use crate::{engine::Engine, private_file::write_private};

/// A wallet's consent, kept so that a rig that reboots unattended registers without the wallet.
#[derive(Serialize, Deserialize)]
struct Consent {
    node: NodeId,
    wallet: WalletAddress,
    message: Vec<u8>,
    signature: Signature,
}

impl Engine {
    /// The wallet's consent that this node lends for it. The wallet signs once per node and network.
    ///
    /// # Errors
    /// [`Code::WalletLocked`] when it has not signed yet.
    pub(crate) async fn agree_to_lend(&self) -> Result<Signature, IpcError> {
        let wallet = self.own_address()?;
        let node = self.node_id();
        let message = self.net().await?.scope.registration_bytes(node, wallet);
        Ok(self.consent(node, wallet, message)?.signature)
    }

    /// Makes the node known to the coordinator.
    pub(super) async fn register(&self) -> Result<(), IpcError> {
        let request = RegisterNode {
            node: self.node_id(),
            wallet: self.own_address()?,
            wallet_signature: self.agree_to_lend().await?,
        };
        let _: Registered = self
            .inner
            .coordinator
            .post(&self.node_signer(), "/v1/nodes", &request)
            .await?;
        Ok(())
    }

    fn consent(&self, node: NodeId, wallet: WalletAddress, message: Vec<u8>) -> Result<Consent, IpcError> {
        let file = self.inner.config.data_dir.join("registration.json");
        let known = std::fs::read(&file)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Consent>(&bytes).ok());
        if let Some(known) = known
            && (known.node, known.wallet, &known.message) == (node, wallet, &message)
        {
            return Ok(known);
        }
        let signature = Signature(self.open_wallet()?.sign(&message));
        let consent = Consent {
            node,
            wallet,
            message,
            signature,
        };
        write_private(&file, &consent)?;
        Ok(consent)
    }

    /// The checklist of the devices that were meant to be lent.
    async fn failing_checks(&self) -> Result<Vec<Check>, IpcError> {
        let views = self.list_devices(false).await?;
        Ok(views
            .into_iter()
            .filter(|view| view.lend)
            .flat_map(|view| view.readiness)
            .collect())
    }

    /// What the node would list now: every staked device that is switched on for lending.
    pub(super) async fn current_offer(&self) -> Result<Option<Offer>, IpcError> {
        let views = self.list_devices(false).await?;
        let lent: Vec<DeviceView> = views
            .into_iter()
            .filter(|view| view.lend && Check::all_pass(&view.readiness))
            .collect();
        // A sandbox gets one device, so an offer has one.
        let devices: Vec<OfferedDevice> = lent.into_iter().take(1).map(offered).collect();
        if devices.is_empty() {
            return Ok(None);
        }
        let settings = self.settings().await?;
        let offer = Offer {
            node: self.node_id(),
            provider: self.own_address()?,
            devices,
            rate: settings.price,
            max_seconds: settings.max_lease_seconds,
            notice_seconds: 0,
        };
        hearth_market::offer::validate_offer(&offer)
            .map_err(|cause| IpcError::new(Code::NotReady, format!("The offer is refused: {cause}.")))?;
        Ok(Some(offer))
    }
}

fn offered(view: DeviceView) -> OfferedDevice {
    OfferedDevice {
        id: view.id,
        name: view.device.name,
        vendor: view.device.vendor,
        kind: view.device.kind,
        vram_bytes: view.device.vram_total_bytes,
        benchmark: view.benchmark,
    }
}

impl Online {
    /// A signed heartbeat now and then, and at once when the offer changes.
    pub(super) async fn announce(&self) {
        loop {
            let pause = match self.beat(true).await {
                Ok(seconds) => Duration::from_secs(seconds.clamp(1, HEARTBEAT_SECONDS * 2)),
                Err(error) => {
                    self.cannot_announce(&error).await;
                    super::RETRY
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.engine.inner.lending.offer_changed.notified() => {}
            }
        }
    }

    async fn cannot_announce(&self, error: &IpcError) {
        tracing::info!(code = ?error.code, detail = error.detail, "heartbeat: {}", error.message);
        self.engine.saw_error(error.code);
        // A coordinator that lost its memory is told again who this is.
        if error.code == Code::CoordinatorRefused
            && let Err(error) = self.engine.register().await
        {
            tracing::info!(code = ?error.code, "registering again: {}", error.message);
        }
    }

    async fn beat(&self, listed: bool) -> Result<u64, IpcError> {
        let offer = if listed {
            self.engine.current_offer().await?
        } else {
            None
        };
        let none_to_offer = offer.is_none();
        let available = self.leases.lock().await.is_empty();
        let heartbeat = Heartbeat {
            offer,
            available,
            address: listed.then(|| self.mesh.address()),
        };
        let key = self.engine.node_signer();
        let reply: HeartbeatReply = self
            .engine
            .inner
            .coordinator
            .post(&key, "/v1/nodes/heartbeat", &heartbeat)
            .await?;
        if !listed {
            return Ok(reply.next_in_seconds);
        }
        if let Some(error) = &reply.not_listed {
            tracing::info!(code = ?error.code, "not listed: {}", error.message);
        }
        let stake_missing = reply
            .not_listed
            .as_ref()
            .is_some_and(|error| error.code == ApiCode::StakeMissing);
        let checks = if stake_missing || none_to_offer {
            self.engine.failing_checks().await?
        } else {
            Vec::new()
        };
        self.engine.state().coordinator_reachable = true;
        self.engine.update_node(|facts| {
            facts.listed = reply.not_listed.is_none() && !none_to_offer;
            facts.checks = checks;
        });
        Ok(reply.next_in_seconds)
    }

    /// The last heartbeat: no offer.
    pub(super) async fn take_down(&self) {
        let goodbye = self.beat(false);
        if tokio::time::timeout(Duration::from_secs(2), goodbye)
            .await
            .is_err()
        {
            tracing::info!("the coordinator was not told; the offer goes stale by itself");
        }
    }
}
