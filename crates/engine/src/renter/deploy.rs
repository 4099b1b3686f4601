//! From a quote to an open lease.

use hearth_chain::signer::TxSigner as _;
use hearth_protocol::statement::SignedQuote;
use hearth_store::{
    Tx,
    leases::{self, LeaseKey, NewLease},
    ledger::Movement,
    outbox::OutboxKind,
    quotes,
};
use hearth_types::{
    id::{LeaseId, Signature, TxSignature},
    ipc::{Code, Deploy, IpcError, Topic},
    lease::{DeploymentView, LeaseStage, Side},
    market::Quote,
    money::Lamports,
};

use crate::{
    engine::{Engine, internal},
    money::{Plan, entry},
    state::{KnownQuote, now},
};

/// The longest title, characters.
const MAX_TITLE: usize = 120;

fn key(lease: LeaseId) -> LeaseKey {
    LeaseKey {
        id: lease,
        side: Side::Renter,
    }
}

/// The escrow is on chain.
pub(crate) async fn opened(tx: &mut Tx, lease: LeaseId, signature: TxSignature) -> Result<(), IpcError> {
    leases::set_open_signature(tx, key(lease), signature).await?;
    let row = leases::get(tx, key(lease)).await?;
    if row.stage == LeaseStage::Opening {
        leases::advance(tx, key(lease), LeaseStage::Connecting).await?;
    }
    Ok(())
}

/// The escrow never happened.
pub(crate) async fn abandoned(tx: &mut Tx, lease: LeaseId) -> Result<(), IpcError> {
    let reason = "The escrow transaction did not happen. Nothing was paid.";
    Ok(leases::abandon(tx, key(lease), reason, now()).await?)
}

impl Engine {
    /// Opens the lease; the session that runs the job follows by itself, also after a restart.
    pub(crate) async fn deploy(&self, request: Deploy) -> Result<DeploymentView, IpcError> {
        let Deploy { lease, job, title } = request;
        job.validate().map_err(|cause| {
            IpcError::new(Code::BadJob, format!("The job is refused: {cause}."))
                .mend("Change the job and try again.")
        })?;
        let wallet = self.open_wallet()?;
        let KnownQuote {
            quote, device_name, ..
        } = self.quote(lease)?;
        if quote.renter != wallet.address() {
            return Err(
                IpcError::new(Code::WrongNetwork, "The quote is for another wallet.")
                    .mend("Ask for a new quote."),
            );
        }
        self.review_deploy(lease).await?;
        let network = self.net().await?;
        let stored = self.stored_quote(lease).await?;
        let signed = SignedQuote {
            quote: quote.clone(),
            signature: Signature(stored.node_signature),
        };
        let rent = network.chain.rent_for_open().await?;
        let recent = network.chain.latest_blockhash().await?;
        let transaction = network
            .chain
            .transactions()
            .open_lease(&recent, &*wallet, &signed)?;
        self.try_out(&transaction).await?;
        let sol = [transaction.fee.0, rent.kept.0, rent.returned.0]
            .into_iter()
            .fold(0, u64::saturating_add);
        let entries = vec![
            entry(format!("escrow:{lease}"), Movement::LeaseEscrow(quote.escrow))?
                .lease(lease)
                .note(device_name.clone()),
            entry(format!("escrow:{lease}:fee"), Movement::NetworkFee(Lamports(sol)))?.lease(lease),
        ];
        let mut tx = self.inner.store.begin().await?;
        let new = NewLease {
            side: Side::Renter,
            quote,
            node_signature: stored.node_signature,
            session_secret: stored.session_secret,
            device_name,
            title: title.chars().take(MAX_TITLE).collect(),
            job: Some(job),
            opened_at: now(),
            open_signature: Some(transaction.signature),
        };
        leases::insert(&mut tx, new).await?;
        quotes::forget(&mut tx, lease, Side::Renter).await?;
        self.state().quotes.remove(&lease);
        let key = format!("open:{lease}");
        let plan = Plan {
            kind: OutboxKind::LeaseOpen,
            key,
            lease: Some(lease),
            transaction,
            entries,
        };
        self.submit(tx, plan).await?;
        self.changed(Topic::Leases);
        self.deployment(lease).await
    }

    /// A quote with its node's signature.
    pub(crate) async fn signed_quote(&self, quote: Quote) -> Result<SignedQuote, IpcError> {
        let stored = self.stored_quote(quote.lease).await?;
        let signature = Signature(stored.node_signature);
        Ok(SignedQuote { quote, signature })
    }

    async fn stored_quote(&self, lease: LeaseId) -> Result<quotes::QuoteRow, IpcError> {
        let mut read = self.inner.store.read().await?;
        let stored = quotes::get(&mut read, lease, Side::Renter).await?;
        stored.ok_or_else(|| internal("the quote's signature is gone"))
    }

    /// Tells the node to stop, now or as soon as it is reached, also after a restart; before a node is reached, the
    /// lease just ends unused.
    pub(crate) async fn stop_deployment(&self, lease: LeaseId) -> Result<DeploymentView, IpcError> {
        let view = self.deployment(lease).await?;
        if view.lease.stage <= LeaseStage::Running {
            self.stop_session(lease).await?;
        }
        self.deployment(lease).await
    }
}
