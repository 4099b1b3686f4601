//! SIGKILL of the renter's daemon.

use hearth_types::{
    ipc::{Code, StopDeployment},
    lease::{EndReason, LeaseStage},
};
use serde_json::json;

use crate::rig::{Rig, with_rig};

/// Longer than 150 blocks: no transaction of before can run.
const EXPIRY_SECONDS: u64 = 150;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_opening_a_lease() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        for point in ["engine::before_send", "engine::before_confirm"] {
            die_opening(rig, point).await?;
            rig.renter.start().await?;
            let leases = rig.check().await?;
            // The bytes were on disk and still good: the lease was opened, once.
            anyhow::ensure!(leases.iter().all(|l| l.stage == LeaseStage::Closed), "{leases:?}");
        }
        die_opening(rig, "engine::before_send").await?;
        let clock = json!([EXPIRY_SECONDS]);
        rig.network.rpc()?.call("practice_advanceClock", clock).await?;
        rig.renter.start().await?;
        let leases = rig.check().await?;
        let abandoned = leases.iter().filter(|l| l.stage == LeaseStage::Abandoned).count();
        anyhow::ensure!(abandoned == 1, "{leases:?}");
        Ok(())
    })
    .await
}

async fn die_opening(rig: &mut Rig, point: &str) -> anyhow::Result<()> {
    rig.renter.process()?.kill().await?;
    rig.renter.start_dying_at(point).await?;
    rig.renter.unlock().await?;
    let quote = rig.quote().await?;
    let answer = rig.renter.ask(Rig::order(&quote)).await;
    anyhow::ensure!(
        answer.is_err_and(|error| error.code == Code::EngineUnreachable),
        "{point}"
    );
    rig.renter.process()?.wait_killed().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_paying() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        voucher_stored_and_not_sent(rig).await?;
        workload_running(rig).await?;
        stop_wanted(rig).await?;
        settling(rig).await
    })
    .await
}

async fn voucher_stored_and_not_sent(rig: &mut Rig) -> anyhow::Result<()> {
    rig.renter.process()?.kill().await?;
    rig.renter.start_dying_at("renter::before_voucher").await?;
    rig.renter.unlock().await?;
    let quote = rig.quote().await?;
    // Its answer may be lost in the death.
    let _answer = rig.renter.ask(Rig::order(&quote)).await;
    rig.renter.process()?.wait_killed().await?;
    rig.renter.start().await?;
    // The session finds its node again and says the stored voucher.
    rig.wait_for_output(quote.lease, "tick 2").await?;
    rig.check().await?;
    Ok(())
}

async fn workload_running(rig: &mut Rig) -> anyhow::Result<()> {
    rig.renter.unlock().await?;
    let lease = rig.rent().await?;
    rig.renter.kill_and_start().await?;
    // The job did not notice.
    rig.wait_for_output(lease, "tick 12").await?;
    rig.check().await?;
    Ok(())
}

/// It asked to stop and died: it stops when it is back, without being asked again.
async fn stop_wanted(rig: &mut Rig) -> anyhow::Result<()> {
    rig.renter.process()?.kill().await?;
    rig.renter.start_dying_at("renter::stop_stored").await?;
    rig.renter.unlock().await?;
    let lease = rig.rent().await?;
    // Its answer is lost in the death.
    let _answer = rig.renter.ask(StopDeployment { lease }).await;
    rig.renter.process()?.wait_killed().await?;
    rig.renter.start().await?;
    rig.wait_for_stage(lease, LeaseStage::Settling).await?;
    let leases = rig.check().await?;
    let ended = leases.iter().find(|view| view.id == lease);
    let stopped = ended.is_some_and(|view| view.end == Some(EndReason::StoppedByRenter));
    anyhow::ensure!(stopped, "{ended:?}");
    Ok(())
}

async fn settling(rig: &mut Rig) -> anyhow::Result<()> {
    rig.renter.unlock().await?;
    let lease = rig.rent().await?;
    rig.renter.ask(StopDeployment { lease }).await?;
    rig.wait_for_stage(lease, LeaseStage::Settling).await?;
    rig.renter.kill_and_start().await?;
    rig.check().await?;
    Ok(())
}
