//! Making a lease longer, on the node's consent.

use hearth_program_interface::{
    account::Lease,
    compute_units,
    instruction::{INSTRUCTIONS_SYSVAR, Meta, TOKEN_PROGRAM, TopUp, TopUpAccounts},
};
use hearth_protocol::statement::SignedExtension;
use hearth_types::id::{DeviceId, LeaseId, NodeId, WalletAddress};

use super::{
    BuildError, PreparedTransaction, RecentBlockhash, Transactions,
    instructions::{ours, statement, unit_limit},
    prepared::sign,
};
use crate::signer::TxSigner;

impl Transactions {
    /// Extends a lease to the seconds that its node consents to, and adds rate × the further seconds to its escrow.
    /// `devices`: the lease's, in the order of the quote.
    ///
    /// # Errors
    /// [`BuildError::Statement`] when the extension is not genuine, [`BuildError::WrongSigner`] when the lease is
    /// another renter's, [`BuildError::Devices`].
    pub fn top_up(
        &self,
        recent: &RecentBlockhash,
        renter: &dyn TxSigner,
        lease: &Lease,
        devices: &[DeviceId],
        extension: &SignedExtension,
    ) -> Result<PreparedTransaction, BuildError> {
        let (id, needed) = (LeaseId(lease.id), WalletAddress(lease.renter));
        if renter.address() != needed {
            return Err(BuildError::WrongSigner {
                needed,
                given: renter.address(),
            });
        }
        self.program.verify_extension(NodeId(lease.node), id, extension)?;
        let count = usize::from(lease.device_count);
        if devices.len() != count {
            return Err(BuildError::Devices {
                lease: count,
                given: devices.len(),
            });
        }
        let accounts = TopUpAccounts {
            renter: needed.0,
            lease: self.program.lease(id).address.0,
            escrow: self.program.escrow(id).address.0,
            renter_token: self.program.token_account(needed).address.0,
            instructions: INSTRUCTIONS_SYSVAR,
            token_program: TOKEN_PROGRAM,
        };
        let provider = WalletAddress(lease.provider);
        let devices = self.program.devices(provider, devices);
        let metas = accounts
            .metas()
            .into_iter()
            .chain(devices.iter().map(|device| Meta::device(device.0)));
        let message = self.program.scope().extension_bytes(id, extension);
        let instructions = [
            unit_limit(compute_units::top_up(lease.device_count)),
            statement(&lease.node, &extension.signature, &message)?,
            ours(self.program.address, metas, &TopUp {}.to_bytes()),
        ];
        sign(recent, &[renter], &instructions, 1)
    }
}
