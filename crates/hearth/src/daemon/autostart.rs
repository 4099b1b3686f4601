//! Starting with the user's session.

use hearth_types::ipc::{Code, IpcError};

/// Turns autostart on or off.
///
/// # Errors
/// [`Code::Internal`] with the system's reason.
pub(super) fn set(on: bool) -> Result<(), IpcError> {
    let failed = |cause: &dyn std::fmt::Display| {
        IpcError::new(Code::Internal, "Starting with the session could not be changed.").detail(cause)
    };
    let exe = std::env::current_exe().map_err(|e| failed(&e))?;
    let entry = auto_launch::AutoLaunchBuilder::new()
        .set_app_name("Hearth")
        .set_app_path(&exe.to_string_lossy())
        .set_args(&["daemon"])
        .build()
        .map_err(|e| failed(&e))?;
    let is_on = entry.is_enabled().unwrap_or(false);
    match (on, is_on) {
        (true, false) => entry.enable().map_err(|e| failed(&e)),
        (false, true) => entry.disable().map_err(|e| failed(&e)),
        (true, true) | (false, false) => Ok(()),
    }
}
