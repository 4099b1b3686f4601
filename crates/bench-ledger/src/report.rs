//! What was measured, beside its limits.

use std::io::Write as _;

use serde::Serialize;

/// One measurement.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    what: String,
    value: f64,
    unit: &'static str,
    /// Must be below, or above.
    limit: Option<Limit>,
    holds: bool,
}

/// A limit.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Limit {
    /// At most.
    Below(f64),
    /// At least.
    Above(f64),
}

/// All measurements of a run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    lines: Vec<Line>,
    /// Rates of the ledger and of bare SQLite, to be compared.
    #[serde(skip)]
    pub(crate) ours: f64,
    #[serde(skip)]
    pub(crate) bare: f64,
}

impl Report {
    /// Adds a measurement.
    pub(crate) fn add(
        &mut self,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
        limit: Option<Limit>,
    ) {
        let holds = match limit {
            None => true,
            Some(Limit::Below(most)) => value < most,
            Some(Limit::Above(least)) => value >= least,
        };
        let what = what.into();
        // Progress, for whoever waits.
        let _ = writeln!(std::io::stderr(), "{what}: {value:.2} {unit}");
        self.lines.push(Line {
            what,
            value,
            unit,
            limit,
            holds,
        });
    }

    /// Adds both rates and their ratio, which must be half or more.
    pub(crate) fn compare(&mut self, what: &str, unit: &'static str) {
        let (ours, bare) = (self.ours, self.bare);
        self.add(what, ours, unit, None);
        self.add(format!("{what}, bare SQLite"), bare, unit, None);
        self.add(
            format!("{what}, of bare SQLite"),
            ours * 100.0 / bare,
            "%",
            Some(Limit::Above(50.0)),
        );
    }

    /// Whether every limit holds.
    pub(crate) fn holds(&self) -> bool {
        self.lines.iter().all(|line| line.holds)
    }

    /// Prints all of it.
    pub(crate) fn print(&self, json: bool) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if json {
            writeln!(out, "{}", serde_json::to_string(self)?)?;
            return Ok(());
        }
        for line in &self.lines {
            let limit = match line.limit {
                None => String::new(),
                Some(Limit::Below(most)) => format!("limit < {most}"),
                Some(Limit::Above(least)) => format!("limit ≥ {least}"),
            };
            let verdict = match (line.limit, line.holds) {
                (None, _) => "",
                (Some(_), true) => "holds",
                (Some(_), false) => "MISSED",
            };
            writeln!(
                out,
                "{:44} {:>14.2}  {limit:16} {verdict:7} {}",
                line.what, line.value, line.unit
            )?;
        }
        Ok(())
    }
}

/// The value below which this share of all lies.
pub(crate) fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    let place = ((values.len() as f64) * share).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}
