//! What services of the session and of the system say.

use std::{path::Path, time::Duration};

use hearth_types::time::UnixMillis;
use zbus::zvariant::OwnedObjectPath;

use super::{
    bus::{Bus, Object},
    files::program_name,
};
use crate::look::Program;

/// What the session's services say.
pub(super) struct OfSession {
    pub(super) mutter_idle: Result<Duration, String>,
    pub(super) game_mode: Result<Option<Program>, String>,
    pub(super) player: Option<Program>,
    pub(super) inhibitor: Option<Program>,
}

/// What logind says.
pub(super) struct OfSystem {
    pub(super) locked: bool,
    /// Since when the session is idle, where its desktop says that it is.
    pub(super) idle_since: Option<UnixMillis>,
    pub(super) inhibitor: Option<Program>,
    /// Why lock and idle hint are not known.
    pub(super) session_problem: Option<String>,
}

const MUTTER: Object<'_> = Object {
    service: "org.gnome.Mutter.IdleMonitor",
    path: "/org/gnome/Mutter/IdleMonitor/Core",
    interface: "org.gnome.Mutter.IdleMonitor",
};
const GAME_MODE: Object<'_> = Object {
    service: "com.feralinteractive.GameMode",
    path: "/com/feralinteractive/GameMode",
    interface: "com.feralinteractive.GameMode",
};
const GNOME_SESSION: Object<'_> = Object {
    service: "org.gnome.SessionManager",
    path: "/org/gnome/SessionManager",
    interface: "org.gnome.SessionManager",
};
const POWER_INHIBIT: Object<'_> = Object {
    service: "org.freedesktop.PowerManagement.Inhibit",
    path: "/org/freedesktop/PowerManagement/Inhibit",
    interface: "org.freedesktop.PowerManagement.Inhibit",
};
/// The session of whoever asks, else the one that the user sees.
const SESSION: Object<'_> = Object {
    service: "org.freedesktop.login1",
    path: "/org/freedesktop/login1/session/auto",
    interface: "org.freedesktop.login1.Session",
};
pub(super) const LOGIND: Object<'_> = Object {
    service: "org.freedesktop.login1",
    path: "/org/freedesktop/login1",
    interface: "org.freedesktop.login1.Manager",
};
const PLAYER_PREFIX: &str = "org.mpris.MediaPlayer2.";
/// GNOME's bit for "the session must not be taken for idle".
const GNOME_IDLE: u32 = 8;

/// Asks every service of the session that runs. Which do is asked once: asking an absent one might start it.
pub(super) fn ask(bus: &mut Bus, proc: &Path) -> Result<OfSession, String> {
    let services = bus.services()?;
    let runs = |object: Object<'_>| services.iter().any(|service| service == object.service);
    Ok(OfSession {
        mutter_idle: mutter_idle(bus, runs(MUTTER)),
        game_mode: game_mode(bus, proc, runs(GAME_MODE)),
        player: services
            .iter()
            .filter(|service| service.starts_with(PLAYER_PREFIX))
            .find_map(|service| playing(bus, proc, service)),
        inhibitor: keeps_awake(bus, &runs).then(Program::default),
    })
}

fn mutter_idle(bus: &Bus, runs: bool) -> Result<Duration, String> {
    if !runs {
        return Err("The desktop is not GNOME's.".to_owned());
    }
    let idle: Result<u64, _> = bus.call(MUTTER, "GetIdletime", &());
    idle.map(Duration::from_millis)
        .map_err(|error| format!("Mutter does not tell the idle time: {error}."))
}

fn game_mode(bus: &Bus, proc: &Path, runs: bool) -> Result<Option<Program>, String> {
    if !runs {
        return Err("GameMode does not run.".to_owned());
    }
    let failed = |error: zbus::Error| format!("GameMode does not answer: {error}.");
    let count: i32 = bus.property(GAME_MODE, "ClientCount").map_err(failed)?;
    if count <= 0 {
        return Ok(None);
    }
    // Older ones count and do not list.
    let games: Vec<(i32, OwnedObjectPath)> = bus.call(GAME_MODE, "ListGames", &()).unwrap_or_default();
    let pid = games.first().and_then(|(pid, _)| u32::try_from(*pid).ok());
    let name = pid.and_then(|pid| program_name(proc, pid));
    Ok(Some(Program { name, pid }))
}

/// The player, if it plays.
fn playing(bus: &Bus, proc: &Path, service: &str) -> Option<Program> {
    let player = Object {
        service,
        path: "/org/mpris/MediaPlayer2",
        interface: "org.mpris.MediaPlayer2.Player",
    };
    let status: String = bus.property(player, "PlaybackStatus").ok()?;
    if status != "Playing" {
        return None;
    }
    let pid = bus.process(service);
    let by_process = pid.and_then(|pid| program_name(proc, pid));
    // Names of instances end in `.instance123`.
    let by_service = service
        .strip_prefix(PLAYER_PREFIX)?
        .split('.')
        .next()
        .map(str::to_owned);
    Some(Program {
        name: by_process.or(by_service),
        pid,
    })
}

/// Whether a program asks the desktop to stay awake. Desktops do not say which in one way.
fn keeps_awake(bus: &Bus, runs: &dyn Fn(Object<'_>) -> bool) -> bool {
    let gnome = || {
        bus.call(GNOME_SESSION, "IsInhibited", &GNOME_IDLE)
            .unwrap_or(false)
    };
    let others = || bus.call(POWER_INHIBIT, "HasInhibit", &()).unwrap_or(false);
    (runs(GNOME_SESSION) && gnome()) || (runs(POWER_INHIBIT) && others())
}

/// An inhibitor as logind lists it: what, who, why, mode, user, process.
type Inhibitor = (String, String, String, String, u32, u32);

/// Asks logind.
pub(super) fn ask_logind(bus: &mut Bus) -> Result<OfSystem, String> {
    if !bus.services()?.iter().any(|service| service == LOGIND.service) {
        return Err("logind does not run.".to_owned());
    }
    let inhibitors: Vec<Inhibitor> = bus.call(LOGIND, "ListInhibitors", &()).unwrap_or_default();
    let inhibitor = inhibitors
        .into_iter()
        .find(|(what, _, _, mode, ..)| mode == "block" && what.split(':').any(|what| what == "idle"));
    let locked: Result<bool, _> = bus.property(SESSION, "LockedHint");
    let idle: bool = bus.property(SESSION, "IdleHint").unwrap_or_default();
    let since: Option<u64> = bus.property(SESSION, "IdleSinceHint").ok();
    Ok(OfSystem {
        session_problem: locked
            .as_ref()
            .err()
            .map(|error| format!("logind knows no session of this user: {error}.")),
        locked: locked.unwrap_or_default(),
        idle_since: since.filter(|_| idle).map(|micros| UnixMillis(micros / 1_000)),
        inhibitor: inhibitor.map(|(_, who, _, _, _, pid)| Program {
            name: Some(who),
            pid: Some(pid),
        }),
    })
}
