//! Lives of a lease at its provider, told and generated.

use ed25519_dalek::SigningKey;
use hearth_protocol::statement::Scope;
use hearth_types::{
    id::{Address, LeaseId, SessionKey},
    money::{Io, IoPerSecond},
};
use proptest::prelude::*;

use super::*;
use crate::billing::Billing;

const RATE: u64 = 7;
const MAX: u64 = 30;
const LEASE: LeaseId = LeaseId([5; 32]);

fn key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

fn scope() -> Scope {
    Scope {
        network_tag: [1; 16],
        program: Address([2; 32]),
    }
}

fn lease(notice_seconds: u64) -> ProviderLease {
    let terms = LeaseTerms {
        scope: scope(),
        lease: LEASE,
        session: SessionKey(key().verifying_key().to_bytes()),
        billing: billing(),
        notice_seconds,
    };
    ProviderLease::new(terms, 0)
}

fn billing() -> Billing {
    Billing {
        rate: IoPerSecond(RATE),
        max_seconds: MAX,
        escrow: Io(RATE * MAX),
    }
}

fn voucher(seconds: u64) -> ProviderEvent {
    ProviderEvent::VoucherReceived(scope().sign_voucher(&key(), LEASE, RATE * seconds, seconds))
}

/// A lease whose workload has been running since 1,000 ms with ten seconds prepaid.
fn running(notice_seconds: u64) -> ProviderLease {
    let mut lease = lease(notice_seconds);
    assert_eq!(lease.handle(ProviderEvent::RenterConnected, 10), []);
    assert_eq!(lease.handle(ProviderEvent::JobReceived, 20), []);
    let effects = lease.handle(voucher(10), 30);
    assert!(matches!(
        effects[..],
        [
            ProviderEffect::TakeVoucher { used_seconds: 0, .. },
            ProviderEffect::StartWorkload
        ]
    ));
    assert_eq!(
        lease.handle(ProviderEvent::WorkloadStarted, 1_000),
        [ProviderEffect::AnnounceRunning]
    );
    lease
}

fn end(effects: &[ProviderEffect]) -> (EndReason, u64, u64) {
    match effects.last() {
        Some(ProviderEffect::End(end)) => (end.reason, end.amount.0, end.seconds),
        other => panic!("not ended: {other:?}"),
    }
}

#[test]
fn a_finished_job_is_paid_to_the_second() {
    let mut lease = running(0);
    let finished = ProviderEvent::WorkloadEnded(WorkloadEnd::Finished);
    assert_eq!(
        end(&lease.handle(finished, 4_001)),
        (EndReason::Finished, 4 * RATE, 4)
    );
    assert_eq!(lease.handle(finished, 4_002), []);
    assert_eq!(
        lease.handle(voucher(20), 4_003),
        [ProviderEffect::RefuseVoucher(VoucherRefusal::Over)]
    );
}

#[test]
fn nothing_starts_unpaid_and_silence_ends_unpaid() {
    let mut silent = lease(0);
    assert_eq!(silent.handle(ProviderEvent::Tick, WAIT_MILLIS - 1), []);
    assert_eq!(
        end(&silent.handle(ProviderEvent::Tick, WAIT_MILLIS)),
        (EndReason::Disconnected, 0, 0)
    );
    let mut stalling = lease(0);
    stalling.handle(ProviderEvent::JobReceived, 0);
    let mut now = 0;
    let effects = loop {
        now += 100_000;
        let effects = stalling.handle(ProviderEvent::RenterConnected, now);
        if !effects.is_empty() {
            break effects;
        }
    };
    assert_eq!(now, WAIT_TOTAL_MILLIS);
    assert_eq!(end(&effects), (EndReason::PrepaidTimeOver, 0, 0));
}

#[test]
fn the_workload_stops_when_the_prepaid_time_ends() {
    let mut lease = running(0);
    assert_eq!(
        lease.handle(ProviderEvent::Tick, 10_000),
        [ProviderEffect::NoteUsage { used_seconds: 9 }]
    );
    assert_eq!(lease.next_tick(), Some(11_000));
    assert_eq!(lease.handle(ProviderEvent::Tick, 10_999), []);
    assert_eq!(
        lease.handle(ProviderEvent::Tick, 11_000),
        [ProviderEffect::StopWorkload]
    );
    let effects = lease.handle(ProviderEvent::Tick, 13_000);
    assert_eq!(effects[0], ProviderEffect::KillWorkload);
    assert_eq!(end(&effects), (EndReason::PrepaidTimeOver, 10 * RATE, 10));
}

