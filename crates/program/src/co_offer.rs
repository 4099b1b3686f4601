//! An owner's offer of a co-stake: made and taken back.

use hearth_program_interface::account::{CoStake, Device, NOBODY, Offers};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{CoStakeOffered, OfferCancelled};
use hearth_program_interface::instruction::{CancelOffer, OfferAccounts, OfferCoStake, SYSTEM_PROGRAM};
use hearth_program_interface::{Bytes32, params, seeds};
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::create::{NewAccount, is_free};
use crate::refusal::{ensure, fixed, or};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn offer(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(OfferCoStake::from_bytes(context.data), E::BadInstruction)?;
    let [owner, account, offers_account, system_program] = fixed!(context, OfferAccounts);
    loaders::signer(owner)?;
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    let mut device = loaders::device(account, id)?;
    ensure(owner.address().as_array() == &device.owner, E::NotDeviceOwner)?;
    ensure(device.co.offered == 0, E::OfferExists)?;
    ensure(given.amount > 0, E::ZeroAmount)?;
    ensure(given.amount <= device.required / 2, E::AboveHalf)?;
    ensure(given.share_bps <= params::BPS, E::BadShare)?;
    count_one_more(id, owner, offers_account)?;
    device.co = CoStake {
        offered: given.amount,
        share_bps: given.share_bps,
        ..CoStake::NONE
    };
    store::device(account, &device)?;
    let happened = CoStakeOffered {
        device: *account.address().as_array(),
        owner: device.owner,
        amount: given.amount,
        share_bps: given.share_bps,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
fn count_one_more(id: &Address, owner: &AccountView, account: &mut AccountView) -> ProgramResult {
    let key = *owner.address().as_array();
    let mut offers = if is_free(account) {
        loaders::writable(owner)?;
        let bump = NewAccount {
            id,
            payer: owner,
            account,
            seeds: &seeds::offers(&key),
        }
        .create(Offers::LEN)?;
        Offers {
            bump,
            owner: key,
            count: 0,
        }
    } else {
        loaders::offers(account, &key, id)?
    };
    ensure(offers.count < params::MAX_OFFERS, E::TooManyOffers)?;
    offers.count += 1;
    store::bytes(account, &offers.to_bytes())
}

/// The owner's count before one of its offers ends.
#[inline(never)]
pub(crate) fn count_one_less(account: &mut AccountView, owner: &Bytes32, id: &Address) -> ProgramResult {
    let mut offers = loaders::offers(account, owner, id)?;
    offers.count = or(offers.count.checked_sub(1), E::ArithmeticOverflow)?;
    store::bytes(account, &offers.to_bytes())
}

#[inline(never)]
pub(crate) fn cancel(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(CancelOffer::from_bytes(context.data), E::BadInstruction)?;
    let [owner, account, offers_account, system_program] = fixed!(context, OfferAccounts);
    loaders::signer(owner)?;
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    let mut device = loaders::device(account, id)?;
    ensure(owner.address().as_array() == &device.owner, E::NotDeviceOwner)?;
    ensure(device.co.offered > 0, E::NoOffer)?;
    ensure(is_empty(&device), E::OfferTaken)?;
    count_one_less(offers_account, &device.owner, id)?;
    device.co = CoStake::NONE;
    store::device(account, &device)?;
    let happened = OfferCancelled {
        device: *account.address().as_array(),
        owner: device.owner,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

/// Nobody accepted, or all of the co-staker's part was slashed and none of it can come back to the offer.
fn is_empty(device: &Device) -> bool {
    device.co.wallet == NOBODY || device.co.staked == 0
}

/// The co-staker of the device signed.
pub(crate) fn accepted(device: &Device, wallet: &AccountView) -> Result<(), ProgramError> {
    loaders::signer(wallet)?;
    ensure(device.co.wallet != NOBODY, E::NotCoStaker)?;
    ensure(wallet.address().as_array() == &device.co.wallet, E::NotCoStaker)
}
