//! Sample co-stakes, slashes and rewards.

use std::cell::RefCell;

use hearth_types::{
    id::{Address, DeviceId, Digest, WalletAddress},
    ipc::*,
    money::Io,
    staking::{
        Claims, CoStakeObstacle, CoStakeStanding, CoStakeView, CoStakes, RewardRoot, SlashReason,
        SlashStanding, SlashView,
    },
    time::UnixMillis,
};

use super::{
    changed, json, later, review,
    samples::{WALLET, ago, io, tx},
};
use crate::state::now_millis;

const DAY: u64 = 86_400;
const NEIGHBOUR: WalletAddress = WalletAddress([41; 32]);

thread_local! {
    static CO_STAKES: RefCell<CoStakes> = RefCell::new(co_stakes());
}

fn ahead(seconds: u64) -> UnixMillis {
    UnixMillis(now_millis() + seconds * 1000)
}

fn view(number: u8, owner: WalletAddress, device: DeviceId, standing: CoStakeStanding) -> CoStakeView {
    CoStakeView {
        account: Address([number; 32]),
        owner,
        device,
        offered: io(60),
        share_bps: 3_000,
        required: io(200),
        owner_staked: io(140),
        standing,
        obstacle: None,
    }
}

fn co_stakes() -> CoStakes {
    let given = CoStakeStanding::Active {
        co_staker: NEIGHBOUR,
        staked: io(60),
    };
    let leaving = CoStakeStanding::Leaving {
        co_staker: WALLET,
        staked: io(100),
        leaves_at: ahead(5 * DAY),
        unlock_at: ahead(19 * DAY),
    };
    let other = DeviceId([51; 32]);
    let waits = CoStakeView {
        obstacle: Some(CoStakeObstacle::OwnerFirst),
        ..view(64, NEIGHBOUR, DeviceId([53; 32]), CoStakeStanding::Open)
    };
    CoStakes {
        given: vec![view(61, WALLET, DeviceId([20; 32]), given)],
        taken: vec![view(62, NEIGHBOUR, other, leaving)],
        open: vec![
            view(63, NEIGHBOUR, DeviceId([52; 32]), CoStakeStanding::Open),
            waits,
        ],
    }
}

fn slashes() -> Vec<SlashView> {
    vec![SlashView {
        account: Address([65; 32]),
        owner: WALLET,
        device: DeviceId([21; 32]),
        reason: SlashReason::FailedProofs,
        evidence: Digest([71; 32]),
        base: io(200),
        amount: io(10),
        taken: io(0),
        taken_of_other: io(0),
        uncovered: io(0),
        posted_at: ago(4 * 3_600),
        standing: SlashStanding::Waiting {
            takes_from: ahead(20 * 3_600),
        },
    }]
}

fn claims() -> Claims {
    let root = |epochs_ago: u64| {
        let posted_at = ago(epochs_ago * 3_600 + 1_800);
        RewardRoot {
            epoch: now_millis() / 3_600_000 - 1 - epochs_ago,
            root: Digest([81; 32]),
            report: Digest([82; 32]),
            total: io(1_204_881),
            posted_at,
            claimable_from: UnixMillis(posted_at.0 + 3_600_000),
            claimable: epochs_ago > 0,
        }
    };
    Claims {
        claimed: Io(4_250_000_000),
        roots: (0..3).map(root).collect(),
    }
}

fn done(change: impl FnOnce(&mut CoStakes)) -> Result<String, IpcError> {
    CO_STAKES.with_borrow_mut(change);
    later(10, || changed(&[Topic::Devices, Topic::Wallet, Topic::History]));
    json(TxView { signature: tx(9) })
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "only commands about co-stakes, slashes and rewards come here"
)]
pub(super) fn ask(command: Command) -> Result<String, IpcError> {
    match command {
        Command::ListCoStakes(_) => json(CO_STAKES.with_borrow(Clone::clone)),
        Command::ListSlashes(_) => json(slashes()),
        Command::ListClaims(_) => json(claims()),
        Command::ReviewOfferCoStake(_) | Command::ReviewCancelCoStakeOffer(_) => {
            let fee_only = review("", io(0), Fate::Spent);
            json(Review {
                lines: fee_only
                    .lines
                    .into_iter()
                    .filter(|line| line.amount > 0)
                    .collect(),
                ..fee_only
            })
        }
        Command::OfferCoStake(request) => done(|all| {
            let open = view(66, WALLET, request.device, CoStakeStanding::Open);
            all.given.push(CoStakeView {
                offered: request.amount,
                share_bps: request.share_bps,
                ..open
            });
        }),
        Command::CancelCoStakeOffer(request) => {
            done(|all| all.given.retain(|view| view.device != request.device))
        }
        Command::ReviewAcceptCoStake(request) => json(review("co_stake", request.amount, Fate::ComesBack)),
        Command::AcceptCoStake(request) => done(|all| {
            if let Some(place) = all.open.iter().position(|view| view.account == request.account) {
                let standing = CoStakeStanding::Active {
                    co_staker: WALLET,
                    staked: request.amount,
                };
                let taken = all.open.remove(place);
                all.taken.push(CoStakeView { standing, ..taken });
            }
        }),
        Command::ReviewLeaveCoStake(_) => json(review("co_stake_leaving", io(60), Fate::CoolsDown)),
        Command::LeaveCoStake(request) => done(|all| {
            for view in all
                .taken
                .iter_mut()
                .filter(|view| view.account == request.account)
            {
                view.standing = CoStakeStanding::Leaving {
                    co_staker: WALLET,
                    staked: view.offered,
                    leaves_at: ahead(7 * DAY),
                    unlock_at: ahead(21 * DAY),
                };
            }
        }),
        Command::ReviewWithdrawCoStake(_) => json(review("withdrawn", io(100), Fate::Arrives)),
        Command::WithdrawCoStake(request) => {
            done(|all| all.taken.retain(|view| view.account != request.account))
        }
        Command::ReviewClaim(_) => json(review("reward", Io(83_200_000), Fate::Arrives)),
        Command::ClaimRewards(_) => done(|_| ()),
        other => Err(IpcError::new(
            Code::Internal,
            format!("{} is not about staking.", other.name()),
        )),
    }
}
