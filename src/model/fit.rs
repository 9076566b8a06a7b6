//! Fitting linfa models on numeric columns: a decision tree or a forest of them (linfa-trees), and what `weighted`
//! fits.
//!
//! The same data give the same file. linfa-trees 0.8.1 keeps class counts in hash maps, and takes the class that the
//! map yields last where two are equally frequent; its pruning, which merges sister leaves of one class, then depends
//! on the hash order. [`prune`] finishes that pruning by a rule that does not: a tie counts as either class.

use linfa::Dataset;
use linfa::traits::Fit;
use linfa_trees::{DecisionTree, TreeNode};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::linfa_file::{Fitted, LinfaFile, SCHEMA, TreeColumns};
use super::weighted;
use crate::fault::{Checked, Fault, Faults, Place};

/// What is fitted, with its limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Recipe {
    /// A decision tree.
    Tree {
        /// Longest path in splits, at most 32.
        depth: usize,
        /// Fewest training rows in a leaf, at least 1; weighted ones where the classes are balanced.
        min_leaf: usize,
        /// Count the rows of the rarer class several times, so that both weigh about the same. linfa merges sister
        /// leaves in which the same class prevails: with a rare class and without balance, that may be all of them.
        balanced: bool,
    },
    /// A random forest: the mean of trees, each of a bootstrap of the rows and of some of the columns.
    Forest {
        /// How many trees, 1 to 5000.
        trees: usize,
        /// As for a tree.
        depth: usize,
        /// As for a tree.
        min_leaf: usize,
        /// As for a tree, in each bootstrap.
        balanced: bool,
        /// Percentage of the columns that a tree sees, rounded up, 1 to 100.
        columns: usize,
        /// Where the bootstraps start.
        seed: u64,
    },
    /// A logistic regression with an L2 penalty of 1 on the weights of the standardised columns.
    Logistic,
    /// Ordinary least squares.
    Linear,
    /// Least squares with a penalty on the weights of the standardised columns.
    ElasticNet {
        /// Weight of the penalty, 0 or more.
        penalty: f64,
        /// Share of the penalty that is on the weights' sizes, the rest on their squares; 0 to 1.
        l1_ratio: f64,
    },
}

impl Recipe {
    /// Whether the target is a number, not a class.
    pub fn numeric(&self) -> bool {
        matches!(self, Recipe::Linear | Recipe::ElasticNet { .. })
    }
}

/// What is to be predicted, one entry a row.
#[derive(Clone, Debug)]
pub enum Target {
    /// One of two classes.
    Class {
        /// The target's value that counts as positive.
        positive: String,
        /// Whether a row has it.
        labels: Vec<bool>,
    },
    /// A number.
    Number(Vec<f64>),
}

/// Rows to fit on.
#[derive(Clone, Debug)]
pub struct TrainingSet {
    /// The file, for messages.
    pub file: String,
    /// Feature names.
    pub features: Vec<String>,
    /// rows × features, NaN where missing.
    pub values: Array2<f64>,
    /// The target column.
    pub target: String,
    /// Its values.
    pub wanted: Target,
}

