//! Where things lie: the data folder, the socket, the programs beside this one, the interface's files.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// The user's data folder for a profile.
///
/// # Errors
/// When the system knows no home folder and none is given.
pub(crate) fn data_dir(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(dir) = given {
        return std::path::absolute(dir).context("the data folder's path");
    }
    let dirs = directories::ProjectDirs::from("org", "hearth", "Hearth");
    let dirs = dirs.context("No home folder is known. Name a data folder with --data-dir.")?;
    Ok(dirs.data_local_dir().to_owned())
}

/// The practice network's folder: the profile's own unless given.
pub(crate) fn practice_dir(given: Option<&Path>, data_dir: &Path) -> anyhow::Result<PathBuf> {
    match given {
        Some(dir) => std::path::absolute(dir).context("the practice network's path"),
        None => Ok(data_dir.join("practice")),
    }
}

/// A program that ships beside this one.
pub(crate) fn sibling(name: &str) -> anyhow::Result<PathBuf> {
    let exe = std::env::current_exe().context("the path of this program")?;
    let folder = exe.parent().context("the folder of this program")?;
    Ok(folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// The folder with the interface's files, for browsers; `None` when it was not built or shipped.
pub(crate) fn ui_dir() -> Option<PathBuf> {
    let named = std::env::var_os("HEARTH_UI_DIR").map(PathBuf::from);
    let exe = std::env::current_exe().ok();
    let shipped = exe
        .as_deref()
        .and_then(Path::parent)
        .map(|bin| bin.join("../share/hearth/ui"));
    [named, shipped]
        .into_iter()
        .flatten()
        .find(|dir| dir.join("index.html").is_file())
}
