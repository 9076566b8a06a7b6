//! The promise of gate G19: a change that is shown flips the result, stays inside its constraints, and no smaller one
//! exists. Everything is compared with brute force over all admissible combinations.

mod by_hand;
mod goals;
mod ordinary;
mod sets;
mod solver;

use klartext::counterfactual::{
    Adjustable, AdjustableKind, Direction, Found, Limits, Proof, Search, Target, find,
};
use klartext::model::{
    Comparison, FloatWidth, Form, LinearModel, Link, MissingRule, Model, ModelCard, Node, Split,
    Tree, TreeEnsemble,
};
use proptest::prelude::*;

const COLUMNS: usize = 6;

fn card() -> ModelCard {
    ModelCard { features: (0..COLUMNS).map(|i| format!("f{i}")).collect(), ..ModelCard::default() }
}

/// A sum of trees whose raw score is the prediction.
fn summed(trees: Vec<Tree>, base: Vec<f64>, width: FloatWidth) -> Trees {
    Trees(TreeEnsemble { card: card(), trees, base, width, ..TreeEnsemble::default() })
}

/// A model that evaluates its trees in single precision for `raw` and in double precision for `exact`.
#[derive(Debug)]
struct Trees(TreeEnsemble);

impl Trees {
    fn leaves(&self, row: &[f64], output: usize) -> Vec<f64> {
        let of = self.0.trees.iter().filter(|t| t.output == output);
        of.map(|tree| {
            let mut n = 0;
            loop {
                match &tree.nodes[n] {
                    Node::Sloped(_) => unreachable!("not drawn"),
                    Node::Leaf { value, .. } => break *value,
                    Node::Inner { feature, split, left, right, .. } => {
                        let x = self.0.seen(row[*feature as usize]);
                        n = if split.goes_left(x) { *left } else { *right } as usize;
                    }
                }
            }
        })
        .collect()
    }
}

impl Model for Trees {
    fn card(&self) -> &ModelCard {
        &self.0.card
    }
    fn outputs(&self) -> usize {
        self.0.base.len()
    }
    fn raw(&self, row: &[f64], out: &mut [f64]) {
        for (k, out) in out.iter_mut().enumerate() {
            let sum = self.leaves(row, k).iter().fold(self.0.base[k] as f32, |s, v| s + *v as f32);
            *out = match self.0.width {
                FloatWidth::Single | FloatWidth::OnnxRuntime => {
                    f64::from(sum / self.0.divisor as f32)
                }
                FloatWidth::Double | FloatWidth::SingleInput | FloatWidth::OnnxRuntimeWide => {
                    self.sum(row, k)
                }
            };
        }
    }
    fn exact(&self, row: &[f64], out: &mut [f64]) {
        (0..out.len()).for_each(|k| out[k] = self.sum(row, k));
    }
    fn value(&self, raw: &[f64], out: &mut [f64]) {
        out.copy_from_slice(raw);
    }
    fn form(&self) -> Form<'_> {
        Form::Trees(&self.0)
    }
}

impl Trees {
    fn sum(&self, row: &[f64], k: usize) -> f64 {
        self.0.base[k] + self.leaves(row, k).iter().sum::<f64>() / self.0.divisor
    }
}

#[derive(Debug)]
struct Weighted(LinearModel);

impl Model for Weighted {
    fn card(&self) -> &ModelCard {
        &self.0.card
    }
    fn outputs(&self) -> usize {
        1
    }
    fn raw(&self, row: &[f64], out: &mut [f64]) {
        let seen = |j: usize| if row[j].is_nan() { self.0.fill[j] } else { row[j] };
        out[0] = (0..COLUMNS).map(|j| self.0.weights[0][j] * seen(j)).sum::<f64>()
            + self.0.intercepts[0];
    }
    fn exact(&self, row: &[f64], out: &mut [f64]) {
        self.raw(row, out);
    }
    fn value(&self, raw: &[f64], out: &mut [f64]) {
        out.copy_from_slice(raw);
    }
    fn form(&self) -> Form<'_> {
        Form::Linear(&self.0)
    }
}

