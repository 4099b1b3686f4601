//! Bare SQLite writes the same rows into the same schema.

use std::{path::Path, time::Duration, time::Instant};

use hearth_store::Store;
use rusqlite::{Connection, params, types::Value};

use crate::{
    report::Report,
    writing::{SINGLE, STEP},
};

/// The rows of one entry.
struct Rows {
    entry: Vec<Value>,
    postings: Vec<Vec<Value>>,
    links: Vec<Vec<Value>>,
}

const ENTRY: &str = "id, at_ms, kind, state, idempotency_key, lease, note, signature, reverses, currency, amount, usd, \
                     price, device";

fn open(file: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 4194304;",
    )?;
    Ok(connection)
}

fn rows(connection: &Connection, sql: &str, of: i64) -> anyhow::Result<Vec<Vec<Value>>> {
    let mut select = connection.prepare_cached(sql)?;
    let columns = select.column_count();
    let rows = select.query_map([of], |row| (0..columns).map(|column| row.get(column)).collect())?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn rows_of(source: &Connection, id: i64) -> anyhow::Result<Rows> {
    let entry = rows(source, &format!("SELECT {ENTRY} FROM entry WHERE id = ?1"), id)?;
    Ok(Rows {
        entry: entry.into_iter().next().unwrap_or_default(),
        postings: rows(
            source,
            "SELECT entry, account, amount, usd FROM posting WHERE entry = ?1",
            id,
        )?,
        links: rows(
            source,
            "SELECT id, entry, state, signed, hash FROM link WHERE entry = ?1",
            id,
        )?,
    })
}

fn write(connection: &Connection, rows: &Rows) -> anyhow::Result<()> {
    let mut insert = connection
        .prepare_cached("INSERT INTO posting (entry, account, amount, usd) VALUES (?1, ?2, ?3, ?4)")?;
    for posting in &rows.postings {
        insert.execute(rusqlite::params_from_iter(posting))?;
    }
    let mut insert = connection
        .prepare_cached("INSERT INTO link (id, entry, state, signed, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for link in &rows.links {
        insert.execute(rusqlite::params_from_iter(link))?;
    }
    let mut insert = connection.prepare_cached(&format!(
        "INSERT INTO entry ({ENTRY}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
    ))?;
    insert.execute(rusqlite::params_from_iter(&rows.entry))?;
    Ok(())
}

/// As many in a transaction as the ledger had.
pub(crate) async fn many(report: &mut Report, source: &Path, file: &Path) -> anyhow::Result<()> {
    // The schema comes from the ledger's own migrations.
    Store::open(file).await?.close().await;
    let source = open(source)?;
    let connection = open(file)?;
    copy_prices(&source, &connection)?;
    let last: i64 = source.query_row("SELECT MAX(id) FROM entry", [], |row| row.get(0))?;
    let step = i64::try_from(STEP)?;
    let mut took = Duration::ZERO;
    let mut first = 1;
    while first <= last {
        let ids = first..=last.min(first + step - 1);
        let all = ids
            .map(|id| rows_of(&source, id))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let began = Instant::now();
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for rows in &all {
            write(&connection, rows)?;
        }
        connection.execute_batch("COMMIT")?;
        took += began.elapsed();
        first += step;
    }
    report.bare = (last * 2) as f64 / took.as_secs_f64();
    Ok(())
}

fn copy_prices(source: &Connection, connection: &Connection) -> anyhow::Result<()> {
    let mut select = source.prepare("SELECT id, currency, at_ms, usd_nanos, source FROM price")?;
    let mut prices = select.query([])?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    while let Some(price) = prices.next()? {
        let mut insert = connection.prepare_cached("INSERT INTO price VALUES (?1, ?2, ?3, ?4, ?5)")?;
        insert.execute(params![
            price.get::<_, i64>(0)?,
            price.get::<_, String>(1)?,
            price.get::<_, i64>(2)?,
            price.get::<_, i64>(3)?,
            price.get::<_, String>(4)?
        ])?;
    }
    connection.execute_batch("COMMIT")?;
    Ok(())
}

/// One movement in each transaction.
pub(crate) fn single(report: &mut Report, file: &Path) -> anyhow::Result<()> {
    let source = open(&file.with_file_name("hearth.db"))?;
    let connection = open(file)?;
    let last: i64 = connection.query_row("SELECT MAX(id) FROM entry", [], |row| row.get(0))?;
    let ids = last + 1..=last + i64::try_from(SINGLE)?;
    let all = ids
        .map(|id| rows_of(&source, id))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let began = Instant::now();
    for rows in &all {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        write(&connection, rows)?;
        connection.execute_batch("COMMIT")?;
    }
    report.bare = (SINGLE * 2) as f64 / began.elapsed().as_secs_f64();
    Ok(())
}
