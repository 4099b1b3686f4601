//! The state machine: what servers answered and the time go in, what to do next and the verdict come out.

use std::time::Duration;

use super::{Answer, Look, Policy, Reason, Terms, evidence::Finding, server::Server};
use crate::client::TxError;

/// Where a transaction stands when the machine takes it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Its bytes have certainly not gone out.
    Fresh,
    /// They may have, say before a crash.
    Maybe,
    /// They were refused: they may be out all the same, but are not sent again.
    Refused,
    /// It was confirmed.
    Confirmed,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send the bytes to a server.
    Send(usize),
    /// Look for the transaction at a server.
    Look(usize),
}

/// What is known of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing for certain.
    Open,
    /// Every server that answered refused the bytes. Not final: a server may have passed them on all the same. They
    /// are not sent again.
    Refused(TxError),
    /// Newly in a confirmed block.
    Confirmed,
    /// It was confirmed and its servers have lost it: it is on its way again.
    Dropped,
    /// For ever.
    Final,
    /// Taken and undone, for ever; only the fee is gone.
    Failed(TxError),
    /// Never taken, and it never can be. Only now may other bytes take its place.
    Expired,
    /// Its time is over and nobody can prove what became of it.
    Undecided(Reason),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// To be sent until it is seen.
    Sending,
    /// Refused: only watched.
    Watched,
    /// Seen confirmed.
    Confirmed,
    /// The last word.
    Ended(Verdict),
}

/// One transaction on its way.
#[derive(Clone, Debug)]
pub struct Outgoing {
    terms: Terms,
    policy: Policy,
    fresh: bool,
    stage: Stage,
    /// The last thing done was a look.
    looked_last: bool,
    servers: Vec<Server>,
    /// The highest slot at which anybody showed it confirmed.
    confirmed_slot: Option<u64>,
    /// Since when some server says that its time is over. It changes what is told and how often servers are asked, and
    /// never ends the sending: only proof does.
    over_since: Option<Duration>,
}

impl Outgoing {
    /// A transaction to be watched over on so many servers.
    #[must_use]
    pub fn new(terms: Terms, policy: Policy, servers: usize, begin: Begin) -> Self {
        Self {
            terms,
            policy,
            fresh: begin == Begin::Fresh,
            stage: match begin {
                Begin::Fresh | Begin::Maybe => Stage::Sending,
                Begin::Refused => Stage::Watched,
                Begin::Confirmed => Stage::Confirmed,
            },
            looked_last: false,
            servers: vec![Server::default(); servers],
            confirmed_slot: (begin == Begin::Confirmed).then_some(0),
            over_since: None,
        }
    }

    /// The transaction.
    #[must_use]
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The figures it is judged by.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What to do now; `None` until later. Every effect is answered by [`Self::sent`] or [`Self::looked`].
    #[must_use]
    pub fn next(&self, now: Duration) -> Option<Effect> {
        if matches!(self.stage, Stage::Ended(_)) {
            return None;
        }
        let first = self.fresh && self.servers.iter().all(|server| server.looked_at.is_none());
        let send = self
            .longest_ago(|server| server.sent_at, self.policy.send_every, now)
            .filter(|_| self.sends())
            .map(Effect::Send);
        let look = self
            .longest_ago(|server| server.looked_at, self.look_every(), now)
            .map(Effect::Look);
        // What may be out already is looked for before it is sent again; then they take turns, so that slow answers to
        // one never keep the other waiting.
        if first || self.looked_last {
            send.or(look)
        } else {
            look.or(send)
        }
    }

    /// The server for which something is due, the one first that has waited longest.
    fn longest_ago(
        &self,
        last: impl Fn(&Server) -> Option<Duration>,
        every: Duration,
        now: Duration,
    ) -> Option<usize> {
        let due = |at: Option<Duration>| at.is_none_or(|at| now.saturating_sub(at) >= every);
        let waiting = self
            .servers
            .iter()
            .map(last)
            .enumerate()
            .filter(|(_, at)| due(*at));
        waiting.min_by_key(|(_, at)| *at).map(|(number, _)| number)
    }

    const fn look_every(&self) -> Duration {
        match self.stage {
            _ if self.over_since.is_some() => self.policy.spacing,
            Stage::Sending => self.policy.look_every,
            // Nobody waits for it.
            Stage::Watched | Stage::Confirmed | Stage::Ended(_) => self.policy.watch_every,
        }
    }

    /// Whether it is to be sent, again and again: until it is seen or proven dead.
    fn sends(&self) -> bool {
        self.stage == Stage::Sending
    }

