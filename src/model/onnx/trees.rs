//! TreeEnsembleClassifier and TreeEnsembleRegressor, computed as onnxruntime does.
//!
//! Values are rounded to single precision and compared with single-precision thresholds; leaves are summed in single
//! precision from zero, tree by tree, and the base value is added last. A leaf may vote for several classes: such a tree
//! is kept once for each class it votes for. Where onnxruntime and the operator's definition part (a LOGISTIC that is
//! left out where all weights are positive, a sign that changes with the winner), the file is refused by name.

use std::collections::{BTreeMap, BTreeSet};

use super::super::fault::structure;
use super::super::{
    Comparison, FloatWidth, Link, MissingRule, Model, Node, Split, Tree, TreeEnsemble,
};
use super::Operator;
use crate::fault::Checked;

/// Most nodes that are kept, a tree's once for each class it votes for: a small file must not fill the memory.
const MOST_NODES: usize = 5_000_000;

/// The attributes of the nodes, one entry a node.
struct Nodes<'a> {
    tree: &'a [i64],
    id: &'a [i64],
    feature: &'a [i64],
    mode: &'a [Vec<u8>],
    value: std::borrow::Cow<'a, [f32]>,
    yes: &'a [i64],
    no: &'a [i64],
    /// Empty where no missing value takes the true branch.
    tracks: &'a [i64],
}

/// What the votes at the leaves count for.
struct Scores {
    outputs: usize,
    link: Link,
    /// Class labels; empty for one output.
    classes: Vec<String>,
    /// Votes carry class 0 or 1 alike, for the one output.
    one: bool,
    objective: String,
}

/// Reads the operator.
pub(super) fn read(operator: Operator) -> Checked<Box<dyn Model>> {
    let classifier = operator.name == "TreeEnsembleClassifier";
    let votes = if classifier { "class" } else { "target" };
    let own: &[&str] = if classifier {
        &["classlabels_int64s", "classlabels_strings"]
    } else {
        &["aggregate_function", "n_targets"]
    };
    let lists = ["ids", "nodeids", "treeids", "weights", "weights_as_tensor"]
        .map(|l| format!("{votes}_{l}"));
    let known = [
        "base_values",
        "base_values_as_tensor",
        "nodes_falsenodeids",
        "nodes_featureids",
        "nodes_hitrates",
        "nodes_hitrates_as_tensor",
        "nodes_missing_value_tracks_true",
        "nodes_modes",
        "nodes_nodeids",
        "nodes_treeids",
        "nodes_truenodeids",
        "nodes_values",
        "nodes_values_as_tensor",
        "post_transform",
    ];
    let known: Vec<&str> = known
        .into_iter()
        .chain(own.iter().copied())
        .chain(lists.iter().map(String::as_str))
        .collect();
    operator.only(&known)?;
    let [ids, at_nodes, at_trees, weights, _] = &lists;
    let (ids, at_nodes, at_trees) =
        (operator.ints(ids)?, operator.ints(at_nodes)?, operator.ints(at_trees)?);
    let weights = operator.floats(weights)?;
    if [ids.len(), at_nodes.len(), at_trees.len()] != [weights.len(); 3] {
        return Err(operator.contradiction("lists of votes of different lengths", "one length"));
    }
    let bases = operator.floats("base_values")?;
    let scores = if classifier {
        classes(&operator, ids, &weights, bases.len())?
    } else {
        targets(&operator)?
    };
    let base: Vec<f64> = match bases.len() {
        0 => vec![0.0; scores.outputs],
        n if n == scores.outputs => bases.iter().copied().map(f64::from).collect(),
        n => {
            let found = format!("{n} base values for {} scores", scores.outputs);
            return Err(operator.contradiction(found, "one a score, or none"));
        }
    };
    if !base.iter().all(|b| b.is_finite()) {
        return Err(operator.contradiction("a base value that is no finite number", "numbers"));
    }
    let mut cast: BTreeMap<(i64, i64), Vec<(usize, f32)>> = BTreeMap::new();
    for (((id, node), tree), weight) in ids.iter().zip(at_nodes).zip(at_trees).zip(weights.iter()) {
        let output = if scores.one { 0 } else { usize::try_from(*id).unwrap_or(usize::MAX) };
        let votes = cast.entry((*tree, *node)).or_default();
        if output >= scores.outputs || votes.iter().any(|(o, _)| *o == output) {
            let found = format!("a second or unknown vote for {id} at node {node} of tree {tree}");
            return Err(operator.contradiction(found, "one vote a leaf and class"));
        }
        votes.push((output, *weight));
    }
    let nodes = Nodes::of(&operator)?;
    let (trees, count) = nodes.trees(&operator, &cast, scores.outputs)?;
    let leaves = nodes.mode.iter().filter(|m| *m == b"LEAF").count();
    let divisor = match operator.word("aggregate_function", "SUM")?.as_ref() {
        "SUM" => 1.0,
        "AVERAGE" => count as f64,
        other => return Err(operator.unsupported(format!("the aggregate_function `{other}`"))),
    };
    let missing = "Each split says whether a missing value takes the branch of values that pass the test; otherwise it \
                   takes the other branch.";
    let card = operator.card(&scores.objective, scores.classes, missing);
    let (width, link) = (FloatWidth::OnnxRuntime, scores.link);
    let mut model =
        TreeEnsemble { card, trees, base, width, link, divisor, ..TreeEnsemble::default() }
            .measured();
    (model.card.trees, model.card.leaves) = (count, leaves);
    Ok(Box::new(model))
}

