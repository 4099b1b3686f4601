//! Offers, quotes and addresses.

use hearth_market::make_quote;
use hearth_program_interface::account::LeaseStatus;
use hearth_protocol::{
    coordinator::{
        AddressRequest, ApiCode, ApiError, Inbox, InboxRequest, MeshAddress, OFFER_FRESH_SECONDS, Offers,
        QuoteAnswer, QuoteRequest,
    },
    lease::RESULT_KEPT_SECONDS,
    statement::SignedQuote,
};
use hearth_types::{id::NodeId, market::Quote, money::IoPerSecond, time::UnixMillis};

use super::rig::{Client, DEVICE, LEASE, RENTER, Rig, offer, program, scope, wallet};

async fn listed(rig: &Rig, node: &Client) {
    rig.chain.stake(wallet(node), NodeId(node.id()), DEVICE);
    assert_eq!(node.register().await.status.as_u16(), 200);
    assert_eq!(node.beat(Some(offer(node))).await.not_listed, None);
}

async fn market(client: &Client) -> Offers {
    client.get("/v1/offers").await.ok()
}

#[tokio::test]
async fn an_offer_is_listed_while_it_is_fresh() {
    let rig = Rig::start().await;
    let node = rig.client(1);
    listed(&rig, &node).await;
    let offers = market(&node).await.offers;
    assert_eq!(offers.len(), 1);
    assert!(offers[0].available);
    assert_eq!(offers[0].offer, offer(&node));
    rig.clock.advance(OFFER_FRESH_SECONDS - 1);
    assert_eq!(market(&node).await.offers.len(), 1);
    rig.clock.advance(1);
    assert_eq!(market(&node).await.offers, []);
    node.beat(Some(offer(&node))).await;
    assert_eq!(market(&node).await.offers.len(), 1);
    node.beat(None).await;
    assert_eq!(market(&node).await.offers, []);
}

#[tokio::test]
async fn only_staked_devices_of_the_right_node_are_listed() {
    let rig = Rig::start().await;
    let (node, other) = (rig.client(1), rig.client(2));
    node.register().await;
    let reason = async |offer| node.beat(Some(offer)).await.not_listed.map(|error| error.code);
    let mut bad = offer(&node);
    bad.rate = IoPerSecond(0);
    assert_eq!(reason(bad).await, Some(ApiCode::BadRequest));
    assert_eq!(reason(offer(&other)).await, Some(ApiCode::Forbidden));
    rig.chain.script().unreachable = true;
    assert_eq!(reason(offer(&node)).await, Some(ApiCode::ChainUnreachable));
    rig.chain.script().unreachable = false;
    rig.chain.stake(wallet(&node), NodeId(other.id()), DEVICE);
    assert_eq!(reason(offer(&node)).await, Some(ApiCode::StakeMissing));
    assert_eq!(market(&node).await.offers, []);
    let beat = serde_json::json!({ "offer": null, "available": false, "address": null });
    let unregistered = other.post("/v1/nodes/heartbeat", &beat).await;
    assert_eq!(unregistered.code(), "not_registered");
}

#[tokio::test]
async fn a_hired_device_is_shown_and_not_available() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    rig.lease(&node, &session);
    node.register().await;
    assert_eq!(node.beat(Some(offer(&node))).await.not_listed, None);
    assert!(!market(&node).await.offers[0].available);
    let reply = session.post("/v1/quotes", &request(&node, &session)).await;
    assert_eq!(reply.code(), "busy");
}

fn request(node: &Client, session: &Client) -> QuoteRequest {
    QuoteRequest {
        node: NodeId(node.id()),
        renter: RENTER,
        session: session.session(),
        seconds: 60,
    }
}

fn quote_for(node: &Client, request: &QuoteRequest) -> Quote {
    make_quote(&offer(node), request, UnixMillis(5_000), LEASE).unwrap()
}

fn signed(node: &Client, quote: Quote) -> SignedQuote {
    let accounts = program().devices(quote.provider, &quote.devices);
    scope().sign_quote(&node.key, quote, &accounts)
}

/// Asks as the session; the node gets the request and answers with what `answers` makes of it. Gives the refusals
/// of the answers but the last, and what the renter gets.
async fn relayed(
    node: &Client,
    session: &Client,
    answers: impl AsyncFnOnce(QuoteRequest, i64),
) -> super::rig::Reply {
    let asking = request(node, session);
    let (reply, ()) = tokio::join!(session.post("/v1/quotes", &asking), async {
        let inbox: Inbox = node
            .post("/v1/nodes/inbox", &InboxRequest { wait_seconds: 20 })
            .await
            .ok();
        assert_eq!(inbox.quote_requests.len(), 1);
        let pending = &inbox.quote_requests[0];
        answers(pending.request.clone(), pending.id).await;
    });
    reply
}

#[tokio::test]
async fn a_quote_travels_to_the_node_and_back() {
    let rig = Rig::start().await;
    let (node, other, session) = (rig.client(1), rig.client(2), rig.client(3));
    listed(&rig, &node).await;
    other.register().await;
    let reply = relayed(&node, &session, async |request, id| {
        let good = quote_for(&node, &request);
        let answer = |answer| QuoteAnswer { id, answer };
        let path = "/v1/nodes/quotes";
        // Another node cannot answer, nor can the node relay what the renter would refuse.
        let stolen = answer(Ok(signed(&other, good.clone())));
        assert_eq!(other.post(path, &stolen).await.code(), "not_found");
        assert_eq!(node.post(path, &stolen).await.code(), "bad_signature");
        let mut dear = good.clone();
        dear.rate = IoPerSecond(2);
        let dear = answer(Ok(signed(&node, dear)));
        assert_eq!(node.post(path, &dear).await.code(), "bad_request");
        let fine = answer(Ok(signed(&node, good)));
        assert_eq!(node.post(path, &fine).await.status.as_u16(), 200);
        assert_eq!(node.post(path, &fine).await.code(), "not_found");
    })
    .await;
    let quote: SignedQuote = reply.ok();
    assert_eq!(program().verify_quote(&quote), Ok(()));
    assert_eq!(quote.quote, quote_for(&node, &request(&node, &session)));
}

