//! A transaction's fate is its entries' fate.

use hearth_store::{
    Store, Tx,
    ledger::{self, Account, EntryId, Movement},
    outbox::{self, OutboxError, OutboxId, OutboxState},
};
use hearth_types::{
    history::EntryState,
    id::TxSignature,
    money::{Currency, Io, Lamports},
};

use crate::samples::{entry, held, key, transaction};

async fn prepared(tx: &mut Tx, name: &str, signature: u8) -> (OutboxId, Vec<EntryId>) {
    let stake = ledger::record(tx, entry(name, Movement::Stake(Io(40))))
        .await
        .unwrap();
    let fee = entry(&format!("{name}:fee"), Movement::NetworkFee(Lamports(5)));
    let fee = ledger::record(tx, fee).await.unwrap();
    let row = outbox::prepare(tx, transaction(name, signature, vec![stake, fee]))
        .await
        .unwrap();
    (row, vec![stake, fee])
}

async fn states(tx: &mut Tx, entries: &[EntryId]) -> Vec<(EntryState, Option<TxSignature>)> {
    let mut states = vec![];
    for entry in entries {
        let rows = ledger::entry_history(tx, *entry).await.unwrap();
        states.extend(rows.iter().map(|row| (row.state, row.signature)));
    }
    states
}

#[tokio::test]
async fn entries_follow_their_transaction_to_the_end() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let (row, entries) = prepared(&mut tx, "stake:1", 1).await;
    let signature = Some(TxSignature([1; 64]));
    assert_eq!(states(&mut tx, &entries).await, [(EntryState::Pending, None); 2]);
    outbox::mark_sent(&mut tx, row).await.unwrap();
    outbox::mark_sent(&mut tx, row).await.unwrap();
    assert_eq!(
        states(&mut tx, &entries).await,
        [(EntryState::Submitted, signature); 2]
    );
    outbox::mark_confirmed(&mut tx, row).await.unwrap();
    assert_eq!(
        states(&mut tx, &entries).await,
        [(EntryState::Confirmed, signature); 2]
    );
    assert_eq!(outbox::unfinished(&mut tx).await.unwrap().len(), 1);
    outbox::mark_final(&mut tx, row).await.unwrap();
    assert_eq!(
        states(&mut tx, &entries).await,
        [(EntryState::Final, signature); 2]
    );
    assert_eq!(outbox::unfinished(&mut tx).await.unwrap(), []);
    for late in [
        outbox::mark_sent(&mut tx, row).await,
        outbox::mark_expired(&mut tx, row).await,
        outbox::mark_failed(&mut tx, row, "late").await,
    ] {
        assert!(matches!(
            late,
            Err(OutboxError::Backwards {
                from: OutboxState::Final,
                ..
            })
        ));
    }
}

#[tokio::test]
async fn an_expired_transaction_leaves_no_trace_in_the_balances() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    ledger::record(&mut tx, entry("faucet", Movement::Faucet(Io(100))))
        .await
        .unwrap();
    let (expired, entries) = prepared(&mut tx, "stake:1", 1).await;
    let (failed, others) = prepared(&mut tx, "stake:2", 2).await;
    outbox::mark_sent(&mut tx, expired).await.unwrap();
    outbox::mark_expired(&mut tx, expired).await.unwrap();
    outbox::mark_failed(&mut tx, failed, "insufficient funds")
        .await
        .unwrap();
    for entries in [entries, others] {
        assert!(
            states(&mut tx, &entries)
                .await
                .iter()
                .all(|(state, _)| *state == EntryState::Void)
        );
    }
    let balances = ledger::balances(&mut tx).await.unwrap();
    assert_eq!(held(&balances, Account::Wallet, Currency::Io), 100);
    assert_eq!(held(&balances, Account::Wallet, Currency::Sol), 0);
    let row = outbox::get(&mut tx, failed).await.unwrap();
    assert_eq!(
        (row.state, row.error.as_deref()),
        (OutboxState::Failed, Some("insufficient funds"))
    );
    let revived = outbox::mark_confirmed(&mut tx, expired).await;
    assert!(matches!(revived, Err(OutboxError::Backwards { .. })));
}

