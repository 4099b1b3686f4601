//! Starting and ending a coordinator.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use hearth_chain::{ChainClient, ChainConfig, Program};
use tokio::{net::TcpListener, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    api::{limits::RateLimits, router},
    chain::Chain,
    clock::{Clock, SystemClock},
    config::{CoordinatorConfig, CoordinatorError},
    db::Db,
    settle,
    stake::StakeCache,
    state::{Shared, Wake},
};

/// How long requests under way may take once the end has come.
const GRACE: Duration = Duration::from_secs(3);

/// A coordinator.
#[derive(Debug)]
pub struct Coordinator;

/// A coordinator that runs. Dropping it without [`RunningCoordinator::shutdown`] leaves its tasks to the runtime.
pub struct RunningCoordinator {
    address: SocketAddr,
    end: CancellationToken,
    db: Db,
    server: JoinHandle<io::Result<()>>,
    worker: JoinHandle<()>,
}

impl std::fmt::Debug for RunningCoordinator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningCoordinator")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Coordinator {
    /// Starts a coordinator on its database and continues what a former one left. It answers when this returns.
    ///
    /// # Errors
    /// [`CoordinatorError`], each with a mend.
    pub async fn start(config: CoordinatorConfig) -> Result<RunningCoordinator, CoordinatorError> {
        let chain = ChainClient::new(ChainConfig {
            rpc_url: config.rpc_url.clone(),
            network: config.network.kind,
            program: config.network.program,
            io_mint: config.network.io_mint,
        });
        start_with(config, Arc::new(chain), Arc::new(SystemClock)).await
    }
}

/// Starts with these outside worlds.
pub(crate) async fn start_with(
    config: CoordinatorConfig,
    chain: Arc<dyn Chain>,
    clock: Arc<dyn Clock>,
) -> Result<RunningCoordinator, CoordinatorError> {
    let CoordinatorConfig {
        data_dir,
        listen,
        rpc_url: _,
        network,
        fee_payer,
        prices,
    } = config;
    let listener = TcpListener::bind(listen).await.map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            CoordinatorError::PortInUse(listen)
        } else {
            CoordinatorError::Listen {
                address: listen,
                source,
            }
        }
    })?;
    let address = listener.local_addr().map_err(|source| CoordinatorError::Listen {
        address: listen,
        source,
    })?;
    let db = Db::open(&data_dir).await?;
    let end = CancellationToken::new();
    let program = Program {
        network: network.kind,
        address: network.program,
        io_mint: network.io_mint,
    };
    let app = Arc::new(Shared {
        db: db.clone(),
        chain,
        clock,
        network,
        program,
        fee_payer,
        prices,
        stakes: StakeCache::default(),
        limits: RateLimits::default(),
        wake: Wake::default(),
        end: end.clone(),
    });
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let ending = end.clone().cancelled_owned();
    let server = tokio::spawn(async move {
        axum::serve(listener, service)
            .with_graceful_shutdown(ending)
            .await
    });
    let worker = tokio::spawn(settle::run(app));
    Ok(RunningCoordinator {
        address,
        end,
        db,
        server,
        worker,
    })
}

impl RunningCoordinator {
    /// `http://address:port`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Ends: waiting requests are answered, the rest gets three seconds, the database is closed.
    pub async fn shutdown(self) {
        let Self {
            end,
            db,
            mut server,
            mut worker,
            ..
        } = self;
        end.cancel();
        if timeout(GRACE, &mut server).await.is_err() {
            server.abort();
        }
        if timeout(GRACE, &mut worker).await.is_err() {
            worker.abort();
        }
        db.close().await;
    }

    /// Ends as a killed process would: at once, wherever it is.
    #[cfg(test)]
    pub(crate) async fn kill(self) {
        self.server.abort();
        self.worker.abort();
        let _ = self.server.await;
        let _ = self.worker.await;
        self.db.close().await;
    }
}
