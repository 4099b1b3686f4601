//! What the owner chose.

use hearth_types::{
    ipc::Settings,
    money::{IoPerSecond, Lamports},
};
use serde_json::Value;

use crate::{
    Session, StoreError, Tx,
    codec::{from_json, to_json},
    session::sealed::Connected,
};

const WHAT: &str = "settings.json";

/// What holds until the owner chooses: the system's language, no autostart, 1 IO an hour, leases of a day at most,
/// lending resumes with the daemon, an idle wallet locks after half an hour, at most 0.0001 SOL for priority.
#[must_use]
pub fn defaults() -> Settings {
    Settings {
        language: None,
        autostart: false,
        // 1.08 IO an hour: a whole number of base units a second, so that no screen has to round it.
        price: IoPerSecond(30_000),
        max_lease_seconds: 24 * 3600,
        lend_on_start: true,
        lock_after_minutes: 30,
        // A twentieth of what an account's rent takes.
        max_priority_fee: Lamports(100_000),
    }
}

/// The settings; what the file does not know is as in [`defaults`], so that a setting can be added later.
///
/// # Errors
/// [`StoreError`] when the file refuses or holds nonsense.
pub async fn load(session: &mut impl Session) -> Result<Settings, StoreError> {
    let select = sqlx::query_scalar!("SELECT json FROM settings WHERE id = 1");
    let Some(json) = select.fetch_optional(session.connection()).await? else {
        return Ok(defaults());
    };
    let stored: Value = from_json(&json, WHAT)?;
    let mut merged = from_json::<Value>(&to_json(&defaults(), WHAT)?, WHAT)?;
    if let (Value::Object(merged), Value::Object(stored)) = (&mut merged, stored) {
        merged.extend(stored);
    }
    serde_json::from_value(merged).map_err(|source| StoreError::Json { what: WHAT, source })
}

/// Keeps the settings.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn save(tx: &mut Tx, settings: &Settings) -> Result<(), StoreError> {
    let json = to_json(settings, WHAT)?;
    let upsert = sqlx::query!(
        "INSERT INTO settings (id, json) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET json = excluded.json",
        json
    );
    upsert.execute(tx.connection()).await?;
    Ok(())
}
