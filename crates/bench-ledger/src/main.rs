//! Measures the history with a million postings: pages, statements, exports, and writing beside bare SQLite.
//!
//! `cargo xtask bench ledger` builds it for release and runs it. Everything is measured in one run on one file
//! system; bare SQLite writes the very rows that the ledger wrote, by prepared statements, into a file with the same
//! schema, rules and settings, in transactions of the same size. Exits with failure when a limit is missed.

mod bare;
mod history;
mod reading;
mod report;
mod writing;

use clap::Parser;

use crate::report::Report;

#[derive(Debug, Parser)]
struct Args {
    /// Postings to write.
    #[arg(long, default_value_t = 1_000_000)]
    postings: u64,
    /// Folder for the files of the run.
    #[arg(long, default_value = ".")]
    dir: std::path::PathBuf,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let report = runtime.block_on(measure(args.postings, &args.dir))?;
    report.print(args.json)?;
    anyhow::ensure!(report.holds(), "a limit was missed");
    Ok(())
}

async fn measure(postings: u64, dir: &std::path::Path) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir_in(dir)?;
    let mut report = Report::default();
    let file = folder.path().join("hearth.db");
    writing::many(&mut report, &file, postings / 2).await?;
    bare::many(&mut report, &file, &folder.path().join("bare.db")).await?;
    report.compare(
        "insert many",
        "postings a second, in transactions of 1,000 movements",
    );
    writing::single(&mut report, &file).await?;
    bare::single(&mut report, &folder.path().join("bare.db"))?;
    report.compare("insert one", "postings a second, a transaction for each movement");
    reading::all(&mut report, &file).await?;
    Ok(report)
}
