//! A lease in USDC on a practice network: settled, closed, and what it earned changed into IO or taken as it is.
//! Quotes of this release are in IO alone, so the lease is opened here from the program's layouts.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use ed25519_dalek::{Signer as _, SigningKey};
use hearth_chain::{
    BuildError, ChainClient, ChainConfig, Keypair, NodeKey, PreparedTransaction, SessionKeypair, TxSigner,
    client::{Outcome, Sending, TransactionRecord, TxStatus},
    transactions::{Closing, Repurchasing},
};
use hearth_practice::{Practice, PracticeConfig, RunningPractice, associated_account, keys::Keys};
use hearth_program_interface::{
    account::Lease,
    event::Event,
    instruction::{INSTRUCTIONS_SYSVAR, Meta, OpenLease, OpenLeaseAccounts, SYSTEM_PROGRAM, TOKEN_PROGRAM},
    message,
    params::{CURRENCY_USDC, DAY},
    precompile,
};
use hearth_protocol::statement::devices_hash;
use hearth_types::{
    id::{Address, DeviceId, LeaseId, WalletAddress},
    money::{Io, Usdc},
    network::NetworkKind,
};
use solana_message::Message;
use solana_sdk::{
    hash::Hash,
    instruction::{AccountMeta, Instruction},
    pubkey::Pubkey,
};

const IO: u64 = 100_000_000;
const DEVICE: DeviceId = DeviceId([7; 32]);
const LEASE: LeaseId = LeaseId([9; 32]);
/// Base units of USDC a second.
const RATE: u64 = 100;
const SECONDS: u64 = 600;
/// What the renter gets, base units of USDC.
const GIFT: u64 = 1_000_000;
/// What the practice market maker asks for one IO, base units of USDC.
const PRICE: u64 = 250_000;

