//! What every request handler and worker shares.

use std::{sync::Arc, time::Duration};

use hearth_chain::{Keypair, Program};
use hearth_types::network::NetworkInfo;
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};
use tokio_util::sync::CancellationToken;

use crate::{
    api::limits::RateLimits, chain::Chain, clock::Clock, config::PriceFeed, db::Db, stake::StakeCache,
};

/// Between two looks into the database while waiting: another replica may have written.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// Shared, cheap to clone behind an [`Arc`].
pub(crate) struct Shared {
    pub(crate) db: Db,
    pub(crate) chain: Arc<dyn Chain>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) network: NetworkInfo,
    pub(crate) program: Program,
    pub(crate) fee_payer: Keypair,
    pub(crate) prices: PriceFeed,
    pub(crate) stakes: StakeCache,
    pub(crate) limits: RateLimits,
    pub(crate) wake: Wake,
    /// Ends waits and workers.
    pub(crate) end: CancellationToken,
}

/// Handlers get this.
pub(crate) type App = Arc<Shared>;

/// Wake-up calls within this process. Only hints: whoever waits looks into the database anyway.
#[derive(Default)]
pub(crate) struct Wake {
    /// A quote request was written.
    pub(crate) inbox: Notify,
    /// A node's answer was written.
    pub(crate) answers: Notify,
    /// A settlement was deposited.
    pub(crate) settlements: Notify,
}

impl Shared {
    /// Waits for a wake-up call, a moment, the deadline or the end, whichever comes first. `false`: give up.
    /// A hint made before the last look into the database misses no call.
    pub(crate) async fn wait(&self, hint: impl Future<Output = ()>, deadline: Instant) -> bool {
        let now = Instant::now();
        if now >= deadline || self.end.is_cancelled() {
            return false;
        }
        let until = deadline.min(now + LOOK_AGAIN);
        tokio::select! {
            // Either outcome means: look again.
            _ = timeout_at(until, hint) => {}
            () = self.end.cancelled() => {}
        }
        true
    }
}
