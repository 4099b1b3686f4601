//! A WGSL job.

use hearth_gpu::compute::{self, ComputeError, GpuError};
use hearth_protocol::runner::{FailureCode, WorkEvent};
use hearth_types::device::AdapterRef;
use hearth_types::job::ComputeJob;

use super::events::Events;
use super::{Failure, Wishes};

pub(super) fn run(
    job: &ComputeJob,
    adapter: Option<&AdapterRef>,
    events: &Events,
    wishes: &Wishes,
) -> Result<i32, Failure> {
    let adapter =
        adapter.ok_or_else(|| Failure::new(FailureCode::NoAdapter, "a kernel needs a leased device"))?;
    events.tell(&WorkEvent::Started)?;
    let total = job.dispatches;
    let mut told = Ok(());
    let outputs = compute::run(
        job,
        adapter,
        &mut |done| {
            if told.is_ok() {
                told = events.tell(&WorkEvent::Progress { done, total });
            }
        },
        &wishes.stop,
    )
    .map_err(|error| Failure::new(code(&error), &error))?;
    told?;
    for output in outputs {
        events.file(&output.name, &output.bytes)?;
    }
    Ok(0)
}

fn code(error: &ComputeError) -> FailureCode {
    match error {
        ComputeError::Open(GpuError::NoAdapter(_)) => FailureCode::NoAdapter,
        ComputeError::Shader(_) | ComputeError::Pipeline(_) => FailureCode::Shader,
        ComputeError::BufferTooLarge { .. } | ComputeError::Buffers(_) => FailureCode::DeviceMemory,
        ComputeError::Cancelled { .. } => FailureCode::Stopped,
        ComputeError::Open(_) | ComputeError::Dispatch { .. } => FailureCode::Device,
    }
}
