//! Settings: appearance, lending, browser access, the engine.

use hearth_types::{
    ipc::{BrowserAccess, GetBrowserAccess, GetSettings, Quit, SetSettings, Settings, Topic},
    money::{Currency, Io, IoPerSecond, Lamports, format_decimal, parse_decimal},
};
use leptos::prelude::*;
use leptos_use::ColorMode;

use crate::{
    app::Theme,
    components::{ActButton, Address, ErrorBox, Kind, Loading},
    state::{Act, App, Question, use_app},
    words::w,
};

const LONGEST_HOURS: f64 = 720.0;

#[component]
fn Appearance() -> impl IntoView {
    let theme = use_context::<Theme>();
    let choice = move |mode: ColorMode, label: &'static str, testid: &'static str| {
        let theme = theme?;
        let wanted = mode.clone();
        Some(view! {
            <button
                type="button"
                class="chip"
                data-testid=testid
                aria-pressed=move || (theme.mode.get() == wanted).to_string()
                on:click=move |_| theme.set.set(mode.clone())
            >
                {label}
            </button>
        })
    };
    view! {
        <section class="card">
            <h2>{w!(settings.appearance)}</h2>
            <div class="setting">
                <span>{w!(settings.theme)}</span>
                <div class="toolbar" role="group" aria-label=w!(settings.theme)>
                    {choice(ColorMode::Dark, w!(settings.theme_dark), "theme-dark")}
                    {choice(ColorMode::Light, w!(settings.theme_light), "theme-light")}
                    {choice(ColorMode::Auto, w!(settings.theme_system), "theme-system")}
                </div>
            </div>
        </section>
    }
}

/// Hours as typed, as seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 360 and 2,592,000"
)]
fn seconds(hours: &str) -> Option<u64> {
    let hours: f64 = hours.trim().parse().ok()?;
    (0.1..=LONGEST_HOURS)
        .contains(&hours)
        .then(|| (hours * 3600.0).round() as u64)
}

#[expect(clippy::cast_precision_loss, reason = "at most 2,592,000")]
fn hours(seconds: u64) -> String {
    let hours = format!("{:.2}", seconds as f64 / 3600.0);
    hours.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn switch(
    label: &'static str,
    about: &'static str,
    testid: &'static str,
    on: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <label class="switch wide">
            <span>
                <span>{label}</span>
                <span class="muted small block">{about}</span>
            </span>
            <input
                type="checkbox"
                role="switch"
                data-testid=testid
                prop:checked=on
                on:change:target=move |event| on.set(event.target().checked())
            />
            <span class="switch-track" aria-hidden="true"></span>
        </label>
    }
}

#[component]
fn Form(settings: Settings) -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let price = RwSignal::new(format_decimal(settings.price.per_hour().0, 8));
    let longest = RwSignal::new(hours(settings.max_lease_seconds));
    let autostart = RwSignal::new(settings.autostart);
    let lend_on_start = RwSignal::new(settings.lend_on_start);
    let lock_after = RwSignal::new(settings.lock_after_minutes.to_string());
    let language = RwSignal::new(settings.language.unwrap_or_default());
    let decimals = Currency::Sol.decimals();
    let priority = RwSignal::new(format_decimal(settings.max_priority_fee.0, decimals));
    let max_priority = move || priority.with(|text| parse_decimal(text, decimals).ok().map(Lamports));
    let rate = move || {
        price
            .with(|p| p.parse::<Io>().ok())
            .filter(|io| io.0 >= 3600)
            .map(IoPerSecond::from_hourly)
    };
    let max_lease = move || longest.with(|l| seconds(l));
    let idle = move || lock_after.with(|text| text.trim().parse::<u32>().ok().filter(|m| *m <= 1440));
    let save = move || {
        let (Some(price), Some(max_lease_seconds), Some(lock_after_minutes), Some(max_priority_fee)) =
            (rate(), max_lease(), idle(), max_priority())
        else {
            return;
        };
        let settings = Settings {
            language: Some(language.get_untracked()).filter(|l| !l.is_empty()),
            autostart: autostart.get_untracked(),
            price,
            max_lease_seconds,
            lend_on_start: lend_on_start.get_untracked(),
            lock_after_minutes,
            max_priority_fee,
        };
        act.run(app, SetSettings { settings }, move |_| app.say(w!(app.saved)));
    };
    view! {
        <section class="card">
            <h2>{w!(settings.lending)}</h2>
            <label class="field narrow">
                <span>{w!(settings.price)}</span>
                <input type="text" inputmode="decimal" data-testid="settings-price" aria-invalid=move || rate().is_none().to_string() prop:value=price on:input:target=move |event| price.set(event.target().value()) />
                <span class="muted small">
                    {move || rate().map_or_else(
                        || w!(settings.price_bad).to_owned(),
                        |rate| w!(settings.price_exact, price = Io(rate.0).to_string()).to_string(),
                    )}
                </span>
            </label>
            <label class="field narrow">
                <span>{w!(settings.max_lease)}</span>
                <input type="text" inputmode="decimal" data-testid="settings-max-lease" aria-invalid=move || max_lease().is_none().to_string() prop:value=longest on:input:target=move |event| longest.set(event.target().value()) />
                {move || max_lease().is_none().then(|| view! { <span class="field-error">{w!(settings.max_lease_bad)}</span> })}
            </label>
            <label class="field narrow">
                <span>{w!(settings.max_priority)}</span>
                <input type="text" inputmode="decimal" data-testid="settings-max-priority" aria-invalid=move || max_priority().is_none().to_string() prop:value=priority on:input:target=move |event| priority.set(event.target().value()) />
                <span class="muted small">
                    {move || if max_priority().is_none() { w!(settings.max_priority_bad) } else { w!(settings.max_priority_about) }}
                </span>
            </label>
            {switch(w!(settings.autostart), w!(settings.autostart_about), "settings-autostart", autostart)}
            {switch(w!(settings.lend_on_start), w!(settings.lend_on_start_about), "settings-lend-on-start", lend_on_start)}
            <label class="field narrow">
                <span>{w!(settings.lock_after)}</span>
                <input type="text" inputmode="numeric" data-testid="settings-lock-after" aria-invalid=move || idle().is_none().to_string() prop:value=lock_after on:input:target=move |event| lock_after.set(event.target().value()) />
                <span class="muted small">{w!(settings.lock_after_about)}</span>
                {move || idle().is_none().then(|| view! { <span class="field-error">{w!(settings.lock_after_bad)}</span> })}
            </label>
            <label class="field narrow">
                <span>{w!(settings.language)}</span>
                <select data-testid="settings-language" prop:value=language on:change:target=move |event| language.set(event.target().value())>
                    <option value="">{w!(settings.language_system)}</option>
                    <option value="en">"English"</option>
                </select>
            </label>
            <ErrorBox error=act.error />
            <div class="actions">
                <ActButton act kind=Kind::Primary label=w!(app.save) testid="settings-save" disabled=Signal::derive(move || rate().is_none() || max_lease().is_none() || idle().is_none() || max_priority().is_none()) press=save />
            </div>
        </section>
    }
}

