//! What the ledger refuses, and how it pages.

use hearth_store::{
    Store,
    ledger::{self, Account, EntryId, LedgerError, Movement, NewEntry, Posting},
};
use hearth_types::{
    history::{EntryKind, EntryState},
    id::{LeaseId, TxSignature},
    money::{Currency, Io, Lamports},
    time::UnixMillis,
};

use crate::samples::{entry, held, key};

fn posting(account: Account, currency: Currency, amount: i64) -> Posting {
    Posting {
        account,
        currency,
        amount,
    }
}

fn with(name: &str, postings: Vec<Posting>) -> NewEntry {
    NewEntry {
        postings,
        ..entry(name, Movement::Stake(Io(1)))
    }
}

#[tokio::test]
async fn unbalanced_and_empty_entries_are_refused() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let io = Currency::Io;
    let lopsided = vec![posting(Account::Wallet, io, -5), posting(Account::Stake, io, 4)];
    let error = ledger::record(&mut tx, with("a", lopsided)).await.unwrap_err();
    assert!(matches!(
        error,
        LedgerError::Unbalanced {
            currency: Currency::Io,
            sum: -1
        }
    ));
    // Two currencies do not make up for each other.
    let across = vec![
        posting(Account::Wallet, io, -5),
        posting(Account::Wallet, Currency::Sol, 5),
    ];
    let error = ledger::record(&mut tx, with("b", across)).await.unwrap_err();
    assert!(matches!(error, LedgerError::Unbalanced { .. }));
    let nothing = vec![posting(Account::Wallet, io, -5), posting(Account::Wallet, io, 5)];
    assert!(matches!(
        ledger::record(&mut tx, with("c", nothing)).await,
        Err(LedgerError::Empty)
    ));
    let huge = vec![
        posting(Account::Wallet, io, i64::MAX),
        posting(Account::Wallet, io, 1),
    ];
    assert!(matches!(
        ledger::record(&mut tx, with("d", huge)).await,
        Err(LedgerError::TooLarge)
    ));
    assert!(matches!(
        Movement::Stake(Io(u64::MAX)).postings(),
        Err(LedgerError::TooLarge)
    ));
    let mut two = Movement::Stake(Io(1)).postings().unwrap();
    two.extend(Movement::NetworkFee(Lamports(5)).postings().unwrap());
    assert!(matches!(
        ledger::record(&mut tx, with("e", two)).await,
        Err(LedgerError::TwoCurrencies)
    ));
    for name in ["", "void:1", &"x".repeat(201)] {
        let refused = ledger::record(&mut tx, entry(name, Movement::Stake(Io(1)))).await;
        assert!(matches!(refused, Err(LedgerError::BadKey)), "{name}");
    }
    assert_eq!(ledger::history(&mut tx, None, 10).await.unwrap(), vec![]);
}

#[tokio::test]
async fn a_replay_finds_its_entry_and_another_movement_does_not() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let first = entry("k", Movement::Stake(Io(5)))
        .lease(LeaseId([1; 32]))
        .note("one");
    let id = ledger::record(&mut tx, first.clone()).await.unwrap();
    let later = NewEntry {
        at: UnixMillis(9_999),
        note: "again".into(),
        ..first.clone()
    };
    assert_eq!(ledger::record(&mut tx, later).await.unwrap(), id);
    for other in [
        entry("k", Movement::Stake(Io(6))).lease(LeaseId([1; 32])),
        entry("k", Movement::Stake(Io(5))).lease(LeaseId([2; 32])),
        NewEntry {
            kind: EntryKind::Adjustment,
            ..first.clone()
        },
    ] {
        let error = ledger::record(&mut tx, other).await.unwrap_err();
        assert!(matches!(error, LedgerError::KeyTaken { entry, .. } if entry == id));
    }
    ledger::void(&mut tx, id, "expired").await.unwrap();
    let error = ledger::record(&mut tx, first).await.unwrap_err();
    assert!(matches!(error, LedgerError::KeyVoid { entry, .. } if entry == id));
}

#[tokio::test]
async fn an_entry_keeps_its_signature() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let id = ledger::record(&mut tx, entry("k", Movement::Stake(Io(5))))
        .await
        .unwrap();
    let signature = Some(TxSignature([1; 64]));
    ledger::advance(&mut tx, id, EntryState::Submitted, signature)
        .await
        .unwrap();
    let other = ledger::advance(&mut tx, id, EntryState::Final, Some(TxSignature([2; 64]))).await;
    assert!(matches!(other, Err(LedgerError::OtherSignature(_))));
    ledger::advance(&mut tx, id, EntryState::Final, None)
        .await
        .unwrap();
    let shown = ledger::entry_history(&mut tx, id).await.unwrap();
    assert_eq!(
        (shown[0].state, shown[0].signature),
        (EntryState::Final, signature)
    );
    let unknown = ledger::advance(&mut tx, EntryId(99), EntryState::Final, None).await;
    assert!(matches!(unknown, Err(LedgerError::Unknown(EntryId(99)))));
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    for number in 0..11 {
        // Decided at three moments, not in their order.
        let mut new = entry(&format!("k{number}"), Movement::LeaseEscrow(Io(10)));
        new.at = UnixMillis(1_000 + number * 7 % 3);
        ledger::record(&mut tx, new).await.unwrap();
    }
    let all = ledger::history(&mut tx, None, 100).await.unwrap();
    assert_eq!(all.len(), 11);
    assert!(all.is_sorted_by(|a, b| (a.at, a.id) > (b.at, b.id)));
    for limit in 1..=11 {
        let (mut paged, mut before) = (vec![], None);
        loop {
            let page = ledger::history(&mut tx, before, limit).await.unwrap();
            before = page.last().map(|row| row.id);
            if page.is_empty() {
                break;
            }
            assert!(page.len() == limit as usize || paged.len() + page.len() == 11);
            paged.extend(page);
        }
        assert_eq!(paged, all, "limit {limit}");
    }
}

#[tokio::test]
async fn income_counts_from_a_moment_and_forgets_what_is_void() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let earned =
        |name: &str, at, amount| NewEntry::of(key(name), Movement::LeaseIncome(Io(amount)), UnixMillis(at));
    ledger::record(&mut tx, earned("a", 1_000, 5).unwrap())
        .await
        .unwrap();
    ledger::record(&mut tx, earned("b", 2_000, 7).unwrap())
        .await
        .unwrap();
    let void = ledger::record(&mut tx, earned("c", 3_000, 11).unwrap())
        .await
        .unwrap();
    ledger::void(&mut tx, void, "refused").await.unwrap();
    assert_eq!(
        ledger::income_since(&mut tx, UnixMillis(2_000)).await.unwrap(),
        Io(7)
    );
    assert_eq!(
        ledger::income_since(&mut tx, UnixMillis(0)).await.unwrap(),
        Io(12)
    );
    assert_eq!(
        ledger::income_since(&mut tx, UnixMillis(2_001)).await.unwrap(),
        Io(0)
    );
    let balances = ledger::balances(&mut tx).await.unwrap();
    assert_eq!(held(&balances, Account::LeaseIncome, Currency::Io), -12);
    assert_eq!(held(&balances, Account::Wallet, Currency::Io), 12);
}
