//! A device's lending state, and the decisions that led from one to the next.

use serde::{Deserialize, Serialize};

use super::DeviceReason;
use crate::{id::DeviceId, time::UnixMillis};

/// What a device does for the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DevicePhase {
    /// Not lent at all: the owner's choice.
    Off,
    /// Offered and hireable. It may sleep.
    Standby,
    /// A renter's workload runs on it.
    Lending,
    /// A workload runs on it with less power than the device could draw.
    Slowed,
    /// Its workload was told to end and is not gone yet.
    Yielding,
    /// Not offered for a while.
    Paused,
    /// Not offered until it has cooled down, or a game is over for long enough.
    Cooling,
    /// It does not answer.
    Lost,
}

/// When a state that keeps a device from lending ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "when", rename_all = "snake_case")]
pub enum Resumes {
    /// Nothing keeps it from lending.
    NotHeld,
    /// At a moment that is known.
    At {
        /// The moment.
        at: UnixMillis,
    },
    /// So long after its cause is over.
    After {
        /// Seconds.
        seconds: u32,
    },
    /// When its cause is over; nobody has to do anything.
    ByItself,
    /// When the program starts anew, or the owner says so.
    AtRestart,
    /// When the owner does something about it.
    ByOwner,
}

/// State, reason, since when and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceLending {
    /// What the device does.
    pub phase: DevicePhase,
    /// Why.
    pub reason: DeviceReason,
    /// Since when.
    pub since: UnixMillis,
    /// When it may lend again.
    pub resumes: Resumes,
}

/// One line of the log: a device came into a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Which device.
    pub device: DeviceId,
    /// The state and why, `since` being the moment of the decision.
    pub lending: DeviceLending,
}
