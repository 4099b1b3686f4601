//! Lending on and off: what the owner says, and the node's state with its reason. Pauses are in `pause`.

use std::{sync::PoisonError, time::Duration};

use hearth_market::node::{NodeFacts, node_state};
use hearth_types::{
    ipc::{Code, IpcError, Settings, Status, Topic},
    lease::{LeaseStage, Side},
    readiness::Check,
};
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    engine::Engine,
    private_file::write_private,
    state::{Facts, now},
};

/// Whether the owner lends, over restarts.
const LENDING_FILE: &str = "lending.json";
/// Before another try to lend after a restart.
const RETRY: Duration = Duration::from_secs(5);
/// How long a stopping node may take to end its leases.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// The provider's background work and what was asked of it.
#[derive(Default)]
pub(crate) struct Lending {
    /// One change of mind at a time.
    switch: tokio::sync::Mutex<Option<Running>>,
    /// Ends what waits to lend again: a pause, or a restart's tries.
    wish: std::sync::Mutex<Option<CancellationToken>>,
    /// The offer is no longer what was announced.
    pub(crate) offer_changed: Notify,
}

struct Running {
    cancel: CancellationToken,
    task: JoinHandle<()>,
}

impl Engine {
    /// Changes what is known of the node; its state and reason follow.
    pub(crate) fn update_node(&self, change: impl FnOnce(&mut Facts)) {
        {
            let mut state = self.state();
            change(&mut state.facts);
            let facts = NodeFacts {
                wants_to_lend: state.facts.wants_to_lend,
                paused_until: state.facts.paused_until,
                checks: &state.facts.checks,
                coordinator_reachable: state.coordinator_reachable,
                chain_reachable: state.chain_reachable,
                runner_failed: state.facts.runner_failed,
                listed: state.facts.listed,
                lease: state.facts.lease,
            };
            let next = node_state(&facts, &state.node, now());
            if next == state.node {
                return;
            }
            state.node = next;
        }
        self.status_changed();
    }

    /// Price, devices or benchmark changed: announce the offer anew.
    pub(crate) fn offer_changed(&self) {
        self.inner.lending.offer_changed.notify_one();
    }

    pub(crate) async fn start_lending(&self) -> Result<Status, IpcError> {
        // In this order: a start that fails leaves a pause, and what comes after it, as they are.
        self.begin_lending().await?;
        self.end_wish();
        self.forget_pause();
        Ok(self.status().await)
    }

    async fn begin_lending(&self) -> Result<(), IpcError> {
        let mut running = self.inner.lending.switch.lock().await;
        if running.as_ref().is_none_or(|running| running.task.is_finished()) {
            self.check_ready().await?;
            self.update_node(|facts| {
                *facts = Facts {
                    wants_to_lend: true,
                    lease: facts.lease,
                    ..Facts::default()
                };
            });
            let cancel = CancellationToken::new();
            let task = self.inner.tasks.spawn(self.clone().lend(cancel.clone()));
            *running = Some(Running { cancel, task });
            self.remember_lending(true)?;
        }
        let mut state = self.state();
        for code in [
            Code::NotReady,
            Code::NoDevice,
            Code::SandboxUnavailable,
            Code::WalletLocked,
        ] {
            state.solved(code);
        }
        Ok(())
    }

    /// Everything that would make lending fail later is said now.
    async fn check_ready(&self) -> Result<(), IpcError> {
        let checks = self.machine_readiness().await?;
        Self::require(&checks)?;
        self.agree_to_lend().await?;
        self.read_chain().await?;
        let devices = self.list_devices(false).await?;
        let lent: Vec<_> = devices
            .into_iter()
            .filter(|d| d.lend && d.device.adapter.is_some())
            .collect();
        if lent.iter().any(|device| Check::all_pass(&device.readiness)) {
            return Ok(());
        }
        match lent.first() {
            Some(device) => {
                Self::require(&device.readiness)?;
                Err(IpcError::new(Code::NotReady, "A check is not finished yet.")
                    .mend("Wait a moment and try again."))
            }
            None => Err(IpcError::new(Code::NoDevice, "There is no GPU to lend.")
                .mend("On the Devices page, look for devices again or switch one on for lending.")),
        }
    }

    pub(crate) async fn stop_lending(&self, force: bool) -> Result<Status, IpcError> {
        if !force {
            self.refuse_while_hired().await?;
        }
        self.end_wish();
        self.forget_pause();
        self.halt_lending().await;
        self.remember_lending(false)?;
        self.update_node(|facts| *facts = Facts::default());
        Ok(self.status().await)
    }

