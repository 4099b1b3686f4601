//! What moved in the wallets without a record here: a payment from elsewhere, or one that the same key signed in another
//! program. It is found on the chain, recorded once it is final, in the words of [`super::rebuild`], and told.

use std::collections::BTreeSet;

use hearth_chain::client::{TxStatus, WalletEffects};
use hearth_store::{ledger::Fact, outbox};
use hearth_types::{
    history::{Arrival, EntryState},
    id::{Address, TxSignature, WalletAddress},
    ipc::IpcError,
    money::Currency,
};

use super::rebuild::{Whose, rebuild, together};
use crate::{
    engine::{Engine, internal},
    state::now,
};

/// Transactions of an address that one look goes back to.
const FURTHEST: usize = 1_000;
/// Unknown transactions that one look reads.
const MOST: usize = 100;

/// What the wallets hold beyond what the history and what is on its way explain, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Unexplained {
    pub(super) io: i64,
    pub(super) sol: i64,
}

/// What was found.
#[derive(Default)]
pub(super) struct Arrivals {
    /// Recorded just now.
    pub(super) recorded: Vec<Arrival>,
    /// Confirmed and not final yet, base units into the wallets.
    pub(super) under_way: Unexplained,
}

impl Engine {
    /// Looks for the newest transactions of the wallets that nothing here knows of and that together come to exactly
    /// what is unexplained, and records those of them that are final. Where no such transactions are found, something
    /// else is wrong: then nothing is recorded, and the difference stays to be seen. (What a wallet did before it came
    /// to the profile is unknown too, and explains nothing: its holdings were recorded when it came.)
    pub(super) async fn find_arrivals(
        &self,
        wallets: &[WalletAddress],
        unexplained: Unexplained,
    ) -> Result<Arrivals, IpcError> {
        let mut found = Arrivals::default();
        let chain = &self.net().await?.chain;
        let whose = Whose {
            wallets: wallets.to_vec(),
            faucet: self.faucet_address().await?,
        };
        for effects in self.explaining(wallets, unexplained).await?.iter().rev() {
            let status = chain.signature_status(effects.signature).await?;
            if matches!(status, TxStatus::Finalized { .. }) {
                let facts = rebuild(&whose, std::slice::from_ref(effects)).map_err(internal)?;
                found.recorded.extend(self.record_arrival(effects, facts).await?);
            } else {
                found.under_way.io = found.under_way.io.saturating_add(effects.io);
                found.under_way.sol = found.under_way.sol.saturating_add(effects.sol);
            }
        }
        if !found.recorded.is_empty() {
            self.money_moved();
        }
        Ok(found)
    }

    /// The newest unknown transactions that come to this, newest first; none when there are none that do.
    async fn explaining(
        &self,
        wallets: &[WalletAddress],
        unexplained: Unexplained,
    ) -> Result<Vec<WalletEffects>, IpcError> {
        let mut sum = Unexplained::default();
        let mut explaining = Vec::new();
        for signature in self.unknown_transactions(wallets).await? {
            if sum == unexplained {
                break;
            }
            let Some(effects) = self.effects(wallets, signature).await? else {
                // Listed and not shown: the server is behind, and the sums would be wrong.
                return Ok(Vec::new());
            };
            // Leases and stakes account for their own.
            if !effects.events.is_empty() {
                continue;
            }
            sum.io = sum.io.saturating_add(effects.io);
            sum.sol = sum.sol.saturating_add(effects.sol);
            explaining.push(effects);
        }
        if sum != unexplained {
            explaining.clear();
        }
        Ok(explaining)
    }

    /// What a transaction changed for all wallets together.
    async fn effects(
        &self,
        wallets: &[WalletAddress],
        signature: TxSignature,
    ) -> Result<Option<WalletEffects>, IpcError> {
        let chain = &self.net().await?.chain;
        let mut of_each = Vec::new();
        for wallet in wallets {
            match chain.effects_of(signature, *wallet).await? {
                Some(effects) => of_each.push(vec![effects]),
                None => return Ok(None),
            }
        }
        Ok(together(of_each).map_err(internal)?.pop())
    }

    /// Transactions of the wallets or their IO accounts that nothing here knows of, newest first.
    async fn unknown_transactions(&self, wallets: &[WalletAddress]) -> Result<Vec<TxSignature>, IpcError> {
        let chain = &self.net().await?.chain;
        let mut listed = BTreeSet::new();
        for wallet in wallets {
            let token_account = chain.program().token_account(*wallet).address;
            for address in [Address(wallet.0), token_account] {
                let of_address = chain.signatures_for(address, None, FURTHEST).await?;
                listed.extend(of_address.iter().map(|info| (info.slot, info.signature)));
            }
        }
        let mut unknown = Vec::new();
        let mut read = self.inner.store.read().await?;
        for (_, signature) in listed.into_iter().rev() {
            if unknown.len() == MOST {
                break;
            }
            if !outbox::knows(&mut read, signature).await? {
                unknown.push(signature);
            }
        }
        Ok(unknown)
    }

    async fn record_arrival(
        &self,
        effects: &WalletEffects,
        facts: Vec<Fact>,
    ) -> Result<Vec<Arrival>, IpcError> {
        let by_us = self
            .own_addresses()?
            .iter()
            .any(|wallet| wallet.0 == effects.payer.0);
        let note = if by_us {
            "Signed with this wallet elsewhere".to_owned()
        } else {
            format!("From {}", WalletAddress(effects.payer.0).short())
        };
        let mut tx = self.inner.store.begin().await?;
        for fact in facts {
            let mut new = fact.entry.note(note.clone());
            if effects.block_time.is_none() {
                new.at = now();
            }
            self.record_fact(&mut tx, new, fact.signature, EntryState::Final)
                .await?;
        }
        tx.commit().await?;
        let amounts = [(Currency::Io, effects.io), (Currency::Sol, effects.sol)];
        let moved = amounts.into_iter().filter(|(_, amount)| *amount != 0);
        let arrivals = moved.map(|(currency, amount)| Arrival {
            currency,
            amount,
            signature: effects.signature,
        });
        Ok(arrivals.collect())
    }

    /// The faucet that fills wallets, where there is one.
    pub(super) async fn faucet_address(&self) -> Result<Option<Address>, IpcError> {
        let network = self.net().await?;
        if !network.info.kind.is_practice() {
            return Ok(None);
        }
        let info = network.chain.practice_info().await?;
        Ok(info["faucet"].as_str().and_then(|address| address.parse().ok()))
    }
}
