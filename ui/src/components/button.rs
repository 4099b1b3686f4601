//! A button that starts a request and shows that it runs.

use leptos::prelude::*;
use leptos_icons::Icon;

use crate::state::Act;

/// How loud a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The one action that matters.
    Primary,
    /// Beside it.
    #[default]
    Plain,
    /// Ends or destroys something.
    Danger,
    /// In rows and cards.
    Quiet,
}

impl Kind {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Danger => "button danger",
            Self::Quiet => "button quiet",
        }
    }
}

/// A button for `act`; disabled and turning while the request runs.
#[component]
pub(crate) fn ActButton(
    act: Act,
    #[prop(into)] label: Signal<String>,
    testid: &'static str,
    press: impl Fn() + 'static,
    #[prop(optional)] kind: Kind,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] icon: Option<icondata::Icon>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=kind.class()
            data-testid=testid
            disabled=move || act.busy.get() || disabled.get()
            aria-busy=move || act.busy.get().to_string()
            on:click=move |_| press()
        >
            {move || {
                if act.busy.get() {
                    Some(view! { <span class="spinner" aria-hidden="true"></span> }.into_any())
                } else {
                    icon.map(|icon| view! { <Icon icon=icon /> }.into_any())
                }
            }}
            {label}
        </button>
    }
}