struct Stage {
    network: RunningPractice,
    chain: ChainClient,
    usdc: Pubkey,
    faucet: Keypair,
    provider: Keypair,
    renter: Keypair,
    node: NodeKey,
    session: SessionKeypair,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// A network with a staked provider and a renter with USDC.
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let network = Practice::start(PracticeConfig::new(folder.path())).await.unwrap();
        let keys = Keys::load_or_create(&folder.path().join("keys")).unwrap();
        let chain = ChainClient::new(ChainConfig {
            rpc_url: network.rpc_url(),
            network: NetworkKind::Practice,
            program: Address(network.program_id().to_bytes()),
            io_mint: Address(network.io_mint().to_bytes()),
        });
        let usdc = Pubkey::new_from_array(chain.network_account().await.unwrap().usdc_mint);
        let stage = Self {
            network,
            chain,
            usdc,
            faucet: Keypair::from_secret(keys.faucet.secret_bytes()),
            provider: Keypair::from_secret(&[1; 32]),
            renter: Keypair::from_secret(&[2; 32]),
            node: NodeKey::from_secret(&[3; 32]),
            session: SessionKeypair::from_secret(&[4; 32]),
            _folder: folder,
        };
        for wallet in [&stage.provider, &stage.renter] {
            stage.chain.faucet(wallet.address(), Io(500 * IO)).await.unwrap();
        }
        let recent = stage.chain.latest_blockhash().await.unwrap();
        let build = stage.chain.transactions();
        let stake = build.stake(&recent, &stage.provider, stage.node.id(), DEVICE, Io(200 * IO));
        stage.run(stake).await;
        stage.give_usdc().await;
        stage
    }

    async fn run(&self, transaction: Result<PreparedTransaction, BuildError>) -> TransactionRecord {
        let transaction = transaction.unwrap();
        let outcome = self.chain.confirm(&transaction, Sending::First).await.unwrap();
        assert_eq!(outcome, Outcome::Confirmed);
        let record = self.chain.transaction_events(transaction.signature).await;
        record.unwrap().unwrap()
    }

    fn account(&self, wallet: WalletAddress) -> Pubkey {
        associated_account(&Pubkey::new_from_array(wallet.0), &self.usdc)
    }

    /// What a wallet holds, base units of USDC; an account that does not exist holds nothing.
    async fn usdc_of(&self, wallet: WalletAddress) -> u64 {
        let text = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"getTokenAccountBalance","params":["{}"]}}"#,
            self.account(wallet)
        );
        let answer = self.call(text).await;
        let amount = answer["result"]["value"]["amount"].as_str().unwrap_or("0");
        amount.parse().unwrap()
    }

    async fn call(&self, body: String) -> serde_json::Value {
        let request = hearth_chain::http_client()
            .build()
            .unwrap()
            .post(self.network.rpc_url());
        let request = request.header("content-type", "application/json").body(body);
        let text = request.send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&text).unwrap()
    }

    async fn advance(&self, seconds: u64) {
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":1,"method":"practice_advanceClock","params":[{seconds}]}}"#);
        assert!(self.call(body).await["error"].is_null());
    }

    /// Sends instructions that no builder makes.
    async fn send(&self, signer: &Keypair, instructions: &[Instruction]) {
        let recent = self.chain.latest_blockhash().await.unwrap();
        let payer = Pubkey::new_from_array(signer.address().0);
        let hash = Hash::new_from_array(recent.hash);
        let message = Message::new_with_blockhash(instructions, Some(&payer), &hash).serialize();
        let bytes = [&[1_u8] as &[u8], &signer.sign(&message), &message].concat();
        let signature = self.chain.send_raw(&bytes).await.unwrap();
        let status = self.chain.signature_status(signature).await.unwrap();
        assert_eq!(status, TxStatus::Confirmed { error: None });
    }

    /// From the faucet, which holds all of it; makes the renter's account.
    async fn give_usdc(&self) {
        let (from, to) = (self.faucet.address(), self.renter.address());
        let (system, token) = (
            Pubkey::new_from_array(SYSTEM_PROGRAM),
            Pubkey::new_from_array(TOKEN_PROGRAM),
        );
        let owner = Pubkey::new_from_array(to.0);
        let make = Instruction {
            program_id: Pubkey::from_str_const("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"),
            accounts: vec![
                AccountMeta::new(Pubkey::new_from_array(from.0), true),
                AccountMeta::new(self.account(to), false),
                AccountMeta::new_readonly(owner, false),
                AccountMeta::new_readonly(self.usdc, false),
                AccountMeta::new_readonly(system, false),
                AccountMeta::new_readonly(token, false),
            ],
            data: vec![1],
        };
        // 3 = Transfer.
        let give = Instruction {
            program_id: token,
            accounts: vec![
                AccountMeta::new(self.account(from), false),
                AccountMeta::new(self.account(to), false),
                AccountMeta::new_readonly(Pubkey::new_from_array(from.0), true),
            ],
            data: [&[3_u8] as &[u8], &GIFT.to_le_bytes()].concat(),
        };
        self.send(&self.faucet, &[make, give]).await;
    }

    /// A lease with everything prepaid settled.
    async fn settled(&self) -> Lease {
        let program = *self.chain.program();
        let devices = program.devices(self.provider.address(), &[DEVICE]);
        let quote = message::Quote {
            network_tag: NetworkKind::Practice.tag(),
            program: program.address.0,
            lease: LEASE.0,
            node: self.node.id().0,
            provider: self.provider.address().0,
            renter: self.renter.address().0,
            session: self.session.public().0,
            devices_hash: devices_hash(&devices),
            device_count: 1,
            currency: CURRENCY_USDC,
            rate_per_second: RATE,
            max_seconds: SECONDS,
            expires_at: 4_000_000_000,
        }
        .to_bytes();
        let key = SigningKey::from_bytes(&[3; 32]);
        let signature = key.sign(&quote).to_bytes();
        let length = u16::try_from(quote.len()).unwrap();
        let data = [
            &precompile::header(length) as &[u8],
            &self.node.id().0,
            &signature,
            &quote,
        ]
        .concat();
        let statement = Instruction {
            program_id: Pubkey::new_from_array(precompile::ED25519_PROGRAM),
            accounts: vec![],
            data,
        };
        let accounts = OpenLeaseAccounts {
            payer: self.renter.address().0,
            renter: self.renter.address().0,
            network: program.network_account().0,
            mint: self.usdc.to_bytes(),
            lease: program.lease(LEASE).address.0,
            escrow: program.escrow(LEASE).address.0,
            renter_token: self.account(self.renter.address()).to_bytes(),
            instructions: INSTRUCTIONS_SYSVAR,
            token_program: TOKEN_PROGRAM,
            system_program: SYSTEM_PROGRAM,
        };
        let metas = accounts
            .metas()
            .into_iter()
            .chain(devices.iter().map(|device| Meta::device(device.0)));
        let open = Instruction {
            program_id: Pubkey::new_from_array(program.address.0),
            accounts: metas.map(account_meta).collect(),
            data: OpenLease {}.to_bytes().to_vec(),
        };
        self.send(&self.renter, &[statement, open]).await;
        let lease = self.chain.lease(LEASE).await.unwrap().unwrap();

        let voucher = program.sign_voucher(&self.session, LEASE, RATE * 500, 500);
        let recent = self.chain.latest_blockhash().await.unwrap();
        let build = self.chain.transactions();
        let record = self
            .run(build.settle(&recent, &self.renter, &lease, &voucher))
            .await;
        assert!(matches!(&record.events[..], [Event::Settled(event)] if event.currency == CURRENCY_USDC));
        self.chain.lease(LEASE).await.unwrap().unwrap()
    }
}

