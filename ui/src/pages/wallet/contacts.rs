//! The address book.

use hearth_types::{
    id::WalletAddress,
    ipc::{Contact, ListContacts, MAX_NAME_CHARS, RemoveContact, SetContact, Topic},
};
use leptos::prelude::*;

use crate::{
    components::{ActButton, Address, ErrorBox, Kind, When},
    state::{Act, use_app},
    words::w,
};

#[component]
fn Row(contact: Contact, act: Act) -> impl IntoView {
    let app = use_app();
    let address = contact.address;
    let remove = move || act.run(app, RemoveContact { address }, |_| ());
    view! {
        <tr data-testid="contact-row">
            <th scope="row">{contact.name}</th>
            <td><Address text=address.to_string() /></td>
            <td class="muted small">
                {match contact.last_sent_at {
                    Some(at) => view! { <When at /> }.into_any(),
                    None => w!(contacts.never).into_any(),
                }}
            </td>
            <td class="number">
                <ActButton act kind=Kind::Quiet label=w!(contacts.remove) testid="contact-remove" press=remove />
            </td>
        </tr>
    }
}

/// The table, and the form for a new name.
#[component]
pub(super) fn Contacts() -> impl IntoView {
    let app = use_app();
    let (add, remove) = (Act::new(), Act::new());
    let book = app.fetch(&[Topic::Wallet], || ListContacts {});
    let (name, text) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let address = Memo::new(move |_| text.with(|text| text.trim().parse::<WalletAddress>().ok()));
    let bad = move || text.with(|text| !text.trim().is_empty()) && address.get().is_none();
    let missing = Signal::derive(move || address.get().is_none() || name.with(|name| name.trim().is_empty()));
    let save = move || {
        let (Some(address), name_typed) = (address.get_untracked(), name.get_untracked()) else {
            return;
        };
        let request = SetContact {
            address,
            name: name_typed,
        };
        add.run(app, request, move |_| {
            name.try_set(String::new());
            text.try_set(String::new());
        });
    };
    view! {
        <section class="stack">
            <h2>{w!(contacts.title)}</h2>
            <p class="muted small">{w!(contacts.about)}</p>
            {move || book.value.get().filter(|book| !book.is_empty()).map(|book| view! {
                <div class="table-place">
                    <table class="table" data-testid="contacts">
                        <thead>
                            <tr>
                                <th scope="col">{w!(wallets.name)}</th>
                                <th scope="col">{w!(wallet.address)}</th>
                                <th scope="col">{w!(contacts.last)}</th>
                                <th scope="col"><span class="visually-hidden">{w!(wallets.actions)}</span></th>
                            </tr>
                        </thead>
                        <tbody>{book.into_iter().map(|contact| view! { <Row contact act=remove /> }).collect_view()}</tbody>
                    </table>
                </div>
            })}
            <form class="inline-form" on:submit=move |event| { event.prevent_default(); save(); }>
                <label class="field">
                    <span>{w!(wallets.name)}</span>
                    <input type="text" autocomplete="off" maxlength=MAX_NAME_CHARS.to_string() data-testid="contact-name" prop:value=name on:input:target=move |event| name.set(event.target().value()) />
                </label>
                <label class="field wide">
                    <span>{w!(wallet.address)}</span>
                    <input type="text" class="mono" autocomplete="off" spellcheck="false" data-testid="contact-address" aria-invalid=move || bad().to_string() prop:value=text on:input:target=move |event| text.set(event.target().value()) />
                </label>
                <ActButton act=add label=w!(contacts.add) testid="contact-add" disabled=missing press=save />
            </form>
            {move || bad().then(|| view! { <p class="field-error" role="alert">{w!(send.bad_to)}</p> })}
            <ErrorBox error=book.error />
            <ErrorBox error=add.error />
            <ErrorBox error=remove.error />
        </section>
    }
}