/// The scores of a classifier.
fn classes(operator: &Operator, ids: &[i64], weights: &[f32], bases: usize) -> Checked<Scores> {
    let classes = operator.labels("classlabels_int64s")?;
    let transform = operator.word("post_transform", "NONE")?;
    let refused =
        |what: &str| Err(operator.unsupported(format!("the post_transform `{transform}`{what}")));
    let distinct: BTreeSet<i64> = ids.iter().copied().collect();
    let mut objective = transform.clone().into_owned();
    if let ([_, positive], 1) = (classes.as_slice(), distinct.len()) {
        let mixed = weights.iter().any(|w| *w < 0.0);
        if bases == 2 {
            return Err(operator.unsupported("two base values for one score"));
        }
        let link = match (transform.as_ref(), mixed) {
            ("LOGISTIC", true) => Link::Logistic { slope: 1.0 },
            // onnxruntime takes weights that are all positive for probabilities.
            ("NONE", false) => Link::Identity,
            ("LOGISTIC", false) => return refused(" with weights that are all positive"),
            ("NONE", true) => return refused(" with one score of both signs for two classes"),
            _ => return refused(" with one score for two classes"),
        };
        objective.push_str(&format!(", for the class `{positive}`"));
        return Ok(Scores { outputs: 1, link, classes: Vec::new(), one: true, objective });
    }
    if classes.len() < 2 || distinct.is_empty() {
        let found = format!("{} class labels, {} voted for", classes.len(), distinct.len());
        return Err(operator.contradiction(found, "two or more classes with votes"));
    }
    if classes.len() == 2 && bases > 0 {
        return Err(operator.unsupported("base values with votes for both of two classes"));
    }
    let link = match transform.as_ref() {
        "NONE" => Link::Identity,
        "LOGISTIC" => Link::Logistic { slope: 1.0 },
        "SOFTMAX" => Link::Softmax,
        _ => return refused(""),
    };
    Ok(Scores { outputs: classes.len(), link, classes, one: false, objective })
}

/// The scores of a regressor.
fn targets(operator: &Operator) -> Checked<Scores> {
    let transform = operator.word("post_transform", "NONE")?;
    if transform != "NONE" {
        return Err(operator.unsupported(format!("the post_transform `{transform}`")));
    }
    match operator.int("n_targets")? {
        Some(outputs @ 1..=1000) => {
            let outputs = usize::try_from(outputs).unwrap_or(1);
            let classes =
                if outputs > 1 { (0..outputs).map(|k| k.to_string()).collect() } else { vec![] };
            let objective = transform.into_owned();
            Ok(Scores { outputs, link: Link::Identity, classes, one: false, objective })
        }
        other => Err(operator.contradiction(format!("n_targets {other:?}"), "1 to 1000")),
    }
}

impl<'a> Nodes<'a> {
    fn of(operator: &'a Operator) -> Checked<Self> {
        let nodes = Nodes {
            tree: operator.ints("nodes_treeids")?,
            id: operator.ints("nodes_nodeids")?,
            feature: operator.ints("nodes_featureids")?,
            mode: operator.strings("nodes_modes")?,
            value: operator.floats("nodes_values")?,
            yes: operator.ints("nodes_truenodeids")?,
            no: operator.ints("nodes_falsenodeids")?,
            tracks: operator.ints("nodes_missing_value_tracks_true")?,
        };
        let n = nodes.id.len();
        let lengths = [
            nodes.tree.len(),
            nodes.feature.len(),
            nodes.mode.len(),
            nodes.value.len(),
            nodes.yes.len(),
            nodes.no.len(),
        ];
        if n == 0 || lengths != [n; 6] || ![0, n].contains(&nodes.tracks.len()) {
            return Err(operator.contradiction("lists of nodes of different lengths", "one length"));
        }
        Ok(nodes)
    }

