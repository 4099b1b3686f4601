//! What a transaction did, in the words of the RPC.

use solana_account_decoder::parse_token::UiTokenAmount;
use solana_rpc_client_types::response::RpcSimulateTransactionResult;
use solana_transaction_status_client_types::{
    InnerInstruction, InnerInstructions, TransactionStatusMeta, TransactionTokenBalance, UiLoadedAddresses,
};

use crate::{
    bank::{Bank, Outcome, Snapshot},
    token::{TokenAccount, ui_amount},
};

/// The meta that `getTransaction` shows.
pub(crate) fn status_meta(bank: &Bank, outcome: &Outcome) -> TransactionStatusMeta {
    let return_data = Some(outcome.meta.return_data.clone()).filter(|returned| !returned.data.is_empty());
    TransactionStatusMeta {
        status: outcome.err.clone().map_or(Ok(()), Err),
        fee: outcome.meta.fee,
        pre_balances: outcome.before.lamports(),
        post_balances: outcome.after.lamports(),
        inner_instructions: Some(inner_instructions(outcome)),
        log_messages: Some(outcome.meta.logs.clone()),
        pre_token_balances: Some(token_balances(bank, &outcome.before)),
        post_token_balances: Some(token_balances(bank, &outcome.after)),
        rewards: Some(Vec::new()),
        loaded_addresses: outcome.loaded.clone(),
        return_data,
        compute_units_consumed: Some(outcome.meta.compute_units_consumed),
        cost_units: None,
    }
}

/// The value that `simulateTransaction` gives and a refused `sendTransaction` carries.
pub(crate) fn simulation_result(bank: &Bank, outcome: &Outcome) -> RpcSimulateTransactionResult {
    let meta = status_meta(bank, outcome);
    let convert = |balances: Option<Vec<TransactionTokenBalance>>| {
        balances.map(|balances| balances.into_iter().map(Into::into).collect())
    };
    RpcSimulateTransactionResult {
        err: outcome.err.clone().map(Into::into),
        logs: meta.log_messages,
        accounts: None,
        units_consumed: meta.compute_units_consumed,
        loaded_accounts_data_size: None,
        return_data: meta.return_data.map(Into::into),
        inner_instructions: None,
        replacement_blockhash: None,
        fee: Some(meta.fee),
        pre_balances: Some(meta.pre_balances),
        post_balances: Some(meta.post_balances),
        pre_token_balances: convert(meta.pre_token_balances),
        post_token_balances: convert(meta.post_token_balances),
        loaded_addresses: Some(UiLoadedAddresses::from(&outcome.loaded)),
    }
}

/// The value for a transaction that was refused before it ran.
pub(crate) fn refused(err: solana_transaction_error::TransactionError) -> RpcSimulateTransactionResult {
    RpcSimulateTransactionResult {
        err: Some(err.into()),
        logs: Some(Vec::new()),
        accounts: None,
        units_consumed: Some(0),
        loaded_accounts_data_size: None,
        return_data: None,
        inner_instructions: None,
        replacement_blockhash: None,
        fee: None,
        pre_balances: None,
        post_balances: None,
        pre_token_balances: None,
        post_token_balances: None,
        loaded_addresses: None,
    }
}

/// The instructions that programs called, by top-level instruction.
pub(crate) fn inner_instructions(outcome: &Outcome) -> Vec<InnerInstructions> {
    let lists = outcome
        .meta
        .inner_instructions
        .iter()
        .enumerate()
        .filter(|(_, list)| !list.is_empty());
    lists
        .filter_map(|(index, list)| {
            let instructions = list
                .iter()
                .map(|inner| InnerInstruction {
                    instruction: inner.instruction.clone(),
                    stack_height: Some(u32::from(inner.stack_height)),
                })
                .collect();
            Some(InnerInstructions {
                index: u8::try_from(index).ok()?,
                instructions,
            })
        })
        .collect()
}

fn token_balances(bank: &Bank, snapshot: &Snapshot) -> Vec<TransactionTokenBalance> {
    let balance = |(index, (_, account)): (usize, &(_, Option<solana_account::AccountSharedData>))| {
        let account = account.as_ref()?;
        let token = TokenAccount::read(account)?;
        let ui_token_amount: UiTokenAmount = ui_amount(token.amount, bank.decimals(&token.mint)?);
        Some(TransactionTokenBalance {
            account_index: u8::try_from(index).ok()?,
            mint: token.mint.to_string(),
            ui_token_amount,
            owner: token.owner.to_string(),
            program_id: solana_account::ReadableAccount::owner(account).to_string(),
        })
    };
    snapshot.0.iter().enumerate().filter_map(balance).collect()
}