/// Fits a model.
///
/// # Errors
/// M07: fewer than two rows, one class only, no features, a column without a value, a fit that fails.
pub fn fit(data: &TrainingSet, kind: Recipe) -> Checked<LinfaFile> {
    let mut faults = Faults::default();
    let refuse = |found: String, expected: &str| {
        Fault::new(
            "M07",
            Place::file(&data.file),
            found,
            expected,
            "Check the table and the choice of columns.",
        )
    };
    let rows = match &data.wanted {
        Target::Class { labels, .. } => labels.len(),
        Target::Number(numbers) => numbers.len(),
    };
    // linfa-trees counts rows in single precision, exactly up to 2^24.
    if !(2..=1 << 24).contains(&rows) || data.values.nrows() != rows {
        faults.push(refuse(format!("{rows} rows"), "between 2 and 16777216 rows"));
    }
    match &data.wanted {
        Target::Class { positive, labels } => {
            let positives = labels.iter().filter(|l| **l).count();
            if positives == 0 || positives == rows {
                let found = format!("{positives} of {rows} rows with {} = {positive}", data.target);
                faults.push(refuse(found, "rows of both kinds"));
            }
        }
        Target::Number(numbers) => {
            if numbers.iter().any(|y| !y.is_finite()) {
                let found = format!("a row without a number in the target `{}`", data.target);
                faults.push(refuse(found, "a number in every row"));
            } else if numbers.windows(2).all(|pair| pair.first() == pair.last()) {
                let found = format!("a single value of the target `{}`", data.target);
                faults.push(refuse(found, "different values"));
            }
        }
    }
    if data.features.is_empty() {
        faults.push(refuse("no features".to_owned(), "at least one numeric column"));
    }
    let mut fill = Vec::with_capacity(data.features.len());
    for (name, column) in data.features.iter().zip(data.values.columns()) {
        match median(column.iter().copied()) {
            Some(median) => fill.push(median),
            None => faults.push(refuse(format!("no value in the column `{name}`"), "at least one")),
        }
    }
    faults.or(())?;
    let mut values = data.values.clone();
    for (mut column, fill) in values.columns_mut().into_iter().zip(&fill) {
        column.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = *fill);
    }
    let (model, by) = match (kind, &data.wanted) {
        (Recipe::Tree { depth, min_leaf, balanced }, Target::Class { labels, .. }) => {
            let fitted = tree(values, labels, Limits { depth, min_leaf, balanced });
            let fitted = fitted.and_then(|tree| {
                divided(std::slice::from_ref(&tree), balanced)?;
                Ok(Fitted::Tree(tree))
            });
            (fitted, "linfa-trees 0.8.1")
        }
        (
            Recipe::Forest { trees, depth, min_leaf, balanced, columns, seed },
            Target::Class { labels, .. },
        ) => {
            let limits = Limits { depth, min_leaf, balanced };
            (forest(&values, labels, limits, (trees, columns, seed)), "linfa-trees 0.8.1")
        }
        (Recipe::Logistic, Target::Class { labels, .. }) => {
            (weighted::logistic(values, labels), "linfa-logistic 0.8.1")
        }
        (Recipe::Linear, Target::Number(numbers)) => {
            (weighted::linear(values, numbers, &data.features), "linfa-linear 0.8.1")
        }
        (Recipe::ElasticNet { penalty, l1_ratio }, Target::Number(numbers)) => {
            (weighted::elastic_net(values, numbers, penalty, l1_ratio), "linfa-elasticnet 0.8.1")
        }
        (_, Target::Class { .. }) => (Err("a target of classes for a regression".to_owned()), ""),
        (_, Target::Number(_)) => (Err("a target of numbers for classes".to_owned()), ""),
    };
    let model = model.map_err(|e| refuse(e, "data that can be fitted"))?;
    Ok(LinfaFile {
        schema: SCHEMA.to_owned(),
        written_by: format!("klartext {} with {by}", env!("CARGO_PKG_VERSION")),
        target: data.target.clone(),
        positive: match &data.wanted {
            Target::Class { positive, .. } => Some(positive.clone()),
            Target::Number(_) => None,
        },
        rows: rows as u64,
        features: data.features.clone(),
        fill,
        model,
    })
}

/// The median of the values that are not missing; of an even number the mean of the two in the middle.
fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut known: Vec<f64> = values.filter(|x| !x.is_nan()).collect();
    known.sort_unstable_by(f64::total_cmp);
    let (lower, upper) =
        (known.get(known.len().saturating_sub(1) / 2)?, known.get(known.len() / 2)?);
    // Halved before adding, so that the sum of two large numbers stays finite; + 0 turns −0 into 0.
    Some(if lower == upper { *lower } else { lower / 2.0 + upper / 2.0 } + 0.0)
}

/// A node on the way from linfa to the file.
#[derive(Clone, Debug)]
struct Draft {
    /// Feature, threshold, left, right; none in a leaf.
    split: Option<(usize, f64, usize, usize)>,
    rows: u64,
    positives: u64,
}

impl Draft {
    /// Whether the negative, and whether the positive class is (one of) the most frequent.
    fn majority(&self, weights: Weights) -> (bool, bool) {
        let positive = self.positives * weights.positive;
        let negative = (self.rows - self.positives) * weights.negative;
        (positive <= negative, positive >= negative)
    }
}

