//! The table of offers.

use hearth_types::{
    id::NodeId,
    market::ListedOffer,
    requirement::{Model, Requirement},
};
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::{components::A, hooks::use_navigate};

use super::order::{Column, Order, memory, name, sort};
use crate::{
    components::{Empty, Money, Pill},
    format,
    state::use_app,
    words::w,
};

#[component]
fn Head(
    column: Column,
    label: &'static str,
    order: RwSignal<Order>,
    #[prop(optional)] number: bool,
    #[prop(optional)] wide: bool,
) -> impl IntoView {
    let here = move || order.get().by == column;
    let sorted = move || match (here(), order.get().descending) {
        (false, _) => "none",
        (true, true) => "descending",
        (true, false) => "ascending",
    };
    let turn = move |_| {
        order.update(|order| {
            *order = Order {
                by: column,
                descending: order.by == column && !order.descending,
            };
        });
    };
    view! {
        <th scope="col" aria-sort=sorted class:number=number class:wide-only=wide>
            <button type="button" class="sort" on:click=turn>
                {label}
                {move || {
                    here().then(|| {
                        let icon = if order.get().descending { icondata::LuArrowDown } else { icondata::LuArrowUp };
                        view! { <Icon icon=icon width="12" height="12" /> }
                    })
                }}
            </button>
        </th>
    }
}

/// A row that stays in place, with the keyboard on it, while the market is looked at again.
#[component]
fn Row(node: NodeId, list: Memo<Vec<ListedOffer>>, picked: Memo<Option<NodeId>>) -> impl IntoView {
    let app = use_app();
    let navigate = use_navigate();
    let href = format!("/rent/{node}");
    let target = href.clone();
    let offer = Memo::new(move |_| list.with(|l| l.iter().find(|o| o.offer.node == node).cloned()));
    let benchmark = Memo::new(move |_| offer.with(|o| o.as_ref()?.offer.devices.first()?.benchmark.clone()));
    let own = move || {
        let wallet = app
            .status
            .with(|s| s.as_ref().and_then(|s| s.wallet.as_ref()).map(|w| w.address));
        wallet.is_some() && wallet == offer.with(|o| o.as_ref().map(|o| o.offer.provider))
    };
    let absent = || "\u{2013}".to_owned();
    let memory = move || {
        offer
            .with(|o| o.as_ref().and_then(memory))
            .map_or_else(absent, format::bytes)
    };
    let compute = move || {
        benchmark
            .with(|b| b.as_ref().map(|b| b.f32_gflops.median))
            .map_or_else(absent, |value| {
                w!(unit.gflops, value = format::measured(value)).to_string()
            })
    };
    let bandwidth = move || {
        benchmark
            .with(|b| b.as_ref().map(|b| b.memory_gb_per_s.median))
            .map_or_else(absent, |value| {
                w!(unit.gbps, value = format::measured(value)).to_string()
            })
    };
    let price = Signal::derive(move || offer.with(|o| o.as_ref().map_or(0, |o| o.offer.rate.per_hour().0)));
    let longest = move || format::duration(offer.with(|o| o.as_ref().map_or(0, |o| o.offer.max_seconds)));
    let free = Memo::new(move |_| offer.with(|o| o.as_ref().is_some_and(|o| o.available)));
    view! {
        <tr
            class="row-link"
            class:picked=move || picked.get() == Some(node)
            data-testid="offer-row"
            data-node=node.to_string()
            on:click=move |_| navigate(&target, leptos_router::NavigateOptions::default())
        >
            <th scope="row" class="at-name">
                <A href=href>{move || offer.with(|o| o.as_ref().map_or_else(String::new, name))}</A>
                <span class="muted small mono">{node.short()}{move || own().then(|| format!(" · {}", w!(rent.own)))}</span>
            </th>
            <td class="number at-memory">{memory}</td>
            <td class="number at-compute">{compute}</td>
            <td class="number wide-only">{bandwidth}</td>
            <td class="number at-price"><Money amount=price price=true testid="offer-price" /></td>
            <td class="number wide-only">{longest}</td>
            <td class="at-state">
                <Pill
                    tone=Signal::derive(move || if free.get() { "ok" } else { "live" })
                    text=Signal::derive(move || if free.get() { w!(rent.free) } else { w!(rent.busy) }.to_owned())
                />
            </td>
        </tr>
    }
}

