//! Random networks that go through random epochs.

use std::collections::{BTreeMap, VecDeque};

use hearth_economy::{
    emission::unlocked_after,
    epoch::{
        Books, Closed, CoShare, DebtRows, DeviceRow, EpochId, EpochInput, FeeVault, LateProof, LeaseRow,
        OwedRow, Pay, PayCurrency, TrueUp, WalletIndex, WalletRow, close, debts_to_pay, margin_of,
    },
    params::{DeviceClass, NetworkParams, Policy},
    quantity::{Bps, IoPrice, Ppm, UsdMicros, UsdPerHour, Usdc},
    score::Score,
};
use hearth_types::{
    id::{DeviceId, LeaseId, WalletAddress},
    money::Io,
    network::NetworkKind,
};
use proptest::prelude::*;

/// Random numbers that a network reads itself from; when they run out it reads zeros. Smaller numbers make simpler
/// networks, so shrinking works.
#[derive(Clone, Debug)]
pub(crate) struct Tape {
    numbers: Vec<u64>,
    at: usize,
}

impl Tape {
    /// The next number, below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        let number = self.numbers.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        if end == 0 { 0 } else { number % end }
    }

    /// Once in so many times.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 1
    }

    /// Nothing, little or much, up to `end`: each as often.
    fn some(&mut self, end: u64) -> u64 {
        let end = [1, end / 1_000, end][usize::from(self.small(3))];
        self.below(end)
    }

    /// A price between a thousandth of a cent and ten dollars, low ones as often as high ones: where IO is worth
    /// little, emission does not suffice.
    fn price(&mut self) -> IoPrice {
        let scale = 10_u64.pow(u32::from(4 + self.small(7)));
        IoPrice::from_nanos(10_000 + self.below(scale)).unwrap()
    }

    fn small(&mut self, end: u16) -> u16 {
        u16::try_from(self.below(u64::from(end))).unwrap()
    }
}

/// Tapes for a few epochs.
pub(crate) fn tapes() -> impl Strategy<Value = Tape> {
    prop::collection::vec(any::<u64>(), 0..600).prop_map(|numbers| Tape { numbers, at: 0 })
}

/// A network between epochs.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) tape: Tape,
    pub(crate) params: NetworkParams,
    pub(crate) classes: Vec<DeviceClass>,
    pub(crate) owners: Vec<(WalletIndex, Option<CoShare>, u16)>,
    pub(crate) books: Books,
    pub(crate) epoch: EpochId,
    pub(crate) cumulative: Vec<Io>,
    /// Granted, by epoch, oldest first.
    granted: VecDeque<Vec<Io>>,
    owed: BTreeMap<EpochId, Vec<OwedRow>>,
}

impl World {
    pub(crate) fn new(mut tape: Tape) -> Self {
        let params = NetworkParams {
            margin: Bps::clamped(tape.small(3_001)),
            burn_share: Bps::clamped(5_000 + tape.small(5_001)),
            debt_lapse_epochs: 24,
            debt_alert_epochs: u32::from(1 + tape.small(24)),
            min_target_scale: Ppm(100_000 + tape.below(900_001)),
            maturity_epochs: 2,
            policy: Policy::ALL[usize::from(tape.small(5))],
            ..NetworkParams::default()
        };
        let classes = (0..=tape.below(3))
            .map(|number| {
                let reference = 2 + tape.below(8_000_000);
                let target = tape.below(reference / 2 + 1);
                let roi = tape.below(target + 1);
                DeviceClass {
                    name: format!("class {number}"),
                    reference_rate: UsdPerHour(reference),
                    ceiling: UsdPerHour(reference * 3 / 2),
                    roi: UsdPerHour(roi),
                    operating_cost: UsdPerHour(target - roi),
                }
            })
            .collect::<Vec<_>>();
        let wallets = 1 + tape.small(5);
        let index = |tape: &mut Tape| WalletIndex(u32::from(tape.small(wallets)));
        let owners = (0..tape.below(9))
            .map(|_| {
                let co = tape.one_in(4).then(|| CoShare {
                    wallet: index(&mut tape),
                    share: Bps::clamped(tape.small(10_001)),
                });
                let class = tape.below(classes.len() as u64);
                (index(&mut tape), co, u16::try_from(class).unwrap())
            })
            .collect();
        // Now and then after the emission's end.
        let epoch = EpochId(if tape.one_in(4) { 176_000 } else { 0 } + tape.below(175_000));
        let unlocked = unlocked_after(epoch.0 * 3_600);
        let drawn = Io(unlocked.0 - tape.some(1_000_000_000_000).min(unlocked.0));
        let books = Books {
            reward_vault: Io(30_000_000_000_000_000 - drawn.0),
            drawn,
            fee: FeeVault {
                io: Io(tape.some(200_000_000_000)),
                usdc: Usdc(tape.some(20_000_000)),
                ..FeeVault::default()
            },
            ..Books::default()
        };
        Self {
            tape,
            params,
            classes,
            owners,
            books,
            epoch,
            cumulative: vec![Io::ZERO; usize::from(wallets)],
            granted: VecDeque::new(),
            owed: BTreeMap::new(),
        }
    }

