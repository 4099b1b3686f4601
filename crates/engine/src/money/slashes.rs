//! Slashes of devices that the wallet has stake in.

use hearth_program_interface::{
    account::{Slash, SlashReason as Reason, SlashStatus},
    params::SLASH_TAKE_SECONDS,
};
use hearth_types::{
    id::{Address, DeviceId, Digest, WalletAddress},
    ipc::IpcError,
    money::Io,
    staking::{SlashReason, SlashStanding, SlashView},
    time::UnixMillis,
};

use crate::engine::Engine;

const fn reason(reason: Reason) -> SlashReason {
    match reason {
        Reason::Spoofed => SlashReason::Spoofed,
        Reason::FailedProofs => SlashReason::FailedProofs,
        Reason::Cheating => SlashReason::Cheating,
        Reason::Abandoned => SlashReason::Abandoned,
    }
}

/// Where it stands at a moment of the chain's clock, seconds.
fn standing(slash: &Slash, now: u64) -> SlashStanding {
    match slash.status {
        SlashStatus::Pending if now < slash.takes_from => SlashStanding::Waiting {
            takes_from: UnixMillis::from_seconds(slash.takes_from),
        },
        SlashStatus::Pending => SlashStanding::Taking {
            lapses_at: UnixMillis::from_seconds(slash.takes_from.saturating_add(SLASH_TAKE_SECONDS)),
        },
        SlashStatus::Held => SlashStanding::Held {
            burns_from: UnixMillis::from_seconds(slash.burns_from),
        },
        SlashStatus::Restored => SlashStanding::Restored,
        SlashStatus::Burned => SlashStanding::Burned,
        SlashStatus::Voided => SlashStanding::Voided,
    }
}

impl Engine {
    pub(crate) async fn list_slashes(&self) -> Result<Vec<SlashView>, IpcError> {
        let wallet = self.own_address()?;
        let chain = &self.net().await?.chain;
        let now = chain.time().await?.seconds();
        let mut devices = chain.devices_of(wallet).await?;
        devices.extend(chain.co_stakes_of(wallet).await?);
        let mut slashes = Vec::new();
        for device in devices {
            let (owner, id) = (WalletAddress(device.owner), DeviceId(device.device_id));
            let account = chain.program().device(owner, id).address;
            for slash in chain.slashes_of(account).await? {
                let owned = owner == wallet;
                // A later co-staker has no part in it.
                if owned || slash.co_wallet == wallet.0 {
                    slashes.push(view(account, (owner, id), &slash, owned, now));
                }
            }
        }
        slashes.sort_by_key(|slash| std::cmp::Reverse(slash.posted_at));
        Ok(slashes)
    }
}

fn view(
    account: Address,
    (owner, device): (WalletAddress, DeviceId),
    slash: &Slash,
    owned: bool,
    now: u64,
) -> SlashView {
    let (taken, taken_of_other) = if owned {
        (slash.taken_owner, slash.taken_co)
    } else {
        (slash.taken_co, slash.taken_owner)
    };
    SlashView {
        account,
        owner,
        device,
        reason: reason(slash.reason),
        evidence: Digest(slash.evidence),
        base: Io(slash.base),
        amount: Io(slash.amount),
        taken: Io(taken),
        taken_of_other: Io(taken_of_other),
        uncovered: Io(slash.uncovered),
        posted_at: UnixMillis::from_seconds(slash.posted_at),
        standing: standing(slash, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slash(status: SlashStatus) -> Slash {
        Slash {
            bump: 255,
            device: [1; 32],
            evidence: [2; 32],
            reason: Reason::FailedProofs,
            status,
            co_wallet: [3; 32],
            base: 200,
            amount: 10,
            taken_owner: 6,
            taken_co: 4,
            uncovered: 0,
            posted_at: 1_000,
            takes_from: 1_000 + 86_400,
            burns_from: 7_000,
        }
    }

    #[test]
    fn a_pending_slash_waits_a_day_and_is_then_taken() {
        let slash = slash(SlashStatus::Pending);
        let from = slash.takes_from;
        let waiting = SlashStanding::Waiting {
            takes_from: UnixMillis::from_seconds(from),
        };
        assert_eq!(standing(&slash, from - 1), waiting);
        let taking = SlashStanding::Taking {
            lapses_at: UnixMillis::from_seconds(from + 30 * 86_400),
        };
        assert_eq!(standing(&slash, from), taking);
    }

    #[test]
    fn each_party_sees_what_was_taken_of_it() {
        let slash = slash(SlashStatus::Held);
        let whose = (WalletAddress([8; 32]), DeviceId([9; 32]));
        let owners = view(Address([1; 32]), whose, &slash, true, 0);
        assert_eq!((owners.taken, owners.taken_of_other), (Io(6), Io(4)));
        let others = view(Address([1; 32]), whose, &slash, false, 0);
        assert_eq!((others.taken, others.taken_of_other), (Io(4), Io(6)));
    }
}
