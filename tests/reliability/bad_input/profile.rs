//! A data folder, a wallet file, a passphrase, a port that are not right.

use hearth_tests::{daemon::Daemon, process::refused};
use hearth_types::ipc::{
    Code, GetStatus, GetWallet, ListDevices, LockWallet, Secret, Stake, StartLending, UnlockWallet,
};

use super::{expect, money, printed};
use crate::rig::{Rig, STAKE, with_rig};

/// Where the network's tag lies in a wallet file: after 8 bytes of magic, version and storage.
const TAG: std::ops::Range<usize> = 10..26;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_wrong_network_passphrase_port_or_folder() -> anyhow::Result<()> {
    with_rig(async |rig| {
        let before = money(&rig.renter).await?;
        wrong_passphrase(&rig.renter).await?;
        locked_wallet(&rig.renter).await?;
        taken_port(rig).await?;
        folder_in_use(&rig.renter).await?;
        wallet_of_another_network(&mut rig.renter).await?;
        rig.renter.unlock().await?;
        anyhow::ensure!(money(&rig.renter).await? == before, "something changed");
        rig.check().await?;
        Ok(())
    })
    .await
}

async fn wrong_passphrase(daemon: &Daemon) -> anyhow::Result<()> {
    daemon.ask(LockWallet {}).await?;
    let passphrase = Secret("not it".into());
    let answer = daemon.ask(UnlockWallet { passphrase }).await;
    expect(
        &answer.err().ok_or(anyhow::anyhow!("it opened"))?,
        Code::WrongPassphrase,
    )?;
    let locked = daemon
        .ask(GetWallet {})
        .await?
        .is_some_and(|wallet| wallet.locked);
    anyhow::ensure!(locked, "it is open");
    daemon.unlock().await?;
    Ok(())
}

/// Nothing is signed behind the owner's back: neither a gift's spending nor the consent to lend.
async fn locked_wallet(daemon: &Daemon) -> anyhow::Result<()> {
    daemon.ask(LockWallet {}).await?;
    let lent = daemon.ask(StartLending {}).await.err();
    expect(&lent.ok_or(anyhow::anyhow!("it lends"))?, Code::WalletLocked)?;
    let devices = daemon.ask(ListDevices { refresh: false }).await?;
    let device = devices.first().ok_or(anyhow::anyhow!("no device"))?.id;
    let staked = daemon
        .ask(Stake {
            device,
            amount: STAKE,
        })
        .await
        .err();
    expect(&staked.ok_or(anyhow::anyhow!("it staked"))?, Code::WalletLocked)?;
    daemon.unlock().await?;
    Ok(())
}

async fn taken_port(rig: &Rig) -> anyhow::Result<()> {
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let folder = tempfile::tempdir()?;
    let another = Daemon::new("another", folder.path(), &rig.network);
    let mut command = another.command(None)?;
    command.args(["--http", &taken.local_addr()?.to_string()]);
    expect(&printed(&refused(command).await?)?, Code::PortInUse)
}

async fn folder_in_use(daemon: &Daemon) -> anyhow::Result<()> {
    let said = refused(daemon.command(None)?).await?;
    expect(&printed(&said)?, Code::Storage)?;
    // The first one still answers on its socket.
    daemon.ask(GetStatus {}).await?;
    Ok(())
}

async fn wallet_of_another_network(daemon: &mut Daemon) -> anyhow::Result<()> {
    let file = daemon.data_dir().join("wallet.key");
    let right = std::fs::read(&file)?;
    daemon.process()?.end().await?;
    let mut wrong = right.clone();
    wrong[TAG].copy_from_slice(&hearth_types::network::NetworkKind::Mainnet.tag());
    std::fs::write(&file, &wrong)?;
    let said = refused(daemon.command(None)?).await?;
    expect(&printed(&said)?, Code::WrongNetwork)?;
    anyhow::ensure!(
        std::fs::read(&file)? == wrong,
        "the refused wallet file was touched"
    );
    std::fs::write(&file, &right)?;
    daemon.start().await
}