#[tokio::test]
async fn one_intention_has_one_transaction() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let (row, entries) = prepared(&mut tx, "stake:1", 1).await;
    assert_eq!(prepared(&mut tx, "stake:1", 1).await, (row, entries.clone()));
    let second = outbox::prepare(&mut tx, transaction("stake:1", 2, entries.clone())).await;
    assert!(matches!(second, Err(OutboxError::KeyTaken { row: held, .. }) if held == row));
    let mut oversize = transaction("stake:2", 3, vec![]);
    oversize.signed_transaction = vec![0; 1233];
    let oversize = outbox::prepare(&mut tx, oversize).await;
    assert!(matches!(oversize, Err(OutboxError::BadLength(1233))));
    let found = outbox::find(&mut tx, &key("stake:1")).await.unwrap().unwrap();
    assert_eq!(
        (found.id, found.entries, found.last_valid_block_height),
        (row, entries, 150)
    );
    assert!(!format!("{:?}", outbox::get(&mut tx, row).await.unwrap()).contains("signed_transaction"));
}

#[tokio::test]
async fn a_crash_between_decision_and_sending_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.db");
    let store = Store::open(&path).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let (row, entries) = prepared(&mut tx, "stake:1", 1).await;
    tx.commit().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    outbox::mark_sent(&mut tx, row).await.unwrap();
    drop(tx);
    store.close().await;

    let store = Store::open(&path).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let left = outbox::unfinished(&mut tx).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(
        (left[0].state, &left[0].entries),
        (OutboxState::Prepared, &entries)
    );
    assert_eq!(left[0].signed_transaction, vec![1; 300]);
    // It was on chain already when the engine looked.
    outbox::mark_confirmed(&mut tx, row).await.unwrap();
    assert_eq!(states(&mut tx, &entries).await[0].0, EntryState::Confirmed);
}

#[tokio::test]
async fn a_second_transaction_takes_the_place_of_a_dead_one_only() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let (first, _) = prepared(&mut tx, "stake:1", 1).await;
    let again = transaction("stake:1", 2, vec![]);
    // As long as the first can run, or has.
    for mark in ["prepared", "sent", "confirmed"] {
        match mark {
            "sent" => outbox::mark_sent(&mut tx, first).await.unwrap(),
            "confirmed" => outbox::mark_confirmed(&mut tx, first).await.unwrap(),
            _ => {}
        }
        let early = outbox::prepare_again(&mut tx, again.clone()).await;
        assert!(matches!(early, Err(OutboxError::NotDead(_))), "{mark}");
    }
    outbox::mark_expired(&mut tx, first).await.unwrap();
    let entry = ledger::record(&mut tx, entry("stake:1:again", Movement::Stake(Io(40))))
        .await
        .unwrap();
    let again = transaction("stake:1", 2, vec![entry]);
    let second = outbox::prepare_again(&mut tx, again).await.unwrap();
    let found = outbox::find(&mut tx, &key("stake:1")).await.unwrap().unwrap();
    assert_eq!((found.id, found.attempt, found.after_slot), (second, 2, Some(40)));
    assert!(outbox::has_newer(&mut tx, first).await.unwrap());
    assert!(!outbox::has_newer(&mut tx, second).await.unwrap());
    // Twice is enough, whatever becomes of the second.
    for dead in [false, true] {
        if dead {
            outbox::mark_expired(&mut tx, second).await.unwrap();
        }
        let third = outbox::prepare_again(&mut tx, transaction("stake:1", 3, vec![])).await;
        assert!(matches!(third, Err(OutboxError::NotDead(_))));
    }
    let never = outbox::prepare_again(&mut tx, transaction("stake:2", 4, vec![])).await;
    assert!(matches!(never, Err(OutboxError::NotDead(_))));
}

#[tokio::test]
async fn a_failed_transaction_has_no_second() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let (row, _) = prepared(&mut tx, "stake:1", 1).await;
    outbox::mark_refused(&mut tx, row, "too little SOL")
        .await
        .unwrap();
    let held = outbox::get(&mut tx, row).await.unwrap();
    assert_eq!(
        (held.state, held.refused.as_deref()),
        (OutboxState::Prepared, Some("too little SOL"))
    );
    outbox::mark_failed(&mut tx, row, "too little SOL").await.unwrap();
    let again = outbox::prepare_again(&mut tx, transaction("stake:1", 2, vec![])).await;
    assert!(matches!(again, Err(OutboxError::NotDead(_))));
}

