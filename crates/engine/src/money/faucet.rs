//! Practice tokens.

use hearth_chain::ChainError;
use hearth_store::ledger::{self, Account, EntryId, Movement};
use hearth_types::{
    history::{EntryKind, EntryState},
    ipc::{IpcError, TxView},
    money::{Currency, Io, Lamports},
    network::Balances,
};

use super::{entry, fresh_key};
use crate::engine::Engine;

/// What one visit gives: 1,000 IO.
const GIFT: Io = Io(100_000_000_000);

impl Engine {
    /// Asks the faucet. What it sent is read from its transaction, so the history names real amounts.
    pub(crate) async fn ask_faucet(&self) -> Result<TxView, IpcError> {
        let _visit = self.inner.faucet_lock.lock().await;
        let wallet = self.own_address()?;
        let network = self.net().await?;
        let key = fresh_key("faucet");
        // The decision goes into the history first; if the faucet's answer is lost, the worker looks for the gift.
        let mut tx = self.inner.store.begin().await?;
        let gift = self.record(&mut tx, entry(&key, Movement::Faucet(GIFT))?).await?;
        tx.commit().await?;
        let before = network.chain.balances(wallet).await;
        let sent = network.chain.faucet(wallet, GIFT).await;
        let signature = match sent {
            Ok(signature) => signature,
            Err(error) => {
                if matches!(error, ChainError::Faucet(_) | ChainError::NoFaucet) {
                    let mut tx = self.inner.store.begin().await?;
                    ledger::void(&mut tx, gift, "the faucet gave nothing").await?;
                    tx.commit().await?;
                }
                self.inner.outbox_changed.notify_one();
                self.money_moved();
                return Err(error.into());
            }
        };
        let after = network.chain.balances(wallet).await?;
        let sol = before.map_or(Lamports::ZERO, |before| after.sol.saturating_sub(before.sol));
        let mut tx = self.inner.store.begin().await?;
        ledger::advance(&mut tx, gift, EntryState::Confirmed, Some(signature)).await?;
        if sol > Lamports::ZERO {
            let new = entry(format!("{key}:sol"), Movement::FaucetSol(sol))?;
            self.record_fact(&mut tx, new, Some(signature), EntryState::Confirmed)
                .await?;
        }
        tx.commit().await?;
        self.state().balances = after;
        self.inner.outbox_changed.notify_one();
        self.money_moved();
        Ok(TxView { signature })
    }

    /// A gift whose answer was lost in a crash: the chain says whether it came.
    pub(super) async fn resolve_lost_gifts(&self) -> Result<(), IpcError> {
        let _visit = self.inner.faucet_lock.lock().await;
        let shown = self.history(None, 200).await?;
        let lost = shown
            .iter()
            .any(|e| e.kind == EntryKind::Faucet && e.state == EntryState::Pending);
        let Some(wallet) = self.wallet_address()?.filter(|_| lost) else {
            return Ok(());
        };
        let network = self.net().await?;
        let account = network.chain.program().token_account(wallet).address;
        let newest = network
            .chain
            .signatures_for(account, None, 1)
            .await?
            .first()
            .map(|info| info.signature);
        for entry in shown {
            if entry.kind != EntryKind::Faucet || entry.state != EntryState::Pending {
                continue;
            }
            let (io, sol) = self.unexplained().await?;
            let id = EntryId(entry.id);
            let mut tx = self.inner.store.begin().await?;
            if io >= GIFT {
                // Without its transaction nobody could say when it is final: the next look may show it.
                let Some(signature) = newest else { return Ok(()) };
                ledger::advance(&mut tx, id, EntryState::Confirmed, newest).await?;
                if sol.0 > 0 {
                    let new = super::entry(format!("faucet-found:{}", id.0), Movement::FaucetSol(sol))?;
                    self.record_fact(&mut tx, new, Some(signature), EntryState::Confirmed)
                        .await?;
                }
            } else {
                ledger::void(&mut tx, id, "the faucet gave nothing").await?;
            }
            tx.commit().await?;
        }
        self.money_moved();
        Ok(())
    }

    /// What the wallets hold beyond what the history knows of.
    async fn unexplained(&self) -> Result<(Io, Lamports), IpcError> {
        let network = self.net().await?;
        let mut chain = Balances::default();
        for wallet in self.own_addresses()? {
            let held = network.chain.balances(wallet).await?;
            chain.io = Io(chain.io.0.saturating_add(held.io.0));
            chain.sol = Lamports(chain.sol.0.saturating_add(held.sol.0));
        }
        let mut read = self.inner.store.read().await?;
        let known = |balances: &[ledger::AccountBalance], currency| {
            let wallet = balances
                .iter()
                .find(|b| b.account == Account::Wallet && b.currency == currency);
            u64::try_from(wallet.map_or(0, |b| b.amount)).unwrap_or(0)
        };
        let balances = ledger::settled_balances(&mut read).await?;
        let io = chain.io.saturating_sub(Io(known(&balances, Currency::Io)));
        let sol = chain
            .sol
            .saturating_sub(Lamports(known(&balances, Currency::Sol)));
        Ok((io, sol))
    }
}
