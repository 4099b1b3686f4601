//! What was earned, by day or by month, and what it was worth.

use hearth_types::{
    history::DayIncome,
    ipc::{GetIncome, Topic},
    money::Currency,
    time::UnixMillis,
};
use leptos::prelude::*;
use leptos_router::components::A;

use super::series::{self, Earned, Slot, Span, Unit};
use crate::{
    components::{Bar, BarChart, Empty, ErrorBox, Figure, Loading, Money, Worth, currency_text, usd_text},
    format,
    state::{App, use_app},
    words::w,
};

/// Every how manyth day is named under the chart, counted from today.
const LABEL_EVERY: usize = 7;

/// An amount in the unit of the chart.
fn in_unit(app: App, unit: Unit, amount: i64) -> String {
    match unit {
        Unit::Of(currency) => currency_text(app, amount.unsigned_abs(), currency),
        Unit::Usd => usd_text(app, Some(amount)),
    }
}

fn bar(app: App, span: Span, unit: Unit, (n, count): (usize, usize), slot: Slot) -> Bar {
    let Slot { from, earned, .. } = slot;
    let (title, label) = match span {
        Span::Days => (format::day(from), format::short_day(from)),
        Span::Months => (format::month(from), format::short_month(from)),
    };
    let from_today = count.saturating_sub(n + 1);
    let (label, minor) = match span {
        Span::Days if !from_today.is_multiple_of(LABEL_EVERY) => (String::new(), false),
        Span::Days => (label, !from_today.is_multiple_of(2 * LABEL_EVERY)),
        Span::Months => (label, !from_today.is_multiple_of(2)),
    };
    let [lease_worth, rewards_worth] = earned.worths();
    let amount = |amount: i64, worth: Option<i64>| match unit {
        Unit::Of(_) => in_unit(app, unit, amount),
        Unit::Usd => usd_text(app, worth),
    };
    let figure = |series, name, value| Figure { series, name, value };
    let mut figures = vec![
        figure(Some(0), w!(income.lease), amount(earned.lease, lease_worth)),
        figure(Some(1), w!(income.rewards), amount(earned.rewards, rewards_worth)),
    ];
    figures.push(match unit {
        Unit::Of(_) => figure(None, w!(income.worth), usd_text(app, earned.worth())),
        Unit::Usd => figure(None, w!(income.together), usd_text(app, earned.worth())),
    });
    Bar {
        title,
        label,
        minor,
        parts: [earned.lease, earned.rewards].map(|part| u64::try_from(part).unwrap_or(0)),
        figures,
    }
}

#[component]
fn Total(
    name: &'static str,
    amount: i64,
    worth: Option<i64>,
    unit: Unit,
    testid: &'static str,
) -> impl IntoView {
    let (main, below) = match unit {
        Unit::Of(currency) => (
            view! { <Money amount=amount.unsigned_abs() currency /> }.into_any(),
            Some(view! { <Worth micros=worth /> }),
        ),
        Unit::Usd => (view! { <Worth micros=worth /> }.into_any(), None),
    };
    view! {
        <div class="stat" data-testid=testid>
            <span class="stat-label">{name}</span>
            <span class="stat-value">{main}</span>
            <span class="muted small">{below}</span>
        </div>
    }
}

#[component]
fn Totals(sum: Earned, unit: Unit) -> impl IntoView {
    let [lease, rewards] = sum.worths();
    let left_out = (sum.unpriced > 0).then(|| {
        view! { <p class="muted small" data-testid="income-unpriced">{w!(income.unpriced, count = sum.unpriced).to_string()}</p> }
    });
    view! {
        <div class="stats">
            <Total name=w!(income.together) amount=sum.total() worth=sum.worth() unit testid="income-total" />
            <Total name=w!(income.lease) amount=sum.lease worth=lease unit testid="income-lease" />
            <Total name=w!(income.rewards) amount=sum.rewards worth=rewards unit testid="income-rewards" />
        </div>
        {left_out}
    }
}

fn chip<T: Copy + PartialEq + Send + Sync + 'static>(
    chosen: RwSignal<T>,
    this: T,
    text: &'static str,
    testid: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="chip"
            data-testid=testid
            aria-pressed=move || (chosen.get() == this).to_string()
            on:click=move |_| chosen.set(this)
        >
            {text}
        </button>
    }
}

