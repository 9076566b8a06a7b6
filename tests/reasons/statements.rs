//! Sufficient sets and replacements, against every combination of values.

use klartext::model::{
    EncodedColumn, Form, LinearModel, Link, Model, ModelCard, Node, Rule, Shape, TreeEnsemble,
};
use klartext::sufficiency::{Check, Player, Replacements, Ruling, Smallest, Sufficiency, Values};
use ndarray::{Array2, array};
use proptest::prelude::*;

use crate::drawn::{FEATURES, ensemble, row, table};

/// Three details of one column each, one of two: two numbers, a group of columns, a code.
const PLAYERS: [(&[usize], bool); 4] =
    [(&[0], true), (&[1, 2], false), (&[3], true), (&[4], false)];

fn players(group: &Array2<f64>) -> Vec<Player> {
    PLAYERS
        .iter()
        .map(|(columns, number)| Player::seen_in(group.view(), columns, *number))
        .collect()
}

/// Everything that a player may be: of a number the whole ones, where all thresholds that are drawn lie, and their
/// neighbours, which are the ends of every cell.
fn values(group: &Array2<f64>, (columns, number): (&[usize], bool)) -> Vec<Vec<f64>> {
    let mut all: Vec<Vec<f64>> = vec![];
    for row in group.rows() {
        all.push(columns.iter().map(|&c| row[c]).collect());
    }
    let known: Vec<f64> = all.iter().flatten().copied().filter(|x| !x.is_nan()).collect();
    if number && !known.is_empty() {
        let low = known.iter().copied().fold(f64::MAX, f64::min);
        let high = known.iter().copied().fold(f64::MIN, f64::max);
        let missing = all.iter().flatten().any(|x| x.is_nan());
        let whole = (0..=(high - low) as usize).map(|i| low + i as f64);
        let each = whole.flat_map(|x| [x.next_down(), x, x.next_up()]);
        all = each.filter(|x| low <= *x && *x <= high).map(|x| vec![x]).collect();
        all.extend(missing.then(|| vec![f64::NAN]));
    }
    all
}

fn same(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan()
}

/// Calls `with` for every row that keeps these players and has the others anywhere.
fn everywhere(row: &[f64], group: &Array2<f64>, kept: usize, with: &mut dyn FnMut(&[f64])) {
    fn from(
        at: usize,
        row: &mut Vec<f64>,
        own: &[f64],
        all: &[Vec<Vec<f64>>],
        kept: usize,
        with: &mut dyn FnMut(&[f64]),
    ) {
        let Some(values) = all.get(at) else { return with(row) };
        let columns = PLAYERS[at].0;
        if kept >> at & 1 == 1 {
            columns.iter().for_each(|&c| row[c] = own[c]);
            return from(at + 1, row, own, all, kept, with);
        }
        for values in values {
            columns.iter().zip(values).for_each(|(&c, &x)| row[c] = x);
            from(at + 1, row, own, all, kept, with);
        }
    }
    // The own value counts, also where it lies outside the range.
    let own = |player: &(&[usize], bool)| player.0.iter().map(|&c| row[c]).collect::<Vec<f64>>();
    let with_own = |player: &(&[usize], bool)| {
        values(group, *player).into_iter().chain([own(player)]).collect()
    };
    let all: Vec<Vec<Vec<f64>>> = PLAYERS.iter().map(with_own).collect();
    from(0, &mut row.to_vec(), row, &all, kept, with);
}

fn is_sufficient(
    model: &dyn Model,
    ruling: Ruling,
    row: &[f64],
    group: &Array2<f64>,
    kept: usize,
) -> bool {
    let positive = ruling.positive(model, row);
    let mut stays = true;
    everywhere(row, group, kept, &mut |row| stays &= ruling.positive(model, row) == positive);
    stays
}

fn mask(kept: usize) -> Vec<bool> {
    (0..PLAYERS.len()).map(|j| kept >> j & 1 == 1).collect()
}