/// Steele, Lea and Flood (2014), SplitMix64: the same cases on every machine.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Columns: 0 whole number 0–7, 1 tenths 0–0.6, 2–4 one category in three columns, 5 an ordered code 0–3.
fn row(draw: &mut Draw) -> Vec<f64> {
    let category = draw.below(4); // 3 = none of the listed ones
    let mut row = vec![draw.below(8) as f64, draw.below(7) as f64 / 10.0, 0.0, 0.0, 0.0];
    if category < 3 {
        row[2 + category] = 1.0;
    }
    row.push(draw.below(4) as f64);
    for j in [0, 1, 5] {
        if draw.below(12) == 0 {
            row[j] = f64::NAN;
        }
    }
    row
}

fn adjustable(draw: &mut Draw) -> Vec<Adjustable> {
    let direction = [Direction::Any, Direction::Any, Direction::Up, Direction::Down];
    let mut make = |columns: Vec<usize>, kind, min: f64, max: f64| Adjustable {
        columns,
        kind,
        direction: direction[draw.below(4)],
        min: min + draw.below(2) as f64 * 0.15 * (max - min),
        max,
        scale: [0.0, 0.5, 2.0][draw.below(3)],
        weight: [1.0, 1.0, 1.5][draw.below(3)],
    };
    let one = |k: usize| (0..3).map(|i| f64::from(u8::from(i == k))).collect::<Vec<f64>>();
    vec![
        make(vec![0], AdjustableKind::Number { step: Some(1.0) }, 0.0, 7.0),
        make(vec![1], AdjustableKind::Number { step: Some(0.1) }, 0.0, 0.6),
        make(vec![2, 3, 4], AdjustableKind::OneHot { codes: (0..3).map(one).collect() }, 0.0, 0.0),
        make(vec![5], AdjustableKind::Codes { values: vec![0.0, 1.0, 2.0, 3.0] }, 0.0, 3.0),
    ]
}

fn tree(draw: &mut Draw, output: usize, width: FloatWidth) -> Tree {
    fn grow(draw: &mut Draw, depth: usize, width: FloatWidth, nodes: &mut Vec<Node>) -> u32 {
        let here = nodes.len();
        nodes.push(Node::Leaf { value: f64::from((draw.unit() * 2.0 - 1.0) as f32), cover: 1.0 });
        if depth == 0 || draw.below(6) == 0 {
            return here as u32;
        }
        let feature = draw.below(COLUMNS);
        let at = match feature {
            0 | 5 => draw.below(15) as f64 / 2.0,
            1 => draw.below(13) as f64 / 20.0,
            _ => 0.5,
        };
        let missing = [
            MissingRule::NanLeft,
            MissingRule::NanRight,
            MissingRule::NanIsZero,
            MissingRule::ZeroLeft,
            MissingRule::ZeroRight,
        ];
        let split = if feature == 5 && draw.below(3) == 0 {
            let set = (0..4).filter(|_| draw.below(2) == 0).collect();
            let [member_left, missing_left, invalid_left] = [0; 3].map(|_| draw.below(2) == 0);
            Split::Categories { set, member_left, missing_left, invalid_left }
        } else {
            let at = width.seen(at);
            let less = [Comparison::Less, Comparison::LessOrEqual][draw.below(2)];
            Split::Threshold { at, less, missing: missing[draw.below(5)] }
        };
        let left = grow(draw, depth - 1, width, nodes);
        let right = grow(draw, depth - 1, width, nodes);
        nodes[here] = Node::Inner { feature: feature as u32, split, left, right, cover: 2.0 };
        here as u32
    }
    let mut nodes = Vec::new();
    grow(draw, 3, width, &mut nodes);
    Tree { output, nodes }
}

fn trees(draw: &mut Draw) -> Trees {
    let width = [FloatWidth::Single, FloatWidth::SingleInput, FloatWidth::Double][draw.below(3)];
    let count = 1 + draw.below(5);
    let trees = (0..2 * count).map(|t| tree(draw, t % 2, width)).collect();
    let divisor =
        if draw.below(3) == 0 && width == FloatWidth::Double { count as f64 } else { 1.0 };
    let base = vec![f64::from((draw.unit() - 0.5) as f32); 2];
    Trees(TreeEnsemble { card: card(), trees, base, width, divisor, ..TreeEnsemble::default() })
}

