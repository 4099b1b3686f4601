//! The settlement: rules 1 to 4 in order.

use hearth_types::money::Io;

use super::{
    accrual::{PayCurrency, margin_of},
    alert::alerts,
    books::{Books, Debt},
    debt::{self, Payment},
    draw::{Available, Drawn},
    error::{CloseError, Fits},
    fees::Flow,
    input::{EpochId, EpochInput},
    outcome::{Outcome, Reward, Totals},
    pay::{Sums, by_score, in_io, shares},
    scale::target_scale,
    surplus::{Burn, burn, surplus},
};
use crate::{
    emission::unlocked_after,
    params::{Draw, Policy},
    quantity::{Ppm, UsdMicros, Usdc},
};

/// Everything that is decided before it is known who is paid what.
struct Plan {
    sums: Sums,
    scale: Ppm,
    /// The books after fees came in and old debt lapsed.
    books: Books,
    lapsed: UsdMicros,
    opening_debt: UsdMicros,
    revenue: UsdMicros,
    fees: UsdMicros,
    available: Available,
    /// Paid of what this epoch owes.
    paid: UsdMicros,
    payments: Vec<Payment>,
    /// What the legacy emission shares out.
    pot: Io,
}

impl Plan {
    fn of(input: &EpochInput) -> Result<Self, CloseError> {
        input.check()?;
        let price = input.price;
        let span = input.epoch.span(&input.params).fits("the epoch's time")?;
        let unlocked = unlocked_after(span.end);
        let fresh = unlocked.saturating_sub(unlocked_after(span.start));

        let mut books = input.books.clone();
        let lapsed = debt::lapse(&mut books.debts, input.epoch, &input.params)?;
        let opening_debt = books.open_debt().fits("open debt")?;
        let (revenue, margin) = lease_flows(input);

        let budget = price.value(fresh).fits("the budget")?;
        let scale = match input.params.policy {
            Policy::Ide(..) => target_scale(&input.params, opening_debt, budget),
            Policy::Legacy => Ppm::ONE,
        };
        let sums = Sums::of(input, scale)?;

        let mut pooled = Flow::default();
        pooled.add(PayCurrency::Io, i128::from(sums.pooled_io));
        pooled.add(PayCurrency::Usdc, i128::from(sums.pooled_usdc));
        let fees = margin.plus(pooled).enter(&mut books.fee)?.value(price)?;

        let available = Available::of(&books, unlocked);
        let can_pay = available.value(price);
        let paid = sums.owed_in_all.min(can_pay);
        let payments = match input.params.policy {
            Policy::Ide(..) => debt::payments(&books.debts, can_pay.saturating_sub(paid)),
            Policy::Legacy => Vec::new(),
        };
        Ok(Self {
            sums,
            scale,
            books,
            lapsed,
            opening_debt,
            revenue: revenue.value(price)?,
            fees,
            available,
            paid,
            payments,
            pot: fresh.min(available.reward),
        })
    }
}

/// What renters owe for the epoch, and the network's part of it, true-ups included.
fn lease_flows(input: &EpochInput) -> (Flow, Flow) {
    let (mut revenue, mut margin) = (Flow::default(), Flow::default());
    for lease in &input.leases {
        let (currency, units) = (lease.gross.currency(), lease.gross.units());
        revenue.add(currency, i128::from(units));
        margin.add(currency, i128::from(margin_of(units, input.params.margin)));
    }
    for true_up in &input.true_ups {
        let (gross, part) = true_up.correction(input.params.margin);
        revenue.add(true_up.currency, gross);
        margin.add(true_up.currency, part);
    }
    (revenue, margin)
}

/// The earlier epochs that will be paid: their rows must be in the input when it is settled.
///
/// # Errors
/// [`CloseError`] when the input is not sound.
pub fn debts_to_pay(input: &EpochInput) -> Result<Vec<EpochId>, CloseError> {
    let plan = Plan::of(input)?;
    Ok(plan.payments.iter().map(|payment| payment.debt.epoch).collect())
}

