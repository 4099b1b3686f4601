//! Frames to and from a renter, decoupled from the lease's clock, and what a reconnecting renter has missed.

use std::{collections::VecDeque, time::Duration};

use hearth_mesh::{FrameReceiver, FrameStream};
use hearth_protocol::{
    frame::MAX_JOB_FRAME,
    lease::{NodeFrame, RenterFrame},
};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// Frames that may wait for a slow renter.
const QUEUE: usize = 64;
/// Frames that must always find room: the end, a voucher's answer.
const RESERVE: usize = 16;
/// How long the last frames may take to a slow renter.
const LAST_WORDS: Duration = Duration::from_secs(60);

/// One connection.
pub(super) struct Link {
    queue: mpsc::Sender<NodeFrame>,
    receiver: FrameReceiver<RenterFrame>,
    /// Ends with the link: a renter that does not read holds nothing once it is replaced.
    writer: AbortOnDropHandle<()>,
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
            writer: AbortOnDropHandle::new(writer),
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
        if tokio::time::timeout(LAST_WORDS, self.writer).await.is_err() {
            tracing::debug!("the renter did not take the last frames");
        }
    }
}

/// What was said, for a renter that comes back. As large as a workload's output may be, which its limits bound.
#[derive(Default)]
pub(super) struct Log {
    output: Vec<NodeFrame>,
    files: Vec<NodeFrame>,
}

impl Log {
    /// Remembers output and files; other frames are of the moment.
    pub(super) fn keep(&mut self, frame: &NodeFrame) {
        match frame {
            NodeFrame::Output { .. } => self.output.push(frame.clone()),
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

    /// What a renter does not have that asks for output from a sequence number on, in order.
    pub(super) fn missed(&self, from: u64) -> VecDeque<NodeFrame> {
        let missed = self
            .output
            .iter()
            .filter(|frame| matches!(frame, NodeFrame::Output { sequence, .. } if *sequence >= from));
        missed.chain(&self.files).cloned().collect()
    }
}
