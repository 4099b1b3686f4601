//! What the developer reads.
#![expect(clippy::print_stderr, reason = "this module is where the commands speak")]

use std::time::Duration;

/// A step begins.
pub(crate) fn step(text: &str) {
    eprintln!("\n── {text}");
}

/// Something worth knowing.
pub(crate) fn note(text: &str) {
    eprintln!("   {text}");
}

/// A step took this long.
pub(crate) fn took(what: &str, time: Duration) {
    eprintln!("   {what}: {:.1} s", time.as_secs_f64());
}
