//! Pages, filters, searches and sums against a model that filters and adds up by itself.

use hearth_store::{
    Store, Tx,
    ledger::{self, Fact, Movement, NewEntry, Price},
};
use hearth_types::{
    history::{CurrencyTotal, EntryKind, EntryState, ExportForm, HistoryEntry, HistoryFilter},
    id::{DeviceId, LeaseId, TxSignature},
    money::{Currency, Io, Lamports, UsdNanos, format_decimal, format_signed},
    time::{DAY_MILLIS, Month, UnixMillis},
};
use proptest::prelude::*;

use crate::samples::key;

/// 2026-11-01.
const START: u64 = 1_793_491_200_000;
/// Days: whole months among them, and days on both sides.
const SPAN: u64 = 130;
const NAMES: [&str; 3] = ["Radeon RX 6800", "GeForce RTX 4090", "Übergröße, 8 “cores”"];

#[derive(Clone, Debug)]
struct Made {
    movement: u8,
    amount: u32,
    at: u64,
    state: u8,
    device: u8,
    name: u8,
}

fn made() -> impl Strategy<Value = Made> {
    // In no order.
    (
        0..10_u8,
        1..1_000_000_u32,
        0..SPAN * DAY_MILLIS,
        0..5_u8,
        0..4_u8,
        0..4_u8,
    )
        .prop_map(|(movement, amount, at, state, device, name)| Made {
            movement,
            amount,
            at: START + at,
            state,
            device,
            name,
        })
}

fn movement(made: &Made) -> Movement {
    let io = Io(made.amount.into());
    match made.movement {
        0 => Movement::Faucet(io),
        1 => Movement::Stake(io),
        2 => Movement::UnstakeRequest(io),
        3 => Movement::LeaseEscrow(io),
        4 => Movement::LeasePayment(io),
        5 => Movement::Reward(io),
        6 => Movement::LeaseIncome(io),
        7 => Movement::NetworkFee(Lamports(made.amount.into())),
        8 => Movement::ReceivedSol(Lamports(made.amount.into())),
        _ => Movement::Adjustment {
            account: ledger::Account::Escrow,
            currency: Currency::Usdc,
            amount: -i64::from(made.amount),
        },
    }
}

const STATES: [EntryState; 4] = [
    EntryState::Pending,
    EntryState::Submitted,
    EntryState::Confirmed,
    EntryState::Final,
];

async fn fill(tx: &mut Tx, all: &[Made]) {
    for day in (0..SPAN).step_by(2) {
        let price = Price {
            currency: Currency::Io,
            at: UnixMillis(START + day * DAY_MILLIS),
            price: UsdNanos(250_000_000 + day * 1_234_567),
            source: "a test".into(),
        };
        ledger::record_price(tx, &price).await.unwrap();
    }
    // And some that entries are worth something by.
    for made in all.iter().filter(|made| made.amount % 2 == 0) {
        let price = Price {
            currency: Currency::Io,
            at: UnixMillis(made.at - u64::from(made.amount) % ledger::PRICE_HOLDS),
            price: UsdNanos(100_000_000 + u64::from(made.amount)),
            source: "=another".into(),
        };
        ledger::record_price(tx, &price).await.unwrap();
    }
    let mut facts = vec![];
    for (number, made) in all.iter().enumerate() {
        let mut new = NewEntry::of(key(&format!("k{number}")), movement(made), UnixMillis(made.at)).unwrap();
        if made.device < 3 {
            new = new
                .device(DeviceId([made.device; 32]))
                .lease(LeaseId([made.device + 100; 32]));
        }
        if let Some(name) = NAMES.get(usize::from(made.name)) {
            new = new.note(*name);
        }
        let state = STATES
            .get(usize::from(made.state))
            .copied()
            .unwrap_or(EntryState::Pending);
        let mut bytes = [made.device; 64];
        bytes[1] = u8::try_from(number % 256).unwrap();
        let signature = (state != EntryState::Pending).then_some(TxSignature(bytes));
        facts.push(Fact {
            entry: new,
            state,
            signature,
        });
    }
    let ids = ledger::record_all(tx, &facts).await.unwrap();
    for (id, made) in ids.into_iter().zip(all) {
        if made.state == 4 {
            ledger::void(tx, id, "never happened").await.unwrap();
        }
    }
}

