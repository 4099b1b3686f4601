//! What a workload sends back: output, progress, files. Everything is bounded; a node is a stranger.

use std::{collections::HashMap, time::Duration};

use hearth_store::outputs::{self, OutputError};
use hearth_types::{
    id::LeaseId,
    ipc::{Event, IpcError, Topic},
    job::MAX_PATH,
    lease::{OutputChunk, Stream},
};

use tokio::time::Instant;

use crate::engine::Engine;

/// The longest text kept of one piece of output, bytes.
const MAX_TEXT: usize = 64 * 1024;

/// What is taken of a lease's results in all, bytes: eight times what a workload may write, since files come again
/// after each broken connection. What comes beyond is not looked at.
const MOST_TAKEN: usize = 512 * 1024 * 1024;
/// What a frame counts for beside its bytes: each costs a write.
const FRAME_OVERHEAD: usize = 64;
/// The longest sentence kept of what a node says, characters.
const MAX_SENTENCE: usize = 300;
/// Between two notices of progress.
const NOTICE_EVERY: Duration = Duration::from_millis(250);

/// A stranger's sentence, fit for logs and screens.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(MAX_SENTENCE)
        .collect()
}

/// Collects one lease's results.
pub(super) struct Collector {
    engine: Engine,
    lease: LeaseId,
    /// Files that are not complete yet.
    files: HashMap<String, Vec<u8>>,
    /// Their bytes together.
    held: usize,
    /// All that came so far, [`MOST_TAKEN`] at most.
    taken: usize,
    noticed: Option<Instant>,
}

impl Collector {
    pub(super) fn new(engine: Engine, lease: LeaseId) -> Self {
        Self {
            engine,
            lease,
            files: HashMap::new(),
            held: 0,
            taken: 0,
            noticed: None,
        }
    }

    fn takes(&mut self, bytes: &[u8]) -> bool {
        let taken = self
            .taken
            .saturating_add(bytes.len())
            .saturating_add(FRAME_OVERHEAD);
        let takes = taken <= MOST_TAKEN;
        if takes {
            self.taken = taken;
        }
        takes
    }

    pub(super) async fn output(
        &mut self,
        sequence: u64,
        stream: Stream,
        bytes: &[u8],
    ) -> Result<(), IpcError> {
        if !self.takes(bytes) {
            return Ok(());
        }
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

    pub(super) fn progress(&mut self, done: u64, total: u64) {
        self.engine
            .state()
            .progress
            .insert(self.lease, (done.min(total), total));
        if self.noticed.is_none_or(|at| at.elapsed() >= NOTICE_EVERY) {
            self.noticed = Some(Instant::now());
            self.engine.changed(Topic::Leases);
        }
    }

    /// A piece of a file. One out of place or beyond the limit spoils its own file only.
    pub(super) async fn file(
        &mut self,
        name: String,
        offset: u64,
        bytes: &[u8],
        last: bool,
    ) -> Result<(), IpcError> {
        let too_many = !self.files.contains_key(&name) && self.files.len() >= outputs::MAX_FILES;
        if name.len() > MAX_PATH || too_many || !self.takes(bytes) {
            return Ok(());
        }
        let limit = usize::try_from(outputs::MAX_FILES_BYTES).unwrap_or(usize::MAX);
        let content = self.files.entry(name.clone()).or_default();
        if offset == 0 {
            self.held = self.held.saturating_sub(content.len());
            content.clear();
        }
        let in_place = u64::try_from(content.len()).is_ok_and(|at| at == offset);
        if !in_place || self.held.saturating_add(bytes.len()) > limit {
            self.forget(&name);
            return Ok(());
        }
        content.extend_from_slice(bytes);
        self.held = self.held.saturating_add(bytes.len());
        if last && let Some(content) = self.forget(&name) {
            self.keep(&name, &content).await?;
        }
        Ok(())
    }

    fn forget(&mut self, name: &str) -> Option<Vec<u8>> {
        let content = self.files.remove(name)?;
        self.held = self.held.saturating_sub(content.len());
        Some(content)
    }

    /// A file that cannot be kept, such as one too many, is left out; the lease goes on.
    async fn keep(&self, name: &str, content: &[u8]) -> Result<(), IpcError> {
        let mut tx = self.engine.inner.store.begin().await?;
        match outputs::put_file(&mut tx, self.lease, name, content).await {
            Ok(()) => {
                tx.commit().await?;
                self.engine.changed(Topic::Leases);
                Ok(())
            }
            Err(OutputError::Store(error)) => Err(error.into()),
            Err(error) => {
                tracing::info!(%error, "a result file is left out");
                Ok(())
            }
        }
    }
}
