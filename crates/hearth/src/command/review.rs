//! The review step on the command line: every amount is shown, then confirmed.

use std::io::{BufRead as _, IsTerminal as _};

use hearth_types::{
    ipc::{Code, Fate, IpcError, Review},
    money::format_decimal,
};

use crate::output;

/// How a command that moves money is confirmed.
#[derive(Debug, clap::Args)]
pub(crate) struct Confirm {
    /// Do it without asking. Without it, and without a terminal to ask on, the review is all that happens.
    #[arg(long)]
    yes: bool,
}

impl Confirm {
    /// Shows a review and asks, unless it is confirmed already.
    ///
    /// # Errors
    /// [`Code::Cancelled`] when it is not confirmed: nothing was paid.
    pub(crate) fn ask(&self, review: &Review, practice: bool, json: bool) -> anyhow::Result<()> {
        if json {
            output::json(&serde_json::json!({ "review": review }))?;
        } else {
            show(review, practice);
        }
        if self.yes || (!json && typed_yes()?) {
            return Ok(());
        }
        Err(IpcError::new(Code::Cancelled, "Not confirmed. Nothing was paid.")
            .mend("Say --yes to do it.")
            .into())
    }
}

fn show(review: &Review, practice: bool) {
    let test = if practice { "Practice " } else { "" };
    for line in &review.lines {
        let amount = format_decimal(line.amount, line.currency.decimals());
        let symbol = line.currency.symbol();
        let fate = match line.fate {
            Fate::Spent => "spent",
            Fate::ComesBack => "comes back",
            Fate::Arrives => "arrives",
            Fate::CoolsDown => "cools down",
        };
        let what = line.what.replace('_', " ");
        output::line(format!("  {what:20} {amount} {test}{symbol}  ({fate})"));
    }
    output::line(format!(
        "  left afterwards      {}, {}",
        review.left.io, review.left.sol
    ));
}

fn typed_yes() -> anyhow::Result<bool> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Ok(false);
    }
    output::line("Type “yes” to go on.");
    let mut answer = String::new();
    input.lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}
