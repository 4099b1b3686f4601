//! A report's values as bytes, in a fixed order.

use hearth_types::network::NetworkKind;

use super::wire::Writer;
use crate::{
    epoch::{
        Alert, Books, ClassTotals, Closed, DebtRows, DeviceRow, EpochInput, LateProof, LeaseRow, Parameter,
        PayCurrency, Reward, Totals, TrueUp, WalletRow,
    },
    params::{DeviceClass, Draw, Income, NetworkParams, Policy},
    quantity::Ppm,
};

pub(super) const fn network(kind: NetworkKind) -> u8 {
    match kind {
        NetworkKind::Practice => 0,
        NetworkKind::Devnet => 1,
        NetworkKind::Mainnet => 2,
        NetworkKind::Custom => 3,
    }
}

pub(super) const fn policy(policy: Policy) -> u8 {
    match policy {
        Policy::Ide(Draw::RewardFirst, Income::Kept) => 0,
        Policy::Ide(Draw::FeeFirst, Income::Kept) => 1,
        Policy::Ide(Draw::RewardFirst, Income::Pooled) => 2,
        Policy::Ide(Draw::FeeFirst, Income::Pooled) => 3,
        Policy::Legacy => 4,
    }
}

pub(super) const fn currency(currency: PayCurrency) -> u8 {
    match currency {
        PayCurrency::Io => 0,
        PayCurrency::Usdc => 1,
    }
}

pub(super) fn input(out: &mut Writer, input: &EpochInput) {
    out.byte(network(input.network));
    out.number(input.epoch.0);
    out.number(input.price.nanos());
    params(out, &input.params);
    list(out, &input.classes, class);
    books(out, &input.books);
    list(out, &input.wallets, wallet);
    list(out, &input.devices, device);
    list(out, &input.leases, lease);
    list(out, &input.late, late);
    list(out, &input.true_ups, true_up);
    list(out, &input.debt_rows, debt_rows);
}

pub(super) fn outcome(out: &mut Writer, closed: &Closed) {
    let outcome = &closed.outcome;
    totals(out, &outcome.totals);
    list(out, &outcome.classes, class_totals);
    list(out, &outcome.rewards, reward);
    books(out, &outcome.books);
    list(out, &outcome.alerts, alert);
    out.raw(&closed.root);
}

fn list<T>(out: &mut Writer, rows: &[T], row: impl Fn(&mut Writer, &T)) {
    out.length(rows.len());
    for each in rows {
        row(out, each);
    }
}

fn numbers<const N: usize>(out: &mut Writer, numbers: [u64; N]) {
    for number in numbers {
        out.number(number);
    }
}

fn params(out: &mut Writer, params: &NetworkParams) {
    numbers(
        out,
        [
            u64::from(params.epoch_seconds),
            u64::from(params.margin.get()),
            u64::from(params.burn_share.get()),
            u64::from(params.debt_lapse_epochs),
            u64::from(params.debt_alert_epochs),
            params.min_target_scale.0,
            u64::from(params.maturity_epochs),
        ],
    );
    out.byte(policy(params.policy));
}

fn class(out: &mut Writer, class: &DeviceClass) {
    out.length(class.name.len());
    out.raw(class.name.as_bytes());
    let rates = [
        class.reference_rate,
        class.ceiling,
        class.roi,
        class.operating_cost,
    ];
    numbers(out, rates.map(|rate| rate.0));
}

fn books(out: &mut Writer, books: &Books) {
    let fee = &books.fee;
    let amounts = [
        books.reward_vault,
        books.drawn,
        fee.io,
        fee.short_io,
        books.burned,
        books.unmatured,
        books.matured,
    ];
    numbers(out, amounts.map(|io| io.0));
    numbers(out, [fee.usdc.0, fee.short_usdc.0]);
    list(out, &books.debts, |out, debt| {
        numbers(out, [debt.epoch.0, debt.owed.0, debt.paid.0])
    });
}

fn wallet(out: &mut Writer, row: &WalletRow) {
    out.raw(&row.wallet.0);
    numbers(out, [row.cumulative.0, row.matured.0]);
}

fn device(out: &mut Writer, row: &DeviceRow) {
    out.raw(&row.device.0);
    out.number(u64::from(row.owner.0));
    out.byte(u8::from(row.co_share.is_some()));
    if let Some(co) = row.co_share {
        numbers(out, [u64::from(co.wallet.0), u64::from(co.share.get())]);
    }
    numbers(
        out,
        [u64::from(row.class), row.score.0, row.verified, row.eligible],
    );
}

fn lease(out: &mut Writer, row: &LeaseRow) {
    numbers(out, [u64::from(row.device), row.seconds]);
    out.byte(currency(row.gross.currency()));
    out.number(row.gross.units());
}

fn late(out: &mut Writer, row: &LateProof) {
    numbers(
        out,
        [
            u64::from(row.device),
            row.epoch.0,
            row.target.0,
            row.credit.0,
            row.eligible_before,
            row.eligible_now,
        ],
    );
}

fn true_up(out: &mut Writer, row: &TrueUp) {
    out.raw(&row.lease.0);
    out.byte(currency(row.currency));
    numbers(out, [row.accrued, row.accrued_margin, row.settled]);
}

fn debt_rows(out: &mut Writer, debt: &DebtRows) {
    out.number(debt.epoch.0);
    list(out, &debt.rows, |out, row| {
        numbers(out, [u64::from(row.wallet.0), row.owed.0])
    });
}

fn totals(out: &mut Writer, totals: &Totals) {
    let t = totals;
    numbers(out, [t.active_devices, t.verified_seconds, t.leased_seconds]);
    let usd = [
        t.revenue,
        t.lease_pay,
        t.fees,
        t.pooled,
        t.targets,
        t.owed,
        t.paid,
        t.paid_debt,
        t.dust,
        t.lapsed,
        t.open_debt,
        t.surplus,
        t.burn_due,
    ];
    numbers(out, usd.map(|usd| usd.0));
    out.byte(u8::from(t.psi.is_some()));
    if let Some(Ppm(psi)) = t.psi {
        out.number(psi);
    }
    let io = [
        t.rewards,
        t.from_reward_vault,
        t.from_fee_vault,
        t.repurchased,
        t.matured,
        t.burned,
        t.pooled_io,
    ];
    numbers(out, io.map(|io| io.0));
    numbers(out, [t.target_scale.0, t.repurchase_cost.0, t.pooled_usdc.0]);
}

fn class_totals(out: &mut Writer, class: &ClassTotals) {
    numbers(
        out,
        [
            class.active_devices,
            class.leased_seconds,
            class.lease_pay.0,
            class.targets.0,
            class.owed.0,
        ],
    );
}

fn reward(out: &mut Writer, reward: &Reward) {
    numbers(
        out,
        [reward.owed.0, reward.paid.0, reward.io.0, reward.cumulative.0],
    );
}

fn alert(out: &mut Writer, alert: &Alert) {
    let parameter = |parameter: Parameter| match parameter {
        Parameter::HardwarePricing => 0,
        Parameter::TargetRoi => 1,
    };
    match *alert {
        Alert::TargetsScaled {
            scale,
            class,
            parameter: p,
        } => {
            numbers(out, [0, scale.0, u64::from(class), parameter(p)]);
        }
        Alert::DebtLapsed { amount } => numbers(out, [1, amount.0]),
        Alert::UnderPriced {
            class,
            paid,
            target,
            parameter: p,
        } => {
            numbers(out, [2, u64::from(class), paid.0, target.0, parameter(p)]);
        }
    }
}
