//! Whether the words are still at hand: three of them are asked for, now and again.

use hearth_types::ipc::{AskBackupWords, BackupWord, CheckBackup, OwnWallet, Secret};
use leptos::prelude::*;

use crate::{
    components::{ActButton, ErrorBox, Kind, Pill, When},
    state::{Act, use_app},
    words::w,
};

/// A place and what was typed for it.
type Answer = (u8, RwSignal<String>);

fn field((place, typed): Answer) -> impl IntoView {
    view! {
        <label class="field">
            <span>{w!(onboarding.confirm_word, number = place).to_string()}</span>
            <input
                type="password"
                class="mono"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                data-testid="backup-word"
                data-number=place.to_string()
                prop:value=typed
                on:input:target=move |event| typed.set(event.target().value())
            />
        </label>
    }
}

/// The card of the operating wallet.
#[component]
pub(super) fn Backup(wallet: OwnWallet) -> impl IntoView {
    let app = use_app();
    let (ask, check) = (Act::new(), Act::new());
    let answers = RwSignal::new(Vec::<Answer>::new());
    let begin = move || {
        check.error.set(None);
        ask.run(app, AskBackupWords {}, move |places| {
            answers.try_set(
                places
                    .into_iter()
                    .map(|place| (place, RwSignal::new(String::new())))
                    .collect(),
            );
        });
    };
    let send = move || {
        let words = answers
            .get_untracked()
            .into_iter()
            .map(|(place, typed)| BackupWord {
                place,
                word: Secret(typed.get_untracked()),
            })
            .collect();
        // Right or wrong, the next try begins with new places.
        answers.set(Vec::new());
        check.run(app, CheckBackup { words }, move |_| app.say(w!(backup.done)));
    };
    let (tone, state) = match (wallet.has_words, wallet.backup_checked_at) {
        (false, _) => ("still", w!(backup.no_words)),
        (true, None) => ("warn", w!(backup.never)),
        (true, Some(_)) => ("ok", w!(backup.checked)),
    };
    let checked = wallet.backup_checked_at;
    let can = wallet.has_words && !wallet.locked;
    let asking = Memo::new(move |_| answers.with(|answers| !answers.is_empty()));
    view! {
        <section class="card" data-testid="backup">
            <div class="section-head">
                <h2>{w!(backup.title)}</h2>
                <Pill tone=tone text=state testid="backup-state" />
            </div>
            <p class="muted">{if wallet.has_words { w!(backup.about) } else { w!(backup.about_key) }}</p>
            {checked.map(|at| view! { <p class="small">{w!(backup.last)} ": " <When at /></p> })}
            {(wallet.has_words && wallet.locked).then(|| view! { <p class="muted small">{w!(backup.locked)}</p> })}
            {move || asking.get().then(|| view! {
                <form class="stack" on:submit=move |event| { event.prevent_default(); send(); }>
                    <div class="pair">{answers.get_untracked().into_iter().map(field).collect_view()}</div>
                    <div class="actions"><ActButton act=check kind=Kind::Primary label=w!(backup.confirm) testid="backup-confirm" press=send /></div>
                </form>
            })}
            <ErrorBox error=ask.error />
            <ErrorBox error=check.error />
            {move || (can && !asking.get()).then(|| view! {
                <div class="actions"><ActButton act=ask icon=icondata::LuShieldCheck label=w!(backup.begin) testid="backup-begin" press=begin /></div>
            })}
        </section>
    }
}
