//! Growing: one linfa-trees stump a node, on the rows of that node only.
//!
//! linfa-trees 0.8.1 fits whole trees, but not in a way an explanation can rest on (all read in its source):
//! * below the root it takes the rows of a node from columns that were sorted for all rows, and skips a candidate when
//!   the *next row of the whole data* has the same value; with ties (yes/no, counts) most candidates of a deep node are
//!   never looked at;
//! * values closer than 1e-5 count as equal, whatever the unit;
//! * two equally frequent decisions are told apart by hash order, and pruning follows that choice;
//! * it divides with `<=` and predicts with `<`;
//! * every node passes over all rows of all columns; there is no limit on leaves.
//!
//! A stump has none of these: every row is in its root, its columns are ranks (1 apart, halves exact), and its split is
//! read from the root although a stump whose sides agree is pruned. Best split, Gini impurity and least rows a leaf are
//! linfa-trees' own; sums over two decisions do not depend on hash order, so a fit is deterministic.

use linfa::traits::Fit;
use linfa_trees::DecisionTree;
use ndarray::{Array1, Array2, ArrayView1};

use super::threshold::roundest;
use super::{Question, SurrogateNode, SurrogateOptions};
use crate::fault::{Checked, Fault, Place};

/// A column as ranks of its distinct values.
struct Ranked {
    values: Vec<f64>,
    ranks: Vec<u32>,
    whole: bool,
}

impl Ranked {
    fn new(column: ArrayView1<'_, f64>) -> Self {
        // 0.0 + turns the negative zero into the positive one
        let column: Vec<f64> = column.iter().map(|v| 0.0 + v).collect();
        let mut values = column.clone();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let rank = |v: &f64| values.partition_point(|x| x < v) as u32;
        let ranks = column.iter().map(rank).collect();
        let whole = values.iter().all(|v| v.fract() == 0.0);
        Ranked { values, ranks, whole }
    }
}

/// The unpruned tree, in preorder, of rows without missing values.
pub(super) fn grow(
    rows: &Array2<f64>,
    decisions: &[bool],
    options: SurrogateOptions,
) -> Checked<Vec<SurrogateNode>> {
    let columns: Vec<Ranked> = rows.columns().into_iter().map(Ranked::new).collect();
    let mut nodes: Vec<SurrogateNode> = Vec::new();
    let all: Vec<usize> = (0..decisions.len()).collect();
    let mut open = vec![(all, None::<(usize, bool)>, 0)];
    while let Some((here, parent, depth)) = open.pop() {
        let at = nodes.len();
        if let Some((parent, low)) = parent
            && let Some(question) = &mut nodes[parent].question
        {
            *(if low { &mut question.low } else { &mut question.high }) = at;
        }
        let positive = here.iter().filter(|&&i| decisions[i]).count();
        let negative = here.len() - positive;
        let parent = parent.map(|(parent, _)| parent);
        let decision = positive > negative;
        nodes.push(SurrogateNode { parent, depth, question: None, negative, positive, decision });
        if depth >= options.max_depth || positive == 0 || negative == 0 {
            continue;
        }
        if let Some((feature, threshold)) = stump(&columns, &here, decisions, options.min_leaf)? {
            nodes[at].question = Some(Question { feature, threshold, low: 0, high: 0 });
            let (low, high) = here.into_iter().partition(|&i| rows[(i, feature)] < threshold);
            open.push((high, Some((at, false)), depth + 1));
            open.push((low, Some((at, true)), depth + 1));
        }
    }
    Ok(nodes)
}

/// The best split of some rows, or `None` where none lowers the impurity.
fn stump(
    columns: &[Ranked],
    here: &[usize],
    decisions: &[bool],
    min_leaf: usize,
) -> Checked<Option<(usize, f64)>> {
    // columns that are constant here cannot split; leaving them out saves linfa-trees a pass over each
    let varies = |column: &&Ranked| here.iter().any(|&i| column.ranks[i] != column.ranks[here[0]]);
    let kept: Vec<usize> = (0..columns.len()).filter(|&j| varies(&&columns[j])).collect();
    if kept.is_empty() || here.len() < 2 * min_leaf {
        return Ok(None);
    }
    let records = Array2::from_shape_fn((here.len(), kept.len()), |(i, j)| {
        f64::from(columns[kept[j]].ranks[here[i]])
    });
    let targets: Array1<bool> = here.iter().map(|&i| decisions[i]).collect();
    let fitted = DecisionTree::<f64, bool>::params()
        .max_depth(Some(1))
        .min_weight_leaf(min_leaf as f32)
        .fit(&linfa::Dataset::new(records, targets));
    let tree = fitted.map_err(|error| {
        Fault::new(
            "R33",
            Place::default(),
            format!("linfa-trees: {error}"),
            "rows it can fit",
            "Report this together with the data's shape.",
        )
    })?;
    // an empty leaf has decrease 0; a split whose sides agree was pruned, but keeps its question
    let (column, middle, decrease) = tree.root_node().split();
    if decrease <= 0.0 {
        return Ok(None);
    }
    let feature = kept[column];
    let column = &columns[feature];
    let ranks = || here.iter().map(|&i| column.ranks[i]);
    let below = ranks().filter(|&r| f64::from(r) <= middle).max();
    let above = ranks().filter(|&r| f64::from(r) > middle).min();
    let value = |rank: u32| column.values[rank as usize];
    Ok(below.zip(above).map(|(b, a)| (feature, roundest(value(b), value(a), column.whole))))
}
