//! `hearth demo`: lend and rent once, start to end, on a fresh practice network, and check every amount.
//!
//! Provider and renter are two daemons of their own with their own folders; the network is a third process. What
//! both wallets hold at the end is read by plain JSON-RPC, not through any code of the engine, and compared with
//! amounts worked out by hand (see [`expected`]).

mod expected;
mod jobs;
mod party;
mod rpc;
mod stage;

use hearth_types::{
    ipc::{
        AskFaucet, GetSettings, ListDevices, ListOffers, Reconcile, RequestQuote, ReviewDeploy, SetSettings,
        Stake, StartBenchmark, StartLending, StopDeployment,
    },
    lease::{DeploymentView, EndReason},
    market::ListedOffer,
    money::Io,
    requirement::Requirement,
};
use serde_json::{Value, json};

use self::{expected::Expected, party::Party, stage::Stage};
use crate::output;

/// `hearth demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Keep the folders of network, provider and renter for a look.
    #[arg(long)]
    keep: bool,
}

/// One line a step.
struct Report {
    json: bool,
}

impl Report {
    fn step(&self, step: &str, text: &str, mut fields: Value) -> anyhow::Result<()> {
        if !self.json {
            output::line(format!("✓ {text}"));
            return Ok(());
        }
        if let Some(object) = fields.as_object_mut() {
            object.insert("step".into(), step.into());
        }
        output::json(&fields)
    }
}

/// Runs the whole loop.
///
/// # Errors
/// When a step fails or an amount differs from what it should be.
pub(crate) fn run(args: &Args, json: bool) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(async {
            let mut stage = Stage::set_up(args.keep).await?;
            let outcome = play(&mut stage, &Report { json }).await;
            stage.take_down().await;
            outcome
        })
}

async fn play(stage: &mut Stage, report: &Report) -> anyhow::Result<()> {
    let network = json!({ "rpc_url": stage.rpc_url(), "coordinator_url": stage.coordinator_url() });
    report.step("network", "A fresh practice network runs.", network)?;
    let mut provider = stage.party("provider").await?;
    let mut renter = stage.party("renter").await?;
    for party in [&mut provider, &mut renter] {
        let address = party.make_wallet().await?;
        let name = party.name;
        report.step(
            "wallet",
            &format!("The {name} has a wallet."),
            json!({ "side": name, "address": address }),
        )?;
        let signature = party.client.ask(AskFaucet {}).await?.signature;
        party.wait_for_io(expected::FAUCET).await?;
        let text = format!("The {name} got {} (practice) from the faucet.", expected::FAUCET);
        report.step(
            "faucet",
            &text,
            json!({ "side": name, "signature": signature, "io": expected::FAUCET }),
        )?;
    }
    lend(&mut provider, report).await?;
    let offer = find_offer(&mut renter, &provider).await?;
    report.step(
        "listed",
        "The market lists the device.",
        json!({ "node": offer.offer.node, "rate": offer.offer.rate }),
    )?;

    let mut sums = Expected::new(provider.address()?, renter.address()?);
    let computed = rent_compute(&mut renter, &offer, report).await?;
    sums.add_lease("compute", &computed)?;
    let whole = rent_to_the_end(&mut renter, &offer, report).await?;
    sums.add_exact_lease(&whole)?;
    let stopped = rent_and_stop(&mut renter, &offer, report).await?;
    sums.add_lease("stopped", &stopped)?;
    for lease in [&computed, &whole, &stopped] {
        provider.wait_for_pay(lease.lease.id).await?;
    }
    for party in [&mut provider, &mut renter] {
        let verdict = party.client.ask(Reconcile {}).await?;
        anyhow::ensure!(
            verdict.ok,
            "the {}'s history differs from the chain: {:?}",
            party.name,
            verdict.lines
        );
        let text = format!("The {}'s history agrees with the chain.", party.name);
        report.step(
            "history",
            &text,
            json!({ "side": party.name, "lines": verdict.lines }),
        )?;
    }
    let balances = sums.compare(&rpc::Rpc::new(stage.rpc_url())?).await?;
    report.step("reconciled", "Every amount is what it should be.", balances)
}

/// Benchmark, stake, go online.
async fn lend(provider: &mut Party, report: &Report) -> anyhow::Result<()> {
    let devices = provider.client.ask(ListDevices { refresh: true }).await?;
    let device = devices.into_iter().find(|d| d.device.adapter.is_some());
    let device =
        device.ok_or_else(|| anyhow::anyhow!("no GPU with a compute driver; install mesa-vulkan-drivers"))?;
    let facts = json!({ "device": device.id, "name": device.device.name, "readiness": device.readiness });
    report.step(
        "device",
        &format!("The provider has a device: {}.", device.device.name),
        facts,
    )?;

    provider.client.ask(StartBenchmark { device: device.id }).await?;
    let figures = provider.wait_for_benchmark().await?;
    let text = format!(
        "Benchmark: {:.1} GFLOP/s, {:.1} GB/s.",
        figures.f32_gflops.median, figures.memory_gb_per_s.median
    );
    report.step("benchmark", &text, json!({ "benchmark": figures }))?;

    let staked = provider
        .client
        .ask(Stake {
            device: device.id,
            amount: expected::STAKE,
        })
        .await?;
    provider.wait_for_stake(device.id, expected::STAKE).await?;
    let text = format!("{} (practice) staked.", expected::STAKE);
    report.step(
        "stake",
        &text,
        json!({ "signature": staked.signature, "io": expected::STAKE }),
    )?;

    let mut settings = provider.client.ask(GetSettings {}).await?;
    settings.price = expected::RATE;
    provider.client.ask(SetSettings { settings }).await?;
    let status = provider.client.ask(StartLending {}).await?;
    report.step("lending", "The provider lends.", json!({ "node": status.node }))
}

