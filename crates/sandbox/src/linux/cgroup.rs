//! Control groups: the kernel's own limits, where this user may have them.
//!
//! Version 1 as root; version 2 as root or in a delegated subtree; for an ordinary user a transient scope of the
//! user's systemd, which is a version 2 group that the user owns.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use hearth_types::job::Limits;

use crate::SandboxError;

const ROOT: &str = "/sys/fs/cgroup";
/// Begins the name of every group of ours; the number of the daemon follows.
const PREFIX: &str = "hearth-";
/// bubblewrap's two processes and the runner's own threads, beyond what the workload may have.
pub(super) const OWN_PROCESSES: u32 = 8;
/// CPU period, microseconds.
const PERIOD_US: u64 = 100_000;
/// Controllers of version 1 that a group is made in.
const V1: [&str; 4] = ["memory", "pids", "cpu", "freezer"];

/// Where groups for workloads can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parent {
    /// One folder a controller, in the order of [`V1`]; the CPU's may be missing.
    V1(Vec<(&'static str, PathBuf)>),
    /// One folder for all.
    V2(PathBuf),
}

/// The group of one workload.
#[derive(Debug)]
pub(super) enum Group {
    /// Folders by controller.
    V1(Vec<(&'static str, PathBuf)>),
    /// One folder.
    V2(PathBuf),
}

impl Parent {
    /// Finds one by trying: mount options and delegation cannot be told from modes alone.
    pub(super) fn find() -> Option<Self> {
        let own = fs::read_to_string("/proc/self/cgroup").ok()?;
        let candidates = [v1(&own), v2(&own), v2_root()];
        candidates.into_iter().flatten().find(Self::works)
    }

    /// Removes groups that a daemon which died left behind.
    pub(super) fn sweep(&self) {
        let folders: Vec<&PathBuf> = match self {
            Self::V1(folders) => folders.iter().map(|(_, folder)| folder).collect(),
            Self::V2(folder) => vec![folder],
        };
        for entry in folders.into_iter().flat_map(fs::read_dir).flatten().flatten() {
            let name = entry.file_name();
            let maker = name
                .to_str()
                .and_then(|name| name.strip_prefix(PREFIX)?.split('-').next());
            if maker.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
                // The kernel refuses while processes are in it.
                let _ = fs::remove_dir(entry.path());
            }
        }
    }

    fn works(&self) -> bool {
        let limits = Limits::default();
        self.make(&limits).is_ok_and(|group| {
            group.remove();
            true
        })
    }

    /// Makes a limited, empty group.
    pub(super) fn make(&self, limits: &Limits) -> Result<Group, SandboxError> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "{PREFIX}{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let group = match self {
            Self::V1(folders) => Group::V1(
                folders
                    .iter()
                    .map(|(c, folder)| (*c, folder.join(&name)))
                    .collect(),
            ),
            Self::V2(folder) => Group::V2(folder.join(&name)),
        };
        let made = group
            .folders()
            .into_iter()
            .try_for_each(|folder| fs::create_dir(folder).map_err(|source| cgroup_error(folder, source)));
        match made.and_then(|()| group.limit(limits)) {
            Ok(()) => Ok(group),
            Err(error) => {
                group.remove();
                Err(error)
            }
        }
    }
}

fn cgroup_error(path: &Path, source: io::Error) -> SandboxError {
    SandboxError::Cgroup {
        path: path.to_owned(),
        source,
    }
}

fn write(path: &Path, value: &str) -> Result<(), SandboxError> {
    fs::write(path, value).map_err(|source| cgroup_error(path, source))
}

/// This process's folder in each version 1 hierarchy.
fn v1(own: &str) -> Option<Parent> {
    let folder = |controller: &'static str| {
        let line = own.lines().find_map(|line| {
            let (_, rest) = line.split_once(':')?;
            let (controllers, path) = rest.split_once(':')?;
            controllers.split(',').any(|c| c == controller).then_some(path)
        })?;
        let path = Path::new(ROOT)
            .join(controller)
            .join(line.trim_start_matches('/'));
        path.is_dir().then_some((controller, path))
    };
    let found: Vec<_> = V1.into_iter().filter_map(folder).collect();
    let has = |controller| found.iter().any(|(c, _)| *c == controller);
    (has("memory") && has("pids")).then_some(Parent::V1(found))
}

