//! TreeEnsemble, which stands for both tree operators from version 5 of ai.onnx.ml on.
//!
//! Nodes and leaves are lists of their own; modes are numbers, and one of them asks whether a value is a member of a set.

use std::sync::Arc;

use super::super::{Link, ModelCard, Node, Split, Tree, TreeEnsemble};
use super::attributes::{Attributes, Trouble, Values, values};
use super::head::{Body, Head};
use super::program::Elem;
use super::trees::{MOST_NODES, Mode, width};

/// The lists of the nodes and leaves.
struct Lists {
    modes: Vec<f64>,
    splits: Vec<f64>,
    features: Vec<i64>,
    yes: Vec<i64>,
    no: Vec<i64>,
    yes_leaf: Vec<i64>,
    no_leaf: Vec<i64>,
    tracks: Vec<i64>,
    /// By node that asks for members: the members.
    members: Vec<Vec<f64>>,
    targets: Vec<i64>,
    weights: Vec<f64>,
}

fn tensor(from: &Attributes, name: &str) -> Result<Option<(Elem, Vec<f64>)>, Trouble> {
    match from.tensor(name)? {
        None => Ok(None),
        Some(tensor) => match values(&tensor)?.1 {
            Values::Numbers(elem, numbers) => Ok(Some((elem, numbers))),
            Values::Texts(_) => Err(from.contradiction(format!("texts in `{name}`"), "numbers")),
        },
    }
}

