//! What the market's table can be sorted by, and how.

use hearth_types::market::ListedOffer;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Device,
    Memory,
    Compute,
    Bandwidth,
    Price,
    Longest,
}

/// A column and a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) by: Column,
    pub(super) descending: bool,
}

/// The offer's devices in a few words.
pub(super) fn name(offer: &ListedOffer) -> String {
    let devices = &offer.offer.devices;
    let first = devices.first().map_or_else(String::new, |d| d.name.clone());
    if devices.len() > 1 {
        format!("{} × {first}", devices.len())
    } else {
        first
    }
}

fn figure(offer: &ListedOffer, column: Column) -> f64 {
    let benchmark = offer.offer.devices.first().and_then(|d| d.benchmark.as_ref());
    match column {
        Column::Bandwidth => benchmark.map_or(-1.0, |b| b.memory_gb_per_s.median),
        Column::Compute | Column::Device | Column::Memory | Column::Price | Column::Longest => {
            benchmark.map_or(-1.0, |b| b.f32_gflops.median)
        }
    }
}

/// Video memory of the first device, bytes.
pub(super) fn memory(offer: &ListedOffer) -> Option<u64> {
    offer.offer.devices.first().and_then(|d| d.vram_bytes)
}

/// Sorts in place; offers without a figure come before those with one.
pub(super) fn sort(offers: &mut [ListedOffer], order: Order) {
    offers.sort_by(|a, b| {
        let ordering = match order.by {
            Column::Device => name(a).to_lowercase().cmp(&name(b).to_lowercase()),
            Column::Memory => memory(a).cmp(&memory(b)),
            Column::Compute | Column::Bandwidth => figure(a, order.by).total_cmp(&figure(b, order.by)),
            Column::Price => a.offer.rate.cmp(&b.offer.rate),
            Column::Longest => a.offer.max_seconds.cmp(&b.offer.max_seconds),
        };
        if order.descending {
            ordering.reverse()
        } else {
            ordering
        }
    });
}

#[cfg(test)]
mod tests {
    use hearth_types::{
        id::{NodeId, WalletAddress},
        market::Offer,
        money::IoPerSecond,
        time::UnixMillis,
    };

    use super::*;

    fn offer(rate: u64) -> ListedOffer {
        ListedOffer {
            offer: Offer {
                node: NodeId([1; 32]),
                provider: WalletAddress([1; 32]),
                devices: vec![],
                rate: IoPerSecond(rate),
                max_seconds: 60,
                notice_seconds: 0,
            },
            available: true,
            seen_at: UnixMillis(0),
        }
    }

    #[test]
    fn the_cheapest_comes_first_and_last() {
        let mut offers = [offer(3), offer(1), offer(2)];
        let rates = |offers: &[ListedOffer]| offers.iter().map(|o| o.offer.rate.0).collect::<Vec<_>>();
        sort(
            &mut offers,
            Order {
                by: Column::Price,
                descending: false,
            },
        );
        assert_eq!(rates(&offers), [1, 2, 3]);
        sort(
            &mut offers,
            Order {
                by: Column::Price,
                descending: true,
            },
        );
        assert_eq!(rates(&offers), [3, 2, 1]);
    }
}
