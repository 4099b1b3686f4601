//! What this machine can enforce, found out by trying, and how to mend what it cannot.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hearth_types::job::Limits;
use hearth_types::readiness::{Check, CheckKind, CheckState};

use super::bubblewrap;
use super::cgroup::{Group, Parent};
use super::{processes, scope};
use crate::SandboxError;

/// Where distributions put bubblewrap.
const PLACES: [&str; 4] = [
    "/usr/bin/bwrap",
    "/usr/local/bin/bwrap",
    "/bin/bwrap",
    "/run/current-system/sw/bin/bwrap",
];
/// The first release with `--size` and `--disable-userns`.
const OLDEST: (u32, u32) = (0, 8);

/// What limits memory and processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Limiter {
    /// A control group below this one.
    Cgroup(Parent),
    /// A scope of the user's systemd.
    Scope,
    /// Resource limits and a frequent look at the memory.
    Watchdog,
    /// Root is above resource limits and has no control group.
    Nothing,
}

/// This machine as a host of sandboxes.
#[derive(Clone, Debug)]
pub struct SandboxHost {
    pub(super) bubblewrap: Option<PathBuf>,
    pub(super) namespaces: Result<(), String>,
    pub(super) limiter: Limiter,
    limits_cpu: bool,
}

impl SandboxHost {
    /// Looks at this machine. Starts short-lived processes and blocks for up to some seconds.
    #[must_use]
    pub fn detect() -> Self {
        let found = PLACES.iter().map(Path::new).find(|path| path.is_file());
        Self::with_bubblewrap(found.unwrap_or(Path::new(PLACES[0])))
    }

    /// [`SandboxHost::detect`] with bubblewrap at this path.
    #[must_use]
    pub fn with_bubblewrap(path: &Path) -> Self {
        let bubblewrap = recent_enough(path).then(|| path.to_owned());
        let namespaces = bubblewrap.as_deref().map_or(Ok(()), try_namespaces);
        let limiter = match Parent::find() {
            Some(parent) => {
                parent.sweep();
                Limiter::Cgroup(parent)
            }
            None if nix::unistd::geteuid().is_root() => Limiter::Nothing,
            None if scope::works() => Limiter::Scope,
            None => Limiter::Watchdog,
        };
        let limits_cpu = match &limiter {
            Limiter::Cgroup(parent) => parent.make(&Limits::default()).is_ok_and(|group| {
                let limited = group.limits_cpu();
                group.remove();
                limited
            }),
            Limiter::Scope => true,
            Limiter::Watchdog | Limiter::Nothing => false,
        };
        Self {
            bubblewrap,
            namespaces,
            limiter,
            limits_cpu,
        }
    }

    /// One line each for isolation, memory, processes and CPU. Wall time and output are always limited.
    #[must_use]
    pub fn check(&self) -> Vec<Check> {
        vec![self.isolation(), self.memory(), self.processes(), self.cpu()]
    }

    /// Whether workloads of strangers may run here: isolated, with memory and processes limited.
    #[must_use]
    pub fn can_lend(&self) -> bool {
        Check::all_pass(&self.check())
    }

    pub(super) fn usable(&self) -> Result<&Path, SandboxError> {
        let bubblewrap = self.bubblewrap.as_deref().ok_or(SandboxError::NoBubblewrap)?;
        self.namespaces
            .as_ref()
            .map_err(|why| SandboxError::NoNamespaces(why.clone()))?;
        match self.limiter {
            Limiter::Nothing => Err(SandboxError::NoLimit("memory and processes")),
            Limiter::Cgroup(_) | Limiter::Scope | Limiter::Watchdog => Ok(bubblewrap),
        }
    }

    fn isolation(&self) -> Check {
        let problem = match (&self.bubblewrap, &self.namespaces) {
            (None, _) => SandboxError::NoBubblewrap,
            (Some(_), Err(why)) => SandboxError::NoNamespaces(why.clone()),
            (Some(_), Ok(())) => {
                return line(
                    CheckKind::Isolation,
                    CheckState::Ok,
                    "bubblewrap isolates workloads",
                    None,
                );
            }
        };
        line(
            CheckKind::Isolation,
            CheckState::Blocked,
            &problem.to_string(),
            Some(problem.mend()),
        )
    }

    fn memory(&self) -> Check {
        let (state, found) = match self.limiter {
            Limiter::Cgroup(_) | Limiter::Scope => (CheckState::Ok, "limited by a control group"),
            Limiter::Watchdog => (
                CheckState::Warning,
                "limited for each process and watched as a whole several times a second: no control group is available",
            ),
            Limiter::Nothing => (
                CheckState::Blocked,
                "not limited: no control group is available to root",
            ),
        };
        line(CheckKind::MemoryLimit, state, found, self.limiter_mend())
    }

