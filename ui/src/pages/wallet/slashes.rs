//! Slashes: how much, what for, when, until when it is open, and what can be done.

use hearth_types::{
    id::DeviceId,
    staking::{SlashReason, SlashStanding, SlashView},
};
use leptos::prelude::*;
use leptos_icons::Icon;

use super::co_terms::left;
use crate::{
    components::{Address, Money, When, money_text},
    state::{App, use_app},
    words::w,
};

const fn tone(standing: SlashStanding) -> &'static str {
    match standing {
        SlashStanding::Waiting { .. } | SlashStanding::Taking { .. } | SlashStanding::Held { .. } => {
            "note danger"
        }
        SlashStanding::Burned => "note warn",
        SlashStanding::Restored | SlashStanding::Voided => "note",
    }
}

fn reason(reason: SlashReason) -> &'static str {
    match reason {
        SlashReason::Spoofed => w!(slash.spoofed),
        SlashReason::FailedProofs => w!(slash.failed_proofs),
        SlashReason::Cheating => w!(slash.cheating),
        SlashReason::Abandoned => w!(slash.abandoned),
    }
}

/// Where it stands, and until when.
fn standing(app: App, standing: SlashStanding) -> String {
    match standing {
        SlashStanding::Waiting { takes_from } => w!(slash.waiting, time = left(app, takes_from)).to_string(),
        SlashStanding::Taking { lapses_at } => w!(slash.taking, time = left(app, lapses_at)).to_string(),
        SlashStanding::Held { burns_from } if burns_from.0 > app.now.get() => {
            w!(slash.held, time = left(app, burns_from)).to_string()
        }
        SlashStanding::Held { .. } => w!(slash.held_over).to_owned(),
        SlashStanding::Restored => w!(slash.restored).to_owned(),
        SlashStanding::Burned => w!(slash.burned).to_owned(),
        SlashStanding::Voided => w!(slash.voided).to_owned(),
    }
}

/// What can be done.
fn mend(standing: SlashStanding) -> &'static str {
    match standing {
        SlashStanding::Waiting { .. } => w!(slash.mend_waiting),
        SlashStanding::Taking { .. } => w!(slash.mend_taking),
        SlashStanding::Held { .. } => w!(slash.mend_held),
        SlashStanding::Restored | SlashStanding::Burned | SlashStanding::Voided => w!(slash.mend_none),
    }
}

#[component]
fn Slash(slash: SlashView) -> impl IntoView {
    let app = use_app();
    let stands = slash.standing;
    view! {
        <div class=tone(stands) data-testid="slash" data-evidence=slash.evidence.to_string()>
            <Icon icon=icondata::LuGavel width="18" height="18" />
            <div class="note-body">
                <strong data-testid="slash-title">
                    {move || w!(slash.title, amount = money_text(app, slash.amount)).to_string()}
                </strong>
                <p data-testid="slash-reason">{reason(slash.reason)}</p>
                <p data-testid="slash-standing">{move || standing(app, stands)}</p>
                <p><b>{w!(app.what_to_do)} ": "</b>{mend(stands)}</p>
                <dl class="fact-grid">
                    <div><dt>{w!(slash.taken)}</dt><dd><Money amount=slash.taken.0 testid="slash-taken" /></dd></div>
                    <div><dt>{w!(slash.taken_of_other)}</dt><dd><Money amount=slash.taken_of_other.0 /></dd></div>
                    <div><dt>{w!(slash.base)}</dt><dd><Money amount=slash.base.0 /></dd></div>
                    <div><dt>{w!(slash.posted)}</dt><dd><When at=slash.posted_at /></dd></div>
                    <div><dt>{w!(slash.evidence)}</dt><dd><Address text=slash.evidence.to_string() /></dd></div>
                </dl>
            </div>
        </div>
    }
}

/// Those of one device.
#[component]
pub(super) fn DeviceSlashes(device: DeviceId, list: RwSignal<Option<Vec<SlashView>>>) -> impl IntoView {
    let of_it = Memo::new(move |_| {
        list.with(|all| {
            let all = all.iter().flatten().filter(|slash| slash.device == device);
            all.copied().collect::<Vec<_>>()
        })
    });
    move || {
        of_it
            .get()
            .into_iter()
            .map(|slash| view! { <Slash slash /> })
            .collect_view()
    }
}

/// Those of devices in which this wallet is the co-staker: all but the owner's own.
#[component]
pub(super) fn OtherSlashes(
    own: Memo<Vec<DeviceId>>,
    list: RwSignal<Option<Vec<SlashView>>>,
) -> impl IntoView {
    let others = Memo::new(move |_| {
        list.with(|all| {
            let own = own.get();
            let all = all.iter().flatten().filter(|slash| !own.contains(&slash.device));
            all.copied().collect::<Vec<_>>()
        })
    });
    move || {
        others
            .get()
            .into_iter()
            .map(|slash| view! { <Slash slash /> })
            .collect_view()
    }
}
