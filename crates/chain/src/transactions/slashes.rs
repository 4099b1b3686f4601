//! Slashes: posted by the verifier, taken by anyone a day later, restored by the authority or burned.

use hearth_program_interface::{
    Bytes32,
    account::{Slash, SlashReason},
    compute_units,
    instruction::{
        BurnSlash, BurnSlashAccounts, PostSlash, PostSlashAccounts, RestoreSlash, RestoreSlashAccounts,
        SYSTEM_PROGRAM, TOKEN_PROGRAM, TakeSlash, TakeSlashAccounts, VoidSlash, VoidSlashAccounts,
    },
};
use hearth_types::id::{Address, WalletAddress};

use super::{
    BuildError, PreparedTransaction, RecentBlockhash, Transactions,
    instructions::{ensure_token_account, ours, unit_limit},
    prepared::sign,
};
use crate::signer::TxSigner;

impl Transactions {
    /// Posts a slash of a device (its account) on evidence that was not used for it before.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn post_slash(
        &self,
        recent: &RecentBlockhash,
        verifier: &dyn TxSigner,
        device: Address,
        reason: SlashReason,
        evidence: Bytes32,
    ) -> Result<PreparedTransaction, BuildError> {
        let slash = self.program.slash(device, &evidence);
        let accounts = PostSlashAccounts {
            verifier: verifier.address().0,
            network: self.program.network_account().0,
            device: device.0,
            slash: slash.address.0,
            system_program: SYSTEM_PROGRAM,
        };
        let data = PostSlash { reason, evidence };
        let instructions = [
            unit_limit(compute_units::post_slash(slash.bump)),
            ours(self.program.address, accounts.metas(), &data.to_bytes()),
        ];
        sign(recent, &[verifier], &instructions, 0)
    }

    /// Drops what was not taken yet of a pending slash.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn void_slash(
        &self,
        recent: &RecentBlockhash,
        authority: &dyn TxSigner,
        slash: &Slash,
    ) -> Result<PreparedTransaction, BuildError> {
        let accounts = VoidSlashAccounts {
            authority: authority.address().0,
            network: self.program.network_account().0,
            device: slash.device,
            slash: self.account_of(slash).0,
        };
        let instructions = [
            unit_limit(compute_units::SLASH),
            ours(self.program.address, accounts.metas(), &VoidSlash {}.to_bytes()),
        ];
        sign(recent, &[authority], &instructions, 0)
    }

    /// Moves slashed stake to the slash vault, a day after it was posted. Anyone may pay the fee.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn take_slash(
        &self,
        recent: &RecentBlockhash,
        fee_payer: &dyn TxSigner,
        slash: &Slash,
    ) -> Result<PreparedTransaction, BuildError> {
        let accounts = TakeSlashAccounts {
            network: self.program.network_account().0,
            device: slash.device,
            slash: self.account_of(slash).0,
            stake_vault: self.program.stake_vault().0,
            slash_vault: self.program.slash_vault().0,
            token_program: TOKEN_PROGRAM,
        };
        let instructions = [
            unit_limit(compute_units::SLASH),
            ours(self.program.address, accounts.metas(), &TakeSlash {}.to_bytes()),
        ];
        sign(recent, &[fee_payer], &instructions, 0)
    }

    /// Gives back what was taken: the owner's part to the device's stake, the co-staker's to its wallet.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn restore_slash(
        &self,
        recent: &RecentBlockhash,
        authority: &dyn TxSigner,
        slash: &Slash,
    ) -> Result<PreparedTransaction, BuildError> {
        let mut units = compute_units::SLASH;
        let mut instructions = Vec::with_capacity(3);
        // Where nothing of a co-staker's was taken any writable account will do.
        let co_token = if slash.taken_co > 0 {
            let wallet = WalletAddress(slash.co_wallet);
            let (make_account, account_units) =
                ensure_token_account(&self.program, authority.address(), wallet);
            units = units.saturating_add(account_units);
            instructions.push(make_account);
            self.program.token_account(wallet).address
        } else {
            self.program.stake_vault()
        };
        let accounts = RestoreSlashAccounts {
            authority: authority.address().0,
            network: self.program.network_account().0,
            device: slash.device,
            slash: self.account_of(slash).0,
            slash_vault: self.program.slash_vault().0,
            stake_vault: self.program.stake_vault().0,
            co_token: co_token.0,
            token_program: TOKEN_PROGRAM,
        };
        instructions.insert(0, unit_limit(units));
        instructions.push(ours(
            self.program.address,
            accounts.metas(),
            &RestoreSlash {}.to_bytes(),
        ));
        sign(recent, &[authority], &instructions, 0)
    }

    /// Burns what was taken, 30 days after the last of it. Anyone may pay the fee.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn burn_slash(
        &self,
        recent: &RecentBlockhash,
        fee_payer: &dyn TxSigner,
        slash: &Slash,
    ) -> Result<PreparedTransaction, BuildError> {
        let accounts = BurnSlashAccounts {
            network: self.program.network_account().0,
            slash: self.account_of(slash).0,
            slash_vault: self.program.slash_vault().0,
            io_mint: self.program.io_mint.0,
            token_program: TOKEN_PROGRAM,
        };
        let instructions = [
            unit_limit(compute_units::SLASH),
            ours(self.program.address, accounts.metas(), &BurnSlash {}.to_bytes()),
        ];
        sign(recent, &[fee_payer], &instructions, 0)
    }

    fn account_of(&self, slash: &Slash) -> Address {
        self.program.slash(Address(slash.device), &slash.evidence).address
    }
}
