//! Sending SOL and tokens to any wallet.

use hearth_program_interface::{
    Bytes32,
    instruction::{SYSTEM_PROGRAM, TOKEN_PROGRAM},
};
use hearth_types::{
    id::WalletAddress,
    money::{Currency, Io, Lamports},
};
use solana_sdk::{
    instruction::{AccountMeta, Instruction},
    pubkey::Pubkey,
};

use super::{
    BuildError, PreparedTransaction, RecentBlockhash, Transactions,
    instructions::{ensure_token_account, unit_limit},
    prepared::sign,
};
use crate::signer::TxSigner;

/// Address of the memo program, `MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr`.
const MEMO_PROGRAM: Bytes32 = [
    5, 74, 83, 90, 153, 41, 33, 6, 77, 36, 232, 113, 96, 218, 56, 124, 124, 53, 181, 221, 188, 146, 187, 129,
    228, 31, 168, 64, 65, 5, 68, 141,
];
/// What a transfer of SOL takes.
const SOL_UNITS: u32 = 1_000;
/// What a transfer of tokens takes.
const TOKEN_UNITS: u32 = 10_000;
/// What a note takes at most: the program checks it as UTF-8 and writes it to the log.
const MEMO_UNITS: u32 = 150_000;
/// `Transfer` of the system program.
const SYSTEM_TRANSFER: u32 = 2;
/// `TransferChecked` of the token program: it refuses another mint or other decimals.
const TOKEN_TRANSFER_CHECKED: u8 = 12;

impl Transactions {
    /// Sends SOL.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn send_sol(
        &self,
        recent: &RecentBlockhash,
        owner: &dyn TxSigner,
        to: WalletAddress,
        amount: Lamports,
        memo: Option<&str>,
    ) -> Result<PreparedTransaction, BuildError> {
        let data = [SYSTEM_TRANSFER.to_le_bytes().as_slice(), &amount.0.to_le_bytes()].concat();
        let transfer = Instruction {
            program_id: key(SYSTEM_PROGRAM),
            accounts: vec![
                AccountMeta::new(key(owner.address().0), true),
                AccountMeta::new(key(to.0), false),
            ],
            data,
        };
        finish(recent, owner, vec![transfer], SOL_UNITS, memo)
    }

    /// Sends IO to a wallet's own token account, which is made when it is absent: `owner` pays its rent then (see
    /// [`crate::ChainClient::recipient`]).
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn send_io(
        &self,
        recent: &RecentBlockhash,
        owner: &dyn TxSigner,
        to: WalletAddress,
        amount: Io,
        memo: Option<&str>,
    ) -> Result<PreparedTransaction, BuildError> {
        let from = owner.address();
        let (make_account, account_units) = ensure_token_account(&self.program, from, to);
        // Decimals of a mint are a byte; those of IO are 8.
        let decimals = u8::try_from(Currency::Io.decimals()).map_err(|_| BuildError::Format)?;
        let data = [
            &[TOKEN_TRANSFER_CHECKED] as &[u8],
            &amount.0.to_le_bytes(),
            &[decimals],
        ]
        .concat();
        let transfer = Instruction {
            program_id: key(TOKEN_PROGRAM),
            accounts: vec![
                AccountMeta::new(key(self.program.token_account(from).address.0), false),
                AccountMeta::new_readonly(key(self.program.io_mint.0), false),
                AccountMeta::new(key(self.program.token_account(to).address.0), false),
                AccountMeta::new_readonly(key(from.0), true),
            ],
            data,
        };
        let units = TOKEN_UNITS.saturating_add(account_units);
        finish(recent, owner, vec![make_account, transfer], units, memo)
    }
}

/// Adds the note and the unit limit, and signs.
fn finish(
    recent: &RecentBlockhash,
    owner: &dyn TxSigner,
    mut instructions: Vec<Instruction>,
    units: u32,
    memo: Option<&str>,
) -> Result<PreparedTransaction, BuildError> {
    let mut units = units;
    if let Some(text) = memo {
        units = units.saturating_add(MEMO_UNITS);
        // Before the transfer, as Solana Pay wants it.
        instructions.insert(
            0,
            Instruction {
                program_id: key(MEMO_PROGRAM),
                accounts: Vec::new(),
                data: text.as_bytes().to_vec(),
            },
        );
    }
    instructions.insert(0, unit_limit(units));
    sign(recent, &[owner], &instructions, 0)
}

const fn key(bytes: Bytes32) -> Pubkey {
    Pubkey::new_from_array(bytes)
}

#[cfg(test)]
mod tests {
    use hearth_types::{id::Address, ipc::MAX_MEMO_BYTES, network::NetworkKind};

    use super::*;
    use crate::{program::Program, signer::Keypair, transactions::PACKET_BYTES};

    const RECENT: RecentBlockhash = RecentBlockhash {
        hash: [9; 32],
        last_valid_block_height: 1,
        slot: Some(1),
        priority: crate::transactions::Priority::NONE,
    };

    fn transactions() -> Transactions {
        Transactions::new(Program {
            network: NetworkKind::Practice,
            address: Address([1; 32]),
            io_mint: Address([2; 32]),
        })
    }

    #[test]
    fn the_memo_program_is_the_known_one() {
        assert_eq!(
            Address(MEMO_PROGRAM).to_string(),
            "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"
        );
    }

    #[test]
    fn the_longest_note_fits_every_packet() {
        let owner = Keypair::from_secret(&[3; 32]);
        let to = WalletAddress([4; 32]);
        let memo = "m".repeat(MAX_MEMO_BYTES);
        let sol = transactions()
            .send_sol(&RECENT, &owner, to, Lamports(u64::MAX), Some(&memo))
            .unwrap();
        let io = transactions()
            .send_io(&RECENT, &owner, to, Io(u64::MAX), Some(&memo))
            .unwrap();
        for built in [sol, io] {
            assert!(built.bytes.len() <= PACKET_BYTES);
            assert_eq!(built.fee, crate::transactions::fee_for(1, 0));
        }
    }
}
