//! Whatever is done to the file past the ledger shows, and the first entry that it touches is named.

use std::{
    cell::Cell,
    path::{Path, PathBuf},
};

use hearth_store::{
    Store,
    ledger::{self, Fact, Head, Movement, Price},
};
use hearth_types::{
    history::{EntryState, Verification},
    id::{DeviceId, LeaseId, TxSignature},
    money::{Currency, Io, Lamports, UsdNanos},
    time::UnixMillis,
};
use sqlx::{Connection, SqliteConnection};

use crate::samples::entry;

/// Four entries with everything that an entry can have; the second is void, so that there are five. Entries 1, 2, 4
/// and 5 have a price, 3 reverses.
async fn written(path: &Path) -> Head {
    let store = Store::open(path).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let price = Price {
        currency: Currency::Io,
        at: UnixMillis(500),
        price: UsdNanos(300_000_000),
        source: "a test".into(),
    };
    ledger::record_price(&mut tx, &price).await.unwrap();
    let faucet = ledger::record(
        &mut tx,
        entry("faucet", Movement::Faucet(Io(900_000_000))).note("A gift"),
    )
    .await
    .unwrap();
    ledger::advance(&mut tx, faucet, EntryState::Final, Some(TxSignature([1; 64])))
        .await
        .unwrap();
    let lost = ledger::record(&mut tx, entry("lost", Movement::Stake(Io(400_000_000))))
        .await
        .unwrap();
    ledger::void(&mut tx, lost, "expired").await.unwrap();
    let income = entry("income", Movement::LeaseIncome(Io(70_000_000)))
        .lease(LeaseId([2; 32]))
        .device(DeviceId([3; 32]))
        .note("Radeon");
    let fee = entry("fee", Movement::NetworkFee(Lamports(5_000)));
    let fact = |entry, signature| Fact {
        entry,
        state: EntryState::Confirmed,
        signature,
    };
    let facts = [fact(income, Some(TxSignature([4; 64]))), fact(fee, None)];
    ledger::record_all(&mut tx, &facts).await.unwrap();
    tx.commit().await.unwrap();
    let head = ledger::head(&mut store.read().await.unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(store.known_head(), Some(head));
    store.close().await;
    head
}

async fn verified(path: &Path, more: &[Head]) -> Verification {
    let store = Store::open(path).await.unwrap();
    let mut ends = more.to_vec();
    ends.extend(store.known_head());
    let verified = ledger::verify(&mut store.read().await.unwrap(), &ends)
        .await
        .unwrap();
    store.close().await;
    verified
}

/// As somebody would who knows the file: rules off, then whatever he likes.
async fn tamper(path: &Path, sql: &str) {
    let url = format!("sqlite://{}", path.display());
    let mut file = SqliteConnection::connect(&url).await.unwrap();
    let rules: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        .fetch_all(&mut file)
        .await
        .unwrap();
    let mut all = "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;".to_owned();
    for rule in rules {
        all.push_str(&format!("DROP TRIGGER {rule};"));
    }
    all.push_str(sql);
    sqlx::raw_sql(&all).execute(&mut file).await.unwrap();
    file.close().await.unwrap();
}

struct Folder {
    folder: tempfile::TempDir,
    original: PathBuf,
    copies: Cell<u32>,
}

impl Folder {
    async fn new() -> (Self, Head) {
        let folder = tempfile::tempdir().unwrap();
        let original = folder.path().join("hearth.db");
        let head = written(&original).await;
        let made = Self {
            folder,
            original,
            copies: Cell::new(0),
        };
        (made, head)
    }

    /// A fresh copy of database and noted end, in a folder of its own: threads that close the copy before may not be
    /// done with its files.
    fn copy(&self) -> PathBuf {
        self.copies.set(self.copies.get() + 1);
        let copy = self.folder.path().join(self.copies.get().to_string());
        std::fs::create_dir(&copy).unwrap();
        let copy = copy.join("hearth.db");
        for suffix in ["db", "head"] {
            std::fs::copy(self.original.with_extension(suffix), copy.with_extension(suffix)).unwrap();
        }
        copy
    }
}

#[tokio::test]
async fn an_untouched_history_holds() {
    let (folder, head) = Folder::new().await;
    let verified = verified(&folder.copy(), &[head]).await;
    assert!(verified.ok, "{:?}", verified.broken);
    assert_eq!(verified.entries, 5);
    assert_eq!(verified.head, Some(head.into()));
}

#[tokio::test]
async fn every_changed_value_is_found_and_its_entry_named() {
    let (folder, _) = Folder::new().await;
    // What is changed, and the first entry that it makes untrue.
    let changes = [
        ("UPDATE entry SET at_ms = at_ms + 1 WHERE id = 4", 4),
        ("UPDATE entry SET kind = 'reward' WHERE id = 4", 4),
        ("UPDATE entry SET state = 'void' WHERE id = 1", 1),
        ("UPDATE entry SET state = 'confirmed' WHERE id = 2", 2),
        ("UPDATE entry SET idempotency_key = 'incomf' WHERE id = 4", 4),
        ("UPDATE entry SET lease = zeroblob(32) WHERE id = 4", 4),
        ("UPDATE entry SET lease = NULL WHERE id = 4", 4),
        ("UPDATE entry SET device = zeroblob(32) WHERE id = 4", 4),
        ("UPDATE entry SET note = 'radeon' WHERE id = 4", 4),
        ("UPDATE entry SET note = '' WHERE id = 1", 1),
        ("UPDATE entry SET signature = zeroblob(64) WHERE id = 1", 1),
        ("UPDATE entry SET signature = NULL WHERE id = 4", 4),
        ("UPDATE entry SET signature = zeroblob(64) WHERE id = 5", 5),
        ("UPDATE entry SET reverses = 1 WHERE id = 3", 3),
        ("UPDATE entry SET currency = 'sol' WHERE id = 4", 4),
        ("UPDATE entry SET amount = amount + 1 WHERE id = 4", 4),
        ("UPDATE entry SET usd = usd + 1 WHERE id = 4", 4),
        ("UPDATE entry SET usd = NULL, price = NULL WHERE id = 4", 4),
        ("UPDATE entry SET price = NULL WHERE id = 1", 1),
        ("UPDATE price SET usd_nanos = usd_nanos + 1", 1),
        ("UPDATE price SET at_ms = at_ms - 1", 1),
        ("UPDATE price SET source = 'A test'", 1),
        ("DELETE FROM price", 1),
        ("UPDATE posting SET amount = amount * 2 WHERE entry = 4", 4),
        ("UPDATE posting SET usd = 1 WHERE entry = 5", 5),
        ("UPDATE posting SET account = 7 WHERE entry = 4 AND account = 1", 4),
        ("UPDATE account SET name = 'stake ' WHERE name = 'stake'", 2),
        ("DELETE FROM posting WHERE entry = 5", 5),
        ("INSERT INTO posting VALUES (5, 4, 1, NULL), (5, 6, -1, NULL)", 5),
        ("INSERT INTO posting VALUES (77, 4, 1, NULL)", 77),
        ("UPDATE link SET hash = zeroblob(32) WHERE entry = 4", 4),
        ("UPDATE link SET state = 'pending' WHERE entry = 4", 4),
        ("UPDATE link SET signed = 0 WHERE entry = 4", 4),
        ("UPDATE link SET signed = 1 WHERE entry = 5", 5),
        ("UPDATE link SET entry = 5 WHERE entry = 4", 5),
        // Removed: the entry alone, all of it, all of it with its place closed.
        ("DELETE FROM entry WHERE id = 4", 4),
        ("DELETE FROM entry WHERE id = 4; DELETE FROM posting WHERE entry = 4; DELETE FROM link WHERE entry = 4", 5),
        (
            "DELETE FROM entry WHERE id = 4; DELETE FROM posting WHERE entry = 4; DELETE FROM link WHERE entry = 4;
             UPDATE link SET id = id - 1 WHERE entry = 5",
            5,
        ),
        // Put in another order: two links, two entries.
        (
            "UPDATE link SET id = id + 1000 WHERE entry IN (4, 5);
             UPDATE link SET id = (SELECT MAX(id) + 1 FROM link WHERE id < 1000) WHERE entry = 5;
             UPDATE link SET id = (SELECT MAX(id) + 1 FROM link WHERE id < 1000) WHERE entry = 4",
            5,
        ),
        (
            "UPDATE entry SET id = 100 WHERE id = 4; UPDATE entry SET id = 4 WHERE id = 5;
             UPDATE entry SET id = 5 WHERE id = 100",
            4,
        ),
        // Put in between without a link.
        (
            "INSERT INTO entry SELECT 6, at_ms, kind, state, 'more', lease, note, NULL, NULL, currency, amount, usd,
                                      price, device FROM entry WHERE id = 5",
            6,
        ),
    ];
    for (sql, entry) in changes {
        let path = &folder.copy();
        tamper(path, sql).await;
        let verified = verified(path, &[]).await;
        let broken = verified.broken.expect(sql);
        assert!(!verified.ok);
        assert_eq!(broken.entry, Some(entry), "{sql}: {broken:?}");
    }
}

#[tokio::test]
async fn every_changed_byte_of_a_text_or_id_is_found() {
    let (folder, _) = Folder::new().await;
    let bytes = [
        ("entry", "idempotency_key", "entry.id = 4", 6),
        ("entry", "note", "entry.id = 4", 6),
        ("entry", "lease", "entry.id = 4", 32),
        ("entry", "device", "entry.id = 4", 32),
        ("entry", "signature", "entry.id = 4", 64),
        ("link", "hash", "entry = 4", 32),
    ];
    for (table, column, row, length) in bytes {
        // Every eighth byte and the last: each costs a file.
        for at in (1..=length).step_by(8).chain([length]) {
            let path = &folder.copy();
            let cast = if matches!(column, "idempotency_key" | "note") {
                "TEXT"
            } else {
                "BLOB"
            };
            let sql = format!(
                "UPDATE {table} SET {column} = CAST(
                     unhex(substr(hex({column}), 1, {at} * 2 - 2)
                         || printf('%02X', (unicode(unhex(substr(hex({column}), {at} * 2 - 1, 2))) + 1) & 127)
                         || substr(hex({column}), {at} * 2 + 1)) AS {cast})
                 WHERE {row}"
            );
            tamper(path, &sql).await;
            let broken = verified(path, &[]).await.broken.expect(&sql);
            assert_eq!(broken.entry, Some(4), "{sql}: {broken:?}");
        }
    }
}

