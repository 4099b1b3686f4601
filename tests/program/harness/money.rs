//! Tokens out of nowhere, counted, so that what comes or goes otherwise is seen.

use std::collections::BTreeMap;

use solana_keypair::Keypair;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use super::{World, token};

/// What was put into the world, base units.
#[derive(Clone, Default)]
pub(crate) struct Money {
    pub(crate) io: u64,
    pub(crate) usdc: u64,
    /// IO that was given to accounts that were there.
    pub(crate) gifts: BTreeMap<Pubkey, u64>,
}

impl World {
    /// A token account with IO.
    pub(crate) fn purse(&mut self, owner: &Pubkey, amount: u64) -> Pubkey {
        let address = Keypair::new().pubkey();
        self.set(address, token::account(&self.mint, owner, amount));
        self.money.io = self.money.io.checked_add(amount).unwrap();
        address
    }

    /// A token account with USDC.
    pub(crate) fn usdc_purse(&mut self, owner: &Pubkey, amount: u64) -> Pubkey {
        let address = Keypair::new().pubkey();
        self.set(address, token::account(&self.usdc, owner, amount));
        self.money.usdc = self.money.usdc.checked_add(amount).unwrap();
        address
    }

    /// Adds IO to an account that is there, such as a vault.
    pub(crate) fn give(&mut self, address: &Pubkey, amount: u64) {
        let mut account = self.svm.get_account(address).unwrap();
        let held = token::amount(&account.data).checked_add(amount).unwrap();
        account.data[64..72].copy_from_slice(&held.to_le_bytes());
        self.set(*address, account);
        *self.money.gifts.entry(*address).or_default() += amount;
        self.money.io = self.money.io.checked_add(amount).unwrap();
    }

    pub(crate) fn money(&self) -> &Money {
        &self.money
    }

    /// What of a mint was burned.
    pub(crate) fn burned(&self, mint: &Pubkey) -> u64 {
        token::SUPPLY - token::supply(&self.data(mint).unwrap())
    }
}
