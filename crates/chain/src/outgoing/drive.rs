//! Doing what the state machine wants, once around.

use std::time::Duration;

use super::{
    Absence, Effect, Level, Look, Outgoing, Verdict,
    witness::{Searched, Seen, Witness},
};
use crate::client::ChainError;

/// Does whatever is due, once around: each server is asked and given the bytes at most about once, so that slow ones
/// never keep the caller. Says where the transaction stands after it.
///
/// # Errors
/// The last failure, when no server told anything.
pub(crate) async fn drive<W: Witness>(
    outgoing: &mut Outgoing,
    bytes: &[u8],
    servers: &[W],
    now: impl Fn() -> Duration,
) -> Result<Verdict, ChainError> {
    let mut verdict = Verdict::Open;
    let (mut failure, mut told) = (None, false);
    for _ in 0..servers.len().saturating_mul(2) {
        let Some(effect) = outgoing.next(now()) else {
            break;
        };
        let (Effect::Send(number) | Effect::Look(number)) = effect;
        let Some(server) = servers.get(number) else {
            return Err(ChainError::BadAnswer(
                "there are fewer chain servers than were set",
            ));
        };
        let said = match effect {
            Effect::Send(_) => {
                let answer = server.send(bytes).await;
                outgoing.sent(number, answer, now())
            }
            Effect::Look(_) => match look(outgoing, server).await {
                Ok(look) => {
                    told = true;
                    outgoing.looked(number, Some(look), now())
                }
                Err(error) => {
                    failure = Some(error);
                    outgoing.looked(number, None, now())
                }
            },
        };
        match said {
            // That sending says nothing takes nothing away from what the last look said.
            Verdict::Open if matches!(effect, Effect::Send(_)) => {}
            Verdict::Open | Verdict::Undecided(_) => verdict = said,
            Verdict::Refused(_)
            | Verdict::Confirmed
            | Verdict::Dropped
            | Verdict::Final
            | Verdict::Failed(_)
            | Verdict::Expired => return Ok(said),
        }
    }
    match failure {
        Some(error) if !told => Err(error),
        Some(_) | None => Ok(verdict),
    }
}

/// One look at one server: no more questions than it takes, and those of a proof in the order that makes it one.
async fn look<W: Witness>(outgoing: &Outgoing, server: &W) -> Result<Look, ChainError> {
    let terms = outgoing.terms();
    let found = |Seen { level, slot, error }| Look::Found { level, slot, error };
    let (status_slot, seen) = server.status(terms.signature).await?;
    if let Some(seen) = seen {
        return Ok(found(seen));
    }
    let root = server.root().await?;
    if !terms.is_over(root.height, outgoing.policy()) {
        return Ok(Look::Unknown { status_slot, root });
    }
    let takes_blockhash = server.takes_blockhash(terms.blockhash).await?;
    // The first status may be older than that block.
    let (status_slot, seen) = server.status(terms.signature).await?;
    if let Some(seen) = seen {
        return Ok(found(seen));
    }
    let searched = server
        .search(terms.payer, terms.signature, root.slot, terms.after_slot)
        .await?;
    match searched {
        Searched::Holds { slot, error } => Ok(Look::Found {
            level: Level::Final,
            slot,
            error,
        }),
        Searched::Lacks(listing) => Ok(Look::Absent(Absence {
            root,
            takes_blockhash,
            status_slot,
            listing,
            // Last, because it only grows.
            first_slot: server.first_slot().await?,
        })),
    }
}
