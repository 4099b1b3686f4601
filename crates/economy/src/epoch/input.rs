//! What an epoch is closed from. All of it is in the report, so anyone can close it again.

use hearth_types::{
    id::{DeviceId, WalletAddress},
    money::Io,
    network::NetworkKind,
};
use serde::{Deserialize, Serialize};

use super::{
    accrual::{Pay, TrueUp},
    books::Books,
    error::CloseError,
    span::Span,
};
use crate::{
    params::{DeviceClass, NetworkParams},
    quantity::{Bps, IoPrice, UsdMicros, UsdPerHour},
    score::Score,
};

/// An epoch's number: whole epochs since the first block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EpochId(pub u64);

impl EpochId {
    /// Its seconds, counted from the first block; `None` when they do not fit.
    #[must_use]
    pub fn span(self, params: &NetworkParams) -> Option<Span> {
        let length = u64::from(params.epoch_seconds);
        let start = self.0.checked_mul(length)?;
        Some(Span::new(start, start.checked_add(length)?))
    }
}

/// A wallet by its place in [`EpochInput::wallets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WalletIndex(pub u32);

/// A wallet that has ever earned, or earns now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalletRow {
    /// Its address.
    pub wallet: WalletAddress,
    /// What it could claim in all, as of the epoch before.
    pub cumulative: Io,
    /// What of an earlier epoch's reward matures now, slashes deducted.
    pub matured: Io,
}

/// A co-staker's part of a device's reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoShare {
    /// Who.
    pub wallet: WalletIndex,
    /// Which part; rounded down, the owner has the rest.
    pub share: Bps,
}

/// A device in this epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    /// Which.
    pub device: DeviceId,
    /// Whose.
    pub owner: WalletIndex,
    /// Who else has part of its reward. A co-staker who is leaving has none.
    pub co_share: Option<CoShare>,
    /// Its class, by its place in [`EpochInput::classes`].
    pub class: u16,
    /// Its weight under the legacy emission.
    pub score: Score,
    /// Seconds proven and answering.
    pub verified: u64,
    /// Of these, leased or offered at no more than the ceiling.
    pub eligible: u64,
}

/// A device's part of a lease in this epoch, at one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseRow {
    /// The device, by its place in [`EpochInput::devices`].
    pub device: u32,
    /// Seconds leased, proven or not.
    pub seconds: u64,
    /// What the renter owes for them, margin included.
    pub gross: Pay,
}

/// Leased seconds of an earlier epoch that a proof has meanwhile made eligible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateProof {
    /// The device, by its place in [`EpochInput::devices`].
    pub device: u32,
    /// The earlier epoch.
    pub epoch: EpochId,
    /// The target that was in force, scaled as it was.
    pub target: UsdPerHour,
    /// What the device was credited for its leases then.
    pub credit: UsdMicros,
    /// Eligible seconds as counted until now.
    pub eligible_before: u64,
    /// Eligible seconds as known now.
    pub eligible_now: u64,
}

/// What a wallet was owed for an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwedRow {
    /// Whose.
    pub wallet: WalletIndex,
    /// Owed when the epoch closed, before anything was paid.
    pub owed: UsdMicros,
}

/// Who is owed for an earlier epoch that is paid now. From that epoch's report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DebtRows {
    /// The epoch.
    pub epoch: EpochId,
    /// Who, in order of wallets. They sum to what the epoch owed.
    pub rows: Vec<OwedRow>,
}

/// Everything an epoch is closed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochInput {
    /// Whose network; its tag is in every leaf.
    pub network: NetworkKind,
    /// Which epoch.
    pub epoch: EpochId,
    /// The epoch's price.
    pub price: IoPrice,
    /// Parameters in force.
    pub params: NetworkParams,
    /// Device classes in force.
    pub classes: Vec<DeviceClass>,
    /// The vaults' books as the epoch before left them.
    pub books: Books,
    /// Wallets, sorted by address, each once.
    pub wallets: Vec<WalletRow>,
    /// Devices, sorted by id, each once.
    pub devices: Vec<DeviceRow>,
    /// Lease time, in order of devices.
    pub leases: Vec<LeaseRow>,
    /// Proofs that came late, in order of devices.
    pub late: Vec<LateProof>,
    /// Leases settled for other than they had accrued.
    pub true_ups: Vec<TrueUp>,
    /// Who is owed for earlier epochs: those that [`super::debts_to_pay`] names, oldest first.
    pub debt_rows: Vec<DebtRows>,
}

impl EpochInput {
    /// Whether rows are in order and name rows that exist.
    ///
    /// # Errors
    /// [`CloseError`] with the first flaw.
    pub fn check(&self) -> Result<(), CloseError> {
        self.params.check()?;
        self.classes.iter().try_for_each(DeviceClass::check)?;
        for (before, after) in self.wallets.iter().zip(self.wallets.iter().skip(1)) {
            if before.wallet >= after.wallet {
                return Err(CloseError::WalletOrder(after.wallet));
            }
        }
        in_order(&self.devices, "devices", |a, b| a.device < b.device)?;
        in_order(&self.leases, "leases", |a, b| a.device <= b.device)?;
        in_order(&self.late, "late proofs", |a, b| {
            (a.device, a.epoch) < (b.device, b.epoch)
        })?;
        in_order(&self.debt_rows, "debts", |a, b| a.epoch < b.epoch)?;
        let wallet_is = |index: WalletIndex| (index.0 as usize) < self.wallets.len();
        for device in &self.devices {
            let co = device.co_share.is_none_or(|co| wallet_is(co.wallet));
            if !wallet_is(device.owner) || !co || usize::from(device.class) >= self.classes.len() {
                return Err(CloseError::NoSuchRow("device"));
            }
        }
        let device_is = |index: u32| (index as usize) < self.devices.len();
        if !self.leases.iter().all(|row| device_is(row.device)) {
            return Err(CloseError::NoSuchRow("lease"));
        }
        if !self
            .late
            .iter()
            .all(|row| device_is(row.device) && row.epoch < self.epoch)
        {
            return Err(CloseError::NoSuchRow("late proof"));
        }
        for debt in &self.debt_rows {
            in_order(&debt.rows, "debt rows", |a, b| a.wallet < b.wallet)?;
            if !debt.rows.iter().all(|row| wallet_is(row.wallet)) {
                return Err(CloseError::NoSuchRow("debt"));
            }
        }
        self.books.check(self.epoch)
    }
}

fn in_order<T>(rows: &[T], what: &'static str, follows: impl Fn(&T, &T) -> bool) -> Result<(), CloseError> {
    let mut pairs = rows.iter().zip(rows.iter().skip(1));
    if pairs.all(|(before, after)| follows(before, after)) {
        return Ok(());
    }
    Err(CloseError::Order(what))
}