fn account_meta(meta: Meta) -> AccountMeta {
    AccountMeta {
        pubkey: Pubkey::new_from_array(meta.address),
        is_signer: meta.signer,
        is_writable: meta.writable,
    }
}

#[tokio::test]
async fn what_a_lease_in_usdc_earned_becomes_io_or_is_taken_a_day_later() {
    let stage = Stage::start().await;
    let (chain, build) = (&stage.chain, stage.chain.transactions());
    let (provider, renter) = (stage.provider.address(), stage.renter.address());
    let lease = stage.settled().await;
    assert_eq!(stage.usdc_of(renter).await, GIFT - RATE * SECONDS);
    // A tenth is the network's; the provider's part waits in escrow.
    let earned = RATE * 500 / 10 * 9;
    assert_eq!(lease.unpaid(), earned);

    // A part of it becomes IO at the market maker's price.
    let io = chain.balances(provider).await.unwrap().io;
    let part = 10_000;
    let bought = Io(part * IO / PRICE);
    let terms = |least| Repurchasing {
        maker: stage.faucet.address(),
        usdc: Usdc(part),
        least,
    };
    let recent = chain.latest_blockhash().await.unwrap();
    let wrong = build.repurchase(&recent, &stage.renter, &lease, terms(bought));
    assert!(matches!(wrong, Err(BuildError::WrongSigner { .. })));
    let dear = build
        .repurchase(&recent, &stage.provider, &lease, terms(Io(bought.0 + 1)))
        .unwrap();
    assert!(chain.confirm(&dear, Sending::First).await.is_err());
    let record = stage
        .run(build.repurchase(&recent, &stage.provider, &lease, terms(bought)))
        .await;
    assert!(matches!(&record.events[..], [Event::Repurchased(event)] if event.io == bought.0));
    assert_eq!(chain.balances(provider).await.unwrap().io.0, io.0 + bought.0);

    // Closed, the renter has the rest back in USDC, and the escrow stays for what waits.
    let close = chain.program().sign_close(&stage.node, LEASE, RATE * 500, 500);
    let closing = Closing {
        lease: &lease,
        devices: &[DEVICE],
        close: &close,
        voucher: None,
    };
    stage.run(build.close(&recent, &stage.renter, closing)).await;
    assert_eq!(stage.usdc_of(renter).await, GIFT - RATE * 500);

    // A day later the provider takes it as it is.
    let lease = chain.lease(LEASE).await.unwrap().unwrap();
    let early = build.take_usdc(&recent, &stage.provider, &lease).unwrap();
    assert!(chain.confirm(&early, Sending::First).await.is_err());
    stage.advance(DAY).await;
    let recent = chain.latest_blockhash().await.unwrap();
    let record = stage.run(build.take_usdc(&recent, &stage.provider, &lease)).await;
    assert!(matches!(&record.events[..], [Event::UsdcTaken(event)] if event.usdc == earned - part));
    assert_eq!(stage.usdc_of(provider).await, earned - part);
    assert_eq!(chain.lease(LEASE).await.unwrap().unwrap().unpaid(), 0);
    stage.network.shutdown().await;
}
