//! `bench`: JSON lines of progress, then `{"done":…}` or `{"failed":…}`.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use hearth_gpu::benchmark::{self, Progress, Stage};
use hearth_types::device::{AdapterRef, BenchmarkLine, BenchmarkProgress};

use crate::output;

/// Measures the adapter given as JSON. Ends at once when stdin closes.
pub(crate) fn run(adapter: &str) -> anyhow::Result<()> {
    let adapter: AdapterRef = serde_json::from_str(adapter).context("--adapter is no adapter")?;
    let cancel = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&cancel);
    std::thread::spawn(move || {
        let mut rest = [0; 64];
        while matches!(std::io::stdin().read(&mut rest), Ok(n) if n > 0) {}
        seen.store(true, Ordering::Relaxed);
    });
    let mut broken = None;
    let result = benchmark::run(
        &adapter,
        &mut |progress| {
            if let Err(error) = output::line(&BenchmarkLine::Progress(shared(progress))) {
                cancel.store(true, Ordering::Relaxed);
                broken.get_or_insert(error);
            }
        },
        &cancel,
    );
    if let Some(error) = broken {
        return Err(error);
    }
    match result {
        Ok(benchmark) => output::line(&BenchmarkLine::Done(benchmark)),
        Err(error) => {
            output::line(&BenchmarkLine::Failed(error.to_string()))?;
            std::process::exit(1)
        }
    }
}

fn shared(progress: Progress) -> BenchmarkProgress {
    let step = match progress.stage {
        Stage::Compute => "compute",
        Stage::Memory => "memory",
    };
    let fraction = f64::from(progress.done) / f64::from(progress.total);
    BenchmarkProgress {
        step: step.to_owned(),
        fraction,
    }
}
