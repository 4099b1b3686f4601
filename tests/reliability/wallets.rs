//! Several wallets, and sending between them and to strangers: reviewed, once, whatever dies in between.

use anyhow::Context as _;
use ed25519_dalek::SigningKey;
use hearth_tests::{
    daemon::{Daemon, GIFT, PASSPHRASE, described},
    network::Network,
};
use hearth_types::{
    history::{EntryKind, EntryState, HistoryEntry},
    id::WalletAddress,
    ipc::{
        Amount, AskBackupWords, BackupWord, CancelWithdrawalChange, CheckBackup, Code, CreateWallet,
        ImportWalletKey, IpcError, KeyProtection, ListHistory, ListWallets, LockWallet, OwnWallet,
        RemoveWallet, RenameWallet, ReviewSend, Secret, Send, SendReview, SendWarning, SetContact,
        SetWithdrawalAddress, TxView, UseWallet,
    },
    money::{Currency, Io},
};

const STRANGER: WalletAddress = WalletAddress([0x5a; 32]);

struct Stage {
    network: Network,
    daemon: Daemon,
    _folder: tempfile::TempDir,
}

async fn stage() -> anyhow::Result<Stage> {
    let folder = tempfile::Builder::new().prefix("hearth-wallets-").tempdir()?;
    let network = Network::start(&folder.path().join("network")).await?;
    let mut daemon = Daemon::new("holder", folder.path(), &network);
    daemon.start().await?;
    Ok(Stage {
        network,
        daemon,
        _folder: folder,
    })
}

fn protection() -> KeyProtection {
    KeyProtection::Passphrase(Secret(PASSPHRASE.to_owned()))
}

/// A key file as Solana's tools write it.
fn key_file(seed: u8) -> (WalletAddress, Secret) {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let public = key.verifying_key().to_bytes();
    let numbers: Vec<u8> = [[seed; 32], public].concat();
    let text = serde_json::Value::from(numbers).to_string();
    (WalletAddress(public), Secret(text))
}

fn io(whole: u64) -> Amount {
    Amount {
        currency: Currency::Io,
        base_units: whole * 100_000_000,
    }
}

async fn review(daemon: &Daemon, to: WalletAddress, amount: Amount) -> Result<SendReview, IpcError> {
    let memo = Some("for the roof".to_owned());
    daemon.ask(ReviewSend { to, amount, memo }).await
}

async fn send(daemon: &Daemon, key: &str, to: WalletAddress, amount: Amount) -> Result<TxView, IpcError> {
    let (key, memo) = (key.to_owned(), Some("for the roof".to_owned()));
    daemon
        .ask(Send {
            key,
            to,
            amount,
            memo,
        })
        .await
}

fn refused<T: std::fmt::Debug>(answer: Result<T, IpcError>, code: Code) -> anyhow::Result<()> {
    match answer {
        Err(error) if error.code == code => Ok(()),
        other => anyhow::bail!("{code:?} was expected: {other:?}"),
    }
}

async fn history(daemon: &Daemon) -> anyhow::Result<Vec<HistoryEntry>> {
    let all = ListHistory {
        before: None,
        limit: 200,
    };
    Ok(daemon.ask(all).await?)
}

async fn held(network: &Network, wallet: WalletAddress) -> anyhow::Result<u64> {
    let accounts = network.rpc()?.io_accounts().await?;
    let theirs = accounts.iter().filter(|account| account.owner.0 == wallet.0);
    Ok(theirs.map(|account| account.amount).sum())
}

