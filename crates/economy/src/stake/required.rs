//! The stake a node's processors need: `200 IO × max(1, multiplier) × processors`.

use hearth_types::money::{IO_UNITS, Io};
use serde::Serialize;

use super::table::find;
use crate::quantity::Ppm;

/// What one processor of multiplier 1 needs, and the least that any needs: 200 IO.
pub const BASE_STAKE: Io = Io(200 * IO_UNITS);
/// The most processors of one node.
pub const MAX_PROCESSORS: u8 = 8;

/// Why no stake can be named.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StakeError {
    /// The table has no such model.
    #[error("“{0}” is not in the stake table; write the model as sold, such as “RTX 4070 Ti”")]
    UnknownModel(String),
    /// None, or more than a node may have.
    #[error("a node has 1 to {MAX_PROCESSORS} processors, not {0}")]
    Count(u8),
}

/// The requirement, as `hearth economy stake --json` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Required {
    /// The model as the table names it.
    pub model: &'static str,
    /// Processors.
    pub count: u8,
    /// The model's multiplier in millionths.
    pub multiplier_ppm: Ppm,
    /// The least stake; more earns nothing more.
    pub required_base_units: Io,
}

/// What `count` processors of a model need.
///
/// # Errors
/// [`StakeError`] when the model is not in the table or the count is not 1 to 8.
pub fn required(model: &str, count: u8) -> Result<Required, StakeError> {
    if count == 0 || count > MAX_PROCESSORS {
        return Err(StakeError::Count(count));
    }
    let row = find(model).ok_or_else(|| StakeError::UnknownModel(model.to_owned()))?;
    let each = row.multiplier.max(Ppm::ONE).of(BASE_STAKE.0);
    Ok(Required {
        model: row.name,
        count,
        multiplier_ppm: row.multiplier,
        required_base_units: Io(each.saturating_mul(u64::from(count))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_card_needs_what_is_published() {
        for line in include_str!("../../data/stake-multipliers.csv").lines().skip(1) {
            let cells: Vec<_> = line.split(',').collect();
            let published: u64 = cells[4].parse().unwrap();
            let one = required(cells[0], 1).unwrap();
            assert_eq!(one.required_base_units, Io(published * IO_UNITS), "{line}");
        }
    }

    #[test]
    fn four_4090s_need_a_thousand_io() {
        let four = serde_json::to_string(&required("RTX 4090", 4).unwrap()).unwrap();
        assert_eq!(
            four,
            r#"{"model":"RTX 4090","count":4,"multiplier_ppm":1250000,"required_base_units":"100000000000"}"#
        );
        assert_eq!(required("RTX 4090", 0), Err(StakeError::Count(0)));
        assert_eq!(required("RTX 4090", 9), Err(StakeError::Count(9)));
        let unknown = required("RTX 4070 SUPER", 1);
        assert_eq!(unknown, Err(StakeError::UnknownModel("RTX 4070 SUPER".into())));
    }
}
