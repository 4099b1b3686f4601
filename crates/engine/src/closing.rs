//! Which transaction closed a lease, and what it moved beside the amounts that the lease's own account shows.

use hearth_chain::{client::MAX_SIGNATURES, transactions::TOKEN_ACCOUNT_BYTES};
use hearth_program_interface::{account::Lease, event::Event};
use hearth_store::leases::LeaseRow;
use hearth_types::{
    id::{LeaseId, TxSignature, WalletAddress},
    ipc::IpcError,
    money::Lamports,
};

use crate::engine::Engine;

/// How far the time of a block may be from the time that the program wrote down in it, seconds.
const SAME_MOMENT_SECONDS: u64 = 60;
/// Transactions of that moment that are looked at; anybody can name a lease's account in one.
const CANDIDATES: usize = 32;
/// How long a server may take to show the transaction of a lease that it shows closed, seconds. One that has pruned
/// its history never does.
const PATIENCE_SECONDS: u64 = 600;

/// How a lease was closed.
pub(crate) struct ClosedBy {
    /// The transaction, unless the server's history has lost it.
    pub(crate) signature: Option<TxSignature>,
    /// Rent that came back to the lease's renter.
    pub(crate) rent: Lamports,
}

impl Engine {
    /// What closed the lease; `None` while the server does not show it yet.
    pub(crate) async fn closed_by(
        &self,
        row: &LeaseRow,
        on_chain: &Lease,
    ) -> Result<Option<ClosedBy>, IpcError> {
        let chain = &self.net().await?.chain;
        let pays_rent = WalletAddress(on_chain.rent_payer) == row.quote.renter;
        if let Some((signature, rent)) = self.closing_transaction(row.quote.lease, on_chain).await? {
            let rent = if pays_rent { rent } else { Lamports::ZERO };
            let signature = Some(signature);
            return Ok(Some(ClosedBy { signature, rent }));
        }
        let since = chain.time().await?.seconds().saturating_sub(on_chain.closed_at);
        if since < PATIENCE_SECONDS {
            return Ok(None);
        }
        // Without its transaction the account's size is the best that is known of its rent.
        let rent = if pays_rent {
            chain.rent(TOKEN_ACCOUNT_BYTES).await?
        } else {
            Lamports::ZERO
        };
        let signature = None;
        Ok(Some(ClosedBy { signature, rent }))
    }

    /// The transaction with the program's word that it closed the lease, and what the escrow's account held in SOL.
    async fn closing_transaction(
        &self,
        lease: LeaseId,
        on_chain: &Lease,
    ) -> Result<Option<(TxSignature, Lamports)>, IpcError> {
        let chain = &self.net().await?.chain;
        let escrow = chain.program().escrow(lease).address;
        let account = chain.program().lease(lease).address;
        let named = chain.signatures_for(account, None, MAX_SIGNATURES).await?;
        let then = |at: u64| at.abs_diff(on_chain.closed_at) <= SAME_MOMENT_SECONDS;
        let candidates = named
            .iter()
            .filter(|found| found.error.is_none() && found.block_time.is_none_or(then));
        for found in candidates.take(CANDIDATES) {
            let Some(record) = chain.transaction_events(found.signature).await? else {
                continue;
            };
            let closes = |event: &Event| matches!(event, Event::Closed(closed) if closed.lease == lease.0);
            if record.events.iter().any(closes) {
                let rent = record.change_of(escrow).min(0).unsigned_abs();
                return Ok(Some((found.signature, Lamports(rent))));
            }
        }
        Ok(None)
    }
}
