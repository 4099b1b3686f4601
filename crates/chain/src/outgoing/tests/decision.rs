//! One decision, its attempts and crashes, on a bad chain: it is paid at most once, and what was reversed never ran.

use std::{cell::RefCell, time::Duration};

use proptest::prelude::*;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use super::{
    super::{Begin, Outgoing, Policy, Terms, Verdict, drive},
    cluster::{Cluster, Server, Weather},
};

/// Slot duration, milliseconds.
const SLOT_MS: u64 = 400;
/// Turns of one story: four chain hours at most.
const TURNS: u32 = 1_500;
/// Attempts for one decision.
const ATTEMPTS: u8 = 2;

/// What the books say of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Sent,
    Refused,
    Confirmed,
    Final,
    Failed,
    Reversed,
}

struct Attempt {
    id: u8,
    terms: Terms,
    last_height: u64,
    entry: Entry,
    fresh: bool,
}

impl Attempt {
    fn new(id: u8, cluster: &mut Cluster) -> Self {
        let (terms, last_height) = cluster.terms(id);
        Self {
            id,
            terms,
            last_height,
            entry: Entry::Sent,
            fresh: true,
        }
    }

    /// As after a crash: what is on disk is all that is known.
    fn take_up(&self, policy: Policy, servers: usize) -> Outgoing {
        let begin = match self.entry {
            Entry::Sent if self.fresh => Begin::Fresh,
            Entry::Refused => Begin::Refused,
            Entry::Confirmed => Begin::Confirmed,
            Entry::Sent => Begin::Maybe,
            Entry::Final | Entry::Failed | Entry::Reversed => panic!("it has ended"),
        };
        Outgoing::new(self.terms, policy, servers, begin)
    }
}

fn weather() -> impl Strategy<Value = Weather> {
    let servers = (1_usize..=3).prop_flat_map(|servers| {
        let liar = if servers == 1 {
            Just(None).boxed()
        } else {
            prop::option::of(0..servers).boxed()
        };
        (Just(servers), liar)
    });
    let pruned = prop::option::of(prop_oneof![Just(40_u64), Just(300), Just(2_000)]);
    (servers, any::<[bool; 4]>(), pruned).prop_map(
        |((servers, liar), [balanced, forks, glitches, losses], pruned)| Weather {
            servers,
            liar,
            balanced,
            pruned,
            forks,
            glitches,
            losses,
        },
    )
}

/// Plays a decision to its end and gives what the books say of its attempts.
fn play(weather: Weather, seed: u64) -> Result<Vec<Entry>, TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut dice = StdRng::seed_from_u64(seed);
    let cluster = RefCell::new(Cluster::new(weather, StdRng::seed_from_u64(!seed)));
    let policy = Policy::public(weather.servers);
    let mut attempts = vec![Attempt::new(1, &mut cluster.borrow_mut())];
    let mut machine = attempts[0].take_up(policy, weather.servers);
    let begun = cluster.borrow().slot;
    for _ in 0..TURNS {
        let current = attempts.len() - 1;
        let attempt = &mut attempts[current];
        if matches!(attempt.entry, Entry::Final | Entry::Failed | Entry::Reversed) {
            break;
        }
        let servers: Vec<_> = (0..weather.servers)
            .map(|number| Server {
                cluster: &cluster,
                number,
                last_height: attempt.last_height,
            })
            .collect();
        let now = || Duration::from_millis((cluster.borrow().slot - begun) * SLOT_MS);
        // What the books say does not depend on an answer that never came.
        let driven = runtime.block_on(drive(&mut machine, &[attempt.id], &servers, now));
        attempt.fresh = false;
        let verdict = driven.unwrap_or(Verdict::Open);
        let truth = cluster.borrow().outcome(attempt.id);
        match verdict {
            Verdict::Open | Verdict::Undecided(_) => {}
            Verdict::Refused(_) => attempt.entry = Entry::Refused,
            Verdict::Confirmed => attempt.entry = Entry::Confirmed,
            Verdict::Dropped => attempt.entry = Entry::Sent,
            Verdict::Final => {
                attempt.entry = Entry::Final;
                prop_assert_eq!(truth, Some(None), "final, and it did not happen");
                prop_assert!(cluster.borrow().is_final(attempt.id));
            }
            Verdict::Failed(_) => {
                attempt.entry = Entry::Failed;
                prop_assert!(matches!(truth, Some(Some(_))), "failed, and {truth:?}");
                prop_assert!(cluster.borrow().is_final(attempt.id));
            }
            Verdict::Expired => {
                let refused = attempt.entry == Entry::Refused;
                attempt.entry = Entry::Reversed;
                prop_assert_eq!(truth, None, "reversed, and it is on chain");
                if !refused && attempts.len() < usize::from(ATTEMPTS) {
                    let id = u8::try_from(attempts.len()).unwrap() + 1;
                    attempts.push(Attempt::new(id, &mut cluster.borrow_mut()));
                    machine = attempts[attempts.len() - 1].take_up(policy, weather.servers);
                }
            }
        }
        // At any moment, and not only in the end.
        let paid = attempts
            .iter()
            .filter(|attempt| cluster.borrow().contains(attempt.id));
        prop_assert!(paid.count() <= 1, "paid twice");
        for attempt in &attempts {
            let landed = attempt.entry == Entry::Reversed && cluster.borrow().contains(attempt.id);
            prop_assert!(!landed, "reversed, and it landed");
        }
        let pause = dice.random_range(1..12);
        cluster.borrow_mut().advance(pause);
        if dice.random_range(0..40) == 0 {
            // Crashes; sometimes the machine stays off for long.
            let off = if dice.random_range(0..4) == 0 {
                dice.random_range(0..1_500)
            } else {
                0
            };
            cluster.borrow_mut().advance(off);
            let attempt = &attempts[attempts.len() - 1];
            let ended = matches!(attempt.entry, Entry::Final | Entry::Failed | Entry::Reversed);
            if !ended {
                machine = attempt.take_up(policy, weather.servers);
            }
        }
    }
    // Whatever lingers somewhere has its time.
    cluster.borrow_mut().advance(500);
    let paid = attempts
        .iter()
        .filter(|attempt| cluster.borrow().contains(attempt.id));
    prop_assert!(paid.count() <= 1, "paid twice");
    for attempt in &attempts {
        let landed = cluster.borrow().contains(attempt.id);
        prop_assert!(
            attempt.entry != Entry::Reversed || !landed,
            "reversed, and it landed"
        );
    }
    Ok(attempts.iter().map(|attempt| attempt.entry).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn a_decision_is_paid_at_most_once_and_what_was_reversed_never_ran(weather in weather(), seed: u64) {
        play(weather, seed)?;
    }

    #[test]
    fn on_a_sound_chain_every_decision_comes_to_an_end(servers in 1_usize..=3, losses: bool, forks: bool, seed: u64) {
        let sound = Weather { servers, losses, forks, ..Weather::default() };
        let entries = play(sound, seed)?;
        let last = entries[entries.len() - 1];
        prop_assert!(matches!(last, Entry::Final | Entry::Failed | Entry::Reversed), "{entries:?}");
    }
}
