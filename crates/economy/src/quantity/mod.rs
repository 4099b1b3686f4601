//! Dollars, prices and ratios, beside [`hearth_types::money::Io`]. Integers in newtypes; no float ever touches one.

mod price;
mod ratio;

pub use hearth_types::money::{UsdMicros, UsdPerHour, Usdc};
pub use price::IoPrice;
pub use ratio::{Bps, Ppm, RatioError};
