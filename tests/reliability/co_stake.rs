//! Two wallets stake on one device together, and rewards are claimed: after each step both histories agree with the
//! chain, amount by amount, also where the other side moved the money.

use std::path::Path;

use anyhow::Context as _;
use hearth_program_interface::merkle;
use hearth_tests::{
    daemon::{Daemon, GIFT, described},
    network::Network,
    process::log_tails,
};
use hearth_types::{
    history::EntryKind,
    id::{Address, DeviceId, WalletAddress},
    ipc::{
        AcceptCoStake, AuditHistory, ClaimRewards, Code, GetWallet, IpcError, LeaveCoStake, ListClaims,
        ListCoStakes, ListDevices, ListHistory, ListSlashes, OfferCoStake, RequestUnstake,
        ReviewAcceptCoStake, ReviewClaim, ReviewLeaveCoStake, ReviewUnstake, Stake, WithdrawCoStake,
    },
    money::Io,
    network::NetworkKind,
    staking::{CoStakeObstacle, CoStakeStanding, RewardProof, SlashStanding},
};
use sha2::{Digest as _, Sha256};

use crate::authority::Verifier;

const IO: u64 = 100_000_000;
const DAY: u64 = 86_400;
/// What the owner leaves to the other, for how much of the rewards.
const PART: Io = Io(60 * IO);
const SHARE_BPS: u16 = 3_000;

