//! Every transaction fits a packet, is signed as the chain checks it, and asks for the right things.

use hearth_program_interface::{
    account::{Lease, LeaseStatus},
    message::MAX_LEASE_DEVICES,
};
use hearth_protocol::statement::{SignedClose, SignedQuote, SignedVoucher};
use hearth_types::{
    id::{Address, DeviceId, LeaseId, NodeId, WalletAddress},
    ipc::Code,
    market::Quote,
    money::{Io, IoPerSecond},
    network::NetworkKind,
    time::UnixMillis,
};
use solana_transaction::versioned::VersionedTransaction;

use super::{
    BuildError, Closing, PACKET_BYTES, PreparedTransaction, Priority, RecentBlockhash, Transactions,
};
use crate::{
    node_key::{NodeKey, SessionKeypair},
    program::Program,
    signer::{Keypair, TxSigner as _},
    statements::StatementError,
};

const PROGRAM: Program = Program {
    network: NetworkKind::Practice,
    address: Address([200; 32]),
    io_mint: Address([201; 32]),
};
const RECENT: RecentBlockhash = RecentBlockhash {
    hash: [7; 32],
    last_valid_block_height: 150,
    slot: Some(1),
    priority: Priority::NONE,
};
const BUILD: Transactions = Transactions::new(PROGRAM);

struct Parties {
    renter: Keypair,
    provider: WalletAddress,
    payer: Keypair,
    node: NodeKey,
    session: SessionKeypair,
}

fn parties() -> Parties {
    Parties {
        renter: Keypair::from_secret(&[1; 32]),
        provider: Keypair::from_secret(&[2; 32]).address(),
        payer: Keypair::from_secret(&[3; 32]),
        node: NodeKey::from_secret(&[4; 32]),
        session: SessionKeypair::from_secret(&[5; 32]),
    }
}

fn device_ids(count: u8) -> Vec<DeviceId> {
    (0..count).map(|number| DeviceId([number; 32])).collect()
}

impl Parties {
    fn quote(&self, devices: u8) -> SignedQuote {
        let quote = Quote {
            lease: LeaseId([9; 32]),
            node: self.node.id(),
            provider: self.provider,
            renter: self.renter.address(),
            session: self.session.public(),
            devices: device_ids(devices),
            rate: IoPerSecond(1_000),
            max_seconds: 3_600,
            escrow: Io(3_600_000),
            expires_at: UnixMillis(1_000_000),
        };
        PROGRAM.sign_quote(&self.node, quote).unwrap()
    }

    fn lease(&self, devices: u8) -> Lease {
        Lease {
            bump: 255,
            escrow_bump: 255,
            id: [9; 32],
            renter: self.renter.address().0,
            provider: self.provider.0,
            session: self.session.public().0,
            node: self.node.id().0,
            devices_hash: [0; 32],
            rent_payer: self.renter.address().0,
            mint: PROGRAM.io_mint.0,
            fee_vault: PROGRAM.fee_vault().0,
            network_tag: PROGRAM.network.tag(),
            device_count: devices,
            currency: 0,
            status: LeaseStatus::Open,
            margin_bps: 1_000,
            rate_per_second: 1_000,
            max_seconds: 3_600,
            escrowed: 3_600_000,
            settled: 0,
            seconds_settled: 0,
            refunded: 0,
            opened_at: 1,
            expires_at: 2,
            closed_at: 0,
            paid_out: 0,
            waits_since: 0,
        }
    }

    fn voucher(&self) -> SignedVoucher {
        PROGRAM.sign_voucher(&self.session, LeaseId([9; 32]), 10_000, 10)
    }

    fn close(&self) -> SignedClose {
        PROGRAM.sign_close(&self.node, LeaseId([9; 32]), 9_000, 9)
    }
}

/// Checks size and signatures; gives the number of instructions.
fn check(built: Result<PreparedTransaction, BuildError>, statements: u64) -> usize {
    let built = built.unwrap();
    assert!(built.bytes.len() <= PACKET_BYTES);
    let transaction: VersionedTransaction = wincode::deserialize(&built.bytes).unwrap();
    assert!(transaction.verify_with_results().iter().all(|good| *good));
    assert_eq!(transaction.signatures[0].as_ref(), built.signature.as_bytes());
    assert_eq!(transaction.message.recent_blockhash().to_bytes(), RECENT.hash);
    let signatures = u64::try_from(transaction.signatures.len()).unwrap() + statements;
    assert_eq!(built.fee.0, 5_000 * signatures);
    assert_eq!(built.last_valid_block_height, RECENT.last_valid_block_height);
    transaction.message.instructions().len()
}

