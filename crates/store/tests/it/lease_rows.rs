//! Leases go forward and vouchers grow.

use hearth_store::{
    Store, Tx,
    leases::{self, Closing, LeaseEnd, LeaseError, LeaseKey, SealedSecret, Voucher},
    outbox::{self, NewOutbox, OutboxKind},
};
use hearth_types::{
    id::TxSignature,
    job::{CommandJob, Job},
    lease::{EndReason, LeaseStage, Side},
    money::Io,
    time::UnixMillis,
};

use crate::samples::{lease, renter, transaction};

fn voucher(amount: u64, seconds: u64) -> Voucher {
    Voucher {
        amount: Io(amount),
        seconds,
        signature: [u8::try_from(seconds).unwrap(); 64],
    }
}

async fn inserted(tx: &mut Tx) -> LeaseKey {
    leases::insert(tx, lease(1, Side::Renter)).await.unwrap()
}

#[tokio::test]
async fn a_voucher_never_shrinks() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let key = inserted(&mut tx).await;
    leases::store_voucher(&mut tx, key, voucher(1_000, 10))
        .await
        .unwrap();
    leases::store_voucher(&mut tx, key, voucher(2_000, 20))
        .await
        .unwrap();
    leases::store_voucher(&mut tx, key, voucher(2_000, 20))
        .await
        .unwrap();
    for lower in [
        voucher(1_000, 10),
        voucher(1_999, 30),
        voucher(3_000, 19),
        voucher(0, 0),
    ] {
        let error = leases::store_voucher(&mut tx, key, lower).await.unwrap_err();
        assert!(matches!(
            error,
            LeaseError::LowerVoucher {
                held: Io(2_000),
                held_seconds: 20,
                ..
            }
        ));
    }
    let resigned = Voucher {
        signature: [99; 64],
        ..voucher(2_000, 20)
    };
    let resigned = leases::store_voucher(&mut tx, key, resigned).await;
    assert!(matches!(resigned, Err(LeaseError::LowerVoucher { .. })));
    let over = leases::store_voucher(&mut tx, key, voucher(6_001, 61)).await;
    assert!(matches!(
        over,
        Err(LeaseError::OverEscrow {
            escrow: Io(6_000),
            ..
        })
    ));
    assert_eq!(
        leases::get(&mut tx, key).await.unwrap().voucher,
        Some(voucher(2_000, 20))
    );
}

#[tokio::test]
async fn only_a_stored_voucher_is_acknowledged() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let key = inserted(&mut tx).await;
    let early = leases::acknowledge_voucher(&mut tx, key, Io(1_000), 10).await;
    assert!(matches!(early, Err(LeaseError::NotStored { .. })));
    leases::store_voucher(&mut tx, key, voucher(2_000, 20))
        .await
        .unwrap();
    leases::acknowledge_voucher(&mut tx, key, Io(2_000), 20)
        .await
        .unwrap();
    leases::acknowledge_voucher(&mut tx, key, Io(1_000), 10)
        .await
        .unwrap();
    let row = leases::get(&mut tx, key).await.unwrap();
    assert_eq!((row.acknowledged, row.acknowledged_seconds), (Io(2_000), 20));
}

#[tokio::test]
async fn what_was_used_only_grows() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let key = inserted(&mut tx).await;
    assert_eq!(leases::get(&mut tx, key).await.unwrap().used_seconds, 0);
    for (noted, stored) in [(5, 5), (12, 12), (7, 12)] {
        leases::note_usage(&mut tx, key, noted).await.unwrap();
        assert_eq!(leases::get(&mut tx, key).await.unwrap().used_seconds, stored);
    }
    let unknown = leases::note_usage(&mut tx, renter(77), 1).await;
    assert!(matches!(unknown, Err(LeaseError::Unknown(_))));
    let unknown = leases::want_stop(&mut tx, renter(77)).await;
    assert!(matches!(unknown, Err(LeaseError::Unknown(_))));
}

