//! Writing a snapshot.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_types::device::{DeviceState, GpuProcess};

use super::{RECORDED, Saved, SnapshotError, kept};
use crate::detect::Recorded;
use crate::detect::sysfs::{self, Roots, files};

/// The most files of a snapshot.
const MAX_FILES: usize = 8192;
/// The most bytes of a snapshot.
const MAX_BYTES: u64 = 16 << 20;

/// Saves what the kernel shows under `roots`, with what libraries told, into the empty or new folder `out`.
///
/// # Errors
/// When the folder is not empty or cannot be written to, or the machine shows more than a snapshot may hold.
pub fn save(roots: &Roots, recorded: &Recorded, out: &Path) -> Result<Saved, SnapshotError> {
    let mut writer = Writer::new(out)?;
    for card in files::numbered(&roots.drm, "card") {
        let device = card.join("device");
        if let Some(name) = card.file_name() {
            let to = Path::new(name);
            if writer.device(&device, &to.join("device"))? {
                writer.patterns(&card, to, kept::CARD)?;
            }
        }
    }
    if let Some(pci) = &roots.pci {
        for slot in sysfs::slots_without_card(roots, pci) {
            writer.device(&pci.join(&slot), &Path::new("pci").join(&slot))?;
        }
    }
    if let Some(proc) = &roots.proc {
        for (pid, file, content) in sysfs::recordable_uses(proc) {
            let to = PathBuf::from(format!("proc/{pid}/fdinfo/{file}"));
            writer.write(&to, content.as_bytes())?;
        }
    }
    if !(recorded.managed.is_empty() && recorded.adapters.is_empty()) {
        let content = serde_json::to_vec_pretty(&nameless(recorded)).unwrap_or_default();
        writer.write(Path::new(RECORDED), &content)?;
    }
    Ok(writer.saved)
}

/// Names of programs are the owner's affair.
fn nameless(recorded: &Recorded) -> Recorded {
    let mut recorded = recorded.clone();
    for device in recorded.managed.iter_mut().chain(&mut recorded.adapters) {
        for process in device.processes.iter_mut().flatten() {
            *process = GpuProcess {
                name: None,
                ..process.clone()
            };
        }
    }
    recorded
}

struct Writer<'a> {
    out: &'a Path,
    saved: Saved,
}

impl<'a> Writer<'a> {
    fn new(out: &'a Path) -> Result<Self, SnapshotError> {
        fs::create_dir_all(out).map_err(|source| failed(out, source))?;
        let mut entries = fs::read_dir(out).map_err(|source| failed(out, source))?;
        if entries.next().is_some() {
            return Err(SnapshotError::NotEmpty(out.to_owned()));
        }
        Ok(Self {
            out,
            saved: Saved::default(),
        })
    }

    /// Takes a PCI device; whether it was awake, so that the rest may be read too.
    fn device(&mut self, device: &Path, to: &Path) -> Result<bool, SnapshotError> {
        self.patterns(device, to, kept::IDENTITY)?;
        if sysfs::state_of(device) != DeviceState::Active {
            for file in kept::PRESENCE.iter().flat_map(|pattern| expand(device, pattern)) {
                self.write(&to.join(file), &[])?;
            }
            return Ok(false);
        }
        self.patterns(device, to, kept::READINGS)?;
        self.patterns(&sysfs::link_folder(device), to, kept::LINK)?;
        Ok(true)
    }

    fn patterns(&mut self, from: &Path, to: &Path, patterns: &[&str]) -> Result<(), SnapshotError> {
        for file in patterns.iter().flat_map(|pattern| expand(from, pattern)) {
            if let Some(content) = files::bytes(&from.join(&file)) {
                self.write(&to.join(&file), without_padding(&file, &content))?;
            }
        }
        Ok(())
    }

    fn write(&mut self, to: &Path, content: &[u8]) -> Result<(), SnapshotError> {
        self.saved.bytes += u64::try_from(content.len()).unwrap_or(MAX_BYTES);
        if self.saved.files.len() >= MAX_FILES || self.saved.bytes > MAX_BYTES {
            return Err(SnapshotError::TooLarge);
        }
        let path = self.out.join(to);
        let parent = path.parent().unwrap_or(self.out);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, content))
            .map_err(|source| failed(&path, source))?;
        self.saved.files.push(to.to_string_lossy().into_owned());
        Ok(())
    }
}

fn failed(path: &Path, source: std::io::Error) -> SnapshotError {
    SnapshotError::Write {
        path: path.to_owned(),
        source,
    }
}

/// Paths below `folder` that match.
fn expand(folder: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut paths = vec![PathBuf::new()];
    for part in pattern.split('/') {
        paths = paths
            .iter()
            .flat_map(|path| {
                let names = if part.contains('*') {
                    files::names(&folder.join(path))
                } else {
                    vec![part.to_owned()]
                };
                let matching = names.into_iter().filter(|name| kept::matches(name, part));
                matching.map(|name| path.join(name)).collect::<Vec<_>>()
            })
            .filter(|path| folder.join(path).exists())
            .collect();
    }
    paths
}

/// Text without the NULs that a dump of the kernel's buffer ends in. The one binary file is kept as it is.
fn without_padding<'a>(file: &Path, content: &'a [u8]) -> &'a [u8] {
    if file.ends_with("gpu_metrics") {
        return content;
    }
    let end = content
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |last| last + 1);
    &content[..end]
}
