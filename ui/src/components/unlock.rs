//! Opening a locked wallet.

use hearth_types::ipc::{KeyStorage, Secret, UnlockWallet};
use leptos::prelude::*;

use super::{ErrorBox, Kind};
use crate::{
    state::{Act, use_app},
    words::w,
};

/// A passphrase and a button; a key in the keychain needs the button alone.
#[component]
pub(crate) fn UnlockForm() -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let passphrase = RwSignal::new(String::new());
    let typed = Memo::new(move |_| {
        app.status.with(|s| {
            let wallet = s.as_ref().and_then(|s| s.wallet.as_ref());
            wallet.is_none_or(|wallet| wallet.storage == KeyStorage::EncryptedFile)
        })
    });
    let unlock = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        act.run(
            app,
            UnlockWallet {
                passphrase: Secret(passphrase.get_untracked()),
            },
            move |_| {
                passphrase.try_set(String::new());
                app.refresh_status();
            },
        );
    };
    view! {
        <form class="inline-form" on:submit=unlock>
            {move || typed.get().then(|| view! {
                <label class="field">
                    <span>{w!(wallet.passphrase)}</span>
                    <input
                        type="password"
                        autocomplete="current-password"
                        data-testid="unlock-passphrase"
                        prop:value=passphrase
                        on:input:target=move |event| passphrase.set(event.target().value())
                    />
                </label>
            })}
            <button type="submit" class=Kind::Primary.class() data-testid="unlock-button" disabled=act.busy>
                {w!(wallet.unlock)}
            </button>
        </form>
        <ErrorBox error=act.error />
    }
}
