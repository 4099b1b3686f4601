//! Home: one card that says what is happening and why, with the one action that matters.

mod card;
mod situation;

use hearth_types::{
    device::DeviceKind,
    ipc::{DeviceView, ListDevices, ListHistory, Topic},
    node::NodeStatus,
    readiness::CheckState,
};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    components::{ErrorNote, Pill},
    labels,
    pages::earnings::HistoryTable,
    state::use_app,
    words::w,
};

#[component]
fn DeviceTile(device: DeviceView) -> impl IntoView {
    let blocked = device
        .readiness
        .iter()
        .filter(|c| matches!(c.state, CheckState::Blocked | CheckState::Pending))
        .count();
    let (tone, text) = if device.stake.hired {
        ("live", labels::status(NodeStatus::Hired).to_owned())
    } else if blocked > 0 {
        ("warn", w!(devices.ready_some, count = blocked).to_string())
    } else {
        ("ok", w!(devices.ready_all).to_owned())
    };
    let kind = if device.device.kind == DeviceKind::Software {
        format!(
            "{} · {}",
            labels::device_kind(device.device.kind),
            w!(app.practice)
        )
    } else {
        labels::device_kind(device.device.kind).to_owned()
    };
    let figures = [
        device
            .device
            .busy_percent
            .map(|v| w!(devices.percent, value = crate::format::measured(v)).to_string()),
        device
            .device
            .temperature_c
            .values()
            .next()
            .map(|v| w!(devices.celsius, value = crate::format::measured(*v)).to_string()),
        device
            .device
            .power_w
            .map(|v| w!(devices.watts, now = crate::format::measured(v)).to_string()),
    ];
    let figures = figures.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <A href="/devices" attr:class="tile" attr:data-testid="home-device">
            <strong>{device.device.name}</strong>
            <span class="muted small">{kind}</span>
            <span class="tile-foot">
                <Pill tone=tone text=text />
                <span class="muted small">{figures}</span>
            </span>
        </A>
    }
}

/// The page.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let app = use_app();
    let devices = app.fetch(&[Topic::Devices], || ListDevices { refresh: false });
    let history = app.fetch(&[Topic::History], || ListHistory {
        before: None,
        limit: 6,
    });
    let problems = Memo::new(move |_| {
        app.status
            .with(|s| s.as_ref().map(|s| s.problems.clone()).unwrap_or_default())
    });
    view! {
        <h1 class="visually-hidden">{w!(home.title)}</h1>
        <card::NowCard devices=devices.value />
        {move || {
            let problems = problems.get();
            (!problems.is_empty())
                .then(|| {
                    view! {
                        <section class="stack">
                            <h2>{w!(home.problems)}</h2>
                            {problems.into_iter().rev().map(|error| view! { <ErrorNote error /> }).collect_view()}
                        </section>
                    }
                })
        }}
        {move || {
            devices.value
                .get()
                .filter(|list| !list.is_empty())
                .map(|list| {
                    view! {
                        <section>
                            <h2>{w!(home.devices)}</h2>
                            <div class="tiles">
                                {list.into_iter().map(|device| view! { <DeviceTile device /> }).collect_view()}
                            </div>
                        </section>
                    }
                })
        }}
        <section>
            <div class="section-head">
                <h2>{w!(home.history)}</h2>
                <A href="/earnings" attr:class="link">{w!(home.all_history)}</A>
            </div>
            {move || match history.value.get() {
                Some(entries) if !entries.is_empty() => view! { <HistoryTable entries /> }.into_any(),
                _ => view! { <p class="muted">{w!(home.history_empty)}</p> }.into_any(),
            }}
        </section>
    }
}
