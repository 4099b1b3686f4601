//! One deployment: live output, what it costs so far, stop, and what came of it.

use hearth_types::{
    id::LeaseId,
    ipc::{GetDeployment, StopDeployment, Topic},
    lease::{DeploymentView, LeaseStage, LeaseView, Stream},
};
use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_params_map};

use super::{result::ResultCard, tone};
use crate::{
    components::{ActButton, ErrorBox, Kind, Loading, Money, Pill, Progress},
    format, labels,
    state::{Act, LiveOutput, use_app},
    words::w,
};

#[component]
fn Output(lease: LeaseId) -> impl IntoView {
    let app = use_app();
    let log = NodeRef::<leptos::html::Pre>::new();
    let follow = RwSignal::new(true);
    let chunks = move || {
        app.output.with(|output| {
            if output.lease == Some(lease) {
                output.chunks.values().cloned().collect()
            } else {
                Vec::new()
            }
        })
    };
    let silent = move || {
        app.output
            .with(|output| output.lease != Some(lease) || output.chunks.is_empty())
    };
    Effect::new(move |_| {
        app.output.track();
        if follow.get() {
            // After the new lines are laid out.
            request_animation_frame(move || {
                if let Some(log) = log.try_get_untracked().flatten() {
                    log.set_scroll_top(log.scroll_height());
                }
            });
        }
    });
    view! {
        <section class="card">
            <div class="section-head">
                <h2>{w!(deployments.output)}</h2>
                <label class="small check-line">
                    <input type="checkbox" prop:checked=follow on:change:target=move |event| follow.set(event.target().checked()) />
                    {w!(deployments.follow)}
                </label>
            </div>
            <pre class="log mono" role="log" aria-label=w!(deployments.output) tabindex="0" node_ref=log data-testid="deployment-output">
                <For each=chunks key=|chunk| chunk.sequence let:chunk>
                    <span class:stderr=chunk.stream == Stream::Stderr>{chunk.text}</span>
                </For>
            </pre>
            {move || silent().then(|| view! { <p class="muted small">{w!(deployments.output_none)}</p> })}
        </section>
    }
}

#[component]
fn Stat(label: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="stat">
            <span class="stat-label">{label}</span>
            <span class="stat-value">{children()}</span>
        </div>
    }
}

#[component]
fn Figures(lease: LeaseView) -> impl IntoView {
    let app = use_app();
    let end = lease.closed_at;
    let open = matches!(
        lease.stage,
        LeaseStage::Opening | LeaseStage::Connecting | LeaseStage::Running
    );
    // Once it is billed, what counts is what was used, not how long the page was open.
    let billed = lease
        .paid
        .and_then(|paid| paid.0.checked_div(lease.rate.0))
        .map(format::duration);
    let elapsed = move || {
        let now = match end {
            Some(at) => at.0,
            None if open => app.now.get(),
            None => app.now.get_untracked(),
        };
        format::duration(now.saturating_sub(lease.opened_at.0) / 1000)
    };
    let time = match billed {
        Some(billed) => view! { <Stat label=w!(deployments.billed)>{billed}</Stat> }.into_any(),
        None => view! {
            <Stat label=w!(deployments.prepaid)><Money amount=lease.prepaid.0 testid="deployment-prepaid" /></Stat>
            <Stat label=w!(deployments.elapsed)>{elapsed}</Stat>
        }
        .into_any(),
    };
    view! {
        <div class="stats">
            {time}
            <Stat label=w!(deployments.escrow)><Money amount=lease.escrow.0 /></Stat>
            <Stat label=w!(deployments.rate)><Money amount=lease.rate.per_hour().0 price=true /></Stat>
        </div>
    }
}

fn fraction((done, all): (u64, u64)) -> f64 {
    let part = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if all == 0 { 0.0 } else { part(done) / part(all) }
}

