//! GPUs as detected, and what a benchmark measured on them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::UnixMillis;

/// Who made the GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vendor {
    /// NVIDIA.
    Nvidia,
    /// AMD.
    Amd,
    /// Intel.
    Intel,
    /// Apple.
    Apple,
    /// A software adapter such as Mesa's lavapipe.
    Software,
    /// None of these.
    Other,
}

/// How the GPU sits in the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A card of its own.
    Discrete,
    /// Part of the processor.
    Integrated,
    /// Computed by the CPU. Counts as a device on the practice network only.
    Software,
    /// The driver does not say.
    Unknown,
}

/// Where a fact about a device came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// NVIDIA's management library.
    Nvml,
    /// Linux `/sys/class/drm`.
    Sysfs,
    /// A wgpu adapter.
    Wgpu,
}

/// How wgpu names the adapter, so that a child process can open the same one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AdapterRef {
    /// `vulkan`, `metal` or `dx12`.
    pub backend: String,
    /// The adapter's name as the driver gives it.
    pub name: String,
    /// PCI bus id (`0000:03:00.0`) or empty.
    pub pci_slot: String,
    /// Position among adapters of the same backend, name and slot.
    pub index: u32,
}

/// One GPU, merged from all sources. A value that no source knows is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Stable over reboots on this machine; unique in it. Input of the device id.
    pub fingerprint: String,
    /// Name as sold.
    pub name: String,
    /// Maker.
    pub vendor: Vendor,
    /// Discrete, integrated or software.
    pub kind: DeviceKind,
    /// `vendor:device` in hexadecimal, such as `1002:73bf`.
    pub pci_id: Option<String>,
    /// PCI bus id such as `0000:0c:00.0`.
    pub pci_slot: Option<String>,
    /// Kernel or user-space driver, with its version where known.
    pub driver: Option<String>,
    /// Video memory in bytes; of a software or integrated adapter, what it may take of the host's.
    pub vram_total_bytes: Option<u64>,
    /// Video memory in use, bytes.
    pub vram_used_bytes: Option<u64>,
    /// Load, percent.
    pub busy_percent: Option<f64>,
    /// Sensor name (`edge`, `junction`, `mem`) to degrees Celsius.
    #[serde(default)]
    pub temperature_c: BTreeMap<String, f64>,
    /// Power drawn now, watts.
    pub power_w: Option<f64>,
    /// Power limit in force, watts.
    pub power_cap_w: Option<f64>,
    /// Fan speed, revolutions a minute.
    pub fan_rpm: Option<u64>,
    /// The adapter that runs kernels on this device; absent when no compute driver shows it.
    pub adapter: Option<AdapterRef>,
    /// Who contributed, in order.
    pub sources: Vec<Source>,
}

/// What the probe found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Every GPU once, discrete ones first, then by slot and name.
    pub devices: Vec<Device>,
    /// Sources that should have answered and did not.
    pub problems: Vec<SourceProblem>,
}

/// A source that failed, in words for the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceProblem {
    /// Which source.
    pub source: Source,
    /// What happened and what to do; English.
    pub message: String,
}

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
