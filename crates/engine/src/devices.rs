//! Devices: detection, benchmark, stake positions, what is lent.

use std::collections::BTreeMap;

use hearth_types::{
    device::{Benchmark, Detection, Device, DeviceKind},
    id::{DeviceId, NodeId, WalletAddress},
    ipc::{Code, DeviceView, Event, IpcError, StakePosition, TaskId, Topic},
    money::Io,
    time::UnixMillis,
};
use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

use crate::{
    children::{Benchmarking, probe},
    engine::Engine,
    state::{self, now},
};

/// A device's id: the node and the hardware, so that a card moved to another machine is another device.
pub(crate) fn device_id(node: NodeId, device: &Device) -> DeviceId {
    let mut hash = Sha256::new();
    hash.update(b"hearth-device-v1");
    hash.update(node.as_bytes());
    hash.update(device.fingerprint.as_bytes());
    DeviceId(hash.finalize().into())
}

fn no_device() -> IpcError {
    IpcError::new(Code::NoDevice, "There is no such GPU in this machine.")
        .mend("Look for devices again. A GPU without driver does not show.")
}

impl Engine {
    /// What the probe found, looked at once unless asked again.
    pub(crate) async fn detection(&self, refresh: bool) -> Result<Detection, IpcError> {
        if !refresh && let Some(known) = self.state().detection.clone() {
            return Ok(known);
        }
        let found = probe(&self.inner.config.runner).await?;
        if refresh {
            // A mended machine (bubblewrap installed, say) is looked at again with its devices.
            self.state().sandbox = None;
        }
        self.state().detection = Some(found.clone());
        Ok(found)
    }

    pub(crate) async fn list_devices(&self, refresh: bool) -> Result<Vec<DeviceView>, IpcError> {
        let detection = self.detection(refresh).await?;
        if refresh {
            // Stakes may have changed from elsewhere; without a chain the last ones stand.
            let _ = self.read_chain().await;
        }
        let mut views = Vec::with_capacity(detection.devices.len());
        for device in detection.devices {
            views.push(self.device_view(device).await?);
        }
        Ok(views)
    }

    /// One device by its id.
    pub(crate) async fn device(&self, id: DeviceId) -> Result<DeviceView, IpcError> {
        let node = self.node_id();
        let found = self
            .detection(false)
            .await?
            .devices
            .into_iter()
            .find(|d| device_id(node, d) == id);
        self.device_view(found.ok_or_else(no_device)?).await
    }

    async fn device_view(&self, device: Device) -> Result<DeviceView, IpcError> {
        let id = device_id(self.node_id(), &device);
        let mut read = self.inner.store.read().await?;
        let record = hearth_store::devices::list(&mut read)
            .await?
            .into_iter()
            .find(|row| row.id == id);
        drop(read);
        let (benchmark, lend) = record.map_or((None, true), |row| (row.benchmark, row.lend));
        let required = self.required_stake();
        let (stake, benchmarking) = {
            let state = self.state();
            let none = StakePosition {
                required,
                ..StakePosition::default()
            };
            (
                state.stakes.get(&id).copied().unwrap_or(none),
                state.benchmarks.get(&id).map(|b| b.task),
            )
        };
        let readiness = self.device_readiness(&device, benchmark.as_ref(), stake).await?;
        Ok(DeviceView {
            id,
            device,
            benchmark,
            benchmarking,
            stake,
            readiness,
            lend,
        })
    }

    /// What a device needs, as far as the network is known.
    pub(crate) fn required_stake(&self) -> Io {
        self.inner
            .network
            .get()
            .map_or(Io::ZERO, |network| network.info.min_stake_per_device)
    }

    /// Whether this kind of device may be lent on this network.
    pub(crate) fn may_lend(&self, device: &Device) -> bool {
        device.adapter.is_some()
            && (device.kind != DeviceKind::Software || self.inner.config.network.kind.is_practice())
    }

    pub(crate) async fn set_device_lending(&self, id: DeviceId, lend: bool) -> Result<DeviceView, IpcError> {
        self.device(id).await?;
        let mut tx = self.inner.store.begin().await?;
        hearth_store::devices::set_lend(&mut tx, id, lend).await?;
        tx.commit().await?;
        self.changed(Topic::Devices);
        self.offer_changed();
        self.device(id).await
    }