/// This process's own version 2 group, when groups below it may be limited.
fn v2(own: &str) -> Option<Parent> {
    let path = own.lines().find_map(|line| line.strip_prefix("0::"))?;
    delegated(Path::new(ROOT).join(path.trim_start_matches('/')))
}

/// For root outside any delegation: a folder of our own at the top.
fn v2_root() -> Option<Parent> {
    let folder = Path::new(ROOT).join("hearth");
    if Path::new(ROOT).join("cgroup.controllers").exists() && nix::unistd::geteuid().is_root() {
        let _ = fs::create_dir(&folder);
    }
    delegated(folder)
}

fn delegated(folder: PathBuf) -> Option<Parent> {
    let enabled = |file: &str| fs::read_to_string(folder.join(file)).unwrap_or_default();
    let has = |list: &str| {
        ["memory", "pids"]
            .iter()
            .all(|c| list.split_whitespace().any(|w| w == *c))
    };
    if !has(&enabled("cgroup.subtree_control")) {
        // Refused when processes live in the group itself; then the next candidate is tried.
        fs::write(folder.join("cgroup.subtree_control"), "+memory +pids +cpu")
            .or_else(|_| fs::write(folder.join("cgroup.subtree_control"), "+memory +pids"))
            .ok()?;
    }
    has(&enabled("cgroup.subtree_control")).then_some(Parent::V2(folder))
}

impl Group {
    /// The group of the scope `name` when the process is in it.
    pub(super) fn of_scope(pid: u32, name: &str) -> Option<Self> {
        let content = fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
        let path = content.lines().find_map(|line| line.strip_prefix("0::"))?;
        let folder = Path::new(ROOT).join(path.trim_start_matches('/'));
        folder.ends_with(name).then_some(Self::V2(folder))
    }

    /// Whether both limits that lending requires are in force.
    pub(super) fn limits_memory_and_processes(&self) -> bool {
        let memory = match self {
            Self::V1(_) => "memory.limit_in_bytes",
            Self::V2(_) => "memory.max",
        };
        let is_number = |controller: &str, name: &str| {
            self.file(controller, name)
                .and_then(|path| fs::read_to_string(path).ok())
                .is_some_and(|limit| limit.trim().parse::<u64>().is_ok())
        };
        is_number("memory", memory) && is_number("pids", "pids.max")
    }

    fn folders(&self) -> Vec<&PathBuf> {
        match self {
            Self::V1(folders) => folders.iter().map(|(_, folder)| folder).collect(),
            Self::V2(folder) => vec![folder],
        }
    }

    fn file(&self, controller: &str, name: &str) -> Option<PathBuf> {
        match self {
            Self::V1(folders) => folders
                .iter()
                .find(|(c, _)| *c == controller)
                .map(|(_, folder)| folder.join(name)),
            Self::V2(folder) => Some(folder.join(name)),
        }
    }

    fn limit(&self, limits: &Limits) -> Result<(), SandboxError> {
        let processes = limits.processes.saturating_add(OWN_PROCESSES).to_string();
        let memory = limits.memory_bytes.to_string();
        let quota = (u64::from(limits.cpu_millis) * PERIOD_US / 1000).max(1000);
        let must = |controller: &str, name: &str, value: &str| {
            self.file(controller, name)
                .map_or(Ok(()), |path| write(&path, value))
        };
        // The CPU controller and swap accounting are not everywhere; the checklist names them.
        let may = |controller: &str, name: &str, value: &str| {
            let _ = must(controller, name, value);
        };
        must("pids", "pids.max", &processes)?;
        match self {
            Self::V1(_) => {
                must("memory", "memory.limit_in_bytes", &memory)?;
                may("memory", "memory.memsw.limit_in_bytes", &memory);
                may("cpu", "cpu.cfs_period_us", &PERIOD_US.to_string());
                may("cpu", "cpu.cfs_quota_us", &quota.to_string());
            }
            Self::V2(_) => {
                must("memory", "memory.max", &memory)?;
                may("memory", "memory.swap.max", "0");
                may("memory", "memory.oom.group", "1");
                may("cpu", "cpu.max", &format!("{quota} {PERIOD_US}"));
            }
        }
        Ok(())
    }

