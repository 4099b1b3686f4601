//! Practice tokens.

use hearth_store::ledger::{self, Movement};
use hearth_types::{
    ipc::{IpcError, TxView},
    money::Io,
};

use super::{entry, fresh_key};
use crate::engine::Engine;

/// What one visit gives: 1,000 IO.
const GIFT: Io = Io(100_000_000_000);

impl Engine {
    /// Asks the faucet. What it sent is read from its transaction, so the history names real amounts.
    pub(crate) async fn ask_faucet(&self) -> Result<TxView, IpcError> {
        let wallet = self.own_address()?;
        let network = self.net().await?;
        let key = fresh_key("faucet");
        // The decision goes into the history first; if the faucet's answer is lost, reconciling finds the gift.
        let mut tx = self.inner.store.begin().await?;
        let gift = ledger::record(&mut tx, entry(&key, Movement::Faucet(GIFT))?).await?;
        tx.commit().await?;
        let before = network.chain.balances(wallet).await?;
        let sent = network.chain.faucet(wallet, GIFT).await;
        let mut tx = self.inner.store.begin().await?;
        let signature = match sent {
            Ok(signature) => signature,
            Err(error) => {
                ledger::void(&mut tx, gift, "the faucet gave nothing").await?;
                tx.commit().await?;
                self.money_moved();
                return Err(error.into());
            }
        };
        ledger::advance(
            &mut tx,
            gift,
            hearth_types::history::EntryState::Confirmed,
            Some(signature),
        )
        .await?;
        let after = network.chain.balances(wallet).await?;
        let sol = after.sol.saturating_sub(before.sol);
        if sol.0 > 0 {
            let new = entry(format!("{key}:sol"), Movement::FaucetSol(sol))?;
            self.record_fact(&mut tx, new, Some(signature)).await?;
        }
        tx.commit().await?;
        self.state().balances = after;
        self.money_moved();
        Ok(TxView { signature })
    }
}
