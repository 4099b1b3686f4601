//! A renter that is away when its job ends gets everything when it is back: output, files, exit code, the close.

use anyhow::Context as _;
use hearth_types::{
    ipc::{Deploy, GetDeployment, GetResultFile, ListLeases},
    job::{CommandJob, Job},
    lease::{DeploymentView, EndReason, LeaseStage},
};

use crate::rig::{Rig, with_rig};

const FILE: &str = "answer.txt";
const EXIT_CODE: i32 = 7;

/// Prints two lines four seconds apart, writes a file and exits: within the first ten seconds, which are prepaid.
fn short() -> Job {
    let script = format!("echo begun; sleep 4; echo 42 > {FILE}; echo done; exit {EXIT_CODE}");
    Job::Command(CommandJob {
        program: "sh".into(),
        args: vec!["-c".into(), script],
        files: vec![],
        outputs: vec![FILE.into()],
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_end_of_its_job() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        missed(rig, false).await?;
        missed(rig, true).await
    })
    .await
}

/// With `provider_dies`, what was missed lies on the provider's disk.
async fn missed(rig: &mut Rig, provider_dies: bool) -> anyhow::Result<()> {
    rig.renter.unlock().await?;
    let quote = rig.quote().await?;
    let lease = quote.lease;
    let order = Deploy {
        job: short(),
        title: "a short job".into(),
        ..Rig::order(&quote)
    };
    rig.renter.ask(order).await?;
    rig.wait_for_output(lease, "begun").await?;
    rig.renter.process()?.kill().await?;
    // The provider and the chain are done with the lease before its renter is back.
    rig.provider
        .wait("the lease to close", async |client| {
            let leases = client.ask(ListLeases {}).await?;
            let closed = leases
                .iter()
                .find(|view| view.id == lease && view.stage == LeaseStage::Closed);
            Ok(closed.map(|_| ()))
        })
        .await?;
    if provider_dies {
        rig.provider.kill_and_start().await?;
    }
    rig.renter.start().await?;
    rig.wait_for_stage(lease, LeaseStage::Closed).await?;
    let view: DeploymentView = rig.renter.ask(GetDeployment { lease }).await?;
    let output: String = view.output.iter().map(|chunk| chunk.text.as_str()).collect();
    anyhow::ensure!(output == "begun\ndone\n", "output {output:?}");
    let ended = (view.lease.end, view.exit_code);
    anyhow::ensure!(ended == (Some(EndReason::Finished), Some(EXIT_CODE)), "{ended:?}");
    let name = FILE.to_owned();
    let file = rig.renter.ask(GetResultFile { lease, name }).await?;
    anyhow::ensure!(file.content.0 == b"42\n", "{:?}", file.content.0);
    rig.check().await?;
    // The node keeps nothing that was received.
    let kept = std::fs::read_dir(rig.provider.data_dir().join("results")).context("the results")?;
    anyhow::ensure!(kept.count() == 0, "results are left");
    Ok(())
}