fn filters() -> impl Strategy<Value = HistoryFilter> {
    let kinds = prop::option::weighted(0.3, prop::sample::select(&EntryKind::ALL[..]));
    let currency = prop::option::weighted(0.2, prop::sample::select(&Currency::ALL[..]));
    let state = prop::option::weighted(0.2, prop::sample::select(&EntryState::ALL[..]));
    let device = prop::option::weighted(0.2, (0..4_u8).prop_map(|n| DeviceId([n; 32])));
    let lease = prop::option::weighted(0.1, (100..104_u8).prop_map(|n| LeaseId([n; 32])));
    let moment = prop_oneof![
        (0..SPAN).prop_map(|day| UnixMillis(START + day * DAY_MILLIS)),
        (0..SPAN * DAY_MILLIS).prop_map(|at| UnixMillis(START + at)),
    ];
    let (from, until) = (prop::option::of(moment.clone()), prop::option::of(moment));
    let text = prop_oneof![
        6 => Just(String::new()),
        1 => Just("rade 68".to_owned()),
        1 => Just("ÜBERGRÖSSE".to_owned()),
        1 => Just("übergröße cores".to_owned()),
        1 => Just(DeviceId([1; 32]).to_string()[..9].to_owned()),
        1 => Just(LeaseId([101; 32]).short()),
        1 => Just("\" OR note:* -".to_owned()),
    ];
    (kinds, currency, state, lease, device, from, until, text).prop_map(
        |(kind, currency, state, lease, device, from, until, text)| HistoryFilter {
            kind,
            currency,
            state,
            lease,
            device,
            from,
            until,
            text,
        },
    )
}

/// What a filter means, without SQL.
fn fits(entry: &HistoryEntry, filter: &HistoryFilter) -> bool {
    filter.kind.is_none_or(|kind| kind == entry.kind)
        && filter.currency.is_none_or(|currency| currency == entry.currency)
        && filter.state.is_none_or(|state| state == entry.state)
        && (filter.lease.is_none() || filter.lease == entry.lease)
        && (filter.device.is_none() || filter.device == entry.device)
        && filter.from.is_none_or(|from| entry.at >= from)
        && filter.until.is_none_or(|until| entry.at < until)
        && found(entry, filter.text.trim())
}

fn found(entry: &HistoryEntry, text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let start = text.split('…').next().unwrap();
    let ids = [
        entry.lease.map(|id| id.to_string()),
        entry.device.map(|id| id.to_string()),
        entry.signature.map(|id| id.to_string()),
    ];
    if start.len() >= 4 && ids.iter().flatten().any(|id| id.starts_with(start)) {
        return true;
    }
    let split = |text: &str| -> Vec<String> {
        // As the index does: letters without marks, in lower case.
        let plain = text.to_lowercase().replace('ü', "u").replace('ö', "o");
        let words = plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        words.map(ToOwned::to_owned).collect()
    };
    let (wanted, words) = (split(text), split(&entry.note));
    !wanted.is_empty()
        && wanted
            .iter()
            .all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
}

fn added_up<'a>(
    filter: &HistoryFilter,
    entries: impl Iterator<Item = &'a HistoryEntry>,
) -> Vec<CurrencyTotal> {
    let counts = |kind: EntryKind| filter.kind.is_some() || kind.is_of_wallet();
    let entries = entries.filter(|entry| counts(entry.kind));
    let mut totals: Vec<_> = Currency::ALL.into_iter().map(CurrencyTotal::zero).collect();
    for entry in entries.filter(|entry| entry.state != EntryState::Void) {
        let total = totals
            .iter_mut()
            .find(|total| total.currency == entry.currency)
            .unwrap();
        total.count += 1;
        total.amount += entry.amount;
        match &entry.worth {
            Some(worth) => total.usd += worth.usd,
            None => total.unpriced += 1,
        }
    }
    totals.retain(|total| total.count > 0);
    totals
}

