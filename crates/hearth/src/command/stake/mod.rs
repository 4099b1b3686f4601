//! `hearth stake`: stake on this machine's devices, alone or with others; slashes; rewards.

mod co;
mod rewards;
mod slashes;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use hearth_types::{
    explorer,
    id::DeviceId,
    ipc::{
        Code, DeviceView, GetStatus, IpcError, ListDevices, RequestUnstake, ReviewStake, ReviewUnstake,
        ReviewWithdraw, Stake, StakePosition, TxView, WithdrawStake,
    },
    money::Io,
    network::NetworkKind,
};
use serde::Serialize;

use super::review::Confirm;
use crate::{client::Client, output};

/// `hearth stake`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Each device's requirement, stake and cooldown.
    #[command(after_help = "Examples:\n  hearth stake status\n  hearth stake status --json")]
    Status,
    /// Stake IO on a device.
    #[command(after_help = "Examples:\n  hearth stake add 0 200\n  hearth stake add 0 200 --yes --json")]
    Add {
        /// Its number in “hearth stake status”, or its id.
        device: String,
        /// How much IO, such as 12.5.
        amount: Io,
        #[command(flatten)]
        confirm: Confirm,
    },
    /// Ask stake back: what exceeds the requirement returns at once, the rest cools down.
    #[command(after_help = "Examples:\n  hearth stake remove 0 50\n  hearth stake remove 0 50 --yes --json")]
    Remove {
        /// Its number in “hearth stake status”, or its id.
        device: String,
        /// How much IO.
        amount: Io,
        #[command(flatten)]
        confirm: Confirm,
    },
    /// Withdraw what has cooled down.
    #[command(after_help = "Examples:\n  hearth stake withdraw 0\n  hearth stake withdraw 0 --yes --json")]
    Withdraw {
        /// Its number in “hearth stake status”, or its id.
        device: String,
        #[command(flatten)]
        confirm: Confirm,
    },
    /// Stake together with another wallet.
    #[command(
        subcommand,
        after_help = "Examples:\n  hearth stake co list\n  hearth stake co offer 0 100 30\n  hearth stake co accept 9xQe…"
    )]
    Co(co::What),
    /// Slashes of devices that this wallet has stake in: how much, what for, until when it can be appealed.
    #[command(after_help = "Examples:\n  hearth stake slashes\n  hearth stake slashes --json")]
    Slashes,
    /// What this wallet has claimed of rewards, and the epochs' roots to claim against.
    #[command(after_help = "Examples:\n  hearth stake claims\n  hearth stake claims --json | jq .claimed")]
    Claims,
    /// Claim rewards with a proof: a JSON file with epoch, index, cumulative and siblings.
    #[command(
        after_help = "Examples:\n  hearth stake claim proof.json\n  hearth stake claim proof.json --yes --json"
    )]
    Claim {
        /// The file.
        proof: PathBuf,
        #[command(flatten)]
        confirm: Confirm,
    },
}

/// One device's stake, for programs.
#[derive(Serialize)]
struct Line<'a> {
    number: usize,
    device: DeviceId,
    name: &'a str,
    stake: StakePosition,
}

/// Does what was asked.
pub(crate) fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    super::block_on(async {
        let mut client = Client::connect(data_dir).await?;
        let network = client.ask(GetStatus {}).await?.network;
        let practice = network.is_practice();
        let signed = match &args.what {
            What::Co(what) => return co::run(what, &mut client, network, json).await,
            What::Slashes => return slashes::run(&mut client, practice, json).await,
            What::Claims => return rewards::list(&mut client, practice, json).await,
            What::Claim { proof, confirm } => {
                return rewards::claim(&mut client, proof, confirm, network, json).await;
            }
            What::Status => {
                let devices = client.ask(ListDevices { refresh: false }).await?;
                return status(&devices, practice, json);
            }
            What::Add {
                device,
                amount,
                confirm,
            } => {
                let (device, amount) = (named(&mut client, device).await?, *amount);
                let review = client.ask(ReviewStake { device, amount }).await?;
                confirm.ask(&review, practice, json)?;
                client.ask(Stake { device, amount }).await?
            }
            What::Remove {
                device,
                amount,
                confirm,
            } => {
                let (device, amount) = (named(&mut client, device).await?, *amount);
                let review = client.ask(ReviewUnstake { device, amount }).await?;
                confirm.ask(&review, practice, json)?;
                client.ask(RequestUnstake { device, amount }).await?
            }
            What::Withdraw { device, confirm } => {
                let device = named(&mut client, device).await?;
                let review = client.ask(ReviewWithdraw { device }).await?;
                confirm.ask(&review, practice, json)?;
                client.ask(WithdrawStake { device }).await?
            }
        };
        done(signed, network, json)
    })
}

/// Says which transaction did it, and where anybody can look at it.
pub(super) fn done(tx: TxView, network: NetworkKind, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(&tx);
    }
    output::line(format!("Done. Transaction {}", tx.signature));
    if let Some(page) = explorer::transaction(network, tx.signature) {
        output::line(page);
    }
    Ok(())
}

fn status(devices: &[DeviceView], practice: bool, json: bool) -> anyhow::Result<()> {
    let test = if practice { " (practice)" } else { "" };
    for (number, view) in devices.iter().enumerate() {
        let (name, stake) = (view.device.name.as_str(), view.stake);
        if json {
            output::json(&Line {
                number,
                device: view.id,
                name,
                stake,
            })?;
            continue;
        }
        let cooling = if stake.cooling > Io::ZERO {
            let at = stake.unlock_at.map_or(0, |at| at.seconds());
            format!(", {} cooling down until Unix second {at}", stake.cooling)
        } else {
            String::new()
        };
        let hired = if stake.hired { ", hired" } else { "" };
        let shared = if stake.co_staked > Io::ZERO {
            format!(", {} by a co-staker", stake.co_staked)
        } else {
            String::new()
        };
        let slashed = match stake.slashes {
            0 => "",
            1.. => ", a slash is pending (see “hearth stake slashes”)",
        };
        let (staked, required) = (stake.staked, stake.required);
        output::line(format!(
            "{number}  {name}: {staked} staked of {required} needed{shared}{cooling}{hired}{slashed}{test}"
        ));
    }
    if devices.is_empty() && !json {
        output::line("No GPU was found; stake is per device.");
    }
    Ok(())
}

/// The device that is called so.
async fn named(client: &mut Client, text: &str) -> Result<DeviceId, IpcError> {
    find(&client.ask(ListDevices { refresh: false }).await?, text)
}

/// A device by number or id.
fn find(devices: &[DeviceView], text: &str) -> Result<DeviceId, IpcError> {
    let by_number = text.parse().ok().and_then(|number: usize| devices.get(number));
    let by_id = devices.iter().find(|view| view.id.to_string() == text);
    by_number.or(by_id).map(|view| view.id).ok_or_else(|| {
        IpcError::new(Code::NotFound, format!("No device is called “{text}” here."))
            .mend("“hearth stake status” lists them with their numbers.")
    })
}
