//! Exported functions of one GPU, or of an instance of one.

#![expect(unsafe_code, reason = "a shared library with a C interface")]

use std::ffi::{c_char, c_uint, c_ulonglong};

use nvml_wrapper_sys::bindings as nvml;

use crate::fill::{put, put_list, put_text};
use crate::script::{Error, Gpu, Instance, Script};
use crate::system::{handle, of_handle};

/// The GPU of a handle at this call, unless the call is to fail.
fn gpu(device: nvml::nvmlDevice_t, function: &str) -> Result<Gpu, nvml::nvmlReturn_t> {
    let script = Script::at_call(function)?;
    let position = of_handle(device).0.checked_sub(1);
    let gpu = position.and_then(|position| script.gpus.get(position));
    let gpu = gpu.ok_or_else(|| Error::GpuIsLost.code())?;
    script.note(&format!("{function} {}", gpu.slot));
    gpu.failing(function)
        .map_or_else(|| Ok(gpu.clone()), |error| Err(error.code()))
}

/// The instance of a handle, if it is one.
fn instance(gpu: &Gpu, device: nvml::nvmlDevice_t) -> Option<Instance> {
    let position = of_handle(device).1.checked_sub(1)?;
    gpu.instances.as_ref()?.get(position).cloned()
}

fn supported<T>(value: Option<T>) -> Result<T, nvml::nvmlReturn_t> {
    value.ok_or_else(|| Error::NotSupported.code())
}

/// Exports functions that write one value.
macro_rules! readings {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty = $read:expr;)*) => {$(
        /// NVML's function of that name.
        ///
        /// # Safety
        /// `to` may be written to.
        #[unsafe(no_mangle)]
        pub(crate) unsafe extern "C" fn $name(
            device: nvml::nvmlDevice_t,
            $($argument: $type,)*
            to: *mut $answer,
        ) -> nvml::nvmlReturn_t {
            let read: fn(&Gpu, nvml::nvmlDevice_t, $($type),*) -> Option<$answer> = $read;
            let value = gpu(device, stringify!($name)).and_then(|gpu| supported(read(&gpu, device, $($argument),*)));
            match value {
                // SAFETY: as this function demands.
                Ok(value) => unsafe { put(to, value) },
                Err(code) => code,
            }
        }
    )*};
}

readings! {
    nvmlDeviceGetPciInfo_v3() -> nvml::nvmlPciInfo_t = |gpu, _| Some(pci(gpu));
    nvmlDeviceGetMemoryInfo_v2() -> nvml::nvmlMemory_v2_t = |gpu, device| {
        let (total, used) = instance(gpu, device).map(|i| i.memory).or(gpu.memory)?;
        Some(nvml::nvmlMemory_v2_t {
            version: 2,
            total,
            reserved: 0,
            free: total.saturating_sub(used),
            used,
        })
    };
    nvmlDeviceGetUtilizationRates() -> nvml::nvmlUtilization_t = |gpu, _| {
        let (gpu, memory) = gpu.load?;
        Some(nvml::nvmlUtilization_t { gpu, memory })
    };
    nvmlDeviceGetTemperature(_sensor: c_uint) -> c_uint = |gpu, _, _| gpu.temperature;
    nvmlDeviceGetClockInfo(kind: c_uint) -> c_uint = |gpu, _, kind| {
        let (shaders, _, memory) = gpu.clocks?;
        Some(if kind == nvml::nvmlClockType_enum_NVML_CLOCK_MEM { memory } else { shaders })
    };
    nvmlDeviceGetMaxClockInfo(_kind: c_uint) -> c_uint = |gpu, _, _| gpu.clocks.map(|clocks| clocks.1);
    nvmlDeviceGetPowerUsage() -> c_uint = |gpu, _| gpu.power;
    nvmlDeviceGetEnforcedPowerLimit() -> c_uint = |gpu, _| gpu.limits.map(|limits| limits.now);
    nvmlDeviceGetPowerManagementDefaultLimit() -> c_uint = |gpu, _| gpu.limits.map(|limits| limits.default);
    nvmlDeviceGetTotalEnergyConsumption() -> c_ulonglong = |gpu, _| gpu.energy;
    nvmlDeviceGetFanSpeed_v2(_fan: c_uint) -> c_uint = |gpu, _, _| gpu.fan.map(|fan| fan.0);
    nvmlDeviceGetFanSpeedRPM() -> nvml::nvmlFanSpeedInfo_t = |gpu, _| {
        let speed = gpu.fan?.1;
        Some(nvml::nvmlFanSpeedInfo_t { version: 1, fan: 0, speed })
    };
    nvmlDeviceGetCurrPcieLinkGeneration() -> c_uint = |gpu, _| gpu.link.map(|link| link.0);
    nvmlDeviceGetCurrPcieLinkWidth() -> c_uint = |gpu, _| gpu.link.map(|link| link.1);
    nvmlDeviceGetMaxPcieLinkGeneration() -> c_uint = |gpu, _| gpu.link_max.map(|link| link.0);
    nvmlDeviceGetMaxPcieLinkWidth() -> c_uint = |gpu, _| gpu.link_max.map(|link| link.1);
    nvmlDeviceGetCurrentClocksThrottleReasons() -> c_ulonglong = |gpu, _| gpu.throttle;
    nvmlDeviceGetTotalEccErrors(kind: c_uint, _counter: c_uint) -> c_ulonglong = |gpu, _, kind, _| {
        let ecc = gpu.ecc?;
        let corrected = kind == nvml::nvmlMemoryErrorType_enum_NVML_MEMORY_ERROR_TYPE_CORRECTED;
        Some(if corrected { ecc.corrected } else { ecc.uncorrected })
    };
    // Real cards have room for seven instances, taken or not.
    nvmlDeviceGetMaxMigDeviceCount() -> c_uint = |gpu, _| gpu.instances.as_ref().map(|_| 7);
    nvmlDeviceGetMigDeviceHandleByIndex(index: c_uint) -> nvml::nvmlDevice_t = |gpu, device, index| {
        let index = usize::try_from(index).ok()?;
        gpu.instances.as_ref()?.get(index)?;
        Some(handle(of_handle(device).0, index + 1))
    };
}

