//! Presence on Linux: the sources, and how one look brings them together.

mod bus;
mod controllers;
mod files;
mod fullscreen;
mod gpu_use;
mod power;
mod session;
mod sleep;
mod x11;

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use hearth_types::time::UnixMillis;

use crate::look::{Look, Program, Source, SourceState};
use bus::Bus;
use controllers::Controllers;
use gpu_use::GpuUsers;
use x11::X11;

pub use fullscreen::{WatchError, watch_fullscreen};
pub use sleep::{Sleep, SleepError, watch_sleep};
pub use x11::Display;

/// After a source was found absent, how long it is left alone.
const RETRY: Duration = Duration::from_secs(60);
/// Compositors of VR headsets: they have work for the GPU only while a session runs.
const VR_COMPOSITORS: [&str; 2] = ["vrcompositor", "monado-service"];

/// Where to look. The default is the running machine; tests have folders and buses of their own.
#[derive(Clone, Debug)]
pub struct Places {
    /// `/proc`.
    pub proc: PathBuf,
    /// `/sys`.
    pub sys: PathBuf,
    /// `/dev`.
    pub dev: PathBuf,
    /// The X11 display.
    pub display: Display,
    /// Address of the session's bus; `None` = as the environment says.
    pub session_bus: Option<String>,
    /// Address of the system's bus; `None` = the usual.
    pub system_bus: Option<String>,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            proc: "/proc".into(),
            sys: "/sys".into(),
            dev: "/dev".into(),
            display: Display::of_session(),
            session_bus: None,
            system_bus: None,
        }
    }
}

/// A source that is opened when it is needed and again some time after it was lost.
#[derive(Debug)]
struct Opened<T> {
    open: Option<T>,
    failed: Option<(Duration, String)>,
}

impl<T> Opened<T> {
    const fn new() -> Self {
        Self {
            open: None,
            failed: None,
        }
    }

    /// Asks the source. What fails is closed, and not opened again before [`RETRY`] has passed.
    fn ask<A>(
        &mut self,
        mono: Duration,
        open: impl FnOnce() -> Result<T, String>,
        ask: impl FnOnce(&mut T) -> Result<A, String>,
    ) -> Result<A, String> {
        if let Some((at, why)) = &self.failed
            && mono < *at + RETRY
        {
            return Err(why.clone());
        }
        let answer = match &mut self.open {
            Some(source) => ask(source),
            None => open().and_then(|source| ask(self.open.insert(source))),
        };
        match answer {
            Ok(answer) => {
                self.failed = None;
                Ok(answer)
            }
            Err(why) => {
                self.open = None;
                self.failed = Some((mono, why.clone()));
                Err(why)
            }
        }
    }
}

/// Presence on this machine. Made once; every look remembers what makes the next one cheap.
#[derive(Debug)]
pub struct Presence {
    places: Places,
    x11: Opened<X11>,
    session: Opened<Bus>,
    system: Opened<Bus>,
    controllers: Controllers,
    gpu: GpuUsers,
}

impl Presence {
    /// Opens nothing yet.
    #[must_use]
    pub fn new(places: Places) -> Self {
        Self {
            controllers: Controllers::new(&places),
            gpu: GpuUsers::new(places.proc.clone()),
            places,
            x11: Opened::new(),
            session: Opened::new(),
            system: Opened::new(),
        }
    }

    /// Looks, blocking for a few milliseconds; a second for each bus at worst. `ours`: processes that are not foreign
    /// (this program, its workloads). `mono`: any monotonic clock.
    pub fn look(&mut self, ours: &BTreeSet<u32>, mono: Duration, unix: UnixMillis) -> Look {
        let mut look = Look::default();
        let places = &self.places;
        let x11 = self
            .x11
            .ask(mono, || X11::open(&places.display), X11::idle_and_fullscreen);
        let session = self.session.ask(
            mono,
            || Bus::session(places.session_bus.as_deref()),
            |bus| session::ask(bus, &places.proc),
        );
        let system = self.system.ask(
            mono,
            || Bus::system(places.system_bus.as_deref()),
            session::ask_logind,
        );

        let mut sources = Vec::new();
        let mut note = |source, why: Option<String>| {
            let state = why.map_or(SourceState::Answers, SourceState::Absent);
            sources.push((source, state));
        };
        match x11 {
            Ok((idle, window)) => {
                note(Source::X11Idle, idle.as_ref().err().cloned());
                look.input_idle = idle.ok();
                note(Source::Fullscreen, None);
                look.fullscreen = window
                    .map(|pid| Program {
                        name: pid.and_then(|pid| files::program_name(&places.proc, pid)),
                        pid,
                    })
                    .filter(|program| program.pid.is_none_or(|pid| !ours.contains(&pid)));
            }
            Err(why) => {
                note(Source::X11Idle, Some(why.clone()));
                note(Source::Fullscreen, Some(why));
            }
        }
        match session {
            Ok(found) => {
                note(Source::MutterIdle, found.mutter_idle.as_ref().err().cloned());
                look.input_idle = shorter(look.input_idle, found.mutter_idle.ok());
                note(Source::GameMode, found.game_mode.as_ref().err().cloned());
                look.game_mode = found.game_mode.ok().flatten();
                note(Source::Players, None);
                look.media = found.player.or(found.inhibitor);
            }
            Err(why) => {
                for source in [Source::MutterIdle, Source::GameMode, Source::Players] {
                    note(source, Some(why.clone()));
                }
            }
        }
        match system {
            Ok(found) => {
                note(Source::Logind, found.session_problem);
                look.locked = found.locked;
                let hint = found
                    .idle_since
                    .map(|since| Duration::from_millis(unix.0.saturating_sub(since.0)));
                look.input_idle = look.input_idle.or(hint);
                note(Source::Inhibitors, None);
                look.media = look.media.or(found.inhibitor);
            }
            Err(why) => {
                note(Source::Logind, Some(why.clone()));
                note(Source::Inhibitors, Some(why));
            }
        }
        let power = power::read(&places.sys);
        note(Source::Power, power.as_ref().err().cloned());
        look.battery = power.ok().flatten();
        let controllers = self.controllers.look(mono);
        note(Source::Controllers, controllers.as_ref().err().cloned());
        look.controller_idle = controllers.ok();
        let users = self.gpu.look(ours, mono, unix);
        note(Source::GpuUse, users.as_ref().err().cloned());
        look.gpu_use = users.unwrap_or_default();
        look.vr = vr_session(&look);
        sources.sort_by_key(|(source, _)| *source);
        look.sources = sources;
        look
    }
}

fn shorter(one: Option<Duration>, other: Option<Duration>) -> Option<Duration> {
    [one, other].into_iter().flatten().min()
}

fn vr_session(look: &Look) -> Option<Program> {
    let mut working = look.gpu_use.iter().filter(|used| used.busy_percent > Some(0));
    let compositor = working.find(|used| {
        let name = used.program.name.as_deref();
        name.is_some_and(|name| VR_COMPOSITORS.contains(&name))
    });
    compositor.map(|used| used.program.clone())
}
