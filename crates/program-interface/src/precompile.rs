//! The one shape in which the program accepts a signature: an instruction of the ed25519 precompile with one
//! signature, all parts in that instruction, in the order header, key, signature, message.
//!
//! The whole header is compared with a constant. A looser reading would let a header point the precompile at
//! bytes elsewhere in the transaction while the program looks at other bytes here.

use crate::Bytes32;

/// Address of the ed25519 precompile, `Ed25519SigVerify111111111111111111111111111`.
pub const ED25519_PROGRAM: Bytes32 = [
    3, 125, 70, 214, 124, 147, 251, 190, 18, 249, 66, 143, 131, 141, 64, 255, 5, 112, 116, 73, 39, 244, 138,
    100, 252, 202, 112, 68, 128, 0, 0, 0,
];

/// Where the key begins.
pub const KEY_AT: usize = 16;
/// Where the signature begins.
pub const SIGNATURE_AT: usize = KEY_AT + 32;
/// Where the message begins.
pub const MESSAGE_AT: usize = SIGNATURE_AT + 64;

/// The header for a message of this many bytes.
#[must_use]
pub const fn header(message_len: u16) -> [u8; KEY_AT] {
    let [len_low, len_high] = message_len.to_le_bytes();
    // "In this same instruction" is 0xffff, after each of the three offsets.
    [
        1,
        0,
        SIGNATURE_AT as u8,
        0,
        0xff,
        0xff,
        KEY_AT as u8,
        0,
        0xff,
        0xff,
        MESSAGE_AT as u8,
        0,
        len_low,
        len_high,
        0xff,
        0xff,
    ]
}

/// Data of the precompile instruction for a signed message; `N` must be [`MESSAGE_AT`] + `M`, `None` otherwise.
///
/// ```
/// use hearth_program_interface::{message::Voucher, precompile};
/// const LEN: usize = precompile::MESSAGE_AT + Voucher::LEN;
/// let data = precompile::instruction_data::<{ Voucher::LEN }, LEN>(&[1; 32], &[2; 64], &[3; Voucher::LEN]);
/// assert!(data.is_some());
/// ```
#[must_use]
pub fn instruction_data<const M: usize, const N: usize>(
    key: &Bytes32,
    signature: &[u8; 64],
    message: &[u8; M],
) -> Option<[u8; N]> {
    let len = u16::try_from(M).ok()?;
    if N != MESSAGE_AT + M {
        return None;
    }
    let mut data = [0; N];
    data[..KEY_AT].copy_from_slice(&header(len));
    data[KEY_AT..SIGNATURE_AT].copy_from_slice(key);
    data[SIGNATURE_AT..MESSAGE_AT].copy_from_slice(signature);
    data[MESSAGE_AT..].copy_from_slice(message);
    Some(data)
}

/// The message in a precompile instruction's data if its shape is the accepted one, for this key and length.
#[must_use]
pub fn signed_message(data: &[u8], message_len: u16) -> Option<(&Bytes32, &[u8])> {
    let (head, rest) = data.split_first_chunk::<KEY_AT>()?;
    let (key, rest) = rest.split_first_chunk::<32>()?;
    let message = rest.get(64..)?;
    (message.len() == usize::from(message_len) && *head == header(message_len)).then_some((key, message))
}
