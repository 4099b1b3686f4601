//! The wallet: what it holds, sending and receiving, the other wallets, addresses, backup, the stakes, slashes
//! and rewards.

mod ask;
mod backup;
mod claims;
mod co_offer;
mod co_taken;
mod co_terms;
mod contacts;
mod holdings;
mod panel;
mod positions;
mod receive;
mod send;
mod slashes;
mod wallets;
mod withdrawal;

use hearth_types::ipc::{GetWallet, ListWallets, OwnWallet, Topic, WalletList};
use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_params_map};

use crate::{
    components::{Empty, ErrorBox, Loading},
    state::use_app,
    words::w,
};

/// The page; `/wallet/send` and `/wallet/receive` open their panels.
#[component]
pub(crate) fn WalletPage() -> impl IntoView {
    let app = use_app();
    let wallet = app.fetch(&[Topic::Wallet], || GetWallet {});
    let list = app.fetch(&[Topic::Wallet], || ListWallets {});
    let some = Memo::new(move |_| wallet.value.with(|w| matches!(w, Some(Some(_)))));
    let params = use_params_map();
    let open = Memo::new(move |_| params.with(|p| p.get("panel")));
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
            Some(Some(wallet)) => Some(view! { <holdings::Holdings wallet /> }.into_any()),
        }}
        {move || {
            some.get().then(|| {
                view! {
                    <positions::Positions />
                    <claims::Rewards />
                    <ErrorBox error=list.error />
                    <Keeping list=list.value />
                    <contacts::Contacts />
                    {move || match open.get().as_deref() {
                        Some("send") => view! { <send::SendPanel /> }.into_any(),
                        Some("receive") => view! { <receive::ReceivePanel /> }.into_any(),
                        Some(_) | None => ().into_any(),
                    }}
                }
            })
        }}
    }
}

/// What the list of wallets tells: the wallets themselves, the backup, where payouts go. Each is drawn anew only when
/// its own part changes, so that a balance that moves takes no half-typed word away.
#[component]
fn Keeping(list: RwSignal<Option<WalletList>>) -> impl IntoView {
    let wallets = Memo::new(move |_| list.with(|l| l.as_ref().map(|l| l.wallets.clone())));
    let withdrawal = Memo::new(move |_| list.with(|l| l.as_ref().map(|l| l.withdrawal)));
    let operating = Memo::new(move |_| {
        let wallets = wallets.get()?;
        let wallet = wallets.into_iter().find(|wallet| wallet.operating)?;
        Some(OwnWallet {
            balances: None,
            ..wallet
        })
    });
    view! {
        {move || wallets.get().map(|wallets| view! { <wallets::Wallets wallets /> })}
        {move || operating.get().map(|wallet| view! { <backup::Backup wallet /> })}
        {move || withdrawal.get().map(|withdrawal| view! { <withdrawal::WithdrawalCard withdrawal /> })}
    }
}
