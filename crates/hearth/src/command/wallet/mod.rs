//! `hearth wallet`: wallets of the running daemon's profile.

mod keys;
mod people;
mod receive;
mod send;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use hearth_types::{
    id::WalletAddress,
    ipc::{
        Code, GetStatus, IpcError, ListWallets, LockWallet, OwnWallet, RemoveWallet, RenameWallet, Secret,
        UnlockWallet, UseWallet, WalletList,
    },
};

use crate::{client::Client, output};

/// `hearth wallet`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All wallets, with what they hold.
    #[command(
        after_help = "Examples:\n  hearth wallet list\n  hearth wallet list --json | jq '.wallets[].address'"
    )]
    List,
    /// Make a wallet with new words, which are printed this once.
    #[command(
        after_help = "Examples:\n  hearth wallet create --keychain\n  hearth wallet create --words 24 --passphrase-file pass.txt\n  printf '%s\\n' \"$PASS\" | hearth wallet create --passphrase-file -"
    )]
    Create(keys::Create),
    /// Bring a wallet in, from its words or from a key file of Solana's tools.
    #[command(
        after_help = "Examples:\n  hearth wallet import --words-file words.txt --keychain\n  hearth wallet import --key-file id.json --passphrase-file pass.txt --name Rig"
    )]
    Import(keys::Import),
    /// Choose the wallet that stakes, rents, earns and sends.
    #[command(
        after_help = "Examples:\n  hearth wallet use Savings\n  hearth wallet use 9xQe…full address --json"
    )]
    Use {
        /// Its name or address.
        wallet: String,
    },
    /// Name a wallet.
    #[command(after_help = "Examples:\n  hearth wallet rename \"Wallet 2\" Savings")]
    Rename {
        /// Its name or address.
        wallet: String,
        /// The new name.
        name: String,
    },
    /// Forget a wallet in which nothing is left open.
    #[command(
        after_help = "Examples:\n  hearth wallet remove Savings\n  hearth wallet remove Old --leave-balance"
    )]
    Remove {
        /// Its name or address.
        wallet: String,
        /// Even with money in it; only its words or key file can reach that then.
        #[arg(long)]
        leave_balance: bool,
    },
    /// Open the operating wallet.
    #[command(
        after_help = "Examples:\n  hearth wallet unlock --passphrase-file pass.txt\n  hearth wallet unlock"
    )]
    Unlock {
        /// File with the passphrase (mode 0600), or “-”; not needed for a key in the keychain.
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Lock the operating wallet. Lending goes on.
    #[command(after_help = "Examples:\n  hearth wallet lock --json")]
    Lock,
    /// Send IO or SOL, after a review.
    #[command(
        after_help = "Examples:\n  hearth wallet send landlord 12.5 --memo rent\n  hearth wallet send ADDRESS 0.1 --currency sol --yes --json"
    )]
    Send(send::Send),
    /// The address and its Solana Pay link, as text and QR code.
    #[command(
        after_help = "Examples:\n  hearth wallet receive\n  hearth wallet receive --amount 5 --currency io --json"
    )]
    Receive(receive::Receive),
    /// Prove that the words are still at hand: three of them are asked for, one a line.
    #[command(
        after_help = "Examples:\n  hearth wallet backup-check\n  hearth wallet backup-check --json < three-words.txt"
    )]
    BackupCheck,
    /// The address book.
    #[command(
        after_help = "Examples:\n  hearth wallet contact list --json\n  hearth wallet contact set ADDRESS landlord"
    )]
    Contact(people::Contact),
    /// The address that automatic payouts go to; a change waits 72 hours.
    #[command(
        after_help = "Examples:\n  hearth wallet withdrawal show --json\n  hearth wallet withdrawal set ADDRESS\n  hearth wallet withdrawal cancel"
    )]
    Withdrawal(people::Withdrawal),
}

/// Does what was asked.
pub(crate) fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    super::block_on(async {
        let mut client = Client::connect(data_dir).await?;
        match &args.what {
            What::List => show(
                &client.ask(ListWallets {}).await?,
                practice(&mut client).await?,
                json,
            ),
            What::Create(args) => keys::create(&mut client, args, json).await,
            What::Import(args) => keys::import(&mut client, args, json).await,
            What::Use { wallet } => {
                let address = find(&mut client, wallet).await?;
                let view = client.ask(UseWallet { address }).await?;
                say(&view, format!("{} operates from now on.", view.address), json)
            }
            What::Rename { wallet, name } => {
                let address = find(&mut client, wallet).await?;
                let name = name.clone();
                let list = client.ask(RenameWallet { address, name }).await?;
                show(&list, practice(&mut client).await?, json)
            }
            What::Remove {
                wallet,
                leave_balance,
            } => {
                let request = RemoveWallet {
                    address: find(&mut client, wallet).await?,
                    leave_balance: *leave_balance,
                };
                let list = client.ask(request).await?;
                show(&list, practice(&mut client).await?, json)
            }
            What::Unlock { passphrase_file } => {
                let passphrase = match passphrase_file {
                    Some(file) => super::secret::first_line(file)?,
                    None => Secret::default(),
                };
                let view = client.ask(UnlockWallet { passphrase }).await?;
                say(&view, "The wallet is open.", json)
            }
            What::Lock => {
                let view = client.ask(LockWallet {}).await?;
                say(&view, "The wallet is locked. Lending goes on.", json)
            }
            What::Send(args) => send::run(&mut client, args, json).await,
            What::Receive(args) => receive::run(&mut client, args, json).await,
            What::BackupCheck => keys::check_backup(&mut client, json).await,
            What::Contact(args) => people::contact(&mut client, args, json).await,
            What::Withdrawal(args) => people::withdrawal(&mut client, args, json).await,
        }
    })
}

async fn practice(client: &mut Client) -> Result<bool, IpcError> {
    Ok(client.ask(GetStatus {}).await?.network.is_practice())
}

fn say<T: serde::Serialize>(value: &T, sentence: impl AsRef<str>, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(value);
    }
    output::line(sentence);
    Ok(())
}

fn show(list: &WalletList, practice: bool, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(list);
    }
    for wallet in &list.wallets {
        output::line(describe(wallet, practice));
    }
    if list.wallets.is_empty() {
        output::line("No wallet yet. Make one with “hearth wallet create”.");
    }
    Ok(())
}

fn describe(wallet: &OwnWallet, practice: bool) -> String {
    let mark = if wallet.operating { '*' } else { ' ' };
    let state = match (wallet.operating, wallet.locked) {
        (true, true) => "  locked",
        (true, false) => "  open",
        (false, _) => "",
    };
    let test = if practice { " (practice)" } else { "" };
    let held = wallet.balances.map_or("the chain does not answer".into(), |b| {
        format!("{}, {}{test}", b.io, b.sol)
    });
    format!("{mark} {}  {}  {held}{state}", wallet.name, wallet.address)
}

/// One of the profile's wallets by address or name.
async fn find(client: &mut Client, text: &str) -> anyhow::Result<WalletAddress> {
    let wallets = client.ask(ListWallets {}).await?.wallets;
    let named: Vec<_> = wallets
        .iter()
        .filter(|wallet| wallet.name == text || wallet.address.to_string() == text)
        .collect();
    match named.as_slice() {
        [one] => Ok(one.address),
        [] => Err(
            IpcError::new(Code::NotFound, format!("No wallet is called “{text}” here."))
                .mend("“hearth wallet list” shows them.")
                .into(),
        ),
        _ => Err(
            IpcError::new(Code::BadRequest, format!("Several wallets are called “{text}”."))
                .mend("Name it by its address.")
                .into(),
        ),
    }
}
