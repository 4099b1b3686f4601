//! Which month: one back, one on, or from a list.

use hearth_types::time::Month;
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};

use crate::{format, words::w};

/// How far back the list goes, months.
const LISTED: usize = 24;

fn address(month: Month) -> String {
    format!("/earnings/statement/{month}")
}

/// The months of the list, newest first; `chosen` is in it, however old it is.
fn listed(now: Month, chosen: Month) -> Vec<Month> {
    let mut months: Vec<_> = std::iter::successors(Some(now), |month| Some(month.previous()))
        .take(LISTED)
        .collect();
    if !months.contains(&chosen) {
        months.push(chosen);
    }
    months
}

/// The choice; it is kept in the address.
#[component]
pub(super) fn MonthPicker(month: Memo<Month>, now: Memo<Month>) -> impl IntoView {
    let navigate = use_navigate();
    let options = move || {
        listed(now.get(), month.get())
            .into_iter()
            .map(|one| {
                let name = format::month(one.start());
                view! { <option value=one.to_string() selected=move || month.get() == one>{name}</option> }
            })
            .collect_view()
    };
    let is_now = Memo::new(move |_| month.get() >= now.get());
    view! {
        <div class="month-picker">
            <A href=move || address(month.get().previous()) attr:class="button" attr:aria-label=w!(statement.earlier) attr:data-testid="statement-earlier">
                <Icon icon=icondata::LuChevronLeft />
            </A>
            <select
                aria-label=w!(statement.month)
                data-testid="statement-month"
                on:change:target=move |event| {
                    if let Ok(month) = event.target().value().parse() {
                        navigate(&address(month), NavigateOptions::default());
                    }
                }
            >
                {options}
            </select>
            {move || {
                if is_now.get() {
                    view! {
                        <button type="button" class="button" disabled aria-label=w!(statement.later)>
                            <Icon icon=icondata::LuChevronRight />
                        </button>
                    }
                    .into_any()
                } else {
                    view! {
                        <A href=move || address(month.get().next()) attr:class="button" attr:aria-label=w!(statement.later) attr:data-testid="statement-later">
                            <Icon icon=icondata::LuChevronRight />
                        </A>
                    }
                    .into_any()
                }
            }}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    #[test]
    fn two_years_are_listed_and_the_chosen_month_always() {
        let months = listed(month("2026-11"), month("2026-03"));
        assert_eq!(
            (months.len(), months[0], months[23]),
            (24, month("2026-11"), month("2024-12"))
        );
        let older = listed(month("2026-11"), month("2019-01"));
        assert_eq!((older.len(), older[24]), (25, month("2019-01")));
    }
}
