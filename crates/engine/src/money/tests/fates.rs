//! What becomes of decisions.

use hearth_store::{ledger, outbox::OutboxKind};
use hearth_types::{history::EntryState, ipc::Code};

use super::{chain::Sends, rig::Rig};

#[tokio::test]
async fn what_lands_is_confirmed_and_becomes_final() {
    let rig = Rig::start().await;
    let signature = rig.decide("a").await.unwrap();
    assert_eq!(rig.history().await[0].signature, Some(signature));
    rig.chain.state().slot += 40;
    rig.wait_for(|entry| entry.state == EntryState::Final).await;
    assert_eq!(rig.chain.state().sent.len(), 1);
    assert!(rig.engine.reconcile().await.unwrap().ok);
}

#[tokio::test]
async fn what_expires_is_tried_once_more_with_other_bytes() {
    let rig = Rig::start().await;
    rig.chain.state().sends = Sends::Lose;
    let signature = rig
        .decide_and_then("a", async || {
            rig.chain.state().slot += 400;
            // The second bytes land.
            rig.wait_until(async || {
                let mut state = rig.chain.state();
                let second = state.sent.len() > 1;
                if second {
                    state.sends = Sends::Land;
                }
                second
            })
            .await;
        })
        .await
        .unwrap();
    let history = rig.history().await;
    assert_eq!(
        (history[0].state, history[0].signature),
        (EntryState::Confirmed, Some(signature))
    );
    assert_eq!(history[1].state, EntryState::Void);
    let state = rig.chain.state();
    assert_eq!(
        (state.sent.len(), state.ran.len()),
        (2, 2),
        "the money of the beginning, and one"
    );
}

#[tokio::test]
async fn what_pays_somebody_is_never_repeated_by_itself() {
    for kind in [OutboxKind::Send, OutboxKind::Move, OutboxKind::LeaseClose] {
        let rig = Rig::start().await;
        rig.chain.state().sends = Sends::Lose;
        let error = rig
            .decide_as_and_then(kind, "a", async || rig.chain.state().slot += 400)
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::TransactionExpired);
        assert_eq!(rig.history().await[0].state, EntryState::Void);
        assert_eq!(rig.chain.state().sent.len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn a_second_expiry_is_the_end() {
    let rig = Rig::start().await;
    rig.chain.state().sends = Sends::Lose;
    let error = rig
        .decide_and_then("a", async || {
            rig.chain.state().slot += 400;
            rig.wait_until(async || rig.chain.state().sent.len() > 1).await;
            rig.chain.state().slot += 400;
        })
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::TransactionExpired);
    let history = rig.history().await;
    assert!(history[..2].iter().all(|entry| entry.state == EntryState::Void));
    assert_eq!(rig.chain.state().sent.len(), 2);
    assert!(rig.engine.reconcile().await.unwrap().ok);
}

#[tokio::test]
async fn without_the_wallet_nothing_is_tried_again() {
    let rig = Rig::start().await;
    rig.chain.state().sends = Sends::Lose;
    let error = rig
        .decide_and_then("a", async || {
            rig.engine.lock_wallet().unwrap();
            rig.chain.state().slot += 400;
        })
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::TransactionExpired);
    assert_eq!(rig.history().await[0].state, EntryState::Void);
    assert_eq!(rig.chain.state().sent.len(), 1);
}

#[tokio::test]
async fn a_refusal_is_told_at_once_and_reversed_when_it_is_certain() {
    let rig = Rig::start().await;
    rig.chain.state().sends = Sends::Refuse;
    let error = rig.decide("a").await.unwrap_err();
    assert_eq!(error.code, Code::InsufficientSol);
    let open = &rig.history().await[0];
    assert_eq!(open.state, EntryState::Submitted);
    assert!(open.note.contains("too little SOL"), "{open:?}");
    rig.chain.state().slot += 400;
    rig.wait_for(|entry| entry.state == EntryState::Void).await;
    assert_eq!(rig.chain.state().sent.len(), 1, "it is not tried again");
}

#[tokio::test]
async fn a_refused_transaction_that_ran_all_the_same_is_not_reversed() {
    let rig = Rig::start().await;
    rig.chain.state().sends = Sends::Refuse;
    rig.decide("a").await.unwrap_err();
    {
        let mut state = rig.chain.state();
        let packet = state.sent[0].clone();
        let id = bs58::encode(&packet[1..65]).into_string();
        let slot = state.slot;
        state.ran.insert(
            id,
            super::chain::Ran {
                slot,
                lamports: -5_000,
            },
        );
        state.lamports -= 5_000;
        state.slot += 400;
    }
    rig.wait_for(|entry| entry.state == EntryState::Final).await;
    assert!(rig.engine.reconcile().await.unwrap().ok);
}

#[tokio::test]
async fn a_fork_that_drops_it_takes_the_entry_back_and_the_same_bytes_go_out_again() {
    let rig = Rig::start().await;
    let signature = rig.decide("a").await.unwrap();
    {
        let mut state = rig.chain.state();
        state.ran.remove(&signature.to_string());
        state.sends = Sends::Lose;
        state.lamports += 5_000;
        state.slot += 40;
    }
    rig.wait_for(|entry| entry.state == EntryState::Submitted).await;
    rig.chain.state().sends = Sends::Land;
    rig.wait_for(|entry| entry.state >= EntryState::Confirmed).await;
    assert_eq!(rig.history().await[0].signature, Some(signature));
    assert_eq!(rig.chain.state().sent.len(), 1, "the same bytes");
    let mut read = rig.engine.inner.store.read().await.unwrap();
    assert!(
        ledger::verify(&mut read, &[]).await.unwrap().ok,
        "every state is linked"
    );
}

#[tokio::test]
async fn what_a_fork_dropped_for_good_is_reversed() {
    let rig = Rig::start().await;
    let signature = rig.decide("a").await.unwrap();
    {
        let mut state = rig.chain.state();
        state.ran.remove(&signature.to_string());
        state.sends = Sends::Lose;
        state.lamports += 5_000;
        state.slot += 400;
    }
    rig.wait_for(|entry| entry.state == EntryState::Void).await;
    assert!(rig.engine.reconcile().await.unwrap().ok);
}

#[tokio::test]
async fn what_a_pruned_server_cannot_prove_stays_open_and_says_why() {
    let rig = Rig::start().await;
    rig.chain.state().sends = Sends::Lose;
    let error = rig
        .decide_and_then("a", async || {
            let mut state = rig.chain.state();
            state.slot += 600;
            state.first_slot = state.slot - 100;
        })
        .await
        .unwrap_err();
    assert_eq!(error.code, Code::TransactionUndecided);
    let open = &rig.history().await[0];
    assert_eq!(open.state, EntryState::Submitted);
    assert!(open.note.contains("history"), "{open:?}");
    let problems = rig.engine.status().await.problems;
    assert!(
        problems
            .iter()
            .any(|problem| problem.code == Code::TransactionUndecided)
    );
    assert_eq!(rig.chain.state().sent.len(), 1);
}
