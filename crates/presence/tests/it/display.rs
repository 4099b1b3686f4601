//! A real X11 display without a window manager, and one that says it has one.

use std::{ops::ControlFlow, sync::mpsc, time::Duration};

use hearth_presence::{Display, Presence, Program, Source, SourceState, watch_fullscreen};
use x11rb::{
    connection::Connection as _,
    protocol::xproto::{AtomEnum, ConnectionExt as _, CreateWindowAux, PropMode, Window, WindowClass},
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

use crate::support::{Running, look_at, places, start, state, tool};

const PATIENCE: Duration = Duration::from_secs(30);

fn display() -> Option<(Running, String)> {
    let xvfb = tool("Xvfb")?;
    let arguments = [
        "-displayfd",
        "1",
        "-screen",
        "0",
        "800x600x24",
        "-nolisten",
        "tcp",
    ];
    let (running, number) = start(&xvfb, &arguments);
    Some((running, format!(":{number}")))
}

/// A program of somebody.
struct Client {
    connection: RustConnection,
    root: Window,
}

impl Client {
    fn of(display: &str) -> Self {
        let (connection, screen) = x11rb::connect(Some(display)).unwrap();
        let root = connection.setup().roots[screen].root;
        Self { connection, root }
    }

    fn window(&self, width: u16, height: u16) -> Window {
        let window = self.connection.generate_id().unwrap();
        let aux = CreateWindowAux::new();
        self.connection
            .create_window(
                0,
                window,
                self.root,
                0,
                0,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                0,
                &aux,
            )
            .unwrap();
        window
    }

    fn set(&self, window: Window, name: &str, kind: AtomEnum, values: &[u32]) {
        let atom = self.atom(name);
        self.connection
            .change_property32(PropMode::REPLACE, window, atom, kind, values)
            .unwrap();
    }

    fn atom(&self, name: &str) -> u32 {
        let cookie = self.connection.intern_atom(false, name.as_bytes()).unwrap();
        cookie.reply().unwrap().atom
    }

    /// Everything asked for so far is done.
    fn done(&self) {
        self.connection.get_input_focus().unwrap().reply().unwrap();
    }
}

#[test]
fn idle_time_and_windows_that_fill_the_screen_are_seen() {
    let Some((_server, name)) = display() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut places = places(folder.path());
    places.display = Display::Named(name.clone());
    let mut presence = Presence::new(places);
    let client = Client::of(&name);

    let look = look_at(&mut presence, 0);
    assert_eq!(look.fullscreen, None);
    // Under Wayland X11's idle time is not believed.
    if std::env::var_os("WAYLAND_DISPLAY").is_none() {
        assert_eq!(*state(&look, Source::X11Idle), SourceState::Answers);
        assert!(look.input_idle.is_some());
    }

    let small = client.window(640, 600);
    client.connection.map_window(small).unwrap();
    client.done();
    assert_eq!(look_at(&mut presence, 1).fullscreen, None);
    let large = client.window(800, 600);
    client.set(large, "_NET_WM_PID", AtomEnum::CARDINAL, &[4_321]);
    client.done();
    assert_eq!(look_at(&mut presence, 2).fullscreen, None, "it is not shown yet");
    client.connection.map_window(large).unwrap();
    client.done();
    let pid = |look: hearth_presence::Look| look.fullscreen.map(|program| program.pid);
    assert_eq!(pid(look_at(&mut presence, 3)), Some(Some(4_321)));

    // With a window manager only what says so fills the screen.
    client.set(
        client.root,
        "_NET_SUPPORTING_WM_CHECK",
        AtomEnum::WINDOW,
        &[small],
    );
    client.done();
    assert_eq!(look_at(&mut presence, 4).fullscreen, None);
    let full = client.atom("_NET_WM_STATE_FULLSCREEN");
    client.set(small, "_NET_WM_STATE", AtomEnum::ATOM, &[full]);
    client.set(client.root, "_NET_ACTIVE_WINDOW", AtomEnum::WINDOW, &[small]);
    client.done();
    assert_eq!(pid(look_at(&mut presence, 5)), Some(None));
}

#[test]
fn a_window_that_fills_the_screen_is_told_of_and_so_is_its_end() {
    let Some((_server, name)) = display() else { return };
    let (say, heard) = mpsc::channel();
    let display = Display::Named(name.clone());
    let watcher = std::thread::spawn(move || {
        watch_fullscreen(&display, |program| match say.send(program) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        })
    });
    let next = || heard.recv_timeout(PATIENCE).unwrap();
    assert_eq!(next(), None);
    let client = Client::of(&name);
    let window = client.window(800, 600);
    client.connection.map_window(window).unwrap();
    client.done();
    let nobody = Program::default();
    assert_eq!(next(), Some(nobody.clone()));
    client.connection.unmap_window(window).unwrap();
    client.done();
    assert_eq!(next(), None);
    drop(heard);
    client.connection.map_window(window).unwrap();
    client.done();
    assert!(watcher.join().unwrap().is_ok());
}

#[test]
fn a_display_that_goes_away_is_absent() {
    let Some((server, name)) = display() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut places = places(folder.path());
    places.display = Display::Named(name);
    let mut presence = Presence::new(places);
    assert_eq!(
        *state(&look_at(&mut presence, 0), Source::Fullscreen),
        SourceState::Answers
    );
    drop(server);
    for seconds in [1, 2, 100] {
        let look = look_at(&mut presence, seconds);
        assert_ne!(*state(&look, Source::Fullscreen), SourceState::Answers);
    }
}
