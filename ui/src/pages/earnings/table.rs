//! Movements as rows: on this page with what they add up to, on Home only the latest.

use hearth_types::history::{CurrencyTotal, EntryState, HistoryEntry, HistoryRow};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    components::{Address, Pill, SignedMoney, When, Worth},
    labels,
    words::w,
};

const fn tone(state: EntryState) -> &'static str {
    match state {
        EntryState::Pending | EntryState::Submitted => "info",
        EntryState::Confirmed | EntryState::Final => "ok",
        EntryState::Void => "still",
    }
}

#[component]
fn Row(entry: HistoryEntry, running: Option<CurrencyTotal>) -> impl IntoView {
    let lease = entry.lease.filter(|_| running.is_some()).map(|lease| {
        view! { <A href=format!("/deployments/{lease}") attr:class="link mono small">{lease.short()}</A> }
    });
    let worth = entry.worth.as_ref().map(|worth| worth.usd);
    let pill = view! { <Pill tone=tone(entry.state) text=labels::entry_state(entry.state) /> };
    let tx = entry
        .signature
        .map(|tx| view! { <Address text=tx.to_string() testid="history-signature" /> });
    // Where the running total takes its room, the transaction stands below its state.
    let state = if running.is_some() {
        view! { <td class="at-state both">{pill}{tx}</td> }.into_any()
    } else {
        view! {
            <td class="at-state">{pill}</td>
            <td class="at-tx">{tx}</td>
        }
        .into_any()
    };
    let running = running.map(|total| {
        let known = total.known_usd();
        view! {
            <td class="number at-running" data-label=w!(earnings.running)>
                <SignedMoney amount=total.amount currency=total.currency />
                <Worth micros=known below=true />
            </td>
        }
    });
    view! {
        <tr data-testid="history-row" data-kind=format!("{:?}", entry.kind) class:void=entry.state == EntryState::Void>
            <td class="at-when"><When at=entry.at /></td>
            <th scope="row" class="at-name">
                {labels::entry_kind(entry.kind)}
                <span class="muted small note-line">{entry.note} " " {lease}</span>
            </th>
            <td class="number at-amount">
                <SignedMoney amount=entry.amount currency=entry.currency />
                <Worth micros=worth below=true />
            </td>
            {running}
            {state}
        </tr>
    }
}

#[component]
fn Head(running: bool) -> impl IntoView {
    view! {
        <thead>
            <tr>
                <th scope="col">{w!(earnings.when)}</th>
                <th scope="col">{w!(earnings.what)}</th>
                <th scope="col" class="number">{w!(earnings.amount)}</th>
                {running.then(|| view! { <th scope="col" class="number">{w!(earnings.running)}</th> })}
                {if running {
                    view! { <th scope="col">{w!(earnings.state_and_tx)}</th> }.into_any()
                } else {
                    view! {
                        <th scope="col">{w!(earnings.state)}</th>
                        <th scope="col">{w!(earnings.tx)}</th>
                    }
                    .into_any()
                }}
            </tr>
        </thead>
    }
}

/// The latest movements, newest first.
#[component]
pub(crate) fn HistoryTable(entries: Vec<HistoryEntry>) -> impl IntoView {
    view! {
        <div class="table-place">
            <table class="table movements">
                <Head running=false />
                <tbody>{entries.into_iter().map(|entry| view! { <Row entry running=None /> }).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// A page of movements, newest first, each with what the list adds up to by then.
#[component]
pub(super) fn PageTable(rows: Vec<HistoryRow>) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|HistoryRow { entry, running }| view! { <Row entry running=Some(running) /> })
        .collect_view();
    view! {
        <div class="table-place">
            <table class="table movements full">
                <Head running=true />
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
