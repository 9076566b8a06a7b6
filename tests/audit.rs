//! The promises of gates G16, G20 and G27 and of the owner's report (M3, M4): counts and shares that a person can check by
//! hand; small groups never shown.

use klartext::audit::{
    Bins, ErrorTable, Share, Spread, Standing, area_under_curve, by_group, calibration, errors,
    frequency, quantile, typical_range,
};

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 5e-7, "{a} is not {b}");
}

fn flags(text: &str) -> Vec<bool> {
    text.chars().map(|c| c == '1').collect()
}

/// Wilson intervals against published values: 81 of 263 gives 0.2553 to 0.3662, 15 of 148 gives 0.0624 to 0.1605, and
/// 1 of 29 gives 0.0061 to 0.1718 (Newcombe 1998, table I, method 3).
#[test]
fn wilson_intervals_are_those_of_newcombe() {
    for (count, of, low, high) in
        [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (1, 29, 0.0061, 0.1718)]
    {
        let share = Share::new(count, of).unwrap();
        assert_eq!(
            ((share.low * 1e4).round() / 1e4, (share.high * 1e4).round() / 1e4),
            (low, high)
        );
    }
    let none = Share::new(0, 20).unwrap();
    assert_eq!((none.share, none.low, (none.high * 1e4).round() / 1e4), (0.0, 0.0, 0.1611));
    assert_eq!(Share::new(20, 20).unwrap().high, 1.0);
    assert_eq!(Share::new(0, 0), None);
}

/// Both kinds of error and every rate, counted by hand.
#[test]
fn errors_are_counted() {
    //                  tp tp tp fp tn tn tn tn fn fn
    let labels = flags("1110000011");
    let decided = flags("1111000000");
    let table = errors(&labels, &decided).unwrap();
    assert_eq!(table, ErrorTable { tp: 3, fp: 1, tn: 4, fn_: 2 });
    let share = |s: Option<Share>| s.map(|s| (s.count, s.of)).unwrap();
    assert_eq!(share(table.right()), (7, 10));
    assert_eq!(share(table.base_rate()), (5, 10));
    assert_eq!(share(table.positive_rate()), (4, 10));
    assert_eq!(share(table.true_positive_rate()), (3, 5));
    assert_eq!(share(table.false_negative_rate()), (2, 5));
    assert_eq!(share(table.true_negative_rate()), (4, 5));
    assert_eq!(share(table.false_positive_rate()), (1, 5));
    assert_eq!(share(table.positive_predictive_value()), (3, 4));
    assert_eq!(share(table.negative_predictive_value()), (4, 6));
    assert_eq!(ErrorTable::default().right(), None);
    assert_eq!(errors(&labels, &decided[1..]).unwrap_err().0[0].code, "R50");
}

/// G20: the statement is about the cases with this outcome, and only made with 200 of them.
#[test]
fn frequency_speaks_of_one_outcome() {
    let labels = flags("1110000011");
    let decided = flags("1111000000");
    let negative = frequency(&labels, &decided, false).unwrap();
    assert_eq!(
        (negative.tested, negative.cases, negative.right, negative.enough()),
        (10, 6, 4, false)
    );
    assert_eq!(negative.right_of_100(), Some(67)); // 66.67
    let positive = ErrorTable { tp: 161, fp: 39, tn: 900, fn_: 100 }.frequency(true);
    assert_eq!((positive.cases, positive.enough(), positive.right_of_100()), (200, true, Some(81))); // 80.5
    assert_eq!(ErrorTable::default().frequency(true).right_of_100(), None);
}

/// Pairs counted by hand, ties half.
#[test]
fn area_counts_ties_half() {
    // positives 0.8 0.5 0.5, negatives 0.5 0.2: 0.8 beats both, each 0.5 ties one and beats one: (2 + 1.5 + 1.5) / 6
    let area = area_under_curve(&[0.8, 0.5, 0.5, 0.5, 0.2], &flags("11010")).unwrap().unwrap();
    near(area, 5.0 / 6.0);
    assert_eq!(area_under_curve(&[0.3; 7], &flags("1101001")).unwrap(), Some(0.5));
    assert_eq!(area_under_curve(&[-0.0, 0.0], &flags("10")).unwrap(), Some(0.5));
    assert_eq!(area_under_curve(&[0.1, 0.2], &flags("11")).unwrap(), None);
    assert_eq!(area_under_curve(&[0.1, f64::NAN], &flags("10")).unwrap_err().0[0].code, "R51");
}

