//! The page under test: found by `data-testid`, waited for with deadlines, saved as pictures.

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use fantoccini::{
    Client, Locator,
    elements::Element,
    error::{CmdError, ErrorStatus},
};
use serde_json::Value;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// How long an ordinary answer of the interface may take.
pub(crate) const SOON: Duration = Duration::from_secs(30);
/// How long work on the chain, in the sandbox or on the device may take.
pub(crate) const LATER: Duration = Duration::from_secs(180);
/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A page in one of the two browsers.
pub(crate) struct Page {
    pub(crate) client: Client,
    shots: PathBuf,
    prefix: &'static str,
}

fn css(testid: &str) -> String {
    format!(r#"[data-testid="{testid}"]"#)
}

/// `None` for what a moment later may be otherwise: the page replaced the element, moved it or has not drawn it yet.
fn unless_passing<T>(outcome: Result<T, CmdError>) -> anyhow::Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(CmdError::Standard(error))
            if matches!(
                error.error,
                ErrorStatus::NoSuchElement
                    | ErrorStatus::StaleElementReference
                    | ErrorStatus::ElementClickIntercepted
                    | ErrorStatus::ElementNotInteractable
                    | ErrorStatus::InvalidElementState
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

impl Page {
    /// Wraps a session; pictures get names that begin with `prefix`.
    pub(crate) fn new(client: Client, prefix: &'static str) -> anyhow::Result<Self> {
        let programs = hearth_tests::processes::programs()?;
        let target = programs.parent().context("the target folder")?;
        let shots = target.join("screenshots");
        std::fs::create_dir_all(&shots)?;
        Ok(Self {
            client,
            shots,
            prefix,
        })
    }

    /// Looks until `look` sees something.
    pub(crate) async fn until<T>(
        &self,
        what: &str,
        within: Duration,
        look: impl AsyncFn() -> anyhow::Result<Option<T>>,
    ) -> anyhow::Result<T> {
        let deadline = Instant::now() + within;
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Some(seen) = look().await.with_context(|| what.to_owned())? {
                return Ok(seen);
            }
            if Instant::now() >= deadline {
                let errors = self.texts("error").await.unwrap_or_default();
                anyhow::bail!("after {within:?} still not seen: {what}. Errors on the page: {errors:?}");
            }
        }
    }

    /// The first element of that name that is on the page now.
    pub(crate) async fn get(&self, testid: &str) -> anyhow::Result<Option<Element>> {
        unless_passing(self.client.find(Locator::Css(&css(testid))).await)
    }

    /// Waits for an element.
    pub(crate) async fn find(&self, testid: &str) -> anyhow::Result<Element> {
        self.find_within(testid, SOON).await
    }

    /// Waits longer for an element.
    pub(crate) async fn find_within(&self, testid: &str, within: Duration) -> anyhow::Result<Element> {
        self.until(testid, within, async || self.get(testid).await).await
    }

    /// Waits until an element is there, visible and enabled, and clicks it.
    pub(crate) async fn click(&self, testid: &str) -> anyhow::Result<()> {
        self.click_css(&css(testid)).await
    }

    /// The same for any selector.
    pub(crate) async fn click_css(&self, selector: &str) -> anyhow::Result<()> {
        self.until(&format!("{selector} to click"), SOON, async || {
            let Some(element) = unless_passing(self.client.find(Locator::Css(selector)).await)? else {
                return Ok(None);
            };
            if unless_passing(element.is_enabled().await)? != Some(true) {
                return Ok(None);
            }
            // As a person would: the strip on top and the rail below on phones cover what is at the edge.
            let aim = "document.querySelector(arguments[0])?.scrollIntoView({ block: 'center' })";
            self.client.execute(aim, vec![selector.into()]).await?;
            unless_passing(element.click().await)
        })
        .await
    }

    /// Clicks a control whose input is drawn by its label (radio, switch).
    pub(crate) async fn click_label(&self, testid: &str) -> anyhow::Result<()> {
        self.click_css(&format!("label:has({})", css(testid))).await
    }

    /// Replaces the text of a field.
    pub(crate) async fn fill(&self, testid: &str, text: &str) -> anyhow::Result<()> {
        self.until(&format!("{testid} to type in"), SOON, async || {
            let Some(field) = self.get(testid).await? else {
                return Ok(None);
            };
            if unless_passing(field.clear().await)?.is_none() {
                return Ok(None);
            }
            if unless_passing(field.send_keys(text).await)?.is_none() {
                return Ok(None);
            }
            Ok(unless_passing(field.prop("value").await)?
                .flatten()
                .filter(|value| value == text)
                .map(drop))
        })
        .await
    }

    /// Waits until an attribute of the first element of that name is as wanted.
    pub(crate) async fn attribute(
        &self,
        testid: &str,
        attribute: &str,
        within: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> anyhow::Result<String> {
        self.until(
            &format!("{testid} with the right {attribute}"),
            within,
            async || {
                let Some(element) = self.get(testid).await? else {
                    return Ok(None);
                };
                let value = unless_passing(element.attr(attribute).await)?.flatten();
                Ok(value.filter(|value| wanted(value)))
            },
        )
        .await
    }

    /// An amount on the page, base units.
    pub(crate) async fn amount(&self, testid: &str) -> anyhow::Result<u64> {
        let text = self
            .attribute(testid, "data-base-units", LATER, |text| {
                text.parse::<u64>().is_ok()
            })
            .await?;
        Ok(text.parse()?)
    }

    /// Waits until an element's text holds `part`.
    pub(crate) async fn text(&self, testid: &str, part: &str, within: Duration) -> anyhow::Result<String> {
        self.until(&format!("“{part}” in {testid}"), within, async || {
            let Some(element) = self.get(testid).await? else {
                return Ok(None);
            };
            Ok(unless_passing(element.text().await)?.filter(|text| text.contains(part)))
        })
        .await
    }

    /// The texts of all elements of that name, now.
    pub(crate) async fn texts(&self, testid: &str) -> anyhow::Result<Vec<String>> {
        let mut texts = Vec::new();
        for element in self.client.find_all(Locator::Css(&css(testid))).await? {
            texts.extend(unless_passing(element.text().await)?);
        }
        Ok(texts)
    }

    /// Runs a script in the page.
    pub(crate) async fn script(&self, script: &str) -> anyhow::Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Saves what is on screen, once the fonts are there and nothing moves any more.
    pub(crate) async fn shot(&self, name: &str) -> anyhow::Result<()> {
        self.until("a page at rest", SOON, async || {
            let still = "return document.fonts.status === 'loaded' && document.getAnimations()\
                 .every(a => a.playState !== 'running' || a.effect.getTiming().iterations === Infinity)";
            Ok(self.script(still).await?.as_bool().filter(|still| *still))
        })
        .await?;
        let picture = self.client.screenshot().await?;
        anyhow::ensure!(picture.starts_with(b"\x89PNG"), "{name} is no picture");
        std::fs::write(self.shots.join(format!("{}{name}.png", self.prefix)), picture)?;
        Ok(())
    }

    /// What the page looked like when the test failed.
    pub(crate) async fn last_words(&self) -> String {
        let picture = match self.client.screenshot().await {
            Ok(picture) => std::fs::write(self.shots.join(format!("{}failed.png", self.prefix)), picture)
                .map_or_else(|error| error.to_string(), |()| "saved".to_owned()),
            Err(error) => error.to_string(),
        };
        let text = self.script("return document.body.innerText").await;
        format!("picture failed.png: {picture}; page: {text:?}")
    }
}
