//! Workloads on devices: how one is ended, and that it is.

use hearth_types::{
    id::{DeviceId, LeaseId},
    policy::DeviceReason,
};

use crate::{deadline::Deadline, event::Effect, verdict::Urgency};

/// After a kill that did not help, the next one, milliseconds.
pub const KILL_AGAIN_MILLIS: u64 = 1_000;

/// What ends a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The device that had to be given back.
    pub(crate) device: DeviceId,
    pub(crate) reason: DeviceReason,
}

#[derive(Clone, Debug)]
enum Stage {
    Running,
    /// Signalled; goes on until then.
    Noticed {
        cause: Cause,
        told_at: u64,
        kill_at: u64,
    },
    /// Killed; its end is not known yet.
    Killed {
        cause: Cause,
        told_at: u64,
        killed_at: u64,
    },
}

/// One workload.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    lease: LeaseId,
    devices: Vec<DeviceId>,
    notice_millis: u64,
    started_at: u64,
    stage: Stage,
}

impl Work {
    pub(crate) fn new(lease: LeaseId, devices: Vec<DeviceId>, notice_millis: u64, now: u64) -> Self {
        Self {
            lease,
            devices,
            notice_millis,
            started_at: now,
            stage: Stage::Running,
        }
    }

    pub(crate) fn lease(&self) -> LeaseId {
        self.lease
    }

    pub(crate) fn devices(&self) -> &[DeviceId] {
        &self.devices
    }

    /// Why it was told to end.
    pub(crate) fn cause(&self) -> Option<&Cause> {
        match &self.stage {
            Stage::Running => None,
            Stage::Noticed { cause, .. } | Stage::Killed { cause, .. } => Some(cause),
        }
    }

    /// Whether it may still put load on its devices.
    pub(crate) fn is_alive(&self) -> bool {
        !matches!(self.stage, Stage::Killed { .. })
    }

    /// A device has to be given back. What has started in this very moment has nothing to save.
    pub(crate) fn give_back(&mut self, cause: Cause, urgency: Urgency, now: u64, effects: &mut Vec<Effect>) {
        let fresh = self.started_at == now;
        match &self.stage {
            Stage::Running if urgency == Urgency::AtOnce || self.notice_millis == 0 || fresh => {
                self.kill(cause, now, now, effects);
            }
            Stage::Running => {
                let kill_at = now.saturating_add(self.notice_millis);
                effects.push(Effect::Checkpoint {
                    lease: self.lease,
                    kill_at,
                });
                self.stage = Stage::Noticed {
                    cause,
                    told_at: now,
                    kill_at,
                };
            }
            Stage::Noticed { told_at, .. } if urgency == Urgency::AtOnce => {
                self.kill(cause, *told_at, now, effects);
            }
            Stage::Noticed { .. } | Stage::Killed { .. } => {}
        }
    }

    /// Notices end in a kill, and a kill is said again until the workload is gone.
    pub(crate) fn pass_time(&mut self, now: u64, effects: &mut Vec<Effect>) {
        match &self.stage {
            Stage::Noticed {
                cause,
                told_at,
                kill_at,
            } if now >= *kill_at => self.kill(cause.clone(), *told_at, now, effects),
            Stage::Killed {
                cause,
                told_at,
                killed_at,
            } if now >= killed_at.saturating_add(KILL_AGAIN_MILLIS) => {
                self.kill(cause.clone(), *told_at, now, effects);
            }
            Stage::Running | Stage::Noticed { .. } | Stage::Killed { .. } => {}
        }
    }

    pub(crate) fn deadline(&self, deadline: &mut Deadline) {
        match &self.stage {
            Stage::Running => {}
            Stage::Noticed { kill_at, .. } => deadline.by(*kill_at),
            Stage::Killed { killed_at, .. } => deadline.by(killed_at.saturating_add(KILL_AGAIN_MILLIS)),
        }
    }

    /// It is gone.
    pub(crate) fn finished(self, now: u64) -> Effect {
        let (until, interrupted) = match self.stage {
            Stage::Running => (now, None),
            Stage::Noticed { cause, told_at, .. } | Stage::Killed { cause, told_at, .. } => {
                (told_at, Some(cause.reason))
            }
        };
        Effect::Finished {
            lease: self.lease,
            worked_seconds: until.saturating_sub(self.started_at).div_ceil(1_000),
            interrupted,
        }
    }

    fn kill(&mut self, cause: Cause, told_at: u64, now: u64, effects: &mut Vec<Effect>) {
        effects.push(Effect::Kill { lease: self.lease });
        self.stage = Stage::Killed {
            cause,
            told_at,
            killed_at: now,
        };
    }
}
