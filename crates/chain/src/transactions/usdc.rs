//! What a provider earned in USDC: changed into IO of a market maker, or taken as it is.

use hearth_program_interface::{
    account::Lease,
    compute_units,
    instruction::{Repurchase, RepurchaseAccounts, TOKEN_PROGRAM, TakeUsdc, TakeUsdcAccounts},
};
use hearth_types::{
    id::{LeaseId, WalletAddress},
    money::{Io, Usdc},
};

use super::{
    BuildError, PreparedTransaction, RecentBlockhash, Transactions,
    instructions::{ensure_token_account, ours, unit_limit},
    prepared::sign,
};
use crate::signer::TxSigner;

/// A change of waiting USDC into IO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repurchasing {
    /// Whose IO is bought.
    pub maker: WalletAddress,
    /// How much USDC is changed; not zero, at most what waits.
    pub usdc: Usdc,
    /// The least IO to get for it.
    pub least: Io,
}

impl Transactions {
    /// Changes USDC that waits in a lease into IO of a market maker, at its price and for no less than was agreed to.
    ///
    /// # Errors
    /// [`BuildError::WrongSigner`] when another provider earned it.
    pub fn repurchase(
        &self,
        recent: &RecentBlockhash,
        provider: &dyn TxSigner,
        lease: &Lease,
        terms: Repurchasing,
    ) -> Result<PreparedTransaction, BuildError> {
        let wallet = earned_by(provider, lease)?;
        let id = LeaseId(lease.id);
        let (make_account, account_units) = ensure_token_account(&self.program, wallet, wallet);
        let accounts = RepurchaseAccounts {
            provider: wallet.0,
            network: self.program.network_account().0,
            lease: self.program.lease(id).address.0,
            escrow: self.program.escrow(id).address.0,
            maker: self.program.maker(terms.maker).address.0,
            maker_usdc: self
                .program
                .in_mint(lease.mint)
                .token_account(terms.maker)
                .address
                .0,
            market_vault: self.program.market_vault().0,
            provider_token: self.program.token_account(wallet).address.0,
            rent_payer: lease.rent_payer,
            token_program: TOKEN_PROGRAM,
        };
        let data = Repurchase {
            usdc: terms.usdc.0,
            min_io: terms.least.0,
        };
        let instructions = [
            unit_limit(compute_units::EXCHANGE.saturating_add(account_units)),
            make_account,
            ours(self.program.address, accounts.metas(), &data.to_bytes()),
        ];
        sign(recent, &[provider], &instructions, 0)
    }

    /// Takes USDC that has waited for a day as it is.
    ///
    /// # Errors
    /// [`BuildError::WrongSigner`] when another provider earned it.
    pub fn take_usdc(
        &self,
        recent: &RecentBlockhash,
        provider: &dyn TxSigner,
        lease: &Lease,
    ) -> Result<PreparedTransaction, BuildError> {
        let wallet = earned_by(provider, lease)?;
        let id = LeaseId(lease.id);
        let usdc = self.program.in_mint(lease.mint);
        let (make_account, account_units) = ensure_token_account(&usdc, wallet, wallet);
        let accounts = TakeUsdcAccounts {
            provider: wallet.0,
            lease: self.program.lease(id).address.0,
            escrow: self.program.escrow(id).address.0,
            provider_usdc: usdc.token_account(wallet).address.0,
            rent_payer: lease.rent_payer,
            token_program: TOKEN_PROGRAM,
        };
        let instructions = [
            unit_limit(compute_units::EXCHANGE.saturating_add(account_units)),
            make_account,
            ours(self.program.address, accounts.metas(), &TakeUsdc {}.to_bytes()),
        ];
        sign(recent, &[provider], &instructions, 0)
    }
}

fn earned_by(provider: &dyn TxSigner, lease: &Lease) -> Result<WalletAddress, BuildError> {
    let (needed, given) = (WalletAddress(lease.provider), provider.address());
    if needed == given {
        Ok(needed)
    } else {
        Err(BuildError::WrongSigner { needed, given })
    }
}
