//! Named places where a test makes this process die without warning. Compiled only with the feature `failpoints`.

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// Arms the places that `HEARTH_KILL_AT` names, separated by commas.
///
/// # Errors
/// When a name is refused.
pub(crate) fn arm() -> anyhow::Result<()> {
    let names = std::env::var("HEARTH_KILL_AT").unwrap_or_default();
    for name in names.split(',').filter(|name| !name.is_empty()) {
        fail::cfg_callback(name, || {
            // SIGKILL: no destructor runs, nothing is flushed.
            let _ = kill(Pid::this(), Signal::SIGKILL);
        })
        .map_err(|cause| anyhow::anyhow!("the kill point {name}: {cause}"))?;
    }
    Ok(())
}
