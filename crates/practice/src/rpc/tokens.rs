//! Token accounts and mints.

use serde_json::{Value, json};
use solana_account::{AccountSharedData, ReadableAccount as _};
use solana_account_decoder::UiAccountEncoding;
use solana_rpc_client_types::config::RpcTokenAccountsFilter;
use solana_sdk::pubkey::Pubkey;

use super::{
    Rpc, RpcError,
    accounts::Shown,
    in_context,
    params::{Params, check_min_slot, parse_address},
};
use crate::{
    bank::Bank,
    clock::Moment,
    token::{Mint, TokenAccount, is_token_program, ui_amount},
};

impl Rpc {
    pub(super) async fn get_token_account_balance(&self, params: &Params) -> Result<Value, RpcError> {
        let address = params.address(0)?;
        let look = move |bank: &Bank, now: &Moment| {
            let account = bank.account(&address).ok_or_else(not_found)?;
            let token =
                TokenAccount::read(account).ok_or_else(|| RpcError::invalid_params("not a token account"))?;
            let decimals = bank
                .decimals(&token.mint)
                .ok_or_else(|| RpcError::invalid_params("mint not found"))?;
            Ok(in_context(now.slot, ui_amount(token.amount, decimals)))
        };
        self.chain.look(look).await?
    }

    pub(super) async fn get_token_supply(&self, params: &Params) -> Result<Value, RpcError> {
        let address = params.address(0)?;
        let look = move |bank: &Bank, now: &Moment| {
            let account = bank.account(&address).ok_or_else(not_found)?;
            let mint = Mint::read(account).ok_or_else(|| RpcError::invalid_params("not a mint"))?;
            Ok(in_context(now.slot, ui_amount(mint.supply, mint.decimals)))
        };
        self.chain.look(look).await?
    }

    pub(super) async fn get_token_accounts_by_owner(&self, params: &Params) -> Result<Value, RpcError> {
        let owner = params.address(0)?;
        let wanted = Wanted::new(params.required(1, "mint or program")?)?;
        let shown = Shown::new(
            params.optional(2, "config")?.unwrap_or_default(),
            UiAccountEncoding::Binary,
        );
        check_min_slot(&self.chain.now(), shown.config.min_context_slot)?;
        let look = move |bank: &Bank, now: &Moment| {
            if let Wanted::OfMint(mint) = &wanted
                && bank.decimals(mint).is_none()
            {
                return Err(RpcError::invalid_params("could not find mint"));
            }
            let matches = |account: &AccountSharedData| {
                TokenAccount::read(account)
                    .is_some_and(|token| token.owner == owner && wanted.fits(account, &token))
            };
            Ok(in_context(now.slot, json!(shown.all(bank, matches)?)))
        };
        self.chain.look(look).await?
    }
}

/// Which of an owner's token accounts.
enum Wanted {
    OfMint(Pubkey),
    OfProgram(Pubkey),
}

impl Wanted {
    fn new(filter: RpcTokenAccountsFilter) -> Result<Self, RpcError> {
        match filter {
            RpcTokenAccountsFilter::Mint(mint) => Ok(Self::OfMint(parse_address(&mint)?)),
            RpcTokenAccountsFilter::ProgramId(program) => {
                let program = parse_address(&program)?;
                if !is_token_program(&program) {
                    return Err(RpcError::invalid_params("unrecognized Token program id"));
                }
                Ok(Self::OfProgram(program))
            }
        }
    }

    fn fits(&self, account: &AccountSharedData, token: &TokenAccount) -> bool {
        match self {
            Self::OfMint(mint) => token.mint == *mint,
            Self::OfProgram(program) => account.owner() == program,
        }
    }
}

fn not_found() -> RpcError {
    RpcError::invalid_params("could not find account")
}
