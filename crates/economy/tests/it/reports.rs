//! Reports: byte-identical when recomputed, and nothing else passes for one.

use hearth_economy::{
    epoch::{close, root_of},
    merkle::{Leaf, Tree},
    report::{ReportError, encode, verify},
};
use proptest::prelude::*;

use crate::random::{World, tapes};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_report_is_a_pure_function_of_what_was_closed(tape in tapes(), place: usize, change in 1..=255_u8) {
        let mut world = World::new(tape);
        for _ in 0..3 {
            let (input, closed) = world.step();
            let report = encode(&input, &closed);
            prop_assert_eq!(&report, &encode(&input, &close(&input).unwrap()));
            let verified = verify(&report).unwrap();
            prop_assert_eq!(&verified.input, &input);
            prop_assert_eq!(&verified.closed, &closed);

            let mut changed = report.clone();
            let place = place % report.len();
            changed[place] ^= change;
            // A changed input is another epoch, whose close says other than what follows; or it cannot be read.
            if let Ok(other) = verify(&changed) {
                prop_assert_ne!(other.input, input);
                prop_assert_eq!(encode(&verify(&changed).unwrap().input, &other.closed), changed);
            }
            prop_assert!(verify(&report[..place]).is_err());
            let mut longer = report;
            longer.push(0);
            prop_assert_eq!(verify(&longer), Err(ReportError::Differs));
        }
    }

    #[test]
    fn any_bytes_are_a_report_or_are_refused(bytes: Vec<u8>) {
        prop_assert!(verify(&bytes).is_err());
    }

    #[test]
    fn every_wallet_can_prove_its_leaf(tape in tapes()) {
        let mut world = World::new(tape);
        let closed: Vec<_> = (0..3).map(|_| world.step()).collect();
        let (input, last) = closed.last().unwrap();
        let leaves: Vec<_> = input.wallets.iter().zip(&last.outcome.rewards).map(|(row, reward)| Leaf {
            network: input.network.tag(),
            wallet: row.wallet,
            cumulative: reward.cumulative,
        }).collect();
        let tree = Tree::new(leaves.iter().map(Leaf::hash).collect()).unwrap();
        prop_assert_eq!(tree.root(), last.root);
        prop_assert_eq!(root_of(input, &last.outcome.rewards), Ok(last.root));
        for (index, leaf) in (0..).zip(&leaves) {
            prop_assert!(tree.proof(index).unwrap().proves(leaf, &last.root));
        }
    }
}