/// Every check and the smallest set of a model are those of trying everything.
fn judge(model: &dyn Model, ruling: Ruling, row: &[f64], group: &Array2<f64>, weights: &[f64]) {
    let found = Sufficiency::new(model, players(group), ruling, group.view()).unwrap();
    assert!(found.is_applicable());
    let positive = ruling.positive(model, row);
    let mut sufficient = vec![];
    for kept in 0..1 << PLAYERS.len() {
        let wanted = is_sufficient(model, ruling, row, group, kept);
        if wanted {
            sufficient.push(kept);
        }
        match found.check(row, &mask(kept), &mut 1_000_000) {
            Check::Proven => assert!(wanted, "{kept:b} is not sufficient"),
            Check::Refuted(other) => {
                assert!(!wanted, "{kept:b} is sufficient");
                assert_ne!(ruling.positive(model, &other), positive);
                for (j, (columns, _)) in PLAYERS.iter().enumerate() {
                    let own = columns.iter().all(|&c| same(other[c], row[c]));
                    assert!(own || kept >> j & 1 == 0, "{kept:b} is kept: {other:?}");
                }
            }
            other => panic!("{kept:b}: {other:?}"),
        }
    }
    let size = |kept: &usize| kept.count_ones() as usize;
    let weight = |kept: usize| -> f64 {
        (0..PLAYERS.len()).filter(|j| kept >> j & 1 == 1).map(|j| weights[j]).sum()
    };
    let least = sufficient.iter().map(size).min().unwrap();
    let heaviest = sufficient.iter().filter(|kept| size(kept) == least).map(|kept| weight(*kept));
    let heaviest = heaviest.fold(f64::MIN, f64::max);
    for most in 0..=PLAYERS.len() {
        match found.smallest(row, weights, most, 1_000_000) {
            Smallest::Set { players, smallest } => {
                let kept: usize = players.iter().map(|j| 1 << j).sum();
                assert!(smallest && sufficient.contains(&kept) && players.len() == least);
                assert!(least <= most && weight(kept) == heaviest, "{players:?}");
            }
            Smallest::NoneUpTo(n) => assert!(n == most && least > most),
            other => panic!("{other:?}"),
        }
    }
}

/// A statistic of whether numbers are above a border, counted together with the other sources.
#[derive(Debug)]
struct Statistic {
    /// By source: its border; none for a code.
    above: Vec<Option<f64>>,
}

impl Rule for Statistic {
    fn value(&self, sources: &[f64]) -> f64 {
        let part = |(x, above): (&f64, &Option<f64>)| match above {
            Some(border) => u64::from(x > border),
            None => {
                if x.is_nan() {
                    7
                } else {
                    (*x + 10.0) as u64
                }
            }
        };
        let mix = |hash: u64, part| (hash * 31 + part * 17 + 5) % 11;
        sources.iter().zip(&self.above).map(part).fold(3, mix) as f64 / 2.0 - 1.0
    }

    fn borders(&self, source: usize) -> Option<Vec<f64>> {
        self.above.get(source).map(|above| above.iter().copied().collect())
    }
}

/// Tests on columns 1 to 3 become tests on derived columns.
fn with_statistics(mut model: TreeEnsemble) -> TreeEnsemble {
    for node in model.trees.iter_mut().flat_map(|tree| &mut tree.nodes) {
        if let Node::Inner { feature: feature @ 1..=3, .. } = node {
            *feature += FEATURES as u32 - 1;
        }
    }
    let derived = |sources: &[u32], above: &[Option<f64>]| EncodedColumn {
        sources: sources.to_vec(),
        shape: Shape::Any,
        rule: Some(std::sync::Arc::new(Statistic { above: above.to_vec() })),
    };
    model.derived = vec![
        derived(&[0, 4], &[Some(1.0), None]),
        derived(&[3], &[Some(0.0)]),
        derived(&[0, 2, 3], &[Some(-1.0), None, Some(2.0)]),
    ];
    model
}