#[test]
fn vouchers_carry_on_until_the_maximum() {
    let mut lease = running(0);
    lease.handle(voucher(20), 6_000);
    lease.handle(ProviderEvent::Disconnected, 7_000);
    assert_eq!(
        lease.handle(ProviderEvent::Tick, 20_999),
        [ProviderEffect::NoteUsage { used_seconds: 20 }]
    );
    lease.handle(ProviderEvent::RenterConnected, 20_999);
    lease.handle(voucher(30), 20_999);
    let effects = lease.handle(ProviderEvent::Tick, 40_000);
    assert_eq!(end(&effects), (EndReason::MaximumTime, 30 * RATE, 30));
}

#[test]
fn a_yield_without_notice_kills_at_once() {
    let mut lease = running(0);
    let effects = lease.handle(ProviderEvent::YieldRequested, 3_500);
    assert_eq!(effects[0], ProviderEffect::KillWorkload);
    assert_eq!(end(&effects), (EndReason::YieldedToOwner, 3 * RATE, 3));
}

#[test]
fn a_yield_with_notice_lets_the_job_save_itself_unpaid() {
    let mut lease = running(5);
    assert_eq!(
        lease.handle(ProviderEvent::YieldRequested, 3_000),
        [ProviderEffect::StopWorkload]
    );
    assert_eq!(lease.next_tick(), Some(8_000));
    let effects = lease.handle(ProviderEvent::Tick, 8_000);
    assert_eq!(end(&effects), (EndReason::YieldedToOwner, 2 * RATE, 2));
}

#[test]
fn a_forged_voucher_starts_nothing() {
    let mut lease = lease(0);
    lease.handle(ProviderEvent::JobReceived, 1);
    let other = SigningKey::from_bytes(&[8; 32]);
    let forged = scope().sign_voucher(&other, LEASE, RATE * 10, 10);
    assert_eq!(
        lease.handle(ProviderEvent::VoucherReceived(forged), 2),
        [ProviderEffect::RefuseVoucher(VoucherRefusal::NotGenuine)]
    );
}

#[test]
fn what_is_used_is_written_down_with_each_voucher_and_every_five_seconds() {
    let mut lease = running(0);
    let noted = |effects: Vec<ProviderEffect>| match effects[..] {
        [ProviderEffect::NoteUsage { used_seconds } | ProviderEffect::TakeVoucher { used_seconds, .. }] => {
            Some(used_seconds)
        }
        _ => None,
    };
    assert_eq!(lease.next_tick(), Some(6_000));
    assert_eq!(noted(lease.handle(ProviderEvent::Tick, 5_999)), None);
    assert_eq!(noted(lease.handle(ProviderEvent::Tick, 6_000)), Some(5));
    assert_eq!(noted(lease.handle(voucher(20), 6_200)), Some(6));
    // The voucher's write counts: the next one is due five seconds after it.
    assert_eq!(lease.next_tick(), Some(11_200));
    assert_eq!(noted(lease.handle(ProviderEvent::Tick, 11_200)), Some(11));
}

#[test]
fn a_flood_of_vouchers_is_refused_and_the_lease_goes_on() {
    let mut lease = running(0);
    let mut taken = 0;
    let mut refused = 0;
    for seconds in 11..=MAX {
        match lease.handle(voucher(seconds), 1_001)[..] {
            [ProviderEffect::TakeVoucher { .. }] => taken += 1,
            [ProviderEffect::RefuseVoucher(VoucherRefusal::TooFast)] => refused += 1,
            ref other => panic!("{other:?}"),
        }
    }
    // One went for the voucher that started the workload.
    assert_eq!(
        (taken, refused),
        (VOUCHER_BURST - 1, MAX - 10 - (VOUCHER_BURST - 1))
    );
    assert_eq!(lease.voucher().unwrap().seconds, 10 + VOUCHER_BURST - 1);
    let later = 1_001 + VOUCHER_EVERY_MILLIS;
    assert!(matches!(
        lease.handle(voucher(MAX), later)[..],
        [ProviderEffect::TakeVoucher { used_seconds: 2, .. }]
    ));
}

