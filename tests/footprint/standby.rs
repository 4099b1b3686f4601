//! A daemon on a fresh practice network whose device is listed and waits for a renter.

use std::{path::PathBuf, time::Duration};

use anyhow::Context as _;
use hearth_tests::{
    client::Client,
    daemon::{GIFT, PASSPHRASE, described},
    process::{PATIENCE, Process, program},
    processes::{self, Household},
};
use hearth_types::{
    ipc::{
        AskFaucet, CreateWallet, GetStatus, GetWallet, IpcError, KeyProtection, ListDevices, Secret, Stake,
        StartLending,
    },
    money::Io,
    node::NodeStatus,
};

/// What a device needs.
const STAKE: Io = Io(20_000_000_000);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Starts it, with its tray icon where the surroundings have a session bus and a display.
pub(crate) async fn begin(household: &Household) -> anyhow::Result<Process> {
    // Only to say clearly that it was not built.
    drop(program("hearth")?);
    let mut command = household.command(&processes::program("hearth")?);
    command.args(["--json", "daemon", "--no-keychain"]);
    for name in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    let log: PathBuf = household.folder("log")?.join("daemon.log");
    let daemon = Process::start(command, "the daemon", &log).await?;
    let mut client = Client::connect(&household.data_dir()).await?;
    lend(&mut client).await.map_err(|error| described(&error))?;
    until(&mut client, "the node to be listed", async |client| {
        let status = client.ask(GetStatus {}).await?;
        Ok(status.node.status == NodeStatus::Idle)
    })
    .await?;
    Ok(daemon)
}

async fn lend(client: &mut Client) -> Result<(), IpcError> {
    let protection = KeyProtection::Passphrase(Secret(PASSPHRASE.to_owned()));
    client
        .ask(CreateWallet {
            words: 12,
            protection,
        })
        .await?;
    client.ask(AskFaucet {}).await?;
    let _came = until(client, "the faucet's gift", async |client| {
        let wallet = client.ask(GetWallet {}).await?;
        Ok(wallet.is_some_and(|wallet| wallet.balances.io >= GIFT))
    })
    .await;
    let devices = client.ask(ListDevices { refresh: false }).await?;
    for device in devices.iter().filter(|device| device.device.adapter.is_some()) {
        client
            .ask(Stake {
                device: device.id,
                amount: STAKE,
            })
            .await?;
    }
    client.ask(StartLending {}).await.map(drop)
}

async fn until(
    client: &mut Client,
    what: &str,
    mut there: impl AsyncFnMut(&mut Client) -> Result<bool, IpcError>,
) -> anyhow::Result<()> {
    let looking = async {
        while !there(client).await.map_err(|error| described(&error))? {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, looking)
        .await
        .with_context(|| format!("waited too long for {what}"))?
}
