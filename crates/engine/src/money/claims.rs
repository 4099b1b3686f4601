//! Rewards: what there is to claim against, and claiming.

use hearth_chain::{
    signer::TxSigner as _,
    transactions::{ClaimTerms, fee_for},
};
use hearth_program_interface::{Bytes32, account::Root, merkle, params::ROOT_DELAY_SECONDS};
use hearth_store::{ledger::Movement, outbox::OutboxKind};
use hearth_types::{
    id::{Digest, WalletAddress},
    ipc::{Code, Fate, IpcError, Review, TxView},
    money::{Currency, Io, Lamports},
    staking::{Claims, RewardProof, RewardRoot},
    time::UnixMillis,
};
use sha2::{Digest as _, Sha256};

use super::{entry, fresh_key, review::line};
use crate::engine::Engine;

/// What a claim comes to.
struct Claiming {
    /// What is paid now.
    amount: Io,
    /// Of the account that says what the wallet has claimed, when it is made.
    rent: Lamports,
}

fn bad(text: impl Into<String>) -> IpcError {
    IpcError::new(Code::BadRequest, text)
}

fn sha256(parts: &[&[u8]]) -> Bytes32 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The root that a wallet's proof leads to; `None` when it is no proof.
fn reached(network_tag: &[u8; 16], wallet: WalletAddress, proof: &RewardProof) -> Option<Bytes32> {
    let leaf = merkle::leaf(network_tag, &wallet.0, proof.cumulative.0, sha256);
    merkle::root(leaf, proof.index, &siblings(proof), sha256)
}

fn siblings(proof: &RewardProof) -> Vec<Bytes32> {
    proof.siblings.iter().map(|sibling| sibling.0).collect()
}

fn shown(root: &Root, now: u64) -> RewardRoot {
    RewardRoot {
        epoch: root.epoch,
        root: Digest(root.root),
        report: Digest(root.report),
        total: Io(root.total),
        posted_at: UnixMillis::from_seconds(root.posted_at),
        claimable_from: UnixMillis::from_seconds(root.posted_at.saturating_add(ROOT_DELAY_SECONDS)),
        claimable: root.is_claimable(now),
    }
}

impl Engine {
    pub(crate) async fn list_claims(&self) -> Result<Claims, IpcError> {
        let wallet = self.own_address()?;
        let chain = &self.net().await?.chain;
        let now = chain.time().await?.seconds();
        let books = chain.reward_books().await?;
        Ok(Claims {
            claimed: chain.claimed(wallet).await?,
            roots: books.roots.iter().rev().map(|root| shown(root, now)).collect(),
        })
    }

    pub(crate) async fn review_claim(&self, proof: &RewardProof) -> Result<Review, IpcError> {
        let Claiming { amount, rent } = self.claiming(self.own_address()?, proof).await?;
        let lines = [
            line("reward", Currency::Io, amount.0, Fate::Arrives),
            line("claims_account", Currency::Sol, rent.0, Fate::Spent),
            line("network_fee", Currency::Sol, fee_for(1, 0).0, Fate::Spent),
        ];
        self.review(lines.into_iter().filter(|line| line.amount > 0).collect())
            .await
    }

    pub(crate) async fn claim_rewards(&self, proof: &RewardProof) -> Result<TxView, IpcError> {
        let wallet = self.open_wallet()?;
        let Claiming { amount, rent } = self.claiming(wallet.address(), proof).await?;
        let chain = &self.net().await?.chain;
        let recent = chain.latest_blockhash().await?;
        let terms = ClaimTerms {
            epoch: proof.epoch,
            index: proof.index,
            cumulative: proof.cumulative,
            siblings: &siblings(proof),
        };
        let transaction = chain.transactions().claim(&recent, &*wallet, terms)?;
        let key = fresh_key("claim");
        let reward = entry(&key, Movement::Reward(amount))?.note(format!("up to epoch {}", proof.epoch));
        self.staking(OutboxKind::Claim, key, transaction, rent, vec![reward], "")
            .await
    }

    /// What a proof pays a wallet now.
    ///
    /// # Errors
    /// When it leads to none of the roots that the chain keeps, too early, or to nothing new.
    async fn claiming(&self, wallet: WalletAddress, proof: &RewardProof) -> Result<Claiming, IpcError> {
        let network = self.net().await?;
        let books = network.chain.reward_books().await?;
        let root = books.roots.iter().find(|root| root.epoch == proof.epoch);
        let root = root.ok_or_else(|| {
            let text = format!("The chain keeps no root of epoch {}.", proof.epoch);
            IpcError::new(Code::NotFound, text)
                .mend("Use the proof of a later epoch: what is earned adds up and never expires.")
        })?;
        if reached(&network.info.kind.tag(), wallet, proof) != Some(root.root) {
            return Err(bad(
                "This proof does not lead to the epoch's root for this wallet. Nothing was paid.",
            )
            .mend("Check that the proof is of this wallet and of this network."));
        }
        let now = network.chain.time().await?.seconds();
        if !root.is_claimable(now) {
            let text =
                "This root can still be voided; it can be claimed against an hour after it was posted.";
            return Err(IpcError::new(Code::TooEarly, text).mend("Try again then."));
        }
        let claimed = network.chain.claimed(wallet).await?;
        let amount = proof.cumulative.saturating_sub(claimed);
        if amount == Io::ZERO {
            let text = format!("Everything that this proof gives, {claimed} in all, was claimed before.");
            return Err(IpcError::new(Code::NotFound, text).mend("Wait for the next epoch."));
        }
        Ok(Claiming {
            amount,
            rent: network.chain.rent_for_claimed(wallet).await?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_leads_to_its_root_for_its_wallet_network_and_amount_only() {
        let (tag, wallet) = ([7; 16], WalletAddress([1; 32]));
        let other = merkle::leaf(&tag, &[2; 32], 50, sha256);
        let own = merkle::leaf(&tag, &wallet.0, 60, sha256);
        let root = merkle::node(&other, &own, sha256);
        let proof = RewardProof {
            epoch: 3,
            index: 1,
            cumulative: Io(60),
            siblings: vec![Digest(other)],
        };
        assert_eq!(reached(&tag, wallet, &proof), Some(root));
        assert_ne!(reached(&[8; 16], wallet, &proof), Some(root));
        assert_ne!(reached(&tag, WalletAddress([2; 32]), &proof), Some(root));
        let more = RewardProof {
            cumulative: Io(61),
            ..proof.clone()
        };
        assert_ne!(reached(&tag, wallet, &more), Some(root));
        let beyond = RewardProof { index: 2, ..proof };
        assert_eq!(reached(&tag, wallet, &beyond), None);
    }
}