/// The limits of a tree, as in [`Recipe::Tree`].
#[derive(Clone, Copy, Debug)]
struct Limits {
    depth: usize,
    min_leaf: usize,
    balanced: bool,
}

/// Refuses trees of which none has a split.
fn divided(trees: &[TreeColumns], balanced: bool) -> Result<(), String> {
    if trees.iter().any(|tree| tree.feature.len() > 1) {
        return Ok(());
    }
    let found = "a tree of a single leaf, because the same class prevails everywhere";
    Err(if balanced { found.to_owned() } else { format!("{found} (--balanced may help)") })
}

/// Trees of bootstraps: as many rows as there are, drawn with replacement, and some columns, drawn without.
/// docs/decisions/0011 says why this is not linfa-ensemble.
fn forest(
    values: &Array2<f64>,
    labels: &[bool],
    limits: Limits,
    (count, percent, seed): (usize, usize, u64),
) -> Result<Fitted, String> {
    if !(1..=5000).contains(&count) || !(1..=100).contains(&percent) {
        return Err(format!("{count} trees on {percent} % of the columns (1 to 5000, 1 to 100)"));
    }
    let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut trees = Vec::with_capacity(count);
    for _ in 0..count {
        let rows: Vec<usize> =
            labels.iter().map(|_| chance.random_range(0..labels.len() as u64) as usize).collect();
        let mut features: Vec<u32> = (0..values.ncols() as u32).collect();
        features.shuffle(&mut chance);
        features.truncate((features.len() * percent).div_ceil(100));
        features.sort_unstable();
        let at: Vec<usize> = features.iter().map(|f| *f as usize).collect();
        let drawn = values.select(Axis(1), &at).select(Axis(0), &rows);
        let classes: Vec<bool> = rows.iter().filter_map(|r| labels.get(*r).copied()).collect();
        let mut grown = tree(drawn, &classes, limits)?;
        for feature in grown.feature.iter_mut().flatten() {
            *feature = features.get(*feature as usize).copied().unwrap_or(*feature);
        }
        trees.push(grown);
    }
    divided(&trees, limits.balanced)?;
    Ok(Fitted::Forest { trees })
}

fn tree(values: Array2<f64>, labels: &[bool], limits: Limits) -> Result<TreeColumns, String> {
    let Limits { depth, min_leaf, balanced } = limits;
    if !(1..=32).contains(&depth) || min_leaf == 0 {
        return Err(format!(
            "a depth of {depth} and {min_leaf} rows in a leaf (1 to 32, and at least 1)"
        ));
    }
    if labels.windows(2).all(|pair| pair.first() == pair.last()) {
        // A bootstrap of one class: linfa would have nothing to divide, and there is nothing to balance.
        let positives = labels.iter().filter(|l| **l).count() as u64;
        return Ok(columns(&[Draft { split: None, rows: labels.len() as u64, positives }]));
    }
    let weights =
        if balanced { Weights::balancing(labels) } else { Weights { positive: 1, negative: 1 } };
    // Sums of whole numbers are exact in linfa's single precision up to 2^24.
    if labels.iter().map(|l| if *l { weights.positive } else { weights.negative }).sum::<u64>()
        > 1 << 24
    {
        return Err("more weighted rows than 16777216".to_owned());
    }
    let each = labels.iter().map(|l| if *l { weights.positive } else { weights.negative } as f32);
    let data = Dataset::new(values, Array1::from(labels.to_vec())).with_weights(each.collect());
    let fitted = DecisionTree::params()
        .max_depth(Some(depth))
        .min_weight_leaf(min_leaf as f32)
        .min_weight_split(2.0 * min_leaf as f32)
        .fit(&data)
        .map_err(|e| format!("a fit that failed ({e})"))?;
    let mut drafts = lay_out(fitted.root_node());
    // linfa-trees fits with `x <= threshold`: the counts that its pruning saw.
    count(&mut drafts, data.records.view(), labels, |x, threshold| x <= threshold);
    prune(&mut drafts, weights);
    // It predicts with `x < threshold`: the counts that the saved model has.
    count(&mut drafts, data.records.view(), labels, |x, threshold| x < threshold);
    Ok(columns(&drafts))
}

