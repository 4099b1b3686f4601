//! Small pieces: addresses, moments, pills, progress, empty states.

use hearth_types::time::UnixMillis;
use leptos::prelude::*;
use leptos_icons::Icon;

use crate::{format, state::use_app, words::w};

/// Puts a text on the clipboard; where the browser forbids it, nothing happens.
pub(crate) fn copy_to_clipboard(text: &str) {
    let copying = window().navigator().clipboard().write_text(text);
    leptos::task::spawn_local(async move {
        let _refused = wasm_bindgen_futures::JsFuture::from(copying).await;
    });
}

fn shorten(text: &str) -> String {
    match (text.get(..4), text.get(text.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if text.len() > 12 => format!("{head}…{tail}"),
        _ => text.to_owned(),
    }
}

/// An id, shortened in the middle, with a button that copies all of it.
#[component]
pub(crate) fn Address(
    #[prop(into)] text: String,
    #[prop(optional)] full: bool,
    #[prop(optional)] testid: &'static str,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let shown = if full { text.clone() } else { shorten(&text) };
    let title = text.clone();
    let data = text.clone();
    view! {
        <span class="address" data-testid=(!testid.is_empty()).then_some(testid) data-value=data>
            <span class="mono" class:full=full title=title>{shown}</span>
            <button
                type="button"
                class="icon-button"
                aria-label=move || if copied.get() { w!(app.copied) } else { w!(app.copy) }
                on:click=move |event| {
                    event.stop_propagation();
                    copy_to_clipboard(&text);
                    copied.set(true);
                    set_timeout(move || { copied.try_set(false); }, std::time::Duration::from_secs(2));
                }
            >
                {move || {
                    let icon = if copied.get() { icondata::LuCheck } else { icondata::LuCopy };
                    view! { <Icon icon=icon width="14" height="14" /> }
                }}
            </button>
        </span>
    }
}

/// How long ago, with date and time on hover.
#[component]
pub(crate) fn When(at: UnixMillis) -> impl IntoView {
    let app = use_app();
    let text = Memo::new(move |_| format::ago(at, app.now.get()));
    view! { <time class="when" title=format::absolute(at)>{text}</time> }
}

/// A state in its tone: `ok`, `warn`, `bad`, `info`, `live` or `still`.
#[component]
pub(crate) fn Pill(
    #[prop(into)] tone: Signal<&'static str>,
    #[prop(into)] text: Signal<String>,
    #[prop(optional)] testid: &'static str,
) -> impl IntoView {
    view! {
        <span class=move || format!("pill {}", tone.get()) data-testid=(!testid.is_empty()).then_some(testid)>
            <span class="dot" aria-hidden="true"></span>
            {text}
        </span>
    }
}

/// A bar from 0 to 1 with a word of what it does.
#[component]
pub(crate) fn Progress(
    #[prop(into)] fraction: Signal<f64>,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] testid: &'static str,
) -> impl IntoView {
    let percent = move || format!("{:.0}", fraction.get().clamp(0.0, 1.0) * 100.0);
    view! {
        <div
            class="progress"
            role="progressbar"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=percent
            aria-label=label
            data-testid=(!testid.is_empty()).then_some(testid)
        >
            <progress max="100" value=percent aria-hidden="true"></progress>
        </div>
    }
}

/// An empty state that teaches the next step.
#[component]
pub(crate) fn Empty(
    icon: icondata::Icon,
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty" data-testid="empty">
            <span class="empty-icon" aria-hidden="true"><Icon icon=icon width="26" height="26" /></span>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}

/// Something is being fetched.
#[component]
pub(crate) fn Loading() -> impl IntoView {
    view! {
        <div class="loading" role="status">
            <span class="spinner" aria-hidden="true"></span>
            {w!(app.loading)}
        </div>
    }
}
