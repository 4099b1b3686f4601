//! The on-chain program of Hearth: stake and its slashing, leases paid from escrow by signed vouchers, USDC into
//! IO, rewards by Merkle roots against a schedule.
//!
//! What it knows of the world is what it is handed: accounts, statements checked by the ed25519 precompile, and
//! the chain's clock. It knows no prices, reads no other program's state but token accounts and mints, and takes
//! no account for what it is before `loaders` has checked owner, type, address, signature and writability.
//! Layouts, errors and events are those of `hearth-program-interface`.
//!
//! `dispatch` runs one function of one file for each instruction. Two rules of the target shape the code: a
//! function has five argument registers (so contexts go by reference), and there is no 128-bit multiplication
//! (so amounts are multiplied by `hearth_program_interface::math`).
#![no_std]
#![deny(unsafe_op_in_unsafe_fn)]

mod authority;
mod claim;
mod close;
mod close_expired;
mod co_offer;
mod co_stake;
mod create;
mod devices;
mod event;
mod exchange;
mod init_network;
mod loaders;
mod maker;
#[cfg(target_arch = "bpf")]
mod mem;
mod open_lease;
mod panic;
mod payment;
mod refusal;
mod register;
mod request_unstake;
mod roots;
mod runtime;
mod settle;
mod slash_end;
mod slash_post;
mod slash_take;
mod stake;
mod statement;
mod store;
mod together;
mod top_up;
mod withdraw;

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::instruction::Tag;
use pinocchio::{AccountView, Address, ProgramResult, no_allocator, program_entrypoint};

/// More than any instruction takes, so that surplus accounts are seen and refused.
const MAX_ACCOUNTS: usize = 32;

program_entrypoint!(dispatch, MAX_ACCOUNTS);
no_allocator!();

/// What an instruction gets.
pub(crate) struct Context<'a> {
    /// The program's own address.
    pub(crate) id: &'a Address,
    pub(crate) accounts: &'a mut [AccountView],
    /// Instruction data, tag included.
    pub(crate) data: &'a [u8],
}

// Inlined: as a function it would need six argument registers.
#[inline(always)]
fn dispatch(id: &Address, accounts: &mut [AccountView], data: &[u8]) -> ProgramResult {
    let Some(tag) = data.first().and_then(|&byte| Tag::from_byte(byte)) else {
        return refusal::refuse(E::BadInstruction);
    };
    let context = &mut Context { id, accounts, data };
    match tag {
        Tag::InitNetwork => init_network::process(context),
        Tag::Stake => stake::process(context),
        Tag::RequestUnstake => request_unstake::process(context),
        Tag::Withdraw => withdraw::process(context),
        Tag::OpenLease => open_lease::process(context),
        Tag::Settle => settle::process(context),
        Tag::Close => close::process(context),
        Tag::CloseExpired => close_expired::process(context),
        Tag::SetParameters => authority::set_parameters(context),
        Tag::SetLeasing => authority::set_leasing(context),
        Tag::ProposeKey => authority::propose_key(context),
        Tag::AcceptKey => authority::accept_key(context),
        Tag::RegisterDevice => register::register(context),
        Tag::Classify => register::classify(context),
        Tag::OfferCoStake => co_offer::offer(context),
        Tag::CancelOffer => co_offer::cancel(context),
        Tag::AcceptOffer => co_stake::accept(context),
        Tag::LeaveCoStake => co_stake::leave(context),
        Tag::WithdrawCoStake => co_stake::withdraw(context),
        Tag::PostSlash => slash_post::post(context),
        Tag::VoidSlash => slash_post::void(context),
        Tag::TakeSlash => slash_take::process(context),
        Tag::RestoreSlash => slash_end::restore(context),
        Tag::BurnSlash => slash_end::burn(context),
        Tag::TopUp => top_up::process(context),
        Tag::FundMaker => maker::fund(context),
        Tag::DrainMaker => maker::drain(context),
        Tag::Repurchase => exchange::repurchase(context),
        Tag::TakeUsdc => exchange::take_usdc(context),
        Tag::ConvertFees => exchange::convert_fees(context),
        Tag::PostRoot => roots::post(context),
        Tag::VoidRoot => roots::void(context),
        Tag::BurnFees => roots::burn_fees(context),
        Tag::Claim => claim::process(context),
    }
}
