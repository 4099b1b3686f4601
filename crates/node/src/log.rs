//! The log of decisions, from which a timeline is drawn.

use std::collections::{BTreeMap, VecDeque};

use hearth_types::{
    id::DeviceId,
    policy::{Decision, DeviceLending},
    time::{DAY_MILLIS, UnixMillis},
};

/// The most entries kept of one device, so that a restless one crowds out no other.
pub const LOG_ENTRIES: usize = 4_096;
/// How long entries are kept, days.
pub const LOG_DAYS: u64 = 30;

/// Decisions, oldest first by device. Bounded in number and age.
#[derive(Clone, Debug, Default)]
pub struct Log {
    devices: BTreeMap<DeviceId, VecDeque<DeviceLending>>,
}

impl Log {
    /// Adds a decision, such as one kept from before a restart.
    pub fn add(&mut self, decision: Decision) {
        let lines = self.devices.entry(decision.device).or_default();
        let oldest = decision.lending.since.0.saturating_sub(LOG_DAYS * DAY_MILLIS);
        lines.push_back(decision.lending);
        // The newest line before the period says what held when it began.
        while lines.len() > LOG_ENTRIES || lines.get(1).is_some_and(|second| second.since.0 <= oldest) {
            lines.pop_front();
        }
    }

    /// A device's states from one moment to another, oldest first, the one that held at the beginning included. The
    /// calendar may have been set back in between; entries are in the order of the decisions.
    pub fn timeline(
        &self,
        device: DeviceId,
        from: UnixMillis,
        until: UnixMillis,
    ) -> impl Iterator<Item = &DeviceLending> {
        let lines = self.devices.get(&device);
        let lines = lines.into_iter().flatten();
        let ends = lines.clone().skip(1).map(|next| Some(next.since)).chain([None]);
        let within = lines.zip(ends).filter(move |(line, end)| {
            let over_before = end.is_some_and(|end| end <= from);
            !over_before && line.since < until
        });
        within.map(|(line, _)| line)
    }
}

#[cfg(test)]
mod tests {
    use hearth_types::policy::{DevicePhase, DeviceReason, Resumes};

    use super::*;

    const DEVICE: DeviceId = DeviceId([1; 32]);

    fn at(since: u64) -> Decision {
        Decision {
            device: DEVICE,
            lending: DeviceLending {
                phase: DevicePhase::Standby,
                reason: DeviceReason::WaitingForRenter,
                since: UnixMillis(since),
                resumes: Resumes::NotHeld,
            },
        }
    }

    fn sinces(log: &Log, from: u64, until: u64) -> Vec<u64> {
        let line = log.timeline(DEVICE, UnixMillis(from), UnixMillis(until));
        line.map(|lending| lending.since.0).collect()
    }

    #[test]
    fn a_timeline_begins_with_what_held_then() {
        let mut log = Log::default();
        [10, 20, 30].into_iter().for_each(|since| log.add(at(since)));
        assert_eq!(sinces(&log, 15, 25), [10, 20]);
        assert_eq!(sinces(&log, 20, 30), [20]);
        assert!(sinces(&log, 0, 10).is_empty());
        assert_eq!(sinces(&log, 99, 100), [30]);
    }

    #[test]
    fn it_is_bounded_in_number_and_age() {
        let mut log = Log::default();
        (0..10_000).for_each(|since| log.add(at(since)));
        assert_eq!(sinces(&log, 0, u64::MAX).len(), LOG_ENTRIES);
        log.add(at(10_000 + LOG_DAYS * DAY_MILLIS));
        assert_eq!(sinces(&log, 0, u64::MAX), [9_999, 10_000 + LOG_DAYS * DAY_MILLIS]);
    }
}
