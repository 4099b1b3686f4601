//! `probe`, `sample` and `snapshot`: looking at GPUs, once, again and again, and into a folder.

use std::io::BufRead as _;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context as _;
use hearth_gpu::detect::{self, Look, Recorded, Roots, Sampler};
use hearth_gpu::snapshot;

use crate::output;

/// Where to look.
#[derive(clap::Args)]
pub(crate) struct Place {
    /// Wake sleeping cards, so that their compute drivers can be asked too.
    #[arg(long)]
    wake: bool,
    /// Another NVIDIA management library than the system's.
    #[arg(long, hide = true, value_name = "FILE")]
    nvml: Option<PathBuf>,
    /// A saved folder in place of what the kernel shows.
    #[arg(long, hide = true, value_name = "DIR")]
    kernel: Option<PathBuf>,
}

impl Place {
    fn look(self) -> Look {
        Look {
            roots: self
                .kernel
                .map_or_else(Roots::live, |folder| Roots::recorded(&folder)),
            nvml: self.nvml,
            wake: self.wake,
        }
    }
}

/// `probe`.
#[derive(clap::Args)]
pub(crate) struct Probe {
    /// Look at a saved folder and at nothing else.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["wake", "nvml", "kernel"])]
    snapshot: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// `snapshot`.
#[derive(clap::Args)]
pub(crate) struct Snapshot {
    /// The folder to write: new or empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Take it from a saved folder, leaving out what a snapshot does not hold.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["wake", "nvml", "kernel"])]
    from: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Prints the GPUs once.
pub(crate) fn probe(options: Probe) -> anyhow::Result<()> {
    if let Some(folder) = &options.snapshot {
        anyhow::ensure!(folder.is_dir(), "{} is no folder", folder.display());
        return output::line(&snapshot::replay(folder));
    }
    let look = options.place.look();
    leave_asleep(&look)?;
    output::line(&detect::detect(&look))
}

/// The request for a reading with the programs that use each card, which costs more.
const WITH_PROGRAMS: &str = "programs";

/// Prints readings: one line for each line that arrives on stdin, until it closes. So the caller's clock decides.
/// The line [`WITH_PROGRAMS`] asks for programs too.
pub(crate) fn sample(place: Place) -> anyhow::Result<()> {
    let mut sampler = Sampler::new(place.look());
    let start = Instant::now();
    for line in std::io::stdin().lock().lines() {
        let request = line.context("reading stdin")?;
        let programs = request.trim() == WITH_PROGRAMS;
        output::line(&sampler.sample(start.elapsed(), programs))?;
    }
    Ok(())
}

/// Saves the GPUs into a folder and prints what was written.
pub(crate) fn save(options: Snapshot) -> anyhow::Result<()> {
    let (roots, answers) = if let Some(from) = &options.from {
        anyhow::ensure!(from.is_dir(), "{} is no folder", from.display());
        (Roots::recorded(from), snapshot::recorded_answers(from))
    } else {
        let look = options.place.look();
        leave_asleep(&look)?;
        let answers: Recorded = snapshot::answers(&look);
        (look.roots, answers)
    };
    output::line(&snapshot::save(&roots, &answers, &options.out)?)
}

/// Starts this program anew with an environment in which drivers leave sleeping cards alone, if there are any.
fn leave_asleep(look: &Look) -> anyhow::Result<()> {
    if look.wake {
        return Ok(());
    }
    #[cfg(unix)]
    if let Some(environment) = detect::environment(&look.roots) {
        use std::os::unix::process::CommandExt as _;
        let program = std::env::current_exe().context("the path of this program")?;
        let mut again = std::process::Command::new(program);
        again.args(std::env::args_os().skip(1)).envs(environment);
        return Err(again.exec()).context("starting anew");
    }
    Ok(())
}
