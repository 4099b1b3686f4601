//! Values that many tests need.

use hearth_store::{
    leases::{LeaseKey, NewLease, SealedSecret},
    ledger::{Account, AccountBalance, IdempotencyKey, Movement, NewEntry},
    outbox::{NewOutbox, OutboxKind},
};
use hearth_types::{
    id::{DeviceId, LeaseId, NodeId, SessionKey, TxSignature, WalletAddress},
    lease::Side,
    market::Quote,
    money::{Currency, Io, IoPerSecond},
    time::UnixMillis,
};

pub(crate) fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey(text.to_owned())
}

pub(crate) fn entry(name: &str, movement: Movement) -> NewEntry {
    NewEntry::of(key(name), movement, UnixMillis(1_000)).unwrap()
}

pub(crate) fn quote(lease: u8) -> Quote {
    Quote {
        lease: LeaseId([lease; 32]),
        node: NodeId([2; 32]),
        provider: WalletAddress([3; 32]),
        renter: WalletAddress([4; 32]),
        session: SessionKey([5; 32]),
        devices: vec![DeviceId([6; 32])],
        rate: IoPerSecond(100),
        max_seconds: 60,
        escrow: Io(6_000),
        expires_at: UnixMillis(90_000),
    }
}

pub(crate) fn lease(id: u8, side: Side) -> NewLease {
    NewLease {
        side,
        quote: quote(id),
        node_signature: [7; 64],
        session_secret: Some(SealedSecret(vec![9; 48])),
        device_name: "Test GPU".into(),
        title: "sh run.sh".into(),
        job: None,
        opened_at: UnixMillis(1_000),
        open_signature: None,
    }
}

pub(crate) fn renter(id: u8) -> LeaseKey {
    LeaseKey {
        id: LeaseId([id; 32]),
        side: Side::Renter,
    }
}

pub(crate) fn transaction(
    name: &str,
    signature: u8,
    entries: Vec<hearth_store::ledger::EntryId>,
) -> NewOutbox {
    NewOutbox {
        kind: OutboxKind::Stake,
        idempotency_key: key(name),
        lease: None,
        signed_transaction: vec![signature; 300],
        signature: TxSignature([signature; 64]),
        last_valid_block_height: 150,
        after_slot: Some(40),
        entries,
        created_at: UnixMillis(1_000),
    }
}

/// What an account holds, by a list of balances.
pub(crate) fn held(balances: &[AccountBalance], account: Account, currency: Currency) -> i64 {
    let mut of_account = balances
        .iter()
        .filter(|b| b.account == account && b.currency == currency);
    of_account.next().unwrap().amount
}
