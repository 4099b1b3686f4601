//! Earnings: every movement of money, and whether it agrees with the chain.

use hearth_types::{
    history::{EntryKind, EntryState, HistoryEntry, Reconciliation},
    ipc::{ListHistory, Reconcile, Topic},
};
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::components::A;

use crate::{
    components::{Address, Empty, ErrorBox, Loading, Pill, SignedMoney, When},
    format, labels,
    state::{Fetched, use_app},
    words::w,
};

const PAGE: u32 = 100;
const MOST: u32 = 1000;

const fn tone(state: EntryState) -> &'static str {
    match state {
        EntryState::Pending | EntryState::Submitted => "info",
        EntryState::Confirmed | EntryState::Final => "ok",
        EntryState::Void => "still",
    }
}

#[component]
fn Row(entry: HistoryEntry, short: bool) -> impl IntoView {
    let lease = entry.lease.map(|lease| {
        view! { <A href=format!("/deployments/{lease}") attr:class="link mono small">{lease.short()}</A> }
    });
    view! {
        <tr data-testid="history-row" data-kind=format!("{:?}", entry.kind) class:void=entry.state == EntryState::Void>
            <td class="at-when"><When at=entry.at /></td>
            <th scope="row" class="at-name">{labels::entry_kind(entry.kind)}<span class="muted small note-line">{entry.note}</span></th>
            <td class="number at-amount"><SignedMoney amount=entry.amount currency=entry.currency /></td>
            <td class="at-state"><Pill tone=tone(entry.state) text=labels::entry_state(entry.state) /></td>
            {(!short).then(|| view! { <td class="wide-only">{lease}</td> })}
            <td class="at-tx">{entry.signature.map(|tx| view! { <Address text=tx.to_string() testid="history-signature" /> })}</td>
        </tr>
    }
}

