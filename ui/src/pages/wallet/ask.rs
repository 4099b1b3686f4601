//! Review, question, transaction: the three steps of everything on this page that moves stake or rewards.

use hearth_types::ipc::{Request, Review, TxView};
use leptos::prelude::*;

use crate::{
    state::{Act, App, Question},
    words::w,
};

/// What the question says.
pub(super) struct Words {
    pub(super) title: String,
    /// Why, and what follows.
    pub(super) text: String,
    pub(super) confirm: &'static str,
    pub(super) danger: bool,
}

/// Asks what `action` would do, then whether to do it; then tells the transaction and calls `done`.
pub(super) fn ask<D>(
    app: App,
    act: Act,
    review: impl Request<Reply = Review> + 'static,
    action: D,
    words: Words,
    done: Callback<()>,
) where
    D: Request<Reply = TxView> + Clone + Send + Sync + 'static,
{
    act.run(app, review, move |review: Review| {
        app.question.set(Some(Question {
            title: words.title,
            text: words.text,
            review: Some(review),
            confirm: words.confirm,
            danger: words.danger,
            when_leased: None,
            run: Callback::new(move |act: Act| {
                act.run(app, action.clone(), move |tx: TxView| {
                    app.answered();
                    app.say(w!(co.done, tx = tx.signature.short()).to_string());
                    done.try_run(());
                });
            }),
        }));
    });
}
