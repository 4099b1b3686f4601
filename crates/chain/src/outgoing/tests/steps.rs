//! Single steps of the machine, told by hand.

use std::time::Duration;

use hearth_types::id::{Address, TxSignature};

use super::super::{
    Absence, Answer, Begin, Effect, Level, Listing, Look, Outgoing, Policy, Reason, Root, Terms, Verdict,
};
use crate::client::TxError;

const TERMS: Terms = Terms {
    signature: TxSignature([1; 64]),
    payer: Address([2; 32]),
    blockhash: [3; 32],
    last_valid_block_height: 1_150,
    after_slot: Some(5_000),
};

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn machine(servers: usize, begin: Begin) -> Outgoing {
    Outgoing::new(TERMS, Policy::public(servers), servers, begin)
}

/// A sound proof of absence at this slot.
fn absent(slot: u64) -> Option<Look> {
    Some(Look::Absent(Absence {
        root: Root {
            slot,
            height: slot - 4_100,
        },
        takes_blockhash: false,
        status_slot: slot + 32,
        listing: Listing {
            oldest_slot: Some(4_000),
        },
        first_slot: 0,
    }))
}

fn found(level: Level, error: Option<TxError>) -> Option<Look> {
    Some(Look::Found {
        level,
        slot: 5_010,
        error,
    })
}

#[test]
fn one_word_is_not_enough_to_declare_it_dead() {
    let mut one = machine(1, Begin::Maybe);
    assert_eq!(one.looked(0, absent(6_000), at(0)), Verdict::Open);
    // The same block again, and a later one too soon, count for nothing.
    assert_eq!(one.looked(0, absent(6_000), at(10)), Verdict::Open);
    assert_eq!(one.looked(0, absent(6_001), at(1)), Verdict::Open);
    assert_eq!(one.looked(0, absent(6_005), at(12)), Verdict::Open);
    assert_eq!(one.looked(0, absent(6_010), at(15)), Verdict::Expired);
    // The last word stays.
    assert_eq!(one.next(at(1_000)), None);
    assert_eq!(one.looked(0, found(Level::Final, None), at(20)), Verdict::Expired);
}

/// As long as it may land.
fn young(slot: u64) -> Option<Look> {
    Some(Look::Unknown {
        status_slot: slot + 32,
        root: Root {
            slot,
            height: slot - 4_100,
        },
    })
}

#[test]
fn proofs_of_death_count_only_in_a_row() {
    let blockhash_taken = |slot: u64| {
        let Some(Look::Absent(absence)) = absent(slot) else {
            panic!()
        };
        Some(Look::Absent(Absence {
            takes_blockhash: true,
            ..absence
        }))
    };
    let lagging = |slot: u64| {
        let Some(Look::Absent(absence)) = absent(slot) else {
            panic!()
        };
        Some(Look::Absent(Absence {
            status_slot: slot - 1,
            ..absence
        }))
    };
    for between in [young(5_100), blockhash_taken(6_011), lagging(6_011)] {
        let mut one = machine(1, Begin::Maybe);
        one.looked(0, absent(6_000), at(0));
        one.looked(0, absent(6_010), at(5));
        assert_eq!(one.looked(0, between, at(10)), Verdict::Open);
        assert_eq!(one.looked(0, absent(6_020), at(15)), Verdict::Open);
        // No answer is no word against it.
        assert_eq!(one.looked(0, None, at(18)), Verdict::Open);
        assert_eq!(one.looked(0, absent(6_030), at(20)), Verdict::Open);
        assert_eq!(one.looked(0, absent(6_040), at(25)), Verdict::Expired);
    }
}