/// Reads the operator; it reads `columns` columns of `elem`.
pub(super) fn read(from: &Attributes, columns: usize, elem: Elem) -> Result<Head, Trouble> {
    from.only(&[
        "aggregate_function",
        "leaf_targetids",
        "leaf_weights",
        "membership_values",
        "n_targets",
        "nodes_falseleafs",
        "nodes_falsenodeids",
        "nodes_featureids",
        "nodes_hitrates",
        "nodes_missing_value_tracks_true",
        "nodes_modes",
        "nodes_splits",
        "nodes_trueleafs",
        "nodes_truenodeids",
        "post_transform",
        "tree_roots",
    ])?;
    let numbers =
        |name: &str| Ok::<_, Trouble>(tensor(from, name)?.map(|(_, n)| n).unwrap_or_default());
    let width = width(elem);
    let mut lists = Lists {
        modes: numbers("nodes_modes")?,
        splits: numbers("nodes_splits")?.into_iter().map(|x| width.seen(x)).collect(),
        features: from.ints("nodes_featureids")?,
        yes: from.ints("nodes_truenodeids")?,
        no: from.ints("nodes_falsenodeids")?,
        yes_leaf: from.ints("nodes_trueleafs")?,
        no_leaf: from.ints("nodes_falseleafs")?,
        tracks: from.ints("nodes_missing_value_tracks_true")?,
        members: Vec::new(),
        targets: from.ints("leaf_targetids")?,
        weights: numbers("leaf_weights")?,
    };
    let n = lists.modes.len();
    let lengths =
        [&lists.features, &lists.yes, &lists.no, &lists.yes_leaf, &lists.no_leaf].map(Vec::len);
    if n == 0
        || lengths != [n; 5]
        || lists.splits.len() != n
        || ![0, n].contains(&lists.tracks.len())
        || lists.targets.len() != lists.weights.len()
    {
        return Err(from.contradiction("lists of nodes of different lengths", "one length"));
    }
    if !lists.tracks.iter().all(|x| [0, 1].contains(x)) {
        return Err(
            from.contradiction("another number in nodes_missing_value_tracks_true", "0 or 1")
        );
    }
    lists.members(from, &numbers("membership_values")?)?;
    let outputs = match from.int("n_targets", 1)? {
        outputs @ 1..=1000 => usize::try_from(outputs).unwrap_or(1),
        other => return Err(from.contradiction(format!("n_targets {other}"), "1 to 1000")),
    };
    let roots = from.ints("tree_roots")?;
    let divisor = match from.int("aggregate_function", 1)? {
        0 => roots.len() as f64,
        1 => 1.0,
        other => return Err(from.unsupported(format!("the aggregate_function {other}"))),
    };
    let link = match from.int("post_transform", 0)? {
        0 => Link::Identity,
        // Of one target onnxruntime applies no post_transform but PROBIT.
        1..=3 if outputs == 1 => Link::Identity,
        // The standard says 1 for SOFTMAX and 2 for LOGISTIC; onnxruntime takes them the other way round.
        1 => Link::Logistic { slope: 1.0 },
        2 => Link::Softmax,
        3 => Link::SoftmaxZero,
        4 => Link::NormalQuantile,
        other => return Err(from.unsupported(format!("the post_transform {other}"))),
    };
    let mut trees = Vec::new();
    let (mut kept, mut leaves) = (0usize, 0);
    for (i, root) in roots.iter().enumerate() {
        let broken = |what: String| {
            from.contradiction(format!("tree {i} with {what}"), "a well-formed tree")
        };
        let (nodes, ends) = lists.tree(*root).map_err(broken)?;
        leaves += ends.len();
        let mut voted: Vec<usize> = Vec::new();
        for (_, target) in &ends {
            if *target >= outputs {
                return Err(broken(format!("a leaf for target {target}")));
            }
            if !voted.contains(target) {
                voted.push(*target);
            }
        }
        voted.sort_unstable();
        kept = kept.saturating_add(nodes.len().saturating_mul(voted.len()));
        if kept > MOST_NODES {
            return Err(from.unsupported(format!("more than {MOST_NODES} nodes")));
        }
        for output in &voted {
            let mut own = nodes.clone();
            for (at, target) in &ends {
                if let Some(Node::Leaf { value, .. }) = own.get_mut(*at)
                    && target != output
                {
                    *value = 0.0;
                }
            }
            trees.push(Tree::arranged(*output, &own, columns).map_err(broken)?);
        }
    }
    if trees.is_empty() {
        return Err(from.contradiction("no trees", "at least one"));
    }
    let card = ModelCard { features: vec![String::new(); columns], ..ModelCard::default() };
    let base = vec![0.0; outputs];
    let mut ensemble =
        TreeEnsemble { card, trees, base, width, link, divisor, ..TreeEnsemble::default() }
            .measured();
    (ensemble.card.trees, ensemble.card.leaves) = (roots.len(), leaves);
    let objective = match link {
        Link::Logistic { .. } => {
            "TreeEnsemble, LOGISTIC as onnxruntime takes post_transform 1 (SOFTMAX in the standard)"
        }
        Link::Softmax => {
            "TreeEnsemble, SOFTMAX as onnxruntime takes post_transform 2 (LOGISTIC in the standard)"
        }
        _ => "TreeEnsemble",
    };
    let objective = objective.to_owned();
    Ok(Head { body: Body::Trees(Arc::new(ensemble)), one: false, labels: Vec::new(), objective })
}

/// The test of a set. onnxruntime 1.32 compares each number with the members, unless one of them is above 30 (or below
/// 0): then it cuts the fraction off first, so that 2.7 is a member where 2 is. Numbers below 0 stay compared as they are:
/// a negative member is no code.
fn members(set: &[f64], missing_left: bool) -> Split {
    let code = |x: &f64| *x >= 0.0 && x.fract() == 0.0 && *x <= f64::from(i32::MAX);
    if set.iter().all(code) && set.last().is_some_and(|last| *last > 30.0) {
        let mut set: Vec<u32> = set.iter().map(|x| *x as u32).collect();
        set.dedup();
        return Split::Categories { set, member_left: true, missing_left, invalid_left: false };
    }
    Split::Members { set: set.into(), member_left: true, missing_left }
}

/// A leaf: its node, and the target it adds to.
type End = (usize, usize);

/// What is to be placed: whether it is a leaf, its number, and where its parent keeps it.
type Due = (bool, i64, Option<(usize, bool)>);

