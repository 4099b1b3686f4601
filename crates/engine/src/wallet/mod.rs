//! Wallets: making, opening, locking, choosing. Everything that touches a key runs on a blocking thread: argon2id
//! takes its time.
//!
//! A profile has any number of wallets. One of them operates: it stakes, rents, earns and sends, and only that one is
//! ever open. What lends goes on without it.

mod backup;
mod contacts;
mod idle;
mod list;
mod look_alike;
mod register;
mod withdrawal;

use std::sync::{Arc, PoisonError};

use hearth_chain::{
    signer::TxSigner as _,
    wallet::{Wallet, WalletError, WalletInfo, WalletStore, WordCount},
};
use hearth_types::{
    id::WalletAddress,
    ipc::{
        Code, CreateWallet, ImportWallet, ImportWalletKey, IpcError, KeyStorage, NewWallet, Secret, Topic,
        UnlockWallet, WalletView,
    },
    network::Balances,
};

use crate::engine::{Engine, internal};

pub(crate) use backup::BackupQuestion;
pub(crate) use register::operating_wallet;

impl Engine {
    pub(crate) async fn create_wallet(&self, request: CreateWallet) -> Result<NewWallet, IpcError> {
        let count = WordCount::try_from(request.words)?;
        let (wallet, phrase) = self
            .with_wallet_store(move |store| store.create(count, &request.protection))
            .await?;
        let words = phrase.words().map(|word| Secret(word.to_owned())).collect();
        let address = wallet.address();
        self.take_in(wallet).await?;
        Ok(NewWallet { address, words })
    }

    pub(crate) async fn import_wallet(&self, request: ImportWallet) -> Result<WalletView, IpcError> {
        let wallet = self
            .with_wallet_store(move |store| store.import(&request.words, &request.protection))
            .await?;
        self.take_in_old(wallet).await
    }

    pub(crate) async fn import_wallet_key(&self, request: ImportWalletKey) -> Result<WalletView, IpcError> {
        let wallet = self
            .with_wallet_store(move |store| store.import_key(&request.key, &request.protection))
            .await?;
        self.take_in_old(wallet).await
    }

    pub(crate) async fn unlock_wallet(&self, request: UnlockWallet) -> Result<WalletView, IpcError> {
        let address = self.own_address()?;
        let wallet = self
            .with_wallet_store(move |store| store.unlock(address, &request.passphrase))
            .await?;
        self.set_wallet(Some(wallet));
        self.operating_view()
    }

    pub(crate) fn lock_wallet(&self) -> Result<WalletView, IpcError> {
        self.own_address()?;
        self.set_wallet(None);
        self.operating_view()
    }

    /// Opens a wallet that needs no passphrase, so that an unattended start can sign.
    pub(crate) async fn open_keychain_wallet(&self) {
        let Ok(Some(info)) = self.operating_info() else {
            return;
        };
        if info.storage != KeyStorage::Keychain {
            return;
        }
        match self
            .with_wallet_store(move |store| store.unlock(info.address, &Secret::default()))
            .await
        {
            Ok(wallet) => self.set_wallet(Some(wallet)),
            Err(error) => self.report(error),
        }
    }

    async fn with_wallet_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&WalletStore) -> Result<T, WalletError> + Send + 'static,
    ) -> Result<T, IpcError> {
        let store = self.inner.wallet_store.clone();
        Ok(tokio::task::spawn_blocking(move || work(&store))
            .await
            .map_err(internal)??)
    }

    fn set_wallet(&self, wallet: Option<Wallet>) {
        *self.inner.wallet.write().unwrap_or_else(PoisonError::into_inner) = wallet.map(Arc::new);
        self.state().backup_question = None;
        self.wallets_changed();
    }

    fn wallets_changed(&self) {
        self.changed(Topic::Wallet);
        self.changed(Topic::Devices);
        self.inner.look_again.notify_one();
        self.status_changed();
    }

    fn is_open(&self) -> bool {
        let wallet = self.inner.wallet.read().unwrap_or_else(PoisonError::into_inner);
        wallet.is_some()
    }

    /// What the operating wallet's file says; `None` when there is no wallet.
    fn operating_info(&self) -> Result<Option<WalletInfo>, IpcError> {
        let operating = *self
            .inner
            .operating
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        match operating {
            Some(address) => Ok(self.inner.wallet_store.info(address)?),
            None => Ok(None),
        }
    }

    /// The operating wallet's address, locked or not.
    pub(crate) fn wallet_address(&self) -> Result<Option<WalletAddress>, IpcError> {
        Ok(self.operating_info()?.map(|info| info.address))
    }

    /// The address of a wallet that must be there.
    pub(crate) fn own_address(&self) -> Result<WalletAddress, IpcError> {
        self.wallet_address()?.ok_or_else(|| WalletError::NoWallet.into())
    }

    /// Every wallet of the profile: together they hold what the history counts as the wallet.
    pub(crate) fn own_addresses(&self) -> Result<Vec<WalletAddress>, IpcError> {
        let wallets = self.inner.wallet_store.list()?;
        Ok(wallets.into_iter().map(|info| info.address).collect())
    }

    /// The open wallet, for signing.
    pub(crate) fn open_wallet(&self) -> Result<Arc<Wallet>, IpcError> {
        let open = self
            .inner
            .wallet
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        match open {
            Some(wallet) => Ok(wallet),
            None if self.operating_info()?.is_some() => {
                Err(IpcError::new(Code::WalletLocked, "The wallet is locked.")
                    .mend("Unlock it on the Wallet page."))
            }
            None => Err(WalletError::NoWallet.into()),
        }
    }

    /// The operating wallet as shown; `None` when there is none.
    pub(crate) fn wallet_view(&self) -> Result<Option<WalletView>, IpcError> {
        let Some(info) = self.operating_info()? else {
            return Ok(None);
        };
        let balances = self.state().balances;
        Ok(Some(view(info, !self.is_open(), balances)))
    }

    fn operating_view(&self) -> Result<WalletView, IpcError> {
        self.wallet_view()?.ok_or_else(|| WalletError::NoWallet.into())
    }

    /// A wallet as shown, operating or not.
    fn view_of(&self, address: WalletAddress) -> Result<WalletView, IpcError> {
        match self.wallet_view()?.filter(|wallet| wallet.address == address) {
            Some(wallet) => Ok(wallet),
            None => {
                let info = self.inner.wallet_store.info(address)?;
                let info = info.ok_or(WalletError::NoWallet)?;
                Ok(view(info, true, Balances::default()))
            }
        }
    }
}

fn view(info: WalletInfo, locked: bool, balances: Balances) -> WalletView {
    WalletView {
        address: info.address,
        storage: info.storage,
        locked,
        balances,
    }
}
