//! What room in a block costs just now.

use std::{
    sync::{Mutex, PoisonError, atomic::Ordering},
    time::Duration,
};

use hearth_types::money::Lamports;
use serde_json::json;
use solana_client::{rpc_request::RpcRequest, rpc_response::RpcPrioritizationFee};

use super::ChainClient;
use crate::transactions::Priority;

/// How long a price holds.
const GOOD_FOR: Duration = Duration::from_secs(10);
/// The share of recent blocks in which the price would have been enough, per cent.
const ENOUGH_IN: usize = 75;

/// The last price.
#[derive(Default)]
pub(super) struct Market {
    last: Mutex<Option<(Duration, u64)>>,
}

impl ChainClient {
    /// What priority may cost a transaction at most from now on; nothing at first.
    pub fn pay_for_priority(&self, cap: Lamports) {
        self.priority_cap.store(cap.0, Ordering::Relaxed);
    }

    /// What to pay for priority now. Never stops a payment: without an answer it is nothing.
    pub(super) async fn priority(&self) -> Priority {
        let cap = Lamports(self.priority_cap.load(Ordering::Relaxed));
        if cap == Lamports::ZERO {
            return Priority::NONE;
        }
        Priority {
            micro_lamports_per_unit: self.price().await,
            cap,
        }
    }

    async fn price(&self) -> u64 {
        let now = self.servers.now();
        let known = *self.market.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, price)) = known
            && now.saturating_sub(at) < GOOD_FOR
        {
            return price;
        }
        // Whoever touches the network account or the vault competes with us.
        let accounts = [self.program.network_account(), self.program.stake_vault()];
        let params = json!([accounts.map(|account| account.to_string())]);
        let answer: Result<Vec<RpcPrioritizationFee>, _> = self
            .request(RpcRequest::GetRecentPrioritizationFees, params)
            .await;
        let Ok(fees) = answer else {
            return known.map_or(0, |(_, price)| price);
        };
        let price = enough(fees.iter().map(|fee| fee.prioritization_fee).collect());
        *self.market.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, price));
        price
    }
}

/// The price that was enough in most of these blocks.
fn enough(mut prices: Vec<u64>) -> u64 {
    prices.sort_unstable();
    let index = prices.len().saturating_sub(1).saturating_mul(ENOUGH_IN) / 100;
    prices.get(index).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_would_have_been_enough_in_most_blocks() {
        assert_eq!(enough(vec![]), 0);
        assert_eq!(enough(vec![7]), 7);
        assert_eq!(enough((0..=100).rev().collect()), 75);
        // One rich stranger does not set the price.
        assert_eq!(enough(vec![0, 0, 0, 0, u64::MAX]), 0);
    }
}
