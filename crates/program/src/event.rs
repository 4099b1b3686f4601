//! Logging what happened, for those who rebuild history from transactions.

/// Logs one event of `hearth_program_interface::event`.
#[inline(never)]
pub(crate) fn log(event: &[u8]) {
    let items: [&[u8]; 1] = [event];
    #[cfg(target_arch = "bpf")]
    // SAFETY: a slice of slices has the layout that the syscall reads (pairs of pointer and length).
    unsafe {
        pinocchio::syscalls::sol_log_data(items.as_ptr().cast(), items.len() as u64);
    }
    #[cfg(not(target_arch = "bpf"))]
    core::hint::black_box(items);
}
