//! A story on a real practice network, told again from the chain into an empty file.

mod sharing;

use std::collections::BTreeMap;

use hearth_chain::{
    ChainClient, ChainConfig, Keypair, NodeKey, PreparedTransaction, SessionKeypair, TxSigner as _,
    client::{Outcome, Sending, WalletEffects},
    transactions::Closing,
};
use hearth_practice::{Practice, PracticeConfig, RunningPractice};
use hearth_store::{
    Store,
    ledger::{self, Account, Fact, Movement},
};
use hearth_types::{
    history::EntryKind,
    id::{Address, DeviceId, LeaseId, TxSignature, WalletAddress},
    market::Quote,
    money::{Currency, Io, IoPerSecond, Lamports},
    network::NetworkKind,
    time::UnixMillis,
};

use super::{Whose, rebuild, together};

const IO: u64 = 100_000_000;
const DEVICE: DeviceId = DeviceId([7; 32]);
const RATE: u64 = 1_001;
const SECONDS: u64 = 3_600;

struct Stage {
    network: RunningPractice,
    chain: ChainClient,
    faucet: Address,
    provider: Keypair,
    renter: Keypair,
    payer: Keypair,
    node: NodeKey,
    session: SessionKeypair,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let network = Practice::start(PracticeConfig::new(folder.path())).await.unwrap();
        let chain = ChainClient::new(ChainConfig {
            rpc_url: network.rpc_url(),
            network: NetworkKind::Practice,
            program: Address(network.program_id().to_bytes()),
            io_mint: Address(network.io_mint().to_bytes()),
        });
        let info = chain.practice_info().await.unwrap();
        Self {
            faucet: info["faucet"].as_str().unwrap().parse().unwrap(),
            payer: Keypair::from_secret(network.coordinator_key().secret_bytes()),
            network,
            chain,
            provider: Keypair::from_secret(&[1; 32]),
            renter: Keypair::from_secret(&[2; 32]),
            node: NodeKey::from_secret(&[3; 32]),
            session: SessionKeypair::from_secret(&[4; 32]),
            _folder: folder,
        }
    }

    async fn run(&self, transaction: PreparedTransaction) {
        let outcome = self.chain.confirm(&transaction, Sending::First).await.unwrap();
        assert_eq!(outcome, Outcome::Confirmed);
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

    async fn lease(&self, id: LeaseId) -> hearth_program_interface::account::Lease {
        let quote = Quote {
            lease: id,
            node: self.node.id(),
            provider: self.provider.address(),
            renter: self.renter.address(),
            session: self.session.public(),
            devices: vec![DEVICE],
            rate: IoPerSecond(RATE),
            max_seconds: SECONDS,
            escrow: Io(RATE * SECONDS),
            expires_at: UnixMillis::from_seconds(4_000_000_000),
        };
        let quote = self.chain.program().sign_quote(&self.node, quote).unwrap();
        let recent = self.chain.latest_blockhash().await.unwrap();
        let open = self
            .chain
            .transactions()
            .open_lease(&recent, &self.renter, &quote);
        self.run(open.unwrap()).await;
        self.chain.lease(id).await.unwrap().unwrap()
    }

    /// Faucet, stake, a lease that settles and closes, one that nobody closes, unstake, withdraw.
    async fn play(&self) {
        let (chain, build) = (&self.chain, self.chain.transactions());
        for wallet in [&self.provider, &self.renter] {
            chain.faucet(wallet.address(), Io(500 * IO)).await.unwrap();
        }
        let recent = chain.latest_blockhash().await.unwrap();
        let stake = |amount| build.stake(&recent, &self.provider, self.node.id(), DEVICE, Io(amount));
        self.run(stake(150 * IO).unwrap()).await;
        self.run(stake(90 * IO).unwrap()).await;

        let id = LeaseId([9; 32]);
        let lease = self.lease(id).await;
        let recent = chain.latest_blockhash().await.unwrap();
        for (amount, seconds) in [(10_007, 10), (20_019, 20)] {
            let voucher = chain.program().sign_voucher(&self.session, id, amount, seconds);
            self.run(build.settle(&recent, &self.payer, &lease, &voucher).unwrap())
                .await;
        }
        let voucher = chain.program().sign_voucher(&self.session, id, 30_029, 30);
        let close = chain.program().sign_close(&self.node, id, 25_023, 25);
        let closing = Closing {
            lease: &lease,
            devices: &[DEVICE],
            close: &close,
            voucher: Some(&voucher),
        };
        self.run(build.close(&recent, &self.payer, closing).unwrap())
            .await;

        let lease = self.lease(LeaseId([10; 32])).await;
        self.advance(lease.expires_at - lease.opened_at).await;
        let recent = chain.latest_blockhash().await.unwrap();
        let late = build.close_expired(&recent, &self.renter, &lease, &[DEVICE]);
        self.run(late.unwrap()).await;

        // A lease that stays open.
        self.lease(LeaseId([11; 32])).await;
        let lease = chain.lease(LeaseId([11; 32])).await.unwrap().unwrap();
        let recent = chain.latest_blockhash().await.unwrap();
        let close = chain.program().sign_close(&self.node, LeaseId([11; 32]), 0, 0);
        let closing = Closing {
            lease: &lease,
            devices: &[DEVICE],
            close: &close,
            voucher: None,
        };
        self.run(build.close(&recent, &self.payer, closing).unwrap())
            .await;
        let ask = build.request_unstake(&recent, &self.provider, DEVICE, Io(100 * IO));
        self.run(ask.unwrap()).await;
        self.advance(chain.network_account().await.unwrap().cooldown_seconds)
            .await;
        let recent = chain.latest_blockhash().await.unwrap();
        self.run(build.withdraw(&recent, &self.provider, DEVICE).unwrap())
            .await;
        let ask = build.request_unstake(&recent, &self.provider, DEVICE, Io(40 * IO));
        self.run(ask.unwrap()).await;
        self.lease_is_left_open().await;
    }

    async fn lease_is_left_open(&self) {
        let stake = self.chain.latest_blockhash().await.unwrap();
        let build = self.chain.transactions();
        let more = build.stake(&stake, &self.provider, self.node.id(), DEVICE, Io(100 * IO));
        self.run(more.unwrap()).await;
        self.lease(LeaseId([12; 32])).await;
    }

    /// What an empty file holds after the chain was told into it.
    async fn told(&self, wallet: WalletAddress) -> BTreeMap<(Account, Currency), i64> {
        let whose = Whose {
            wallets: vec![wallet],
            faucet: Some(self.faucet),
        };
        let effects = self.chain.wallet_effects(wallet).await.unwrap();
        let facts = rebuild(&whose, &effects).unwrap();
        let store = Store::in_memory().await.unwrap();
        let mut tx = store.begin().await.unwrap();
        ledger::record_all(&mut tx, &facts).await.unwrap();
        // Told again, it says the same once.
        ledger::record_all(&mut tx, &facts).await.unwrap();
        let verified = ledger::verify(&mut tx, &[]).await.unwrap();
        assert!(verified.ok, "{:?}", verified.broken);
        let balances = ledger::settled_balances(&mut tx).await.unwrap();
        let held = balances.into_iter().filter(|b| b.amount != 0);
        held.map(|b| ((b.account, b.currency), b.amount)).collect()
    }

    /// What the chain's accounts hold.
    async fn on_chain(&self, wallet: WalletAddress) -> BTreeMap<(Account, Currency), i64> {
        let balances = self.chain.balances(wallet).await.unwrap();
        let mut held = BTreeMap::from([
            ((Account::Wallet, Currency::Io), balances.io.0),
            ((Account::Wallet, Currency::Sol), balances.sol.0),
        ]);
        for device in self.chain.devices_of(wallet).await.unwrap() {
            *held.entry((Account::Stake, Currency::Io)).or_default() += device.staked;
            *held.entry((Account::Cooling, Currency::Io)).or_default() += device.cooling;
        }
        for device in self.chain.co_stakes_of(wallet).await.unwrap() {
            let account = if device.co.leaves_at == 0 {
                Account::Stake
            } else {
                Account::Cooling
            };
            *held.entry((account, Currency::Io)).or_default() += device.co.staked;
        }
        for lease in [9, 10, 11, 12].map(|byte| LeaseId([byte; 32])) {
            let escrow = self.chain.program().escrow(lease).address;
            if wallet == self.renter.address()
                && let Some(Io(amount)) = self.chain.token_balance(escrow).await.unwrap()
            {
                *held.entry((Account::Escrow, Currency::Io)).or_default() += amount;
            }
        }
        let signed = held
            .into_iter()
            .map(|(place, amount)| (place, i64::try_from(amount).unwrap()));
        signed.filter(|(_, amount)| *amount != 0).collect()
    }
}

