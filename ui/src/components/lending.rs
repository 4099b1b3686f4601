//! Start, stop, pause and resume lending, wherever they are shown.

use hearth_types::{
    ipc::{Code, PauseLending, ResumeLending, StartLending, Status, StopLending},
    node::NodeStatus,
};
use leptos::prelude::*;

use super::{ActButton, ErrorBox, Kind};
use crate::{
    state::{Act, App, Question, use_app},
    words::w,
};

const PAUSE_SECONDS: u64 = 3600;

fn ask_to_force(app: App) {
    app.question.set(Some(Question {
        title: w!(lend.stop_force_title).to_owned(),
        text: w!(lend.stop_force_text).to_owned(),
        review: None,
        confirm: w!(lend.stop_force),
        danger: true,
        when_leased: None,
        run: Callback::new(move |act: Act| {
            act.run(app, StopLending { force: true }, move |status| {
                app.status.set(Some(status));
                app.answered();
            });
        }),
    }));
}

/// The buttons that fit the node's state.
#[component]
pub(crate) fn LendingButtons() -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let node = Memo::new(move |_| app.status.with(|s| s.as_ref().map(|s| s.node.status)));
    let taken = move |status: Status| app.status.set(Some(status));
    Effect::new(move |_| {
        if act
            .error
            .with(|error| error.as_ref().is_some_and(|e| e.code == Code::LeaseRunning))
        {
            act.error.set(None);
            ask_to_force(app);
        }
    });
    let start = move || act.run(app, StartLending {}, taken);
    let stop = move || act.run(app, StopLending { force: false }, taken);
    let pause = move || {
        act.run(
            app,
            PauseLending {
                seconds: PAUSE_SECONDS,
            },
            taken,
        )
    };
    let resume = move || act.run(app, ResumeLending {}, taken);
    let buttons = move || {
        match node.get()? {
        NodeStatus::Down => Some(
            view! {
                <ActButton act kind=Kind::Primary icon=icondata::LuPlay label=w!(lend.start) testid="start-lending" press=start />
            }
            .into_any(),
        ),
        NodeStatus::Paused => Some(
            view! {
                <ActButton act kind=Kind::Primary icon=icondata::LuPlay label=w!(lend.resume) testid="resume-lending" press=resume />
                <ActButton act label=w!(lend.stop) testid="stop-lending" press=stop />
            }
            .into_any(),
        ),
        NodeStatus::Starting | NodeStatus::Idle | NodeStatus::Hired | NodeStatus::Blocked => Some(
            view! {
                <ActButton act icon=icondata::LuSquare label=w!(lend.stop) testid="stop-lending" press=stop />
                <ActButton act kind=Kind::Quiet icon=icondata::LuPause label=w!(lend.pause) testid="pause-lending" press=pause />
            }
            .into_any(),
        ),
    }
    };
    view! {
        <div class="actions">{buttons}</div>
        <ErrorBox error=act.error />
    }
}
