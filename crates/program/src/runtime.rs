//! What the chain's runtime gives: time and SHA-256.

use hearth_program_interface::Bytes32;
use hearth_program_interface::error::ProgramError as E;
use pinocchio::error::ProgramError;
use pinocchio::sysvars::{Sysvar, clock::Clock};

use crate::refusal::or;

/// The chain's time, Unix seconds.
#[inline(never)]
pub(crate) fn now() -> Result<u64, ProgramError> {
    or(
        u64::try_from(Clock::get()?.unix_timestamp).ok(),
        E::ArithmeticOverflow,
    )
}

/// SHA-256 over the parts, one after the other.
#[cfg(target_arch = "bpf")]
#[inline(always)]
pub(crate) fn sha256(parts: &[&[u8]]) -> Bytes32 {
    let mut hash = [0; 32];
    // SAFETY: a slice of slices has the layout that the syscall reads (pairs of pointer and length); it writes
    // 32 bytes or aborts.
    unsafe { pinocchio::syscalls::sol_sha256(parts.as_ptr().cast(), parts.len() as u64, hash.as_mut_ptr()) };
    hash
}

/// Exists so that the crate can be checked for the host, where it never runs.
#[cfg(not(target_arch = "bpf"))]
pub(crate) fn sha256(_: &[&[u8]]) -> Bytes32 {
    [0; 32]
}
