//! The one mapping from what went wrong to an HTTP answer. Internals are logged, never shown.

use std::error::Error as _;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use hearth_chain::ChainError;
use hearth_protocol::coordinator::{ApiCode, ApiError};

use crate::db::{CounterError, DbError};

/// A non-2xx answer.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: ApiError,
}

impl Refusal {
    pub(crate) fn new(code: ApiCode, message: impl Into<String>) -> Self {
        ApiError::new(code, message).into()
    }

    pub(crate) fn too_many() -> Self {
        Self::new(ApiCode::TooMany, "too many requests; wait a moment")
    }

    pub(crate) fn too_large() -> Self {
        Self {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            body: ApiError::new(ApiCode::BadRequest, "the body is too large"),
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(body: ApiError) -> Self {
        Self {
            status: status(body.code),
            body,
        }
    }
}

impl From<DbError> for Refusal {
    fn from(error: DbError) -> Self {
        match &error {
            DbError::TooLarge => return Self::new(ApiCode::BadRequest, "a number is too large"),
            DbError::Sql(sqlx::Error::Database(cause))
                if cause.is_unique_violation()
                    || cause.is_foreign_key_violation()
                    || cause.is_check_violation() =>
            {
                tracing::info!(error = %cause, "a constraint refused a request");
                return Self {
                    status: StatusCode::CONFLICT,
                    body: ApiError::new(ApiCode::BadRequest, "the request contradicts what is stored"),
                };
            }
            DbError::Sql(_) | DbError::Damaged(_) => {}
        }
        let cause = error.source().map(ToString::to_string);
        tracing::error!(%error, cause, "a request failed");
        Self::new(ApiCode::Internal, "the coordinator failed; try again")
    }
}

impl From<CounterError> for Refusal {
    fn from(error: CounterError) -> Self {
        match error {
            CounterError::Stale { expected } => ApiError {
                expected_counter: Some(expected),
                ..ApiError::new(
                    ApiCode::StaleCounter,
                    "the request's counter was used before; use a higher one",
                )
            }
            .into(),
            CounterError::Db(error) => error.into(),
        }
    }
}

impl From<ChainError> for Refusal {
    fn from(error: ChainError) -> Self {
        tracing::warn!(%error, "the chain cannot be asked");
        Self::new(
            ApiCode::ChainUnreachable,
            "the coordinator cannot reach the chain; try again",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

const fn status(code: ApiCode) -> StatusCode {
    match code {
        ApiCode::BadRequest => StatusCode::BAD_REQUEST,
        ApiCode::BadSignature => StatusCode::UNAUTHORIZED,
        ApiCode::Forbidden | ApiCode::NotRegistered => StatusCode::FORBIDDEN,
        ApiCode::NotFound => StatusCode::NOT_FOUND,
        ApiCode::StaleCounter
        | ApiCode::StakeMissing
        | ApiCode::Busy
        | ApiCode::Refused
        | ApiCode::WrongNetwork => StatusCode::CONFLICT,
        ApiCode::BadSettlement => StatusCode::UNPROCESSABLE_ENTITY,
        ApiCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ApiCode::NodeSilent => StatusCode::GATEWAY_TIMEOUT,
        ApiCode::ChainUnreachable => StatusCode::SERVICE_UNAVAILABLE,
        ApiCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
