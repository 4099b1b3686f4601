//! The life of a lease as transactions.

use hearth_program_interface::{
    account::Lease,
    compute_units,
    instruction::{
        Close, CloseAccounts, CloseExpired, CloseExpiredAccounts, INSTRUCTIONS_SYSVAR, Meta, OpenLease,
        OpenLeaseAccounts, SYSTEM_PROGRAM, Settle, SettleAccounts, TOKEN_PROGRAM,
    },
};
use hearth_protocol::statement::{SignedClose, SignedQuote, SignedVoucher};
use hearth_types::id::{DeviceId, LeaseId, NodeId, SessionKey, WalletAddress};
use solana_sdk::instruction::Instruction;

use super::{
    BuildError, PreparedTransaction, RecentBlockhash, Transactions,
    instructions::{ensure_token_account, ours, statement, unit_limit},
    prepared::sign,
};
use crate::{program::Program, signer::TxSigner};

/// What closes a lease.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    /// The lease as the chain has it.
    pub lease: &'a Lease,
    /// Its devices, in the order of the quote.
    pub devices: &'a [DeviceId],
    /// The node's word.
    pub close: &'a SignedClose,
    /// The highest voucher; needed when the node asks for more than is settled.
    pub voucher: Option<&'a SignedVoucher>,
}

impl Transactions {
    /// Opens a lease on a node's quote: the renter pays escrow, fee and rent (see
    /// [`crate::ChainClient::rent_for_open`]).
    ///
    /// # Errors
    /// [`BuildError::Statement`] when the quote is not genuine, [`BuildError::WrongSigner`] when it is for
    /// another renter.
    pub fn open_lease(
        &self,
        recent: &RecentBlockhash,
        renter: &dyn TxSigner,
        quote: &SignedQuote,
    ) -> Result<PreparedTransaction, BuildError> {
        self.program.verify_quote(quote)?;
        let SignedQuote { quote, signature } = quote;
        if renter.address() != quote.renter {
            return Err(BuildError::WrongSigner {
                needed: quote.renter,
                given: renter.address(),
            });
        }
        let devices = self.program.devices(quote.provider, &quote.devices);
        let (lease, escrow) = (self.program.lease(quote.lease), self.program.escrow(quote.lease));
        let accounts = OpenLeaseAccounts {
            payer: quote.renter.0,
            renter: quote.renter.0,
            network: self.program.network_account().0,
            mint: self.program.io_mint.0,
            lease: lease.address.0,
            escrow: escrow.address.0,
            renter_token: self.program.token_account(quote.renter).address.0,
            instructions: INSTRUCTIONS_SYSVAR,
            token_program: TOKEN_PROGRAM,
            system_program: SYSTEM_PROGRAM,
        };
        let metas = accounts
            .metas()
            .into_iter()
            .chain(devices.iter().map(|device| Meta::device(device.0)));
        let count = u8::try_from(devices.len()).map_err(|_| BuildError::Format)?;
        let message = self.program.scope().quote_bytes(quote, &devices);
        let instructions = [
            unit_limit(compute_units::open_lease(count, lease.bump, escrow.bump)),
            statement(quote.node.as_bytes(), signature, &message)?,
            ours(self.program.address, metas, &OpenLease {}.to_bytes()),
        ];
        sign(recent, &[renter], &instructions, 1)
    }

    /// Pays a voucher from escrow to provider and network. Anyone may pay the fee.
    ///
    /// # Errors
    /// [`BuildError::Statement`] when the voucher is not genuine.
    pub fn settle(
        &self,
        recent: &RecentBlockhash,
        fee_payer: &dyn TxSigner,
        lease: &Lease,
        voucher: &SignedVoucher,
    ) -> Result<PreparedTransaction, BuildError> {
        let provider = WalletAddress(lease.provider);
        let currency = self.program.in_mint(lease.mint);
        let accounts = SettleAccounts {
            lease: self.program.lease(LeaseId(lease.id)).address.0,
            escrow: self.program.escrow(LeaseId(lease.id)).address.0,
            provider_token: currency.token_account(provider).address.0,
            fee_vault: lease.fee_vault,
            instructions: INSTRUCTIONS_SYSVAR,
            token_program: TOKEN_PROGRAM,
        };
        let instructions = [
            self.voucher_statement(lease, voucher)?,
            ours(self.program.address, accounts.metas(), &Settle {}.to_bytes()),
        ];
        self.pay_out(
            recent,
            fee_payer,
            (&currency, &[provider]),
            compute_units::SETTLE,
            &instructions,
            1,
        )
    }

