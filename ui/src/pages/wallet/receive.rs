//! Receiving: the address, the Solana Pay link and its QR code.

use hearth_types::{ipc::Amount, money::Currency, pay_url::PayRequest};
use leptos::prelude::*;
use qrcode::{Color, QrCode};

use super::panel::Panel;
use crate::{components::Address, state::use_app, words::w};

/// Light modules around a code, which readers want.
const MARGIN: usize = 4;

/// A code's width with margin and its dark modules as a path; `None` when the text is too long.
fn modules(text: &str) -> Option<(usize, String)> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (place, color) in code.into_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (place % width + MARGIN, place / width + MARGIN);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    Some((width + 2 * MARGIN, path))
}

#[component]
fn Code(#[prop(into)] url: Signal<String>) -> impl IntoView {
    move || {
        modules(&url.get()).map(|(width, path)| {
            view! {
                <svg class="qr" viewBox=format!("0 0 {width} {width}") role="img" aria-label=w!(receive.code) data-testid="receive-code">
                    <rect width=width height=width />
                    <path d=path />
                </svg>
            }
        })
    }
}

/// The panel.
#[component]
pub(super) fn ReceivePanel() -> impl IntoView {
    let app = use_app();
    let currency = RwSignal::new(Currency::Io);
    let text = RwSignal::new(String::new());
    let amount = Memo::new(move |_| text.with(|text| Amount::parse(text, currency.get()).ok()));
    let bad = move || text.with(|text| !text.trim().is_empty()) && amount.get().is_none();
    let address = Memo::new(move |_| app.status.with(|s| Some(s.as_ref()?.wallet.as_ref()?.address)));
    let mint = Memo::new(move |_| {
        app.status
            .with(|s| Some(s.as_ref()?.network_info.as_ref()?.io_mint))
    });
    let url = Memo::new(move |_| {
        let currency = currency.get();
        let token = match currency {
            // Without the mint the link would ask for SOL.
            Currency::Io => Some(mint.get()?),
            Currency::Sol => None,
            // Not among the choices; without the mint the link would ask for SOL.
            Currency::Usdc => return None,
        };
        let request = PayRequest {
            recipient: address.get()?,
            mint: token,
            amount: amount
                .get()
                .map(|amount| (amount.base_units, currency.decimals())),
            label: None,
        };
        Some(request.url())
    });
    let choice = move |value: Currency| {
        view! {
            <button type="button" class="chip" aria-pressed=move || (currency.get() == value).to_string() on:click=move |_| currency.set(value)>
                {value.symbol()}
            </button>
        }
    };
    view! {
        <Panel title=w!(receive.title) testid="receive-panel" foot=view! { <p class="muted small">{w!(receive.about)}</p> }.into_any()>
            <div class="toolbar" role="group" aria-label=w!(send.currency)>
                {choice(Currency::Io)}
                {choice(Currency::Sol)}
            </div>
            <label class="field narrow">
                <span>{move || w!(receive.amount, currency = currency.get().symbol()).to_string()}</span>
                <input type="text" inputmode="decimal" autocomplete="off" data-testid="receive-amount" aria-invalid=move || bad().to_string() prop:value=text on:input:target=move |event| text.set(event.target().value()) />
                {move || bad().then(|| view! { <span class="field-error" role="alert">{w!(send.bad_amount, decimals = currency.get().decimals()).to_string()}</span> })}
            </label>
            {move || url.get().filter(|_| !bad()).map(|url| {
                let shown = url.clone();
                view! {
                    <Code url=shown />
                    <dl class="facts">
                        <dt>{w!(wallet.address)}</dt>
                        <dd>{address.get().map(|address| view! { <Address text=address.to_string() full=true testid="receive-address" /> })}</dd>
                        <dt>{w!(receive.link)}</dt>
                        <dd><Address text=url full=true testid="receive-link" /></dd>
                    </dl>
                }
            })}
            {move || app.practice().then(|| view! { <p class="note warn">{w!(receive.practice)}</p> })}
        </Panel>
    }
}

#[cfg(test)]
mod tests {
    use super::{MARGIN, modules};

    #[test]
    fn a_code_begins_with_its_finder_pattern() {
        let (width, path) = modules("solana:HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk").unwrap();
        assert!(width > 21 + 2 * MARGIN);
        for x in MARGIN..MARGIN + 7 {
            assert!(path.contains(&format!("M{x} {MARGIN}h1v1h-1z")), "{x}");
        }
        assert!(!path.contains(&format!("M{} {MARGIN}h", MARGIN + 7)));
        assert_eq!(modules(&"a".repeat(5000)), None);
    }
}
