//! The first look after a start: does the history hold, and does the chain agree?

use std::time::Duration;

use hearth_types::{
    history::Reconciliation,
    ipc::{Code, IpcError},
    money::format_signed,
};

use crate::engine::Engine;

/// How long to wait for a chain that does not answer yet.
const AGAIN: Duration = Duration::from_secs(5);

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
        loop {
            match self.reconcile().await {
                Ok(verdict) => {
                    if let Some(problem) = differences(&verdict) {
                        self.report(problem);
                    }
                    return;
                }
                Err(error) => {
                    tracing::debug!(code = ?error.code, "comparing history and chain: {}", error.message)
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

/// What differs, in words; nothing when all is equal.
fn differences(verdict: &Reconciliation) -> Option<IpcError> {
    if verdict.ok {
        return None;
    }
    let lines = verdict.lines.iter().filter(|line| line.history != line.chain);
    let lines = lines.map(|line| {
        let amount = |amount| format_signed(amount, line.currency.decimals());
        let (symbol, account) = (line.currency.symbol(), &line.account);
        format!(
            "{account} {symbol}: history {}, chain {}",
            amount(line.history),
            amount(line.chain)
        )
    });
    let problem = IpcError::new(Code::NotFound, "History and chain differ.");
    let mend = "“hearth audit” names each amount. What was paid in from elsewhere is one such difference.";
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
            }],
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
