//! Moving IO: into vaults by a wallet's signature, out of them by the signature of the account that owns them.

use hearth_program_interface::account::{Lease, Network};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::math::{covered, provider_share};
use hearth_program_interface::seeds;
use pinocchio::cpi::{Seed, Signer};
use pinocchio::{AccountView, ProgramResult, error::ProgramError};
use pinocchio_token::instructions::{CloseAccount, Transfer};

use crate::loaders;
use crate::refusal::{ensure, sub};

/// From one token account to another.
pub(crate) struct Move<'a> {
    pub(crate) from: &'a AccountView,
    pub(crate) to: &'a AccountView,
    /// The owner of `from`.
    pub(crate) authority: &'a AccountView,
}

impl Move<'_> {
    /// By a wallet that signed the transaction; `from` holds enough.
    #[inline(never)]
    pub(crate) fn signed_by_wallet(&self, amount: u64) -> ProgramResult {
        Transfer::new(self.from, self.to, self.authority, amount).invoke()
    }

    /// By the network account, which owns the vaults.
    #[inline(never)]
    pub(crate) fn signed_by_network(&self, network: &Network, amount: u64) -> ProgramResult {
        let bump = [network.bump];
        let seeds = [Seed::from(seeds::NETWORK), Seed::from(&bump)];
        self.signed(&Signer::from(&seeds[..]), amount)
    }

    /// By the lease account, which owns its escrow.
    #[inline(never)]
    fn signed_by_lease(&self, lease: &Lease, amount: u64) -> ProgramResult {
        let bump = [lease.bump];
        let seeds = [Seed::from(seeds::LEASE), Seed::from(&lease.id), Seed::from(&bump)];
        self.signed(&Signer::from(&seeds[..]), amount)
    }

    fn signed(&self, signer: &Signer, amount: u64) -> ProgramResult {
        if amount == 0 {
            return Ok(());
        }
        Transfer::new(self.from, self.to, self.authority, amount).invoke_signed(core::slice::from_ref(signer))
    }
}

/// What a payment moved.
#[derive(Clone, Copy)]
pub(crate) struct Paid {
    pub(crate) provider: u64,
    pub(crate) fee: u64,
}

impl Paid {
    pub(crate) const NOTHING: Self = Self { provider: 0, fee: 0 };
}

/// Pays out of a lease's escrow.
pub(crate) struct Payout<'a> {
    pub(crate) lease_account: &'a AccountView,
    pub(crate) escrow: &'a AccountView,
    pub(crate) provider_token: &'a AccountView,
    pub(crate) fee_vault: &'a AccountView,
}

impl Payout<'_> {
    /// Pays up to `amount` and `seconds` in all, and notes it in the lease. The parts are differences of
    /// cumulative, floored parts, so many small payments come to the same as one large.
    #[inline(never)]
    pub(crate) fn pay_up_to(
        &self,
        lease: &mut Lease,
        amount: u64,
        seconds: u64,
    ) -> Result<Paid, ProgramError> {
        ensure(amount <= lease.escrowed, E::AboveEscrow)?;
        let within = seconds <= lease.max_seconds && covered(amount, lease.rate_per_second, seconds);
        ensure(within, E::AboveRate)?;
        let provider = sub(
            provider_share(amount, lease.margin_bps),
            provider_share(lease.settled, lease.margin_bps),
        )?;
        let fee = sub(sub(amount, lease.settled)?, provider)?;
        let owner = Move {
            from: self.escrow,
            to: self.provider_token,
            authority: self.lease_account,
        };
        owner.signed_by_lease(lease, provider)?;
        Move {
            to: self.fee_vault,
            ..owner
        }
        .signed_by_lease(lease, fee)?;
        lease.settled = amount;
        lease.seconds_settled = lease.seconds_settled.max(seconds);
        Ok(Paid { provider, fee })
    }
}

/// Empties and closes a lease's escrow.
pub(crate) struct Refund<'a> {
    pub(crate) lease_account: &'a AccountView,
    pub(crate) escrow: &'a AccountView,
    pub(crate) renter_token: &'a AccountView,
    pub(crate) rent_payer: &'a AccountView,
}

impl Refund<'_> {
    /// Gives the renter what is left. That is the escrow's whole balance: whoever sends IO to an escrow must not
    /// be able to keep it from being closed.
    #[inline(never)]
    pub(crate) fn refund(&self, lease: &mut Lease) -> ProgramResult {
        lease.refunded = sub(lease.escrowed, lease.settled)?;
        Move {
            from: self.escrow,
            to: self.renter_token,
            authority: self.lease_account,
        }
        .signed_by_lease(lease, loaders::balance(self.escrow)?)?;
        let bump = [lease.bump];
        let seeds = [Seed::from(seeds::LEASE), Seed::from(&lease.id), Seed::from(&bump)];
        CloseAccount::new(self.escrow, self.rent_payer, self.lease_account)
            .invoke_signed(core::slice::from_ref(&Signer::from(&seeds[..])))
    }
}
