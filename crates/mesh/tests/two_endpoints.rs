//! Two real endpoints on loopback.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::time::Duration;

use hearth_mesh::{FrameStream, Incoming, Limits, Mesh, MeshConfig, MeshError, StreamError};
use hearth_protocol::{
    coordinator::MeshAddress,
    frame::{FrameError, MAX_FRAME, MAX_JOB_FRAME},
    lease::{ALPN, NodeFrame, RefusalCode, RenterFrame},
};
use hearth_types::{
    id::{LeaseId, NodeId, Signature},
    job::{Blob, CommandJob, Job, JobFile},
};
use iroh::{Endpoint, EndpointAddr, EndpointId, RelayMode, TransportAddr, endpoint::presets};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

/// Longer than anything here takes on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(60);

async fn endpoint(key: u8, alpns: &[&[u8]], limits: Limits) -> Mesh {
    let config = MeshConfig {
        secret_key: [key; 32],
        alpns: alpns.iter().map(|alpn| alpn.to_vec()).collect(),
        relay: None,
        loopback_only: true,
        limits,
    };
    Mesh::bind(config).await.unwrap()
}

/// A slow machine must not fail the tests that are not about time.
fn patient() -> Limits {
    Limits {
        handshake: DEADLINE,
        idle: DEADLINE,
        ..Limits::default()
    }
}

async fn accept(mesh: &Mesh) -> Incoming {
    timeout(DEADLINE, mesh.accept()).await.unwrap().unwrap()
}

struct Pair<NodeIn> {
    node: Mesh,
    renter: Mesh,
    at_renter: FrameStream<RenterFrame, NodeFrame>,
    at_node: FrameStream<NodeFrame, NodeIn>,
}

/// Two endpoints and a stream between them on which the renter has said `first`.
async fn pair<NodeIn: DeserializeOwned>(first: &RenterFrame) -> Pair<NodeIn> {
    let node = endpoint(1, &[ALPN], patient()).await;
    let renter = endpoint(2, &[], patient()).await;
    let mut at_renter = renter.connect(&node.address(), ALPN).await.unwrap().frames();
    at_renter.send(first).await.unwrap();
    let at_node = accept(&node).await.stream.frames();
    Pair {
        node,
        renter,
        at_renter,
        at_node,
    }
}

fn hello() -> RenterFrame {
    RenterFrame::Hello {
        lease: LeaseId([7; 32]),
        proof: Signature([8; 64]),
        output_from: 3,
    }
}

#[tokio::test]
async fn frames_go_both_ways_and_the_remote_is_who_it_says() {
    let node = endpoint(1, &[ALPN], patient()).await;
    let renter = endpoint(2, &[], patient()).await;
    let stream = renter.connect(&node.address(), ALPN).await.unwrap();
    assert_eq!(stream.remote(), node.id());
    let mut at_renter = stream.frames::<RenterFrame, NodeFrame>();
    at_renter.send(&hello()).await.unwrap();

    let incoming = accept(&node).await;
    assert_eq!(incoming.remote, renter.id());
    assert_eq!(incoming.alpn, ALPN);
    let mut at_node = incoming.stream.frames::<NodeFrame, RenterFrame>();
    assert_eq!(at_node.recv().await.unwrap(), Some(hello()));
    let answer = NodeFrame::Welcome {
        started: false,
        voucher: None,
    };
    at_node.send(&answer).await.unwrap();
    assert_eq!(at_renter.recv().await.unwrap(), Some(answer));
}

