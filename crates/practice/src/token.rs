//! The few pieces of SPL Token that the practice network speaks: instructions, and reading accounts.

use solana_account::{AccountSharedData, ReadableAccount};
use solana_account_decoder::{
    parse_account_data::SplTokenAdditionalDataV2,
    parse_token::{UiTokenAmount, token_amount_to_ui_amount_v3},
};
use solana_sdk::{
    instruction::{AccountMeta, Instruction},
    pubkey::Pubkey,
};

/// The classic SPL Token program.
pub(crate) const TOKEN_PROGRAM: Pubkey =
    Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// Token-2022; its accounts begin with the classic layout.
pub(crate) const TOKEN_2022_PROGRAM: Pubkey =
    Pubkey::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
/// The program that makes a wallet's one token account per mint.
pub(crate) const ASSOCIATED_TOKEN_PROGRAM: Pubkey =
    Pubkey::from_str_const("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
/// The program that takes any text.
pub(crate) const MEMO_PROGRAM: Pubkey = Pubkey::from_str_const("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");
/// Bytes of a mint.
pub(crate) const MINT_LEN: usize = 82;
/// Bytes of a token account.
pub(crate) const ACCOUNT_LEN: usize = 165;
/// Where Token-2022 says what an extended account is: 1 = mint, 2 = account.
const KIND_AT: usize = ACCOUNT_LEN;

/// The wallet's associated account of a classic mint.
#[must_use]
pub fn associated_account(wallet: &Pubkey, mint: &Pubkey) -> Pubkey {
    let seeds = [wallet.as_ref(), TOKEN_PROGRAM.as_ref(), mint.as_ref()];
    Pubkey::find_program_address(&seeds, &ASSOCIATED_TOKEN_PROGRAM).0
}

/// Makes the wallet's associated account unless it is there.
pub(crate) fn create_associated(payer: &Pubkey, wallet: &Pubkey, mint: &Pubkey) -> Instruction {
    let accounts = vec![
        AccountMeta::new(*payer, true),
        AccountMeta::new(associated_account(wallet, mint), false),
        AccountMeta::new_readonly(*wallet, false),
        AccountMeta::new_readonly(*mint, false),
        AccountMeta::new_readonly(solana_system_interface::program::ID, false),
        AccountMeta::new_readonly(TOKEN_PROGRAM, false),
    ];
    Instruction {
        program_id: ASSOCIATED_TOKEN_PROGRAM,
        accounts,
        data: vec![1],
    }
}

/// Makes `mint` (an empty account of [`MINT_LEN`] bytes) a mint without freeze authority.
pub(crate) fn initialize_mint(mint: &Pubkey, authority: &Pubkey, decimals: u8) -> Instruction {
    let mut data = vec![20, decimals];
    data.extend_from_slice(authority.as_ref());
    data.push(0);
    Instruction {
        program_id: TOKEN_PROGRAM,
        accounts: vec![AccountMeta::new(*mint, false)],
        data,
    }
}

/// Mints `amount` base units.
pub(crate) fn mint_to(mint: &Pubkey, to: &Pubkey, authority: &Pubkey, amount: u64) -> Instruction {
    let accounts = vec![
        AccountMeta::new(*mint, false),
        AccountMeta::new(*to, false),
        AccountMeta::new_readonly(*authority, true),
    ];
    Instruction {
        program_id: TOKEN_PROGRAM,
        accounts,
        data: tagged(7, amount),
    }
}

/// Moves `amount` base units.
pub(crate) fn transfer(from: &Pubkey, to: &Pubkey, owner: &Pubkey, amount: u64) -> Instruction {
    let accounts = vec![
        AccountMeta::new(*from, false),
        AccountMeta::new(*to, false),
        AccountMeta::new_readonly(*owner, true),
    ];
    Instruction {
        program_id: TOKEN_PROGRAM,
        accounts,
        data: tagged(3, amount),
    }
}

/// A note in the transaction.
pub(crate) fn memo(text: &str) -> Instruction {
    Instruction {
        program_id: MEMO_PROGRAM,
        accounts: Vec::new(),
        data: text.as_bytes().to_vec(),
    }
}

fn tagged(tag: u8, amount: u64) -> Vec<u8> {
    let mut data = vec![tag];
    data.extend_from_slice(&amount.to_le_bytes());
    data
}

/// What a token account says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TokenAccount {
    pub(crate) mint: Pubkey,
    pub(crate) owner: Pubkey,
    /// Base units.
    pub(crate) amount: u64,
}

/// What a mint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mint {
    /// Base units.
    pub(crate) supply: u64,
    pub(crate) decimals: u8,
}

/// Whether either token program owns the account.
pub(crate) fn is_token_program(program: &Pubkey) -> bool {
    *program == TOKEN_PROGRAM || *program == TOKEN_2022_PROGRAM
}

impl TokenAccount {
    /// Reads an initialised token account; anything else is `None`.
    pub(crate) fn read(account: &AccountSharedData) -> Option<Self> {
        let data = account.data();
        let right_length = data.len() == ACCOUNT_LEN || data.get(KIND_AT) == Some(&2);
        if !is_token_program(account.owner()) || !right_length || data.get(108) == Some(&0) {
            return None;
        }
        Some(Self {
            mint: address_at(data, 0)?,
            owner: address_at(data, 32)?,
            amount: u64_at(data, 64)?,
        })
    }
}

impl Mint {
    /// Reads an initialised mint; anything else is `None`.
    pub(crate) fn read(account: &AccountSharedData) -> Option<Self> {
        let data = account.data();
        let right_length = data.len() == MINT_LEN || data.get(KIND_AT) == Some(&1);
        if !is_token_program(account.owner()) || !right_length || data.get(45) != Some(&1) {
            return None;
        }
        Some(Self {
            supply: u64_at(data, 36)?,
            decimals: *data.get(44)?,
        })
    }
}

/// The amount as the RPC shows it.
pub(crate) fn ui_amount(amount: u64, decimals: u8) -> UiTokenAmount {
    token_amount_to_ui_amount_v3(amount, &SplTokenAdditionalDataV2::with_decimals(decimals))
}

fn address_at(data: &[u8], at: usize) -> Option<Pubkey> {
    data.get(at..at + 32)
        .and_then(|bytes| Pubkey::try_from(bytes).ok())
}

fn u64_at(data: &[u8], at: usize) -> Option<u64> {
    data.get(at..at + 8)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u64::from_le_bytes)
}
