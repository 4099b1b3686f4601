//! What a renter asks a node to run, with the limits of what may be asked.

use serde::{Deserialize, Serialize};

/// The largest job as it travels: program, files and buffers together, bytes.
pub const MAX_JOB_BYTES: usize = 64 * 1024 * 1024;
/// The most files or buffers of one job.
pub const MAX_PARTS: usize = 256;
/// The longest path of a file in a job, bytes.
pub const MAX_PATH: usize = 255;
/// The longest WGSL source, bytes.
pub const MAX_WGSL: usize = 1024 * 1024;

/// Bytes that JSON carries as base64.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Blob(pub Vec<u8>);

impl std::fmt::Debug for Blob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blob({} bytes)", self.0.len())
    }
}

impl Serialize for Blob {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        use base64::Engine as _;
        if s.is_human_readable() {
            s.serialize_str(&base64::engine::general_purpose::STANDARD.encode(&self.0))
        } else {
            s.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        use base64::Engine as _;
        if d.is_human_readable() {
            let text = String::deserialize(d)?;
            let bytes = base64::engine::general_purpose::STANDARD.decode(text);
            bytes.map(Self).map_err(serde::de::Error::custom)
        } else {
            Vec::<u8>::deserialize(d).map(Self)
        }
    }
}

/// A file by its path relative to the workload's working folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobFile {
    /// Relative, no `..`, `/` as separator.
    pub path: String,
    /// Content.
    pub content: Blob,
}

/// A command with files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandJob {
    /// Program, found on the sandbox's `PATH` (`/usr/bin`) or in the working folder.
    pub program: String,
    /// Arguments.
    pub args: Vec<String>,
    /// Files laid into the working folder first.
    pub files: Vec<JobFile>,
    /// Paths to send back at the end, when they exist.
    pub outputs: Vec<String>,
}

/// What a buffer of a compute job is for. Binding group 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BufferUse {
    /// `var<storage, read>`, filled with these bytes.
    Input {
        /// Content; length a multiple of 4.
        content: Blob,
    },
    /// `var<storage, read_write>`, zeroed, sent back at the end.
    Output {
        /// Length, a multiple of 4.
        bytes: u64,
    },
}

/// A buffer of a compute job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobBuffer {
    /// `@binding(n)` in group 0.
    pub binding: u32,
    /// Name of the file an output comes back as.
    pub name: String,
    /// Input or output.
    pub usage: BufferUse,
}

/// A WGSL kernel that runs on the leased device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComputeJob {
    /// Source.
    pub wgsl: String,
    /// Name of the `@compute` function.
    pub entry_point: String,
    /// Workgroups of one dispatch.
    pub workgroups: [u32; 3],
    /// How many dispatches, one after the other; progress counts them.
    pub dispatches: u32,
    /// Buffers.
    pub buffers: Vec<JobBuffer>,
}

/// What a workload does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// A command with files.
    Command(CommandJob),
    /// A WGSL compute kernel.
    Compute(ComputeJob),
}

/// Why a job is refused before anything runs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// A path that leaves the working folder, is empty, too long or not plain.
    #[error("the path {0:?} must be relative, without “..”, at most {MAX_PATH} bytes")]
    Path(String),
    /// More than [`MAX_PARTS`] files or buffers.
    #[error("more than {MAX_PARTS} files or buffers")]
    TooManyParts,
    /// More than [`MAX_JOB_BYTES`].
    #[error("the job has {0} bytes; the limit is {MAX_JOB_BYTES}")]
    TooLarge(usize),
    /// No program named.
    #[error("no program is named")]
    NoProgram,
    /// A text with a NUL byte.
    #[error("a NUL byte in {0:?}")]
    Nul(String),
    /// WGSL longer than [`MAX_WGSL`] or empty.
    #[error("the WGSL source is empty or longer than {MAX_WGSL} bytes")]
    Wgsl,
    /// A workgroup or dispatch count outside 1 to 65,535.
    #[error("workgroups and dispatches must be between 1 and 65,535")]
    Dispatch,
    /// A buffer whose length is 0 or no multiple of 4, or two with one binding.
    #[error("buffer {0}: length must be a positive multiple of 4, bindings must differ")]
    Buffer(u32),
}

fn check_path(path: &str) -> Result<(), JobError> {
    let plain = !path.is_empty()
        && path.len() <= MAX_PATH
        && !path.starts_with('/')
        && !path.contains(['\0', '\\'])
        && path
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..");
    if plain {
        Ok(())
    } else {
        Err(JobError::Path(path.to_owned()))
    }
}

