//! Lives of a lease at its renter, told and generated.

use ed25519_dalek::SigningKey;
use hearth_protocol::statement::Scope;
use hearth_types::{
    id::{Address, LeaseId, SessionKey, Signature},
    money::{Io, IoPerSecond},
};
use proptest::prelude::*;

use super::*;
use crate::billing::Billing;

const RATE: u64 = 7;
const LEASE: LeaseId = LeaseId([5; 32]);

fn node_key() -> SigningKey {
    SigningKey::from_bytes(&[6; 32])
}

fn scope() -> Scope {
    Scope {
        network_tag: [1; 16],
        program: Address([2; 32]),
    }
}

fn lease(budget_seconds: u64) -> RenterLease {
    let terms = LeaseTerms {
        scope: scope(),
        lease: LEASE,
        session: SessionKey([3; 32]),
        billing: Billing {
            rate: IoPerSecond(RATE),
            max_seconds: 60,
            escrow: Io(RATE * 60),
        }
        .within(Io(RATE * budget_seconds)),
        notice_seconds: 0,
    };
    RenterLease::new(terms, NodeId(node_key().verifying_key().to_bytes()), 0)
}

fn paid(seconds: u64) -> Prepaid {
    Prepaid {
        amount: Io(RATE * seconds),
        seconds,
    }
}

const GREETED: RenterEvent = RenterEvent::Connected {
    started: false,
    voucher: None,
};

fn taken(seconds: u64) -> RenterEvent {
    RenterEvent::VoucherTaken {
        amount: RATE * seconds,
    }
}

fn ended(amount: u64, seconds: u64) -> RenterEvent {
    RenterEvent::Ended {
        reason: EndReason::Finished,
        close: scope().sign_close(&node_key(), LEASE, amount, seconds),
    }
}

#[test]
fn it_pays_ahead_while_the_node_acknowledges() {
    let mut lease = lease(25);
    assert_eq!(
        lease.handle(GREETED, 100),
        [RenterEffect::SendJob, RenterEffect::SendVoucher(paid(10))]
    );
    assert_eq!(lease.handle(taken(10), 150), []);
    assert_eq!(lease.handle(RenterEvent::Running, 1_000), []);
    assert_eq!(lease.next_tick(), Some(6_000));
    assert_eq!(lease.handle(RenterEvent::Tick, 5_999), []);
    assert_eq!(
        lease.handle(RenterEvent::Tick, 6_000),
        [RenterEffect::SendVoucher(paid(20))]
    );
    // Not acknowledged: nothing more, however late.
    assert_eq!(lease.handle(RenterEvent::Tick, 20_000), []);
    assert_eq!(
        lease.handle(taken(20), 20_001),
        [RenterEffect::SendVoucher(paid(25))]
    );
    lease.handle(taken(25), 20_002);
    assert_eq!(lease.next_tick(), Some(26_000));
    assert_eq!(lease.handle(RenterEvent::Tick, 26_000), [RenterEffect::SendStop]);
    let effects = lease.handle(ended(RATE * 25, 25), 26_100);
    assert!(matches!(
        effects[..],
        [RenterEffect::End(RenterEnd {
            close: Some(_),
            fault: None,
            ..
        })]
    ));
}

#[test]
fn after_a_reconnection_the_lost_voucher_is_sent_again() {
    let mut lease = lease(60);
    lease.handle(GREETED, 0);
    lease.handle(RenterEvent::Disconnected, 50);
    assert_eq!(lease.handle(RenterEvent::Tick, 9_000), []);
    let again = RenterEvent::Connected {
        started: true,
        voucher: None,
    };
    assert_eq!(lease.handle(again, 9_000), [RenterEffect::SendVoucher(paid(10))]);
    assert!(
        lease
            .handle(RenterEvent::Usage { seconds: u64::MAX }, 9_001)
            .is_empty()
    );
    // The claim of the node moves the next voucher by one interval at most.
    assert_eq!(
        lease.handle(taken(10), 9_002),
        [RenterEffect::SendVoucher(paid(20))]
    );
    assert_eq!(lease.handle(taken(20), 9_003), []);
}

#[test]
fn a_greedy_or_forged_close_is_not_used() {
    let fault = |event| {
        let mut lease = lease(60);
        lease.handle(GREETED, 0);
        match lease.handle(event, 10).last() {
            Some(RenterEffect::End(end)) => (end.close, end.fault),
            other => panic!("not ended: {other:?}"),
        }
    };
    assert_eq!(
        fault(ended(RATE * 11, 11)),
        (None, Some(CloseFault::BeyondVoucher))
    );
    assert_eq!(fault(ended(RATE * 4, 3)), (None, Some(CloseFault::WrongAmount)));
    let forged = RenterEvent::Ended {
        reason: EndReason::Finished,
        close: SignedClose {
            amount: 0,
            seconds: 0,
            signature: Signature([1; 64]),
        },
    };
    assert_eq!(fault(forged), (None, Some(CloseFault::NotGenuine)));
}

