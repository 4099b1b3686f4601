//! The root: context, theme, routes.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    components::{A, Route, Router, Routes},
    path,
};
use leptos_use::{ColorMode, UseColorModeOptions, UseColorModeReturn, use_color_mode_with_options};

use crate::{
    backend::Backend,
    components::Frame,
    pages::{
        DeploymentPage, DeploymentsPage, DevicesPage, EarningsPage, HomePage, OnboardingPage, PairPage,
        RentPage, SettingsPage, StatementPage, WalletPage,
    },
    state::{App, Connection},
    words::w,
};

const PAIR_FRAGMENT: &str = "#pair=";

/// The chosen theme; shared by the context.
#[derive(Clone, Copy)]
pub(crate) struct Theme {
    pub(crate) mode: Signal<ColorMode>,
    pub(crate) set: WriteSignal<ColorMode>,
}

fn theme() -> Theme {
    let options = UseColorModeOptions::default()
        .attribute("data-theme")
        .storage_key("hearth-theme")
        .initial_value(ColorMode::Dark)
        .emit_auto(true)
        // Else it adds a style element, which the content security policy forbids.
        .transition_enabled(true);
    let UseColorModeReturn { mode, set_mode, .. } = use_color_mode_with_options(options);
    Theme { mode, set: set_mode }
}

/// The code in `/#pair=CODE`; the fragment is taken off the address, so that it is not kept or shared.
fn code_in_address() -> Option<String> {
    let location = window().location();
    let code = location.hash().ok()?.strip_prefix(PAIR_FRAGMENT)?.to_owned();
    let path = location.pathname().ok()?;
    let history = window().history().ok()?;
    history
        .replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path))
        .ok()?;
    Some(code)
}

#[component]
fn NotFound() -> impl IntoView {
    view! {
        <div class="empty">
            <h1>{w!(app.not_found)}</h1>
            <div class="actions"><A href="/" attr:class="button primary">{w!(app.go_home)}</A></div>
        </div>
    }
}

/// Everything.
#[component]
pub(crate) fn Root() -> impl IntoView {
    let app = App::new(Backend::detect());
    provide_context(app);
    provide_context(theme());
    let code = code_in_address();
    // Until the code is answered every request would be refused: no page is shown that asks.
    let pairing = RwSignal::new(code.is_some());
    match code {
        Some(code) => spawn_local(async move {
            // A wrong code shows as the pairing page, which the first request brings up.
            let _refused = app.backend.pair(&code).await;
            pairing.set(false);
            app.start();
        }),
        None => app.start(),
    }
    let unpaired = Memo::new(move |_| app.connection.get() == Connection::Unpaired);
    move || {
        if pairing.get() {
            return ().into_any();
        }
        if unpaired.get() {
            return view! { <PairPage /> }.into_any();
        }
        view! {
            <Router>
                <Frame>
                    <Routes fallback=NotFound>
                        <Route path=path!("/") view=HomePage />
                        <Route path=path!("/devices") view=DevicesPage />
                        <Route path=path!("/rent/:node?") view=RentPage />
                        <Route path=path!("/deployments") view=DeploymentsPage />
                        <Route path=path!("/deployments/:lease") view=DeploymentPage />
                        <Route path=path!("/earnings") view=EarningsPage />
                        <Route path=path!("/earnings/statement/:month?") view=StatementPage />
                        <Route path=path!("/wallet/:panel?") view=WalletPage />
                        <Route path=path!("/settings") view=SettingsPage />
                        <Route path=path!("/welcome") view=OnboardingPage />
                    </Routes>
                </Frame>
            </Router>
        }
        .into_any()
    }
}
