//! Staking together, slashes that others take and give back, a claim: after each step the story told from the chain
//! holds what the chain holds, for the owner, for the co-staker, and for both in one profile.

use hearth_chain::{
    BuildError,
    transactions::{ClaimTerms, RootTerms},
};
use hearth_practice::keys::Keys;
use hearth_program_interface::{account::SlashReason, merkle};

use super::*;

const DAY: u64 = 86_400;
/// Somebody whose large stake lets an epoch slash as much as the story needs.
const RICH: DeviceId = DeviceId([77; 32]);

struct Sharing {
    stage: Stage,
    verifier: Keypair,
    authority: Keypair,
}

impl Sharing {
    async fn start() -> Self {
        let stage = Stage::start().await;
        let keys = Keys::load_or_create(&stage._folder.path().join("keys")).unwrap();
        let sharing = Self {
            verifier: Keypair::from_secret(keys.verifier.secret_bytes()),
            authority: Keypair::from_secret(keys.network_authority.secret_bytes()),
            stage,
        };
        let chain = &sharing.stage.chain;
        let rich = Keypair::from_secret(&[9; 32]);
        for (wallet, amount) in [
            (&sharing.stage.provider, 500),
            (&sharing.stage.renter, 500),
            (&sharing.verifier, 1),
            (&rich, 40_000),
        ] {
            chain.faucet(wallet.address(), Io(amount * IO)).await.unwrap();
        }
        let recent = chain.latest_blockhash().await.unwrap();
        let build = chain.transactions();
        let stake = build.stake(&recent, &rich, sharing.stage.node.id(), RICH, Io(30_000 * IO));
        sharing.run(stake).await;
        sharing
    }

    async fn run(&self, transaction: Result<PreparedTransaction, BuildError>) {
        self.stage.run(transaction.unwrap()).await;
    }

    async fn stake(&self, amount: u64) {
        let recent = self.stage.chain.latest_blockhash().await.unwrap();
        let build = self.stage.chain.transactions();
        let (owner, node) = (&self.stage.provider, self.stage.node.id());
        self.run(build.stake(&recent, owner, node, DEVICE, Io(amount * IO)))
            .await;
    }

    /// 60 IO for 30 %.
    async fn offer_and_accept(&self) {
        let recent = self.stage.chain.latest_blockhash().await.unwrap();
        let build = self.stage.chain.transactions();
        let (owner, other, part) = (&self.stage.provider, &self.stage.renter, Io(60 * IO));
        self.run(build.offer_co_stake(&recent, owner, DEVICE, part, 3_000))
            .await;
        let address = owner.address();
        self.run(build.accept_offer(&recent, other, address, DEVICE, part, 3_000))
            .await;
    }

    /// Posts a slash, waits a day and takes it.
    async fn slash(&self, reason: SlashReason, evidence: u8) {
        let (chain, build) = (&self.stage.chain, self.stage.chain.transactions());
        let account = chain
            .program()
            .device(self.stage.provider.address(), DEVICE)
            .address;
        let recent = chain.latest_blockhash().await.unwrap();
        self.run(build.post_slash(&recent, &self.verifier, account, reason, [evidence; 32]))
            .await;
        self.stage.advance(DAY).await;
        let slashes = chain.slashes_of(account).await.unwrap();
        let recent = chain.latest_blockhash().await.unwrap();
        let slash = slashes.iter().find(|slash| slash.evidence == [evidence; 32]);
        self.run(build.take_slash(&recent, &self.stage.payer, slash.unwrap()))
            .await;
    }

    async fn restore(&self, evidence: u8) {
        let (chain, build) = (&self.stage.chain, self.stage.chain.transactions());
        let account = chain
            .program()
            .device(self.stage.provider.address(), DEVICE)
            .address;
        let slashes = chain.slashes_of(account).await.unwrap();
        let recent = chain.latest_blockhash().await.unwrap();
        let slash = slashes.iter().find(|slash| slash.evidence == [evidence; 32]);
        self.run(build.restore_slash(&recent, &self.authority, slash.unwrap()))
            .await;
    }

    async fn withdraw_both(&self) {
        let (chain, build) = (&self.stage.chain, self.stage.chain.transactions());
        let recent = chain.latest_blockhash().await.unwrap();
        let (owner, other) = (&self.stage.provider, &self.stage.renter);
        self.run(build.withdraw_co_stake(&recent, other, owner.address(), DEVICE))
            .await;
        self.run(build.withdraw(&recent, owner, DEVICE)).await;
    }

    /// The story told holds what the chain holds.
    async fn equal(&self, step: &str) {
        let wallets = [self.stage.provider.address(), self.stage.renter.address()];
        let mut sum = BTreeMap::new();
        for wallet in wallets {
            let told = own(self.told_of(&[wallet]).await);
            let held = self.stage.on_chain(wallet).await;
            assert_eq!(told, held, "{step}, {}", wallet.short());
            for (place, amount) in held {
                *sum.entry(place).or_default() += amount;
            }
        }
        assert_eq!(own(self.told_of(&wallets).await), sum, "{step}, together");
    }

    async fn told_of(&self, wallets: &[WalletAddress]) -> BTreeMap<(Account, Currency), i64> {
        let mut of_each = Vec::new();
        for wallet in wallets {
            of_each.push(self.stage.chain.wallet_effects(*wallet).await.unwrap());
        }
        let whose = Whose {
            wallets: wallets.to_vec(),
            faucet: Some(self.stage.faucet),
        };
        let facts = rebuild(&whose, &together(of_each).unwrap()).unwrap();
        let mut held = BTreeMap::new();
        for fact in &facts {
            for posting in &fact.entry.postings {
                *held.entry((posting.account, posting.currency)).or_default() += posting.amount;
            }
        }
        held.retain(|_, amount| *amount != 0);
        held
    }