/// Bins, means, Brier score and expected error by hand; cases in any order; equal values stay together.
#[test]
fn calibration_by_hand() {
    let values = [0.9, 0.1, 0.2, 0.3, 0.6, 0.6, 0.6, 0.8];
    let labels = flags("10011101");
    let two = calibration(&values, &labels, Bins::EqualWidth(2)).unwrap();
    assert_eq!(
        two.bins.iter().map(|b| (b.positive.count, b.positive.of)).collect::<Vec<_>>(),
        [(1, 3), (4, 5)]
    );
    near(two.bins[0].mean, 0.2);
    near(two.bins[1].mean, 0.7);
    // .01 .01 .04 .49 .16 .16 .36 .04
    near(two.brier.unwrap(), 1.27 / 8.0);
    near(two.expected_error.unwrap(), (3.0 * (1.0 / 3.0 - 0.2) + 5.0 * 0.1) / 8.0);
    // 0.1 0.2 | 0.3 | 0.6 0.6 0.6 | 0.8 0.9: the three 0.6 (places 4 to 6 of 8) stay together in the third quarter
    let four = calibration(&values, &labels, Bins::EqualCount(4)).unwrap();
    let shape: Vec<_> = four.bins.iter().map(|b| (b.from, b.to, b.positive.of)).collect();
    assert_eq!(shape, [(0.1, 0.2, 2), (0.3, 0.3, 1), (0.6, 0.6, 3), (0.8, 0.9, 2)]);
    let (mut turned, mut turned_labels) = (values.to_vec(), labels.clone());
    turned.reverse();
    turned_labels.reverse();
    assert_eq!(calibration(&turned, &turned_labels, Bins::EqualCount(4)).unwrap(), four);
    // edges belong to the upper bin, 1 to the last one
    let edges =
        calibration(&[0.0, 0.1, 0.3, 0.7, 1.0], &flags("00111"), Bins::EqualWidth(10)).unwrap();
    assert_eq!(edges.bins.len(), 5);
    let fine = calibration(&[0.0, 0.5, 1.0], &flags("011"), Bins::EqualWidth(usize::MAX)).unwrap();
    assert_eq!(fine.bins.len(), 3);
    assert_eq!(calibration(&[1.5], &[true], Bins::EqualWidth(10)).unwrap_err().0[0].code, "R52");
    assert_eq!(calibration(&[0.5], &[true], Bins::EqualCount(0)).unwrap_err().0[0].code, "R52");
    assert_eq!(calibration(&[], &[], Bins::EqualCount(3)).unwrap().brier, None);
}

/// G27: fewer than 20 persons are not shown, not even by subtraction.
#[test]
fn small_groups_are_hidden() {
    let sizes = [("a", 50), ("b", 19), ("c", 20), ("d", 30)];
    let people = |sizes: &[(&str, usize)]| -> Vec<Option<String>> {
        sizes.iter().flat_map(|&(name, n)| vec![Some(name.to_string()); n]).collect()
    };
    let shown = |groups: &[Option<String>]| -> Vec<(Option<String>, Option<usize>)> {
        let labels: Vec<bool> = (0..groups.len()).map(|i| i % 3 == 0).collect();
        let decided: Vec<bool> = (0..groups.len()).map(|i| i % 2 == 0).collect();
        let rows = by_group(groups, &labels, &decided).unwrap();
        rows.into_iter().map(|r| (r.group, r.errors.map(|e| e.cases()))).collect()
    };
    let name = |s: &str| Some(s.to_string());
    // b alone would be the rest, so c is hidden with it
    assert_eq!(
        shown(&people(&sizes)),
        [(name("a"), Some(50)), (name("b"), None), (name("c"), None), (name("d"), Some(30))]
    );
    let mut more = people(&sizes);
    more.extend(vec![None; 5]);
    assert_eq!(
        shown(&more),
        [
            (None, None),
            (name("a"), Some(50)),
            (name("b"), None),
            (name("c"), Some(20)),
            (name("d"), Some(30))
        ]
    );
    assert_eq!(
        shown(&people(&[("x", 20), ("y", 20)])),
        [(name("x"), Some(20)), (name("y"), Some(20))]
    );
    // two hidden groups of 8 together would be told by subtraction: a third one goes with them
    assert_eq!(
        shown(&people(&[("p", 5), ("q", 3), ("r", 40), ("s", 25)])),
        [(name("p"), None), (name("q"), None), (name("r"), Some(40)), (name("s"), None)]
    );
    assert_eq!(by_group(&[None], &[true], &[]).unwrap_err().0[0].code, "R50");
}

/// Quantiles are values that occurred; a typical range needs 20 of them; outside is outside.
#[test]
fn ranges_by_hand() {
    let twenty: Vec<f64> = (1..=20).rev().map(f64::from).collect();
    let range = typical_range(&twenty).unwrap();
    assert_eq!((range.low, range.high, range.cases), (2.0, 18.0, 20));
    let mut missing = twenty.clone();
    missing[3] = f64::NAN;
    assert_eq!(typical_range(&missing), None);
    // 30 values: 10 % of 30 is exactly 3, though 0.1 · 30 is not in doubles
    let thirty: Vec<f64> = (1..=30).map(f64::from).collect();
    assert_eq!(
        (quantile(&thirty, 10), quantile(&thirty, 0), quantile(&thirty, 100)),
        (Some(3.0), Some(1.0), Some(30.0))
    );
    assert_eq!(quantile(&[], 50), None);
    let spread = Spread::new(&(1..=200).map(f64::from).collect::<Vec<_>>()).unwrap();
    assert_eq!(
        (spread.min, spread.first, spread.ninety_ninth, spread.max),
        (1.0, 2.0, 198.0, 200.0)
    );
    let standings = [0.9, 1.0, 2.0, 198.0, 198.5, 200.1, f64::NAN].map(|v| spread.standing(v));
    use Standing::{Missing, Outside, Rare, Usual};
    assert_eq!(standings, [Outside, Rare, Usual, Usual, Rare, Outside, Missing]);
}