#[tokio::test]
async fn a_missing_end_is_found_by_what_is_noted_beside_the_file() {
    let (folder, head) = Folder::new().await;
    let cut = "DELETE FROM entry WHERE id = 5; DELETE FROM posting WHERE entry = 5; DELETE FROM link WHERE entry = 5;
               DELETE FROM daily WHERE kind = 'network_fee'; DELETE FROM monthly WHERE kind = 'network_fee'";
    let path = &folder.copy();
    tamper(path, cut).await;
    let found = verified(path, &[]).await;
    assert!(!found.ok);
    assert!(found.broken.unwrap().what.contains("the end is missing"));
    // Work goes on, and the evidence stays.
    let store = Store::open(path).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    ledger::record(&mut tx, entry("later", Movement::Faucet(Io(1))))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    store.close().await;
    assert!(!verified(path, &[]).await.ok);
    // Whoever removes the note as well is shown by an end that is kept elsewhere.
    let path = &folder.copy();
    tamper(path, cut).await;
    std::fs::remove_file(path.with_extension("head")).unwrap();
    assert!(verified(path, &[]).await.ok);
    let found = verified(path, &[head]).await;
    assert!(!found.ok);
    // A chain made anew by somebody who knows how has another end.
    let other = Head {
        hash: [9; 32],
        ..head
    };
    assert!(!verified(&folder.copy(), &[other]).await.ok);
}

