//! What is kept about this machine's devices: the last benchmark, and whether the owner lends them.

use hearth_types::{device::Benchmark, id::DeviceId};

use crate::{
    Session, StoreError, Tx,
    codec::{bytes, from_json, to_json},
    session::sealed::Connected,
};

/// A device as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceRow {
    /// The device.
    pub id: DeviceId,
    /// The last benchmark.
    pub benchmark: Option<Benchmark>,
    /// Part of the offer when lending; a device that nobody decided about is.
    pub lend: bool,
}

/// Keeps a benchmark, in place of an earlier one.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn set_benchmark(tx: &mut Tx, device: DeviceId, benchmark: &Benchmark) -> Result<(), StoreError> {
    let (id, json) = (device.0.as_slice(), to_json(benchmark, "device.benchmark")?);
    let upsert = sqlx::query!(
        "INSERT INTO device (id, benchmark) VALUES (?1, ?2)
         ON CONFLICT (id) DO UPDATE SET benchmark = excluded.benchmark",
        id,
        json
    );
    upsert.execute(tx.connection()).await?;
    Ok(())
}

/// Keeps whether the device is lent.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn set_lend(tx: &mut Tx, device: DeviceId, lend: bool) -> Result<(), StoreError> {
    let id = device.0.as_slice();
    let upsert = sqlx::query!(
        "INSERT INTO device (id, lend) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET lend = excluded.lend",
        id,
        lend
    );
    upsert.execute(tx.connection()).await?;
    Ok(())
}

/// All devices that something is kept about.
///
/// # Errors
/// [`StoreError`] when the file refuses or holds nonsense.
pub async fn list(session: &mut impl Session) -> Result<Vec<DeviceRow>, StoreError> {
    let select = sqlx::query!(r#"SELECT id, benchmark, lend AS "lend!: bool" FROM device ORDER BY id"#);
    let rows = select.fetch_all(session.connection()).await?;
    let devices = rows.into_iter().map(|row| {
        let benchmark = row.benchmark.map(|json| from_json(&json, "device.benchmark"));
        Ok(DeviceRow {
            id: DeviceId(bytes(&row.id, "device.id")?),
            benchmark: benchmark.transpose()?,
            lend: row.lend,
        })
    });
    devices.collect()
}
