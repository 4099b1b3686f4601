//! Subscriptions over a WebSocket at the RPC's address. A subscriber hears of a transaction when it is on disk, like
//! everybody else.
//!
//! | method | params | what comes |
//! |---|---|---|
//! | `signatureSubscribe` | `[signature, {commitment}]` | one `signatureNotification`; then the subscription is over |
//! | `accountSubscribe` | `[address, {encoding, commitment}]` | an `accountNotification` after every change |
//! | `signatureUnsubscribe`, `accountUnsubscribe` | `[subscription]` | |

mod handshake;
mod session;
mod subscription;

pub(crate) use handshake::accept;
