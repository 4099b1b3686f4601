//! Secrets for a command: from a file that only its owner may read, or from standard input; never from the command
//! line, which every process of the machine can see.

use std::{
    fs::File,
    io::{BufRead as _, IsTerminal as _, Read as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use hearth_types::ipc::{Code, IpcError, KeyProtection, Secret};

/// The longest secret: a key file has about 230 characters.
const MAX_BYTES: u64 = 4096;

/// How a new wallet's key is kept.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Protected {
    /// Keep the key in the system's keychain.
    #[arg(long)]
    keychain: bool,
    /// Encrypt the key with the passphrase in this file (mode 0600), or from standard input with “-”.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

impl Protected {
    /// Reads the passphrase, when there is one.
    ///
    /// # Errors
    /// As [`first_line`].
    pub(crate) fn read(&self) -> anyhow::Result<KeyProtection> {
        match &self.passphrase_file {
            Some(file) => Ok(KeyProtection::Passphrase(first_line(file)?)),
            None => Ok(KeyProtection::Keychain),
        }
    }
}

/// The first line of a file, or of standard input for “-”.
///
/// # Errors
/// When it cannot be read, other users may read it, or standard input is a terminal, which would show it.
pub(crate) fn first_line(path: &Path) -> anyhow::Result<Secret> {
    if path != Path::new("-") {
        let text = whole(path)?;
        return Ok(Secret(text.0.lines().next().unwrap_or_default().to_owned()));
    }
    let input = std::io::stdin();
    refuse_terminal(input.is_terminal())?;
    let mut line = String::new();
    input
        .lock()
        .take(MAX_BYTES)
        .read_line(&mut line)
        .context("standard input")?;
    Ok(Secret(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// All of a file, or of standard input for “-”.
///
/// # Errors
/// As [`first_line`].
pub(crate) fn whole(path: &Path) -> anyhow::Result<Secret> {
    let mut text = String::new();
    if path == Path::new("-") {
        let input = std::io::stdin();
        refuse_terminal(input.is_terminal())?;
        input
            .lock()
            .take(MAX_BYTES)
            .read_to_string(&mut text)
            .context("standard input")?;
    } else {
        let file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
        refuse_open_file(path, &file)?;
        file.take(MAX_BYTES)
            .read_to_string(&mut text)
            .with_context(|| format!("reading {}", path.display()))?;
    }
    Ok(Secret(text))
}

fn refuse_terminal(terminal: bool) -> Result<(), IpcError> {
    if terminal {
        let text = "A secret typed here would be shown on the screen.";
        return Err(IpcError::new(Code::BadRequest, text)
            .mend("Put it into a file that only you may read, or pipe it in."));
    }
    Ok(())
}

#[cfg(unix)]
fn refuse_open_file(path: &Path, file: &File) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = file.metadata()?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let text = format!("{} is open to other users (mode {mode:o}).", path.display());
        return Err(IpcError::new(Code::KeyStorage, text)
            .mend("Allow only your own user to read it (chmod 600).")
            .into());
    }
    Ok(())
}

/// Elsewhere a file inherits its folder's access list.
#[cfg(not(unix))]
fn refuse_open_file(_: &Path, _: &File) -> anyhow::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pass.txt");
        std::fs::write(&path, "correct horse\nsecond line\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let error = first_line(&path).unwrap_err();
        let known = error.downcast_ref::<IpcError>().unwrap();
        assert_eq!(known.code, Code::KeyStorage);
        assert!(!format!("{error:?}").contains("horse"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(first_line(&path).unwrap().0, "correct horse");
        assert!(whole(&path).unwrap().0.contains("second line"));
    }
}
