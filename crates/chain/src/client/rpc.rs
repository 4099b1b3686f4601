//! One request: errors sorted, addresses kept out of them.

use serde_json::Value;
use solana_client::{
    client_error::{ClientError, ClientErrorKind},
    rpc_request::{RpcError, RpcRequest},
};

use super::{ChainClient, ChainError, TxError};

/// Longest server message that is repeated, characters.
const MAX_MESSAGE_CHARS: usize = 300;

impl ChainClient {
    pub(super) async fn request<T: serde::de::DeserializeOwned>(
        &self,
        request: RpcRequest,
        params: Value,
    ) -> Result<T, ChainError> {
        self.rpc.send(request, params).await.map_err(sorted)
    }
}

/// Sorts a client error by what it means to a caller.
pub(super) fn sorted(error: ClientError) -> ChainError {
    if let Some(refusal) = error.get_transaction_error() {
        return ChainError::Refused(TxError::from(&refusal));
    }
    match *error.kind {
        ClientErrorKind::Io(cause) => ChainError::Unreachable(cause.into()),
        // The address in it may hold an access token.
        ClientErrorKind::Reqwest(cause) => ChainError::Unreachable(cause.without_url().into()),
        ClientErrorKind::Middleware(_) => ChainError::Unreachable("the request could not be sent".into()),
        ClientErrorKind::RpcError(RpcError::RpcResponseError { code, message, .. }) => ChainError::Server {
            code,
            message: message.chars().take(MAX_MESSAGE_CHARS).collect(),
        },
        ClientErrorKind::RpcError(
            RpcError::RpcRequestError(_) | RpcError::ParseError(_) | RpcError::ForUser(_),
        )
        | ClientErrorKind::SerdeJson(_)
        | ClientErrorKind::Custom(_) => ChainError::BadAnswer("not the JSON expected"),
        ClientErrorKind::SigningError(_) | ClientErrorKind::TransactionError(_) => {
            ChainError::BadAnswer("an error that belongs to no request")
        }
    }
}