#[tokio::test]
async fn stages_only_go_forward() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let key = inserted(&mut tx).await;
    let end = LeaseEnd {
        reason: EndReason::StoppedByRenter,
        detail: Some("stopped".into()),
        amount: Io(1_500),
        seconds: 15,
    };
    let closing = Closing {
        paid: Io(1_500),
        refunded: Io(4_500),
        at: UnixMillis(9_000),
        signature: Some(TxSignature([8; 64])),
    };
    leases::advance(&mut tx, key, LeaseStage::Running).await.unwrap();
    leases::advance(&mut tx, key, LeaseStage::Running).await.unwrap();
    for back in [
        LeaseStage::Opening,
        LeaseStage::Connecting,
        LeaseStage::Settling,
        LeaseStage::Closed,
    ] {
        let result = leases::advance(&mut tx, key, back).await;
        assert!(matches!(result, Err(LeaseError::Backwards { .. })), "{back:?}");
    }
    let abandoned = leases::abandon(&mut tx, key, "late", UnixMillis(1)).await;
    assert!(matches!(abandoned, Err(LeaseError::Backwards { .. })));
    let over = LeaseEnd {
        amount: Io(6_001),
        ..end.clone()
    };
    assert!(matches!(
        leases::end(&mut tx, key, over).await,
        Err(LeaseError::OverEscrow { .. })
    ));
    leases::end(&mut tx, key, end.clone()).await.unwrap();
    leases::set_node_close_signature(&mut tx, key, [3; 64])
        .await
        .unwrap();
    leases::close(&mut tx, key, closing).await.unwrap();
    leases::close(&mut tx, key, closing).await.unwrap();
    let late = leases::end(&mut tx, key, end).await;
    assert!(matches!(
        late,
        Err(LeaseError::Backwards {
            from: LeaseStage::Closed,
            ..
        })
    ));
    let view = leases::get(&mut tx, key).await.unwrap().view();
    assert_eq!(
        (view.stage, view.end),
        (LeaseStage::Closed, Some(EndReason::StoppedByRenter))
    );
    assert_eq!((view.paid, view.refunded), (Some(Io(1_500)), Some(Io(4_500))));
    assert_eq!(leases::unfinished(&mut tx).await.unwrap(), []);
}

#[tokio::test]
async fn a_lease_comes_back_whole_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.db");
    let store = Store::open(&path).await.unwrap();
    let job = Job::Command(CommandJob {
        program: "sh".into(),
        args: vec!["run.sh".into()],
        files: vec![],
        outputs: vec!["out.bin".into()],
    });
    let mut tx = store.begin().await.unwrap();
    let mut new = lease(1, Side::Renter);
    new.job = Some(job.clone());
    let key = leases::insert(&mut tx, new).await.unwrap();
    leases::set_open_signature(&mut tx, key, TxSignature([5; 64]))
        .await
        .unwrap();
    leases::want_stop(&mut tx, key).await.unwrap();
    leases::store_voucher(&mut tx, key, voucher(2_000, 20))
        .await
        .unwrap();
    leases::set_exit_code(&mut tx, key, -9).await.unwrap();
    let before = leases::get(&mut tx, key).await.unwrap();
    tx.commit().await.unwrap();
    store.close().await;

    let store = Store::open(&path).await.unwrap();
    let mut read = store.read().await.unwrap();
    assert_eq!(
        leases::unfinished(&mut read).await.unwrap(),
        std::slice::from_ref(&before)
    );
    assert_eq!(leases::job(&mut read, key).await.unwrap(), Some(job));
    assert_eq!(before.session_secret, Some(SealedSecret(vec![9; 48])));
    assert_eq!((before.exit_code, before.key()), (Some(-9), renter(1)));
    assert!(before.stop_wanted, "a wish to stop outlives the process");
    assert!(!format!("{before:?}").contains("9, 9, 9"), "no secret in a log");
}

#[tokio::test]
async fn one_engine_can_be_both_sides_and_no_lease_is_there_twice() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let key = inserted(&mut tx).await;
    leases::insert(&mut tx, lease(1, Side::Provider)).await.unwrap();
    let twice = leases::insert(&mut tx, lease(1, Side::Renter)).await;
    assert!(matches!(twice, Err(LeaseError::Exists(_))));
    leases::abandon(&mut tx, key, "expired", UnixMillis(5))
        .await
        .unwrap();
    let view = leases::get(&mut tx, key).await.unwrap().view();
    assert_eq!(
        (view.stage, view.end_detail.as_deref()),
        (LeaseStage::Abandoned, Some("expired"))
    );
    assert_eq!(leases::list(&mut tx, None).await.unwrap().len(), 2);
    assert_eq!(
        leases::list(&mut tx, Some(Side::Provider)).await.unwrap().len(),
        1
    );
    let unknown = leases::advance(&mut tx, renter(77), LeaseStage::Running).await;
    assert!(matches!(unknown, Err(LeaseError::Unknown(_))));
}

#[tokio::test]
async fn a_lease_that_runs_is_abandoned_only_when_its_escrow_is_proven_dead() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let key = inserted(&mut tx).await;
    let open = NewOutbox {
        kind: OutboxKind::LeaseOpen,
        lease: Some(key.id),
        ..transaction("open:1", 1, vec![])
    };
    let row = outbox::prepare(&mut tx, open).await.unwrap();
    outbox::mark_confirmed(&mut tx, row).await.unwrap();
    leases::advance(&mut tx, key, LeaseStage::Running).await.unwrap();
    let early = leases::abandon(&mut tx, key, "a fork", UnixMillis(5)).await;
    assert!(matches!(early, Err(LeaseError::Backwards { .. })));
    outbox::mark_dropped(&mut tx, row).await.unwrap();
    outbox::mark_expired(&mut tx, row).await.unwrap();
    leases::abandon(&mut tx, key, "a fork", UnixMillis(5))
        .await
        .unwrap();
    assert_eq!(
        leases::get(&mut tx, key).await.unwrap().stage,
        LeaseStage::Abandoned
    );
}
