//! Game controllers, by the kernel's joystick devices. Sessions are given rights to theirs; where this program has
//! none, the controller is named and nothing more is known of it.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::Read as _,
    os::unix::fs::OpenOptionsExt as _,
    path::PathBuf,
    time::Duration,
};

use super::{
    Places,
    files::{names, text},
};

/// Bytes of an event of the joystick interface: time (4), value (2), kind (1), number (1).
const EVENT: usize = 8;
/// Said at opening about the state as it is; nobody did anything.
const INITIAL: u8 = 0x80;
const BUTTON: u8 = 1;
const AXIS: u8 = 2;
/// An axis that moved less, of 32,767, only trembles.
const MOVED: i32 = 6_000;
/// The most events that one look reads of one controller.
const MAX_EVENTS: usize = 4_096;

/// A controller that may be read.
#[derive(Debug)]
struct Controller {
    file: File,
    /// Where each axis was when its movement last counted.
    axes: BTreeMap<u8, i32>,
}

/// All controllers.
#[derive(Debug)]
pub(super) struct Controllers {
    class: PathBuf,
    dev: PathBuf,
    open: BTreeMap<String, Controller>,
    used_at: Option<Duration>,
}

impl Controllers {
    pub(super) fn new(places: &Places) -> Self {
        Self {
            class: places.sys.join("class/input"),
            dev: places.dev.join("input"),
            open: BTreeMap::new(),
            used_at: None,
        }
    }

    /// How long nobody touched one.
    ///
    /// # Errors
    /// What cannot be seen: there is none, or there are some that may not be read.
    pub(super) fn look(&mut self, mono: Duration) -> Result<Duration, String> {
        let listed = names(&self.class).unwrap_or_default();
        let listed: Vec<String> = listed.into_iter().filter(|name| is_joystick(name)).collect();
        self.open.retain(|name, _| listed.contains(name));
        if listed.is_empty() {
            self.used_at = None;
            return Err("There is no game controller.".to_owned());
        }
        let mut hidden = None;
        for name in listed {
            if !self.open.contains_key(&name) {
                let opened = OpenOptions::new()
                    .read(true)
                    .custom_flags(libc::O_NONBLOCK)
                    .open(self.dev.join(&name));
                match opened {
                    Ok(file) => {
                        let axes = BTreeMap::new();
                        self.open.insert(name, Controller { file, axes });
                        // Somebody plugged it in, or it was there from the start.
                        self.used_at.get_or_insert(mono);
                    }
                    Err(error) => {
                        let title = text(&self.class.join(&name).join("device/name"));
                        let title = title.unwrap_or(name);
                        hidden = Some(format!("{title} may not be read by this program: {error}."));
                    }
                }
            }
        }
        let used = self
            .open
            .values_mut()
            .fold(false, |used, controller| controller.was_used() | used);
        if used {
            self.used_at = Some(mono);
        }
        match self.used_at {
            Some(at) => Ok(mono.saturating_sub(at)),
            None => Err(hidden.unwrap_or_default()),
        }
    }
}

fn is_joystick(name: &str) -> bool {
    name.strip_prefix("js")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

impl Controller {
    /// Reads what has come since; whether a person did any of it.
    fn was_used(&mut self) -> bool {
        let mut used = false;
        let mut event = [0; EVENT];
        // The driver gives whole events; it says "would block" when there are no more.
        for _ in 0..MAX_EVENTS {
            match self.file.read(&mut event) {
                Ok(EVENT) => used |= self.counts(event),
                Ok(_) | Err(_) => break,
            }
        }
        used
    }

    fn counts(&mut self, event: [u8; EVENT]) -> bool {
        let [_, _, _, _, low, high, kind, number] = event;
        let value = i32::from(i16::from_ne_bytes([low, high]));
        match kind & !INITIAL {
            BUTTON => kind & INITIAL == 0,
            AXIS => {
                let was = self.axes.get(&number).copied();
                let moved = was.is_none_or(|was| (value - was).abs() >= MOVED);
                if moved {
                    self.axes.insert(number, value);
                }
                // Without a state before it nothing is known to have moved.
                moved && was.is_some() && kind & INITIAL == 0
            }
            _ => false,
        }
    }
}
