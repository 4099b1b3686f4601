//! What past transactions did to one wallet.

use std::collections::{BTreeMap, BTreeSet};

use hearth_program_interface::event::Event;
use hearth_types::{
    id::{Address, LeaseId, TxSignature, WalletAddress},
    money::Lamports,
};
use serde_json::json;
use solana_client::rpc_request::RpcRequest;
use solana_message::VersionedMessage;
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::{
    EncodedConfirmedTransactionWithStatusMeta, UiTransactionStatusMeta, UiTransactionTokenBalance,
    option_serializer::OptionSerializer,
};

use super::{ChainClient, ChainError, MAX_SIGNATURES, events::events_in};

/// What one transaction changed for one wallet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletEffects {
    /// The transaction.
    pub signature: TxSignature,
    /// Its slot.
    pub slot: u64,
    /// The chain's time of its block, Unix seconds.
    pub block_time: Option<u64>,
    /// Whether it failed: nothing happened but its fee.
    pub failed: bool,
    /// Who paid its fee.
    pub payer: Address,
    /// The fee.
    pub fee: Lamports,
    /// What the wallet's SOL changed by, lamports.
    pub sol: i64,
    /// What its IO changed by, base units.
    pub io: i64,
    /// Whether IO of it moved; of several wallets together also where the sum is nothing.
    pub io_moved: bool,
    /// What our program logged.
    pub events: Vec<Event>,
}

impl ChainClient {
    /// Every confirmed transaction that concerns a wallet, oldest first: those that touched it or its IO, and those
    /// of the leases that it rents and of the devices that it staked on, which others may settle, slash or cool down.
    ///
    /// # Errors
    /// A failed request, or an answer that makes no sense.
    pub async fn wallet_effects(&self, wallet: WalletAddress) -> Result<Vec<WalletEffects>, ChainError> {
        let mut known = BTreeMap::new();
        for address in [Address(wallet.0), self.program.token_account(wallet).address] {
            self.read_effects(address, wallet, &mut known).await?;
        }
        let events = known.values().flat_map(|effects: &WalletEffects| &effects.events);
        let followed: BTreeSet<_> = events.filter_map(|event| self.followed(wallet, event)).collect();
        for address in followed {
            self.read_effects(address, wallet, &mut known).await?;
        }
        Ok(known.into_values().collect())
    }

    /// The account with which a wallet's money went along in an event, and may move without the wallet from then on.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "with no other event does money of a wallet get into an account that others can move it out of"
    )]
    fn followed(&self, wallet: WalletAddress, event: &Event) -> Option<Address> {
        match event {
            Event::LeaseOpened(opened) if opened.renter == wallet.0 => {
                Some(self.program.lease(LeaseId(opened.lease)).address)
            }
            Event::Staked(staked) if staked.owner == wallet.0 => Some(Address(staked.device)),
            Event::CoStaked(staked) if staked.co_staker == wallet.0 => Some(Address(staked.device)),
            _ => None,
        }
    }

    /// Adds the effects of an address's transactions to those that are known, by slot.
    async fn read_effects(
        &self,
        address: Address,
        wallet: WalletAddress,
        known: &mut BTreeMap<(u64, TxSignature), WalletEffects>,
    ) -> Result<(), ChainError> {
        for (slot, signature) in self.all_signatures_for(address).await? {
            if known.contains_key(&(slot, signature)) {
                continue;
            }
            // Listed and yet unknown: a server that is behind. Leaving it out would be a wrong answer.
            let effects = self.effects_of(signature, wallet).await?;
            let effects = effects.ok_or(ChainError::BadAnswer("a listed transaction that is unknown"))?;
            known.insert((slot, signature), effects);
        }
        Ok(())
    }

    /// All signatures of an address with their slots.
    async fn all_signatures_for(&self, address: Address) -> Result<Vec<(u64, TxSignature)>, ChainError> {
        let mut all = Vec::new();
        let mut before = None;
        loop {
            let page = self.signatures_for(address, before, MAX_SIGNATURES).await?;
            before = page.last().map(|info| info.signature);
            all.extend(page.iter().map(|info| (info.slot, info.signature)));
            if page.len() < MAX_SIGNATURES {
                return Ok(all);
            }
        }
    }

    /// What a confirmed transaction changed for a wallet; `None` when the chain does not show it (yet).
    ///
    /// # Errors
    /// A failed request, or an answer that makes no sense.
    pub async fn effects_of(
        &self,
        signature: TxSignature,
        wallet: WalletAddress,
    ) -> Result<Option<WalletEffects>, ChainError> {
        let config =
            json!({"encoding": "base64", "commitment": "confirmed", "maxSupportedTransactionVersion": 0});
        let params = json!([signature.to_string(), config]);
        let answer: Option<EncodedConfirmedTransactionWithStatusMeta> =
            self.request(RpcRequest::GetTransaction, params).await?;
        let Some(found) = answer else { return Ok(None) };
        let meta = found
            .transaction
            .meta
            .ok_or(ChainError::BadAnswer("a transaction without its outcome"))?;
        let transaction = found
            .transaction
            .transaction
            .decode()
            .ok_or(ChainError::BadAnswer("a transaction that cannot be read"))?;
        let keys = account_keys(&transaction.message, &meta)?;
        let payer = keys.first().copied();
        let failed = meta.err.clone().map(TransactionError::from).is_some();
        let logs = match &meta.log_messages {
            OptionSerializer::Some(logs) => logs.as_slice(),
            OptionSerializer::None | OptionSerializer::Skip => &[],
        };
        let events = if failed {
            Vec::new()
        } else {
            events_in(logs, self.program.address)
        };
        let place = keys.iter().position(|key| key.0 == wallet.0);
        let io = io_change(&meta, wallet, self.program.io_mint)?;
        Ok(Some(WalletEffects {
            signature,
            slot: found.slot,
            block_time: found.block_time.and_then(|time| u64::try_from(time).ok()),
            failed,
            payer: payer.ok_or(ChainError::BadAnswer("a transaction without accounts"))?,
            fee: Lamports(meta.fee),
            sol: place.map_or(Ok(0), |place| sol_change(&meta, place))?,
            io,
            io_moved: io != 0,
            events,
        }))
    }
}

