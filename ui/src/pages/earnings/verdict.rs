//! Whether the history agrees with the chain, account by account.

use hearth_types::history::Reconciliation;
use leptos::prelude::*;
use leptos_icons::Icon;

use crate::{
    components::{ErrorBox, SignedMoney, When},
    format, labels,
    state::Fetched,
    words::w,
};

/// The verdict, with a button that compares again.
#[component]
pub(super) fn Verdict(fetched: Fetched<Reconciliation>) -> impl IntoView {
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
