//! A panel beside the page, closed by its cross or Escape.

use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};

use crate::words::w;

/// Heading, body, and a foot that stays.
#[component]
pub(super) fn Panel(
    title: &'static str,
    testid: &'static str,
    /// What stays in sight below.
    foot: AnyView,
    children: Children,
) -> impl IntoView {
    let navigate = StoredValue::new_local(use_navigate());
    let heading = NodeRef::<leptos::html::H2>::new();
    heading.on_load(|heading| {
        let _left_already = heading.focus();
    });
    let close = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            navigate.try_with_value(|navigate| navigate("/wallet", NavigateOptions::default()));
        }
    };
    view! {
        <aside class="panel" aria-labelledby="panel-title" data-testid=testid on:keydown=close>
            <header class="panel-head">
                <div>
                    <h2 id="panel-title" tabindex="-1" node_ref=heading>{title}</h2>
                </div>
                <A href="/wallet" attr:class="icon-button" attr:aria-label=w!(app.close) attr:data-testid="panel-close">
                    <Icon icon=icondata::LuX width="18" height="18" />
                </A>
            </header>
            <div class="panel-body">{children()}</div>
            <footer class="panel-foot">{foot}</footer>
        </aside>
    }
}
