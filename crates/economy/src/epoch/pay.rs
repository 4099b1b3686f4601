//! Sums by wallet: what each is owed, or weighs, and what it gets.

use hearth_types::money::Io;

use super::{
    debt::share,
    error::{CloseError, Fits},
    input::{DeviceRow, EpochInput, WalletIndex},
    outcome::ClassTotals,
    targets::{DeviceFigures, Figures},
};
use crate::{
    arith::floor_mul_div_wide,
    params::Policy,
    quantity::{Bps, IoPrice, Ppm, UsdMicros},
};

/// All devices' figures, summed.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    /// Owed by wallet.
    pub(super) owed: Vec<UsdMicros>,
    pub(super) owed_in_all: UsdMicros,
    pub(super) targets: UsdMicros,
    pub(super) lease_pay: UsdMicros,
    pub(super) pooled: UsdMicros,
    pub(super) pooled_io: u64,
    pub(super) pooled_usdc: u64,
    pub(super) active: u64,
    pub(super) verified: u64,
    pub(super) leased: u64,
    pub(super) classes: Vec<ClassTotals>,
}

impl Sums {
    /// With targets at a scale.
    pub(super) fn of(input: &EpochInput, scale: Ppm) -> Result<Self, CloseError> {
        let mut sums = Self {
            owed: vec![UsdMicros::ZERO; input.wallets.len()],
            classes: vec![ClassTotals::default(); input.classes.len()],
            ..Self::default()
        };
        for (row, figures) in input.devices.iter().zip(Figures::new(input, scale)) {
            let mut figures = figures?;
            if input.params.policy == Policy::Legacy {
                figures.owed = UsdMicros::ZERO;
            }
            sums.add(row, &figures)?;
        }
        Ok(sums)
    }

    fn add(&mut self, row: &DeviceRow, figures: &DeviceFigures) -> Result<(), CloseError> {
        let active = u64::from(row.eligible > 0);
        let class = self
            .classes
            .get_mut(usize::from(row.class))
            .ok_or(CloseError::NoSuchRow("device"))?;
        class.active_devices += active;
        class.leased_seconds = class
            .leased_seconds
            .checked_add(figures.leased)
            .fits("leased time")?;
        class.lease_pay = class.lease_pay.checked_add(figures.net.worth).fits("lease pay")?;
        class.targets = class
            .targets
            .checked_add(figures.target)
            .fits("a sum of targets")?;
        class.owed = class.owed.checked_add(figures.owed).fits("what is owed")?;
        self.active += active;
        self.verified = self.verified.checked_add(row.verified).fits("verified time")?;
        self.leased = self.leased.checked_add(figures.leased).fits("leased time")?;
        self.lease_pay = self.lease_pay.checked_add(figures.net.worth).fits("lease pay")?;
        self.targets = self
            .targets
            .checked_add(figures.target)
            .fits("a sum of targets")?;
        self.owed_in_all = self.owed_in_all.checked_add(figures.owed).fits("what is owed")?;
        self.pooled = self.pooled.checked_add(figures.pooled.worth).fits("pooled pay")?;
        self.pooled_io = self.pooled_io.checked_add(figures.pooled.io).fits("pooled pay")?;
        self.pooled_usdc = self
            .pooled_usdc
            .checked_add(figures.pooled.usdc)
            .fits("pooled pay")?;
        let mut owes = |wallet: WalletIndex, usd: u64| {
            let sum = self
                .owed
                .get_mut(wallet.0 as usize)
                .ok_or(CloseError::NoSuchRow("device"))?;
            *sum = sum.checked_add(UsdMicros(usd)).fits("what a wallet is owed")?;
            Ok(())
        };
        let theirs = row.co_share.map_or(0, |co| co.share.of(figures.owed.0));
        owes(row.owner, figures.owed.0 - theirs)?;
        row.co_share.map_or(Ok(()), |co| owes(co.wallet, theirs))
    }
}

/// Each wallet's share of what is paid of an epoch's owed.
pub(super) fn shares(owed: &[UsdMicros], paid: UsdMicros, in_all: UsdMicros) -> Vec<UsdMicros> {
    owed.iter().map(|owed| share(*owed, paid, in_all)).collect()
}

/// Dollars in IO, rounded down to each wallet.
pub(super) fn in_io(due: &[UsdMicros], price: IoPrice) -> Result<Vec<Io>, CloseError> {
    due.iter().map(|usd| price.buys(*usd).fits("a reward")).collect()
}

/// The legacy emission: a pot by score and verified time, rounded down to each wallet.
pub(super) fn by_score(input: &EpochInput, pot: Io) -> Result<Vec<Io>, CloseError> {
    let mut weights = vec![0_u128; input.wallets.len()];
    for row in &input.devices {
        let weight = row.score.weight(row.verified);
        let part = |share: Bps| weight.checked_mul(u128::from(share.get())).fits("a weight");
        let theirs = row.co_share.map_or(Bps::default(), |co| co.share);
        let mut add = |wallet: WalletIndex, weight: u128| {
            let sum = weights
                .get_mut(wallet.0 as usize)
                .ok_or(CloseError::NoSuchRow("device"))?;
            *sum = sum.checked_add(weight).fits("a weight")?;
            Ok::<(), CloseError>(())
        };
        add(row.owner, part(theirs.rest())?)?;
        if let Some(co) = row.co_share {
            add(co.wallet, part(theirs)?)?;
        }
    }
    let all = weights
        .iter()
        .try_fold(0_u128, |sum, weight| sum.checked_add(*weight))
        .fits("a weight")?;
    if all == 0 {
        return Ok(vec![Io::ZERO; weights.len()]);
    }
    let of = |weight: &u128| floor_mul_div_wide(pot.0, *weight, all).map(Io).fits("a reward");
    weights.iter().map(of).collect()
}
