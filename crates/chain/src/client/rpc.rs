//! One request, decoded.

use serde::de::DeserializeOwned;
use serde_json::Value;
use solana_client::rpc_request::RpcRequest;

use super::{ChainClient, ChainError, transport::Failure};

impl ChainClient {
    /// Asks whichever server answers.
    pub(super) async fn request<T: DeserializeOwned>(
        &self,
        request: RpcRequest,
        params: Value,
    ) -> Result<T, ChainError> {
        decoded(self.servers.ask(request, params).await?)
    }

    /// Asks this server and no other. One of several that failed just now is left alone for a while, so that nobody waits
    /// for a dead server at every step.
    pub(super) async fn request_of<T: DeserializeOwned>(
        &self,
        server: usize,
        request: RpcRequest,
        params: Value,
    ) -> Result<T, ChainError> {
        if self.servers.is_resting(server) {
            return Err(ChainError::Unreachable("the server failed a moment ago".into()));
        }
        let answer = self.servers.ask_one(server, request, params).await;
        decoded(answer.map_err(|Failure { error, .. }| error)?)
    }
}

fn decoded<T: DeserializeOwned>(answer: Value) -> Result<T, ChainError> {
    serde_json::from_value(answer).map_err(|_| ChainError::BadAnswer("not the JSON expected"))
}
