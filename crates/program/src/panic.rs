//! What happens when a check that cannot fail fails: the transaction does.

/// Prints no location: it would put the paths of the machine that built it into the program.
#[cfg(target_arch = "bpf")]
#[panic_handler]
fn panicked(_: &core::panic::PanicInfo) -> ! {
    const TEXT: &str = "panicked";
    // SAFETY: the text is valid for its length; `abort` does not return.
    unsafe {
        pinocchio::syscalls::sol_log_(TEXT.as_ptr(), TEXT.len() as u64);
        pinocchio::syscalls::abort()
    }
}
