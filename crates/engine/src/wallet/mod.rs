//! Wallet commands. Everything that touches a key runs on a blocking thread: argon2id takes its time.

use std::sync::{Arc, PoisonError};

use hearth_chain::{
    signer::TxSigner as _,
    wallet::{Wallet, WalletError, WalletStore, WordCount},
};
use hearth_types::{
    id::WalletAddress,
    ipc::{
        Code, CreateWallet, ImportWallet, IpcError, KeyStorage, NewWallet, Secret, Topic, UnlockWallet,
        WalletView,
    },
};

use crate::engine::{Engine, internal};

impl Engine {
    pub(crate) async fn create_wallet(&self, request: CreateWallet) -> Result<NewWallet, IpcError> {
        let count = match request.words {
            12 => WordCount::Twelve,
            24 => WordCount::TwentyFour,
            _ => return Err(WalletError::WordCount.into()),
        };
        let made = self
            .with_wallet_store(move |store| store.create(count, &request.protection))
            .await?;
        let (wallet, phrase) = made;
        let words = phrase.words().map(|word| Secret(word.to_owned())).collect();
        let address = wallet.address();
        self.set_wallet(Some(wallet));
        Ok(NewWallet { address, words })
    }

    pub(crate) async fn import_wallet(&self, request: ImportWallet) -> Result<WalletView, IpcError> {
        let wallet = self
            .with_wallet_store(move |store| store.import(&request.words, &request.protection))
            .await?;
        self.set_wallet(Some(wallet));
        self.wallet_view()
            .await?
            .ok_or_else(|| internal("the wallet is gone"))
    }

    pub(crate) async fn unlock_wallet(&self, request: UnlockWallet) -> Result<WalletView, IpcError> {
        let wallet = self
            .with_wallet_store(move |store| store.unlock(&request.passphrase))
            .await?;
        self.set_wallet(Some(wallet));
        self.wallet_view()
            .await?
            .ok_or_else(|| internal("the wallet is gone"))
    }

    pub(crate) async fn lock_wallet(&self) -> Result<WalletView, IpcError> {
        self.set_wallet(None);
        self.wallet_view()
            .await?
            .ok_or_else(|| WalletError::NoWallet.into())
    }

    /// Opens a wallet that needs no passphrase, so that an unattended start can sign.
    pub(crate) async fn open_keychain_wallet(&self) {
        if !matches!(self.inner.wallet_store.storage(), Ok(Some(KeyStorage::Keychain))) {
            return;
        }
        match self
            .with_wallet_store(|store| store.unlock(&Secret::default()))
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
        self.changed(Topic::Wallet);
        self.changed(Topic::Devices);
        self.inner.look_again.notify_one();
        self.status_changed();
    }

    /// The wallet's address, locked or not.
    pub(crate) fn wallet_address(&self) -> Result<Option<WalletAddress>, IpcError> {
        Ok(self.inner.wallet_store.address()?)
    }

    /// The address of a wallet that must be there.
    pub(crate) fn own_address(&self) -> Result<WalletAddress, IpcError> {
        self.wallet_address()?.ok_or_else(|| WalletError::NoWallet.into())
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
            None if self.inner.wallet_store.exists() => {
                Err(IpcError::new(Code::WalletLocked, "The wallet is locked.")
                    .mend("Unlock it on the Wallet page."))
            }
            None => Err(WalletError::NoWallet.into()),
        }
    }

    pub(crate) async fn wallet_view(&self) -> Result<Option<WalletView>, IpcError> {
        let Some(address) = self.wallet_address()? else {
            return Ok(None);
        };
        let storage = self
            .inner
            .wallet_store
            .storage()?
            .unwrap_or(KeyStorage::EncryptedFile);
        let locked = self
            .inner
            .wallet
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_none();
        let balances = self.state().balances;
        Ok(Some(WalletView {
            address,
            storage,
            locked,
            balances,
        }))
    }
}
