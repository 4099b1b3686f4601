//! Where automatic payouts go, and the change that waits.

use hearth_types::{
    id::WalletAddress,
    ipc::{CancelWithdrawalChange, SetWithdrawalAddress, Withdrawal, WithdrawalChange},
};
use leptos::prelude::*;

use crate::{
    components::{ActButton, Address, ErrorBox, Kind},
    format,
    state::{Act, App, Question, use_app},
    words::w,
};

fn ask_change(app: App, address: Option<WalletAddress>, done: Callback<()>) {
    let text = match address {
        Some(address) => w!(withdrawal.change_text, address = address.to_string()).to_string(),
        None => w!(withdrawal.clear_text).to_owned(),
    };
    app.question.set(Some(Question {
        title: w!(withdrawal.change_title).to_owned(),
        text,
        review: None,
        confirm: w!(withdrawal.change_confirm),
        danger: false,
        when_leased: None,
        run: Callback::new(move |act: Act| {
            act.run(app, SetWithdrawalAddress { address }, move |_| {
                app.answered();
                done.try_run(());
            });
        }),
    }));
}

fn shown(address: Option<WalletAddress>) -> impl IntoView {
    match address {
        Some(address) => {
            view! { <Address text=address.to_string() full=true testid="withdrawal-address" /> }.into_any()
        }
        None => view! { <span class="muted">{w!(withdrawal.none)}</span> }.into_any(),
    }
}

#[component]
fn Waiting(change: WithdrawalChange) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let left = move || change.at.0.saturating_sub(app.now.get()) / 1000;
    let cancel = move || act.run(app, CancelWithdrawalChange {}, |_| ());
    view! {
        <div class="note warn" data-testid="withdrawal-change">
            <div class="note-body">
                <strong data-testid="withdrawal-countdown">
                    {move || w!(withdrawal.waits, time = format::duration(left())).to_string()}
                </strong>
                <p>{shown(change.address)}</p>
                <p>{w!(withdrawal.waits_about)}</p>
                <div class="actions">
                    <ActButton act kind=Kind::Plain label=w!(withdrawal.cancel) testid="withdrawal-cancel" press=cancel />
                </div>
                <ErrorBox error=act.error />
            </div>
        </div>
    }
}

/// The card.
#[component]
pub(super) fn WithdrawalCard(withdrawal: Withdrawal) -> impl IntoView {
    let app = use_app();
    let text = RwSignal::new(String::new());
    let address = Memo::new(move |_| text.with(|text| text.trim().parse::<WalletAddress>().ok()));
    let bad = move || text.with(|text| !text.trim().is_empty()) && address.get().is_none();
    let done = Callback::new(move |()| {
        text.try_set(String::new());
    });
    let change = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(address) = address.get_untracked() {
            ask_change(app, Some(address), done);
        }
    };
    view! {
        <section class="card" data-testid="withdrawal">
            <h2>{w!(withdrawal.title)}</h2>
            <p class="muted">{w!(withdrawal.about)}</p>
            <dl class="facts">
                <dt>{w!(withdrawal.now)}</dt>
                <dd>{shown(withdrawal.address)}</dd>
            </dl>
            {withdrawal.change.map(|change| view! { <Waiting change /> })}
            <form class="inline-form" on:submit=change>
                <label class="field wide">
                    <span>{w!(withdrawal.other)}</span>
                    <input type="text" class="mono" autocomplete="off" spellcheck="false" data-testid="withdrawal-field" aria-invalid=move || bad().to_string() prop:value=text on:input:target=move |event| text.set(event.target().value()) />
                </label>
                <button type="submit" class="button" data-testid="withdrawal-set" disabled=move || address.get().is_none()>{w!(withdrawal.change)}</button>
                {withdrawal.address.map(|_| view! {
                    <button type="button" class="button quiet" data-testid="withdrawal-clear" on:click=move |_| ask_change(app, None, done)>{w!(withdrawal.clear)}</button>
                })}
            </form>
            {move || bad().then(|| view! { <p class="field-error" role="alert">{w!(send.bad_to)}</p> })}
        </section>
    }
}
