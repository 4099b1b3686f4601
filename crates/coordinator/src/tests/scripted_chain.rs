//! A chain that does as it is told. It runs a transaction by the statements in its bytes, each one once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use async_trait::async_trait;
use hearth_chain::{
    ChainError, PreparedTransaction, RecentBlockhash,
    client::{Outcome, TxError},
    transactions::Priority,
};
use hearth_program_interface::{
    account::{Device, Lease, LeaseStatus},
    message::{CLOSE_DOMAIN, VOUCHER_DOMAIN},
};
use hearth_types::{
    id::{DeviceId, LeaseId, NodeId, TxSignature, WalletAddress},
    time::UnixMillis,
};

use crate::chain::Chain;

/// An open lease at rate 1 with the usual three days of window.
pub(crate) fn lease_account() -> Lease {
    Lease {
        bump: 255,
        escrow_bump: 255,
        id: [5; 32],
        renter: [1; 32],
        provider: [2; 32],
        session: [3; 32],
        node: [4; 32],
        devices_hash: [6; 32],
        rent_payer: [1; 32],
        mint: [7; 32],
        fee_vault: [8; 32],
        network_tag: *b"practice\0\0\0\0\0\0\0\0",
        device_count: 1,
        currency: 0,
        status: LeaseStatus::Open,
        margin_bps: 1_000,
        rate_per_second: 1,
        max_seconds: 600,
        escrowed: 600,
        settled: 0,
        seconds_settled: 0,
        refunded: 0,
        opened_at: 1_000,
        expires_at: 1_000 + 600 + 259_200,
        closed_at: 0,
        paid_out: 0,
        waits_since: 0,
    }
}

/// What happens to bytes that are sent.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum OnSend {
    /// They run.
    #[default]
    Run,
    /// The server takes them and they get lost.
    Lose,
    /// The request never returns, and they get lost.
    HangBefore,
    /// They run, and whoever waits for the outcome waits for ever.
    HangAfter,
    /// The server refuses them.
    Refuse,
}

#[derive(Default)]
pub(super) struct Script {
    pub(super) devices: BTreeMap<(WalletAddress, DeviceId), Device>,
    pub(super) leases: BTreeMap<LeaseId, Lease>,
    pub(super) on_send: OnSend,
    /// Nothing can be read.
    pub(super) unreachable: bool,
    /// The chain's clock, Unix seconds.
    pub(super) now: u64,
    /// Everything ever sent.
    pub(super) sent: Vec<Vec<u8>>,
    /// Transactions that ran.
    pub(super) ran: BTreeSet<TxSignature>,
    /// How many blockhashes were given out.
    pub(super) blockhashes: u8,
    /// Transactions that can never run.
    pub(super) expired: BTreeSet<TxSignature>,
}

#[derive(Default)]
pub(super) struct ScriptedChain(Mutex<Script>);

impl ScriptedChain {
    pub(super) fn script(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap()
    }

    pub(super) fn stake(&self, owner: WalletAddress, node: NodeId, device_id: DeviceId) {
        let device = Device {
            staked: 100,
            ..Device::new(255, owner.0, device_id.0, node.0, 100)
        };
        self.script().devices.insert((owner, device_id), device);
    }
}

fn signature_of(bytes: &[u8]) -> TxSignature {
    TxSignature(bytes[1..65].try_into().unwrap())
}

/// The amount and lease of a statement in a transaction's bytes.
fn statement(bytes: &[u8], domain: &[u8; 16]) -> Option<(LeaseId, u64)> {
    let at = bytes.windows(16).position(|window| window == domain)?;
    // Domain, network tag, program, then lease and amount.
    let lease = at + 16 + 16 + 32;
    let amount = u64::from_le_bytes(bytes[lease + 32..lease + 40].try_into().unwrap());
    Some((LeaseId(bytes[lease..lease + 32].try_into().unwrap()), amount))
}

impl Script {
    fn run(&mut self, bytes: &[u8]) {
        let signature = signature_of(bytes);
        if self.expired.contains(&signature) || !self.ran.insert(signature) {
            return;
        }
        if let Some((id, amount)) = statement(bytes, &VOUCHER_DOMAIN) {
            let lease = self.leases.get_mut(&id).unwrap();
            assert_eq!(lease.status, LeaseStatus::Open, "paid after the close");
            if statement(bytes, &CLOSE_DOMAIN).is_none() {
                lease.settled = lease.settled.max(amount);
            }
        }
        if let Some((id, amount)) = statement(bytes, &CLOSE_DOMAIN) {
            let lease = self.leases.get_mut(&id).unwrap();
            assert_eq!(lease.status, LeaseStatus::Open, "closed twice");
            lease.settled = lease.settled.max(amount);
            lease.refunded = lease.escrowed - lease.settled;
            lease.status = LeaseStatus::Closed;
        }
    }

    fn readable(&self) -> Result<(), ChainError> {
        if self.unreachable {
            Err(ChainError::Unreachable("scripted".into()))
        } else {
            Ok(())
        }
    }
}

#[async_trait]
impl Chain for ScriptedChain {
    async fn device(&self, owner: WalletAddress, device: DeviceId) -> Result<Option<Device>, ChainError> {
        let script = self.script();
        script.readable()?;
        Ok(script.devices.get(&(owner, device)).copied())
    }

    async fn devices_of(&self, owner: WalletAddress) -> Result<Vec<Device>, ChainError> {
        let script = self.script();
        let devices = script.devices.values();
        Ok(devices
            .filter(|device| device.owner == owner.0)
            .copied()
            .collect())
    }

    async fn lease(&self, lease: LeaseId) -> Result<Option<Lease>, ChainError> {
        let script = self.script();
        script.readable()?;
        Ok(script.leases.get(&lease).copied())
    }

    async fn time(&self) -> Result<UnixMillis, ChainError> {
        let script = self.script();
        script.readable()?;
        Ok(UnixMillis::from_seconds(script.now))
    }

    async fn latest_blockhash(&self) -> Result<RecentBlockhash, ChainError> {
        let mut script = self.script();
        script.blockhashes += 1;
        Ok(RecentBlockhash {
            hash: [script.blockhashes; 32],
            last_valid_block_height: 150,
            slot: None,
            priority: Priority::NONE,
        })
    }

    async fn send(&self, bytes: &[u8]) -> Result<TxSignature, ChainError> {
        let on_send = {
            let mut script = self.script();
            let on_send = script.on_send;
            if on_send == OnSend::Refuse {
                return Err(ChainError::Refused(TxError::Other("scripted".into())));
            }
            script.sent.push(bytes.to_vec());
            if matches!(on_send, OnSend::Run | OnSend::HangAfter) {
                script.run(bytes);
            }
            on_send
        };
        if on_send == OnSend::HangBefore {
            std::future::pending::<()>().await;
        }
        Ok(signature_of(bytes))
    }

    async fn confirm(&self, transaction: &PreparedTransaction) -> Result<Outcome, ChainError> {
        loop {
            let hangs = {
                let script = self.script();
                if script.on_send == OnSend::HangAfter {
                    true
                } else if script.ran.contains(&transaction.signature) {
                    return Ok(Outcome::Confirmed);
                } else if script.expired.contains(&transaction.signature) {
                    return Ok(Outcome::Expired);
                } else {
                    false
                }
            };
            if hangs {
                std::future::pending::<()>().await;
            }
            self.send(&transaction.bytes).await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