impl Job {
    /// Bytes of all contents together.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let sizes: usize = match self {
            Self::Command(job) => {
                let args: usize = job.args.iter().map(String::len).sum();
                let files: usize = job.files.iter().map(|f| f.content.0.len() + f.path.len()).sum();
                job.program.len() + args + files
            }
            Self::Compute(job) => {
                let buffers = job.buffers.iter().map(|b| match &b.usage {
                    BufferUse::Input { content } => content.0.len(),
                    BufferUse::Output { bytes } => usize::try_from(*bytes).unwrap_or(usize::MAX),
                });
                buffers.fold(job.wgsl.len(), usize::saturating_add)
            }
        };
        sizes
    }

    /// Checks everything that can be checked without running it.
    ///
    /// # Errors
    /// The first [`JobError`] found.
    pub fn validate(&self) -> Result<(), JobError> {
        if self.bytes() > MAX_JOB_BYTES {
            return Err(JobError::TooLarge(self.bytes()));
        }
        match self {
            Self::Command(job) => job.validate(),
            Self::Compute(job) => job.validate(),
        }
    }
}

impl CommandJob {
    fn validate(&self) -> Result<(), JobError> {
        if self.program.is_empty() {
            return Err(JobError::NoProgram);
        }
        if self.files.len().max(self.outputs.len()).max(self.args.len()) > MAX_PARTS {
            return Err(JobError::TooManyParts);
        }
        for text in std::iter::once(&self.program).chain(&self.args) {
            if text.contains('\0') {
                return Err(JobError::Nul(text.clone()));
            }
        }
        self.files
            .iter()
            .map(|f| &f.path)
            .chain(&self.outputs)
            .try_for_each(|path| check_path(path))
    }
}

impl ComputeJob {
    fn validate(&self) -> Result<(), JobError> {
        if self.wgsl.is_empty() || self.wgsl.len() > MAX_WGSL {
            return Err(JobError::Wgsl);
        }
        let counts = self.workgroups.iter().chain(std::iter::once(&self.dispatches));
        if !counts.copied().all(|n| (1..=65_535).contains(&n)) {
            return Err(JobError::Dispatch);
        }
        if self.buffers.len() > MAX_PARTS {
            return Err(JobError::TooManyParts);
        }
        let mut seen = std::collections::BTreeSet::new();
        for buffer in &self.buffers {
            check_path(&buffer.name)?;
            let bytes = match &buffer.usage {
                BufferUse::Input { content } => content.0.len() as u64,
                BufferUse::Output { bytes } => *bytes,
            };
            if bytes == 0 || bytes % 4 != 0 || !seen.insert(buffer.binding) {
                return Err(JobError::Buffer(buffer.binding));
            }
        }
        Ok(())
    }
}

/// The most a workload may take of its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Memory, bytes.
    pub memory_bytes: u64,
    /// CPU, thousandths of a core.
    pub cpu_millis: u32,
    /// Processes and threads.
    pub processes: u32,
    /// Wall-clock time, seconds.
    pub seconds: u64,
    /// Output (streams and files together), bytes.
    pub output_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 2 << 30,
            cpu_millis: 1000,
            processes: 128,
            seconds: 24 * 3600,
            output_bytes: 64 << 20,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(path: &str) -> Job {
        let file = JobFile {
            path: path.into(),
            content: Blob(vec![1]),
        };
        Job::Command(CommandJob {
            program: "sh".into(),
            args: vec![],
            files: vec![file],
            outputs: vec![],
        })
    }

    #[test]
    fn paths_cannot_leave_the_working_folder() {
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//b",
            "a/.",
            "a\\b",
            "a\0b",
        ] {
            assert_eq!(command(path).validate(), Err(JobError::Path(path.into())));
        }
        assert_eq!(command("data/input.csv").validate(), Ok(()));
    }

    #[test]
    fn two_buffers_cannot_share_a_binding() {
        let buffer = |binding| JobBuffer {
            binding,
            name: "out".into(),
            usage: BufferUse::Output { bytes: 4 },
        };
        let job = |second| {
            Job::Compute(ComputeJob {
                wgsl: "x".into(),
                entry_point: "main".into(),
                workgroups: [1, 1, 1],
                dispatches: 1,
                buffers: vec![buffer(0), buffer(second)],
            })
        };
        assert_eq!(job(0).validate(), Err(JobError::Buffer(0)));
        assert_eq!(job(1).validate(), Ok(()));
    }
}
