//! How often an address and a key may ask, and how many new keys an address may bring: token buckets, kept in memory
//! per replica.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Buckets beyond this many are swept; full ones say nothing.
const SWEEP_AT: usize = 20_000;

/// How fast a bucket fills and how much it holds.
#[derive(Clone, Copy, Debug)]
struct Rate {
    /// Requests that may come at once.
    burst: u32,
    /// Between two requests in the long run.
    every: Duration,
}

/// One address may be many machines, or the practice network's whole world.
const PER_ADDRESS: Rate = Rate {
    burst: 400,
    every: Duration::from_millis(10),
};
/// One key is one node or one lease.
const PER_KEY: Rate = Rate {
    burst: 60,
    every: Duration::from_millis(100),
};

/// Keys are free, and each new one leaves a row: a node registers once, a renter takes a key a quote.
const NEW_KEYS_PER_ADDRESS: Rate = Rate {
    burst: 200,
    every: Duration::from_secs(1),
};

/// The limits of one replica.
pub(crate) struct RateLimits {
    addresses: Buckets<IpAddr>,
    keys: Buckets<[u8; 32]>,
    new_keys: Buckets<IpAddr>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            addresses: Buckets::new(PER_ADDRESS),
            keys: Buckets::new(PER_KEY),
            new_keys: Buckets::new(NEW_KEYS_PER_ADDRESS),
        }
    }
}

impl RateLimits {
    /// Whether the address may ask now.
    pub(crate) fn admits_address(&self, address: IpAddr) -> bool {
        self.addresses.take(network_of(address), Instant::now())
    }

    /// Whether the key may ask now. One that was not seen lately counts against its address.
    pub(crate) fn admits_key(&self, key: [u8; 32], address: IpAddr) -> bool {
        let now = Instant::now();
        let is_known = self.keys.knows(&key);
        (is_known || self.new_keys.take(network_of(address), now)) && self.keys.take(key, now)
    }
}

/// A customer has a whole /64 of IPv6 addresses.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (!0 << 64))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// A bucket is the moment at which it will be full again.
struct Buckets<K> {
    rate: Rate,
    full_at: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Buckets<K> {
    fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: Mutex::new(HashMap::new()),
        }
    }

    fn knows(&self, key: &K) -> bool {
        let buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.contains_key(key)
    }

    fn take(&self, key: K, now: Instant) -> bool {
        let mut buckets = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= SWEEP_AT {
            buckets.retain(|_, full_at| *full_at > now);
        }
        let full_at = buckets.get(&key).copied().unwrap_or(now).max(now) + self.rate.every;
        if full_at > now + self.rate.every * self.rate.burst {
            return false;
        }
        buckets.insert(key, full_at);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let buckets = Buckets::new(Rate {
            burst: 3,
            every: Duration::from_secs(1),
        });
        let start = Instant::now();
        let taken = |after| buckets.take('a', start + Duration::from_millis(after));
        assert_eq!(
            [taken(0), taken(0), taken(0), taken(0)],
            [true, true, true, false]
        );
        assert!(buckets.take('b', start));
        assert_eq!([taken(900), taken(1_000), taken(1_100)], [false, true, false]);
        assert_eq!(
            [taken(9_000), taken(9_000), taken(9_000), taken(9_000)],
            [true, true, true, false]
        );
    }

    #[test]
    fn an_address_brings_so_many_new_keys_and_its_old_ones_go_on() {
        let limits = RateLimits::default();
        let key = |number: u32| {
            let mut key = [0; 32];
            key[..4].copy_from_slice(&number.to_le_bytes());
            key
        };
        let (here, there) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        let burst = NEW_KEYS_PER_ADDRESS.burst;
        assert!((0..burst).all(|number| limits.admits_key(key(number), here)));
        // One more may have come in the moment that this took.
        assert!(!(burst..burst + 5).all(|number| limits.admits_key(key(number), here)));
        assert!(limits.admits_key(key(0), here), "a known key");
        assert!(limits.admits_key(key(burst + 9), there), "another address");
    }

    #[test]
    fn an_ipv6_customer_is_one() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:2"));
        assert_ne!(network("2001:db8:0:1::1"), network("2001:db8::1"));
        assert_eq!(network("::ffff:10.0.0.1"), network("10.0.0.1"));
    }
}
