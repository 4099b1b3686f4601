//! A machine in a folder, and real programs to look at.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use hearth_presence::{Display, Look, Places, Presence, Source, SourceState};
use hearth_types::time::UnixMillis;

pub(crate) const NOON: u64 = 1_795_608_000_000;

/// Writes a file and the folders above it.
pub(crate) fn write(root: &Path, path: &str, content: impl AsRef<[u8]>) {
    let file = root.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, content).unwrap();
}

/// Folders of a recorded machine that has neither display nor bus.
pub(crate) fn places(root: &Path) -> Places {
    fs::create_dir_all(root.join("proc")).unwrap();
    Places {
        proc: root.join("proc"),
        sys: root.join("sys"),
        dev: root.join("dev"),
        display: Display::None,
        session_bus: Some("unix:path=/nonexistent/session".into()),
        system_bus: Some("unix:path=/nonexistent/system".into()),
    }
}

/// A look at so many seconds.
pub(crate) fn look_at(presence: &mut Presence, seconds: u64) -> Look {
    let unix = UnixMillis(NOON + seconds * 1_000);
    presence.look(&BTreeSet::new(), Duration::from_secs(seconds), unix)
}

pub(crate) fn state(look: &Look, source: Source) -> &SourceState {
    let found = look.sources.iter().find(|(of, _)| *of == source);
    &found.expect("every source says how it is").1
}

/// A program that ends with the test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program of the system; `None` and a word when it is not there, unless all must be.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file());
    if found.is_none() {
        assert!(
            std::env::var_os("HEARTH_REQUIRE_WINDOW").is_none(),
            "{name} is not installed"
        );
        println!("Skipped: {name} is not installed.");
    }
    found
}

/// Starts a program that prints where it can be reached; the program and its first line.
pub(crate) fn start(program: &Path, arguments: &[&str]) -> (Running, String) {
    let mut child = Command::new(program)
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    let running = Running(child);
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).unwrap();
    (running, line.trim().to_owned())
}