impl Lists {
    /// The sets of members, in the order of the nodes that ask for them, each ended by a NaN.
    fn members(&mut self, from: &Attributes, all: &[f64]) -> Result<(), Trouble> {
        let mut sets = all.split_inclusive(|x| x.is_nan());
        for mode in &self.modes {
            let mut own = Vec::new();
            if *mode == 6.0 {
                let set =
                    sets.next().and_then(|set| set.split_last()).filter(|(end, _)| end.is_nan());
                let Some((_, set)) = set else {
                    return Err(
                        from.contradiction("too few membership_values", "a set a node that asks")
                    );
                };
                own = set.to_vec();
                if own.contains(&0.0) {
                    own.extend([0.0, -0.0]);
                }
                own.sort_by(f64::total_cmp);
                own.dedup_by(|a, b| a.total_cmp(b).is_eq());
            }
            self.members.push(own);
        }
        if sets.next().is_some() {
            return Err(from.contradiction("too many membership_values", "a set a node that asks"));
        }
        Ok(())
    }

    /// The nodes of the tree at a root, and which of them are leaves for which target.
    fn tree(&self, root: i64) -> Result<(Vec<Node>, Vec<End>), String> {
        let (mut nodes, mut ends): (Vec<Node>, Vec<End>) = (Vec::new(), Vec::new());
        let mut open: Vec<Due> = vec![(false, root, None)];
        while let Some((leaf, number, parent)) = open.pop() {
            // A tree has fewer nodes than there are, and one more leaf than nodes.
            if nodes.len() > 2 * self.modes.len() {
                return Err("a node that is reached twice".to_owned());
            }
            let at = nodes.len();
            if let Some((parent, is_left)) = parent
                && let Some(Node::Inner { left, right, .. }) = nodes.get_mut(parent)
            {
                *(if is_left { left } else { right }) = at as u32;
            }
            let i = usize::try_from(number).unwrap_or(usize::MAX);
            if leaf {
                let (Some(target), Some(weight)) = (self.targets.get(i), self.weights.get(i))
                else {
                    return Err(format!("leaf {number} of {}", self.targets.len()));
                };
                ends.push((at, usize::try_from(*target).unwrap_or(usize::MAX)));
                nodes.push(Node::Leaf { value: *weight, cover: 0.0 });
                continue;
            }
            let (split, mirrored) =
                self.split(i).ok_or_else(|| format!("node {number} of {}", self.modes.len()))??;
            let of = |list: &[i64]| list.get(i).copied().unwrap_or(-1);
            let sides = [(of(&self.yes_leaf), of(&self.yes)), (of(&self.no_leaf), of(&self.no))];
            for (is_left, (leaf, number)) in [!mirrored, mirrored].into_iter().zip(sides) {
                open.push((leaf != 0, number, Some((at, is_left))));
            }
            let feature = u32::try_from(of(&self.features)).unwrap_or(u32::MAX);
            nodes.push(Node::Inner { feature, split, left: 0, right: 0, cover: 0.0 });
        }
        Ok((nodes, ends))
    }

    /// The split of a node; none if there is no such node.
    fn split(&self, i: usize) -> Option<Result<(Split, bool), String>> {
        let (mode, at) = (*self.modes.get(i)?, *self.splits.get(i)?);
        let tracks = self.tracks.get(i) == Some(&1);
        let mode = match mode as i64 {
            0 => Mode::LessOrEqual,
            1 => Mode::Less,
            2 => Mode::GreaterOrEqual,
            3 => Mode::Greater,
            4 => Mode::Equal,
            5 => Mode::NotEqual,
            6 => {
                return Some(Ok((members(self.members.get(i)?, tracks), false)));
            }
            other => return Some(Err(format!("the node mode {other}"))),
        };
        if at.is_nan() {
            return Some(Err(format!("a threshold that is no number at node {i}")));
        }
        Some(Ok(mode.split(at, tracks)))
    }
}
