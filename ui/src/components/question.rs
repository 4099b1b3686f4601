//! The review step: exactly what will happen, fees included, before money moves or work ends.

use hearth_types::{
    ipc::{Code, Review},
    money::Currency,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::{ActButton, ErrorBox, Kind, Money};
use crate::{
    labels,
    state::{Act, Question, use_app},
    words::w,
};

#[component]
fn ReviewTable(review: Review) -> impl IntoView {
    let rows = review
        .lines
        .into_iter()
        .map(|line| {
            view! {
                <tr data-testid="review-line" data-what=line.what.clone()>
                    <th scope="row">{labels::review_line(&line.what)}<span class="muted small block">{labels::fate(line.fate)}</span></th>
                    <td class="number"><Money amount=line.amount currency=line.currency /></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="plain">
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{w!(review.left)}</th>
                    <td class="number">
                        <Money amount=review.left.io.0 />
                        <br />
                        <Money amount=review.left.sol.0 currency=Currency::Sol />
                    </td>
                </tr>
            </tfoot>
        </table>
    }
}

#[component]
fn Ask(question: Question) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    // Removing a dialog, unlike closing it, leaves the keyboard nowhere.
    let before = StoredValue::new_local(document().active_element());
    on_cleanup(move || {
        let element = before.try_get_value().flatten();
        if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _gone_with_its_page = element.focus();
        }
    });
    dialog.on_load(|dialog| {
        // Refused only when it is open already.
        let _open_already = dialog.show_modal();
    });
    let run = question.run;
    let when_leased = question.when_leased;
    Effect::new(move |_| {
        let leased = act
            .error
            .with(|error| error.as_ref().is_some_and(|e| e.code == Code::LeaseRunning));
        if let Some(ask) = when_leased.filter(|_| leased) {
            ask.try_run(());
        }
    });
    let kind = if question.danger {
        Kind::Danger
    } else {
        Kind::Primary
    };
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="question-title"
            aria-describedby="question-text"
            data-testid="review"
            on:close=move |_| app.answered()
        >
            <h2 id="question-title">{question.title}</h2>
            <p id="question-text">{question.text}</p>
            {question.review.map(|review| view! { <ReviewTable review /> })}
            <ErrorBox error=act.error />
            <div class="actions end">
                <button type="button" class="button" autofocus data-testid="review-cancel" on:click=move |_| app.answered()>
                    {w!(app.cancel)}
                </button>
                <ActButton act kind label=question.confirm testid="review-confirm" press=move || { run.try_run(act); } />
            </div>
        </dialog>
    }
}

/// The question on screen, when there is one.
#[component]
pub(crate) fn QuestionDialog() -> impl IntoView {
    let app = use_app();
    move || app.question.get().map(|question| view! { <Ask question /> })
}
