//! Sending to somebody: reviewed first, then once per review, through history and outbox like everything that moves.

use std::time::Duration;

use hearth_chain::{signer::TxSigner as _, transactions::TOKEN_ACCOUNT_BYTES};
use hearth_store::{
    contacts,
    ledger::{IdempotencyKey, Movement},
    outbox::{self, OutboxKind, OutboxRow, OutboxState},
};
use hearth_types::{
    id::WalletAddress,
    ipc::{
        Amount, Code, Fate, IpcError, MAX_MEMO_BYTES, ReviewLine, ReviewSend, Send, SendReview, SendWarning,
        Topic, TxView,
    },
    money::{Currency, Io, Lamports},
};
use tokio::time::Instant;

use super::{Plan, entry, fresh_key, review::line};
use crate::{engine::Engine, state::now};

/// How long a review can be confirmed.
const REVIEW_LASTS: Duration = Duration::from_secs(15 * 60);
/// The most reviews that wait; the oldest goes first.
const MAX_REVIEWED: usize = 64;

/// A payment that was reviewed and may be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PendingSend {
    from: WalletAddress,
    to: WalletAddress,
    amount: Amount,
    memo: Option<String>,
    at: Instant,
}

/// What sending comes to.
struct Sending {
    lines: Vec<ReviewLine>,
    /// Rent of the recipient's account, when it is made.
    rent: Lamports,
    of_a_program: bool,
}

fn bad(text: impl Into<String>) -> IpcError {
    IpcError::new(Code::BadRequest, text)
}

fn no_usdc() -> IpcError {
    bad("USDC cannot be sent from here yet.").mend("Send IO or SOL.")
}

/// A note that can go into a transaction; an empty one is none.
fn valid_memo(memo: Option<String>) -> Result<Option<String>, IpcError> {
    let memo = memo
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty());
    match &memo {
        Some(text) if text.len() > MAX_MEMO_BYTES || text.chars().any(char::is_control) => Err(bad(format!(
            "A note has at most {MAX_MEMO_BYTES} bytes, in one line."
        ))),
        Some(_) | None => Ok(memo),
    }
}

impl Engine {
    pub(crate) async fn review_send(&self, request: ReviewSend) -> Result<SendReview, IpcError> {
        let memo = valid_memo(request.memo)?;
        let from = self.own_address()?;
        let sending = self
            .sending(from, request.to, request.amount, memo.as_deref())
            .await?;
        let review = self.review(sending.lines).await?;
        self.enough_stays(review.left.sol).await?;
        let known = self.acquaintance(request.to).await?;
        let mut warnings = known.warnings;
        if sending.of_a_program {
            warnings.push(SendWarning::NotAWallet);
        }
        let key = fresh_key("send");
        let pending = PendingSend {
            from,
            to: request.to,
            amount: request.amount,
            memo,
            at: Instant::now(),
        };
        self.remember(key.clone(), pending);
        Ok(SendReview {
            key,
            review,
            name: known.name,
            warnings,
        })
    }

    /// Sends what was reviewed under this key. Asked again, it says what became of the first time.
    pub(crate) async fn send(&self, request: Send) -> Result<TxView, IpcError> {
        let key = IdempotencyKey(request.key.clone());
        let mut read = self.inner.store.read().await?;
        let before = outbox::find(&mut read, &key).await?;
        drop(read);
        if let Some(row) = before {
            return became(&row);
        }
        let wallet = self.open_wallet()?;
        let memo = valid_memo(request.memo)?;
        let PendingSend { to, amount, .. } = self.reviewed(&request.key, |pending| {
            (pending.from, pending.to, pending.amount) == (wallet.address(), request.to, request.amount)
                && pending.memo == memo
        })?;
        let sending = self
            .sending(wallet.address(), to, amount, memo.as_deref())
            .await?;
        let review = self.review(sending.lines).await?;
        self.enough_stays(review.left.sol).await?;
        let known = self.acquaintance(to).await?;

        let network = self.net().await?;
        let recent = network.chain.latest_blockhash().await?;
        let transactions = network.chain.transactions();
        let note = memo.as_deref();
        let (transaction, sent) = match amount.currency {
            Currency::Io => {
                let io = Io(amount.base_units);
                (
                    transactions.send_io(&recent, &*wallet, to, io, note)?,
                    Movement::Sent(io),
                )
            }
            Currency::Sol => {
                let sol = Lamports(amount.base_units);
                (
                    transactions.send_sol(&recent, &*wallet, to, sol, note)?,
                    Movement::SentSol(sol),
                )
            }
            Currency::Usdc => return Err(no_usdc()),
        };
        // What would fail is said before anything is written down.
        self.try_out(&transaction).await?;

        let whom = known.name.unwrap_or_else(|| to.short());
        let told = memo.map_or_else(|| whom.clone(), |memo| format!("{whom}: {memo}"));
        let cost = Lamports(transaction.fee.0.saturating_add(sending.rent.0));
        let fee = entry(format!("{}:fee", request.key), Movement::NetworkFee(cost))?;
        // The history counts all own wallets as one: what moves between them leaves nothing but the fee.
        let (kind, entries) = if known.own {
            (
                OutboxKind::Move,
                vec![fee.note(format!("{amount} moved to {told}"))],
            )
        } else {
            let sent = entry(&request.key, sent)?.note(told);
            (OutboxKind::Send, vec![sent, fee])
        };
        let mut tx = self.inner.store.begin().await?;
        // The same key may have been faster by another connection.
        if let Some(row) = outbox::find(&mut tx, &key).await? {
            return became(&row);
        }
        contacts::sent_to(&mut tx, to, now()).await?;
        let plan = Plan {
            kind,
            key: request.key.clone(),
            lease: None,
            transaction,
            entries,
        };
        let signature = self.submit(tx, plan).await;
        self.state().reviewed.remove(&request.key);
        self.changed(Topic::Wallet);
        Ok(TxView {
            signature: signature?,
        })
    }

