//! Earnings: what came in by day, every movement of money, whether it agrees with the chain, and a month on paper.

mod export;
mod filter_bar;
mod filters;
mod income;
mod movements;
mod series;
mod statement;
mod table;
mod verdict;

use hearth_types::{
    ipc::{Reconcile, Topic},
    time::UnixMillis,
};
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::components::A;

use self::{
    filters::{Filters, Period},
    income::IncomeCard,
    movements::Movements,
    verdict::Verdict,
};
use crate::{state::use_app, words::w};

pub(crate) use statement::StatementPage;
pub(crate) use table::HistoryTable;

/// The page.
#[component]
pub(crate) fn EarningsPage() -> impl IntoView {
    let app = use_app();
    let verdict = app.fetch(&[Topic::History, Topic::Wallet], || Reconcile {});
    let filters = RwSignal::new(Filters::default());
    let pick = move |(from, until): (UnixMillis, UnixMillis)| {
        filters.update(|filters| {
            filters.period = Period::Days {
                from: Some(from),
                until: Some(until),
            };
        });
        if let Some(list) = document().get_element_by_id("movements") {
            list.scroll_into_view();
        }
    };
    view! {
        <div class="page-head">
            <div>
                <h1>{w!(earnings.title)}</h1>
                <p class="muted">{w!(earnings.about)}</p>
            </div>
            <A href="/earnings/statement" attr:class="button" attr:data-testid="open-statement">
                <Icon icon=icondata::LuFileText />
                {w!(statement.title)}
            </A>
        </div>
        <IncomeCard pick />
        <Verdict fetched=verdict />
        <Movements filters />
    }
}
