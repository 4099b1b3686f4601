//! SIGKILL of the practice network's chain while transactions are under way.

use hearth_types::{
    history::{EntryKind, EntryState},
    ipc::{Stake, StopDeployment},
    lease::{LeaseStage, Side},
    money::Io,
};

use crate::rig::{Rig, STAKE, wait_for_decision, with_rig};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_staking_and_renting() -> anyhow::Result<()> {
    with_rig(async |rig| {
        staking(rig).await?;
        rig.lend().await?;
        opening(rig).await?;
        running(rig).await?;
        settling(rig).await
    })
    .await
}

async fn staking(rig: &mut Rig) -> anyhow::Result<()> {
    let device = rig.device().await?;
    let amount = Io(STAKE.0 / 4);
    let mut client = rig.provider.connect().await?;
    client.send(Stake { device, amount }.into()).await?;
    wait_for_decision(&mut client).await?;
    rig.network.restart_chain().await?;
    let ended = rig.wait_for_entry(Side::Provider, EntryKind::Stake).await?;
    if ended != EntryState::Void {
        rig.staked = amount;
    }
    rig.check().await?;
    Ok(())
}

async fn opening(rig: &mut Rig) -> anyhow::Result<()> {
    let quote = rig.quote().await?;
    let mut client = rig.renter.connect().await?;
    client.send(Rig::order(&quote).into()).await?;
    wait_for_decision(&mut client).await?;
    rig.network.restart_chain().await?;
    rig.wait_for_entry(Side::Renter, EntryKind::LeaseEscrow).await?;
    rig.check().await?;
    Ok(())
}

/// Vouchers need no chain.
async fn running(rig: &mut Rig) -> anyhow::Result<()> {
    let lease = rig.rent().await?;
    rig.network.chain().kill().await?;
    rig.wait_for_output(lease, "tick 16").await?;
    rig.network.restart_chain().await?;
    rig.check().await?;
    Ok(())
}

async fn settling(rig: &mut Rig) -> anyhow::Result<()> {
    let lease = rig.rent().await?;
    rig.renter.ask(StopDeployment { lease }).await?;
    rig.wait_for_stage(lease, LeaseStage::Settling).await?;
    rig.network.restart_chain().await?;
    rig.check().await?;
    Ok(())
}