#[component]
fn Chart(
    days: Vec<DayIncome>,
    now: UnixMillis,
    span: RwSignal<Span>,
    unit: RwSignal<Unit>,
    pick: Callback<(UnixMillis, UnixMillis)>,
) -> impl IntoView {
    let app = use_app();
    let other = days.iter().any(|day| day.currency == Currency::Usdc);
    let chart = move || {
        let (span, unit) = (span.get(), unit.get());
        let slots = series::slots(&days, span, unit, now);
        let sum = series::together(&slots);
        let bars = slots
            .iter()
            .enumerate()
            .map(|(n, slot)| bar(app, span, unit, (n, slots.len()), *slot));
        let bars = bars.collect::<Vec<_>>();
        let (name, over) = match span {
            Span::Days => (w!(income.by_day), w!(income.day)),
            Span::Months => (w!(income.by_month), w!(income.month)),
        };
        let symbol = match unit {
            Unit::Of(currency) => currency.symbol(),
            Unit::Usd => w!(app.usd),
        };
        let symbol = if app.practice() {
            format!("{} {symbol}", w!(app.practice))
        } else {
            symbol.to_owned()
        };
        let tick = move |value: u64| match unit {
            Unit::Of(currency) => format::amount(value, currency),
            Unit::Usd => format::amount(value, Currency::Usdc),
        };
        let chosen = move |n: usize| {
            if let Some(slot) = slots.get(n) {
                pick.run((slot.from, slot.until));
            }
        };
        let series = [w!(income.lease), w!(income.rewards)];
        let drawn = (sum.total() > 0).then(|| {
            view! { <BarChart bars name=name.to_owned() unit=symbol over series tick pick=chosen /> }
        });
        let nothing = drawn.is_none().then(|| {
            let why = if sum.unpriced > 0 {
                w!(income.none_priced)
            } else {
                w!(income.none)
            };
            view! { <p class="muted" data-testid="income-none">{why}</p> }
        });
        view! {
            <Totals sum unit />
            {drawn}
            {nothing}
        }
    };
    view! {
        <div class="section-head">
            <h2>{w!(income.title)}</h2>
            <div class="page-actions">
                <div class="toolbar" role="group" aria-label=w!(income.unit)>
                    {chip(unit, Unit::Of(Currency::Io), Currency::Io.symbol(), "income-unit-io")}
                    {other.then(|| chip(unit, Unit::Of(Currency::Usdc), Currency::Usdc.symbol(), "income-unit-usdc"))}
                    {chip(unit, Unit::Usd, w!(app.usd), "income-unit-usd")}
                </div>
                <div class="toolbar" role="group" aria-label=w!(income.span)>
                    {chip(span, Span::Days, w!(income.days), "income-span-days")}
                    {chip(span, Span::Months, w!(income.months), "income-span-months")}
                </div>
            </div>
        </div>
        {chart}
        <p class="muted small">{w!(income.about)}</p>
    }
}

/// The card with the chart; pressing a bar gives its time to `pick`.
#[component]
pub(super) fn IncomeCard(#[prop(into)] pick: Callback<(UnixMillis, UnixMillis)>) -> impl IntoView {
    let app = use_app();
    // Anew when the day changes, not every second.
    let today = Memo::new(move |_| UnixMillis(app.now.get()).date());
    let income = app.fetch(&[Topic::History], move || {
        let (from, until) = series::bounds(today.get().start());
        GetIncome {
            from,
            until,
            device: None,
        }
    });
    let (span, unit) = (RwSignal::new(Span::Days), RwSignal::new(Unit::Of(Currency::Io)));
    let shown = move || match income.value.get() {
        None => income
            .error
            .with(Option::is_none)
            .then(|| view! { <Loading /> }.into_any()),
        Some(days) if days.is_empty() => Some(
            view! {
                <Empty icon=icondata::LuChartColumn title=w!(income.empty_title) text=w!(income.empty_text)>
                    <A href="/devices" attr:class="button primary">{w!(income.empty_do)}</A>
                </Empty>
            }
            .into_any(),
        ),
        Some(days) => {
            let now = today.get().start();
            Some(view! { <Chart days now span unit pick /> }.into_any())
        }
    };
    view! {
        <section class:card=move || income.value.with(|days| days.as_ref().is_none_or(|days| !days.is_empty())) data-testid="income-card">
            <ErrorBox error=income.error />
            {shown}
        </section>
    }
}
