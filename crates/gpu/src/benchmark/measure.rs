//! Calibrates a kernel, warms it up and takes its measure.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use hearth_types::device::Measured;

use super::{GpuError, RUNS, TARGET, WARM_UP, summary};
use crate::gpu::Gpu;

/// The most that calibration multiplies the work with at once.
const MAX_STEP: f64 = 8.0;
/// Beyond this a device answers so fast that something is wrong with the clock or the driver.
const MAX_AMOUNT: u32 = 1 << 24;

/// Work whose amount can be chosen.
pub(super) trait Kernel {
    /// Submits `amount` units of work.
    fn submit(&mut self, gpu: &Gpu, amount: u32) -> Result<wgpu::SubmissionIndex, GpuError>;
    /// What `amount` units are: operations or bytes.
    fn volume(&self, amount: u32) -> f64;
}

/// 10⁹ operations or bytes a second over all counted runs. `tick` is called after each run.
pub(super) fn measure(
    gpu: &Gpu,
    kernel: &mut dyn Kernel,
    cancel: &AtomicBool,
    tick: &mut dyn FnMut(),
) -> Result<Measured, GpuError> {
    let amount = calibrate(gpu, kernel, cancel)?;
    let mut figures = Vec::new();
    for run in 0..WARM_UP + RUNS {
        let seconds = timed(gpu, kernel, amount, cancel)?.as_secs_f64();
        if run >= WARM_UP && seconds > 0.0 {
            figures.push(kernel.volume(amount) / seconds / 1e9);
        }
        tick();
    }
    summary(figures).ok_or_else(|| GpuError::Driver("the GPU answers in no time".into()))
}

/// The amount that takes about [`TARGET`]: grows from one unit, never past the target.
fn calibrate(gpu: &Gpu, kernel: &mut dyn Kernel, cancel: &AtomicBool) -> Result<u32, GpuError> {
    // The first submission also compiles the kernel.
    timed(gpu, kernel, 1, cancel)?;
    let mut amount: u32 = 1;
    loop {
        let taken = timed(gpu, kernel, amount, cancel)?.as_secs_f64().max(1e-6);
        let factor = (TARGET.as_secs_f64() / taken).min(MAX_STEP);
        if factor < 1.3 || amount >= MAX_AMOUNT {
            return Ok(amount);
        }
        amount = scaled(amount, factor).clamp(amount + 1, MAX_AMOUNT);
    }
}

fn scaled(amount: u32, factor: f64) -> u32 {
    // Both are small and positive: at most MAX_AMOUNT times MAX_STEP.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded by MAX_AMOUNT * MAX_STEP = 2^27 and never negative"
    )]
    let scaled = (f64::from(amount) * factor) as u32;
    scaled
}

/// Wall clock around one submission: what the driver adds is microseconds of tens of milliseconds.
fn timed(gpu: &Gpu, kernel: &mut dyn Kernel, amount: u32, cancel: &AtomicBool) -> Result<Duration, GpuError> {
    if cancel.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(GpuError::Cancelled);
    }
    let start = Instant::now();
    let submission = kernel.submit(gpu, amount)?;
    gpu.finish(submission, cancel)?;
    Ok(start.elapsed())
}