struct Pair {
    owner: Daemon,
    other: Daemon,
    wallets: [WalletAddress; 2],
    device: DeviceId,
    verifier: Verifier,
    _network: Network,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offered_accepted_left_and_withdrawn() -> anyhow::Result<()> {
    with_pair(async |pair| {
        let account = pair.share().await?;
        let device = pair.owned().await?;
        anyhow::ensure!(device.stake.co_staked == PART, "{:?}", device.stake);
        anyhow::ensure!(device.stake.missing() == Io::ZERO, "{:?}", device.stake);

        pair.other
            .ask(ReviewLeaveCoStake { account })
            .await
            .map_err(told)?;
        pair.other.ask(LeaveCoStake { account }).await.map_err(told)?;
        pair.equal("left").await?;
        let twice = pair.other.ask(LeaveCoStake { account }).await;
        refused(twice, Code::BadRequest)?;
        refused(pair.other.ask(WithdrawCoStake { account }).await, Code::TooEarly)?;
        pair.verifier.advance(21 * DAY).await?;
        pair.other.ask(WithdrawCoStake { account }).await.map_err(told)?;
        pair.equal("withdrawn").await?;
        let wallet = pair.other.ask(GetWallet {}).await.map_err(told)?;
        let io = wallet.context("a wallet")?.balances.io;
        anyhow::ensure!(io == GIFT, "{io} came back of {GIFT}");
        let all = pair.owner.ask(ListCoStakes {}).await.map_err(told)?;
        anyhow::ensure!(all.given.is_empty(), "{:?}", all.given);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_owner_and_the_network_do_reaches_the_others_history() -> anyhow::Result<()> {
    with_pair(async |pair| {
        let account = pair.share().await?;

        // A slash takes the owner below its minimum beside the co-staker: both cool down.
        pair.verifier.post_slash(account, [5; 32]).await?;
        let slashes = pair.owner.ask(ListSlashes {}).await.map_err(told)?;
        let [slash] = slashes.as_slice() else {
            anyhow::bail!("{slashes:?}");
        };
        let waits = matches!(slash.standing, SlashStanding::Waiting { .. });
        anyhow::ensure!(waits && slash.amount == Io(10 * IO), "{slash:?}");
        pair.verifier.advance(DAY).await?;
        // 1 % of 200 IO an epoch: ten IO take five steps; the first one is enough here.
        pair.verifier.take_slash(account, [5; 32]).await?;
        pair.equal("slashed").await?;
        let kinds = pair.kinds(&pair.owner).await?;
        anyhow::ensure!(kinds.contains(&EntryKind::Slash), "{kinds:?}");
        let kinds = pair.kinds(&pair.other).await?;
        anyhow::ensure!(kinds.contains(&EntryKind::UnstakeRequest), "{kinds:?}");
        let all = pair.other.ask(ListCoStakes {}).await.map_err(told)?;
        let leaves = matches!(
            all.taken.first().map(|view| view.standing),
            Some(CoStakeStanding::Leaving { .. })
        );
        anyhow::ensure!(leaves, "{all:?}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_that_falls_short_is_told_so_first() -> anyhow::Result<()> {
    with_pair(async |pair| {
        pair.share().await?;
        let (device, amount) = (pair.device, Io(30 * IO));
        let review = pair.owner.ask(ReviewUnstake { device, amount }).await;
        let lines: Vec<_> = review.map_err(told)?.lines;
        let lines: Vec<_> = lines
            .iter()
            .map(|line| (line.what.as_str(), line.amount))
            .collect();
        let cooling = [
            ("unstaked_cooling", 30 * IO),
            ("unstaked_with_co_stake", 110 * IO),
        ];
        anyhow::ensure!(lines.starts_with(&cooling), "{lines:?}");
        pair.owner
            .ask(RequestUnstake { device, amount })
            .await
            .map_err(told)?;
        pair.equal("cooled together").await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rewards_are_claimed_with_a_proof() -> anyhow::Result<()> {
    with_pair(async |pair| {
        let now = pair.verifier.advance(2 * 3_600).await?;
        let (wallet, earned) = (pair.wallets[1], Io(25 * IO));
        let tag = NetworkKind::Practice.tag();
        let leaf = merkle::leaf(&tag, &wallet.0, earned.0, sha256);
        let proof = RewardProof {
            epoch: now / 3_600 - 1,
            index: 0,
            cumulative: earned,
            siblings: vec![],
        };
        let review = ReviewClaim { proof: proof.clone() };
        refused(pair.other.ask(review.clone()).await, Code::NotFound)?;
        pair.verifier.post_root(proof.epoch, leaf, earned).await?;
        refused(pair.other.ask(review.clone()).await, Code::TooEarly)?;
        pair.verifier.advance(3_600).await?;
        // Another wallet's proof.
        refused(pair.owner.ask(review.clone()).await, Code::BadRequest)?;
        pair.other.ask(review.clone()).await.map_err(told)?;
        let claim = ClaimRewards { proof };
        pair.other.ask(claim.clone()).await.map_err(told)?;
        pair.equal("claimed").await?;
        refused(pair.other.ask(claim).await, Code::NotFound)?;
        let claims = pair.other.ask(ListClaims {}).await.map_err(told)?;
        anyhow::ensure!(claims.claimed == earned && claims.roots.len() == 1, "{claims:?}");
        let kinds = pair.kinds(&pair.other).await?;
        anyhow::ensure!(kinds.contains(&EntryKind::Reward), "{kinds:?}");
        Ok(())
    })
    .await
}

impl Pair {
    async fn start(folder: &Path) -> anyhow::Result<Self> {
        let place = folder.join("network");
        let network = Network::start(&place).await?;
        let mut owner = Daemon::new("owner", folder, &network);
        let mut other = Daemon::new("other", folder, &network);
        owner.start().await?;
        other.start().await?;
        let wallets = [owner.make_wallet().await?, other.make_wallet().await?];
        let devices = owner.ask(ListDevices { refresh: false }).await.map_err(told)?;
        let device = devices.first().context("no GPU; install mesa-vulkan-drivers")?.id;
        Ok(Self {
            verifier: Verifier::of(&network, &place).await?,
            owner,
            other,
            wallets,
            device,
            _network: network,
        })
    }

    /// The owner stakes and offers, the other accepts; gives the device's account.
    async fn share(&self) -> anyhow::Result<Address> {
        let device = self.device;
        let offer = OfferCoStake {
            device,
            amount: PART,
            share_bps: SHARE_BPS,
        };
        refused(self.owner.ask(offer.clone()).await, Code::NotFound)?;
        self.stake(100).await?;
        self.owner.ask(offer.clone()).await.map_err(told)?;
        refused(self.owner.ask(offer).await, Code::BadRequest)?;
        self.equal("offered").await?;

        let all = self.other.ask(ListCoStakes {}).await.map_err(told)?;
        let [open] = all.open.as_slice() else {
            anyhow::bail!("{all:?}");
        };
        anyhow::ensure!(open.obstacle == Some(CoStakeObstacle::OwnerFirst), "{open:?}");
        let accept = AcceptCoStake {
            account: open.account,
            amount: PART,
            share_bps: SHARE_BPS,
        };
        refused(self.other.ask(accept.clone()).await, Code::BadRequest)?;
        self.stake(40).await?;
        let greedy = AcceptCoStake {
            share_bps: SHARE_BPS + 1,
            ..accept.clone()
        };
        refused(self.other.ask(greedy).await, Code::BadRequest)?;
        let review = ReviewAcceptCoStake {
            account: open.account,
            amount: PART,
            share_bps: SHARE_BPS,
        };
        let review = self.other.ask(review).await.map_err(told)?;
        let left = GIFT.0 - PART.0;
        anyhow::ensure!(review.left.io == Io(left), "{review:?}");
        self.other.ask(accept).await.map_err(told)?;
        self.equal("accepted").await?;
        Ok(open.account)
    }

    async fn stake(&self, amount: u64) -> anyhow::Result<()> {
        let stake = Stake {
            device: self.device,
            amount: Io(amount * IO),
        };
        self.owner.ask(stake).await.map_err(told)?;
        Ok(())
    }

    async fn owned(&self) -> anyhow::Result<hearth_types::ipc::DeviceView> {
        let devices = self
            .owner
            .ask(ListDevices { refresh: true })
            .await
            .map_err(told)?;
        let device = devices.into_iter().find(|device| device.id == self.device);
        device.context("the device")
    }

    /// Both histories agree with the chain, account by account and amount by amount.
    async fn equal(&self, step: &str) -> anyhow::Result<()> {
        for daemon in [&self.owner, &self.other] {
            daemon.wait_reconciled().await.context(step.to_owned())?;
            let audit = daemon.ask(AuditHistory {}).await.map_err(told)?;
            anyhow::ensure!(audit.ok, "{step}: {audit:#?}");
        }
        Ok(())
    }

    async fn kinds(&self, daemon: &Daemon) -> anyhow::Result<Vec<EntryKind>> {
        let list = ListHistory {
            before: None,
            limit: 100,
        };
        let entries = daemon.ask(list).await.map_err(told)?;
        Ok(entries.into_iter().map(|entry| entry.kind).collect())
    }
}

async fn with_pair(test: impl AsyncFnOnce(&Pair) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("hearth-pair-").tempdir()?;
    let played = async {
        let pair = Pair::start(folder.path()).await?;
        test(&pair).await
    };
    let outcome = played.await;
    outcome.with_context(|| format!("the logs end so:\n{}", log_tails(folder.path())))
}

fn told(error: IpcError) -> anyhow::Error {
    described(&error)
}

fn refused<T: std::fmt::Debug>(answer: Result<T, IpcError>, code: Code) -> anyhow::Result<()> {
    match answer {
        Err(error) if error.code == code => Ok(()),
        other => anyhow::bail!("{other:?} instead of {code:?}"),
    }
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let hash = parts
        .iter()
        .fold(Sha256::new(), |hash, part| hash.chain_update(part));
    hash.finalize().into()
}
