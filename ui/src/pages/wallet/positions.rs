//! Stake of each device, and its way in and out; with others, and taken by slashes.

use hearth_types::{
    id::DeviceId,
    ipc::{DeviceView, ListCoStakes, ListDevices, ListSlashes, StakePosition, Topic},
    money::Io,
    staking::{CoStakes, SlashView},
};
use leptos::prelude::*;

use super::{
    super::devices::stake::{AmountField, ask_stake, ask_unstake, ask_withdraw},
    co_offer::DeviceCoStake,
    co_taken::CoStaking,
    slashes::{DeviceSlashes, OtherSlashes},
};
use crate::{
    components::{ActButton, ErrorBox, Kind, Money},
    format,
    state::{Act, use_app},
    words::w,
};

/// Why the device cannot be hired, or its stake cannot leave; nothing when all is well.
fn reason(position: &StakePosition) -> Option<&'static str> {
    if position.slashes > 0 {
        Some(w!(wallet.reason_slash))
    } else if position.missing() == Io::ZERO {
        None
    } else if position.co_staked > Io::ZERO {
        Some(w!(wallet.reason_beside))
    } else if position.cooling > Io::ZERO {
        Some(w!(wallet.reason_cooling))
    } else {
        Some(w!(wallet.reason_missing))
    }
}

#[component]
fn Position(
    id: DeviceId,
    list: RwSignal<Option<Vec<DeviceView>>>,
    co_stakes: RwSignal<Option<CoStakes>>,
    slashes: RwSignal<Option<Vec<SlashView>>>,
) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let text = RwSignal::new(String::new());
    let device = Memo::new(move |_| list.with(|l| l.as_ref()?.iter().find(|d| d.id == id).cloned()));
    let name =
        Memo::new(move |_| device.with(|d| d.as_ref().map_or_else(String::new, |d| d.device.name.clone())));
    let position =
        Memo::new(move |_| device.with(|d| d.as_ref().map_or_else(StakePosition::default, |d| d.stake)));
    let amount = move || text.with(|t| t.parse::<Io>().ok()).filter(|a| *a > Io::ZERO);
    let clear = Callback::new(move |()| {
        text.try_set(String::new());
    });
    let stake = move || {
        if let Some(amount) = amount() {
            ask_stake(app, act, id, name.get_untracked(), amount, clear);
        }
    };
    let unstake = move || {
        if let Some(amount) = amount() {
            ask_unstake(app, act, id, name.get_untracked(), amount, clear);
        }
    };
    let withdraw = move || ask_withdraw(app, act, id, name.get_untracked());
    let wait = move || {
        let position = position.get();
        (position.cooling > Io::ZERO).then(|| {
            position
                .unlock_at
                .map_or(0, |at| at.0.saturating_sub(app.now.get()) / 1000)
        })
    };
    let unlocked = move || wait() == Some(0);
    let when = move || match wait() {
        None => "\u{2013}".to_owned(),
        Some(0) => w!(wallet.unlock_now).to_owned(),
        Some(seconds) => w!(wallet.unlocks_in, time = format::duration(seconds)).to_string(),
    };
    view! {
        <article class="card position" data-testid="stake-position" data-device=id.to_string()>
            <h3>{name}</h3>
            <dl class="fact-grid">
                <div><dt>{w!(wallet.col_required)}</dt><dd><Money amount=Signal::derive(move || position.get().required.0) /></dd></div>
                <div><dt>{w!(wallet.col_staked)}</dt><dd><Money amount=Signal::derive(move || position.get().staked.0) testid="position-staked" /></dd></div>
                {move || {
                    let shared = position.get().co_staked;
                    (shared > Io::ZERO)
                        .then(|| view! { <div><dt>{w!(co.col)}</dt><dd><Money amount=shared.0 testid="position-co-staked" /></dd></div> })
                }}
                <div><dt>{w!(wallet.col_cooling)}</dt><dd><Money amount=Signal::derive(move || position.get().cooling.0) testid="position-cooling" /></dd></div>
                <div><dt>{w!(wallet.col_unlock)}</dt><dd data-testid="position-unlock">{when}</dd></div>
            </dl>
            {move || reason(&position.get()).map(|text| view! { <p class="muted small" data-testid="position-reason">{text}</p> })}
            {move || position.get().hired.then(|| view! { <p class="muted small">{w!(wallet.hired)}</p> })}
            <div class="inline-form">
                <AmountField text label=w!(wallet.amount) testid="position-amount" />
                <ActButton
                    act
                    label=w!(wallet.stake)
                    testid="position-stake"
                    disabled=Signal::derive(move || amount().is_none())
                    press=stake
                />
                <ActButton
                    act
                    label=w!(wallet.unstake)
                    testid="position-unstake"
                    disabled=Signal::derive(move || {
                        let position = position.get();
                        position.hired || position.slashes > 0 || amount().is_none_or(|a| a > position.staked)
                    })
                    press=unstake
                />
                {move || {
                    unlocked().then(|| {
                        view! {
                            <ActButton act kind=Kind::Primary label=w!(wallet.withdraw) testid="position-withdraw" press=withdraw />
                        }
                    })
                }}
            </div>
            <ErrorBox error=act.error />
            <DeviceSlashes device=id list=slashes />
            // An offer needs the account that the first stake makes.
            {move || {
                let exists = position.get().staked > Io::ZERO;
                exists.then(|| view! { <DeviceCoStake device=id list=co_stakes /> })
            }}
        </article>
    }
}

/// All devices.
#[component]
pub(super) fn Positions() -> impl IntoView {
    let app = use_app();
    let devices = app.fetch(&[Topic::Devices, Topic::Wallet], || ListDevices {
        refresh: false,
    });
    let co_stakes = app.fetch(&[Topic::Devices, Topic::Wallet], || ListCoStakes {});
    let slashes = app.fetch(&[Topic::Devices, Topic::Wallet], || ListSlashes {});
    let ids = Memo::new(move |_| {
        devices
            .value
            .with(|l| l.iter().flatten().map(|d| d.id).collect::<Vec<_>>())
    });
    view! {
        <section>
            <h2>{w!(wallet.staking)}</h2>
            <p class="muted small">{w!(wallet.staking_about)}</p>
            <ErrorBox error=devices.error />
            {move || ids.with(Vec::is_empty).then(|| view! { <p class="muted">{w!(wallet.no_devices)}</p> })}
            <For each=move || ids.get() key=|id| *id let:id>
                <Position id list=devices.value co_stakes=co_stakes.value slashes=slashes.value />
            </For>
            <ErrorBox error=slashes.error />
            <OtherSlashes own=ids list=slashes.value />
        </section>
        <ErrorBox error=co_stakes.error />
        <CoStaking list=co_stakes.value />
    }
}
