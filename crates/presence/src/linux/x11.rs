//! An X11 display: how long nobody touched anything, and the window that fills the screen.

use std::time::Duration;

use x11rb::{
    connection::Connection as _,
    protocol::{
        screensaver::ConnectionExt as _,
        xproto::{AtomEnum, ConnectionExt as _, MapState, Window, WindowClass},
    },
    rust_connection::RustConnection,
};

/// The X11 display of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Display {
    /// By name, such as `:0`.
    Named(String),
    /// There is none.
    None,
}

impl Display {
    /// As the environment says. Under Wayland X11 sees only what its own windows are sent, which would make a user
    /// look idle; it still knows its windows that fill the screen, as most games do.
    #[must_use]
    pub fn of_session() -> Self {
        std::env::var("DISPLAY").map_or(Self::None, Self::Named)
    }
}

fn is_wayland() -> bool {
    std::env::var_os("WAYLAND_DISPLAY").is_some()
}

/// The atoms that windows and their manager speak in (EWMH).
#[derive(Debug)]
struct Atoms {
    supporting_wm_check: u32,
    active_window: u32,
    client_list: u32,
    wm_state: u32,
    fullscreen: u32,
    wm_pid: u32,
    window_type: u32,
    desktop: u32,
}

/// An open display.
#[derive(Debug)]
pub(super) struct X11 {
    connection: RustConnection,
    root: Window,
    size: (u16, u16),
    atoms: Atoms,
    has_screen_saver: bool,
    wayland: bool,
}

/// Idle time or why there is none, and the process of the window that fills the screen, if there is such a window.
pub(super) type Seen = (Result<Duration, String>, Option<Option<u32>>);

fn failed(error: impl std::fmt::Display) -> String {
    format!("The X11 display does not answer: {error}.")
}

impl X11 {
    pub(super) fn open(display: &Display) -> Result<Self, String> {
        let Display::Named(name) = display else {
            return Err("There is no X11 display.".to_owned());
        };
        let (connection, screen) = x11rb::connect(Some(name.as_str())).map_err(failed)?;
        let screen = connection
            .setup()
            .roots
            .get(screen)
            .ok_or("The X11 display has no screen.")?;
        let (root, size) = (screen.root, (screen.width_in_pixels, screen.height_in_pixels));
        let atom = |name: &str| -> Result<u32, String> {
            let cookie = connection.intern_atom(false, name.as_bytes()).map_err(failed)?;
            Ok(cookie.reply().map_err(failed)?.atom)
        };
        let atoms = Atoms {
            supporting_wm_check: atom("_NET_SUPPORTING_WM_CHECK")?,
            active_window: atom("_NET_ACTIVE_WINDOW")?,
            client_list: atom("_NET_CLIENT_LIST")?,
            wm_state: atom("_NET_WM_STATE")?,
            fullscreen: atom("_NET_WM_STATE_FULLSCREEN")?,
            wm_pid: atom("_NET_WM_PID")?,
            window_type: atom("_NET_WM_WINDOW_TYPE")?,
            desktop: atom("_NET_WM_WINDOW_TYPE_DESKTOP")?,
        };
        let saver = connection.query_extension(b"MIT-SCREEN-SAVER").map_err(failed)?;
        let has_screen_saver = saver.reply().map_err(failed)?.present;
        Ok(Self {
            connection,
            root,
            size,
            atoms,
            has_screen_saver,
            wayland: is_wayland(),
        })
    }

    pub(super) fn connection(&self) -> &RustConnection {
        &self.connection
    }

    pub(super) fn root(&self) -> Window {
        self.root
    }

    /// Properties of the root window that tell of a change of what fills the screen.
    pub(super) fn telling(&self) -> [u32; 2] {
        [self.atoms.active_window, self.atoms.client_list]
    }

    pub(super) fn idle_and_fullscreen(&mut self) -> Result<Seen, String> {
        Ok((self.idle()?, self.fullscreen()?))
    }

    fn idle(&self) -> Result<Result<Duration, String>, String> {
        if self.wayland {
            return Ok(Err("Under Wayland X11 does not see all input.".to_owned()));
        }
        if !self.has_screen_saver {
            return Ok(Err("The X11 display has no screen saver extension.".to_owned()));
        }
        let cookie = self
            .connection
            .screensaver_query_info(self.root)
            .map_err(failed)?;
        let info = cookie.reply().map_err(failed)?;
        Ok(Ok(Duration::from_millis(u64::from(info.ms_since_user_input))))
    }

    /// The process of the window that fills the screen, where it says one; `None` = no window does.
    ///
    /// With a window manager it is the active window or one above it that says so (`_NET_WM_STATE_FULLSCREEN`).
    /// Without one, or past it, it is a window that covers the screen.
    pub(super) fn fullscreen(&self) -> Result<Option<Option<u32>>, String> {
        let atoms = &self.atoms;
        let managed = !self.values(self.root, atoms.supporting_wm_check)?.is_empty();
        let active = self.values(self.root, atoms.active_window)?;
        for window in active.into_iter().filter(|window| *window != 0) {
            if self.values(window, atoms.wm_state)?.contains(&atoms.fullscreen) {
                return Ok(Some(self.pid(window)?));
            }
        }
        let tree = self.connection.query_tree(self.root).map_err(failed)?;
        let children = tree.reply().map_err(failed)?.children;
        // The last is the topmost.
        for window in children.into_iter().rev() {
            if self.covers(window, managed) == Some(true) {
                return Ok(Some(self.pid(window)?));
            }
        }
        Ok(None)
    }

    /// Whether a window that nobody manages covers the screen; `None` when it went away meanwhile. A manager's own
    /// windows (frames, the desktop, a compositor's overlay) do not count: with a manager only what says that it is
    /// in full screen does.
    fn covers(&self, window: Window, managed: bool) -> Option<bool> {
        let attributes = self.connection.get_window_attributes(window).ok()?.reply().ok()?;
        if attributes.map_state != MapState::VIEWABLE || attributes.class == WindowClass::INPUT_ONLY {
            return Some(false);
        }
        let says_so = self
            .values(window, self.atoms.wm_state)
            .ok()?
            .contains(&self.atoms.fullscreen);
        if managed {
            return Some(says_so);
        }
        let is_desktop = self
            .values(window, self.atoms.window_type)
            .ok()?
            .contains(&self.atoms.desktop);
        let shape = self.connection.get_geometry(window).ok()?.reply().ok()?;
        let reaches = |start: i16, length: u16, end: u16| {
            start <= 0 && i32::from(start) + i32::from(length) >= i32::from(end)
        };
        let fills = reaches(shape.x, shape.width, self.size.0) && reaches(shape.y, shape.height, self.size.1);
        Some(says_so || (fills && !is_desktop))
    }

    fn pid(&self, window: Window) -> Result<Option<u32>, String> {
        Ok(self.values(window, self.atoms.wm_pid)?.first().copied())
    }

    /// 32-bit values of a property; none when window or property are not there.
    fn values(&self, window: Window, property: u32) -> Result<Vec<u32>, String> {
        let cookie = self
            .connection
            .get_property(false, window, property, AtomEnum::ANY, 0, 64)
            .map_err(failed)?;
        let Ok(reply) = cookie.reply() else {
            return Ok(Vec::new());
        };
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }
}