#[tokio::test]
async fn what_is_sent_before_closing_arrives() {
    let Pair {
        mut at_renter,
        mut at_node,
        ..
    } = pair::<RenterFrame>(&hello()).await;
    at_node.recv().await.unwrap();
    let last = NodeFrame::Refused {
        code: RefusalCode::UnknownLease,
        message: "no such lease".into(),
    };
    at_node.send(&last).await.unwrap();
    let closing = tokio::spawn(at_node.close());
    assert_eq!(at_renter.recv().await.unwrap(), Some(last));
    timeout(DEADLINE, closing).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_direction_ends_cleanly_while_the_other_goes_on() {
    let Pair {
        at_renter,
        at_node,
        node: _node,
        renter: _renter,
    } = pair::<RenterFrame>(&hello()).await;
    let (to_node, mut from_node) = at_renter.split();
    let (mut to_renter, mut from_renter) = at_node.split();
    let finished = tokio::spawn(to_node.finish());
    from_renter.recv().await.unwrap();
    assert_eq!(from_renter.recv().await.unwrap(), None);
    finished.await.unwrap();
    to_renter.send(&NodeFrame::Running).await.unwrap();
    assert_eq!(from_node.recv().await.unwrap(), Some(NodeFrame::Running));
}

#[tokio::test]
async fn a_job_passes_where_its_limit_is_given_and_nowhere_else() {
    let job = Job::Command(CommandJob {
        program: "true".into(),
        args: Vec::new(),
        files: vec![JobFile {
            path: "data".into(),
            content: Blob(vec![9; 2 * MAX_FRAME]),
        }],
        outputs: Vec::new(),
    });
    let start = RenterFrame::Start { job };
    let Pair {
        mut at_renter,
        mut at_node,
        ..
    } = pair::<RenterFrame>(&hello()).await;
    at_node.recv().await.unwrap();
    let refused = at_renter.send(&start).await;
    assert!(matches!(
        refused,
        Err(StreamError::Frame(FrameError::TooLong { .. }))
    ));
    let (sent, received) = tokio::join!(
        at_renter.send_within(&start, MAX_JOB_FRAME),
        at_node.recv_within(MAX_JOB_FRAME)
    );
    sent.unwrap();
    assert_eq!(received.unwrap(), Some(start));
}

#[tokio::test]
async fn a_received_oversize_frame_is_a_typed_error() {
    let message = "x".repeat(3 * MAX_FRAME);
    let long = NodeFrame::Refused {
        code: RefusalCode::BadJob,
        message,
    };
    let Pair {
        mut at_renter,
        mut at_node,
        ..
    } = pair::<RenterFrame>(&hello()).await;
    let (sent, received) = tokio::join!(at_node.send_within(&long, MAX_JOB_FRAME), at_renter.recv());
    assert!(matches!(sent, Err(StreamError::Send(_))));
    assert!(matches!(
        received,
        Err(StreamError::Frame(FrameError::TooLong { .. }))
    ));
}

#[tokio::test]
async fn a_frame_of_another_protocol_is_a_typed_error() {
    // The node expects a text where the renter sends a greeting.
    let Pair { mut at_node, .. } = pair::<Vec<NodeFrame>>(&hello()).await;
    assert!(matches!(
        at_node.recv().await,
        Err(StreamError::Frame(FrameError::Parse(_)))
    ));
}

/// What a node makes of bytes that a stranger without our code sends.
async fn receive_raw(bytes: &[u8]) -> Result<Option<RenterFrame>, StreamError> {
    let node = endpoint(1, &[ALPN], patient()).await;
    let stranger = Endpoint::builder(presets::Minimal)
        .relay_mode(RelayMode::Disabled)
        .clear_ip_transports()
        .bind_addr("127.0.0.1:0")
        .unwrap()
        .bind()
        .await
        .unwrap();
    let address = node.address();
    let to = EndpointAddr::from_parts(
        EndpointId::from_bytes(address.node.as_bytes()).unwrap(),
        address.direct.into_iter().map(TransportAddr::Ip),
    );
    let connection = stranger.connect(to, ALPN).await.unwrap();
    let (mut send, _receive) = connection.open_bi().await.unwrap();
    send.write_all(bytes).await.unwrap();
    send.finish().unwrap();
    let mut at_node = accept(&node).await.stream.frames::<NodeFrame, RenterFrame>();
    let received = timeout(DEADLINE, at_node.recv()).await.unwrap();
    stranger.close().await;
    received
}

#[tokio::test]
async fn a_stream_that_ends_inside_a_frame_is_a_typed_error() {
    assert!(matches!(
        receive_raw(&[9, 0, 0, 0, 1]).await,
        Err(StreamError::CutShort)
    ));
    assert!(matches!(receive_raw(&[9, 0]).await, Err(StreamError::CutShort)));
}

#[tokio::test]
async fn garbage_is_a_typed_error() {
    let received = receive_raw(&[3, 0, 0, 0, 250, 251, 252]).await;
    assert!(
        matches!(received, Err(StreamError::Frame(FrameError::Parse(_)))),
        "{received:?}"
    );
    let received = receive_raw(&[255; 64]).await;
    assert!(
        matches!(received, Err(StreamError::Frame(FrameError::TooLong { .. }))),
        "{received:?}"
    );
}

#[tokio::test]
async fn a_cancelled_receive_loses_nothing() {
    let Pair {
        mut at_renter,
        mut at_node,
        ..
    } = pair::<RenterFrame>(&hello()).await;
    at_node.recv().await.unwrap();
    tokio::select! {
        biased;
        frame = at_node.recv() => panic!("nothing was sent, but {frame:?} came"),
        () = std::future::ready(()) => {}
    }
    at_renter.send(&RenterFrame::Stop).await.unwrap();
    assert_eq!(at_node.recv().await.unwrap(), Some(RenterFrame::Stop));
}

#[tokio::test]
async fn another_key_at_the_same_address_is_refused() {
    let node = endpoint(1, &[ALPN], patient()).await;
    let other = endpoint(3, &[ALPN], patient()).await;
    let renter = endpoint(
        2,
        &[],
        Limits {
            handshake: Duration::from_secs(3),
            ..Limits::default()
        },
    )
    .await;
    let forged = MeshAddress {
        node: other.id(),
        ..node.address()
    };
    let result = renter.connect(&forged, ALPN).await;
    assert!(
        matches!(result, Err(MeshError::Connect(_) | MeshError::Timeout)),
        "{result:?}"
    );
}

#[tokio::test]
async fn an_unknown_protocol_is_refused() {
    let node = endpoint(1, &[ALPN], patient()).await;
    let renter = endpoint(2, &[], patient()).await;
    let result = renter.connect(&node.address(), b"hearth/other/1").await;
    assert!(matches!(result, Err(MeshError::Connect(_))), "{result:?}");
}

#[tokio::test]
async fn more_connections_than_allowed_are_refused_until_one_ends() {
    let node = endpoint(
        1,
        &[ALPN],
        Limits {
            connections: 1,
            ..patient()
        },
    )
    .await;
    let renter = endpoint(2, &[], patient()).await;
    let mut first = renter
        .connect(&node.address(), ALPN)
        .await
        .unwrap()
        .frames::<RenterFrame, NodeFrame>();
    first.send(&hello()).await.unwrap();
    let at_node = accept(&node).await;
    let second = renter.connect(&node.address(), ALPN).await;
    assert!(matches!(second, Err(MeshError::Connect(_))), "{second:?}");

    drop(at_node);
    assert!(first.recv().await.is_err());
    let mut third = renter
        .connect(&node.address(), ALPN)
        .await
        .unwrap()
        .frames::<RenterFrame, NodeFrame>();
    third.send(&hello()).await.unwrap();
    accept(&node).await;
}

#[tokio::test]
async fn a_connection_that_opens_no_stream_gives_its_place_back() {
    let limits = Limits {
        connections: 1,
        handshake: Duration::from_millis(500),
        ..patient()
    };
    let node = endpoint(1, &[ALPN], limits).await;
    let renter = endpoint(2, &[], patient()).await;
    // Opened on this side only: a stream is seen by the peer with its first frame.
    let mut silent = renter
        .connect(&node.address(), ALPN)
        .await
        .unwrap()
        .frames::<RenterFrame, NodeFrame>();
    assert!(timeout(DEADLINE, silent.recv()).await.unwrap().is_err());
    let mut second = renter
        .connect(&node.address(), ALPN)
        .await
        .unwrap()
        .frames::<RenterFrame, NodeFrame>();
    second.send(&hello()).await.unwrap();
    accept(&node).await;
}

#[tokio::test]
async fn shutdown_ends_streams_and_accepting() {
    let Pair {
        node,
        mut at_renter,
        at_node: _at_node,
        ..
    } = pair::<RenterFrame>(&hello()).await;
    node.shutdown().await;
    assert!(matches!(at_renter.recv().await, Err(StreamError::Receive(_))));
    assert!(timeout(DEADLINE, node.accept()).await.unwrap().is_none());
}

#[tokio::test]
async fn addresses_that_can_never_work_are_refused_at_once() {
    let renter = endpoint(2, &[], patient()).await;
    let nowhere = |node, relay: Option<&str>| MeshAddress {
        node,
        direct: Vec::new(),
        relay: relay.map(str::to_owned),
    };
    // No point of the curve has this y coordinate.
    let mut no_key = [0; 32];
    no_key[0] = 2;
    let result = renter.connect(&nowhere(NodeId(no_key), None), ALPN).await;
    assert!(matches!(result, Err(MeshError::PeerId(_))), "{result:?}");
    let result = renter
        .connect(&nowhere(renter.id(), Some("not a url")), ALPN)
        .await;
    assert!(matches!(result, Err(MeshError::Relay { .. })), "{result:?}");
}

#[test]
fn the_configuration_does_not_show_its_key() {
    let config = MeshConfig {
        secret_key: [171; 32],
        alpns: Vec::new(),
        relay: None,
        loopback_only: true,
        limits: Limits::default(),
    };
    assert!(!format!("{config:?}").contains("171"));
}