    /// Whether to lend again after a restart.
    fn remember_lending(&self, lending: bool) -> Result<(), IpcError> {
        write_private(&self.inner.config.data_dir.join(LENDING_FILE), &lending)
    }

    /// A start resumes what the last stop left: an owner who lent lends again.
    pub(crate) async fn resume_lending_after_restart(self) {
        let file = self.inner.config.data_dir.join(LENDING_FILE);
        let lent = std::fs::read(file).is_ok_and(|bytes| bytes == b"true");
        if !lent || !self.settings().await.is_ok_and(|settings| settings.lend_on_start) {
            self.forget_pause();
            return;
        }
        if self.resume_pause() {
            return;
        }
        self.keep_trying_to_lend(self.new_wish()).await;
    }

    /// A wish to lend that the next word of the owner (start, stop, pause) ends.
    pub(crate) fn new_wish(&self) -> CancellationToken {
        let wish = CancellationToken::new();
        let mut slot = self
            .inner
            .lending
            .wish
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = slot.replace(wish.clone()) {
            old.cancel();
        }
        wish
    }

    /// Until lending has started, the owner says otherwise, or only the owner can help.
    pub(crate) async fn keep_trying_to_lend(&self, wish: CancellationToken) {
        while !wish.is_cancelled() {
            let Err(error) = self.begin_lending().await else {
                return;
            };
            let passing = matches!(
                error.code,
                Code::ChainUnreachable | Code::CoordinatorUnreachable | Code::NotReady | Code::WalletLocked
            );
            self.report(error);
            if !passing {
                return;
            }
            tokio::select! {
                () = wish.cancelled() => {}
                () = tokio::time::sleep(RETRY) => {}
            }
        }
    }

    /// Ends the provider's work; running leases are yielded and settle.
    pub(crate) async fn halt_lending(&self) {
        let running = self.inner.lending.switch.lock().await.take();
        if let Some(Running { cancel, task }) = running {
            cancel.cancel();
            if tokio::time::timeout(STOP_PATIENCE, task).await.is_err() {
                tracing::warn!("lending did not end in time");
            }
        }
    }

    async fn refuse_while_hired(&self) -> Result<(), IpcError> {
        let rows = self.lease_rows().await?;
        let hired = rows.iter().any(|row| {
            row.side == Side::Provider && matches!(row.stage, LeaseStage::Connecting | LeaseStage::Running)
        });
        if hired {
            return Err(IpcError::new(Code::LeaseRunning, "A renter's job is running on your GPU.")
                .mend("Wait until it ends, or stop anyway: the job ends at once and you keep what it has earned."));
        }
        Ok(())
    }

    pub(crate) async fn resume_lending(&self) -> Result<Status, IpcError> {
        self.start_lending().await
    }

    pub(crate) fn end_wish(&self) {
        let wish = self
            .inner
            .lending
            .wish
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(wish) = wish {
            wish.cancel();
        }
    }

    pub(crate) async fn set_settings(&self, settings: Settings) -> Result<Settings, IpcError> {
        if settings.price.0 == 0 {
            return Err(IpcError::new(Code::BadRequest, "The price must be above zero."));
        }
        let range = hearth_market::offer::MIN_LEASE_SECONDS..=hearth_market::offer::MAX_LEASE_SECONDS;
        if !range.contains(&settings.max_lease_seconds) {
            let text = format!(
                "The longest lease must be between {} s and {} s.",
                range.start(),
                range.end()
            );
            return Err(IpcError::new(Code::BadRequest, text));
        }
        let before = self.settings().await?;
        if before.autostart != settings.autostart {
            self.inner.config.host.set_autostart(settings.autostart)?;
        }
        let mut tx = self.inner.store.begin().await?;
        hearth_store::settings::save(&mut tx, &settings).await?;
        tx.commit().await?;
        if let Some(network) = self.inner.network.get() {
            network.chain.pay_for_priority(settings.max_priority_fee);
        }
        self.changed(Topic::Settings);
        self.offer_changed();
        Ok(settings)
    }

    pub(crate) async fn settings(&self) -> Result<Settings, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(hearth_store::settings::load(&mut read).await?)
    }

    pub(crate) async fn quit(&self, force: bool) -> Result<(), IpcError> {
        if !force {
            let rows = self.lease_rows().await?;
            if rows
                .iter()
                .any(|row| matches!(row.stage, LeaseStage::Connecting | LeaseStage::Running))
            {
                return Err(IpcError::new(Code::LeaseRunning, "A job is running.").mend(
                    "Wait until it ends, or quit anyway: it ends at once and is settled at the next start.",
                ));
            }
        }
        self.inner.config.host.quit();
        Ok(())
    }
}