    /// Whether the share of the CPU is limited.
    pub(super) fn limits_cpu(&self) -> bool {
        match self {
            Self::V1(folders) => folders.iter().any(|(c, folder)| {
                *c == "cpu"
                    && fs::read_to_string(folder.join("cpu.cfs_quota_us")).is_ok_and(|q| q.trim() != "-1")
            }),
            Self::V2(folder) => {
                fs::read_to_string(folder.join("cpu.max")).is_ok_and(|max| !max.starts_with("max"))
            }
        }
    }

    /// Moves a process with all its threads in.
    pub(super) fn add(&self, pid: u32) -> Result<(), SandboxError> {
        self.folders()
            .into_iter()
            .try_for_each(|folder| write(&folder.join("cgroup.procs"), &pid.to_string()))
    }

    /// Whether a process is in every hierarchy of the group.
    pub(super) fn has(&self, pid: u32) -> bool {
        self.folders().into_iter().all(|folder| {
            fs::read_to_string(folder.join("cgroup.procs"))
                .is_ok_and(|pids| pids.lines().any(|line| line == pid.to_string()))
        })
    }

    /// Kills everything in the group at once. Files of the kernel only: no disk, no network, no lock.
    pub(super) fn kill(&self) {
        let kill_pids = |folder: &Path| {
            let pids = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
            for pid in pids
                .lines()
                .filter_map(|line| line.parse().ok())
                .filter(|pid| *pid > 1)
            {
                let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::SIGKILL);
            }
        };
        match self {
            Self::V2(folder) => {
                // Kernels before 5.14 have no cgroup.kill.
                if fs::write(folder.join("cgroup.kill"), "1").is_err() {
                    let _ = fs::write(folder.join("cgroup.freeze"), "1");
                    kill_pids(folder);
                    let _ = fs::write(folder.join("cgroup.freeze"), "0");
                }
            }
            Self::V1(folders) => {
                let freezer = self.file("freezer", "freezer.state");
                if let Some(state) = &freezer {
                    let _ = fs::write(state, "FROZEN");
                }
                if let Some((_, folder)) = folders.first() {
                    kill_pids(folder);
                }
                // A frozen process of version 1 takes no signal, not even this one, until it thaws.
                if let Some(state) = &freezer {
                    let _ = fs::write(state, "THAWED");
                }
            }
        }
    }

    /// The most memory held at once, bytes.
    pub(super) fn peak_memory(&self) -> Option<u64> {
        let name = match self {
            Self::V1(_) => "memory.max_usage_in_bytes",
            Self::V2(_) => "memory.peak",
        };
        fs::read_to_string(self.file("memory", name)?)
            .ok()?
            .trim()
            .parse()
            .ok()
    }

    /// How often the kernel killed for want of memory.
    pub(super) fn out_of_memory(&self) -> u64 {
        let name = match self {
            Self::V1(_) => "memory.oom_control",
            Self::V2(_) => "memory.events",
        };
        let Some(path) = self.file("memory", name) else {
            return 0;
        };
        let content = fs::read_to_string(path).unwrap_or_default();
        let count = content.lines().find_map(|line| line.strip_prefix("oom_kill "));
        count.and_then(|count| count.trim().parse().ok()).unwrap_or(0)
    }

    /// Whether no process is left.
    pub(super) fn is_empty(&self) -> bool {
        self.folders().into_iter().all(|folder| {
            fs::read_to_string(folder.join("cgroup.procs")).map_or(true, |pids| pids.trim().is_empty())
        })
    }

    /// Removes the folders; the kernel refuses while processes are left.
    pub(super) fn remove(&self) {
        for folder in self.folders() {
            let _ = fs::remove_dir(folder);
        }
    }
}
