//! What an epoch's close gives.

use hearth_types::money::Io;
use serde::{Deserialize, Serialize};

use super::{alert::Alert, books::Books};
use crate::quantity::{Ppm, UsdMicros, Usdc};

/// The close of an epoch without its Merkle root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Sums, as the explorer shows them.
    pub totals: Totals,
    /// By device class, in the input's order.
    pub classes: Vec<ClassTotals>,
    /// By wallet, in the input's order.
    pub rewards: Vec<Reward>,
    /// The books the next epoch begins with.
    pub books: Books,
    /// What the operator should change.
    pub alerts: Vec<Alert>,
}

/// A wallet's part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reward {
    /// Owed for this epoch.
    pub owed: UsdMicros,
    /// Paid in this epoch, for it and for earlier ones.
    pub paid: UsdMicros,
    /// The same in IO, rounded down. Matures later.
    pub io: Io,
    /// What the wallet can claim in all: the leaf.
    pub cumulative: Io,
}

/// Sums of an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Devices with any eligible second.
    pub active_devices: u64,
    /// Seconds proven and answering, of all devices.
    pub verified_seconds: u64,
    /// Seconds leased.
    pub leased_seconds: u64,
    /// R: accrued lease pay and margin, true-ups included; nothing when those take more back.
    pub revenue: UsdMicros,
    /// The providers' part of this epoch's accrual.
    pub lease_pay: UsdMicros,
    /// What entered the Fee Vault and may be spent: margin and, when pooled, pay above targets.
    pub fees: UsdMicros,
    /// Of it, pay above targets.
    pub pooled: UsdMicros,
    /// Its IO.
    pub pooled_io: Io,
    /// Its USDC.
    pub pooled_usdc: Usdc,
    /// H: the sum of targets.
    pub targets: UsdMicros,
    /// ψ = R / H; absent at H = 0.
    pub psi: Option<Ppm>,
    /// How far targets were scaled down.
    pub target_scale: Ppm,
    /// Owed for this epoch.
    pub owed: UsdMicros,
    /// Paid of it.
    pub paid: UsdMicros,
    /// Paid on earlier epochs' debt.
    pub paid_debt: UsdMicros,
    /// Of what was paid, shares below a micro-dollar that stayed in the vaults.
    pub dust: UsdMicros,
    /// Debt that lapsed.
    pub lapsed: UsdMicros,
    /// Debt open after the close.
    pub open_debt: UsdMicros,
    /// IO granted.
    pub rewards: Io,
    /// Of it, from emissions.
    pub from_reward_vault: Io,
    /// Of it, from client fees.
    pub from_fee_vault: Io,
    /// IO bought with USDC, for rewards and to burn.
    pub repurchased: Io,
    /// What it cost.
    pub repurchase_cost: Usdc,
    /// IO that matured.
    pub matured: Io,
    /// What the fees left over.
    pub surplus: UsdMicros,
    /// What of it burns.
    pub burn_due: UsdMicros,
    /// IO burned.
    pub burned: Io,
}

/// Sums of a device class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassTotals {
    /// Devices with any eligible second.
    pub active_devices: u64,
    /// Seconds leased.
    pub leased_seconds: u64,
    /// Net lease pay.
    pub lease_pay: UsdMicros,
    /// The sum of targets.
    pub targets: UsdMicros,
    /// Owed.
    pub owed: UsdMicros,
}
