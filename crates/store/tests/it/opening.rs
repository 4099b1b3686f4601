//! Opening: old files, newer files, damaged files, taken folders.

use std::{
    fs,
    future::{Future as _, poll_fn},
    path::Path,
    pin::pin,
    task::Poll,
};

use hearth_store::{
    Store, StoreError, devices, leases,
    ledger::{self, Account, Movement},
    outbox, settings,
};
use hearth_types::{
    history::{EntryState, HistoryFilter},
    id::DeviceId,
    lease::Side,
    money::{Currency, Io},
};
use sqlx::{ConnectOptions, Connection, SqliteConnection, migrate::Migrator, sqlite::SqliteConnectOptions};

use crate::samples::{entry, held, lease, transaction};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

/// Not what this version begins with.
fn chosen() -> hearth_types::ipc::Settings {
    hearth_types::ipc::Settings {
        price: hearth_types::money::IoPerSecond(27_777),
        ..settings::defaults()
    }
}

/// What every stored old file holds; written with the version of its name.
async fn fill(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    let faucet = ledger::record(&mut tx, entry("faucet:1", Movement::Faucet(Io(1_000))))
        .await
        .unwrap();
    ledger::advance(&mut tx, faucet, EntryState::Final, None)
        .await
        .unwrap();
    let stake = ledger::record(&mut tx, entry("stake:1", Movement::Stake(Io(400))))
        .await
        .unwrap();
    outbox::prepare(&mut tx, transaction("stake:1", 1, vec![stake]))
        .await
        .unwrap();
    leases::insert(&mut tx, lease(1, Side::Renter)).await.unwrap();
    devices::set_lend(&mut tx, DeviceId([6; 32]), false)
        .await
        .unwrap();
    settings::save(&mut tx, &chosen()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn check(store: &Store) {
    let mut read = store.read().await.unwrap();
    let balances = ledger::balances(&mut read).await.unwrap();
    assert_eq!(held(&balances, Account::Wallet, Currency::Io), 600);
    assert_eq!(held(&balances, Account::Stake, Currency::Io), 400);
    let settled = ledger::settled_balances(&mut read).await.unwrap();
    assert_eq!(held(&settled, Account::Wallet, Currency::Io), 1_000);
    assert_eq!(outbox::unfinished(&mut read).await.unwrap().len(), 1);
    assert_eq!(leases::unfinished(&mut read).await.unwrap().len(), 1);
    assert!(!devices::list(&mut read).await.unwrap()[0].lend);
    let known: Vec<_> = store.known_head().into_iter().collect();
    let verified = ledger::verify(&mut read, &known).await.unwrap();
    assert!(verified.ok && verified.entries == 2, "{verified:?}");
    let shown = ledger::history(&mut read, None, 10).await.unwrap();
    assert_eq!(
        shown.iter().map(|row| row.amount).collect::<Vec<_>>(),
        [-400, 1_000]
    );
    // What was chosen then holds, whatever a later version begins with.
    assert_eq!(settings::load(&mut read).await.unwrap(), chosen());
}

/// Writes the file of the present version: `cargo test -p hearth-store -- --ignored write_the_old_file`, once per
/// migration, before it is released.
#[tokio::test]
#[ignore = "writes a fixture"]
async fn write_the_old_file() {
    let path = Path::new(FIXTURES).join("v3.db");
    let _ = fs::remove_file(&path);
    let store = Store::open(&path).await.unwrap();
    fill(&store).await;
    store.close().await;
    fs::remove_file(path.with_extension("lock")).unwrap();
    fs::remove_file(path.with_extension("head")).unwrap();
}

#[tokio::test]
async fn every_old_file_opens_with_everything_in_it() {
    for file in fs::read_dir(FIXTURES).unwrap() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hearth.db");
        fs::copy(file.unwrap().path(), &path).unwrap();
        let store = Store::open(&path).await.unwrap();
        check(&store).await;
        store.close().await;
        // And again: nothing is migrated twice.
        check(&Store::open(&path).await.unwrap()).await;
    }
}

#[tokio::test]
async fn a_history_from_before_the_sums_by_month_is_summed_and_searched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.db");
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let mut old = options.connect().await.unwrap();
    let migrations = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"));
    let mut migrations = Migrator::new(migrations).await.unwrap();
    migrations
        .migrations
        .to_mut()
        .retain(|migration| migration.version < 6);
    migrations.run(&mut old).await.unwrap();
    // 100 units on the first day of November 2026, 200 twenty days later, and so on.
    let fill = "BEGIN;
        WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 5)
        INSERT INTO posting
        SELECT n, id, CASE name WHEN 'wallet' THEN n * 100 ELSE n * -100 END, NULL
        FROM n, account WHERE name IN ('wallet', 'income:lease') AND currency = 'io';
        INSERT INTO link SELECT DISTINCT entry, entry, 'final', 0, zeroblob(32) FROM posting ORDER BY 1;
        INSERT INTO entry (id, at_ms, kind, state, idempotency_key, note, currency, amount)
        SELECT id, 1793491200000 + (id - 1) * 20 * 86400000, 'lease_income', 'final', 'k' || id,
               CASE WHEN id % 2 THEN 'Radeon RX 6800' ELSE 'GeForce RTX 4090' END, 'io', id * 100
        FROM link ORDER BY id;
        COMMIT";
    sqlx::raw_sql(fill).execute(&mut old).await.unwrap();
    old.close().await.unwrap();
    let store = Store::open(&path).await.unwrap();
    let mut read = store.read().await.unwrap();
    for (text, ids) in [
        ("", &[5, 4, 3, 2, 1][..]),
        ("radeon", &[5, 3, 1]),
        ("rtx 40", &[4, 2]),
    ] {
        let filter = HistoryFilter {
            text: text.into(),
            ..HistoryFilter::default()
        };
        let page = ledger::page(&mut read, &filter, None, 10).await.unwrap();
        assert_eq!(page.rows.iter().map(|row| row.entry.id).collect::<Vec<_>>(), ids);
        let total = &page.totals[0];
        assert_eq!(
            (total.count, total.amount),
            (ids.len() as u64, ids.iter().sum::<i64>() * 100)
        );
    }
    let december = ledger::month(&mut read, "2026-12".parse().unwrap())
        .await
        .unwrap();
    let wallet = &december.currencies[0].accounts[0];
    assert_eq!((wallet.opening, wallet.closing), (300, 1_000));
    let balances = ledger::balances(&mut read).await.unwrap();
    assert_eq!(held(&balances, Account::Wallet, Currency::Io), 1_500);
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.db");
    Store::open(&path).await.unwrap().close().await;
    let mut sql = SqliteConnection::connect(&format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    let insert = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                  VALUES (9999, 'later', TRUE, x'00', 0)";
    sqlx::raw_sql(insert).execute(&mut sql).await.unwrap();
    sql.close().await.unwrap();
    let before = fs::read(&path).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Newer { found: 9999, .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("newer version"));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[tokio::test]
async fn a_second_engine_on_the_same_folder_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data/hearth.db");
    let first = Store::open(&path).await.unwrap();
    assert!(matches!(Store::open(&path).await, Err(StoreError::Locked { .. })));
    let clone = first.clone();
    first.close().await;
    assert!(matches!(Store::open(&path).await, Err(StoreError::Locked { .. })));
    drop(clone);
    Store::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_called_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.db");
    fs::write(&path, "This is a letter, not a database. ".repeat(200)).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hearth.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store).await;
    for name in ["hearth.db", "hearth.db-wal"] {
        let mode = fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_never_happened_and_readers_see_commits() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("hearth.db")).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    ledger::record(&mut tx, entry("a", Movement::Faucet(Io(1))))
        .await
        .unwrap();
    let outside = ledger::history(&mut store.read().await.unwrap(), None, 10)
        .await
        .unwrap();
    assert_eq!(outside.len(), 0, "not committed yet");
    drop(tx);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(ledger::history(&mut tx, None, 10).await.unwrap().len(), 0);
    ledger::record(&mut tx, entry("a", Movement::Faucet(Io(1))))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let outside = ledger::history(&mut store.read().await.unwrap(), None, 10)
        .await
        .unwrap();
    assert_eq!(outside.len(), 1);
}

#[tokio::test]
async fn a_begin_that_is_cancelled_leaves_nothing_open() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("hearth.db")).await.unwrap();
    // Given up at each place where it waits.
    for looks in 0..10 {
        let mut begin = pin!(store.begin());
        let mut looked = 0;
        poll_fn(|context| {
            looked += 1;
            match begin.as_mut().poll(context) {
                Poll::Ready(begun) => {
                    begun.unwrap();
                    Poll::Ready(())
                }
                Poll::Pending if looked > looks => Poll::Ready(()),
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
    }
    store.begin().await.unwrap().commit().await.unwrap();
    store.next_counter("after", 0).await.unwrap();
}