#[test]
fn a_workload_that_does_not_start_costs_nothing() {
    let mut failed = lease(0);
    failed.handle(ProviderEvent::JobReceived, 0);
    failed.handle(voucher(10), 0);
    let effects = failed.handle(ProviderEvent::WorkloadEnded(WorkloadEnd::Failed), 9_000);
    assert_eq!(end(&effects), (EndReason::Failed, 0, 0));
    let mut stuck = lease(0);
    stuck.handle(ProviderEvent::JobReceived, 0);
    stuck.handle(voucher(10), 0);
    let effects = stuck.handle(ProviderEvent::Tick, START_MILLIS);
    assert_eq!(effects[0], ProviderEffect::KillWorkload);
    assert_eq!(end(&effects), (EndReason::Failed, 0, 0));
}

fn any_event() -> impl Strategy<Value = ProviderEvent> {
    prop_oneof![
        Just(ProviderEvent::RenterConnected),
        Just(ProviderEvent::JobReceived),
        (0..MAX + 5).prop_map(voucher),
        Just(ProviderEvent::WorkloadStarted),
        Just(ProviderEvent::WorkloadEnded(WorkloadEnd::Finished)),
        Just(ProviderEvent::WorkloadEnded(WorkloadEnd::Failed)),
        Just(ProviderEvent::StopRequested),
        Just(ProviderEvent::YieldRequested),
        Just(ProviderEvent::Disconnected),
        Just(ProviderEvent::Tick),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_order_of_events_gives_free_compute_or_takes_too_much(
        events in prop::collection::vec((any_event(), 0..9_000_u64), 1..40), notice in 0..20_u64,
    ) {
        let mut lease = lease(notice);
        let (mut now, mut highest, mut ends) = (0, Prepaid::default(), 0);
        let (mut started_at, mut may_run) = (None, false);
        // What a crash would leave on disk: the voucher and the seconds used.
        let mut on_disk = (Prepaid::default(), 0);
        for (event, step) in events {
            let target = now + step;
            // The shell ticks when told to.
            let mut queue = Vec::new();
            while let Some(at) = lease.next_tick().filter(|at| *at <= target) {
                now = now.max(at);
                queue.extend(lease.handle(ProviderEvent::Tick, now));
            }
            now = target;
            let was_starting = may_run && started_at.is_none();
            queue.extend(lease.handle(event, now));
            for effect in queue {
                let refused = matches!(effect, ProviderEffect::RefuseVoucher(_));
                prop_assert!(ends == 0 || refused, "{:?} after the end", effect);
                match effect {
                    ProviderEffect::TakeVoucher { voucher, used_seconds } => {
                        let new = Prepaid::from(&voucher);
                        prop_assert!(new.amount >= highest.amount && new.amount.0 <= RATE * MAX);
                        highest = new;
                        on_disk = (new, used_seconds);
                    }
                    ProviderEffect::NoteUsage { used_seconds } => {
                        prop_assert!(used_seconds >= on_disk.1);
                        on_disk.1 = used_seconds;
                    }
                    ProviderEffect::StartWorkload => {
                        prop_assert!(highest.seconds > 0 && !may_run);
                        may_run = true;
                    }
                    ProviderEffect::AnnounceRunning => {
                        prop_assert!(was_starting);
                        started_at = Some(now);
                    }
                    ProviderEffect::StopWorkload | ProviderEffect::RefuseVoucher(_) => {}
                    ProviderEffect::KillWorkload => may_run = false,
                    ProviderEffect::End(end) => {
                        ends += 1;
                        may_run = false;
                        prop_assert!(end.amount <= highest.amount && end.seconds <= highest.seconds);
                        prop_assert_eq!(end.amount.0, RATE * end.seconds);
                        prop_assert_eq!(started_at.is_none() && end.seconds > 0, false);
                        // A crash just before would have asked for no more, and for little less.
                        let after_a_crash = billing().final_amount(on_disk.1 * 1_000, on_disk.0);
                        prop_assert!(after_a_crash.amount <= end.amount);
                        prop_assert!(end.seconds - after_a_crash.seconds <= USAGE_MILLIS.div_ceil(1_000) + 1);
                    }
                }
            }
            if let (true, Some(since)) = (may_run, started_at) {
                prop_assert!(now < since + highest.seconds * 1_000 + STOP_GRACE_MILLIS);
            }
        }
        // Left alone, every lease ends.
        while let Some(at) = lease.next_tick() {
            now = now.max(at);
            let effects = lease.handle(ProviderEvent::Tick, now);
            ends += effects.iter().filter(|e| matches!(e, ProviderEffect::End(_))).count();
        }
        prop_assert_eq!(ends, 1);
    }
}
