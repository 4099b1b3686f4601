//! `hearth history …`: the money history of the running daemon, listed, told by month, exported and checked.

mod export;
mod list;
mod statement;
mod verify;

use std::path::Path;

use clap::Subcommand;

pub(crate) use verify::describe as describe_verification;

/// `hearth history`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    list: list::List,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write movements to a CSV file, oldest first.
    #[command(
        after_help = "Examples:\n  hearth history export --out history.csv\n  hearth history export --format koinly --from 2026-01-01 --until 2027-01-01 --out koinly-2026.csv\n  hearth history export --format cointracking --out - | head"
    )]
    Export(export::Args),
    /// Print the statement of a month: what there was, what moved, what there is.
    #[command(
        after_help = "Examples:\n  hearth history statement --month 2026-11\n  hearth history statement --month 2026-11 --html --out november.html\n  hearth history statement --month 2026-11 --json"
    )]
    Statement(statement::Args),
    /// Check that the history is as it was written.
    #[command(
        after_help = "Examples:\n  hearth history verify\n  hearth history verify --head 1200:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n\nThe end of the chain (--head) stands on every statement. Kept on paper, it shows later whether anything before it\nwas changed or is missing. The command fails when something is."
    )]
    Verify(verify::Args),
}

/// Does what was asked.
pub(crate) fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    super::block_on(async {
        match &args.what {
            None => list::run(&args.list, data_dir, json).await,
            Some(What::Export(args)) => export::run(args, data_dir, json).await,
            Some(What::Statement(args)) => statement::run(args, data_dir, json).await,
            Some(What::Verify(args)) => verify::run(args, data_dir, json).await,
        }
    })
}

/// What can be asked for, as options.
#[derive(Debug, clap::Args)]
struct Filter {
    /// Of this kind, such as lease_income or stake.
    #[arg(long, value_parser = kind)]
    kind: Option<hearth_types::history::EntryKind>,
    /// In this currency: io, usdc or sol.
    #[arg(long, value_parser = currency)]
    currency: Option<hearth_types::money::Currency>,
    /// In this state: pending, submitted, confirmed, final or void.
    #[arg(long, value_parser = state)]
    state: Option<hearth_types::history::EntryState>,
    /// Of this lease.
    #[arg(long)]
    lease: Option<hearth_types::id::LeaseId>,
    /// Of this device.
    #[arg(long)]
    device: Option<hearth_types::id::DeviceId>,
    /// From this day (2026-11-01, UTC) or month (2026-11) on.
    #[arg(long, value_name = "DAY", value_parser = moment)]
    from: Option<hearth_types::time::UnixMillis>,
    /// Before this day or month.
    #[arg(long, value_name = "DAY", value_parser = moment)]
    until: Option<hearth_types::time::UnixMillis>,
}

impl Filter {
    fn of(&self, text: &str) -> hearth_types::history::HistoryFilter {
        hearth_types::history::HistoryFilter {
            kind: self.kind,
            currency: self.currency,
            state: self.state,
            lease: self.lease,
            device: self.device,
            from: self.from,
            until: self.until,
            text: text.to_owned(),
        }
    }
}

fn one_of<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str, text: &str) -> Result<T, String> {
    let mut found = all.iter().copied().filter(|one| word(*one) == text);
    found.next().ok_or_else(|| {
        let words: Vec<_> = all.iter().map(|one| word(*one)).collect();
        format!("one of {}", words.join(", "))
    })
}

fn kind(text: &str) -> Result<hearth_types::history::EntryKind, String> {
    use hearth_types::history::EntryKind;
    one_of(&EntryKind::ALL, EntryKind::word, text)
}

fn currency(text: &str) -> Result<hearth_types::money::Currency, String> {
    use hearth_types::money::Currency;
    one_of(&Currency::ALL, Currency::word, text)
}

fn state(text: &str) -> Result<hearth_types::history::EntryState, String> {
    use hearth_types::history::EntryState;
    one_of(&EntryState::ALL, EntryState::word, text)
}

/// A day or a month in UTC: its first moment.
fn moment(text: &str) -> Result<hearth_types::time::UnixMillis, String> {
    use hearth_types::time::{Date, Month};
    let day = text.parse().map(Date::start);
    let month = || text.parse().map(Month::start);
    day.or_else(|_| month())
        .map_err(|_| "a day like 2026-11-25, or a month like 2026-11".to_owned())
}

/// An amount for people, with its currency, and “Practice” where tokens are worthless.
fn money(amount: i64, currency: hearth_types::money::Currency, practice: bool) -> String {
    let sign = sign(amount);
    let digits = hearth_types::money::format_decimal(amount.unsigned_abs(), currency.decimals());
    let test = if practice { "Practice " } else { "" };
    format!("{sign}{digits} {test}{}", currency.symbol())
}

const fn sign(amount: i64) -> &'static str {
    match amount {
        0 => "",
        1.. => "+",
        _ => "-",
    }
}

/// USD micros for people, to the cent and below: `+12.345678 USD`.
fn usd(micros: i64) -> String {
    let sign = sign(micros);
    format!(
        "{sign}{} USD",
        hearth_types::money::format_decimal(micros.unsigned_abs(), 6)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_are_moments() {
        assert_eq!(moment("2026-11").unwrap(), moment("2026-11-01").unwrap());
        assert_eq!(moment("2026-11-25").unwrap().utc_text(), "2026-11-25 00:00:00");
        for text in [
            "2026",
            "2026-13",
            "2026-11-31",
            "2026-11-00",
            "2026-11-1x",
            "11-2026",
            "2026-02-30",
            "",
        ] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_are_those_of_json() {
        assert!(kind("lease_income").is_ok());
        assert_eq!(currency("eur").unwrap_err(), "one of io, usdc, sol");
        assert!(state("Final").is_err());
    }
}
