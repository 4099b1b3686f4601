//! Writing answers through the caller's pointers.

use std::ffi::{c_char, c_uint};

use nvml_wrapper_sys::bindings as nvml;

/// Success, as NVML returns it.
pub(crate) const SUCCESS: nvml::nvmlReturn_t = nvml::nvmlReturn_enum_NVML_SUCCESS;

/// Writes one value.
///
/// # Safety
/// `to` is null or may be written to.
#[expect(unsafe_code, reason = "the C interface hands out places for answers")]
pub(crate) unsafe fn put<T>(to: *mut T, value: T) -> nvml::nvmlReturn_t {
    if to.is_null() {
        return nvml::nvmlReturn_enum_NVML_ERROR_INVALID_ARGUMENT;
    }
    // SAFETY: the caller says that it may be written to.
    unsafe { to.write(value) };
    SUCCESS
}

/// Writes text with its NUL.
///
/// # Safety
/// `to` is null or has room for `length` bytes.
#[expect(unsafe_code, reason = "the C interface hands out places for answers")]
pub(crate) unsafe fn put_text(to: *mut c_char, length: c_uint, text: &str) -> nvml::nvmlReturn_t {
    let room = usize::try_from(length).unwrap_or(0);
    if to.is_null() || text.len() >= room {
        return nvml::nvmlReturn_enum_NVML_ERROR_INSUFFICIENT_SIZE;
    }
    // SAFETY: text and NUL fit into the room that the caller vouches for.
    unsafe {
        to.copy_from_nonoverlapping(text.as_ptr().cast(), text.len());
        to.add(text.len()).write(0);
    }
    SUCCESS
}

/// Writes a list into a place whose size `count` says, or says how large it has to be.
///
/// # Safety
/// `count` may be read and written; `to` is null or has room for `*count` values.
#[expect(unsafe_code, reason = "the C interface hands out places for answers")]
pub(crate) unsafe fn put_list<T: Copy>(to: *mut T, count: *mut c_uint, list: &[T]) -> nvml::nvmlReturn_t {
    if count.is_null() {
        return nvml::nvmlReturn_enum_NVML_ERROR_INVALID_ARGUMENT;
    }
    // SAFETY: the caller says that it may be read.
    let room = usize::try_from(unsafe { count.read() }).unwrap_or(0);
    let length = c_uint::try_from(list.len()).unwrap_or(c_uint::MAX);
    // SAFETY: the caller says that it may be written to.
    unsafe { count.write(length) };
    if list.is_empty() {
        return SUCCESS;
    }
    if to.is_null() || room < list.len() {
        return nvml::nvmlReturn_enum_NVML_ERROR_INSUFFICIENT_SIZE;
    }
    // SAFETY: the list fits into the room that the caller vouches for.
    unsafe { to.copy_from_nonoverlapping(list.as_ptr(), list.len()) };
    SUCCESS
}
