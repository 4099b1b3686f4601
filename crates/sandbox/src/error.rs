//! Why a workload could not be started.

use std::path::PathBuf;

/// What failed while a sandbox was set up.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// bubblewrap is not installed or too old.
    #[error("bubblewrap 0.8 or newer is needed and was not found")]
    NoBubblewrap,
    /// The kernel or its policy refuses namespaces to this user.
    #[error("this user may not create namespaces: {0}")]
    NoNamespaces(String),
    /// A limit that lending requires cannot be enforced here.
    #[error("{0} cannot be limited on this machine")]
    NoLimit(&'static str),
    /// The runner's program is not where it should be.
    #[error("the runner is not at {path}")]
    NoRunner {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The leased device has no device node.
    #[error("the GPU at {0} has no device node")]
    NoDevice(String),
    /// The job is too large or cannot be written down.
    #[error("the job cannot be sent to its runner")]
    Order(#[from] hearth_protocol::frame::FrameError),
    /// The filter of system calls could not be built for this processor.
    #[error("building the system call filter")]
    Filter(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The sandbox ended before the workload began; the text is what it printed.
    #[error("the sandbox did not start: {0}")]
    Start(String),
    /// The control group could not be set up.
    #[error("setting up the control group {path}")]
    Cgroup {
        /// Folder or file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// A process or pipe could not be made.
    #[error("starting the sandbox")]
    Spawn(#[from] std::io::Error),
}

impl SandboxError {
    /// What the owner of the machine can do about it.
    #[must_use]
    pub fn mend(&self) -> &'static str {
        match self {
            Self::NoBubblewrap => {
                "Install the package “bubblewrap” (Debian, Ubuntu: sudo apt install bubblewrap; Fedora: sudo dnf \
                 install bubblewrap)."
            }
            Self::NoNamespaces(_) => {
                "Allow unprivileged user namespaces. Ubuntu 23.10 and newer: install Hearth's .deb, whose AppArmor \
                 profile allows them. Otherwise: sudo sysctl user.max_user_namespaces=15000 (and \
                 kernel.unprivileged_userns_clone=1 where it exists)."
            }
            Self::NoLimit(_) => {
                "Run Hearth as an ordinary user in a systemd session, or as root with control groups mounted."
            }
            Self::NoRunner { .. } => "Install Hearth again: hearth-runner belongs beside the daemon.",
            Self::NoDevice(_) => "Check that the GPU's driver is loaded and detect the devices again.",
            Self::Order(_) => "Send a smaller job.",
            Self::Filter(_) => "Lending works on 64-bit x86, ARM and RISC-V processors.",
            Self::Start(_) | Self::Cgroup { .. } | Self::Spawn(_) => {
                "Try again; if it stays, restart the machine and send the report."
            }
        }
    }
}
