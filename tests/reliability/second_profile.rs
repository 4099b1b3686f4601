//! Two profiles of one person on one practice network: the second rents what the first lends.

use std::path::Path;

use anyhow::Context as _;
use hearth_tests::{
    daemon::{Daemon, described},
    process::log_tails,
};
use hearth_types::{
    ipc::{
        GetDeployment, GetStatus, ListDevices, ListOffers, RequestQuote, Stake, StartLending, StopDeployment,
    },
    lease::LeaseStage,
    requirement::Requirement,
};

use crate::rig::{Rig, STAKE};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_the_first_ones_practice_network() -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("hearth-profiles-").tempdir()?;
    let played = play(folder.path()).await;
    played.with_context(|| format!("the logs end so:\n{}", log_tails(folder.path())))
}

async fn play(folder: &Path) -> anyhow::Result<()> {
    let mut first = Daemon::on_practice("first", folder, None);
    first.start().await?;
    let practice = first.data_dir().join("practice");
    let mut second = Daemon::on_practice("second", folder, Some(&practice));
    second.start().await?;
    let urls = |daemon: &mut Daemon| daemon.process()?.told("rpc_url");
    anyhow::ensure!(urls(&mut first)? == urls(&mut second)?, "two networks");

    first.make_wallet().await?;
    second.make_wallet().await?;
    lend(&first).await?;
    rent_and_stop(&second).await?;
    first.wait_reconciled().await.context("the first history")?;
    second.wait_reconciled().await.context("the second history")?;

    // The network was a child of the first daemon; the second starts it again, and the first finds it.
    first.process()?.kill().await?;
    second.wait_reconciled().await.context("without the first")?;
    first.start().await?;
    first.wait_reconciled().await.context("after a restart")?;
    anyhow::ensure!(
        !second.data_dir().join("practice").exists(),
        "a network of its own"
    );
    Ok(())
}

async fn lend(daemon: &Daemon) -> anyhow::Result<()> {
    let devices = daemon.ask(ListDevices { refresh: false }).await?;
    let device = devices.into_iter().find(|device| device.device.adapter.is_some());
    let device = device
        .context("no GPU with a compute driver; install mesa-vulkan-drivers")?
        .id;
    let stake = Stake {
        device,
        amount: STAKE,
    };
    daemon.ask(stake).await.map_err(|error| described(&error))?;
    daemon
        .wait("lending", async |client| {
            client.ask(StartLending {}).await.map(Some)
        })
        .await?;
    Ok(())
}

async fn rent_and_stop(daemon: &Daemon) -> anyhow::Result<()> {
    let quote = daemon
        .wait("a quote", async |client| {
            let need = Requirement::default();
            let offers = client.ask(ListOffers { need }).await?;
            let Some(listed) = offers.into_iter().find(|offer| offer.available) else {
                return Ok(None);
            };
            let node = listed.offer.node;
            client.ask(RequestQuote { node, seconds: 60 }).await.map(Some)
        })
        .await?;
    let lease = quote.lease;
    daemon.ask(Rig::order(&quote)).await?;
    daemon
        .wait("output", async |client| {
            let view = client.ask(GetDeployment { lease }).await?;
            Ok(view
                .output
                .iter()
                .any(|chunk| chunk.text.contains("tick 2"))
                .then_some(()))
        })
        .await?;
    daemon.ask(StopDeployment { lease }).await?;
    daemon
        .wait("the refund", async |client| {
            let view = client.ask(GetDeployment { lease }).await?;
            Ok((view.lease.stage == LeaseStage::Closed).then_some(()))
        })
        .await?;
    let status = daemon.ask(GetStatus {}).await?;
    anyhow::ensure!(status.open_leases.is_empty(), "{:?}", status.open_leases);
    Ok(())
}
