//! Claims that no leaf gives.

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::instruction::Claim;

use super::{Attack, Stage, attack, run, stage, with};
use crate::harness::{IO, ix};

#[test]
fn claims_without_a_leaf() {
    let mut stage = stage();
    let attacks = attacks(&mut stage);
    run(&mut stage.world, attacks);
}

#[test]
fn a_claim_is_paid_once() {
    let mut stage = stage();
    let (claim, key) = (stage.claim(0), stage.mallory.key.insecure_clone());
    stage.world.ok(&[&key], std::slice::from_ref(&claim));
    assert_eq!(
        stage.world.refused(&[&key], std::slice::from_ref(&claim)),
        E::NothingToClaim
    );
    // A count of before.
    let count = ix::claimed_address(&stage.world, &stage.mallory.address());
    let older = stage.world.decoy(&count, |account| account.data[35..43].fill(0));
    let again = with(claim, 3, older);
    assert_eq!(stage.world.refused(&[&key], &[again]), E::WrongAddress);
    // Another wallet's count instead of one's own.
    let mut theirs = stage.claim(1);
    theirs.accounts[3].pubkey = ix::claimed_address(&stage.world, &stage.mallory.address());
    let renter = stage.renter.key.insecure_clone();
    assert_eq!(stage.world.refused(&[&renter], &[theirs]), E::NotClaimant);
}

pub(super) fn attacks(stage: &mut Stage) -> Vec<Attack> {
    let world = &stage.world;
    let (mallory, tree) = (&stage.mallory, &stage.tree);
    let key = &mallory.key;
    let good = Claim {
        epoch: stage.epoch,
        index: 0,
        cumulative: IO,
    };
    let proof = tree.proof(0);
    let claim = |given: Claim, proof: &[[u8; 32]]| vec![ix::claim_with(world, mallory, &given, proof)];
    let longer = [proof.clone(), vec![[0; 32]]].concat();
    let mut bent = proof.clone();
    bent[1][0] ^= 1;
    let mut odd = ix::claim_with(world, mallory, &good, &proof);
    odd.data.pop();
    vec![
        attack("another's proof", key, claim(good, &tree.proof(1)), E::WrongProof),
        attack(
            "another's amount",
            key,
            claim(
                Claim {
                    cumulative: 2 * IO,
                    ..good
                },
                &proof,
            ),
            E::WrongProof,
        ),
        attack(
            "another's place and amount",
            key,
            claim(
                Claim {
                    index: 1,
                    cumulative: 2 * IO,
                    ..good
                },
                &tree.proof(1),
            ),
            E::WrongProof,
        ),
        attack(
            "the right leaf at another place",
            key,
            claim(Claim { index: 1, ..good }, &proof),
            E::WrongProof,
        ),
        attack(
            "a place beyond the tree",
            key,
            claim(Claim { index: 8, ..good }, &proof),
            E::WrongProof,
        ),
        attack(
            "the largest place",
            key,
            claim(
                Claim {
                    index: u32::MAX,
                    ..good
                },
                &proof,
            ),
            E::WrongProof,
        ),
        attack(
            "an inner node as a leaf",
            key,
            claim(good, &proof[1..]),
            E::WrongProof,
        ),
        attack("the root as a leaf", key, claim(good, &[]), E::WrongProof),
        attack(
            "a node for a sibling",
            key,
            claim(good, &[tree.node(1, 0), proof[1], proof[2]]),
            E::WrongProof,
        ),
        attack(
            "a proof with one level more",
            key,
            claim(good, &longer),
            E::WrongProof,
        ),
        attack("a bent proof", key, claim(good, &bent), E::WrongProof),
        attack(
            "a proof of the next root",
            key,
            claim(
                Claim {
                    cumulative: 2 * IO,
                    ..good
                },
                &stage.new_tree.proof(0),
            ),
            E::WrongProof,
        ),
        attack(
            "a proof that is no multiple of a hash",
            key,
            vec![odd],
            E::BadInstruction,
        ),
        attack(
            "a root that is too new",
            key,
            claim(
                Claim {
                    epoch: stage.new_epoch,
                    cumulative: 2 * IO,
                    ..good
                },
                &stage.new_tree.proof(0),
            ),
            E::RootTooNew,
        ),
        attack(
            "a root of no epoch",
            key,
            claim(
                Claim {
                    epoch: stage.epoch + 1,
                    ..good
                },
                &proof,
            ),
            E::UnknownRoot,
        ),
        attack(
            "the empty place of a root",
            key,
            claim(Claim { epoch: 0, ..good }, &proof),
            E::UnknownRoot,
        ),
        attack(
            "a claim of nothing",
            key,
            claim(
                Claim {
                    cumulative: 0,
                    ..good
                },
                &proof,
            ),
            E::WrongProof,
        ),
    ]
}
