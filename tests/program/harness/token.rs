//! Token accounts and mints as bytes of the token program.

use hearth_program_interface::instruction::TOKEN_PROGRAM;
use solana_account::Account;
use solana_sdk::pubkey::Pubkey;

fn owned(data: Vec<u8>) -> Account {
    let owner = Pubkey::new_from_array(TOKEN_PROGRAM);
    Account {
        lamports: 10_000_000,
        data,
        owner,
        ..Account::default()
    }
}

/// What mints say there is; more than any test puts into the world.
pub(crate) const SUPPLY: u64 = u64::MAX;

/// A mint without authorities.
pub(crate) fn mint(decimals: u8) -> Account {
    let mut data = vec![0; 82];
    data[36..44].copy_from_slice(&SUPPLY.to_le_bytes());
    data[44] = decimals;
    data[45] = 1;
    owned(data)
}

/// An initialised account.
pub(crate) fn account(mint: &Pubkey, owner: &Pubkey, amount: u64) -> Account {
    let mut data = vec![0; 165];
    data[..32].copy_from_slice(mint.as_ref());
    data[32..64].copy_from_slice(owner.as_ref());
    data[64..72].copy_from_slice(&amount.to_le_bytes());
    data[108] = 1;
    owned(data)
}

pub(crate) fn amount(data: &[u8]) -> u64 {
    u64::from_le_bytes(data[64..72].try_into().unwrap())
}

pub(crate) fn supply(data: &[u8]) -> u64 {
    u64::from_le_bytes(data[36..44].try_into().unwrap())
}

/// Whether it is a token account of this mint.
pub(crate) fn is_of(data: &[u8], mint: &Pubkey) -> bool {
    data.len() == 165 && data[..32] == *mint.as_ref()
}
