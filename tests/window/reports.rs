//! What the page complains about: refusals of the content security policy, and errors.
//!
//! Chromium keeps its console for WebDriver. WebKit's WebDriver has no console: there a listener inside the page
//! collects. It is set after the page has loaded; a reporting observer with `buffered` also tells of the refusals
//! before it, where WebKit has one.

use anyhow::Context as _;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};

use crate::page::{Page, SOON};

const LISTEN: &str = r"
    window.hearthReports = [];
    const keep = text => window.hearthReports.push(String(text));
    document.addEventListener('securitypolicyviolation',
        e => keep(`policy: ${e.violatedDirective} refused ${e.blockedURI} at ${e.sourceFile}:${e.lineNumber}`));
    window.addEventListener('error', e => keep(`error: ${e.message ?? e.target?.outerHTML}`), true);
    window.addEventListener('unhandledrejection', e => keep(`rejection: ${e.reason}`));
    const error = console.error;
    console.error = (...words) => { keep(`console: ${words.join(' ')}`); error.apply(console, words); };
    if (window.ReportingObserver) {
        new ReportingObserver(all => all.forEach(r => keep(`report: ${JSON.stringify(r)}`)),
            { types: ['csp-violation'], buffered: true }).observe();
    }
    return document.styleSheets.length;
";

/// Starts collecting inside the page; lost when the page is loaded anew.
pub(crate) async fn listen(page: &Page) -> anyhow::Result<()> {
    let sheets = page.script(LISTEN).await?;
    anyhow::ensure!(
        sheets.as_u64() >= Some(5),
        "of the style sheets only {sheets} were loaded"
    );
    Ok(())
}

/// Fails when the page complained since [`listen`].
pub(crate) async fn none_in_page(page: &Page) -> anyhow::Result<()> {
    let reports = page.script("return window.hearthReports").await?;
    let reports = reports.as_array().context("the page was loaded anew")?;
    anyhow::ensure!(reports.is_empty(), "the page complained: {reports:#?}");
    Ok(())
}

/// Fails when the policy is not in force or a refusal would not be heard: asks for a picture from elsewhere.
/// Dirties the page's reports and console, so it comes last.
pub(crate) async fn heard(page: &Page) -> anyhow::Result<()> {
    listen(page).await?;
    let elsewhere = "document.body.append(Object.assign(new Image(), { src: 'http://192.0.2.1/x.png' }))";
    page.script(elsewhere).await?;
    page.until("the policy's refusal", SOON, async || {
        let reports = page.script("return window.hearthReports.join()").await?;
        let refused = |text: &str| text.contains("policy: img-src");
        Ok(reports.as_str().is_some_and(refused).then_some(()))
    })
    .await
}

/// A command that only some WebDrivers know.
#[derive(Debug)]
pub(crate) struct Vendor {
    path: &'static str,
    body: Value,
}

impl Vendor {
    /// A command of Chromium's debugging protocol.
    pub(crate) fn devtools(command: &str, parameters: Value) -> Self {
        Self {
            path: "goog/cdp/execute",
            body: json!({ "cmd": command, "params": parameters }),
        }
    }
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// Fails when Chromium's console holds an error or a refusal of the content security policy.
pub(crate) async fn none_in_console(page: &Page) -> anyhow::Result<()> {
    let log = Vendor {
        path: "se/log",
        body: json!({ "type": "browser" }),
    };
    let entries = page.client.issue_cmd(log).await?;
    let entries = entries.as_array().context("the console's log")?;
    let bad: Vec<&Value> = entries
        .iter()
        .filter(|entry| {
            let message = entry["message"].as_str().unwrap_or_default();
            entry["level"] == "SEVERE" || message.contains("Content Security Policy")
        })
        .collect();
    anyhow::ensure!(bad.is_empty(), "the console holds errors: {bad:#?}");
    Ok(())
}
