//! Bounds of the network's parameters, and the times and shares that are fixed in the program.

use crate::layout::part;

/// Decimals of the IO mint.
pub const IO_DECIMALS: u8 = 8;
/// Base units of one IO.
pub const IO_UNITS: u64 = 100_000_000;
/// Decimals of the USDC mint.
pub const USDC_DECIMALS: u8 = 6;
/// All IO that can ever exist, base units: 800 million.
pub const IO_CAP: u64 = 80_000_000_000_000_000;
/// Basis points of a whole.
pub const BPS: u16 = 10_000;
/// The largest margin of the network on lease pay, basis points.
pub const MAX_MARGIN_BPS: u16 = 3_000;
/// The longest cooldown of unstaked IO, seconds: 90 days.
pub const MAX_COOLDOWN_SECONDS: u64 = 90 * DAY;
/// The longest time after a lease's last second in which vouchers can be settled before the renter is refunded
/// without the node's word, seconds: 30 days.
pub const MAX_SETTLE_WINDOW_SECONDS: u64 = 30 * DAY;
/// The most stake that one device can need, base units: 100,000 IO.
pub const MAX_REQUIRED: u64 = 100_000 * IO_UNITS;
/// Currency code of IO in quotes, leases and events.
pub const CURRENCY_IO: u8 = 0;
/// Currency code of USDC.
pub const CURRENCY_USDC: u8 = 1;

/// Seconds of a day.
pub const DAY: u64 = 86_400;
/// An epoch, seconds.
pub const EPOCH_SECONDS: u64 = 3_600;
/// How long a higher requirement of a device is remembered after it was lowered, seconds.
pub const HIGH_SECONDS: u64 = 14 * DAY;
/// How long a co-staker who leaves still counts, seconds; after that the cooldown begins.
pub const CO_WAIT_SECONDS: u64 = 7 * DAY;
/// The most co-stake offers that one owner can have at a time.
pub const MAX_OFFERS: u8 = 2;
/// How long a slash can be voided before anything is taken, seconds.
pub const SLASH_PENDING_SECONDS: u64 = DAY;
/// How long after that a slash can be taken in parts before the rest is let go, seconds. Stake is locked no longer.
pub const SLASH_TAKE_SECONDS: u64 = 30 * DAY;
/// How long slashed stake can be restored before anyone may burn it, seconds.
pub const SLASH_HOLD_SECONDS: u64 = 30 * DAY;
/// The part of all stake that can be slashed in one epoch, basis points.
pub const SLASH_CAP_BPS: u16 = 100;
/// How long an abandoned lease makes the next one dearer, seconds.
pub const ABANDON_SECONDS: u64 = 30 * DAY;
/// How often the share for an abandoned lease doubles at most: 300 → 2,400 basis points.
pub const ABANDON_DOUBLINGS: u8 = 3;
/// How long a root of rewards can be voided before it can be claimed, seconds.
pub const ROOT_DELAY_SECONDS: u64 = 3_600;
/// How many roots are kept.
pub const ROOTS: usize = 24;
/// How long USDC that a provider earned waits for a repurchase before the provider may take it, seconds.
pub const REPURCHASE_WAIT_SECONDS: u64 = DAY;

part! {
    /// What is slashed for what, basis points of the base. Each has its upper bound in [`SlashTable::MOST`].
    pub struct SlashTable {
        /// Hardware that is not what it says.
        pub spoofed: u16,
        /// Three failed proofs in 24 hours.
        pub failed_proofs: u16,
        /// Cheating about utilisation.
        pub cheating: u16,
        /// The first abandoned lease in 30 days; doubles with each further one.
        pub abandoned: u16,
    }
}

impl SlashTable {
    /// The upper bounds, and what networks begin with.
    pub const MOST: Self = Self {
        spoofed: 10_000,
        failed_proofs: 500,
        cheating: 1_000,
        abandoned: 300,
    };

    /// Whether no share is above its bound.
    #[must_use]
    pub const fn is_within(&self) -> bool {
        let most = Self::MOST;
        self.spoofed <= most.spoofed
            && self.failed_proofs <= most.failed_proofs
            && self.cheating <= most.cheating
            && self.abandoned <= most.abandoned
    }
}

part! {
    /// What the authority may change, within bounds.
    pub struct Parameters {
        /// What a new device needs staked to be hired, base units of IO; 1 to [`MAX_REQUIRED`].
        pub min_stake_per_device: u64,
        /// How long unstaked IO cools down, seconds; at most [`MAX_COOLDOWN_SECONDS`].
        pub cooldown_seconds: u64,
        /// How long after a lease's last second vouchers can be settled, seconds; 1 to
        /// [`MAX_SETTLE_WINDOW_SECONDS`].
        pub settle_window_seconds: u64,
        /// The network's part of lease pay, basis points; at most [`MAX_MARGIN_BPS`].
        pub margin_bps: u16,
        /// What is slashed for what.
        pub slash: SlashTable,
    }
}

impl Parameters {
    /// Whether every parameter is within its bounds.
    #[must_use]
    pub const fn is_within(&self) -> bool {
        self.min_stake_per_device >= 1
            && self.min_stake_per_device <= MAX_REQUIRED
            && self.cooldown_seconds <= MAX_COOLDOWN_SECONDS
            && self.settle_window_seconds >= 1
            && self.settle_window_seconds <= MAX_SETTLE_WINDOW_SECONDS
            && self.margin_bps <= MAX_MARGIN_BPS
            && self.slash.is_within()
    }
}
