//! This wallet's parts in others' devices, and what others offer.

use hearth_types::{
    ipc::{
        AcceptCoStake, LeaveCoStake, ReviewAcceptCoStake, ReviewLeaveCoStake, ReviewWithdrawCoStake,
        WithdrawCoStake,
    },
    staking::{CoStakeStanding, CoStakeView, CoStakes},
};
use leptos::prelude::*;

use super::{
    ask::{Words, ask},
    co_terms::{Terms, terms},
};
use crate::{
    components::{ActButton, ErrorBox, Kind},
    state::{Act, use_app},
    words::w,
};

#[component]
fn Open(view: CoStakeView) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let (account, amount, share_bps) = (view.account, view.offered, view.share_bps);
    let accept = move || {
        let words = Words {
            title: w!(co.title_accept).to_owned(),
            text: w!(co.text_accept, terms = terms(app, amount, share_bps)).to_string(),
            confirm: w!(co.accept),
            danger: false,
        };
        let review = ReviewAcceptCoStake {
            account,
            amount,
            share_bps,
        };
        let action = AcceptCoStake {
            account,
            amount,
            share_bps,
        };
        ask(app, act, review, action, words, Callback::new(|()| ()));
    };
    view! {
        <article class="card" data-testid="co-open" data-account=account.to_string()>
            <Terms view />
            <ActButton
                act
                kind=Kind::Plain
                label=w!(co.accept)
                testid="co-accept"
                disabled=Signal::stored(view.obstacle.is_some())
                press=accept
            />
            <ErrorBox error=act.error />
        </article>
    }
}

#[component]
fn Taken(view: CoStakeView) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let account = view.account;
    let leave = move || {
        let words = Words {
            title: w!(co.title_leave).to_owned(),
            text: w!(co.text_leave).to_owned(),
            confirm: w!(co.leave),
            danger: true,
        };
        let (review, action) = (ReviewLeaveCoStake { account }, LeaveCoStake { account });
        ask(app, act, review, action, words, Callback::new(|()| ()));
    };
    let withdraw = move || {
        let words = Words {
            title: w!(co.title_withdraw).to_owned(),
            text: w!(co.text_withdraw).to_owned(),
            confirm: w!(co.withdraw),
            danger: false,
        };
        let (review, action) = (ReviewWithdrawCoStake { account }, WithdrawCoStake { account });
        ask(app, act, review, action, words, Callback::new(|()| ()));
    };
    let button = move || match view.standing {
        CoStakeStanding::Open => ().into_any(),
        CoStakeStanding::Active { .. } => {
            view! { <ActButton act kind=Kind::Plain label=w!(co.leave) testid="co-leave" press=leave /> }
                .into_any()
        }
        CoStakeStanding::Leaving { unlock_at, .. } => {
            let waits = Signal::derive(move || unlock_at.0 > app.now.get());
            view! {
                <ActButton act kind=Kind::Primary label=w!(co.withdraw) testid="co-withdraw" disabled=waits press=withdraw />
            }
            .into_any()
        }
    };
    view! {
        <article class="card" data-testid="co-taken" data-account=account.to_string()>
            <Terms view />
            {button()}
            <ErrorBox error=act.error />
        </article>
    }
}

/// Both lists; drawn anew only when they change.
#[component]
pub(super) fn CoStaking(list: RwSignal<Option<CoStakes>>) -> impl IntoView {
    let taken = Memo::new(move |_| list.with(|all| all.as_ref().map(|all| all.taken.clone())));
    let open = Memo::new(move |_| list.with(|all| all.as_ref().map(|all| all.open.clone())));
    view! {
        <section data-testid="co-staking">
            <h2>{w!(co.title)}</h2>
            <p class="muted small">{w!(co.about)}</p>
            <h3>{w!(co.taken)}</h3>
            {move || {
                let taken = taken.get().unwrap_or_default();
                if taken.is_empty() {
                    view! { <p class="muted">{w!(co.none_taken)}</p> }.into_any()
                } else {
                    taken.into_iter().map(|view| view! { <Taken view /> }).collect_view().into_any()
                }
            }}
            <h3>{w!(co.offered)}</h3>
            {move || {
                let open = open.get().unwrap_or_default();
                if open.is_empty() {
                    view! { <p class="muted">{w!(co.none_offered)}</p> }.into_any()
                } else {
                    open.into_iter().map(|view| view! { <Open view /> }).collect_view().into_any()
                }
            }}
        </section>
    }
}
