//! The memory functions that LLVM calls: fat LTO drops those of `compiler_builtins` before the linker asks for
//! them. Short runs are copied word by word (a syscall costs 10 compute units and more), longer ones by syscall.

use pinocchio::syscalls::{sol_memcmp_, sol_memcpy_, sol_memmove_, sol_memset_};

const SMALL: usize = 32;

#[unsafe(no_mangle)]
#[inline(never)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    // SAFETY: the caller's contract is that of C's memcpy.
    unsafe {
        if count > SMALL {
            sol_memcpy_(to, from, count as u64);
        } else {
            forward(to, from, count);
        }
    }
    to
}

#[unsafe(no_mangle)]
#[inline(never)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    // SAFETY: the caller's contract is that of C's memmove.
    unsafe { sol_memmove_(to, from, count as u64) };
    to
}

#[unsafe(no_mangle)]
#[inline(never)]
unsafe extern "C" fn memset(to: *mut u8, value: i32, count: usize) -> *mut u8 {
    // SAFETY: the caller's contract is that of C's memset, which takes the low byte of the value.
    unsafe { sol_memset_(to, value as u8, count as u64) };
    to
}

#[unsafe(no_mangle)]
#[inline(never)]
unsafe extern "C" fn memcmp(left: *const u8, right: *const u8, count: usize) -> i32 {
    let mut order = 0_i32;
    // SAFETY: the caller's contract is that of C's memcmp.
    unsafe {
        if count > SMALL {
            sol_memcmp_(left, right, count as u64, &mut order);
            return order;
        }
        let mut at: usize = 0;
        while at < count {
            let (x, y) = (left.add(at).read_volatile(), right.add(at).read_volatile());
            if x != y {
                return i32::from(x).wrapping_sub(i32::from(y));
            }
            at = at.wrapping_add(1);
        }
    }
    0
}

#[unsafe(no_mangle)]
#[inline(never)]
unsafe extern "C" fn bcmp(left: *const u8, right: *const u8, count: usize) -> i32 {
    // SAFETY: the caller's contract is the same.
    unsafe { memcmp(left, right, count) }
}

/// Volatile, so that LLVM does not turn the loop into a call of `memcpy`.
#[inline(always)]
unsafe fn forward(to: *mut u8, from: *const u8, count: usize) {
    let mut at: usize = 0;
    // SAFETY: the caller's contract is that of C's memcpy; the target allows misaligned words.
    unsafe {
        while at.wrapping_add(8) <= count {
            let word = from.add(at).cast::<u64>().read_volatile();
            to.add(at).cast::<u64>().write_volatile(word);
            at = at.wrapping_add(8);
        }
        while at < count {
            to.add(at).write_volatile(from.add(at).read_volatile());
            at = at.wrapping_add(1);
        }
    }
}