#[tokio::test]
async fn a_dropped_fork_takes_the_entries_back_and_may_give_them_again() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    ledger::record(&mut tx, entry("faucet", Movement::Faucet(Io(100))))
        .await
        .unwrap();
    let (row, entries) = prepared(&mut tx, "stake:1", 1).await;
    let signature = Some(TxSignature([1; 64]));
    let staked = async |tx: &mut Tx| {
        let settled = ledger::settled_balances(tx).await.unwrap();
        let all = ledger::balances(tx).await.unwrap();
        let stake = |balances| held(balances, Account::Stake, Currency::Io);
        (stake(&settled), stake(&all))
    };
    outbox::mark_sent(&mut tx, row).await.unwrap();
    let fell = ledger::fall_back(&mut tx, entries[0]).await;
    assert!(fell.is_ok(), "it is submitted already");
    outbox::mark_confirmed(&mut tx, row).await.unwrap();
    assert_eq!(staked(&mut tx).await, (40, 40));
    assert!(
        ledger::fall_back(&mut tx, entries[0]).await.is_err(),
        "its transaction is confirmed"
    );
    outbox::set_undecided(&mut tx, row, "nobody knows").await.unwrap();
    for _ in 0..2 {
        outbox::mark_dropped(&mut tx, row).await.unwrap();
        assert_eq!(
            states(&mut tx, &entries).await,
            [(EntryState::Submitted, signature); 2]
        );
        assert_eq!(staked(&mut tx).await, (0, 40));
    }
    outbox::mark_confirmed(&mut tx, row).await.unwrap();
    assert_eq!(staked(&mut tx).await, (40, 40));
    assert_eq!(outbox::get(&mut tx, row).await.unwrap().undecided, None);
    // Each of it is a link of the history, and the sums by day moved along.
    let verified = ledger::verify(&mut tx, &[]).await.unwrap();
    assert!(verified.ok, "{verified:?}");
    outbox::mark_dropped(&mut tx, row).await.unwrap();
    outbox::mark_expired(&mut tx, row).await.unwrap();
    assert_eq!(staked(&mut tx).await, (0, 0));
    let late = outbox::mark_dropped(&mut tx, row).await;
    assert!(matches!(late, Err(OutboxError::Backwards { .. })));
}

#[tokio::test]
async fn what_a_transaction_cost_beyond_what_was_expected_goes_its_way() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let (row, entries) = prepared(&mut tx, "stake:1", 1).await;
    let more = ledger::record(&mut tx, entry("more", Movement::NetworkFee(Lamports(2))))
        .await
        .unwrap();
    let early = outbox::attach(&mut tx, row, more).await;
    assert!(matches!(early, Err(OutboxError::Backwards { .. })));
    outbox::mark_confirmed(&mut tx, row).await.unwrap();
    outbox::attach(&mut tx, row, more).await.unwrap();
    let all = [entries[0], entries[1], more];
    let signature = Some(TxSignature([1; 64]));
    assert_eq!(
        states(&mut tx, &all).await,
        [(EntryState::Confirmed, signature); 3]
    );
    outbox::mark_dropped(&mut tx, row).await.unwrap();
    assert_eq!(
        states(&mut tx, &all).await,
        [(EntryState::Submitted, signature); 3]
    );
    outbox::mark_confirmed(&mut tx, row).await.unwrap();
    outbox::mark_final(&mut tx, row).await.unwrap();
    assert_eq!(states(&mut tx, &all).await, [(EntryState::Final, signature); 3]);
    assert!(ledger::verify(&mut tx, &[]).await.unwrap().ok);
}

#[tokio::test]
async fn what_others_did_waits_to_become_final() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let (row, _) = prepared(&mut tx, "stake:1", 1).await;
    outbox::mark_sent(&mut tx, row).await.unwrap();
    outbox::mark_confirmed(&mut tx, row).await.unwrap();
    let income = ledger::record(&mut tx, entry("income", Movement::LeaseIncome(Io(7))))
        .await
        .unwrap();
    let signature = TxSignature([9; 64]);
    assert!(!outbox::knows(&mut tx, signature).await.unwrap());
    ledger::advance(&mut tx, income, EntryState::Confirmed, Some(signature))
        .await
        .unwrap();
    let start = EntryId(0);
    assert_eq!(
        outbox::open_facts(&mut tx, start, 10).await.unwrap(),
        [(income, signature)]
    );
    assert_eq!(outbox::open_facts(&mut tx, income, 10).await.unwrap(), []);
    for known in [signature, TxSignature([1; 64])] {
        assert!(outbox::knows(&mut tx, known).await.unwrap());
    }
    ledger::advance(&mut tx, income, EntryState::Final, None)
        .await
        .unwrap();
    assert_eq!(outbox::open_facts(&mut tx, start, 10).await.unwrap(), []);
    let mut sums = std::collections::BTreeMap::new();
    for posting in outbox::postings(&mut tx, row).await.unwrap() {
        *sums.entry((posting.account, posting.currency)).or_insert(0) += posting.amount;
    }
    assert_eq!(sums[&(Account::Stake, Currency::Io)], 40);
    assert_eq!(sums[&(Account::Wallet, Currency::Sol)], -5);
}
