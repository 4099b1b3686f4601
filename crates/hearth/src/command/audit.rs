//! `hearth audit`: every amount of the history, derived from the chain again.

use std::path::Path;

use hearth_types::{
    history::{Audit, AuditDifference, AuditUnit},
    ipc::AuditHistory,
    money::format_signed,
};

use crate::{client::Client, output};

/// Says equal, or names what differs and fails.
pub(crate) fn run(data_dir: &Path, json: bool) -> anyhow::Result<()> {
    super::block_on(async {
        let audit = Client::connect(data_dir).await?.ask(AuditHistory {}).await?;
        if json {
            output::json(&audit)?;
        } else {
            tell(&audit);
        }
        anyhow::ensure!(audit.ok, "The audit found differences.");
        Ok(())
    })
}

fn tell(audit: &Audit) {
    output::line(super::history::describe_verification(&audit.verification));
    for difference in &audit.differences {
        output::line(describe(difference));
    }
    if audit.under_way > 0 {
        output::line(format!(
            "{} movements are on their way; the chain cannot know them yet.",
            audit.under_way
        ));
    }
    let (amounts, transactions) = (audit.amounts, audit.transactions);
    if audit.differences.is_empty() {
        output::line(format!(
            "Equal: {amounts} amounts against {transactions} transactions on chain."
        ));
    } else {
        let differ = audit.differences.len();
        output::line(format!(
            "{differ} of {amounts} amounts differ from {transactions} transactions on chain."
        ));
    }
}

fn describe(difference: &AuditDifference) -> String {
    let place = match difference.unit {
        AuditUnit::Lease(lease) => format!("Lease {lease}"),
        AuditUnit::Transaction(signature) => format!("Transaction {signature}"),
        AuditUnit::Unnamed => "Without a transaction".to_owned(),
    };
    let amount = |amount| format_signed(amount, difference.currency.decimals());
    format!(
        "{place}: {} {}: history {}, chain {}. {}",
        difference.account,
        difference.currency.symbol(),
        amount(difference.history),
        amount(difference.chain),
        difference.why
    )
}
