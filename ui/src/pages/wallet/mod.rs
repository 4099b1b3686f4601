//! The wallet: what it holds, whether it is open, and the stakes.

use hearth_types::{
    id::DeviceId,
    ipc::{
        AskFaucet, DeviceView, GetWallet, KeyStorage, ListDevices, LockWallet, StakePosition, Topic,
        WalletView,
    },
    money::{Currency, Io},
};
use leptos::prelude::*;
use leptos_router::components::A;

use super::devices::stake::{AmountField, ask_stake, ask_unstake, ask_withdraw};
use crate::{
    components::{ActButton, Address, Empty, ErrorBox, Kind, Loading, Money, Pill, UnlockForm},
    format,
    state::{Act, use_app},
    words::w,
};

#[component]
fn Holdings(wallet: WalletView) -> impl IntoView {
    let app = use_app();
    let (faucet, lock) = (Act::new(), Act::new());
    let encrypted = wallet.storage == KeyStorage::EncryptedFile;
    let ask = move || {
        faucet.run(app, AskFaucet {}, move |tx| {
            app.say(w!(wallet.faucet_done, tx = tx.signature.short()).to_string());
            app.refresh_status();
        });
    };
    let close = move || lock.run(app, LockWallet {}, move |_| app.refresh_status());
    let storage = if encrypted {
        w!(wallet.storage_file)
    } else {
        w!(wallet.storage_keychain)
    };
    let (tone, state) = if wallet.locked {
        ("warn", w!(wallet.locked))
    } else {
        ("ok", w!(wallet.unlocked))
    };
    view! {
        <section class="card">
            <div class="section-head">
                <h2>{w!(wallet.balances)}</h2>
                <Pill tone=tone text=state testid="wallet-lock-state" />
            </div>
            <div class="stats">
                <div class="stat">
                    <span class="stat-label">{w!(wallet.spendable)}</span>
                    <span class="stat-value big"><Money amount=wallet.balances.io.0 testid="wallet-io" /></span>
                </div>
                <div class="stat">
                    <span class="stat-label">{w!(wallet.for_fees)}</span>
                    <span class="stat-value big"><Money amount=wallet.balances.sol.0 currency=Currency::Sol testid="wallet-sol" /></span>
                </div>
            </div>
            <dl class="facts">
                <dt>{w!(wallet.address)}</dt>
                <dd><Address text=wallet.address.to_string() full=true testid="wallet-address" /></dd>
            </dl>
            <p class="muted small">{storage}</p>
            {wallet.locked.then(|| view! { <UnlockForm /> })}
            <div class="actions">
                {move || {
                    app.practice().then(|| {
                        view! {
                            <ActButton act=faucet kind=Kind::Primary icon=icondata::LuDroplets label=w!(wallet.faucet) testid="faucet-button" press=ask />
                            <span class="muted small">{w!(wallet.faucet_about)}</span>
                        }
                    })
                }}
                {(encrypted && !wallet.locked).then(|| {
                    view! { <ActButton act=lock icon=icondata::LuLock label=w!(wallet.lock) testid="lock-button" press=close /> }
                })}
            </div>
            <ErrorBox error=faucet.error />
            <ErrorBox error=lock.error />
        </section>
    }
}

#[component]
fn Position(id: DeviceId, list: RwSignal<Option<Vec<DeviceView>>>) -> impl IntoView {
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
                <div><dt>{w!(wallet.col_cooling)}</dt><dd><Money amount=Signal::derive(move || position.get().cooling.0) testid="position-cooling" /></dd></div>
                <div><dt>{w!(wallet.col_unlock)}</dt><dd data-testid="position-unlock">{when}</dd></div>
            </dl>
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
                    disabled=Signal::derive(move || position.get().hired || amount().is_none_or(|a| a > position.get().staked))
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
        </article>
    }
}

/// The page.
#[component]
pub(crate) fn WalletPage() -> impl IntoView {
    let app = use_app();
    let wallet = app.fetch(&[Topic::Wallet], || GetWallet {});
    let devices = app.fetch(&[Topic::Devices, Topic::Wallet], || ListDevices {
        refresh: false,
    });
    let ids = Memo::new(move |_| {
        devices
            .value
            .with(|l| l.iter().flatten().map(|d| d.id).collect::<Vec<_>>())
    });
    let some = Memo::new(move |_| wallet.value.with(|w| matches!(w, Some(Some(_)))));
    view! {
        <div class="page-head">
            <div>
                <h1>{w!(wallet.title)}</h1>
                <p class="muted">{w!(wallet.about)}</p>
            </div>
        </div>
        <ErrorBox error=wallet.error />
        {move || match wallet.value.get() {
            None => wallet.error.with(Option::is_none).then(|| view! { <Loading /> }.into_any()),
            Some(None) => Some(
                view! {
                    <Empty icon=icondata::LuWallet title=w!(strip.no_wallet) text=w!(home.no_wallet_text)>
                        <A href="/welcome" attr:class="button primary">{w!(home.create_wallet)}</A>
                    </Empty>
                }
                    .into_any(),
            ),
            Some(Some(wallet)) => Some(view! { <Holdings wallet /> }.into_any()),
        }}
        {move || {
            some.get().then(|| {
                view! {
                    <section>
                        <h2>{w!(wallet.staking)}</h2>
                        <p class="muted small">{w!(wallet.staking_about)}</p>
                        <ErrorBox error=devices.error />
                        {move || ids.with(Vec::is_empty).then(|| view! { <p class="muted">{w!(wallet.no_devices)}</p> })}
                        <For each=move || ids.get() key=|id| *id let:id>
                            <Position id list=devices.value />
                        </For>
                    </section>
                }
            })
        }}
    }
}
