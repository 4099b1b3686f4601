//! Where the daemon lives.

use std::{
    env,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::PathBuf,
};

use anyhow::Context as _;

/// Where the daemon lives.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The profile's data folder.
    pub(crate) data_dir: PathBuf,
    /// The daemon's program.
    pub(crate) daemon: PathBuf,
    /// The folder was named, so this is not the user's own profile.
    named: bool,
}

impl Place {
    /// `HEARTH_DATA_DIR` names another profile, `HEARTH_DAEMON` another program than the one beside this.
    ///
    /// # Errors
    /// When the system knows no home folder and none is named.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let named = env::var_os("HEARTH_DATA_DIR").filter(|dir| !dir.is_empty());
        let data_dir = match &named {
            Some(dir) => std::path::absolute(dir).context("the data folder's path")?,
            None => directories::ProjectDirs::from("org", "hearth", "Hearth")
                .context("No home folder is known. Name a data folder in HEARTH_DATA_DIR.")?
                .data_local_dir()
                .to_owned(),
        };
        let daemon = match env::var_os("HEARTH_DAEMON") {
            Some(program) => program.into(),
            None => env::current_exe()
                .context("the path of this program")?
                .with_file_name(format!("hearth{}", env::consts::EXE_SUFFIX)),
        };
        Ok(Self {
            data_dir,
            daemon,
            named: named.is_some(),
        })
    }

    /// A place of a test's choice.
    #[cfg(test)]
    pub(crate) fn of(data_dir: PathBuf, daemon: PathBuf) -> Self {
        Self {
            data_dir,
            daemon,
            named: true,
        }
    }

    /// What tells this profile's windows from those of others.
    pub(crate) fn profile_suffix(&self) -> String {
        if !self.named {
            return String::new();
        }
        let mut hasher = DefaultHasher::new();
        self.data_dir.hash(&mut hasher);
        format!(".p{:016x}", hasher.finish())
    }
}
