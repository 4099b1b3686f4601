//! SIGKILL of the coordinator. What runs goes on without it; what it had to settle, it settles after its restart.

use hearth_types::{ipc::StopDeployment, lease::LeaseStage};

use crate::rig::{Rig, wait_for_decision, with_rig};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_settling() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        for point in ["coordinator::before_send", "coordinator::after_send"] {
            rig.network.restart_coordinator(Some(point)).await?;
            let lease = rig.rent().await?;
            rig.renter.ask(StopDeployment { lease }).await?;
            rig.network.coordinator().wait_killed().await?;
            rig.network.restart_coordinator(None).await?;
            rig.check().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_a_lease_runs() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        // While it opens.
        let quote = rig.quote().await?;
        let mut client = rig.renter.connect().await?;
        client.send(Rig::order(&quote).into()).await?;
        wait_for_decision(&mut client).await?;
        rig.network.restart_coordinator(None).await?;
        rig.wait_for_output(quote.lease, "tick 2").await?;
        // While vouchers stream: the two sides need nobody.
        rig.network.coordinator().kill().await?;
        rig.wait_for_output(quote.lease, "tick 16").await?;
        // It ends while nobody can settle it.
        rig.renter.ask(StopDeployment { lease: quote.lease }).await?;
        rig.wait_for_stage(quote.lease, LeaseStage::Settling).await?;
        rig.network.restart_coordinator(None).await?;
        rig.check().await?;
        Ok(())
    })
    .await
}
