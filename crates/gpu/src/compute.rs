//! Runs a renter's WGSL kernel on one adapter.
//!
//! The source is hostile until proven otherwise: everything wgpu has to say against it comes back as a
//! [`ComputeError`]. A kernel that never ends cannot be interrupted from here; the host kills the whole process.

use std::sync::atomic::{AtomicBool, Ordering};

use hearth_types::device::AdapterRef;
use hearth_types::job::{BufferUse, ComputeJob, JobBuffer};
use wgpu::util::DeviceExt as _;

use crate::gpu::Gpu;
pub use crate::gpu::GpuError;

/// What a kernel left in one output buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComputeOutput {
    /// Name the job gave the buffer.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Why a kernel did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ComputeError {
    /// The device could not be opened.
    #[error(transparent)]
    Open(GpuError),
    /// The WGSL source does not compile; the text names line and reason.
    #[error("the kernel does not compile:\n{0}")]
    Shader(#[source] GpuError),
    /// The entry point, its bindings or its workgroups do not fit the job or the device.
    #[error("the kernel does not fit the job or the GPU:\n{0}")]
    Pipeline(#[source] GpuError),
    /// One buffer is larger than the device allows.
    #[error("buffer {binding} has {bytes} bytes; this GPU allows {limit}")]
    BufferTooLarge {
        /// Binding of the buffer.
        binding: u32,
        /// Asked size, bytes.
        bytes: u64,
        /// The device's limit, bytes.
        limit: u64,
    },
    /// The buffers do not fit the device's memory.
    #[error("the buffers do not fit: {0}")]
    Buffers(#[source] GpuError),
    /// The device failed during a dispatch or while reading back.
    #[error("dispatch {dispatch}: {source}")]
    Dispatch {
        /// Which dispatch, from 1; 0 while reading back.
        dispatch: u32,
        /// What happened.
        #[source]
        source: GpuError,
    },
    /// Given up on request between dispatches.
    #[error("cancelled after {done} of {total} dispatches")]
    Cancelled {
        /// Dispatches done.
        done: u32,
        /// Dispatches asked.
        total: u32,
    },
}

struct Bound {
    name: String,
    buffer: wgpu::Buffer,
    output: bool,
}

/// Runs all dispatches of `job` on `adapter`, each a submission of its own, and reads the output buffers back.
///
/// `progress` hears the number of dispatches done. `cancel` is looked at between dispatches and while one runs; the
/// device is then abandoned unreleased, as releasing would wait for the kernel, and the caller's process should end.
///
/// # Errors
/// [`ComputeError`]; the device may be in any state after [`ComputeError::Dispatch`].
pub fn run(
    job: &ComputeJob,
    adapter: &AdapterRef,
    progress: &mut dyn FnMut(u32),
    cancel: &AtomicBool,
) -> Result<Vec<ComputeOutput>, ComputeError> {
    let gpu = Gpu::open(adapter).map_err(ComputeError::Open)?;
    let result = run_on(&gpu, job, progress, cancel);
    if matches!(result, Err(ComputeError::Cancelled { .. })) {
        std::mem::forget(gpu);
    }
    result
}

fn run_on(
    gpu: &Gpu,
    job: &ComputeJob,
    progress: &mut dyn FnMut(u32),
    cancel: &AtomicBool,
) -> Result<Vec<ComputeOutput>, ComputeError> {
    check_sizes(gpu, job)?;
    let module = gpu
        .checked(|| {
            gpu.device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: None,
                source: wgpu::ShaderSource::Wgsl(job.wgsl.as_str().into()),
            })
        })
        .map_err(ComputeError::Shader)?;
    let (layout, pipeline) = gpu
        .checked(|| pipeline(gpu, job, &module))
        .map_err(ComputeError::Pipeline)?;
    let bound: Vec<Bound> = gpu
        .checked(|| job.buffers.iter().map(|buffer| bind(gpu, buffer)).collect())
        .map_err(ComputeError::Buffers)?;
    let group = gpu
        .checked(|| {
            let entries: Vec<_> = std::iter::zip(&job.buffers, &bound)
                .map(|(asked, bound)| wgpu::BindGroupEntry {
                    binding: asked.binding,
                    resource: bound.buffer.as_entire_binding(),
                })
                .collect();
            let descriptor = wgpu::BindGroupDescriptor {
                label: None,
                layout: &layout,
                entries: &entries,
            };
            gpu.device.create_bind_group(&descriptor)
        })
        .map_err(ComputeError::Pipeline)?;
    for dispatch in 1..=job.dispatches {
        let cancelled = || ComputeError::Cancelled {
            done: dispatch - 1,
            total: job.dispatches,
        };
        if cancel.load(Ordering::Relaxed) {
            return Err(cancelled());
        }
        let submission = gpu.checked(|| submit(gpu, job, &pipeline, &group));
        submission
            .and_then(|submission| gpu.finish(submission, cancel))
            .map_err(|source| match source {
                GpuError::Cancelled => cancelled(),
                GpuError::NoAdapter(_)
                | GpuError::Open(_)
                | GpuError::OutOfMemory(_)
                | GpuError::Validation(_)
                | GpuError::Driver(_) => ComputeError::Dispatch { dispatch, source },
            })?;
        progress(dispatch);
    }
    bound
        .into_iter()
        .filter(|bound| bound.output)
        .map(|bound| {
            read_back(gpu, &bound.buffer, cancel)
                .map(|bytes| ComputeOutput {
                    name: bound.name,
                    bytes,
                })
                .map_err(|source| ComputeError::Dispatch { dispatch: 0, source })
        })
        .collect()
}

