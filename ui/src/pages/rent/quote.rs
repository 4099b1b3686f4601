//! A quote: what it promises, in figures and in words, and for how long.

use hearth_types::market::Quote;
use leptos::prelude::*;

use crate::{components::Money, format, state::use_app, words::w};

/// Seconds until the quote cannot be opened any more.
pub(super) fn seconds_left(quote: &Quote, now_millis: u64) -> u64 {
    quote.expires_at.0.saturating_sub(now_millis) / 1000
}

/// The quote's figures.
#[component]
pub(super) fn QuoteView(quote: Quote) -> impl IntoView {
    let app = use_app();
    let left = {
        let quote = quote.clone();
        Memo::new(move |_| seconds_left(&quote, app.now.get()))
    };
    view! {
        <section class="quote" data-testid="quote">
            <div class="section-head">
                <h3>{w!(rent.quote_title)}</h3>
                <span class="small" class:muted=move || { left.get() > 0 } role="timer" data-testid="quote-expiry">
                    {move || match left.get() {
                        0 => w!(rent.quote_expired).to_owned(),
                        left => w!(rent.quote_expires, time = format::duration(left)).to_string(),
                    }}
                </span>
            </div>
            <dl class="facts">
                <dt>{w!(rent.quote_rate)}</dt>
                <dd><Money amount=quote.rate.0 />" "{w!(rent.per_second)}</dd>
                <dt>{w!(rent.quote_max)}</dt>
                <dd>{format::duration(quote.max_seconds)}</dd>
                <dt>{w!(rent.quote_escrow)}</dt>
                <dd><Money amount=quote.escrow.0 testid="quote-escrow" /></dd>
            </dl>
            <p class="small">{w!(rent.quote_refund)}</p>
        </section>
    }
}