    /// Closes a lease on the node's word: pays what it asks for, refunds the rest. Anyone may pay the fee.
    ///
    /// # Errors
    /// [`BuildError::Statement`] when close or voucher is not genuine, [`BuildError::TooLarge`] when so many
    /// devices and a voucher do not fit one packet: settle the voucher first, then close without it.
    pub fn close(
        &self,
        recent: &RecentBlockhash,
        fee_payer: &dyn TxSigner,
        closing: Closing<'_>,
    ) -> Result<PreparedTransaction, BuildError> {
        let Closing {
            lease,
            devices,
            close,
            voucher,
        } = closing;
        let id = LeaseId(lease.id);
        self.program.verify_close(NodeId(lease.node), id, close)?;
        let (provider, renter) = (WalletAddress(lease.provider), WalletAddress(lease.renter));
        let currency = self.program.in_mint(lease.mint);
        let accounts = CloseAccounts {
            lease: self.program.lease(id).address.0,
            escrow: self.program.escrow(id).address.0,
            provider_token: currency.token_account(provider).address.0,
            renter_token: currency.token_account(renter).address.0,
            fee_vault: lease.fee_vault,
            rent_payer: lease.rent_payer,
            instructions: INSTRUCTIONS_SYSVAR,
            token_program: TOKEN_PROGRAM,
        };
        let metas = accounts
            .metas()
            .into_iter()
            .chain(self.device_metas(lease, devices)?);
        let message = self.program.scope().close_bytes(id, close.amount, close.seconds);
        let mut instructions = Vec::with_capacity(3);
        if let Some(voucher) = voucher {
            instructions.push(self.voucher_statement(lease, voucher)?);
        }
        instructions.push(statement(&lease.node, &close.signature, &message)?);
        let statements = instructions.len();
        instructions.push(ours(self.program.address, metas, &Close {}.to_bytes()));
        let units = compute_units::close(lease.device_count);
        self.pay_out(
            recent,
            fee_payer,
            (&currency, &[provider, renter]),
            units,
            &instructions,
            statements,
        )
    }

    /// Closes a lease without the node once its settle window is over: refunds what is not settled.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn close_expired(
        &self,
        recent: &RecentBlockhash,
        fee_payer: &dyn TxSigner,
        lease: &Lease,
        devices: &[DeviceId],
    ) -> Result<PreparedTransaction, BuildError> {
        let id = LeaseId(lease.id);
        let renter = WalletAddress(lease.renter);
        let currency = self.program.in_mint(lease.mint);
        let accounts = CloseExpiredAccounts {
            lease: self.program.lease(id).address.0,
            escrow: self.program.escrow(id).address.0,
            renter_token: currency.token_account(renter).address.0,
            rent_payer: lease.rent_payer,
            token_program: TOKEN_PROGRAM,
        };
        let metas = accounts
            .metas()
            .into_iter()
            .chain(self.device_metas(lease, devices)?);
        let instructions = [ours(self.program.address, metas, &CloseExpired {}.to_bytes())];
        let units = compute_units::close(lease.device_count);
        self.pay_out(recent, fee_payer, (&currency, &[renter]), units, &instructions, 0)
    }

    fn voucher_statement(&self, lease: &Lease, voucher: &SignedVoucher) -> Result<Instruction, BuildError> {
        let id = LeaseId(lease.id);
        self.program
            .verify_voucher(SessionKey(lease.session), id, voucher)?;
        let message = self
            .program
            .scope()
            .voucher_bytes(id, voucher.amount, voucher.seconds);
        statement(&lease.session, &voucher.signature, &message)
    }

    fn device_metas(
        &self,
        lease: &Lease,
        devices: &[DeviceId],
    ) -> Result<impl Iterator<Item = Meta> + use<>, BuildError> {
        let count = usize::from(lease.device_count);
        if devices.len() != count {
            return Err(BuildError::Devices {
                lease: count,
                given: devices.len(),
            });
        }
        let accounts = self.program.devices(WalletAddress(lease.provider), devices);
        Ok(accounts.into_iter().map(|account| Meta::device(account.0)))
    }

    /// Signs instructions that pay these wallets, making their accounts of the currency first. Where that does not fit the
    /// packet the accounts are taken to exist ([`Transactions::make_token_account`] makes one apart).
    fn pay_out(
        &self,
        recent: &RecentBlockhash,
        fee_payer: &dyn TxSigner,
        (currency, paid): (&Program, &[WalletAddress]),
        units: u32,
        instructions: &[Instruction],
        statements: usize,
    ) -> Result<PreparedTransaction, BuildError> {
        let mut all_units = units;
        let mut all = Vec::with_capacity(instructions.len() + paid.len() + 1);
        for wallet in paid {
            let (make_account, account_units) = ensure_token_account(currency, fee_payer.address(), *wallet);
            all.push(make_account);
            all_units = all_units.saturating_add(account_units);
        }
        all.insert(0, unit_limit(all_units));
        all.extend_from_slice(instructions);
        match sign(recent, &[fee_payer], &all, statements) {
            Err(BuildError::TooLarge { .. }) => {
                let bare: Vec<_> = [unit_limit(units)].iter().chain(instructions).cloned().collect();
                sign(recent, &[fee_payer], &bare, statements)
            }
            signed => signed,
        }
    }
}
