//! What others did with this profile's stake: slashes, what came back of them, co-stakes that an owner's shortfall
//! ended. Nothing of it was decided here, so the history learns it from the chain.

use std::collections::HashSet;

use hearth_store::ledger::{self, Account, Fact};
use hearth_types::{
    history::{EntryKind, ReconcileLine},
    id::{TxSignature, WalletAddress},
    ipc::IpcError,
    money::Currency,
};

use crate::engine::{Engine, internal};

/// What the chain has more than the history (negative: less), base units of IO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Difference {
    stake: i64,
    cooling: i64,
    wallet: i64,
}

impl Difference {
    fn of(lines: &[ReconcileLine]) -> Result<Self, IpcError> {
        let mut difference = Self::default();
        for line in lines.iter().filter(|line| line.currency == Currency::Io) {
            let known = line.history.checked_add(line.under_way);
            let more = known.and_then(|known| line.chain.checked_sub(known));
            let more = more.ok_or_else(|| internal("a difference beyond 64 bits"))?;
            match line.account.as_str() {
                "stake" => difference.stake = more,
                "cooling" => difference.cooling = more,
                "wallet" => difference.wallet = more,
                _ => {}
            }
        }
        Ok(difference)
    }

    /// Adds what an entry changes.
    fn add(&mut self, fact: &Fact) {
        for posting in &fact.entry.postings {
            let sum = match posting.account {
                Account::Stake => &mut self.stake,
                Account::Cooling => &mut self.cooling,
                Account::Wallet => &mut self.wallet,
                Account::Escrow
                | Account::LeaseIncome
                | Account::LeaseExpense
                | Account::Fees
                | Account::Faucet
                | Account::Sent
                | Account::RewardIncome
                | Account::Received
                | Account::Slashed
                | Account::Adjustment => continue,
            };
            *sum = sum.saturating_add(posting.amount);
        }
    }

    /// Whether entries with these changes explain it. What else went into the wallet or out of it is another matter.
    const fn is_explained_by(self, changes: Self) -> bool {
        let wallet = changes.wallet == 0 || changes.wallet <= self.wallet;
        self.stake == changes.stake && self.cooling == changes.cooling && wallet
    }
}

impl Engine {
    /// Books it when stakes or balances on chain have changed, the history shows others, and nothing of ours is under
    /// way. Saying it twice changes nothing.
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
        // Only looked at: what arrived from elsewhere is for the comparison that somebody reads.
        let difference = Difference::of(&self.differences().await?)?;
        // What was slashed may come back into a co-staker's wallet.
        let slashed = balances
            .iter()
            .any(|held| held.account == Account::Slashed && held.amount != 0);
        if difference.stake != 0 || difference.cooling != 0 || (slashed && difference.wallet > 0) {
            self.book_others(difference).await?;
        }
        self.state().stakes_moved = false;
        Ok(())
    }

    async fn book_others(&self, difference: Difference) -> Result<(), IpcError> {
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
        let mut tx = self.inner.store.begin().await?;
        let known: HashSet<_> = ledger::settled_postings(&mut tx)
            .await?
            .iter()
            .filter_map(|posting| posting.signature)
            .collect();
        let news = |signature: &TxSignature| foreign.contains(signature) && !known.contains(signature);
        let candidates = told.facts.into_iter().filter(|fact| is_others(fact, news));
        let facts = explaining(candidates.collect(), difference);
        ledger::record_all(&mut tx, &facts).await?;
        tx.commit().await?;
        if !facts.is_empty() {
            self.money_moved();
        }
        Ok(())
    }
}

/// A change of the stake in a transaction of somebody else's. Leases and payments have their own ways into the history.
fn is_others(fact: &Fact, news: impl Fn(&TxSignature) -> bool) -> bool {
    let of_stake = matches!(
        fact.entry.kind,
        EntryKind::Slash | EntryKind::SlashRestored | EntryKind::UnstakeRequest
    );
    of_stake && fact.signature.as_ref().is_some_and(news)
}

/// The newest entries that explain the difference, oldest first; none when it cannot be explained. What is older than
/// the history (a wallet that was brought in later) is in it already, as part of what the wallet brought.
fn explaining(mut facts: Vec<Fact>, difference: Difference) -> Vec<Fact> {
    let mut changes = Difference::default();
    let mut from = facts.len();
    for (place, fact) in facts.iter().enumerate().rev() {
        changes.add(fact);
        // A transaction is booked whole.
        let begins = place == 0
            || facts
                .get(place - 1)
                .is_none_or(|before| before.signature != fact.signature);
        if begins && difference.is_explained_by(changes) {
            from = place;
            break;
        }
    }
    facts.split_off(from)
}

#[cfg(test)]
mod tests {
    use hearth_store::ledger::{IdempotencyKey, Movement, NewEntry};
    use hearth_types::{history::EntryState, money::Io, time::UnixMillis};

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
        let news = |signature: &TxSignature| *signature == TxSignature([1; 64]);
        assert!(is_others(&fact(Movement::Slashed(Io(5)), 1), news));
        assert!(is_others(&fact(Movement::UnstakeRequest(Io(5)), 1), news));
        // Our own outbox books what we send ourselves.
        assert!(!is_others(&fact(Movement::UnstakeRequest(Io(5)), 2), news));
        assert!(!is_others(&fact(Movement::LeaseIncome(Io(5)), 1), news));
    }

    #[test]
    fn the_newest_that_explain_the_difference_are_booked() {
        let old = fact(Movement::Slashed(Io(7)), 1);
        let slashed = fact(Movement::Slashed(Io(2)), 2);
        let cooled = fact(Movement::UnstakeRequest(Io(30)), 2);
        let facts = vec![old.clone(), slashed.clone(), cooled.clone()];
        let stake = |stake, cooling| Difference {
            stake,
            cooling,
            wallet: 0,
        };
        assert_eq!(
            explaining(facts.clone(), stake(-32, 30)),
            [slashed.clone(), cooled.clone()]
        );
        assert_eq!(explaining(facts.clone(), stake(-39, 30)), facts);
        // Half a transaction explains nothing, and what cannot be explained is left to be shown.
        assert_eq!(explaining(facts.clone(), stake(-30, 30)), []);
        assert_eq!(explaining(facts, stake(5, 0)), []);
    }

    #[test]
    fn what_comes_back_into_the_wallet_may_come_with_more() {
        let repaid = fact(Movement::SlashRepaid(Io(60)), 3);
        let wallet = |wallet| Difference {
            wallet,
            ..Difference::default()
        };
        assert_eq!(
            explaining(vec![repaid.clone()], wallet(75)),
            std::slice::from_ref(&repaid)
        );
        assert_eq!(explaining(vec![repaid], wallet(59)), []);
    }

    #[test]
    fn the_difference_is_what_the_chain_has_more() {
        let line = |account: &str, currency, history, chain| ReconcileLine {
            account: account.into(),
            currency,
            history,
            chain,
            under_way: 0,
        };
        let lines = [
            line("stake", Currency::Io, 9, 2),
            line("wallet", Currency::Io, 3, 4),
            line("wallet", Currency::Sol, 3, 90),
        ];
        let difference = Difference {
            stake: -7,
            cooling: 0,
            wallet: 1,
        };
        assert_eq!(Difference::of(&lines).unwrap(), difference);
    }
}