#[component]
fn Browser() -> impl IntoView {
    let app = use_app();
    let act = Act::new();
    let access = RwSignal::new(None::<BrowserAccess>);
    let show = move || {
        act.run(app, GetBrowserAccess {}, move |new| {
            access.try_set(Some(new));
        });
    };
    view! {
        <section class="card">
            <h2>{w!(settings.browser)}</h2>
            <p class="muted">{if app.backend.is_window() { w!(settings.browser_about) } else { w!(settings.browser_here) }}</p>
            {app.backend.is_window().then(|| view! { <ActButton act label=w!(settings.browser_show) testid="browser-access" press=show /> })}
            {move || access.get().map(|access| view! {
                <dl class="facts">
                    <dt>{w!(settings.browser_url)}</dt>
                    <dd><Address text=access.url full=true testid="browser-url" /></dd>
                    <dt>{w!(settings.browser_code)}</dt>
                    <dd><Address text=access.pairing_code full=true testid="browser-code" /></dd>
                </dl>
            })}
            <ErrorBox error=act.error />
        </section>
    }
}

fn ask_quit(app: App, force: bool) {
    app.question.set(Some(Question {
        title: w!(settings.quit_title).to_owned(),
        text: if force {
            w!(settings.quit_lease)
        } else {
            w!(settings.quit_text)
        }
        .to_owned(),
        review: None,
        confirm: if force {
            w!(settings.quit_force)
        } else {
            w!(settings.quit_confirm)
        },
        danger: true,
        // A lease may have begun since the status was last seen.
        when_leased: (!force).then(|| Callback::new(move |()| ask_quit(app, true))),
        run: Callback::new(move |act: Act| {
            act.run(app, Quit { force }, move |()| {
                app.answered();
                app.say(w!(settings.quit_done));
            });
        }),
    }));
}

/// The page.
#[component]
pub(crate) fn SettingsPage() -> impl IntoView {
    let app = use_app();
    let settings = app.fetch(&[Topic::Settings], || GetSettings {});
    let version = Memo::new(move |_| {
        app.status
            .with(|s| s.as_ref().map_or_else(String::new, |s| s.version.clone()))
    });
    let quit = move |_| {
        ask_quit(
            app,
            app.status
                .with_untracked(|s| s.as_ref().is_some_and(|s| !s.open_leases.is_empty())),
        )
    };
    view! {
        <div class="page-head"><h1>{w!(settings.title)}</h1></div>
        <div class="column">
            <Appearance />
            <ErrorBox error=settings.error />
            {move || match settings.value.get() {
                None => settings.error.with(Option::is_none).then(|| view! { <Loading /> }.into_any()),
                Some(settings) => Some(view! { <Form settings /> }.into_any()),
            }}
            <Browser />
            <section class="card">
                <h2>{w!(settings.engine)}</h2>
                <dl class="facts"><dt>{w!(settings.version)}</dt><dd>{version}</dd></dl>
                <p class="muted small">{w!(settings.quit_about)}</p>
                <div class="actions">
                    <button type="button" class="button danger" data-testid="quit-button" on:click=quit>{w!(settings.quit)}</button>
                </div>
            </section>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_and_written() {
        assert_eq!(seconds("1.5"), Some(5400));
        assert_eq!(hours(5400), "1.5");
        assert_eq!(hours(36_000), "10");
        for bad in ["", "0", "-1", "721", "inf", "NaN", "x"] {
            assert_eq!(seconds(bad), None, "{bad}");
        }
    }
}
