//! Devices: what they are, what stands between them and lending, what they can do.

mod benchmark;
mod card;
mod facts;
pub(crate) mod stake;

use hearth_types::ipc::{ListDevices, Topic};
use leptos::prelude::*;

use crate::{
    components::{ActButton, Empty, ErrorBox, Kind, LendingButtons, Loading},
    state::{Act, use_app},
    words::w,
};

/// The page.
#[component]
pub(crate) fn DevicesPage() -> impl IntoView {
    let app = use_app();
    let devices = app.fetch(&[Topic::Devices, Topic::Wallet], || ListDevices {
        refresh: false,
    });
    let look = Act::new();
    let ids = Memo::new(move |_| {
        devices
            .value
            .with(|list| list.as_ref().map(|l| l.iter().map(|d| d.id).collect::<Vec<_>>()))
    });
    let refresh = move || {
        look.run(app, ListDevices { refresh: true }, move |list| {
            devices.value.try_set(Some(list));
        });
    };
    view! {
        <div class="page-head">
            <div>
                <h1>{w!(devices.title)}</h1>
                <p class="muted">{w!(devices.about)}</p>
            </div>
            <div class="page-actions">
                <ActButton act=look kind=Kind::Quiet icon=icondata::LuRefreshCw label=w!(devices.refresh) testid="devices-refresh" press=refresh />
                {move || ids.with(|ids| ids.as_ref().is_some_and(|ids| !ids.is_empty())).then(|| view! { <LendingButtons /> })}
            </div>
        </div>
        <ErrorBox error=devices.error />
        <ErrorBox error=look.error />
        {move || match ids.get() {
            None => devices.error.with(Option::is_none).then(|| view! { <Loading /> }.into_any()),
            Some(ids) if ids.is_empty() => Some(
                view! { <Empty icon=icondata::LuCpu title=w!(devices.empty_title) text=w!(devices.empty_text) /> }.into_any(),
            ),
            Some(ids) => Some(
                ids.into_iter()
                    .map(|id| view! { <card::DeviceCard id list=devices.value /> })
                    .collect_view()
                    .into_any(),
            ),
        }}
    }
}
