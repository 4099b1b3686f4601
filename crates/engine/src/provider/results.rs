//! What finished leases' renters have not received, on disk for [`RESULT_KEPT_SECONDS`].
//!
//! One file a lease, frames as they travel. Written when the lease ends, removed when the renter says that it has
//! everything (which is at once, as a rule), when the time is over, or when too many others came after it.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use hearth_protocol::{
    frame::MAX_FRAME,
    lease::{NodeFrame, RESULT_KEPT_SECONDS},
    runner::{read_frame, write_frame},
};
use hearth_types::{
    id::LeaseId,
    ipc::{Code, IpcError},
};
use tokio::sync::mpsc;

use super::log::{Cursor, Log};
use crate::{
    engine::{Engine, internal},
    private_file::create_private_dir,
};

/// Results of at most this many leases; each is bounded by its workload's output.
const MOST: usize = 16;
/// Frames read ahead of the renter.
const AHEAD: usize = 4;
/// How often results whose time is over are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(600);
const KEPT: Duration = Duration::from_secs(RESULT_KEPT_SECONDS);

fn failed(cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(
        Code::Storage,
        "A finished job's results could not be kept for its renter.",
    )
    .mend("Check that the disk has room.")
    .detail(cause)
}

impl Engine {
    fn results(&self) -> PathBuf {
        self.inner.config.data_dir.join("results")
    }

    fn result(&self, lease: LeaseId) -> PathBuf {
        self.results().join(format!("{lease}.frames"))
    }

    /// Keeps what a lease's renter may still want; nothing when nothing was said.
    pub(super) async fn keep_results(&self, lease: LeaseId, log: Log) {
        if log.is_empty() {
            return;
        }
        let (folder, path) = (self.results(), self.result(lease));
        let written = tokio::task::spawn_blocking(move || write(&folder, &path, &log)).await;
        match written.map_err(internal) {
            Ok(Ok(())) => {}
            Ok(Err(error)) | Err(error) => self.report(error),
        }
    }

    /// What was kept, from an output sequence number on, as it is read; ends at once when nothing was.
    pub(super) fn kept_results(&self, lease: LeaseId, output_from: u64) -> mpsc::Receiver<NodeFrame> {
        let (tell, frames) = mpsc::channel(AHEAD);
        let path = self.result(lease);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read(&path, output_from, &tell)
                && error.kind() != io::ErrorKind::NotFound
            {
                tracing::warn!(%error, "a finished job's results cannot be read");
            }
        });
        frames
    }

    /// The renter has everything.
    pub(super) fn forget_results(&self, lease: LeaseId) {
        // Most leases leave none.
        let _ = std::fs::remove_file(self.result(lease));
    }

    /// Background work: removes results whose time is over.
    pub(crate) async fn forget_old_results(self) {
        loop {
            let folder = self.results();
            let tidied = tokio::task::spawn_blocking(move || tidy(&folder, SystemTime::now())).await;
            if let Ok(Err(error)) = tidied {
                tracing::warn!(%error, "old results cannot be removed");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

fn write(folder: &Path, path: &Path, log: &Log) -> Result<(), IpcError> {
    create_private_dir(folder)?;
    // A temporary file is made with mode 0600; the lease's name stands for whole files only.
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut out = BufWriter::new(file);
    let mut cursor = Cursor::default();
    while let Some(frame) = log.next(&mut cursor) {
        write_frame(&mut out, &frame, MAX_FRAME).map_err(failed)?;
    }
    out.flush().map_err(failed)?;
    let file = out.into_inner().map_err(failed)?;
    file.persist(path).map_err(failed)?;
    tidy(folder, SystemTime::now()).map_err(failed)
}

/// Sends frames until there are no more or nobody takes them.
fn read(path: &Path, output_from: u64, tell: &mpsc::Sender<NodeFrame>) -> io::Result<()> {
    let mut file = BufReader::new(File::open(path)?);
    while let Some(frame) = read_frame::<NodeFrame>(&mut file, MAX_FRAME).map_err(io::Error::other)? {
        let known = matches!(&frame, NodeFrame::Output { sequence, .. } if *sequence < output_from);
        if !known && tell.blocking_send(frame).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Removes what is older than its time, what a wrong clock has dated into the future, and all but the newest.
fn tidy(folder: &Path, now: SystemTime) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut kept = Vec::new();
    for entry in entries {
        let entry = entry?;
        let written = entry.metadata()?.modified()?;
        let fresh = match now.duration_since(written) {
            Ok(age) => age < KEPT,
            Err(ahead) => ahead.duration() < KEPT,
        };
        if fresh {
            kept.push((written, entry.path()));
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    kept.sort_by(|a, b| b.cmp(a));
    kept.iter()
        .skip(MOST)
        .try_for_each(|(_, path)| std::fs::remove_file(path))
}

#[cfg(test)]
mod tests {
    use hearth_types::lease::Stream;

    use super::*;

    fn output(sequence: u64) -> NodeFrame {
        NodeFrame::Output {
            sequence,
            stream: Stream::Stdout,
            bytes: vec![1, 2],
        }
    }

    fn log() -> Log {
        let mut log = Log::default();
        for sequence in 0..5 {
            log.keep(&output(sequence));
        }
        log
    }

    #[test]
    fn what_is_kept_comes_back_from_where_it_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.frames");
        write(folder.path(), &path, &log()).unwrap();
        let (tell, mut frames) = mpsc::channel(16);
        read(&path, 3, &tell).unwrap();
        drop(tell);
        let read: Vec<_> = std::iter::from_fn(|| frames.blocking_recv()).collect();
        assert_eq!(read, [output(3), output(4)]);
    }

    #[test]
    fn results_go_when_their_time_is_over_whatever_the_clock_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.frames");
        let left = |now| {
            write(folder.path(), &path, &log()).unwrap();
            tidy(folder.path(), now).unwrap();
            path.exists()
        };
        let now = SystemTime::now();
        let minute = Duration::from_secs(60);
        assert!(left(now + KEPT - minute));
        assert!(!left(now + KEPT + minute));
        assert!(!left(now - KEPT - minute), "dated into the future");
        tidy(&folder.path().join("none"), now).unwrap();
    }

    #[test]
    fn only_the_newest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..MOST + 4 {
            let path = folder.path().join(format!("{number:02}.frames"));
            write(folder.path(), &path, &log()).unwrap();
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), MOST);
        let newest = folder.path().join(format!("{}.frames", MOST + 3));
        assert!(newest.exists());
    }
}
