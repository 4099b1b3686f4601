//! The market.

use axum::{Json, extract::State};
use hearth_protocol::coordinator::{OFFER_FRESH_SECONDS, Offers};
use hearth_types::time::UnixMillis;

use super::Refusal;
use crate::state::{App, Shared};

impl Shared {
    /// Heartbeats after this count as fresh.
    pub(crate) fn fresh_since(&self) -> UnixMillis {
        UnixMillis(self.clock.now().0.saturating_sub(OFFER_FRESH_SECONDS * 1_000))
    }
}

pub(super) async fn offers(State(app): State<App>) -> Result<Json<Offers>, Refusal> {
    let offers = app.db.offers(app.fresh_since()).await?;
    Ok(Json(Offers { offers }))
}
