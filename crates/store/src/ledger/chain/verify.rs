//! Is the history as it was written?

use std::collections::{BTreeMap, HashMap};

use hearth_types::history::{LedgerBreak, Verification};

use super::{
    EntryFacts, Head, PostingFacts, PriceFacts,
    facts::{hash_entry, hash_state_bytes},
};
use crate::{Session, ledger::LedgerError};

/// Links checked at a time.
const STEP: i64 = 2_000;

/// What the links say of an entry.
struct Known {
    state: String,
    signed: bool,
}

/// Computes every hash again, from the first link to the last; then that every entry is linked and stands where its
/// last link says, that no posting is without an entry, that the sums by day are the sums of postings and those by
/// month of days, and that the chain holds every end in `ends`. Names the first thing that is wrong. The text index
/// for searches is not part of it.
///
/// # Errors
/// [`LedgerError::Store`] when the file cannot be read; what makes no sense in it is an answer, not an error.
pub async fn verify(session: &mut impl Session, ends: &[Head]) -> Result<Verification, LedgerError> {
    let mut check = Check {
        head: Head::START,
        known: HashMap::new(),
        missing_ends: ends.to_vec(),
    };
    let broken = match check.links(session).await? {
        Some(broken) => Some(broken),
        None => check.the_rest(session).await?,
    };
    let entries = u64::try_from(check.known.len()).unwrap_or(u64::MAX);
    Ok(Verification {
        ok: broken.is_none(),
        entries,
        head: (check.head.links > 0).then(|| check.head.into()),
        broken,
    })
}

struct Check {
    head: Head,
    known: HashMap<i64, Known>,
    /// Ends that the chain has not reached yet.
    missing_ends: Vec<Head>,
}

/// A link with what its entry says, when there is one.
struct LinkRow {
    number: i64,
    entry: i64,
    link_state: String,
    signed: i64,
    hash: Vec<u8>,
    id: Option<i64>,
    at_ms: Option<i64>,
    kind: Option<String>,
    idempotency_key: Option<String>,
    lease: Option<Vec<u8>>,
    device: Option<Vec<u8>>,
    note: Option<String>,
    signature: Option<Vec<u8>>,
    reverses: Option<i64>,
    currency: Option<String>,
    amount: Option<i64>,
    usd: Option<i64>,
    price: Option<i64>,
    price_at: Option<i64>,
    usd_nanos: Option<i64>,
    source: Option<String>,
}

struct PostingRow {
    account: String,
    currency: String,
    amount: i64,
    usd: Option<i64>,
}

fn broken(entry: i64, link: i64, what: &str) -> LedgerBreak {
    LedgerBreak {
        entry: Some(entry),
        link: Some(link),
        what: what.to_owned(),
    }
}

impl Check {
    async fn links(&mut self, session: &mut impl Session) -> Result<Option<LedgerBreak>, LedgerError> {
        let mut after = 0;
        loop {
            let rows = read_links(session, after).await?;
            let Some(last) = rows.last() else { return Ok(None) };
            let next = last.number;
            let mut postings = read_postings(session, &rows, &self.known).await?;
            for row in rows {
                if let Some(broken) = self.link(&row, postings.remove(&row.entry)) {
                    return Ok(Some(broken));
                }
            }
            after = next;
        }
    }

    /// Follows one link. The chain goes on from the hash that the file has, so that one change is one finding.
    fn link(&mut self, row: &LinkRow, postings: Option<Vec<PostingRow>>) -> Option<LedgerBreak> {
        let (entry, number) = (row.entry, row.number);
        if u64::try_from(number).ok() != Some(self.head.links + 1) {
            let missing = self.head.links + 1;
            return Some(broken(entry, number, &format!("link {missing} is missing")));
        }
        let signature = row.signature.as_deref().filter(|_| row.signed != 0);
        if row.signed != 0 && signature.is_none() {
            return Some(broken(entry, number, "the signature is gone"));
        }
        let computed = if self.known.contains_key(&entry) {
            hash_state_bytes(&self.head, entry, &row.link_state, signature)
        } else {
            let Some(facts) = facts(row, signature) else {
                return Some(broken(entry, number, "the entry is missing"));
            };
            let postings = postings.unwrap_or_default();
            let postings = postings.iter().map(|posting| PostingFacts {
                account: &posting.account,
                currency: &posting.currency,
                amount: posting.amount,
                usd: posting.usd,
            });
            hash_entry(&self.head, &facts, postings)
        };
        if computed.hash.as_slice() != row.hash {
            let what = "the entry, its postings, its state or its place is not what was written";
            return Some(broken(entry, number, what));
        }
        self.head = computed;
        self.missing_ends.retain(|end| *end != computed);
        let known = self.known.entry(entry).or_insert_with(|| Known {
            state: String::new(),
            signed: false,
        });
        known.state.clone_from(&row.link_state);
        known.signed |= row.signed != 0;
        None
    }

