//! What the host of a workload and `hearth-runner` say to each other over the runner's stdin and stdout.
//!
//! Each message is a frame ([`crate::frame`]). The runner says [`WorkEvent::Ready`],
//! the host answers with one [`WorkOrder`], then [`Control`] and [`WorkEvent`] frames flow until
//! [`WorkEvent::Finished`] or [`WorkEvent::Failed`]. The host trusts nothing of what comes back: a workload that
//! takes over its runner can send any bytes.

use std::io::{Read, Write};

use hearth_types::device::AdapterRef;
use hearth_types::job::Job;
pub use hearth_types::lease::Stream;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::frame::{self, FrameError};

/// The most bytes of output or file in one event.
pub const MAX_CHUNK: usize = 64 * 1024;

/// The one job a runner does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkOrder {
    /// What to run.
    pub job: Job,
    /// The leased device; a command job may have none.
    pub adapter: Option<AdapterRef>,
    /// Streams and files together may have this many bytes.
    pub output_bytes: u64,
}

/// What the host says after the order. Closing the pipe ends the workload at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// Ask the workload to end by itself (SIGTERM to a command, no further dispatch of a kernel).
    Stop,
}

/// Why a workload did not run to its end. Stable: stored and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The order or job is not valid.
    BadJob,
    /// The program could not be started.
    CannotStart,
    /// Files could not be laid out or read back.
    Files,
    /// More output than allowed.
    OutputLimit,
    /// The leased device is not there.
    NoAdapter,
    /// The kernel does not compile or does not fit its buffers.
    Shader,
    /// Buffers do not fit the device.
    DeviceMemory,
    /// The device failed while it computed.
    Device,
    /// Stopped on request before the end.
    Stopped,
}

/// What a runner reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WorkEvent {
    /// The runner stands and waits for its order.
    Ready,
    /// The job has begun.
    Started,
    /// Bytes of a stream, at most [`MAX_CHUNK`].
    Output {
        /// Which stream.
        stream: Stream,
        /// The bytes as written, cut anywhere.
        bytes: Vec<u8>,
    },
    /// Dispatches done of a compute job.
    Progress {
        /// Done so far.
        done: u32,
        /// Of how many.
        total: u32,
    },
    /// A piece of an output file or buffer, in order, at most [`MAX_CHUNK`] bytes.
    File {
        /// Path or name as the job gave it.
        path: String,
        /// The next bytes.
        bytes: Vec<u8>,
        /// Whether the file is complete with these.
        last: bool,
    },
    /// The job ran to its end.
    Finished {
        /// Exit status; 128 plus the signal when a signal ended it.
        exit_code: i32,
    },
    /// The job did not run to its end.
    Failed {
        /// The kind of failure.
        code: FailureCode,
        /// What happened, in English, for the renter.
        message: String,
    },
}

/// What can go wrong on the pipe.
#[derive(Debug, thiserror::Error)]
pub enum PipeError {
    /// The pipe failed or closed inside a frame.
    #[error("reading or writing a runner frame")]
    Io(#[from] std::io::Error),
    /// A frame that is too long or no message.
    #[error("a runner frame that cannot be")]
    Frame(#[from] FrameError),
}

/// Writes one frame and flushes.
///
/// # Errors
/// [`PipeError`] from encoding or from the pipe.
pub fn write_frame<T: Serialize>(to: &mut impl Write, message: &T, limit: usize) -> Result<(), PipeError> {
    to.write_all(&frame::encode(message, limit)?)?;
    Ok(to.flush()?)
}

/// Reads one frame; `None` when the pipe closed between frames.
///
/// # Errors
/// [`PipeError`] when the frame is too large, cut short or no `T`.
pub fn read_frame<T: DeserializeOwned>(from: &mut impl Read, limit: usize) -> Result<Option<T>, PipeError> {
    let mut prefix = [0; 4];
    if from.read(&mut prefix[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut prefix[1..])?;
    let mut body = vec![0; frame::length(prefix, limit)?];
    from.read_exact(&mut body)?;
    Ok(Some(frame::decode(&body)?))
}

#[cfg(test)]
mod tests {
    use hearth_types::job::{Blob, BufferUse, ComputeJob, JobBuffer};

    use super::*;
    use crate::frame::{MAX_FRAME, MAX_JOB_FRAME};

    fn order() -> WorkOrder {
        let buffer = |binding, usage| JobBuffer {
            binding,
            name: format!("b{binding}"),
            usage,
        };
        WorkOrder {
            job: Job::Compute(ComputeJob {
                wgsl: "@compute".into(),
                entry_point: "main".into(),
                workgroups: [1, 2, 3],
                dispatches: 4,
                buffers: vec![
                    buffer(
                        0,
                        BufferUse::Input {
                            content: Blob(vec![0; 300]),
                        },
                    ),
                    buffer(1, BufferUse::Output { bytes: 8 }),
                ],
            }),
            adapter: None,
            output_bytes: 1 << 20,
        }
    }

    #[test]
    fn an_order_survives_the_pipe() {
        let mut pipe = Vec::new();
        write_frame(&mut pipe, &order(), MAX_JOB_FRAME).unwrap();
        let read: Option<WorkOrder> = read_frame(&mut pipe.as_slice(), MAX_JOB_FRAME).unwrap();
        assert_eq!(read, Some(order()));
    }

    #[test]
    fn a_closed_pipe_is_no_error_between_frames_and_one_inside() {
        let none: Option<WorkEvent> = read_frame(&mut [].as_slice(), MAX_FRAME).unwrap();
        assert_eq!(none, None);
        let cut = frame::encode(&WorkEvent::Finished { exit_code: 0 }, MAX_FRAME).unwrap();
        let read = read_frame::<WorkEvent>(&mut &cut[..cut.len() - 1], MAX_FRAME);
        assert!(matches!(read, Err(PipeError::Io(_))));
    }

    #[test]
    fn a_huge_length_is_refused_before_memory_is_taken() {
        let read = read_frame::<WorkEvent>(&mut u32::MAX.to_le_bytes().as_slice(), MAX_FRAME);
        assert!(matches!(read, Err(PipeError::Frame(FrameError::TooLong { .. }))));
    }
}
