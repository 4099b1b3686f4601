//! The node's state, and what it means when asked.

use hearth_types::node::{NodeState, NodeStatus, Reason};
use leptos::prelude::*;
use leptos_icons::Icon;

use super::{Pill, When};
use crate::{labels, state::use_app, words::w};

pub(super) const fn tone(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Down => "still",
        NodeStatus::Starting => "info",
        NodeStatus::Idle => "ok",
        NodeStatus::Hired => "live",
        NodeStatus::Paused => "warn",
        NodeStatus::Blocked => "bad",
    }
}

#[component]
fn Explanation(node: NodeState) -> impl IntoView {
    let words = labels::explain(&node.reason);
    view! {
        <dl class="facts">
            <dt>{w!(strip.reason)}</dt>
            <dd data-testid="state-reason">{words.text}</dd>
            <dt>{w!(strip.since)}</dt>
            <dd>{(node.since.0 > 0).then(|| view! { <When at=node.since /> })}</dd>
            <dt>{w!(strip.ends)}</dt>
            <dd>{words.ends}</dd>
            <dt>{w!(strip.mend)}</dt>
            <dd>{words.mend}</dd>
        </dl>
    }
}

/// A pill with the state and, beside it, the reason; a press explains both.
#[component]
pub(crate) fn StatePill() -> impl IntoView {
    let app = use_app();
    let open = RwSignal::new(false);
    let node = Memo::new(move |_| app.status.with(|s| s.as_ref().map(|s| s.node.clone())));
    let status = move || node.with(|n| n.as_ref().map_or(NodeStatus::Down, |n| n.status));
    // A node that does not lend says so in the pill; its reason would only repeat it.
    let reason = move || {
        node.with(|n| {
            n.as_ref()
                .filter(|n| n.reason != Reason::NotLending)
                .map(|n| labels::explain(&n.reason).text)
        })
    };
    view! {
        <div class="popover-place" on:keydown=move |event| if event.key() == "Escape" { open.set(false) }>
            <button
                type="button"
                class="state-button"
                data-testid="node-state"
                data-state=move || labels::status_code(status())
                title=w!(strip.explain)
                aria-controls="state-explanation"
                aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <Pill tone=Signal::derive(move || tone(status())) text=Signal::derive(move || labels::status(status()).to_owned()) />
                {move || reason().map(|text| view! { <span class="state-reason">{text}</span> })}
                <Icon icon=icondata::LuChevronDown width="14" height="14" />
            </button>
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <div class="scrim" on:click=move |_| open.set(false)></div>
                            <div class="popover" id="state-explanation" role="region" aria-label=w!(strip.explain)>
                                {move || node.get().map(|node| view! { <Explanation node /> })}
                            </div>
                        }
                    })
            }}
        </div>
    }
}
