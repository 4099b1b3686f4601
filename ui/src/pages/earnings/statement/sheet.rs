//! The paper itself.

use hearth_types::{
    history::{
        AccountLine, CurrencyStatement, EntryKind, HistoryEntry, HistoryPage, KindLine, MonthStatement,
    },
    money::Currency,
};
use leptos::prelude::*;

use crate::{
    components::{SignedMoney, Worth},
    format, labels,
    words::w,
};

/// What is on chain, by kind in the order of lists, oldest first within each.
fn by_kind(page: HistoryPage) -> Vec<(EntryKind, Vec<HistoryEntry>)> {
    let mut settled: Vec<_> = page
        .rows
        .into_iter()
        .rev()
        .map(|row| row.entry)
        .filter(|entry| entry.state.is_settled())
        .collect();
    let of_kind = |kind: EntryKind| {
        let (of_kind, rest) = std::mem::take(&mut settled)
            .into_iter()
            .partition(|entry| entry.kind == kind);
        settled = rest;
        (kind, of_kind)
    };
    let mut kinds: Vec<(EntryKind, Vec<HistoryEntry>)> = EntryKind::ALL.into_iter().map(of_kind).collect();
    kinds.retain(|(_, entries)| !entries.is_empty());
    kinds
}

/// What a line was worth; nothing known is not the same as nothing.
const fn known(line: &KindLine) -> Option<i64> {
    if line.unpriced == line.count {
        None
    } else {
        Some(line.usd)
    }
}

#[component]
fn Balance(name: &'static str, class: &'static str, amount: i64, currency: Currency) -> impl IntoView {
    view! {
        <tr class=class>
            <th scope="row">{name}</th>
            <td></td>
            <td class="number"><SignedMoney amount currency balance=true /></td>
            <td></td>
        </tr>
    }
}

