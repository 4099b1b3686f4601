//! The settlement in exact fractions.

use hearth_economy::{
    emission::unlocked_after,
    epoch::{EpochInput, Pay, PayCurrency},
    params::{Draw, Income, Policy},
};
use num_bigint::BigInt;
use num_rational::BigRational;

type Fraction = BigRational;

pub(crate) fn whole(number: u64) -> Fraction {
    Fraction::from_integer(BigInt::from(number))
}

pub(crate) fn fraction(over: u64, under: u64) -> Fraction {
    Fraction::new(BigInt::from(over), BigInt::from(under))
}

pub(crate) fn to_u64(number: &Fraction) -> u64 {
    assert!(number.is_integer(), "{number} is not whole");
    u64::try_from(number.to_integer()).unwrap()
}

/// What a settlement comes to. Dollars in millionths, IO in base units, all whole.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) owed: Vec<u64>,
    pub(crate) paid: Vec<u64>,
    pub(crate) io: Vec<u64>,
    pub(crate) targets: u64,
    pub(crate) fees: u64,
    pub(crate) surplus: u64,
    pub(crate) burned: u64,
    pub(crate) reward_vault: u64,
    pub(crate) fee_io: u64,
    pub(crate) fee_usdc: u64,
    pub(crate) open_debt: u64,
    pub(crate) lapsed: u64,
}

fn zero() -> Fraction {
    whole(0)
}

fn least(a: &Fraction, b: &Fraction) -> Fraction {
    a.min(b).clone()
}

fn not_negative(number: Fraction) -> Fraction {
    number.max(zero())
}

/// Everything of one epoch that several rules use.
struct Rules<'a> {
    input: &'a EpochInput,
    /// Micro-dollars a base unit of IO.
    price: Fraction,
    margin: Fraction,
}

impl Rules<'_> {
    /// The network's part, rounded up to a base unit.
    fn margin_of(&self, gross: u64) -> Fraction {
        (whole(gross) * &self.margin).ceil()
    }

    fn net(&self, gross: Pay) -> Fraction {
        whole(gross.units()) - self.margin_of(gross.units())
    }

    /// Dollars of an amount, not rounded.
    fn worth(&self, currency: PayCurrency, units: &Fraction) -> Fraction {
        match currency {
            PayCurrency::Io => units * &self.price,
            PayCurrency::Usdc => units.clone(),
        }
    }

    /// IO that dollars buy, rounded down.
    fn buys(&self, usd: &Fraction) -> Fraction {
        (usd / &self.price).floor()
    }
}

