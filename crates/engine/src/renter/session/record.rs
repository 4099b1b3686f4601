//! What a session writes down, each before it is acted on.

use hearth_market::{billing::Prepaid, renter::RenterEnd};
use hearth_protocol::statement::SignedVoucher;
use hearth_store::leases::{self, LeaseEnd, Voucher};
use hearth_types::{
    ipc::{IpcError, Topic},
    lease::LeaseStage,
    money::Io,
};

use super::Session;

impl Session {
    pub(super) async fn record_running(&mut self) -> Result<(), IpcError> {
        if self.row.stage == LeaseStage::Running {
            return Ok(());
        }
        let mut tx = self.engine.inner.store.begin().await?;
        leases::advance(&mut tx, self.key, LeaseStage::Running).await?;
        tx.commit().await?;
        self.row.stage = LeaseStage::Running;
        self.engine.changed(Topic::Leases);
        Ok(())
    }

    /// The node has stored a voucher. What it says twice is written once.
    pub(super) async fn record_acknowledged(&mut self, amount: u64) -> Result<(), IpcError> {
        let highest = self.row.voucher.filter(|voucher| voucher.amount.0 == amount);
        let Some(voucher) = highest.filter(|voucher| voucher.amount > self.row.acknowledged) else {
            return Ok(());
        };
        let mut tx = self.engine.inner.store.begin().await?;
        leases::acknowledge_voucher(&mut tx, self.key, voucher.amount, voucher.seconds).await?;
        tx.commit().await?;
        self.row.acknowledged = voucher.amount;
        Ok(())
    }

    /// Signs a voucher and stores it; it is given away after that.
    pub(super) async fn record_voucher(&mut self, next: Prepaid) -> Result<SignedVoucher, IpcError> {
        let scope = self.engine.net().await?.scope;
        let voucher = scope.sign_voucher(&self.signer, self.key.id, next.amount.0, next.seconds);
        let stored = Voucher {
            amount: next.amount,
            seconds: next.seconds,
            signature: voucher.signature.0,
        };
        let mut tx = self.engine.inner.store.begin().await?;
        leases::store_voucher(&mut tx, self.key, stored).await?;
        tx.commit().await?;
        self.row.voucher = Some(stored);
        fail::fail_point!("renter::before_voucher");
        self.engine.changed(Topic::Leases);
        Ok(voucher)
    }

    /// The end, with the node's consent when it gave a good one. Without, what was prepaid may be settled by the
    /// provider and the rest comes back at the latest after the settle window.
    pub(super) async fn record_end(&mut self, ended: RenterEnd) -> Result<(), IpcError> {
        let detail = match ended.fault {
            Some(fault) => Some(format!("The node's account was refused: {fault}.")),
            None if ended.close.is_none() => self
                .detail
                .take()
                .or_else(|| Some("Provider and renter lost each other.".to_owned())),
            None => self.detail.take(),
        };
        let (amount, seconds) = ended
            .close
            .map_or((ended.prepaid.amount, ended.prepaid.seconds), |close| {
                (Io(close.amount), close.seconds)
            });
        let end = LeaseEnd {
            reason: ended.reason,
            detail,
            amount,
            seconds,
        };
        let mut tx = self.engine.inner.store.begin().await?;
        leases::end(&mut tx, self.key, end).await?;
        if let Some(close) = ended.close {
            leases::set_node_close_signature(&mut tx, self.key, close.signature.0).await?;
        }
        if let Some(code) = self.exit_code {
            leases::set_exit_code(&mut tx, self.key, code).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