/// How often a row of each class counts while the tree is grown; shares and covers are of single rows.
#[derive(Clone, Copy, Debug)]
struct Weights {
    positive: u64,
    negative: u64,
}

impl Weights {
    fn balancing(labels: &[bool]) -> Self {
        let positives = labels.iter().filter(|l| **l).count() as f64;
        let negatives = labels.len() as f64 - positives;
        let ratio = |of: f64, to: f64| (of / to).round().max(1.0) as u64;
        Weights { positive: ratio(negatives, positives), negative: ratio(positives, negatives) }
    }
}

/// The nodes in preorder.
fn lay_out(root: &TreeNode<f64, bool>) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut open: Vec<(&TreeNode<f64, bool>, Option<usize>)> = vec![(root, None)];
    while let Some((node, right_of)) = open.pop() {
        let at = drafts.len();
        if let Some(Draft { split: Some((.., right)), .. }) =
            right_of.and_then(|p| drafts.get_mut(p))
        {
            *right = at;
        }
        let mut split = None;
        if let (false, [Some(left), Some(right)]) = (node.is_leaf(), node.children().as_slice()) {
            let (feature, threshold, _) = node.split();
            split = Some((feature, threshold, at + 1, at + 1));
            open.push((right, Some(at)));
            open.push((left, None));
        }
        drafts.push(Draft { split, rows: 0, positives: 0 });
    }
    drafts
}

/// Counts the rows that reach each node.
fn count(
    drafts: &mut [Draft],
    values: ArrayView2<f64>,
    labels: &[bool],
    goes_left: fn(f64, f64) -> bool,
) {
    drafts.iter_mut().for_each(|d| (d.rows, d.positives) = (0, 0));
    for (row, label) in values.rows().into_iter().zip(labels) {
        let mut at = 0;
        while let Some(draft) = drafts.get_mut(at) {
            draft.rows += 1;
            draft.positives += u64::from(*label);
            let Some((feature, threshold, left, right)) = draft.split else {
                break;
            };
            let x = row.get(feature).copied().unwrap_or(f64::NAN);
            at = if goes_left(x, threshold) { left } else { right };
        }
    }
}

/// Merges sister leaves that can be of one class, bottom up. linfa merges sisters whose classes are equal after each
/// tie was broken somehow; every merge of it is one of these, so that whatever it left, the result is the same.
fn prune(drafts: &mut [Draft], weights: Weights) {
    for at in (0..drafts.len()).rev() {
        let Some((_, _, left, right)) = drafts.get(at).and_then(|d| d.split) else {
            continue;
        };
        let (Some(l), Some(r)) = (drafts.get(left), drafts.get(right)) else {
            continue;
        };
        let (l_majority, r_majority) = (l.majority(weights), r.majority(weights));
        let agree = (l_majority.0 && r_majority.0) || (l_majority.1 && r_majority.1);
        if l.split.is_none() && r.split.is_none() && agree {
            drafts.iter_mut().skip(at).take(1).for_each(|d| d.split = None);
        }
    }
}

