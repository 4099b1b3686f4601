//! `hearth stake slashes`: what devices are slashed for, and what can be done.

use hearth_types::{
    ipc::ListSlashes,
    staking::{SlashReason, SlashStanding, SlashView},
};

use crate::{client::Client, output};

/// Lists them.
pub(super) async fn run(client: &mut Client, practice: bool, json: bool) -> anyhow::Result<()> {
    let slashes = client.ask(ListSlashes {}).await?;
    for slash in &slashes {
        if json {
            output::json(slash)?;
        } else {
            output::line(describe(slash, practice));
        }
    }
    if slashes.is_empty() && !json {
        output::line("No slash of a device that this wallet has stake in.");
    }
    Ok(())
}

fn describe(slash: &SlashView, practice: bool) -> String {
    let test = if practice { " (practice)" } else { "" };
    let why = match slash.reason {
        SlashReason::Spoofed => "hardware that is not what it says",
        SlashReason::FailedProofs => "three failed proofs in 24 hours",
        SlashReason::Cheating => "cheating about utilisation",
        SlashReason::Abandoned => "an abandoned lease",
    };
    let standing = match slash.standing {
        SlashStanding::Waiting { takes_from } => {
            format!(
                "is taken from Unix second {}; appeal before",
                takes_from.seconds()
            )
        }
        SlashStanding::Taking { lapses_at } => {
            format!("is being taken until Unix second {}", lapses_at.seconds())
        }
        SlashStanding::Held { burns_from } => {
            format!(
                "is held; burned for good from Unix second {}; appeal before",
                burns_from.seconds()
            )
        }
        SlashStanding::Restored => "was given back".to_owned(),
        SlashStanding::Burned => "was burned for good".to_owned(),
        SlashStanding::Voided => "was dropped".to_owned(),
    };
    let (account, amount, taken, evidence) =
        (slash.account.short(), slash.amount, slash.taken, slash.evidence);
    format!("{account}  {amount}{test} for {why}: {standing}. Taken of you: {taken}. Evidence {evidence}")
}
