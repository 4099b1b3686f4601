//! Small files of the kernel: bounded, and absent rather than an error.

use std::{
    fs::{self, File},
    io::Read as _,
    path::Path,
};

/// The largest of these files worth reading, bytes.
const MAX_FILE: u64 = 16 * 1024;

/// The content as text without space around it.
pub(super) fn text(path: &Path) -> Option<String> {
    let mut content = Vec::new();
    File::open(path)
        .ok()?
        .take(MAX_FILE)
        .read_to_end(&mut content)
        .ok()?;
    Some(String::from_utf8_lossy(&content).trim().to_owned())
}

/// Names in a folder, sorted; `None` when it cannot be listed.
pub(super) fn names(folder: &Path) -> Option<Vec<String>> {
    let entries = fs::read_dir(folder).ok()?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    Some(names)
}

/// A process's short name. What runs Windows programs is named by the program that it runs.
pub(super) fn program_name(proc: &Path, pid: u32) -> Option<String> {
    let folder = proc.join(pid.to_string());
    let name = text(&folder.join("comm")).filter(|name| !name.is_empty())?;
    if !name.contains("preloader") {
        return Some(name);
    }
    let line = text(&folder.join("cmdline"))?;
    let first = line.split('\0').next().unwrap_or_default();
    let file = first.rsplit(['/', '\\']).next().filter(|file| !file.is_empty());
    Some(file.unwrap_or(&name).to_owned())
}
