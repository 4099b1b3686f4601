//! The wire format of a transaction: one byte with the number of signatures, the signatures, then the message. A
//! legacy message is three bytes of header, one byte with the number of keys, the keys, the blockhash, and the
//! instructions.

use hearth_types::id::{Address, TxSignature};

use super::{BuildError, PACKET_BYTES, PreparedTransaction, RecentBlockhash};
use crate::signer::TxSigner;

const SIGNATURE: usize = 64;
const KEY: usize = 32;
/// Of the message: header and number of keys.
const BEFORE_KEYS: usize = 4;
/// First byte of a message that is not legacy.
const VERSIONED: u8 = 0x80;

/// A transaction of ours, taken apart.
pub(super) struct Packet<'a> {
    signatures: &'a [u8],
    message: &'a [u8],
    keys: usize,
}

impl<'a> Packet<'a> {
    /// Reads what [`super::prepared::sign`] writes; `None` for anything else.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (count, rest) = bytes.split_first()?;
        let length = usize::from(*count).checked_mul(SIGNATURE)?;
        let (signatures, message) = rest.split_at_checked(length)?;
        let header = message.get(..BEFORE_KEYS)?;
        let (required, keys) = (*header.first()?, *header.get(3)?);
        let keys = usize::from(keys);
        let blockhash_ends = BEFORE_KEYS.checked_add(keys.checked_add(1)?.checked_mul(KEY)?)?;
        let sound = (1..VERSIONED).contains(count)
            && required == *count
            && (usize::from(required)..usize::from(VERSIONED)).contains(&keys)
            && message.len() > blockhash_ends;
        sound.then_some(Self {
            signatures,
            message,
            keys,
        })
    }

    fn key(&self, index: usize) -> Option<Address> {
        let at = BEFORE_KEYS.checked_add(index.checked_mul(KEY)?)?;
        self.message
            .get(at..)?
            .first_chunk::<KEY>()
            .map(|key| Address(*key))
    }

    pub(super) fn payer(&self) -> Option<Address> {
        self.key(0)
    }

    pub(super) fn blockhash(&self) -> Option<[u8; 32]> {
        self.key(self.keys).map(|hash| hash.0)
    }

    fn signers(&self) -> usize {
        self.signatures.len() / SIGNATURE
    }

    pub(super) fn unsigned(&self) -> Vec<u8> {
        self.with_signatures(&vec![0; self.signatures.len()], self.message)
    }

    fn with_signatures(&self, signatures: &[u8], message: &[u8]) -> Vec<u8> {
        let count = u8::try_from(self.signers()).unwrap_or(u8::MAX);
        [&[count], signatures, message].concat()
    }

    /// The same message on another blockhash.
    fn on(&self, blockhash: [u8; 32]) -> Option<Vec<u8>> {
        let at = BEFORE_KEYS.checked_add(self.keys.checked_mul(KEY)?)?;
        let mut message = self.message.to_vec();
        message
            .get_mut(at..)?
            .first_chunk_mut()
            .map(|old| *old = blockhash)?;
        Some(message)
    }
}

/// The very same instructions, signed anew on another blockhash: what to send once the former bytes are proven dead.
/// What is paid for priority stays as it was.
///
/// # Errors
/// [`BuildError::Format`] when the bytes are no transaction of one signer, [`BuildError::WrongSigner`] when somebody
/// else signed it.
pub fn renewed(
    former: &PreparedTransaction,
    recent: &RecentBlockhash,
    signer: &dyn TxSigner,
) -> Result<PreparedTransaction, BuildError> {
    let packet = Packet::read(&former.bytes).ok_or(BuildError::Format)?;
    let payer = packet.payer().ok_or(BuildError::Format)?;
    if packet.signers() != 1 {
        return Err(BuildError::Format);
    }
    if payer.0 != signer.address().0 {
        return Err(BuildError::WrongSigner {
            needed: hearth_types::id::WalletAddress(payer.0),
            given: signer.address(),
        });
    }
    let message = packet.on(recent.hash).ok_or(BuildError::Format)?;
    let signature = signer.sign(&message);
    let bytes = packet.with_signatures(&signature, &message);
    if bytes.len() > PACKET_BYTES {
        return Err(BuildError::TooLarge { bytes: bytes.len() });
    }
    Ok(PreparedTransaction {
        bytes,
        signature: TxSignature(signature),
        last_valid_block_height: recent.last_valid_block_height,
        after_slot: recent.slot,
        fee: former.fee,
    })
}

#[cfg(test)]
mod tests {
    use hearth_types::{
        id::{DeviceId, NodeId},
        money::Io,
        network::NetworkKind,
    };
    use proptest::prelude::*;
    use solana_transaction::versioned::VersionedTransaction;

    use super::*;
    use crate::{
        program::Program,
        signer::Keypair,
        transactions::{Priority, Transactions},
    };

    const RECENT: RecentBlockhash = RecentBlockhash {
        hash: [7; 32],
        last_valid_block_height: 150,
        slot: Some(40),
        priority: Priority::NONE,
    };

    fn stake(owner: &Keypair) -> PreparedTransaction {
        let program = Program {
            network: NetworkKind::Practice,
            address: Address([200; 32]),
            io_mint: Address([201; 32]),
        };
        Transactions::new(program)
            .stake(&RECENT, owner, NodeId([3; 32]), DeviceId([2; 32]), Io(5))
            .unwrap()
    }

    fn parsed(bytes: &[u8]) -> VersionedTransaction {
        wincode::deserialize_exact(bytes).unwrap()
    }

    #[test]
    fn renewed_bytes_differ_in_blockhash_and_signature_only() {
        let owner = Keypair::from_secret(&[1; 32]);
        let former = stake(&owner);
        let recent = RecentBlockhash {
            hash: [8; 32],
            last_valid_block_height: 400,
            slot: Some(300),
            ..RECENT
        };
        let new = renewed(&former, &recent, &owner).unwrap();
        assert_ne!(new.signature, former.signature);
        assert_eq!((new.last_valid_block_height, new.after_slot), (400, Some(300)));
        let (mut old, parsed_new) = (parsed(&former.bytes), parsed(&new.bytes));
        assert!(parsed_new.verify_with_results().iter().all(|good| *good));
        assert_eq!(parsed_new.message.recent_blockhash().to_bytes(), [8; 32]);
        old.message
            .set_recent_blockhash(*parsed_new.message.recent_blockhash());
        assert_eq!(old.message, parsed_new.message);
        let stranger = Keypair::from_secret(&[9; 32]);
        assert!(matches!(
            renewed(&former, &recent, &stranger),
            Err(BuildError::WrongSigner { .. })
        ));
    }

    #[test]
    fn nobody_can_run_what_is_tried_out() {
        let owner = Keypair::from_secret(&[1; 32]);
        let built = stake(&owner);
        let unsigned = parsed(&built.unsigned().unwrap());
        assert_eq!(unsigned.message, parsed(&built.bytes).message);
        assert!(unsigned.verify_with_results().iter().all(|good| !good));
        assert_eq!(built.payer(), Some(Address(owner.address().0)));
        let terms = built.terms().unwrap();
        assert_eq!((terms.after_slot, terms.blockhash), (Some(40), RECENT.hash));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Some(packet) = Packet::read(&bytes) {
                prop_assert!(packet.payer().is_some());
                prop_assert_eq!(packet.unsigned().len(), bytes.len());
                prop_assert!(packet.on([0; 32]).is_some());
            }
        }
    }
}
