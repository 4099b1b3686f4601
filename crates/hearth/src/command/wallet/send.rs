//! Sending, after a review.

use hearth_types::{
    id::WalletAddress,
    ipc::{
        Amount, Code, GetStatus, IpcError, ListContacts, ListWallets, ReviewSend, Send as SendRequest,
        SendReview, SendWarning,
    },
    money::Currency,
};

use super::super::{review::Confirm, stake::done};
use crate::{client::Client, output};

/// `hearth wallet send`.
#[derive(Debug, clap::Args)]
pub(super) struct Send {
    /// An address, a name of the address book or one of your own wallets.
    to: String,
    /// How much, such as 12.5.
    amount: String,
    /// Of what.
    #[arg(long, value_enum, default_value_t = CurrencyName::Io)]
    currency: CurrencyName,
    /// A note in the transaction, for everybody to read.
    #[arg(long)]
    memo: Option<String>,
    #[command(flatten)]
    confirm: Confirm,
}

/// A currency as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum CurrencyName {
    /// IO.
    Io,
    /// SOL.
    Sol,
}

impl From<CurrencyName> for Currency {
    fn from(name: CurrencyName) -> Self {
        match name {
            CurrencyName::Io => Self::Io,
            CurrencyName::Sol => Self::Sol,
        }
    }
}

/// An amount as it is typed.
pub(super) fn amount(text: &str, currency: Currency) -> Result<Amount, IpcError> {
    Amount::parse(text, currency)
        .map_err(|error| IpcError::new(Code::BadRequest, format!("“{text}” is no amount: {error}.")))
}

pub(super) async fn run(client: &mut Client, args: &Send, json: bool) -> anyhow::Result<()> {
    let to = recipient(client, &args.to).await?;
    let amount = amount(&args.amount, args.currency.into())?;
    let memo = args.memo.clone();
    let asked = ReviewSend {
        to,
        amount,
        memo: memo.clone(),
    };
    let reviewed = client.ask(asked).await?;
    tell(&reviewed, to, json)?;
    let practice = super::practice(client).await?;
    args.confirm.ask(&reviewed.review, practice, json)?;
    let request = SendRequest {
        key: reviewed.key,
        to,
        amount,
        memo,
    };
    let network = client.ask(GetStatus {}).await?.network;
    done(client.ask(request).await?, network, json)
}

/// Recipient and warnings, before the amounts.
fn tell(reviewed: &SendReview, to: WalletAddress, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(&serde_json::json!({
            "to": to, "name": reviewed.name, "warnings": reviewed.warnings,
        }));
    }
    match &reviewed.name {
        Some(name) => output::line(format!("To {name}, {to}")),
        None => output::line(format!("To {to}")),
    }
    for warning in &reviewed.warnings {
        output::line(format!("Note: {}", words(warning)));
    }
    Ok(())
}

fn words(warning: &SendWarning) -> String {
    match warning {
        SendWarning::FirstTime => "Nothing was sent to this address before.".into(),
        SendWarning::LooksLike { known, name } => {
            let name = name.as_deref().unwrap_or("an earlier recipient");
            format!("It looks like {known} ({name}) and is another one. Compare every character.")
        }
        SendWarning::NotAWallet => "It belongs to a program. What is sent there may be lost for good.".into(),
    }
}

/// By name or address.
async fn recipient(client: &mut Client, text: &str) -> anyhow::Result<WalletAddress> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    let contacts = client.ask(ListContacts {}).await?;
    let contact = contacts.iter().find(|c| c.name.eq_ignore_ascii_case(text));
    if let Some(contact) = contact {
        return Ok(contact.address);
    }
    let own = client.ask(ListWallets {}).await?.wallets;
    let own = own.iter().find(|wallet| wallet.name.eq_ignore_ascii_case(text));
    let found = own.map(|wallet| wallet.address);
    Ok(found.ok_or_else(|| {
        IpcError::new(
            Code::NotFound,
            format!("“{text}” is no address and no name known here."),
        )
        .mend("“hearth wallet contact list” shows the address book.")
    })?)
}
