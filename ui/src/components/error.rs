//! Errors: what happened, what it means, what to do; the technical cause folded and copyable.

use hearth_types::ipc::IpcError;
use leptos::prelude::*;
use leptos_icons::Icon;

use super::text::copy_to_clipboard;
use crate::{labels, words::w};

/// One error.
#[component]
pub(crate) fn ErrorNote(error: IpcError) -> impl IntoView {
    let code = serde_json::to_string(&error.code).unwrap_or_default();
    let detail = error.detail.map(|detail| {
        let copied = detail.clone();
        view! {
            <details class="fold">
                <summary>{w!(app.details)}</summary>
                <pre class="mono small">{detail}</pre>
                <button type="button" class="button quiet" on:click=move |_| copy_to_clipboard(&copied)>
                    {w!(app.copy_details)}
                </button>
            </details>
        }
    });
    view! {
        <div class="note danger" role="alert" data-testid="error" data-code=code.trim_matches('"').to_owned()>
            <Icon icon=icondata::LuCircleAlert width="18" height="18" />
            <div class="note-body">
                <strong>{labels::error(error.code)}</strong>
                <p>{error.message}</p>
                {error.mend.map(|mend| view! { <p><b>{w!(app.what_to_do)} ": "</b>{mend}</p> })}
                {detail}
            </div>
        </div>
    }
}

/// The error in a signal, when there is one.
#[component]
pub(crate) fn ErrorBox(#[prop(into)] error: Signal<Option<IpcError>>) -> impl IntoView {
    move || error.get().map(|error| view! { <ErrorNote error /> })
}