async fn compare(all: Vec<Made>, filter: HistoryFilter, limit: u32) {
    let store = Store::in_memory().await.unwrap();
    let mut tx = store.begin().await.unwrap();
    fill(&mut tx, &all).await;
    let every = ledger::history(&mut tx, None, 1000).await.unwrap();
    assert_eq!(every.len(), all.len());
    let expected: Vec<_> = every.iter().filter(|entry| fits(entry, &filter)).collect();
    let (mut shown, mut after) = (vec![], None);
    loop {
        let page = ledger::page(&mut tx, &filter, after.as_ref(), limit)
            .await
            .unwrap();
        if after.is_none() {
            assert_eq!(
                page.totals,
                added_up(&filter, expected.iter().copied()),
                "{filter:?}"
            );
        }
        shown.extend(page.rows);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let entries: Vec<_> = shown.iter().map(|row| &row.entry).collect();
    assert_eq!(entries, expected, "{filter:?}");
    // Newest first: each row's running total is that of itself and all after it.
    for (place, row) in shown.iter().enumerate() {
        let left = added_up(&filter, shown[place..].iter().map(|row| &row.entry));
        let left = left
            .into_iter()
            .find(|total| total.currency == row.entry.currency);
        assert_eq!(
            row.running,
            left.unwrap_or_else(|| CurrencyTotal::zero(row.entry.currency))
        );
    }
    if filter.text.trim().is_empty() {
        exports(&mut tx, &filter, &expected).await;
    }
    statements(&mut tx, &every).await;
    incomes(&mut tx, &every).await;
    assert!(ledger::verify(&mut tx, &[]).await.unwrap().ok);
}

/// The export is these entries, oldest first, field by field.
async fn exports(tx: &mut Tx, filter: &HistoryFilter, expected: &[&HistoryEntry]) {
    let piece = ledger::export(tx, ExportForm::Plain, filter, None).await.unwrap();
    assert_eq!((piece.rows, &piece.next), (expected.len() as u64, &None));
    let mut lines = csv::Reader::from_reader(piece.text.as_bytes());
    let lines: Vec<Vec<String>> = lines
        .records()
        .map(|line| line.unwrap().iter().map(ToOwned::to_owned).collect())
        .collect();
    let word = |value: serde_json::Value| value.as_str().unwrap().to_owned();
    let expected: Vec<Vec<String>> = expected
        .iter()
        .rev()
        .map(|entry| {
            let worth = entry.worth.as_ref();
            vec![
                entry.id.to_string(),
                entry.at.utc_text(),
                word(serde_json::to_value(entry.kind).unwrap()),
                word(serde_json::to_value(entry.state).unwrap()),
                entry.currency.symbol().to_owned(),
                format_signed(entry.amount, entry.currency.decimals()),
                worth.map_or_else(String::new, |worth| format_signed(worth.usd, 6)),
                worth.map_or_else(String::new, |worth| format_decimal(worth.price.0, 9)),
                worth.map_or_else(String::new, |worth| worth.price_at.utc_text()),
                worth.map_or_else(String::new, |worth| worth.source.replace('=', "'=")),
                entry.lease.map_or_else(String::new, |id| id.to_string()),
                entry.device.map_or_else(String::new, |id| id.to_string()),
                entry.note.clone(),
                entry.signature.map_or_else(String::new, |id| id.to_string()),
            ]
        })
        .collect();
    assert_eq!(lines, expected, "{filter:?}");
}

/// A month's accounts open with what the month before closed with, and its lines explain the difference.
async fn statements(tx: &mut Tx, every: &[HistoryEntry]) {
    let mut month: Month = "2026-10".parse().unwrap();
    let mut before = std::collections::BTreeMap::new();
    for _ in 0..7 {
        let told = ledger::month(tx, month).await.unwrap();
        let mut now = before.clone();
        for of in &told.currencies {
            for account in &of.accounts {
                let place = (of.currency, account.account.clone());
                assert_eq!(
                    before.get(&place).copied().unwrap_or(0),
                    account.opening,
                    "{place:?}"
                );
                let lines = of.movements.iter().filter(|line| line.account == account.account);
                let moved: i64 = lines.map(|line| line.amount).sum();
                assert_eq!(account.opening + moved, account.closing);
                now.insert(place, account.closing);
            }
        }
        before = now;
        let within = every
            .iter()
            .filter(|e| month.start() <= e.at && e.at < month.next().start());
        let open = within.filter(|e| e.state < EntryState::Confirmed).count();
        assert_eq!(told.under_way, open as u64);
        month = month.next();
    }
    for balance in ledger::settled_balances(tx).await.unwrap() {
        let place = (balance.currency, balance.account.name().to_owned());
        if ledger::Account::ON_CHAIN.contains(&balance.account) {
            assert_eq!(
                before.get(&place).copied().unwrap_or(0),
                balance.amount,
                "{place:?}"
            );
        }
    }
}

async fn incomes(tx: &mut Tx, every: &[HistoryEntry]) {
    let days = ledger::income_by_day(tx, UnixMillis(START), UnixMillis(START + SPAN * DAY_MILLIS), None)
        .await
        .unwrap();
    let earned = |kind| -> i64 {
        let of_kind = every
            .iter()
            .filter(|e| e.kind == kind && e.state != EntryState::Void);
        of_kind.map(|e| e.amount).sum()
    };
    assert_eq!(
        days.iter().map(|day| day.lease).sum::<i64>(),
        earned(EntryKind::LeaseIncome)
    );
    assert_eq!(
        days.iter().map(|day| day.rewards).sum::<i64>(),
        earned(EntryKind::Reward)
    );
    assert!(days.is_sorted_by(|a, b| a.day < b.day));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lists_are_what_their_filter_says(
        all in prop::collection::vec(made(), 0..60), filter in filters(), limit in 1..40_u32
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(compare(all, filter, limit));
    }
}