#[component]
fn Head(deployment: Memo<Option<DeploymentView>>) -> impl IntoView {
    let app = use_app();
    let stop = Act::new();
    let lease = Memo::new(move |_| deployment.with(|d| d.as_ref().map(|d| d.lease.clone())));
    let title =
        Memo::new(move |_| deployment.with(|d| d.as_ref().map_or_else(String::new, |d| d.title.clone())));
    let stage = Memo::new(move |_| lease.with(|l| l.as_ref().map_or(LeaseStage::Opening, |l| l.stage)));
    let progress = Memo::new(move |_| deployment.with(|d| d.as_ref().and_then(|d| d.progress)));
    let counted = Memo::new(move |_| progress.with(Option::is_some));
    let label = Signal::derive(move || {
        progress.get().map_or_else(String::new, |(done, all)| {
            w!(deployments.progress_of, done, all).to_string()
        })
    });
    let running = move || {
        matches!(
            stage.get(),
            LeaseStage::Opening | LeaseStage::Connecting | LeaseStage::Running
        )
    };
    let press = move || {
        if let Some(id) = lease.with_untracked(|l| l.as_ref().map(|l| l.id)) {
            stop.run(app, StopDeployment { lease: id }, |_| ());
        }
    };
    view! {
        <div class="page-head">
            <div>
                <p class="small"><A href="/deployments" attr:class="link">{w!(deployments.all)}</A></p>
                <h1>{title}</h1>
                <p class="muted">
                    {move || lease.with(|l| l.as_ref().map_or_else(String::new, |l| l.device_name.clone()))}
                </p>
            </div>
            <div class="page-actions">
                <Pill
                    testid="deployment-stage"
                    tone=Signal::derive(move || tone(stage.get()))
                    text=Signal::derive(move || labels::stage(stage.get()).to_owned())
                />
                {move || {
                    running().then(|| {
                        view! {
                            <ActButton act=stop kind=Kind::Danger icon=icondata::LuSquare label=w!(deployments.stop) testid="stop-deployment" press=press />
                        }
                    })
                }}
            </div>
        </div>
        <p class="muted" aria-live="polite">{move || labels::stage_about(stage.get())}</p>
        <ErrorBox error=stop.error />
        {move || {
            (counted.get() && running()).then(|| {
                let fraction = Signal::derive(move || progress.get().map_or(0.0, fraction));
                view! {
                    <div class="running">
                        <div class="running-head"><span>{w!(deployments.progress)}</span><span class="muted small">{label}</span></div>
                        <Progress fraction label testid="deployment-progress" />
                    </div>
                }
            })
        }}
        {move || lease.get().map(|lease| view! { <Figures lease /> })}
    }
}

#[component]
fn Detail(id: LeaseId) -> impl IntoView {
    let app = use_app();
    let fetched = app.fetch(&[Topic::Leases], move || GetDeployment { lease: id });
    let deployment = Memo::new(move |_| fetched.value.get());
    app.output.set(LiveOutput {
        lease: Some(id),
        ..LiveOutput::default()
    });
    Effect::new(move |_| {
        deployment.with(|deployment| {
            for chunk in deployment.iter().flat_map(|d| &d.output) {
                app.output.update_untracked(|output| output.add(chunk.clone()));
            }
        });
        app.output.notify();
    });
    let known = Memo::new(move |_| deployment.with(Option::is_some));
    let over = Memo::new(move |_| {
        deployment.get().filter(|d| {
            matches!(
                d.lease.stage,
                LeaseStage::Settling | LeaseStage::Closed | LeaseStage::Abandoned
            )
        })
    });
    view! {
        <ErrorBox error=fetched.error />
        {move || (!known.get() && fetched.error.with(Option::is_none)).then(|| view! { <Loading /> })}
        {move || {
            known.get().then(|| {
                view! {
                    <Head deployment />
                    {move || over.get().map(|deployment| view! { <ResultCard deployment /> })}
                    <Output lease=id />
                }
            })
        }}
    }
}

/// The page of `/deployments/<lease>`.
#[component]
pub(crate) fn DeploymentPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params
            .with(|p| p.get("lease"))
            .and_then(|text| text.parse::<LeaseId>().ok())
    });
    move || match id.get() {
        Some(id) => view! { <Detail id /> }.into_any(),
        None => view! { <p>{w!(app.not_found)}</p> }.into_any(),
    }
}
