//! Where what the app pays out by itself goes. A change waits three days and is shown while it does, so that nobody
//! who sits down at an open wallet can turn the payouts away unseen.

use hearth_store::withdrawal;
use hearth_types::{
    id::WalletAddress,
    ipc::{Code, IpcError, Topic, Withdrawal, WithdrawalChange},
    time::UnixMillis,
};

use crate::{engine::Engine, state::now};

/// How long a change waits: 72 hours.
const WAIT_MILLIS: u64 = 72 * 3600 * 1000;

impl Engine {
    /// What is in force now, and the change that waits.
    pub(crate) async fn withdrawal(&self) -> Result<Withdrawal, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(withdrawal::load(&mut read, now()).await?)
    }

    pub(crate) async fn set_withdrawal_address(
        &self,
        address: Option<WalletAddress>,
    ) -> Result<Withdrawal, IpcError> {
        // Who may not sign may not say where money goes.
        self.open_wallet()?;
        let mut tx = self.inner.store.begin().await?;
        let now = now();
        let mut held = withdrawal::load(&mut tx, now).await?;
        if held.change.is_some_and(|change| change.address == address) {
            // Asking twice does not begin the waiting anew.
            return Ok(held);
        }
        if held.address == address {
            return Err(IpcError::new(
                Code::BadRequest,
                "This is the withdrawal address already.",
            ));
        }
        held.change = Some(WithdrawalChange {
            address,
            at: UnixMillis(now.0.saturating_add(WAIT_MILLIS)),
        });
        withdrawal::save(&mut tx, &held).await?;
        tx.commit().await?;
        self.changed(Topic::Wallet);
        Ok(held)
    }

    /// Keeps the present address. Needs no open wallet: it can only prevent.
    pub(crate) async fn cancel_withdrawal_change(&self) -> Result<Withdrawal, IpcError> {
        let mut tx = self.inner.store.begin().await?;
        let mut held = withdrawal::load(&mut tx, now()).await?;
        if held.change.take().is_none() {
            return Err(IpcError::new(Code::NotFound, "No change is waiting."));
        }
        withdrawal::save(&mut tx, &held).await?;
        tx.commit().await?;
        self.changed(Topic::Wallet);
        Ok(held)
    }
}
