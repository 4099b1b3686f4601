//! Dollars, prices and ratios, beside [`hearth_types::money::Io`]. Integers in newtypes; no float ever touches one.

mod price;
mod ratio;
mod usd;

pub use price::IoPrice;
pub use ratio::{Bps, Ppm, RatioError};
pub use usd::{UsdMicros, UsdPerHour, Usdc};