fn pci(gpu: &Gpu) -> nvml::nvmlPciInfo_t {
    let mut info = nvml::nvmlPciInfo_t {
        busIdLegacy: [0; 16],
        domain: 0,
        bus: 0,
        device: 0,
        pciDeviceId: gpu.pci_device_id,
        pciSubSystemId: gpu.pci_subsystem_id,
        busId: [0; 32],
    };
    for (place, byte) in info.busId.iter_mut().zip(gpu.slot.bytes().take(31)) {
        *place = c_char::from_ne_bytes([byte]);
    }
    info
}

/// NVML's function of that name.
///
/// # Safety
/// `name` has room for `length` bytes.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn nvmlDeviceGetName(
    device: nvml::nvmlDevice_t,
    name: *mut c_char,
    length: c_uint,
) -> nvml::nvmlReturn_t {
    match gpu(device, "nvmlDeviceGetName") {
        Ok(gpu) => {
            let text = instance(&gpu, device).map_or(gpu.name, |instance| instance.name);
            // SAFETY: as this function demands.
            unsafe { put_text(name, length, &text) }
        }
        Err(code) => code,
    }
}

/// Exports functions that write two values.
macro_rules! pairs {
    ($($name:ident -> $answer:ty = $read:expr;)*) => {$(
        /// NVML's function of that name.
        ///
        /// # Safety
        /// Both places may be written to.
        #[unsafe(no_mangle)]
        pub(crate) unsafe extern "C" fn $name(
            device: nvml::nvmlDevice_t,
            first: *mut $answer,
            second: *mut $answer,
        ) -> nvml::nvmlReturn_t {
            let read: fn(&Gpu) -> Option<($answer, $answer)> = $read;
            match gpu(device, stringify!($name)).and_then(|gpu| supported(read(&gpu))) {
                Ok(values) => {
                    // SAFETY: as this function demands.
                    unsafe { put(first, values.0) };
                    // SAFETY: as this function demands.
                    unsafe { put(second, values.1) }
                }
                Err(code) => code,
            }
        }
    )*};
}

pairs! {
    nvmlDeviceGetPowerManagementLimitConstraints -> c_uint = |gpu| gpu.limits.map(|limits| (limits.min, limits.max));
    nvmlDeviceGetEccMode -> nvml::nvmlEnableState_t = |gpu| {
        let on = c_uint::from(gpu.ecc?.enabled);
        Some((on, on))
    };
    nvmlDeviceGetMigMode -> c_uint = |gpu| {
        let on = c_uint::from(!gpu.instances.as_ref()?.is_empty());
        Some((on, on))
    };
}

/// Exports the two lists of programs.
macro_rules! programs {
    ($($name:ident = $graphics:expr;)*) => {$(
        /// NVML's function of that name.
        ///
        /// # Safety
        /// `count` may be read and written; `to` is null or has room for `*count` values.
        #[unsafe(no_mangle)]
        pub(crate) unsafe extern "C" fn $name(
            device: nvml::nvmlDevice_t,
            count: *mut c_uint,
            to: *mut nvml::nvmlProcessInfo_t,
        ) -> nvml::nvmlReturn_t {
            match gpu(device, stringify!($name)) {
                Ok(gpu) => {
                    let of_kind = gpu.processes.iter().filter(|process| process.graphics == $graphics);
                    let list: Vec<_> = of_kind
                        .map(|process| nvml::nvmlProcessInfo_t {
                            pid: process.pid,
                            usedGpuMemory: process.memory,
                            gpuInstanceId: c_uint::MAX,
                            computeInstanceId: c_uint::MAX,
                        })
                        .collect();
                    // SAFETY: as this function demands.
                    unsafe { put_list(to, count, &list) }
                }
                Err(code) => code,
            }
        }
    )*};
}

programs! {
    nvmlDeviceGetComputeRunningProcesses_v3 = false;
    nvmlDeviceGetGraphicsRunningProcesses_v3 = true;
}

/// NVML's function of that name.
///
/// # Safety
/// `count` may be read and written; `to` is null or has room for `*count` values.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn nvmlDeviceGetProcessUtilization(
    device: nvml::nvmlDevice_t,
    to: *mut nvml::nvmlProcessUtilizationSample_t,
    count: *mut c_uint,
    _since: c_ulonglong,
) -> nvml::nvmlReturn_t {
    match gpu(device, "nvmlDeviceGetProcessUtilization") {
        Ok(gpu) => {
            let list: Vec<_> = gpu
                .processes
                .iter()
                .map(|process| nvml::nvmlProcessUtilizationSample_t {
                    pid: process.pid,
                    timeStamp: 1,
                    smUtil: process.load,
                    memUtil: 0,
                    encUtil: 0,
                    decUtil: 0,
                })
                .collect();
            // SAFETY: as this function demands.
            unsafe { put_list(to, count, &list) }
        }
        Err(code) => code,
    }
}
