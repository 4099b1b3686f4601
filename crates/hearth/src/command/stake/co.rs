//! `hearth stake co`: staking together with another wallet.

use clap::Subcommand;
use hearth_types::{
    id::Address,
    ipc::{
        AcceptCoStake, CancelCoStakeOffer, Code, IpcError, LeaveCoStake, ListCoStakes, OfferCoStake,
        ReviewAcceptCoStake, ReviewCancelCoStakeOffer, ReviewLeaveCoStake, ReviewOfferCoStake,
        ReviewWithdrawCoStake, WithdrawCoStake,
    },
    money::{Io, format_decimal, parse_decimal},
    network::NetworkKind,
    staking::{CoStakeObstacle, CoStakeStanding, CoStakeView, CoStakes, WHOLE_BPS},
};

use super::{done, named};
use crate::{client::Client, command::review::Confirm, output};

#[derive(Debug, Subcommand)]
pub(super) enum What {
    /// Offers on your devices, your parts in others' devices, and what others offer.
    #[command(after_help = "Examples:\n  hearth stake co list\n  hearth stake co list --json | jq .open")]
    List,
    /// Offer another wallet to stake a part of what a device needs. The terms are locked once accepted.
    #[command(
        after_help = "Examples:\n  hearth stake co offer 0 100 30\n  hearth stake co offer 0 100 12.5 --yes --json"
    )]
    Offer {
        /// Its number in “hearth stake status”, or its id.
        device: String,
        /// How much IO the other wallet is to stake; at most half of what the device needs.
        amount: Io,
        /// Its share of the device's rewards, percent.
        share: Share,
        #[command(flatten)]
        confirm: Confirm,
    },
    /// Take an offer back that nobody has accepted.
    #[command(after_help = "Examples:\n  hearth stake co cancel 0\n  hearth stake co cancel 0 --yes --json")]
    Cancel {
        /// Its number in “hearth stake status”, or its id.
        device: String,
        #[command(flatten)]
        confirm: Confirm,
    },
    /// Stake what somebody offers, on the terms that “hearth stake co list” shows.
    #[command(
        after_help = "Examples:\n  hearth stake co accept 9xQe…the device's account\n  hearth stake co accept 9xQe… --yes --json"
    )]
    Accept {
        /// The device's account, as its owner told it.
        account: Address,
        #[command(flatten)]
        confirm: Confirm,
    },
    /// Leave a co-stake: it earns nothing from now on, counts for 7 more days, then cools down.
    #[command(
        after_help = "Examples:\n  hearth stake co leave 9xQe…\n  hearth stake co leave 9xQe… --yes --json"
    )]
    Leave {
        /// The device's account.
        account: Address,
        #[command(flatten)]
        confirm: Confirm,
    },
    /// Withdraw a co-stake that has cooled down.
    #[command(
        after_help = "Examples:\n  hearth stake co withdraw 9xQe…\n  hearth stake co withdraw 9xQe… --yes --json"
    )]
    Withdraw {
        /// The device's account.
        account: Address,
        #[command(flatten)]
        confirm: Confirm,
    },
}

/// A share of rewards, as a person types it: `12.5` means 12.5 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share(u16);

impl std::str::FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim_end_matches('%');
        let bps = parse_decimal(text, 2).map_err(|error| error.to_string())?;
        let bps = u16::try_from(bps).ok().filter(|bps| *bps <= WHOLE_BPS);
        bps.map(Self).ok_or_else(|| "more than 100 percent".to_owned())
    }
}

