//! What a person starts: a request with its progress, and the question before one that moves money or ends work.

use hearth_types::ipc::{IpcError, Request, Review};
use leptos::{prelude::*, task::spawn_local};

use super::App;

/// A question that must be confirmed before money moves or work ends.
#[derive(Clone)]
pub(crate) struct Question {
    pub(crate) title: String,
    pub(crate) text: String,
    /// What leaves the wallet, when the engine can say.
    pub(crate) review: Option<Review>,
    pub(crate) confirm: &'static str,
    pub(crate) danger: bool,
    /// What to ask instead when the engine refuses because a lease is running.
    pub(crate) when_leased: Option<Callback<()>>,
    /// Runs on confirmation; ends with [`App::answered`].
    pub(crate) run: Callback<Act>,
}

/// The progress of one request that a person started.
#[derive(Clone, Copy)]
pub(crate) struct Act {
    pub(crate) busy: RwSignal<bool>,
    pub(crate) error: RwSignal<Option<IpcError>>,
}

impl Act {
    pub(crate) fn new() -> Self {
        Self {
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    /// Asks, unless it is asking already; then calls `then` or keeps the error.
    pub(crate) fn run<R: Request + 'static>(
        self,
        app: App,
        request: R,
        then: impl FnOnce(R::Reply) + 'static,
    ) {
        if self.busy.try_get_untracked() != Some(false) {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let outcome = app.ask(request).await;
            // The page may be gone by now; its signals with it.
            self.busy.try_set(false);
            match outcome {
                Ok(reply) => then(reply),
                Err(error) => {
                    self.error.try_set(Some(error));
                }
            }
        });
    }
}
