//! Single instructions: ours, and the few of other programs that go with them.

use hearth_program_interface::{
    Bytes32, compute_units,
    instruction::{Meta, SYSTEM_PROGRAM, TOKEN_PROGRAM},
    precompile,
};
use hearth_types::id::{Address, Signature, WalletAddress};
use solana_sdk::{
    instruction::{AccountMeta, Instruction},
    pubkey::Pubkey,
};

use super::BuildError;
use crate::program::{ASSOCIATED_TOKEN_PROGRAM, Program};

/// Address of the compute budget program, `ComputeBudget111111111111111111111111111111`.
const COMPUTE_BUDGET_PROGRAM: Bytes32 = [
    3, 6, 70, 111, 229, 33, 23, 50, 255, 236, 173, 186, 114, 195, 155, 231, 188, 140, 229, 187, 197, 247, 18,
    107, 44, 67, 155, 58, 64, 0, 0, 0,
];

/// The most compute units that a transaction may ask for.
const MAX_UNITS: u32 = 1_400_000;
/// What the compute budget and precompile instructions themselves take.
const FIXED_UNITS: u32 = 2_000;
/// What making an associated token account takes, the search for its address aside.
const TOKEN_ACCOUNT_UNITS: u32 = 45_000;

/// An instruction of our program.
pub(super) fn ours(program: Address, metas: impl IntoIterator<Item = Meta>, data: &[u8]) -> Instruction {
    let accounts = metas.into_iter().map(account_meta).collect();
    Instruction {
        program_id: key(program.0),
        accounts,
        data: data.to_vec(),
    }
}

/// Asks for compute units, those of budget and precompile instructions added.
pub(super) fn unit_limit(units: u32) -> Instruction {
    let units = units.saturating_add(FIXED_UNITS).min(MAX_UNITS);
    let data = [&[2_u8] as &[u8], &units.to_le_bytes()].concat();
    Instruction {
        program_id: key(COMPUTE_BUDGET_PROGRAM),
        accounts: Vec::new(),
        data,
    }
}

/// The compute units that an instruction asks for, if it is [`unit_limit`].
pub(super) fn units_of(instruction: &Instruction) -> Option<u32> {
    let (tag, units) = instruction.data.split_first()?;
    let asks = instruction.program_id == key(COMPUTE_BUDGET_PROGRAM) && *tag == 2;
    units.try_into().ok().filter(|_| asks).map(u32::from_le_bytes)
}

/// Offers this much for each compute unit, micro-lamports.
pub(super) fn unit_price(micro_lamports: u64) -> Instruction {
    Instruction {
        program_id: key(COMPUTE_BUDGET_PROGRAM),
        accounts: Vec::new(),
        data: [&[3_u8] as &[u8], &micro_lamports.to_le_bytes()].concat(),
    }
}

/// Lets the ed25519 precompile check a signed statement, in the one layout that our program reads.
pub(super) fn statement(
    signer: &Bytes32,
    signature: &Signature,
    message: &[u8],
) -> Result<Instruction, BuildError> {
    let length = u16::try_from(message.len()).map_err(|_| BuildError::Format)?;
    let data = [
        &precompile::header(length) as &[u8],
        signer,
        signature.as_bytes(),
        message,
    ]
    .concat();
    Ok(Instruction {
        program_id: key(precompile::ED25519_PROGRAM),
        accounts: Vec::new(),
        data,
    })
}

/// Makes a wallet's IO account when it is absent; does nothing otherwise. With its compute units.
pub(super) fn ensure_token_account(
    program: &Program,
    payer: WalletAddress,
    wallet: WalletAddress,
) -> (Instruction, u32) {
    let account = program.token_account(wallet);
    let accounts = vec![
        AccountMeta::new(key(payer.0), true),
        AccountMeta::new(key(account.address.0), false),
        AccountMeta::new_readonly(key(wallet.0), false),
        AccountMeta::new_readonly(key(program.io_mint.0), false),
        AccountMeta::new_readonly(key(SYSTEM_PROGRAM), false),
        AccountMeta::new_readonly(key(TOKEN_PROGRAM), false),
    ];
    // 1 = CreateIdempotent.
    let make = Instruction {
        program_id: key(ASSOCIATED_TOKEN_PROGRAM),
        accounts,
        data: vec![1],
    };
    (
        make,
        TOKEN_ACCOUNT_UNITS + compute_units::address_search(account.bump),
    )
}

fn account_meta(meta: Meta) -> AccountMeta {
    AccountMeta {
        pubkey: key(meta.address),
        is_signer: meta.signer,
        is_writable: meta.writable,
    }
}

const fn key(bytes: Bytes32) -> Pubkey {
    Pubkey::new_from_array(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_addresses_are_right() {
        assert_eq!(
            Address(COMPUTE_BUDGET_PROGRAM).to_string(),
            "ComputeBudget111111111111111111111111111111"
        );
        assert_eq!(
            Address(precompile::ED25519_PROGRAM).to_string(),
            "Ed25519SigVerify111111111111111111111111111"
        );
    }

    #[test]
    fn a_statement_is_read_back_by_the_program() {
        let built = statement(&[1; 32], &Signature([2; 64]), b"message").unwrap();
        let read = precompile::signed_message(&built.data, 7);
        assert_eq!(read, Some((&[1; 32], b"message" as &[u8])));
    }
}