/// Nothing is proven where a number goes into a column whose borders nobody knows.
#[test]
fn a_derived_column_without_borders_proves_nothing() {
    #[derive(Debug)]
    struct Product;
    impl Rule for Product {
        fn value(&self, sources: &[f64]) -> f64 {
            sources.iter().product()
        }
    }
    let node = |feature| Node::Inner {
        feature,
        split: klartext::model::Split::Threshold {
            at: 0.5,
            less: klartext::model::Comparison::LessOrEqual,
            missing: klartext::model::MissingRule::NanLeft,
        },
        left: 1,
        right: 2,
        cover: 1.0,
    };
    let leaf = |value| Node::Leaf { value, cover: 1.0 };
    let nodes = vec![node(FEATURES as u32), leaf(-1.0), leaf(1.0)];
    let card = ModelCard {
        features: (0..FEATURES).map(|f| format!("f{f}")).collect(),
        ..ModelCard::default()
    };
    let model = TreeEnsemble {
        card,
        trees: vec![klartext::model::Tree { output: 0, nodes }],
        derived: vec![EncodedColumn {
            sources: vec![0, 4],
            shape: Shape::Any,
            rule: Some(std::sync::Arc::new(Product)),
        }],
        ..TreeEnsemble::default()
    };
    let group = array![[1.0, 0.0, 0.0, 1.0, 2.0], [3.0, 1.0, 0.0, 2.0, 0.0]];
    let found = Sufficiency::new(&model, players(&group), ruling(), group.view()).unwrap();
    assert_eq!(found.smallest(&[1.0; 5], &[1.0; 4], 4, 9), Smallest::NotApplicable);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Trees with missing values, thresholds of every rule, category sets, groups of columns.
    #[test]
    fn sufficient_sets_of_trees_are_those_of_trying_everything(
        model in ensemble(false), row in row(), group in table(6), at in -3i8..4,
        weights in proptest::collection::vec(0u8..4, 4),
    ) {
        // Scores are twelfths of whole numbers: none of them is near the threshold.
        let threshold = f64::from(at) / 2.0 + 0.03;
        let ruling = Ruling { output: 0, threshold, threshold_raw: threshold };
        let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
        judge(&model, ruling, &row, &group, &weights);
    }

    /// Leaves that are weighted sums, also where numbers that they weigh are missing.
    #[test]
    fn sufficient_sets_of_trees_with_sums_are_those_of_trying_everything(
        model in ensemble(true), row in row(), group in table(6), at in -3i8..4,
    ) {
        // Scores at the ends of cells are twelfths: none of them is near the threshold.
        let threshold = f64::from(at) / 2.0 + 0.03;
        let ruling = Ruling { output: 0, threshold, threshold_raw: threshold };
        judge(&model, ruling, &row, &group, &[1.0, 3.0, 0.5, 2.0]);
    }

    /// Columns that come from a number and a code together, from one number, and from a number that no detail has.
    #[test]
    fn sufficient_sets_with_derived_columns_are_those_of_trying_everything(
        model in ensemble(false), row in row(), group in table(6), at in -3i8..4,
    ) {
        let threshold = f64::from(at) / 2.0 + 0.03;
        let ruling = Ruling { output: 0, threshold, threshold_raw: threshold };
        judge(&with_statistics(model), ruling, &row, &group, &[1.0, 3.0, 0.5, 2.0]);
    }

    #[test]
    fn sufficient_sets_of_weighted_sums_are_those_of_trying_everything(
        weights in proptest::collection::vec(-3i8..4, FEATURES), fill in -2i8..3,
        row in row(), group in table(6), at in -6i8..6,
    ) {
        let model = LinearModel {
            card: ModelCard {
                features: (0..FEATURES).map(|f| format!("f{f}")).collect(),
                ..ModelCard::default()
            },
            weights: vec![weights.into_iter().map(f64::from).collect()],
            intercepts: vec![0.5],
            fill: vec![f64::from(fill); FEATURES],
            link: Link::Identity,
            ..LinearModel::default()
        };
        let threshold = f64::from(at) + 0.17;
        let ruling = Ruling { output: 0, threshold, threshold_raw: threshold };
        judge(&model, ruling, &row, &group, &[1.0, 2.0, 0.5, 1.0]);
    }

    /// One detail or several from each case of the group: counted again one by one.
    #[test]
    fn replacements_are_counted_case_by_case(
        model in ensemble(true), row in row(), group in table(40), at in -3i8..4,
    ) {
        let threshold = f64::from(at) / 2.0 + 0.03;
        let ruling = Ruling { output: 0, threshold, threshold_raw: threshold };
        let columns: Vec<Vec<usize>> = PLAYERS.iter().map(|(columns, _)| columns.to_vec()).collect();
        let found = Replacements::new(&model, &columns, ruling, group.view());
        prop_assert_eq!(found.rows(), group.nrows());
        let positive = ruling.positive(&model, &row);
        let score = |row: &[f64]| klartext::attribution::exact_score(&model, row, 0);
        let replaced = |players: &[usize]| {
            let (mut others, mut turned, mut raises) = (0, 0, 0.0);
            for other in group.rows() {
                let mut with = row.clone();
                for &c in players.iter().flat_map(|j| PLAYERS[*j].0) {
                    with[c] = other[c];
                }
                if with.iter().zip(&row).all(|(a, b)| same(*a, *b)) {
                    continue;
                }
                others += 1;
                turned += usize::from(ruling.positive(&model, &with) != positive);
                raises += score(&row) - score(&with);
            }
            (others, turned, raises / group.nrows() as f64)
        };
        for (j, each) in found.each(&row).into_iter().enumerate() {
            let (others, turned, raises) = replaced(&[j]);
            prop_assert_eq!((each.others, each.turned), (others, turned));
            prop_assert!((each.raises - raises).abs() < 1e-11, "{} {}", each.raises, raises);
        }
        for set in [vec![0, 1], vec![1, 2, 3], vec![0, 1, 2, 3]] {
            let (others, turned, _) = replaced(&set);
            let together = found.together(&row, &set);
            prop_assert_eq!((together.others, together.turned), (others, turned));
        }
    }
}

