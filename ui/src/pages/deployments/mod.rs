//! Deployments: what this app runs on other people's devices.

mod detail;
mod result;

use hearth_types::{
    ipc::{ListDeployments, Topic},
    lease::{DeploymentView, LeaseStage},
};
use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_navigate};

pub(crate) use detail::DeploymentPage;

use crate::{
    components::{Empty, ErrorBox, Loading, Money, Pill, When},
    labels,
    state::use_app,
    words::w,
};

pub(super) const fn tone(stage: LeaseStage) -> &'static str {
    match stage {
        LeaseStage::Opening | LeaseStage::Connecting | LeaseStage::Settling => "info",
        LeaseStage::Running => "live",
        LeaseStage::Closed => "ok",
        LeaseStage::Abandoned => "still",
    }
}

#[component]
fn Row(deployment: DeploymentView) -> impl IntoView {
    let navigate = use_navigate();
    let lease = deployment.lease;
    let href = format!("/deployments/{}", lease.id);
    let target = href.clone();
    let optional = |amount: Option<hearth_types::money::Io>| {
        amount.map_or_else(
            || view! { "\u{2013}" }.into_any(),
            |io| view! { <Money amount=io.0 /> }.into_any(),
        )
    };
    view! {
        <tr
            class="row-link"
            data-testid="deployment-row"
            on:click=move |_| navigate(&target, leptos_router::NavigateOptions::default())
        >
            <th scope="row" class="at-name"><A href=href>{deployment.title}</A></th>
            <td class="at-device">{lease.device_name}</td>
            <td class="at-state"><Pill tone=tone(lease.stage) text=labels::stage(lease.stage) /></td>
            <td class="number at-paid" data-label=w!(deployments.col_paid)>{optional(lease.paid)}</td>
            <td class="number at-refund" data-label=w!(deployments.col_refund)>{optional(lease.refunded)}</td>
            <td class="at-when"><When at=lease.opened_at /></td>
        </tr>
    }
}

/// The list.
#[component]
pub(crate) fn DeploymentsPage() -> impl IntoView {
    let app = use_app();
    let list = app.fetch(&[Topic::Leases], || ListDeployments {});
    view! {
        <div class="page-head">
            <div>
                <h1>{w!(deployments.title)}</h1>
                <p class="muted">{w!(deployments.about)}</p>
            </div>
        </div>
        <ErrorBox error=list.error />
        {move || match list.value.get() {
            None => list.error.with(Option::is_none).then(|| view! { <Loading /> }.into_any()),
            Some(deployments) if deployments.is_empty() => Some(
                view! {
                    <Empty icon=icondata::LuTerminal title=w!(deployments.empty_title) text=w!(deployments.empty_text)>
                        <A href="/rent" attr:class="button primary">{w!(deployments.go_rent)}</A>
                    </Empty>
                }
                    .into_any(),
            ),
            Some(deployments) => Some(
                view! {
                    <div class="table-place">
                        <table class="table deployments">
                            <thead>
                                <tr>
                                    <th scope="col">{w!(deployments.col_title)}</th>
                                    <th scope="col">{w!(deployments.col_device)}</th>
                                    <th scope="col">{w!(deployments.col_stage)}</th>
                                    <th scope="col" class="number">{w!(deployments.col_paid)}</th>
                                    <th scope="col" class="number">{w!(deployments.col_refund)}</th>
                                    <th scope="col">{w!(deployments.col_started)}</th>
                                </tr>
                            </thead>
                            <tbody>
                                {deployments.into_iter().map(|deployment| view! { <Row deployment /> }).collect_view()}
                            </tbody>
                        </table>
                    </div>
                }
                    .into_any(),
            ),
        }}
    }
}