    /// What no single link shows.
    async fn the_rest(&self, session: &mut impl Session) -> Result<Option<LedgerBreak>, LedgerError> {
        // Nothing precedes the beginning.
        if let Some(end) = self.missing_ends.iter().find(|end| end.links > 0) {
            let what = if end.links > self.head.links {
                format!(
                    "{} links were known, only {} are left: the end is missing, or the file is from a backup",
                    end.links, self.head.links
                )
            } else {
                format!("link {} has another hash than was known", end.links)
            };
            return Ok(Some(LedgerBreak {
                entry: None,
                link: i64::try_from(end.links).ok(),
                what,
            }));
        }
        if let Some(broken) = self.entries(session).await? {
            return Ok(Some(broken));
        }
        let orphan = sqlx::query_scalar!(
            r#"SELECT MIN(entry) AS "entry: i64" FROM posting
               WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.id = posting.entry)"#
        );
        let orphan = orphan.fetch_one(session.connection()).await?;
        if orphan.is_some() {
            return Ok(Some(LedgerBreak {
                entry: orphan,
                link: None,
                what: "postings without their entry".to_owned(),
            }));
        }
        sums(session).await
    }

    async fn entries(&self, session: &mut impl Session) -> Result<Option<LedgerBreak>, LedgerError> {
        let mut after = 0;
        loop {
            let rows = sqlx::query!(
                r#"SELECT id, state, signature IS NOT NULL AS "signed!: bool" FROM entry
                   WHERE id > ?1 ORDER BY id LIMIT ?2"#,
                after,
                STEP
            );
            let rows = rows.fetch_all(session.connection()).await?;
            let Some(last) = rows.last() else { return Ok(None) };
            after = last.id;
            for row in rows {
                let what = match self.known.get(&row.id) {
                    None => "the entry was never linked",
                    Some(known) if known.state != row.state => "the state is not what was written",
                    Some(known) if known.signed != row.signed => "the signature is not what was written",
                    Some(_) => continue,
                };
                return Ok(Some(LedgerBreak {
                    entry: Some(row.id),
                    link: None,
                    what: what.to_owned(),
                }));
            }
        }
    }
}

fn facts<'a>(row: &'a LinkRow, signature: Option<&'a [u8]>) -> Option<EntryFacts<'a>> {
    let price =
        match row.price {
            None => None,
            // A price that is gone hashes as none, which is not what was written.
            Some(_) => row.price_at.zip(row.usd_nanos).zip(row.source.as_deref()).map(
                |((at_ms, usd_nanos), source)| PriceFacts {
                    at_ms,
                    usd_nanos,
                    source,
                },
            ),
        };
    Some(EntryFacts {
        id: row.id?,
        at_ms: row.at_ms?,
        kind: row.kind.as_deref()?,
        state: &row.link_state,
        key: row.idempotency_key.as_deref()?,
        lease: row.lease.as_deref(),
        device: row.device.as_deref(),
        note: row.note.as_deref()?,
        reverses: row.reverses,
        currency: row.currency.as_deref()?,
        amount: row.amount?,
        usd: row.usd,
        price,
        signature,
    })
}

async fn read_links(session: &mut impl Session, after: i64) -> Result<Vec<LinkRow>, LedgerError> {
    let select = sqlx::query_as!(
        LinkRow,
        r#"SELECT link.id AS "number!: i64", link.entry AS "entry!: i64", link.state AS "link_state!: String",
                  link.signed AS "signed!: i64", link.hash AS "hash!: Vec<u8>",
                  entry.id AS "id?: i64", entry.at_ms AS "at_ms?: i64", entry.kind AS "kind?: String",
                  entry.idempotency_key AS "idempotency_key?: String", entry.lease AS "lease?: Vec<u8>",
                  entry.device AS "device?: Vec<u8>", entry.note AS "note?: String",
                  entry.signature AS "signature?: Vec<u8>", entry.reverses AS "reverses?: i64",
                  entry.currency AS "currency?: String", entry.amount AS "amount?: i64", entry.usd AS "usd?: i64",
                  entry.price AS "price?: i64", price.at_ms AS "price_at?: i64",
                  price.usd_nanos AS "usd_nanos?: i64", price.source AS "source?: String"
           FROM link LEFT JOIN entry ON entry.id = link.entry LEFT JOIN price ON price.id = entry.price
           WHERE link.id > ?1 ORDER BY link.id LIMIT ?2"#,
        after,
        STEP
    );
    Ok(select.fetch_all(session.connection()).await?)
}

