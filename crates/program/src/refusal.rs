//! Saying no with one of our own codes.

use hearth_program_interface::error::ProgramError as E;
use pinocchio::{ProgramResult, error::ProgramError};

/// Refuses.
#[cold]
pub(crate) fn refuse<T>(reason: E) -> Result<T, ProgramError> {
    Err(ProgramError::Custom(reason as u32))
}

/// Refuses unless the condition holds.
#[inline(always)]
pub(crate) fn ensure(condition: bool, reason: E) -> ProgramResult {
    if condition { Ok(()) } else { refuse(reason) }
}

/// The value, or the refusal when there is none.
#[inline(always)]
pub(crate) fn or<T>(value: Option<T>, reason: E) -> Result<T, ProgramError> {
    match value {
        Some(value) => Ok(value),
        None => refuse(reason),
    }
}

/// `a + b`, refused when it does not fit.
#[inline(always)]
pub(crate) fn add(a: u64, b: u64) -> Result<u64, ProgramError> {
    or(a.checked_add(b), E::ArithmeticOverflow)
}

/// `a - b`, refused when it does not fit.
#[inline(always)]
pub(crate) fn sub(a: u64, b: u64) -> Result<u64, ProgramError> {
    or(a.checked_sub(b), E::ArithmeticOverflow)
}

/// The accounts of an instruction, exactly as many as it takes; refused otherwise.
macro_rules! fixed {
    ($context:expr, $accounts:ty) => {
        match <&mut [_; <$accounts>::COUNT]>::try_from(&mut *$context.accounts) {
            Ok(accounts) => accounts,
            Err(_) => {
                return $crate::refusal::refuse(
                    ::hearth_program_interface::error::ProgramError::NotEnoughAccounts,
                );
            }
        }
    };
}

pub(crate) use fixed;
