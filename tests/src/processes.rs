//! Every process of one test, found again whoever started it, and gone when the test is over.
//!
//! Programs here start other programs that outlive them on purpose: the window starts the daemon, the daemon the
//! practice network. A process group would not hold them; a mark in the environment, which every child inherits, does.

use std::{
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// Name of the environment variable that marks the processes of a test.
const MARK: &str = "HEARTH_TEST_HOUSEHOLD";
/// How long killed processes may take to be gone.
const GONE_WITHIN: Duration = Duration::from_secs(10);

/// The folder with the programs: `HEARTH_BIN_DIR`, else the one that this test was built in.
///
/// # Errors
/// When the test does not lie in a target folder.
pub fn programs() -> io::Result<PathBuf> {
    if let Some(named) = std::env::var_os("HEARTH_BIN_DIR") {
        return Ok(named.into());
    }
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(Path::parent);
    folder
        .map(Path::to_owned)
        .ok_or_else(|| io::Error::other("the test does not lie in target/<profile>/deps"))
}

/// A program built beside this test.
///
/// # Errors
/// When it was not built.
pub fn program(name: &str) -> io::Result<PathBuf> {
    let path = programs()?.join(name);
    if path.is_file() {
        return Ok(path);
    }
    let why = format!(
        "{} is missing: build it with “cargo build -p {name}”",
        path.display()
    );
    Err(io::Error::new(io::ErrorKind::NotFound, why))
}

/// A program on the PATH or among the tools that `cargo xtask` installs; `None` when it is nowhere.
#[must_use]
pub fn tool(name: &str) -> Option<PathBuf> {
    let tools = std::env::home_dir().map(|home| home.join(".cache/hearth/tools/bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(tools)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// A home of its own for the programs of one test. Dropping it kills them all and removes the folder.
#[derive(Debug)]
pub struct Household {
    folder: tempfile::TempDir,
}

impl Household {
    /// Makes an empty home.
    ///
    /// # Errors
    /// When the temporary folder cannot be made.
    pub fn new() -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("hearth-test-").tempdir()?;
        for name in ["home", "run", "data"] {
            create_private(&folder.path().join(name))?;
        }
        Ok(Self { folder })
    }

    /// The data folder of the daemon.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The home folder of its programs.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A new empty folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.folder.path().join(name);
        create_private(&path)?;
        Ok(path)
    }

    /// A command in this home: it and all it starts die with the household. Nothing of the person who runs the test
    /// is seen or written.
    #[must_use]
    pub fn command(&self, program: &Path) -> tokio::process::Command {
        let home = self.home();
        let mut command = tokio::process::Command::new(program);
        command
            .env(MARK, self.folder.path())
            .env("HOME", &home)
            .env("XDG_RUNTIME_DIR", self.folder.path().join("run"))
            .env("HEARTH_DATA_DIR", self.data_dir())
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_CACHE_HOME")
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdin(std::process::Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        command
    }

    /// The living processes that carry this household's mark, with the name of each.
    #[must_use]
    pub fn members(&self) -> Vec<(Pid, String)> {
        let mark = format!("{MARK}={}", self.folder.path().display());
        let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        all.filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            // Gone meanwhile, or another person's: not ours.
            let environment = std::fs::read(entry.path().join("environ")).ok()?;
            let name = std::fs::read_to_string(entry.path().join("comm")).ok()?;
            environment
                .split(|byte| *byte == 0)
                .any(|variable| variable == mark.as_bytes())
                .then(|| (Pid::from_raw(pid), name.trim().to_owned()))
        })
        .collect()
    }

    /// Kills the members of that name, as the system would when memory runs out.
    ///
    /// # Errors
    /// When there is none.
    pub fn kill(&self, name: &str) -> io::Result<()> {
        let members = self.members().into_iter().filter(|(_, its)| its == name);
        let killed = members
            .filter(|(pid, _)| kill(*pid, Signal::SIGKILL).is_ok())
            .count();
        match killed {
            0 => Err(io::Error::other(format!("no process is called {name}"))),
            _ => Ok(()),
        }
    }
}

impl Drop for Household {
    fn drop(&mut self) {
        let deadline = Instant::now() + GONE_WITHIN;
        // One that is killed may just have started another.
        while Instant::now() < deadline {
            let members = self.members();
            if members.is_empty() {
                return;
            }
            for (pid, _) in members {
                // It may have ended by itself.
                let _gone = kill(pid, Signal::SIGKILL);
            }
            std::thread::yield_now();
        }
    }
}

fn create_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().mode(0o700).create(path)
}