    /// What sending takes from the wallet.
    async fn sending(
        &self,
        from: WalletAddress,
        to: WalletAddress,
        amount: Amount,
        memo: Option<&str>,
    ) -> Result<Sending, IpcError> {
        if amount.base_units == 0 {
            return Err(bad("The amount must be more than zero."));
        }
        if from == to {
            return Err(bad("This is the operating wallet's own address."));
        }
        let chain = &self.net().await?.chain;
        let recipient = chain.recipient(to).await?;
        let mut lines = vec![line("sent", amount.currency, amount.base_units, Fate::Spent)];
        let mut rent = Lamports::ZERO;
        match amount.currency {
            Currency::Io if !recipient.has_io_account => {
                rent = chain.rent(TOKEN_ACCOUNT_BYTES).await?;
                lines.push(line("recipient_account", Currency::Sol, rent.0, Fate::Spent));
            }
            Currency::Sol if !recipient.exists => {
                let least = chain.rent(0).await?;
                if amount.base_units < least.0 {
                    return Err(bad(format!(
                        "An address that holds nothing yet needs at least {least}."
                    )));
                }
            }
            Currency::Io | Currency::Sol => {}
            Currency::Usdc => return Err(no_usdc()),
        }
        let fee = self
            .fee_of(|build, recent, signer| match amount.currency {
                Currency::Sol => build.send_sol(recent, signer, to, Lamports(amount.base_units), memo),
                Currency::Io | Currency::Usdc => {
                    build.send_io(recent, signer, to, Io(amount.base_units), memo)
                }
            })
            .await?;
        lines.push(line("network_fee", Currency::Sol, fee.0, Fate::Spent));
        Ok(Sending {
            lines,
            rent,
            of_a_program: recipient.is_of_a_program,
        })
    }

    /// The chain lets a wallet hold nothing, or enough to exist.
    async fn enough_stays(&self, left: Lamports) -> Result<(), IpcError> {
        let least = self.net().await?.chain.rent(0).await?;
        if left == Lamports::ZERO || left >= least {
            return Ok(());
        }
        let text = format!("{left} would stay; the chain wants nothing or at least {least} to stay.");
        Err(IpcError::new(Code::InsufficientSol, text).mend("Send a little less, or all of it."))
    }

    fn remember(&self, key: String, pending: PendingSend) {
        let mut state = self.state();
        let reviewed = &mut state.reviewed;
        reviewed.retain(|_, pending| pending.at.elapsed() < REVIEW_LASTS);
        while reviewed.len() >= MAX_REVIEWED {
            let oldest = reviewed.iter().min_by_key(|(_, pending)| pending.at);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            reviewed.remove(&oldest);
        }
        reviewed.insert(key, pending);
    }

    /// The payment that was reviewed under a key, if it is the one that is asked for now.
    fn reviewed(&self, key: &str, same: impl Fn(&PendingSend) -> bool) -> Result<PendingSend, IpcError> {
        let pending = self.state().reviewed.get(key).cloned();
        pending
            .filter(|pending| pending.at.elapsed() < REVIEW_LASTS && same(pending))
            .ok_or_else(|| {
                IpcError::new(Code::NotFound, "This payment was not reviewed. Nothing was paid.")
                    .mend("Review it again, then send it.")
            })
    }
}

/// What became of a payment that was begun earlier.
fn became(row: &OutboxRow) -> Result<TxView, IpcError> {
    match row.state {
        OutboxState::Confirmed | OutboxState::Final => Ok(TxView {
            signature: row.signature,
        }),
        OutboxState::Prepared | OutboxState::Sent => {
            Err(IpcError::new(Code::AlreadyRunning, "This payment is on its way.")
                .mend("Wait a moment; the history shows what becomes of it. It is never paid twice."))
        }
        OutboxState::Expired | OutboxState::Failed => Err(IpcError::new(
            Code::TransactionExpired,
            "This payment did not happen. Nothing but perhaps a fee was paid.",
        )
        .mend("Review it again, then send it.")),
    }
}
