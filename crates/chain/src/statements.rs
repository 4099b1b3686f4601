//! Quotes, vouchers, closes and extensions: signed by the right key, and checked before anything rests on them.
//!
//! The bytes and the signatures are those of [`hearth_protocol::statement`]; here the device accounts are worked
//! out from the program and the reasons for a refusal get names.

use hearth_program_interface::{math, message::MAX_LEASE_DEVICES};
use hearth_protocol::statement::{SignedClose, SignedExtension, SignedQuote, SignedVoucher};
use hearth_types::{
    id::{LeaseId, NodeId, SessionKey},
    ipc::{Code, IpcError},
    market::Quote,
};

use crate::{
    node_key::{NodeKey, SessionKeypair},
    program::Program,
};

/// Why a signed statement is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// No device, or more than one lease can hold.
    #[error("a lease holds 1 to {MAX_LEASE_DEVICES} devices")]
    DeviceCount,
    /// A device is named twice.
    #[error("a device is named twice")]
    DuplicateDevice,
    /// Escrow is not rate × longest time, or does not fit.
    #[error("the escrow is not the rate times the longest time")]
    Escrow,
    /// The quote names another node than the one that would sign it.
    #[error("the quote names another node")]
    WrongNode,
    /// The quote is not signed by its node for this network.
    #[error("the quote's signature is not its node's for this network")]
    QuoteSignature,
    /// The voucher is not signed by the lease's session key.
    #[error("the voucher's signature is not the renter's for this lease")]
    VoucherSignature,
    /// The close is not signed by the lease's node.
    #[error("the close's signature is not the node's for this lease")]
    CloseSignature,
    /// The extension is not signed by the lease's node.
    #[error("the extension's signature is not the node's for this lease")]
    ExtensionSignature,
}

impl StatementError {
    /// Its stable code.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::DeviceCount
            | Self::DuplicateDevice
            | Self::Escrow
            | Self::WrongNode
            | Self::QuoteSignature => Code::NoQuote,
            Self::VoucherSignature | Self::CloseSignature | Self::ExtensionSignature => Code::BadRequest,
        }
    }
}

impl From<StatementError> for IpcError {
    fn from(error: StatementError) -> Self {
        crate::error::ipc(
            error.code(),
            &error,
            Some("Nothing was paid. Ask for a new quote or try another node."),
        )
    }
}

impl Program {
    /// Signs a quote with the node key.
    ///
    /// # Errors
    /// [`StatementError`] when the quote names another node or does not add up.
    pub fn sign_quote(&self, node: &NodeKey, quote: Quote) -> Result<SignedQuote, StatementError> {
        check_terms(&quote)?;
        if quote.node != node.id() {
            return Err(StatementError::WrongNode);
        }
        let accounts = self.devices(quote.provider, &quote.devices);
        Ok(self.scope().sign_quote(node.signing_key(), quote, &accounts))
    }

    /// Checks that a quote adds up and is signed by its node for this network.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn verify_quote(&self, quote: &SignedQuote) -> Result<(), StatementError> {
        check_terms(&quote.quote)?;
        let accounts = self.devices(quote.quote.provider, &quote.quote.devices);
        if self.scope().quote_is_genuine(quote, &accounts) {
            Ok(())
        } else {
            Err(StatementError::QuoteSignature)
        }
    }

    /// Signs "up to here I pay" with the lease's session key: everything since the lease opened, in base units
    /// and seconds.
    #[must_use]
    pub fn sign_voucher(
        &self,
        session: &SessionKeypair,
        lease: LeaseId,
        amount: u64,
        seconds: u64,
    ) -> SignedVoucher {
        self.scope()
            .sign_voucher(session.signing_key(), lease, amount, seconds)
    }

    /// Checks that a voucher is signed by the lease's session key.
    ///
    /// # Errors
    /// [`StatementError::VoucherSignature`].
    pub fn verify_voucher(
        &self,
        session: SessionKey,
        lease: LeaseId,
        voucher: &SignedVoucher,
    ) -> Result<(), StatementError> {
        if self
            .scope()
            .voucher_is_genuine(session.as_bytes(), lease, voucher)
        {
            Ok(())
        } else {
            Err(StatementError::VoucherSignature)
        }
    }

    /// Signs "the lease is over, this much was used" with the node key.
    #[must_use]
    pub fn sign_close(&self, node: &NodeKey, lease: LeaseId, amount: u64, seconds: u64) -> SignedClose {
        self.scope()
            .sign_close(node.signing_key(), lease, amount, seconds)
    }

    /// Checks that a close is signed by the lease's node.
    ///
    /// # Errors
    /// [`StatementError::CloseSignature`].
    pub fn verify_close(
        &self,
        node: NodeId,
        lease: LeaseId,
        close: &SignedClose,
    ) -> Result<(), StatementError> {
        if self.scope().close_is_genuine(node, lease, close) {
            Ok(())
        } else {
            Err(StatementError::CloseSignature)
        }
    }

    /// Signs "this lease may last up to `max_seconds`" with the node key; of use until the chain's second
    /// `expires_at`.
    #[must_use]
    pub fn sign_extension(
        &self,
        node: &NodeKey,
        lease: LeaseId,
        max_seconds: u64,
        expires_at: u64,
    ) -> SignedExtension {
        self.scope()
            .sign_extension(node.signing_key(), lease, max_seconds, expires_at)
    }

    /// Checks that an extension is signed by the lease's node.
    ///
    /// # Errors
    /// [`StatementError::ExtensionSignature`].
    pub fn verify_extension(
        &self,
        node: NodeId,
        lease: LeaseId,
        extension: &SignedExtension,
    ) -> Result<(), StatementError> {
        if self.scope().extension_is_genuine(node, lease, extension) {
            Ok(())
        } else {
            Err(StatementError::ExtensionSignature)
        }
    }
}

