//! GPUs as detected: identity, live readings ([`telemetry`]), what changed between two looks ([`change`]) and what a
//! benchmark measured.

mod benchmark;
pub mod change;
pub mod telemetry;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use benchmark::{Benchmark, BenchmarkLine, BenchmarkProgress, Measured};
pub use telemetry::{Counters, DeviceState, Ecc, GpuProcess, Link, Mig, MigInstance, PowerLimits, Throttle};

/// Who made the GPU.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    #[default]
    Other,
}

/// How the GPU sits in the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A card of its own.
    Discrete,
    /// Part of the processor.
    Integrated,
    /// Computed by the CPU. Counts as a device on the practice network only.
    Software,
    /// The driver does not say.
    #[default]
    Unknown,
}

impl DeviceKind {
    /// Whether it is part of the processor; `None` when the driver does not say.
    #[must_use]
    pub fn integrated(self) -> Option<bool> {
        match self {
            Self::Integrated => Some(true),
            Self::Discrete | Self::Software => Some(false),
            Self::Unknown => None,
        }
    }
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
///
/// Readings are what the driver says: a sensor that is there but off may read zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Stable over reboots on this machine; unique in it. Input of the device id.
    pub fingerprint: String,
    /// Name as sold, such as `Radeon RX 6900 XT`. Models that cannot be told apart are all named, parted by ` / `.
    pub name: String,
    /// Maker.
    pub vendor: Vendor,
    /// Discrete, integrated or software.
    pub kind: DeviceKind,
    /// Whether it answers.
    #[serde(default)]
    pub state: DeviceState,
    /// `vendor:device` in hexadecimal, such as `1002:73bf`.
    pub pci_id: Option<String>,
    /// `vendor:device` of the board's maker, such as `1da2:440e`.
    #[serde(default)]
    pub subsystem_id: Option<String>,
    /// PCI revision, which tells models of one chip apart.
    #[serde(default)]
    pub revision: Option<u8>,
    /// PCI bus id such as `0000:0c:00.0`.
    pub pci_slot: Option<String>,
    /// Kernel or user-space driver, with its version where known.
    pub driver: Option<String>,
    /// The link to the machine as it runs now; it slows down when idle.
    #[serde(default)]
    pub link: Option<Link>,
    /// The fastest link that both ends allow.
    #[serde(default)]
    pub link_max: Option<Link>,
    /// Video memory in bytes; of a software or integrated adapter, what it may take of the host's.
    pub vram_total_bytes: Option<u64>,
    /// Video memory in use, bytes.
    pub vram_used_bytes: Option<u64>,
    /// The host's memory that the GPU may map besides, bytes.
    #[serde(default)]
    pub shared_total_bytes: Option<u64>,
    /// The host's memory that the GPU maps now, bytes.
    #[serde(default)]
    pub shared_used_bytes: Option<u64>,
    /// Load, percent.
    pub busy_percent: Option<f64>,
    /// Load of the memory controller, percent.
    #[serde(default)]
    pub memory_busy_percent: Option<f64>,
    /// Clock of the shaders now, MHz.
    #[serde(default)]
    pub clock_mhz: Option<u32>,
    /// The highest clock of the shaders, MHz.
    #[serde(default)]
    pub clock_max_mhz: Option<u32>,
    /// Clock of the video memory now, MHz.
    #[serde(default)]
    pub memory_clock_mhz: Option<u32>,
    /// Sensor name as the driver gives it (`edge`, `junction`, `mem`; Intel `pkg`, `vram`) to degrees Celsius.
    #[serde(default)]
    pub temperature_c: BTreeMap<String, f64>,
    /// Power drawn now, watts.
    pub power_w: Option<f64>,
    /// Power limit in force, watts.
    pub power_cap_w: Option<f64>,
    /// Where the power limit can be set to.
    #[serde(default)]
    pub power_limits: Option<PowerLimits>,
    /// Fan speed, revolutions a minute.
    pub fan_rpm: Option<u64>,
    /// Fan speed, percent of its highest.
    #[serde(default)]
    pub fan_percent: Option<f64>,
    /// What holds the clock down now; empty when nothing does, absent when the driver does not say.
    #[serde(default)]
    pub throttle: Option<Vec<Throttle>>,
    /// Programs that have the GPU open, as far as this user may see them.
    #[serde(default)]
    pub processes: Option<Vec<GpuProcess>>,
    /// Error correction of the video memory.
    #[serde(default)]
    pub ecc: Option<Ecc>,
    /// Division into hardware instances.
    #[serde(default)]
    pub mig: Option<Mig>,
    /// Counters from which two readings give power and load where the driver gives neither.
    #[serde(default)]
    pub counters: Counters,
    /// The adapter that runs kernels on this device; absent when no compute driver shows it.
    pub adapter: Option<AdapterRef>,
    /// Who contributed, in order.
    pub sources: Vec<Source>,
}

impl Device {
    /// The hottest sensor, degrees Celsius.
    #[must_use]
    pub fn hottest_c(&self) -> Option<f64> {
        self.temperature_c.values().copied().reduce(f64::max)
    }
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
