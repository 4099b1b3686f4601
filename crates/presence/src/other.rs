//! Systems on which nothing is read yet.

use std::{collections::BTreeSet, time::Duration};

use hearth_types::time::UnixMillis;

use crate::look::{Look, Source, SourceState};

/// Where to look: nowhere yet.
#[derive(Clone, Debug, Default)]
pub struct Places;

/// Presence on this machine: nothing can tell.
#[derive(Debug)]
pub struct Presence;

impl Presence {
    /// Opens nothing.
    #[must_use]
    pub fn new(_places: Places) -> Self {
        Self
    }

    /// Looks; every source is absent.
    pub fn look(&mut self, _ours: &BTreeSet<u32>, _mono: Duration, _unix: UnixMillis) -> Look {
        let absent = SourceState::Absent("Not read on this system yet.".to_owned());
        let sources = [Source::X11Idle, Source::Fullscreen, Source::Power, Source::GpuUse];
        Look {
            sources: sources.map(|source| (source, absent.clone())).to_vec(),
            ..Look::default()
        }
    }
}
