//! What a workload sends back: output, progress, files. Everything is bounded; a node is a stranger.

use std::collections::HashMap;

use hearth_store::outputs;
use hearth_types::{
    id::LeaseId,
    ipc::{Event, IpcError, Topic},
    lease::{OutputChunk, Stream},
};

use crate::engine::Engine;

/// The longest text kept of one piece of output, bytes.
const MAX_TEXT: usize = 64 * 1024;

/// Collects one lease's results.
pub(super) struct Collector {
    engine: Engine,
    lease: LeaseId,
    /// Files that are not complete yet.
    files: HashMap<String, Vec<u8>>,
}

impl Collector {
    pub(super) fn new(engine: Engine, lease: LeaseId) -> Self {
        Self {
            engine,
            lease,
            files: HashMap::new(),
        }
    }

    pub(super) async fn output(&self, sequence: u64, stream: Stream, bytes: &[u8]) -> Result<(), IpcError> {
        let mut text = String::from_utf8_lossy(bytes).into_owned();
        let end = (0..=MAX_TEXT.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
        let chunk = OutputChunk {
            sequence,
            stream,
            text,
        };
        let mut tx = self.engine.inner.store.begin().await?;
        let new = outputs::append(&mut tx, self.lease, &chunk).await?;
        tx.commit().await?;
        if new {
            self.engine.emit(Event::Output {
                lease: self.lease,
                chunk,
            });
        }
        Ok(())
    }

    pub(super) fn progress(&self, done: u64, total: u64) {
        self.engine
            .state()
            .progress
            .insert(self.lease, (done.min(total), total));
        self.engine.changed(Topic::Leases);
    }

    /// A piece of a file. One out of place or beyond the limit spoils its own file only.
    pub(super) async fn file(
        &mut self,
        name: String,
        offset: u64,
        bytes: &[u8],
        last: bool,
    ) -> Result<(), IpcError> {
        let held: usize = self.files.values().map(Vec::len).sum();
        let limit = usize::try_from(outputs::MAX_FILES_BYTES).unwrap_or(usize::MAX);
        let content = self.files.entry(name.clone()).or_default();
        if offset == 0 {
            content.clear();
        }
        let in_place = u64::try_from(content.len()).is_ok_and(|at| at == offset);
        if !in_place || held.saturating_add(bytes.len()) > limit {
            self.files.remove(&name);
            return Ok(());
        }
        content.extend_from_slice(bytes);
        if last && let Some(content) = self.files.remove(&name) {
            let mut tx = self.engine.inner.store.begin().await?;
            outputs::put_file(&mut tx, self.lease, &name, &content).await?;
            tx.commit().await?;
            self.engine.changed(Topic::Leases);
        }
        Ok(())
    }
}
