//! What both sides must hold at the end, worked out by hand.
//!
//! The price is 3.6 IO an hour, which is 0.001 IO (100,000 base units) a second. The network keeps 10 %.
//!
//! * The lease that runs to its end lasts 20 s: 0.02 IO paid, 0.018 IO to the provider, 0.002 IO to the network.
//! * The others are billed by the second; how many seconds depends on the machine. Both sides and the chain must
//!   name the same amount, and it must be a whole number of seconds, at least one.

use hearth_types::{
    id::WalletAddress,
    lease::{DeploymentView, EndReason},
    money::{Io, IoPerSecond},
};
use serde_json::{Value, json};

use super::rpc::Rpc;

/// What the faucet gives at a time: 1,000 IO.
pub(super) const FAUCET: Io = Io(100_000_000_000);
/// What a device needs: 200 IO.
pub(super) const STAKE: Io = Io(20_000_000_000);
/// 3.6 IO an hour.
pub(super) const RATE: IoPerSecond = IoPerSecond(100_000);
/// How long the exactly known lease runs.
pub(super) const EXACT_SECONDS: u64 = 20;
/// 20 s at 0.001 IO.
const EXACT_PAID: Io = Io(2_000_000);

/// The sums so far.
pub(super) struct Expected {
    provider: WalletAddress,
    renter: WalletAddress,
    provider_io: u64,
    renter_io: u64,
}

impl Expected {
    pub(super) fn new(provider: WalletAddress, renter: WalletAddress) -> Self {
        // 1,000 − 200 staked; 1,000.
        Self {
            provider,
            renter,
            provider_io: 80_000_000_000,
            renter_io: 100_000_000_000,
        }
    }

    fn add(&mut self, paid: Io) -> anyhow::Result<()> {
        // The network keeps a tenth; what does not divide stays with the network.
        self.provider_io += paid.0 / 10 * 9 + paid.0 % 10 * 9 / 10;
        let left = self.renter_io.checked_sub(paid.0);
        self.renter_io = left.ok_or_else(|| anyhow::anyhow!("more paid than there was"))?;
        Ok(())
    }

    /// A lease whose length only the machine knows.
    pub(super) fn add_lease(&mut self, name: &str, view: &DeploymentView) -> anyhow::Result<()> {
        let lease = &view.lease;
        let (Some(paid), Some(back)) = (lease.paid, lease.refunded) else {
            anyhow::bail!("the lease “{name}” is closed without amounts")
        };
        anyhow::ensure!(
            paid.0 % RATE.0 == 0 && paid.0 > 0,
            "“{name}” cost {paid}, not whole seconds"
        );
        anyhow::ensure!(
            paid <= lease.prepaid,
            "“{name}” cost {paid}, more than the {} prepaid",
            lease.prepaid
        );
        anyhow::ensure!(
            paid.checked_add(back) == Some(lease.escrow),
            "“{name}”: {paid} + {back} ≠ {}",
            lease.escrow
        );
        self.add(paid)
    }

    /// The lease of 20 s.
    pub(super) fn add_exact_lease(&mut self, view: &DeploymentView) -> anyhow::Result<()> {
        let (end, paid) = (view.lease.end, view.lease.paid);
        anyhow::ensure!(
            end == Some(EndReason::MaximumTime),
            "the 20-second lease ended with {end:?}"
        );
        anyhow::ensure!(
            paid == Some(EXACT_PAID),
            "20 s at 0.001 IO cost {paid:?}, not {EXACT_PAID}"
        );
        self.add(EXACT_PAID)
    }

    /// Reads both wallets from the chain and compares.
    pub(super) async fn compare(&self, rpc: &Rpc) -> anyhow::Result<Value> {
        let provider = rpc.token_balance(self.provider).await?;
        let renter = rpc.token_balance(self.renter).await?;
        let ok = provider == self.provider_io && renter == self.renter_io;
        let line = json!({
            "ok": ok,
            "provider": { "io": provider.to_string(), "expected": self.provider_io.to_string() },
            "renter": { "io": renter.to_string(), "expected": self.renter_io.to_string() },
        });
        anyhow::ensure!(ok, "the chain's balances are not what they should be: {line}");
        Ok(line)
    }
}
