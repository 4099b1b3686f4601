//! Bounds of the network's parameters, enforced by the program.

/// Decimals of the IO mint.
pub const IO_DECIMALS: u8 = 8;
/// All IO that can ever exist, base units: 800 million.
pub const IO_CAP: u64 = 80_000_000_000_000_000;
/// Basis points of a whole.
pub const BPS: u16 = 10_000;
/// The largest margin of the network on lease pay, basis points.
pub const MAX_MARGIN_BPS: u16 = 3_000;
/// The longest cooldown of unstaked IO, seconds: 90 days.
pub const MAX_COOLDOWN_SECONDS: u64 = 90 * 86_400;
/// The longest time after a lease's last second in which vouchers can be settled before the renter is refunded
/// without the node's word, seconds: 30 days.
pub const MAX_SETTLE_WINDOW_SECONDS: u64 = 30 * 86_400;
/// Currency code of IO in quotes, leases and events.
pub const CURRENCY_IO: u8 = 0;