/// Every admissible value of a feature with its cost, the own value first; written apart from the search.
fn all_values(feature: &Adjustable, row: &[f64]) -> Vec<(Vec<f64>, f64)> {
    let own: Vec<f64> = feature.columns.iter().map(|&c| row[c]).collect();
    let mut all = vec![(own.clone(), 0.0)];
    if own.iter().any(|v| v.is_nan()) {
        return all;
    }
    let values = match &feature.kind {
        AdjustableKind::OneHot { codes } => {
            all.extend(codes.iter().filter(|c| **c != own).map(|c| (c.clone(), feature.weight)));
            return all;
        }
        AdjustableKind::Codes { values } => values.clone(),
        AdjustableKind::Number { step: Some(step) } if *step == 1.0 => {
            (-9..20).map(f64::from).collect()
        }
        AdjustableKind::Number { .. } => (-9..20).map(|k| f64::from(k) / 10.0).collect(),
    };
    for v in values {
        let way = match feature.direction {
            Direction::Any => v != own[0],
            Direction::Up => v > own[0],
            Direction::Down => v < own[0],
        };
        if way && v >= feature.min && v <= feature.max {
            let far = if feature.scale > 0.0 { (v - own[0]).abs() / feature.scale } else { 0.0 };
            all.push((vec![v], feature.weight * (1.0 + 0.1 * far)));
        }
    }
    all
}

fn scores(model: &dyn Model, row: &[f64], output: usize) -> (f64, f64) {
    let mut out = vec![0.0; model.outputs()];
    model.raw(row, &mut out);
    let raw = out[output];
    model.exact(row, &mut out);
    (raw, out[output])
}

/// The cheapest admissible change by trying all of them.
fn brute(
    model: &dyn Model,
    output: usize,
    row: &[f64],
    target: Target,
    list: &[Adjustable],
    most: usize,
) -> Option<f64> {
    brute_where(model, row, (output, target), list, most, |_| true)
}

/// The same, of the changed rows that are admitted.
fn brute_where(
    model: &dyn Model,
    row: &[f64],
    (output, target): (usize, Target),
    list: &[Adjustable],
    most: usize,
    admitted: impl Fn(&[f64]) -> bool,
) -> Option<f64> {
    let all: Vec<_> = list.iter().map(|a| all_values(a, row)).collect();
    let mut best: Option<f64> = None;
    let mut at = vec![0usize; list.len()];
    loop {
        if at.iter().filter(|&&i| i > 0).count() <= most {
            let mut changed = row.to_vec();
            let mut cost = 0.0;
            for (j, &i) in at.iter().enumerate() {
                list[j].columns.iter().zip(&all[j][i].0).for_each(|(&c, &v)| changed[c] = v);
                cost += all[j][i].1;
            }
            let (raw, exact) = scores(model, &changed, output);
            let there = target.holds(raw) && target.holds(exact) && admitted(&changed);
            if there && best.is_none_or(|b| cost < b) {
                best = Some(cost);
            }
        }
        let Some(j) = (0..at.len()).find(|&j| at[j] + 1 < all[j].len()) else { return best };
        at[j] += 1;
        at[..j].fill(0);
    }
}

