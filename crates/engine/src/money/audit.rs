//! Every amount of the history beside what follows from the chain.
//!
//! Compared is what belongs together on both sides: a lease's IO as one (the history books a lease when it is over,
//! the chain whenever a voucher is settled), everything else by transaction.

use std::collections::{BTreeMap, BTreeSet};

use hearth_chain::client::{TxStatus, WalletEffects};
use hearth_store::ledger::{self, Account, Fact};
use hearth_types::{
    history::{Audit, AuditDifference, AuditUnit},
    id::{LeaseId, TxSignature, WalletAddress},
    ipc::{Code, IpcError},
    money::Currency,
};

use super::rebuild::{Whose, rebuild, together};
use crate::{
    engine::{Engine, internal},
    state::now,
};

/// Amounts by what is compared.
type Amounts = BTreeMap<(AuditUnit, Account, Currency), i64>;

/// What the chain tells of some wallets.
pub(super) struct Told {
    /// Their transactions, oldest first.
    pub(super) transactions: Vec<WalletEffects>,
    /// The entries that follow from these.
    pub(super) facts: Vec<Fact>,
}

impl Engine {
    /// Derives everything again and compares. Changes nothing.
    ///
    /// # Errors
    /// [`Code::ChainUnreachable`] when the chain does not answer, [`Code::NoWallet`] when there is nothing to compare.
    pub(crate) async fn audit(&self) -> Result<Audit, IpcError> {
        // Without an operating wallet there is nothing to compare.
        self.own_address()?;
        let wallets = self.own_addresses()?;
        // Nothing settles while both sides are read, as far as this engine is the one who books it.
        let _driving = self.inner.outbox_lock.lock().await;
        let Told {
            transactions,
            facts: derived,
        } = self.told_by_chain(&wallets).await?;
        let mut read = self.inner.store.read().await?;
        let known: Vec<_> = self.inner.store.known_head().into_iter().collect();
        let verification = ledger::verify(&mut read, &known).await?;
        let written = ledger::settled_postings(&mut read).await?;
        let under_way = ledger::under_way(&mut read).await?;
        let chain = of_chain(&derived)?;
        let history = of_history(written)?;
        let mut differences = compare(&history, &chain);
        let arriving = self.arriving(&differences).await?;
        differences.retain(|difference| unknown(difference).is_none_or(|known| !arriving.contains(&known)));
        let amounts = history.keys().chain(chain.keys()).collect::<BTreeSet<_>>().len();
        Ok(Audit {
            ok: differences.is_empty() && verification.ok,
            at: now(),
            transactions: count(transactions.len()),
            amounts: count(amounts),
            under_way: under_way.saturating_add(count(arriving.len())),
            differences,
            verification,
        })
    }

    /// Transactions of others that the history will know once they are final: until then they are on their way.
    async fn arriving(&self, differences: &[AuditDifference]) -> Result<BTreeSet<TxSignature>, IpcError> {
        let chain = &self.net().await?.chain;
        let mut arriving = BTreeSet::new();
        for signature in differences.iter().filter_map(unknown).collect::<BTreeSet<_>>() {
            let status = chain.signature_status(signature).await?;
            if matches!(status, TxStatus::Processed { .. } | TxStatus::Confirmed { .. }) {
                arriving.insert(signature);
            }
        }
        Ok(arriving)
    }

    /// Reads every transaction of some wallets, and what follows from them.
    ///
    /// # Errors
    /// [`Code::ChainUnreachable`] when the chain does not answer, or shows what this version does not know.
    pub(super) async fn told_by_chain(&self, wallets: &[WalletAddress]) -> Result<Told, IpcError> {
        let network = self.net().await?;
        let faucet = self.faucet_address().await?;
        let mut of_each = Vec::new();
        for wallet in wallets {
            of_each.push(network.chain.wallet_effects(*wallet).await?);
        }
        let transactions = together(of_each).map_err(internal)?;
        let whose = Whose {
            wallets: wallets.to_vec(),
            faucet,
        };
        let facts = rebuild(&whose, &transactions).map_err(|error| {
            IpcError::new(Code::ChainUnreachable, format!("The chain shows {error}.")).mend("Update Hearth.")
        })?;
        Ok(Told { transactions, facts })
    }
}

