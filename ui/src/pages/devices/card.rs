//! One device.

use hearth_types::{
    device::DeviceKind,
    id::DeviceId,
    ipc::{DeviceView, SetDeviceLending},
    readiness::{Check, CheckState},
};
use leptos::prelude::*;

use super::{benchmark::BenchmarkPanel, facts::Facts, stake::StakePanel};
use crate::{
    components::{Checklist, ErrorBox, Pill},
    labels,
    state::{Act, use_app},
    words::w,
};

fn to_mend(checks: &[Check]) -> usize {
    checks
        .iter()
        .filter(|c| matches!(c.state, CheckState::Blocked | CheckState::Pending))
        .count()
}

/// A card for the device `id` of `list`; it stays in place while its values change.
#[component]
pub(super) fn DeviceCard(id: DeviceId, list: RwSignal<Option<Vec<DeviceView>>>) -> impl IntoView {
    let app = use_app();
    let toggle = Act::new();
    let device = Memo::new(move |_| list.with(|list| list.as_ref()?.iter().find(|d| d.id == id).cloned()));
    let facts = Memo::new(move |_| device.with(|d| d.as_ref().map(|d| d.device.clone())));
    let checks =
        Memo::new(move |_| device.with(|d| d.as_ref().map(|d| d.readiness.clone()).unwrap_or_default()));
    let kind = Memo::new(move |_| facts.with(|d| d.as_ref().map_or(DeviceKind::Unknown, |d| d.kind)));
    let name = Memo::new(move |_| facts.with(|d| d.as_ref().map_or_else(String::new, |d| d.name.clone())));
    let lend = Memo::new(move |_| device.with(|d| d.as_ref().is_some_and(|d| d.lend)));
    let set_lend = move |_| {
        let lend = !lend.get_untracked();
        toggle.run(app, SetDeviceLending { device: id, lend }, move |new| {
            list.try_update(|list| {
                if let Some(old) = list.iter_mut().flatten().find(|d| d.id == id) {
                    *old = new;
                }
            });
        });
    };
    let missing = move || checks.with(|c| to_mend(c));
    view! {
        <article class="card device" data-testid="device-card" data-device=id.to_string()>
            <header class="card-head">
                <div>
                    <h2>{name}</h2>
                    <p class="muted small">
                        {move || labels::device_kind(kind.get())}
                        {move || {
                            (kind.get() == DeviceKind::Software)
                                .then(|| view! { " · " <span data-testid="software-note">{w!(devices.software_note)}</span> })
                        }}
                    </p>
                </div>
                <label class="switch">
                    <input
                        type="checkbox"
                        role="switch"
                        data-testid="lend-toggle"
                        prop:checked=lend
                        disabled=toggle.busy
                        on:change=set_lend
                    />
                    <span class="switch-track" aria-hidden="true"></span>
                    <span>{w!(devices.lend)}</span>
                </label>
            </header>
            <ErrorBox error=toggle.error />
            <div class="device-grid">
                <section>
                    <h3>{w!(devices.facts)}</h3>
                    {move || facts.get().map(|device| view! { <Facts device /> })}
                </section>
                <section>
                    <div class="section-head">
                        <h3>{w!(devices.readiness)}</h3>
                        <Pill
                            testid="readiness-verdict"
                            tone=Signal::derive(move || if missing() == 0 { "ok" } else { "warn" })
                            text=Signal::derive(move || match missing() {
                                0 => w!(devices.ready_all).to_owned(),
                                count => w!(devices.ready_some, count).to_string(),
                            })
                        />
                    </div>
                    {move || view! { <Checklist checks=checks.get() /> }}
                </section>
                <section>
                    <h3>{w!(devices.benchmark)}</h3>
                    <BenchmarkPanel id device />
                </section>
                <section>
                    <h3>{w!(devices.stake)}</h3>
                    <StakePanel id device />
                </section>
            </div>
        </article>
    }
}
