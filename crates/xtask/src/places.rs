//! Where things lie.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// Folders of the repository and of this developer's machine.
#[derive(Debug)]
pub(crate) struct Places {
    /// The repository.
    pub(crate) root: PathBuf,
    /// What cargo builds.
    pub(crate) target: PathBuf,
    /// Where developer tools go, shared by all work trees of this user.
    cache: PathBuf,
}

impl Places {
    /// Finds them.
    ///
    /// # Errors
    /// When there is no home folder.
    pub(crate) fn find() -> Result<Self> {
        // As cargo says now, not as it said at build time: checkouts that share a target folder share this program.
        let own = std::env::var_os("CARGO_MANIFEST_DIR").context("run it as “cargo xtask”")?;
        let root = Path::new(&own).join("../..");
        let root = root.canonicalize().context("the repository's folder")?;
        let home = std::env::home_dir().context("no home folder")?;
        let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self {
            root,
            target,
            cache: cache.join("hearth"),
        })
    }

    /// Where `cargo install` puts tools of ours.
    pub(crate) fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// Where npm puts tools of ours.
    pub(crate) fn npm(&self) -> PathBuf {
        self.cache.join("npm")
    }

    /// What cargo builds for wasm32; apart, so that it does not wait for the native build's lock.
    pub(crate) fn wasm_target(&self) -> PathBuf {
        self.target.join("wasm")
    }

    /// The built interface.
    pub(crate) fn ui_dist(&self) -> PathBuf {
        self.root.join("ui/dist")
    }

    /// `PATH` with our tools first.
    ///
    /// # Errors
    /// When a folder's name cannot be part of it.
    pub(crate) fn path(&self) -> Result<OsString> {
        let ours = [self.tools().join("bin"), self.npm().join("node_modules/.bin")];
        let system = std::env::var_os("PATH").unwrap_or_default();
        std::env::join_paths(ours.into_iter().chain(std::env::split_paths(&system))).context("PATH")
    }
}
