//! Wallets that come to the profile: a row beside the key file, and what they held already.

use std::sync::PoisonError;

use hearth_chain::{
    signer::TxSigner as _,
    wallet::{Wallet, WalletStore},
};
use hearth_store::{
    Store, Tx,
    ledger::{Account, Movement},
    wallets,
};
use hearth_types::{
    history::EntryState,
    id::WalletAddress,
    ipc::{IpcError, WalletView},
    money::Currency,
};

use crate::{
    engine::{Engine, internal},
    money::{entry, fresh_key},
    state::now,
};

/// Notes every key file of the profile and says which wallet operates: the one chosen, or the first.
///
/// # Errors
/// A wallet of another network or a damaged file is refused here, before anything is signed with it.
pub(crate) async fn operating_wallet(
    store: &Store,
    files: &WalletStore,
) -> Result<Option<WalletAddress>, IpcError> {
    let found = files.list()?;
    let mut tx = store.begin().await?;
    for info in &found {
        note(&mut tx, info.address).await?;
    }
    let rows = wallets::list(&mut tx).await?;
    let chosen = rows
        .iter()
        .find(|row| row.operating && found.iter().any(|info| info.address == row.address))
        .map(|row| row.address);
    let operating = chosen.or_else(|| found.first().map(|info| info.address));
    if let Some(address) = operating {
        wallets::operate(&mut tx, address).await?;
    }
    tx.commit().await?;
    Ok(operating)
}

/// Gives a wallet that has no name yet the first free number.
async fn note(tx: &mut Tx, address: WalletAddress) -> Result<(), IpcError> {
    let rows = wallets::list(tx).await?;
    let mut number = rows.len().saturating_add(1);
    while rows.iter().any(|row| row.name == format!("Wallet {number}")) {
        number = number.saturating_add(1);
    }
    wallets::add(tx, address, &format!("Wallet {number}"), now()).await?;
    Ok(())
}

impl Engine {
    /// A wallet joins the profile. The first one operates, open as it is.
    pub(super) async fn take_in(&self, wallet: Wallet) -> Result<(), IpcError> {
        let address = wallet.address();
        let first = self.wallet_address()?.is_none();
        let mut tx = self.inner.store.begin().await?;
        note(&mut tx, address).await?;
        if first {
            wallets::operate(&mut tx, address).await?;
        }
        tx.commit().await?;
        if first {
            self.operate(Some(address));
            self.set_wallet(Some(wallet));
        } else {
            self.wallets_changed();
        }
        Ok(())
    }

    /// [`Self::take_in`] of a wallet that had a life before. What it holds already is an adjustment of the history;
    /// when the chain does not answer now, comparing the two shows the difference.
    pub(super) async fn take_in_old(&self, wallet: Wallet) -> Result<WalletView, IpcError> {
        let address = wallet.address();
        self.take_in(wallet).await?;
        match self.holdings(address).await {
            Ok(holdings) => {
                let mut tx = self.inner.store.begin().await?;
                self.record_holdings(&mut tx, address, &holdings, Coming::Joins)
                    .await?;
                tx.commit().await?;
                self.money_moved();
            }
            Err(error) => {
                tracing::warn!(code = ?error.code, "what the wallet held already: {}", error.message)
            }
        }
        self.view_of(address)
    }

    /// The operating wallet is another one from here on.
    pub(super) fn operate(&self, address: Option<WalletAddress>) {
        *self
            .inner
            .operating
            .write()
            .unwrap_or_else(PoisonError::into_inner) = address;
        let mut state = self.state();
        state.balances = hearth_types::network::Balances::default();
        state.stakes.clear();
        state.co_stakes.clear();
    }

    /// What a wallet has on chain, by account of the history, base units.
    pub(super) async fn holdings(&self, address: WalletAddress) -> Result<Vec<Holding>, IpcError> {
        let chain = &self.net().await?.chain;
        let balances = chain.balances(address).await?;
        let staked = self.stake_on_chain(address).await?;
        let found = [
            (Account::Wallet, Currency::Io, balances.io.0),
            (Account::Wallet, Currency::Sol, balances.sol.0),
            (Account::Stake, Currency::Io, staked.counts.0),
            (Account::Cooling, Currency::Io, staked.cools.0),
        ];
        let mut holdings = Vec::new();
        for (account, currency, amount) in found {
            let amount = i64::try_from(amount).map_err(internal)?;
            holdings.push(Holding {
                account,
                currency,
                amount,
            });
        }
        Ok(holdings)
    }

    /// Writes down what a wallet brings along or takes away.
    pub(super) async fn record_holdings(
        &self,
        tx: &mut Tx,
        address: WalletAddress,
        holdings: &[Holding],
        coming: Coming,
    ) -> Result<(), IpcError> {
        let key = fresh_key("wallet");
        for holding in holdings.iter().filter(|holding| holding.amount != 0) {
            let Holding {
                account, currency, ..
            } = *holding;
            let (amount, note) = match coming {
                Coming::Joins => (holding.amount, "Held by a wallet that was added"),
                Coming::Leaves => (-holding.amount, "Left in a wallet that was removed"),
            };
            let movement = Movement::Adjustment {
                account,
                currency,
                amount,
            };
            let name = format!("{key}:{}:{}", account.name(), currency.symbol());
            let new = entry(name, movement)?.note(format!("{note} ({})", address.short()));
            // No transaction stands for it that could become final later.
            self.record_fact(tx, new, None, EntryState::Final).await?;
        }
        Ok(())
    }
}

/// What a wallet has in one account of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holding {
    account: Account,
    currency: Currency,
    /// Base units; never negative.
    amount: i64,
}

/// Which way a wallet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coming {
    /// Its holdings become the profile's.
    Joins,
    /// They no longer are.
    Leaves,
}
