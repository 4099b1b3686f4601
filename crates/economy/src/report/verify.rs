//! Checking a report: close the epoch again and compare.

use super::{
    VERSION, decode, encode,
    wire::{DecodeError, Reader, Writer},
};
use crate::epoch::{CloseError, Closed, EpochInput, close};

/// Why a report is not to be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// It cannot be read.
    #[error("the report cannot be read")]
    Decode(#[from] DecodeError),
    /// Its epoch cannot be closed.
    #[error("the report's epoch cannot be closed")]
    Close(#[from] CloseError),
    /// Closing it again gives something else.
    #[error("closing the epoch again gives other amounts than the report says")]
    Differs,
}

/// A report that is right: what it was closed from, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Closed from.
    pub input: EpochInput,
    /// Closed to.
    pub closed: Closed,
}

/// Closes a report's epoch again and compares every byte.
///
/// # Errors
/// [`ReportError`] when the bytes are no report or say other than the close.
pub fn verify(report: &[u8]) -> Result<Verified, ReportError> {
    let mut from = Reader::new(report);
    if from.byte()? != VERSION {
        return Err(DecodeError::Unknown("form").into());
    }
    let input = decode::input(&mut from)?;
    let closed = close(&input)?;
    let mut expected = Writer::default();
    expected.reserve(from.rest().len());
    encode::outcome(&mut expected, &closed);
    if expected.into_bytes() != from.rest() {
        return Err(ReportError::Differs);
    }
    Ok(Verified { input, closed })
}
