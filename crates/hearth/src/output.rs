//! What the command line prints: people read sentences, programs read one JSON value a line.

use std::io::Write as _;

use hearth_types::ipc::{Code, IpcError};
use serde::Serialize;

/// Prints a line; a closed pipe ends the output quietly.
pub(crate) fn line(text: impl AsRef<str>) {
    let _ = writeln!(std::io::stdout(), "{}", text.as_ref());
}

/// Prints one JSON value on a line.
pub(crate) fn json<T: Serialize>(value: &T) -> anyhow::Result<()> {
    line(serde_json::to_string(value)?);
    Ok(())
}

/// Says why the command failed: what happened, what to do.
pub(crate) fn failure(error: &anyhow::Error, json: bool) {
    let known = error.downcast_ref::<IpcError>().cloned();
    let shown = known.unwrap_or_else(|| IpcError::new(Code::Internal, format!("{error:#}")));
    if json {
        let text = serde_json::to_string(&serde_json::json!({ "error": shown })).unwrap_or_default();
        line(text);
        return;
    }
    let mut err = std::io::stderr();
    let _ = writeln!(err, "{}", shown.message);
    if let Some(mend) = &shown.mend {
        let _ = writeln!(err, "{mend}");
    }
    if let Some(detail) = &shown.detail {
        let _ = writeln!(err, "({detail})");
    }
}
