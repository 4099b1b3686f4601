//! `hearth stake claims` and `hearth stake claim`: rewards.

use std::path::Path;

use anyhow::Context as _;
use hearth_types::{
    ipc::{ClaimRewards, Code, IpcError, ListClaims, ReviewClaim},
    network::NetworkKind,
    staking::{Claims, RewardProof},
};

use super::done;
use crate::{client::Client, command::review::Confirm, output};

/// The longest proof that is read, bytes: twenty siblings take a thousand.
const MAX_PROOF_BYTES: u64 = 16 * 1024;

/// What was claimed, and the roots to claim against.
pub(super) async fn list(client: &mut Client, practice: bool, json: bool) -> anyhow::Result<()> {
    let claims = client.ask(ListClaims {}).await?;
    if json {
        return output::json(&claims);
    }
    show(&claims, practice);
    Ok(())
}

/// Claims what a proof in a file gives.
pub(super) async fn claim(
    client: &mut Client,
    file: &Path,
    confirm: &Confirm,
    network: NetworkKind,
    json: bool,
) -> anyhow::Result<()> {
    let proof = read(file)?;
    let review = ReviewClaim { proof: proof.clone() };
    confirm.ask(&client.ask(review).await?, network.is_practice(), json)?;
    done(client.ask(ClaimRewards { proof }).await?, network, json)
}

fn show(claims: &Claims, practice: bool) {
    let test = if practice { " (practice)" } else { "" };
    output::line(format!("Claimed so far: {}{test}", claims.claimed));
    for root in &claims.roots {
        let when = if root.claimable {
            "claimable".to_owned()
        } else {
            format!("claimable from Unix second {}", root.claimable_from.seconds())
        };
        let (epoch, total) = (root.epoch, root.total);
        output::line(format!(
            "  epoch {epoch}: {total} to all wallets since the beginning, {when}{test}"
        ));
    }
    if claims.roots.is_empty() {
        output::line("  No epoch's rewards were posted yet.");
    }
}

fn read(file: &Path) -> anyhow::Result<RewardProof> {
    let name = file.display();
    let length = std::fs::metadata(file)
        .with_context(|| format!("looking at {name}"))?
        .len();
    if length > MAX_PROOF_BYTES {
        return Err(no_proof("it is too long").into());
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {name}"))?;
    Ok(serde_json::from_str(&text).map_err(no_proof)?)
}

fn no_proof(cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(Code::BadRequest, "The file holds no proof of rewards.")
        .mend("It is JSON: epoch, index, cumulative (base units) and siblings.")
        .detail(cause)
}

#[cfg(test)]
mod tests {
    use hearth_types::{id::Digest, money::Io};

    use super::*;

    #[test]
    fn a_proof_is_read_from_its_json() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("proof.json");
        let proof = RewardProof {
            epoch: 5,
            index: 1,
            cumulative: Io(7),
            siblings: vec![Digest([3; 32])],
        };
        std::fs::write(&file, serde_json::to_string(&proof).unwrap()).unwrap();
        assert_eq!(read(&file).unwrap(), proof);
        std::fs::write(&file, r#"{"epoch":5}"#).unwrap();
        let error = read(&file).unwrap_err();
        assert_eq!(error.downcast_ref::<IpcError>().unwrap().code, Code::BadRequest);
    }
}
