//! The provider's state and the reason for it, as a function of what is known.

use hearth_types::{
    id::LeaseId,
    node::{NodeState, NodeStatus, Reason},
    readiness::{Check, CheckKind, CheckState},
    time::UnixMillis,
};

/// Work on a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseWork {
    /// Granted; the workload runs or is about to.
    Running(LeaseId),
    /// Over; the chain has not closed it yet.
    Settling(LeaseId),
}

/// What decides the node's state.
#[derive(Clone, Copy, Debug)]
pub struct NodeFacts<'a> {
    /// The owner started lending.
    pub wants_to_lend: bool,
    /// The owner paused until then.
    pub paused_until: Option<UnixMillis>,
    /// The readiness checklist. Its `Network` line does not decide: the two fields below are fresher.
    pub checks: &'a [Check],
    /// The coordinator answered the last request.
    pub coordinator_reachable: bool,
    /// The chain answered the last request.
    pub chain_reachable: bool,
    /// The runner could not be started lately.
    pub runner_failed: bool,
    /// The coordinator lists the offer.
    pub listed: bool,
    /// The lease at hand.
    pub lease: Option<LeaseWork>,
}

/// The state that follows from the facts. `since` is kept while status and reason stay the same.
#[must_use]
pub fn node_state(facts: &NodeFacts<'_>, previous: &NodeState, now: UnixMillis) -> NodeState {
    let (status, reason) = decide(facts, now);
    if previous.status == status && previous.reason == reason {
        return previous.clone();
    }
    NodeState {
        status,
        reason,
        since: now,
    }
}

fn decide(facts: &NodeFacts<'_>, now: UnixMillis) -> (NodeStatus, Reason) {
    // A running job is shown whatever else is wrong: it holds the device.
    if let Some(LeaseWork::Running(lease)) = facts.lease {
        return (NodeStatus::Hired, Reason::RunningLease { lease });
    }
    if !facts.wants_to_lend {
        return (NodeStatus::Down, Reason::NotLending);
    }
    if let Some(until) = facts.paused_until.filter(|until| *until > now) {
        return (NodeStatus::Paused, Reason::PausedByOwner { until });
    }
    if facts.runner_failed {
        return (NodeStatus::Blocked, Reason::RunnerFailed);
    }
    let blocked = |kinds: &dyn Fn(CheckKind) -> bool| {
        let mut blocked = facts
            .checks
            .iter()
            .filter(|check| check.state == CheckState::Blocked);
        blocked.any(|check| kinds(check.kind))
    };
    if blocked(&|kind| !matches!(kind, CheckKind::Network | CheckKind::Stake)) {
        return (NodeStatus::Blocked, Reason::NotReady);
    }
    if let Some(LeaseWork::Settling(lease)) = facts.lease {
        return (NodeStatus::Starting, Reason::Settling { lease });
    }
    // What heals by itself is “starting”, what needs the owner is “blocked”. Without the chain nothing is known of
    // the stake, so the chain comes first.
    if !facts.chain_reachable {
        return (NodeStatus::Starting, Reason::ChainUnreachable);
    }
    if blocked(&|kind| kind == CheckKind::Stake) {
        return (NodeStatus::Blocked, Reason::StakeMissing);
    }
    if !facts.coordinator_reachable {
        return (NodeStatus::Starting, Reason::CoordinatorUnreachable);
    }
    let pending = facts
        .checks
        .iter()
        .any(|check| check.state == CheckState::Pending && check.kind != CheckKind::Network);
    if pending || !facts.listed {
        return (NodeStatus::Starting, Reason::Registering);
    }
    (NodeStatus::Idle, Reason::WaitingForRenter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: NodeFacts<'static> = NodeFacts {
        wants_to_lend: true,
        paused_until: None,
        checks: &[],
        coordinator_reachable: true,
        chain_reachable: true,
        runner_failed: false,
        listed: true,
        lease: None,
    };

    fn check(kind: CheckKind, state: CheckState) -> Check {
        Check {
            kind,
            state,
            found: String::new(),
            mend: None,
        }
    }

    fn of(facts: NodeFacts<'_>) -> (NodeStatus, &'static str) {
        let state = node_state(&facts, &NodeState::default(), UnixMillis(1_000));
        (state.status, state.reason.code())
    }

    #[test]
    fn the_reason_is_what_the_owner_can_act_on() {
        use NodeStatus::{Blocked, Down, Hired, Idle, Paused, Starting};
        let lease = LeaseId([1; 32]);
        let running = Some(LeaseWork::Running(lease));
        let settling = Some(LeaseWork::Settling(lease));
        let stake = [check(CheckKind::Stake, CheckState::Blocked)];
        let both = [check(CheckKind::Isolation, CheckState::Blocked), stake[0].clone()];
        let pending = [check(CheckKind::Benchmark, CheckState::Pending)];
        let no = false;
        assert_eq!(of(FINE), (Idle, "waiting_for_renter"));
        assert_eq!(
            of(NodeFacts {
                wants_to_lend: no,
                ..FINE
            }),
            (Down, "not_lending")
        );
        assert_eq!(
            of(NodeFacts {
                wants_to_lend: no,
                lease: running,
                ..FINE
            }),
            (Hired, "running_lease")
        );
        assert_eq!(
            of(NodeFacts {
                lease: settling,
                ..FINE
            }),
            (Starting, "settling")
        );
        assert_eq!(
            of(NodeFacts {
                paused_until: Some(UnixMillis(2_000)),
                ..FINE
            }),
            (Paused, "paused_by_owner")
        );
        assert_eq!(
            of(NodeFacts {
                paused_until: Some(UnixMillis(1_000)),
                ..FINE
            }),
            (Idle, "waiting_for_renter")
        );
        assert_eq!(
            of(NodeFacts {
                checks: &stake,
                ..FINE
            }),
            (Blocked, "stake_missing")
        );
        assert_eq!(
            of(NodeFacts {
                checks: &stake,
                chain_reachable: no,
                ..FINE
            }),
            (Starting, "chain_unreachable")
        );
        assert_eq!(
            of(NodeFacts {
                checks: &both,
                ..FINE
            }),
            (Blocked, "not_ready")
        );
        assert_eq!(
            of(NodeFacts {
                checks: &pending,
                ..FINE
            }),
            (Starting, "registering")
        );
        assert_eq!(
            of(NodeFacts {
                coordinator_reachable: no,
                ..FINE
            }),
            (Starting, "coordinator_unreachable")
        );
        assert_eq!(
            of(NodeFacts {
                runner_failed: true,
                ..FINE
            }),
            (Blocked, "runner_failed")
        );
        assert_eq!(of(NodeFacts { listed: no, ..FINE }), (Starting, "registering"));
    }

    #[test]
    fn since_is_kept_while_nothing_changes() {
        let first = node_state(&FINE, &NodeState::default(), UnixMillis(5));
        let second = node_state(&FINE, &first, UnixMillis(9));
        assert_eq!((first.since, second.since), (UnixMillis(5), UnixMillis(5)));
        let third = node_state(
            &NodeFacts {
                listed: false,
                ..FINE
            },
            &second,
            UnixMillis(11),
        );
        assert_eq!(third.since, UnixMillis(11));
    }
}
