//! The machine going to sleep, by logind: it is held up until the GPUs are free.

use std::ops::ControlFlow;

use zbus::{blocking::Proxy, zvariant::OwnedFd};

use super::{Places, bus::Bus, session::LOGIND};

/// What the machine does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sleep {
    /// It goes to sleep as soon as it is told that this was taken note of, or in some seconds anyway.
    Begins,
    /// It woke up.
    Ended,
}

/// Why sleep is not told of.
#[derive(Debug, thiserror::Error)]
pub enum SleepError {
    /// The system's bus cannot be reached.
    #[error("{0}")]
    Bus(String),
    /// logind does not answer.
    #[error("logind does not tell when the machine goes to sleep")]
    Logind(#[from] zbus::Error),
}

/// Tells when the machine goes to sleep and when it woke up. The machine waits until `tell` has returned, as long as
/// logind allows (5 s as a rule). Blocks its thread until the bus is gone or `tell` breaks.
///
/// # Errors
/// When there is no logind. Sleep then comes unannounced.
pub fn watch_sleep(
    places: &Places,
    mut tell: impl FnMut(Sleep) -> ControlFlow<()>,
) -> Result<(), SleepError> {
    let bus = Bus::system(places.system_bus.as_deref()).map_err(SleepError::Bus)?;
    let logind = Proxy::new(bus.connection(), LOGIND.service, LOGIND.path, LOGIND.interface)?;
    let signals = logind.receive_signal("PrepareForSleep")?;
    // Held as long as it is open.
    let mut hold = Some(hold_up(&bus)?);
    for signal in signals {
        let begins: bool = signal.body().deserialize()?;
        let sleep = if begins { Sleep::Begins } else { Sleep::Ended };
        let goes_on = tell(sleep);
        hold = if begins { None } else { Some(hold_up(&bus)?) };
        if goes_on.is_break() {
            break;
        }
    }
    drop(hold);
    Ok(())
}

fn hold_up(bus: &Bus) -> Result<OwnedFd, zbus::Error> {
    let wish = (
        "sleep",
        "Hearth",
        "Gives the GPU back before the machine sleeps",
        "delay",
    );
    bus.call(LOGIND, "Inhibit", &wish)
}
