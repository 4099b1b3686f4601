//! Recorded machines, and folders made of them.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the recorded machines lie.
pub(crate) fn recorded() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

/// Names of all recorded machines.
pub(crate) fn machines() -> Vec<String> {
    let entries = fs::read_dir(recorded()).unwrap().map(Result::unwrap);
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Every file below a folder, as paths within it, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(inner) = open.pop() {
        for entry in fs::read_dir(folder.join(&inner)).unwrap() {
            let entry = entry.unwrap();
            let path = inner.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Copies a recorded machine, so that a test may change it.
pub(crate) fn copy(machine: &str, to: &Path) {
    let from = recorded().join(machine);
    for file in files(&from) {
        write(to, &file, &fs::read(from.join(&file)).unwrap());
    }
}

/// Writes one file and the folders above it.
pub(crate) fn write(folder: &Path, file: impl AsRef<Path>, content: &[u8]) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}