/// Video memory that can be asked for, GiB: what cards are sold with.
const LEAST_MEMORY: [u64; 6] = [8, 12, 16, 24, 48, 80];

/// Filter, chips and table.
#[component]
pub(super) fn Market(
    offers: RwSignal<Option<Vec<ListedOffer>>>,
    picked: Memo<Option<NodeId>>,
    need: RwSignal<Requirement>,
    reload: Callback<()>,
) -> impl IntoView {
    let only_free = RwSignal::new(false);
    let order = RwSignal::new(Order {
        by: Column::Price,
        descending: false,
    });
    let all = Memo::new(move |_| offers.with(|o| o.as_ref().map_or(0, Vec::len)));
    let shown = Memo::new(move |_| {
        // The coordinator answers with what serves; until it has, the last answer is sifted here.
        let need = need.get();
        let mut list = offers.get().unwrap_or_default();
        list.retain(|o| (!only_free.get() || o.available) && need.accepts(&o.offer));
        sort(&mut list, order.get());
        list
    });
    let nodes = Memo::new(move |_| shown.with(|l| l.iter().map(|o| o.offer.node).collect::<Vec<_>>()));
    let table = move || {
        view! {
            <div class="toolbar">
                <input
                    type="search"
                    class="filter"
                    placeholder=w!(rent.filter)
                    aria-label=w!(rent.filter)
                    data-testid="offer-filter"
                    on:input:target=move |event| {
                        let model = Model::parse(&event.target().value());
                        need.update(|need| need.model = model);
                    }
                />
                <select
                    aria-label=w!(rent.least_memory)
                    data-testid="offer-memory"
                    on:change:target=move |event| {
                        let gibibytes = event.target().value().parse::<u64>().unwrap_or(0);
                        need.update(|need| need.min_vram_bytes = gibibytes << 30);
                    }
                >
                    <option value="0">{w!(rent.any_memory)}</option>
                    {LEAST_MEMORY
                        .map(|gibibytes| {
                            let label = format!("\u{2265} {}", format::bytes(gibibytes << 30));
                            view! { <option value=gibibytes.to_string()>{label}</option> }
                        })
                        .collect_view()}
                </select>
                <button
                    type="button"
                    class="chip"
                    aria-pressed=move || only_free.get().to_string()
                    on:click=move |_| only_free.update(|only| *only = !*only)
                >
                    {w!(rent.only_free)}
                </button>
                <span class="muted small" aria-live="polite">
                    {move || w!(rent.count, shown = shown.with(Vec::len), all = all.get()).to_string()}
                </span>
                <button type="button" class="button quiet push" data-testid="offers-refresh" on:click=move |_| reload.run(())>
                    <Icon icon=icondata::LuRefreshCw />
                    {w!(rent.refresh)}
                </button>
            </div>
            <div class="table-place">
                <table class="table market">
                    <thead>
                        <tr>
                            <Head column=Column::Device label=w!(rent.device) order />
                            <Head column=Column::Memory label=w!(rent.memory) order number=true />
                            <Head column=Column::Compute label=w!(rent.compute) order number=true />
                            <Head column=Column::Bandwidth label=w!(rent.bandwidth) order number=true wide=true />
                            <Head column=Column::Price label=w!(rent.price) order number=true />
                            <Head column=Column::Longest label=w!(rent.max) order number=true wide=true />
                            <th scope="col">{w!(rent.state)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || nodes.get() key=|node| *node let:node>
                            <Row node list=shown picked />
                        </For>
                    </tbody>
                </table>
                {move || shown.with(Vec::is_empty).then(|| view! { <p class="muted pad">{w!(rent.nothing)}</p> })}
            </div>
        }
    };
    let some = Memo::new(move |_| all.get() > 0 || need.with(|need| *need != Requirement::default()));
    let known = Memo::new(move |_| offers.with(Option::is_some));
    move || {
        if some.get() {
            Some(table().into_any())
        } else {
            known.get().then(|| {
                view! {
                    <Empty icon=icondata::LuStore title=w!(rent.empty_title) text=w!(rent.empty_text)>
                        <A href="/devices" attr:class="button primary">{w!(home.look_devices)}</A>
                    </Empty>
                }
                .into_any()
            })
        }
    }
}