/// Movements, newest first.
#[component]
pub(crate) fn HistoryTable(entries: Vec<HistoryEntry>, #[prop(optional)] short: bool) -> impl IntoView {
    view! {
        <div class="table-place">
            <table class="table movements">
                <thead>
                    <tr>
                        <th scope="col">{w!(earnings.when)}</th>
                        <th scope="col">{w!(earnings.what)}</th>
                        <th scope="col" class="number">{w!(earnings.amount)}</th>
                        <th scope="col">{w!(earnings.state)}</th>
                        {(!short).then(|| view! { <th scope="col" class="wide-only">{w!(earnings.lease)}</th> })}
                        <th scope="col">{w!(earnings.tx)}</th>
                    </tr>
                </thead>
                <tbody>{entries.into_iter().map(|entry| view! { <Row entry short /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Verdict(fetched: Fetched<Reconciliation>) -> impl IntoView {
    let lines = move |verdict: &Reconciliation| {
        verdict
            .lines
            .iter()
            .map(|line| {
                view! {
                    <tr class:differs=!line.agrees()>
                        <th scope="row">{labels::account(&line.account)}</th>
                        <td class="number"><SignedMoney amount=line.history currency=line.currency /></td>
                        <td class="number"><SignedMoney amount=line.under_way currency=line.currency /></td>
                        <td class="number"><SignedMoney amount=line.chain currency=line.currency /></td>
                    </tr>
                }
            })
            .collect_view()
    };
    let shown = move || match fetched.value.get() {
        None => view! {
            <div class="verdict" data-testid="reconcile-verdict" data-ok="checking">
                <span class="spinner" aria-hidden="true"></span>
                <strong role="status">{w!(earnings.verdict_checking)}</strong>
            </div>
        }
        .into_any(),
        Some(verdict) => {
            let under_way = verdict.lines.iter().any(|line| line.under_way != 0);
            let received = verdict.received.len();
            let (icon, class, title, text) = if verdict.ok && under_way {
                (
                    icondata::LuShieldCheck,
                    "verdict good",
                    w!(earnings.verdict_under_way),
                    w!(earnings.verdict_under_way_text),
                )
            } else if verdict.ok {
                (
                    icondata::LuShieldCheck,
                    "verdict good",
                    w!(earnings.verdict_ok),
                    w!(earnings.verdict_ok_text),
                )
            } else {
                (
                    icondata::LuTriangleAlert,
                    "verdict bad",
                    w!(earnings.verdict_bad),
                    w!(earnings.verdict_bad_text),
                )
            };
            view! {
                <div class=class data-testid="reconcile-verdict" data-ok=verdict.ok.to_string()>
                    <Icon icon=icon width="22" height="22" />
                    <div class="grow">
                        <strong role="status">{title}</strong>
                        <p class="small">{text}</p>
                        {(received > 0).then(|| view! {
                            <p class="small" data-testid="reconcile-received">
                                {w!(earnings.verdict_received, count = received.to_string()).to_string()}
                            </p>
                        })}
                        <p class="muted small">
                            {w!(earnings.verdict_at, slot = format::whole(verdict.slot)).to_string()} ", " <When at=verdict.at />
                        </p>
                        <details class="fold" open=!verdict.ok>
                            <summary>{w!(earnings.accounts)}</summary>
                            <table class="plain">
                                <thead>
                                    <tr>
                                        <th scope="col">{w!(earnings.account)}</th>
                                        <th scope="col" class="number">{w!(earnings.history)}</th>
                                        <th scope="col" class="number">{w!(earnings.under_way)}</th>
                                        <th scope="col" class="number">{w!(earnings.chain)}</th>
                                    </tr>
                                </thead>
                                <tbody>{lines(&verdict)}</tbody>
                            </table>
                        </details>
                    </div>
                    <button type="button" class="button quiet" data-testid="reconcile-button" on:click=move |_| fetched.reload.run(())>
                        <Icon icon=icondata::LuRefreshCw />
                        {w!(earnings.check_again)}
                    </button>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <section>{move || fetched.error.with(Option::is_none).then(shown)}<ErrorBox error=fetched.error /></section>
    }
}

fn kinds(entries: &[HistoryEntry]) -> Vec<(EntryKind, usize)> {
    let mut kinds: Vec<(EntryKind, usize)> = Vec::new();
    for entry in entries {
        match kinds.iter_mut().find(|(kind, _)| *kind == entry.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((entry.kind, 1)),
        }
    }
    kinds
}

/// The page.
#[component]
pub(crate) fn EarningsPage() -> impl IntoView {
    let app = use_app();
    let limit = RwSignal::new(PAGE);
    let history = app.fetch(&[Topic::History], move || ListHistory {
        before: None,
        limit: limit.get(),
    });
    let verdict = app.fetch(&[Topic::History, Topic::Wallet], || Reconcile {});
    let only = RwSignal::new(None::<EntryKind>);
    let known = Memo::new(move |_| history.value.with(|h| h.as_ref().map(|h| kinds(h))));
    let total = move || history.value.with(|h| h.as_ref().map_or(0, Vec::len));
    let chip = move |kind: Option<EntryKind>, text: String| {
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || (only.get() == kind).to_string()
                on:click=move |_| only.set(kind)
            >
                {text}
            </button>
        }
    };
    let chips = move |kinds: Vec<(EntryKind, usize)>| {
        kinds
            .into_iter()
            .map(|(kind, count)| chip(Some(kind), format!("{} {count}", labels::entry_kind(kind))))
            .collect_view()
    };
    let shown = move || {
        let mut entries = history.value.get().unwrap_or_default();
        entries.retain(|entry| only.get().is_none_or(|kind| kind == entry.kind));
        entries
    };
    let more = move || limit.get() < MOST && u32::try_from(total()).is_ok_and(|n| n >= limit.get());
    view! {
        <div class="page-head">
            <div>
                <h1>{w!(earnings.title)}</h1>
                <p class="muted">{w!(earnings.about)}</p>
            </div>
        </div>
        <Verdict fetched=verdict />
        <ErrorBox error=history.error />
        {move || match known.get() {
            None => history.error.with(Option::is_none).then(|| view! { <Loading /> }.into_any()),
            Some(kinds) if kinds.is_empty() => Some(
                view! {
                    <Empty icon=icondata::LuCoins title=w!(earnings.empty_title) text=w!(earnings.empty_text)>
                        <A href="/wallet" attr:class="button primary">{w!(nav.wallet)}</A>
                    </Empty>
                }
                    .into_any(),
            ),
            Some(kinds) => Some(
                view! {
                    <div class="toolbar" role="group">
                        {chip(None, format!("{} {}", w!(earnings.all), total()))}
                        {chips(kinds)}
                    </div>
                    {move || view! { <HistoryTable entries=shown() /> }}
                    {move || {
                        more().then(|| {
                            view! {
                                <button type="button" class="button" on:click=move |_| limit.update(|n| *n = (*n + PAGE).min(MOST))>
                                    {w!(earnings.more)}
                                </button>
                            }
                        })
                    }}
                }
                    .into_any(),
            ),
        }}
    }
}
