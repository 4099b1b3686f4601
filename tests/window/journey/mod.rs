//! The steps, the same in both browsers.

mod lending;
mod money;
mod onboarding;
mod renting;

pub(crate) use lending::{stop as stop_lending, take_back as take_stake_back};
pub(crate) use money::save as save_history;

use crate::page::Page;

/// From a fresh profile to a closed lease; lending goes on.
pub(crate) async fn run(page: &Page) -> anyhow::Result<()> {
    // Whatever the system prefers.
    page.click("nav-settings").await?;
    page.click("theme-dark").await?;
    page.click("nav-home").await?;
    onboarding::make_a_wallet(page).await?;
    onboarding::ask_the_faucet(page).await?;
    lending::benchmark(page).await?;
    lending::stake(page).await?;
    lending::start(page).await?;
    let bill = renting::rent_and_stop(page).await?;
    money::check(page, bill).await
}

/// Adds to a failure what the page showed.
pub(crate) async fn told(page: &Page, outcome: anyhow::Result<()>) -> anyhow::Result<()> {
    match outcome {
        Ok(()) => Ok(()),
        Err(error) => Err(error.context(page.last_words().await)),
    }
}