/// The postings of the entries that begin in these links.
async fn read_postings(
    session: &mut impl Session,
    links: &[LinkRow],
    known: &HashMap<i64, Known>,
) -> Result<BTreeMap<i64, Vec<PostingRow>>, LedgerError> {
    let new: Vec<i64> = links
        .iter()
        .map(|link| link.entry)
        .filter(|entry| !known.contains_key(entry))
        .collect();
    let wanted = crate::codec::to_json(&new, "entries")?;
    let select = sqlx::query!(
        r#"SELECT posting.entry, account.name, account.currency, posting.amount, posting.usd AS "usd?: i64"
           FROM posting JOIN account ON account.id = posting.account
           WHERE posting.entry IN (SELECT value FROM json_each(?1)) ORDER BY posting.entry, account.name"#,
        wanted
    );
    let mut postings = BTreeMap::<i64, Vec<PostingRow>>::new();
    for row in select.fetch_all(session.connection()).await? {
        postings.entry(row.entry).or_default().push(PostingRow {
            account: row.name,
            currency: row.currency,
            amount: row.amount,
            usd: row.usd,
        });
    }
    Ok(postings)
}

/// The first day, or else month, whose sums are not those of its postings.
async fn sums(session: &mut impl Session) -> Result<Option<LedgerBreak>, LedgerError> {
    let select = sqlx::query!(
        r#"WITH told AS (
               SELECT at_ms / 86400000 AS day, kind, account, COALESCE(device, x'') AS device,
                      SUM(state IN ('pending', 'submitted')) AS open_entries,
                      SUM(CASE WHEN state IN ('pending', 'submitted') THEN posting.amount ELSE 0 END) AS open,
                      SUM(CASE WHEN state IN ('pending', 'submitted') THEN COALESCE(posting.usd, 0) ELSE 0 END)
                          AS open_usd,
                      SUM(state IN ('pending', 'submitted') AND posting.usd IS NULL) AS open_unpriced,
                      SUM(state IN ('confirmed', 'final')) AS settled_entries,
                      SUM(CASE WHEN state IN ('confirmed', 'final') THEN posting.amount ELSE 0 END) AS settled,
                      SUM(CASE WHEN state IN ('confirmed', 'final') THEN COALESCE(posting.usd, 0) ELSE 0 END)
                          AS settled_usd,
                      SUM(state IN ('confirmed', 'final') AND posting.usd IS NULL) AS settled_unpriced
               FROM entry JOIN posting ON posting.entry = entry.id WHERE state <> 'void'
               GROUP BY 1, 2, 3, 4
           ), kept AS (
               SELECT * FROM daily WHERE open_entries <> 0 OR settled_entries <> 0
                   OR open <> 0 OR settled <> 0 OR open_usd <> 0 OR settled_usd <> 0
                   OR open_unpriced <> 0 OR settled_unpriced <> 0
           )
           SELECT MIN(day) AS "day: i64" FROM (
               SELECT * FROM (SELECT * FROM told EXCEPT SELECT * FROM kept)
               UNION ALL SELECT * FROM (SELECT * FROM kept EXCEPT SELECT * FROM told)
           )"#
    );
    if let Some(day) = select.fetch_one(session.connection()).await?.day {
        return Ok(Some(wrong_sums(day, 10)));
    }
    let select = sqlx::query_scalar!(
        r#"WITH told AS (
               SELECT COALESCE(unixepoch(day * 86400, 'unixepoch', 'start of month') / 86400, day) AS month,
                      kind, account, device,
                      SUM(open_entries), SUM(open), SUM(open_usd), SUM(open_unpriced),
                      SUM(settled_entries), SUM(settled), SUM(settled_usd), SUM(settled_unpriced)
               FROM daily GROUP BY 1, 2, 3, 4
           )
           SELECT MIN(month) AS "month: i64" FROM (
               SELECT * FROM (SELECT * FROM told EXCEPT SELECT * FROM monthly)
               UNION ALL SELECT * FROM (SELECT * FROM monthly EXCEPT SELECT * FROM told)
           )"#
    );
    let month = select.fetch_one(session.connection()).await?;
    Ok(month.map(|month| wrong_sums(month, 7)))
}

/// Of a day or of a month, by how many characters of the first day's text name it.
fn wrong_sums(first_day: i64, name: usize) -> LedgerBreak {
    let at = u64::try_from(first_day)
        .unwrap_or(0)
        .saturating_mul(hearth_types::time::DAY_MILLIS);
    let text = hearth_types::time::UnixMillis(at).utc_text();
    LedgerBreak {
        entry: None,
        link: None,
        what: format!(
            "the sums kept for {} are not those of its postings",
            text.get(..name).unwrap_or(&text)
        ),
    }
}
