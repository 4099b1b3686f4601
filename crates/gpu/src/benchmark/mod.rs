//! The quick benchmark: single-precision multiply-add throughput and memory bandwidth of one adapter.
//!
//! Both are real kernels. Their size is calibrated first so that one submission takes about [`TARGET`] on any device:
//! short enough for the desktop to stay smooth and for drivers not to suspect a hang, long enough for the wall clock
//! around it to mean the kernel.

mod kernel;
mod measure;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use hearth_types::device::{AdapterRef, Benchmark, Measured};
use hearth_types::time::UnixMillis;

use crate::gpu::Gpu;
pub use crate::gpu::GpuError;

/// What one submission should take.
pub const TARGET: Duration = Duration::from_millis(30);
/// Runs that only warm the device up.
const WARM_UP: u32 = 5;
/// Runs that count.
const RUNS: u32 = 40;

/// Which figure is being measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Multiply-adds.
    Compute,
    /// Copying.
    Memory,
}

/// How far the benchmark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Figure being measured.
    pub stage: Stage,
    /// Runs done of both stages together, warm-up included.
    pub done: u32,
    /// Runs of both stages together.
    pub total: u32,
}

/// Measures one adapter. Takes a few seconds; `at` of the result stays zero.
///
/// # Errors
/// [`GpuError::Cancelled`] soon after `cancel` is set; otherwise what the device failed with.
pub fn run(
    adapter: &AdapterRef,
    progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Benchmark, GpuError> {
    let gpu = Gpu::open(adapter)?;
    let mut done = 0;
    let total = 2 * (WARM_UP + RUNS);
    let mut multiply_add = kernel::MultiplyAdd::new(&gpu)?;
    let f32_gflops = measure::measure(&gpu, &mut multiply_add, cancel, &mut || {
        done += 1;
        progress(Progress {
            stage: Stage::Compute,
            done,
            total,
        });
    })?;
    drop(multiply_add);
    let mut copy = kernel::Copy::new(&gpu)?;
    let memory_gb_per_s = measure::measure(&gpu, &mut copy, cancel, &mut || {
        done += 1;
        progress(Progress {
            stage: Stage::Memory,
            done,
            total,
        });
    })?;
    Ok(Benchmark {
        f32_gflops,
        memory_gb_per_s,
        at: UnixMillis::default(),
    })
}

/// Median, smallest and largest of the runs; `None` of none.
fn summary(mut runs: Vec<f64>) -> Option<Measured> {
    runs.sort_by(f64::total_cmp);
    let (min, max) = (*runs.first()?, *runs.last()?);
    let middle = runs.len() / 2;
    let median = if runs.len().is_multiple_of(2) {
        (runs[middle - 1] + runs[middle]) / 2.0
    } else {
        runs[middle]
    };
    Some(Measured {
        median,
        min,
        max,
        runs: u32::try_from(runs.len()).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_count_lies_between() {
        let measured = summary(vec![4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!(
            measured,
            Measured {
                median: 2.5,
                min: 1.0,
                max: 4.0,
                runs: 4
            }
        );
        assert_eq!(summary(vec![]), None);
    }
}
