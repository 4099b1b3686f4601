//! The last steps: practice money, and what this machine can do.

use hearth_types::{
    ipc::{AskFaucet, GetReadiness, GetWallet, Topic},
    money::Currency,
};
use leptos::prelude::*;
use leptos_router::components::A;

use super::Step;
use crate::{
    components::{ActButton, Checklist, ErrorBox, Kind, Loading, Money},
    state::{Act, use_app},
    words::w,
};

/// The faucet.
#[component]
pub(super) fn FundsStep(step: RwSignal<Step>) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let wallet = app.fetch(&[Topic::Wallet], || GetWallet {});
    let io = Memo::new(move |_| {
        wallet
            .value
            .with(|w| w.as_ref().and_then(Option::as_ref).map_or(0, |w| w.balances.io.0))
    });
    let sol = Memo::new(move |_| {
        wallet.value.with(|w| {
            w.as_ref()
                .and_then(Option::as_ref)
                .map_or(0, |w| w.balances.sol.0)
        })
    });
    let ask = move || {
        act.run(app, AskFaucet {}, move |_| {
            wallet.reload.try_run(());
            app.refresh_status();
        });
    };
    view! {
        <section class="card">
            <h2>{w!(onboarding.funds_title)}</h2>
            <p>{w!(onboarding.funds_text)}</p>
            <div class="stats">
                <div class="stat">
                    <span class="stat-label">{w!(onboarding.funds_have)}</span>
                    <span class="stat-value big"><Money amount=io testid="onboarding-io" /></span>
                    <span><Money amount=sol currency=Currency::Sol /></span>
                </div>
            </div>
            <ErrorBox error=act.error />
            <div class="actions">
                {move || {
                    let kind = if io.get() > 0 { Kind::Plain } else { Kind::Primary };
                    view! { <ActButton act kind icon=icondata::LuDroplets label=w!(wallet.faucet) testid="faucet-button" press=ask /> }
                }}
                <button
                    type="button"
                    class=move || { if io.get() > 0 { Kind::Primary.class() } else { Kind::Plain.class() } }
                    data-testid="onboarding-next"
                    on:click=move |_| step.set(Step::Ready)
                >
                    {w!(app.next)}
                </button>
            </div>
        </section>
    }
}

/// The machine's checklist.
#[component]
pub(super) fn ReadyStep() -> impl IntoView {
    let app = use_app();
    let checks = app.fetch(&[Topic::Devices, Topic::Wallet], || GetReadiness {});
    view! {
        <section class="card">
            <h2>{w!(onboarding.ready_title)}</h2>
            <p>{w!(onboarding.ready_text)}</p>
            <ErrorBox error=checks.error />
            {move || match checks.value.get() {
                Some(checks) => Some(view! { <Checklist checks /> }.into_any()),
                None => checks.error.with(Option::is_none).then(|| view! { <Loading /> }.into_any()),
            }}
            <div class="actions">
                <A href="/devices" attr:class="button primary" attr:data-testid="onboarding-devices">{w!(onboarding.devices)}</A>
                <A href="/" attr:class="button" attr:data-testid="onboarding-finish">{w!(onboarding.finish)}</A>
            </div>
        </section>
    }
}
