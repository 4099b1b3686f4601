//! The key figures of an epoch.

use hearth_types::money::Io;
use serde::{Deserialize, Serialize};

use crate::{
    emission::unlocked_after,
    epoch::{EpochInput, Outcome},
    quantity::{Ppm, UsdMicros, Usdc},
};

/// How long the reserves last at this epoch's pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Runway {
    /// What comes in covers what is owed.
    Sustained,
    /// So many epochs.
    Epochs {
        /// Rounded down.
        epochs: u64,
    },
}

/// Key figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kpis {
    /// ψ; absent when nothing was aimed at.
    pub sustainability_ratio: Option<Ppm>,
    /// How long the reserves last.
    pub reserve_runway: Runway,
    /// In the Reward Vault, unlocked or not.
    pub reward_vault: Io,
    /// Of it, unlocked and not spent.
    pub reward_unlocked: Io,
    /// IO in the Fee Vault.
    pub fee_vault_io: Io,
    /// USDC in the Fee Vault.
    pub fee_vault_usdc: Usdc,
    /// Debt open.
    pub open_debt: UsdMicros,
    /// Burned in all.
    pub total_burn: Io,
}

impl Kpis {
    /// Of a settled epoch.
    #[must_use]
    pub fn of(input: &EpochInput, outcome: &Outcome) -> Self {
        let books = &outcome.books;
        let span = input.epoch.span(&input.params).unwrap_or_default();
        let unlocked = unlocked_after(span.end);
        let reward_unlocked = unlocked.saturating_sub(books.drawn).min(books.reward_vault);
        let worth = |io: Io| input.price.value(io).map_or(u64::MAX, |usd| usd.0);
        let comes_in =
            worth(unlocked.saturating_sub(unlocked_after(span.start))).saturating_add(outcome.totals.fees.0);
        let goes_out = outcome.totals.owed.0.saturating_add(outcome.totals.burn_due.0);
        let held = worth(reward_unlocked)
            .saturating_add(worth(books.fee.io))
            .saturating_add(books.fee.usdc.0);
        let reserve_runway = match goes_out.saturating_sub(comes_in) {
            0 => Runway::Sustained,
            short => Runway::Epochs { epochs: held / short },
        };
        Self {
            sustainability_ratio: outcome.totals.psi,
            reserve_runway,
            reward_vault: books.reward_vault,
            reward_unlocked,
            fee_vault_io: books.fee.io,
            fee_vault_usdc: books.fee.usdc,
            open_debt: outcome.totals.open_debt,
            total_burn: books.burned,
        }
    }
}
