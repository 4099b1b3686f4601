//! The two kernels and their buffers.

use std::num::NonZeroU64;

use wgpu::BufferUsages;

use super::GpuError;
use super::measure::Kernel;
use crate::gpu::Gpu;

/// Threads of the multiply-add kernel: enough for the largest GPUs, 4,096 workgroups of 64.
const THREADS: u32 = 1 << 18;
/// Floating-point operations of one turn of its loop, see `multiply_add.wgsl`.
const OPERATIONS: f64 = 128.0;
/// Buffer of the copy, bytes: beyond the caches of processors and GPUs.
const COPY_BYTES: u64 = 256 << 20;
const COPY_BYTES_SOFTWARE: u64 = 48 << 20;
/// The part that one dispatch copies, bytes: all of it where a GPU hides the cost of a dispatch behind it, less where
/// a processor would take too long.
const SLICE_SOFTWARE: u64 = 8 << 20;
/// Workgroups of the copy.
const COPY_GROUPS: u32 = 4096;

struct Program {
    pipeline: wgpu::ComputePipeline,
    /// One for each slice of the buffers.
    groups: Vec<wgpu::BindGroup>,
}

impl Program {
    fn new(
        gpu: &Gpu,
        source: &str,
        buffers: [&wgpu::Buffer; 2],
        slice: Option<NonZeroU64>,
    ) -> Result<Self, GpuError> {
        gpu.checked(|| {
            let module = gpu.device.create_shader_module(wgpu::ShaderModuleDescriptor {
                label: None,
                source: wgpu::ShaderSource::Wgsl(source.into()),
            });
            let pipeline = gpu
                .device
                .create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
                    label: None,
                    layout: None,
                    module: &module,
                    entry_point: Some("main"),
                    compilation_options: wgpu::PipelineCompilationOptions::default(),
                    cache: None,
                });
            let layout = pipeline.get_bind_group_layout(0);
            let slices = slice.map_or(1, |slice| buffers[0].size() / slice);
            let groups = (0..slices).map(|number| {
                let part = |buffer| {
                    let offset = slice.map_or(0, |slice| number * slice.get());
                    wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                        buffer,
                        offset,
                        size: slice,
                    })
                };
                let [first, second] = buffers.map(part);
                gpu.device.create_bind_group(&wgpu::BindGroupDescriptor {
                    label: None,
                    layout: &layout,
                    entries: &[
                        wgpu::BindGroupEntry {
                            binding: 0,
                            resource: first,
                        },
                        wgpu::BindGroupEntry {
                            binding: 1,
                            resource: second,
                        },
                    ],
                })
            });
            let groups = groups.collect();
            Self { pipeline, groups }
        })
    }

    fn submit(&self, gpu: &Gpu, groups: u32, times: u32) -> Result<wgpu::SubmissionIndex, GpuError> {
        gpu.checked(|| {
            let mut encoder = gpu
                .device
                .create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
            {
                let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
                pass.set_pipeline(&self.pipeline);
                for group in self.groups.iter().cycle().zip(0..times).map(|(group, _)| group) {
                    pass.set_bind_group(0, group, &[]);
                    pass.dispatch_workgroups(groups, 1, 1);
                }
            }
            gpu.queue.submit([encoder.finish()])
        })
    }
}

fn buffer(gpu: &Gpu, size: u64, usage: BufferUsages) -> Result<wgpu::Buffer, GpuError> {
    gpu.checked(|| {
        gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size,
            usage,
            mapped_at_creation: false,
        })
    })
}

/// A unit of work is one turn of the loop in every thread.
pub(super) struct MultiplyAdd {
    program: Program,
    params: wgpu::Buffer,
}

impl MultiplyAdd {
    pub(super) fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        let params = buffer(gpu, 8, BufferUsages::STORAGE | BufferUsages::COPY_DST)?;
        let result = buffer(gpu, u64::from(THREADS) * 4, BufferUsages::STORAGE)?;
        let program = Program::new(gpu, include_str!("multiply_add.wgsl"), [&params, &result], None)?;
        Ok(Self { program, params })
    }
}

impl Kernel for MultiplyAdd {
    fn submit(&mut self, gpu: &Gpu, amount: u32) -> Result<wgpu::SubmissionIndex, GpuError> {
        gpu.queue
            .write_buffer(&self.params, 0, bytemuck::cast_slice(&[amount, 1]));
        self.program.submit(gpu, THREADS / 64, 1)
    }

    fn volume(&self, amount: u32) -> f64 {
        f64::from(THREADS) * f64::from(amount) * OPERATIONS
    }
}

/// A unit of work is the copy of one slice; one after the other they cover the whole buffer.
pub(super) struct Copy {
    program: Program,
    bytes: u32,
}

impl Copy {
    pub(super) fn new(gpu: &Gpu) -> Result<Self, GpuError> {
        let (wanted, slice) = if gpu.software {
            (COPY_BYTES_SOFTWARE, SLICE_SOFTWARE)
        } else {
            (COPY_BYTES, COPY_BYTES)
        };
        let limits = gpu.device.limits();
        let most = limits.max_buffer_size.min(limits.max_storage_buffer_binding_size);
        let slice = slice.min(most);
        // Whole slices only, aligned as every device takes it.
        let slice =
            NonZeroU64::new(slice & !0xff).ok_or_else(|| GpuError::Driver("no storage buffers".into()))?;
        let size = wanted.min(most) / slice * slice.get();
        let from = buffer(gpu, size, BufferUsages::STORAGE)?;
        let to = buffer(gpu, size, BufferUsages::STORAGE)?;
        let program = Program::new(gpu, include_str!("copy.wgsl"), [&from, &to], Some(slice))?;
        let bytes =
            u32::try_from(slice.get()).map_err(|_| GpuError::Driver("a buffer beyond 4 GiB".into()))?;
        Ok(Self { program, bytes })
    }
}

impl Kernel for Copy {
    fn submit(&mut self, gpu: &Gpu, amount: u32) -> Result<wgpu::SubmissionIndex, GpuError> {
        self.program.submit(gpu, COPY_GROUPS, amount)
    }

    /// Each byte is read once and written once.
    fn volume(&self, amount: u32) -> f64 {
        2.0 * f64::from(self.bytes) * f64::from(amount)
    }
}
