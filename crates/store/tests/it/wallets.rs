//! Wallets' names, the withdrawal address and the address book.

use hearth_store::{Store, contacts, wallets, withdrawal};
use hearth_types::{
    id::WalletAddress,
    ipc::{Withdrawal, WithdrawalChange},
    time::UnixMillis,
};

const A: WalletAddress = WalletAddress([1; 32]);
const B: WalletAddress = WalletAddress([2; 32]);

#[tokio::test]
async fn one_wallet_operates_and_the_choice_moves() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    wallets::add(&mut tx, B, "Second by address", UnixMillis(1))
        .await
        .unwrap();
    wallets::add(&mut tx, A, "Rig", UnixMillis(2)).await.unwrap();
    // Known already: the name that its owner chose stays.
    wallets::add(&mut tx, A, "Wallet 3", UnixMillis(9)).await.unwrap();
    wallets::operate(&mut tx, B).await.unwrap();
    wallets::operate(&mut tx, A).await.unwrap();
    wallets::operate(&mut tx, A).await.unwrap();
    wallets::backup_checked(&mut tx, A, UnixMillis(7)).await.unwrap();
    let rows = wallets::list(&mut tx).await.unwrap();
    let seen: Vec<_> = rows
        .iter()
        .map(|row| (row.address, row.name.as_str(), row.operating, row.added_at.0))
        .collect();
    assert_eq!(seen, [(B, "Second by address", false, 1), (A, "Rig", true, 2)]);
    assert_eq!(rows[1].backup_checked_at, Some(UnixMillis(7)));

    wallets::rename(&mut tx, B, "Savings").await.unwrap();
    wallets::remove(&mut tx, A).await.unwrap();
    let rows = wallets::list(&mut tx).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].name.as_str(), rows[0].operating), ("Savings", false));
}

#[tokio::test]
async fn a_withdrawal_change_waits_and_then_holds() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let at = |now| UnixMillis(now);
    assert_eq!(
        withdrawal::load(&mut tx, at(0)).await.unwrap(),
        Withdrawal::default()
    );
    let change = |address, time| {
        Some(WithdrawalChange {
            address,
            at: UnixMillis(time),
        })
    };
    let first = Withdrawal {
        address: None,
        change: change(Some(A), 100),
    };
    withdrawal::save(&mut tx, &first).await.unwrap();
    assert_eq!(withdrawal::load(&mut tx, at(99)).await.unwrap(), first);
    let held = Withdrawal {
        address: Some(A),
        change: None,
    };
    assert_eq!(withdrawal::load(&mut tx, at(100)).await.unwrap(), held);

    let leaving = Withdrawal {
        change: change(None, 300),
        ..held
    };
    withdrawal::save(&mut tx, &leaving).await.unwrap();
    assert_eq!(withdrawal::load(&mut tx, at(299)).await.unwrap(), leaving);
    assert_eq!(
        withdrawal::load(&mut tx, at(300)).await.unwrap(),
        Withdrawal::default()
    );
}

#[tokio::test]
async fn a_contact_has_one_name_and_a_name_one_contact() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert!(contacts::set(&mut tx, A, "Exchange").await.unwrap());
    assert!(!contacts::set(&mut tx, B, "exchange").await.unwrap());
    assert!(contacts::set(&mut tx, A, "exchange").await.unwrap());
    assert!(contacts::set(&mut tx, B, "Landlord").await.unwrap());
    contacts::sent_to(&mut tx, B, UnixMillis(5)).await.unwrap();
    contacts::sent_to(&mut tx, B, UnixMillis(3)).await.unwrap();
    let book = contacts::list(&mut tx).await.unwrap();
    let seen: Vec<_> = book
        .iter()
        .map(|contact| (contact.address, contact.name.as_str(), contact.last_sent_at))
        .collect();
    assert_eq!(
        seen,
        [(A, "exchange", None), (B, "Landlord", Some(UnixMillis(5)))]
    );
    contacts::remove(&mut tx, B).await.unwrap();
    assert_eq!(contacts::list(&mut tx).await.unwrap().len(), 1);
    assert_eq!(contacts::recipients(&mut tx).await.unwrap(), [B]);
}