#[tokio::test]
async fn a_nodes_refusal_reaches_the_renter_in_plain_words() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    listed(&rig, &node).await;
    let reply = relayed(&node, &session, async |_, id| {
        let error = ApiError::new(ApiCode::Internal, format!("no\u{1b}[2J{}", "!".repeat(1_000)));
        let refusal = QuoteAnswer {
            id,
            answer: Err(error),
        };
        assert_eq!(node.post("/v1/nodes/quotes", &refusal).await.status.as_u16(), 200);
    })
    .await;
    assert_eq!((reply.status.as_u16(), reply.code()), (409, "refused"));
    let message = reply.body["message"].as_str().unwrap();
    assert!(
        message.starts_with("no[2J!!!") && message.len() == 300,
        "{message}"
    );
}

#[tokio::test]
async fn quotes_are_asked_by_the_session_of_a_listed_node() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    let asked = async |request: QuoteRequest| session.post("/v1/quotes", &request).await.code().to_owned();
    assert_eq!(asked(request(&node, &session)).await, "not_found");
    assert_eq!(asked(request(&node, &node)).await, "forbidden");
    let endless = QuoteRequest {
        seconds: u64::MAX,
        ..request(&node, &session)
    };
    assert_eq!(asked(endless).await, "bad_request");
}

#[tokio::test]
async fn an_address_is_for_the_renter_of_a_lease_open_or_closed_lately() {
    let rig = Rig::start().await;
    let (node, session, stranger) = (rig.client(1), rig.client(3), rig.client(4));
    let path = "/v1/leases/address";
    let asking = AddressRequest { lease: LEASE };
    assert_eq!(session.post(path, &asking).await.code(), "not_found");
    rig.lease(&node, &session);
    assert_eq!(session.post(path, &asking).await.code(), "node_silent");
    node.register().await;
    node.beat(None).await;
    let address: MeshAddress = session.post(path, &asking).await.ok();
    assert_eq!(address, node.address());
    assert_eq!(stranger.post(path, &asking).await.code(), "forbidden");
    rig.chain.script().unreachable = true;
    assert_eq!(session.post(path, &asking).await.code(), "chain_unreachable");
    rig.chain.script().unreachable = false;
    let closed_at = 5_000;
    {
        let mut script = rig.chain.script();
        let lease = script.leases.get_mut(&LEASE).unwrap();
        (lease.status, lease.closed_at) = (LeaseStatus::Closed, closed_at);
        script.now = closed_at + RESULT_KEPT_SECONDS - 1;
    }
    let address: MeshAddress = session.post(path, &asking).await.ok();
    assert_eq!(address, node.address(), "its results are still there");
    rig.chain.script().now += 1;
    assert_eq!(session.post(path, &asking).await.code(), "not_found");
}

#[tokio::test]
async fn the_market_is_asked_for_what_is_needed() {
    let rig = Rig::start().await;
    let node = rig.client(1);
    let path = "/v1/offers";
    rig.chain.stake(wallet(&node), NodeId(node.id()), DEVICE);
    node.register().await;
    let mut offered = offer(&node);
    offered.devices[0].name = "NVIDIA GeForce RTX 3070 Ti".into();
    offered.devices[0].vram_bytes = Some(8 << 30);
    assert_eq!(node.beat(Some(offered)).await.not_listed, None);
    for (query, found) in [
        ("", 1),
        ("?model=rtx+3070+ti", 1),
        ("?model=3070", 0),
        ("?model=3070%20Ti&min_vram_bytes=8589934592", 1),
        ("?min_vram_bytes=8589934593", 0),
    ] {
        let offers: Offers = node.get(&format!("{path}{query}")).await.ok();
        assert_eq!(offers.offers.len(), found, "{query}");
    }
    assert_eq!(
        node.get("/v1/offers?min_vram_bytes=much").await.code(),
        "bad_request"
    );
}

#[tokio::test]
async fn a_node_that_lists_nothing_is_forgotten_after_two_days() {
    let mut rig = Rig::start().await;
    let (idle, lending) = (rig.client(1), rig.client(2));
    idle.register().await;
    idle.beat(None).await;
    listed(&rig, &lending).await;
    rig.clock.advance(2 * 86_400 + 1);
    rig.restart().await;
    let asks = async |secret: u8| {
        let node = rig.client(secret);
        // Above what it used before the restart.
        for _ in 0..1_000 {
            node.next_counter();
        }
        rig.eventually(async || {
            let reply = node
                .post("/v1/nodes/inbox", &InboxRequest { wait_seconds: 0 })
                .await;
            let expected = if secret == 1 {
                "not_registered"
            } else {
                "(no code)"
            };
            (reply.code() == expected).then(|| expected.to_owned())
        })
        .await
    };
    assert_eq!(asks(1).await, "not_registered");
    assert_eq!(asks(2).await, "(no code)", "it still has an offer");
}