/// Does what was asked.
pub(super) async fn run(
    what: &What,
    client: &mut Client,
    network: NetworkKind,
    json: bool,
) -> anyhow::Result<()> {
    let practice = network.is_practice();
    let signed = match what {
        What::List => return list(&client.ask(ListCoStakes {}).await?, practice, json),
        What::Offer {
            device,
            amount,
            share,
            confirm,
        } => {
            let (device, amount, share_bps) = (named(client, device).await?, *amount, share.0);
            let review = ReviewOfferCoStake {
                device,
                amount,
                share_bps,
            };
            confirm.ask(&client.ask(review).await?, practice, json)?;
            let offer = OfferCoStake {
                device,
                amount,
                share_bps,
            };
            client.ask(offer).await?
        }
        What::Cancel { device, confirm } => {
            let device = named(client, device).await?;
            let review = client.ask(ReviewCancelCoStakeOffer { device }).await?;
            confirm.ask(&review, practice, json)?;
            client.ask(CancelCoStakeOffer { device }).await?
        }
        What::Accept { account, confirm } => {
            let account = *account;
            let all = client.ask(ListCoStakes {}).await?;
            let offer = all.open.iter().find(|offer| offer.account == account);
            let offer = offer.ok_or_else(no_offer)?;
            let (amount, share_bps) = (offer.offered, offer.share_bps);
            let review = ReviewAcceptCoStake {
                account,
                amount,
                share_bps,
            };
            let review = client.ask(review).await?;
            if !json {
                output::line(describe(offer, practice));
            }
            confirm.ask(&review, practice, json)?;
            let accept = AcceptCoStake {
                account,
                amount,
                share_bps,
            };
            client.ask(accept).await?
        }
        What::Leave { account, confirm } => {
            let account = *account;
            let review = client.ask(ReviewLeaveCoStake { account }).await?;
            confirm.ask(&review, practice, json)?;
            client.ask(LeaveCoStake { account }).await?
        }
        What::Withdraw { account, confirm } => {
            let account = *account;
            let review = client.ask(ReviewWithdrawCoStake { account }).await?;
            confirm.ask(&review, practice, json)?;
            client.ask(WithdrawCoStake { account }).await?
        }
    };
    done(signed, network, json)
}

fn no_offer() -> IpcError {
    IpcError::new(Code::NotFound, "Nobody offers a co-stake at this account.")
        .mend("“hearth stake co list” shows what is offered.")
}

fn list(all: &CoStakes, practice: bool, json: bool) -> anyhow::Result<()> {
    if json {
        return output::json(all);
    }
    let parts = [
        ("On your devices:", &all.given),
        ("Yours in others' devices:", &all.taken),
        ("Offered by others:", &all.open),
    ];
    for (title, views) in parts {
        output::line(title);
        for view in views {
            output::line(format!("  {}", describe(view, practice)));
        }
        if views.is_empty() {
            output::line("  none");
        }
    }
    Ok(())
}

fn describe(view: &CoStakeView, practice: bool) -> String {
    let test = if practice { " (practice)" } else { "" };
    let share = format_decimal(u64::from(view.share_bps), 2);
    let standing = match view.standing {
        CoStakeStanding::Open => match view.obstacle {
            None => "open".to_owned(),
            Some(CoStakeObstacle::OwnerFirst) => "waits for the owner's own stake".to_owned(),
            Some(CoStakeObstacle::AboveHalf) => "more than half of the requirement by now".to_owned(),
            Some(CoStakeObstacle::SlashPending) => "waits for a slash to be decided".to_owned(),
        },
        CoStakeStanding::Active { co_staker, staked } => {
            format!("{staked} staked by {}", co_staker.short())
        }
        CoStakeStanding::Leaving {
            co_staker,
            staked,
            leaves_at,
            unlock_at,
        } => format!(
            "{staked} of {} leaves at Unix second {}, to be withdrawn from {}",
            co_staker.short(),
            leaves_at.seconds(),
            unlock_at.seconds()
        ),
    };
    let (account, offered, required) = (view.account, view.offered, view.required);
    format!("{account}  {offered} of {required} for {share} % of the rewards: {standing}{test}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_percent_with_two_decimals() {
        assert_eq!("30".parse(), Ok(Share(3_000)));
        assert_eq!("12.5%".parse(), Ok(Share(1_250)));
        assert_eq!("100".parse(), Ok(Share(10_000)));
        for bad in ["100.01", "-1", "0.001", "half", "700"] {
            assert!(bad.parse::<Share>().is_err(), "{bad}");
        }
    }
}
