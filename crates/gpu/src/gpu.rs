//! An opened device: submissions that can be given up, and errors as values.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hearth_types::device::AdapterRef;

/// How long to wait for the device before looking at the cancel flag again.
const PATIENCE: Duration = Duration::from_millis(50);

/// What a device can fail with.
#[derive(Debug, thiserror::Error)]
pub enum GpuError {
    /// No adapter of that reference.
    #[error("the GPU “{0}” is not there or has no compute driver")]
    NoAdapter(String),
    /// The driver refused to open the device.
    #[error("opening the GPU")]
    Open(#[source] wgpu::RequestDeviceError),
    /// Not enough device memory.
    #[error("not enough memory on the GPU: {0}")]
    OutOfMemory(String),
    /// The request breaks the rules of WebGPU.
    #[error("{0}")]
    Validation(String),
    /// The driver failed, or the device was lost.
    #[error("the GPU failed: {0}")]
    Driver(String),
    /// Given up on request.
    #[error("cancelled")]
    Cancelled,
}

impl From<wgpu::Error> for GpuError {
    fn from(error: wgpu::Error) -> Self {
        match error {
            wgpu::Error::OutOfMemory { source } => Self::OutOfMemory(source.to_string()),
            wgpu::Error::Validation { description, .. } => Self::Validation(description),
            wgpu::Error::Internal { description, .. } => Self::Driver(description),
        }
    }
}

/// One adapter, opened with everything it can do.
pub(crate) struct Gpu {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) software: bool,
    fault: Arc<Mutex<Option<GpuError>>>,
}

impl Gpu {
    pub(crate) fn open(reference: &AdapterRef) -> Result<Self, GpuError> {
        let adapter =
            crate::adapter::open(reference).ok_or_else(|| GpuError::NoAdapter(reference.name.clone()))?;
        let descriptor = wgpu::DeviceDescriptor {
            required_limits: adapter.limits(),
            // What kernels of today use; experimental features stay off.
            required_features: adapter.features()
                & (wgpu::Features::SHADER_F16 | wgpu::Features::SUBGROUP | wgpu::Features::SHADER_INT64),
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) =
            pollster::block_on(adapter.request_device(&descriptor)).map_err(GpuError::Open)?;
        let fault = Arc::new(Mutex::new(None));
        // The default handlers panic; a hostile kernel must not get that far.
        let keep = |fault: &Mutex<Option<GpuError>>, error: GpuError| {
            if let Ok(mut slot) = fault.lock() {
                slot.get_or_insert(error);
            }
        };
        let seen = Arc::clone(&fault);
        device.on_uncaptured_error(Arc::new(move |error| keep(&seen, error.into())));
        let seen = Arc::clone(&fault);
        device.set_device_lost_callback(move |reason, message| {
            if reason != wgpu::DeviceLostReason::Destroyed {
                keep(&seen, GpuError::Driver(message));
            }
        });
        let software = adapter.get_info().device_type == wgpu::DeviceType::Cpu;
        Ok(Self {
            device,
            queue,
            software,
            fault,
        })
    }

    /// Runs `build` and gives the first error the device reported meanwhile.
    pub(crate) fn checked<T>(&self, build: impl FnOnce() -> T) -> Result<T, GpuError> {
        let memory = self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory);
        let internal = self.device.push_error_scope(wgpu::ErrorFilter::Internal);
        let validation = self.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let built = build();
        let errors = [
            pollster::block_on(validation.pop()),
            pollster::block_on(internal.pop()),
            pollster::block_on(memory.pop()),
        ];
        match errors.into_iter().flatten().next() {
            Some(error) => Err(error.into()),
            None => self.healthy().map(|()| built),
        }
    }

    /// Waits until the submission is done or `cancel` is set.
    pub(crate) fn finish(
        &self,
        submission: wgpu::SubmissionIndex,
        cancel: &AtomicBool,
    ) -> Result<(), GpuError> {
        loop {
            let wait = wgpu::PollType::Wait {
                submission_index: Some(submission.clone()),
                timeout: Some(PATIENCE),
            };
            match self.device.poll(wait) {
                Ok(_) => return self.healthy(),
                Err(wgpu::PollError::Timeout) => {}
                Err(error @ wgpu::PollError::WrongSubmissionIndex(..)) => {
                    return Err(GpuError::Driver(error.to_string()));
                }
            }
            self.healthy()?;
            if cancel.load(Ordering::Relaxed) {
                return Err(GpuError::Cancelled);
            }
        }
    }

    fn healthy(&self) -> Result<(), GpuError> {
        match self.fault.lock() {
            Ok(mut slot) => slot.take().map_or(Ok(()), Err),
            Err(_) => Err(GpuError::Driver("an error handler failed".into())),
        }
    }
}