#[tokio::test]
async fn sums_that_do_not_follow_from_postings_are_found() {
    let (folder, _) = Folder::new().await;
    for sql in [
        "UPDATE daily SET settled = settled + 1 WHERE kind = 'lease_income' AND settled > 0",
        "DELETE FROM daily WHERE kind = 'network_fee'",
        "INSERT INTO daily VALUES (9, 'stake', 1, x'', 1, 1, 0, 0, 0, 0, 0, 0)",
    ] {
        let path = &folder.copy();
        tamper(path, sql).await;
        let broken = verified(path, &[]).await.broken.expect(sql);
        assert!(broken.what.contains("sums kept for 1970-01-"), "{broken:?}");
    }
    for sql in [
        "UPDATE monthly SET settled_usd = settled_usd - 1 WHERE kind = 'lease_income'",
        "DELETE FROM monthly WHERE kind = 'network_fee'",
        "INSERT INTO monthly VALUES (0, 'reward', 1, x'', 1, 1, 0, 0, 0, 0, 0, 0)",
    ] {
        let path = &folder.copy();
        tamper(path, sql).await;
        let broken = verified(path, &[]).await.broken.expect(sql);
        assert!(broken.what.contains("sums kept for 1970-01 "), "{broken:?}");
    }
}

#[test]
fn an_end_is_written_as_text() {
    let head = Head {
        links: 12,
        hash: [0xab; 32],
    };
    assert_eq!(head.to_string().parse::<Head>().unwrap(), head);
    for text in [
        "",
        "12",
        "12:",
        "x:00",
        "12:zz",
        &format!("-1:{}", "ab".repeat(32)),
    ] {
        assert!(text.parse::<Head>().is_err(), "{text}");
    }
}
