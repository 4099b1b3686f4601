//! Amounts. Never without unit, never without "Practice" where they are worthless.

use hearth_types::money::{Currency, Io};
use leptos::prelude::*;

use crate::{
    format,
    state::{App, use_app},
    words::w,
};

fn exact(base_units: u64) -> String {
    w!(app.exact, amount = format::whole(base_units)).to_string()
}

fn practice_word() -> impl IntoView {
    let app = use_app();
    move || {
        app.practice()
            .then(|| view! { <span class="money-practice">{w!(app.practice)} " "</span> })
    }
}

/// An amount with its unit; hover and focus show the base units.
#[component]
pub(crate) fn Money(
    #[prop(into)] amount: Signal<u64>,
    #[prop(default = Currency::Io)] currency: Currency,
    /// A price an hour, of which only four decimals are of interest.
    #[prop(optional)]
    price: bool,
    #[prop(optional)] testid: &'static str,
) -> impl IntoView {
    let shown = move || {
        if price {
            format::rounded_price(amount.get())
        } else {
            amount.get()
        }
    };
    view! {
        <span
            class="money"
            tabindex="0"
            data-testid=(!testid.is_empty()).then_some(testid)
            data-base-units=move || amount.get().to_string()
            data-exact=move || exact(amount.get())
        >
            {practice_word()}
            <span class="money-number">{move || format::amount(shown(), currency)}</span>
            <span class="money-unit">" "{currency.symbol()}</span>
        </span>
    }
}

/// An amount that came in or went out.
#[component]
pub(crate) fn SignedMoney(amount: i64, currency: Currency) -> impl IntoView {
    let (sign, tone) = match amount {
        ..0 => ("\u{2212}", "money out"),
        0 => ("", "money"),
        1.. => ("+", "money in"),
    };
    let size = amount.unsigned_abs();
    view! {
        <span class=tone tabindex="0" data-base-units=amount.to_string() data-exact=format!("{sign}{}", exact(size))>
            {practice_word()}
            <span class="money-number">{sign}{format::amount(size, currency)}</span>
            <span class="money-unit">" "{currency.symbol()}</span>
        </span>
    }
}

/// An amount of IO inside a sentence.
pub(crate) fn money_text(app: App, amount: Io) -> String {
    let practice = if app.practice() {
        format!("{} ", w!(app.practice))
    } else {
        String::new()
    };
    format!(
        "{practice}{} {}",
        format::amount(amount.0, Currency::Io),
        Currency::Io.symbol()
    )
}
