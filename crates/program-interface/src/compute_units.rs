//! How many compute units to ask for. Upper bounds, checked by the tests against the built program and both
//! token programs in use (the older one needs about 4,600 units more for a transfer).

/// What one try of the search for an address costs.
const TRY: u32 = 1_500;

/// Cost of finding an address with this bump: one try for each bump from 255 down to it.
#[must_use]
pub const fn address_search(bump: u8) -> u32 {
    TRY * (256 - bump as u32)
}

/// [`crate::instruction::InitNetwork`], whatever the bumps are.
pub const INIT_NETWORK: u32 = 300_000;

/// [`crate::instruction::SetParameters`], [`crate::instruction::SetLeasing`], [`crate::instruction::ProposeKey`]
/// and [`crate::instruction::AcceptKey`].
pub const SET_NETWORK: u32 = 6_000;

/// [`crate::instruction::Classify`] and [`crate::instruction::LeaveCoStake`].
pub const CHANGE_DEVICE: u32 = 7_000;

/// [`crate::instruction::Stake`] and [`crate::instruction::RegisterDevice`]; the bump is that of the device
/// account.
#[must_use]
pub const fn stake(device_bump: u8) -> u32 {
    13_000 + address_search(device_bump)
}

/// [`crate::instruction::RequestUnstake`], [`crate::instruction::Withdraw`],
/// [`crate::instruction::WithdrawCoStake`] and [`crate::instruction::AcceptOffer`].
pub const UNSTAKE: u32 = 13_000;

/// [`crate::instruction::OfferCoStake`] and [`crate::instruction::CancelOffer`]; the bump is that of the owner's
/// count of offers.
#[must_use]
pub const fn offer(offers_bump: u8) -> u32 {
    9_000 + address_search(offers_bump)
}

/// [`crate::instruction::PostSlash`]; the bump is that of the slash.
#[must_use]
pub const fn post_slash(slash_bump: u8) -> u32 {
    11_000 + address_search(slash_bump)
}

/// Every other instruction on a slash.
pub const SLASH: u32 = 22_000;

/// [`crate::instruction::OpenLease`]; the bumps are those of the lease and of its escrow.
#[must_use]
pub const fn open_lease(devices: u8, lease_bump: u8, escrow_bump: u8) -> u32 {
    25_000 + 1_600 * devices as u32 + address_search(lease_bump) + address_search(escrow_bump)
}

/// [`crate::instruction::TopUp`].
#[must_use]
pub const fn top_up(devices: u8) -> u32 {
    14_000 + 1_200 * devices as u32
}

/// [`crate::instruction::Settle`].
pub const SETTLE: u32 = 18_000;

/// [`crate::instruction::Close`] and [`crate::instruction::CloseExpired`].
#[must_use]
pub const fn close(devices: u8) -> u32 {
    28_000 + 1_400 * devices as u32
}

/// [`crate::instruction::FundMaker`]; the bump is that of the market maker's account.
#[must_use]
pub const fn fund_maker(maker_bump: u8) -> u32 {
    13_000 + address_search(maker_bump)
}

/// [`crate::instruction::DrainMaker`].
pub const DRAIN_MAKER: u32 = 11_000;

/// [`crate::instruction::Repurchase`], [`crate::instruction::TakeUsdc`] and [`crate::instruction::ConvertFees`].
pub const EXCHANGE: u32 = 28_000;

/// [`crate::instruction::PostRoot`], [`crate::instruction::VoidRoot`] and [`crate::instruction::BurnFees`].
pub const ROOT: u32 = 14_000;

/// [`crate::instruction::Claim`]; the bump is that of what the wallet has claimed, the depth the siblings in the
/// proof.
#[must_use]
pub const fn claim(claimed_bump: u8, depth: u8) -> u32 {
    20_000 + 250 * depth as u32 + address_search(claimed_bump)
}
