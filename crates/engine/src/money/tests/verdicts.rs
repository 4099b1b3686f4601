//! What the comparison with the chain says while something is on its way or has come from elsewhere.

use hearth_store::ledger::Movement;
use hearth_types::{
    history::{EntryKind, EntryState},
    id::TxSignature,
    money::{Currency, Io},
};

use super::{
    super::entry,
    chain::{Ran, Sends},
    rig::Rig,
};

#[tokio::test]
async fn a_payment_from_elsewhere_is_recorded_and_told() {
    let rig = Rig::start().await;
    let gift = TxSignature([7; 64]);
    {
        let mut state = rig.chain.state();
        let slot = state.slot;
        state.ran.insert(gift.to_string(), Ran { slot, lamports: 700 });
        state.lamports += 700;
    }
    // Confirmed, and not final: on its way.
    let verdict = rig.engine.reconcile().await.unwrap();
    let sol = verdict
        .lines
        .iter()
        .find(|line| line.currency == Currency::Sol)
        .unwrap();
    assert!(verdict.ok, "{verdict:?}");
    assert!(verdict.received.is_empty() && sol.under_way == 700, "{verdict:?}");
    rig.chain.state().slot += 40;
    let verdict = rig.engine.reconcile().await.unwrap();
    assert!(verdict.ok, "{verdict:?}");
    let [arrival] = verdict.received[..] else {
        panic!("{verdict:?}")
    };
    assert_eq!(
        (arrival.currency, arrival.amount, arrival.signature),
        (Currency::Sol, 700, gift)
    );
    let entry = &rig.history().await[0];
    assert_eq!(
        (entry.kind, entry.state, entry.amount, entry.signature),
        (EntryKind::Received, EntryState::Final, 700, Some(gift))
    );
    // Once.
    let verdict = rig.engine.reconcile().await.unwrap();
    assert!(verdict.ok && verdict.received.is_empty());
}

#[tokio::test]
async fn what_does_not_come_to_the_difference_is_not_recorded() {
    let rig = Rig::start().await;
    let gift = TxSignature([7; 64]);
    {
        let mut state = rig.chain.state();
        let slot = state.slot;
        state.ran.insert(gift.to_string(), Ran { slot, lamports: 700 });
        state.lamports += 701;
        state.slot += 40;
    }
    let verdict = rig.engine.reconcile().await.unwrap();
    assert!(!verdict.ok && verdict.received.is_empty(), "{verdict:?}");
    rig.chain.state().lamports -= 1;
    let verdict = rig.engine.reconcile().await.unwrap();
    assert!(verdict.ok && verdict.received.len() == 1, "{verdict:?}");
}

#[tokio::test]
async fn what_is_neither_recorded_nor_under_way_differs() {
    let rig = Rig::start().await;
    rig.chain.state().lamports += 1;
    assert!(!rig.engine.reconcile().await.unwrap().ok);
}

#[tokio::test]
async fn a_transaction_that_has_just_run_is_under_way() {
    let rig = Rig::start().await;
    rig.chain.state().sends = Sends::Lose;
    let decided = rig
        .decide_and_then("a", async || {
            {
                let mut state = rig.chain.state();
                let id = bs58::encode(&state.sent[0][1..65]).into_string();
                let slot = state.slot;
                state.ran.insert(
                    id,
                    Ran {
                        slot,
                        lamports: -5_000,
                    },
                );
                state.lamports -= 5_000;
            }
            assert!(rig.engine.reconcile().await.unwrap().ok);
        })
        .await;
    assert!(decided.is_ok());
    assert!(rig.engine.reconcile().await.unwrap().ok);
}

#[tokio::test]
async fn what_others_did_becomes_final_with_their_transaction() {
    let rig = Rig::start().await;
    let signature = TxSignature([6; 64]);
    let mut tx = rig.engine.inner.store.begin().await.unwrap();
    let income = entry("income", Movement::LeaseIncome(Io(5))).unwrap();
    rig.engine
        .record_fact(&mut tx, income, Some(signature), EntryState::Confirmed)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rig.history().await[0].state, EntryState::Confirmed);
    {
        let mut state = rig.chain.state();
        let slot = state.slot;
        state.ran.insert(signature.to_string(), Ran { slot, lamports: 0 });
        state.slot += 40;
    }
    rig.engine.inner.outbox_changed.notify_one();
    rig.wait_for(|entry| entry.state == EntryState::Final).await;
}