    /// Trees in the order of the file, one for each output that a tree votes for, and how many trees the file has.
    fn trees(
        &self,
        operator: &Operator,
        cast: &BTreeMap<(i64, i64), Vec<(usize, f32)>>,
        outputs: usize,
    ) -> Checked<(Vec<Tree>, usize)> {
        let mut places: BTreeMap<i64, usize> = BTreeMap::new();
        let mut members: Vec<(i64, Vec<usize>)> = Vec::new();
        // Where a node lies within its tree.
        let mut at: BTreeMap<(i64, i64), u32> = BTreeMap::new();
        for (i, key) in self.tree.iter().copied().zip(self.id.iter().copied()).enumerate() {
            let place = *places.entry(key.0).or_insert_with(|| {
                members.push((key.0, Vec::new()));
                members.len() - 1
            });
            let Some((_, nodes)) = members.get_mut(place) else { continue };
            if at.insert(key, u32::try_from(nodes.len()).unwrap_or(u32::MAX)).is_some() {
                let found = format!("node {} of tree {} twice", key.1, key.0);
                return Err(operator.contradiction(found, "each node once"));
            }
            nodes.push(i);
        }
        let mut voted: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
        for (key, votes) in cast {
            if !at.contains_key(key) {
                let found = format!("a vote at node {} of tree {}, which is missing", key.1, key.0);
                return Err(operator.contradiction(found, "votes at leaves"));
            }
            voted.entry(key.0).or_default().extend(votes.iter().map(|(output, _)| *output));
        }
        let mut trees = Vec::new();
        let mut kept = 0usize;
        for (id, nodes) in &members {
            let outputs_here = voted.remove(id).unwrap_or_else(|| BTreeSet::from([0]));
            kept = kept.saturating_add(nodes.len().saturating_mul(outputs_here.len()));
            if kept > MOST_NODES {
                return Err(operator.unsupported(format!("more than {MOST_NODES} nodes")));
            }
            for output in outputs_here {
                let mut given = Vec::with_capacity(nodes.len());
                for i in nodes {
                    given.push(self.node(operator, *i, &at, cast, (outputs, output))?);
                }
                let tree = Tree::arranged(output, &given, operator.features.len())
                    .map_err(|what| structure_of(operator, *id, &what))?;
                if tree.nodes.len() != given.len() {
                    return Err(structure_of(operator, *id, "nodes that its first does not reach"));
                }
                trees.push(tree);
            }
        }
        Ok((trees, members.len()))
    }

    /// One node, with the votes of its leaf for one of the outputs.
    fn node(
        &self,
        operator: &Operator,
        i: usize,
        at: &BTreeMap<(i64, i64), u32>,
        cast: &BTreeMap<(i64, i64), Vec<(usize, f32)>>,
        (outputs, output): (usize, usize),
    ) -> Checked<Node> {
        let (tree, id) = (one(self.tree, i), one(self.id, i));
        let votes = cast.get(&(tree, id)).map_or(&[][..], Vec::as_slice);
        let mode = self.mode.get(i).map_or(&b""[..], Vec::as_slice);
        if mode == b"LEAF" {
            // onnxruntime takes a class of two without any vote for absent, and then computes something else.
            if operator.name == "TreeEnsembleClassifier" && votes.len() < outputs.min(2) {
                let found = format!("a leaf that does not vote for every class (tree {tree})");
                if outputs <= 2 {
                    return Err(operator.unsupported(found));
                }
            }
            let value =
                votes.iter().find(|(o, _)| *o == output).map_or(0.0, |(_, w)| f64::from(*w));
            return Ok(Node::Leaf { value, cover: 0.0 });
        }
        if !votes.is_empty() {
            let found = format!("a vote at the inner node {id} of tree {tree}");
            return Err(operator.contradiction(found, "votes at leaves"));
        }
        // GTE and GT are the other side of LT and LEQ; a missing value passes no test.
        let (less, mirrored) = match mode {
            b"BRANCH_LEQ" => (Comparison::LessOrEqual, false),
            b"BRANCH_LT" => (Comparison::Less, false),
            b"BRANCH_GTE" => (Comparison::Less, true),
            b"BRANCH_GT" => (Comparison::LessOrEqual, true),
            other => {
                let mode: String = String::from_utf8_lossy(other).chars().take(40).collect();
                return Err(operator.unsupported(format!("the node mode `{mode}`")));
            }
        };
        let tracks = match one(self.tracks, i) {
            0 => false,
            1 => true,
            other => {
                let found = format!("{other} in nodes_missing_value_tracks_true");
                return Err(operator.contradiction(found, "0 or 1"));
            }
        };
        let missing = if tracks != mirrored { MissingRule::NanLeft } else { MissingRule::NanRight };
        let child = |ids: &[i64]| at.get(&(tree, one(ids, i))).copied().unwrap_or(u32::MAX);
        let (yes, no) = (child(self.yes), child(self.no));
        let (left, right) = if mirrored { (no, yes) } else { (yes, no) };
        let threshold = f64::from(self.value.get(i).copied().unwrap_or(f32::NAN));
        let feature = u32::try_from(one(self.feature, i)).unwrap_or(u32::MAX);
        let split = Split::Threshold { at: threshold, less, missing };
        Ok(Node::Inner { feature, split, left, right, cover: 0.0 })
    }
}

/// An entry of a list whose length was checked; 0 in an empty one.
fn one(list: &[i64], i: usize) -> i64 {
    list.get(i).copied().unwrap_or(0)
}

fn structure_of(operator: &Operator, tree: i64, what: &str) -> crate::fault::Faults {
    structure(operator.file, format!("tree {tree} with {what}"), "a well-formed tree")
}
