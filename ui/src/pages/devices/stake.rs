//! Staking on a device, always through the review step.

use hearth_types::{
    id::DeviceId,
    ipc::{
        DeviceView, RequestUnstake, Review, ReviewStake, ReviewUnstake, ReviewWithdraw, Stake, StakePosition,
        WithdrawStake,
    },
    money::{Io, format_decimal},
};
use leptos::prelude::*;

use crate::{
    components::{ActButton, ErrorBox, Kind, Money, Pill},
    format,
    state::{Act, App, Question, use_app},
    words::w,
};

fn cooldown(app: App) -> String {
    let seconds = app.status.with_untracked(|s| {
        s.as_ref()
            .and_then(|s| s.network_info.as_ref())
            .map_or(0, |n| n.cooldown_seconds)
    });
    format::duration(seconds)
}

/// Asks what staking would do, then whether to do it.
pub(crate) fn ask_stake(app: App, act: Act, device: DeviceId, name: String, amount: Io, done: Callback<()>) {
    act.run(app, ReviewStake { device, amount }, move |review: Review| {
        app.question.set(Some(Question {
            title: w!(review.title_stake, device = name).to_string(),
            text: w!(review.text_stake, cooldown = cooldown(app)).to_string(),
            review: Some(review),
            confirm: w!(review.confirm_stake),
            danger: false,
            when_leased: None,
            run: Callback::new(move |act: Act| {
                act.run(app, Stake { device, amount }, move |tx| {
                    app.answered();
                    app.say(w!(wallet.staked_done, tx = tx.signature.short()).to_string());
                    done.try_run(());
                });
            }),
        }));
    });
}

/// Asks what taking stake back would do, then whether to do it.
pub(crate) fn ask_unstake(
    app: App,
    act: Act,
    device: DeviceId,
    name: String,
    amount: Io,
    done: Callback<()>,
) {
    act.run(app, ReviewUnstake { device, amount }, move |review: Review| {
        app.question.set(Some(Question {
            title: w!(review.title_unstake, device = name).to_string(),
            text: w!(review.text_unstake, cooldown = cooldown(app)).to_string(),
            review: Some(review),
            confirm: w!(review.confirm_unstake),
            danger: true,
            when_leased: None,
            run: Callback::new(move |act: Act| {
                act.run(app, RequestUnstake { device, amount }, move |tx| {
                    app.answered();
                    app.say(w!(wallet.unstaked_done, tx = tx.signature.short()).to_string());
                    done.try_run(());
                });
            }),
        }));
    });
}

/// Asks what withdrawing would do, then whether to do it.
pub(crate) fn ask_withdraw(app: App, act: Act, device: DeviceId, name: String) {
    act.run(app, ReviewWithdraw { device }, move |review: Review| {
        app.question.set(Some(Question {
            title: w!(review.title_withdraw, device = name).to_string(),
            text: w!(review.text_withdraw).to_owned(),
            review: Some(review),
            confirm: w!(review.confirm_withdraw),
            danger: false,
            when_leased: None,
            run: Callback::new(move |act: Act| {
                act.run(app, WithdrawStake { device }, move |tx| {
                    app.answered();
                    app.say(w!(wallet.withdrawn_done, tx = tx.signature.short()).to_string());
                });
            }),
        }));
    });
}

/// A field for an amount of IO, which says when its text is no amount.
#[component]
pub(crate) fn AmountField(
    text: RwSignal<String>,
    label: &'static str,
    testid: &'static str,
) -> impl IntoView {
    let bad = move || text.with(|t| !t.is_empty() && t.parse::<Io>().is_err());
    view! {
        <label class="field narrow">
            <span>{label}</span>
            <input
                type="text"
                inputmode="decimal"
                autocomplete="off"
                data-testid=testid
                aria-invalid=move || bad().to_string()
                prop:value=text
                on:input:target=move |event| text.set(event.target().value())
            />
        </label>
        {move || bad().then(|| view! { <p class="field-error" role="alert">{w!(wallet.bad_amount)}</p> })}
    }
}

/// The panel of one device's card.
#[component]
pub(super) fn StakePanel(id: DeviceId, device: Memo<Option<DeviceView>>) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let position =
        Memo::new(move |_| device.with(|d| d.as_ref().map_or_else(StakePosition::default, |d| d.stake)));
    let missing = Memo::new(move |_| position.with(StakePosition::missing));
    let text = RwSignal::new(String::new());
    // Suggests what is missing, until the person types something else.
    let suggested = StoredValue::new(String::new());
    Effect::new(move |_| {
        let missing = missing.get();
        let suggestion = if missing == Io::ZERO {
            String::new()
        } else {
            format_decimal(missing.0, 8)
        };
        if text.with_untracked(|t| *t == suggested.get_value()) {
            text.set(suggestion.clone());
            suggested.set_value(suggestion);
        }
    });
    let amount = move || {
        text.with(|t| t.parse::<Io>().ok())
            .filter(|amount| *amount > Io::ZERO)
    };
    let press = move || {
        let name = device.with_untracked(|d| d.as_ref().map_or_else(String::new, |d| d.device.name.clone()));
        if let Some(amount) = amount() {
            ask_stake(app, act, id, name, amount, Callback::new(|()| ()));
        }
    };
    view! {
        <dl class="fact-grid">
            <div><dt>{w!(devices.stake_required)}</dt><dd><Money amount=Signal::derive(move || position.get().required.0) /></dd></div>
            <div><dt>{w!(devices.stake_staked)}</dt><dd><Money amount=Signal::derive(move || position.get().staked.0) testid="device-staked" /></dd></div>
            {move || {
                let cooling = position.get().cooling;
                (cooling > Io::ZERO)
                    .then(|| view! { <div><dt>{w!(devices.stake_cooling)}</dt><dd><Money amount=cooling.0 /></dd></div> })
            }}
        </dl>
        {move || {
            if missing.get() == Io::ZERO {
                view! { <p><Pill tone="ok" text=w!(devices.stake_enough) testid="stake-enough" /></p> }.into_any()
            } else {
                view! {
                    <div class="inline-form">
                        <AmountField text label=w!(devices.stake_amount) testid="stake-amount" />
                        <ActButton
                            act
                            kind=Kind::Plain
                            icon=icondata::LuShieldCheck
                            label=w!(devices.stake_button)
                            testid="stake-button"
                            disabled=Signal::derive(move || amount().is_none())
                            press=press
                        />
                    </div>
                }
                    .into_any()
            }
        }}
        <ErrorBox error=act.error />
    }
}
