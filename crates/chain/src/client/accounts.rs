//! Accounts: the network, devices, leases, balances, rent.

use hearth_program_interface::{account, instruction::TOKEN_PROGRAM};
use hearth_types::{
    id::{Address, DeviceId, LeaseId, WalletAddress},
    money::{Io, Lamports},
    network::{Balances, NetworkInfo},
};
use serde_json::json;
use solana_client::{rpc_request::RpcRequest, rpc_response::Response};

use super::{
    ChainClient, ChainError,
    account_data::{ChainAccount, KeyedAccount},
};
use crate::transactions::{Rent, TOKEN_ACCOUNT_BYTES};

impl ChainClient {
    /// The network's parameters, as the chain carries them.
    ///
    /// # Errors
    /// As [`Self::network_account`].
    pub async fn network_info(&self) -> Result<NetworkInfo, ChainError> {
        let account = self.network_account().await?;
        Ok(NetworkInfo {
            kind: self.program.network,
            program: self.program.address,
            io_mint: self.program.io_mint,
            min_stake_per_device: Io(account.min_stake_per_device),
            cooldown_seconds: account.cooldown_seconds,
            settle_window_seconds: account.settle_window_seconds,
            margin_bps: account.margin_bps,
        })
    }

    /// The network's keys and parameters; checks that it is the network and mint expected.
    ///
    /// # Errors
    /// [`ChainError::NoNetwork`], [`ChainError::WrongNetwork`] or a failed request.
    pub async fn network_account(&self) -> Result<account::Network, ChainError> {
        let data = self
            .program_data(self.program.network_account())
            .await?
            .ok_or(ChainError::NoNetwork)?;
        let network =
            account::Network::from_bytes(&data).ok_or(ChainError::BadAnswer("no network account"))?;
        if network.network_tag == self.program.network.tag() && network.io_mint == self.program.io_mint.0 {
            Ok(network)
        } else {
            Err(ChainError::WrongNetwork)
        }
    }

    /// A device's account with its stake; `None` when nothing was ever staked on it.
    ///
    /// # Errors
    /// A failed request or an account that does not decode.
    pub async fn device(
        &self,
        owner: WalletAddress,
        device: DeviceId,
    ) -> Result<Option<account::Device>, ChainError> {
        let address = self.program.device(owner, device).address;
        self.program_data(address)
            .await?
            .map(|data| account::Device::from_bytes(&data).ok_or(ChainError::BadAnswer("no device account")))
            .transpose()
    }

    /// Every device that a wallet has staked on.
    ///
    /// # Errors
    /// A failed request or an account that does not decode.
    pub async fn devices_of(&self, owner: WalletAddress) -> Result<Vec<account::Device>, ChainError> {
        let params = json!([self.program.address.to_string(), {
            "encoding": "base64",
            "commitment": "confirmed",
            "filters": [
                {"dataSize": account::Device::LEN},
                {"memcmp": {"offset": account::Device::OWNER_AT, "bytes": owner.to_string()}},
            ],
        }]);
        let found: Vec<KeyedAccount> = self.request(RpcRequest::GetProgramAccounts, params).await?;
        found
            .iter()
            .map(|found| found.account.data_of(self.program.address))
            .map(|data| Ok(data?.and_then(|data| account::Device::from_bytes(&data))))
            .map(|device: Result<_, ChainError>| {
                device?
                    .filter(|device| device.owner == owner.0)
                    .ok_or(ChainError::BadAnswer("no device account of this owner"))
            })
            .collect()
    }

    /// A lease's account, closed ones included; `None` when it was never opened.
    ///
    /// # Errors
    /// A failed request or an account that does not decode.
    pub async fn lease(&self, lease: LeaseId) -> Result<Option<account::Lease>, ChainError> {
        self.lease_at(lease, "confirmed").await
    }

    /// A lease's account as it is for good.
    ///
    /// # Errors
    /// A failed request or an account that does not decode.
    pub async fn finalized_lease(&self, lease: LeaseId) -> Result<Option<account::Lease>, ChainError> {
        self.lease_at(lease, "finalized").await
    }

