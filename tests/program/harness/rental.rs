//! A lease from quote to end, with every key that takes part.

use hearth_program_interface::instruction::{
    Close, CloseAccounts, CloseExpired, CloseExpiredAccounts, Meta, OpenLease, OpenLeaseAccounts,
    SYSTEM_PROGRAM, Settle, SettleAccounts, TOKEN_PROGRAM, TopUp, TopUpAccounts,
};
use hearth_program_interface::message::{self, Extension, Quote, Voucher};
use hearth_program_interface::params::CURRENCY_USDC;
use hearth_program_interface::seeds;
use sha2::{Digest as _, Sha256};
use solana_keypair::Keypair;
use solana_sdk::instruction::Instruction;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use super::ix::{SYSVAR, own, statement};
use super::{Provider, TAG, Wallet, World};

/// Base units a second; odd, so that parts are rounded.
pub(crate) const RATE: u64 = 1_003;
pub(crate) const MAX_SECONDS: u64 = 3_600;

pub(crate) struct Rental {
    pub(crate) quote: Quote,
    pub(crate) node: Keypair,
    pub(crate) session: Keypair,
    pub(crate) devices: Vec<Pubkey>,
    pub(crate) payer: Pubkey,
    pub(crate) mint: Pubkey,
    pub(crate) fee_vault: Pubkey,
    pub(crate) renter_token: Pubkey,
    pub(crate) provider_token: Pubkey,
    pub(crate) lease: Pubkey,
    pub(crate) escrow: Pubkey,
    /// Bumps of lease and escrow.
    pub(crate) bumps: (u8, u8),
}

pub(crate) fn hash_of(devices: &[Pubkey]) -> [u8; 32] {
    devices
        .iter()
        .fold(Sha256::new(), |hasher, device| hasher.chain_update(device))
        .finalize()
        .into()
}

impl Rental {
    /// A quote for all devices of the provider; the renter pays the rent as well.
    pub(crate) fn new(world: &mut World, provider: &Provider, renter: &Wallet) -> Self {
        let (id, session) = (world.lease_id(), Keypair::new());
        let (lease, lease_bump) = world.find(&seeds::lease(&id));
        let (escrow, escrow_bump) = world.find(&seeds::escrow(&id));
        let quote = Quote {
            network_tag: TAG,
            program: world.program.to_bytes(),
            lease: id,
            node: provider.node.pubkey().to_bytes(),
            provider: provider.wallet.address().to_bytes(),
            renter: renter.address().to_bytes(),
            session: session.pubkey().to_bytes(),
            devices_hash: hash_of(&provider.devices),
            device_count: u8::try_from(provider.devices.len()).unwrap(),
            currency: 0,
            rate_per_second: RATE,
            max_seconds: MAX_SECONDS,
            expires_at: world.now() + 60,
        };
        Self {
            quote,
            node: provider.node.insecure_clone(),
            session,
            devices: provider.devices.clone(),
            payer: renter.address(),
            mint: world.mint,
            fee_vault: world.fee_vault,
            renter_token: renter.token,
            provider_token: provider.wallet.token,
            lease,
            escrow,
            bumps: (lease_bump, escrow_bump),
        }
    }

    /// The same, paid in USDC.
    pub(crate) fn in_usdc(world: &mut World, provider: &Provider, renter: &Wallet) -> Self {
        let mut rental = Self::new(world, provider, renter);
        rental.quote.currency = CURRENCY_USDC;
        (rental.mint, rental.fee_vault) = (world.usdc, world.usdc_fee_vault);
        (rental.renter_token, rental.provider_token) = (renter.usdc, provider.wallet.usdc);
        rental
    }

    /// A rental that has been opened.
    pub(crate) fn opened(world: &mut World, provider: &Provider, renter: &Wallet) -> Self {
        let rental = Self::new(world, provider, renter);
        let open = rental.open(world);
        world.ok(&[&renter.key], &open);
        rental
    }

    /// A rental in USDC that has been opened.
    pub(crate) fn opened_in_usdc(world: &mut World, provider: &Provider, renter: &Wallet) -> Self {
        let rental = Self::in_usdc(world, provider, renter);
        let open = rental.open(world);
        world.ok(&[&renter.key], &open);
        rental
    }

    fn with_devices(&self, fixed: &[Meta]) -> Vec<Meta> {
        let devices = self.devices.iter().map(|device| Meta::device(device.to_bytes()));
        fixed.iter().copied().chain(devices).collect()
    }

    /// The quote as it stands, signed by the node, and the opening.
    pub(crate) fn open(&self, world: &World) -> Vec<Instruction> {
        vec![
            statement(&self.node, &self.quote.to_bytes()),
            self.open_alone(world),
        ]
    }

