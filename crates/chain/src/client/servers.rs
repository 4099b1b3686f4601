//! The chain's servers: each with its health and pace, and fail-over from one to the next.
//!
//! Reading fails over. Sending does not happen here: which server got which bytes matters to whoever decides about
//! them, so it names its server.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hearth_types::network::NetworkKind;
use serde_json::{Value, json};
use solana_client::rpc_request::RpcRequest;
use tokio::{sync::OnceCell, time::Instant};

use super::{
    ChainError,
    backoff::{Health, Pace, Trouble},
    genesis::Genesis,
    transport::{Failure, Transport},
};

/// All servers of one chain.
pub(super) struct Servers {
    servers: Vec<Server>,
    network: NetworkKind,
    /// Which chain they serve, said by the first that answered.
    chain: OnceCell<Genesis>,
    started: Instant,
}

struct Server {
    transport: Transport,
    state: Mutex<State>,
    /// It serves the right chain.
    checked: OnceCell<()>,
}

#[derive(Default)]
struct State {
    health: Health,
    pace: Pace,
}

impl Server {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Servers {
    /// At least one address; an empty list gives a server that never answers.
    pub(super) fn new(urls: Vec<String>, network: NetworkKind) -> Self {
        let urls = if urls.is_empty() {
            vec![String::new()]
        } else {
            urls
        };
        let servers = urls.into_iter().map(|url| Server {
            transport: Transport::new(url, network.is_practice()),
            state: Mutex::default(),
            checked: OnceCell::new(),
        });
        Self {
            servers: servers.collect(),
            network,
            chain: OnceCell::new(),
            started: Instant::now(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.servers.len()
    }

    /// Time on a clock that never stops.
    pub(super) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// Asks the servers one after the other, healthy ones first, until one answers.
    pub(super) async fn ask(&self, request: RpcRequest, params: Value) -> Result<Value, ChainError> {
        let mut last = None;
        for number in self.order() {
            match self.ask_one(number, request, params.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(Failure { error, trouble: None }) => return Err(error),
                Err(Failure { error, .. }) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| ChainError::Unreachable("every server asked us to wait".into())))
    }

    /// Asks this server, whatever its health; only an order to wait is obeyed.
    pub(super) async fn ask_one(
        &self,
        number: usize,
        request: RpcRequest,
        params: Value,
    ) -> Result<Value, Failure> {
        let server = self.servers.get(number).ok_or(Failure {
            error: ChainError::BadAnswer("no such chain server"),
            trouble: None,
        })?;
        server.checked.get_or_try_init(|| self.check(server)).await?;
        self.exchange(server, request, params).await
    }

    /// Whether this is one of several servers and failed a moment ago.
    pub(super) fn is_resting(&self, number: usize) -> bool {
        let server = self.servers.get(number).filter(|_| self.count() > 1);
        server.is_some_and(|server| !server.state().health.is_ready(self.now()))
    }

    /// The order in which to ask: as set, those in trouble last; not those that asked us to wait.
    fn order(&self) -> Vec<usize> {
        let now = self.now();
        let mut order: Vec<_> = self
            .servers
            .iter()
            .enumerate()
            .map(|(number, server)| (number, server.state().health))
            .filter(|(_, health)| !health.must_wait(now))
            .map(|(number, health)| {
                let ready = health.is_ready(now);
                (
                    !ready,
                    if ready { Duration::ZERO } else { health.resume_at() },
                    number,
                )
            })
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(.., number)| number).collect()
    }

    /// A server of another chain would know of none of our transactions, and call each of them dead.
    async fn check(&self, server: &Server) -> Result<(), Failure> {
        let answer = self
            .exchange(server, RpcRequest::GetGenesisHash, json!([]))
            .await?;
        let of_another = |error| Failure {
            error,
            trouble: Some(Trouble::Down),
        };
        let genesis = Genesis::parse(&answer).map_err(of_another)?;
        genesis.check(self.network).map_err(of_another)?;
        let first = self.chain.get_or_init(async || genesis).await;
        if *first == genesis {
            Ok(())
        } else {
            Err(of_another(ChainError::WrongNetwork))
        }
    }

    async fn exchange(&self, server: &Server, request: RpcRequest, params: Value) -> Result<Value, Failure> {
        let now = self.now();
        let local = self.network.is_practice();
        let wait = {
            let mut state = server.state();
            if state.health.must_wait(now) {
                return Err(Failure {
                    error: ChainError::Unreachable("the server asked us to wait".into()),
                    trouble: Some(Trouble::Busy(None)),
                });
            }
            if local {
                Duration::ZERO
            } else {
                state.pace.take(now)
            }
        };
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        let answer = server.transport.ask(request, params).await;
        let mut state = server.state();
        match &answer {
            Err(Failure {
                trouble: Some(trouble),
                ..
            }) => state.health.failed(*trouble, self.now(), local),
            Ok(_) | Err(Failure { trouble: None, .. }) => state.health.succeeded(),
        }
        answer
    }
}
