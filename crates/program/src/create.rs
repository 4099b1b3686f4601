//! Making accounts at derived addresses.

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::instruction::{SYSTEM_PROGRAM, TOKEN_PROGRAM};
use pinocchio::cpi::{Seed, Signer};
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};
use pinocchio_token::instructions::InitializeAccount3;

use crate::loaders::{TOKEN_ACCOUNT_LEN, at, writable};
use crate::refusal::{ensure, or};

const EMPTY: &[u8] = &[];
/// Most seeds of an address, bump included.
const MOST_SEEDS: usize = 4;

/// An account to be made.
pub(crate) struct NewAccount<'a> {
    /// The program's own address.
    pub(crate) id: &'a Address,
    /// Pays the rent; has signed.
    pub(crate) payer: &'a AccountView,
    pub(crate) account: &'a mut AccountView,
    /// Seeds without the bump.
    pub(crate) seeds: &'a [&'a [u8]],
}

impl NewAccount<'_> {
    /// Makes an account of ours; gives the bump.
    #[inline(never)]
    pub(crate) fn create(&mut self, space: usize) -> Result<u8, ProgramError> {
        self.create_for(self.id, space)
    }

    /// Makes a token account; gives the bump.
    #[inline(never)]
    pub(crate) fn create_token(&mut self, mint: &AccountView, owner: &Address) -> Result<u8, ProgramError> {
        let bump = self.create_for(&Address::new_from_array(TOKEN_PROGRAM), TOKEN_ACCOUNT_LEN)?;
        InitializeAccount3::new(self.account, mint, owner).invoke()?;
        Ok(bump)
    }

    /// The bump is searched for and not taken from the sender: with a free choice of bump one id would have
    /// several addresses, and what is used once could be used again.
    ///
    /// An account that somebody sent lamports to before is made all the same.
    #[inline(never)]
    fn create_for(&mut self, owner: &Address, space: usize) -> Result<u8, ProgramError> {
        writable(self.account)?;
        let (address, bump) = or(
            Address::try_find_program_address(self.seeds, self.id),
            E::WrongAddress,
        )?;
        at(self.account, address.as_array())?;
        ensure(is_free(self.account), E::AlreadyExists)?;
        self.allocate(owner, space, &[bump])?;
        Ok(bump)
    }

    #[inline(never)]
    fn allocate(&mut self, owner: &Address, space: usize, bump: &[u8; 1]) -> ProgramResult {
        let count = self.seeds.len();
        let mut seeds = [EMPTY; MOST_SEEDS].map(Seed::from);
        for (seed, part) in seeds.iter_mut().zip(self.seeds) {
            *seed = Seed::from(*part);
        }
        seeds[count] = Seed::from(bump);
        let signer = Signer::from(&seeds[..count + 1]);
        pinocchio_system::create_account_with_minimum_balance_signed(
            self.account,
            space,
            owner,
            self.payer,
            None,
            core::slice::from_ref(&signer),
        )
    }
}

/// Whether nothing is at the account's address yet.
pub(crate) fn is_free(account: &AccountView) -> bool {
    account.owner().as_array() == &SYSTEM_PROGRAM && account.is_data_empty()
}