    /// What slashes have cost a wallet by the story, base units.
    async fn slashed(&self, wallet: WalletAddress) -> i64 {
        let told = self.told_of(&[wallet]).await;
        told.get(&(Account::Slashed, Currency::Io)).copied().unwrap_or(0)
    }
}

fn own(told: BTreeMap<(Account, Currency), i64>) -> BTreeMap<(Account, Currency), i64> {
    let on_chain = told
        .into_iter()
        .filter(|((account, _), _)| Account::ON_CHAIN.contains(account));
    on_chain.collect()
}

fn io(amount: u64) -> i64 {
    i64::try_from(amount * IO).unwrap()
}

#[tokio::test]
async fn stake_of_two_is_told_as_the_chain_holds_it_whatever_others_do() {
    let sharing = Sharing::start().await;
    let (owner, other) = (sharing.stage.provider.address(), sharing.stage.renter.address());
    sharing.stake(140).await;
    sharing.offer_and_accept().await;
    sharing.equal("accepted").await;

    // All of both is slashed, and given back: to the owner's stake, to the co-staker's wallet.
    sharing.slash(SlashReason::Spoofed, 1).await;
    sharing.equal("slashed whole").await;
    assert_eq!(sharing.slashed(owner).await, io(140));
    assert_eq!(sharing.slashed(other).await, io(60));
    sharing.restore(1).await;
    sharing.equal("given back").await;
    assert_eq!(sharing.slashed(owner).await, 0);
    assert_eq!(sharing.slashed(other).await, 0);
    let chain = &sharing.stage.chain;
    let recent = chain.latest_blockhash().await.unwrap();
    let cancel = chain
        .transactions()
        .cancel_offer(&recent, &sharing.stage.provider, DEVICE);
    sharing.run(cancel).await;
    sharing.equal("the empty offer taken back").await;

    // A small slash takes the owner below its minimum: both cool down, by a stranger's transaction.
    sharing.offer_and_accept().await;
    sharing.slash(SlashReason::FailedProofs, 2).await;
    sharing.equal("slashed in part").await;
    assert_eq!(sharing.slashed(owner).await, io(10));
    let device = chain.device(owner, DEVICE).await.unwrap().unwrap();
    assert_eq!((device.staked, device.cooling), (0, 130 * IO));
    assert!(device.co.leaves_at > 0);
    // A slash of what cools and what leaves.
    sharing.slash(SlashReason::Spoofed, 3).await;
    sharing.equal("slashed while cooling").await;
    assert_eq!(sharing.slashed(owner).await, io(140));
    assert_eq!(sharing.slashed(other).await, io(60));
    sharing.restore(2).await;
    sharing.restore(3).await;
    sharing.equal("both given back").await;
    let recent = chain.latest_blockhash().await.unwrap();
    let cancel = chain
        .transactions()
        .cancel_offer(&recent, &sharing.stage.provider, DEVICE);
    sharing.run(cancel).await;

    // The co-staker announces that it leaves, then the owner falls short: that counts once.
    sharing.offer_and_accept().await;
    let recent = chain.latest_blockhash().await.unwrap();
    let build = chain.transactions();
    let leave = build.leave_co_stake(&recent, &sharing.stage.renter, owner, DEVICE);
    sharing.run(leave).await;
    sharing.equal("announced").await;
    let short = build.request_unstake(&recent, &sharing.stage.provider, DEVICE, Io(30 * IO));
    sharing.run(short).await;
    sharing.equal("cooled together").await;
    sharing.stage.advance(21 * DAY).await;
    sharing.withdraw_both().await;
    sharing.equal("withdrawn").await;
    sharing.stage.network.shutdown().await;
}

#[tokio::test]
async fn a_claim_is_told_as_income() {
    let sharing = Sharing::start().await;
    let chain = &sharing.stage.chain;
    sharing.stage.advance(2 * 3_600).await;
    let sha256 = |parts: &[&[u8]]| {
        use sha2::Digest as _;
        let hash = parts
            .iter()
            .fold(sha2::Sha256::new(), |hash, part| hash.chain_update(part));
        <[u8; 32]>::from(hash.finalize())
    };
    let (wallet, earned) = (sharing.stage.renter.address(), 25 * IO);
    let leaf = merkle::leaf(&NetworkKind::Practice.tag(), &wallet.0, earned, sha256);
    let terms = RootTerms {
        epoch: chain.time().await.unwrap().seconds() / 3_600 - 1,
        root: leaf,
        report: [1; 32],
        total: Io(earned),
        fee_draw: Io::ZERO,
    };
    let recent = chain.latest_blockhash().await.unwrap();
    let build = chain.transactions();
    sharing
        .run(build.post_root(&recent, &sharing.verifier, terms))
        .await;
    sharing.stage.advance(3_600).await;
    let recent = chain.latest_blockhash().await.unwrap();
    let terms = ClaimTerms {
        epoch: terms.epoch,
        index: 0,
        cumulative: Io(earned),
        siblings: &[],
    };
    sharing
        .run(build.claim(&recent, &sharing.stage.renter, terms))
        .await;
    sharing.equal("claimed").await;
    let told = sharing.told_of(&[wallet]).await;
    assert_eq!(told[&(Account::RewardIncome, Currency::Io)], -io(25));
    sharing.stage.network.shutdown().await;
}
