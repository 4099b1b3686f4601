//! One list of devices out of all sources, and no sleeping card woken for it.

mod drivers;
pub mod merge;
mod names;
mod nvml;
mod sampler;
pub mod sysfs;
mod wgpu;

use std::path::PathBuf;

use hearth_types::device::{Detection, Device, DeviceState, Source, SourceProblem, Vendor};
use serde::{Deserialize, Serialize};

pub use drivers::environment;
pub use sampler::Sampler;
pub use sysfs::Roots;

/// Where and how to look for GPUs.
#[derive(Clone, Debug)]
pub struct Look {
    /// Where the kernel shows cards.
    pub roots: Roots,
    /// NVIDIA's library, if another than the system's.
    pub nvml: Option<PathBuf>,
    /// Whether sleeping cards may be woken. Without, no source that opens them is asked.
    pub wake: bool,
}

impl Look {
    /// At the running machine, without waking anything.
    #[must_use]
    pub fn live() -> Self {
        Self {
            roots: Roots::live(),
            nvml: None,
            wake: false,
        }
    }
}

/// Asks every source and merges the answers. Loads GPU drivers and may take seconds.
///
/// While a card sleeps, adapters are asked for only in a process that was started with [`environment`].
#[must_use]
pub fn detect(look: &Look) -> Detection {
    let (cards, others, problems) = ask(look);
    Detection {
        devices: merge::merge(cards, others.managed, others.adapters),
        problems,
    }
}

/// Answers of the sources that are no files of the kernel.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Recorded {
    /// What a vendor's library told.
    #[serde(default)]
    pub managed: Vec<Device>,
    /// What compute drivers showed.
    #[serde(default)]
    pub adapters: Vec<Device>,
}

/// The kernel's cards, and what the other sources say.
pub(crate) fn ask(look: &Look) -> (Vec<Device>, Recorded, Vec<SourceProblem>) {
    let mut problems = Vec::new();
    let mut cards = sysfs::read(&look.roots);
    let managed = managed(look, &mut cards, &mut problems);
    let adapters = adapters(look, &cards, &mut problems);
    (cards, Recorded { managed, adapters }, problems)
}

/// NVIDIA's answer. Marks those of `cards` that it no longer can name as lost.
fn managed(look: &Look, cards: &mut [Device], problems: &mut Vec<SourceProblem>) -> Vec<Device> {
    let awake = awake_nvidia(look, cards);
    let wanted = match &awake {
        Some(slots) if slots.is_empty() => return Vec::new(),
        Some(slots) => nvml::Cards::InSlots(slots),
        None => nvml::Cards::All,
    };
    let asked = nvml::Library::open(look.nvml.as_deref(), wanted).and_then(|library| library.read(wanted));
    match asked {
        Ok(answer) => settle(answer, cards, problems),
        Err(problem) => {
            // Without the library there is no NVIDIA driver, which is only worth a word where a card waits for it.
            let expected = cards.iter().any(|card| card.vendor == Vendor::Nvidia);
            if expected || !problem.library_missing {
                problems.push(nvml_problem(problem.message));
            }
            Vec::new()
        }
    }
}

/// Takes over what the library told.
fn settle(answer: nvml::Answer, cards: &mut [Device], problems: &mut Vec<SourceProblem>) -> Vec<Device> {
    if answer.lost_one {
        for card in cards {
            let named = answer.devices.iter().any(|d| d.pci_slot == card.pci_slot);
            let held = card.vendor == Vendor::Nvidia && card.driver.as_deref() == Some("nvidia");
            if held && !named && card.state == DeviceState::Active {
                card.state = DeviceState::Lost;
            }
        }
    }
    problems.extend(answer.problems.into_iter().map(nvml_problem));
    answer.devices
}

/// The slots of NVIDIA cards that are awake, or `None` when no card sleeps and all may be asked.
fn awake_nvidia(look: &Look, cards: &[Device]) -> Option<Vec<String>> {
    let nvidia = || cards.iter().filter(|card| card.vendor == Vendor::Nvidia);
    let asleep = nvidia().any(|card| card.state == DeviceState::Asleep);
    if look.wake || !asleep {
        return None;
    }
    let awake = nvidia().filter(|card| card.state == DeviceState::Active);
    Some(awake.filter_map(|card| card.pci_slot.clone()).collect())
}

fn adapters(look: &Look, cards: &[Device], problems: &mut Vec<SourceProblem>) -> Vec<Device> {
    let mut problem = |message: String| {
        problems.push(SourceProblem {
            source: Source::Wgpu,
            message,
        });
    };
    let asleep = cards.iter().filter(|card| card.state == DeviceState::Asleep);
    let asleep: Vec<&str> = asleep.map(|card| card.name.as_str()).collect();
    if !look.wake && !asleep.is_empty() {
        problem(format!(
            "Asleep and not woken: {}. Its compute driver is asked when it wakes.",
            asleep.join(", ")
        ));
        if !drivers::leaves_asleep() {
            return Vec::new();
        }
    }
    let adapters = wgpu::read();
    if adapters.is_empty() {
        problem(
            "No compute driver answers. Install the GPU's driver with Vulkan support \
             (Debian: mesa-vulkan-drivers or nvidia-driver)."
                .into(),
        );
    }
    adapters
}

fn nvml_problem(message: String) -> SourceProblem {
    SourceProblem {
        source: Source::Nvml,
        message,
    }
}