#[test]
fn staking_is_signed_by_the_owner() {
    let owner = Keypair::from_secret(&[1; 32]);
    let device = DeviceId([2; 32]);
    assert_eq!(
        check(BUILD.stake(&RECENT, &owner, NodeId([3; 32]), device, Io(5)), 0),
        2
    );
    assert_eq!(check(BUILD.request_unstake(&RECENT, &owner, device, Io(5)), 0), 3);
    assert_eq!(check(BUILD.withdraw(&RECENT, &owner, device), 0), 3);
    assert_eq!(
        check(
            BUILD.make_token_account(&RECENT, &owner, WalletAddress([4; 32])),
            0
        ),
        2
    );
}

#[test]
fn a_lease_of_any_size_opens_settles_and_closes_in_a_packet() {
    let parties = parties();
    let most = u8::try_from(MAX_LEASE_DEVICES).unwrap();
    for devices in 1..=most {
        let lease = parties.lease(devices);
        let ids = device_ids(devices);
        assert_eq!(
            check(
                BUILD.open_lease(&RECENT, &parties.renter, &parties.quote(devices)),
                1
            ),
            3
        );
        assert_eq!(
            check(
                BUILD.settle(&RECENT, &parties.payer, &lease, &parties.voucher()),
                1
            ),
            4
        );
        check(BUILD.close_expired(&RECENT, &parties.payer, &lease, &ids), 0);
        let closing = Closing {
            lease: &lease,
            devices: &ids,
            close: &parties.close(),
            voucher: None,
        };
        check(BUILD.close(&RECENT, &parties.payer, closing), 1);
        let with_voucher = BUILD.close(
            &RECENT,
            &parties.payer,
            Closing {
                voucher: Some(&parties.voucher()),
                ..closing
            },
        );
        check(with_voucher, 2);
    }
}

#[test]
fn with_one_device_missing_token_accounts_are_made() {
    let parties = parties();
    let (lease, ids) = (parties.lease(1), device_ids(1));
    let closing = Closing {
        lease: &lease,
        devices: &ids,
        close: &parties.close(),
        voucher: Some(&parties.voucher()),
    };
    // Units, two accounts, two statements, close.
    assert_eq!(check(BUILD.close(&RECENT, &parties.payer, closing), 2), 6);
}

#[test]
fn what_the_chain_would_refuse_is_not_built() {
    let parties = parties();
    let lease = parties.lease(1);

    let mut quote = parties.quote(1);
    quote.quote.rate = IoPerSecond(1);
    quote.quote.escrow = Io(3_600);
    let refused = BUILD.open_lease(&RECENT, &parties.renter, &quote).unwrap_err();
    assert!(matches!(
        refused,
        BuildError::Statement(StatementError::QuoteSignature)
    ));
    assert_eq!(refused.code(), Code::NoQuote);

    let refused = BUILD.open_lease(&RECENT, &parties.payer, &parties.quote(1));
    assert!(matches!(refused, Err(BuildError::WrongSigner { .. })));

    let voucher = SignedVoucher {
        amount: 20_000,
        ..parties.voucher()
    };
    let refused = BUILD.settle(&RECENT, &parties.payer, &lease, &voucher);
    assert!(matches!(
        refused,
        Err(BuildError::Statement(StatementError::VoucherSignature))
    ));

    let close = SignedClose {
        seconds: 1,
        ..parties.close()
    };
    let closing = Closing {
        lease: &lease,
        devices: &device_ids(1),
        close: &close,
        voucher: None,
    };
    let refused = BUILD.close(&RECENT, &parties.payer, closing);
    assert!(matches!(
        refused,
        Err(BuildError::Statement(StatementError::CloseSignature))
    ));

    let refused = BUILD.close_expired(&RECENT, &parties.payer, &lease, &device_ids(2));
    assert!(matches!(refused, Err(BuildError::Devices { lease: 1, given: 2 })));
}
