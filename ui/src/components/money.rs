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

/// The sign of an amount that came in or went out.
const fn sign(amount: i64) -> &'static str {
    match amount {
        ..0 => "\u{2212}",
        0 => "",
        1.. => "+",
    }
}

/// An amount that came in or went out.
#[component]
pub(crate) fn SignedMoney(
    amount: i64,
    currency: Currency,
    /// What there is, not what moved: nothing in front of it unless it is owed.
    #[prop(optional)]
    balance: bool,
) -> impl IntoView {
    let sign = if balance && amount > 0 { "" } else { sign(amount) };
    let tone = match amount {
        _ if balance => "money",
        ..0 => "money out",
        0 => "money",
        1.. => "money in",
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

/// What an amount was worth when it moved, USD micros; a dash when nobody knew a price, which is not the same as none.
#[component]
pub(crate) fn Worth(
    micros: Option<i64>,
    /// With its sign, as a movement has it.
    #[prop(optional)]
    signed: bool,
    /// Small and under the amount that it belongs to.
    #[prop(optional)]
    below: bool,
) -> impl IntoView {
    let class = if below { "worth below" } else { "worth" };
    match micros {
        None => view! {
            <span class=class title=w!(worth.unknown)>
                <span aria-hidden="true">"\u{2014}"</span>
                <span class="visually-hidden">{w!(worth.unknown)}</span>
            </span>
        }
        .into_any(),
        Some(micros) => view! {
            <span class=class data-usd-micros=micros.to_string()>
                {practice_word()}
                {signed.then(|| sign(micros))}
                {format::usd(micros.unsigned_abs())}
                <span class="money-unit">" "{w!(app.usd)}</span>
            </span>
        }
        .into_any(),
    }
}

fn with_practice(app: App, text: &str) -> String {
    if app.practice() {
        format!("{} {text}", w!(app.practice))
    } else {
        text.to_owned()
    }
}

/// An amount inside a sentence.
pub(crate) fn currency_text(app: App, base_units: u64, currency: Currency) -> String {
    with_practice(
        app,
        &format!("{} {}", format::amount(base_units, currency), currency.symbol()),
    )
}

/// What something was worth inside a sentence, USD micros.
pub(crate) fn usd_text(app: App, micros: Option<i64>) -> String {
    match micros {
        None => w!(worth.unknown_short).to_owned(),
        Some(micros) => with_practice(
            app,
            &format!("{} {}", format::usd(micros.unsigned_abs()), w!(app.usd)),
        ),
    }
}

/// An amount of IO inside a sentence.
pub(crate) fn money_text(app: App, amount: Io) -> String {
    currency_text(app, amount.0, Currency::Io)
}
