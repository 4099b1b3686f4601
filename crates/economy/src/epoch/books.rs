//! The vaults' books between two epochs.

use hearth_types::money::Io;
use serde::{Deserialize, Serialize};

use super::{error::CloseError, input::EpochId};
use crate::quantity::{UsdMicros, Usdc};

/// What the network holds and has done, in IO and USDC. Every base unit is in one of these places.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// In the Reward Vault, unlocked or not.
    pub reward_vault: Io,
    /// Ever drawn from it.
    pub drawn: Io,
    /// The Fee Vault.
    pub fee: FeeVault,
    /// Ever burned.
    pub burned: Io,
    /// Granted, not matured.
    pub unmatured: Io,
    /// Matured in all, claimed or not.
    pub matured: Io,
    /// Open debt, oldest first.
    pub debts: Vec<Debt>,
}

/// The Fee Vault: client fees in both currencies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeVault {
    /// IO in it.
    pub io: Io,
    /// USDC in it.
    pub usdc: Usdc,
    /// What true-ups took back and the vault did not hold; the next fees fill it.
    pub short_io: Io,
    /// The same in USDC.
    pub short_usdc: Usdc,
}

/// What an epoch still owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    /// The epoch.
    pub epoch: EpochId,
    /// Owed when it closed.
    pub owed: UsdMicros,
    /// Paid since, its own close included.
    pub paid: UsdMicros,
}

impl Debt {
    /// What is open.
    #[must_use]
    pub const fn open(&self) -> UsdMicros {
        UsdMicros(self.owed.0.saturating_sub(self.paid.0))
    }
}

impl Books {
    /// The sum of all open debt, or `None` when it does not fit.
    #[must_use]
    pub fn open_debt(&self) -> Option<UsdMicros> {
        UsdMicros::sum(self.debts.iter().map(Debt::open))
    }

    pub(super) fn check(&self, epoch: EpochId) -> Result<(), CloseError> {
        let mut last = None;
        for debt in &self.debts {
            if last >= Some(debt.epoch) || debt.epoch >= epoch {
                return Err(CloseError::Order("debts"));
            }
            if debt.paid >= debt.owed {
                return Err(CloseError::Books("a debt without anything open"));
            }
            last = Some(debt.epoch);
        }
        Ok(())
    }
}
