//! A month on paper: opening balances, what moved, closing balances, every transaction. Made to be printed.

mod month;
mod sheet;

use hearth_types::{
    history::HistoryFilter,
    ipc::{GetStatement, PageHistory, Topic},
    time::{Month, UnixMillis},
};
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::{components::A, hooks::use_params_map};

use self::{month::MonthPicker, sheet::Sheet};
use super::export::ExportButton;
use crate::{
    components::{ErrorBox, Loading},
    format,
    state::use_app,
    words::w,
};

/// The most movements on one statement; a file has them all.
const MOST: u32 = 1_000;

fn filter_of(month: Month) -> HistoryFilter {
    HistoryFilter {
        from: Some(month.start()),
        until: Some(month.next().start()),
        ..HistoryFilter::default()
    }
}

/// Names the document, and so the file that a printer may make of it, after the month.
fn name_document(month: Memo<Month>) {
    let before = document().title();
    Effect::new(move |_| {
        let month = format::month(month.get().start());
        document().set_title(&format!("{} {month} · {}", w!(statement.title), w!(app.name)));
    });
    on_cleanup(move || document().set_title(&before));
}

/// The page; `/earnings/statement/2026-11` is one month's.
#[component]
pub(crate) fn StatementPage() -> impl IntoView {
    let app = use_app();
    let params = use_params_map();
    let now = Memo::new(move |_| Month::of(UnixMillis(app.now.get())));
    let month = Memo::new(move |_| {
        let named = params.with(|params| params.get("month").and_then(|text| text.parse().ok()));
        named.unwrap_or_else(|| now.get())
    });
    let statement = app.fetch(&[Topic::History], move || GetStatement { month: month.get() });
    let movements = app.fetch(&[Topic::History], move || PageHistory {
        filter: filter_of(month.get()),
        after: None,
        limit: MOST,
    });
    name_document(month);
    let failed = Memo::new(move |_| statement.error.get().or_else(|| movements.error.get()));
    let told = Memo::new(move |_| statement.value.get().zip(movements.value.get()));
    let sheet = move || match told.get() {
        Some((statement, movements)) => Some(view! { <Sheet statement movements /> }.into_any()),
        None => failed
            .with(Option::is_none)
            .then(|| view! { <Loading /> }.into_any()),
    };
    let print = move |_| {
        // A webview that cannot print does nothing.
        let _cannot_print = window().print();
    };
    view! {
        <div class="statement-head">
            <A href="/earnings" attr:class="link">{w!(statement.back)}</A>
            <div class="page-actions">
                <MonthPicker month now />
                <button type="button" class="button primary" data-testid="statement-print" on:click=print>
                    <Icon icon=icondata::LuPrinter />
                    {w!(statement.print)}
                </button>
            </div>
            <ExportButton
                filter=Signal::derive(move || filter_of(month.get()))
                of=Signal::derive(move || Some(month.get().to_string()))
            />
        </div>
        <ErrorBox error=failed />
        {sheet}
    }
}
