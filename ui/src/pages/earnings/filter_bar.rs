//! The fields that say which movements are listed.

use hearth_types::{history::EntryKind, money::Currency, time::UnixMillis};
use leptos::prelude::*;
use leptos_icons::Icon;

use super::filters::{Filters, Period, day, day_after};
use crate::{labels, state::use_app, words::w};

#[component]
fn Days(filters: RwSignal<Filters>) -> impl IntoView {
    let bounds = move || filters.with(|filters| filters.period.bounds(UnixMillis::default()));
    let shown = |at: Option<UnixMillis>| at.map_or_else(String::new, |at| at.date().to_string());
    let first = move || shown(bounds().0);
    let last = move || shown(bounds().1.map(|until| UnixMillis(until.0.saturating_sub(1))));
    let change = move |new_from: Option<Option<UnixMillis>>, new_until: Option<Option<UnixMillis>>| {
        let (from, until) = filters.with_untracked(|filters| filters.period.bounds(UnixMillis::default()));
        filters.update(|filters| {
            filters.period = Period::Days {
                from: new_from.unwrap_or(from),
                until: new_until.unwrap_or(until),
            };
        });
    };
    let placeholder = "2026-11-25";
    view! {
        <label class="field-inline">
            <span>{w!(filter.from)}</span>
            <input type="date" placeholder=placeholder data-testid="filter-from" prop:value=first on:change:target=move |event| change(Some(day(&event.target().value())), None) />
        </label>
        <label class="field-inline">
            <span>{w!(filter.until)}</span>
            <input type="date" placeholder=placeholder data-testid="filter-until" prop:value=last on:change:target=move |event| change(None, Some(day_after(&event.target().value()))) />
        </label>
    }
}

/// The fields.
#[component]
pub(super) fn FilterBar(filters: RwSignal<Filters>) -> impl IntoView {
    let app = use_app();
    let kind = move || filters.with(|filters| filters.kind);
    let currency = move || filters.with(|filters| filters.currency);
    let period = move || filters.with(|filters| filters.period.word());
    let text = move || filters.with(|filters| filters.text.clone());
    let kinds = EntryKind::ALL
        .map(|one| view! { <option value=one.word() selected=move || kind() == Some(one)>{labels::entry_kind(one)}</option> })
        .collect_view();
    let currencies = Currency::ALL
        .map(|one| view! { <option value=one.word() selected=move || currency() == Some(one)>{one.symbol()}</option> })
        .collect_view();
    let named = Period::NAMED.iter().map(|(one, _)| *one);
    let periods = named
        .chain([Period::Days { from: None, until: None }])
        .map(|one| view! { <option value=one.word() selected=move || period() == one.word()>{one.label()}</option> })
        .collect_view();
    let choose_period = move |word: &str| {
        let period = if word == Period::DAYS {
            // Begins with the days of what was chosen before.
            let now = UnixMillis(app.now.get_untracked());
            let (from, until) = filters.with_untracked(|filters| filters.period.bounds(now));
            Period::Days { from, until }
        } else {
            Period::of_word(word)
        };
        filters.update(|filters| filters.period = period);
    };
    let of_days = Memo::new(move |_| period() == Period::DAYS);
    let some = Memo::new(move |_| !filters.with(Filters::is_any));
    view! {
        <div class="toolbar filters" role="search" aria-label=w!(filter.title)>
            <input
                type="search"
                class="filter"
                placeholder=w!(filter.text)
                aria-label=w!(filter.text_label)
                maxlength="200"
                data-testid="filter-text"
                prop:value=text
                on:input:target=move |event| filters.update(|filters| filters.text = event.target().value())
            />
            <select
                aria-label=w!(filter.kind)
                data-testid="filter-kind"
                on:change:target=move |event| {
                    let word = event.target().value();
                    filters.update(|filters| filters.kind = EntryKind::ALL.into_iter().find(|kind| kind.word() == word));
                }
            >
                <option value="" selected=move || kind().is_none()>{w!(filter.any_kind)}</option>
                {kinds}
            </select>
            <select
                aria-label=w!(filter.currency)
                data-testid="filter-currency"
                on:change:target=move |event| {
                    let word = event.target().value();
                    filters.update(|filters| filters.currency = Currency::ALL.into_iter().find(|one| one.word() == word));
                }
            >
                <option value="" selected=move || currency().is_none()>{w!(filter.any_currency)}</option>
                {currencies}
            </select>
            <select
                aria-label=w!(filter.period)
                data-testid="filter-period"
                on:change:target=move |event| choose_period(&event.target().value())
            >
                {periods}
            </select>
            {move || of_days.get().then(|| view! { <Days filters /> })}
            {move || {
                some.get().then(|| {
                    view! {
                        <button type="button" class="button quiet" data-testid="filter-clear" on:click=move |_| filters.set(Filters::default())>
                            <Icon icon=icondata::LuX />
                            {w!(filter.clear)}
                        </button>
                    }
                })
            }}
        </div>
    }
}
