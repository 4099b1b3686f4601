//! The frame around every page: the rail on the left, the strip on top.

use hearth_types::network::NetworkKind;
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::{components::A, hooks::use_location};
use wasm_bindgen::JsCast as _;

use super::{Money, Notices, QuestionDialog, state_pill::StatePill};
use crate::{labels, state::use_app, words::w};

#[component]
fn Entry(
    href: &'static str,
    label: &'static str,
    icon: icondata::Icon,
    testid: &'static str,
) -> impl IntoView {
    view! {
        <A href=href attr:class="rail-entry" attr:data-testid=testid attr:title=label exact={href == "/"}>
            <Icon icon=icon width="20" height="20" />
            <span class="rail-label">{label}</span>
        </A>
    }
}

#[component]
fn Rail() -> impl IntoView {
    view! {
        <nav class="rail" aria-label=w!(app.nav_label)>
            <div class="brand" aria-hidden="true">
                <span class="brand-mark"><Icon icon=icondata::LuFlame width="20" height="20" /></span>
                <span class="rail-label">{w!(app.name)}</span>
            </div>
            <Entry href="/" label=w!(nav.home) icon=icondata::LuHouse testid="nav-home" />
            <Entry href="/devices" label=w!(nav.devices) icon=icondata::LuCpu testid="nav-devices" />
            <Entry href="/rent" label=w!(nav.rent) icon=icondata::LuStore testid="nav-rent" />
            <Entry href="/deployments" label=w!(nav.deployments) icon=icondata::LuTerminal testid="nav-deployments" />
            <Entry href="/earnings" label=w!(nav.earnings) icon=icondata::LuCoins testid="nav-earnings" />
            <Entry href="/wallet" label=w!(nav.wallet) icon=icondata::LuWallet testid="nav-wallet" />
            <Entry href="/settings" label=w!(nav.settings) icon=icondata::LuSettings testid="nav-settings" />
        </nav>
    }
}

#[component]
fn Strip() -> impl IntoView {
    let app = use_app();
    let network = Memo::new(move |_| app.status.with(|s| s.as_ref().map(|s| s.network)));
    let income = Memo::new(move |_| app.status.with(|s| s.as_ref().map_or(0, |s| s.income_today.0)));
    let balance = Memo::new(move |_| {
        app.status.with(|s| {
            s.as_ref()
                .and_then(|s| s.wallet.as_ref())
                .map(|w| w.balances.io.0)
        })
    });
    view! {
        <header class="strip">
            {move || {
                network.get()
                    .map(|kind| {
                        let (class, about) = if kind == NetworkKind::Practice {
                            ("network practice", w!(strip.practice_about))
                        } else {
                            ("network", w!(strip.network_title))
                        };
                        view! {
                            <span class=class title=about data-testid="network-badge">
                                {if kind == NetworkKind::Practice { w!(app.practice) } else { labels::network(kind) }}
                            </span>
                        }
                    })
            }}
            <StatePill />
            <span class="strip-gap"></span>
            <div class="figure wide-only">
                <span class="figure-label">{w!(strip.income)}</span>
                <Money amount=income testid="income-today" />
            </div>
            <div class="figure">
                <span class="figure-label">{w!(strip.balance)}</span>
                {move || match balance.get() {
                    Some(io) => view! { <Money amount=io testid="balance" /> }.into_any(),
                    None => view! { <span class="muted" data-testid="no-wallet">{w!(strip.no_wallet)}</span> }.into_any(),
                }}
            </div>
        </header>
    }
}

/// What the page of an address is called.
fn page_name(section: &str) -> &'static str {
    match section {
        "devices" => w!(nav.devices),
        "rent" => w!(nav.rent),
        "deployments" => w!(nav.deployments),
        "earnings" => w!(nav.earnings),
        "wallet" => w!(nav.wallet),
        "settings" => w!(nav.settings),
        "welcome" => w!(onboarding.title),
        _ => w!(nav.home),
    }
}

/// Names the document after its page and takes the keyboard there, as loading a page would.
fn follow_pages() {
    let path = use_location().pathname;
    let section = Memo::new(move |_| path.with(|p| p.split('/').nth(1).unwrap_or_default().to_owned()));
    Effect::new(move |before: Option<()>| {
        let name = section.with(|section| page_name(section));
        document().set_title(&format!("{name} · {}", w!(app.name)));
        let page = document().get_element_by_id("page");
        if let (Some(()), Some(page)) = (
            before,
            page.and_then(|p| p.dyn_into::<web_sys::HtmlElement>().ok()),
        ) {
            let stay = web_sys::FocusOptions::new();
            stay.set_prevent_scroll(true);
            let _not_focusable = page.focus_with_options(&stay);
        }
    });
}

/// Rail, strip, banners and the page.
#[component]
pub(crate) fn Frame(children: Children) -> impl IntoView {
    follow_pages();
    view! {
        <a class="skip" href="#page">{w!(app.skip)}</a>
        <div class="frame">
            <Rail />
            <div class="stage">
                <Strip />
                <Notices />
                <main id="page" tabindex="-1">{children()}</main>
            </div>
        </div>
        <QuestionDialog />
    }
}