fn one(wallets: &[OwnWallet], address: WalletAddress) -> anyhow::Result<&OwnWallet> {
    let mut found = wallets.iter().filter(|wallet| wallet.address == address);
    found.next().context("a wallet that is not listed")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_goes_where_it_was_reviewed_to_and_the_history_knows() -> anyhow::Result<()> {
    let Stage {
        network,
        daemon,
        _folder,
    } = stage().await?;
    let first = daemon.make_wallet().await?;
    let (second, file) = key_file(7);
    let bad = Secret(file.0.replace("[7,", "[8,"));
    let import = |key| ImportWalletKey {
        key,
        protection: protection(),
    };
    refused(daemon.ask(import(bad)).await, Code::BadKeyFile)?;
    let view = daemon.ask(import(file.clone())).await?;
    anyhow::ensure!(view.address == second && view.locked, "{view:?}");
    refused(daemon.ask(import(file)).await, Code::WalletExists)?;

    // Between own wallets nothing but the fee leaves; the recipient's account is made and its rent was reviewed.
    let reviewed = review(&daemon, second, io(300)).await?;
    anyhow::ensure!(reviewed.warnings.is_empty(), "{reviewed:?}");
    anyhow::ensure!(
        reviewed
            .review
            .lines
            .iter()
            .any(|line| line.what == "recipient_account"),
        "{reviewed:?}"
    );
    send(&daemon, &reviewed.key, second, io(300)).await?;
    anyhow::ensure!(held(&network, second).await? == io(300).base_units, "not arrived");
    daemon.wait_reconciled().await?;

    // To a stranger: warned, sent once however often it is asked, and shown with its transaction.
    let reviewed = review(&daemon, STRANGER, io(2)).await?;
    anyhow::ensure!(reviewed.warnings == [SendWarning::FirstTime], "{reviewed:?}");
    refused(
        send(&daemon, "send:unknown", STRANGER, io(2)).await,
        Code::NotFound,
    )?;
    refused(
        send(&daemon, &reviewed.key, STRANGER, io(3)).await,
        Code::NotFound,
    )?;
    let sent = send(&daemon, &reviewed.key, STRANGER, io(2)).await?;
    let again = send(&daemon, &reviewed.key, STRANGER, io(2)).await?;
    anyhow::ensure!(sent == again, "{sent:?} {again:?}");
    anyhow::ensure!(held(&network, STRANGER).await? == io(2).base_units, "sent twice");
    let rows = history(&daemon).await?;
    let shown: Vec<_> = rows.iter().filter(|row| row.kind == EntryKind::Sent).collect();
    anyhow::ensure!(
        shown.len() == 1 && shown[0].amount == -200_000_000 && shown[0].signature == Some(sent.signature),
        "{shown:?}"
    );
    anyhow::ensure!(shown[0].note.contains("for the roof"), "{shown:?}");
    anyhow::ensure!(review(&daemon, STRANGER, io(2)).await?.warnings.is_empty());

    refused(review(&daemon, STRANGER, io(5_000)).await, Code::InsufficientIo)?;
    refused(review(&daemon, first, io(1)).await, Code::BadRequest)?;
    let dust = Amount {
        currency: Currency::Sol,
        base_units: 1,
    };
    refused(
        review(&daemon, WalletAddress([0x33; 32]), dust).await,
        Code::BadRequest,
    )?;
    daemon.wait_reconciled().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wallet_is_chosen_checked_locked_and_removed() -> anyhow::Result<()> {
    let Stage {
        network: _network,
        mut daemon,
        _folder,
    } = stage().await?;
    let words = 12;
    let request = CreateWallet {
        words,
        protection: protection(),
    };
    let new = daemon.ask(request.clone()).await?;
    let second = daemon.ask(request).await?.address;
    let first = new.address;

    // The words: a wrong answer costs the question.
    let places = daemon.ask(AskBackupWords {}).await?;
    let answers = |places: &[u8]| -> Vec<BackupWord> {
        places
            .iter()
            .map(|place| BackupWord {
                place: *place,
                word: new.words[usize::from(*place) - 1].clone(),
            })
            .collect()
    };
    let mut wrong = answers(&places);
    wrong[0].word = Secret("hearth".into());
    refused(
        daemon.ask(CheckBackup { words: wrong }).await,
        Code::BadSeedPhrase,
    )?;
    let late = answers(&places);
    refused(daemon.ask(CheckBackup { words: late }).await, Code::NotFound)?;
    let places = daemon.ask(AskBackupWords {}).await?;
    let words = answers(&places);
    let list = daemon.ask(CheckBackup { words }).await?.wallets;
    anyhow::ensure!(one(&list, first)?.backup_checked_at.is_some(), "{list:?}");

    // Names and the address book.
    let rename = RenameWallet {
        address: second,
        name: " Savings ".into(),
    };
    let list = daemon.ask(rename).await?.wallets;
    anyhow::ensure!(one(&list, second)?.name == "Savings", "{list:?}");
    let mut forged = STRANGER.to_string();
    forged.replace_range(6..10, if forged.contains("zzzz") { "2222" } else { "zzzz" });
    let forged: WalletAddress = forged.parse()?;
    let name = "Landlord".to_owned();
    daemon
        .ask(SetContact {
            address: STRANGER,
            name,
        })
        .await?;

    // The other wallet operates after a restart as well, and is locked.
    daemon.ask(UseWallet { address: second }).await?;
    daemon.kill_and_start().await?;
    let list = daemon.ask(ListWallets {}).await?.wallets;
    anyhow::ensure!(
        one(&list, second)?.operating && !one(&list, first)?.operating,
        "{list:?}"
    );
    daemon.unlock().await?;
    daemon.ask(hearth_types::ipc::AskFaucet {}).await?;
    let reviewed = review(&daemon, forged, io(1)).await?;
    let alike = SendWarning::LooksLike {
        known: STRANGER,
        name: Some("Landlord".into()),
    };
    anyhow::ensure!(reviewed.warnings.contains(&alike), "{reviewed:?}");
    daemon.ask(LockWallet {}).await?;
    refused(
        send(&daemon, &reviewed.key, forged, io(1)).await,
        Code::WalletLocked,
    )?;

    // Where payouts go: nothing changes before its time.
    let there = SetWithdrawalAddress { address: Some(first) };
    refused(daemon.ask(there.clone()).await, Code::WalletLocked)?;
    daemon.unlock().await?;
    let held = daemon.ask(there).await?;
    anyhow::ensure!(held.address.is_none() && held.change.is_some(), "{held:?}");
    daemon.kill_and_start().await?;
    anyhow::ensure!(daemon.ask(ListWallets {}).await?.withdrawal == held);
    let held = daemon.ask(CancelWithdrawalChange {}).await?;
    anyhow::ensure!(held.address.is_none() && held.change.is_none(), "{held:?}");

    // Removal: not the operating one, not with money in it, unless it is said.
    let remove = |address, leave_balance| RemoveWallet {
        address,
        leave_balance,
    };
    refused(daemon.ask(remove(second, true)).await, Code::WalletInUse)?;
    daemon.ask(UseWallet { address: first }).await?;
    refused(daemon.ask(remove(second, false)).await, Code::WalletInUse)?;
    let list = daemon.ask(remove(second, true)).await?.wallets;
    anyhow::ensure!(list.len() == 1, "{list:?}");
    daemon.wait_reconciled().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_death_interrupts_is_made_once() -> anyhow::Result<()> {
    let Stage {
        network,
        mut daemon,
        _folder,
    } = stage().await?;
    daemon.make_wallet().await?;
    let mut expected = 0;
    for point in ["engine::before_send", "engine::before_confirm"] {
        daemon.process()?.kill().await?;
        daemon.start_dying_at(point).await?;
        daemon.unlock().await?;
        let reviewed = review(&daemon, STRANGER, io(4)).await?;
        let answer = send(&daemon, &reviewed.key, STRANGER, io(4)).await;
        refused(answer, Code::EngineUnreachable)?;
        daemon.process()?.wait_killed().await?;
        daemon.start().await?;
        expected += io(4).base_units;
        daemon
            .wait("the payment", async |client| {
                let all = ListHistory {
                    before: None,
                    limit: 200,
                };
                let rows = client.ask(all).await?;
                let settled = |row: &HistoryEntry| row.state >= EntryState::Confirmed;
                Ok(rows.iter().all(settled).then_some(()))
            })
            .await?;
        // Asked again with the old key, it says what became of it and pays nothing.
        daemon.unlock().await?;
        send(&daemon, &reviewed.key, STRANGER, io(4))
            .await
            .map_err(|error| described(&error))?;
        anyhow::ensure!(held(&network, STRANGER).await? == expected, "{point}");
        daemon.wait_reconciled().await?;
    }
    let left = GIFT.checked_sub(Io(expected)).context("more than the gift")?;
    anyhow::ensure!(left > Io::ZERO);
    Ok(())
}
