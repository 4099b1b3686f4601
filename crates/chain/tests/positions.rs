//! Staking together, slashes, claims and top-ups on a practice network, every amount compared with what it must be.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking"
)]

use hearth_chain::{
    BuildError, ChainClient, ChainConfig, ChainError, Keypair, NodeKey, PreparedTransaction, SessionKeypair,
    TxSigner,
    client::{Outcome, Sending, TransactionRecord, TxError},
    transactions::{ClaimTerms, RootTerms},
};
use hearth_practice::{Practice, PracticeConfig, RunningPractice, keys::Keys};
use hearth_program_interface::{
    Bytes32,
    account::{Device, NOBODY, SlashReason, SlashStatus},
    error::ProgramError,
    event::Event,
    merkle,
};
use hearth_types::{
    id::{Address, DeviceId, LeaseId, WalletAddress},
    ipc::Code,
    market::Quote,
    money::{Io, IoPerSecond},
    network::NetworkKind,
    time::UnixMillis,
};

const IO: u64 = 100_000_000;
const DAY: u64 = 86_400;
const DEVICE: DeviceId = DeviceId([7; 32]);

struct Stage {
    network: RunningPractice,
    chain: ChainClient,
    owner: Keypair,
    other: Keypair,
    verifier: Keypair,
    authority: Keypair,
    node: NodeKey,
    _folder: tempfile::TempDir,
}

/// A network with an owner and another wallet of 500 IO each, and the network's own keys with SOL.
async fn stage() -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let network = Practice::start(PracticeConfig::new(folder.path())).await.unwrap();
    let keys = Keys::load_or_create(&folder.path().join("keys")).unwrap();
    let chain = ChainClient::new(ChainConfig {
        rpc_url: network.rpc_url(),
        network: NetworkKind::Practice,
        program: Address(network.program_id().to_bytes()),
        io_mint: Address(network.io_mint().to_bytes()),
    });
    let stage = Stage {
        network,
        chain,
        owner: Keypair::from_secret(&[1; 32]),
        other: Keypair::from_secret(&[2; 32]),
        verifier: Keypair::from_secret(keys.verifier.secret_bytes()),
        authority: Keypair::from_secret(keys.network_authority.secret_bytes()),
        node: NodeKey::from_secret(&[3; 32]),
        _folder: folder,
    };
    for wallet in [&stage.owner, &stage.other, &stage.verifier] {
        stage.chain.faucet(wallet.address(), Io(500 * IO)).await.unwrap();
    }
    stage
}

impl Stage {
    async fn run(&self, transaction: Result<PreparedTransaction, BuildError>) -> TransactionRecord {
        let transaction = transaction.unwrap();
        let outcome = self.chain.confirm(&transaction, Sending::First).await.unwrap();
        assert_eq!(outcome, Outcome::Confirmed);
        let record = self.chain.transaction_events(transaction.signature).await;
        record.unwrap().unwrap()
    }

    async fn refused(&self, transaction: Result<PreparedTransaction, BuildError>) -> (ProgramError, Code) {
        let transaction = transaction.unwrap();
        let error = self
            .chain
            .confirm(&transaction, Sending::First)
            .await
            .unwrap_err();
        let code = error.code();
        match error {
            ChainError::Refused(TxError::Program(error)) => (error, code),
            other => panic!("{other:?}"),
        }
    }

    async fn io(&self, wallet: &dyn TxSigner) -> u64 {
        self.chain.balances(wallet.address()).await.unwrap().io.0
    }

    async fn sol(&self, wallet: &dyn TxSigner) -> u64 {
        self.chain.balances(wallet.address()).await.unwrap().sol.0
    }

    async fn device(&self) -> Device {
        let device = self.chain.device(self.owner.address(), DEVICE).await;
        device.unwrap().unwrap()
    }

    fn account(&self) -> Address {
        self.chain.program().device(self.owner.address(), DEVICE).address
    }

    async fn advance(&self, seconds: u64) {
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"practice_advanceClock","params":[{seconds}]}}"#);
        let request = hearth_chain::http_client()
            .build()
            .unwrap()
            .post(self.network.rpc_url());
        let request = request.header("content-type", "application/json").body(body);
        assert!(request.send().await.unwrap().status().is_success());
    }

    async fn stake(&self, amount: u64) {
        let recent = self.chain.latest_blockhash().await.unwrap();
        let build = self.chain.transactions();
        let (owner, node) = (&self.owner, self.node.id());
        self.run(build.stake(&recent, owner, node, DEVICE, Io(amount)))
            .await;
    }
}