fn check_terms(quote: &Quote) -> Result<(), StatementError> {
    if quote.devices.is_empty() || quote.devices.len() > MAX_LEASE_DEVICES {
        return Err(StatementError::DeviceCount);
    }
    if (1..quote.devices.len()).any(|at| quote.devices[..at].contains(&quote.devices[at])) {
        return Err(StatementError::DuplicateDevice);
    }
    if math::escrow_amount(quote.rate.0, quote.max_seconds) == Some(quote.escrow.0) && quote.escrow.0 > 0 {
        Ok(())
    } else {
        Err(StatementError::Escrow)
    }
}

#[cfg(test)]
mod tests {
    use hearth_types::{
        id::{Address, DeviceId, WalletAddress},
        money::{Io, IoPerSecond},
        network::NetworkKind,
        time::UnixMillis,
    };

    use super::*;

    const PROGRAM: Program = Program {
        network: NetworkKind::Practice,
        address: Address([1; 32]),
        io_mint: Address([2; 32]),
    };

    fn quote(node: &NodeKey) -> Quote {
        Quote {
            lease: LeaseId([3; 32]),
            node: node.id(),
            provider: WalletAddress([4; 32]),
            renter: WalletAddress([5; 32]),
            session: SessionKey([6; 32]),
            devices: vec![DeviceId([7; 32]), DeviceId([8; 32])],
            rate: IoPerSecond(10),
            max_seconds: 60,
            escrow: Io(600),
            expires_at: UnixMillis(1_000_000),
        }
    }

    #[test]
    fn a_quote_is_good_as_signed_and_not_otherwise() {
        let node = NodeKey::from_secret(&[9; 32]);
        let signed = PROGRAM.sign_quote(&node, quote(&node)).unwrap();
        assert_eq!(PROGRAM.verify_quote(&signed), Ok(()));

        let changes: [fn(&mut Quote); 8] = [
            |quote| quote.lease = LeaseId([0; 32]),
            |quote| quote.renter = WalletAddress([0; 32]),
            |quote| quote.provider = WalletAddress([0; 32]),
            |quote| quote.session = SessionKey([0; 32]),
            |quote| quote.devices.reverse(),
            |quote| (quote.rate, quote.max_seconds) = (IoPerSecond(1), 600),
            |quote| quote.expires_at = UnixMillis(2_000_000),
            |quote| quote.node = NodeKey::from_secret(&[1; 32]).id(),
        ];
        for change in changes {
            let mut changed = signed.clone();
            change(&mut changed.quote);
            assert_eq!(
                PROGRAM.verify_quote(&changed),
                Err(StatementError::QuoteSignature)
            );
        }
        for other in [
            Program {
                network: NetworkKind::Mainnet,
                ..PROGRAM
            },
            Program {
                address: Address([0; 32]),
                ..PROGRAM
            },
        ] {
            assert_eq!(other.verify_quote(&signed), Err(StatementError::QuoteSignature));
        }
    }

    #[test]
    fn a_quote_must_add_up() {
        let node = NodeKey::from_secret(&[9; 32]);
        let refused = |change: fn(&mut Quote)| {
            let mut quote = quote(&node);
            change(&mut quote);
            PROGRAM.sign_quote(&node, quote).unwrap_err()
        };
        assert_eq!(
            refused(|quote| quote.devices.clear()),
            StatementError::DeviceCount
        );
        assert_eq!(
            refused(|quote| quote.devices = vec![DeviceId([1; 32]); 9]),
            StatementError::DeviceCount
        );
        assert_eq!(
            refused(|quote| quote.devices = vec![DeviceId([1; 32]); 2]),
            StatementError::DuplicateDevice
        );
        assert_eq!(refused(|quote| quote.escrow = Io(599)), StatementError::Escrow);
        assert_eq!(
            refused(|quote| quote.max_seconds = u64::MAX),
            StatementError::Escrow
        );
        assert_eq!(
            refused(|quote| quote.node = NodeId([1; 32])),
            StatementError::WrongNode
        );
    }

    #[test]
    fn vouchers_and_closes_need_their_own_key() {
        let (node, session) = (
            NodeKey::from_secret(&[1; 32]),
            SessionKeypair::from_secret(&[2; 32]),
        );
        let lease = LeaseId([3; 32]);
        let voucher = PROGRAM.sign_voucher(&session, lease, 100, 10);
        assert_eq!(PROGRAM.verify_voucher(session.public(), lease, &voucher), Ok(()));
        assert_eq!(
            PROGRAM.verify_voucher(SessionKey(node.id().0), lease, &voucher),
            Err(StatementError::VoucherSignature)
        );
        let close = PROGRAM.sign_close(&node, lease, 90, 9);
        assert_eq!(PROGRAM.verify_close(node.id(), lease, &close), Ok(()));
        assert_eq!(
            PROGRAM.verify_close(node.id(), LeaseId([4; 32]), &close),
            Err(StatementError::CloseSignature)
        );
    }
}
