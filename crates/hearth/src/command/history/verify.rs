//! `hearth history verify`: is the history as it was written?

use std::path::Path;

use hearth_types::{
    history::{ChainHead, Verification},
    ipc::VerifyHistory,
};

use crate::{client::Client, output};

/// What to check.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// An end of the chain that was kept elsewhere, as LINKS:HASH.
    #[arg(long, value_name = "LINKS:HASH", value_parser = head)]
    head: Option<ChainHead>,
}

fn head(text: &str) -> Result<ChainHead, String> {
    let wrong = || "so many links, a colon and 64 hexadecimal digits".to_owned();
    let (links, hash) = text.split_once(':').ok_or_else(wrong)?;
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    Ok(ChainHead {
        links: links.parse().map_err(|_| wrong())?,
        hash: hash.to_ascii_lowercase(),
    })
}

/// Checks; fails when something is wrong.
pub(super) async fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    let mut client = Client::connect(data_dir).await?;
    let request = VerifyHistory {
        known: args.head.clone(),
    };
    let verdict = client.ask(request).await?;
    if json {
        output::json(&verdict)?;
    } else {
        output::line(describe(&verdict));
    }
    anyhow::ensure!(verdict.ok, "The history is not as it was written.");
    Ok(())
}

/// The verdict in words.
pub(crate) fn describe(verdict: &Verification) -> String {
    let end = verdict.head.as_ref().map_or_else(
        || "The history is empty.".to_owned(),
        |head| format!("Its chain ends with {}:{}", head.links, head.hash),
    );
    match &verdict.broken {
        None => format!(
            "All {} movements are as they were written. {end}",
            verdict.entries
        ),
        Some(broken) => {
            let entry = broken
                .entry
                .map_or_else(String::new, |entry| format!("Movement {entry}: "));
            format!(
                "{entry}{}. Everything before it is as it was written.",
                broken.what
            )
        }
    }
}
