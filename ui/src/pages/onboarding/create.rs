//! The first step: a new wallet, or one brought back.

use hearth_types::ipc::{CreateWallet, ImportWallet, ImportWalletKey, KeyProtection, Secret};
use leptos::prelude::*;

use super::Step;
use crate::{
    components::{ActButton, ErrorBox, Kind},
    state::{Act, use_app},
    words::w,
};

const SHORTEST_PASSPHRASE: usize = 8;

/// Where the wallet comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// New words.
    New,
    /// Its words.
    Words,
    /// A key file of Solana's tools.
    KeyFile,
}

fn radio<T: Copy + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    testid: &'static str,
    label: &'static str,
    about: Option<&'static str>,
    value: T,
    chosen: RwSignal<T>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="radio"
                name=name
                data-testid=testid
                prop:checked=move || chosen.get() == value
                on:change=move |_| chosen.set(value)
            />
            <span>
                <strong>{label}</strong>
                {about.map(|about| view! { <span class="muted small">{about}</span> })}
            </span>
        </label>
    }
}

fn secret(label: &'static str, testid: &'static str, value: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                type="password"
                autocomplete="new-password"
                data-testid=testid
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
        </label>
    }
}

fn secret_text(label: &'static str, testid: &'static str, value: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <textarea
                rows="3"
                class="mono"
                autocomplete="off"
                spellcheck="false"
                data-testid=testid
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            ></textarea>
        </label>
    }
}

/// Choice of new or imported, of words, of where the key lies.
#[component]
pub(super) fn WalletStep(step: RwSignal<Step>, source: Source) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let source = RwSignal::new(source);
    let long = RwSignal::new(false);
    let file = RwSignal::new(false);
    let (passphrase, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (phrase, key) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let problem = Memo::new(move |_| {
        if !file.get() {
            None
        } else if passphrase.with(|p| p.chars().count() < SHORTEST_PASSPHRASE) {
            Some(w!(onboarding.passphrase_short))
        } else {
            (passphrase.get() != again.get()).then(|| w!(onboarding.passphrase_differs))
        }
    });
    let protection = move || {
        if file.get_untracked() {
            KeyProtection::Passphrase(Secret(passphrase.get_untracked()))
        } else {
            KeyProtection::Keychain
        }
    };
    let create = move || {
        let words = if long.get_untracked() { 24 } else { 12 };
        act.run(
            app,
            CreateWallet {
                words,
                protection: protection(),
            },
            move |new| {
                step.try_set(Step::Words(new.words.into_iter().map(|w| w.0).collect()));
                app.refresh_status();
            },
        );
    };
    let bring_back = move || {
        let words = phrase
            .get_untracked()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        act.run(
            app,
            ImportWallet {
                words: Secret(words),
                protection: protection(),
            },
            move |_| {
                step.try_set(Step::Funds);
                app.refresh_status();
            },
        );
    };
    let take_over = move || {
        let request = ImportWalletKey {
            key: Secret(key.get_untracked()),
            protection: protection(),
        };
        act.run(app, request, move |_| {
            step.try_set(Step::Funds);
            app.refresh_status();
        });
    };
    view! {
        <section class="card">
            <fieldset class="choices">
                <legend class="visually-hidden">{w!(onboarding.step_wallet)}</legend>
                {radio("source", "onboarding-new", w!(onboarding.create), None, Source::New, source)}
                {radio("source", "onboarding-import", w!(onboarding.import), None, Source::Words, source)}
                {radio("source", "onboarding-import-key", w!(onboarding.import_key), None, Source::KeyFile, source)}
            </fieldset>
            {move || match source.get() {
                Source::Words => secret_text(w!(onboarding.import_words), "onboarding-import-words", phrase).into_any(),
                Source::KeyFile => secret_text(w!(onboarding.import_key_text), "onboarding-import-key-text", key).into_any(),
                Source::New => {
                    view! {
                        <fieldset class="choices row">
                            <legend>{w!(onboarding.count)}</legend>
                            {radio("count", "onboarding-12", w!(onboarding.words_12), None, false, long)}
                            {radio("count", "onboarding-24", w!(onboarding.words_24), None, true, long)}
                        </fieldset>
                    }
                        .into_any()
                }
            }}
            <fieldset class="choices row">
                <legend>{w!(onboarding.protection)}</legend>
                {radio("key", "onboarding-keychain", w!(onboarding.keychain), Some(w!(onboarding.keychain_about)), false, file)}
                {radio("key", "onboarding-file", w!(onboarding.file), Some(w!(onboarding.file_about)), true, file)}
            </fieldset>
            {move || {
                file.get().then(|| {
                    view! {
                        <div class="pair">
                            {secret(w!(onboarding.passphrase), "onboarding-passphrase", passphrase)}
                            {secret(w!(onboarding.passphrase_again), "onboarding-passphrase-again", again)}
                        </div>
                        {move || problem.get().map(|text| view! { <p class="muted small" aria-live="polite">{text}</p> })}
                    }
                })
            }}
            <ErrorBox error=act.error />
            <div class="actions">
                {move || {
                    let disabled = Signal::derive(move || problem.with(Option::is_some));
                    match source.get() {
                        Source::New => view! { <ActButton act kind=Kind::Primary label=w!(onboarding.create_button) testid="onboarding-create" disabled press=create /> }
                            .into_any(),
                        Source::Words => view! { <ActButton act kind=Kind::Primary label=w!(onboarding.import_button) testid="onboarding-import-button" disabled press=bring_back /> }
                            .into_any(),
                        Source::KeyFile => view! { <ActButton act kind=Kind::Primary label=w!(onboarding.import_key_button) testid="onboarding-import-key-button" disabled press=take_over /> }
                            .into_any(),
                    }
                }}
            </div>
        </section>
    }
}
