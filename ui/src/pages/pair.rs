//! Pairing a browser with the engine by a code that works once.

use leptos::{prelude::*, task::spawn_local};
use leptos_icons::Icon;

use crate::{state::use_app, words::w};

/// The page shown instead of all others until the browser is paired.
#[component]
pub(crate) fn PairPage() -> impl IntoView {
    let app = use_app();
    let code = RwSignal::new(String::new());
    let failed = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        spawn_local(async move {
            let outcome = app.backend.pair(code.get_untracked().trim()).await;
            busy.try_set(false);
            if outcome.is_err() {
                failed.try_set(true);
            } else if window().location().reload().is_err() {
                // Reloading opens the event stream with the new cookie.
                app.refresh_status();
            }
        });
    };
    view! {
        <main class="lonely">
            <form class="card" on:submit=submit data-testid="pair">
                <span class="brand-mark" aria-hidden="true"><Icon icon=icondata::LuFlame width="28" height="28" /></span>
                <h1>{w!(pair.title)}</h1>
                <p class="muted">{w!(pair.text)}</p>
                <label class="field">
                    <span>{w!(pair.code)}</span>
                    <input
                        type="text"
                        class="mono"
                        autocomplete="one-time-code"
                        autofocus
                        data-testid="pair-code"
                        prop:value=code
                        on:input:target=move |event| code.set(event.target().value())
                    />
                </label>
                {move || failed.get().then(|| view! { <p class="field-error" role="alert">{w!(pair.failed)}</p> })}
                <div class="actions">
                    <button type="submit" class="button primary" data-testid="pair-button" disabled=busy>{w!(pair.submit)}</button>
                </div>
            </form>
        </main>
    }
}