    /// The next epoch's input, with the debts that it pays.
    pub(crate) fn input(&mut self) -> EpochInput {
        let matured = if self.granted.len() >= self.params.maturity_epochs as usize {
            self.granted.pop_front()
        } else {
            None
        };
        let wallets = self
            .cumulative
            .iter()
            .enumerate()
            .map(|(i, cumulative)| WalletRow {
                wallet: WalletAddress([u8::try_from(i).unwrap() + 1; 32]),
                cumulative: *cumulative,
                matured: matured.as_ref().map_or(Io::ZERO, |matured| matured[i]),
            });
        let mut input = EpochInput {
            network: NetworkKind::Practice,
            epoch: self.epoch,
            price: self.tape.price(),
            params: self.params,
            classes: self.classes.clone(),
            books: self.books.clone(),
            wallets: wallets.collect(),
            devices: vec![],
            leases: vec![],
            late: vec![],
            true_ups: vec![],
            debt_rows: vec![],
        };
        for number in 0..self.owners.len() {
            self.device(&mut input, number);
        }
        if self.tape.one_in(3) {
            input.true_ups.push(self.true_up());
        }
        self.pay_debts(&mut input);
        input
    }

    /// Gives an input the rows of the debts that it pays.
    pub(crate) fn pay_debts(&self, input: &mut EpochInput) {
        let epochs = debts_to_pay(input).unwrap();
        let rows = |epoch: EpochId| DebtRows {
            epoch,
            rows: self.owed[&epoch].clone(),
        };
        input.debt_rows = epochs.into_iter().map(rows).collect();
    }

    fn device(&mut self, input: &mut EpochInput, number: usize) {
        let (owner, co_share, class) = self.owners[number];
        let tape = &mut self.tape;
        let verified = 3_600 - tape.below(4).saturating_sub(2) * tape.below(3_601);
        let eligible = verified - tape.below(4).saturating_sub(2) * tape.below(verified + 1);
        input.devices.push(DeviceRow {
            device: DeviceId([u8::try_from(number).unwrap() + 1; 32]),
            owner,
            co_share,
            class,
            score: Score(tape.below(100_000_000)),
            verified,
            eligible,
        });
        let device = u32::try_from(number).unwrap();
        let mut left = 3_600;
        for _ in 0..tape.below(3) {
            let seconds = tape.below(left + 1);
            left -= seconds;
            input.leases.push(LeaseRow {
                device,
                seconds,
                gross: pay(tape),
            });
        }
        if tape.one_in(6) {
            let eligible_before = tape.below(3_601);
            input.late.push(LateProof {
                device,
                epoch: EpochId(self.epoch.0.saturating_sub(1 + tape.below(20))),
                target: UsdPerHour(tape.below(4_000_000)),
                credit: UsdMicros(tape.below(4_000_000)),
                eligible_before,
                eligible_now: eligible_before + tape.below(3_601 - eligible_before),
            });
            if self.epoch.0 == 0 {
                input.late.pop();
            }
        }
    }

    fn true_up(&mut self) -> TrueUp {
        let accrued = self.tape.below(5_000_000);
        let less = self.tape.below(5_000_000);
        let currency = [PayCurrency::Io, PayCurrency::Usdc][usize::from(self.tape.one_in(2))];
        TrueUp {
            lease: LeaseId([1; 32]),
            currency,
            accrued,
            accrued_margin: margin_of(accrued, self.params.margin),
            settled: accrued.saturating_sub(less) + self.tape.below(1_000),
        }
    }

    /// Closes the next epoch and begins the one after.
    pub(crate) fn step(&mut self) -> (EpochInput, Closed) {
        let input = self.input();
        let closed = close(&input).unwrap();
        self.follow(&closed);
        (input, closed)
    }

    fn follow(&mut self, closed: &Closed) {
        let outcome = &closed.outcome;
        self.books = outcome.books.clone();
        self.cumulative = outcome.rewards.iter().map(|reward| reward.cumulative).collect();
        self.granted
            .push_back(outcome.rewards.iter().map(|reward| reward.io).collect());
        let owed = (0..).zip(&outcome.rewards).map(|(wallet, reward)| OwedRow {
            wallet: WalletIndex(wallet),
            owed: reward.owed,
        });
        self.owed.insert(self.epoch, owed.collect());
        // Now and then time passes in which nothing was owed, so that debt lapses.
        self.epoch.0 += 1 + u64::from(self.tape.one_in(3)) * self.tape.below(60);
    }
}

/// What a renter owes for some time: nothing, little, much, far too much.
fn pay(tape: &mut Tape) -> Pay {
    let scale = [0, 1_000, 1_000_000, 10_000_000][usize::from(tape.small(4))];
    let usd = tape.below(scale + 1);
    if tape.one_in(3) {
        return Pay::Io(Io(usd * 500));
    }
    Pay::Usdc(Usdc(usd))
}
