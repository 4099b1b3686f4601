//! Moving tokens: into vaults by a wallet's signature, out of them by the signature of the account that owns them.

use hearth_program_interface::account::{Lease, LeaseStatus, Network};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::math::{covered, provider_share};
use hearth_program_interface::seeds;
use pinocchio::cpi::{Seed, Signer};
use pinocchio::{AccountView, ProgramResult, error::ProgramError};
use pinocchio_token::instructions::{Burn, CloseAccount, Transfer};

use crate::loaders;
use crate::refusal::{add, ensure, sub};

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
    pub(crate) fn signed_by_lease(&self, lease: &Lease, amount: u64) -> ProgramResult {
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

/// IO out of a vault that comes to an end.
pub(crate) struct Burning<'a> {
    pub(crate) from: &'a AccountView,
    pub(crate) mint: &'a AccountView,
    /// The network account, which owns `from`.
    pub(crate) authority: &'a AccountView,
}

impl Burning<'_> {
    #[inline(never)]
    pub(crate) fn burn(&self, network: &Network, amount: u64) -> ProgramResult {
        if amount == 0 {
            return Ok(());
        }
        let bump = [network.bump];
        let seeds = [Seed::from(seeds::NETWORK), Seed::from(&bump)];
        Burn::new(self.from, self.mint, self.authority, amount)
            .invoke_signed(core::slice::from_ref(&Signer::from(&seeds[..])))
    }
}

/// What a payment brought to whom.
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
    /// Now.
    pub(crate) at: u64,
}

impl Payout<'_> {
    /// Pays up to `amount` and `seconds` in all, and notes it in the lease. The parts are differences of
    /// cumulative, floored parts, so many small payments come to the same as one large. USDC of the provider
    /// stays in escrow and waits for a repurchase.
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
        let earned = provider_share(amount, lease.margin_bps);
        let provider = sub(earned, provider_share(lease.settled, lease.margin_bps))?;
        let fee = sub(sub(amount, lease.settled)?, provider)?;
        let owner = Move {
            from: self.escrow,
            to: self.provider_token,
            authority: self.lease_account,
        };
        if lease.is_io() {
            owner.signed_by_lease(lease, provider)?;
            lease.paid_out = earned;
        } else if provider > 0 && lease.waits_since == 0 {
            lease.waits_since = self.at;
        }
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

/// Gives the rest of a lease's escrow back.
pub(crate) struct Refund<'a> {
    pub(crate) lease_account: &'a AccountView,
    pub(crate) escrow: &'a AccountView,
    pub(crate) renter_token: &'a AccountView,
    pub(crate) rent_payer: &'a AccountView,
}

impl Refund<'_> {
    /// Gives the renter all that is not the provider's. That is what the escrow holds, not what the lease says:
    /// whoever sends tokens to an escrow must not be able to keep it from being closed.
    #[inline(never)]
    pub(crate) fn refund(&self, lease: &mut Lease) -> ProgramResult {
        lease.refunded = sub(lease.escrowed, lease.settled)?;
        let waits = lease.unpaid();
        Move {
            from: self.escrow,
            to: self.renter_token,
            authority: self.lease_account,
        }
        .signed_by_lease(lease, sub(loaders::balance(self.escrow)?, waits)?)?;
        if waits > 0 {
            return Ok(());
        }
        close(lease, [self.lease_account, self.escrow, self.rent_payer])
    }
}

/// Pays out USDC that waited for the provider.
pub(crate) struct Release<'a> {
    pub(crate) lease_account: &'a AccountView,
    pub(crate) escrow: &'a AccountView,
    pub(crate) to: &'a AccountView,
    pub(crate) rent_payer: &'a AccountView,
}

impl Release<'_> {
    /// Moves `amount`, at most what waits, and notes it in the lease. The last of a closed lease takes along what
    /// somebody may have sent to the escrow, so that it can be closed.
    #[inline(never)]
    pub(crate) fn release(&self, lease: &mut Lease, amount: u64) -> ProgramResult {
        let waits = lease.unpaid();
        ensure(amount > 0 && amount <= waits, E::NothingWaits)?;
        let is_last = amount == waits;
        let ends = is_last && lease.status == LeaseStatus::Closed;
        let moves = if ends {
            loaders::balance(self.escrow)?
        } else {
            amount
        };
        Move {
            from: self.escrow,
            to: self.to,
            authority: self.lease_account,
        }
        .signed_by_lease(lease, moves)?;
        lease.paid_out = add(lease.paid_out, amount)?;
        if is_last {
            lease.waits_since = 0;
        }
        if ends {
            close(lease, [self.lease_account, self.escrow, self.rent_payer])?;
        }
        Ok(())
    }
}

/// Closes an empty escrow; its rent goes back.
#[inline(never)]
fn close(lease: &Lease, [lease_account, escrow, rent_payer]: [&AccountView; 3]) -> ProgramResult {
    let bump = [lease.bump];
    let seeds = [Seed::from(seeds::LEASE), Seed::from(&lease.id), Seed::from(&bump)];
    CloseAccount::new(escrow, rent_payer, lease_account)
        .invoke_signed(core::slice::from_ref(&Signer::from(&seeds[..])))
}
