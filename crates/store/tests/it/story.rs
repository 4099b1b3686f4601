//! The history as its owner reads it, for a whole lend and a whole rent.

use hearth_store::{
    Store, Tx,
    ledger::{self, EntryId, Movement, NewEntry},
    outbox,
};
use hearth_types::{
    history::{EntryKind, EntryState, HistoryEntry},
    id::LeaseId,
    money::{Currency, Io, Lamports, format_decimal},
    time::UnixMillis,
};

use crate::samples::{key, transaction};

const LEASE: LeaseId = LeaseId([1; 32]);

struct Story {
    tx: Tx,
    now: u64,
}

impl Story {
    async fn begin(store: &Store) -> Self {
        let tx = store.begin().await.unwrap();
        Self { tx, now: 0 }
    }

    async fn record(&mut self, movement: Movement, note: &str) -> EntryId {
        self.now += 1_000;
        let new = NewEntry::of(
            key(&format!("entry:{}", self.now)),
            movement,
            UnixMillis(self.now),
        )
        .unwrap();
        let kinds = [
            EntryKind::LeaseEscrow,
            EntryKind::LeasePayment,
            EntryKind::Refund,
            EntryKind::LeaseIncome,
        ];
        let new = if kinds.contains(&movement.kind()) {
            new.lease(LEASE)
        } else {
            new
        };
        ledger::record(&mut self.tx, new.note(note)).await.unwrap()
    }

    /// A transaction that makes it, with its fee.
    async fn sent(&mut self, movements: &[Movement], note: &str, signature: u8) {
        let mut entries = vec![];
        for movement in movements {
            entries.push(self.record(*movement, note).await);
        }
        let name = format!("tx:{signature}");
        let row = outbox::prepare(&mut self.tx, transaction(&name, signature, entries))
            .await
            .unwrap();
        outbox::mark_sent(&mut self.tx, row).await.unwrap();
        outbox::mark_confirmed(&mut self.tx, row).await.unwrap();
        outbox::mark_final(&mut self.tx, row).await.unwrap();
    }

    /// Something found on chain that another's transaction did.
    async fn seen(&mut self, movement: Movement, note: &str) {
        let entry = self.record(movement, note).await;
        ledger::advance(&mut self.tx, entry, EntryState::Confirmed, None)
            .await
            .unwrap();
    }

    async fn told(mut self) -> String {
        let rows = ledger::history(&mut self.tx, None, 100).await.unwrap();
        let balances = ledger::balances(&mut self.tx).await.unwrap();
        let nonzero = balances.iter().filter(|balance| balance.amount != 0);
        let held = nonzero.map(|b| format!("{:<14} {}\n", b.account.name(), amount(b.amount, b.currency)));
        let lines = rows.iter().rev().map(line);
        format!("{}\n{}", lines.collect::<String>(), held.collect::<String>())
    }
}

fn amount(amount: i64, currency: Currency) -> String {
    let sign = if amount < 0 { "−" } else { "+" };
    let digits = format_decimal(amount.unsigned_abs(), currency.decimals());
    format!("{sign}{digits} {}", currency.symbol())
}

fn line(row: &HistoryEntry) -> String {
    let (kind, state) = (format!("{:?}", row.kind), format!("{:?}", row.state));
    let signature = row.signature.map_or("no transaction".into(), |s| s.short());
    let lease = row
        .lease
        .map_or(String::new(), |lease| format!(" lease {}", lease.short()));
    let amount = amount(row.amount, row.currency);
    format!(
        "{:>3} {kind:<14} {state:<9} {amount:<16} {signature} “{}”{lease}\n",
        row.id, row.note
    )
}

fn io(whole: u64) -> Io {
    Io(whole * 100_000_000)
}

const FEE: Movement = Movement::NetworkFee(Lamports(5_000));

#[tokio::test]
async fn lending() {
    let store = Store::in_memory().await.unwrap();
    let mut story = Story::begin(&store).await;
    story
        .seen(Movement::FaucetSol(Lamports(1_000_000_000)), "Practice faucet")
        .await;
    story.seen(Movement::Faucet(io(1_000)), "Practice faucet").await;
    story
        .sent(&[Movement::Stake(io(200)), FEE], "Radeon RX 6800", 1)
        .await;
    story.seen(Movement::LeaseIncome(io(3)), "Radeon RX 6800").await;
    story
        .sent(&[Movement::LeaseIncome(io(9)), FEE], "Radeon RX 6800", 2)
        .await;
    story
        .sent(&[Movement::UnstakeRequest(io(200)), FEE], "Radeon RX 6800", 3)
        .await;
    story
        .sent(&[Movement::Withdraw(io(200)), FEE], "Radeon RX 6800", 4)
        .await;
    insta::assert_snapshot!(story.told().await);
}

#[tokio::test]
async fn renting() {
    let store = Store::in_memory().await.unwrap();
    let mut story = Story::begin(&store).await;
    story
        .seen(Movement::FaucetSol(Lamports(1_000_000_000)), "Practice faucet")
        .await;
    story.seen(Movement::Faucet(io(50)), "Practice faucet").await;
    let entry = story
        .record(Movement::LeaseEscrow(io(24)), "Radeon RX 6800")
        .await;
    let lost = outbox::prepare(&mut story.tx, transaction("lost", 9, vec![entry]))
        .await
        .unwrap();
    outbox::mark_sent(&mut story.tx, lost).await.unwrap();
    outbox::mark_expired(&mut story.tx, lost).await.unwrap();
    let rent = Movement::NetworkFee(Lamports(2_044_280));
    story
        .sent(&[Movement::LeaseEscrow(io(24)), rent], "Radeon RX 6800", 1)
        .await;
    let returned = Movement::RentReturned(Lamports(2_039_280));
    let closing = [Movement::LeasePayment(io(10)), Movement::Refund(io(14)), returned];
    story.sent(&closing, "Radeon RX 6800", 2).await;
    let currency = Currency::Io;
    let account = ledger::Account::Wallet;
    let found = Movement::Adjustment {
        account,
        currency,
        amount: 500,
    };
    story.seen(found, "Paid in from elsewhere").await;
    insta::assert_snapshot!(story.told().await);
}
