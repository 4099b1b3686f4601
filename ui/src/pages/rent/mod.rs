//! Rent: the market, and beside it the offer that was picked.

mod editor;
mod market;
mod order;
mod panel;
mod quote;

use hearth_types::{
    id::NodeId,
    ipc::{ListOffers, Topic},
    requirement::Requirement,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use wasm_bindgen::JsCast as _;

use crate::{
    components::{ErrorBox, Loading},
    state::use_app,
    words::w,
};

/// Offers come and go without an event; a look every ten seconds is enough.
const LOOK_EVERY_MS: u64 = 10_000;

/// The page; `/rent/<node>` opens the panel of that node's offer.
#[component]
pub(crate) fn RentPage() -> impl IntoView {
    let app = use_app();
    let need = RwSignal::new(Requirement::default());
    let offers = app.fetch(&[Topic::Leases], move || ListOffers {
        need: need.get_untracked(),
    });
    Effect::new(move |before: Option<Requirement>| {
        let now = need.get();
        if before.is_some_and(|before| before != now) {
            offers.reload.run(());
        }
        now
    });
    leptos_use::use_interval_fn(move || offers.reload.run(()), LOOK_EVERY_MS);
    let params = use_params_map();
    let picked = Memo::new(move |_| {
        params
            .with(|p| p.get("node"))
            .and_then(|text| text.parse::<NodeId>().ok())
    });
    // The keyboard goes on where it was when the panel closes.
    Effect::new(move |before: Option<Option<NodeId>>| {
        let now = picked.get();
        if let (Some(Some(node)), None) = (before, now) {
            let link = document().query_selector(&format!("[data-node=\"{node}\"] a"));
            if let Some(link) = link
                .ok()
                .flatten()
                .and_then(|l| l.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _no_longer_listed = link.focus();
            }
        }
        now
    });
    view! {
        <div class="page-head">
            <div>
                <h1>{w!(rent.title)}</h1>
                <p class="muted">{w!(rent.about)}</p>
            </div>
        </div>
        <ErrorBox error=offers.error />
        {move || {
            let waiting = offers.value.with(Option::is_none);
            (waiting && offers.error.with(Option::is_none)).then(|| view! { <Loading /> })
        }}
        <market::Market offers=offers.value picked need reload=offers.reload />
        {move || picked.get().map(|node| view! { <panel::OfferPanel node offers=offers.value /> })}
    }
}
