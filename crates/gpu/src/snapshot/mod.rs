//! A machine's GPUs as a folder: saved from what runs, looked at anywhere.
//!
//! The folder holds `cardN/device/…` as `/sys/class/drm` shows it, `pci/SLOT/…` for cards without a driver,
//! `proc/N/fdinfo/…` for programs that use a card, and [`RECORDED`] for what libraries told. Only the files that
//! the module `kept` lists are taken, each cut at 64 KiB: no serial numbers, no firmware, no settings, no names of programs.

mod kept;
mod save;

use std::path::{Path, PathBuf};

use hearth_types::device::{Detection, Source, SourceProblem};
use serde::{Deserialize, Serialize};

use crate::detect::sysfs::files;
use crate::detect::{self, Look, Recorded, Roots, merge, sysfs};

pub use save::save;

/// Name of the file with what libraries told.
pub const RECORDED: &str = "recorded.json";

/// What was saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Paths within the folder, in order.
    pub files: Vec<String>,
    /// Their size together, bytes.
    pub bytes: u64,
}

/// Why nothing, or not all, was saved.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The folder holds something already.
    #[error("the folder {0} is not empty")]
    NotEmpty(PathBuf),
    /// The folder cannot be written to.
    #[error("writing {path}")]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// The system's word for it.
        #[source]
        source: std::io::Error,
    },
    /// The machine shows more than any should.
    #[error("the machine shows more GPU files than a snapshot may hold")]
    TooLarge,
}

/// What libraries and compute drivers say on this machine, to be saved with what the kernel shows.
#[must_use]
pub fn answers(look: &Look) -> Recorded {
    detect::ask(look).1
}

/// What libraries told when a folder was saved; nothing when that is missing or damaged.
#[must_use]
pub fn recorded_answers(folder: &Path) -> Recorded {
    recorded(folder).unwrap_or_default()
}

/// Looks at a saved folder. Whatever is missing or damaged in it is absent from the answer.
#[must_use]
pub fn replay(folder: &Path) -> Detection {
    let mut problems = Vec::new();
    let cards = sysfs::read(&Roots::recorded(folder));
    let recorded = recorded(folder).unwrap_or_else(|message| {
        problems.push(SourceProblem {
            source: Source::Nvml,
            message,
        });
        Recorded::default()
    });
    Detection {
        devices: merge::merge(cards, recorded.managed, recorded.adapters),
        problems,
    }
}

/// The libraries' answers in a folder: none when it has no such file, a sentence when that is damaged.
fn recorded(folder: &Path) -> Result<Recorded, String> {
    let path = folder.join(RECORDED);
    let Some(content) = files::bytes(&path) else {
        return Ok(Recorded::default());
    };
    serde_json::from_slice(&content).map_err(|error| format!("{RECORDED} cannot be read ({error})."))
}
