//! What changed between two looks at the machine's GPUs: hot-plug, driver reload, sleep, a card that fell off the bus.

use serde::{Deserialize, Serialize};

use super::{Device, DeviceState};

/// One thing that happened to one GPU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was plugged in, or a driver shows it for the first time.
    Appeared {
        /// Which.
        fingerprint: String,
    },
    /// It was pulled out, or nothing shows it any more.
    Disappeared {
        /// Which.
        fingerprint: String,
    },
    /// It answers otherwise than before.
    State {
        /// Which.
        fingerprint: String,
        /// Before.
        from: DeviceState,
        /// Now.
        to: DeviceState,
    },
    /// Another driver, or another version of it, holds it.
    Driver {
        /// Which.
        fingerprint: String,
        /// Before.
        from: Option<String>,
        /// Now.
        to: Option<String>,
    },
}

/// What happened between two looks, in the order of `before`, then what is new.
#[must_use]
pub fn between(before: &[Device], after: &[Device]) -> Vec<Change> {
    let mut changes = Vec::new();
    for then in before {
        let fingerprint = then.fingerprint.clone();
        let Some(now) = after.iter().find(|d| d.fingerprint == fingerprint) else {
            changes.push(Change::Disappeared { fingerprint });
            continue;
        };
        if then.state != now.state {
            changes.push(Change::State {
                fingerprint: fingerprint.clone(),
                from: then.state,
                to: now.state,
            });
        }
        // A sleeping card's library is not asked, so its driver's version is not known then.
        let both_awake = then.state == DeviceState::Active && now.state == DeviceState::Active;
        if both_awake && then.driver != now.driver {
            changes.push(Change::Driver {
                fingerprint,
                from: then.driver.clone(),
                to: now.driver.clone(),
            });
        }
    }
    for now in after {
        if !before.iter().any(|d| d.fingerprint == now.fingerprint) {
            changes.push(Change::Appeared {
                fingerprint: now.fingerprint.clone(),
            });
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(fingerprint: &str, state: DeviceState, driver: Option<&str>) -> Device {
        Device {
            fingerprint: fingerprint.into(),
            state,
            driver: driver.map(Into::into),
            ..Device::default()
        }
    }

    #[test]
    fn plugging_sleeping_reloading_and_falling_off_are_told_apart() {
        let active = DeviceState::Active;
        let before = [
            device("a", active, Some("amdgpu")),
            device("b", active, Some("nvidia 570")),
            device("c", active, Some("nvidia 570")),
            device("d", active, Some("xe")),
        ];
        let after = [
            device("a", DeviceState::Asleep, Some("amdgpu")),
            device("b", DeviceState::Lost, None),
            device("c", active, Some("nvidia 580")),
            device("e", active, None),
        ];
        let state = |which: &str, to| Change::State {
            fingerprint: which.into(),
            from: active,
            to,
        };
        let expected = [
            state("a", DeviceState::Asleep),
            state("b", DeviceState::Lost),
            Change::Driver {
                fingerprint: "c".into(),
                from: Some("nvidia 570".into()),
                to: Some("nvidia 580".into()),
            },
            Change::Disappeared {
                fingerprint: "d".into(),
            },
            Change::Appeared {
                fingerprint: "e".into(),
            },
        ];
        assert_eq!(between(&before, &after), expected);
        assert_eq!(between(&after, &after), []);
    }
}
