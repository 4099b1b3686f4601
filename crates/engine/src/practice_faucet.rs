//! What the command line asks of a practice network without an engine.

use hearth_chain::{ChainClient, ChainConfig};
use hearth_types::{
    id::{Address, TxSignature, WalletAddress},
    ipc::IpcError,
    money::Io,
    network::NetworkKind,
};

fn client(rpc_url: &str) -> ChainClient {
    ChainClient::new(ChainConfig {
        rpc_url: rpc_url.to_owned(),
        network: NetworkKind::Practice,
        // The faucet needs neither.
        program: Address([0; 32]),
        io_mint: Address([0; 32]),
    })
}

/// Practice IO and a little SOL for any wallet.
///
/// # Errors
/// [`hearth_types::ipc::Code::Faucet`] or [`hearth_types::ipc::Code::ChainUnreachable`].
pub async fn practice_faucet(
    rpc_url: &str,
    wallet: WalletAddress,
    amount: Io,
) -> Result<TxSignature, IpcError> {
    Ok(client(rpc_url).faucet(wallet, amount).await?)
}

/// A practice network's addresses and parameters, as it tells them.
///
/// # Errors
/// [`hearth_types::ipc::Code::ChainUnreachable`].
pub async fn practice_info(rpc_url: &str) -> Result<serde_json::Value, IpcError> {
    Ok(client(rpc_url).practice_info().await?)
}