    /// Stake positions on chain of all devices here.
    pub(crate) async fn read_stakes(
        &self,
        owner: WalletAddress,
    ) -> Result<BTreeMap<DeviceId, StakePosition>, IpcError> {
        let network = self.net().await?;
        let required = network.info.min_stake_per_device;
        let mut stakes = BTreeMap::new();
        let accounts = network.chain.devices_of(owner).await?;
        // Only a co-staker that leaves makes the time matter.
        let now = if accounts.iter().any(|account| account.co.leaves_at > 0) {
            network.chain.time().await?.seconds()
        } else {
            0
        };
        for account in accounts {
            let unlock_at = (account.cooling > 0).then(|| UnixMillis::from_seconds(account.unlock_at));
            let position = StakePosition {
                required: Io(account.required).max(required),
                staked: Io(account.staked),
                cooling: Io(account.cooling),
                unlock_at,
                hired: account.lease != [0; 32],
                co_staked: Io(account.co_counted(now)),
                slashes: account.slashes,
            };
            stakes.insert(DeviceId(account.device_id), position);
        }
        Ok(stakes)
    }

    pub(crate) async fn start_benchmark(&self, id: DeviceId) -> Result<TaskId, IpcError> {
        let view = self.device(id).await?;
        let adapter = view.device.adapter.ok_or_else(|| {
            IpcError::new(
                Code::NoDevice,
                format!("No compute driver shows {}.", view.device.name),
            )
            .mend("Install its Vulkan driver and look for devices again.")
        })?;
        if view.stake.hired || view.benchmarking.is_some() {
            return Err(IpcError::new(Code::AlreadyRunning, "The device is busy.")
                .mend("Wait until its benchmark or lease is over."));
        }
        let run = Benchmarking::start(&self.inner.config.runner, &adapter)?;
        let cancel = CancellationToken::new();
        let task = {
            let mut state = self.state();
            state.next_task += 1;
            let task = TaskId(state.next_task);
            state.benchmarks.insert(
                id,
                state::Benchmark {
                    task,
                    cancel: cancel.clone(),
                },
            );
            task
        };
        self.changed(Topic::Devices);
        self.spawn(move |engine| engine.follow_benchmark(run, id, task, cancel));
        Ok(task)
    }

    async fn follow_benchmark(
        self,
        mut run: Benchmarking,
        id: DeviceId,
        task: TaskId,
        cancel: CancellationToken,
    ) {
        let mut cancelled = false;
        loop {
            let progress = tokio::select! {
                () = cancel.cancelled() => { cancelled = true; None }
                progress = run.progress() => progress,
            };
            let Some(progress) = progress else { break };
            let (step, fraction) = (progress.step, progress.fraction);
            self.emit(Event::BenchmarkProgress {
                task,
                device: id,
                step,
                fraction,
            });
        }
        let result = if cancelled {
            drop(run);
            Err(IpcError::new(Code::Cancelled, "The benchmark was cancelled."))
        } else {
            self.keep_benchmark(id, run).await
        };
        self.state().benchmarks.remove(&id);
        self.emit(Event::BenchmarkDone {
            task,
            device: id,
            result,
        });
        self.changed(Topic::Devices);
        self.offer_changed();
    }

    async fn keep_benchmark(&self, id: DeviceId, run: Benchmarking) -> Result<Benchmark, IpcError> {
        let benchmark = Benchmark {
            at: now(),
            ..run.finish().await?
        };
        let mut tx = self.inner.store.begin().await?;
        hearth_store::devices::set_benchmark(&mut tx, id, &benchmark).await?;
        tx.commit().await?;
        Ok(benchmark)
    }

    pub(crate) fn cancel_task(&self, task: TaskId) -> Result<(), IpcError> {
        let state = self.state();
        let running = state.benchmarks.values().find(|b| b.task == task);
        let running = running.ok_or_else(|| IpcError::new(Code::NotFound, "This is over already."))?;
        running.cancel.cancel();
        Ok(())
    }
}