#[test]
fn one_wrong_height_does_not_stop_the_sending() {
    let mut one = machine(1, Begin::Maybe);
    let mut sent = 0;
    for second in 0..60 {
        while let Some(effect) = one.next(at(second)) {
            let verdict = match effect {
                Effect::Send(server) => {
                    sent += 1;
                    one.sent(server, Answer::Taken, at(second))
                }
                Effect::Look(server) if second == 4 => one.looked(server, absent(9_000), at(second)),
                Effect::Look(server) => one.looked(server, young(5_020 + second), at(second)),
            };
            assert_eq!(verdict, Verdict::Open);
        }
    }
    assert_eq!(sent, 20, "every three seconds, as before");
    // And it goes on while the proof is under way: a height is no proof.
    one.looked(0, absent(6_000), at(60));
    assert_eq!(one.next(at(60)), Some(Effect::Send(0)));
}

#[test]
fn slow_answers_do_not_keep_it_from_being_sent() {
    let mut one = machine(1, Begin::Maybe);
    let (mut time, mut sent) = (0, 0);
    for _ in 0..20 {
        // Longer than between two looks.
        time += 2;
        match one.next(at(time)) {
            Some(Effect::Send(server)) => {
                sent += 1;
                one.sent(server, Answer::Unclear, at(time));
            }
            Some(Effect::Look(server)) => drop(one.looked(server, young(5_020 + time), at(time))),
            None => panic!("something is always due"),
        }
    }
    assert_eq!(sent, 10);
}

#[test]
fn a_failure_that_one_of_two_shows_is_told_as_undecided_in_the_end() {
    let mut two = machine(2, Begin::Maybe);
    let failed = || found(Level::Final, Some(TxError::InsufficientSol));
    assert_eq!(two.looked(0, failed(), at(0)), Verdict::Open);
    two.looked(1, None, at(1));
    assert_eq!(
        two.looked(0, failed(), at(100)),
        Verdict::Undecided(Reason::Silent)
    );
    assert_eq!(
        two.looked(1, failed(), at(101)),
        Verdict::Failed(TxError::InsufficientSol)
    );
}

#[test]
fn two_servers_must_agree_and_one_that_shows_it_holds_everything_up() {
    let mut two = machine(2, Begin::Maybe);
    let mut time = 0;
    let mut prove = |machine: &mut Outgoing, server| {
        let mut verdict = Verdict::Open;
        for _ in 0..3 {
            time += 5;
            verdict = machine.looked(server, absent(6_000 + time), at(time));
        }
        (verdict, time)
    };
    assert_eq!(prove(&mut two, 0).0, Verdict::Open);
    assert_eq!(
        two.looked(1, found(Level::Processed, None), at(16)),
        Verdict::Open
    );
    let (verdict, time) = prove(&mut two, 0);
    assert_eq!(verdict, Verdict::Open, "{time}");
    assert_eq!(two.looked(0, None, at(200)), Verdict::Undecided(Reason::Disagree));
    let mut agreed = machine(2, Begin::Maybe);
    assert_eq!(prove(&mut agreed, 0).0, Verdict::Open);
    assert_eq!(prove(&mut agreed, 1).0, Verdict::Expired);
}

#[test]
fn what_is_seen_again_is_not_dead() {
    let mut one = machine(1, Begin::Maybe);
    one.looked(0, absent(6_000), at(0));
    one.looked(0, absent(6_010), at(5));
    assert_eq!(
        one.looked(0, found(Level::Confirmed, None), at(10)),
        Verdict::Confirmed
    );
    one.looked(0, absent(6_020), at(15));
    assert_eq!(one.looked(0, absent(6_030), at(20)), Verdict::Open);
    assert_eq!(one.looked(0, absent(6_040), at(25)), Verdict::Expired);
}

#[test]
fn a_failure_counts_once_it_is_final() {
    let error = Some(TxError::InsufficientSol);
    let mut one = machine(1, Begin::Maybe);
    assert_eq!(
        one.looked(0, found(Level::Confirmed, error.clone()), at(0)),
        Verdict::Open
    );
    // Another fork, another outcome.
    assert_eq!(
        one.looked(0, found(Level::Confirmed, None), at(1)),
        Verdict::Confirmed
    );
    assert_eq!(one.looked(0, found(Level::Final, None), at(2)), Verdict::Final);
    let mut two = machine(2, Begin::Maybe);
    assert_eq!(
        two.looked(0, found(Level::Final, error.clone()), at(0)),
        Verdict::Open
    );
    assert_eq!(
        two.looked(1, found(Level::Final, error), at(1)),
        Verdict::Failed(TxError::InsufficientSol)
    );
}

