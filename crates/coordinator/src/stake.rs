//! Whether the devices of an offer may be hired, as the chain shows it, remembered for a few seconds.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use hearth_chain::ChainError;
use hearth_program_interface::account::{Device, DeviceStatus, NO_LEASE};
use hearth_protocol::coordinator::{ApiCode, ApiError};
use hearth_types::{
    id::{DeviceId, WalletAddress},
    market::Offer,
};
use tokio::time::Instant;

use crate::state::Shared;

/// How long an answer of the chain is good.
const FRESH: Duration = Duration::from_secs(4);
/// More than this many are not remembered.
const MOST: usize = 10_000;

type Key = (WalletAddress, DeviceId);

/// Device accounts seen lately.
#[derive(Default)]
pub(crate) struct StakeCache(Mutex<HashMap<Key, (Instant, Option<Device>)>>);

impl StakeCache {
    fn get(&self, key: &Key) -> Option<Option<Device>> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(key)
            .filter(|(at, _)| at.elapsed() < FRESH)
            .map(|(_, device)| *device)
    }

    fn put(&self, key: Key, device: Option<Device>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MOST {
            seen.retain(|_, (at, _)| at.elapsed() < FRESH);
        }
        if seen.len() < MOST {
            seen.insert(key, (Instant::now(), device));
        }
    }
}

/// An offer's standing on chain.
pub(crate) enum Standing {
    /// Staked; `true` = no device is in a lease.
    Staked(bool),
    /// Not listed, and why.
    Refused(ApiError),
}

impl Shared {
    /// Looks at every device of the offer.
    pub(crate) async fn standing(&self, offer: &Offer) -> Standing {
        let (mut free, now) = (true, self.clock.now().seconds());
        for device in &offer.devices {
            let account = match self.device(offer.provider, device.id).await {
                Ok(account) => account,
                Err(error) => {
                    tracing::warn!(%error, "cannot look at a device's stake");
                    return refused(
                        ApiCode::ChainUnreachable,
                        "the coordinator cannot reach the chain",
                    );
                }
            };
            let Some(account) = account else {
                let name = &device.name;
                return refused(ApiCode::StakeMissing, &format!("{name}: nothing is staked on it"));
            };
            if account.node != offer.node.0 {
                let name = &device.name;
                return refused(
                    ApiCode::StakeMissing,
                    &format!("{name}: its stake names another node"),
                );
            }
            if account.status != DeviceStatus::Active || !account.is_staked(now) {
                let name = &device.name;
                return refused(
                    ApiCode::StakeMissing,
                    &format!("{name}: its stake is below the minimum"),
                );
            }
            free &= account.lease == NO_LEASE;
        }
        Standing::Staked(free)
    }

    async fn device(&self, owner: WalletAddress, device: DeviceId) -> Result<Option<Device>, ChainError> {
        let key = (owner, device);
        if let Some(known) = self.stakes.get(&key) {
            return Ok(known);
        }
        let found = self.chain.device(owner, device).await?;
        self.stakes.put(key, found);
        Ok(found)
    }
}

fn refused(code: ApiCode, message: &str) -> Standing {
    Standing::Refused(ApiError::new(code, message))
}
