//! Frames between renter and node over one mesh stream, under one lease.
//!
//! The renter opens the stream and says [`RenterFrame::Hello`]; the node answers [`NodeFrame::Welcome`] or
//! [`NodeFrame::Refused`]. Then the job, then vouchers; the workload starts with the first voucher and stops when
//! the prepaid time ends. After a broken connection the renter greets again and names the output it has. A renter
//! that was away when its lease ended gets what it has missed, and the close, for [`RESULT_KEPT_SECONDS`].

use hearth_types::{
    id::{LeaseId, Signature},
    job::Job,
    lease::{EndReason, Stream},
};
use serde::{Deserialize, Serialize};

use crate::statement::{SignedClose, SignedVoucher};

/// The mesh protocol's name, version included.
pub const ALPN: &[u8] = b"hearth/lease/1";
/// Seconds that one voucher prepays (DOMAIN: vouchers prepay one interval).
pub const PREPAY_SECONDS: u64 = 10;
/// How long a node keeps what a finished lease's renter has not received, seconds, and how long the renter of a
/// closed lease is told where its node is.
pub const RESULT_KEPT_SECONDS: u64 = 3_600;
/// The longest piece of output in one frame, bytes.
pub const MAX_CHUNK: usize = 64 * 1024;

/// Renter to node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RenterFrame {
    /// The first frame of a connection.
    Hello {
        /// Which lease.
        lease: LeaseId,
        /// By the session key, over this connection's greeting bytes.
        proof: Signature,
        /// The first output sequence number the renter does not have.
        output_from: u64,
    },
    /// What to run; once, before the first voucher. The only frame longer than [`crate::frame::MAX_FRAME`].
    Start {
        /// The job.
        job: Job,
    },
    /// Prepays; the highest one counts.
    Voucher(SignedVoucher),
    /// Stop the workload and settle.
    Stop,
    /// The answer to [`NodeFrame::Ended`]: everything is stored, the node need keep nothing.
    Received,
}

/// Node to renter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NodeFrame {
    /// The greeting is accepted.
    Welcome {
        /// The job is here already: this is a reconnection.
        started: bool,
        /// The highest voucher the node has, if any.
        voucher: Option<SignedVoucher>,
    },
    /// The greeting or job is refused; the connection ends.
    Refused {
        /// Why.
        code: RefusalCode,
        /// A sentence.
        message: String,
    },
    /// A voucher is stored; it will settle.
    VoucherTaken {
        /// Its amount, base units.
        amount: u64,
    },
    /// The workload runs; prepaid seconds count from here.
    Running,
    /// Output; sequence numbers count from 0. A gap is output that the node has let go of while nobody took it.
    Output {
        /// Position.
        sequence: u64,
        /// Which stream.
        stream: Stream,
        /// At most [`MAX_CHUNK`] bytes.
        bytes: Vec<u8>,
    },
    /// Work done of work to do.
    Progress {
        /// Done.
        done: u64,
        /// In all.
        total: u64,
    },
    /// A piece of a result file.
    File {
        /// Its name in the job.
        name: String,
        /// Where the piece begins, bytes.
        offset: u64,
        /// At most [`MAX_CHUNK`] bytes.
        bytes: Vec<u8>,
        /// Nothing follows.
        last: bool,
    },
    /// How much is used so far.
    Usage {
        /// Seconds since the workload started, rounded up.
        seconds: u64,
    },
    /// The lease is over; the node asks for this and no more.
    Ended {
        /// Why.
        reason: EndReason,
        /// A sentence, such as the workload's error.
        detail: Option<String>,
        /// Exit code of a finished command.
        exit_code: Option<i32>,
        /// The node's consent to close; either side may settle with it.
        close: SignedClose,
    },
}

/// Why a node refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalCode {
    /// The chain shows no such open lease of this node.
    UnknownLease,
    /// The greeting's signature is not the session key's.
    BadProof,
    /// The job is invalid.
    BadJob,
    /// A voucher is forged, too low or beyond the escrow.
    BadVoucher,
    /// The node is going down or gives the GPU back.
    Unavailable,
    /// A frame out of order.
    Protocol,
    /// Frames, vouchers or connections that come faster than any renter in good order sends them.
    TooMany,
}
