//! Between columns and our types.

use hearth_types::time::UnixMillis;
use serde::{Serialize, de::DeserializeOwned};

use super::DbError;

pub(super) fn bytes<const N: usize>(column: Vec<u8>, what: &'static str) -> Result<[u8; N], DbError> {
    column.try_into().map_err(|_| DbError::Damaged(what))
}

pub(super) fn signed(number: u64) -> Result<i64, DbError> {
    i64::try_from(number).map_err(|_| DbError::TooLarge)
}

pub(super) fn unsigned(column: i64, what: &'static str) -> Result<u64, DbError> {
    u64::try_from(column).map_err(|_| DbError::Damaged(what))
}

pub(super) fn at(time: UnixMillis) -> Result<i64, DbError> {
    signed(time.0)
}

pub(super) fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|_| DbError::Damaged(what))
}

pub(super) fn from_json<T: DeserializeOwned>(column: &str, what: &'static str) -> Result<T, DbError> {
    serde_json::from_str(column).map_err(|_| DbError::Damaged(what))
}