#[tokio::test]
async fn an_empty_file_told_from_the_chain_holds_what_the_chain_holds() {
    let stage = Stage::start().await;
    stage.play().await;
    let (io, sol) = (Currency::Io, Currency::Sol);
    for wallet in [stage.provider.address(), stage.renter.address()] {
        let told = stage.told(wallet).await;
        let own = told
            .iter()
            .filter(|((account, _), _)| Account::ON_CHAIN.contains(account));
        let own: BTreeMap<_, _> = own.map(|(place, amount)| (*place, *amount)).collect();
        assert_eq!(own, stage.on_chain(wallet).await);
        assert_eq!(told[&(Account::Faucet, io)], -i64::try_from(500 * IO).unwrap());
        assert!(told[&(Account::Faucet, sol)] < 0 && told[&(Account::Fees, sol)] > 0);
        assert!(!told.contains_key(&(Account::Adjustment, io)), "{told:?}");
        assert!(!told.contains_key(&(Account::Adjustment, sol)), "{told:?}");
        assert!(!told.contains_key(&(Account::Received, io)), "{told:?}");
    }
    // 25,023 were used; a tenth, rounded up, is the network's.
    let provider = stage.told(stage.provider.address()).await;
    assert_eq!(provider[&(Account::LeaseIncome, io)], -22_520);
    let renter = stage.told(stage.renter.address()).await;
    assert_eq!(renter[&(Account::LeaseExpense, io)], 25_023);
    assert_eq!(
        renter[&(Account::Escrow, io)],
        i64::try_from(RATE * SECONDS).unwrap()
    );
    stage.network.shutdown().await;
}