async fn find_offer(renter: &mut Party, provider: &Party) -> anyhow::Result<ListedOffer> {
    let wallet = provider.address()?;
    renter
        .wait("the offer in the market", async |client| {
            let need = Requirement::default();
            let offers = client.ask(ListOffers { need }).await?;
            Ok(offers
                .into_iter()
                .find(|o| o.offer.provider == wallet && o.available))
        })
        .await
}

/// Quote, review, deploy.
async fn deploy(
    renter: &mut Party,
    offer: &ListedOffer,
    seconds: u64,
    (title, job): (&str, hearth_types::job::Job),
    report: &Report,
) -> anyhow::Result<DeploymentView> {
    // The node says when it is free again; a lease that just closed may still be on its way through the chain.
    let node = offer.offer.node;
    let quote = renter
        .wait("a quote", async |client| {
            match client.ask(RequestQuote { node, seconds }).await {
                Ok(quote) => Ok(Some(quote)),
                Err(error) if error.code == hearth_types::ipc::Code::DeviceBusy => Ok(None),
                Err(error) if error.code == hearth_types::ipc::Code::NoQuote => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await?;
    let review = renter.client.ask(ReviewDeploy { lease: quote.lease }).await?;
    let text = format!(
        "Quote for “{title}”: {} at most, {} s.",
        quote.escrow, quote.max_seconds
    );
    report.step(
        "quote",
        &text,
        json!({ "lease": quote.lease, "escrow": quote.escrow, "review": review.lines }),
    )?;
    let request = hearth_types::ipc::Deploy {
        lease: quote.lease,
        job,
        title: title.to_owned(),
    };
    let deployment = renter.client.ask(request).await?;
    let signature = deployment.lease.open_signature;
    report.step(
        "deployed",
        "Escrow is on chain.",
        json!({ "lease": quote.lease, "signature": signature }),
    )?;
    Ok(deployment)
}

fn tell_end(report: &Report, view: &DeploymentView) -> anyhow::Result<()> {
    let lease = &view.lease;
    let (paid, back) = (lease.paid.unwrap_or(Io::ZERO), lease.refunded.unwrap_or(Io::ZERO));
    let text = format!(
        "“{}” is over ({:?}): {paid} paid, {back} back.",
        view.title, lease.end
    );
    let facts = json!({
        "lease": lease.id, "end": lease.end, "exit_code": view.exit_code, "paid": paid, "refunded": back,
        "signature": lease.close_signature,
        "files": view.files.iter().map(|f| &f.name).collect::<Vec<_>>(),
    });
    report.step("closed", &text, facts)
}

/// A WGSL kernel on the leased device; its numbers are checked.
async fn rent_compute(
    renter: &mut Party,
    offer: &ListedOffer,
    report: &Report,
) -> anyhow::Result<DeploymentView> {
    let job = ("squares on the GPU", jobs::squares());
    let lease = deploy(renter, offer, 60, job, report).await?.lease.id;
    let view = renter.wait_for_refund(lease).await?;
    anyhow::ensure!(
        view.lease.end == Some(EndReason::Finished),
        "the kernel ended with {:?}",
        view.lease
    );
    let request = hearth_types::ipc::GetResultFile {
        lease,
        name: jobs::SQUARES_FILE.into(),
    };
    let file = renter.client.ask(request).await?;
    jobs::check_squares(&file.content.0)?;
    tell_end(report, &view)?;
    Ok(view)
}

/// A command that never ends by itself: the lease runs to its longest time, so its price is known beforehand.
async fn rent_to_the_end(
    renter: &mut Party,
    offer: &ListedOffer,
    report: &Report,
) -> anyhow::Result<DeploymentView> {
    let job = ("a clock", jobs::clock());
    let lease = deploy(renter, offer, expected::EXACT_SECONDS, job, report)
        .await?
        .lease
        .id;
    renter.wait_for_output(lease, "tick 2").await?;
    report.step("output", "Output streams.", json!({ "lease": lease }))?;
    let view = renter.wait_for_refund(lease).await?;
    tell_end(report, &view)?;
    Ok(view)
}

/// The same, stopped by the renter: the rest comes back.
async fn rent_and_stop(
    renter: &mut Party,
    offer: &ListedOffer,
    report: &Report,
) -> anyhow::Result<DeploymentView> {
    let job = ("a clock, stopped", jobs::clock());
    let lease = deploy(renter, offer, 3600, job, report).await?.lease.id;
    renter.wait_for_output(lease, "tick 3").await?;
    renter.client.ask(StopDeployment { lease }).await?;
    let view = renter.wait_for_refund(lease).await?;
    anyhow::ensure!(
        view.lease.end == Some(EndReason::StoppedByRenter),
        "it ended with {:?}",
        view.lease.end
    );
    tell_end(report, &view)?;
    Ok(view)
}
