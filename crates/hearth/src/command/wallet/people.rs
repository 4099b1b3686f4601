//! The address book and the withdrawal address.

use clap::Subcommand;
use hearth_types::{
    id::WalletAddress,
    ipc::{
        CancelWithdrawalChange, Contact as Named, ListContacts, ListWallets, RemoveContact, SetContact,
        SetWithdrawalAddress, Withdrawal as Held,
    },
};

use crate::{client::Client, output};

/// `hearth wallet contact`.
#[derive(Debug, clap::Args)]
pub(super) struct Contact {
    #[command(subcommand)]
    what: ContactWhat,
}

#[derive(Debug, Subcommand)]
enum ContactWhat {
    /// All names with their addresses.
    List,
    /// Name an address.
    Set {
        /// The address.
        address: WalletAddress,
        /// Its name.
        name: String,
    },
    /// Take an address out of the book.
    Remove {
        /// The address.
        address: WalletAddress,
    },
}

/// `hearth wallet withdrawal`.
#[derive(Debug, clap::Args)]
pub(super) struct Withdrawal {
    #[command(subcommand)]
    what: WithdrawalWhat,
}

#[derive(Debug, Subcommand)]
enum WithdrawalWhat {
    /// The address in force and the change that waits.
    Show,
    /// Change it, 72 hours from now.
    Set {
        /// The new address.
        address: WalletAddress,
    },
    /// Use none any more, 72 hours from now.
    Clear,
    /// Cancel the change that waits.
    Cancel,
}

pub(super) async fn contact(client: &mut Client, args: &Contact, json: bool) -> anyhow::Result<()> {
    let book: Vec<Named> = match &args.what {
        ContactWhat::List => client.ask(ListContacts {}).await?,
        ContactWhat::Set { address, name } => {
            let (address, name) = (*address, name.clone());
            client.ask(SetContact { address, name }).await?
        }
        ContactWhat::Remove { address } => client.ask(RemoveContact { address: *address }).await?,
    };
    for contact in &book {
        if json {
            output::json(contact)?;
        } else {
            output::line(format!("{}  {}", contact.address, contact.name));
        }
    }
    if book.is_empty() && !json {
        output::line("The address book is empty.");
    }
    Ok(())
}

pub(super) async fn withdrawal(client: &mut Client, args: &Withdrawal, json: bool) -> anyhow::Result<()> {
    let held: Held = match &args.what {
        WithdrawalWhat::Show => client.ask(ListWallets {}).await?.withdrawal,
        WithdrawalWhat::Set { address } => {
            let address = Some(*address);
            client.ask(SetWithdrawalAddress { address }).await?
        }
        WithdrawalWhat::Clear => client.ask(SetWithdrawalAddress { address: None }).await?,
        WithdrawalWhat::Cancel => client.ask(CancelWithdrawalChange {}).await?,
    };
    if json {
        return output::json(&held);
    }
    let text = |address: Option<WalletAddress>| address.map_or("none".to_owned(), |a| a.to_string());
    output::line(format!("Withdrawal address: {}", text(held.address)));
    if let Some(change) = held.change {
        let at = change.at.seconds();
        output::line(format!("Becomes {} at Unix second {at}.", text(change.address)));
        output::line("“hearth wallet withdrawal cancel” keeps the present one.");
    }
    Ok(())
}
