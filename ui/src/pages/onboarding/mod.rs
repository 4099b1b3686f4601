//! Setting up: wallet, words, confirmation, practice money, readiness.

mod create;
mod ready;
mod words_step;

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_query_map};

use crate::{state::use_app, words::w};

/// Where the setup stands. The words live here alone and go with the page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Make a wallet or bring one back.
    Wallet,
    /// Its words, shown once.
    Words(Vec<String>),
    /// Two of them asked for.
    Confirm(Vec<String>),
    /// Practice money.
    Funds,
    /// The checklist.
    Ready,
}

impl Step {
    const fn number(&self) -> usize {
        match self {
            Self::Wallet => 0,
            Self::Words(_) => 1,
            Self::Confirm(_) => 2,
            Self::Funds => 3,
            Self::Ready => 4,
        }
    }
}

#[component]
fn Steps(step: RwSignal<Step>) -> impl IntoView {
    let names = [
        w!(onboarding.step_wallet),
        w!(onboarding.step_words),
        w!(onboarding.step_confirm),
        w!(onboarding.step_funds),
        w!(onboarding.step_ready),
    ];
    let here = Memo::new(move |_| step.with(Step::number));
    let items = names.into_iter().enumerate().map(|(number, name)| {
        view! {
            <li
                class:done=move || number < here.get()
                aria-current=move || (number == here.get()).then_some("step")
            >
                <span class="step-number" aria-hidden="true">{number + 1}</span>
                <span>{name}</span>
            </li>
        }
    });
    view! { <ol class="steps" aria-label=w!(onboarding.steps)>{items.collect_view()}</ol> }
}

/// The end of adding a wallet beside others.
#[component]
fn Added() -> impl IntoView {
    view! {
        <section class="card" data-testid="wallet-added">
            <h2>{w!(onboarding.added)}</h2>
            <p>{w!(onboarding.added_text)}</p>
            <div class="actions"><A href="/wallet" attr:class="button primary">{w!(onboarding.to_wallets)}</A></div>
        </section>
    }
}

/// The page.
#[component]
pub(crate) fn OnboardingPage() -> impl IntoView {
    let app = use_app();
    let step = RwSignal::new(Step::Wallet);
    let query = use_query_map();
    let (import, add) = query.with_untracked(|q| (q.get("import").is_some(), q.get("add").is_some()));
    let source = if import {
        create::Source::Words
    } else {
        create::Source::New
    };
    // Whether there was one when the page opened: the wallet made here must not end the setup.
    let existed = Memo::new(move |before: Option<&Option<bool>>| {
        let known = before.copied().flatten();
        known.or_else(|| app.status.with(|s| s.as_ref().map(|s| s.wallet.is_some())))
    });
    view! {
        <div class="column" data-testid="onboarding">
            <h1>{if add { w!(onboarding.add_title) } else { w!(onboarding.title) }}</h1>
            {(!add).then(|| view! { <Steps step /> })}
            {move || match step.get() {
                Step::Funds if add => view! { <Added /> }.into_any(),
                Step::Wallet if existed.get() == Some(true) && !add => {
                    view! {
                        <section class="card">
                            <p>{w!(onboarding.exists)}</p>
                            <div class="actions">
                                <A href="/" attr:class="button primary">{w!(app.go_home)}</A>
                                <button type="button" class="button" on:click=move |_| step.set(Step::Funds)>{w!(onboarding.step_funds)}</button>
                            </div>
                        </section>
                    }
                        .into_any()
                }
                Step::Wallet => view! { <create::WalletStep step source /> }.into_any(),
                Step::Words(words) => view! { <words_step::WordsStep step words /> }.into_any(),
                Step::Confirm(words) => view! { <words_step::ConfirmStep step words /> }.into_any(),
                Step::Funds => view! { <ready::FundsStep step /> }.into_any(),
                Step::Ready => view! { <ready::ReadyStep /> }.into_any(),
            }}
        </div>
    }
}
