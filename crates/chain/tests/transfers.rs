//! Sending on a real practice network.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_chain::{
    ChainClient, ChainConfig, Keypair, PreparedTransaction, TxSigner as _,
    client::{Outcome, Recipient, Sending, TxError},
    transactions::TOKEN_ACCOUNT_BYTES,
};
use hearth_practice::{Practice, PracticeConfig, RunningPractice};
use hearth_types::{
    id::{Address, WalletAddress},
    ipc::MAX_MEMO_BYTES,
    money::{Io, Lamports},
    network::NetworkKind,
};

const GIFT: Io = Io(500_00000000);

struct Net {
    network: RunningPractice,
    chain: ChainClient,
    owner: Keypair,
    _folder: tempfile::TempDir,
}

async fn start() -> Net {
    let folder = tempfile::tempdir().unwrap();
    let network = Practice::start(PracticeConfig::new(folder.path())).await.unwrap();
    let chain = ChainClient::new(ChainConfig {
        rpc_url: network.rpc_url(),
        network: NetworkKind::Practice,
        program: Address(network.program_id().to_bytes()),
        io_mint: Address(network.io_mint().to_bytes()),
    });
    let owner = Keypair::from_secret(&[1; 32]);
    chain.faucet(owner.address(), GIFT).await.unwrap();
    Net {
        network,
        chain,
        owner,
        _folder: folder,
    }
}

impl Net {
    /// Runs a transaction and gives what the owner's SOL changed by.
    async fn run(&self, built: &PreparedTransaction) -> u64 {
        assert_eq!(self.chain.try_out(built).await.unwrap().error, None);
        let before = self.chain.balances(self.owner.address()).await.unwrap().sol;
        let outcome = self.chain.confirm(built, Sending::First).await.unwrap();
        assert_eq!(outcome, Outcome::Confirmed);
        let after = self.chain.balances(self.owner.address()).await.unwrap().sol;
        before.checked_sub(after).unwrap().0
    }
}

#[tokio::test]
async fn io_arrives_and_costs_fee_and_rent_the_first_time() {
    let net = start().await;
    let to = WalletAddress([0x5a; 32]);
    let unknown = Recipient {
        exists: false,
        is_of_a_program: false,
        has_io_account: false,
    };
    assert_eq!(net.chain.recipient(to).await.unwrap(), unknown);
    let rent = net.chain.rent(TOKEN_ACCOUNT_BYTES).await.unwrap();
    // The worst note: every character of it is escaped in the log.
    let memo = "\u{301}".repeat(MAX_MEMO_BYTES / 2);
    for (number, expected_rent) in [(1, rent.0), (2, 0)] {
        let recent = net.chain.latest_blockhash().await.unwrap();
        let transactions = net.chain.transactions();
        let note = (number == 1).then_some(memo.as_str());
        let amount = Io(1_00000000 * number);
        let built = transactions
            .send_io(&recent, &net.owner, to, amount, note)
            .unwrap();
        assert_eq!(net.run(&built).await, built.fee.0 + expected_rent);
    }
    assert_eq!(net.chain.balances(to).await.unwrap().io, Io(3_00000000));
    assert!(net.chain.recipient(to).await.unwrap().has_io_account);
    net.network.shutdown().await;
}

#[tokio::test]
async fn sol_arrives_and_costs_the_fee() {
    let net = start().await;
    let to = WalletAddress([0x5a; 32]);
    let recent = net.chain.latest_blockhash().await.unwrap();
    let transactions = net.chain.transactions();
    let amount = Lamports(10_000_000);
    let built = transactions
        .send_sol(&recent, &net.owner, to, amount, Some("für Öl"))
        .unwrap();
    assert_eq!(net.run(&built).await, built.fee.0 + amount.0);
    assert_eq!(net.chain.balances(to).await.unwrap().sol, amount);
    assert!(net.chain.recipient(to).await.unwrap().exists);

    // Less than an empty address must hold is refused before anything is paid.
    let other = WalletAddress([0x5b; 32]);
    let recent = net.chain.latest_blockhash().await.unwrap();
    let dust = transactions
        .send_sol(&recent, &net.owner, other, Lamports(1), None)
        .unwrap();
    let refused = net.chain.try_out(&dust).await.unwrap().error;
    assert_eq!(refused, Some(TxError::InsufficientSol));
    net.network.shutdown().await;
}

#[tokio::test]
async fn a_mint_is_told_from_a_wallet() {
    let net = start().await;
    let mint = WalletAddress(net.chain.program().io_mint.0);
    assert!(net.chain.recipient(mint).await.unwrap().is_of_a_program);
    let owner = net.owner.address();
    let own = net.chain.recipient(owner).await.unwrap();
    assert!(own.exists && own.has_io_account && !own.is_of_a_program);
    net.network.shutdown().await;
}
