//! Quotes: a renter's request travels to the node's inbox, the node's signed answer back.

use std::time::Duration;

use axum::{Json, extract::State};
use hearth_market::{check_quote, offer::MAX_ESCROW, offer::MAX_LEASE_SECONDS};
use hearth_protocol::{
    coordinator::{
        Accepted, ApiCode, ApiError, INBOX_WAIT_SECONDS, Inbox, InboxRequest, QUOTE_WAIT_SECONDS,
        QuoteAnswer, QuoteRequest,
    },
    statement::SignedQuote,
};
use hearth_types::{id::NodeId, time::UnixMillis};
use tokio::time::Instant;

use super::{Refusal, signed::Signed};
use crate::{
    db::QuoteState,
    state::{App, Shared},
};

/// The most requests that wait for one node.
const MAX_WAITING: i64 = 16;
/// A delivered request that was not answered is delivered again after this, milliseconds: the reply may be lost.
const DELIVER_AGAIN: u64 = 3_000;
/// The longest sentence of a node that is passed on, characters.
const MAX_SENTENCE: usize = 300;

pub(super) async fn ask(
    State(app): State<App>,
    Signed { key, body: request }: Signed<QuoteRequest>,
) -> Result<Json<SignedQuote>, Refusal> {
    if request.session.0 != key {
        return Err(Refusal::new(
            ApiCode::Forbidden,
            "the session key of the request must sign it",
        ));
    }
    if !(1..=MAX_LEASE_SECONDS).contains(&request.seconds) {
        return Err(Refusal::new(
            ApiCode::BadRequest,
            format!("the time must be 1 to {MAX_LEASE_SECONDS} seconds"),
        ));
    }
    let node = app.db.node(request.node).await?;
    let listed = node.filter(|node| node.listed && node.beat_at > app.fresh_since());
    let Some(node) = listed else {
        return Err(Refusal::new(ApiCode::NotFound, "the node has no offer now"));
    };
    if !node.available {
        return Err(Refusal::new(ApiCode::Busy, "the node's devices are hired"));
    }
    let now = app.clock.now();
    let id = app.db.ask(&request, MAX_WAITING, asked_since(now), now).await?;
    let Some(id) = id else {
        return Err(Refusal::new(
            ApiCode::TooMany,
            "too many renters ask this node; try again",
        ));
    };
    app.wake.inbox.notify_waiters();
    let deadline = Instant::now() + Duration::from_secs(QUOTE_WAIT_SECONDS);
    loop {
        let called = app.wake.answers.notified();
        if let Some(answer) = app.db.answer_to(id).await? {
            return answer.map(Json).map_err(Refusal::from);
        }
        if !app.wait(called, deadline).await {
            return Err(Refusal::new(
                ApiCode::NodeSilent,
                "the node did not answer in time",
            ));
        }
    }
}

pub(super) async fn inbox(
    State(app): State<App>,
    Signed { key, body }: Signed<InboxRequest>,
) -> Result<Json<Inbox>, Refusal> {
    let node = NodeId(key);
    app.registered(node).await?;
    let wait = body.wait_seconds.min(INBOX_WAIT_SECONDS);
    let deadline = Instant::now() + Duration::from_secs(wait);
    loop {
        let called = app.wake.inbox.notified();
        let now = app.clock.now();
        let delivered_before = UnixMillis(now.0.saturating_sub(DELIVER_AGAIN));
        let quote_requests = app
            .db
            .inbox(node, asked_since(now), delivered_before, now)
            .await?;
        let nothing = quote_requests.is_empty();
        if !nothing || !app.wait(called, deadline).await {
            return Ok(Json(Inbox { quote_requests }));
        }
    }
}

pub(super) async fn answer(
    State(app): State<App>,
    Signed { key, body }: Signed<QuoteAnswer>,
) -> Result<Json<Accepted>, Refusal> {
    let node = NodeId(key);
    let asked = app.db.quote_request(body.id).await?;
    let now = app.clock.now();
    let open =
        asked.filter(|asked| asked.node == node && !asked.answered && asked.created_at > asked_since(now));
    let Some(asked) = open else {
        return Err(Refusal::new(
            ApiCode::NotFound,
            "no such request waits for an answer",
        ));
    };
    let answer = match body.answer {
        Ok(quote) => {
            app.check_answer(&asked, &quote).await?;
            Ok(quote)
        }
        Err(error) => Err(passed_on(error)),
    };
    if !app.db.answer(body.id, &answer, now).await? {
        return Err(Refusal::new(ApiCode::NotFound, "the request is answered already"));
    }
    app.wake.answers.notify_waiters();
    Ok(Json(Accepted {}))
}

impl Shared {
    /// Nothing is relayed that the renter would have to refuse. Whether it has expired is for the chain's clock.
    async fn check_answer(&self, asked: &QuoteState, signed: &SignedQuote) -> Result<(), Refusal> {
        let offer = self.registered(asked.node).await?.offer;
        let offer = offer.ok_or_else(|| Refusal::new(ApiCode::NotFound, "the node has no offer now"))?;
        check_quote(&signed.quote, &offer, &asked.request, MAX_ESCROW, UnixMillis(0))
            .map_err(|fault| Refusal::new(ApiCode::BadRequest, fault.to_string()))?;
        self.program
            .verify_quote(signed)
            .map_err(|error| Refusal::new(ApiCode::BadSignature, error.to_string()))
    }
}

/// Requests written before this have timed out.
fn asked_since(now: UnixMillis) -> UnixMillis {
    UnixMillis(now.0.saturating_sub(QUOTE_WAIT_SECONDS * 1_000))
}

/// A node speaks of being busy or unwilling, and of nothing else.
fn passed_on(error: ApiError) -> ApiError {
    let code = if error.code == ApiCode::Busy {
        ApiCode::Busy
    } else {
        ApiCode::Refused
    };
    let plain = error.message.chars().filter(|c| !c.is_control());
    ApiError::new(code, plain.take(MAX_SENTENCE).collect::<String>())
}
