//! Lines of JSON on stdout.

use std::io::Write as _;

use anyhow::Context as _;
use serde::Serialize;

/// Prints one value as one line.
pub(crate) fn line<T: Serialize>(value: &T) -> anyhow::Result<()> {
    let mut text = serde_json::to_string(value).context("writing JSON")?;
    text.push('\n');
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .context("writing to stdout")
}