    /// Takes in what came of [`Effect::Send`].
    pub fn sent(&mut self, server: usize, answer: Answer, now: Duration) -> Verdict {
        self.looked_last = false;
        if let Some(server) = self.servers.get_mut(server) {
            server.sent_at = Some(now);
            // Whatever was unclear once stays so: a later refusal may only mean that the bytes have run.
            if !matches!(server.answer, Some(Answer::Taken | Answer::Unclear)) {
                server.answer = Some(answer);
            }
        }
        match self.refusal() {
            Some(error) => {
                self.stage = Stage::Watched;
                Verdict::Refused(error)
            }
            None => Verdict::Open,
        }
    }

    /// The refusal of bytes that went to every server and that each refused for a reason of its own.
    fn refusal(&self) -> Option<TxError> {
        if !self.fresh || self.stage != Stage::Sending {
            return None;
        }
        let mut reason = None;
        for server in &self.servers {
            match &server.answer {
                Some(Answer::Refused(error)) => reason = Some(error.clone()),
                Some(Answer::Taken | Answer::TooOld | Answer::Unclear) | None => return None,
            }
        }
        reason
    }

    /// Takes in what came of [`Effect::Look`]; `None` when the server did not answer.
    pub fn looked(&mut self, server: usize, look: Option<Look>, now: Duration) -> Verdict {
        let Some(seen) = self.servers.get_mut(server) else {
            return Verdict::Open;
        };
        seen.looked_at = Some(now);
        self.looked_last = true;
        let Some(look) = look else {
            seen.silent = true;
            return self.decide(now);
        };
        let finding = self.terms.judge(look, &self.policy);
        seen.learn(finding, now, &self.policy, self.confirmed_slot);
        if self.servers.iter().any(Server::is_over) {
            self.over_since.get_or_insert(now);
        } else {
            self.over_since = None;
        }
        self.decide(now)
    }

    fn decide(&mut self, now: Duration) -> Verdict {
        if let Stage::Ended(verdict) = &self.stage {
            return verdict.clone();
        }
        if let Some(verdict) = self.end() {
            self.stage = Stage::Ended(verdict.clone());
            return verdict;
        }
        let confirmed = self.servers.iter().filter_map(Server::confirms).max();
        self.confirmed_slot = self.confirmed_slot.max(confirmed);
        if confirmed.is_some() && self.stage != Stage::Confirmed {
            self.stage = Stage::Confirmed;
            self.servers.iter_mut().for_each(Server::forget_misses);
            return Verdict::Confirmed;
        }
        if self.stage == Stage::Confirmed && self.is_lost() {
            self.stage = Stage::Sending;
            self.fresh = false;
            self.confirmed_slot = None;
            return Verdict::Dropped;
        }
        match self.doubt(now) {
            Some(reason) => Verdict::Undecided(reason),
            None => Verdict::Open,
        }
    }

    /// The last word, when enough servers say it.
    fn end(&self) -> Option<Verdict> {
        let enough = |count: usize| count >= self.policy.quorum;
        let ends: Vec<_> = self.servers.iter().filter_map(Server::end).collect();
        if enough(ends.iter().filter(|error| error.is_none()).count()) {
            return Some(Verdict::Final);
        }
        let mut failures = ends.iter().filter_map(|error| error.as_ref());
        if enough(failures.clone().count()) {
            return failures.next().cloned().map(Verdict::Failed);
        }
        let proofs = self
            .servers
            .iter()
            .filter(|server| server.proves_death(&self.policy));
        // One server that shows it holds everything up, were it a liar: better undecided than paid twice.
        let shown = self.servers.iter().any(Server::shows);
        (enough(proofs.count()) && !shown).then_some(Verdict::Expired)
    }

    /// Confirmed once, and now enough servers that must know it do not.
    fn is_lost(&self) -> bool {
        let missing = self.servers.iter().filter(|server| server.misses(&self.policy));
        missing.count() >= self.policy.quorum && !self.servers.iter().any(Server::shows)
    }

    /// Why nothing is decided, once its time has been over for long enough.
    fn doubt(&self, now: Duration) -> Option<Reason> {
        let since = self.over_since?;
        if now.saturating_sub(since) < self.policy.patience {
            return None;
        }
        let shown = self.servers.iter().any(Server::shows);
        if shown && self.servers.iter().any(Server::doubts) {
            return Some(Reason::Disagree);
        }
        let blind = self.servers.iter().find_map(|server| match server.last {
            Some(Finding::Blind(reason)) if !server.proves_death(&self.policy) => Some(reason),
            Some(
                Finding::Found { .. } | Finding::Young { .. } | Finding::Dead { .. } | Finding::Blind(_),
            )
            | None => None,
        });
        if blind.is_some() {
            return blind;
        }
        let answering = self.servers.iter().filter(|server| !server.silent).count();
        if answering < self.policy.quorum {
            return Some(Reason::Silent);
        }
        // Some server's chain has not come so far, or shows it unconfirmed.
        Some(Reason::Lagging)
    }
}