/// Settles an epoch that is sound.
pub(crate) fn settle(input: &EpochInput) -> Settled {
    let rules = Rules {
        input,
        price: fraction(input.price.nanos(), 100_000_000_000),
        margin: fraction(u64::from(input.params.margin.get()), 10_000),
    };
    let legacy = input.params.policy == Policy::Legacy;
    let mut result = Settled::default();

    // Debt of 720 epochs ago, or whatever the network says, is gone.
    let lapses = |epoch: u64| input.epoch.0 - epoch >= u64::from(input.params.debt_lapse_epochs);
    let mut debts: Vec<_> = input
        .books
        .debts
        .iter()
        .filter(|debt| !lapses(debt.epoch.0))
        .copied()
        .collect();
    let opening_debt: u64 = debts.iter().map(|debt| debt.owed.0 - debt.paid.0).sum();
    result.lapsed = input
        .books
        .debts
        .iter()
        .map(|debt| debt.owed.0 - debt.paid.0)
        .sum::<u64>()
        - opening_debt;

    // What the schedule has unlocked.
    let seconds = u64::from(input.params.epoch_seconds);
    let (start, end) = (
        unlocked_after(input.epoch.0 * seconds).0,
        unlocked_after((input.epoch.0 + 1) * seconds).0,
    );

    // Targets scale down to the limit's part of the debt, in whole millionths and within the bound.
    let limit =
        (whole(end - start) * &rules.price).floor() * whole(u64::from(input.params.debt_alert_epochs));
    let mut scale = whole(1);
    if !legacy && whole(opening_debt) > limit {
        let part = (limit / whole(opening_debt) * whole(1_000_000)).floor() / whole(1_000_000);
        scale = part.max(fraction(input.params.min_target_scale.0, 1_000_000));
    }

    // Rule 2: what each device is owed, and whose it is.
    let mut owed = vec![zero(); input.wallets.len()];
    let (mut targets, mut pooled_io, mut pooled_usdc) = (zero(), zero(), zero());
    for (index, row) in input.devices.iter().enumerate() {
        let class = &input.classes[usize::from(row.class)];
        let hourly = (whole(class.roi.0 + class.operating_cost.0) * &scale).floor();
        let mut target = (hourly * fraction(row.eligible, 3_600)).floor();
        let mut credit = zero();
        let (mut pay, mut usdc, mut io) = (zero(), zero(), zero());
        for lease in input.leases.iter().filter(|lease| lease.device as usize == index) {
            let net = rules.net(lease.gross);
            let worth = rules.worth(lease.gross.currency(), &net);
            let reference = (whole(class.reference_rate.0) * fraction(lease.seconds, 3_600)).ceil();
            credit += worth.ceil().max(reference);
            pay += worth.floor();
            match lease.gross {
                Pay::Io(_) => io += net,
                Pay::Usdc(_) => usdc += net,
            }
        }
        let mut due = not_negative(target.clone() - credit);
        for late in input.late.iter().filter(|late| late.device as usize == index) {
            let at = |seconds: u64| (whole(late.target.0) * fraction(seconds, 3_600)).floor();
            let owed = |seconds: u64| not_negative(at(seconds) - whole(late.credit.0));
            target += at(late.eligible_now) - at(late.eligible_before);
            due += owed(late.eligible_now) - owed(late.eligible_before);
        }
        if let Policy::Ide(_, Income::Pooled) = input.params.policy {
            let above = not_negative(pay - &target);
            let in_usdc = least(&above, &usdc);
            pooled_io += least(&rules.buys(&(above - &in_usdc)), &io);
            pooled_usdc += in_usdc;
        }
        targets += target;
        if legacy {
            continue;
        }
        let theirs = row.co_share.map_or(zero(), |co| {
            (&due * fraction(u64::from(co.share.get()), 10_000)).floor()
        });
        owed[row.owner.0 as usize] += due - &theirs;
        if let Some(co) = row.co_share {
            owed[co.wallet.0 as usize] += theirs;
        }
    }
    result.targets = to_u64(&targets);

    // Rule 1: margin, and what settlements correct, enter the Fee Vault; first into what it was short of.
    let (mut in_io, mut in_usdc) = (pooled_io, pooled_usdc);
    for lease in &input.leases {
        let margin = rules.margin_of(lease.gross.units());
        match lease.gross {
            Pay::Io(_) => in_io += margin,
            Pay::Usdc(_) => in_usdc += margin,
        }
    }
    for true_up in &input.true_ups {
        let correction = rules.margin_of(true_up.settled) - whole(true_up.accrued_margin);
        match true_up.currency {
            PayCurrency::Io => in_io += correction,
            PayCurrency::Usdc => in_usdc += correction,
        }
    }
    let fee = &input.books.fee;
    let fill = |flow: Fraction, short: u64| flow.clone() - least(&not_negative(flow), &whole(short));
    let (spend_io, spend_usdc) = (fill(in_io, fee.short_io.0), fill(in_usdc, fee.short_usdc.0));
    let mut fee_io = not_negative(whole(fee.io.0) + &spend_io);
    let mut fee_usdc = not_negative(whole(fee.usdc.0) + &spend_usdc);
    let fees = not_negative((rules.worth(PayCurrency::Io, &spend_io)).floor() + spend_usdc);
    result.fees = to_u64(&fees);

    // Rule 3: this epoch's owed first, then debt, oldest first; all of it in dollars, pro rata.
    let reward = whole((end.saturating_sub(input.books.drawn.0)).min(input.books.reward_vault.0));
    let sum = owed.iter().fold(zero(), |sum, owed| sum + owed);
    let can_pay = (rules.worth(PayCurrency::Io, &(&reward + &fee_io))).floor() + &fee_usdc;
    let now = least(&sum, &can_pay);
    let mut left = can_pay - &now;
    let mut paid: Vec<Fraction> = owed
        .iter()
        .map(|owed| {
            if sum == zero() {
                zero()
            } else {
                (owed * &now / &sum).floor()
            }
        })
        .collect();
    for debt in debts.iter_mut().filter(|_| !legacy) {
        let amount = least(&left, &whole(debt.owed.0 - debt.paid.0));
        left -= &amount;
        for rows in input.debt_rows.iter().filter(|rows| rows.epoch == debt.epoch) {
            for row in &rows.rows {
                paid[row.wallet.0 as usize] += (whole(row.owed.0) * &amount / whole(debt.owed.0)).floor();
            }
        }
        debt.paid.0 += to_u64(&amount);
    }
    let open: u64 = debts.iter().map(|debt| debt.owed.0 - debt.paid.0).sum();
    result.open_debt = open + to_u64(&(&sum - &now));

    // In IO, floored to each wallet; or, as it used to be, the epoch's emission by score.
    let io: Vec<Fraction> = if legacy {
        by_score(&rules, &least(&whole(end - start), &reward))
    } else {
        paid.iter().map(|usd| rules.buys(usd)).collect()
    };
    let granted = io.iter().fold(zero(), |sum, io| sum + io);
    let fee_first = matches!(input.params.policy, Policy::Ide(Draw::FeeFirst, _));
    let bought_with_all = rules.buys(&fee_usdc);
    let from_fees = if fee_first {
        least(&granted, &(&fee_io + &bought_with_all))
    } else {
        not_negative(&granted - &reward)
    };
    let reward_drawn = &granted - &from_fees;
    let from_io = least(&from_fees, &fee_io);
    let spent = ((&from_fees - &from_io) * &rules.price).ceil();
    fee_io = fee_io - &from_io + rules.buys(&spent) - (&from_fees - &from_io);
    fee_usdc -= &spent;

    // Rule 4: half of a surplus, or more, burns.
    let surplus = if legacy {
        zero()
    } else {
        not_negative(fees - &sum - whole(opening_debt))
    };
    let due = (&surplus * fraction(u64::from(input.params.burn_share.get()), 10_000)).ceil();
    let burned_io = least(&(&due / &rules.price).ceil(), &fee_io);
    let rest = least(
        &not_negative(due - (&burned_io * &rules.price).floor()),
        &fee_usdc,
    );
    let burned = &burned_io + rules.buys(&rest);

    result.surplus = to_u64(&surplus);
    result.burned = to_u64(&burned);
    result.reward_vault = input.books.reward_vault.0 - to_u64(&reward_drawn);
    result.fee_io = to_u64(&(fee_io - burned_io));
    result.fee_usdc = to_u64(&(fee_usdc - rest));
    result.owed = owed.iter().map(to_u64).collect();
    result.paid = paid.iter().map(to_u64).collect();
    result.io = io.iter().map(to_u64).collect();
    result
}

/// The legacy emission: a pot by score × verified seconds.
fn by_score(rules: &Rules<'_>, pot: &Fraction) -> Vec<Fraction> {
    let mut weights = vec![zero(); rules.input.wallets.len()];
    for row in &rules.input.devices {
        let weight = whole(row.score.0) * whole(row.verified);
        let theirs = row
            .co_share
            .map_or(zero(), |co| &weight * fraction(u64::from(co.share.get()), 10_000));
        weights[row.owner.0 as usize] += weight - &theirs;
        if let Some(co) = row.co_share {
            weights[co.wallet.0 as usize] += theirs;
        }
    }
    let all = weights.iter().fold(zero(), |sum, weight| sum + weight);
    if all == zero() {
        return weights;
    }
    weights
        .iter()
        .map(|weight| (pot * weight / &all).floor())
        .collect()
}
