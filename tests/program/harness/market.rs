//! Instructions that change USDC into IO.

use hearth_program_interface::instruction::{
    ConvertFees, ConvertFeesAccounts, DrainMaker, DrainMakerAccounts, FundMaker, FundMakerAccounts,
    Repurchase, RepurchaseAccounts, SYSTEM_PROGRAM, TOKEN_PROGRAM, TakeUsdc, TakeUsdcAccounts,
};
use hearth_program_interface::seeds;
use solana_sdk::instruction::Instruction;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use super::instructions::own;
use super::{Rental, Wallet, World};

pub(crate) fn maker_address(world: &World, wallet: &Pubkey) -> Pubkey {
    world.find(&seeds::maker(&wallet.to_bytes())).0
}

pub(crate) fn fund_maker(world: &World, wallet: &Wallet, amount: u64, price: u64) -> Instruction {
    let accounts = FundMakerAccounts {
        wallet: wallet.address().to_bytes(),
        network: world.network.to_bytes(),
        maker: maker_address(world, &wallet.address()).to_bytes(),
        wallet_token: wallet.token.to_bytes(),
        market_vault: world.market_vault.to_bytes(),
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
    };
    own(world, &accounts.metas(), &FundMaker { amount, price }.to_bytes())
}

pub(crate) fn drain_maker(world: &World, wallet: &Wallet, amount: u64) -> Instruction {
    let accounts = DrainMakerAccounts {
        wallet: wallet.address().to_bytes(),
        network: world.network.to_bytes(),
        maker: maker_address(world, &wallet.address()).to_bytes(),
        market_vault: world.market_vault.to_bytes(),
        wallet_token: wallet.token.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &DrainMaker { amount }.to_bytes())
}

/// By the provider, from the lease's escrow.
pub(crate) fn repurchase(
    world: &World,
    rental: &Rental,
    provider: &Wallet,
    maker: &Wallet,
    (usdc, min_io): (u64, u64),
) -> Instruction {
    let accounts = RepurchaseAccounts {
        provider: provider.address().to_bytes(),
        network: world.network.to_bytes(),
        lease: rental.lease.to_bytes(),
        escrow: rental.escrow.to_bytes(),
        maker: maker_address(world, &maker.address()).to_bytes(),
        maker_usdc: maker.usdc.to_bytes(),
        market_vault: world.market_vault.to_bytes(),
        provider_token: provider.token.to_bytes(),
        rent_payer: rental.payer.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &Repurchase { usdc, min_io }.to_bytes())
}

pub(crate) fn take_usdc(world: &World, rental: &Rental, provider: &Wallet) -> Instruction {
    let accounts = TakeUsdcAccounts {
        provider: provider.address().to_bytes(),
        lease: rental.lease.to_bytes(),
        escrow: rental.escrow.to_bytes(),
        provider_usdc: provider.usdc.to_bytes(),
        rent_payer: rental.payer.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &TakeUsdc {}.to_bytes())
}

pub(crate) fn convert_fees(world: &World, maker: &Wallet, (usdc, min_io): (u64, u64)) -> Instruction {
    let accounts = ConvertFeesAccounts {
        oracle: world.oracle.pubkey().to_bytes(),
        network: world.network.to_bytes(),
        usdc_fee_vault: world.usdc_fee_vault.to_bytes(),
        maker: maker_address(world, &maker.address()).to_bytes(),
        maker_usdc: maker.usdc.to_bytes(),
        market_vault: world.market_vault.to_bytes(),
        fee_vault: world.fee_vault.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &ConvertFees { usdc, min_io }.to_bytes())
}
