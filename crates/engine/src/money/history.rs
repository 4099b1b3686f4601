//! The history as shown.

use hearth_types::{
    history::HistoryEntry,
    ipc::{Code, IpcError},
};

use crate::engine::Engine;

/// The most entries one request gives.
const MAX_ENTRIES: u32 = 1000;

impl Engine {
    pub(crate) async fn history(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<HistoryEntry>, IpcError> {
        if !(1..=MAX_ENTRIES).contains(&limit) {
            return Err(IpcError::new(
                Code::BadRequest,
                format!("Between 1 and {MAX_ENTRIES} entries at a time."),
            ));
        }
        let mut read = self.inner.store.read().await?;
        Ok(hearth_store::ledger::history(&mut read, before, limit).await?)
    }
}