#[tokio::test]
async fn a_co_stake_is_offered_accepted_left_and_withdrawn() {
    let stage = stage().await;
    let (chain, build) = (&stage.chain, stage.chain.transactions());
    let (owner, other) = (&stage.owner, &stage.other);
    let (part, share) = (Io(60 * IO), 3_000);
    stage.stake(100 * IO).await;

    // The first offer makes an account; the terms are locked from then on.
    let recent = chain.latest_blockhash().await.unwrap();
    let rent = chain.rent_for_offers(owner.address()).await.unwrap();
    assert!(rent.0 > 0);
    let before = stage.sol(owner).await;
    let offer = || build.offer_co_stake(&recent, owner, DEVICE, part, share);
    let record = stage.run(offer()).await;
    assert!(matches!(&record.events[..], [Event::CoStakeOffered(event)] if event.amount == part.0));
    assert_eq!(before - stage.sol(owner).await, rent.0 + record.fee.0);
    assert_eq!(chain.rent_for_offers(owner.address()).await.unwrap().0, 0);
    let again = build.offer_co_stake(&recent, owner, DEVICE, part, share + 1);
    assert_eq!(stage.refused(again).await.0, ProgramError::OfferExists);

    // Everybody sees it; it can be accepted on its terms, after the owner has staked the rest.
    let open = chain.co_stake_offers().await.unwrap();
    assert_eq!(open, [stage.device().await]);
    assert_eq!(chain.device_at(stage.account()).await.unwrap(), Some(open[0]));
    let accept = |amount, share| build.accept_offer(&recent, other, owner.address(), DEVICE, amount, share);
    let early = stage.refused(accept(part, share)).await;
    assert_eq!(early.0, ProgramError::OwnerFirst);
    stage.stake(40 * IO).await;
    let others = stage.refused(accept(part, share - 1)).await;
    assert_eq!(others.0, ProgramError::TermsChanged);
    let record = stage.run(accept(part, share)).await;
    assert!(matches!(&record.events[..], [Event::CoStaked(event)] if event.co_staker == other.address().0));
    assert_eq!(stage.io(other).await, 440 * IO);
    assert_eq!(chain.co_stake_offers().await.unwrap(), []);
    assert_eq!(
        chain.co_stakes_of(other.address()).await.unwrap(),
        [stage.device().await]
    );
    assert_eq!(chain.co_stakes_of(owner.address()).await.unwrap(), []);
    let device = stage.device().await;
    assert_eq!((device.co.staked, device.is_hireable(0)), (part.0, true));
    let taken = stage.refused(build.cancel_offer(&recent, owner, DEVICE)).await;
    assert_eq!(taken.0, ProgramError::OfferTaken);

    // Leaving: 7 days of counting, then the cooldown.
    let leave = build.leave_co_stake(&recent, other, owner.address(), DEVICE);
    let record = stage.run(leave).await;
    let [Event::CoStakeLeaving(event)] = record.events[..] else {
        panic!("{record:?}");
    };
    assert_eq!(event.leaves_at - event.at, 7 * DAY);
    assert_eq!(event.unlock_at - event.leaves_at, 14 * DAY);
    let withdraw = |recent| build.withdraw_co_stake(recent, other, owner.address(), DEVICE);
    let early = stage.refused(withdraw(&recent)).await;
    assert_eq!(early, (ProgramError::StillCooling, Code::TooEarly));
    stage.advance(21 * DAY).await;
    let recent = chain.latest_blockhash().await.unwrap();
    stage.run(withdraw(&recent)).await;
    assert_eq!(stage.io(other).await, 500 * IO);
    assert_eq!(chain.co_stakes_of(other.address()).await.unwrap(), []);
    assert_eq!(stage.device().await.co.wallet, NOBODY);

    // The offer ended with it; another can be made without rent, and taken back.
    let before = stage.sol(owner).await;
    let offer = build.offer_co_stake(&recent, owner, DEVICE, part, share);
    let offered = stage.run(offer).await;
    let cancelled = stage.run(build.cancel_offer(&recent, owner, DEVICE)).await;
    assert_eq!(before - stage.sol(owner).await, offered.fee.0 + cancelled.fee.0);
    assert_eq!(stage.device().await.co.offered, 0);
    stage.network.shutdown().await;
}

