//! A wallet's stake on chain, counted as the history counts it.

use hearth_types::{id::WalletAddress, ipc::IpcError, money::Io};

use crate::engine::{Engine, internal};

/// Stake on a wallet's own devices and on others' together. A co-stake cools from the announcement on that it leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StakeOnChain {
    /// What counts.
    pub(crate) counts: Io,
    /// What is on its way out.
    pub(crate) cools: Io,
}

impl StakeOnChain {
    fn add(&mut self, counts: u64, cools: u64) -> Result<(), IpcError> {
        let sum = |held: Io, more| {
            held.checked_add(Io(more))
                .ok_or_else(|| internal("a sum beyond 64 bits"))
        };
        self.counts = sum(self.counts, counts)?;
        self.cools = sum(self.cools, cools)?;
        Ok(())
    }
}

impl Engine {
    /// What a wallet has staked.
    ///
    /// # Errors
    /// When the chain does not answer.
    pub(crate) async fn stake_on_chain(&self, wallet: WalletAddress) -> Result<StakeOnChain, IpcError> {
        let chain = &self.net().await?.chain;
        let mut staked = StakeOnChain::default();
        for device in chain.devices_of(wallet).await? {
            staked.add(device.staked, device.cooling)?;
        }
        for device in chain.co_stakes_of(wallet).await? {
            if device.co.leaves_at == 0 {
                staked.add(device.co.staked, 0)?;
            } else {
                staked.add(0, device.co.staked)?;
            }
        }
        Ok(staked)
    }
}
