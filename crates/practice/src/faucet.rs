//! The faucet: gives worthless IO and SOL away, by real transactions.

use solana_account::ReadableAccount as _;
use solana_sdk::{
    pubkey::Pubkey,
    signature::{Keypair, Signature, Signer as _},
};

use crate::{
    chain::{Chain, Refusal},
    token::{self, TokenAccount},
};

/// Base units in one IO.
const IO: u64 = hearth_types::money::IO_UNITS;
/// Lamports in one SOL.
pub(crate) const SOL: u64 = 1_000_000_000;
/// The most IO one call gives, base units.
pub const MAX_IO_PER_CALL: u64 = 100_000 * IO;
/// A wallet that would hold more IO than this gets none, base units.
pub const MAX_IO_HELD: u64 = 1_000_000 * IO;
/// The most SOL one airdrop gives, lamports.
pub const MAX_AIRDROP: u64 = 100 * SOL;
/// An IO gift brings the wallet's SOL up to this, lamports: enough for rent and many fees.
pub const SOL_WITH_IO: u64 = SOL;

/// What somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gift {
    /// IO base units into the wallet's associated account, and a little SOL.
    Io { wallet: Pubkey, amount: u64 },
    /// Lamports.
    Sol { wallet: Pubkey, lamports: u64 },
}

/// Why nothing was given.
#[derive(Debug, thiserror::Error)]
pub enum GiftError {
    /// Nothing was asked for.
    #[error("ask for more than nothing")]
    Nothing,
    /// More than a call gives.
    #[error("at most {MAX_IO_PER_CALL} base units of IO or {MAX_AIRDROP} lamports a call")]
    TooMuch,
    /// The wallet has enough.
    #[error("the wallet holds enough: a gift must not bring it above {MAX_IO_HELD} base units of IO")]
    HasEnough,
    /// The transaction did not run.
    #[error("the faucet's transaction was refused")]
    Refused(#[from] Refusal),
}

/// Who gives.
pub(crate) struct Faucet {
    pub(crate) giver: Keypair,
    pub(crate) mint: Pubkey,
}

impl Faucet {
    /// Gives, within the limits.
    pub(crate) async fn give(&self, chain: &mut Chain, gift: Gift) -> Result<Signature, GiftError> {
        let giver = self.giver.pubkey();
        let pay = |wallet: &Pubkey, lamports| {
            solana_system_interface::instruction::transfer(&giver, wallet, lamports)
        };
        match gift {
            Gift::Sol { lamports: 0, .. } | Gift::Io { amount: 0, .. } => Err(GiftError::Nothing),
            Gift::Sol { wallet, lamports } => {
                if lamports > MAX_AIRDROP {
                    return Err(GiftError::TooMuch);
                }
                Ok(chain
                    .run("airdrop", &[pay(&wallet, lamports)], &[&self.giver])
                    .await?)
            }
            Gift::Io { wallet, amount } => {
                if amount > MAX_IO_PER_CALL {
                    return Err(GiftError::TooMuch);
                }
                let account = token::associated_account(&wallet, &self.mint);
                let held = chain
                    .bank
                    .account(&account)
                    .and_then(TokenAccount::read)
                    .map_or(0, |held| held.amount);
                if held.saturating_add(amount) > MAX_IO_HELD {
                    return Err(GiftError::HasEnough);
                }
                let from = token::associated_account(&giver, &self.mint);
                let mut instructions = vec![
                    token::create_associated(&giver, &wallet, &self.mint),
                    token::transfer(&from, &account, &giver, amount),
                ];
                let lamports = chain
                    .bank
                    .account(&wallet)
                    .map_or(0, |account| account.lamports());
                if let Some(missing) = SOL_WITH_IO.checked_sub(lamports).filter(|missing| *missing > 0) {
                    instructions.push(pay(&wallet, missing));
                }
                Ok(chain.run("faucet", &instructions, &[&self.giver]).await?)
            }
        }
    }
}
