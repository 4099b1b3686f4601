//! Rewards: what was claimed, what there is to claim against, and claiming with a proof.

use hearth_types::{
    ipc::{ClaimRewards, ListClaims, ReviewClaim, Topic},
    money::Io,
    staking::RewardProof,
};
use leptos::prelude::*;

use super::{
    ask::{Words, ask},
    co_terms::left,
};
use crate::{
    components::{ActButton, ErrorBox, Kind, Money},
    state::{Act, use_app},
    words::w,
};

/// The card.
#[component]
pub(super) fn Rewards() -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let claims = app.fetch(&[Topic::Wallet, Topic::History], || ListClaims {});
    let claimed = Signal::derive(move || {
        claims
            .value
            .with(|c| c.as_ref().map_or(Io::ZERO, |c| c.claimed).0)
    });
    let newest = move || {
        claims.value.with(|claims| {
            let Some(root) = claims.as_ref()?.roots.first() else {
                return Some(w!(claims.none).to_owned());
            };
            let epoch = root.epoch.to_string();
            Some(if root.claimable {
                w!(claims.claimable, epoch = epoch).to_string()
            } else {
                w!(claims.waits, epoch = epoch, time = left(app, root.claimable_from)).to_string()
            })
        })
    };
    let text = RwSignal::new(String::new());
    let proof = Memo::new(move |_| text.with(|text| serde_json::from_str::<RewardProof>(text).ok()));
    let bad = move || text.with(|text| !text.trim().is_empty()) && proof.with(Option::is_none);
    let clear = Callback::new(move |()| {
        text.try_set(String::new());
    });
    let claim = move || {
        let Some(proof) = proof.get_untracked() else {
            return;
        };
        let words = Words {
            title: w!(claims.title_claim).to_owned(),
            text: w!(claims.text_claim, epoch = proof.epoch.to_string()).to_string(),
            confirm: w!(claims.claim),
            danger: false,
        };
        let review = ReviewClaim { proof: proof.clone() };
        ask(app, act, review, ClaimRewards { proof }, words, clear);
    };
    view! {
        <section class="card" data-testid="rewards">
            <h2>{w!(claims.title)}</h2>
            <p class="muted">{w!(claims.about)}</p>
            <ErrorBox error=claims.error />
            <dl class="facts">
                <dt>{w!(claims.claimed)}</dt>
                <dd><Money amount=claimed testid="rewards-claimed" /></dd>
                <dt>{w!(claims.newest)}</dt>
                <dd data-testid="rewards-newest">{newest}</dd>
            </dl>
            <label class="field">
                <span>{w!(claims.proof)}</span>
                <textarea
                    class="mono"
                    rows="3"
                    spellcheck="false"
                    data-testid="rewards-proof"
                    aria-invalid=move || bad().to_string()
                    prop:value=text
                    on:input:target=move |event| text.set(event.target().value())
                ></textarea>
            </label>
            {move || bad().then(|| view! { <p class="field-error" role="alert">{w!(claims.bad_proof)}</p> })}
            <div class="actions">
                <ActButton
                    act
                    kind=Kind::Plain
                    label=w!(claims.claim)
                    testid="rewards-claim"
                    disabled=Signal::derive(move || proof.with(Option::is_none))
                    press=claim
                />
            </div>
            <ErrorBox error=act.error />
        </section>
    }
}
