//! What was just done, and whether the engine still answers.

use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::hooks::use_location;

use super::ErrorNote;
use crate::{
    state::{Connection, use_app},
    words::w,
};

/// The banner of a lost connection and the last notice, both read aloud. A notice belongs to the page where it was
/// said: it does not follow to the next one.
#[component]
pub(crate) fn Notices() -> impl IntoView {
    let app = use_app();
    let page = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = page.get();
        if before.is_some_and(|before| before != now) {
            app.notice.set(None);
        }
        now
    });
    view! {
        <div class="banners" aria-live="polite">
            {move || {
                (app.connection.get() == Connection::Lost)
                    .then(|| {
                        view! {
                            <div class="banner" data-testid="connection-lost">
                                <span class="spinner" aria-hidden="true"></span>
                                <span>{w!(connection.lost)}</span>
                                {(!app.backend.is_window())
                                    .then(|| {
                                        view! {
                                            <button type="button" class="button quiet" on:click=move |_| app.refresh_status()>
                                                {w!(connection.retry)}
                                            </button>
                                        }
                                    })}
                            </div>
                            {move || app.outage.get().map(|error| view! { <div class="outage"><ErrorNote error /></div> })}
                        }
                    })
            }}
        </div>
        <div class="toast-place" role="status" aria-live="polite">
            {move || {
                app.notice
                    .get()
                    .map(|text| {
                        view! {
                            <div class="toast" data-testid="notice">
                                <Icon icon=icondata::LuCircleCheck width="18" height="18" />
                                <span>{text}</span>
                                <button
                                    type="button"
                                    class="icon-button"
                                    aria-label=w!(app.dismiss)
                                    on:click=move |_| app.notice.set(None)
                                >
                                    <Icon icon=icondata::LuX width="14" height="14" />
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
