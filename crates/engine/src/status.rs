//! The status strip, and the watcher that keeps it true.

use std::time::Duration;

use hearth_types::{
    ipc::{Code, Event, IpcError, Status, Topic},
    money::Io,
};

use crate::{engine::Engine, state::now};

/// How often chain and coordinator are looked at while nothing happens. Each look is two small requests.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// How often while a wallet waits for its first tokens or a lease is open.
const LOOK_OFTEN: Duration = Duration::from_secs(3);

impl Engine {
    /// The status now.
    pub async fn status(&self) -> Status {
        let income_today = self.income_today().await.unwrap_or(Io::ZERO);
        let open_leases = self.unfinished_leases().await.unwrap_or_default();
        let open_leases = open_leases.into_iter().map(|row| row.quote.lease).collect();
        let wallet = self.wallet_view().ok().flatten();
        let state = self.state();
        Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            network: self.inner.config.network.kind,
            network_info: self.inner.network.get().map(|network| network.info.clone()),
            chain_reachable: state.chain_reachable,
            coordinator_reachable: state.coordinator_reachable,
            node: state.node.clone(),
            wallet,
            income_today,
            open_leases,
            problems: state.problems.clone(),
        }
    }

    async fn income_today(&self) -> Result<Io, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(hearth_store::ledger::income_since(&mut read, start_of_day()).await?)
    }

    /// Tells every client the status.
    pub(crate) fn status_changed(&self) {
        let engine = self.clone();
        self.inner.tasks.spawn(async move {
            let status = Box::new(engine.status().await);
            engine.emit(Event::Status { status });
        });
    }

    /// Looks at chain and coordinator again and again, faster while something is going on.
    pub(crate) async fn watch_network(self) {
        let mut last = None;
        loop {
            self.look_at_network().await;
            let status = self.status().await;
            let busy = !status.open_leases.is_empty() || !status.chain_reachable;
            if last.as_ref() != Some(&status) {
                last = Some(status.clone());
                self.emit(Event::Status {
                    status: Box::new(status),
                });
            }
            let pause = if busy { LOOK_OFTEN } else { LOOK_EVERY };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.inner.look_again.notified() => {}
            }
        }
    }

    async fn look_at_network(&self) {
        let coordinator = self.inner.coordinator.network().await;
        {
            let mut state = self.state();
            state.coordinator_reachable = coordinator.is_ok();
            if coordinator.is_ok() {
                state.solved(Code::CoordinatorUnreachable);
            }
        }
        match self.read_chain().await {
            Ok(()) => {
                let mut state = self.state();
                state.chain_reachable = true;
                state.solved(Code::ChainUnreachable);
            }
            Err(error) => {
                tracing::debug!(detail = error.detail, "chain: {}", error.message);
                self.state().chain_reachable = false;
            }
        }
        if let Err(error) = self.book_what_others_did().await {
            tracing::debug!(code = ?error.code, "booking what others did: {}", error.message);
        }
        self.update_node(|_| {});
        let hired = self.state().stakes.values().any(|stake| stake.hired);
        if hired && let Err(error) = self.end_orphaned_leases().await {
            tracing::debug!(code = ?error.code, "looking for leases that nobody serves: {}", error.message);
        }
    }

    /// Reads balances and stake positions anew.
    pub(crate) async fn read_chain(&self) -> Result<(), IpcError> {
        let network = self.net().await?;
        let Some(address) = self.wallet_address()? else {
            network.chain.slot().await?;
            return Ok(());
        };
        let balances = network.chain.balances(address).await?;
        let stakes = self.read_stakes(address).await?;
        let co_stakes = network.chain.co_stakes_of(address).await?;
        let mut state = self.state();
        let wallet_changed = state.balances != balances;
        let stakes_changed = state.stakes != stakes || state.co_stakes != co_stakes;
        state.stakes_moved |= wallet_changed || stakes_changed;
        state.balances = balances;
        state.stakes = stakes;
        state.co_stakes = co_stakes;
        drop(state);
        if wallet_changed {
            self.changed(Topic::Wallet);
        }
        if stakes_changed {
            self.changed(Topic::Devices);
        }
        Ok(())
    }
}

/// Midnight UTC. The engine knows no time zone; screens say so.
fn start_of_day() -> hearth_types::time::UnixMillis {
    const DAY: u64 = 24 * 3600 * 1000;
    let now = now();
    hearth_types::time::UnixMillis(now.0 - now.0 % DAY)
}
