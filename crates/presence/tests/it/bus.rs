//! Services on a real bus of its own: GameMode, a player, logind.

use std::{ops::ControlFlow, sync::mpsc, time::Duration};

use hearth_presence::{Places, Presence, Sleep, Source, SourceState, watch_sleep};
use zbus::{
    blocking::{Connection, connection::Builder},
    interface,
    zvariant::{OwnedFd, OwnedObjectPath},
};

use crate::support::{Running, look_at, places, start, state, tool, write};

const PLAYER: &str = "org.mpris.MediaPlayer2.vlc.instance7";
const PATIENCE: Duration = Duration::from_secs(30);

fn bus() -> Option<(Running, String)> {
    let daemon = tool("dbus-daemon")?;
    let arguments = ["--session", "--nofork", "--print-address"];
    Some(start(&daemon, &arguments))
}

fn serve<T: zbus::object_server::Interface>(address: &str, name: &str, path: &str, service: T) -> Connection {
    Builder::address(address)
        .unwrap()
        .serve_at(path, service)
        .unwrap()
        .name(name)
        .unwrap()
        .build()
        .unwrap()
}

struct GameMode {
    games: Vec<i32>,
}

#[interface(name = "com.feralinteractive.GameMode")]
impl GameMode {
    #[zbus(property)]
    fn client_count(&self) -> i32 {
        i32::try_from(self.games.len()).unwrap()
    }

    fn list_games(&self) -> Vec<(i32, OwnedObjectPath)> {
        let path =
            |pid| OwnedObjectPath::try_from(format!("/com/feralinteractive/GameMode/Games/{pid}")).unwrap();
        self.games.iter().map(|pid| (*pid, path(*pid))).collect()
    }
}

struct Player {
    status: &'static str,
}

#[interface(name = "org.mpris.MediaPlayer2.Player")]
impl Player {
    #[zbus(property)]
    fn playback_status(&self) -> String {
        self.status.to_owned()
    }
}

struct Session {
    locked: bool,
}

#[interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        self.locked
    }

    #[zbus(property)]
    fn idle_hint(&self) -> bool {
        true
    }

    /// Microseconds of the calendar: a minute before the look.
    #[zbus(property)]
    fn idle_since_hint(&self) -> u64 {
        (crate::support::NOON - 60_000) * 1_000
    }
}

struct Manager {
    /// Says each time that sleep is held up.
    held: mpsc::Sender<()>,
}

#[interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn list_inhibitors(&self) -> Vec<(String, String, String, String, u32, u32)> {
        let inhibitor =
            |what: &str, who: &str, mode: &str| (what.into(), who.into(), "".into(), mode.into(), 0, 7);
        vec![
            inhibitor("sleep", "NetworkManager", "delay"),
            inhibitor("handle-lid-switch:idle", "Slides", "block"),
        ]
    }

    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> OwnedFd {
        assert_eq!((what, mode), ("sleep", "delay"));
        self.held.send(()).unwrap();
        std::os::fd::OwnedFd::from(std::fs::File::open("/dev/null").unwrap()).into()
    }
}

fn on(address: &str, folder: &tempfile::TempDir) -> Places {
    Places {
        session_bus: Some(address.to_owned()),
        system_bus: Some(address.to_owned()),
        ..places(folder.path())
    }
}

#[test]
fn what_services_say_is_heard_and_absent_ones_are_named() {
    let Some((_daemon, address)) = bus() else { return };
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "proc/42/comm", "portal2_linux\n");
    let mut presence = Presence::new(on(&address, &folder));
    let look = look_at(&mut presence, 0);
    for source in [Source::GameMode, Source::Logind, Source::MutterIdle] {
        assert_ne!(*state(&look, source), SourceState::Answers, "{source:?}");
    }
    assert_eq!(*state(&look, Source::Players), SourceState::Answers);
    assert_eq!((&look.game_mode, &look.media), (&None, &None));

    let path = "/com/feralinteractive/GameMode";
    let _mode = serve(
        &address,
        "com.feralinteractive.GameMode",
        path,
        GameMode { games: vec![42] },
    );
    let player = |status| serve(&address, PLAYER, "/org/mpris/MediaPlayer2", Player { status });
    let paused = player("Paused");
    let look = look_at(&mut presence, 1);
    let game = look.game_mode.expect("a game asked for GameMode");
    assert_eq!(
        (game.name.as_deref(), game.pid),
        (Some("portal2_linux"), Some(42))
    );
    assert_eq!(look.media, None);
    paused.release_name(PLAYER).unwrap();
    let _playing = player("Playing");
    let media = look_at(&mut presence, 2).media.expect("a player plays");
    // Its process is this test's, which the recorded machine does not know.
    assert_eq!(
        (media.name.as_deref(), media.pid),
        (Some("vlc"), Some(std::process::id()))
    );
}

#[test]
fn logind_tells_of_lock_idleness_inhibitors_and_sleep() {
    let Some((_daemon, address)) = bus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let places = on(&address, &folder);
    let (held, is_held) = mpsc::channel();
    let logind = Builder::address(address.as_str())
        .unwrap()
        .serve_at("/org/freedesktop/login1", Manager { held })
        .unwrap()
        .serve_at("/org/freedesktop/login1/session/auto", Session { locked: true })
        .unwrap()
        .name("org.freedesktop.login1")
        .unwrap()
        .build()
        .unwrap();
    let look = look_at(&mut Presence::new(places.clone()), 0);
    assert_eq!(*state(&look, Source::Logind), SourceState::Answers);
    assert!(look.locked);
    assert_eq!(look.input_idle, Some(Duration::from_secs(60)));
    assert_eq!(
        look.media.and_then(|program| program.name).as_deref(),
        Some("Slides")
    );

    let (say, heard) = mpsc::channel();
    let watcher = std::thread::spawn(move || {
        watch_sleep(&places, |sleep| {
            say.send(sleep).unwrap();
            match sleep {
                Sleep::Begins => ControlFlow::Continue(()),
                Sleep::Ended => ControlFlow::Break(()),
            }
        })
    });
    is_held
        .recv_timeout(PATIENCE)
        .expect("sleep is held up from the start");
    let signal = |begins: bool| {
        logind
            .emit_signal(
                None::<&str>,
                "/org/freedesktop/login1",
                "org.freedesktop.login1.Manager",
                "PrepareForSleep",
                &begins,
            )
            .unwrap();
    };
    signal(true);
    assert_eq!(heard.recv_timeout(PATIENCE), Ok(Sleep::Begins));
    signal(false);
    assert_eq!(heard.recv_timeout(PATIENCE), Ok(Sleep::Ended));
    assert!(watcher.join().unwrap().is_ok());
}
