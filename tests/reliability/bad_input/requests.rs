//! Signed requests to the coordinator that are not what was signed, or were sent before.

use ed25519_dalek::{Signer as _, SigningKey};
use hearth_protocol::{
    coordinator::{ApiCode, ApiError, Heartbeat, RegisterNode},
    request::{COUNTER_HEADER, KEY_HEADER, RequestParts, SIGNATURE_HEADER},
    statement::Scope,
};
use hearth_types::{
    id::{NodeId, Signature, WalletAddress},
    ipc::ListOffers,
    network::NetworkKind,
    requirement::Requirement,
};
use reqwest::StatusCode;

use super::money;
use crate::rig::{Rig, with_rig};

const NODES: &str = "/v1/nodes";
const HEARTBEAT: &str = "/v1/nodes/heartbeat";

/// A request as it travels.
#[derive(Clone)]
struct Sent {
    path: &'static str,
    key: NodeId,
    counter: u64,
    signature: Signature,
    body: Vec<u8>,
}

impl Sent {
    fn new(key: &SigningKey, network: NetworkKind, path: &'static str, counter: u64, body: Vec<u8>) -> Self {
        let tag = network.tag();
        let parts = RequestParts {
            network_tag: &tag,
            method: "POST",
            path,
            counter,
            body: &body,
        };
        let signature = parts.sign(key);
        let key = NodeId(key.verifying_key().to_bytes());
        Self {
            path,
            key,
            counter,
            signature,
            body,
        }
    }

    async fn send(self, base: &str) -> anyhow::Result<(StatusCode, String)> {
        let http = hearth_tests::http().no_proxy().build()?;
        let request = http
            .post(format!("{base}{}", self.path))
            .header(KEY_HEADER, self.key.to_string())
            .header(COUNTER_HEADER, self.counter.to_string())
            .header(SIGNATURE_HEADER, self.signature.to_string());
        let answer = request.body(self.body).send().await?;
        Ok((answer.status(), answer.text().await?))
    }

    async fn expect_refusal(self, base: &str, status: StatusCode, code: ApiCode) -> anyhow::Result<ApiError> {
        let (found, text) = self.send(base).await?;
        let error: ApiError = serde_json::from_str(&text)?;
        anyhow::ensure!(
            (found, error.code) == (status, code),
            "{code:?} was expected: {found} {text}"
        );
        anyhow::ensure!(!error.message.is_empty(), "no message: {error:?}");
        Ok(error)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tampered_or_replayed() -> anyhow::Result<()> {
    with_rig(async |rig| {
        rig.lend().await?;
        rig.quote().await?;
        let before = (money(&rig.provider).await?, listed(rig).await?);
        send_bad_requests(rig).await?;
        let after = (money(&rig.provider).await?, listed(rig).await?);
        anyhow::ensure!(after == before, "something changed: {after:?}");
        // The coordinator serves on, to the end of a lease.
        rig.rent().await?;
        rig.check().await?;
        Ok(())
    })
    .await
}

/// What the market lists, without the times of heartbeats.
async fn listed(rig: &Rig) -> anyhow::Result<Vec<hearth_types::market::Offer>> {
    let need = Requirement::default();
    let offers = rig.renter.ask(ListOffers { need }).await?;
    Ok(offers.into_iter().map(|listed| listed.offer).collect())
}

async fn send_bad_requests(rig: &Rig) -> anyhow::Result<()> {
    let base = rig.network.coordinator_url();
    let info = rig
        .renter
        .ask(hearth_types::ipc::GetStatus {})
        .await?
        .network_info;
    let program = info.ok_or(anyhow::anyhow!("the network is not known"))?.program;
    let kind = NetworkKind::Practice;
    let (node, wallet) = (key(), key());
    let (id, address) = (NodeId(public(&node)), WalletAddress(public(&wallet)));
    let scope = Scope {
        network_tag: kind.tag(),
        program,
    };
    let consent = wallet.sign(&scope.registration_bytes(id, address));
    let register = serde_json::to_vec(&RegisterNode {
        node: id,
        wallet: address,
        wallet_signature: Signature(consent.to_bytes()),
    })?;
    let good = Sent::new(&node, kind, NODES, 1, register.clone());

    // Each part that the signature covers, changed on the way.
    let mut signature = good.signature;
    signature.0[0] ^= 1;
    let mut body = register.clone();
    body.push(b' ');
    for tampered in [
        Sent {
            signature,
            ..good.clone()
        },
        Sent { body, ..good.clone() },
        Sent {
            counter: 2,
            ..good.clone()
        },
        Sent {
            path: HEARTBEAT,
            ..good.clone()
        },
        Sent {
            key: NodeId(public(&wallet)),
            ..good.clone()
        },
    ] {
        tampered
            .expect_refusal(base, StatusCode::UNAUTHORIZED, ApiCode::BadSignature)
            .await?;
    }
    let foreign = Sent::new(&node, NetworkKind::Mainnet, NODES, 1, register.clone());
    foreign
        .expect_refusal(base, StatusCode::CONFLICT, ApiCode::WrongNetwork)
        .await?;

    // Taken once; the same bytes, or a lower counter, never again.
    let (status, text) = good.clone().send(base).await?;
    anyhow::ensure!(status == StatusCode::OK, "{text}");
    let beat = Heartbeat {
        offer: None,
        available: false,
        address: None,
    };
    let beat = Sent::new(&node, kind, HEARTBEAT, 7, serde_json::to_vec(&beat)?);
    let (status, text) = beat.clone().send(base).await?;
    anyhow::ensure!(status == StatusCode::OK, "{text}");
    for replayed in [beat, good] {
        let error = replayed
            .expect_refusal(base, StatusCode::CONFLICT, ApiCode::StaleCounter)
            .await?;
        anyhow::ensure!(error.expected_counter == Some(8), "no mend: {error:?}");
    }

    // A wallet that never agreed.
    let forged = serde_json::to_vec(&RegisterNode {
        node: id,
        wallet: WalletAddress(public(&key())),
        wallet_signature: Signature(consent.to_bytes()),
    })?;
    let forged = Sent::new(&node, kind, NODES, 8, forged);
    let (status, text) = forged.send(base).await?;
    anyhow::ensure!(status.is_client_error(), "{status} {text}");
    Ok(())
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&rand::random())
}

fn public(key: &SigningKey) -> [u8; 32] {
    key.verifying_key().to_bytes()
}
