//! Rewards: the root of an epoch posted, and what it gives a wallet claimed.

use hearth_program_interface::{
    Bytes32, compute_units,
    instruction::{Claim, ClaimAccounts, PostRoot, PostRootAccounts, SYSTEM_PROGRAM, TOKEN_PROGRAM},
};
use hearth_types::money::Io;

use super::{
    BuildError, PreparedTransaction, RecentBlockhash, Transactions,
    instructions::{ensure_token_account, ours, unit_limit},
    prepared::sign,
};
use crate::signer::TxSigner;

/// A leaf and its way to the root of an epoch.
#[derive(Clone, Copy, Debug)]
pub struct ClaimTerms<'a> {
    /// The epoch: Unix time / 3,600.
    pub epoch: u64,
    /// The leaf's place in the tree.
    pub index: u32,
    /// What the leaf gives since the beginning.
    pub cumulative: Io,
    /// The siblings, from the leaf upwards.
    pub siblings: &'a [Bytes32],
}

/// An epoch's root with what it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootTerms {
    /// The epoch: Unix time / 3,600 of its begin.
    pub epoch: u64,
    /// Root of the tree; not zero.
    pub root: Bytes32,
    /// Hash of the epoch's report; not zero.
    pub report: Bytes32,
    /// Everything that the leaves give since the beginning.
    pub total: Io,
    /// What moves from the fee vault to the reward vault with it.
    pub fee_draw: Io,
}

impl Transactions {
    /// Pays a wallet what a leaf gives it beyond what it has claimed. The first claim makes an account whose rent
    /// stays (see [`crate::ChainClient::rent_for_claimed`]).
    ///
    /// # Errors
    /// [`BuildError::Format`] when the proof has more siblings than can be counted, [`BuildError::TooLarge`] when it
    /// has more than fit a packet.
    pub fn claim(
        &self,
        recent: &RecentBlockhash,
        wallet: &dyn TxSigner,
        terms: ClaimTerms<'_>,
    ) -> Result<PreparedTransaction, BuildError> {
        let address = wallet.address();
        let claimed = self.program.claimed(address);
        let (make_account, account_units) = ensure_token_account(&self.program, address, address);
        let accounts = ClaimAccounts {
            wallet: address.0,
            network: self.program.network_account().0,
            rewards: self.program.rewards().0,
            claimed: claimed.address.0,
            reward_vault: self.program.reward_vault().0,
            wallet_token: self.program.token_account(address).address.0,
            token_program: TOKEN_PROGRAM,
            system_program: SYSTEM_PROGRAM,
        };
        let depth = u8::try_from(terms.siblings.len()).map_err(|_| BuildError::Format)?;
        let head = Claim {
            epoch: terms.epoch,
            index: terms.index,
            cumulative: terms.cumulative.0,
        };
        let data = [&head.to_bytes() as &[u8], &terms.siblings.concat()].concat();
        let units = compute_units::claim(claimed.bump, depth).saturating_add(account_units);
        let instructions = [
            unit_limit(units),
            make_account,
            ours(self.program.address, accounts.metas(), &data),
        ];
        sign(recent, &[wallet], &instructions, 0)
    }

    /// Posts the root of an epoch that is over; it can be claimed against an hour later.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn post_root(
        &self,
        recent: &RecentBlockhash,
        verifier: &dyn TxSigner,
        terms: RootTerms,
    ) -> Result<PreparedTransaction, BuildError> {
        let accounts = PostRootAccounts {
            verifier: verifier.address().0,
            network: self.program.network_account().0,
            rewards: self.program.rewards().0,
            schedule: self.program.schedule().0,
            reward_vault: self.program.reward_vault().0,
            fee_vault: self.program.fee_vault().0,
            token_program: TOKEN_PROGRAM,
        };
        let data = PostRoot {
            epoch: terms.epoch,
            root: terms.root,
            report: terms.report,
            total: terms.total.0,
            fee_draw: terms.fee_draw.0,
        };
        let instructions = [
            unit_limit(compute_units::ROOT),
            ours(self.program.address, accounts.metas(), &data.to_bytes()),
        ];
        sign(recent, &[verifier], &instructions, 0)
    }
}

#[cfg(test)]
mod tests {
    use hearth_program_interface::merkle::MAX_DEPTH;
    use hearth_types::{id::Address, network::NetworkKind};

    use super::*;
    use crate::{
        program::Program,
        signer::Keypair,
        transactions::{PACKET_BYTES, Priority},
    };

    #[test]
    fn the_deepest_proof_fits_a_packet() {
        let transactions = Transactions::new(Program {
            network: NetworkKind::Practice,
            address: Address([1; 32]),
            io_mint: Address([2; 32]),
        });
        let recent = RecentBlockhash {
            hash: [9; 32],
            last_valid_block_height: 1,
            slot: None,
            priority: Priority::NONE,
        };
        let wallet = Keypair::from_secret(&[3; 32]);
        let terms = ClaimTerms {
            epoch: u64::MAX,
            index: (1 << MAX_DEPTH) - 1,
            cumulative: Io(u64::MAX),
            siblings: &[[5; 32]; MAX_DEPTH],
        };
        let built = transactions.claim(&recent, &wallet, terms).unwrap();
        assert!(built.bytes.len() <= PACKET_BYTES, "{}", built.bytes.len());
    }
}
