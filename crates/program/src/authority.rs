//! What the authority changes: parameters, the pause, and who holds which role.

use hearth_program_interface::account::{Network, Role};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{KeyChanged, KeyProposed, LeasingSet, ParametersSet};
use hearth_program_interface::instruction::{
    AcceptKey, AcceptKeyAccounts, AuthorityAccounts, ProposeKey, SetLeasing, SetParameters,
};
use pinocchio::ProgramResult;

use crate::refusal::{ensure, fixed, or};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

/// No key: takes a promise back.
const NO_KEY: [u8; 32] = [0; 32];

#[inline(never)]
pub(crate) fn set_parameters(context: &mut Context) -> ProgramResult {
    let given = or(SetParameters::from_bytes(context.data), E::BadInstruction)?;
    let [authority, account] = fixed!(context, AuthorityAccounts);
    let mut network = loaders::network_to_change(account, context.id)?;
    loaders::signed_by(authority, &network.authority, E::NotAuthority)?;
    ensure(given.parameters.is_within(), E::BadParameter)?;
    network.set(&given.parameters);
    store::network(account, &network)?;
    let happened = ParametersSet {
        parameters: given.parameters,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
pub(crate) fn set_leasing(context: &mut Context) -> ProgramResult {
    let given = or(SetLeasing::from_bytes(context.data), E::BadInstruction)?;
    let [authority, account] = fixed!(context, AuthorityAccounts);
    let mut network = loaders::network_to_change(account, context.id)?;
    loaders::signed_by(authority, &network.authority, E::NotAuthority)?;
    network.leasing = given.leasing;
    store::network(account, &network)?;
    let happened = LeasingSet {
        leasing: given.leasing,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
pub(crate) fn propose_key(context: &mut Context) -> ProgramResult {
    let given = or(ProposeKey::from_bytes(context.data), E::BadInstruction)?;
    let [authority, account] = fixed!(context, AuthorityAccounts);
    let mut network = loaders::network_to_change(account, context.id)?;
    loaders::signed_by(authority, &network.authority, E::NotAuthority)?;
    let held = [network.authority, network.verifier, network.oracle].contains(&given.key);
    ensure(!held, E::KeysNotDistinct)?;
    (network.next_role, network.next_key) = (given.role, given.key);
    store::network(account, &network)?;
    let happened = KeyProposed {
        role: given.role,
        key: given.key,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
pub(crate) fn accept_key(context: &mut Context) -> ProgramResult {
    let given = or(AcceptKey::from_bytes(context.data), E::BadInstruction)?;
    let [key, account] = fixed!(context, AcceptKeyAccounts);
    let mut network = loaders::network_to_change(account, context.id)?;
    let promised = network.next_key != NO_KEY && network.next_role == given.role;
    ensure(promised, E::NoHandOver)?;
    loaders::signed_by(key, &network.next_key, E::WrongNewKey)?;
    let new = network.next_key;
    let old = core::mem::replace(holder(&mut network, given.role), new);
    network.next_key = NO_KEY;
    ensure(network.keys_are_distinct(), E::KeysNotDistinct)?;
    store::network(account, &network)?;
    let happened = KeyChanged {
        role: given.role,
        old,
        new,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

fn holder(network: &mut Network, role: Role) -> &mut [u8; 32] {
    match role {
        Role::Authority => &mut network.authority,
        Role::Verifier => &mut network.verifier,
        Role::Oracle => &mut network.oracle,
    }
}
