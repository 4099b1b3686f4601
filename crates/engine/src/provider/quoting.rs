//! Quote requests: the node's signed consent to a lease.

use std::time::Duration;

use hearth_market::quote::make_quote;
use hearth_program_interface::account::NO_LEASE;
use hearth_protocol::{
    coordinator::{
        Accepted, ApiCode, ApiError, INBOX_WAIT_SECONDS, Inbox, InboxRequest, PendingQuoteRequest,
        QUOTE_VALID_SECONDS, QuoteAnswer, QuoteRequest,
    },
    statement::SignedQuote,
};
use hearth_store::quotes::{self, QuoteRow};
use hearth_types::{id::LeaseId, ipc::IpcError, lease::Side, market::Offer, time::UnixMillis};
use tokio::time::Instant;

use super::Online;

/// A stranger's keys cost nothing; a quote costs this node a row and a signature.
const MAX_OPEN_QUOTES: usize = 64;
/// How long an expired quote is kept: a lease may have been opened in its last second.
const FORGET_AFTER_MILLIS: u64 = 600_000;
/// How long a given quote is watched: the last second's transaction needs time to show.
pub(super) const WATCHED: Duration = Duration::from_secs(QUOTE_VALID_SECONDS + 5);

impl Online {
    /// Waits for requests and answers them.
    pub(super) async fn answer_quote_requests(&self) {
        let key = self.engine.node_signer();
        let wait = InboxRequest {
            wait_seconds: INBOX_WAIT_SECONDS,
        };
        loop {
            let inbox = self
                .engine
                .inner
                .coordinator
                .post(&key, "/v1/nodes/inbox", &wait)
                .await;
            let inbox: Inbox = match inbox {
                Ok(inbox) => inbox,
                Err(error) => {
                    tracing::debug!(%error, "inbox");
                    tokio::time::sleep(super::RETRY).await;
                    continue;
                }
            };
            for request in inbox.quote_requests {
                if let Err(error) = self.answer(request).await {
                    tracing::info!(code = ?error.code, "a quote request was not answered: {}", error.message);
                }
            }
        }
    }

    async fn answer(&self, pending: PendingQuoteRequest) -> Result<(), IpcError> {
        let answer = match self.quote(&pending.request).await {
            Ok(answer) => answer,
            Err(error) => Err(ApiError::new(ApiCode::Refused, error.message)),
        };
        if answer.is_ok() {
            // Before it is given: the answer to this request may be lost, the quote not.
            self.quotes_open_until.send_replace(Instant::now() + WATCHED);
        }
        let key = self.engine.node_signer();
        let body = QuoteAnswer {
            id: pending.id,
            answer,
        };
        let _: Accepted = self
            .engine
            .inner
            .coordinator
            .post(&key, "/v1/nodes/quotes", &body)
            .await?;
        Ok(())
    }

    /// A quote, or why there is none. Stored before it is given away.
    async fn quote(&self, request: &QuoteRequest) -> Result<Result<SignedQuote, ApiError>, IpcError> {
        if !self.leases.lock().await.is_empty() {
            return Ok(Err(ApiError::new(ApiCode::Busy, "The devices are hired.")));
        }
        let Some(offer) = self.engine.current_offer().await? else {
            return Ok(Err(ApiError::new(
                ApiCode::Refused,
                "The node has nothing to lend now.",
            )));
        };
        if self.hired_on_chain(&offer).await? {
            return Ok(Err(ApiError::new(
                ApiCode::Busy,
                "The last lease is being settled; ask again in a moment.",
            )));
        }
        let network = self.engine.net().await?;
        // Quotes expire by the chain's clock.
        let now = network.chain.time().await?;
        if self.open_quotes(now).await? >= MAX_OPEN_QUOTES {
            let busy = "Many renters ask this node just now; ask again in a minute.";
            return Ok(Err(ApiError::new(ApiCode::Busy, busy)));
        }
        let quote = match make_quote(&offer, request, now, LeaseId(rand::random())) {
            Ok(quote) => quote,
            Err(refusal) => {
                return Ok(Err(ApiError::new(
                    ApiCode::Refused,
                    format!("No quote: {refusal}."),
                )));
            }
        };
        let accounts = network.chain.program().devices(quote.provider, &quote.devices);
        let signed = network
            .scope
            .sign_quote(&self.engine.node_signer(), quote, &accounts);
        let row = QuoteRow {
            side: Side::Provider,
            quote: signed.quote.clone(),
            node_signature: signed.signature.0,
            session_secret: None,
        };
        let mut tx = self.engine.inner.store.begin().await?;
        quotes::put(&mut tx, &row).await?;
        tx.commit().await?;
        Ok(Ok(signed))
    }

    /// Quotes that can still be opened. Old ones are forgotten on the way.
    async fn open_quotes(&self, now: UnixMillis) -> Result<usize, IpcError> {
        let mut tx = self.engine.inner.store.begin().await?;
        let long_ago = UnixMillis(now.0.saturating_sub(FORGET_AFTER_MILLIS));
        quotes::forget_expired(&mut tx, long_ago).await?;
        let open = quotes::valid(&mut tx, Side::Provider, now).await?.len();
        tx.commit().await?;
        Ok(open)
    }

    /// Whether the chain still holds a device for an earlier lease.
    async fn hired_on_chain(&self, offer: &Offer) -> Result<bool, IpcError> {
        let network = self.engine.net().await?;
        let accounts = network.chain.devices_of(offer.provider).await?;
        Ok(accounts.iter().any(|account| {
            account.lease != NO_LEASE
                && offer
                    .devices
                    .iter()
                    .any(|device| device.id.0 == account.device_id)
        }))
    }
}