    async fn lease_at(&self, lease: LeaseId, commitment: &str) -> Result<Option<account::Lease>, ChainError> {
        let found = self
            .account_at(self.program.lease(lease).address, commitment)
            .await?;
        found
            .map(|account| account.data_of(self.program.address))
            .transpose()?
            .flatten()
            .map(|data| account::Lease::from_bytes(&data).ok_or(ChainError::BadAnswer("no lease account")))
            .transpose()
    }

    /// What a wallet can spend. No account counts as zero.
    ///
    /// # Errors
    /// A failed request or a token account that does not decode.
    pub async fn balances(&self, wallet: WalletAddress) -> Result<Balances, ChainError> {
        let token_account = self.program.token_account(wallet).address;
        // One request, so that both are of the same moment.
        let params = json!([
            [wallet.to_string(), token_account.to_string()],
            {"encoding": "base64", "commitment": "confirmed"},
        ]);
        let answer: Response<Vec<Option<ChainAccount>>> =
            self.request(RpcRequest::GetMultipleAccounts, params).await?;
        let [sol, token] =
            <[_; 2]>::try_from(answer.value).map_err(|_| ChainError::BadAnswer("other than two accounts"))?;
        Ok(Balances {
            sol: Lamports(sol.map_or(0, |account| account.lamports)),
            io: token
                .map(|account| self.token_amount(&account))
                .transpose()?
                .flatten()
                .unwrap_or_default(),
        })
    }

    /// What a token account of the IO mint holds, such as a vault or an escrow; `None` when there is none.
    ///
    /// # Errors
    /// A failed request or an account of another kind or mint.
    pub async fn token_balance(&self, account: Address) -> Result<Option<Io>, ChainError> {
        let found = self.account(account).await?;
        Ok(found
            .map(|account| self.token_amount(&account))
            .transpose()?
            .flatten())
    }

    /// Rent that opening a lease takes.
    ///
    /// # Errors
    /// A failed request.
    pub async fn rent_for_open(&self) -> Result<Rent, ChainError> {
        Ok(Rent {
            kept: self.rent(account::Lease::LEN).await?,
            returned: self.rent(TOKEN_ACCOUNT_BYTES).await?,
        })
    }

    /// Rent that the first stake on a device takes; it stays.
    ///
    /// # Errors
    /// A failed request.
    pub async fn rent_for_device(&self) -> Result<Lamports, ChainError> {
        self.rent(account::Device::LEN).await
    }

    /// What an account of this many bytes must hold to exist.
    ///
    /// # Errors
    /// A failed request.
    pub async fn rent(&self, bytes: usize) -> Result<Lamports, ChainError> {
        self.request(RpcRequest::GetMinimumBalanceForRentExemption, json!([bytes]))
            .await
            .map(Lamports)
    }

    /// The bytes of an account of our program; accounts of other programs are refused.
    pub(super) async fn program_data(&self, address: Address) -> Result<Option<Vec<u8>>, ChainError> {
        let account = self.account(address).await?;
        Ok(account
            .map(|account| account.data_of(self.program.address))
            .transpose()?
            .flatten())
    }

    pub(super) async fn account(&self, address: Address) -> Result<Option<ChainAccount>, ChainError> {
        self.account_at(address, "confirmed").await
    }

    async fn account_at(
        &self,
        address: Address,
        commitment: &str,
    ) -> Result<Option<ChainAccount>, ChainError> {
        let params = json!([address.to_string(), {"encoding": "base64", "commitment": commitment}]);
        let answer: Response<Option<ChainAccount>> = self.request(RpcRequest::GetAccountInfo, params).await?;
        Ok(answer.value)
    }

    /// The amount in a token account's bytes: mint 32, owner 32, amount 8.
    fn token_amount(&self, account: &ChainAccount) -> Result<Option<Io>, ChainError> {
        let bad = || ChainError::BadAnswer("no IO token account");
        let Some(data) = account.data_of(Address(TOKEN_PROGRAM))? else {
            return Ok(None);
        };
        let (mint, rest) = data.split_first_chunk::<32>().ok_or_else(bad)?;
        let amount = rest
            .get(32..)
            .and_then(<[u8]>::first_chunk::<8>)
            .ok_or_else(bad)?;
        if *mint == self.program.io_mint.0 && data.len() == TOKEN_ACCOUNT_BYTES {
            Ok(Some(Io(u64::from_le_bytes(*amount))))
        } else {
            Err(bad())
        }
    }
}
