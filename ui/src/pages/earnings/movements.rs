//! All movements: filtered, page by page, with what they add up to.

use hearth_types::{
    history::{CurrencyTotal, HistoryCursor, HistoryFilter},
    ipc::{PageHistory, Topic},
    time::UnixMillis,
};
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::components::A;

use super::{export::ExportButton, filter_bar::FilterBar, filters::Filters, table::PageTable};
use crate::{
    components::{Empty, ErrorBox, Loading, SignedMoney, Worth},
    format,
    state::use_app,
    words::w,
};

/// Rows of a page.
const PAGE: u32 = 50;

#[component]
fn Sums(totals: Vec<CurrencyTotal>) -> impl IntoView {
    let sums = totals
        .into_iter()
        .map(|total| {
            let known = total.known_usd();
            let left_out = (total.unpriced > 0 && known.is_some()).then(|| {
                format!(
                    " · {}",
                    w!(earnings.unpriced, count = format::whole(total.unpriced))
                )
            });
            view! {
                <div class="sum" data-testid="history-sum" data-currency=total.currency.word()>
                    <SignedMoney amount=total.amount currency=total.currency />
                    <span class="muted small"><Worth micros=known signed=true />{left_out}</span>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="sums">
            <span class="muted small">{w!(earnings.sum)}</span>
            {sums}
        </div>
    }
}

/// The list with its filters.
#[component]
pub(super) fn Movements(filters: RwSignal<Filters>) -> impl IntoView {
    let app = use_app();
    let today = Memo::new(move |_| UnixMillis(app.now.get()).date());
    let filter = Memo::new(move |_| filters.with(|filters| filters.wire(today.get().start())));
    // Where each page before this one ended. Another filter begins anew.
    let before = RwSignal::new((HistoryFilter::default(), Vec::<HistoryCursor>::new()));
    let cursors = move || {
        before.with(|(of, ends)| {
            if *of == filter.get() {
                ends.clone()
            } else {
                Vec::new()
            }
        })
    };
    let page = app.fetch(&[Topic::History], move || PageHistory {
        filter: filter.get(),
        after: cursors().pop(),
        limit: PAGE,
    });
    // Sums of the whole list come with its first page.
    let whole = RwSignal::new(Vec::<CurrencyTotal>::new());
    Effect::new(move |_| {
        page.value.with(|page| {
            if let Some(page) = page.as_ref().filter(|_| cursors().is_empty()) {
                whole.set(page.totals.clone());
            }
        });
    });
    let newer = move |_| {
        let mut ends = cursors();
        ends.pop();
        before.set((filter.get_untracked(), ends));
    };
    let older = move |_| {
        let next = page
            .value
            .with_untracked(|page| page.as_ref().and_then(|page| page.next.clone()));
        if let Some(next) = next {
            let mut ends = cursors();
            ends.push(next);
            before.set((filter.get_untracked(), ends));
        }
    };
    let is_first = Memo::new(move |_| cursors().is_empty());
    let is_last = Memo::new(move |_| {
        page.value
            .with(|page| page.as_ref().is_none_or(|page| page.next.is_none()))
    });
    let rows = Memo::new(move |_| {
        page.value
            .with(|page| page.as_ref().map(|page| page.rows.clone()))
    });
    // Until there was a movement, there is nothing to look for or to save. Fields that a person has typed in stay.
    let some = Memo::new(move |before: Option<&bool>| {
        before == Some(&true) || rows.with(|rows| rows.as_ref().is_some_and(|rows| !rows.is_empty()))
    });
    let place = move || {
        let first = u64::try_from(cursors().len()).unwrap_or(0) * u64::from(PAGE) + 1;
        let count = rows.with(|rows| rows.as_ref().map_or(0, Vec::len));
        let last = first
            .saturating_sub(1)
            .saturating_add(u64::try_from(count).unwrap_or(0));
        w!(
            earnings.place,
            first = format::whole(first),
            last = format::whole(last)
        )
        .to_string()
    };
    let table = move || match rows.get() {
        None => page
            .error
            .with(Option::is_none)
            .then(|| view! { <Loading /> }.into_any()),
        Some(_) if !some.get() => Some(
            view! {
                <Empty icon=icondata::LuCoins title=w!(earnings.empty_title) text=w!(earnings.empty_text)>
                    <A href="/wallet" attr:class="button primary">{w!(nav.wallet)}</A>
                </Empty>
            }
            .into_any(),
        ),
        Some(rows) if rows.is_empty() => Some(
            view! { <p class="muted" role="status" data-testid="history-none">{w!(earnings.nothing)}</p> }
                .into_any(),
        ),
        Some(rows) => Some(view! { <PageTable rows /> }.into_any()),
    };
    let pager = move || {
        (!is_first.get() || !is_last.get()).then(|| {
            view! {
                <nav class="pager" aria-label=w!(earnings.pages)>
                    <button type="button" class="button" data-testid="history-newer" disabled=move || is_first.get() on:click=newer>
                        <Icon icon=icondata::LuChevronLeft />
                        {w!(earnings.newer)}
                    </button>
                    <span class="muted small" role="status">{place}</span>
                    <button type="button" class="button" data-testid="history-older" disabled=move || is_last.get() on:click=older>
                        {w!(earnings.older)}
                        <Icon icon=icondata::LuChevronRight />
                    </button>
                </nav>
            }
        })
    };
    view! {
        <section class="stack" id="movements">
            <div class="section-head">
                <h2>{w!(earnings.movements)}</h2>
                {move || some.get().then(|| view! { <ExportButton filter /> })}
            </div>
            {move || some.get().then(|| view! { <FilterBar filters /> })}
            <ErrorBox error=page.error />
            {move || (!whole.with(Vec::is_empty)).then(|| view! { <Sums totals=whole.get() /> })}
            {table}
            {pager}
        </section>
    }
}
