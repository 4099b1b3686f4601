//! Exported functions of the library as a whole, and handles.

#![expect(unsafe_code, reason = "a shared library with a C interface")]

use std::ffi::{CStr, c_char, c_uint};

use nvml_wrapper_sys::bindings as nvml;

use crate::fill::{SUCCESS, put, put_text};
use crate::script::{Error, Gpu, Script};

/// A handle is no address: GPU and instance, each counted from 1, in one number.
pub(crate) fn handle(gpu: usize, instance: usize) -> nvml::nvmlDevice_t {
    std::ptr::without_provenance_mut((instance << 8) | gpu)
}

/// GPU and instance of a handle, counted from 1; instance 0 is the whole GPU.
pub(crate) fn of_handle(handle: nvml::nvmlDevice_t) -> (usize, usize) {
    (handle.addr() & 0xff, handle.addr() >> 8)
}

/// A handle for the GPU at `position`, unless taking one is to fail.
fn take(script: &Script, position: Option<usize>, function: &str) -> Result<nvml::nvmlDevice_t, c_uint> {
    let gpu = position.and_then(|position| script.gpus.get(position));
    let (Some(position), Some(gpu)) = (position, gpu) else {
        return Err(Error::NotFound.code());
    };
    script.note(&format!("{function} {}", gpu.slot));
    match gpu.failing(function) {
        Some(error) => Err(error.code()),
        None => Ok(handle(position + 1, 0)),
    }
}

fn code(result: Result<(), nvml::nvmlReturn_t>) -> nvml::nvmlReturn_t {
    result.map_or_else(|code| code, |()| SUCCESS)
}

/// NVML's function of that name.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn nvmlInit_v2() -> nvml::nvmlReturn_t {
    code(Script::at_call("nvmlInit_v2").map(|_| ()))
}

/// NVML's function of that name.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn nvmlInitWithFlags(flags: c_uint) -> nvml::nvmlReturn_t {
    let script = Script::at_call("nvmlInitWithFlags");
    code(script.map(|script| script.note(&format!("flags {flags}"))))
}

/// NVML's function of that name.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn nvmlShutdown() -> nvml::nvmlReturn_t {
    code(Script::at_call("nvmlShutdown").map(|_| ()))
}

/// NVML's function of that name.
///
/// # Safety
/// `version` has room for `length` bytes.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn nvmlSystemGetDriverVersion(
    version: *mut c_char,
    length: c_uint,
) -> nvml::nvmlReturn_t {
    match Script::at_call("nvmlSystemGetDriverVersion") {
        // SAFETY: as this function demands.
        Ok(script) => unsafe { put_text(version, length, &script.driver) },
        Err(code) => code,
    }
}

/// NVML's function of that name.
///
/// # Safety
/// `count` may be written to.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn nvmlDeviceGetCount_v2(count: *mut c_uint) -> nvml::nvmlReturn_t {
    match Script::at_call("nvmlDeviceGetCount_v2") {
        // SAFETY: as this function demands.
        Ok(script) => unsafe { put(count, c_uint::try_from(script.gpus.len()).unwrap_or(0)) },
        Err(code) => code,
    }
}

/// NVML's function of that name.
///
/// # Safety
/// `device` may be written to.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn nvmlDeviceGetHandleByIndex_v2(
    index: c_uint,
    device: *mut nvml::nvmlDevice_t,
) -> nvml::nvmlReturn_t {
    let name = "nvmlDeviceGetHandleByIndex_v2";
    let taken = Script::at_call(name).and_then(|script| take(&script, usize::try_from(index).ok(), name));
    match taken {
        // SAFETY: as this function demands.
        Ok(handle) => unsafe { put(device, handle) },
        Err(code) => code,
    }
}

/// NVML's function of that name.
///
/// # Safety
/// `slot` is a text that ends in NUL; `device` may be written to.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn nvmlDeviceGetHandleByPciBusId_v2(
    slot: *const c_char,
    device: *mut nvml::nvmlDevice_t,
) -> nvml::nvmlReturn_t {
    let name = "nvmlDeviceGetHandleByPciBusId_v2";
    // SAFETY: as this function demands.
    let slot = unsafe { CStr::from_ptr(slot) }.to_string_lossy().to_lowercase();
    // The driver takes a domain of four digits or of eight.
    let same = |gpu: &Gpu| gpu.slot.to_lowercase().ends_with(&slot);
    let taken =
        Script::at_call(name).and_then(|script| take(&script, script.gpus.iter().position(same), name));
    match taken {
        // SAFETY: as this function demands.
        Ok(handle) => unsafe { put(device, handle) },
        Err(code) => code,
    }
}
