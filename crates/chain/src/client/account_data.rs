//! An account as the chain's server gives it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hearth_types::id::Address;
use serde::Deserialize;

use super::ChainError;

/// The longest data that is looked at, bytes; ours have a few hundred.
const MAX_DATA_BYTES: usize = 4096;

/// An account, asked for as base64.
#[derive(Debug, Deserialize)]
pub(super) struct ChainAccount {
    pub(super) lamports: u64,
    pub(super) owner: Address,
    /// Text and the name of its encoding.
    data: (String, String),
}

/// An account with its address, of which nobody here has need.
#[derive(Debug, Deserialize)]
pub(super) struct KeyedAccount {
    pub(super) account: ChainAccount,
}

impl ChainAccount {
    /// Its bytes, if it belongs to this program; `None` for an address that only holds SOL, because anyone can
    /// send some to an address before a program makes its account there.
    pub(super) fn data_of(&self, program: Address) -> Result<Option<Vec<u8>>, ChainError> {
        let (text, encoding) = &self.data;
        if text.len() > MAX_DATA_BYTES * 4 / 3 + 4 {
            return Err(ChainError::BadAnswer("an account that is too long"));
        }
        if encoding != "base64" {
            return Err(ChainError::BadAnswer("an account in another encoding"));
        }
        if self.owner == program {
            STANDARD
                .decode(text)
                .map(Some)
                .map_err(|_| ChainError::BadAnswer("an account that is no base64"))
        } else if text.is_empty() {
            Ok(None)
        } else {
            Err(ChainError::BadAnswer("an account of another program"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(owner: u8, data: &str, encoding: &str) -> ChainAccount {
        let owner = Address([owner; 32]);
        serde_json::from_value(serde_json::json!({
            "lamports": 5, "owner": owner, "data": [data, encoding], "executable": false, "rentEpoch": 0, "space": 3,
        }))
        .unwrap()
    }

    #[test]
    fn data_count_only_from_their_own_program() {
        let program = Address([1; 32]);
        assert_eq!(
            account(1, "AQID", "base64").data_of(program).unwrap(),
            Some(vec![1, 2, 3])
        );
        assert_eq!(account(0, "", "base64").data_of(program).unwrap(), None);
        for bad in [
            account(2, "AQID", "base64"),
            account(1, "AQID", "base64+zstd"),
            account(1, "!", "base64"),
            account(1, &"A".repeat(8192), "base64"),
        ] {
            assert!(
                matches!(bad.data_of(program), Err(ChainError::BadAnswer(_))),
                "{bad:?}"
            );
        }
    }
}
