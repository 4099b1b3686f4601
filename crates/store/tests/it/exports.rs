//! Exports as files that others read.

use hearth_store::{
    Store,
    ledger::{self, Fact, Movement, NewEntry, Price},
};
use hearth_types::{
    history::{EntryState, ExportForm, HistoryFilter},
    id::{DeviceId, LeaseId, TxSignature},
    money::{Currency, Io, Lamports, UsdNanos},
    time::UnixMillis,
};

use crate::samples::key;

/// 2026-11-25 16:41:19 UTC.
const NOW: u64 = 1_795_624_879_000;

async fn filled() -> Store {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let price = Price {
        currency: Currency::Io,
        at: UnixMillis(NOW),
        price: UsdNanos(312_500_000),
        source: "practice script".into(),
    };
    ledger::record_price(&mut tx, &price).await.unwrap();
    let io = |whole: u64| Io(whole * 100_000_000);
    let movements = [
        (Movement::Faucet(io(1_000)), "Practice faucet"),
        (Movement::FaucetSol(Lamports(1_000_000_000)), "Practice faucet"),
        (Movement::Stake(io(200)), "=HYPERLINK(\"http://example.com\")"),
        (Movement::NetworkFee(Lamports(5_000)), ""),
        (Movement::LeaseIncome(Io(1)), "Radeon \"RX\", 6800"),
        (Movement::LeasePayment(io(3)), "-1"),
        (Movement::RentReturned(Lamports(2_039_280)), ""),
        (Movement::Reward(io(7)), ""),
        (Movement::Received(io(11)), "from elsewhere"),
    ];
    let mut facts = vec![];
    for (number, (movement, note)) in (0..).zip(movements) {
        let at = UnixMillis(NOW + number * 1_000);
        let mut entry = NewEntry::of(key(&format!("k{number}")), movement, at)
            .unwrap()
            .note(note);
        if matches!(movement, Movement::LeaseIncome(_) | Movement::LeasePayment(_)) {
            entry = entry.lease(LeaseId([1; 32])).device(DeviceId([2; 32]));
        }
        facts.push(Fact {
            entry,
            state: EntryState::Final,
            signature: Some(TxSignature([3; 64])),
        });
    }
    ledger::record_all(&mut tx, &facts).await.unwrap();
    // Not for a tax form: never happened, and not yet.
    for name in ["lost", "waiting"] {
        let new = NewEntry::of(key(name), Movement::Faucet(io(5)), UnixMillis(NOW + 60_000)).unwrap();
        let id = ledger::record(&mut tx, new).await.unwrap();
        if name == "lost" {
            ledger::void(&mut tx, id, "expired").await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    store
}

async fn exported(form: ExportForm) -> String {
    let store = filled().await;
    let mut read = store.read().await.unwrap();
    let chunk = ledger::export(&mut read, form, &HistoryFilter::default(), None)
        .await
        .unwrap();
    assert_eq!(chunk.next, None);
    chunk.text
}

#[tokio::test]
async fn plain() {
    insta::assert_snapshot!(exported(ExportForm::Plain).await);
}

#[tokio::test]
async fn koinly() {
    insta::assert_snapshot!(exported(ExportForm::Koinly).await);
}

#[tokio::test]
async fn cointracking() {
    insta::assert_snapshot!(exported(ExportForm::Cointracking).await);
}

#[tokio::test]
async fn pieces_in_order_are_the_whole() {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let count = u64::from(ledger::EXPORT_STEP) * 2 + 3;
    let facts: Vec<_> = (0..count)
        .map(|number| Fact {
            // Many at one moment.
            entry: NewEntry::of(
                key(&format!("k{number}")),
                Movement::LeaseIncome(Io(number + 1)),
                UnixMillis(NOW + number / 7_000),
            )
            .unwrap(),
            state: EntryState::Final,
            signature: None,
        })
        .collect();
    ledger::record_all(&mut tx, &facts).await.unwrap();
    let (mut text, mut after, mut pieces) = (String::new(), None, 0);
    loop {
        let filter = HistoryFilter::default();
        let piece = ledger::export(&mut tx, ExportForm::Plain, &filter, after.as_ref())
            .await
            .unwrap();
        text.push_str(&piece.text);
        pieces += 1;
        after = piece.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(pieces, 3);
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    let amounts: Vec<String> = lines.records().map(|line| line.unwrap()[5].to_owned()).collect();
    assert_eq!(amounts.len() as u64, count);
    let expected = (0..count).map(|number| hearth_types::money::format_decimal(number + 1, 8));
    assert!(amounts.into_iter().eq(expected));
    let search = HistoryFilter {
        text: "radeon".into(),
        ..HistoryFilter::default()
    };
    let refused = ledger::export(&mut tx, ExportForm::Plain, &search, None).await;
    assert!(matches!(refused, Err(ledger::LedgerError::SearchExport)));
}
