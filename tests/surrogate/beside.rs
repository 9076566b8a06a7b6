//! Trees beside a surrogate: a size is the tree that a fit with this size gives, a redrawn tree the fit on the drawn rows, and
//! agreement is counted pair by pair.

use klartext::surrogate::{Surrogate, alike};
use ndarray::Axis;
use proptest::prelude::*;

use super::{names, options, people};

/// SplitMix64 as the library seeds it for a resample, written down anew.
fn drawn(n: usize, seed: u64, tree: u64) -> Vec<usize> {
    let mixed = |x: u64| {
        let z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let start = mixed(seed ^ mixed(tree + 1));
    let nth = |k: u64| mixed(start.wrapping_add(k.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    (0..n as u64).map(|k| ((u128::from(nth(k)) * n as u128) >> 64) as usize).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_size_is_the_tree_that_a_fit_with_it_gives(seed in 0u64..1000, limit in 1usize..20) {
        let (rows, decisions) = people(200, seed);
        let tree = Surrogate::fit(&names(6), rows.view(), &decisions, options(5, limit, 5)).unwrap();
        let sizes = [1, 2, 3, 4, 8, limit, 16];
        let found = tree.of_sizes(rows.view(), &decisions, &sizes).unwrap();
        prop_assert_eq!(found.len(), sizes.len());
        for (found, size) in found.iter().zip(sizes) {
            let alone = Surrogate::fit(&names(6), rows.view(), &decisions, options(5, size, 5));
            prop_assert_eq!(found, &alone.unwrap());
        }
        prop_assert_eq!(&found[5], &tree);
    }

    #[test]
    fn a_redrawn_tree_is_the_fit_on_the_drawn_rows(seed in 0u64..1000) {
        let (rows, decisions) = people(150, seed);
        let tree = Surrogate::fit(&names(6), rows.view(), &decisions, options(4, 8, 5)).unwrap();
        let redrawn = tree.redrawn(rows.view(), &decisions, 4, seed).unwrap();
        prop_assert_eq!(redrawn.len(), 4);
        for (k, redrawn) in redrawn.iter().enumerate() {
            let drawn = drawn(150, seed, k as u64);
            let said: Vec<bool> = drawn.iter().map(|&i| decisions[i]).collect();
            let rows = rows.select(Axis(0), &drawn);
            let alone = Surrogate::fit(&names(6), rows.view(), &said, options(4, 8, 5)).unwrap();
            prop_assert_eq!(redrawn, &alone);
        }
    }

    #[test]
    fn agreement_is_counted_pair_by_pair(seed in 0u64..1000, trees in 0usize..6) {
        let (rows, decisions) = people(120, seed);
        let tree = Surrogate::fit(&names(6), rows.view(), &decisions, options(4, 8, 5)).unwrap();
        let trees = tree.redrawn(rows.view(), &decisions, trees, 1).unwrap();
        let (mut same, mut of) = (0, 0);
        for (k, a) in trees.iter().enumerate() {
            for b in &trees[..k] {
                for row in rows.rows() {
                    of += 1;
                    same += usize::from(a.decide(&row.to_vec()) == b.decide(&row.to_vec()));
                }
            }
        }
        prop_assert_eq!(alike(&trees, rows.view()), (same, of));
    }
}
