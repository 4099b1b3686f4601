//! Entries as facts: many at once, and what they are worth.

use hearth_store::{
    Store,
    ledger::{self, Fact, Movement, NewEntry, Price},
};
use hearth_types::{
    history::EntryState,
    id::TxSignature,
    money::{Currency, Io, UsdNanos},
    time::UnixMillis,
};

use crate::samples::key;

/// 2026-11-01.
const START: u64 = 1_793_491_200_000;

#[tokio::test]
async fn worth_is_the_price_of_the_moment_and_absent_without_one() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let price = Price {
        currency: Currency::Io,
        at: UnixMillis(START),
        price: UsdNanos(300_000_001),
        source: "practice script".into(),
    };
    ledger::record_price(&mut tx, &price).await.unwrap();
    // A moment keeps its first price.
    let other = Price {
        price: UsdNanos(1),
        ..price.clone()
    };
    ledger::record_price(&mut tx, &other).await.unwrap();
    let bad = Price {
        source: String::new(),
        ..price
    };
    assert!(ledger::record_price(&mut tx, &bad).await.is_err());
    let cases = [
        (START - 1, None),
        (START, Some(-30_000_000)),
        (START + ledger::PRICE_HOLDS - 1, Some(-30_000_000)),
        (START + ledger::PRICE_HOLDS, None),
    ];
    for (number, (at, usd)) in cases.into_iter().enumerate() {
        let new = NewEntry::of(
            key(&format!("k{number}")),
            Movement::Stake(Io(100 * 100_000_000)),
            UnixMillis(at),
        );
        let id = ledger::record(&mut tx, new.unwrap()).await.unwrap();
        let shown = ledger::entry_history(&mut tx, id).await.unwrap();
        let worth = shown[0].worth.as_ref();
        assert_eq!(worth.map(|worth| worth.usd), usd, "{at}");
        if let Some(worth) = worth {
            assert_eq!(
                (worth.price, worth.price_at),
                (UsdNanos(300_000_001), UnixMillis(START))
            );
            assert_eq!(worth.source, "practice script");
        }
    }
}

#[tokio::test]
async fn many_facts_at_once_are_what_they_are_one_by_one() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let fact = |number: u64, state| Fact {
        entry: NewEntry::of(
            key(&format!("k{number}")),
            Movement::LeaseIncome(Io(number + 1)),
            UnixMillis(START + number),
        )
        .unwrap(),
        state,
        signature: Some(TxSignature([7; 64])),
    };
    let facts: Vec<_> = (0..1_234)
        .map(|number| fact(number, EntryState::Confirmed))
        .collect();
    let ids = ledger::record_all(&mut tx, &facts).await.unwrap();
    assert_eq!(ids.len(), facts.len());
    // Again, further on: nothing new, and forward.
    let further: Vec<_> = (0..1_234).map(|number| fact(number, EntryState::Final)).collect();
    assert_eq!(ledger::record_all(&mut tx, &further).await.unwrap(), ids);
    let twice = [fact(9_999, EntryState::Final), fact(9_999, EntryState::Final)];
    let same = ledger::record_all(&mut tx, &twice).await.unwrap();
    assert_eq!(same[0], same[1]);
    let mut other = twice;
    other[0].entry.idempotency_key = key("two");
    other[1].entry.idempotency_key = key("two");
    other[1].entry.postings = Movement::LeaseIncome(Io(5)).postings().unwrap();
    assert!(matches!(
        ledger::record_all(&mut tx, &other).await,
        Err(ledger::LedgerError::KeyTwice { .. })
    ));
    let void = [fact(10_000, EntryState::Void)];
    assert!(matches!(
        ledger::record_all(&mut tx, &void).await,
        Err(ledger::LedgerError::BornVoid)
    ));
    let verified = ledger::verify(&mut tx, &[]).await.unwrap();
    assert!(verified.ok, "{:?}", verified.broken);
    assert_eq!(
        (verified.entries, verified.head.unwrap().links),
        (1_235, 2 * 1_234 + 1)
    );
}
