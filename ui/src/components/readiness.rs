//! The readiness checklist: each line says what was found and how to mend it.

use hearth_types::readiness::{Check, CheckState};
use leptos::prelude::*;
use leptos_icons::Icon;

use crate::labels;

const fn look(state: CheckState) -> (&'static str, icondata::Icon) {
    match state {
        CheckState::Ok => ("ok", icondata::LuCheck),
        CheckState::Warning => ("warn", icondata::LuTriangleAlert),
        CheckState::Blocked => ("bad", icondata::LuX),
        CheckState::Pending => ("still", icondata::LuClock),
    }
}

/// All checks in their order.
#[component]
pub(crate) fn Checklist(checks: Vec<Check>) -> impl IntoView {
    let lines = checks
        .into_iter()
        .map(|check| {
            let (tone, icon) = look(check.state);
            view! {
                <li class=format!("check {tone}") data-testid="check" data-state=tone>
                    <span class="check-mark" role="img" aria-label=labels::check_state(check.state)>
                        <Icon icon=icon width="14" height="14" />
                    </span>
                    <div>
                        <span class="check-kind">{labels::check_kind(check.kind)}</span>
                        " "
                        <span class="muted">{check.found}</span>
                        {check.mend.map(|mend| view! { <p class="check-mend">{mend}</p> })}
                    </div>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="checklist">{lines}</ul> }
}
