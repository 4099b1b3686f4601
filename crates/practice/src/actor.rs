//! The chain's one owner: a thread that takes requests in turn. Everybody else holds a [`ChainHandle`].

use std::sync::Arc;

use solana_message::VersionedMessage;
use solana_sdk::signature::Signature;
use solana_transaction::versioned::VersionedTransaction;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

use crate::{
    bank::Bank,
    chain::{Chain, Ran, Refusal, SharedClock, Trial, Tried},
    clock::Moment,
    faucet::{Faucet, Gift, GiftError},
    ledger::LedgerError,
};

/// Requests that may wait; more make the caller wait.
const QUEUE: usize = 256;

/// The chain has stopped: its ledger failed, or it was shut down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the practice chain has stopped")]
pub(crate) struct Stopped;

type Look = Box<dyn FnOnce(&Bank, &Moment) + Send>;

enum Request {
    Submit {
        packet: Vec<u8>,
        transaction: VersionedTransaction,
        preflight: bool,
        reply: Reply<Result<Signature, Refusal>>,
    },
    TryOut {
        transaction: VersionedTransaction,
        trial: Trial,
        reply: Reply<Result<Tried, Refusal>>,
    },
    Fee {
        message: VersionedMessage,
        reply: Reply<Option<u64>>,
    },
    Give {
        gift: Gift,
        reply: Reply<Result<Signature, GiftError>>,
    },
    Advance {
        milliseconds: u64,
        reply: Reply<Result<Option<Moment>, LedgerError>>,
    },
    Look(Look),
    Stop,
}

type Reply<T> = oneshot::Sender<T>;

/// Asks the chain.
#[derive(Clone)]
pub(crate) struct ChainHandle {
    requests: mpsc::Sender<Request>,
    stopped: watch::Receiver<bool>,
    clock: SharedClock,
    feed: broadcast::Sender<Ran>,
}

/// Gives the chain a thread of its own.
pub(crate) fn spawn(chain: Chain, faucet: Arc<Faucet>) -> std::io::Result<ChainHandle> {
    let (requests, inbox) = mpsc::channel(QUEUE);
    let (stopping, stopped) = watch::channel(false);
    let clock = chain.clock.clone();
    let feed = chain.feed.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::thread::Builder::new()
        .name("practice-chain".into())
        .spawn(move || {
            // Dropped last, also by a panic, so that waiters learn of the end.
            let stopping = stopping;
            runtime.block_on(serve(chain, &faucet, inbox));
            stopping.send_replace(true);
        })?;
    Ok(ChainHandle {
        requests,
        stopped,
        clock,
        feed,
    })
}

async fn serve(mut chain: Chain, faucet: &Faucet, mut inbox: mpsc::Receiver<Request>) {
    while let Some(request) = inbox.recv().await {
        match handle(&mut chain, faucet, request).await {
            Next::Go => {}
            Next::Stop => break,
            Next::Broken => {
                tracing::error!(
                    "the ledger failed; the chain stops so that nothing is said that is not on disk"
                );
                break;
            }
        }
    }
    inbox.close();
    if let Err(error) = chain.ledger.close().await {
        tracing::warn!(%error, "closing the ledger");
    }
}

enum Next {
    Go,
    Stop,
    Broken,
}

async fn handle(chain: &mut Chain, faucet: &Faucet, request: Request) -> Next {
    // A caller that has gone away does not matter: what was done is done.
    match request {
        Request::Submit {
            packet,
            transaction,
            preflight,
            reply,
        } => {
            let result = chain.submit(&packet, transaction, preflight).await;
            let broken = matches!(result, Err(Refusal::Ledger(_)));
            let _ = reply.send(result);
            next(broken)
        }
        Request::TryOut {
            transaction,
            trial,
            reply,
        } => {
            let result = chain.try_out(transaction, trial).await;
            let broken = matches!(result, Err(Refusal::Ledger(_)));
            let _ = reply.send(result);
            next(broken)
        }
        Request::Fee { message, reply } => {
            let _ = reply.send(chain.fee(message));
            Next::Go
        }
        Request::Give { gift, reply } => {
            let result = faucet.give(chain, gift).await;
            let broken = matches!(result, Err(GiftError::Refused(Refusal::Ledger(_))));
            let _ = reply.send(result);
            next(broken)
        }
        Request::Advance { milliseconds, reply } => {
            let result = chain.advance(milliseconds).await;
            let broken = result.is_err();
            let _ = reply.send(result);
            next(broken)
        }
        Request::Look(look) => {
            let now = chain.clock.now();
            // The clock is an account, too.
            chain.bank.set_time(&now);
            look(&chain.bank, &now);
            Next::Go
        }
        Request::Stop => Next::Stop,
    }
}

fn next(broken: bool) -> Next {
    if broken { Next::Broken } else { Next::Go }
}

impl ChainHandle {
    /// The chain's time; asks nobody.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// What runs from now on.
    pub(crate) fn ran(&self) -> broadcast::Receiver<Ran> {
        self.feed.subscribe()
    }

    pub(crate) async fn submit(
        &self,
        packet: Vec<u8>,
        transaction: VersionedTransaction,
        preflight: bool,
    ) -> Result<Result<Signature, Refusal>, Stopped> {
        self.ask(|reply| Request::Submit {
            packet,
            transaction,
            preflight,
            reply,
        })
        .await
    }

    pub(crate) async fn try_out(
        &self,
        transaction: VersionedTransaction,
        trial: Trial,
    ) -> Result<Result<Tried, Refusal>, Stopped> {
        self.ask(|reply| Request::TryOut {
            transaction,
            trial,
            reply,
        })
        .await
    }

    pub(crate) async fn fee(&self, message: VersionedMessage) -> Result<Option<u64>, Stopped> {
        self.ask(|reply| Request::Fee { message, reply }).await
    }

    pub(crate) async fn give(&self, gift: Gift) -> Result<Result<Signature, GiftError>, Stopped> {
        self.ask(|reply| Request::Give { gift, reply }).await
    }

    pub(crate) async fn advance(
        &self,
        milliseconds: u64,
    ) -> Result<Result<Option<Moment>, LedgerError>, Stopped> {
        self.ask(|reply| Request::Advance { milliseconds, reply }).await
    }

    /// Looks at the accounts between two transactions.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Bank, &Moment) -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        self.ask(|reply| {
            Request::Look(Box::new(move |bank, now| {
                let _ = reply.send(look(bank, now));
            }))
        })
        .await
    }

    /// Whether the chain still answers.
    pub(crate) fn is_running(&self) -> bool {
        !*self.stopped.borrow() && !self.requests.is_closed()
    }

    /// Waits until the chain has ended, its ledger closed.
    pub(crate) async fn stopped(&self) {
        let mut stopped = self.stopped.clone();
        // An error means that the thread is gone, which is what is waited for.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    }

    /// Ends the chain after what it has begun.
    pub(crate) async fn stop(&self) {
        // An error means that it has ended already.
        let _ = self.requests.send(Request::Stop).await;
        self.stopped().await;
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(request(reply)).await.map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }
}
