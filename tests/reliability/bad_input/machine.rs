//! Machines that cannot lend: no GPU, no bubblewrap.

use std::{os::unix::fs::PermissionsExt as _, path::Path};

use hearth_tests::{daemon::Daemon, processes};
use hearth_types::ipc::{Code, GetStatus, ListDevices, StartLending};
use tokio::process::Command;

use super::{expect, money};
use crate::rig::{STAKE, with_rig};

/// Finds nothing.
const EMPTY_RUNNER: &str = "#!/bin/sh\nread -r _ < /dev/null\necho '{\"devices\":[],\"problems\":[]}'\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_gpu() -> anyhow::Result<()> {
    with_rig(async |rig| {
        let before = money(&rig.provider).await?;
        let folder = tempfile::tempdir()?;
        std::fs::copy(processes::program("hearth")?, folder.path().join("hearth"))?;
        let runner = folder.path().join("hearth-runner");
        std::fs::write(&runner, EMPTY_RUNNER)?;
        std::fs::set_permissions(&runner, std::fs::Permissions::from_mode(0o755))?;

        rig.provider.process()?.end().await?;
        let command = rig.provider.command(Some(folder.path()))?;
        rig.provider.start_with(command).await?;
        rig.provider.unlock().await?;
        let devices = rig.provider.ask(ListDevices { refresh: true }).await?;
        anyhow::ensure!(devices.is_empty(), "{devices:?}");
        cannot_lend(&rig.provider, Code::NoDevice).await?;

        rig.provider.process()?.end().await?;
        rig.provider.start().await?;
        rig.provider.unlock().await?;
        anyhow::ensure!(money(&rig.provider).await? == before, "something changed");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_bubblewrap() -> anyhow::Result<()> {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("skipped: hiding bubblewrap needs a mount namespace, and that needs root");
        return Ok(());
    }
    with_rig(async |rig| {
        rig.stake(STAKE).await??;
        let before = money(&rig.provider).await?;
        rig.provider.process()?.end().await?;
        let command = without_programs(
            &rig.provider.command(None)?,
            &["/usr/bin/bwrap", "/usr/local/bin/bwrap"],
        );
        rig.provider.start_with(command).await?;
        rig.provider.unlock().await?;
        cannot_lend(&rig.provider, Code::SandboxUnavailable).await?;

        rig.provider.process()?.kill().await?;
        rig.provider.start().await?;
        rig.provider.unlock().await?;
        anyhow::ensure!(money(&rig.provider).await? == before, "something changed");
        Ok(())
    })
    .await
}

/// The same command where these files are no programs.
fn without_programs(command: &Command, hidden: &[&str]) -> Command {
    let command = command.as_std();
    let there = hidden.iter().filter(|path| Path::new(path).is_file());
    let masks: String = there
        .map(|path| format!("mount --bind /dev/null {path} && "))
        .collect();
    let mut inside = Command::new("unshare");
    inside.args(["--mount", "sh", "-c", &format!("{masks}exec \"$0\" \"$@\"")]);
    inside.arg(command.get_program()).args(command.get_args());
    inside.env_remove("HEARTH_KILL_AT");
    inside
}

async fn cannot_lend(daemon: &Daemon, code: Code) -> anyhow::Result<()> {
    let answer = daemon.ask(StartLending {}).await;
    expect(&answer.err().ok_or(anyhow::anyhow!("it lends"))?, code)?;
    daemon.ask(GetStatus {}).await?;
    Ok(())
}
