//! Stake in, stake out, and making the network.

use hearth_program_interface::{
    compute_units,
    instruction::{
        InitNetwork, InitNetworkAccounts, RequestUnstake, SYSTEM_PROGRAM, Stake, StakeAccounts,
        TOKEN_PROGRAM, UnstakeAccounts, Withdraw,
    },
};
use hearth_types::{
    id::{Address, DeviceId, NodeId, WalletAddress},
    money::Io,
};

use super::{
    BuildError, PreparedTransaction, RecentBlockhash, Transactions,
    instructions::{ensure_token_account, ours, unit_limit},
    prepared::sign,
};
use crate::signer::TxSigner;

impl Transactions {
    /// Moves IO from the owner's wallet to a device's stake; makes the device's account when it is absent (see
    /// [`crate::ChainClient::rent_for_device`]).
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn stake(
        &self,
        recent: &RecentBlockhash,
        owner: &dyn TxSigner,
        node: NodeId,
        device: DeviceId,
        amount: Io,
    ) -> Result<PreparedTransaction, BuildError> {
        let wallet = owner.address();
        let account = self.program.device(wallet, device);
        let accounts = StakeAccounts {
            owner: wallet.0,
            network: self.program.network_account().0,
            device: account.address.0,
            owner_token: self.program.token_account(wallet).address.0,
            stake_vault: self.program.stake_vault().0,
            token_program: TOKEN_PROGRAM,
            system_program: SYSTEM_PROGRAM,
        };
        let data = Stake {
            device_id: device.0,
            node: node.0,
            amount: amount.0,
        }
        .to_bytes();
        let instructions = [
            unit_limit(compute_units::stake(account.bump)),
            ours(self.program.address, accounts.metas(), &data),
        ];
        sign(recent, &[owner], &instructions, 0)
    }

    /// Asks stake back: what exceeds the requirement is paid out at once, the rest cools down.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn request_unstake(
        &self,
        recent: &RecentBlockhash,
        owner: &dyn TxSigner,
        device: DeviceId,
        amount: Io,
    ) -> Result<PreparedTransaction, BuildError> {
        self.unstake(
            recent,
            owner,
            device,
            &RequestUnstake { amount: amount.0 }.to_bytes(),
        )
    }

    /// Pays out the stake that has cooled down.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn withdraw(
        &self,
        recent: &RecentBlockhash,
        owner: &dyn TxSigner,
        device: DeviceId,
    ) -> Result<PreparedTransaction, BuildError> {
        self.unstake(recent, owner, device, &Withdraw {}.to_bytes())
    }

    fn unstake(
        &self,
        recent: &RecentBlockhash,
        owner: &dyn TxSigner,
        device: DeviceId,
        data: &[u8],
    ) -> Result<PreparedTransaction, BuildError> {
        let wallet = owner.address();
        let (make_account, account_units) = ensure_token_account(&self.program, wallet, wallet);
        let accounts = UnstakeAccounts {
            owner: wallet.0,
            network: self.program.network_account().0,
            device: self.program.device(wallet, device).address.0,
            stake_vault: self.program.stake_vault().0,
            owner_token: self.program.token_account(wallet).address.0,
            token_program: TOKEN_PROGRAM,
        };
        let instructions = [
            unit_limit(compute_units::UNSTAKE.saturating_add(account_units)),
            make_account,
            ours(self.program.address, accounts.metas(), data),
        ];
        sign(recent, &[owner], &instructions, 0)
    }

    /// Makes a wallet's IO account when it is absent; `payer` pays its rent.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn make_token_account(
        &self,
        recent: &RecentBlockhash,
        payer: &dyn TxSigner,
        wallet: WalletAddress,
    ) -> Result<PreparedTransaction, BuildError> {
        let (make_account, units) = ensure_token_account(&self.program, payer.address(), wallet);
        sign(recent, &[payer], &[unit_limit(units), make_account], 0)
    }

    /// Makes the network, once in the program's life; `program_key` is the key it was deployed with, `usdc_mint`
    /// the mint of its second currency.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn init_network(
        &self,
        recent: &RecentBlockhash,
        authority: &dyn TxSigner,
        program_key: &dyn TxSigner,
        usdc_mint: Address,
        parameters: &InitNetwork,
    ) -> Result<PreparedTransaction, BuildError> {
        let accounts = InitNetworkAccounts {
            program: self.program.address.0,
            authority: authority.address().0,
            network: self.program.network_account().0,
            io_mint: self.program.io_mint.0,
            usdc_mint: usdc_mint.0,
            stake_vault: self.program.stake_vault().0,
            fee_vault: self.program.fee_vault().0,
            usdc_fee_vault: self.program.usdc_fee_vault().0,
            reward_vault: self.program.reward_vault().0,
            slash_vault: self.program.slash_vault().0,
            market_vault: self.program.market_vault().0,
            rewards: self.program.rewards().0,
            schedule: self.program.schedule().0,
            token_program: TOKEN_PROGRAM,
            system_program: SYSTEM_PROGRAM,
        };
        let instructions = [
            unit_limit(compute_units::INIT_NETWORK),
            ours(self.program.address, accounts.metas(), &parameters.to_bytes()),
        ];
        sign(recent, &[authority, program_key], &instructions, 0)
    }
}
