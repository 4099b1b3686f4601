//! Frames to and from a renter, decoupled from the lease's clock.

use std::time::Duration;

use hearth_mesh::{FrameReceiver, FrameStream};
use hearth_protocol::{
    frame::MAX_FRAME,
    lease::{NodeFrame, RefusalCode, RenterFrame},
};
use hearth_types::ipc::IpcError;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// Frames that may wait for a slow renter.
const QUEUE: usize = 64;
/// Frames that must always find room: the end, a voucher's answer.
const RESERVE: usize = 16;
/// How long the last frames may take to a slow renter.
const LAST_WORDS: Duration = Duration::from_secs(60);
/// And once the owner wants the node to end.
const HASTY_WORDS: Duration = Duration::from_secs(4);

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

    /// The renter's next frame of at most `limit` bytes; `None` when the connection is over or speaks nonsense. Safe
    /// to cancel.
    pub(super) async fn next(&mut self, limit: usize) -> Option<RenterFrame> {
        self.receiver.recv_within(limit).await.ok().flatten()
    }

    /// Sends what waits and closes.
    pub(super) async fn close(self) {
        drop(self.queue);
        if tokio::time::timeout(HASTY_WORDS, self.writer).await.is_err() {
            tracing::debug!("the renter did not take the last frames");
        }
    }

    /// Sends what waits, the end last, and waits for the renter's word that it has everything. `false` when it has
    /// not said so in time; there is less of that once `hurry` is cancelled.
    pub(super) async fn last_words(self, hurry: CancellationToken) -> bool {
        let Self {
            queue,
            mut receiver,
            writer,
        } = self;
        drop(queue);
        let received = async {
            loop {
                match receiver.recv_within(MAX_FRAME).await {
                    Ok(Some(RenterFrame::Received)) => return true,
                    // On their way when the lease ended.
                    Ok(Some(
                        RenterFrame::Hello { .. }
                        | RenterFrame::Start { .. }
                        | RenterFrame::Voucher(_)
                        | RenterFrame::Stop,
                    )) => {}
                    Ok(None) | Err(_) => return false,
                }
            }
        };
        let hurried = async {
            hurry.cancelled().await;
            tokio::time::sleep(HASTY_WORDS).await;
        };
        let received = tokio::select! {
            received = received => received,
            () = tokio::time::sleep(LAST_WORDS) => false,
            () = hurried => false,
        };
        drop(writer);
        received
    }
}

/// Says no and ends the connection.
pub(super) async fn refuse(
    mut frames: FrameStream<NodeFrame, RenterFrame>,
    code: RefusalCode,
    message: &str,
) -> Result<(), IpcError> {
    let _ = frames
        .send(&NodeFrame::Refused {
            code,
            message: message.to_owned(),
        })
        .await;
    frames.close().await;
    Ok(())
}
