//! Accounts as they are now. There is no past state: final and confirmed reads see the same.

use serde_json::{Value, json};
use solana_account::{AccountSharedData, ReadableAccount};
use solana_account_decoder::{
    UiAccount, UiAccountEncoding, encode_ui_account,
    parse_account_data::{AccountAdditionalDataV3, SplTokenAdditionalDataV2},
};
use solana_rpc_client_types::{
    config::{RpcAccountInfoConfig, RpcContextConfig, RpcProgramAccountsConfig},
    filter::RpcFilterType,
    response::RpcKeyedAccount,
};
use solana_sdk::pubkey::Pubkey;

use super::{
    Rpc, RpcError, in_context,
    params::{Params, check_min_slot, parse_address},
};
use crate::{bank::Bank, token::TokenAccount};

/// Accounts that one `getMultipleAccounts` may name.
const MAX_ACCOUNTS: usize = 100;
/// Filters that one `getProgramAccounts` may have.
const MAX_FILTERS: usize = 4;
/// The largest account, bytes.
const MAX_ACCOUNT_BYTES: usize = 10 * 1024 * 1024;

impl Rpc {
    pub(super) async fn get_balance(&self, params: &Params) -> Result<Value, RpcError> {
        let address = params.address(0)?;
        let config: RpcContextConfig = params.optional(1, "config")?.unwrap_or_default();
        check_min_slot(&self.chain.now(), config.min_context_slot)?;
        let look = move |bank: &Bank, now: &crate::clock::Moment| {
            in_context(
                now.slot,
                bank.account(&address).map_or(0, ReadableAccount::lamports),
            )
        };
        Ok(self.chain.look(look).await?)
    }

    pub(crate) async fn get_account_info(&self, params: &Params) -> Result<Value, RpcError> {
        let address = params.address(0)?;
        let shown = Shown::new(
            params.optional(1, "config")?.unwrap_or_default(),
            UiAccountEncoding::Binary,
        );
        check_min_slot(&self.chain.now(), shown.config.min_context_slot)?;
        let look = move |bank: &Bank, now: &crate::clock::Moment| {
            Ok(in_context(now.slot, shown.one(bank, &address)?))
        };
        self.chain.look(look).await?
    }

    pub(super) async fn get_multiple_accounts(&self, params: &Params) -> Result<Value, RpcError> {
        let addresses: Vec<String> = params.required(0, "addresses")?;
        if addresses.len() > MAX_ACCOUNTS {
            return Err(RpcError::invalid_params(format!(
                "at most {MAX_ACCOUNTS} addresses"
            )));
        }
        let addresses = addresses
            .iter()
            .map(|text| parse_address(text))
            .collect::<Result<Vec<_>, _>>()?;
        let shown = Shown::new(
            params.optional(1, "config")?.unwrap_or_default(),
            UiAccountEncoding::Base64,
        );
        check_min_slot(&self.chain.now(), shown.config.min_context_slot)?;
        let look = move |bank: &Bank, now: &crate::clock::Moment| {
            let accounts = addresses
                .iter()
                .map(|address| shown.one(bank, address))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(in_context(now.slot, accounts))
        };
        self.chain.look(look).await?
    }

    pub(super) async fn get_program_accounts(&self, params: &Params) -> Result<Value, RpcError> {
        let program = params.address(0)?;
        let config: RpcProgramAccountsConfig = params.optional(1, "config")?.unwrap_or_default();
        let filters = Filters::new(config.filters.unwrap_or_default())?;
        let shown = Shown::new(config.account_config, UiAccountEncoding::Binary);
        check_min_slot(&self.chain.now(), shown.config.min_context_slot)?;
        let with_context = config.with_context.unwrap_or_default();
        let look = move |bank: &Bank, now: &crate::clock::Moment| {
            let matches =
                |account: &AccountSharedData| *account.owner() == program && filters.match_all(account);
            let accounts = shown.all(bank, matches)?;
            Ok(if with_context {
                in_context(now.slot, accounts)
            } else {
                json!(accounts)
            })
        };
        self.chain.look(look).await?
    }

