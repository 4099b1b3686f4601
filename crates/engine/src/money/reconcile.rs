//! Whether history and chain agree, account by account.

use hearth_program_interface::account::LeaseStatus;
use hearth_store::{
    leases,
    ledger::{self, Account},
};
use hearth_types::{
    history::{ReconcileLine, Reconciliation},
    ipc::IpcError,
    lease::{LeaseStage, Side},
    money::Currency,
};

use crate::{
    engine::{Engine, internal},
    state::now,
};

/// What one side says, base units.
#[derive(Clone, Copy, Default)]
struct Sums {
    wallet: i64,
    stake: i64,
    cooling: i64,
    escrow: i64,
    sol: i64,
}

fn add(sum: &mut i64, amount: u64) -> Result<(), IpcError> {
    let more = sum.checked_add_unsigned(amount);
    *sum = more.ok_or_else(|| internal("a sum beyond 64 bits"))?;
    Ok(())
}

impl Engine {
    /// Compares. Nothing is changed: a difference is shown, not hidden.
    pub(crate) async fn reconcile(&self) -> Result<Reconciliation, IpcError> {
        let slot = self.net().await?.chain.slot().await?;
        let chain = self.chain_sums().await?;
        let history = self.history_sums().await?;
        let io = |account: &str, history, chain| ReconcileLine {
            account: account.to_owned(),
            currency: Currency::Io,
            history,
            chain,
        };
        let lines = vec![
            io("wallet", history.wallet, chain.wallet),
            io("stake", history.stake, chain.stake),
            io("cooling", history.cooling, chain.cooling),
            io("escrow", history.escrow, chain.escrow),
            ReconcileLine {
                account: "wallet".to_owned(),
                currency: Currency::Sol,
                history: history.sol,
                chain: chain.sol,
            },
        ];
        let ok = lines.iter().all(|line| line.history == line.chain);
        Ok(Reconciliation {
            ok,
            at: now(),
            slot,
            lines,
        })
    }

    /// All wallets of the profile together, as the history counts them.
    async fn chain_sums(&self) -> Result<Sums, IpcError> {
        let network = self.net().await?;
        let mut sums = Sums::default();
        for wallet in self.own_addresses()? {
            let balances = network.chain.balances(wallet).await?;
            add(&mut sums.wallet, balances.io.0)?;
            add(&mut sums.sol, balances.sol.0)?;
            let staked = self.stake_on_chain(wallet).await?;
            add(&mut sums.stake, staked.counts.0)?;
            add(&mut sums.cooling, staked.cools.0)?;
        }
        for row in self.lease_rows().await? {
            let open = !matches!(row.stage, LeaseStage::Closed | LeaseStage::Abandoned);
            if row.side != Side::Renter || !open {
                continue;
            }
            if let Some(lease) = network.chain.lease(row.quote.lease).await?
                && lease.status == LeaseStatus::Open
            {
                add(&mut sums.escrow, lease.escrowed.saturating_sub(lease.settled))?;
            }
        }
        Ok(sums)
    }

    async fn history_sums(&self) -> Result<Sums, IpcError> {
        let mut read = self.inner.store.read().await?;
        let mut sums = Sums::default();
        for balance in ledger::settled_balances(&mut read).await? {
            let slot = match (balance.account, balance.currency) {
                (Account::Wallet, Currency::Io) => &mut sums.wallet,
                (Account::Wallet, Currency::Sol) => &mut sums.sol,
                (Account::Stake, Currency::Io) => &mut sums.stake,
                (Account::Cooling, Currency::Io) => &mut sums.cooling,
                (Account::Escrow, Currency::Io) => &mut sums.escrow,
                _ => continue,
            };
            *slot = balance.amount;
        }
        Ok(sums)
    }

    /// Leases of both sides that are neither closed nor abandoned.
    pub(crate) async fn unfinished_leases(&self) -> Result<Vec<leases::LeaseRow>, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(leases::unfinished(&mut read).await?)
    }

    /// All leases of both sides.
    pub(crate) async fn lease_rows(&self) -> Result<Vec<leases::LeaseRow>, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(leases::list(&mut read, None).await?)
    }
}