/// Settles an epoch.
///
/// # Errors
/// [`CloseError`] when the input is not sound, or lacks the rows of a debt that is paid.
pub fn settle(input: &EpochInput) -> Result<Outcome, CloseError> {
    let plan = Plan::of(input)?;
    let price = input.price;
    let mut due = shares(&plan.sums.owed, plan.paid, plan.sums.owed_in_all);
    debt::distribute(&plan.payments, &input.debt_rows, &mut due)?;
    let (order, rewards) = match input.params.policy {
        Policy::Ide(order, _) => (order, in_io(&due, price)?),
        Policy::Legacy => (Draw::RewardFirst, by_score(input, plan.pot)?),
    };
    let granted = total(&rewards)?;
    let drawn = plan.available.take(order, granted, price)?;

    let mut books = plan.books;
    draw_from(&mut books, &drawn)?;
    let left_over = match input.params.policy {
        Policy::Ide(..) => surplus(plan.fees, plan.sums.owed_in_all, plan.opening_debt),
        Policy::Legacy => UsdMicros::ZERO,
    };
    let burn_due = UsdMicros(input.params.burn_share.of_ceil(left_over.0));
    let burned = burn(&mut books.fee, burn_due, price)?;
    books.burned = books.burned.checked_add(burned.io).fits("what is burned")?;

    debt::book(&mut books.debts, &plan.payments);
    if plan.paid < plan.sums.owed_in_all {
        books.debts.push(Debt {
            epoch: input.epoch,
            owed: plan.sums.owed_in_all,
            paid: plan.paid,
        });
    }
    let matured = mature(&mut books, input, granted)?;

    let paid_debt = UsdMicros::sum(plan.payments.iter().map(Payment::amount)).fits("paid debt")?;
    let given = UsdMicros::sum(due.iter().copied()).fits("what is given")?;
    let paid_in_all = plan.paid.checked_add(paid_debt).fits("what is paid")?;
    let sums = &plan.sums;
    let totals = Totals {
        active_devices: sums.active,
        verified_seconds: sums.verified,
        leased_seconds: sums.leased,
        revenue: plan.revenue,
        lease_pay: sums.lease_pay,
        fees: plan.fees,
        pooled: sums.pooled,
        pooled_io: Io(sums.pooled_io),
        pooled_usdc: Usdc(sums.pooled_usdc),
        targets: sums.targets,
        psi: Ppm::ratio(plan.revenue.0, sums.targets.0),
        target_scale: plan.scale,
        owed: sums.owed_in_all,
        paid: plan.paid,
        paid_debt,
        dust: paid_in_all.saturating_sub(given),
        lapsed: plan.lapsed,
        open_debt: books.open_debt().fits("open debt")?,
        rewards: granted,
        from_reward_vault: drawn.reward,
        from_fee_vault: granted.saturating_sub(drawn.reward),
        ..bought(&drawn, &burned)?
    };
    let totals = Totals {
        matured,
        surplus: left_over,
        burn_due,
        burned: burned.io,
        ..totals
    };
    let alerts = alerts(input, &sums.classes, plan.scale, plan.lapsed);
    let rows = input.wallets.iter().zip(&sums.owed).zip(due.iter().zip(&rewards));
    let rewards = rows.map(|((wallet, owed), (paid, io))| {
        let cumulative = wallet
            .cumulative
            .checked_add(wallet.matured)
            .fits("what a wallet can claim")?;
        Ok(Reward {
            owed: *owed,
            paid: *paid,
            io: *io,
            cumulative,
        })
    });
    Ok(Outcome {
        totals,
        rewards: rewards.collect::<Result<_, CloseError>>()?,
        classes: plan.sums.classes,
        books,
        alerts,
    })
}

fn total(rewards: &[Io]) -> Result<Io, CloseError> {
    rewards
        .iter()
        .try_fold(Io::ZERO, |sum, io| sum.checked_add(*io))
        .fits("a sum of rewards")
}

fn draw_from(books: &mut Books, drawn: &Drawn) -> Result<(), CloseError> {
    let missing = CloseError::Books("more is drawn than a vault holds");
    let fee = &mut books.fee;
    let bought_over = drawn.bought.saturating_sub(drawn.fee_bought);
    books.reward_vault = books
        .reward_vault
        .checked_sub(drawn.reward)
        .ok_or_else(|| missing.clone())?;
    books.drawn = books.drawn.checked_add(drawn.reward).fits("what is drawn")?;
    let io = fee.io.checked_sub(drawn.fee_io).ok_or_else(|| missing.clone())?;
    fee.io = io.checked_add(bought_over).fits("the Fee Vault")?;
    fee.usdc = fee.usdc.checked_sub(drawn.usdc_spent).ok_or(missing)?;
    Ok(())
}

/// Books what was granted and what matures; gives the latter.
fn mature(books: &mut Books, input: &EpochInput, granted: Io) -> Result<Io, CloseError> {
    let matured = input
        .wallets
        .iter()
        .try_fold(Io::ZERO, |sum, row| sum.checked_add(row.matured));
    let matured = matured.fits("what matures")?;
    let waiting = books.unmatured.checked_sub(matured);
    let waiting = waiting.ok_or(CloseError::Books("more matures than was granted"))?;
    books.unmatured = waiting.checked_add(granted).fits("what has not matured")?;
    books.matured = books.matured.checked_add(matured).fits("what has matured")?;
    Ok(matured)
}

/// What was bought, as totals.
fn bought(drawn: &Drawn, burned: &Burn) -> Result<Totals, CloseError> {
    Ok(Totals {
        repurchased: drawn.bought.checked_add(burned.bought).fits("what was bought")?,
        repurchase_cost: drawn
            .usdc_spent
            .checked_add(burned.usdc_spent)
            .fits("what was spent")?,
        ..Totals::default()
    })
}
