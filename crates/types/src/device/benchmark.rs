//! What a benchmark measured on a GPU, and what its child process prints.

use serde::{Deserialize, Serialize};

use crate::time::UnixMillis;

/// What a benchmark child prints, one JSON value a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BenchmarkLine {
    /// Where it stands.
    Progress(BenchmarkProgress),
    /// The result; the last line.
    Done(Benchmark),
    /// Why there is none; the last line.
    Failed(String),
}

/// Where a benchmark stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchmarkProgress {
    /// Word for what it does, such as `memory`.
    pub step: String,
    /// 0 to 1.
    pub fraction: f64,
}

/// A figure measured several times.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Median of the runs.
    pub median: f64,
    /// Smallest run.
    pub min: f64,
    /// Largest run.
    pub max: f64,
    /// How many runs, the warm-up aside.
    pub runs: u32,
}

/// What the quick benchmark found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Benchmark {
    /// Single-precision multiply-add throughput, 10⁹ floating-point operations a second (one multiply-add = 2).
    pub f32_gflops: Measured,
    /// Memory read plus write, 10⁹ bytes a second.
    pub memory_gb_per_s: Measured,
    /// When it was measured; zero as it leaves the child, set by the engine.
    #[serde(default)]
    pub at: UnixMillis,
}
