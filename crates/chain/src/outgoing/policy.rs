//! The figures by which a transaction is judged.

use std::time::Duration;

/// Blocks for which a blockhash is good (Solana's `MAX_PROCESSING_AGE`).
pub(super) const HASH_LIFE: u64 = 150;
/// Slots after which a server that follows the chain must have seen what another one called confirmed.
pub(super) const SEEN_BY_NOW: u64 = 32;

/// How patient, how often, how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Finalized blocks beyond the last valid height before anything is called dead. Also what two servers may
    /// differ by about that height.
    pub margin: u64,
    /// Proofs of one server, with nothing else between them, before it counts.
    pub looks: u32,
    /// Servers that must agree.
    pub quorum: usize,
    /// Between two proofs of one server.
    pub spacing: Duration,
    /// Between two looks while it may land.
    pub look_every: Duration,
    /// Between two looks once it is confirmed.
    pub watch_every: Duration,
    /// Between two sendings of the same bytes: a cluster drops transactions under load.
    pub send_every: Duration,
    /// After its time is over and nothing is proven: when to say so.
    pub patience: Duration,
}

impl Policy {
    /// For a public network with this many servers.
    #[must_use]
    pub fn public(servers: usize) -> Self {
        Self {
            margin: 32,
            looks: 3,
            quorum: servers.clamp(1, 2),
            spacing: Duration::from_secs(2),
            look_every: Duration::from_millis(500),
            watch_every: Duration::from_secs(3),
            send_every: Duration::from_secs(3),
            patience: Duration::from_secs(60),
        }
    }

    /// For the practice network: the same rules on one server of this machine, which has run a transaction once it
    /// answers, so that looking often costs nothing.
    #[must_use]
    pub fn practice() -> Self {
        Self {
            spacing: Duration::from_millis(300),
            look_every: Duration::from_millis(50),
            watch_every: Duration::from_secs(2),
            send_every: Duration::from_millis(400),
            patience: Duration::from_secs(20),
            ..Self::public(1)
        }
    }
}
