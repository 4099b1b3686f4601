//! Limits that the runner lays on itself and thereby on everything it starts; none can be raised again.

use nix::sys::resource::{Resource, setrlimit};

use super::Options;

/// Open files of one process.
const MAX_OPEN_FILES: u64 = 4096;

/// Applies them before any byte of the job is read.
pub(super) fn apply(options: &Options) -> nix::Result<()> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    let (_, hard) = nix::sys::resource::getrlimit(Resource::RLIMIT_NOFILE)?;
    let files = MAX_OPEN_FILES.min(hard);
    setrlimit(Resource::RLIMIT_NOFILE, files, files)?;
    let asked = [
        // Counted per user namespace, and this one is the workload's own.
        (Resource::RLIMIT_NPROC, options.max_processes),
        // Not RLIMIT_AS: GPU drivers reserve address space by the terabyte without using it.
        (Resource::RLIMIT_DATA, options.max_data_bytes),
        (Resource::RLIMIT_FSIZE, options.max_file_bytes),
    ];
    for (resource, limit) in asked {
        if let Some(limit) = limit {
            setrlimit(resource, limit, limit)?;
        }
    }
    Ok(())
}
