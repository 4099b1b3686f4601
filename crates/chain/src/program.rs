//! One deployment of the on-chain program, and every address that follows from it.

use hearth_program_interface::{Bytes32, instruction::TOKEN_PROGRAM, seeds};
use hearth_protocol::statement::Scope;
use hearth_types::{
    id::{Address, DeviceId, LeaseId, WalletAddress},
    network::NetworkKind,
};
use solana_sdk::pubkey::Pubkey;

/// Address of the associated token account program, `ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL`.
pub(crate) const ASSOCIATED_TOKEN_PROGRAM: Bytes32 = [
    140, 151, 37, 143, 78, 36, 137, 241, 187, 61, 16, 41, 20, 142, 13, 131, 11, 90, 19, 153, 218, 255, 16,
    132, 4, 142, 123, 216, 219, 233, 248, 89,
];

/// A program on a network, with the mint it works in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// The network; its tag is in everything signed.
    pub network: NetworkKind,
    /// The program's address.
    pub address: Address,
    /// The IO mint.
    pub io_mint: Address,
}

/// An address derived from seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Derived {
    /// The address.
    pub address: Address,
    /// The bump that takes it off the curve; says how costly the search is on chain.
    pub bump: u8,
}

impl Program {
    /// What signed statements are good for.
    #[must_use]
    pub const fn scope(&self) -> Scope {
        Scope {
            network_tag: self.network.tag(),
            program: self.address,
        }
    }

    /// The network account.
    #[must_use]
    pub fn network_account(&self) -> Address {
        self.derive(&seeds::network()).address
    }

    /// The token account of all stake.
    #[must_use]
    pub fn stake_vault(&self) -> Address {
        self.derive(&seeds::stake_vault()).address
    }

    /// The token account of the network's margin.
    #[must_use]
    pub fn fee_vault(&self) -> Address {
        self.derive(&seeds::fee_vault()).address
    }

    /// The token account of the network's margin in USDC.
    #[must_use]
    pub fn usdc_fee_vault(&self) -> Address {
        self.derive(&seeds::usdc_fee_vault()).address
    }

    /// The token account that rewards are paid from.
    #[must_use]
    pub fn reward_vault(&self) -> Address {
        self.derive(&seeds::reward_vault()).address
    }

    /// The token account of slashed stake.
    #[must_use]
    pub fn slash_vault(&self) -> Address {
        self.derive(&seeds::slash_vault()).address
    }

    /// The token account of market makers' IO.
    #[must_use]
    pub fn market_vault(&self) -> Address {
        self.derive(&seeds::market_vault()).address
    }

    /// The account of reward roots.
    #[must_use]
    pub fn rewards(&self) -> Address {
        self.derive(&seeds::rewards()).address
    }

    /// The account of the emission schedule.
    #[must_use]
    pub fn schedule(&self) -> Address {
        self.derive(&seeds::schedule()).address
    }

    /// The account of one owner's device.
    #[must_use]
    pub fn device(&self, owner: WalletAddress, device: DeviceId) -> Derived {
        self.derive(&seeds::device(owner.as_bytes(), device.as_bytes()))
    }

    /// The accounts of several devices of one owner, in the same order.
    #[must_use]
    pub fn devices(&self, owner: WalletAddress, devices: &[DeviceId]) -> Vec<Address> {
        devices
            .iter()
            .map(|device| self.device(owner, *device).address)
            .collect()
    }

    /// The account that counts an owner's co-stake offers.
    #[must_use]
    pub fn offers(&self, owner: WalletAddress) -> Derived {
        self.derive(&seeds::offers(owner.as_bytes()))
    }

    /// The account that says what a wallet has claimed.
    #[must_use]
    pub fn claimed(&self, wallet: WalletAddress) -> Derived {
        self.derive(&seeds::claimed(wallet.as_bytes()))
    }

    /// The account of a market maker.
    #[must_use]
    pub fn maker(&self, wallet: WalletAddress) -> Derived {
        self.derive(&seeds::maker(wallet.as_bytes()))
    }

    /// The account of a slash of one device (its account's address) on one piece of evidence (its hash).
    #[must_use]
    pub fn slash(&self, device: Address, evidence: &Bytes32) -> Derived {
        self.derive(&seeds::slash(device.as_bytes(), evidence))
    }

    /// The account of a lease.
    #[must_use]
    pub fn lease(&self, lease: LeaseId) -> Derived {
        self.derive(&seeds::lease(lease.as_bytes()))
    }

    /// The token account that holds a lease's escrow.
    #[must_use]
    pub fn escrow(&self, lease: LeaseId) -> Derived {
        self.derive(&seeds::escrow(lease.as_bytes()))
    }

    /// The associated token account in which a wallet holds its IO.
    #[must_use]
    pub fn token_account(&self, wallet: WalletAddress) -> Derived {
        derive(
            &[wallet.as_bytes(), &TOKEN_PROGRAM, self.io_mint.as_bytes()],
            &ASSOCIATED_TOKEN_PROGRAM,
        )
    }

    /// The same program, for token accounts of another mint: that of a lease's currency.
    #[must_use]
    pub(crate) const fn in_mint(self, mint: Bytes32) -> Self {
        Self {
            io_mint: Address(mint),
            ..self
        }
    }

    fn derive(&self, seeds: &[&[u8]]) -> Derived {
        derive(seeds, self.address.as_bytes())
    }
}

fn derive(seeds: &[&[u8]], program: &Bytes32) -> Derived {
    let (address, bump) = Pubkey::find_program_address(seeds, &Pubkey::new_from_array(*program));
    Derived {
        address: Address(address.to_bytes()),
        bump,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_account_is_the_one_other_wallets_use() {
        assert_eq!(
            Address(ASSOCIATED_TOKEN_PROGRAM).to_string(),
            "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"
        );
        assert_eq!(
            Address(TOKEN_PROGRAM).to_string(),
            "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
        );
    }

    #[test]
    fn addresses_depend_on_program_and_seeds() {
        let program = Program {
            network: NetworkKind::Practice,
            address: Address([1; 32]),
            io_mint: Address([2; 32]),
        };
        let other = Program {
            address: Address([3; 32]),
            ..program
        };
        let lease = LeaseId([4; 32]);
        let all = [
            program.network_account(),
            program.stake_vault(),
            program.fee_vault(),
            program.lease(lease).address,
            program.escrow(lease).address,
            program.device(WalletAddress([4; 32]), DeviceId([5; 32])).address,
            program.device(WalletAddress([5; 32]), DeviceId([4; 32])).address,
            program.token_account(WalletAddress([4; 32])).address,
            other.network_account(),
            other.lease(lease).address,
        ];
        let distinct: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
    }
}
