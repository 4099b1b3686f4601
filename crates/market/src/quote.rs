//! Making a quote (node) and checking one before paying (renter).

use hearth_protocol::coordinator::{QUOTE_VALID_SECONDS, QuoteRequest};
use hearth_types::{
    id::LeaseId,
    market::{Offer, Quote},
    money::Io,
    time::UnixMillis,
};

use crate::offer::MAX_ESCROW;

/// Why a node does not quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteRefusal {
    /// The request names another node.
    #[error("the request is for another node")]
    OtherNode,
    /// No time asked for.
    #[error("the time must be at least one second")]
    NoTime,
    /// More time than offered.
    #[error("the node offers at most {most} seconds")]
    TooLong {
        /// The offer's limit, seconds.
        most: u64,
    },
    /// Price × time does not fit.
    #[error("the price over this time is more than all IO there is")]
    TooDear,
}

/// A quote for the request under the offer, good for [`QUOTE_VALID_SECONDS`] from `now`, which is chain time.
/// `lease` must be random and never used before.
///
/// # Errors
/// [`QuoteRefusal`] when the offer does not cover the request.
pub fn make_quote(
    offer: &Offer,
    request: &QuoteRequest,
    now: UnixMillis,
    lease: LeaseId,
) -> Result<Quote, QuoteRefusal> {
    if request.node != offer.node {
        return Err(QuoteRefusal::OtherNode);
    }
    if request.seconds == 0 {
        return Err(QuoteRefusal::NoTime);
    }
    if request.seconds > offer.max_seconds {
        return Err(QuoteRefusal::TooLong {
            most: offer.max_seconds,
        });
    }
    let escrow = offer
        .rate
        .over(request.seconds)
        .filter(|escrow| *escrow <= MAX_ESCROW);
    Ok(Quote {
        lease,
        node: offer.node,
        provider: offer.provider,
        renter: request.renter,
        session: request.session,
        devices: offer.devices.iter().map(|device| device.id).collect(),
        rate: offer.rate,
        max_seconds: request.seconds,
        escrow: escrow.ok_or(QuoteRefusal::TooDear)?,
        expires_at: UnixMillis::from_seconds(now.seconds().saturating_add(QUOTE_VALID_SECONDS)),
    })
}

/// What is wrong with a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuoteFault {
    /// Another node, wallet, key or time than asked for.
    #[error("the quote does not answer the request")]
    OtherRequest,
    /// Other devices or another provider than offered.
    #[error("the quote is not for the offered devices")]
    OtherDevices,
    /// Dearer than offered.
    #[error("the quote is dearer than the offer")]
    Dearer,
    /// Escrow is not rate × time.
    #[error("the quote's escrow is not its price over its time")]
    WrongEscrow,
    /// Escrow is above the renter's budget.
    #[error("the quote is above the budget of {budget}")]
    OverBudget {
        /// The budget.
        budget: Io,
    },
    /// Too late to open it.
    #[error("the quote has expired")]
    Expired,
}

/// What a renter checks before it pays. The signature is checked apart
/// ([`hearth_protocol::statement::Scope::quote_is_genuine`]). `now` is chain time.
///
/// # Errors
/// The first [`QuoteFault`] found.
pub fn check_quote(
    quote: &Quote,
    offer: &Offer,
    request: &QuoteRequest,
    budget: Io,
    now: UnixMillis,
) -> Result<(), QuoteFault> {
    let answers = quote.node == request.node
        && quote.renter == request.renter
        && quote.session == request.session
        && quote.max_seconds == request.seconds;
    if !answers {
        return Err(QuoteFault::OtherRequest);
    }
    let devices = offer.devices.iter().map(|device| &device.id);
    if quote.provider != offer.provider || !quote.devices.iter().eq(devices) {
        return Err(QuoteFault::OtherDevices);
    }
    if quote.rate > offer.rate {
        return Err(QuoteFault::Dearer);
    }
    if quote.rate.over(quote.max_seconds) != Some(quote.escrow) {
        return Err(QuoteFault::WrongEscrow);
    }
    if quote.escrow > budget {
        return Err(QuoteFault::OverBudget { budget });
    }
    if quote.expires_at <= now {
        return Err(QuoteFault::Expired);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hearth_types::{
        id::{NodeId, SessionKey, WalletAddress},
        money::IoPerSecond,
    };

    use super::*;
    use crate::offer::tests::offer;

    const NOW: UnixMillis = UnixMillis(1_000_500);

    fn request(seconds: u64) -> QuoteRequest {
        QuoteRequest {
            node: NodeId([1; 32]),
            renter: WalletAddress([7; 32]),
            session: SessionKey([8; 32]),
            seconds,
        }
    }

    #[test]
    fn a_quote_answers_its_request() {
        let quote = make_quote(&offer(), &request(600), NOW, LeaseId([9; 32])).unwrap();
        assert_eq!(quote.escrow, Io(600_000));
        assert_eq!(quote.expires_at, UnixMillis(1_120_000));
        let check = |quote: &Quote, budget, now| check_quote(quote, &offer(), &request(600), Io(budget), now);
        assert_eq!(check(&quote, 600_000, NOW), Ok(()));
        assert_eq!(
            check(&quote, 599_999, NOW),
            Err(QuoteFault::OverBudget { budget: Io(599_999) })
        );
        assert_eq!(check(&quote, 600_000, quote.expires_at), Err(QuoteFault::Expired));
        let dearer = Quote {
            rate: IoPerSecond(1_001),
            ..quote.clone()
        };
        assert_eq!(check(&dearer, u64::MAX, NOW), Err(QuoteFault::Dearer));
        let longer = Quote {
            max_seconds: 601,
            ..quote.clone()
        };
        assert_eq!(check(&longer, u64::MAX, NOW), Err(QuoteFault::OtherRequest));
        let more = Quote {
            escrow: Io(600_001),
            ..quote.clone()
        };
        assert_eq!(check(&more, u64::MAX, NOW), Err(QuoteFault::WrongEscrow));
        let fewer = Quote {
            devices: vec![],
            ..quote
        };
        assert_eq!(check(&fewer, u64::MAX, NOW), Err(QuoteFault::OtherDevices));
    }

    #[test]
    fn what_is_not_offered_is_not_quoted() {
        let quote = |offer: &Offer, request: &QuoteRequest| make_quote(offer, request, NOW, LeaseId([9; 32]));
        assert_eq!(quote(&offer(), &request(0)), Err(QuoteRefusal::NoTime));
        assert_eq!(
            quote(&offer(), &request(3_601)),
            Err(QuoteRefusal::TooLong { most: 3_600 })
        );
        let other = QuoteRequest {
            node: NodeId([2; 32]),
            ..request(1)
        };
        assert_eq!(quote(&offer(), &other), Err(QuoteRefusal::OtherNode));
        let dear = Offer {
            rate: IoPerSecond(u64::MAX / 2),
            ..offer()
        };
        assert_eq!(quote(&dear, &request(3)), Err(QuoteRefusal::TooDear));
    }
}
