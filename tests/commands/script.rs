//! `hearth --json …` on one profile: its lines, and how it ended.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::Context as _;
use hearth_tests::{
    daemon::{Daemon, PASSPHRASE},
    process::{PATIENCE, program},
};
use serde_json::Value;

pub(crate) struct Script {
    data_dir: PathBuf,
    /// A file with the wallet's passphrase.
    pub(crate) passphrase: OsString,
}

/// What a command printed on standard output, parsed, and whether it ended well.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) lines: Vec<Value>,
    pub(crate) well: bool,
}

impl Script {
    pub(crate) fn new(daemon: &Daemon, folder: &Path) -> anyhow::Result<Self> {
        use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
        let path = folder.join("passphrase.txt");
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(PASSPHRASE.as_bytes())?;
        Ok(Self {
            data_dir: daemon.data_dir().to_owned(),
            passphrase: path.into(),
        })
    }

    /// Runs a command; every line it prints must be JSON.
    pub(crate) async fn try_run(&self, words: &[&str]) -> anyhow::Result<Said> {
        let mut command = program("hearth")?;
        command.arg("--json").arg("--data-dir").arg(&self.data_dir);
        let words = words.iter().map(|word| match *word {
            "PASSPHRASE_FILE" => self.passphrase.clone(),
            word => word.into(),
        });
        command.args(words).stdin(Stdio::null()).kill_on_drop(true);
        let ended = tokio::time::timeout(PATIENCE, command.output()).await;
        let ended = ended.context("the command did not end")??;
        let text = String::from_utf8(ended.stdout)?;
        let lines = text.lines().map(serde_json::from_str).collect::<Result<_, _>>();
        let lines = lines.with_context(|| format!("not JSON: {text}"))?;
        Ok(Said {
            lines,
            well: ended.status.success(),
        })
    }

    /// The lines of a command that must end well.
    pub(crate) async fn run(&self, words: &[&str]) -> anyhow::Result<Vec<Value>> {
        let said = self.try_run(words).await?;
        anyhow::ensure!(said.well, "{words:?} failed: {:?}", said.lines);
        Ok(said.lines)
    }

    /// The last line of a command that must end well.
    pub(crate) async fn last(&self, words: &[&str]) -> anyhow::Result<Value> {
        let mut lines = self.run(words).await?;
        lines.pop().with_context(|| format!("{words:?} printed nothing"))
    }
}
