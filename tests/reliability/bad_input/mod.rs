//! What nobody should send or do: each gets its own code, a sentence and a mend, and changes nothing.

mod doors;
mod machine;
mod profile;
mod requests;

use anyhow::Context as _;
use hearth_tests::daemon::Daemon;
use hearth_types::{
    history::HistoryEntry,
    ipc::{Code, GetWallet, IpcError, ListHistory, Reconcile, WalletView},
};

/// What must be the same before and after.
#[derive(Debug, PartialEq)]
struct Money {
    wallet: Option<WalletView>,
    history: Vec<HistoryEntry>,
}

async fn money(daemon: &Daemon) -> anyhow::Result<Money> {
    let verdict = daemon.ask(Reconcile {}).await?;
    anyhow::ensure!(verdict.ok, "{:?}", verdict.lines);
    let mut history = daemon
        .ask(ListHistory {
            before: None,
            limit: 100,
        })
        .await?;
    for entry in &mut history {
        // Becomes final meanwhile, by itself.
        entry.state = entry.state.min(hearth_types::history::EntryState::Confirmed);
    }
    Ok(Money {
        wallet: daemon.ask(GetWallet {}).await?,
        history,
    })
}

/// The right code, with a mend.
fn expect(error: &IpcError, code: Code) -> anyhow::Result<()> {
    anyhow::ensure!(error.code == code, "{code:?} was expected: {error:?}");
    anyhow::ensure!(!error.message.is_empty(), "no message: {error:?}");
    let mend = error.mend.as_deref().unwrap_or_default();
    anyhow::ensure!(!mend.is_empty(), "no mend: {error:?}");
    Ok(())
}

/// The error that a daemon printed when it refused to start.
fn printed(said: &str) -> anyhow::Result<IpcError> {
    let line = said
        .lines()
        .last()
        .with_context(|| format!("it said: {said:?}"))?;
    let mut value: serde_json::Value =
        serde_json::from_str(line).with_context(|| format!("it said: {line}"))?;
    Ok(serde_json::from_value(value["error"].take())?)
}
