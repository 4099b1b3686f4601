//! What the node is told, and what it wants done.

use hearth_types::{
    id::{DeviceId, LeaseId},
    money::{IoPerSecond, UsdNanos},
    policy::{Decision, DevicePolicy, DeviceReason, NodePolicy},
};

use crate::sight::{DeviceSight, HostSight};

/// Whom a pause concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every device.
    Node,
    /// One device.
    Device(DeviceId),
}

/// How long a pause lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// So many seconds.
    For {
        /// Seconds.
        seconds: u32,
    },
    /// Until this program starts anew: it is simply not told of the pause then.
    UntilRestart,
}

/// Something happened, or was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The owner starts or stops lending.
    Lend(bool),
    /// The machine's policy.
    NodePolicy(NodePolicy),
    /// A device's policy; the default holds until then.
    DevicePolicy {
        /// The device.
        device: DeviceId,
        /// What is allowed.
        policy: Box<DevicePolicy>,
    },
    /// The price that the owner asks for one device, and what an IO is worth, as far as that is known.
    Market {
        /// The price asked.
        asked: IoPerSecond,
        /// One IO.
        io: Option<UsdNanos>,
    },
    /// The owner pauses.
    Pause {
        /// What.
        scope: Scope,
        /// For how long.
        pause: Pause,
    },
    /// The owner ends a pause. For the whole node, those of all devices end too.
    Resume {
        /// What.
        scope: Scope,
    },
    /// The machine and its people.
    Host(Box<HostSight>),
    /// A device. While a workload runs on it, this must come at least every [`BLIND_MILLIS`](crate::BLIND_MILLIS).
    Device {
        /// Which.
        device: DeviceId,
        /// What is seen.
        sight: Box<DeviceSight>,
    },
    /// A device was pulled out, or nothing shows it any more.
    DeviceGone {
        /// Which.
        device: DeviceId,
    },
    /// The machine is about to sleep.
    Suspending,
    /// It woke up.
    Resumed,
    /// A workload starts. Told before it may touch a device.
    WorkStarted {
        /// Its lease.
        lease: LeaseId,
        /// The devices it uses.
        devices: Vec<DeviceId>,
        /// What its lease promises between signal and kill, seconds.
        notice_seconds: u32,
    },
    /// The workload's processes are gone and the devices' memory is free, for whatever reason.
    WorkEnded {
        /// Its lease.
        lease: LeaseId,
    },
    /// Time passed.
    Tick,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Freeze the workload and kill it, together and now. Said again until it is gone.
    Kill {
        /// Its lease.
        lease: LeaseId,
    },
    /// Signal the workload to save what it has; it goes on until it is killed.
    Checkpoint {
        /// Its lease.
        lease: LeaseId,
        /// When it will be killed, monotonic milliseconds.
        kill_at: u64,
    },
    /// Limit a device's power. Only of devices that are awake.
    SetPowerCap {
        /// Which.
        device: DeviceId,
        /// Watts.
        watts: u32,
    },
    /// Give a device back the power limit of its maker. Only of devices that are awake.
    RestorePowerCap {
        /// Which.
        device: DeviceId,
    },
    /// Take no new lease on the device.
    Withdraw {
        /// Which.
        device: DeviceId,
    },
    /// Offer the device, at this price.
    Offer {
        /// Which.
        device: DeviceId,
        /// The price.
        price: IoPerSecond,
    },
    /// A device came into a state; to be kept and shown.
    Decided(Decision),
    /// A workload is gone. Comes once for each.
    Finished {
        /// Its lease.
        lease: LeaseId,
        /// How long it ran until it ended or was told to, whole seconds rounded up, as leases are billed.
        worked_seconds: u64,
        /// Why it was interrupted, when it was.
        interrupted: Option<DeviceReason>,
    },
}
