//! Reading what was signed off chain, from the instruction of the ed25519 precompile before ours. The precompile
//! has verified the signature, or the transaction would not have come this far.

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::message::{Close, Extension, Quote, Voucher};
use hearth_program_interface::{Bytes32, NetworkTag, precompile};
use pinocchio::sysvars::instructions::{INSTRUCTIONS_ID, Instructions};
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::refusal::{ensure, or};

/// The instruction directly before ours.
pub(crate) const BEFORE: i64 = -1;
/// The one before that.
pub(crate) const BEFORE_THAT: i64 = -2;

/// Copies the signed message out, which must have that length; gives the key that signed.
#[inline(never)]
fn signed(sysvar: &AccountView, place: i64, message: &mut [u8]) -> Result<Bytes32, ProgramError> {
    ensure(sysvar.address() == &INSTRUCTIONS_ID, E::WrongProgramAccount)?;
    let all = Instructions::try_from(sysvar)?;
    let before = or(all.get_instruction_relative(place).ok(), E::MissingStatement)?;
    ensure(
        before.get_program_id().as_array() == &precompile::ED25519_PROGRAM,
        E::MissingStatement,
    )?;
    let (key, found) = or(
        precompile::signed_message(before.get_instruction_data(), message.len() as u16),
        E::BadStatementLayout,
    )?;
    message.copy_from_slice(found);
    Ok(*key)
}

/// A quote, signed by the node it names.
#[inline(never)]
pub(crate) fn quote(sysvar: &AccountView) -> Result<Quote, ProgramError> {
    let mut message = [0; Quote::LEN];
    let key = signed(sysvar, BEFORE, &mut message)?;
    let quote = or(Quote::from_bytes(&message), E::BadStatement)?;
    ensure(key == quote.node, E::WrongStatementSigner)?;
    Ok(quote)
}

/// What a statement on a lease must match.
pub(crate) struct Terms<'a> {
    pub(crate) id: &'a Address,
    pub(crate) network_tag: &'a NetworkTag,
    pub(crate) lease: &'a Bytes32,
    /// Who must have signed.
    pub(crate) key: &'a Bytes32,
}

impl Terms<'_> {
    fn check(&self, network_tag: &NetworkTag, program: &Bytes32, lease: &Bytes32) -> ProgramResult {
        ensure(
            network_tag == self.network_tag && program == self.id.as_array(),
            E::WrongNetwork,
        )?;
        ensure(lease == self.lease, E::WrongLease)
    }

    /// A voucher for the lease.
    #[inline(never)]
    pub(crate) fn voucher(&self, sysvar: &AccountView, place: i64) -> Result<Voucher, ProgramError> {
        let mut message = [0; Voucher::LEN];
        let key = signed(sysvar, place, &mut message)?;
        let voucher = or(Voucher::from_bytes(&message), E::BadStatement)?;
        ensure(key == *self.key, E::WrongStatementSigner)?;
        self.check(&voucher.network_tag, &voucher.program, &voucher.lease)?;
        Ok(voucher)
    }

    /// The node's word that the lease is over.
    #[inline(never)]
    pub(crate) fn close(&self, sysvar: &AccountView) -> Result<Close, ProgramError> {
        let mut message = [0; Close::LEN];
        let key = signed(sysvar, BEFORE, &mut message)?;
        let close = or(Close::from_bytes(&message), E::BadStatement)?;
        ensure(key == *self.key, E::WrongStatementSigner)?;
        self.check(&close.network_tag, &close.program, &close.lease)?;
        Ok(close)
    }

    /// The node's consent to a longer lease.
    #[inline(never)]
    pub(crate) fn extension(&self, sysvar: &AccountView) -> Result<Extension, ProgramError> {
        let mut message = [0; Extension::LEN];
        let key = signed(sysvar, BEFORE, &mut message)?;
        let extension = or(Extension::from_bytes(&message), E::BadStatement)?;
        ensure(key == *self.key, E::WrongStatementSigner)?;
        self.check(&extension.network_tag, &extension.program, &extension.lease)?;
        Ok(extension)
    }
}
