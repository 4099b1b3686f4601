//! What the stand-in pretends, as a file of JSON.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use nvml_wrapper_sys::bindings as nvml;
use serde::{Deserialize, Serialize};

/// The environment variable with the script's path.
pub const SCRIPT: &str = "HEARTH_FAKE_NVML";

/// A machine.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    /// Version of the driver.
    pub driver: String,
    /// Its GPUs, in order.
    pub gpus: Vec<Gpu>,
    /// Calls that fail for the whole library, by the function's name; `*` is all.
    pub errors: BTreeMap<String, Error>,
    /// A file that every call appends a line to: its name, and the slot of its GPU.
    pub log: Option<PathBuf>,
}

/// One GPU. What is absent is answered with “not supported”.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Gpu {
    /// Name as the driver gives it, with the maker.
    pub name: String,
    /// PCI bus id, such as `00000000:01:00.0`.
    pub slot: String,
    /// PCI device in the high half, maker in the low one: `0x220410de`.
    pub pci_device_id: u32,
    /// Board in the high half, its maker in the low one.
    pub pci_subsystem_id: u32,
    /// Video memory, bytes: total, used.
    pub memory: Option<(u64, u64)>,
    /// Load of shaders and of the memory controller, percent.
    pub load: Option<(u32, u32)>,
    /// Degrees Celsius.
    pub temperature: Option<u32>,
    /// Clocks of shaders now and at most, and of memory, MHz.
    pub clocks: Option<(u32, u32, u32)>,
    /// Power drawn, milliwatts.
    pub power: Option<u32>,
    /// Power limits.
    pub limits: Option<Limits>,
    /// Energy used since the driver was loaded, millijoules.
    pub energy: Option<u64>,
    /// Fan: percent, revolutions a minute.
    pub fan: Option<(u32, u32)>,
    /// Link now: generation, lanes.
    pub link: Option<(u32, u32)>,
    /// Fastest link: generation, lanes.
    pub link_max: Option<(u32, u32)>,
    /// Bits of `nvmlClocksThrottleReasons`.
    pub throttle: Option<u64>,
    /// Error correction.
    pub ecc: Option<Ecc>,
    /// Instances of a divided GPU; an empty list is one that could be divided and is not.
    pub instances: Option<Vec<Instance>>,
    /// Programs that use it.
    pub processes: Vec<Process>,
    /// Calls that fail for this GPU, by the function's name; `*` is all.
    pub errors: BTreeMap<String, Error>,
}

/// Power limits, milliwatts.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Limits {
    /// In force.
    pub now: u32,
    /// The maker's choice.
    pub default: u32,
    /// Lowest.
    pub min: u32,
    /// Highest.
    pub max: u32,
}

/// Error correction of the memory.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Ecc {
    /// Whether it is on.
    pub enabled: bool,
    /// Errors put right.
    pub corrected: u64,
    /// Errors beyond mending.
    pub uncorrected: u64,
}

/// An instance of a divided GPU.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Instance {
    /// Name with its profile.
    pub name: String,
    /// Memory, bytes: total, used.
    pub memory: (u64, u64),
}

/// A program on a GPU.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Process {
    /// Process number.
    pub pid: u32,
    /// Video memory, bytes.
    pub memory: u64,
    /// Load by it, percent.
    pub load: u32,
    /// Whether it draws; otherwise it computes.
    pub graphics: bool,
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    /// The card or driver has no such thing.
    NotSupported,
    /// The user may not.
    NoPermission,
    /// Nothing of that kind.
    NotFound,
    /// The kernel module is missing.
    DriverNotLoaded,
    /// Library and kernel module do not fit, as after an update without a restart.
    LibRmVersionMismatch,
    /// The card fell off the bus.
    GpuIsLost,
    /// The card must be reset.
    ResetRequired,
    /// Something else.
    Unknown,
    /// The driver takes the process down.
    Crash,
}

impl Error {
    /// NVML's number for it.
    pub(crate) fn code(self) -> nvml::nvmlReturn_t {
        match self {
            Self::NotSupported => nvml::nvmlReturn_enum_NVML_ERROR_NOT_SUPPORTED,
            Self::NoPermission => nvml::nvmlReturn_enum_NVML_ERROR_NO_PERMISSION,
            Self::NotFound => nvml::nvmlReturn_enum_NVML_ERROR_NOT_FOUND,
            Self::DriverNotLoaded => nvml::nvmlReturn_enum_NVML_ERROR_DRIVER_NOT_LOADED,
            Self::LibRmVersionMismatch => nvml::nvmlReturn_enum_NVML_ERROR_LIB_RM_VERSION_MISMATCH,
            Self::GpuIsLost => nvml::nvmlReturn_enum_NVML_ERROR_GPU_IS_LOST,
            Self::ResetRequired => nvml::nvmlReturn_enum_NVML_ERROR_RESET_REQUIRED,
            Self::Unknown => nvml::nvmlReturn_enum_NVML_ERROR_UNKNOWN,
            Self::Crash => std::process::abort(),
        }
    }
}

impl Script {
    /// The script as it is now, after noting the call and unless that is to fail.
    pub(crate) fn at_call(function: &str) -> Result<Self, nvml::nvmlReturn_t> {
        let script = Self::load().ok_or_else(|| Error::DriverNotLoaded.code())?;
        script.note(function);
        match failing(&script.errors, function) {
            Some(error) => Err(error.code()),
            None => Ok(script),
        }
    }

    fn load() -> Option<Self> {
        let path = std::env::var_os(SCRIPT)?;
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    }

    /// Appends a line to the log.
    pub(crate) fn note(&self, line: &str) {
        let Some(path) = &self.log else { return };
        let log = std::fs::OpenOptions::new().create(true).append(true).open(path);
        if let Ok(mut log) = log {
            // A test that reads the log misses the line and says so.
            let _ = writeln!(log, "{line}");
        }
    }
}

impl Gpu {
    /// How this call on this GPU fails, if it does.
    pub(crate) fn failing(&self, function: &str) -> Option<Error> {
        failing(&self.errors, function)
    }
}

fn failing(errors: &BTreeMap<String, Error>, function: &str) -> Option<Error> {
    errors.get(function).or_else(|| errors.get("*")).copied()
}
