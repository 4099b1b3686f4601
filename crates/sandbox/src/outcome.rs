//! How a workload ended.

use std::time::Duration;

use hearth_protocol::runner::FailureCode;

/// Why and how a workload ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The job ran to its end.
    Finished {
        /// Exit status; 128 plus the signal when a signal ended it.
        exit_code: i32,
    },
    /// The runner says why it could not.
    Failed {
        /// Kind of failure.
        code: FailureCode,
        /// In English, for the renter.
        message: String,
    },
    /// Its time was up.
    TimeLimit,
    /// It took more memory than it may.
    MemoryLimit,
    /// It wrote more output than it may.
    OutputLimit,
    /// Killed by the host.
    Killed,
    /// The runner died or spoke nonsense; the text is the end of what it printed.
    Crashed(String),
}

/// The end of a workload and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ended: Ended,
    /// The most memory it held at once, bytes, where it could be measured.
    pub peak_memory_bytes: Option<u64>,
    /// From the order to the end of the last process.
    pub ran_for: Duration,
    /// Streams and files, bytes.
    pub output_bytes: u64,
}