#[tokio::test]
async fn a_slash_is_posted_taken_restored_or_burned() {
    let stage = stage().await;
    let (chain, build) = (&stage.chain, stage.chain.transactions());
    // The cap of an epoch is 1 % of all stake.
    chain
        .faucet(stage.owner.address(), Io(50_000 * IO))
        .await
        .unwrap();
    stage.stake(20_000 * IO).await;
    let recent = chain.latest_blockhash().await.unwrap();
    let account = stage.account();
    for (number, reason) in [(1, SlashReason::FailedProofs), (2, SlashReason::Cheating)] {
        let post = build.post_slash(&recent, &stage.verifier, account, reason, [number; 32]);
        stage.run(post).await;
    }
    let slashes = chain.slashes_of(account).await.unwrap();
    let amounts: Vec<_> = slashes.iter().map(|slash| slash.amount).collect();
    assert_eq!(amounts, [10 * IO, 20 * IO]);
    let early = stage
        .refused(build.take_slash(&recent, &stage.other, &slashes[0]))
        .await;
    assert_eq!(early.0, ProgramError::SlashWaits);
    let unstake = build.request_unstake(&recent, &stage.owner, DEVICE, Io(IO));
    assert_eq!(stage.refused(unstake).await.0, ProgramError::SlashPending);

    stage.advance(DAY).await;
    let recent = chain.latest_blockhash().await.unwrap();
    for slash in &slashes {
        stage.run(build.take_slash(&recent, &stage.other, slash)).await;
    }
    assert_eq!(stage.device().await.staked, 19_970 * IO);
    let slashes = chain.slashes_of(account).await.unwrap();
    assert!(slashes.iter().all(|slash| slash.status == SlashStatus::Held));

    let restore = build.restore_slash(&recent, &stage.authority, &slashes[0]);
    stage.run(restore).await;
    assert_eq!(stage.device().await.staked, 19_980 * IO);
    stage.advance(30 * DAY).await;
    let recent = chain.latest_blockhash().await.unwrap();
    let burn = build.burn_slash(&recent, &stage.other, &slashes[1]);
    let record = stage.run(burn).await;
    assert!(matches!(&record.events[..], [Event::SlashBurned(event)] if event.amount == 20 * IO));
    let ends: Vec<_> = chain.slashes_of(account).await.unwrap();
    let ends: Vec<_> = ends.iter().map(|slash| slash.status).collect();
    assert_eq!(ends, [SlashStatus::Restored, SlashStatus::Burned]);
    stage.network.shutdown().await;
}

fn sha256(parts: &[&[u8]]) -> Bytes32 {
    solana_sdk::hash::hashv(parts).to_bytes()
}

fn leaf(wallet: WalletAddress, cumulative: u64) -> Bytes32 {
    merkle::leaf(&NetworkKind::Practice.tag(), &wallet.0, cumulative, sha256)
}

