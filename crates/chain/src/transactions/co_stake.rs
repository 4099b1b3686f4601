//! Staking together: an owner offers a part of a device's stake, one other wallet takes it, either ends it.

use hearth_program_interface::{
    compute_units,
    instruction::{
        AcceptOffer, AcceptOfferAccounts, CancelOffer, LeaveCoStake, LeaveCoStakeAccounts, OfferAccounts,
        OfferCoStake, SYSTEM_PROGRAM, TOKEN_PROGRAM, WithdrawCoStake, WithdrawCoStakeAccounts,
    },
};
use hearth_types::{
    id::{DeviceId, WalletAddress},
    money::Io,
};

use super::{
    BuildError, PreparedTransaction, RecentBlockhash, Transactions,
    instructions::{ensure_token_account, ours, unit_limit},
    prepared::sign,
};
use crate::signer::TxSigner;

impl Transactions {
    /// Offers another wallet to stake `amount` on a device for `share_bps` of its rewards (basis points). The owner's
    /// first offer makes an account whose rent stays (see [`crate::ChainClient::rent_for_offers`]).
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn offer_co_stake(
        &self,
        recent: &RecentBlockhash,
        owner: &dyn TxSigner,
        device: DeviceId,
        amount: Io,
        share_bps: u16,
    ) -> Result<PreparedTransaction, BuildError> {
        let data = OfferCoStake {
            amount: amount.0,
            share_bps,
        };
        self.offer(recent, owner, device, &data.to_bytes())
    }

    /// Takes back an offer that nobody accepted.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn cancel_offer(
        &self,
        recent: &RecentBlockhash,
        owner: &dyn TxSigner,
        device: DeviceId,
    ) -> Result<PreparedTransaction, BuildError> {
        self.offer(recent, owner, device, &CancelOffer {}.to_bytes())
    }

    fn offer(
        &self,
        recent: &RecentBlockhash,
        owner: &dyn TxSigner,
        device: DeviceId,
        data: &[u8],
    ) -> Result<PreparedTransaction, BuildError> {
        let wallet = owner.address();
        let offers = self.program.offers(wallet);
        let accounts = OfferAccounts {
            owner: wallet.0,
            device: self.program.device(wallet, device).address.0,
            offers: offers.address.0,
            system_program: SYSTEM_PROGRAM,
        };
        let instructions = [
            unit_limit(compute_units::offer(offers.bump)),
            ours(self.program.address, accounts.metas(), data),
        ];
        sign(recent, &[owner], &instructions, 0)
    }

    /// Stakes what an owner offers, on the terms that are repeated here: other ones on chain refuse it.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn accept_offer(
        &self,
        recent: &RecentBlockhash,
        co_staker: &dyn TxSigner,
        owner: WalletAddress,
        device: DeviceId,
        amount: Io,
        share_bps: u16,
    ) -> Result<PreparedTransaction, BuildError> {
        let wallet = co_staker.address();
        let accounts = AcceptOfferAccounts {
            co_staker: wallet.0,
            network: self.program.network_account().0,
            device: self.program.device(owner, device).address.0,
            co_token: self.program.token_account(wallet).address.0,
            stake_vault: self.program.stake_vault().0,
            token_program: TOKEN_PROGRAM,
        };
        let data = AcceptOffer {
            amount: amount.0,
            share_bps,
        };
        let instructions = [
            unit_limit(compute_units::UNSTAKE),
            ours(self.program.address, accounts.metas(), &data.to_bytes()),
        ];
        sign(recent, &[co_staker], &instructions, 0)
    }

    /// Announces that the co-staker leaves: its part counts for 7 more days without earning, then it cools down.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn leave_co_stake(
        &self,
        recent: &RecentBlockhash,
        co_staker: &dyn TxSigner,
        owner: WalletAddress,
        device: DeviceId,
    ) -> Result<PreparedTransaction, BuildError> {
        let accounts = LeaveCoStakeAccounts {
            co_staker: co_staker.address().0,
            network: self.program.network_account().0,
            device: self.program.device(owner, device).address.0,
        };
        let instructions = [
            unit_limit(compute_units::CHANGE_DEVICE),
            ours(
                self.program.address,
                accounts.metas(),
                &LeaveCoStake {}.to_bytes(),
            ),
        ];
        sign(recent, &[co_staker], &instructions, 0)
    }

    /// Pays the co-staker's part out once it has cooled down, and ends the offer.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn withdraw_co_stake(
        &self,
        recent: &RecentBlockhash,
        co_staker: &dyn TxSigner,
        owner: WalletAddress,
        device: DeviceId,
    ) -> Result<PreparedTransaction, BuildError> {
        let wallet = co_staker.address();
        let (make_account, account_units) = ensure_token_account(&self.program, wallet, wallet);
        let accounts = WithdrawCoStakeAccounts {
            co_staker: wallet.0,
            network: self.program.network_account().0,
            device: self.program.device(owner, device).address.0,
            offers: self.program.offers(owner).address.0,
            stake_vault: self.program.stake_vault().0,
            co_token: self.program.token_account(wallet).address.0,
            token_program: TOKEN_PROGRAM,
        };
        let instructions = [
            unit_limit(compute_units::UNSTAKE.saturating_add(account_units)),
            make_account,
            ours(
                self.program.address,
                accounts.metas(),
                &WithdrawCoStake {}.to_bytes(),
            ),
        ];
        sign(recent, &[co_staker], &instructions, 0)
    }
}
