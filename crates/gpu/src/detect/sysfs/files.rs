//! Reading small files of the kernel, or of a folder that somebody sent: bounded, and absent rather than an error.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The largest of these files worth reading, bytes.
pub(crate) const MAX_FILE: u64 = 64 * 1024;
/// The most entries of a folder worth looking at.
const MAX_ENTRIES: usize = 4096;

/// The content, cut at [`MAX_FILE`]. Only plain files are opened: a pipe would wait for ever.
pub(crate) fn bytes(path: &Path) -> Option<Vec<u8>> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut content = Vec::new();
    fs::File::open(path)
        .ok()?
        .take(MAX_FILE)
        .read_to_end(&mut content)
        .ok()?;
    Some(content)
}

/// The content as text without space around it. A dump of the kernel's buffer may be padded with NULs.
pub(crate) fn text(path: &Path) -> Option<String> {
    let content = bytes(path)?;
    let text = String::from_utf8_lossy(&content);
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    Some(text.to_owned())
}

/// A whole number in decimals.
pub(super) fn number(path: &Path) -> Option<u64> {
    text(path)?.parse().ok()
}

/// A whole number in decimals that fits 32 bits.
pub(super) fn small_number(path: &Path) -> Option<u32> {
    text(path)?.parse().ok()
}

/// A whole number in decimals, perhaps below zero.
pub(super) fn signed(path: &Path) -> Option<i32> {
    text(path)?.parse().ok()
}

/// A number as the kernel prints PCI registers: `0x1002`.
pub(super) fn hexadecimal(path: &Path) -> Option<u16> {
    u16::from_str_radix(text(path)?.strip_prefix("0x")?, 16).ok()
}

/// Names in a folder, sorted; none when it cannot be listed.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .take(MAX_ENTRIES)
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// Paths in a folder whose name is `prefix` and a number, by that number: `hwmon4`, `tile0`.
pub(crate) fn numbered(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut found: Vec<(u32, String)> = names(folder)
        .into_iter()
        .filter_map(|name| Some((index(&name, prefix, "")?, name)))
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| folder.join(name)).collect()
}

/// The number between `prefix` and `suffix`: 3 in `temp3_input`.
pub(super) fn index(name: &str, prefix: &str, suffix: &str) -> Option<u32> {
    let digits = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}
