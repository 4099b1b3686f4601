//! `hearth economy stake`.

use hearth_economy::stake::required;
use hearth_types::ipc::{Code, IpcError};

use crate::output;

/// `hearth economy stake`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The model as sold: `RTX 4070` is not `RTX 4070 Ti`.
    #[arg(long)]
    model: String,
    /// Processors of the node, 1 to 8.
    #[arg(long, default_value_t = 1)]
    count: u8,
}

/// Prints the requirement.
pub(super) fn run(args: &Args, json: bool) -> anyhow::Result<()> {
    let required = required(&args.model, args.count)
        .map_err(|error| IpcError::new(Code::BadRequest, error.to_string()))?;
    if json {
        return output::json(&required);
    }
    output::line(format!(
        "{} × {}: {} at multiplier {}. More earns nothing more.",
        required.count,
        required.model,
        required.required_base_units,
        hearth_types::money::format_decimal(required.multiplier_ppm.0, 6),
    ));
    Ok(())
}
