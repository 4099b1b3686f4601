//! Stake, rent, settle, close and unstake on a practice network, every amount compared with what it must be.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a test fails by panicking"
)]

use hearth_chain::{
    ChainClient, ChainConfig, ChainError, Keypair, NodeKey, PreparedTransaction, SessionKeypair, TxSigner,
    client::{Outcome, Sending, TransactionRecord, TxError},
    transactions::Closing,
};
use hearth_practice::{Practice, PracticeConfig, RunningPractice};
use hearth_program_interface::{
    account::{Lease, LeaseStatus, NO_LEASE},
    error::ProgramError,
    event::{ClosedBy, Event},
};
use hearth_types::{
    id::{Address, DeviceId, LeaseId},
    ipc::Code,
    market::Quote,
    money::{Io, IoPerSecond},
    network::NetworkKind,
    time::UnixMillis,
};

const IO: u64 = 100_000_000;
const DEVICE: DeviceId = DeviceId([7; 32]);
/// Base units a second.
const RATE: u64 = 1_000;
const MAX_SECONDS: u64 = 3_600;

struct Stage {
    network: RunningPractice,
    chain: ChainClient,
    provider: Keypair,
    renter: Keypair,
    /// Pays the fees of settling and closing.
    payer: Keypair,
    node: NodeKey,
    session: SessionKeypair,
    _folder: tempfile::TempDir,
}

/// A network with a staked provider and a renter of 500 IO each.
async fn stage() -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let network = Practice::start(PracticeConfig::new(folder.path())).await.unwrap();
    let chain = ChainClient::new(ChainConfig {
        rpc_url: network.rpc_url(),
        network: NetworkKind::Practice,
        program: Address(network.program_id().to_bytes()),
        io_mint: Address(network.io_mint().to_bytes()),
    });
    let stage = Stage {
        payer: Keypair::from_secret(network.coordinator_key().secret_bytes()),
        network,
        chain,
        provider: Keypair::from_secret(&[1; 32]),
        renter: Keypair::from_secret(&[2; 32]),
        node: NodeKey::from_secret(&[3; 32]),
        session: SessionKeypair::from_secret(&[4; 32]),
        _folder: folder,
    };
    for wallet in [&stage.provider, &stage.renter] {
        stage.chain.faucet(wallet.address(), Io(500 * IO)).await.unwrap();
    }
    stage
}

impl Stage {
    async fn run(&self, transaction: &PreparedTransaction) -> TransactionRecord {
        assert_eq!(
            self.chain.confirm(transaction, Sending::First).await.unwrap(),
            Outcome::Confirmed
        );
        let record = self
            .chain
            .transaction_events(transaction.signature)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((&record.error, record.fee), (&None, transaction.fee));
        record
    }

    async fn refused(&self, transaction: &PreparedTransaction) -> (TxError, Code) {
        let error = self.chain.confirm(transaction, Sending::First).await.unwrap_err();
        let code = error.code();
        match error {
            ChainError::Refused(error) => (error, code),
            other => panic!("{other:?}"),
        }
    }

    async fn io(&self, wallet: &dyn TxSigner) -> u64 {
        self.chain.balances(wallet.address()).await.unwrap().io.0
    }

    async fn sol(&self, wallet: &dyn TxSigner) -> u64 {
        self.chain.balances(wallet.address()).await.unwrap().sol.0
    }

    async fn advance(&self, seconds: u64) {
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"practice_advanceClock","params":[{seconds}]}}"#);
        let request = hearth_chain::http_client()
            .build()
            .unwrap()
            .post(self.network.rpc_url());
        let answer = request
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success());
    }

    async fn stake(&self) -> TransactionRecord {
        let recent = self.chain.latest_blockhash().await.unwrap();
        let build = self.chain.transactions();
        self.run(
            &build
                .stake(&recent, &self.provider, self.node.id(), DEVICE, Io(200 * IO))
                .unwrap(),
        )
        .await
    }

    async fn open(&self, lease: LeaseId) -> (TransactionRecord, Lease) {
        let quote = Quote {
            lease,
            node: self.node.id(),
            provider: self.provider.address(),
            renter: self.renter.address(),
            session: self.session.public(),
            devices: vec![DEVICE],
            rate: IoPerSecond(RATE),
            max_seconds: MAX_SECONDS,
            escrow: Io(RATE * MAX_SECONDS),
            expires_at: UnixMillis::from_seconds(4_000_000_000),
        };
        let quote = self.chain.program().sign_quote(&self.node, quote).unwrap();
        let recent = self.chain.latest_blockhash().await.unwrap();
        let record = self
            .run(
                &self
                    .chain
                    .transactions()
                    .open_lease(&recent, &self.renter, &quote)
                    .unwrap(),
            )
            .await;
        (record, self.chain.lease(lease).await.unwrap().unwrap())
    }
}

