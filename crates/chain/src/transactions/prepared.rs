//! From instructions to signed bytes.

use hearth_types::{
    id::{Address, TxSignature},
    money::Lamports,
};
use solana_message::Message;
use solana_sdk::{hash::Hash, instruction::Instruction, pubkey::Pubkey};

use super::{BuildError, Priority, fees::fee_for, packet::Packet};
use crate::{outgoing::Terms, signer::TxSigner};

/// The most bytes of a transaction that the network takes.
pub const PACKET_BYTES: usize = 1_232;
/// Blocks for which a blockhash is good.
pub const BLOCKHASH_BLOCKS: u64 = 150;

/// What a new transaction is signed on: the chain as it is just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecentBlockhash {
    /// The hash.
    pub hash: [u8; 32],
    /// The last block height at which the network takes it.
    pub last_valid_block_height: u64,
    /// A slot that was there already: what is signed now can only come into a later one.
    pub slot: Option<u64>,
    /// What to pay for priority.
    pub priority: Priority,
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
    /// It can be in no block up to this slot.
    pub after_slot: Option<u64>,
    /// What the fee payer pays for it, account rent aside.
    pub fee: Lamports,
}

impl PreparedTransaction {
    /// What it is judged by; `None` when the bytes are no transaction.
    #[must_use]
    pub fn terms(&self) -> Option<Terms> {
        let packet = Packet::read(&self.bytes)?;
        Some(Terms {
            signature: self.signature,
            payer: packet.payer()?,
            blockhash: packet.blockhash()?,
            last_valid_block_height: self.last_valid_block_height,
            after_slot: self.after_slot,
        })
    }

    /// The bytes without their signatures, which nobody could run; `None` when they are no transaction.
    #[must_use]
    pub fn unsigned(&self) -> Option<Vec<u8>> {
        Packet::read(&self.bytes).map(|packet| packet.unsigned())
    }

    /// Its fee payer; `None` when the bytes are no transaction.
    #[must_use]
    pub fn payer(&self) -> Option<Address> {
        Packet::read(&self.bytes)?.payer()
    }
}

/// Signs instructions. The first signer pays the fee; the same signer may come twice. Priority is paid for where the
/// packet has room for it.
///
/// `statements`: how many signatures the ed25519 precompile checks in it.
pub(super) fn sign(
    recent: &RecentBlockhash,
    signers: &[&dyn TxSigner],
    instructions: &[Instruction],
    statements: usize,
) -> Result<PreparedTransaction, BuildError> {
    if let Some((with_price, cost)) = recent.priority.added_to(instructions) {
        match sign_exactly(recent, signers, &with_price, statements) {
            Err(BuildError::TooLarge { .. }) => {}
            signed => {
                return signed.map(|signed| PreparedTransaction {
                    fee: Lamports(signed.fee.0.saturating_add(cost.0)),
                    ..signed
                });
            }
        }
    }
    sign_exactly(recent, signers, instructions, statements)
}

fn sign_exactly(
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
        after_slot: recent.slot,
        fee: fee_for(required, statements),
    })
}