fn ruling() -> Ruling {
    Ruling { output: 0, threshold: 0.0, threshold_raw: 0.0 }
}

/// Where nothing counts, nothing is needed: the empty set is enough, and no detail turns the result.
#[test]
fn a_constant_model_needs_no_detail() {
    let card = ModelCard {
        features: (0..FEATURES).map(|f| format!("f{f}")).collect(),
        ..ModelCard::default()
    };
    let model = TreeEnsemble { card, base: vec![1.0], ..TreeEnsemble::default() };
    let group = array![[1.0, 0.0, 0.0, f64::NAN, 2.0], [3.0, 1.0, 0.0, 2.0, 0.0]];
    let row = [f64::NAN, 0.0, 1.0, 9.0, 2.0];
    judge(&model, ruling(), &row, &group, &[1.0; 4]);
    let found = Sufficiency::new(&model, players(&group), ruling(), group.view()).unwrap();
    let smallest = found.smallest(&row, &[1.0; 4], 4, 10);
    assert_eq!(smallest, Smallest::Set { players: vec![], smallest: true });
    let columns: Vec<Vec<usize>> = PLAYERS.iter().map(|(c, _)| c.to_vec()).collect();
    let found = Replacements::new(&model, &columns, ruling(), group.view());
    assert!(found.each(&row).iter().all(|each| each.turned == 0 && each.raises == 0.0));
}

/// A model that can only be evaluated.
#[derive(Debug)]
struct BlackBox(ModelCard);

impl Model for BlackBox {
    fn card(&self) -> &ModelCard {
        &self.0
    }
    fn outputs(&self) -> usize {
        1
    }
    fn raw(&self, row: &[f64], out: &mut [f64]) {
        out[0] = row[0];
    }
    fn exact(&self, row: &[f64], out: &mut [f64]) {
        self.raw(row, out);
    }
    fn value(&self, raw: &[f64], out: &mut [f64]) {
        out.copy_from_slice(raw);
    }
    fn form(&self) -> Form<'_> {
        Form::Other
    }
}

/// Nothing is proven of a black box, and nothing is claimed; players that cannot be are refused.
#[test]
fn what_cannot_be_proven_is_not_said() {
    let features = (0..FEATURES).map(|f| format!("f{f}")).collect();
    let model = BlackBox(ModelCard { features, ..ModelCard::default() });
    let group = array![[1.0, 0.0, 0.0, 1.0, 2.0], [-3.0, 1.0, 0.0, 2.0, 0.0]];
    let found = Sufficiency::new(&model, players(&group), ruling(), group.view()).unwrap();
    assert!(!found.is_applicable());
    assert_eq!(found.check(&[1.0; 5], &[true; 4], &mut 9), Check::NotApplicable);
    assert_eq!(found.smallest(&[1.0; 5], &[1.0; 4], 4, 9), Smallest::NotApplicable);
    let codes = |players: Vec<Player>, ruling| {
        let found = Sufficiency::new(&model, players, ruling, group.view());
        found.unwrap_err().0.iter().map(|fault| fault.code).collect::<Vec<_>>()
    };
    let span = |columns: Vec<usize>, low| Player {
        columns,
        values: Values::Span { low, high: 1.0, missing: false },
    };
    let twice = vec![span(vec![0], 0.0), span(vec![0], 0.0), span(vec![1, 2], 0.0)];
    assert_eq!(codes(twice, ruling()), ["R65", "R65"]);
    let no_values = Player { columns: vec![0], values: Values::Listed(vec![]) };
    let odd = vec![no_values, span(vec![1], 2.0), span(vec![7], 0.0)];
    assert_eq!(codes(odd, Ruling { output: 3, ..ruling() }), ["R65", "R65", "R65", "R66"]);
}