#[tokio::test]
async fn a_lease_pays_what_was_used_and_refunds_the_rest() {
    let stage = stage().await;
    let (chain, build) = (&stage.chain, stage.chain.transactions());
    let network = chain.network_account().await.unwrap();
    assert_eq!(network.margin_bps, 1_000);

    // Stake.
    let before = stage.sol(&stage.provider).await;
    let record = stage.stake().await;
    assert!(matches!(&record.events[..], [Event::Staked(event)] if event.staked == 200 * IO));
    let rent = chain.rent_for_device().await.unwrap();
    assert_eq!(before - stage.sol(&stage.provider).await, rent.0 + record.fee.0);
    assert_eq!(stage.io(&stage.provider).await, 300 * IO);
    let device = chain
        .device(stage.provider.address(), DEVICE)
        .await
        .unwrap()
        .unwrap();
    assert!(device.is_hireable(0));
    assert_eq!(
        chain.devices_of(stage.provider.address()).await.unwrap(),
        [device]
    );

    // Open.
    let id = LeaseId([9; 32]);
    let renter_sol = stage.sol(&stage.renter).await;
    let (record, lease) = stage.open(id).await;
    assert!(matches!(&record.events[..], [Event::LeaseOpened(event)] if event.escrowed == 3_600_000));
    let rent = chain.rent_for_open().await.unwrap();
    let open_fee = record.fee.0;
    assert_eq!(open_fee, 10_000);
    assert_eq!(
        renter_sol - stage.sol(&stage.renter).await,
        rent.kept.0 + rent.returned.0 + open_fee
    );
    assert_eq!(stage.io(&stage.renter).await, 500 * IO - 3_600_000);
    let escrow = chain.program().escrow(id).address;
    assert_eq!(chain.token_balance(escrow).await.unwrap(), Some(Io(3_600_000)));
    assert_eq!(
        chain
            .device(stage.provider.address(), DEVICE)
            .await
            .unwrap()
            .unwrap()
            .lease,
        id.0
    );
    let recent = chain.latest_blockhash().await.unwrap();
    let busy = build
        .request_unstake(&recent, &stage.provider, DEVICE, Io(200 * IO))
        .unwrap();
    let refused = stage.refused(&busy).await;
    assert_eq!(
        refused,
        (TxError::Program(ProgramError::DeviceHired), Code::DeviceBusy)
    );

    // Ten seconds by voucher: 10,000, of which a tenth is the network's.
    let voucher = chain.program().sign_voucher(&stage.session, id, 10_000, 10);
    let record = stage
        .run(&build.settle(&recent, &stage.payer, &lease, &voucher).unwrap())
        .await;
    assert!(matches!(
        &record.events[..],
        [Event::Settled(event)] if event.provider_amount == 9_000 && event.fee_amount == 1_000
    ));
    assert_eq!(stage.io(&stage.provider).await, 300 * IO + 9_000);
    assert_eq!(
        chain.token_balance(chain.program().fee_vault()).await.unwrap(),
        Some(Io(1_000))
    );

    // The node asks for 15 of the 20 seconds prepaid: 15,000 in all.
    let voucher = chain.program().sign_voucher(&stage.session, id, 20_000, 20);
    let close = chain.program().sign_close(&stage.node, id, 15_000, 15);
    let closing = Closing {
        lease: &lease,
        devices: &[DEVICE],
        close: &close,
        voucher: Some(&voucher),
    };
    let record = stage
        .run(&build.close(&recent, &stage.payer, closing).unwrap())
        .await;
    // The escrow's rent goes back to the renter; somebody else pays the fee.
    let returned = i64::try_from(rent.returned.0).unwrap();
    assert_eq!(record.change_of(escrow), -returned);
    assert_eq!(record.change_of(Address(stage.renter.address().0)), returned);
    assert_eq!(
        record.change_of(Address(stage.payer.address().0)),
        record.payer_change
    );
    assert_eq!(record.change_of(Address([0xEE; 32])), 0);
    assert!(matches!(
        &record.events[..],
        [Event::Closed(event)]
            if event.by == ClosedBy::Node && event.settled == 15_000 && event.refunded == 3_600_000 - 15_000
    ));
    assert_eq!(stage.io(&stage.provider).await, 300 * IO + 13_500);
    assert_eq!(stage.io(&stage.renter).await, 500 * IO - 15_000);
    assert_eq!(
        chain.token_balance(chain.program().fee_vault()).await.unwrap(),
        Some(Io(1_500))
    );
    assert_eq!(
        renter_sol - stage.sol(&stage.renter).await,
        rent.kept.0 + open_fee
    );
    assert_eq!(chain.token_balance(escrow).await.unwrap(), None);
    assert_eq!(
        chain.lease(id).await.unwrap().unwrap().status,
        LeaseStatus::Closed
    );
    assert_eq!(
        chain
            .device(stage.provider.address(), DEVICE)
            .await
            .unwrap()
            .unwrap()
            .lease,
        NO_LEASE
    );
    stage.network.shutdown().await;
}

