//! Frames to and from a renter, decoupled from the lease's clock, and what a reconnecting renter has missed.

use std::collections::VecDeque;

use hearth_mesh::{FrameReceiver, FrameStream};
use hearth_protocol::{
    frame::MAX_JOB_FRAME,
    lease::{NodeFrame, RenterFrame},
};
use tokio::{sync::mpsc, task::JoinHandle};

/// Frames that may wait for a slow renter.
const QUEUE: usize = 64;
/// Frames that must always find room: the end, a voucher's answer.
const RESERVE: usize = 16;
/// Output kept for a renter that comes back, bytes.
const MAX_LOG: usize = 2 * 1024 * 1024;

/// One connection.
pub(super) struct Link {
    queue: mpsc::Sender<NodeFrame>,
    receiver: FrameReceiver<RenterFrame>,
    writer: JoinHandle<()>,
}

/// Waits until the queue has room for output.
pub(super) struct Room(mpsc::Sender<NodeFrame>);

impl Room {
    pub(super) async fn wait(self) {
        // A closed queue takes nothing and holds up nothing.
        let _ = self.0.reserve_many(RESERVE).await;
    }
}

impl Link {
    pub(super) fn start(frames: FrameStream<NodeFrame, RenterFrame>) -> Self {
        let (mut sender, receiver) = frames.split();
        let (queue, mut waiting) = mpsc::channel(QUEUE + RESERVE);
        let writer = tokio::spawn(async move {
            while let Some(frame) = waiting.recv().await {
                if sender.send(&frame).await.is_err() {
                    return;
                }
            }
            sender.finish().await;
        });
        Self {
            queue,
            receiver,
            writer,
        }
    }

    pub(super) fn room(&self) -> Room {
        Room(self.queue.clone())
    }

    /// Queues a frame. Without room the renter is gone or hostile; it can come back and ask for what it missed.
    pub(super) fn send(&self, frame: NodeFrame) {
        if self.queue.try_send(frame).is_err() {
            tracing::debug!("a frame found no room");
        }
    }

    /// The renter's next frame; `None` when the connection is over or speaks nonsense. Safe to cancel.
    pub(super) async fn next(&mut self) -> Option<RenterFrame> {
        self.receiver.recv_within(MAX_JOB_FRAME).await.ok().flatten()
    }

    /// Sends what waits and closes.
    pub(super) async fn finish(self) {
        drop(self.queue);
        let patience = std::time::Duration::from_secs(5);
        let mut writer = self.writer;
        if tokio::time::timeout(patience, &mut writer).await.is_err() {
            writer.abort();
        }
    }
}

/// What was said, for a renter that comes back.
#[derive(Default)]
pub(super) struct Log {
    output: VecDeque<NodeFrame>,
    bytes: usize,
    files: Vec<NodeFrame>,
}

impl Log {
    /// Remembers output and files; other frames are of the moment.
    pub(super) fn keep(&mut self, frame: &NodeFrame) {
        match frame {
            NodeFrame::Output { bytes, .. } => {
                self.bytes += bytes.len();
                self.output.push_back(frame.clone());
                while self.bytes > MAX_LOG
                    && let Some(NodeFrame::Output { bytes, .. }) = self.output.pop_front()
                {
                    self.bytes -= bytes.len();
                }
            }
            NodeFrame::File { .. } => self.files.push(frame.clone()),
            NodeFrame::Welcome { .. }
            | NodeFrame::Refused { .. }
            | NodeFrame::VoucherTaken { .. }
            | NodeFrame::Running
            | NodeFrame::Progress { .. }
            | NodeFrame::Usage { .. }
            | NodeFrame::Ended { .. } => {}
        }
    }

    /// Says again what the renter does not have.
    pub(super) fn replay(&self, link: &Link, from: u64) {
        let missed = self
            .output
            .iter()
            .filter(|frame| matches!(frame, NodeFrame::Output { sequence, .. } if *sequence >= from));
        for frame in missed.chain(&self.files) {
            link.send(frame.clone());
        }
    }
}
