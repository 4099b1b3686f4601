//! Whether history and chain agree, account by account.
//!
//! The chain is ahead of the history while something is on its way: a transaction that has run and is not written down
//! yet, a lease that the coordinator has closed and this side has not recorded. That is no difference: each of these
//! is looked up and counted as under way. A payment from elsewhere is recorded by the comparison itself. What is left
//! then is a difference, and is shown.

use std::time::Duration;

use hearth_chain::{client::TxStatus, transactions::TOKEN_ACCOUNT_BYTES};
use hearth_program_interface::{account::LeaseStatus, math::provider_share};
use hearth_store::{
    leases::{self, LeaseRow},
    ledger::{self, Account},
    outbox::{self, OutboxState},
};
use hearth_types::{
    history::{ReconcileLine, Reconciliation},
    id::WalletAddress,
    ipc::IpcError,
    lease::{LeaseStage, Side},
    money::Currency,
};

use super::received::Unexplained;
use crate::{
    engine::{Engine, internal},
    state::now,
};

/// Comparisons before a difference is called one: history and chain move while they are read.
const TRIES: u32 = 3;
/// Between two of them.
const BREATH: Duration = Duration::from_millis(300);

/// What one side says, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    wallet: i64,
    stake: i64,
    cooling: i64,
    escrow: i64,
    sol: i64,
}

impl Sums {
    fn of(&mut self, account: Account, currency: Currency) -> Option<&mut i64> {
        match (account, currency) {
            (Account::Wallet, Currency::Io) => Some(&mut self.wallet),
            (Account::Wallet, Currency::Sol) => Some(&mut self.sol),
            (Account::Stake, Currency::Io) => Some(&mut self.stake),
            (Account::Cooling, Currency::Io) => Some(&mut self.cooling),
            (Account::Escrow, Currency::Io) => Some(&mut self.escrow),
            _ => None,
        }
    }

    fn add(&mut self, account: Account, currency: Currency, amount: i64) -> Result<(), IpcError> {
        if let Some(sum) = self.of(account, currency) {
            let more = sum.checked_add(amount);
            *sum = more.ok_or_else(|| internal("a sum beyond 64 bits"))?;
        }
        Ok(())
    }
}

/// History, chain, and what is on its way between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Compared {
    history: Sums,
    chain: Sums,
    under_way: Sums,
}

impl Compared {
    fn lines(&self) -> Vec<ReconcileLine> {
        let Self {
            history,
            chain,
            under_way,
        } = self;
        let line = |account: &str, currency, pick: fn(&Sums) -> i64| ReconcileLine {
            account: account.to_owned(),
            currency,
            history: pick(history),
            chain: pick(chain),
            under_way: pick(under_way),
        };
        vec![
            line("wallet", Currency::Io, |sums| sums.wallet),
            line("stake", Currency::Io, |sums| sums.stake),
            line("cooling", Currency::Io, |sums| sums.cooling),
            line("escrow", Currency::Io, |sums| sums.escrow),
            line("wallet", Currency::Sol, |sums| sums.sol),
        ]
    }

    fn agrees(&self) -> bool {
        self.lines().iter().all(ReconcileLine::agrees)
    }

    /// What the chain's wallets hold beyond history and what is on its way; `None` when they hold just that.
    fn unexplained(&self) -> Option<Unexplained> {
        let beyond = |pick: fn(&Sums) -> i64| {
            let known = pick(&self.history).checked_add(pick(&self.under_way))?;
            pick(&self.chain).checked_sub(known)
        };
        let found = Unexplained {
            io: beyond(|sums| sums.wallet)?,
            sol: beyond(|sums| sums.sol)?,
        };
        (found != Unexplained::default()).then_some(found)
    }
}

fn signed(amount: u64) -> Result<i64, IpcError> {
    i64::try_from(amount).map_err(internal)
}

impl Engine {
    /// Compares. A difference is shown, not hidden; only what arrived from elsewhere is recorded by it.
    pub(crate) async fn reconcile(&self) -> Result<Reconciliation, IpcError> {
        // A visit to the faucet is written down by whoever pays it.
        self.resolve_lost_gifts().await?;
        let _visit = self.inner.faucet_lock.lock().await;
        let wallets = self.own_addresses()?;
        let mut compared = self.compare(&wallets).await?;
        let mut received = Vec::new();
        for _ in 1..TRIES {
            if compared.agrees() {
                break;
            }
            let arriving = match compared.unexplained() {
                Some(unexplained) => {
                    let found = self.find_arrivals(&wallets, unexplained).await?;
                    received.extend(found.recorded);
                    found.under_way
                }
                None => Unexplained::default(),
            };
            tokio::time::sleep(BREATH).await;
            compared = self.compare(&wallets).await?;
            let under_way = &mut compared.under_way;
            under_way.add(Account::Wallet, Currency::Io, arriving.io)?;
            under_way.add(Account::Wallet, Currency::Sol, arriving.sol)?;
        }
        Ok(Reconciliation {
            ok: compared.agrees(),
            at: now(),
            slot: self.net().await?.chain.slot().await?,
            lines: compared.lines(),
            received,
        })
    }