#[tokio::test]
async fn rewards_are_claimed_once_against_a_posted_root() {
    let stage = stage().await;
    let (chain, build) = (&stage.chain, stage.chain.transactions());
    stage.advance(2 * 3_600).await;
    let epoch = chain.time().await.unwrap().seconds() / 3_600 - 1;
    let wallet = stage.owner.address();
    let (own, others) = (30 * IO, 12 * IO);
    let leaves = [leaf(stage.other.address(), others), leaf(wallet, own)];
    let terms = RootTerms {
        epoch,
        root: merkle::node(&leaves[0], &leaves[1], sha256),
        report: [9; 32],
        total: Io(own + others),
        fee_draw: Io::ZERO,
    };
    let recent = chain.latest_blockhash().await.unwrap();
    let stranger = build.post_root(&recent, &stage.other, terms);
    assert_eq!(stage.refused(stranger).await.0, ProgramError::NotVerifier);
    stage.run(build.post_root(&recent, &stage.verifier, terms)).await;
    let books = chain.reward_books().await.unwrap();
    assert_eq!(books.totals.total, own + others);
    assert_eq!(
        books.roots.iter().map(|root| root.epoch).collect::<Vec<_>>(),
        [epoch]
    );

    let claim = |recent, cumulative| {
        let terms = ClaimTerms {
            epoch,
            index: 1,
            cumulative: Io(cumulative),
            siblings: &leaves[..1],
        };
        build.claim(recent, &stage.owner, terms)
    };
    let early = stage.refused(claim(&recent, own)).await;
    assert_eq!(early.0, ProgramError::RootTooNew);
    stage.advance(3_600).await;
    let recent = chain.latest_blockhash().await.unwrap();
    let more = stage.refused(claim(&recent, own + 1)).await;
    assert_eq!(more.0, ProgramError::WrongProof);

    assert_eq!(chain.claimed(wallet).await.unwrap(), Io::ZERO);
    let (io, sol) = (stage.io(&stage.owner).await, stage.sol(&stage.owner).await);
    let rent = chain.rent_for_claimed(wallet).await.unwrap();
    assert!(rent.0 > 0);
    let record = stage.run(claim(&recent, own)).await;
    assert!(matches!(&record.events[..], [Event::Claimed(event)] if event.amount == own));
    assert_eq!(stage.io(&stage.owner).await - io, own);
    assert_eq!(sol - stage.sol(&stage.owner).await, rent.0 + record.fee.0);
    assert_eq!(chain.claimed(wallet).await.unwrap(), Io(own));
    assert_eq!(chain.rent_for_claimed(wallet).await.unwrap().0, 0);
    // Some slots on, or these would be the very bytes that ran.
    stage.advance(1).await;
    let recent = chain.latest_blockhash().await.unwrap();
    let again = stage.refused(claim(&recent, own)).await;
    assert_eq!(again.0, ProgramError::NothingToClaim);
    stage.network.shutdown().await;
}

#[tokio::test]
async fn a_lease_is_topped_up_on_its_nodes_word_alone() {
    let stage = stage().await;
    let (chain, build) = (&stage.chain, stage.chain.transactions());
    stage.stake(200 * IO).await;
    let (id, rate, seconds) = (LeaseId([9; 32]), 1_000, 600);
    let session = SessionKeypair::from_secret(&[4; 32]);
    let quote = Quote {
        lease: id,
        node: stage.node.id(),
        provider: stage.owner.address(),
        renter: stage.other.address(),
        session: session.public(),
        devices: vec![DEVICE],
        rate: IoPerSecond(rate),
        max_seconds: seconds,
        escrow: Io(rate * seconds),
        expires_at: UnixMillis::from_seconds(4_000_000_000),
    };
    let quote = chain.program().sign_quote(&stage.node, quote).unwrap();
    let recent = chain.latest_blockhash().await.unwrap();
    stage.run(build.open_lease(&recent, &stage.other, &quote)).await;
    let lease = chain.lease(id).await.unwrap().unwrap();

    let until = chain.time().await.unwrap().seconds() + 60;
    let longer = chain.program().sign_extension(&stage.node, id, 900, until);
    let forged = chain
        .program()
        .sign_extension(&NodeKey::from_secret(&[8; 32]), id, 900, until);
    let top_up = |signer, extension| build.top_up(&recent, signer, &lease, &[DEVICE], extension);
    assert!(matches!(
        top_up(&stage.other, &forged),
        Err(BuildError::Statement(_))
    ));
    assert!(matches!(
        top_up(&stage.owner, &longer),
        Err(BuildError::WrongSigner { .. })
    ));
    let record = stage.run(top_up(&stage.other, &longer)).await;
    assert!(matches!(&record.events[..], [Event::ToppedUp(event)] if event.added == rate * 300));
    assert_eq!(stage.io(&stage.other).await, 500 * IO - rate * 900);
    let extended = chain.lease(id).await.unwrap().unwrap();
    assert_eq!((extended.max_seconds, extended.escrowed), (900, rate * 900));
    assert_eq!(extended.expires_at, lease.expires_at + 300);
    // The same word is of no use twice. Some slots on, or these would be the very bytes that ran.
    stage.advance(1).await;
    let recent = chain.latest_blockhash().await.unwrap();
    let twice = build.top_up(&recent, &stage.other, &extended, &[DEVICE], &longer);
    assert_eq!(stage.refused(twice).await.0, ProgramError::NothingToExtend);
    stage.network.shutdown().await;
}
