//! The first look after a start: does the history hold, and does the chain agree?

use std::time::Duration;

use hearth_store::ledger;
use hearth_types::{
    history::Reconciliation,
    ipc::{Code, IpcError},
    money::format_signed,
};

use crate::engine::Engine;

/// How long to wait at first for a chain that does not answer yet, or for what is still on its way.
const AGAIN: Duration = Duration::from_secs(5);
/// How long at most, between two looks at a lease that goes on for hours.
const SELDOM: Duration = Duration::from_secs(600);

impl Engine {
    /// Background work, once per start: reports a history that lost its end, then what history and chain differ by.
    pub(crate) async fn check_history_at_start(self) {
        if self.inner.store.lost_its_end() {
            let text = "The history does not hold the end that was noted beside it.";
            let problem = IpcError::new(Code::Storage, text);
            let mend =
                "See “hearth history verify”. If you put an older copy of the data folder back, this is it.";
            self.report(problem.mend(mend));
        }
        let mut wait = AGAIN;
        loop {
            match self.difference().await {
                Ok(Difference::None) => return,
                Ok(Difference::ForGood(problem)) => {
                    self.report(*problem);
                    return;
                }
                Ok(Difference::Passing) => {}
                Err(error) => {
                    tracing::debug!(code = ?error.code, "comparing history and chain: {}", error.message)
                }
            }
            tokio::time::sleep(wait).await;
            wait = wait.saturating_mul(2).min(SELDOM);
        }
    }

    /// What history and chain differ by. While transactions are on their way or leases are open, that passes: the
    /// chain may have closed a lease that the history does not know of yet.
    async fn difference(&self) -> Result<Difference, IpcError> {
        let Some(problem) = differences(&self.reconcile().await?) else {
            return Ok(Difference::None);
        };
        let open = !self.unfinished_leases().await?.is_empty();
        let mut read = self.inner.store.read().await?;
        Ok(if open || ledger::under_way(&mut read).await? > 0 {
            Difference::Passing
        } else {
            Difference::ForGood(Box::new(problem))
        })
    }
}

/// Whether history and chain differ.
enum Difference {
    None,
    /// Something is still on its way.
    Passing,
    /// Nothing is on its way, and this is wrong.
    ForGood(Box<IpcError>),
}

/// What differs, in words; nothing when all is equal.
fn differences(verdict: &Reconciliation) -> Option<IpcError> {
    if verdict.ok {
        return None;
    }
    let lines = verdict.lines.iter().filter(|line| !line.agrees());
    let lines = lines.map(|line| {
        let amount = |amount| format_signed(amount, line.currency.decimals());
        let (symbol, account) = (line.currency.symbol(), &line.account);
        format!(
            "{account} {symbol}: history {}, chain {}",
            amount(line.history),
            amount(line.chain)
        )
    });
    let problem = IpcError::new(Code::HistoryDiffers, "History and chain differ.");
    let mend = "“hearth audit” names each amount.";
    Some(problem.mend(mend).detail(lines.collect::<Vec<_>>().join("; ")))
}

#[cfg(test)]
mod tests {
    use hearth_types::{history::ReconcileLine, money::Currency, time::UnixMillis};

    use super::*;

    fn verdict(history: i64, chain: i64) -> Reconciliation {
        Reconciliation {
            ok: history == chain,
            at: UnixMillis(0),
            slot: 1,
            lines: vec![ReconcileLine {
                account: "wallet".into(),
                currency: Currency::Io,
                history,
                chain,
                under_way: 0,
            }],
            received: Vec::new(),
        }
    }

    #[test]
    fn a_difference_names_the_account_and_both_amounts() {
        assert_eq!(differences(&verdict(5, 5)), None);
        let told = differences(&verdict(150_000_000, -1)).unwrap();
        let detail = told.detail.unwrap();
        assert_eq!(detail, "wallet IO: history 1.5, chain -0.00000001");
    }
}