/// The transaction of a difference of which the history says nothing.
fn unknown(difference: &AuditDifference) -> Option<TxSignature> {
    match difference.unit {
        AuditUnit::Transaction(signature) if difference.history == 0 => Some(signature),
        AuditUnit::Transaction(_) | AuditUnit::Lease(_) | AuditUnit::Unnamed => None,
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// A lease's IO is compared as one; SOL of a lease belongs to the transaction that paid it.
fn unit(lease: Option<LeaseId>, signature: Option<TxSignature>, currency: Currency) -> AuditUnit {
    match (lease.filter(|_| currency != Currency::Sol), signature) {
        (Some(lease), _) => AuditUnit::Lease(lease),
        (None, Some(signature)) => AuditUnit::Transaction(signature),
        (None, None) => AuditUnit::Unnamed,
    }
}

fn of_chain(derived: &[Fact]) -> Result<Amounts, IpcError> {
    let mut amounts = Amounts::new();
    for fact in derived {
        for posting in &fact.entry.postings {
            let unit = unit(fact.entry.lease, fact.signature, posting.currency);
            add(
                &mut amounts,
                (unit, posting.account, posting.currency),
                posting.amount,
            )?;
        }
    }
    Ok(amounts)
}

fn of_history(written: Vec<ledger::SettledPosting>) -> Result<Amounts, IpcError> {
    let mut amounts = Amounts::new();
    for row in written {
        let unit = unit(row.lease, row.signature, row.posting.currency);
        let place = (unit, row.posting.account, row.posting.currency);
        add(&mut amounts, place, row.posting.amount)?;
    }
    Ok(amounts)
}

fn add(amounts: &mut Amounts, place: (AuditUnit, Account, Currency), amount: i64) -> Result<(), IpcError> {
    let sum = amounts.entry(place).or_default();
    *sum = sum
        .checked_add(amount)
        .ok_or_else(|| internal("a sum beyond 64 bits"))?;
    Ok(())
}

fn compare(history: &Amounts, chain: &Amounts) -> Vec<AuditDifference> {
    let mut differences = Vec::new();
    let places: BTreeSet<_> = history.keys().chain(chain.keys()).collect();
    for place in places {
        let (told, found) = (history.get(place), chain.get(place));
        let (told_amount, found_amount) = (told.copied().unwrap_or(0), found.copied().unwrap_or(0));
        if told_amount == found_amount {
            continue;
        }
        let (unit, account, currency) = *place;
        differences.push(AuditDifference {
            unit,
            account: account.name().to_owned(),
            currency,
            history: told_amount,
            chain: found_amount,
            why: why(unit, told.is_some(), found.is_some()).to_owned(),
        });
    }
    differences
}

const fn why(unit: AuditUnit, told: bool, found: bool) -> &'static str {
    match (unit, told, found) {
        (AuditUnit::Unnamed, ..) => "The history names no transaction for it.",
        (AuditUnit::Lease(_), false, _) => {
            "The history books a lease when it is over; this one may still settle."
        }
        (AuditUnit::Transaction(_), false, _) => {
            "The chain has it, the history does not: it came from elsewhere."
        }
        (_, true, false) => "The history has it, the chain's transactions do not.",
        (_, true, true) => "Both have it, with different amounts.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: TxSignature = TxSignature([1; 64]);

    fn amounts(wallet: i64) -> Amounts {
        let unit = AuditUnit::Transaction(SIGNATURE);
        [((unit, Account::Wallet, Currency::Io), wallet)].into()
    }

    #[test]
    fn equal_amounts_are_no_difference() {
        assert_eq!(compare(&amounts(5), &amounts(5)), []);
        assert_eq!(compare(&amounts(0), &Amounts::new()), []);
    }

    #[test]
    fn a_difference_says_where_and_how_much() {
        let found = compare(&amounts(5), &amounts(7));
        assert_eq!((found[0].history, found[0].chain), (5, 7));
        assert_eq!(found[0].unit, AuditUnit::Transaction(SIGNATURE));
        let missing = compare(&Amounts::new(), &amounts(7));
        assert!(missing[0].why.contains("from elsewhere"));
        let invented = compare(&amounts(5), &Amounts::new());
        assert!(invented[0].why.contains("chain's transactions do not"));
    }

    #[test]
    fn sol_of_a_lease_belongs_to_its_transaction() {
        let lease = Some(LeaseId([2; 32]));
        assert_eq!(
            unit(lease, Some(SIGNATURE), Currency::Io),
            AuditUnit::Lease(LeaseId([2; 32]))
        );
        assert_eq!(
            unit(lease, Some(SIGNATURE), Currency::Sol),
            AuditUnit::Transaction(SIGNATURE)
        );
        assert_eq!(unit(None, None, Currency::Sol), AuditUnit::Unnamed);
    }
}
