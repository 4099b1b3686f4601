//! A pause outlives the daemon that was told of it.

use hearth_types::{
    ipc::{GetStatus, PauseLending, ResumeLending},
    node::{NodeStatus, Reason},
    time::UnixMillis,
};

use crate::rig::{Rig, with_rig};

const SECONDS: u64 = 3_600;

/// The end of the pause, once the node says that it is paused.
async fn paused_until(rig: &Rig) -> anyhow::Result<UnixMillis> {
    rig.provider
        .wait("the pause", async |client| {
            let node = client.ask(GetStatus {}).await?.node;
            let paused = node.status == NodeStatus::Paused;
            if let Reason::PausedByOwner { until } = node.reason
                && paused
            {
                return Ok(Some(until));
            }
            Ok(None)
        })
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_a_restart() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        rig.provider.ask(PauseLending { seconds: SECONDS }).await?;
        let first = paused_until(rig).await?;
        rig.provider.kill_and_start().await?;
        let second = paused_until(rig).await?;
        let shift = second.0.abs_diff(first.0);
        anyhow::ensure!(
            shift <= 5_000,
            "a pause until {first:?} became one until {second:?}"
        );

        // It can be ended, and what was ended does not come back.
        rig.provider.ask(ResumeLending {}).await?;
        rig.provider.kill_and_start().await?;
        rig.provider
            .wait("the node to be listed", async |client| {
                let node = client.ask(GetStatus {}).await?.node;
                Ok((node.status == NodeStatus::Idle).then_some(()))
            })
            .await?;
        rig.check().await?;
        Ok(())
    })
    .await
}
