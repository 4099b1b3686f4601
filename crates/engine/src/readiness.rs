//! The readiness checklist: what lending needs, what is there, how to mend the rest.

use hearth_sandbox::SandboxHost;
use hearth_types::{
    device::{Benchmark, Device, DeviceKind},
    ipc::{Code, IpcError, StakePosition},
    money::Io,
    readiness::{Check, CheckKind, CheckState},
};

use crate::engine::{Engine, internal};

fn check(kind: CheckKind, state: CheckState, found: impl Into<String>, mend: Option<&str>) -> Check {
    Check {
        kind,
        state,
        found: found.into(),
        mend: mend.map(str::to_owned),
    }
}

impl Engine {
    /// What this machine can enforce, device or not, and whether the network answers.
    pub(crate) async fn machine_readiness(&self) -> Result<Vec<Check>, IpcError> {
        let mut checks = self.sandbox().await?.check();
        checks.push(self.wallet_check()?);
        checks.push(self.network_check());
        Ok(checks)
    }

    /// This machine as a host of sandboxes.
    pub(crate) async fn sandbox(&self) -> Result<SandboxHost, IpcError> {
        if let Some(known) = self.state().sandbox.clone() {
            return Ok(known);
        }
        let host = tokio::task::spawn_blocking(SandboxHost::detect)
            .await
            .map_err(internal)?;
        self.state().sandbox = Some(host.clone());
        Ok(host)
    }

    fn wallet_check(&self) -> Result<Check, IpcError> {
        let state = if self.wallet_address()?.is_some() {
            CheckState::Ok
        } else {
            CheckState::Blocked
        };
        Ok(match state {
            CheckState::Ok => check(CheckKind::Wallet, state, "There is a wallet to be paid to.", None),
            CheckState::Warning | CheckState::Blocked | CheckState::Pending => check(
                CheckKind::Wallet,
                state,
                "There is no wallet yet.",
                Some("Create a wallet or bring one back from its words."),
            ),
        })
    }

    fn network_check(&self) -> Check {
        let state = self.state();
        match (state.chain_reachable, state.coordinator_reachable) {
            (true, true) => check(
                CheckKind::Network,
                CheckState::Ok,
                "Chain and coordinator answer.",
                None,
            ),
            (chain, _) => {
                let silent = if chain { "The coordinator" } else { "The chain" };
                let found = format!("{silent} does not answer yet.");
                check(
                    CheckKind::Network,
                    CheckState::Pending,
                    found,
                    Some("Hearth keeps trying by itself."),
                )
            }
        }
    }

    /// The whole checklist of one device.
    pub(crate) async fn device_readiness(
        &self,
        device: &Device,
        benchmark: Option<&Benchmark>,
        stake: StakePosition,
    ) -> Result<Vec<Check>, IpcError> {
        let mut checks = vec![self.device_check(device)];
        checks.extend(self.machine_readiness().await?);
        checks.push(match benchmark {
            Some(_) => check(
                CheckKind::Benchmark,
                CheckState::Ok,
                "The benchmark has run.",
                None,
            ),
            None => check(
                CheckKind::Benchmark,
                CheckState::Warning,
                "No benchmark has run: renters see no figures.",
                Some("Run the quick benchmark."),
            ),
        });
        checks.push(if stake.missing() == Io::ZERO && stake.required > Io::ZERO {
            check(
                CheckKind::Stake,
                CheckState::Ok,
                format!("{} staked.", stake.staked),
                None,
            )
        } else {
            let found = format!("{} staked, {} needed.", stake.staked, stake.own_minimum());
            check(
                CheckKind::Stake,
                CheckState::Blocked,
                found,
                Some("Stake what it needs, here or on the Wallet page."),
            )
        });
        Ok(checks)
    }

    fn device_check(&self, device: &Device) -> Check {
        if device.adapter.is_none() {
            return check(
                CheckKind::Device,
                CheckState::Blocked,
                "No compute driver shows this GPU.",
                Some("Install its Vulkan driver and look for devices again."),
            );
        }
        match (device.kind, self.may_lend(device)) {
            (DeviceKind::Software, true) => check(
                CheckKind::Device,
                CheckState::Warning,
                "A software adapter: it counts on the practice network only.",
                None,
            ),
            (DeviceKind::Software, false) => check(
                CheckKind::Device,
                CheckState::Blocked,
                "A software adapter is no GPU on this network.",
                Some("Install a real GPU's driver."),
            ),
            (DeviceKind::Discrete | DeviceKind::Integrated | DeviceKind::Unknown, _) => {
                check(CheckKind::Device, CheckState::Ok, "The GPU can compute.", None)
            }
        }
    }

    /// Refuses with the first check that forbids lending.
    pub(crate) fn require(checks: &[Check]) -> Result<(), IpcError> {
        let failing = checks.iter().find(|c| c.state == CheckState::Blocked);
        let Some(failing) = failing else { return Ok(()) };
        let code = match failing.kind {
            CheckKind::Isolation => Code::SandboxUnavailable,
            CheckKind::Device => Code::NoDevice,
            CheckKind::Wallet => Code::NoWallet,
            CheckKind::MemoryLimit
            | CheckKind::ProcessLimit
            | CheckKind::CpuLimit
            | CheckKind::Benchmark
            | CheckKind::Stake
            | CheckKind::Network => Code::NotReady,
        };
        let error = IpcError::new(code, failing.found.clone());
        Err(match &failing.mend {
            Some(mend) => error.mend(mend.clone()),
            None => error,
        })
    }
}
