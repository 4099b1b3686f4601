//! The history's longer stories: a year of movements, pages of it, earnings by day, a month, a file, verdicts.

use std::collections::BTreeMap;

use hearth_types::{
    history::{
        AccountLine, Audit, ChainHead, CurrencyStatement, CurrencyTotal, DayIncome, EntryKind, EntryState,
        ExportChunk, HistoryCursor, HistoryEntry, HistoryFilter, HistoryPage, HistoryRow, KindLine,
        MonthStatement, Verification, Worth,
    },
    id::LeaseId,
    ipc::PageHistory,
    money::{Currency, UsdNanos, format_signed},
    network::NetworkKind,
    time::{DAY_MILLIS, Month, UnixMillis},
};

use super::samples::{WALLET, ago, tx};

/// How far back it goes, days.
const DAYS: u64 = 350;
/// How far back prices are known, days.
const PRICED: u64 = 320;

/// The latest movements and, unless there are none, a year of lending before them; newest first.
pub(super) fn all(recent: Vec<HistoryEntry>) -> Vec<HistoryEntry> {
    if recent.is_empty() {
        return recent;
    }
    let mut all: Vec<_> = recent.into_iter().map(priced).collect();
    for day in 1..DAYS {
        // A lender who is away in spring, busy at weekends, and lends more with time.
        let away = (200..225).contains(&day);
        let busy = day % 7 < 3;
        let size =
            i64::try_from((day * 7_919) % 97).unwrap_or(0) + i64::try_from(DAYS - day).unwrap_or(0) / 3;
        if !away {
            all.push(past(day, 9, EntryKind::Reward, (30 + size % 23) * 4_000_000, ""));
        }
        if !away && (busy || size % 3 == 0) {
            let pay = size * if busy { 19_000_000 } else { 8_000_000 };
            all.push(past(day, 4, EntryKind::LeaseIncome, pay, "AMD Radeon RX 6900 XT"));
        }
        if day % 30 == 0 {
            all.push(past(day, 1, EntryKind::NetworkFee, -5_000, ""));
        }
    }
    all.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    let count = i64::try_from(all.len()).unwrap_or(0);
    for (entry, id) in all.iter_mut().zip((1..=count).rev()) {
        entry.id = id;
    }
    all
}

fn past(day: u64, hour: u64, kind: EntryKind, amount: i64, note: &str) -> HistoryEntry {
    let seed = u8::try_from(day % 251).unwrap_or(0);
    priced(HistoryEntry {
        id: 0,
        at: ago(day * 86_400 + hour * 3_600),
        kind,
        state: EntryState::Final,
        currency: if kind == EntryKind::NetworkFee {
            Currency::Sol
        } else {
            Currency::Io
        },
        amount,
        worth: None,
        lease: (kind == EntryKind::LeaseIncome).then_some(LeaseId([seed; 32])),
        device: None,
        note: note.into(),
        signature: Some(tx(seed)),
    })
}

/// With its worth, where prices are known.
fn priced(mut entry: HistoryEntry) -> HistoryEntry {
    let price = match entry.currency {
        Currency::Io => UsdNanos(237_500_000 + entry.at.0 / 3_600_000 % 12 * 2_000_000),
        Currency::Sol => UsdNanos(150_000_000_000),
        Currency::Usdc => UsdNanos(1_000_000_000),
    };
    if entry.at > ago(PRICED * 86_400) {
        entry.worth = price.worth(entry.amount, entry.currency).map(|usd| Worth {
            usd,
            price,
            price_at: entry.at,
            source: "practice script".into(),
        });
    }
    entry
}

fn fits(filter: &HistoryFilter, entry: &HistoryEntry) -> bool {
    let word = filter.text.to_lowercase();
    let signature = entry.signature.map_or_else(String::new, |tx| tx.to_string());
    filter.kind.is_none_or(|kind| kind == entry.kind)
        && filter.currency.is_none_or(|currency| currency == entry.currency)
        && filter.from.is_none_or(|from| from <= entry.at)
        && filter.until.is_none_or(|until| entry.at < until)
        && (entry.note.to_lowercase().contains(&word) || signature.starts_with(&filter.text))
}

/// A page; newest first.
pub(super) fn page(entries: Vec<HistoryEntry>, request: &PageHistory) -> HistoryPage {
    let PageHistory { filter, after, limit } = request;
    let mut running: Vec<CurrencyTotal> = Currency::ALL.into_iter().map(CurrencyTotal::zero).collect();
    let fitting = entries.into_iter().rev().filter(|entry| fits(filter, entry));
    let mut rows: Vec<_> = fitting.map(|entry| row(entry, &mut running)).collect();
    rows.reverse();
    running.retain(|total| total.count > 0);
    let shown = rows
        .iter()
        .filter(|row| after.as_ref().is_none_or(|after| row.entry.id < after.id));
    let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
    let mut shown: Vec<_> = shown.take(limit.saturating_add(1)).cloned().collect();
    let more = shown.len() > limit;
    shown.truncate(limit);
    let next = shown.last().filter(|_| more).map(|last| HistoryCursor {
        at: last.entry.at,
        id: last.entry.id,
        totals: running.clone(),
    });
    HistoryPage {
        rows: shown,
        totals: running,
        next,
    }
}

