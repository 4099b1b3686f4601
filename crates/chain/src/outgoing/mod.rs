//! One transaction on its way, from signed bytes to the chain's last word.
//!
//! Chain servers lag, prune, follow forks that die, stand behind load balancers and may lie. What is decided here
//! must hold all the same, because it moves money twice when it is wrong: bytes that are declared dead are replaced
//! by new ones. So:
//!
//! * **Nothing but proof ends it.** Landed for good, failed for good, or dead: all three are said by finalized blocks,
//!   each by as many servers as [`Policy::quorum`] wants. A refusal while sending proves nothing; the bytes may be
//!   out all the same.
//! * **Dead** means that one server after another shows a finalized block well beyond the last one that could carry the
//!   bytes, no longer takes their blockhash, does not know them at that block, and has the payer's finalized history
//!   back to before the signing without them ([`Absence`]). Each server shows it several times in a row, with its chain
//!   moving on in between; a single other word starts the row anew.
//! * **They are sent until then.** A wrong height may make them look late, and must not be what makes them late.
//! * **Confirmed is not final.** A confirmed transaction that its servers lose is sent again while it can land.
//! * **What cannot be known stays undecided**, with the [`Reason`], until a server can say more.
//!
//! [`Outgoing`] is the state machine: time and what servers answer go in, what to do next and the [`Verdict`] come
//! out. [`drive`] asks [`Witness`]es on its behalf.

mod drive;
mod evidence;
mod machine;
mod policy;
mod reason;
mod server;
#[cfg(test)]
mod tests;
mod witness;

pub use evidence::{Absence, Level, Listing, Look, Root, Terms};
pub use machine::{Begin, Effect, Outgoing, Verdict};
pub use policy::Policy;
pub use reason::Reason;
pub use server::Answer;

pub(crate) use drive::drive;
pub(crate) use witness::{Searched, Seen, Witness};