/// The accounts in the order in which balances are listed: those of the message, then those it looked up.
fn account_keys(
    message: &VersionedMessage,
    meta: &UiTransactionStatusMeta,
) -> Result<Vec<Address>, ChainError> {
    let mut keys: Vec<_> = message
        .static_account_keys()
        .iter()
        .map(|key| Address(key.to_bytes()))
        .collect();
    if let OptionSerializer::Some(loaded) = &meta.loaded_addresses {
        for text in loaded.writable.iter().chain(&loaded.readonly) {
            let key = text.parse();
            keys.push(key.map_err(|_| ChainError::BadAnswer("an account that is no address"))?);
        }
    }
    Ok(keys)
}

fn sol_change(meta: &UiTransactionStatusMeta, place: usize) -> Result<i64, ChainError> {
    let at = |balances: &[u64]| {
        balances
            .get(place)
            .copied()
            .and_then(|held| i64::try_from(held).ok())
    };
    at(&meta.post_balances)
        .zip(at(&meta.pre_balances))
        .and_then(|(after, before)| after.checked_sub(before))
        .ok_or(ChainError::BadAnswer(
            "a transaction without an account's balance",
        ))
}

/// Over all token accounts of the wallet for the mint.
fn io_change(
    meta: &UiTransactionStatusMeta,
    wallet: WalletAddress,
    mint: Address,
) -> Result<i64, ChainError> {
    let held = |balances: &OptionSerializer<Vec<UiTransactionTokenBalance>>| {
        let balances = match balances {
            OptionSerializer::Some(balances) => balances.as_slice(),
            OptionSerializer::None | OptionSerializer::Skip => &[],
        };
        let ours = balances.iter().filter(|balance| {
            let owner = match &balance.owner {
                OptionSerializer::Some(owner) => owner.as_str(),
                OptionSerializer::None | OptionSerializer::Skip => "",
            };
            owner.parse() == Ok(wallet) && balance.mint.parse() == Ok(mint)
        });
        let mut amounts = ours.map(|balance| balance.ui_token_amount.amount.parse::<i64>().ok());
        amounts.try_fold(0_i64, |sum, amount| sum.checked_add(amount?))
    };
    held(&meta.post_token_balances)
        .zip(held(&meta.pre_token_balances))
        .and_then(|(after, before)| after.checked_sub(before))
        .ok_or(ChainError::BadAnswer("a token balance that is no amount"))
}
