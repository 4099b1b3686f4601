//! `hearth history statement`: a month on paper, as text or HTML.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use hearth_types::{
    history::{CurrencyStatement, KindLine, MonthStatement},
    ipc::GetStatement,
    time::Month,
};

use super::{money, usd};
use crate::{client::Client, output};

/// What to tell.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which month, in UTC.
    #[arg(long, value_name = "YYYY-MM")]
    month: Month,
    /// As a page for printing.
    #[arg(long)]
    html: bool,
    /// Into this file, which must not exist, instead of to standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Prints it.
pub(super) async fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    let mut client = Client::connect(data_dir).await?;
    let statement = client.ask(GetStatement { month: args.month }).await?;
    let text = if json {
        serde_json::to_string(&statement)? + "\n"
    } else if args.html {
        page(&statement)
    } else {
        plain(&statement)
    };
    match &args.out {
        None => output::line(text.trim_end()),
        Some(path) => {
            let file = std::fs::File::create_new(path);
            let mut file = file.with_context(|| format!("making {}", path.display()))?;
            std::io::Write::write_all(&mut file, text.as_bytes()).context("writing the statement")?;
        }
    }
    Ok(())
}

/// Title, lines above and lines below, which both forms share.
struct Told {
    title: String,
    above: Vec<String>,
    below: Vec<String>,
}

fn told(statement: &MonthStatement) -> Told {
    let practice = statement.network.is_practice();
    let mut above = vec![format!("Made {} UTC. Days are UTC.", statement.at.utc_text())];
    if let Some(wallet) = statement.wallet {
        above.insert(0, format!("Wallet {wallet}"));
    }
    if practice {
        above.push("Practice network: these tokens are worthless.".to_owned());
    }
    let mut below = Vec::new();
    if statement.currencies.is_empty() {
        below.push("Nothing was held or moved.".to_owned());
    }
    if statement.under_way > 0 {
        below.push(format!(
            "{} movements are still on their way and not counted.",
            statement.under_way
        ));
    }
    if let Some(head) = &statement.head {
        below.push(format!(
            "End of the history’s chain: {}:{}. Check with “hearth history verify --head”.",
            head.links, head.hash
        ));
    }
    Told {
        title: format!("Statement {}", statement.month),
        above,
        below,
    }
}

/// One account's rows: what it is, how often, how much, worth.
type Row = [String; 4];

fn rows(of: &CurrencyStatement, account: usize, practice: bool) -> Vec<Row> {
    let line = &of.accounts[account];
    let amount = |amount| money(amount, of.currency, practice);
    let movements = of
        .movements
        .iter()
        .filter(|movement| movement.account == line.account);
    let mut rows = vec![[
        "Opening".to_owned(),
        String::new(),
        amount(line.opening),
        String::new(),
    ]];
    rows.extend(movements.map(|movement| {
        let kind = movement.kind.word().replace('_', " ");
        [
            kind,
            movement.count.to_string(),
            amount(movement.amount),
            worth(movement),
        ]
    }));
    rows.push([
        "Closing".to_owned(),
        String::new(),
        amount(line.closing),
        String::new(),
    ]);
    rows
}

fn worth(line: &KindLine) -> String {
    match line.unpriced {
        0 => usd(line.usd),
        unpriced if unpriced == line.count => "no price".to_owned(),
        unpriced => format!("{} ({unpriced} without price)", usd(line.usd)),
    }
}

fn fees(of: &CurrencyStatement, practice: bool) -> Option<String> {
    (of.fees != 0).then(|| format!("Fees and account rent: {}", money(of.fees, of.currency, practice)))
}

fn plain(statement: &MonthStatement) -> String {
    let practice = statement.network.is_practice();
    let told = told(statement);
    let mut text = format!("{}\n{}\n", told.title, told.above.join("\n"));
    for of in &statement.currencies {
        for (place, account) in of.accounts.iter().enumerate() {
            let _ = writeln!(text, "\n{} {}", of.currency.symbol(), account.account);
            for [what, count, amount, worth] in rows(of, place, practice) {
                let line = format!("  {what:16} {count:>7} {amount:>32}  {worth}");
                let _ = writeln!(text, "{}", line.trim_end());
            }
        }
        if let Some(fees) = fees(of, practice) {
            let _ = writeln!(text, "\n{fees}");
        }
    }
    let _ = writeln!(text, "\n{}", told.below.join("\n"));
    text
}