    /// History and chain as they stand, account by account. Records nothing.
    pub(super) async fn differences(&self) -> Result<Vec<ReconcileLine>, IpcError> {
        Ok(self.compare(&self.own_addresses()?).await?.lines())
    }

    async fn compare(&self, wallets: &[WalletAddress]) -> Result<Compared, IpcError> {
        // The history first: what it gains meanwhile is found under way, and counted once.
        let history = self.history_sums().await?;
        let leases = self.open_lease_rows().await?;
        let mut under_way = self.sent_and_landed().await?;
        let chain = self.chain_sums(wallets, &leases, &mut under_way).await?;
        Ok(Compared {
            history,
            chain,
            under_way,
        })
    }

    /// What transactions change that have run and are not written down as such.
    async fn sent_and_landed(&self) -> Result<Sums, IpcError> {
        let chain = &self.net().await?.chain;
        let mut read = self.inner.store.read().await?;
        let mut sums = Sums::default();
        for row in outbox::unfinished(&mut read).await? {
            if !matches!(row.state, OutboxState::Prepared | OutboxState::Sent) {
                continue;
            }
            let landed = matches!(
                chain.signature_status(row.signature).await?,
                TxStatus::Confirmed { error: None } | TxStatus::Finalized { error: None }
            );
            if landed {
                for posting in outbox::postings(&mut read, row.id).await? {
                    sums.add(posting.account, posting.currency, posting.amount)?;
                }
            }
        }
        Ok(sums)
    }

    /// What all wallets of the profile hold together, as the history counts them; what the chain has paid for leases
    /// that are not recorded as closed goes into `under_way`.
    async fn chain_sums(
        &self,
        wallets: &[WalletAddress],
        leases: &[LeaseRow],
        under_way: &mut Sums,
    ) -> Result<Sums, IpcError> {
        use Account::{Cooling, Escrow, Stake, Wallet};
        use Currency::{Io, Sol};
        let chain = &self.net().await?.chain;
        let mut sums = Sums::default();
        for row in leases {
            let Some(lease) = chain.lease(row.quote.lease).await? else {
                continue;
            };
            let settled = signed(lease.settled)?;
            match (row.side, lease.status) {
                (Side::Provider, _) => {
                    let share = provider_share(lease.settled, lease.margin_bps);
                    under_way.add(Wallet, Io, signed(share)?)?;
                }
                (Side::Renter, LeaseStatus::Open) => {
                    sums.add(Escrow, Io, signed(lease.escrowed.saturating_sub(lease.settled))?)?;
                    under_way.add(Escrow, Io, -settled)?;
                }
                (Side::Renter, LeaseStatus::Closed) => {
                    let refunded = signed(lease.refunded)?;
                    under_way.add(Escrow, Io, -settled)?;
                    under_way.add(Escrow, Io, -refunded)?;
                    under_way.add(Wallet, Io, refunded)?;
                    if wallets.iter().any(|wallet| wallet.0 == lease.rent_payer) {
                        under_way.add(Wallet, Sol, signed(chain.rent(TOKEN_ACCOUNT_BYTES).await?.0)?)?;
                    }
                }
            }
        }
        for wallet in wallets {
            let balances = chain.balances(*wallet).await?;
            sums.add(Wallet, Io, signed(balances.io.0)?)?;
            sums.add(Wallet, Sol, signed(balances.sol.0)?)?;
            let staked = self.stake_on_chain(*wallet).await?;
            sums.add(Stake, Io, signed(staked.counts.0)?)?;
            sums.add(Cooling, Io, signed(staked.cools.0)?)?;
        }
        Ok(sums)
    }

    async fn history_sums(&self) -> Result<Sums, IpcError> {
        let mut read = self.inner.store.read().await?;
        let mut sums = Sums::default();
        for balance in ledger::settled_balances(&mut read).await? {
            sums.add(balance.account, balance.currency, balance.amount)?;
        }
        Ok(sums)
    }

    /// Leases of both sides whose end is not recorded.
    async fn open_lease_rows(&self) -> Result<Vec<LeaseRow>, IpcError> {
        let mut rows = self.lease_rows().await?;
        rows.retain(|row| !matches!(row.stage, LeaseStage::Closed | LeaseStage::Abandoned));
        Ok(rows)
    }

    /// Leases of both sides that are neither closed nor abandoned.
    pub(crate) async fn unfinished_leases(&self) -> Result<Vec<LeaseRow>, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(leases::unfinished(&mut read).await?)
    }

    /// All leases of both sides.
    pub(crate) async fn lease_rows(&self) -> Result<Vec<LeaseRow>, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(leases::list(&mut read, None).await?)
    }
}
