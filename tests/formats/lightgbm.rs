//! Promise: predictions equal LightGBM's in double precision; a file that cannot be read exactly is refused by name.

use crate::compare::{changed, codes, predictions, refused, relative};

#[test]
fn lightgbm_predictions_are_the_librarys() {
    for (file, input) in [
        ("lgb_adult_100.txt", "adult_num.X.csv"),
        ("lgb_injury_multi.txt", "injury.X.csv"),
        ("lgb_adult_cat.txt", "adult_num.X.csv"),
        ("lgb470_forest.txt", "synthetic.X.csv"),
        ("lgb470_ova.txt", "synthetic.X.csv"),
        ("lgb470_zero.txt", "synthetic.X.csv"),
        ("lgb470_category.txt", "synthetic.X.csv"),
        ("lgb470_stump.txt", "synthetic.X.csv"),
        ("lgb470_tweedie.txt", "synthetic.X.csv"),
    ] {
        let (raw, value) = predictions(file, input, relative);
        println!("{file}: raw {raw:e}, value {value:e} relative");
        assert!(raw <= 1e-12 && value <= 1e-12, "{file}: {raw:e} {value:e}");
    }
}

/// What cannot be read exactly is refused by name, and contradictions are found.
#[test]
fn what_lightgbm_writes_and_is_not_read_is_refused() {
    let lightgbm = |from: &str, to: &str| changed("lgb470_tweedie.txt", from, to);
    refused([]);
}

/// What all trees have in common comes once.
#[test]
fn a_fault_of_every_tree_comes_once() {
    let linear = changed("lgb470_tweedie.txt", "is_linear=0", "is_linear=1");
    let linear = String::from_utf8(linear).unwrap().replace("is_linear=0", "is_linear=1");
    assert_eq!(codes(linear.as_bytes()), ["M04"]);
}
