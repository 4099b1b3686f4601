//! The published multipliers.

use super::model::Model;
use crate::quantity::Ppm;

const CSV: &str = include_str!("../../data/stake-multipliers.csv");

/// A model's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiplier {
    /// The model as published.
    pub name: &'static str,
    /// How its stake and its rewards compare with the base.
    pub multiplier: Ppm,
}

/// Every model of the table, in its order.
pub fn multipliers() -> impl Iterator<Item = Multiplier> {
    CSV.lines().skip(1).filter_map(row)
}

fn row(line: &'static str) -> Option<Multiplier> {
    let mut cells = line.split(',');
    let name = cells.next()?;
    let text = cells.nth(2)?;
    let ppm = hearth_types::money::parse_decimal(text, 6).ok()?;
    Some(Multiplier {
        name,
        multiplier: Ppm(ppm),
    })
}

/// The row of a model. Names match as a whole; where the table does not tell a model's memory sizes apart, neither
/// does this.
#[must_use]
pub fn find(name: &str) -> Option<Multiplier> {
    let wanted = Model::parse(name)?;
    let named = |model: &Model| multipliers().find(|row| Model::parse(row.name).as_ref() == Some(model));
    named(&wanted).or_else(|| named(&wanted.without_memory()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_a_row_of_its_own() {
        assert_eq!(multipliers().count(), CSV.lines().count() - 1);
        for row in multipliers() {
            assert_eq!(find(row.name), Some(row));
        }
    }

    #[test]
    fn names_match_as_a_whole() {
        let multiplier = |name: &str| find(name).map(|row| row.multiplier.0);
        assert_eq!(multiplier("RTX 4070"), Some(1_500_000));
        assert_eq!(multiplier("RTX 4070 Ti"), Some(2_500_000));
        assert_eq!(multiplier("NVIDIA GeForce RTX 3080 12GB"), Some(1_500_000));
        assert_eq!(multiplier("NVIDIA H100 80GB HBM3"), Some(10_000_000));
        assert_eq!(multiplier("NVIDIA A100-SXM4-40GB"), Some(2_000_000));
        for unknown in [
            "RTX 4070 SUPER",
            "RTX 4070 Ti SUPER",
            "A100",
            "A100 20GB",
            "RTX 4090 Laptop GPU",
            "RTX",
            "",
        ] {
            assert_eq!(multiplier(unknown), None, "{unknown}");
        }
    }
}
