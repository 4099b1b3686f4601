//! What a workload has said, for a renter that comes back: the latest output and every file, within bounds.
//!
//! A workload chooses how small its pieces are, so each piece counts for more than its bytes.

use std::collections::{BTreeMap, VecDeque};

use hearth_protocol::lease::{MAX_CHUNK, NodeFrame};
use hearth_types::lease::Stream;

/// Output that is kept while nobody takes it, bytes: four times what a renter keeps of it.
const LOG_BYTES: usize = 8 * 1024 * 1024;
/// What a piece of output takes beside its bytes.
const PIECE_OVERHEAD: usize = 64;

/// A piece of output.
struct Piece {
    sequence: u64,
    stream: Stream,
    bytes: Vec<u8>,
}

impl Piece {
    fn cost(&self) -> usize {
        self.bytes.len().saturating_add(PIECE_OVERHEAD)
    }
}

/// A file as far as it has come. Its size is bounded by the workload's limits.
#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    complete: bool,
}

/// What was said. Other frames are of the moment.
#[derive(Default)]
pub(super) struct Log {
    output: VecDeque<Piece>,
    cost: usize,
    files: BTreeMap<String, File>,
}

/// How far somebody who missed a part has caught up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    /// The next piece of output, by its sequence number.
    output_from: u64,
    /// The next file, in the order of names, and where in it.
    file: usize,
    offset: usize,
}

impl Cursor {
    /// For a renter that has the output before this sequence number, and perhaps no file.
    pub(super) fn new(output_from: u64) -> Self {
        Self {
            output_from,
            ..Self::default()
        }
    }
}

impl Log {
    /// Remembers output and files.
    pub(super) fn keep(&mut self, frame: &NodeFrame) {
        match frame {
            NodeFrame::Output {
                sequence,
                stream,
                bytes,
            } => self.keep_output(Piece {
                sequence: *sequence,
                stream: *stream,
                bytes: bytes.clone(),
            }),
            NodeFrame::File {
                name, bytes, last, ..
            } => {
                let file = self.files.entry(name.clone()).or_default();
                file.bytes.extend_from_slice(bytes);
                file.complete |= last;
            }
            NodeFrame::Welcome { .. }
            | NodeFrame::Refused { .. }
            | NodeFrame::VoucherTaken { .. }
            | NodeFrame::Running
            | NodeFrame::Progress { .. }
            | NodeFrame::Usage { .. }
            | NodeFrame::Ended { .. } => {}
        }
    }

    fn keep_output(&mut self, piece: Piece) {
        self.cost = self.cost.saturating_add(piece.cost());
        self.output.push_back(piece);
        while self.cost > LOG_BYTES
            && let Some(oldest) = self.output.pop_front()
        {
            self.cost = self.cost.saturating_sub(oldest.cost());
        }
    }

    /// Whether there is nothing to hand over.
    pub(super) fn is_empty(&self) -> bool {
        self.output.is_empty() && self.files.is_empty()
    }

    /// The next frame for somebody who catches up; `None` once there is no more. Output that was let go of is left
    /// out. Nothing may be kept in between.
    pub(super) fn next(&self, cursor: &mut Cursor) -> Option<NodeFrame> {
        self.next_output(cursor)
            .or_else(|| self.next_piece_of_file(cursor))
    }

    fn next_output(&self, cursor: &mut Cursor) -> Option<NodeFrame> {
        let index = self
            .output
            .partition_point(|piece| piece.sequence < cursor.output_from);
        let piece = self.output.get(index)?;
        cursor.output_from = piece.sequence.saturating_add(1);
        Some(NodeFrame::Output {
            sequence: piece.sequence,
            stream: piece.stream,
            bytes: piece.bytes.clone(),
        })
    }

    fn next_piece_of_file(&self, cursor: &mut Cursor) -> Option<NodeFrame> {
        let (name, file) = self.files.iter().nth(cursor.file)?;
        let rest = file.bytes.get(cursor.offset..).unwrap_or_default();
        let bytes = rest.get(..MAX_CHUNK).unwrap_or(rest).to_vec();
        let whole = bytes.len() == rest.len();
        let offset = u64::try_from(cursor.offset).unwrap_or(u64::MAX);
        if whole {
            cursor.file += 1;
            cursor.offset = 0;
        } else {
            cursor.offset += bytes.len();
        }
        Some(NodeFrame::File {
            name: name.clone(),
            offset,
            bytes,
            last: whole && file.complete,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(sequence: u64, length: usize) -> NodeFrame {
        NodeFrame::Output {
            sequence,
            stream: Stream::Stdout,
            bytes: vec![7; length],
        }
    }

    fn file(name: &str, bytes: &[u8], last: bool) -> NodeFrame {
        NodeFrame::File {
            name: name.to_owned(),
            offset: 0,
            bytes: bytes.to_vec(),
            last,
        }
    }

    fn missed(log: &Log, from: u64) -> Vec<NodeFrame> {
        let mut cursor = Cursor::new(from);
        std::iter::from_fn(|| log.next(&mut cursor)).collect()
    }

    #[test]
    fn what_was_missed_comes_in_order_and_files_whole() {
        let mut log = Log::default();
        for sequence in 0..4 {
            log.keep(&output(sequence, 3));
        }
        log.keep(&NodeFrame::Running);
        log.keep(&file("b", &[1; MAX_CHUNK], false));
        log.keep(&file("b", &[2; 5], true));
        log.keep(&file("a", &[], true));
        log.keep(&file("unfinished", &[3], false));
        let frames = missed(&log, 2);
        assert_eq!(frames[..3], [output(2, 3), output(3, 3), file("a", &[], true)]);
        let rest: Vec<_> = frames[3..]
            .iter()
            .map(|frame| {
                let NodeFrame::File {
                    name,
                    offset,
                    bytes,
                    last,
                } = frame
                else {
                    panic!("{frame:?}");
                };
                (name.as_str(), *offset, bytes.len(), *last)
            })
            .collect();
        let at = MAX_CHUNK as u64;
        assert_eq!(
            rest,
            [
                ("b", 0, MAX_CHUNK, false),
                ("b", at, 5, true),
                ("unfinished", 0, 1, false)
            ]
        );
        assert_eq!(missed(&log, 4).len(), 4, "files come anew");
    }

    #[test]
    fn a_workload_that_whispers_for_ever_takes_no_more_than_the_bound() {
        let mut log = Log::default();
        let pieces = 3 * (LOG_BYTES / PIECE_OVERHEAD) as u64;
        for sequence in 0..pieces {
            log.keep(&output(sequence, 1));
        }
        assert!(log.output.len() <= LOG_BYTES / PIECE_OVERHEAD);
        let frames = missed(&log, 5);
        assert_eq!(frames.last(), Some(&output(pieces - 1, 1)));
        assert_eq!(frames.len(), log.output.len());
    }
}
