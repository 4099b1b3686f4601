//! The first card.

use hearth_types::{
    ipc::{AskFaucet, DeviceView, GetSettings, ListLeases, StartBenchmark, Topic},
    lease::{LeaseStage, Side},
    money::Io,
    node::{NodeStatus, Reason},
};
use leptos::prelude::*;
use leptos_router::components::A;

use super::situation::{Situation, main_device, situation};
use crate::{
    components::{ActButton, ErrorBox, Kind, LendingButtons, Loading, UnlockForm, money_text},
    format, labels,
    state::{Act, use_app},
    words::w,
};

fn link(href: &'static str, label: &'static str, testid: &'static str, kind: Kind) -> impl IntoView {
    view! { <A href=href attr:class=kind.class() attr:data-testid=testid>{label}</A> }
}

/// What is happening, why, and what to do.
#[component]
pub(super) fn NowCard(devices: RwSignal<Option<Vec<DeviceView>>>) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let leases = app.fetch(&[Topic::Leases], || ListLeases {});
    let settings = app.fetch(&[Topic::Settings], || GetSettings {});
    let now = Memo::new(move |_| {
        let devices = devices.get();
        app.status.with(|status| {
            let status = status.as_ref()?;
            // Without the devices nothing but "no wallet" is certain.
            if devices.is_none() && status.wallet.is_some() {
                return None;
            }
            Some(situation(status, devices.as_deref().unwrap_or_default()))
        })
    });
    let name = Memo::new(move |_| {
        devices.with(|list| {
            let list = list.as_deref().unwrap_or_default();
            main_device(list).map_or_else(String::new, |d| d.device.name.clone())
        })
    });
    let device_id =
        move || devices.with_untracked(|list| main_device(list.as_deref().unwrap_or_default()).map(|d| d.id));
    let reason = move || {
        app.status
            .with(|s| s.as_ref().map(|s| s.node.reason.clone()).unwrap_or_default())
    };
    let hired = move || {
        let lease = leases.value.with(|list| {
            list.as_ref()?
                .iter()
                .find(|l| l.side == Side::Provider && l.stage == LeaseStage::Running)
                .map(|l| (l.opened_at, l.prepaid))
        });
        lease.map_or_else(
            || w!(reason.running_lease.text).to_owned(),
            |(opened, prepaid)| {
                let time = format::duration(app.now.get().saturating_sub(opened.0) / 1000);
                w!(home.hired_text, time, earned = money_text(app, prepaid)).to_string()
            },
        )
    };
    let idle = move || {
        settings
            .value
            .with(|s| s.as_ref().map(|s| s.price.per_hour()))
            .map_or_else(
                || w!(reason.waiting_for_renter.text).to_owned(),
                |price| {
                    w!(
                        home.idle_text,
                        price = money_text(app, Io(format::rounded_price(price.0)))
                    )
                    .to_string()
                },
            )
    };
    let title = move || match now.get()? {
        Situation::NoWallet => Some(w!(home.no_wallet_title).to_owned()),
        Situation::Locked => Some(w!(home.locked_title).to_owned()),
        Situation::NoDevice => Some(w!(home.no_device_title).to_owned()),
        Situation::NoFunds => Some(w!(home.faucet_title).to_owned()),
        Situation::Measuring => Some(w!(home.benching_title, device = name.get()).to_string()),
        Situation::NotMeasured => Some(w!(home.bench_title, device = name.get()).to_string()),
        Situation::NotStaked => Some(w!(home.stake_title, device = name.get()).to_string()),
        Situation::Blocked(_) | Situation::Lending(NodeStatus::Blocked) => {
            Some(w!(home.blocked_title).to_owned())
        }
        Situation::Ready => Some(w!(home.ready_title, device = name.get()).to_string()),
        Situation::Lending(NodeStatus::Idle) => Some(w!(home.idle_title, device = name.get()).to_string()),
        Situation::Lending(NodeStatus::Hired) if matches!(reason(), Reason::Settling { .. }) => {
            Some(w!(home.settling_title).to_owned())
        }
        Situation::Lending(NodeStatus::Hired) => Some(w!(home.hired_title, device = name.get()).to_string()),
        Situation::Lending(NodeStatus::Paused) => Some(w!(home.paused_title).to_owned()),
        Situation::Lending(NodeStatus::Starting | NodeStatus::Down) => {
            Some(w!(home.starting_title, device = name.get()).to_string())
        }
    };
    let text = move || match now.get()? {
        Situation::NoWallet => Some(w!(home.no_wallet_text).to_owned()),
        Situation::Locked => Some(w!(home.locked_text).to_owned()),
        Situation::NoDevice => Some(w!(home.no_device_text).to_owned()),
        Situation::NoFunds => Some(w!(home.faucet_text).to_owned()),
        Situation::Measuring => Some(w!(home.benching_text).to_owned()),
        Situation::NotMeasured => Some(w!(home.bench_text).to_owned()),
        Situation::NotStaked => Some(w!(home.stake_text).to_owned()),
        Situation::Blocked(check) => {
            let mend = check.mend.unwrap_or_default();
            Some(format!(
                "{}: {} {mend}",
                labels::check_kind(check.kind),
                check.found
            ))
        }
        Situation::Ready => Some(w!(home.ready_text).to_owned()),
        Situation::Lending(NodeStatus::Idle) => Some(idle()),
        Situation::Lending(NodeStatus::Hired) if !matches!(reason(), Reason::Settling { .. }) => {
            Some(hired())
        }
        Situation::Lending(NodeStatus::Paused) => {
            let why = reason();
            Some(if let Reason::PausedByOwner { until } = why {
                w!(home.paused_text, until = format::clock(until)).to_string()
            } else {
                labels::explain(&why).text.to_owned()
            })
        }
        Situation::Lending(_) => {
            let why = labels::explain(&reason());
            Some(format!("{} {}", why.text, why.mend))
        }
    };
    let actions = move || match now.get()? {
        Situation::NoWallet => Some(
            view! {
                <div class="actions">
                    {link("/welcome", w!(home.create_wallet), "home-create-wallet", Kind::Primary)}
                    {link("/welcome?import", w!(home.import_wallet), "home-import-wallet", Kind::Plain)}
                </div>
            }
            .into_any(),
        ),
        Situation::Locked => Some(view! { <UnlockForm /> }.into_any()),
        Situation::NoDevice => {
            Some(link("/devices", w!(home.look_devices), "home-devices", Kind::Primary).into_any())
        }
        Situation::NoFunds => {
            let ask = move || act.run(app, AskFaucet {}, move |_| app.refresh_status());
            Some(
                view! { <ActButton act kind=Kind::Primary icon=icondata::LuDroplets label=w!(wallet.faucet) testid="faucet-button" press=ask /> }
                    .into_any(),
            )
        }
        Situation::Measuring => {
            Some(link("/devices", w!(home.watch), "home-watch", Kind::Primary).into_any())
        }
        Situation::NotMeasured => {
            let start = move || {
                if let Some(device) = device_id() {
                    act.run(app, StartBenchmark { device }, |_| ());
                }
            };
            Some(
                view! { <ActButton act kind=Kind::Primary icon=icondata::LuGauge label=w!(home.bench) testid="home-benchmark" press=start /> }
                    .into_any(),
            )
        }
        Situation::NotStaked => {
            Some(link("/devices", w!(home.stake), "home-stake", Kind::Primary).into_any())
        }
        Situation::Blocked(_) => Some(
            link(
                "/devices",
                w!(home.see_checklist),
                "home-checklist",
                Kind::Primary,
            )
            .into_any(),
        ),
        Situation::Ready | Situation::Lending(_) => Some(view! { <LendingButtons /> }.into_any()),
    };
    let live = move || {
        matches!(
            now.get(),
            Some(Situation::Lending(NodeStatus::Hired | NodeStatus::Idle))
        )
    };
    view! {
        <section class="now" class:now-live=live data-testid="home-card">
            <div>
                <h2 class="now-title" aria-live="polite">{title}</h2>
                <p class="now-text">{text}</p>
            </div>
            {actions}
            {move || now.with(Option::is_none).then(|| view! { <Loading /> })}
            <ErrorBox error=act.error />
        </section>
    }
}
