//! The words, shown once, and two of them asked for.

use leptos::prelude::*;

use super::Step;
use crate::words::w;

/// The words in order.
#[component]
pub(super) fn WordsStep(step: RwSignal<Step>, words: Vec<String>) -> impl IntoView {
    let next = words.clone();
    let items = words
        .into_iter()
        .map(|word| view! { <li><span class="mono" data-testid="onboarding-word">{word}</span></li> })
        .collect_view();
    view! {
        <section class="card">
            <h2>{w!(onboarding.words_title)}</h2>
            <p>{w!(onboarding.words_text)}</p>
            <ol class="words" data-testid="onboarding-words">{items}</ol>
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    data-testid="onboarding-words-done"
                    on:click=move |_| step.set(Step::Confirm(next.clone()))
                >
                    {w!(onboarding.words_done)}
                </button>
            </div>
        </section>
    }
}

/// Two different places below `count`, chosen by two numbers from 0 to 1, in order.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "at most 24 words"
)]
fn places(count: usize, first: f64, second: f64) -> (usize, usize) {
    let a = ((first * count as f64) as usize).min(count.saturating_sub(1));
    let step = 1 + ((second * count.saturating_sub(1) as f64) as usize).min(count.saturating_sub(2));
    let b = (a + step) % count.max(1);
    (a.min(b), a.max(b))
}

fn ask(number: usize, testid: &'static str, value: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{w!(onboarding.confirm_word, number = number + 1).to_string()}</span>
            <input
                type="text"
                class="mono"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                data-testid=testid
                data-number=(number + 1).to_string()
                prop:value=value
                on:input:target=move |event| value.set(event.target().value())
            />
        </label>
    }
}

/// Asks for two words.
#[component]
pub(super) fn ConfirmStep(step: RwSignal<Step>, words: Vec<String>) -> impl IntoView {
    let (first, second) = places(words.len(), js_sys::Math::random(), js_sys::Math::random());
    let (one, two) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let wrong = RwSignal::new(false);
    let again = words.clone();
    let check = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let right = |place: usize, typed: RwSignal<String>| {
            words
                .get(place)
                .is_some_and(|word| typed.with_untracked(|t| t.trim().eq_ignore_ascii_case(word)))
        };
        if right(first, one) && right(second, two) {
            step.set(Step::Funds);
        } else {
            wrong.set(true);
        }
    };
    view! {
        <form class="card" on:submit=check>
            <h2>{w!(onboarding.confirm_title)}</h2>
            <p>{w!(onboarding.confirm_text)}</p>
            <div class="pair">
                {ask(first, "confirm-word-1", one)}
                {ask(second, "confirm-word-2", two)}
            </div>
            {move || wrong.get().then(|| view! { <p class="field-error" role="alert">{w!(onboarding.confirm_wrong)}</p> })}
            <div class="actions">
                <button type="submit" class="button primary" data-testid="onboarding-confirm">{w!(onboarding.confirm_button)}</button>
                <button type="button" class="button" on:click=move |_| step.set(Step::Words(again.clone()))>
                    {w!(onboarding.show_again)}
                </button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::places;

    #[test]
    fn two_different_words_are_asked_for() {
        for count in [12, 24] {
            for i in 0..100 {
                for j in 0..100 {
                    let (a, b) = places(count, f64::from(i) / 100.0, f64::from(j) / 100.0);
                    assert!(a < b && b < count, "{a} {b}");
                }
            }
        }
    }
}
