//! Waiting for a window that fills the screen. What a user sees at once should not wait for the next look.

use std::ops::ControlFlow;

use x11rb::{
    connection::Connection as _,
    protocol::{
        Event,
        xproto::{ChangeWindowAttributesAux, ConnectionExt as _, EventMask},
    },
};

use super::x11::{Display, X11};
use crate::look::Program;

/// Why there is nothing to wait for.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WatchError(String);

/// Tells of every change of what fills the screen, at first what does now. Blocks its thread until the display is gone
/// or `tell` breaks. The program's name is not read here; its process number is all that X11 may know.
///
/// # Errors
/// When there is no display, or it is gone.
pub fn watch_fullscreen(
    display: &Display,
    mut tell: impl FnMut(Option<Program>) -> ControlFlow<()>,
) -> Result<(), WatchError> {
    let x11 = X11::open(display).map_err(WatchError)?;
    let gone = |error: &dyn std::fmt::Display| WatchError(format!("The X11 display is gone: {error}."));
    let wanted = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::PROPERTY_CHANGE;
    let connection = x11.connection();
    connection
        .change_window_attributes(x11.root(), &ChangeWindowAttributesAux::new().event_mask(wanted))
        .map_err(|error| gone(&error))?
        .check()
        .map_err(|error| gone(&error))?;
    let mut known = None;
    loop {
        let now = x11.fullscreen().map_err(WatchError)?;
        if known != Some(now) {
            known = Some(now);
            let program = now.map(|pid| Program { name: None, pid });
            if tell(program).is_break() {
                return Ok(());
            }
        }
        // A burst of events is one change.
        let mut event = connection.wait_for_event().map_err(|error| gone(&error))?;
        let mut matters = false;
        loop {
            matters |= tells_of_change(&event, &x11);
            match connection.poll_for_event().map_err(|error| gone(&error))? {
                Some(next) => event = next,
                None if matters => break,
                None => event = connection.wait_for_event().map_err(|error| gone(&error))?,
            }
        }
    }
}

fn tells_of_change(event: &Event, x11: &X11) -> bool {
    if let Event::PropertyNotify(change) = event {
        return x11.telling().contains(&change.atom);
    }
    matches!(
        event,
        Event::MapNotify(_) | Event::UnmapNotify(_) | Event::DestroyNotify(_) | Event::ConfigureNotify(_)
    )
}