#[test]
fn a_confirmed_transaction_that_a_fork_dropped_is_sent_again() {
    let mut one = machine(1, Begin::Confirmed);
    assert_eq!(one.next(at(0)), Some(Effect::Look(0)));
    let missing = |status_slot| {
        Some(Look::Unknown {
            status_slot,
            root: Root {
                slot: 5_020,
                height: 1_010,
            },
        })
    };
    assert_eq!(one.looked(0, found(Level::Confirmed, None), at(0)), Verdict::Open);
    // From behind the block: says nothing.
    for second in 1..10 {
        assert_eq!(one.looked(0, missing(5_041), at(second * 3)), Verdict::Open);
    }
    assert_eq!(one.looked(0, missing(5_050), at(40)), Verdict::Open);
    assert_eq!(one.looked(0, missing(5_060), at(43)), Verdict::Open);
    assert_eq!(one.looked(0, missing(5_070), at(46)), Verdict::Dropped);
    assert_eq!(one.next(at(46)), Some(Effect::Send(0)));
}

#[test]
fn a_refusal_ends_the_sending_and_nothing_else() {
    let refused = || Answer::Refused(TxError::InsufficientSol);
    let mut two = machine(2, Begin::Fresh);
    assert_eq!(two.next(at(0)), Some(Effect::Send(0)));
    assert_eq!(two.sent(0, refused(), at(0)), Verdict::Open);
    assert_eq!(two.next(at(0)), Some(Effect::Send(1)));
    assert_eq!(
        two.sent(1, refused(), at(0)),
        Verdict::Refused(TxError::InsufficientSol)
    );
    for second in 0..100 {
        match two.next(at(second)) {
            Some(Effect::Look(server)) => drop(two.looked(server, None, at(second))),
            Some(Effect::Send(_)) => panic!("sent after a refusal"),
            None => {}
        }
    }
    // It was passed on all the same.
    assert_eq!(
        two.looked(0, found(Level::Confirmed, None), at(200)),
        Verdict::Confirmed
    );
}

#[test]
fn a_refusal_after_an_unclear_answer_may_mean_that_it_ran() {
    for first in [Answer::Unclear, Answer::Taken, Answer::TooOld] {
        let mut two = machine(2, Begin::Fresh);
        two.sent(0, first.clone(), at(0));
        let answer = two.sent(1, Answer::Refused(TxError::InsufficientSol), at(0));
        assert_eq!(answer, Verdict::Open, "{first:?}");
    }
    let mut again = machine(1, Begin::Maybe);
    assert_eq!(again.next(at(0)), Some(Effect::Look(0)), "it is looked for first");
    let refused = again.sent(0, Answer::Refused(TxError::InsufficientSol), at(0));
    assert_eq!(refused, Verdict::Open);
}

#[test]
fn what_nobody_can_prove_stays_undecided_with_its_reason() {
    let cut = |slot: u64| {
        let Some(Look::Absent(absence)) = absent(slot) else {
            panic!()
        };
        Some(Look::Absent(Absence {
            first_slot: 5_500,
            ..absence
        }))
    };
    let mut one = machine(1, Begin::Maybe);
    let mut last = Verdict::Open;
    for second in 0..100 {
        last = one.looked(0, cut(6_000 + second * 5), at(second * 5));
        let soon = second * 5 < 60;
        assert_eq!(last == Verdict::Open, soon, "{second} {last:?}");
    }
    assert_eq!(last, Verdict::Undecided(Reason::Pruned));
    // A second server that is never there.
    let mut two = machine(2, Begin::Maybe);
    for second in 0..20 {
        two.looked(0, absent(6_000 + second * 5), at(second * 5));
        last = two.looked(1, None, at(second * 5));
    }
    assert_eq!(last, Verdict::Undecided(Reason::Silent));
}