    fn processes(&self) -> Check {
        let (state, found) = match self.limiter {
            Limiter::Cgroup(_) | Limiter::Scope => (CheckState::Ok, "limited by a control group"),
            Limiter::Watchdog => (
                CheckState::Ok,
                "limited in a user namespace of the workload's own",
            ),
            Limiter::Nothing => (
                CheckState::Blocked,
                "not limited: no control group is available to root",
            ),
        };
        let mend = if state == CheckState::Ok {
            None
        } else {
            self.limiter_mend()
        };
        line(CheckKind::ProcessLimit, state, found, mend)
    }

    fn cpu(&self) -> Check {
        if self.limits_cpu {
            return line(
                CheckKind::CpuLimit,
                CheckState::Ok,
                "limited by a control group",
                None,
            );
        }
        let found = "not limited to a share, only to a number of whole processors";
        line(
            CheckKind::CpuLimit,
            CheckState::Warning,
            found,
            self.limiter_mend().or(Some(CGROUP_MEND)),
        )
    }

    fn limiter_mend(&self) -> Option<&'static str> {
        match self.limiter {
            Limiter::Cgroup(_) | Limiter::Scope => None,
            Limiter::Watchdog => Some(CGROUP_MEND),
            Limiter::Nothing => Some("Run Hearth as an ordinary user, or mount control groups writable."),
        }
    }
}

const CGROUP_MEND: &str = "Start Hearth in a systemd user session with control groups version 2 and its memory, \
                           pids and cpu controllers delegated (the default of current distributions).";

fn line(kind: CheckKind, state: CheckState, found: &str, mend: Option<&str>) -> Check {
    Check {
        kind,
        state,
        found: found.to_owned(),
        mend: mend.map(str::to_owned),
    }
}

fn recent_enough(path: &Path) -> bool {
    let Ok(output) = Command::new(path).arg("--version").stdin(Stdio::null()).output() else {
        return false;
    };
    let text = String::from_utf8_lossy(&output.stdout);
    version(&text).is_some_and(|found| found >= OLDEST)
}

/// `bubblewrap 0.8.0` as numbers.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix("bubblewrap ")?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Makes an empty sandbox; the error is what bubblewrap says.
fn try_namespaces(path: &Path) -> Result<(), String> {
    let mut command = Command::new(path);
    command
        .args(bubblewrap::NAMESPACES)
        .args(bubblewrap::system())
        .args(["--proc", "/proc", "--", "/usr/bin/true"]);
    bubblewrap::as_ordinary_user(&mut command, &[]);
    let output = command
        .stdin(Stdio::null())
        .current_dir("/")
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

/// Limits the processes of a sandbox from outside; gives the control group where that is how.
///
/// # Errors
/// [`SandboxError::Cgroup`], [`SandboxError::Spawn`] when processors cannot be set, or [`SandboxError::NoLimit`] when systemd refused.
pub(super) fn enclose(
    limiter: &Limiter,
    pids: &[u32],
    limits: &Limits,
) -> Result<Option<Group>, SandboxError> {
    match limiter {
        Limiter::Cgroup(parent) => {
            let group = parent.make(limits)?;
            let added = pids.iter().try_for_each(|&pid| group.add(pid));
            if let Err(error) = added {
                group.kill();
                group.remove();
                return Err(error);
            }
            Ok(Some(group))
        }
        Limiter::Scope => scope::adopt(pids, limits)
            .map(Some)
            .ok_or(SandboxError::NoLimit("memory")),
        Limiter::Watchdog => {
            let cpus = limits.cpu_millis.div_ceil(1000).max(1);
            processes::keep_cpus(pids, usize::try_from(cpus).unwrap_or(usize::MAX))?;
            Ok(None)
        }
        Limiter::Nothing => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_bubblewrap_blocks_lending_and_says_how_to_mend_it() {
        let host = SandboxHost::with_bubblewrap(Path::new("/nonexistent/bwrap"));
        assert!(!host.can_lend());
        let isolation = host
            .check()
            .into_iter()
            .find(|c| c.kind == CheckKind::Isolation)
            .unwrap();
        assert_eq!(isolation.state, CheckState::Blocked);
        assert!(isolation.mend.unwrap().contains("apt install bubblewrap"));
        assert!(matches!(host.usable(), Err(SandboxError::NoBubblewrap)));
    }

    #[test]
    fn without_memory_and_process_limits_there_is_no_lending() {
        let host = SandboxHost {
            bubblewrap: Some("/usr/bin/bwrap".into()),
            namespaces: Ok(()),
            limiter: Limiter::Nothing,
            limits_cpu: false,
        };
        assert!(!host.can_lend());
        assert!(matches!(host.usable(), Err(SandboxError::NoLimit(_))));
    }

    #[test]
    fn old_releases_are_told_apart() {
        assert_eq!(version("bubblewrap 0.8.0\n"), Some((0, 8)));
        assert!(version("bubblewrap 0.6.1").is_some_and(|v| v < OLDEST));
        assert_eq!(version("something else"), None);
    }
}
