//! The values are those of the definition over all coalitions, whatever the splits.

use klartext::attribution::{Explainer, Instructions, PathDependent, Precision, by_enumeration};
use proptest::prelude::*;

use crate::world::{FEATURES, OUTPUTS, ensemble, game, row};

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_are_the_shapley_values_of_the_cover_game(model in ensemble(), row in row()) {
        let prepared = PathDependent::new(&model);
        let single = PathDependent::with(&model, Precision::Single, Instructions::default());
        for output in 0..OUTPUTS {
            let found = prepared.explain(&row, output);
            let wanted = by_enumeration(FEATURES, |set| game(&model, &row, output, set)).unwrap();
            for (found, wanted) in found.values.iter().zip(&wanted) {
                prop_assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
            }
            prop_assert!(found.residual(&model, &row, output) <= prepared.tolerance());
            // Rows go the same ways in single precision: a wrong side would be off by an eighth or more.
            let found = single.explain(&row, output);
            for (found, wanted) in found.values.iter().zip(&wanted) {
                prop_assert!((found - wanted).abs() < 2e-5, "single: {found} is not {wanted}");
            }
            prop_assert!(found.residual(&model, &row, output) <= single.tolerance());
        }
    }
}
