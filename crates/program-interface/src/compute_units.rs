//! How many compute units to ask for. Upper bounds, checked by the tests against the built program and both
//! token programs in use (the older one needs about 4,600 units more for a transfer).

/// What one try of the search for an address costs.
const TRY: u32 = 1_500;

/// Cost of finding an address with this bump: one try for each bump from 255 down to it.
#[must_use]
pub const fn address_search(bump: u8) -> u32 {
    TRY * (256 - bump as u32)
}

/// [`crate::instruction::Stake`]; the bump is that of the device account.
#[must_use]
pub const fn stake(device_bump: u8) -> u32 {
    11_000 + address_search(device_bump)
}

/// [`crate::instruction::RequestUnstake`] and [`crate::instruction::Withdraw`].
pub const UNSTAKE: u32 = 10_000;

/// [`crate::instruction::OpenLease`]; the bumps are those of the lease and of its escrow.
#[must_use]
pub const fn open_lease(devices: u8, lease_bump: u8, escrow_bump: u8) -> u32 {
    24_000 + 1_200 * devices as u32 + address_search(lease_bump) + address_search(escrow_bump)
}

/// [`crate::instruction::Settle`].
pub const SETTLE: u32 = 18_000;

/// [`crate::instruction::Close`] and [`crate::instruction::CloseExpired`].
#[must_use]
pub const fn close(devices: u8) -> u32 {
    28_000 + 1_000 * devices as u32
}
