//! The command line of bubblewrap: what a workload can see, said once.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use hearth_types::job::Limits;

use super::devices::Devices;

/// Everything of its own, and no way to get more.
pub(super) const NAMESPACES: [&str; 10] = [
    "--unshare-all",
    "--unshare-user",
    "--disable-userns",
    "--die-with-parent",
    "--new-session",
    "--clearenv",
    "--cap-drop",
    "ALL",
    "--hostname",
    "hearth",
];
/// Folder of the job inside.
pub(super) const WORK: &str = "/work";
/// The runner inside.
const RUNNER: &str = "/hearth-runner";
/// The user that a workload has when the daemon is root: nobody.
const NOBODY: u32 = 65_534;
/// The smallest tmpfs worth having, bytes.
const MIN_TMPFS: u64 = 1 << 20;

/// Numbers under which bubblewrap finds its open files.
pub(super) const FILTER_FD: i32 = 10;
pub(super) const PASSWD_FD: i32 = 11;
pub(super) const GROUP_FD: i32 = 12;
pub(super) const RUNNER_FD: i32 = 13;

/// How the runner's program gets inside.
pub(super) enum RunnerProgram<'a> {
    /// Bound from its place.
    Path(&'a Path),
    /// Copied from [`RUNNER_FD`]: as root the daemon may have it where nobody else can look.
    OpenFile,
}

/// Arguments for one workload, the runner's own included.
pub(super) fn arguments(
    runner: &RunnerProgram<'_>,
    devices: &Devices,
    limits: &Limits,
    runner_limits: &[String],
) -> Vec<OsString> {
    let mut args = Arguments(NAMESPACES.iter().map(OsString::from).collect());
    args.0.extend(system());
    for (name, value) in [
        ("PATH", "/usr/bin:/bin"),
        ("HOME", WORK),
        ("TMPDIR", "/tmp"),
        ("XDG_RUNTIME_DIR", "/tmp"),
        ("LANG", "C.UTF-8"),
    ] {
        args.add(["--setenv", name, value]);
    }
    args.add([
        "--perms",
        "0444",
        "--ro-bind-data",
        &PASSWD_FD.to_string(),
        "/etc/passwd",
    ]);
    args.add([
        "--perms",
        "0444",
        "--ro-bind-data",
        &GROUP_FD.to_string(),
        "/etc/group",
    ]);
    args.add(["--proc", "/proc", "--dev", "/dev"]);
    for node in &devices.nodes {
        args.bind("--dev-bind", node);
    }
    for folder in &devices.folders {
        args.bind("--ro-bind", folder);
    }
    for (link, target) in &devices.links {
        args.0.extend(["--symlink".into(), target.into(), link.into()]);
    }
    // Memory, all of it: counted as the workload's.
    for (folder, bytes) in [
        ("/dev/shm", limits.memory_bytes / 4),
        ("/tmp", limits.memory_bytes / 2),
        (WORK, limits.memory_bytes / 2),
    ] {
        args.add(["--size", &bytes.max(MIN_TMPFS).to_string(), "--tmpfs", folder]);
    }
    match runner {
        RunnerProgram::Path(path) => args.0.extend(["--ro-bind".into(), path.into(), RUNNER.into()]),
        RunnerProgram::OpenFile => {
            args.add([
                "--perms",
                "0555",
                "--ro-bind-data",
                &RUNNER_FD.to_string(),
                RUNNER,
            ]);
        }
    }
    args.add(["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK]);
    args.add([
        "--seccomp",
        &FILTER_FD.to_string(),
        "--",
        RUNNER,
        "work",
        "--work-dir",
        WORK,
    ]);
    args.0.extend(runner_limits.iter().map(OsString::from));
    args.0
}

/// Read-only programs and libraries of the host, and nothing else of it.
pub(super) fn system() -> Vec<OsString> {
    let mut args = Arguments(Vec::new());
    args.bind("--ro-bind", Path::new("/usr"));
    for name in ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] {
        let path = Path::new(name);
        match fs::read_link(path) {
            Ok(target) => args.0.extend(["--symlink".into(), target.into(), name.into()]),
            Err(_) if path.is_dir() => args.bind("--ro-bind", path),
            Err(_) => {}
        }
    }
    for path in [
        "/etc/ld.so.cache",
        "/etc/alternatives",
        "/etc/ssl/certs",
        "/etc/ca-certificates",
        "/etc/pki/tls/certs",
        "/etc/pki/ca-trust/extracted",
        "/etc/vulkan/icd.d",
        "/etc/OpenCL/vendors",
    ] {
        args.bind("--ro-bind-try", Path::new(path));
    }
    args.0
}

/// As root, runs bubblewrap as nobody with the group that may open `nodes`: a workload must not have root's number,
/// which owns most of what even a sandbox can see.
pub(super) fn as_ordinary_user(command: &mut Command, nodes: &[PathBuf]) {
    if nix::unistd::geteuid().is_root() {
        let (user, group) = identity(nodes);
        command.uid(user).gid(group);
    }
}

/// User and group numbers of the workload.
pub(super) fn identity(nodes: &[PathBuf]) -> (u32, u32) {
    if nix::unistd::geteuid().is_root() {
        let group = nodes
            .first()
            .and_then(|node| fs::metadata(node).ok())
            .map(|about| about.gid());
        (NOBODY, group.filter(|group| *group != 0).unwrap_or(NOBODY))
    } else {
        (nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw())
    }
}

struct Arguments(Vec<OsString>);

impl Arguments {
    fn add<const N: usize>(&mut self, arguments: [&str; N]) {
        self.0.extend(arguments.map(OsString::from));
    }

    fn bind(&mut self, how: &str, path: &Path) {
        self.0.extend([how.into(), path.into(), path.into()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_owner_is_bound() {
        let args = arguments(
            &RunnerProgram::OpenFile,
            &Devices::default(),
            &Limits::default(),
            &[],
        );
        let sources: Vec<_> = args
            .windows(2)
            .filter(|w| w[0].to_string_lossy().contains("bind"))
            .collect();
        for forbidden in [
            "/", "/home", "/root", "/run", "/var", "/etc", "/sys", "/tmp", "/dev", "/dev/dri",
        ] {
            assert!(sources.iter().all(|w| w[1] != forbidden), "{forbidden} is bound");
        }
        assert!(args.iter().any(|a| a == "--unshare-all") && !args.iter().any(|a| a == "--share-net"));
    }
}
