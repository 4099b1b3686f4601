//! The co-stake of an own device: give an offer, take it back, see who accepted.

use hearth_types::{
    id::DeviceId,
    ipc::{CancelCoStakeOffer, OfferCoStake, ReviewCancelCoStakeOffer, ReviewOfferCoStake},
    money::Io,
    staking::{CoStakeStanding, CoStakeView, CoStakes},
};
use leptos::prelude::*;

use super::{
    super::devices::stake::AmountField,
    ask::{Words, ask},
    co_terms::{Terms, parse_share, terms},
};
use crate::{
    components::{ActButton, ErrorBox, Kind},
    state::{Act, use_app},
    words::w,
};

#[component]
fn Given(view: CoStakeView) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let device = view.device;
    let open = view.standing == CoStakeStanding::Open;
    let cancel = move || {
        let words = Words {
            title: w!(co.title_cancel).to_owned(),
            text: w!(co.text_cancel).to_owned(),
            confirm: w!(co.cancel),
            danger: false,
        };
        let (review, action) = (ReviewCancelCoStakeOffer { device }, CancelCoStakeOffer { device });
        ask(app, act, review, action, words, Callback::new(|()| ()));
    };
    view! {
        <Terms view />
        {if open {
            view! { <ActButton act kind=Kind::Plain label=w!(co.cancel) testid="co-cancel" press=cancel /> }.into_any()
        } else {
            view! { <p class="muted small">{w!(co.locked)}</p> }.into_any()
        }}
        <ErrorBox error=act.error />
    }
}

#[component]
fn Form(device: DeviceId) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let (amount_text, share_text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let amount = move || {
        amount_text
            .with(|t| t.parse::<Io>().ok())
            .filter(|a| *a > Io::ZERO)
    };
    let share = move || share_text.with(|t| parse_share(t));
    let bad_share = move || share_text.with(|t| !t.is_empty()) && share().is_none();
    let offer = move || {
        let (Some(amount), Some(share_bps)) = (amount(), share()) else {
            return;
        };
        let words = Words {
            title: w!(co.title_offer).to_owned(),
            text: w!(co.text_offer, terms = terms(app, amount, share_bps)).to_string(),
            confirm: w!(co.offer),
            danger: false,
        };
        let review = ReviewOfferCoStake {
            device,
            amount,
            share_bps,
        };
        let action = OfferCoStake {
            device,
            amount,
            share_bps,
        };
        ask(app, act, review, action, words, Callback::new(|()| ()));
    };
    view! {
        <p class="muted small">{w!(co.offer_about)}</p>
        <div class="inline-form">
            <AmountField text=amount_text label=w!(co.amount) testid="co-amount" />
            <label class="field narrow">
                <span>{w!(co.share)}</span>
                <input
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    data-testid="co-share"
                    aria-invalid=move || bad_share().to_string()
                    prop:value=share_text
                    on:input:target=move |event| share_text.set(event.target().value())
                />
            </label>
            <ActButton
                act
                kind=Kind::Plain
                label=w!(co.offer)
                testid="co-offer"
                disabled=Signal::derive(move || amount().is_none() || share().is_none())
                press=offer
            />
        </div>
        {move || bad_share().then(|| view! { <p class="field-error" role="alert">{w!(co.bad_share)}</p> })}
        <ErrorBox error=act.error />
    }
}

/// A device's co-stake, folded away until there is one.
#[component]
pub(super) fn DeviceCoStake(device: DeviceId, list: RwSignal<Option<CoStakes>>) -> impl IntoView {
    let given = Memo::new(move |_| {
        list.with(|all| {
            let given = all.as_ref()?.given.iter().find(|view| view.device == device);
            given.copied()
        })
    });
    view! {
        <details class="fold" data-testid="co-stake" open=move || given.with(Option::is_some)>
            <summary>{w!(co.title)}</summary>
            {move || match given.get() {
                Some(view) => view! { <Given view /> }.into_any(),
                None => view! { <Form device /> }.into_any(),
            }}
        </details>
    }
}
