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
