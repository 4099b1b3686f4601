//! A report's first part, what the epoch was closed from, out of bytes.

use hearth_types::{
    id::{DeviceId, LeaseId, WalletAddress},
    money::Io,
    network::NetworkKind,
};

use super::wire::{DecodeError, Reader};
use crate::{
    epoch::{
        Books, CoShare, Debt, DebtRows, DeviceRow, EpochId, EpochInput, FeeVault, LateProof, LeaseRow,
        OwedRow, Pay, PayCurrency, TrueUp, WalletIndex, WalletRow,
    },
    params::{DeviceClass, NetworkParams, Policy},
    quantity::{Bps, IoPrice, Ppm, UsdMicros, UsdPerHour, Usdc},
    score::Score,
};

type Read<T> = Result<T, DecodeError>;

pub(super) fn input(from: &mut Reader<'_>) -> Read<EpochInput> {
    Ok(EpochInput {
        network: network(from)?,
        epoch: EpochId(from.number()?),
        price: IoPrice::from_nanos(from.number()?).ok_or(DecodeError::OutOfBounds("price"))?,
        params: params(from)?,
        classes: from.list(5, class)?,
        books: books(from)?,
        wallets: from.list(34, wallet)?,
        devices: from.list(38, device)?,
        leases: from.list(4, lease)?,
        late: from.list(6, late)?,
        true_ups: from.list(36, true_up)?,
        debt_rows: from.list(2, debt_rows)?,
    })
}

fn network(from: &mut Reader<'_>) -> Read<NetworkKind> {
    match from.byte()? {
        0 => Ok(NetworkKind::Practice),
        1 => Ok(NetworkKind::Devnet),
        2 => Ok(NetworkKind::Mainnet),
        3 => Ok(NetworkKind::Custom),
        _ => Err(DecodeError::Unknown("network")),
    }
}

fn bps(from: &mut Reader<'_>) -> Read<Bps> {
    Bps::new(from.narrow()?).map_err(|_| DecodeError::OutOfBounds("share"))
}

fn flag(from: &mut Reader<'_>) -> Read<bool> {
    match from.byte()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(DecodeError::Unknown("flag")),
    }
}

fn currency(from: &mut Reader<'_>) -> Read<PayCurrency> {
    match from.byte()? {
        0 => Ok(PayCurrency::Io),
        1 => Ok(PayCurrency::Usdc),
        _ => Err(DecodeError::Unknown("currency")),
    }
}

fn params(from: &mut Reader<'_>) -> Read<NetworkParams> {
    Ok(NetworkParams {
        epoch_seconds: from.narrow()?,
        margin: bps(from)?,
        burn_share: bps(from)?,
        debt_lapse_epochs: from.narrow()?,
        debt_alert_epochs: from.narrow()?,
        min_target_scale: Ppm(from.number()?),
        maturity_epochs: from.narrow()?,
        policy: {
            let tag = usize::from(from.byte()?);
            *Policy::ALL.get(tag).ok_or(DecodeError::Unknown("policy"))?
        },
    })
}

fn class(from: &mut Reader<'_>) -> Read<DeviceClass> {
    Ok(DeviceClass {
        name: from.text()?,
        reference_rate: UsdPerHour(from.number()?),
        ceiling: UsdPerHour(from.number()?),
        roi: UsdPerHour(from.number()?),
        operating_cost: UsdPerHour(from.number()?),
    })
}

fn books(from: &mut Reader<'_>) -> Read<Books> {
    let (reward_vault, drawn) = (Io(from.number()?), Io(from.number()?));
    let (io, short_io) = (Io(from.number()?), Io(from.number()?));
    let (burned, unmatured, matured) = (Io(from.number()?), Io(from.number()?), Io(from.number()?));
    let (usdc, short_usdc) = (Usdc(from.number()?), Usdc(from.number()?));
    let debt = |from: &mut Reader<'_>| {
        Ok(Debt {
            epoch: EpochId(from.number()?),
            owed: UsdMicros(from.number()?),
            paid: UsdMicros(from.number()?),
        })
    };
    Ok(Books {
        reward_vault,
        drawn,
        fee: FeeVault {
            io,
            usdc,
            short_io,
            short_usdc,
        },
        burned,
        unmatured,
        matured,
        debts: from.list(3, debt)?,
    })
}

fn wallet(from: &mut Reader<'_>) -> Read<WalletRow> {
    Ok(WalletRow {
        wallet: WalletAddress(from.raw()?),
        cumulative: Io(from.number()?),
        matured: Io(from.number()?),
    })
}

fn device(from: &mut Reader<'_>) -> Read<DeviceRow> {
    Ok(DeviceRow {
        device: DeviceId(from.raw()?),
        owner: WalletIndex(from.narrow()?),
        co_share: if flag(from)? {
            Some(CoShare {
                wallet: WalletIndex(from.narrow()?),
                share: bps(from)?,
            })
        } else {
            None
        },
        class: from.narrow()?,
        score: Score(from.number()?),
        verified: from.number()?,
        eligible: from.number()?,
    })
}

fn lease(from: &mut Reader<'_>) -> Read<LeaseRow> {
    Ok(LeaseRow {
        device: from.narrow()?,
        seconds: from.number()?,
        gross: {
            let currency = currency(from)?;
            Pay::new(currency, from.number()?)
        },
    })
}

fn late(from: &mut Reader<'_>) -> Read<LateProof> {
    Ok(LateProof {
        device: from.narrow()?,
        epoch: EpochId(from.number()?),
        target: UsdPerHour(from.number()?),
        credit: UsdMicros(from.number()?),
        eligible_before: from.number()?,
        eligible_now: from.number()?,
    })
}

fn true_up(from: &mut Reader<'_>) -> Read<TrueUp> {
    Ok(TrueUp {
        lease: LeaseId(from.raw()?),
        currency: currency(from)?,
        accrued: from.number()?,
        accrued_margin: from.number()?,
        settled: from.number()?,
    })
}

fn debt_rows(from: &mut Reader<'_>) -> Read<DebtRows> {
    let row = |from: &mut Reader<'_>| {
        Ok(OwedRow {
            wallet: WalletIndex(from.narrow()?),
            owed: UsdMicros(from.number()?),
        })
    };
    Ok(DebtRows {
        epoch: EpochId(from.number()?),
        rows: from.list(2, row)?,
    })
}