#[test]
fn a_node_that_never_answers_costs_nothing() {
    let mut lease = lease(60);
    assert_eq!(lease.handle(RenterEvent::StopRequested, 10), []);
    let effects = lease.handle(RenterEvent::Tick, 10 + LOST_MILLIS);
    assert!(matches!(
        effects[..],
        [RenterEffect::End(RenterEnd {
            reason: EndReason::Disconnected,
            prepaid: Prepaid { seconds: 0, .. },
            ..
        })]
    ));
}

#[test]
fn a_lease_closed_meanwhile_waits_for_its_results_and_pays_nothing_more() {
    let mut lease = lease(60);
    lease.handle(GREETED, 0);
    lease.handle(taken(10), 10);
    lease.handle(RenterEvent::Running, 20);
    assert!(!lease.asks_the_chain(30));
    lease.handle(RenterEvent::Disconnected, 9_000);
    assert!(lease.asks_the_chain(9_000));
    assert_eq!(lease.handle(RenterEvent::ClosedOnChain, 10_000), []);
    assert!(!lease.asks_the_chain(10_000));
    assert_eq!(lease.next_tick(), Some(10_000 + CLOSED_MILLIS));
    // The node is back, and hands over what it has kept, last word last, however slowly.
    let again = RenterEvent::Connected {
        started: true,
        voucher: Some(scope().sign_voucher(&node_key(), LEASE, RATE * 10, 10)),
    };
    assert_eq!(lease.handle(again, 11_000), []);
    assert_eq!(lease.handle(RenterEvent::Tick, 10_000 + LOST_MILLIS + 20_000), []);
    let effects = lease.handle(ended(RATE * 9, 9), 10_000 + LOST_MILLIS + 20_001);
    assert!(matches!(
        effects[..],
        [RenterEffect::End(RenterEnd { close: Some(_), .. })]
    ));
}

#[test]
fn a_node_that_keeps_the_results_of_a_closed_lease_to_itself_is_given_up() {
    let lost = |connected: bool| {
        let mut lease = lease(60);
        lease.handle(GREETED, 0);
        lease.handle(RenterEvent::Disconnected, 1_000);
        lease.handle(RenterEvent::ClosedOnChain, 2_000);
        if connected {
            lease.handle(GREETED, 3_000);
        }
        let at = lease.next_tick().unwrap();
        let effects = lease.handle(RenterEvent::Tick, at);
        assert!(matches!(
            effects[..],
            [RenterEffect::End(RenterEnd {
                reason: EndReason::Disconnected,
                close: None,
                ..
            })]
        ));
        at
    };
    assert_eq!(lost(false), 2_000 + CLOSED_MILLIS);
    assert_eq!(lost(true), 2_000 + HANDOVER_MILLIS);
}

fn any_event() -> impl Strategy<Value = RenterEvent> {
    prop_oneof![
        any::<bool>().prop_map(|started| RenterEvent::Connected {
            started,
            voucher: None
        }),
        (0..70_u64).prop_map(taken),
        Just(RenterEvent::Running),
        any::<u64>().prop_map(|seconds| RenterEvent::Usage { seconds }),
        (0..500_u64, 0..70_u64).prop_map(|(amount, seconds)| ended(amount, seconds)),
        Just(RenterEvent::StopRequested),
        Just(RenterEvent::Disconnected),
        Just(RenterEvent::ClosedOnChain),
        Just(RenterEvent::Tick),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_node_gets_more_than_budget_and_one_interval_ahead(
        events in prop::collection::vec((any_event(), 0..9_000_u64), 1..40), budget in 0..80_u64,
    ) {
        let mut lease = lease(budget);
        let (mut now, mut highest, mut ends, mut stopped) = (0, Prepaid::default(), 0, false);
        let mut first_paid_at = None;
        for (event, step) in events {
            now += step;
            stopped |= matches!(event, RenterEvent::StopRequested | RenterEvent::ClosedOnChain);
            for effect in lease.handle(event, now) {
                prop_assert_eq!(ends, 0);
                match effect {
                    RenterEffect::SendVoucher(next) => {
                        prop_assert!(next.seconds >= highest.seconds && next.seconds <= budget.min(60));
                        prop_assert_eq!(next.amount.0, RATE * next.seconds);
                        prop_assert!(!stopped);
                        let first = *first_paid_at.get_or_insert(now);
                        // Own clock since the first voucher, plus two intervals: the running one and the next.
                        prop_assert!(next.seconds <= (now - first).div_ceil(1_000) + 25);
                        highest = next;
                    }
                    RenterEffect::End(end) => {
                        ends += 1;
                        prop_assert_eq!(end.prepaid, highest);
                        if let Some(close) = end.close {
                            prop_assert!(close.amount <= highest.amount.0);
                        }
                    }
                    RenterEffect::SendJob | RenterEffect::SendStop => {}
                }
            }
        }
        while let Some(at) = lease.next_tick() {
            now = now.max(at);
            for effect in lease.handle(RenterEvent::Tick, now) {
                ends += usize::from(matches!(effect, RenterEffect::End(_)));
            }
        }
        prop_assert_eq!(ends, 1);
    }
}
