//! Single precision: as near as its stated tolerance, on every model of the libraries.

use klartext::attribution::{Explainer, Instructions, PathDependent, Precision};
use klartext::model::Form;

use crate::reference::{model, rows};

const MODELS: [(&str, &str); 7] = [
    ("xgb_adult_100x6.json", "adult_num"),
    ("xgb_adult_catcodes.json", "adult_num"),
    ("xgb_injury_poisson.json", "injury"),
    ("lgb_adult_100.txt", "adult_num"),
    ("lgb470_zero.txt", "synthetic"),
    ("lgb470_category.txt", "synthetic"),
    ("cb_adult_num.json", "adult_num"),
];

#[test]
fn single_precision_keeps_its_tolerance() {
    for (file, input) in MODELS {
        let loaded = model(file);
        let Form::Trees(trees) = loaded.model.form() else { panic!("{file}") };
        let rows = rows(loaded.model.as_ref(), &format!("{input}.X.csv"));
        let double = Explainer::explain(&PathDependent::new(trees), rows.view(), &[0]).unwrap();
        let single = PathDependent::with(trees, Precision::Single, Instructions::default());
        let found = Explainer::explain(&single, rows.view(), &[0]).unwrap();
        // Base values are those of double precision.
        assert_eq!(found.base_values, double.base_values);
        let exact = single.explained(loaded.model.as_ref(), rows.view(), &[0]);
        let mut worst = 0.0f64;
        for (r, explained) in exact.iter().enumerate() {
            let values = found.values.index_axis(ndarray::Axis(0), r);
            let largest = values.iter().fold(explained.abs().max(1.0), |m, x| m.max(x.abs()));
            let base = found.base_values[(r, 0)];
            worst = worst.max((base + values.sum() - explained).abs() / largest.max(base.abs()));
        }
        println!("{file}: {worst:e}");
        assert!(worst <= single.tolerance(), "{file}: {worst:e}");
        for (found, wanted) in found.values.iter().zip(&double.values) {
            assert!((found - wanted).abs() <= 1e-5 * wanted.abs().max(1.0), "{found} {wanted}");
        }
    }
}