fn size(buffer: &JobBuffer) -> u64 {
    match &buffer.usage {
        BufferUse::Input { content } => content.0.len() as u64,
        BufferUse::Output { bytes } => *bytes,
    }
}

fn check_sizes(gpu: &Gpu, job: &ComputeJob) -> Result<(), ComputeError> {
    let limits = gpu.device.limits();
    let limit = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
    let too_large = job.buffers.iter().find(|buffer| size(buffer) > limit);
    too_large.map_or(Ok(()), |buffer| {
        Err(ComputeError::BufferTooLarge {
            binding: buffer.binding,
            bytes: size(buffer),
            limit,
        })
    })
}

fn pipeline(
    gpu: &Gpu,
    job: &ComputeJob,
    module: &wgpu::ShaderModule,
) -> (wgpu::BindGroupLayout, wgpu::ComputePipeline) {
    // Laid out by the job, not by the kernel: a kernel may leave a buffer unused.
    let entries: Vec<_> = job
        .buffers
        .iter()
        .map(|buffer| wgpu::BindGroupLayoutEntry {
            binding: buffer.binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: wgpu::BufferBindingType::Storage {
                    read_only: matches!(buffer.usage, BufferUse::Input { .. }),
                },
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        })
        .collect();
    let descriptor = wgpu::BindGroupLayoutDescriptor {
        label: None,
        entries: &entries,
    };
    let layout = gpu.device.create_bind_group_layout(&descriptor);
    let pipeline_layout = gpu
        .device
        .create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
    let pipeline = gpu
        .device
        .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: Some(&pipeline_layout),
            module,
            entry_point: Some(&job.entry_point),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
    (layout, pipeline)
}

fn bind(gpu: &Gpu, buffer: &JobBuffer) -> Bound {
    let (buffer_on_gpu, output) = match &buffer.usage {
        BufferUse::Input { content } => {
            let descriptor = wgpu::util::BufferInitDescriptor {
                label: None,
                contents: &content.0,
                usage: wgpu::BufferUsages::STORAGE,
            };
            (gpu.device.create_buffer_init(&descriptor), false)
        }
        // wgpu zeroes what was never written.
        BufferUse::Output { bytes } => (
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size: *bytes,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_SRC,
                mapped_at_creation: false,
            }),
            true,
        ),
    };
    Bound {
        name: buffer.name.clone(),
        buffer: buffer_on_gpu,
        output,
    }
}

fn submit(
    gpu: &Gpu,
    job: &ComputeJob,
    pipeline: &wgpu::ComputePipeline,
    group: &wgpu::BindGroup,
) -> wgpu::SubmissionIndex {
    let mut encoder = gpu
        .device
        .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        pass.set_pipeline(pipeline);
        pass.set_bind_group(0, group, &[]);
        let [x, y, z] = job.workgroups;
        pass.dispatch_workgroups(x, y, z);
    }
    gpu.queue.submit([encoder.finish()])
}

fn read_back(gpu: &Gpu, buffer: &wgpu::Buffer, cancel: &AtomicBool) -> Result<Vec<u8>, GpuError> {
    let (submission, staging, mapped) = gpu.checked(|| {
        let staging = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: buffer.size(),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.copy_buffer_to_buffer(buffer, 0, &staging, 0, buffer.size());
        let submission = gpu.queue.submit([encoder.finish()]);
        let (tell, mapped) = std::sync::mpsc::channel();
        staging.map_async(wgpu::MapMode::Read, .., move |result| {
            // The receiver is gone only when the wait was given up.
            let _ = tell.send(result);
        });
        (submission, staging, mapped)
    })?;
    gpu.finish(submission, cancel)?;
    match mapped.recv() {
        Ok(Ok(())) => Ok(staging.get_mapped_range(..).to_vec()),
        Ok(Err(error)) => Err(GpuError::Driver(error.to_string())),
        Err(_) => Err(GpuError::Driver("the read-back was dropped".into())),
    }
}
