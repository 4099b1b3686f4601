//! One side of the demo: a daemon and what is waited for on it.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use hearth_types::{
    device::Benchmark,
    id::{DeviceId, LeaseId, WalletAddress},
    ipc::{
        CreateWallet, Event, GetDeployment, GetWallet, IpcError, KeyProtection, ListDevices, ListLeases,
        Secret,
    },
    lease::{DeploymentView, LeaseStage, LeaseView},
    money::Io,
};

use crate::client::Client;

/// Nothing here takes longer, even on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often a state is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A side.
pub(super) struct Party {
    pub(super) name: &'static str,
    pub(super) client: Client,
    address: Option<WalletAddress>,
}

impl Party {
    pub(super) async fn connect(name: &'static str, data_dir: &Path) -> anyhow::Result<Self> {
        Ok(Self {
            name,
            client: Client::connect(data_dir).await?,
            address: None,
        })
    }

    pub(super) fn address(&self) -> anyhow::Result<WalletAddress> {
        self.address
            .with_context(|| format!("the {} has no wallet", self.name))
    }

    /// Looks until something is there.
    pub(super) async fn wait<T>(
        &mut self,
        what: &str,
        mut look: impl AsyncFnMut(&mut Client) -> Result<Option<T>, IpcError>,
    ) -> anyhow::Result<T> {
        let looking = async {
            loop {
                if let Some(found) = look(&mut self.client).await? {
                    return Ok::<_, IpcError>(found);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let name = self.name;
        let found = tokio::time::timeout(PATIENCE, looking).await;
        Ok(found.with_context(|| format!("the {name} waited 60 s for {what}"))??)
    }

    /// A wallet with a passphrase that nobody needs again.
    pub(super) async fn make_wallet(&mut self) -> anyhow::Result<WalletAddress> {
        let passphrase: [u8; 16] = rand::random();
        let protection = KeyProtection::Passphrase(Secret(hex::encode(passphrase)));
        let wallet = self
            .client
            .ask(CreateWallet {
                words: 24,
                protection,
            })
            .await?;
        self.address = Some(wallet.address);
        Ok(wallet.address)
    }

    pub(super) async fn wait_for_io(&mut self, amount: Io) -> anyhow::Result<()> {
        self.wait("its tokens", async |client| {
            let wallet = client.ask(GetWallet {}).await?;
            Ok(wallet.filter(|w| w.balances.io >= amount).map(|_| ()))
        })
        .await
    }

    pub(super) async fn wait_for_stake(&mut self, device: DeviceId, amount: Io) -> anyhow::Result<()> {
        self.wait("its stake", async |client| {
            let devices = client.ask(ListDevices { refresh: true }).await?;
            Ok(devices
                .iter()
                .any(|d| d.id == device && d.stake.staked >= amount)
                .then_some(()))
        })
        .await
    }

    pub(super) async fn wait_for_benchmark(&mut self) -> anyhow::Result<Benchmark> {
        let done = async {
            loop {
                if let Event::BenchmarkDone { result, .. } = self.client.event().await? {
                    return result;
                }
            }
        };
        Ok(tokio::time::timeout(PATIENCE, done)
            .await
            .context("the benchmark took longer than 60 s")??)
    }

    /// Until the deployment's lease is paid and refunded on chain.
    pub(super) async fn wait_for_refund(&mut self, lease: LeaseId) -> anyhow::Result<DeploymentView> {
        self.wait("the refund", async |client| {
            let view = client.ask(GetDeployment { lease }).await?;
            Ok((view.lease.stage >= LeaseStage::Closed).then_some(view))
        })
        .await
    }

    /// Until the lease's pay is on chain and in the history.
    pub(super) async fn wait_for_pay(&mut self, lease: LeaseId) -> anyhow::Result<LeaseView> {
        self.wait("the lease's pay", async |client| {
            let leases = client.ask(ListLeases {}).await?;
            Ok(leases
                .into_iter()
                .find(|l| l.id == lease && l.stage >= LeaseStage::Closed))
        })
        .await
    }

    pub(super) async fn wait_for_output(&mut self, lease: LeaseId, text: &str) -> anyhow::Result<()> {
        self.wait(text, async |client| {
            let view = client.ask(GetDeployment { lease }).await?;
            let output: String = view.output.iter().map(|chunk| chunk.text.as_str()).collect();
            Ok(output.contains(text).then_some(()))
        })
        .await
    }
}
