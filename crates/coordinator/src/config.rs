//! How to start, and why it may not.

use std::{io, net::SocketAddr, path::PathBuf};

use hearth_chain::Keypair;
use hearth_protocol::coordinator::PriceSample;
use hearth_types::{network::NetworkInfo, time::UnixMillis};

/// Tells what currencies cost at a moment. A network without prices gives an empty list, never a zero.
pub type PriceFeed = fn(UnixMillis) -> Vec<PriceSample>;

/// The feed of a network of which nobody told the coordinator any price.
#[must_use]
pub fn no_prices(_now: UnixMillis) -> Vec<PriceSample> {
    Vec::new()
}

/// How to start a coordinator.
#[derive(Debug)]
pub struct CoordinatorConfig {
    /// Folder of the database; made when absent.
    pub data_dir: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The chain's JSON-RPC server. It need not answer yet.
    pub rpc_url: String,
    /// The network that is served.
    pub network: NetworkInfo,
    /// Pays the fees of settling.
    pub fee_payer: Keypair,
    /// What currencies cost; told to whoever asks about the network.
    pub prices: PriceFeed,
}

/// Why a coordinator does not start.
#[derive(Debug, thiserror::Error)]
pub enum CoordinatorError {
    /// The data folder cannot be made or used.
    #[error("cannot use the data folder {path}")]
    DataDir {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The database cannot be opened or brought up to date.
    #[error("cannot open the coordinator's database")]
    Database(#[source] sqlx::Error),
    /// A migration failed.
    #[error("cannot bring the coordinator's database up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A newer version wrote the database.
    #[error(
        "the database was written by a newer version of Hearth (it has step {found}, this one knows {known})"
    )]
    NewerDatabase {
        /// The database's migration.
        found: i64,
        /// The newest known here.
        known: i64,
    },
    /// Somebody else listens there.
    #[error("the port of {0} is in use")]
    PortInUse(SocketAddr),
    /// Listening fails otherwise.
    #[error("cannot listen on {address}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl CoordinatorError {
    /// What to do about it.
    #[must_use]
    pub const fn mend(&self) -> &'static str {
        match self {
            Self::DataDir { .. } => "Choose a folder that this user may write to.",
            Self::Database(_) | Self::Migrate(_) => {
                "Check free space and permissions of the data folder; restore the database from a copy if it is damaged."
            }
            Self::NewerDatabase { .. } => "Install the newer version, or choose another data folder.",
            Self::PortInUse(_) => "Stop the other program, or choose another port; port 0 takes a free one.",
            Self::Listen { .. } => "Choose an address of this machine.",
        }
    }
}
