//! Sending: recipient, amount, note; then the review.

use hearth_types::{
    id::WalletAddress,
    ipc::{
        Amount, Contact, ListContacts, ListWallets, MAX_MEMO_BYTES, ReviewSend, Send, SendReview,
        SendWarning, Topic, WalletList,
    },
    money::{Currency, ParseAmountError},
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::panel::Panel;
use crate::{
    components::{ActButton, ErrorBox, Kind},
    state::{Act, App, Question, use_app},
    words::w,
};

fn warning(warning: &SendWarning) -> String {
    match warning {
        SendWarning::FirstTime => w!(send.first_time).to_owned(),
        SendWarning::LooksLike { known, name } => {
            let name = name.clone().unwrap_or_else(|| w!(send.earlier).to_owned());
            w!(send.looks_like, known = known.to_string(), name).to_string()
        }
        SendWarning::NotAWallet => w!(send.not_a_wallet).to_owned(),
    }
}

/// What the review says above the amounts: who gets it, and each warning on a line of its own.
fn review_text(to: WalletAddress, memo: Option<&str>, review: &SendReview) -> String {
    let whom = match &review.name {
        Some(name) => w!(send.to_named, name = name.clone(), address = to.to_string()).to_string(),
        None => w!(send.to_address, address = to.to_string()).to_string(),
    };
    let mut lines = vec![whom];
    lines.extend(memo.map(|memo| w!(send.note, memo = memo.to_owned()).to_string()));
    lines.extend(review.warnings.iter().map(warning));
    lines.push(w!(send.final_word).to_owned());
    lines.join("\n")
}

fn ask(app: App, act: Act, request: ReviewSend, done: Callback<()>) {
    act.run(app, request.clone(), move |reviewed: SendReview| {
        let ReviewSend { to, amount, memo } = request;
        let text = review_text(to, memo.as_deref(), &reviewed);
        let danger = reviewed
            .warnings
            .iter()
            .any(|warning| !matches!(warning, SendWarning::FirstTime));
        let key = reviewed.key;
        app.question.set(Some(Question {
            title: w!(send.title_review, currency = amount.currency.symbol()).to_string(),
            text,
            review: Some(reviewed.review),
            confirm: w!(send.confirm),
            danger,
            when_leased: None,
            run: Callback::new(move |act: Act| {
                let request = Send {
                    key: key.clone(),
                    to,
                    amount,
                    memo: memo.clone(),
                };
                act.run(app, request, move |tx| {
                    app.answered();
                    app.say(w!(send.done, tx = tx.signature.short()).to_string());
                    app.refresh_status();
                    done.try_run(());
                });
            }),
        }));
    });
}

/// Names and addresses that can be chosen.
fn known(contacts: Option<Vec<Contact>>, own: Option<WalletList>) -> Vec<(String, String)> {
    let contacts = contacts.into_iter().flatten().map(|c| (c.name, c.address));
    let (withdrawal, wallets) = own.map_or((None, vec![]), |list| (list.withdrawal.address, list.wallets));
    let others = wallets.into_iter().filter(|wallet| !wallet.operating);
    let own = others.map(|wallet| (w!(send.own, name = wallet.name).to_string(), wallet.address));
    let withdrawal = withdrawal.map(|address| (w!(withdrawal.title).to_owned(), address));
    let all = contacts.chain(own).chain(withdrawal);
    all.map(|(name, address)| (name, address.to_string())).collect()
}

fn currency_choice(chosen: RwSignal<Currency>, value: Currency) -> impl IntoView {
    view! {
        <button
            type="button"
            class="chip"
            data-testid=format!("send-{}", value.symbol().to_lowercase())
            aria-pressed=move || (chosen.get() == value).to_string()
            on:click=move |_| chosen.set(value)
        >
            {value.symbol()}
        </button>
    }
}

/// The panel.
#[component]
pub(super) fn SendPanel() -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let navigate = StoredValue::new_local(use_navigate());
    let contacts = app.fetch(&[Topic::Wallet], || ListContacts {});
    let own = app.fetch(&[Topic::Wallet], || ListWallets {});
    let (to, text, memo) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let currency = RwSignal::new(Currency::Io);
    let address = Memo::new(move |_| to.with(|text| text.trim().parse::<WalletAddress>().ok()));
    let amount = Memo::new(move |_| {
        let parsed: Result<Amount, ParseAmountError> = text.with(|text| Amount::parse(text, currency.get()));
        parsed.ok().filter(|amount| amount.base_units > 0)
    });
    let long_memo = Memo::new(move |_| memo.with(|memo| memo.trim().len() > MAX_MEMO_BYTES));
    let bad_to = move || to.with(|text| !text.trim().is_empty()) && address.get().is_none();
    let bad_amount = move || text.with(|text| !text.is_empty()) && amount.get().is_none();
    let done = Callback::new(move |()| {
        navigate.try_with_value(|navigate| navigate("/wallet", NavigateOptions::default()));
    });
    let review = move || {
        let (Some(to), Some(amount)) = (address.get_untracked(), amount.get_untracked()) else {
            return;
        };
        let memo = Some(memo.get_untracked()).filter(|memo| !memo.trim().is_empty());
        ask(app, act, ReviewSend { to, amount, memo }, done);
    };
    let ready = Signal::derive(move || address.get().is_none() || amount.get().is_none() || long_memo.get());
    let foot = view! {
        <ErrorBox error=act.error />
        <div class="actions">
            <ActButton act kind=Kind::Primary icon=icondata::LuArrowUpRight label=w!(send.review) testid="send-review" disabled=ready press=review />
        </div>
    }
    .into_any();
    view! {
        <Panel title=w!(send.title) testid="send-panel" foot>
            {move || {
                let known = known(contacts.value.get(), own.value.get());
                (!known.is_empty()).then(|| view! {
                    <label class="field">
                        <span>{w!(send.known)}</span>
                        <select data-testid="send-known" on:change:target=move |event| to.set(event.target().value())>
                            <option value="">{w!(send.choose)}</option>
                            {known.into_iter().map(|(name, address)| view! { <option value=address>{name}</option> }).collect_view()}
                        </select>
                    </label>
                })
            }}
            <label class="field">
                <span>{w!(send.to)}</span>
                <input type="text" class="mono" autocomplete="off" spellcheck="false" data-testid="send-to" aria-invalid=move || bad_to().to_string() prop:value=to on:input:target=move |event| to.set(event.target().value()) />
                {move || bad_to().then(|| view! { <span class="field-error" role="alert">{w!(send.bad_to)}</span> })}
            </label>
            <div class="toolbar" role="group" aria-label=w!(send.currency)>
                {currency_choice(currency, Currency::Io)}
                {currency_choice(currency, Currency::Sol)}
            </div>
            <label class="field narrow">
                <span>{move || w!(send.amount, currency = currency.get().symbol()).to_string()}</span>
                <input type="text" inputmode="decimal" autocomplete="off" data-testid="send-amount" aria-invalid=move || bad_amount().to_string() prop:value=text on:input:target=move |event| text.set(event.target().value()) />
                {move || bad_amount().then(|| view! { <span class="field-error" role="alert">{w!(send.bad_amount, decimals = currency.get().decimals()).to_string()}</span> })}
            </label>
            <label class="field">
                <span>{w!(send.memo)}</span>
                <input type="text" autocomplete="off" data-testid="send-memo" aria-invalid=move || long_memo.get().to_string() prop:value=memo on:input:target=move |event| memo.set(event.target().value()) />
                <span class="muted small">{w!(send.memo_about, max = MAX_MEMO_BYTES).to_string()}</span>
            </label>
        </Panel>
    }
}
