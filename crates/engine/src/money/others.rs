//! What others did with this profile's stake: slashes, what came back of them, co-stakes that an owner's shortfall
//! ended. Nothing of it was decided here, so the history learns it from the chain.

use std::collections::HashSet;

use hearth_store::ledger::{self, Fact};
use hearth_types::{
    history::{EntryKind, Reconciliation},
    id::{TxSignature, WalletAddress},
    ipc::IpcError,
    money::Currency,
};

use crate::engine::Engine;

impl Engine {
    /// Books it when stakes on chain have changed, the history shows others, and nothing of ours is under way.
    /// Saying it twice changes nothing.
    pub(crate) async fn book_what_others_did(&self) -> Result<(), IpcError> {
        if !self.state().stakes_moved {
            return Ok(());
        }
        let mut read = self.inner.store.read().await?;
        let under_way = ledger::under_way(&mut read).await?;
        let balances = ledger::settled_balances(&mut read).await?;
        drop(read);
        if under_way > 0 {
            return Ok(());
        }
        let slashed = balances
            .iter()
            .any(|held| held.account == ledger::Account::Slashed && held.amount != 0);
        if stakes_differ(&self.reconcile().await?, slashed) {
            self.book_others().await?;
        }
        self.state().stakes_moved = false;
        Ok(())
    }

    async fn book_others(&self) -> Result<(), IpcError> {
        let own = self.own_addresses()?;
        // Nothing settles while the chain is read and what follows is written down.
        let _driving = self.inner.outbox_lock.lock().await;
        let told = self.told_by_chain(&own).await?;
        let foreign: HashSet<_> = told
            .transactions
            .iter()
            .filter(|transaction| !own.contains(&WalletAddress(transaction.payer.0)))
            .map(|transaction| transaction.signature)
            .collect();
        let facts: Vec<_> = told
            .facts
            .into_iter()
            .filter(|fact| is_others(fact, &foreign))
            .collect();
        let mut tx = self.inner.store.begin().await?;
        ledger::record_all(&mut tx, &facts).await?;
        tx.commit().await?;
        self.money_moved();
        Ok(())
    }
}

/// A change of the stake in a transaction of somebody else's. Leases and payments have their own ways into the history.
fn is_others(fact: &Fact, foreign: &HashSet<TxSignature>) -> bool {
    let of_stake = matches!(
        fact.entry.kind,
        EntryKind::Slash | EntryKind::SlashRestored | EntryKind::UnstakeRequest
    );
    of_stake
        && fact
            .signature
            .is_some_and(|signature| foreign.contains(&signature))
}

/// Whether the chain holds other stakes than the history; when something was slashed, what was given back of it may
/// be in the wallet too.
fn stakes_differ(compared: &Reconciliation, slashed: bool) -> bool {
    compared.lines.iter().any(|line| {
        let of_stake = matches!(line.account.as_str(), "stake" | "cooling");
        let repaid = slashed && line.account == "wallet" && line.currency == Currency::Io;
        (of_stake || repaid) && line.history != line.chain
    })
}

#[cfg(test)]
mod tests {
    use hearth_store::ledger::{IdempotencyKey, Movement, NewEntry};
    use hearth_types::{
        history::{EntryState, ReconcileLine},
        money::Io,
        time::UnixMillis,
    };

    use super::*;

    fn fact(movement: Movement, signature: u8) -> Fact {
        Fact {
            entry: NewEntry::of(IdempotencyKey("chain:1".into()), movement, UnixMillis(1)).unwrap(),
            state: EntryState::Confirmed,
            signature: Some(TxSignature([signature; 64])),
        }
    }

    #[test]
    fn only_stake_that_others_moved_is_booked() {
        let foreign = HashSet::from([TxSignature([1; 64])]);
        assert!(is_others(&fact(Movement::Slashed(Io(5)), 1), &foreign));
        assert!(is_others(&fact(Movement::UnstakeRequest(Io(5)), 1), &foreign));
        // Our own outbox books what we send ourselves.
        assert!(!is_others(&fact(Movement::UnstakeRequest(Io(5)), 2), &foreign));
        assert!(!is_others(&fact(Movement::LeaseIncome(Io(5)), 1), &foreign));
    }

    #[test]
    fn a_wallet_that_differs_counts_only_after_a_slash() {
        let compared = |account: &str, chain| Reconciliation {
            ok: false,
            at: UnixMillis(1),
            slot: 1,
            lines: vec![ReconcileLine {
                account: account.into(),
                currency: Currency::Io,
                history: 5,
                chain,
            }],
        };
        assert!(stakes_differ(&compared("cooling", 4), false));
        assert!(!stakes_differ(&compared("cooling", 5), true));
        assert!(!stakes_differ(&compared("wallet", 4), false));
        assert!(stakes_differ(&compared("wallet", 4), true));
    }
}
