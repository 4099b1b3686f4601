//! The profile's wallets: listed, named, chosen, removed.

use hearth_chain::wallet::WalletError;
use hearth_store::{
    outbox::{self, OutboxState},
    wallets,
};
use hearth_types::{
    history::{EntryKind, EntryState},
    id::WalletAddress,
    ipc::{Code, IpcError, OwnWallet, RemoveWallet, RenameWallet, WalletList, WalletView},
    lease::{LeaseStage, Side},
};

use super::{contacts::valid_name, register::Coming};
use crate::{engine::Engine, money::StakeOnChain};

fn in_use(text: impl Into<String>) -> IpcError {
    IpcError::new(Code::WalletInUse, text)
}

impl Engine {
    pub(crate) async fn list_wallets(&self) -> Result<WalletList, IpcError> {
        let files = self.inner.wallet_store.list()?;
        let operating = self.wallet_address()?;
        let mut read = self.inner.store.read().await?;
        let rows = wallets::list(&mut read).await?;
        drop(read);
        let mut list = Vec::with_capacity(files.len());
        for row in rows {
            let Some(info) = files.iter().find(|info| info.address == row.address) else {
                continue;
            };
            let operates = operating == Some(row.address);
            list.push(OwnWallet {
                address: row.address,
                name: row.name,
                storage: info.storage,
                operating: operates,
                locked: !(operates && self.is_open()),
                has_words: info.has_words,
                added_at: row.added_at,
                backup_checked_at: row.backup_checked_at,
                balances: match self.net().await {
                    Ok(network) => network.chain.balances(row.address).await.ok(),
                    Err(_) => None,
                },
            });
        }
        let withdrawal = self.withdrawal().await?;
        Ok(WalletList {
            wallets: list,
            withdrawal,
        })
    }

    pub(crate) async fn rename_wallet(&self, request: RenameWallet) -> Result<WalletList, IpcError> {
        let name = valid_name(&request.name)?;
        self.must_be_here(request.address)?;
        let mut tx = self.inner.store.begin().await?;
        wallets::rename(&mut tx, request.address, &name).await?;
        tx.commit().await?;
        self.wallets_changed();
        self.list_wallets().await
    }

    pub(crate) async fn use_wallet(&self, address: WalletAddress) -> Result<WalletView, IpcError> {
        self.must_be_here(address)?;
        if self.wallet_address()? == Some(address) {
            return self.operating_view();
        }
        self.nothing_under_way().await?;
        let mut tx = self.inner.store.begin().await?;
        wallets::operate(&mut tx, address).await?;
        tx.commit().await?;
        self.operate(Some(address));
        self.set_wallet(None);
        self.open_keychain_wallet().await;
        // A silent chain leaves the balances unknown; the watcher asks again.
        let _ = self.read_chain().await;
        self.operating_view()
    }

    pub(crate) async fn remove_wallet(&self, request: RemoveWallet) -> Result<WalletList, IpcError> {
        let address = request.address;
        self.must_be_here(address)?;
        let operates = self.wallet_address()? == Some(address);
        if operates {
            if self.own_addresses()?.len() > 1 {
                return Err(in_use("This is the operating wallet.").mend("Choose another one first."));
            }
            self.nothing_under_way().await?;
        }
        self.nothing_left(address, request.leave_balance).await?;
        let holdings = self.holdings(address).await?;
        let mut tx = self.inner.store.begin().await?;
        self.record_holdings(&mut tx, address, &holdings, Coming::Leaves)
            .await?;
        wallets::remove(&mut tx, address).await?;
        tx.commit().await?;
        // Last: a file without a row is taken in again at the next start, a row without a file could open nothing.
        self.with_wallet_store(move |store| store.remove(address)).await?;
        self.money_moved();
        if operates {
            self.operate(None);
            self.set_wallet(None);
        } else {
            self.wallets_changed();
        }
        self.list_wallets().await
    }

    fn must_be_here(&self, address: WalletAddress) -> Result<(), IpcError> {
        match self.inner.wallet_store.info(address)? {
            Some(_) => Ok(()),
            None => Err(WalletError::NoWallet.into()),
        }
    }

    /// Refuses while the operating wallet is needed for something that has begun.
    async fn nothing_under_way(&self) -> Result<(), IpcError> {
        let lends = {
            let facts = &self.state().facts;
            facts.wants_to_lend || facts.lease.is_some()
        };
        if lends {
            return Err(in_use("This machine lends for the present wallet.").mend("Stop lending first."));
        }
        if !self.unfinished_leases().await?.is_empty() {
            return Err(in_use("A lease of the present wallet is not closed.")
                .mend("Wait until it is paid and refunded; the Deployments page shows it."));
        }
        let mut read = self.inner.store.read().await?;
        let waiting = outbox::unfinished(&mut read).await?;
        drop(read);
        let on_its_way = waiting.iter().any(|row| row.state != OutboxState::Confirmed);
        let asked = self.history(None, 200).await?.into_iter();
        let mut gifts =
            asked.filter(|entry| entry.kind == EntryKind::Faucet && entry.state == EntryState::Pending);
        if on_its_way || gifts.next().is_some() {
            return Err(in_use("A transaction of the present wallet is on its way.")
                .mend("Wait a moment; the Earnings page shows it."));
        }
        Ok(())
    }

    /// Refuses while a wallet owns anything that its key is needed for.
    async fn nothing_left(&self, address: WalletAddress, leave_balance: bool) -> Result<(), IpcError> {
        let theirs = self.lease_rows().await?.into_iter().filter(|row| {
            let party = match row.side {
                Side::Provider => row.quote.provider,
                Side::Renter => row.quote.renter,
            };
            party == address && !matches!(row.stage, LeaseStage::Closed | LeaseStage::Abandoned)
        });
        if theirs.count() > 0 {
            return Err(
                in_use("A lease of this wallet is not closed.").mend("Wait until it is paid and refunded.")
            );
        }
        let chain = &self.net().await?.chain;
        if self.stake_on_chain(address).await? != StakeOnChain::default() {
            return Err(in_use("Devices carry stake of this wallet.")
                .mend("Unstake and withdraw it first: only this wallet can."));
        }
        let held = chain.balances(address).await?;
        let empty = held.io.0 == 0 && held.sol.0 == 0;
        if empty || leave_balance {
            return Ok(());
        }
        let text = format!("The wallet still holds {} and {}.", held.io, held.sol);
        Err(in_use(text).mend("Send it to another wallet first, or remove the wallet with what is in it."))
    }
}
