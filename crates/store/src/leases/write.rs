//! New leases, and facts about them that move no stage.

use hearth_types::{
    id::TxSignature,
    job::Job,
    lease::{LeaseStage, Side},
    market::Quote,
    time::UnixMillis,
};
use sqlx::sqlite::SqliteQueryResult;

use super::{LeaseError, LeaseKey, SealedSecret};
use crate::{
    Tx,
    codec::{Word, moment, to_json},
    session::sealed::Connected,
};

/// A lease to be written down, at stage opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLease {
    /// Which side this is.
    pub side: Side,
    /// What was agreed.
    pub quote: Quote,
    /// The node's signature of the quote.
    pub node_signature: [u8; 64],
    /// The renter's session secret, sealed.
    pub session_secret: Option<SealedSecret>,
    /// Name of the first device.
    pub device_name: String,
    /// What it runs, one line.
    pub title: String,
    /// What it runs.
    pub job: Option<Job>,
    /// When it was decided.
    pub opened_at: UnixMillis,
    /// The transaction that opens it, when known.
    pub open_signature: Option<TxSignature>,
}

/// Writes a lease down. Its quote, if stored, stays.
///
/// # Errors
/// [`LeaseError::Exists`], [`LeaseError::Store`].
pub async fn insert(tx: &mut Tx, new: NewLease) -> Result<LeaseKey, LeaseError> {
    let key = LeaseKey {
        id: new.quote.lease,
        side: new.side,
    };
    let (id, side, stage) = (key.id.0.as_slice(), key.side.word(), LeaseStage::Opening.word());
    let quote = to_json(&new.quote, "lease.quote")?;
    let (node_signature, opened_at) = (new.node_signature.as_slice(), moment(new.opened_at)?);
    let secret = new.session_secret.map(|secret| secret.0);
    let open_signature = new.open_signature.map(|s| s.0.to_vec());
    let insert = sqlx::query!(
        "INSERT INTO lease (id, side, stage, quote, node_signature, session_secret, device_name, title, opened_at,
                            open_signature)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id, side) DO NOTHING",
        id,
        side,
        stage,
        quote,
        node_signature,
        secret,
        new.device_name,
        new.title,
        opened_at,
        open_signature
    );
    if insert.execute(tx.connection()).await?.rows_affected() == 0 {
        return Err(LeaseError::Exists(key.id));
    }
    if let Some(job) = &new.job {
        let job = to_json(job, "lease_job.job")?;
        let insert = sqlx::query!(
            "INSERT INTO lease_job (lease, side, job) VALUES (?1, ?2, ?3)",
            id,
            side,
            job
        );
        insert.execute(tx.connection()).await?;
    }
    Ok(key)
}

/// Which transaction opened it.
///
/// # Errors
/// [`LeaseError::Unknown`], [`LeaseError::Store`]; so for all `set_…`.
pub async fn set_open_signature(
    tx: &mut Tx,
    key: LeaseKey,
    signature: TxSignature,
) -> Result<(), LeaseError> {
    let (id, side, signature) = (key.id.0.as_slice(), key.side.word(), signature.0.as_slice());
    let update = sqlx::query!(
        "UPDATE lease SET open_signature = ?3 WHERE id = ?1 AND side = ?2",
        id,
        side,
        signature
    );
    known(key, &update.execute(tx.connection()).await?)
}

/// The node's signature that lets the renter close.
///
/// # Errors
/// See [`set_open_signature`].
pub async fn set_node_close_signature(
    tx: &mut Tx,
    key: LeaseKey,
    signature: [u8; 64],
) -> Result<(), LeaseError> {
    let (id, side, signature) = (key.id.0.as_slice(), key.side.word(), signature.as_slice());
    let update = sqlx::query!(
        "UPDATE lease SET node_close_signature = ?3 WHERE id = ?1 AND side = ?2",
        id,
        side,
        signature
    );
    known(key, &update.execute(tx.connection()).await?)
}

/// The renter wants it to stop, whatever happens to this process. Saying it twice changes nothing.
///
/// # Errors
/// See [`set_open_signature`].
pub async fn want_stop(tx: &mut Tx, key: LeaseKey) -> Result<(), LeaseError> {
    let (id, side) = (key.id.0.as_slice(), key.side.word());
    let update = sqlx::query!(
        "UPDATE lease SET stop_wanted = 1 WHERE id = ?1 AND side = ?2",
        id,
        side
    );
    known(key, &update.execute(tx.connection()).await?)
}

/// How the workload exited.
///
/// # Errors
/// See [`set_open_signature`].
pub async fn set_exit_code(tx: &mut Tx, key: LeaseKey, code: i32) -> Result<(), LeaseError> {
    let (id, side) = (key.id.0.as_slice(), key.side.word());
    let update = sqlx::query!(
        "UPDATE lease SET exit_code = ?3 WHERE id = ?1 AND side = ?2",
        id,
        side,
        code
    );
    known(key, &update.execute(tx.connection()).await?)
}

fn known(key: LeaseKey, result: &SqliteQueryResult) -> Result<(), LeaseError> {
    match result.rows_affected() {
        0 => Err(LeaseError::Unknown(key.id)),
        _ => Ok(()),
    }
}
