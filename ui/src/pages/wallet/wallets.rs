//! All wallets of the profile: which one operates, names, removal.

use hearth_types::{
    id::WalletAddress,
    ipc::{MAX_NAME_CHARS, OwnWallet, RemoveWallet, RenameWallet, UseWallet},
    money::Currency,
};
use leptos::prelude::*;
use leptos_icons::Icon;
use leptos_router::components::A;

use crate::{
    components::{ActButton, Address, ErrorBox, Kind, Money, Pill},
    state::{Act, App, Question, use_app},
    words::w,
};

fn ask_use(app: App, address: WalletAddress, name: String) {
    app.question.set(Some(Question {
        title: w!(wallets.use_title, name).to_string(),
        text: w!(wallets.use_text).to_owned(),
        review: None,
        confirm: w!(wallets.use_confirm),
        danger: false,
        when_leased: None,
        run: Callback::new(move |act: Act| {
            act.run(app, UseWallet { address }, move |_| {
                app.answered();
                app.refresh_status();
            });
        }),
    }));
}

fn ask_remove(app: App, wallet: OwnWallet) {
    let held = wallet.balances.is_none_or(|b| b.io.0 > 0 || b.sol.0 > 0);
    let address = wallet.address;
    app.question.set(Some(Question {
        title: w!(wallets.remove_title, name = wallet.name).to_string(),
        text: if held {
            w!(wallets.remove_text_held)
        } else {
            w!(wallets.remove_text)
        }
        .to_owned(),
        review: None,
        confirm: if held {
            w!(wallets.remove_confirm_held)
        } else {
            w!(wallets.remove_confirm)
        },
        danger: true,
        when_leased: None,
        run: Callback::new(move |act: Act| {
            let request = RemoveWallet {
                address,
                leave_balance: held,
            };
            act.run(app, request, move |_| {
                app.answered();
                app.refresh_status();
            });
        }),
    }));
}

#[component]
fn Name(address: WalletAddress, name: String) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let (editing, text) = (RwSignal::new(false), RwSignal::new(name.clone()));
    let save = move || {
        let name = text.get_untracked();
        act.run(app, RenameWallet { address, name }, move |_| {
            editing.try_set(false);
        });
    };
    let empty = Signal::derive(move || text.with(|text| text.trim().is_empty()));
    view! {
        {move || {
            let name = name.clone();
            if editing.get() {
                view! {
                    <form class="inline-form" on:submit=move |event| { event.prevent_default(); save(); }>
                        <input type="text" maxlength=MAX_NAME_CHARS.to_string() aria-label=w!(wallets.name) data-testid="wallet-name-field" prop:value=text on:input:target=move |event| text.set(event.target().value()) />
                        <ActButton act label=w!(app.save) testid="wallet-name-save" disabled=empty press=save />
                    </form>
                    <ErrorBox error=act.error />
                }
                    .into_any()
            } else {
                view! {
                    <span data-testid="wallet-name">{name}</span>
                    <button type="button" class="icon-button" aria-label=w!(wallets.rename) data-testid="wallet-rename" on:click=move |_| editing.set(true)>
                        <Icon icon=icondata::LuPencil width="14" height="14" />
                    </button>
                }
                    .into_any()
            }
        }}
    }
}

#[component]
fn Row(wallet: OwnWallet, alone: bool) -> impl IntoView {
    let app = use_app();
    let operating = wallet.operating;
    let (address, name) = (wallet.address, wallet.name.clone());
    let to_use = name.clone();
    let balances = wallet.balances;
    let removed = wallet.clone();
    view! {
        <tr data-testid="wallet-row" data-address=address.to_string()>
            <th scope="row">
                <Name address name />
                <span class="block"><Address text=address.to_string() /></span>
            </th>
            <td>{operating.then(|| view! { <Pill tone="live" text=w!(wallets.operating) testid="wallet-operating" /> })}</td>
            <td class="number">
                {match balances {
                    Some(held) => view! {
                        <Money amount=held.io.0 />
                        <br />
                        <Money amount=held.sol.0 currency=Currency::Sol />
                    }
                        .into_any(),
                    None => view! { <span class="muted">{w!(wallets.unknown)}</span> }.into_any(),
                }}
            </td>
            <td class="number">
                {(!operating).then(|| view! {
                    <button type="button" class=Kind::Quiet.class() data-testid="wallet-use" on:click=move |_| ask_use(app, address, to_use.clone())>
                        {w!(wallets.use_it)}
                    </button>
                })}
                {(!operating || alone).then(|| view! {
                    <button type="button" class=Kind::Quiet.class() data-testid="wallet-remove" on:click=move |_| ask_remove(app, removed.clone())>
                        {w!(wallets.remove)}
                    </button>
                })}
            </td>
        </tr>
    }
}

/// The table.
#[component]
pub(super) fn Wallets(wallets: Vec<OwnWallet>) -> impl IntoView {
    let alone = wallets.len() == 1;
    view! {
        <section class="stack">
            <div class="section-head">
                <h2>{w!(wallets.title)}</h2>
                <A href="/welcome?add=1" attr:class="button" attr:data-testid="wallet-add">{w!(wallets.add)}</A>
            </div>
            <p class="muted small">{w!(wallets.about)}</p>
            <div class="table-place">
                <table class="table" data-testid="wallets">
                    <thead>
                        <tr>
                            <th scope="col">{w!(wallets.name)}</th>
                            <th scope="col">{w!(wallets.role)}</th>
                            <th scope="col" class="number">{w!(wallet.balances)}</th>
                            <th scope="col"><span class="visually-hidden">{w!(wallets.actions)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{wallets.into_iter().map(|wallet| view! { <Row wallet alone /> }).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}