/// Compares one search with brute force, and checks every constraint on what it returned.
fn compare(
    model: &dyn Model,
    output: usize,
    row: &[f64],
    target: Target,
    list: &[Adjustable],
    most: usize,
) {
    let limits = Limits { max_changes: most, max_boxes: 1_000_000 };
    let search = Search::new(model, output, list, limits).expect("sound constraints");
    let found = search.find(row, target).expect("sound row");
    let there = Target { margin: 0.0, ..target }.holds(scores(model, row, output).0);
    assert_eq!(found == Found::AlreadyThere, there);
    if there {
        return;
    }
    let smallest = brute(model, output, row, target, list, most);
    match found {
        Found::Changes { changes, cost, proof, row: changed } => {
            assert_eq!(proof, Proof::Smallest);
            let smallest = smallest.expect("brute force finds one too");
            assert!((cost - smallest).abs() < 1e-9, "cost {cost}, brute force {smallest}");
            let (raw, exact) = scores(model, &changed, output);
            assert!(target.holds(raw) && target.holds(exact), "must flip when predicted again");
            assert!(!changes.is_empty() && changes.len() <= most);
            let mut rebuilt = row.to_vec();
            let mut sum = 0.0;
            for change in &changes {
                let admissible = all_values(&list[change.feature], row);
                let same = admissible[1..].iter().find(|(v, _)| *v == change.to);
                sum += same.expect("an admissible value of the grid").1;
                list[change.feature]
                    .columns
                    .iter()
                    .zip(&change.to)
                    .for_each(|(&c, &v)| rebuilt[c] = v);
            }
            assert!((sum - cost).abs() < 1e-9, "the cost is that of the changes");
            assert_eq!(format!("{rebuilt:?}"), format!("{changed:?}"), "nothing else changes");
        }
        Found::Impossible => assert_eq!(smallest, None, "impossible must be impossible"),
        other => panic!("a search without pressing limits ends in a proof, not {other:?}"),
    }
    let alone = search.alternatives(row, target).expect("sound row");
    assert_eq!(alone.len(), list.len());
    for (j, change) in alone.iter().enumerate() {
        let nearest = brute(model, output, row, target, &list[j..=j], 1);
        assert_eq!(change.is_some(), nearest.is_some(), "feature {j} alone");
        if let (Some(change), Some(nearest)) = (change, nearest) {
            assert_eq!(change.feature, j);
            let admissible = all_values(&list[j], row);
            let (_, cost) = admissible.iter().find(|(v, _)| *v == change.to).expect("admissible");
            assert!((cost - nearest).abs() < 1e-9);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Smallest, feasible and impossible agree with brute force on every kind of split, width and constraint.
    #[test]
    fn trees_agree_with_brute_force(seed in any::<u64>()) {
        let draw = &mut Draw(seed);
        let model = trees(draw);
        let list = adjustable(draw);
        for _ in 0..4 {
            let row = row(draw);
            let target = Target {
                threshold_raw: draw.unit() * 2.0 - 1.0,
                above: draw.below(2) == 0,
                margin: [0.0, 0.05][draw.below(2)],
            };
            compare(&model, draw.below(2), &row, target, &list, draw.below(5));
        }
    }

    /// The same for weighted sums.
    #[test]
    fn linear_models_agree_with_brute_force(seed in any::<u64>()) {
        let draw = &mut Draw(seed);
        let weights = (0..COLUMNS).map(|_| if draw.below(5) == 0 { 0.0 } else { draw.unit() * 2.0 - 1.0 });
        let model = Weighted(LinearModel {
            card: card(),
            weights: vec![weights.collect()],
            intercepts: vec![draw.unit() - 0.5],
            fill: vec![1.0; COLUMNS],
            link: Link::Logistic { slope: 1.0 },
 ..LinearModel::default()
});
        let mut list = adjustable(draw);
        // short scales, so that distance can outweigh the number of changes
        list.iter_mut().for_each(|a| a.scale *= [1.0, 0.2, 0.02][draw.below(3)]);
        for _ in 0..4 {
            let row = row(draw);
            let threshold_raw = draw.unit() * 8.0 - 4.0;
            let target = Target { threshold_raw, above: draw.below(2) == 0, margin: 0.0 };
            compare(&model, 0, &row, target, &list, draw.below(5));
        }
    }
}

fn stump(at: f64, less: Comparison, width: FloatWidth) -> Trees {
    let split = Split::Threshold { at, less, missing: MissingRule::NanLeft };
    let nodes = vec![
        Node::Inner { feature: 0, split, left: 1, right: 2, cover: 2.0 },
        Node::Leaf { value: -1.0, cover: 1.0 },
        Node::Leaf { value: 1.0, cover: 1.0 },
    ];
    let trees = vec![Tree { output: 0, nodes }];
    let base = vec![0.0];
    summed(trees, base, width)
}

fn free(column: usize) -> Adjustable {
    Adjustable {
        columns: vec![column],
        kind: AdjustableKind::Number { step: None },
        direction: Direction::Any,
        min: f64::NEG_INFINITY,
        max: f64::INFINITY,
        scale: 1.0,
        weight: 1.0,
    }
}

const UP: Target = Target { threshold_raw: 0.0, above: true, margin: 0.0 };

/// Without a step the proposed value is the nearest one the model tells apart, in the model's own float width.
#[test]
fn values_without_a_step_stand_one_float_beyond_the_threshold() {
    let cases = [
        (Comparison::Less, FloatWidth::Single, 0.5),
        (Comparison::LessOrEqual, FloatWidth::Single, f64::from(0.5f32.next_up())),
        (Comparison::LessOrEqual, FloatWidth::SingleInput, f64::from(0.5f32.next_up())),
        (Comparison::LessOrEqual, FloatWidth::Double, 0.5f64.next_up()),
    ];
    for (less, width, expected) in cases {
        let model = stump(0.5, less, width);
        let found =
            find(&model, 0, &[0.0; COLUMNS], UP, &[free(0)], Limits::default()).expect("sound");
        let Found::Changes { changes, .. } = found else { panic!("{found:?}") };
        assert_eq!(changes[0].to, [expected]);
    }
}

/// A sum that reaches the threshold only in single or only in double precision is no flip; the search goes on to the next
/// value instead of returning it.
#[test]
fn a_flip_holds_in_both_arithmetics() {
    let mut kinds = [0; 2];
    for (a, b) in (1..100).flat_map(|k| [(0.1f32, k as f32 / 100.0), (0.7, k as f32 / 100.0)]) {
        let (single, double) = (f64::from(a + b), f64::from(a) + f64::from(b));
        if single == double {
            continue;
        }
        kinds[usize::from(single < double)] += 1;
        // from 1 on a + b; from 5 on far above
        let leaf = |value: f32| Node::Leaf { value: f64::from(value), cover: 1.0 };
        let inner = |at: f64, left: u32, right: u32| {
            let split =
                Split::Threshold { at, less: Comparison::Less, missing: MissingRule::NanLeft };
            Node::Inner { feature: 0, split, left, right, cover: 1.0 }
        };
        let first = vec![inner(1.0, 1, 2), leaf(-1.0), inner(5.0, 3, 4), leaf(a), leaf(9.0)];
        let second = vec![inner(1.0, 1, 2), leaf(-1.0), leaf(b)];
        let trees = [first, second].map(|nodes| Tree { output: 0, nodes }).to_vec();
        let width = FloatWidth::Single;
        let model = summed(trees, vec![0.0], width);
        let whole = Adjustable { kind: AdjustableKind::Number { step: Some(1.0) }, ..free(0) };
        let target = Target { threshold_raw: single.max(double), above: true, margin: 0.0 };
        let search = Search::new(&model, 0, &[whole], Limits::default()).expect("sound");
        let found = search.find(&[0.0; COLUMNS], target).expect("sound");
        let Found::Changes { changes, .. } = found else { panic!("{found:?}") };
        assert_eq!(changes[0].to, [5.0]);
        let alone = search.alternatives(&[0.0; COLUMNS], target).expect("sound");
        assert_eq!(alone[0].as_ref(), Some(&changes[0]));
    }
    assert!(kinds.iter().all(|&k| k > 5), "{kinds:?}");
}

/// A limit that is reached is said, and a change found on the way carries its gap.
#[test]
fn limits_are_reported() {
    let draw = &mut Draw(7);
    let mut counts = [0; 3];
    for _ in 0..300 {
        let (model, list, row) = (trees(draw), adjustable(draw), row(draw));
        let limits = Limits { max_changes: 4, max_boxes: 1 };
        let found = find(&model, 0, &row, UP, &list, limits).expect("sound");
        let smallest = brute(&model, 0, &row, UP, &list, 4);
        match found {
            Found::Changes { cost, proof: Proof::NotProven { gap }, row, .. } => {
                counts[0] += 1;
                let (raw, exact) = scores(&model, &row, 0);
                assert!(UP.holds(raw) && UP.holds(exact));
                assert!(gap > 0.0 && cost - gap <= smallest.expect("there is one") + 1e-9);
            }
            Found::Changes { cost, .. } => {
                counts[1] += 1;
                assert!((cost - smallest.expect("there is one")).abs() < 1e-9);
            }
            Found::Impossible => assert_eq!(smallest, None),
            Found::NotFound { .. } | Found::AlreadyThere => counts[2] += 1,
        }
    }
    assert!(counts[0] > 10, "{counts:?}");
}