/// A page of its own: no script, nothing from elsewhere. Every text in it is ours or an id in base58.
fn page(statement: &MonthStatement) -> String {
    let practice = statement.network.is_practice();
    let told = told(statement);
    let paragraphs =
        |lines: &[String]| -> String { lines.iter().map(|line| format!("<p>{line}</p>\n")).collect() };
    let mut body = format!("<h1>{}</h1>\n{}", told.title, paragraphs(&told.above));
    for of in &statement.currencies {
        for (place, account) in of.accounts.iter().enumerate() {
            let _ = write!(
                body,
                "<h2>{} {}</h2>\n<table>\n",
                of.currency.symbol(),
                account.account
            );
            body.push_str("<tr><th>Movement</th><th>Count</th><th>Amount</th><th>Worth then</th></tr>\n");
            for [what, count, amount, worth] in rows(of, place, practice) {
                let cells = format!("<td>{what}</td><td>{count}</td><td>{amount}</td><td>{worth}</td>");
                let _ = writeln!(body, "<tr>{cells}</tr>");
            }
            body.push_str("</table>\n");
        }
        body.push_str(&paragraphs(&fees(of, practice).into_iter().collect::<Vec<_>>()));
    }
    body.push_str(&paragraphs(&told.below));
    let style = "body{font:11pt sans-serif;margin:2cm;max-width:20cm}table{border-collapse:collapse;width:100%}\
                 td,th{padding:2pt 6pt;text-align:right;border-bottom:1px solid #ccc;\
                 font-variant-numeric:tabular-nums}td:first-child,th:first-child{text-align:left}\
                 p{overflow-wrap:anywhere}h2{break-after:avoid}";
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <style>{style}</style></head>\n<body>\n{body}</body></html>\n",
        told.title
    )
}

#[cfg(test)]
mod tests {
    use hearth_types::{
        history::{AccountLine, ChainHead, EntryKind},
        money::Currency,
        network::NetworkKind,
        time::UnixMillis,
    };

    use super::*;

    fn sample() -> MonthStatement {
        let line = |account: &str, kind, count, amount, usd, unpriced| KindLine {
            account: account.into(),
            kind,
            count,
            amount,
            usd,
            unpriced,
        };
        MonthStatement {
            month: "2026-11".parse().unwrap(),
            wallet: Some(hearth_types::id::WalletAddress([3; 32])),
            network: NetworkKind::Practice,
            at: UnixMillis(1_795_624_879_000),
            under_way: 1,
            currencies: vec![CurrencyStatement {
                currency: Currency::Io,
                accounts: vec![
                    AccountLine {
                        account: "wallet".into(),
                        opening: 100_000_000_000,
                        closing: 90_000_000_000,
                    },
                    AccountLine {
                        account: "stake".into(),
                        opening: 0,
                        closing: 20_000_000_000,
                    },
                ],
                movements: vec![
                    line("wallet", EntryKind::Stake, 1, -20_000_000_000, -60_000_000, 0),
                    line("wallet", EntryKind::LeaseIncome, 3, 10_000_000_000, 20_000_000, 1),
                    line("stake", EntryKind::Stake, 1, 20_000_000_000, 0, 1),
                ],
                fees: 0,
            }],
            head: Some(ChainHead {
                links: 12,
                hash: "ab".repeat(32),
            }),
        }
    }

    #[test]
    fn a_month_as_text() {
        let text = plain(&sample());
        for line in [
            "Statement 2026-11",
            "Practice network: these tokens are worthless.",
            "IO wallet",
            "1 movements are still on their way and not counted.",
        ] {
            assert!(text.lines().any(|told| told == line), "{line}\n{text}");
        }
        assert!(text.contains("-200 Practice IO  -60 USD"), "{text}");
        assert!(
            text.contains("+100 Practice IO  +20 USD (1 without price)"),
            "{text}"
        );
        assert!(text.contains("+200 Practice IO  no price"), "{text}");
        assert!(text.contains(&format!("12:{}", "ab".repeat(32))));
    }

    #[test]
    fn a_month_as_a_page() {
        let html = page(&sample());
        assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
        assert!(
            html.contains("<td>lease income</td><td>3</td><td>+100 Practice IO</td>"),
            "{html}"
        );
        assert_eq!(html.matches("<table>").count(), 2);
        assert!(!html.contains("<script"));
    }
}
