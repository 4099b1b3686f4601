//! The market and quotes.

use std::time::Duration;

use ed25519_dalek::SigningKey;
use hearth_market::quote::check_quote;
use hearth_protocol::{coordinator::QuoteRequest, statement::SignedQuote};
use hearth_store::{
    leases::SealedSecret,
    quotes::{self, QuoteRow},
};
use hearth_types::{
    id::{LeaseId, NodeId, SessionKey},
    ipc::{Code, IpcError},
    lease::Side,
    market::{ListedOffer, Quote},
    money::Io,
    requirement::Requirement,
    time::UnixMillis,
};
use tokio::time::Instant;

use crate::{engine::Engine, state::KnownQuote};

/// A quote is good for two minutes; one that says more is asked for anew after an hour.
const LONGEST_QUOTE: Duration = Duration::from_secs(3_600);
/// How long an expired quote is kept: a lease may have been opened on this node's own in its last second.
const FORGET_AFTER_MILLIS: u64 = 600_000;

impl Engine {
    /// The market: offers that serve the need. A coordinator that answers with others is corrected.
    pub(crate) async fn list_offers(&self, need: &Requirement) -> Result<Vec<ListedOffer>, IpcError> {
        let mut offers = self.inner.coordinator.offers(need).await?.offers;
        offers.retain(|listed| need.accepts(&listed.offer));
        Ok(offers)
    }

    /// Asks a node for its consent and checks the answer against what it lists.
    pub(crate) async fn request_quote(&self, node: NodeId, seconds: u64) -> Result<Quote, IpcError> {
        let renter = self.own_address()?;
        let network = self.net().await?;
        let listed = self
            .list_offers(&Requirement::default())
            .await?
            .into_iter()
            .find(|listed| listed.offer.node == node);
        let listed = listed.ok_or_else(|| {
            IpcError::new(Code::NotFound, "This offer is no longer in the market.")
                .mend("Choose another one.")
        })?;
        let session = SigningKey::from_bytes(&rand::random());
        let public = SessionKey(session.verifying_key().to_bytes());
        let request = QuoteRequest {
            node,
            renter,
            session: public,
            seconds,
        };
        let signed: SignedQuote = self
            .inner
            .coordinator
            .post(&session, "/v1/quotes", &request)
            .await?;
        network.chain.program().verify_quote(&signed)?;
        // Quotes expire by the chain's clock, whatever this machine's says.
        let now = network.chain.time().await?;
        // The budget is the review step: the user sees the escrow before anything is paid.
        check_quote(&signed.quote, &listed.offer, &request, Io(u64::MAX), now).map_err(|fault| {
            IpcError::new(
                Code::NoQuote,
                "The node's quote is not what it lists. Nothing was paid.",
            )
            .mend("Ask again, or choose another offer.")
            .detail(fault)
        })?;
        let name = listed
            .offer
            .devices
            .first()
            .map(|d| d.name.clone())
            .unwrap_or_default();
        let row = QuoteRow {
            side: Side::Renter,
            quote: signed.quote.clone(),
            node_signature: signed.signature.0,
            session_secret: Some(SealedSecret(session.to_bytes().to_vec())),
        };
        let mut tx = self.inner.store.begin().await?;
        let long_ago = UnixMillis(now.0.saturating_sub(FORGET_AFTER_MILLIS));
        quotes::forget_expired(&mut tx, long_ago).await?;
        quotes::put(&mut tx, &row).await?;
        tx.commit().await?;
        let good_for = signed.quote.expires_at.0.saturating_sub(now.0);
        let known = KnownQuote {
            quote: signed.quote.clone(),
            device_name: name,
            // A node may promise for longer than anybody remembers.
            good_until: Instant::now() + Duration::from_millis(good_for).min(LONGEST_QUOTE),
        };
        let mut state = self.state();
        state.quotes.retain(|_, quote| quote.good_until > Instant::now());
        state.quotes.insert(signed.quote.lease, known);
        Ok(signed.quote)
    }

    /// A quote that was asked for since the start and is still good.
    pub(crate) fn quote(&self, lease: LeaseId) -> Result<KnownQuote, IpcError> {
        let quote = self.state().quotes.get(&lease).cloned();
        let quote = quote.ok_or_else(|| {
            IpcError::new(Code::NotFound, "This quote is not known.").mend("Ask for a new one.")
        })?;
        if quote.good_until <= Instant::now() {
            return Err(
                IpcError::new(Code::QuoteExpired, "The quote has expired. Nothing was paid.")
                    .mend("Ask for a new one."),
            );
        }
        Ok(quote)
    }
}
