//! Making a device's account, and saying what it needs staked.

use hearth_program_interface::account::Device;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Classified, DeviceRegistered};
use hearth_program_interface::instruction::{
    Classify, ClassifyAccounts, RegisterDevice, RegisterDeviceAccounts, SYSTEM_PROGRAM,
};
use hearth_program_interface::{Bytes32, params, seeds};
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::create::NewAccount;
use crate::refusal::{ensure, fixed, or};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

/// What a new device is.
pub(crate) struct NewDevice<'a> {
    pub(crate) id: &'a Address,
    /// Has signed, is writable.
    pub(crate) owner: &'a AccountView,
    pub(crate) device_id: Bytes32,
    pub(crate) node: Bytes32,
    pub(crate) required: u64,
}

impl NewDevice<'_> {
    /// Makes the account with nothing staked; the caller writes it.
    #[inline(never)]
    pub(crate) fn make(&self, account: &mut AccountView) -> Result<Device, ProgramError> {
        let owner = *self.owner.address().as_array();
        let bump = NewAccount {
            id: self.id,
            payer: self.owner,
            account,
            seeds: &seeds::device(&owner, &self.device_id),
        }
        .create(Device::LEN)?;
        Ok(Device::new(bump, owner, self.device_id, self.node, self.required))
    }
}

#[inline(never)]
pub(crate) fn register(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(RegisterDevice::from_bytes(context.data), E::BadInstruction)?;
    let [owner, network, account, system_program] = fixed!(context, RegisterDeviceAccounts);
    loaders::signer(owner)?;
    loaders::writable(owner)?;
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    let required = loaders::network(network, id)?.min_stake_per_device;
    let device = NewDevice {
        id,
        owner,
        device_id: given.device_id,
        node: given.node,
        required,
    }
    .make(account)?;
    store::device(account, &device)?;
    let happened = DeviceRegistered {
        owner: device.owner,
        device: *account.address().as_array(),
        device_id: given.device_id,
        node: given.node,
        required,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
pub(crate) fn classify(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(Classify::from_bytes(context.data), E::BadInstruction)?;
    let [verifier, network, account] = fixed!(context, ClassifyAccounts);
    let network = loaders::network(network, id)?;
    loaders::signed_by(verifier, &network.verifier, E::NotVerifier)?;
    let mut device = loaders::device(account, id)?;
    let bounds = network.min_stake_per_device..=params::MAX_REQUIRED;
    ensure(bounds.contains(&given.required), E::BadRequirement)?;
    let at = now()?;
    ensure(device.require(given.required, at), E::RequirementRemembered)?;
    device.status = given.status;
    store::device(account, &device)?;
    let happened = Classified {
        device: *account.address().as_array(),
        owner: device.owner,
        required: device.required,
        highest: device.highest_required(at),
        status: given.status,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