fn row(entry: HistoryEntry, running: &mut [CurrencyTotal]) -> HistoryRow {
    let mut now = CurrencyTotal::zero(entry.currency);
    if let Some(total) = running.iter_mut().find(|total| total.currency == entry.currency) {
        if entry.kind.is_of_wallet() {
            total.count += 1;
            total.amount += entry.amount;
            match &entry.worth {
                Some(worth) => total.usd += worth.usd,
                None => total.unpriced += 1,
            }
        }
        now = total.clone();
    }
    HistoryRow { entry, running: now }
}

/// Lease pay and rewards by day.
pub(super) fn income(entries: &[HistoryEntry], from: UnixMillis, until: UnixMillis) -> Vec<DayIncome> {
    let mut days = BTreeMap::<u64, DayIncome>::new();
    for entry in entries
        .iter()
        .filter(|entry| from <= entry.at && entry.at < until)
    {
        let lease = entry.kind == EntryKind::LeaseIncome;
        if !lease && entry.kind != EntryKind::Reward {
            continue;
        }
        let start = entry.at.0 / DAY_MILLIS * DAY_MILLIS;
        let day = days.entry(start).or_insert_with(|| DayIncome {
            day: UnixMillis(start),
            currency: Currency::Io,
            lease: 0,
            rewards: 0,
            lease_usd: 0,
            rewards_usd: 0,
            unpriced: 0,
        });
        let usd = entry.worth.as_ref().map_or(0, |worth| worth.usd);
        let (sum, worth) = if lease {
            (&mut day.lease, &mut day.lease_usd)
        } else {
            (&mut day.rewards, &mut day.rewards_usd)
        };
        *sum += entry.amount;
        *worth += usd;
        day.unpriced += u64::from(entry.worth.is_none());
    }
    days.into_values().collect()
}

/// A month of the wallet, by kind.
pub(super) fn statement(entries: &[HistoryEntry], month: Month) -> MonthStatement {
    let of_wallet = entries.iter().filter(|entry| entry.kind.is_of_wallet());
    let currencies = Currency::ALL.into_iter().filter_map(|currency| {
        let (mut opening, mut kinds) = (0, BTreeMap::<usize, KindLine>::new());
        for entry in of_wallet.clone().filter(|entry| entry.currency == currency) {
            if entry.at < month.start() {
                opening += entry.amount;
            } else if entry.at < month.next().start() {
                let place = EntryKind::ALL
                    .iter()
                    .position(|kind| *kind == entry.kind)
                    .unwrap_or(0);
                let line = kinds.entry(place).or_insert_with(|| KindLine {
                    account: "wallet".into(),
                    kind: entry.kind,
                    count: 0,
                    amount: 0,
                    usd: 0,
                    unpriced: 0,
                });
                line.count += 1;
                line.amount += entry.amount;
                line.usd += entry.worth.as_ref().map_or(0, |worth| worth.usd);
                line.unpriced += u64::from(entry.worth.is_none());
            }
        }
        let moved: i64 = kinds.values().map(|line| line.amount).sum();
        (opening != 0 || !kinds.is_empty()).then(|| CurrencyStatement {
            currency,
            accounts: vec![AccountLine {
                account: "wallet".into(),
                opening,
                closing: opening + moved,
            }],
            movements: kinds.into_values().collect(),
            fees: 0,
        })
    });
    MonthStatement {
        month,
        wallet: Some(WALLET),
        network: NetworkKind::Practice,
        at: ago(0),
        under_way: 0,
        currencies: currencies.collect(),
        head: Some(head()),
    }
}

/// A short file.
pub(super) fn export(entries: &[HistoryEntry], filter: &HistoryFilter) -> ExportChunk {
    let lines: Vec<_> = entries
        .iter()
        .rev()
        .filter(|entry| fits(filter, entry))
        .map(|entry| {
            let amount = format_signed(entry.amount, entry.currency.decimals());
            format!(
                "{},{},{},{},{amount}\n",
                entry.id,
                entry.at.utc_text(),
                entry.kind.word(),
                entry.currency.symbol()
            )
        })
        .collect();
    ExportChunk {
        rows: u64::try_from(lines.len()).unwrap_or(0),
        text: format!("number,time_utc,kind,currency,amount\n{}", lines.concat()),
        next: None,
    }
}

fn head() -> ChainHead {
    ChainHead {
        links: 27,
        hash: "5f".repeat(32),
    }
}

/// All is well.
pub(super) fn verified() -> Verification {
    Verification {
        ok: true,
        entries: 9,
        head: Some(head()),
        broken: None,
    }
}

/// Equal.
pub(super) fn audited() -> Audit {
    Audit {
        ok: true,
        at: ago(0),
        transactions: 6,
        amounts: 18,
        under_way: 0,
        differences: vec![],
        verification: verified(),
    }
}
