//! Where all 800 M IO are.

use hearth_types::money::Io;
use serde::{Deserialize, Serialize};

/// Every IO that can exist, by where it is. The places sum to the cap, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supply {
    /// In people's hands, matured rewards included.
    pub circulating: Io,
    /// Allocated and locked, the emission aside.
    pub locked_vesting: Io,
    /// Staked.
    pub stake: Io,
    /// In the Reward Vault.
    pub reward_vault: Io,
    /// In the Fee Vault.
    pub fee_vault: Io,
    /// Granted, not matured.
    pub unmatured: Io,
    /// Burned.
    pub burned: Io,
}

impl Supply {
    /// All of it; `None` when it does not fit.
    #[must_use]
    pub fn total(&self) -> Option<Io> {
        let places = [
            self.locked_vesting,
            self.stake,
            self.reward_vault,
            self.fee_vault,
            self.unmatured,
            self.burned,
        ];
        places.into_iter().try_fold(self.circulating, Io::checked_add)
    }
}
