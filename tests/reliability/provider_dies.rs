//! SIGKILL of the provider's daemon.

use anyhow::Context as _;
use hearth_types::{
    history::{EntryKind, EntryState},
    ipc::{Code, StopDeployment},
    lease::{LeaseStage, Side},
    money::Io,
};

use crate::rig::{Rig, STAKE, with_rig};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_staking() -> anyhow::Result<()> {
    with_rig(async |rig| {
        for (point, amount) in [
            ("engine::before_send", STAKE),
            ("engine::before_confirm", Io(STAKE.0 / 4)),
        ] {
            rig.provider.process()?.kill().await?;
            rig.provider.start_dying_at(point).await?;
            rig.provider.unlock().await?;
            let answer = rig.stake(amount).await?;
            anyhow::ensure!(
                answer.is_err_and(|error| error.code == Code::EngineUnreachable),
                "{point}"
            );
            rig.provider.process()?.wait_killed().await?;

            // The wallet stays locked: the signed bytes are on disk.
            rig.provider.start().await?;
            let ended = rig.wait_for_entry(Side::Provider, EntryKind::Stake).await?;
            anyhow::ensure!(ended != EntryState::Void, "{point}: the stake was dropped");
            rig.check().await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_lending() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        quote_given(rig).await?;
        voucher_stored_and_not_acknowledged(rig).await?;
        workload_running(rig).await?;
        settling(rig).await
    })
    .await
}

/// It finds the lease of its quote on chain when it is back.
async fn quote_given(rig: &mut Rig) -> anyhow::Result<()> {
    let quote = rig.quote().await?;
    rig.provider.process()?.kill().await?;
    rig.renter.ask(Rig::order(&quote)).await?;
    rig.wait_for_stage(quote.lease, LeaseStage::Connecting).await?;
    rig.provider.start().await?;
    rig.wait_for_output(quote.lease, "tick 2").await?;
    rig.check().await?;
    Ok(())
}

async fn voucher_stored_and_not_acknowledged(rig: &mut Rig) -> anyhow::Result<()> {
    rig.provider.process()?.kill().await?;
    // It goes on lending by itself, the wallet locked.
    rig.provider.start_dying_at("provider::voucher_stored").await?;
    let quote = rig.quote().await?;
    rig.renter.ask(Rig::order(&quote)).await?;
    rig.provider.process()?.wait_killed().await?;
    rig.provider.start().await?;
    rig.check().await?;
    Ok(())
}

async fn workload_running(rig: &mut Rig) -> anyhow::Result<()> {
    let lease = rig.rent().await?;
    // Two ticks a second: six seconds and more, of which five are written down.
    rig.wait_for_output(lease, "tick 13").await?;
    rig.provider.kill_and_start().await?;
    let leases = rig.check().await?;
    let ended = leases.iter().find(|view| view.id == lease).context("the lease")?;
    // What can be shown as used was earned, and not what was only prepaid.
    let used = ended.rate.over(5).context("five seconds")?;
    let fair = ended
        .paid
        .is_some_and(|paid| paid >= used && paid < ended.prepaid);
    anyhow::ensure!(fair, "{ended:?}");
    Ok(())
}

async fn settling(rig: &mut Rig) -> anyhow::Result<()> {
    let lease = rig.rent().await?;
    rig.renter.ask(StopDeployment { lease }).await?;
    rig.wait_for_stage(lease, LeaseStage::Settling).await?;
    rig.provider.kill_and_start().await?;
    rig.check().await?;
    Ok(())
}