#[tokio::test]
async fn stake_comes_back_after_the_cooldown() {
    let stage = stage().await;
    stage.stake().await;
    let (chain, build) = (&stage.chain, stage.chain.transactions());
    let recent = chain.latest_blockhash().await.unwrap();
    stage
        .run(
            &build
                .request_unstake(&recent, &stage.provider, DEVICE, Io(200 * IO))
                .unwrap(),
        )
        .await;
    assert_eq!(stage.io(&stage.provider).await, 300 * IO);
    let early = build.withdraw(&recent, &stage.provider, DEVICE).unwrap();
    let refused = stage.refused(&early).await;
    assert_eq!(
        refused,
        (TxError::Program(ProgramError::StillCooling), Code::TooEarly)
    );

    stage
        .advance(chain.network_account().await.unwrap().cooldown_seconds)
        .await;
    let recent = chain.latest_blockhash().await.unwrap();
    let record = stage
        .run(&build.withdraw(&recent, &stage.provider, DEVICE).unwrap())
        .await;
    assert!(matches!(&record.events[..], [Event::Withdrawn(event)] if event.amount == 200 * IO));
    assert_eq!(stage.io(&stage.provider).await, 500 * IO);
    stage.network.shutdown().await;
}

#[tokio::test]
async fn a_silent_node_cannot_keep_the_escrow() {
    let stage = stage().await;
    stage.stake().await;
    let (chain, build) = (&stage.chain, stage.chain.transactions());
    let (_, lease) = stage.open(LeaseId([9; 32])).await;
    let recent = chain.latest_blockhash().await.unwrap();
    let early = build
        .close_expired(&recent, &stage.renter, &lease, &[DEVICE])
        .unwrap();
    let refused = stage.refused(&early).await;
    assert_eq!(
        refused,
        (TxError::Program(ProgramError::LeaseNotExpired), Code::TooEarly)
    );

    let before = chain.time().await.unwrap();
    stage.advance(lease.expires_at - lease.opened_at).await;
    let moved = chain.time().await.unwrap().seconds() - before.seconds();
    assert!(moved.abs_diff(lease.expires_at - lease.opened_at) <= 5, "{moved}");
    let recent = chain.latest_blockhash().await.unwrap();
    let late = build
        .close_expired(&recent, &stage.renter, &lease, &[DEVICE])
        .unwrap();
    let record = stage.run(&late).await;
    assert!(matches!(
        &record.events[..],
        [Event::Closed(event)] if event.by == ClosedBy::Expiry && event.refunded == 3_600_000
    ));
    assert_eq!(stage.io(&stage.renter).await, 500 * IO);
    stage.network.shutdown().await;
}

#[tokio::test]
async fn too_little_io_is_told_before_anything_is_paid() {
    let stage = stage().await;
    let recent = stage.chain.latest_blockhash().await.unwrap();
    let too_much = stage
        .chain
        .transactions()
        .stake(&recent, &stage.provider, stage.node.id(), DEVICE, Io(501 * IO))
        .unwrap();
    let refused = stage.refused(&too_much).await;
    assert_eq!(
        refused,
        (
            TxError::Program(ProgramError::InsufficientFunds),
            Code::InsufficientIo
        )
    );
    assert_eq!(stage.io(&stage.provider).await, 500 * IO);
    stage.network.shutdown().await;
}