const OWNER: WalletAddress = WalletAddress([1; 32]);
const SECOND: WalletAddress = WalletAddress([2; 32]);
const FAUCET: Address = Address([8; 32]);

fn effects(payer: [u8; 32], io: i64, sol: i64) -> WalletEffects {
    WalletEffects {
        signature: TxSignature([5; 64]),
        slot: 7,
        block_time: Some(1_000),
        failed: false,
        payer: Address(payer),
        fee: Lamports(5_000),
        sol,
        io,
        io_moved: io != 0,
        events: vec![],
    }
}

fn told(effects: WalletEffects) -> Vec<(EntryKind, Vec<ledger::Posting>)> {
    let whose = Whose {
        wallets: vec![OWNER, SECOND],
        faucet: Some(FAUCET),
    };
    let facts: Vec<Fact> = rebuild(&whose, &[effects]).unwrap();
    facts
        .into_iter()
        .map(|fact| (fact.entry.kind, fact.entry.postings))
        .collect()
}

fn moves(movements: &[Movement]) -> Vec<(EntryKind, Vec<ledger::Posting>)> {
    movements
        .iter()
        .map(|m| (m.kind(), m.postings().unwrap()))
        .collect()
}

#[test]
fn what_no_event_explains_is_a_gift_a_payment_or_a_cost() {
    let somebody = [9; 32];
    assert_eq!(
        told(effects(FAUCET.0, 100, 50)),
        moves(&[Movement::Faucet(Io(100)), Movement::FaucetSol(Lamports(50))])
    );
    assert_eq!(
        told(effects(somebody, 100, 50)),
        moves(&[Movement::Received(Io(100)), Movement::ReceivedSol(Lamports(50))])
    );
    // Sent with an account made for the receiver: all of it is cost.
    assert_eq!(
        told(effects(OWNER.0, -100, -2_044_280)),
        moves(&[Movement::Sent(Io(100)), Movement::NetworkFee(Lamports(2_044_280))])
    );
    // SOL sent: the fee is cost, the rest went to somebody.
    assert_eq!(
        told(effects(OWNER.0, 0, -1_005_000)),
        moves(&[
            Movement::NetworkFee(Lamports(5_000)),
            Movement::SentSol(Lamports(1_000_000))
        ])
    );
    let failed = WalletEffects {
        failed: true,
        ..effects(OWNER.0, 0, -5_000)
    };
    assert_eq!(told(failed), moves(&[Movement::NetworkFee(Lamports(5_000))]));
    assert_eq!(told(effects(somebody, 0, 0)), []);
}

#[test]
fn what_moves_between_own_wallets_leaves_its_fee() {
    // The first sends the second IO, whose account is made and paid for on the way.
    let given = effects(OWNER.0, -100, -2_044_280);
    let taken = effects(OWNER.0, 100, 0);
    let all = together([vec![given], vec![taken]]).unwrap();
    assert_eq!(all.len(), 1);
    let left: Vec<_> = all.into_iter().flat_map(told).collect();
    assert_eq!(left, moves(&[Movement::NetworkFee(Lamports(2_044_280))]));

    // SOL likewise: what arrives is what went, but for the fee.
    let given = effects(OWNER.0, 0, -1_005_000);
    let taken = effects(OWNER.0, 0, 1_000_000);
    let all = together([vec![taken], vec![given]]).unwrap();
    let left: Vec<_> = all.into_iter().flat_map(told).collect();
    assert_eq!(left, moves(&[Movement::NetworkFee(Lamports(5_000))]));
}
