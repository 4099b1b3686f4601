//! Random histories, with replays, voids and crashes, against a model that knows nothing of SQL.

use std::collections::BTreeMap;

use hearth_store::{
    Store,
    ledger::{self, Account, EntryId, LedgerError, Movement, Posting},
};
use hearth_types::{
    history::EntryState,
    money::{Currency, Io, Lamports},
};
use proptest::prelude::*;

use crate::samples::entry;

#[derive(Clone, Debug)]
enum Step {
    Record {
        key: u8,
        movement: u8,
        amount: u32,
    },
    Advance {
        entry: u8,
        to: u8,
    },
    Void {
        entry: u8,
    },
    /// Everything since the last commit is lost.
    Crash,
    Commit,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let record = (0..24_u8, 0..13_u8, 0..1_000_u32).prop_map(|(key, movement, amount)| Step::Record {
        key,
        movement,
        amount,
    });
    let advance = (0..24_u8, 0..5_u8).prop_map(|(entry, to)| Step::Advance { entry, to });
    let void = (0..24_u8).prop_map(|entry| Step::Void { entry });
    let one =
        prop_oneof![6 => record, 3 => advance, 2 => void, 1 => Just(Step::Crash), 3 => Just(Step::Commit)];
    prop::collection::vec(one, 1..60)
}

fn movement(which: u8, amount: u32) -> Movement {
    let io = Io(amount.into());
    match which {
        0 => Movement::Faucet(io),
        1 => Movement::FaucetSol(Lamports(amount.into())),
        2 => Movement::Stake(io),
        3 => Movement::UnstakeRequest(io),
        4 => Movement::Withdraw(io),
        5 => Movement::LeaseEscrow(io),
        6 => Movement::LeasePayment(io),
        7 => Movement::Refund(io),
        8 => Movement::LeaseIncome(io),
        9 => Movement::NetworkFee(Lamports(amount.into())),
        10 => Movement::Sent(io),
        11 => Movement::SentSol(Lamports(amount.into())),
        _ => Movement::Adjustment {
            account: Account::Stake,
            currency: Currency::Io,
            amount: -i64::from(amount),
        },
    }
}

const STATES: [EntryState; 5] = [
    EntryState::Pending,
    EntryState::Submitted,
    EntryState::Confirmed,
    EntryState::Final,
    EntryState::Void,
];

#[derive(Clone, Default)]
struct Model {
    /// By key: the movement's postings, its entry and its state.
    entries: BTreeMap<u8, (Vec<Posting>, EntryId, EntryState)>,
}

impl Model {
    fn fold(&self, counts: impl Fn(EntryState) -> bool) -> BTreeMap<(Account, Currency), i64> {
        let counted = self.entries.values().filter(|(_, _, state)| counts(*state));
        let mut sums = BTreeMap::new();
        for posting in counted.flat_map(|(postings, _, _)| postings) {
            *sums.entry((posting.account, posting.currency)).or_default() += posting.amount;
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }
}

async fn run(steps: Vec<Step>) {
    let store = Store::in_memory().await.unwrap();
    let mut committed = Model::default();
    let mut model = Model::default();
    let mut tx = store.begin().await.unwrap();
    for step in steps {
        match step {
            Step::Record {
                key,
                movement: which,
                amount,
            } => {
                let movement = movement(which, amount);
                let postings = movement.postings().unwrap();
                let result = ledger::record(&mut tx, entry(&format!("key:{key}"), movement)).await;
                match (amount, model.entries.get(&key)) {
                    (0, _) => assert!(matches!(result, Err(LedgerError::Empty))),
                    (_, None) => {
                        let state = EntryState::Pending;
                        model.entries.insert(key, (postings, result.unwrap(), state));
                    }
                    // Unstake and withdraw share a kind but not their postings, so postings name a movement here.
                    (_, Some((held, id, state))) if *held == postings => match (state, result) {
                        (EntryState::Void, result) => {
                            assert!(matches!(result, Err(LedgerError::KeyVoid { .. })))
                        }
                        (_, result) => assert_eq!(result.unwrap(), *id),
                    },
                    (_, Some(_)) => assert!(matches!(result, Err(LedgerError::KeyTaken { .. }))),
                }
            }
            Step::Advance { entry, to } => {
                let to = STATES[usize::from(to)];
                let Some((_, id, state)) = model.entries.get_mut(&entry) else {
                    continue;
                };
                let stays = matches!(state, EntryState::Final | EntryState::Void);
                let allowed = to == *state || (!stays && to > *state && to != EntryState::Void);
                let result = ledger::advance(&mut tx, *id, to, None).await;
                assert_eq!(result.is_ok(), allowed, "{state:?} to {to:?}");
                if allowed {
                    *state = to;
                }
            }
            Step::Void { entry } => {
                let Some((_, id, state)) = model.entries.get_mut(&entry) else {
                    continue;
                };
                let result = ledger::void(&mut tx, *id, "test").await;
                assert_eq!(result.is_ok(), *state != EntryState::Final);
                if result.is_ok() {
                    *state = EntryState::Void;
                }
            }
            Step::Crash => {
                drop(tx);
                model = committed.clone();
                tx = store.begin().await.unwrap();
            }
            Step::Commit => {
                tx.commit().await.unwrap();
                committed = model.clone();
                tx = store.begin().await.unwrap();
            }
        }
        compare(&mut tx, &model).await;
    }
}

async fn compare(tx: &mut hearth_store::Tx, model: &Model) {
    let all = ledger::balances(tx).await.unwrap();
    let settled = ledger::settled_balances(tx).await.unwrap();
    for balances in [&all, &settled] {
        for currency in Currency::ALL {
            let of_currency = balances.iter().filter(|b| b.currency == currency);
            assert_eq!(of_currency.map(|b| b.amount).sum::<i64>(), 0);
        }
    }
    let as_map = |balances: Vec<ledger::AccountBalance>| {
        let nonzero = balances.into_iter().filter(|b| b.amount != 0);
        nonzero
            .map(|b| ((b.account, b.currency), b.amount))
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(as_map(all), model.fold(|state| state != EntryState::Void));
    let on_chain = [EntryState::Confirmed, EntryState::Final];
    assert_eq!(as_map(settled), model.fold(|state| on_chain.contains(&state)));
    let rows = ledger::history(tx, None, 1000).await.unwrap();
    assert_eq!(
        rows.len(),
        model.entries.len(),
        "one row an entry, reversals hidden"
    );
    let verified = ledger::verify(tx, &[]).await.unwrap();
    assert!(verified.ok, "{:?}", verified.broken);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sums_stay_zero_and_balances_are_folds(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(steps));
    }
}
