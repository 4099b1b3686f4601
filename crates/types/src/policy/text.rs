//! English sentences of device states, for command line, tray and logs. The interface has its own from the codes.

use super::{DeviceLending, DevicePhase, DeviceReason, InputKind, Resumes, Sensor};
use crate::time::UtcOffset;

impl DevicePhase {
    /// One word.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Off => "Off",
            Self::Standby => "Standby",
            Self::Lending => "Lending",
            Self::Slowed => "Slowed down",
            Self::Yielding => "Giving back",
            Self::Paused => "Paused",
            Self::Cooling => "Cooling",
            Self::Lost => "Lost",
        }
    }
}

impl DeviceLending {
    /// State, reason and what ends it: `Paused: Portal 2 uses this GPU since 20:14. Resumes 5 min after it ends.`
    /// Times are of clocks at `place`.
    #[must_use]
    pub fn text(&self, place: UtcOffset) -> String {
        let state = format!("{}: {}", self.phase.text(), self.reason.text(place));
        match self.resumes.text(place) {
            Some(end) => format!("{state} {end}"),
            None => state,
        }
    }
}

impl Resumes {
    fn text(self, place: UtcOffset) -> Option<String> {
        Some(match self {
            Self::NotHeld => return None,
            Self::At { at } => format!("Resumes at {}.", place.clock_text(at)),
            Self::After { seconds } => format!("Resumes {} after it ends.", duration(seconds)),
            Self::ByItself => "Resumes by itself.".to_owned(),
            Self::AtRestart => "Resumes when Hearth starts anew, or when you say so.".to_owned(),
            Self::ByOwner => "Resumes when you change it.".to_owned(),
        })
    }
}

impl DeviceReason {
    /// What is the case, as a sentence. Times are of clocks at `place`.
    #[must_use]
    pub fn text(&self, place: UtcOffset) -> String {
        let who = |name: &Option<String>, nobody: &str| name.clone().unwrap_or_else(|| nobody.to_owned());
        match self {
            Self::NotLending => "you are not lending.".to_owned(),
            Self::NeverLent => "you chose never to lend this GPU.".to_owned(),
            Self::NotSeenYet => "this GPU has not been looked at yet.".to_owned(),
            Self::WaitingForRenter => "waiting for a renter. The GPU may sleep.".to_owned(),
            Self::RunningLease { .. } => "a renter's job is running.".to_owned(),
            Self::PausedByOwner => "you paused lending.".to_owned(),
            Self::UsesGpu { name, since } => {
                let who = who(name, "a program");
                format!("{who} uses this GPU since {}.", place.clock_text(*since))
            }
            Self::Fullscreen { name, since } => {
                let who = who(name, "a program");
                format!("{who} fills the screen since {}.", place.clock_text(*since))
            }
            Self::GameMode { name, since } => {
                let who = who(name, "a game");
                format!("{who} has GameMode on since {}.", place.clock_text(*since))
            }
            Self::Vr { name, since } => {
                let who = who(name, "a VR session");
                format!("{who} runs since {}.", place.clock_text(*since))
            }
            Self::AfterGame => "a game ended a moment ago.".to_owned(),
            Self::InUse {
                input: InputKind::Desk,
            } => "somebody uses this machine.".to_owned(),
            Self::InUse {
                input: InputKind::Controller,
            } => "somebody uses a controller.".to_owned(),
            Self::MediaPlaying { name } => format!("{} plays.", who(name, "a film or music")),
            Self::IdleUnknown => "nothing on this machine tells whether somebody uses it.".to_owned(),
            Self::OnBattery => "the machine runs on its battery.".to_owned(),
            Self::BatteryLow { least_percent } => format!("the battery holds less than {least_percent} %."),
            Self::OutsideHours => "outside the hours that you chose.".to_owned(),
            Self::TariffTooHigh { price, ceiling } => {
                format!("electricity costs {price}, more than {ceiling}.")
            }
            Self::PriceBelowCost { asked, least } => format!(
                "your price, {} an hour, does not pay for the electricity; {} would.",
                asked.per_hour(),
                least.per_hour()
            ),
            Self::TooHot {
                sensor,
                degrees_c,
                ceiling_c,
            } => {
                let place = match sensor {
                    Sensor::Edge => "the GPU",
                    Sensor::Junction => "the GPU's hottest spot",
                    Sensor::Memory => "the GPU's memory",
                };
                format!("{place} reached {degrees_c} °C, the ceiling is {ceiling_c} °C.")
            }
            Self::ThrottledByHeat => "the driver slows this GPU down because of heat.".to_owned(),
            Self::TooMuchPower { watts, ceiling_w } => {
                format!("this GPU drew {watts} W, the ceiling is {ceiling_w} W.")
            }
            Self::FanTooFast {
                percent,
                ceiling_percent,
            } => format!("the fan reached {percent} %, the ceiling is {ceiling_percent} %."),
            Self::Suspending => "the machine goes to sleep.".to_owned(),
            Self::DeviceLost => "this GPU does not answer.".to_owned(),
            Self::NoDriver => "no driver holds this GPU.".to_owned(),
            Self::Unseen => "nothing was heard of this GPU for too long.".to_owned(),
            Self::OtherDevice { .. } => "the job also used another GPU, which was needed back.".to_owned(),
        }
    }
}

/// `5 min`, `90 s`, `2 h`: the largest unit that says it exactly.
fn duration(seconds: u32) -> String {
    match seconds {
        0 => "at once".to_owned(),
        s if s % 3_600 == 0 => format!("{} h", s / 3_600),
        s if s % 60 == 0 => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UnixMillis;

    #[test]
    fn a_pause_says_who_since_when_and_until_when() {
        let lending = DeviceLending {
            phase: DevicePhase::Paused,
            reason: DeviceReason::UsesGpu {
                name: Some("Portal 2".into()),
                since: UnixMillis::from_seconds(18 * 3_600 + 14 * 60),
            },
            since: UnixMillis(0),
            resumes: Resumes::After { seconds: 300 },
        };
        assert_eq!(
            lending.text(UtcOffset(7_200)),
            "Paused: Portal 2 uses this GPU since 20:14. Resumes 5 min after it ends."
        );
    }

    #[test]
    fn durations_are_said_exactly() {
        assert_eq!(
            [0, 1, 60, 90, 3_600, 86_400].map(duration),
            ["at once", "1 s", "1 min", "90 s", "1 h", "24 h"]
        );
    }
}
