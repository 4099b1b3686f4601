//! Repeated readings for charts and policy: cheap, because adapters are not asked again.

use std::collections::BTreeMap;
use std::time::Duration;

use hearth_types::device::{Detection, Device, Vendor, telemetry};

use super::{Look, awake_nvidia, merge, nvml, nvml_problem, settle, sysfs};

/// Reads the machine's cards again and again. The caller decides when, and drops it to let cards fall asleep.
pub struct Sampler {
    look: Look,
    library: Option<nvml::Library>,
    /// The slots the library was opened for; it holds on to those that were awake then.
    opened_for: Option<Vec<String>>,
    /// The library is not installed; looking again each time would cost more than all else.
    no_library: bool,
    before: BTreeMap<String, Device>,
    before_at: Duration,
}

impl Sampler {
    /// A sampler that has read nothing yet.
    #[must_use]
    pub fn new(look: Look) -> Self {
        Self {
            look,
            library: None,
            opened_for: None,
            no_library: false,
            before: BTreeMap::new(),
            before_at: Duration::ZERO,
        }
    }

    /// A reading at `now`, on any clock that only goes forward. Devices have no adapter here. Power and load of cards
    /// that only count energy and time are those since the reading before.
    ///
    /// Finding the kernel's `programs` costs far more than all else, as every open file of the user is looked at.
    pub fn sample(&mut self, now: Duration, programs: bool) -> Detection {
        let mut problems = Vec::new();
        let proc = self.look.roots.proc.as_ref().filter(|_| programs);
        let mut cards = sysfs::read(&sysfs::Roots {
            proc: proc.cloned(),
            ..self.look.roots.clone()
        });
        let managed = match self.ask(&cards) {
            Ok(answer) => settle(answer, &mut cards, &mut problems),
            Err(message) => {
                problems.extend(message.map(nvml_problem));
                Vec::new()
            }
        };
        let mut devices = merge::merge(cards, managed, Vec::new());
        let elapsed = now.saturating_sub(self.before_at);
        for device in &mut devices {
            if let Some(before) = self.before.get(&device.fingerprint) {
                telemetry::complete(device, before, elapsed);
            }
        }
        self.before = devices
            .iter()
            .map(|device| (device.fingerprint.clone(), device.clone()))
            .collect();
        self.before_at = now;
        Detection { devices, problems }
    }

    /// NVIDIA's answer, or what to say of its absence.
    fn ask(&mut self, cards: &[Device]) -> Result<nvml::Answer, Option<String>> {
        let awake = awake_nvidia(&self.look, cards);
        if self.opened_for != awake {
            self.library = None;
            self.opened_for.clone_from(&awake);
        }
        let wanted = match &awake {
            Some(slots) if slots.is_empty() => return Ok(nvml::Answer::default()),
            Some(slots) => nvml::Cards::InSlots(slots),
            None => nvml::Cards::All,
        };
        if self.no_library {
            return Err(None);
        }
        let library = match self.library.take() {
            Some(library) => library,
            None => nvml::Library::open(self.look.nvml.as_deref(), wanted).map_err(|problem| {
                self.no_library = problem.library_missing;
                let expected = cards.iter().any(|card| card.vendor == Vendor::Nvidia);
                (expected || !problem.library_missing).then_some(problem.message)
            })?,
        };
        let answer = library.read(wanted).map_err(|problem| Some(problem.message))?;
        // After a reload of the driver, handles of the old one answer nothing any more: the next reading opens anew.
        if answer.problems.is_empty() {
            self.library = Some(library);
        }
        Ok(answer)
    }
}