    pub(crate) fn open_alone(&self, world: &World) -> Instruction {
        let accounts = OpenLeaseAccounts {
            payer: self.payer.to_bytes(),
            renter: self.quote.renter,
            network: world.network.to_bytes(),
            mint: self.mint.to_bytes(),
            lease: self.lease.to_bytes(),
            escrow: self.escrow.to_bytes(),
            renter_token: self.renter_token.to_bytes(),
            instructions: SYSVAR,
            token_program: TOKEN_PROGRAM,
            system_program: SYSTEM_PROGRAM,
        };
        own(
            world,
            &self.with_devices(&accounts.metas()),
            &OpenLease {}.to_bytes(),
        )
    }

    pub(crate) fn extension(&self, max_seconds: u64, expires_at: u64) -> Extension {
        let Quote {
            network_tag,
            program,
            lease,
            ..
        } = self.quote;
        Extension {
            network_tag,
            program,
            lease,
            max_seconds,
            expires_at,
        }
    }

    /// The node's consent to so many seconds in all, good for a minute, and the topping up.
    pub(crate) fn top_up(&self, world: &World, max_seconds: u64) -> Vec<Instruction> {
        let extension = self.extension(max_seconds, world.now() + 60);
        vec![
            statement(&self.node, &extension.to_bytes()),
            self.top_up_alone(world),
        ]
    }

    pub(crate) fn top_up_alone(&self, world: &World) -> Instruction {
        let accounts = TopUpAccounts {
            renter: self.quote.renter,
            lease: self.lease.to_bytes(),
            escrow: self.escrow.to_bytes(),
            renter_token: self.renter_token.to_bytes(),
            instructions: SYSVAR,
            token_program: TOKEN_PROGRAM,
        };
        own(world, &self.with_devices(&accounts.metas()), &TopUp {}.to_bytes())
    }

    pub(crate) fn voucher(&self, amount: u64, seconds: u64) -> Voucher {
        let Quote {
            network_tag,
            program,
            lease,
            ..
        } = self.quote;
        Voucher {
            network_tag,
            program,
            lease,
            amount,
            seconds,
        }
    }

    pub(crate) fn close_statement(&self, amount: u64, seconds: u64) -> message::Close {
        let Quote {
            network_tag,
            program,
            lease,
            ..
        } = self.quote;
        message::Close {
            network_tag,
            program,
            lease,
            amount,
            seconds,
        }
    }

    pub(crate) fn settle(&self, world: &World, amount: u64, seconds: u64) -> Vec<Instruction> {
        vec![
            statement(&self.session, &self.voucher(amount, seconds).to_bytes()),
            self.settle_alone(world),
        ]
    }

    pub(crate) fn settle_alone(&self, world: &World) -> Instruction {
        let accounts = SettleAccounts {
            lease: self.lease.to_bytes(),
            escrow: self.escrow.to_bytes(),
            provider_token: self.provider_token.to_bytes(),
            fee_vault: self.fee_vault.to_bytes(),
            instructions: SYSVAR,
            token_program: TOKEN_PROGRAM,
        };
        own(world, &accounts.metas(), &Settle {}.to_bytes())
    }

    /// The node's statement and the closing, no voucher.
    pub(crate) fn close(&self, world: &World, amount: u64, seconds: u64) -> Vec<Instruction> {
        vec![
            statement(&self.node, &self.close_statement(amount, seconds).to_bytes()),
            self.close_alone(world),
        ]
    }

    /// A voucher before all that.
    pub(crate) fn close_with(
        &self,
        world: &World,
        asked: (u64, u64),
        voucher: (u64, u64),
    ) -> Vec<Instruction> {
        let mut all = vec![statement(
            &self.session,
            &self.voucher(voucher.0, voucher.1).to_bytes(),
        )];
        all.extend(self.close(world, asked.0, asked.1));
        all
    }

    pub(crate) fn close_alone(&self, world: &World) -> Instruction {
        let accounts = CloseAccounts {
            lease: self.lease.to_bytes(),
            escrow: self.escrow.to_bytes(),
            provider_token: self.provider_token.to_bytes(),
            renter_token: self.renter_token.to_bytes(),
            fee_vault: self.fee_vault.to_bytes(),
            rent_payer: self.payer.to_bytes(),
            instructions: SYSVAR,
            token_program: TOKEN_PROGRAM,
        };
        own(world, &self.with_devices(&accounts.metas()), &Close {}.to_bytes())
    }

    pub(crate) fn close_expired(&self, world: &World) -> Instruction {
        let accounts = CloseExpiredAccounts {
            lease: self.lease.to_bytes(),
            escrow: self.escrow.to_bytes(),
            renter_token: self.renter_token.to_bytes(),
            rent_payer: self.payer.to_bytes(),
            token_program: TOKEN_PROGRAM,
        };
        own(
            world,
            &self.with_devices(&accounts.metas()),
            &CloseExpired {}.to_bytes(),
        )
    }
}
