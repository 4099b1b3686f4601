//! Entries before a place, newest first, by each driving condition.

use super::{
    Found,
    filter::{Driver, Wanted},
    search::Search,
};
use crate::Session;

/// One query: what drives, then what sorts out. ?1 to ?8 are bound alike in all of them.
macro_rules! newest {
    ($driver:literal, $session:expr, $w:expr, $at:expr, $id:expr, $limit:expr $(, $more:expr)*) => {
        sqlx::query_as!(
            Found,
            r#"SELECT entry.id AS "id!: i64", entry.at_ms AS "at_ms!: i64", entry.kind AS "kind!: String",
                      entry.state AS "state!: String", entry.currency AS "currency!: String",
                      entry.amount AS "amount!: i64", entry.usd AS "usd?: i64", entry.lease AS "lease?: Vec<u8>",
                      entry.device AS "device?: Vec<u8>", entry.note AS "note!: String",
                      entry.signature AS "signature?: Vec<u8>", price.usd_nanos AS "price_nanos?: i64",
                      price.at_ms AS "price_at?: i64", price.source AS "price_source?: String"
               FROM entry LEFT JOIN price ON price.id = entry.price
               WHERE "# + $driver + r#" AND +entry.reverses IS NULL
                   AND entry.at_ms >= ?1 AND entry.at_ms <= ?2 AND (entry.at_ms < ?2 OR entry.id < ?3)
                   AND entry.kind = COALESCE(?5, entry.kind) AND entry.currency = COALESCE(?6, entry.currency)
                   AND entry.state = COALESCE(?7, entry.state) AND (?8 IS NULL OR entry.device = ?8)
                   AND (?9 IS NULL OR entry.lease = ?9)
               ORDER BY entry.at_ms DESC, entry.id DESC LIMIT ?4"#,
            $w.from,
            $at,
            $id,
            $limit,
            $w.kind,
            $w.currency,
            $w.state,
            $w.device,
            $w.lease
            $(, $more)*
        )
        .fetch_all($session.connection())
        .await
    };
}

/// At most `limit` entries before a place (time and number, both exclusive).
pub(super) async fn newest(
    session: &mut impl Session,
    wanted: &Wanted,
    before: (i64, i64),
    limit: i64,
) -> Result<Vec<Found>, sqlx::Error> {
    // Entries of the last moment before `until` are all wanted.
    let (at, id) = if wanted.until <= before.0 {
        (wanted.until.saturating_sub(1), i64::MAX)
    } else {
        before
    };
    match wanted.driver() {
        Driver::Text => {
            let Some(Search {
                words,
                ids,
                signatures,
            }) = &wanted.search
            else {
                return Ok(Vec::new());
            };
            // The newest of each note, whose newest are the newest of all.
            newest!(
                "entry.id IN (
                     SELECT newest.id FROM note CROSS JOIN entry AS newest
                     WHERE note.id IN (SELECT rowid FROM note_text WHERE note_text MATCH ?10) AND newest.id IN (
                         SELECT id FROM entry AS noted INDEXED BY entry_by_note
                         WHERE noted.note = note.text AND noted.note <> '' AND noted.reverses IS NULL
                             AND noted.at_ms >= ?1 AND noted.at_ms <= ?2 AND (noted.at_ms < ?2 OR noted.id < ?3)
                             AND noted.kind = COALESCE(?5, noted.kind)
                             AND noted.currency = COALESCE(?6, noted.currency)
                             AND noted.state = COALESCE(?7, noted.state) AND (?8 IS NULL OR noted.device = ?8)
                             AND (?9 IS NULL OR noted.lease = ?9)
                         ORDER BY noted.at_ms DESC, noted.id DESC LIMIT ?4)
                     UNION SELECT entry.id FROM json_each(?11) AS range
                         JOIN entry ON entry.lease >= unhex(range.value ->> 0) AND entry.lease <= unhex(range.value ->> 1)
                     UNION SELECT entry.id FROM json_each(?11) AS range
                         JOIN entry ON entry.device >= unhex(range.value ->> 0) AND entry.device <= unhex(range.value ->> 1)
                     UNION SELECT entry.id FROM json_each(?12) AS range
                         JOIN entry ON entry.signature >= unhex(range.value ->> 0)
                             AND entry.signature <= unhex(range.value ->> 1))",
                session, wanted, at, id, limit, words, ids, signatures
            )
        }
        Driver::Lease => newest!("entry.lease = ?9", session, wanted, at, id, limit),
        Driver::Device => newest!("entry.device = ?8", session, wanted, at, id, limit),
        Driver::State => newest!("entry.state = ?7", session, wanted, at, id, limit),
        Driver::Kind => newest!("entry.kind = ?5", session, wanted, at, id, limit),
        Driver::Currency => newest!("entry.currency = ?6", session, wanted, at, id, limit),
        Driver::Time => newest!("TRUE", session, wanted, at, id, limit),
    }
}
