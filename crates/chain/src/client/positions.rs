//! What a wallet has in others' devices, what its own devices were slashed for, and what it can claim.

use hearth_program_interface::account::{Claimed, Device, NOBODY, Offers, Rewards, Root, Slash};
use hearth_types::{
    id::{Address, WalletAddress},
    money::{Io, Lamports},
};
use serde_json::{Value, json};
use solana_client::rpc_request::RpcRequest;

use super::{ChainClient, ChainError, account_data::KeyedAccount};

/// Where a device's account names its co-staker.
const CO_WALLET_AT: usize = 190;

/// Totals of all rewards, and the roots that are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RewardBooks {
    /// The totals.
    pub totals: Rewards,
    /// The roots, oldest epoch first.
    pub roots: Vec<Root>,
}

impl ChainClient {
    /// A device's account by its address; `None` when there is none.
    ///
    /// # Errors
    /// A failed request or an account that does not decode.
    pub async fn device_at(&self, address: Address) -> Result<Option<Device>, ChainError> {
        self.decoded(address, Device::from_bytes, "no device account")
            .await
    }

    /// Every device in whose stake a wallet has a part as co-staker.
    ///
    /// # Errors
    /// A failed request or an account that does not decode.
    pub async fn co_stakes_of(&self, wallet: WalletAddress) -> Result<Vec<Device>, ChainError> {
        let is_its = json!({"memcmp": {"offset": CO_WALLET_AT, "bytes": wallet.to_string()}});
        let devices = self.all(Device::LEN, is_its, Device::from_bytes).await?;
        if devices.iter().all(|device| device.co.wallet == wallet.0) {
            Ok(devices)
        } else {
            Err(ChainError::BadAnswer("no device account of this co-staker"))
        }
    }

    /// Every device whose owner offers a co-stake that nobody has accepted.
    ///
    /// # Errors
    /// A failed request (a network with more devices than one answer may weigh among them) or an account that does
    /// not decode.
    pub async fn co_stake_offers(&self) -> Result<Vec<Device>, ChainError> {
        let nobody = Address(NOBODY).to_string();
        let is_open = json!({"memcmp": {"offset": CO_WALLET_AT, "bytes": nobody}});
        let mut devices = self.all(Device::LEN, is_open, Device::from_bytes).await?;
        devices.retain(|device| device.co.offered > 0 && device.co.wallet == NOBODY);
        Ok(devices)
    }

    /// Every slash of a device (its account), oldest first, those included that have ended.
    ///
    /// # Errors
    /// A failed request or an account that does not decode.
    pub async fn slashes_of(&self, device: Address) -> Result<Vec<Slash>, ChainError> {
        let of_it = json!({"memcmp": {"offset": Slash::DEVICE_AT, "bytes": device.to_string()}});
        let mut slashes = self.all(Slash::LEN, of_it, Slash::from_bytes).await?;
        if slashes.iter().any(|slash| slash.device != device.0) {
            return Err(ChainError::BadAnswer("no slash of this device"));
        }
        slashes.sort_by_key(|slash| (slash.posted_at, slash.evidence));
        Ok(slashes)
    }

    /// What a wallet has claimed in all.
    ///
    /// # Errors
    /// A failed request or an account that does not decode.
    pub async fn claimed(&self, wallet: WalletAddress) -> Result<Io, ChainError> {
        let address = self.program.claimed(wallet).address;
        let claimed = self
            .decoded(address, Claimed::from_bytes, "no account of claims")
            .await?;
        Ok(claimed.map_or(Io::ZERO, |claimed| Io(claimed.total)))
    }

    /// Totals of all rewards and the last epochs' roots.
    ///
    /// # Errors
    /// [`ChainError::NoNetwork`], a failed request or an account that does not decode.
    pub async fn reward_books(&self) -> Result<RewardBooks, ChainError> {
        let read = |data: &[u8]| {
            let mut roots: Vec<_> = Rewards::roots(data).collect();
            roots.sort_by_key(|root| root.epoch);
            Rewards::of_account(data).map(|totals| RewardBooks { totals, roots })
        };
        self.decoded(self.program.rewards(), read, "no account of rewards")
            .await?
            .ok_or(ChainError::NoNetwork)
    }

    /// Rent that a first co-stake offer of an owner takes; nothing when it has made one before.
    ///
    /// # Errors
    /// A failed request.
    pub async fn rent_for_offers(&self, owner: WalletAddress) -> Result<Lamports, ChainError> {
        self.rent_for_new(self.program.offers(owner).address, Offers::LEN)
            .await
    }

    /// Rent that a wallet's first claim takes; nothing when it has claimed before.
    ///
    /// # Errors
    /// A failed request.
    pub async fn rent_for_claimed(&self, wallet: WalletAddress) -> Result<Lamports, ChainError> {
        self.rent_for_new(self.program.claimed(wallet).address, Claimed::LEN)
            .await
    }

    async fn rent_for_new(&self, address: Address, bytes: usize) -> Result<Lamports, ChainError> {
        match self.program_data(address).await? {
            Some(_) => Ok(Lamports::ZERO),
            None => self.rent(bytes).await,
        }
    }

    async fn decoded<T>(
        &self,
        address: Address,
        read: impl Fn(&[u8]) -> Option<T>,
        otherwise: &'static str,
    ) -> Result<Option<T>, ChainError> {
        self.program_data(address)
            .await?
            .map(|data| read(&data).ok_or(ChainError::BadAnswer(otherwise)))
            .transpose()
    }

    /// All accounts of our program with this length that a filter takes.
    async fn all<T>(
        &self,
        length: usize,
        filter: Value,
        read: impl Fn(&[u8]) -> Option<T>,
    ) -> Result<Vec<T>, ChainError> {
        let params = json!([self.program.address.to_string(), {
            "encoding": "base64",
            "commitment": "confirmed",
            "filters": [{"dataSize": length}, filter],
        }]);
        let found: Vec<KeyedAccount> = self.request(RpcRequest::GetProgramAccounts, params).await?;
        let mut all = Vec::with_capacity(found.len());
        for found in found {
            let data = found.account.data_of(self.program.address)?;
            let account = data.and_then(|data| read(&data));
            all.push(account.ok_or(ChainError::BadAnswer("an account of another kind"))?);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use hearth_program_interface::account::CoStake;

    use super::*;

    #[test]
    fn the_co_staker_is_where_it_is_looked_for() {
        let device = Device {
            co: CoStake {
                wallet: [9; 32],
                ..CoStake::NONE
            },
            ..Device::new(254, [1; 32], [3; 32], [2; 32], 4)
        };
        assert_eq!(device.to_bytes()[CO_WALLET_AT..][..32], [9; 32]);
    }
}
