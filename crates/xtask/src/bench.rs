//! Measurements, optimised as what is shipped.

use anyhow::{Result, bail};

use crate::{
    places::Places,
    process::{Run as _, cargo},
};

/// A measurement's name and what cargo runs for it.
type Bench = (&'static str, &'static [&'static str]);

/// All measurements.
const BENCHES: &[Bench] = &[(
    "economy",
    &["bench", "--package", "hearth-economy", "--bench", "close"],
)];

/// Runs the measurement of a name.
///
/// # Errors
/// When there is none of that name, or it does not build or fails.
pub(crate) fn run(places: &Places, name: &str) -> Result<()> {
    let Some((_, arguments)) = BENCHES.iter().find(|(known, _)| *known == name) else {
        let names: Vec<_> = BENCHES.iter().map(|(known, _)| *known).collect();
        bail!("“{name}” is no measurement; there are: {}", names.join(", "));
    };
    cargo(places)?.args(*arguments).run_shown()
}