    pub(super) async fn get_minimum_balance(&self, params: &Params) -> Result<Value, RpcError> {
        let bytes: usize = params.required(0, "data length")?;
        if bytes > MAX_ACCOUNT_BYTES {
            return Err(RpcError::invalid_params(format!(
                "an account has at most {MAX_ACCOUNT_BYTES} bytes"
            )));
        }
        Ok(json!(
            self.chain
                .look(move |bank, _| bank.minimum_balance(bytes))
                .await?
        ))
    }
}

/// How accounts are to be shown.
pub(super) struct Shown {
    pub(super) config: RpcAccountInfoConfig,
    encoding: UiAccountEncoding,
}

impl Shown {
    pub(super) fn new(config: RpcAccountInfoConfig, default: UiAccountEncoding) -> Self {
        let encoding = config.encoding.unwrap_or(default);
        Self { config, encoding }
    }

    /// The account at an address, if there is one.
    pub(super) fn one(&self, bank: &Bank, address: &Pubkey) -> Result<Option<UiAccount>, RpcError> {
        bank.account(address)
            .map(|account| self.encode(bank, address, account))
            .transpose()
    }

    /// All accounts that match, by address.
    pub(super) fn all(
        &self,
        bank: &Bank,
        matches: impl Fn(&AccountSharedData) -> bool,
    ) -> Result<Vec<RpcKeyedAccount>, RpcError> {
        let mut found: Vec<_> = bank.accounts().filter(|(_, account)| matches(account)).collect();
        found.sort_by_key(|(address, _)| **address);
        let keyed = |(address, account): (&Pubkey, &AccountSharedData)| {
            Ok(RpcKeyedAccount {
                pubkey: address.to_string(),
                account: self.encode(bank, address, account)?,
            })
        };
        found.into_iter().map(keyed).collect()
    }

    /// An account that need not be in the bank.
    pub(super) fn encode(
        &self,
        bank: &Bank,
        address: &Pubkey,
        account: &AccountSharedData,
    ) -> Result<UiAccount, RpcError> {
        let slice = self.config.data_slice;
        let shown_bytes = slice.map_or(account.data().len(), |slice| {
            slice.length.min(account.data().len())
        });
        let base58 = matches!(
            self.encoding,
            UiAccountEncoding::Binary | UiAccountEncoding::Base58
        );
        if base58 && shown_bytes > solana_account_decoder::MAX_BASE58_BYTES {
            return Err(RpcError::invalid_request(
                "Encoded binary (base 58) data should be less than 128 bytes, please use Base64 encoding.",
            ));
        }
        let decimals = TokenAccount::read(account).and_then(|token| bank.decimals(&token.mint));
        let additional = decimals.map(|decimals| AccountAdditionalDataV3 {
            spl_token_additional_data: Some(SplTokenAdditionalDataV2::with_decimals(decimals)),
        });
        Ok(encode_ui_account(
            address,
            account,
            self.encoding,
            additional,
            slice,
        ))
    }
}

/// What an account's data must be like.
struct Filters(Vec<Filter>);

enum Filter {
    Length(u64),
    Bytes { at: usize, bytes: Vec<u8> },
    TokenAccount,
}

impl Filters {
    fn new(filters: Vec<RpcFilterType>) -> Result<Self, RpcError> {
        if filters.len() > MAX_FILTERS {
            return Err(RpcError::invalid_params(format!("at most {MAX_FILTERS} filters")));
        }
        let parse = |filter: RpcFilterType| {
            filter.verify().map_err(RpcError::invalid_params)?;
            Ok(match filter {
                RpcFilterType::DataSize(length) => Filter::Length(length),
                RpcFilterType::TokenAccountState => Filter::TokenAccount,
                RpcFilterType::Memcmp(compare) => Filter::Bytes {
                    at: compare.offset(),
                    bytes: compare
                        .bytes()
                        .ok_or_else(|| RpcError::invalid_params("memcmp bytes"))?
                        .into_owned(),
                },
            })
        };
        filters.into_iter().map(parse).collect::<Result<_, _>>().map(Self)
    }

    fn match_all(&self, account: &AccountSharedData) -> bool {
        let data = account.data();
        self.0.iter().all(|filter| match filter {
            Filter::Length(length) => u64::try_from(data.len()) == Ok(*length),
            Filter::Bytes { at, bytes } => data.get(*at..).is_some_and(|rest| rest.starts_with(bytes)),
            Filter::TokenAccount => TokenAccount::read(account).is_some(),
        })
    }
}
