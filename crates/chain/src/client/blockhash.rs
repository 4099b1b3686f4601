//! What a new transaction is signed on.
//!
//! Everything that is later concluded about a transaction rests on when it was signed and how long it is good, so
//! where several servers are set another one is asked to vouch for what the first one says. One that contradicts stops
//! the payment. One that is gone or lags behind does not: with a single sound server people can still pay, and what
//! takes two is to declare a payment dead ([`crate::outgoing`]), for which each of the two must refuse the blockhash by
//! its own word. Until the second one is back, such a payment is confirmed or stays open.

use std::time::Duration;

use serde_json::json;
use solana_client::{
    rpc_request::RpcRequest,
    rpc_response::{Response, RpcBlockhash},
};
use solana_sdk::hash::Hash;

use super::{ChainClient, ChainError, witness::ServerOf};
use crate::{
    outgoing::Witness as _,
    transactions::{BLOCKHASH_BLOCKS, Priority, RecentBlockhash},
};

/// How often others are asked, because they may lag a moment behind.
const ROUNDS: u32 = 5;
/// Between two rounds.
const PAUSE: Duration = Duration::from_millis(400);

/// What another server says about a blockhash.
enum Word {
    /// It agrees; this is what remains by the word of both.
    Vouches(RecentBlockhash),
    /// Its chain has not come so far.
    Lags,
    /// Its chain has, and differs.
    Contradicts,
}

impl ChainClient {
    /// A blockhash for new transactions, with the present price of priority.
    ///
    /// # Errors
    /// A failed request; [`ChainError::Unvouched`] where another server contradicts.
    pub async fn latest_blockhash(&self) -> Result<RecentBlockhash, ChainError> {
        let mut last = None;
        for number in 0..self.servers.count() {
            match self.blockhash_of(number).await {
                Ok(recent) => {
                    return Ok(RecentBlockhash {
                        priority: self.priority().await,
                        ..recent
                    });
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or(ChainError::Unvouched))
    }

    /// This server's newest blockhash, vouched for by another one that can.
    async fn blockhash_of(&self, number: usize) -> Result<RecentBlockhash, ChainError> {
        let said = self.said_by(number).await?;
        let others = (0..self.servers.count()).filter(|other| *other != number);
        for round in 0..ROUNDS {
            let (mut lagging, mut contradicted) = (false, false);
            for number in others.clone() {
                match self.word_of(ServerOf { client: self, number }, said).await {
                    Ok(Word::Vouches(recent)) => return Ok(recent),
                    Ok(Word::Lags) => lagging = true,
                    Ok(Word::Contradicts) => contradicted = true,
                    // It is gone.
                    Err(error) => drop(error),
                }
            }
            let last = round + 1 == ROUNDS;
            if contradicted && last {
                return Err(ChainError::Unvouched);
            }
            if last || !(lagging || contradicted) {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(said)
    }

    async fn said_by(&self, number: usize) -> Result<RecentBlockhash, ChainError> {
        let params = json!([{"commitment": "confirmed"}]);
        let answer: Response<RpcBlockhash> = self
            .request_of(number, RpcRequest::GetLatestBlockhash, params)
            .await?;
        let hash: Hash = answer
            .value
            .blockhash
            .parse()
            .map_err(|_| ChainError::BadAnswer("no blockhash"))?;
        Ok(RecentBlockhash {
            hash: hash.to_bytes(),
            last_valid_block_height: answer.value.last_valid_block_height,
            slot: Some(answer.context.slot),
            priority: Priority::NONE,
        })
    }

    async fn word_of(&self, server: ServerOf<'_>, said: RecentBlockhash) -> Result<Word, ChainError> {
        let known = server.takes_blockhash(said.hash).await?;
        // After that answer, so that its height is no lower than that of the blockhash.
        let block = server.block("confirmed").await?;
        if !known {
            let lags = said.slot.is_some_and(|slot| block.slot < slot);
            return Ok(if lags { Word::Lags } else { Word::Contradicts });
        }
        let last_valid = block.height.saturating_add(BLOCKHASH_BLOCKS);
        if last_valid.abs_diff(said.last_valid_block_height) > self.policy().margin {
            return Ok(Word::Contradicts);
        }
        Ok(Word::Vouches(RecentBlockhash {
            // Of two words the one that keeps us waiting longer.
            last_valid_block_height: last_valid.max(said.last_valid_block_height),
            slot: said.slot.map(|slot| slot.min(block.slot)),
            ..said
        }))
    }
}
