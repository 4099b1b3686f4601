//! The file defends itself against whoever writes to it past the ledger.

use hearth_store::{
    Store, leases,
    ledger::{self, Movement},
    outbox,
};
use hearth_types::{history::EntryState, lease::Side, money::Io};
use sqlx::{Connection, SqliteConnection};

use crate::samples::{entry, lease, transaction};

#[tokio::test]
async fn history_cannot_be_rewritten_by_sql() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.db");
    let store = Store::open(&path).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let first = ledger::record(&mut tx, entry("a", Movement::Faucet(Io(9))))
        .await
        .unwrap();
    let second = ledger::record(&mut tx, entry("b", Movement::Stake(Io(5))))
        .await
        .unwrap();
    ledger::advance(&mut tx, first, EntryState::Final, None)
        .await
        .unwrap();
    ledger::advance(&mut tx, second, EntryState::Confirmed, None)
        .await
        .unwrap();
    outbox::prepare(&mut tx, transaction("b", 1, vec![second]))
        .await
        .unwrap();
    leases::insert(&mut tx, lease(1, Side::Renter)).await.unwrap();
    leases::abandon(
        &mut tx,
        crate::samples::renter(1),
        "expired",
        hearth_types::time::UnixMillis(2),
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let before = ledger::balances(&mut store.read().await.unwrap()).await.unwrap();
    store.close().await;

    let url = format!("sqlite://{}", path.display());
    let mut sql = SqliteConnection::connect(&url).await.unwrap();
    let append_only = "append-only";
    let forbidden = [
        ("UPDATE link SET hash = zeroblob(32)", append_only),
        ("DELETE FROM link", append_only),
        (
            "INSERT INTO link (id, entry, state, signed, hash) VALUES (99, 1, 'final', 0, zeroblob(32))",
            append_only,
        ),
        ("UPDATE entry SET amount = 8 WHERE id = 1", append_only),
        ("UPDATE entry SET device = zeroblob(32) WHERE id = 1", append_only),
        ("UPDATE entry SET state = 'final' WHERE id = 2", "needs its link"),
        ("UPDATE posting SET amount = amount * 2", append_only),
        ("DELETE FROM posting", append_only),
        (
            "INSERT OR REPLACE INTO posting (entry, account, amount) VALUES (1, 1, 7)",
            "entry is complete",
        ),
        (
            "INSERT INTO posting (entry, account, amount) VALUES (1, 3, 7)",
            "entry is complete",
        ),
        (
            "INSERT INTO posting (entry, account, amount) VALUES (77, 1, 7)",
            "FOREIGN KEY",
        ),
        ("DELETE FROM entry WHERE id = 1", append_only),
        ("UPDATE entry SET note = 'other' WHERE id = 1", append_only),
        ("UPDATE entry SET lease = zeroblob(32) WHERE id = 1", append_only),
        (
            "UPDATE entry SET state = 'pending' WHERE id = 1",
            "only goes forward",
        ),
        (
            "BEGIN; INSERT INTO link SELECT MAX(id) + 1, 2, 'void', 0, zeroblob(32) FROM link;
             UPDATE entry SET state = 'void' WHERE id = 2",
            "needs its reversing entry",
        ),
        (
            "UPDATE entry SET state = 'submitted' WHERE id = 2",
            "only goes forward",
        ),
        (
            "INSERT OR REPLACE INTO entry (id, at_ms, kind, state, idempotency_key, note)
             VALUES (1, 1, 'stake', 'final', 'a', '')",
            append_only,
        ),
        (
            "INSERT INTO entry (at_ms, kind, state, idempotency_key, note) VALUES (1, 'stake', 'final', 'n', '')",
            "needs its link",
        ),
        (
            "BEGIN; INSERT INTO link SELECT MAX(id) + 1, 50, 'final', 0, zeroblob(32) FROM link;
             INSERT INTO posting (entry, account, amount) VALUES (50, 1, 7), (50, 3, -6);
             INSERT INTO entry (id, at_ms, kind, state, idempotency_key, note)
             VALUES (50, 1, 'stake', 'final', 'x', '');",
            "add up to zero",
        ),
        (
            // Accounts 1 and 2 are of different currencies.
            "BEGIN; INSERT INTO link SELECT MAX(id) + 1, 50, 'final', 0, zeroblob(32) FROM link;
             INSERT INTO posting (entry, account, amount) VALUES (50, 1, 7), (50, 2, -7);
             INSERT INTO entry (id, at_ms, kind, state, idempotency_key, note)
             VALUES (50, 1, 'stake', 'final', 'x', '');",
            "add up to zero",
        ),
        (
            "BEGIN; INSERT INTO link SELECT MAX(id) + 1, 51, 'void', 0, zeroblob(32) FROM link;
             INSERT INTO posting (entry, account, amount) VALUES (51, 1, 4), (51, 3, -4);
             INSERT INTO entry (id, at_ms, kind, state, idempotency_key, note, reverses)
             VALUES (51, 1, 'stake', 'void', 'y', '', 2);",
            "mirrors what it reverses",
        ),
        ("DELETE FROM outbox", append_only),
        ("UPDATE outbox SET signed_transaction = x'00'", "stays as it is"),
        ("UPDATE outbox SET attempt = 2", "stays as it is"),
        (
            // The first can still run.
            "INSERT INTO outbox (kind, idempotency_key, attempt, signed_transaction, signature,
                                 last_valid_block_height, state, created_at)
             VALUES ('stake', 'b', 2, x'00', zeroblob(64), 1, 'prepared', 1)",
            "not proven dead",
        ),
        (
            "BEGIN; UPDATE outbox SET state = 'expired'; UPDATE outbox SET state = 'sent';",
            "last word stays",
        ),
        ("UPDATE lease SET stage = 'running'", "only goes forward"),
    ];
    for (statement, reason) in forbidden {
        let error = sqlx::raw_sql(statement)
            .execute(&mut sql)
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains(reason), "{statement}: {error}");
        // Some left a transaction open, others did not begin one.
        let _ = sqlx::raw_sql("ROLLBACK").execute(&mut sql).await;
    }
    sql.close().await.unwrap();

    let store = Store::open(&path).await.unwrap();
    let after = ledger::balances(&mut store.read().await.unwrap()).await.unwrap();
    assert_eq!(after, before);
}
