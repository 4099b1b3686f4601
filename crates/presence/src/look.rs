//! What one look saw.

use std::time::Duration;

use hearth_types::time::UnixMillis;

/// A program, as far as it may be known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// Its short name.
    pub name: Option<String>,
    /// Its process number.
    pub pid: Option<u32>,
}

/// The battery that the machine runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    /// What it holds, percent; of several the mean.
    pub percent: Option<u8>,
}

/// What one program does on one GPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GpuUse {
    /// The GPU's PCI bus id, such as `0000:0c:00.0`.
    pub pci_slot: String,
    /// The program.
    pub program: Program,
    /// Share of the busiest engine since the look before, percent; absent at the first look.
    pub busy_percent: Option<u8>,
    /// Since when it has had work for the GPU at every look.
    pub since: Option<UnixMillis>,
}

/// Something that can tell about presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Input idle time by X11's screen saver extension.
    X11Idle,
    /// Input idle time by GNOME's Mutter.
    MutterIdle,
    /// Idle hint and lock of the session by logind.
    Logind,
    /// The window that fills the screen.
    Fullscreen,
    /// Feral GameMode.
    GameMode,
    /// Players, by MPRIS.
    Players,
    /// Programs that ask the machine to stay awake.
    Inhibitors,
    /// Mains power and battery.
    Power,
    /// Game controllers.
    Controllers,
    /// Programs' use of GPUs with drivers of the kernel's own kind. NVIDIA's driver does not say it here.
    GpuUse,
}

/// Whether a source answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// It does.
    Answers,
    /// It does not, for this reason; English. That is no error: few machines have all.
    Absent(String),
}

/// What one look saw. Absent = no source can tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// How long nobody touched keyboard, pointer or screen.
    pub input_idle: Option<Duration>,
    /// How long nobody touched a controller; counted from the first look on.
    pub controller_idle: Option<Duration>,
    /// The session is locked.
    pub locked: bool,
    /// The program whose window fills the screen.
    pub fullscreen: Option<Program>,
    /// A game for which Feral GameMode is on.
    pub game_mode: Option<Program>,
    /// A compositor of a VR headset that works.
    pub vr: Option<Program>,
    /// A player that plays; else a program that asks the machine to stay awake.
    pub media: Option<Program>,
    /// The battery, when the machine runs on it.
    pub battery: Option<Battery>,
    /// Programs with a GPU open, as far as this user may see them.
    pub gpu_use: Vec<GpuUse>,
    /// What answered and what did not, in the order of [`Source`].
    pub sources: Vec<(Source, SourceState)>,
}
