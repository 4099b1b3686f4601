//! Making and importing wallets, and checking that the words are at hand.

use std::{
    io::{BufRead as _, Read as _},
    path::PathBuf,
};

use hearth_types::{
    id::WalletAddress,
    ipc::{
        AskBackupWords, BackupWord, CheckBackup, CreateWallet, ImportWallet, ImportWalletKey, RenameWallet,
        Secret,
    },
};

use super::super::secret::{Protected, whole};
use crate::{client::Client, output};

/// No word is longer.
const MAX_ANSWER_BYTES: u64 = 64;

/// `hearth wallet create`.
#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// 12 or 24.
    #[arg(long, default_value_t = 12)]
    words: u8,
    /// What to call it.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    protected: Protected,
}

/// `hearth wallet import`.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    #[command(flatten)]
    source: Source,
    /// What to call it.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    protected: Protected,
}

/// Where the secret is.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Source {
    /// File with 12 or 24 words (mode 0600), or “-” for standard input.
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
    /// Key file of Solana's tools: a JSON array of 64 numbers (mode 0600), or “-”.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

pub(super) async fn create(client: &mut Client, args: &Create, json: bool) -> anyhow::Result<()> {
    let request = CreateWallet {
        words: args.words,
        protection: args.protected.read()?,
    };
    let new = client.ask(request).await?;
    name(client, new.address, args.name.as_ref()).await?;
    if json {
        return output::json(&new);
    }
    output::line(format!("Wallet {}", new.address));
    output::line("Write these words down. They are the wallet, and they are shown this once:");
    for (number, word) in new.words.iter().enumerate() {
        output::line(format!("{:2}  {}", number + 1, word.0));
    }
    Ok(())
}

pub(super) async fn import(client: &mut Client, args: &Import, json: bool) -> anyhow::Result<()> {
    let protection = args.protected.read()?;
    let view = match (&args.source.words_file, &args.source.key_file) {
        (Some(file), _) => {
            let words = whole(file)?;
            client.ask(ImportWallet { words, protection }).await?
        }
        (None, file) => {
            let key = whole(file.as_deref().unwrap_or("-".as_ref()))?;
            client.ask(ImportWalletKey { key, protection }).await?
        }
    };
    name(client, view.address, args.name.as_ref()).await?;
    super::say(&view, format!("Wallet {}", view.address), json)
}

async fn name(client: &mut Client, address: WalletAddress, name: Option<&String>) -> anyhow::Result<()> {
    if let Some(name) = name {
        let name = name.clone();
        client.ask(RenameWallet { address, name }).await?;
    }
    Ok(())
}

pub(super) async fn check_backup(client: &mut Client, json: bool) -> anyhow::Result<()> {
    let places = client.ask(AskBackupWords {}).await?;
    if json {
        output::json(&serde_json::json!({ "places": places }))?;
    }
    let mut words = Vec::with_capacity(places.len());
    for place in places {
        if !json {
            output::line(format!("Word {place}:"));
        }
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .take(MAX_ANSWER_BYTES)
            .read_line(&mut line)?;
        let word = Secret(line.trim().to_owned());
        words.push(BackupWord { place, word });
    }
    let list = client.ask(CheckBackup { words }).await?;
    super::say(&list, "The words are right. Keep them where they are.", json)
}
