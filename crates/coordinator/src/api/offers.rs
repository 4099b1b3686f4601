//! The market.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use hearth_protocol::coordinator::{ApiCode, OFFER_FRESH_SECONDS, Offers};
use hearth_types::{requirement::Requirement, time::UnixMillis};

use super::Refusal;
use crate::state::{App, Shared};

impl Shared {
    /// Heartbeats after this count as fresh.
    pub(crate) fn fresh_since(&self) -> UnixMillis {
        UnixMillis(self.clock.now().0.saturating_sub(OFFER_FRESH_SECONDS * 1_000))
    }
}

/// The most offers of one answer.
const MOST_OFFERS: usize = 1_000;

pub(super) async fn offers(
    State(app): State<App>,
    need: Result<Query<Requirement>, QueryRejection>,
) -> Result<Json<Offers>, Refusal> {
    let Query(need) = need
        .map_err(|error| Refusal::new(ApiCode::BadRequest, format!("the query does not parse: {error}")))?;
    let mut offers = app.db.offers(app.fresh_since()).await?;
    offers.retain(|listed| need.accepts(&listed.offer));
    offers.truncate(MOST_OFFERS);
    Ok(Json(Offers { offers }))
}