/// The file's columns, in preorder. A split that sends every training row to one side is left out: its other side
/// would have no rows to take a share of.
fn columns(drafts: &[Draft]) -> TreeColumns {
    let (mut feature, mut threshold, mut left, mut right) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut value, mut cover) = (Vec::new(), Vec::new());
    let mut open: Vec<(usize, Option<usize>)> = vec![(0, None)];
    while let Some((mut at, right_of)) = open.pop() {
        let rows = |at: usize| drafts.get(at).map_or(0, |d| d.rows);
        while let Some((_, _, l, r)) = drafts.get(at).and_then(|d| d.split) {
            match (rows(l), rows(r)) {
                (0, _) => at = r,
                (_, 0) => at = l,
                _ => break,
            }
        }
        let Some(draft) = drafts.get(at) else {
            continue;
        };
        let place = value.len() as u32;
        if let Some(cell) = right_of.and_then(|p| right.get_mut(p)) {
            *cell = place;
        }
        match draft.split {
            Some((f, t, l, r)) => {
                open.push((r, Some(value.len())));
                open.push((l, None));
                feature.push(Some(f as u32));
                threshold.push(t);
                left.push(place + 1);
            }
            None => {
                feature.push(None);
                threshold.push(0.0);
                left.push(0);
            }
        }
        right.push(0);
        value.push(draft.positives as f64 / draft.rows.max(1) as f64);
        cover.push(draft.rows);
    }
    TreeColumns { feature, threshold, left, right, value, cover }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Model;

    fn data(rows: usize) -> TrainingSet {
        // Small integers, so that ties abound; every seventh cell of the second column is missing.
        let cell = |r: usize, c: usize| match c {
            1 if r.is_multiple_of(7) => f64::NAN,
            _ => ((r * (3 + c) + r * r * (c + 1)) % 5) as f64,
        };
        TrainingSet {
            file: "train.csv".into(),
            features: vec!["a".into(), "b".into(), "c".into()],
            values: Array2::from_shape_fn((rows, 3), |(r, c)| cell(r, c)),
            target: "y".into(),
            wanted: Target::Class { positive: "1".into(), labels: labels(rows) },
        }
    }

    fn labels(rows: usize) -> Vec<bool> {
        (0..rows).map(|r| (r * r + r / 3) % 4 < 2).collect()
    }

    fn bytes(data: &TrainingSet, kind: Recipe) -> String {
        serde_json::to_string(&fit(data, kind).unwrap()).unwrap()
    }

    #[test]
    fn the_same_data_give_the_same_bytes() {
        for (rows, balanced) in [(20, false), (40, true), (61, false)] {
            let data = data(rows);
            let (depth, min_leaf) = (4, 1);
            let forest =
                Recipe::Forest { trees: 5, depth, min_leaf, balanced, columns: 60, seed: 3 };
            for kind in [Recipe::Tree { depth, min_leaf, balanced }, forest, Recipe::Logistic] {
                let first = bytes(&data, kind);
                assert!((0..40).all(|_| bytes(&data, kind) == first), "{kind:?}");
            }
        }
    }

    #[test]
    fn a_leaf_is_the_share_of_the_rows_that_reach_it() {
        let data = data(200);
        let model = fit(&data, Recipe::Tree { depth: 3, min_leaf: 5, balanced: false })
            .unwrap()
            .model("m.json")
            .unwrap();
        let mut reached = std::collections::BTreeMap::<u64, (f64, f64)>::new();
        for (row, label) in data.values.rows().into_iter().zip(labels(200)) {
            let mut score = [0.0];
            model.exact(&row.to_vec(), &mut score);
            let entry = reached.entry(score[0].to_bits()).or_default();
            entry.0 += 1.0;
            entry.1 += f64::from(u8::from(label));
        }
        assert!(reached.len() > 2);
        for (bits, (rows, positives)) in reached {
            assert_eq!(f64::from_bits(bits), positives / rows);
        }
    }

    #[test]
    fn the_folded_weights_are_where_the_likelihood_is_flat() {
        let data = data(200);
        let file = fit(&data, Recipe::Logistic).unwrap();
        let model: Box<dyn Model> = file.clone().model("m.json").unwrap();
        // The intercept is not penalised: at the optimum the mean prediction is the share of positives.
        let mut sum = 0.0;
        for row in data.values.rows() {
            let (mut raw, mut value) = ([0.0], [0.0]);
            model.raw(&row.to_vec(), &mut raw);
            model.value(&raw, &mut value);
            sum += value[0];
        }
        let share = labels(200).into_iter().filter(|l| *l).count() as f64;
        assert!((sum - share).abs() < 1e-4, "{sum} {share}");
    }

    #[test]
    fn what_cannot_be_fitted_is_refused() {
        let mut one_class = data(20);
        one_class.wanted = Target::Class { positive: "1".into(), labels: vec![true; 20] };
        one_class.values.column_mut(2).fill(f64::NAN);
        let faults = fit(&one_class, Recipe::Logistic).unwrap_err();
        assert_eq!(faults.0.len(), 2, "{faults}");
        assert!(fit(&data(20), Recipe::Tree { depth: 0, min_leaf: 1, balanced: false }).is_err());
    }
}
