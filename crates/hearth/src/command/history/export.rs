//! `hearth history export`: a CSV file, piece by piece.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::ValueEnum;
use hearth_types::{history::ExportForm, ipc::ExportHistory};

use super::Filter;
use crate::{client::Client, output};

/// What for, as a word.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Everything that is known.
    Plain,
    /// Koinly's universal template.
    Koinly,
    /// CoinTracking's CSV columns.
    Cointracking,
}

/// What to export.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// For which program.
    #[arg(long, value_enum, default_value = "plain")]
    format: Format,
    /// File to write; it must not exist. “-” writes to standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    filter: Filter,
}

/// Writes the file.
pub(super) async fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    let mut client = Client::connect(data_dir).await?;
    let to_output = args.out.as_os_str() == "-";
    let out: Box<dyn Write> = if to_output {
        Box::new(io::stdout())
    } else {
        let file = File::create_new(&args.out);
        Box::new(file.with_context(|| format!("making {}", args.out.display()))?)
    };
    let mut out = BufWriter::new(out);
    let form = match args.format {
        Format::Plain => ExportForm::Plain,
        Format::Koinly => ExportForm::Koinly,
        Format::Cointracking => ExportForm::Cointracking,
    };
    let (mut after, mut rows) = (None, 0_u64);
    loop {
        let request = ExportHistory {
            form,
            filter: args.filter.of(""),
            after,
        };
        let piece = client.ask(request).await?;
        out.write_all(piece.text.as_bytes()).context("writing the file")?;
        rows = rows.saturating_add(piece.rows);
        after = piece.next;
        if after.is_none() {
            break;
        }
    }
    out.flush().context("writing the file")?;
    if to_output {
        return Ok(());
    }
    if json {
        return output::json(&serde_json::json!({ "file": args.out, "movements": rows }));
    }
    output::line(format!(
        "{rows} movements read, written to {}",
        args.out.display()
    ));
    Ok(())
}
