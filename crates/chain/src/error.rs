//! How an error of this crate becomes one that screens show.

use std::error::Error;

use hearth_types::ipc::{Code, IpcError};

/// An interface error with the error's own text as message and its chain of causes as detail.
pub(crate) fn ipc(code: Code, error: &dyn Error, mend: Option<&str>) -> IpcError {
    let mut shown = IpcError::new(code, error.to_string());
    if let Some(mend) = mend {
        shown = shown.mend(mend);
    }
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    if causes.is_empty() {
        shown
    } else {
        shown.detail(causes.join(": "))
    }
}
