//! `hearth snapshot`: what this machine shows of its GPUs, as a folder that can be sent and looked at elsewhere.

use std::{ffi::OsStr, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::output;

/// `hearth snapshot`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder to write: new or empty.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Wake sleeping GPUs to read them too.
    #[arg(long)]
    wake: bool,
}

/// What the runner says it wrote.
#[derive(Serialize, Deserialize)]
struct Saved {
    files: Vec<String>,
    bytes: u64,
}

/// Saves the folder and lists what is in it.
pub(crate) fn run(args: &Args, json: bool) -> anyhow::Result<()> {
    let out = std::path::absolute(&args.out)?;
    let mut arguments: Vec<&OsStr> = vec!["snapshot".as_ref(), "--out".as_ref(), out.as_os_str()];
    if args.wake {
        arguments.push("--wake".as_ref());
    }
    let saved: Saved = super::runner::ask(&arguments)?;
    if json {
        return output::json(&saved);
    }
    for file in &saved.files {
        output::line(file);
    }
    output::line(format!(
        "{} files, {} bytes in {}. Model, driver and readings; no serial numbers, no names of programs.",
        saved.files.len(),
        saved.bytes,
        out.display()
    ));
    output::line(format!(
        "Look at it with “hearth devices --snapshot {}”.",
        out.display()
    ));
    Ok(())
}
