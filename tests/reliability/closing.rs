//! How a lease is closed when nobody helps, and what the chain moves beside the lease's own amounts.

use anyhow::Context as _;
use hearth_types::{ipc::StopDeployment, lease::LeaseStage, money::Io};
use serde_json::json;

use crate::rig::with_rig;

/// Longer than the longest time of a lease here and the settle window together.
const PAST_THE_WINDOW_SECONDS: u64 = 73 * 3_600 + 600;
/// Sent to an escrow by somebody, lamports.
const STRAY_LAMPORTS: u64 = 1_234_567;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn by_the_renter_alone_after_the_settle_window() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        let lease = rig.rent().await?;
        rig.provider.process()?.kill().await?;
        rig.network.coordinator().kill().await?;
        let clock = json!([PAST_THE_WINDOW_SECONDS]);
        rig.network.rpc()?.call("practice_advanceClock", clock).await?;
        // Nobody signs anything any more: the chain's clock is all it takes.
        rig.wait_for_stage(lease, LeaseStage::Closed).await?;
        rig.renter
            .wait_reconciled()
            .await
            .context("the renter's history")?;

        // The provider comes back too late to be paid; its history says so, too.
        rig.network.restart_coordinator(None).await?;
        rig.provider.start().await?;
        let leases = rig.check().await?;
        let closed = leases.iter().find(|view| view.id == lease).context("the lease")?;
        let back = (closed.paid, closed.refunded);
        anyhow::ensure!(back == (Some(Io::ZERO), Some(closed.escrow)), "{closed:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rent_comes_back_as_the_chain_moved_it() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        let lease = rig.rent().await?;
        let rpc = rig.network.rpc()?;
        let escrow = rig.escrow_account().await?;
        let gift = json!([escrow, STRAY_LAMPORTS]);
        rpc.call("requestAirdrop", gift).await?;
        rig.renter.ask(StopDeployment { lease }).await?;
        // Whoever closes an account gets all that is in it.
        rig.check().await?;
        Ok(())
    })
    .await
}
