//! From instructions to signed bytes.

use hearth_types::{id::TxSignature, money::Lamports};
use solana_message::Message;
use solana_sdk::{hash::Hash, instruction::Instruction, pubkey::Pubkey};

use super::{BuildError, fees::fee_for};
use crate::signer::TxSigner;

/// The most bytes of a transaction that the network takes.
pub const PACKET_BYTES: usize = 1_232;

/// A blockhash with the height until which transactions on it can be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecentBlockhash {
    /// The hash.
    pub hash: [u8; 32],
    /// The last block height at which the network takes it.
    pub last_valid_block_height: u64,
}

/// A signed transaction that was not sent yet. Write it down, then send it: the same bytes run once, however
/// often they are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedTransaction {
    /// As it goes to the network.
    pub bytes: Vec<u8>,
    /// Its first signature, which is its id.
    pub signature: TxSignature,
    /// After this block height it can never be taken.
    pub last_valid_block_height: u64,
    /// What the fee payer pays for it, account rent aside.
    pub fee: Lamports,
}

/// Signs instructions. The first signer pays the fee; the same signer may come twice.
///
/// `statements`: how many signatures the ed25519 precompile checks in it.
pub(super) fn sign(
    recent: &RecentBlockhash,
    signers: &[&dyn TxSigner],
    instructions: &[Instruction],
    statements: usize,
) -> Result<PreparedTransaction, BuildError> {
    let payer = signers.first().ok_or(BuildError::Format)?;
    let payer = Pubkey::new_from_array(payer.address().0);
    let message = Message::new_with_blockhash(instructions, Some(&payer), &Hash::new_from_array(recent.hash));
    let message_bytes = message.serialize();
    let required = usize::from(message.header.num_required_signatures);
    let mut signatures = Vec::with_capacity(required);
    for key in message.account_keys.iter().take(required) {
        let signer = signers
            .iter()
            .find(|signer| signer.address().0 == key.to_bytes())
            .ok_or(BuildError::Format)?;
        signatures.push(signer.sign(&message_bytes));
    }
    let signature = TxSignature(*signatures.first().ok_or(BuildError::Format)?);
    // The count is a compact-u16: one byte below 128, and a packet has no room for more.
    let count = u8::try_from(required)
        .ok()
        .filter(|count| *count < 128)
        .ok_or(BuildError::Format)?;
    let bytes = [&[count], signatures.concat().as_slice(), &message_bytes].concat();
    if bytes.len() > PACKET_BYTES {
        return Err(BuildError::TooLarge { bytes: bytes.len() });
    }
    Ok(PreparedTransaction {
        bytes,
        signature,
        last_valid_block_height: recent.last_valid_block_height,
        fee: fee_for(required, statements),
    })
}
