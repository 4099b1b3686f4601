//! A wallet in an encrypted file, its words confirmed, and practice money.

use anyhow::Context as _;

use crate::page::{LATER, Page, SOON};

const PASSPHRASE: &str = "embers under the ash";

/// Creates the wallet and proves that the words were written down.
pub(super) async fn make_a_wallet(page: &Page) -> anyhow::Result<()> {
    page.click("home-create-wallet").await?;
    page.click_label("onboarding-file").await?;
    page.fill("onboarding-passphrase", PASSPHRASE).await?;
    page.fill("onboarding-passphrase-again", PASSPHRASE).await?;
    page.shot("onboarding").await?;
    page.click("onboarding-create").await?;
    page.find_within("onboarding-words", LATER).await?;
    let words = page.texts("onboarding-word").await?;
    anyhow::ensure!(words.len() == 12, "{} words are shown", words.len());
    page.shot("onboarding-words").await?;
    page.click("onboarding-words-done").await?;
    for field in ["confirm-word-1", "confirm-word-2"] {
        let number: usize = page
            .attribute(field, "data-number", SOON, |n| n.parse::<usize>().is_ok())
            .await?
            .parse()?;
        let word = number.checked_sub(1).and_then(|place| words.get(place));
        page.fill(field, word.context("a word that was not shown")?)
            .await?;
    }
    page.click("onboarding-confirm").await
}

/// Gets practice IO and goes on to the devices.
pub(super) async fn ask_the_faucet(page: &Page) -> anyhow::Result<()> {
    page.click("faucet-button").await?;
    page.attribute("onboarding-io", "data-base-units", LATER, |units| {
        units.parse::<u64>().is_ok_and(|units| units > 0)
    })
    .await?;
    page.attribute("balance", "data-base-units", SOON, |units| units != "0")
        .await?;
    page.shot("onboarding-funds").await?;
    page.click("onboarding-next").await?;
    page.find("check").await?;
    page.shot("onboarding-ready").await?;
    page.click("onboarding-devices").await
}