#[component]
fn Account(line: AccountLine, movements: Vec<KindLine>, currency: Currency) -> impl IntoView {
    let rows = movements
        .into_iter()
        .map(|movement| {
            let worth = known(&movement);
            let left_out = (movement.unpriced > 0 && worth.is_some())
                .then(|| w!(earnings.unpriced, count = format::whole(movement.unpriced)).to_string());
            view! {
                <tr data-testid="statement-kind" data-kind=movement.kind.word()>
                    <th scope="row">{labels::entry_kind(movement.kind)}</th>
                    <td class="number">{format::whole(movement.count)}</td>
                    <td class="number"><SignedMoney amount=movement.amount currency /></td>
                    <td class="number"><Worth micros=worth signed=true /><span class="muted small block">{left_out}</span></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="plain statement-account" data-testid="statement-account" data-account=line.account.clone()>
            <caption>{currency.symbol()} " · " {labels::account(&line.account)}</caption>
            <thead>
                <tr>
                    <th scope="col">{w!(statement.movement)}</th>
                    <th scope="col" class="number">{w!(statement.count)}</th>
                    <th scope="col" class="number">{w!(earnings.amount)}</th>
                    <th scope="col" class="number">{w!(statement.worth)}</th>
                </tr>
            </thead>
            <tbody>
                <Balance name=w!(statement.opening) class="opening" amount=line.opening currency />
                {rows}
                <Balance name=w!(statement.closing) class="closing" amount=line.closing currency />
            </tbody>
        </table>
    }
}

#[component]
fn OneCurrency(of: CurrencyStatement) -> impl IntoView {
    let CurrencyStatement {
        currency,
        accounts,
        movements,
        fees,
    } = of;
    let accounts = accounts
        .into_iter()
        .map(|line| {
            let movements = movements
                .iter()
                .filter(|movement| movement.account == line.account);
            let movements = movements.cloned().collect();
            view! { <Account line movements currency /> }
        })
        .collect_view();
    let fees = (fees != 0).then(|| {
        view! { <p class="muted small">{w!(statement.fees)} " " <SignedMoney amount=fees currency balance=true /></p> }
    });
    view! { <section>{accounts}{fees}</section> }
}

#[component]
fn Movement(entry: HistoryEntry) -> impl IntoView {
    let worth = entry.worth.as_ref().map(|worth| worth.usd);
    let signature = entry.signature.map(
        |tx| view! { <span class="mono signature" data-testid="statement-signature">{tx.to_string()}</span> },
    );
    view! {
        <tr>
            <td class="at-utc">{entry.at.utc_text()}</td>
            <td>{entry.note}{signature}</td>
            <td class="number"><SignedMoney amount=entry.amount currency=entry.currency /><Worth micros=worth signed=true below=true /></td>
        </tr>
    }
}

#[component]
fn Movements(page: HistoryPage) -> impl IntoView {
    let cut = page
        .next
        .is_some()
        .then(|| view! { <p class="muted">{w!(statement.cut)}</p> });
    let kinds = by_kind(page);
    if kinds.is_empty() {
        return ().into_any();
    }
    let groups = kinds
        .into_iter()
        .map(|(kind, entries)| {
            let rows = entries
                .into_iter()
                .map(|entry| view! { <Movement entry /> })
                .collect_view();
            view! {
                <tbody>
                    <tr class="group"><th scope="rowgroup" colspan="3">{labels::entry_kind(kind)}</th></tr>
                    {rows}
                </tbody>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2>{w!(statement.transactions)}</h2>
            {cut}
            <table class="plain statement-list">
                <thead>
                    <tr>
                        <th scope="col">{w!(statement.when)}</th>
                        <th scope="col">{w!(statement.what)}</th>
                        <th scope="col" class="number">{w!(earnings.amount)}</th>
                    </tr>
                </thead>
                {groups}
            </table>
        </section>
    }
    .into_any()
}

/// The statement of a month.
#[component]
pub(super) fn Sheet(statement: MonthStatement, movements: HistoryPage) -> impl IntoView {
    let practice = statement.network.is_practice();
    let nothing = statement.currencies.is_empty();
    let under_way = statement.under_way;
    view! {
        <article class="sheet" data-testid="statement" data-month=statement.month.to_string()>
            <header>
                <h1>{w!(statement.title)} " " <span class="muted">{format::month(statement.month.start())}</span></h1>
                <dl class="facts">
                    {statement.wallet.map(|wallet| view! {
                        <dt>{w!(statement.wallet)}</dt>
                        <dd class="mono full">{wallet.to_string()}</dd>
                    })}
                    <dt>{w!(statement.network)}</dt>
                    <dd>{labels::network(statement.network)}</dd>
                    <dt>{w!(statement.made)}</dt>
                    <dd>{w!(statement.utc, at = statement.at.utc_text()).to_string()}</dd>
                </dl>
                {practice.then(|| view! { <p class="practice-note">{w!(statement.practice)}</p> })}
            </header>
            {nothing.then(|| view! { <p data-testid="statement-nothing">{w!(statement.nothing)}</p> })}
            {statement.currencies.into_iter().map(|of| view! { <OneCurrency of /> }).collect_view()}
            {(under_way > 0).then(|| view! {
                <p>{w!(statement.under_way, count = format::whole(under_way)).to_string()}</p>
            })}
            <Movements page=movements />
            <footer class="muted small">
                <p>{w!(statement.about)}</p>
                {statement.head.map(|head| view! {
                    <p>{w!(statement.head)} " " <span class="mono signature">{format!("{}:{}", head.links, head.hash)}</span></p>
                })}
            </footer>
        </article>
    }
}

#[cfg(test)]
mod tests {
    use hearth_types::{
        history::{CurrencyTotal, EntryState, HistoryRow},
        time::UnixMillis,
    };

    use super::*;

    fn row(id: i64, kind: EntryKind, state: EntryState) -> HistoryRow {
        HistoryRow {
            entry: HistoryEntry {
                id,
                at: UnixMillis(u64::try_from(id).expect("a moment")),
                kind,
                state,
                currency: Currency::Io,
                amount: 1,
                worth: None,
                lease: None,
                device: None,
                note: String::new(),
                signature: None,
            },
            running: CurrencyTotal::zero(Currency::Io),
        }
    }

    #[test]
    fn movements_lie_by_kind_and_oldest_first() {
        let rows = vec![
            row(5, EntryKind::LeaseIncome, EntryState::Pending),
            row(4, EntryKind::Faucet, EntryState::Final),
            row(3, EntryKind::LeaseIncome, EntryState::Confirmed),
            row(2, EntryKind::LeaseIncome, EntryState::Final),
            row(1, EntryKind::Stake, EntryState::Void),
        ];
        let page = HistoryPage {
            rows,
            totals: Vec::new(),
            next: None,
        };
        let told: Vec<_> = by_kind(page)
            .into_iter()
            .map(|(kind, entries)| (kind, entries.iter().map(|entry| entry.id).collect::<Vec<_>>()))
            .collect();
        assert_eq!(
            told,
            [(EntryKind::Faucet, vec![4]), (EntryKind::LeaseIncome, vec![2, 3])]
        );
    }

    #[test]
    fn a_line_without_any_price_has_no_worth() {
        let line = |count, unpriced| KindLine {
            account: "wallet".into(),
            kind: EntryKind::Reward,
            count,
            amount: 1,
            usd: 0,
            unpriced,
        };
        assert_eq!(
            (known(&line(2, 2)), known(&line(2, 1)), known(&line(2, 0))),
            (None, Some(0), Some(0))
        );
    }
}
