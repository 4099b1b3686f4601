//! The history's longer stories: a page, earnings by day, a month, a file, verdicts.

use hearth_types::{
    history::{
        AccountLine, Audit, ChainHead, CurrencyStatement, CurrencyTotal, DayIncome, EntryKind, ExportChunk,
        HistoryEntry, HistoryPage, HistoryRow, KindLine, MonthStatement, Verification,
    },
    money::Currency,
    network::NetworkKind,
    time::{DAY_MILLIS, Month, UnixMillis},
};

use super::samples::ago;

/// All movements on one page; newest first.
pub(super) fn page(entries: Vec<HistoryEntry>) -> HistoryPage {
    let mut running: Vec<CurrencyTotal> = Currency::ALL.into_iter().map(CurrencyTotal::zero).collect();
    let mut rows: Vec<_> = entries
        .into_iter()
        .rev()
        .map(|entry| row(entry, &mut running))
        .collect();
    rows.reverse();
    running.retain(|total| total.count > 0);
    HistoryPage {
        rows,
        totals: running,
        next: None,
    }
}

fn row(entry: HistoryEntry, running: &mut [CurrencyTotal]) -> HistoryRow {
    let mut now = CurrencyTotal::zero(entry.currency);
    if let Some(total) = running.iter_mut().find(|total| total.currency == entry.currency) {
        if entry.kind.is_of_wallet() {
            total.count += 1;
            total.unpriced += 1;
            total.amount += entry.amount;
        }
        now = total.clone();
    }
    HistoryRow { entry, running: now }
}

/// A fortnight of lease pay and rewards, the last day from the movements.
pub(super) fn income(entries: &[HistoryEntry]) -> Vec<DayIncome> {
    let earned = entries
        .iter()
        .filter(|entry| entry.kind == EntryKind::LeaseIncome);
    let today: i64 = earned.map(|entry| entry.amount).sum();
    (0..14_u64)
        .rev()
        .map(|days| {
            let spread = i64::try_from(days * 37 % 11).unwrap_or(0);
            let lease = if days == 0 { today } else { spread * 210_000_000 };
            let rewards = (12 - spread) * 40_000_000;
            DayIncome {
                day: UnixMillis(ago(days * 86_400).0 / DAY_MILLIS * DAY_MILLIS),
                currency: Currency::Io,
                lease,
                rewards,
                // At 0.30 USD an IO: base units × 0.3 ÷ 100.
                lease_usd: lease * 3 / 1_000,
                rewards_usd: rewards * 3 / 1_000,
                unpriced: 0,
            }
        })
        .collect()
}

/// A month that stakes and earns.
pub(super) fn statement(month: Month) -> MonthStatement {
    let line = |account: &str, kind, count, amount| KindLine {
        account: account.into(),
        kind,
        count,
        amount,
        usd: amount * 3 / 1_000,
        unpriced: 0,
    };
    let account = |account: &str, opening, closing| AccountLine {
        account: account.into(),
        opening,
        closing,
    };
    MonthStatement {
        month,
        wallet: None,
        network: NetworkKind::Practice,
        at: ago(0),
        under_way: 0,
        currencies: vec![CurrencyStatement {
            currency: Currency::Io,
            accounts: vec![
                account("wallet", 160_000_000_000, 121_840_000_000),
                account("stake", 0, 40_000_000_000),
            ],
            movements: vec![
                line("wallet", EntryKind::Stake, 1, -40_000_000_000),
                line("wallet", EntryKind::LeaseIncome, 1, 1_840_000_000),
                line("stake", EntryKind::Stake, 1, 40_000_000_000),
            ],
            fees: 0,
        }],
        head: Some(head()),
    }
}

fn head() -> ChainHead {
    ChainHead {
        links: 27,
        hash: "5f".repeat(32),
    }
}

/// A file of one line.
pub(super) fn export() -> ExportChunk {
    ExportChunk {
        text: "number,time_utc,kind,state,currency,amount\n1,2026-11-25 16:41:19,stake,final,IO,-400\n"
            .into(),
        rows: 1,
        next: None,
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
