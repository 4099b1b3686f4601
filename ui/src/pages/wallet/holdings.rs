//! What the operating wallet holds, whether it is open, and what can be done with it.

use hearth_types::{
    ipc::{AskFaucet, KeyStorage, LockWallet, WalletView},
    money::Currency,
};
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::components::A;

use crate::{
    components::{ActButton, Address, ErrorBox, Kind, Money, Pill, UnlockForm},
    state::{Act, use_app},
    words::w,
};

/// Balances, address, lock.
#[component]
pub(super) fn Holdings(wallet: WalletView) -> impl IntoView {
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
            {wallet.locked.then(|| view! { <p class="muted small">{w!(wallet.locked_about)}</p><UnlockForm /> })}
            <div class="actions">
                <A href="/wallet/send" attr:class="button primary" attr:data-testid="open-send">
                    <Icon icon=icondata::LuArrowUpRight width="16" height="16" />
                    {w!(wallet.send)}
                </A>
                <A href="/wallet/receive" attr:class="button" attr:data-testid="open-receive">
                    <Icon icon=icondata::LuQrCode width="16" height="16" />
                    {w!(wallet.receive)}
                </A>
                {(!wallet.locked).then(|| {
                    view! { <ActButton act=lock icon=icondata::LuLock label=w!(wallet.lock) testid="lock-button" press=close /> }
                })}
                {move || {
                    app.practice().then(|| {
                        view! {
                            <ActButton act=faucet kind=Kind::Plain icon=icondata::LuDroplets label=w!(wallet.faucet) testid="faucet-button" press=ask />
                            <span class="muted small">{w!(wallet.faucet_about)}</span>
                        }
                    })
                }}
            </div>
            <ErrorBox error=faucet.error />
            <ErrorBox error=lock.error />
        </section>
    }
}
