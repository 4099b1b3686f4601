//! The picked offer: duration, job, quote, review, deploy.

use hearth_types::{
    id::NodeId,
    ipc::{Deploy, RequestQuote, ReviewDeploy},
    market::{ListedOffer, Quote},
};
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};

use super::{
    editor::JobEditor,
    quote::{QuoteView, seconds_left},
};
use crate::{
    components::{ActButton, ErrorBox, Kind, Money},
    format,
    jobs::Template,
    state::{Act, Question, use_app},
    words::w,
};

/// The panel for the offer of `node`; stays while the market is looked at again.
#[component]
pub(super) fn OfferPanel(node: NodeId, offers: RwSignal<Option<Vec<ListedOffer>>>) -> impl IntoView {
    let app = use_app();
    // Needs no thread, and must be kept by handlers that could need one.
    let navigate = StoredValue::new_local(use_navigate());
    let (ask, deploy) = (Act::new(), Act::new());
    let offer =
        Memo::new(move |_| offers.with(|o| o.as_ref()?.iter().find(|o| o.offer.node == node).cloned()));
    let name = Memo::new(move |_| {
        offer.with(|o| {
            o.as_ref()
                .and_then(|o| o.offer.devices.first())
                .map_or_else(String::new, |d| d.name.clone())
        })
    });
    let longest = Memo::new(move |_| offer.with(|o| o.as_ref().map_or(0, |o| o.offer.max_seconds / 60)));
    let draft = RwSignal::new(Template::Command.draft());
    let minutes = RwSignal::new("10".to_owned());
    let quote = RwSignal::new(None::<Quote>);
    let seconds = move || {
        let minutes: u64 = minutes.with(|m| m.trim().parse().ok())?;
        (1..=longest.get().max(1))
            .contains(&minutes)
            .then(|| minutes.saturating_mul(60))
    };
    let job = Memo::new(move |_| draft.with(|d| d.job().map(drop).map_err(|why| why.to_string())));
    let request = move || {
        if let Some(seconds) = seconds() {
            ask.run(app, RequestQuote { node, seconds }, move |new| {
                quote.try_set(Some(new));
            });
        }
    };
    let confirm = move |act: Act| {
        let Some((Ok(job), Some(quote))) = draft.try_with_untracked(|d| (d.job(), quote.get_untracked()))
        else {
            return;
        };
        let title = draft.with_untracked(|d| d.template.label().to_owned());
        act.run(
            app,
            Deploy {
                lease: quote.lease,
                job,
                title,
            },
            move |deployment| {
                app.answered();
                let to = format!("/deployments/{}", deployment.lease.id);
                navigate.try_with_value(|navigate| navigate(&to, NavigateOptions::default()));
            },
        );
    };
    let review = move || {
        let Some(quote) = quote.get_untracked() else {
            return;
        };
        deploy.run(app, ReviewDeploy { lease: quote.lease }, move |review| {
            app.question.set(Some(Question {
                title: w!(review.title_deploy, device = name.get_untracked()).to_string(),
                text: w!(review.text_deploy).to_owned(),
                review: Some(review),
                confirm: w!(review.confirm_deploy),
                danger: false,
                when_leased: None,
                run: Callback::new(confirm),
            }));
        });
    };
    let expired =
        Memo::new(move |_| quote.with(|q| q.as_ref().is_none_or(|q| seconds_left(q, app.now.get()) == 0)));
    let no_wallet = Memo::new(move |_| {
        app.status
            .with(|s| s.as_ref().is_some_and(|s| s.wallet.is_none()))
    });
    let notice = move || match offer.with(|o| o.as_ref().map_or(0, |o| o.offer.notice_seconds)) {
        0 => w!(rent.notice_none).to_owned(),
        seconds => format::duration(seconds),
    };
    let heading = NodeRef::<leptos::html::H2>::new();
    heading.on_load(|heading| {
        let _left_already = heading.focus();
    });
    let close = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            navigate.try_with_value(|navigate| navigate("/rent", NavigateOptions::default()));
        }
    };
    let quoted = Memo::new(move |_| quote.with(Option::is_some));
    view! {
        <aside class="panel" aria-labelledby="panel-title" data-testid="offer-panel" on:keydown=close>
            <header class="panel-head">
                <div>
                    <h2 id="panel-title" tabindex="-1" node_ref=heading>
                        <span class="visually-hidden">{w!(rent.panel)} ": "</span>
                        {name}
                    </h2>
                    <p class="muted small mono">{node.short()}</p>
                </div>
                {move || {
                    offer.get().map(|o| {
                        view! {
                            <p class="panel-price">
                                <Money amount=o.offer.rate.per_hour().0 price=true testid="panel-price" />
                                <span class="muted small block">{w!(rent.per_hour)}</span>
                            </p>
                        }
                    })
                }}
                <A href="/rent" attr:class="icon-button" attr:aria-label=w!(app.close) attr:data-testid="panel-close">
                    <Icon icon=icondata::LuX width="18" height="18" />
                </A>
            </header>
            <div class="panel-body">
                {move || offer.with(Option::is_none).then(|| view! { <p class="note warn">{w!(rent.gone)}</p> })}
                {move || offer.with(Option::is_some).then(|| view! {
                    <p class="small muted">{w!(rent.notice)} ": " {notice()}</p>
                })}
                <label class="field">
                    <span>{w!(rent.duration)}</span>
                    <input
                        type="text"
                        inputmode="numeric"
                        data-testid="duration"
                        aria-invalid=move || seconds().is_none().to_string()
                        aria-describedby="duration-help"
                        prop:value=minutes
                        on:input:target=move |event| {
                            minutes.set(event.target().value());
                            // It was for another time.
                            quote.set(None);
                        }
                    />
                    <span class="muted small" id="duration-help">
                        {move || match seconds() {
                            Some(_) => w!(rent.duration_help, max = format::duration(longest.get() * 60)).to_string(),
                            None => w!(rent.bad_duration, max = longest.get()).to_string(),
                        }}
                    </span>
                </label>
                <JobEditor draft />
                {move || {
                    job.get().err().map(|why| view! { <p class="field-error" role="alert">{w!(rent.bad_job, why).to_string()}</p> })
                }}
            </div>
            <footer class="panel-foot">
                {move || no_wallet.get().then(|| view! { <p class="note warn">{w!(rent.need_wallet)}" "<A href="/welcome">{w!(home.create_wallet)}</A></p> })}
                <ErrorBox error=ask.error />
                <ErrorBox error=deploy.error />
                <div aria-live="polite">{move || quote.get().map(|quote| view! { <QuoteView quote /> })}</div>
                <div class="actions">
                    {move || {
                        let kind = if expired.get() { Kind::Primary } else { Kind::Plain };
                        let label = if quoted.get() { w!(rent.quote_again) } else { w!(rent.quote) };
                        view! {
                            <ActButton
                                act=ask
                                kind
                                label
                                testid="quote-button"
                                disabled=Signal::derive(move || no_wallet.get() || seconds().is_none() || offer.with(Option::is_none))
                                press=request
                            />
                        }
                    }}
                    {move || {
                        (!expired.get()).then(|| {
                            view! {
                                <ActButton
                                    act=deploy
                                    kind=Kind::Primary
                                    icon=icondata::LuPlay
                                    label=w!(rent.deploy)
                                    testid="deploy-button"
                                    disabled=Signal::derive(move || job.with(Result::is_err))
                                    press=review
                                />
                            }
                        })
                    }}
                </div>
            </footer>
        </aside>
    }
}
