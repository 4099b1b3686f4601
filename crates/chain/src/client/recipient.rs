//! Who is about to be sent something.

use hearth_program_interface::instruction::{SYSTEM_PROGRAM, TOKEN_PROGRAM};
use hearth_types::id::{Address, WalletAddress};
use serde_json::json;
use solana_client::{rpc_request::RpcRequest, rpc_response::Response};

use super::{ChainClient, ChainError, account_data::ChainAccount};

/// What the chain knows of a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address itself holds something.
    pub exists: bool,
    /// It belongs to a program: a token account, a mint, a program. Not a person's wallet.
    pub is_of_a_program: bool,
    /// Its account for IO is there.
    pub has_io_account: bool,
}

impl ChainClient {
    /// Looks at a recipient and its IO account, at one moment.
    ///
    /// # Errors
    /// A failed request.
    pub async fn recipient(&self, wallet: WalletAddress) -> Result<Recipient, ChainError> {
        let token_account = self.program.token_account(wallet).address;
        // No data is needed: a mint or program may have much.
        let params = json!([
            [wallet.to_string(), token_account.to_string()],
            {"encoding": "base64", "commitment": "confirmed", "dataSlice": {"offset": 0, "length": 0}},
        ]);
        let answer: Response<Vec<Option<ChainAccount>>> =
            self.request(RpcRequest::GetMultipleAccounts, params).await?;
        let [account, io] =
            <[_; 2]>::try_from(answer.value).map_err(|_| ChainError::BadAnswer("other than two accounts"))?;
        Ok(Recipient {
            exists: account.is_some(),
            is_of_a_program: account.is_some_and(|account| account.owner != Address(SYSTEM_PROGRAM)),
            // SOL may lie at the address before the account is made.
            has_io_account: io.is_some_and(|account| account.owner == Address(TOKEN_PROGRAM)),
        })
    }
}
