//! Rent that came back before it had a name of its own.

use hearth_store::{
    Store,
    ledger::{self, Movement, NewEntry},
};
use hearth_types::{history::EntryKind, money::Lamports};

use crate::samples::entry;

#[tokio::test]
async fn an_old_row_of_returned_rent_is_not_called_a_fee() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let old = NewEntry {
        kind: EntryKind::NetworkFee,
        ..entry("rent:1", Movement::RentReturned(Lamports(2_039_280)))
    };
    ledger::record(&mut tx, old).await.unwrap();
    let fee = entry("fee:1", Movement::NetworkFee(Lamports(5_000)));
    ledger::record(&mut tx, fee).await.unwrap();
    let new = entry("rent:2", Movement::RentReturned(Lamports(7)));
    ledger::record(&mut tx, new).await.unwrap();
    let shown = ledger::history(&mut tx, None, 10).await.unwrap();
    let shown: Vec<_> = shown.iter().map(|row| (row.kind, row.amount)).collect();
    let expected = [
        (EntryKind::RentReturned, 7),
        (EntryKind::NetworkFee, -5_000),
        (EntryKind::RentReturned, 2_039_280),
    ];
    assert_eq!(shown, expected);
}
