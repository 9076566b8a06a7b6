//! TreeEnsembleClassifier and TreeEnsembleRegressor, computed as onnxruntime does.
//!
//! Values are rounded to single precision and compared with single-precision thresholds; leaves are summed in single
//! precision from zero, tree by tree, and the base value is added last. A leaf may vote for several classes: such a tree
//! is kept once for each class it votes for. Two classes with one score are what onnxruntime makes of them: where all
//! weights are positive the score is the probability and no post_transform applies. Where its sign changes with the
//! winner, the file is refused by name.
//!
//! The lists of the nodes are read where they lie in the file, side by side.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::{
    Comparison, FloatWidth, Link, MissingRule, ModelCard, Node, Split, Tree, TreeEnsemble,
};
use super::attributes::{Attributes, Trouble, Values, values};
use super::head::{Body, Head};
use super::message;
use super::program::Elem;
use super::wire::List;

/// Most nodes that are kept, a tree's once for each class it votes for: a small file must not fill the memory.
pub(super) const MOST_NODES: usize = 5_000_000;

/// One leaf's vote.
#[derive(Clone, Copy, Debug)]
struct Vote {
    tree: i32,
    node: i32,
    output: u32,
    weight: f64,
}

/// What the votes at the leaves count for.
struct Scores {
    outputs: usize,
    link: Link,
    labels: Vec<String>,
    one: bool,
}

/// A list of floats, in single or (as a tensor) in double precision, read where it lies.
enum Floats<'a> {
    List(List<'a>),
    Tensor(std::vec::IntoIter<f64>),
}

impl Floats<'_> {
    fn next(&mut self) -> Option<Result<f64, String>> {
        match self {
            Floats::List(list) => list.next_float().map(|x| x.map(f64::from)),
            Floats::Tensor(numbers) => numbers.next().map(Ok),
        }
    }
}

/// A list of floats by its name, or the tensor that stands for it (version 3).
fn floats<'a>(from: &Attributes<'a, '_>, name: &str) -> Result<Floats<'a>, Trouble> {
    let as_tensor = format!("{name}_as_tensor");
    match (from.get(name, message::FLOATS)?, from.tensor(&as_tensor)?) {
        (Some(_), Some(_)) => {
            Err(from.contradiction(format!("`{name}` and `{as_tensor}`"), "one of them"))
        }
        (Some(list), None) => Ok(Floats::List(list.floats())),
        (None, Some(tensor)) => match values(&tensor)?.1 {
            Values::Numbers(Elem::Single | Elem::Double, numbers) => {
                Ok(Floats::Tensor(numbers.into_iter()))
            }
            _ => Err(from.contradiction(format!("`{as_tensor}` of other numbers"), "floats")),
        },
        (None, None) => Ok(Floats::Tensor(Vec::new().into_iter())),
    }
}

/// Reads the operator; it reads `columns` columns of `elem`.
pub(super) fn read(from: &Attributes, columns: usize, elem: Elem) -> Result<Head, Trouble> {
    let classifier = from.node.name == "TreeEnsembleClassifier";
    let votes = if classifier { "class" } else { "target" };
    let own: &[&str] = if classifier {
        &["classlabels_int64s", "classlabels_strings"]
    } else {
        &["aggregate_function", "n_targets"]
    };
    let lists = ["ids", "nodeids", "treeids", "weights", "weights_as_tensor"]
        .map(|list| format!("{votes}_{list}"));
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
    from.only(&known)?;
    let votes = cast(from, &lists)?;
    let mut base = Vec::new();
    let mut bases = floats(from, "base_values")?;
    while let Some(value) = bases.next() {
        base.push(value?);
    }
    let scores = if classifier { classes(from, &votes, base.len())? } else { targets(from)? };
    match base.len() {
        0 => base = vec![0.0; scores.outputs],
        n if n == scores.outputs => {}
        n => {
            let found = format!("{n} base values for {} scores", scores.outputs);
            return Err(from.contradiction(found, "one a score, or none"));
        }
    }
    if !base.iter().all(|b| b.is_finite()) {
        return Err(from.contradiction("a base value that is no finite number", "numbers"));
    }
    let width = width(elem);
    let (trees, (count, leaves)) = trees(from, &votes, &scores, columns, width)?;
    let divisor = match from.word("aggregate_function", "SUM")?.as_str() {
        "SUM" => 1.0,
        "AVERAGE" => count as f64,
        other => return Err(from.unsupported(format!("the aggregate_function `{other}`"))),
    };
    let card = ModelCard { features: vec![String::new(); columns], ..ModelCard::default() };
    let link = scores.link;
    let mut ensemble =
        TreeEnsemble { card, trees, base, width, link, divisor, ..TreeEnsemble::default() }
            .measured();
    (ensemble.card.trees, ensemble.card.leaves) = (count, leaves);
    let transform = from.word("post_transform", "NONE")?;
    let objective = format!("{}, post_transform {transform}", from.node.name);
    Ok(Head {
        body: Body::Trees(Arc::new(ensemble)),
        one: scores.one,
        labels: scores.labels,
        objective,
    })
}

/// In which width onnxruntime compares and adds for columns of `elem`.
pub(super) fn width(elem: Elem) -> FloatWidth {
    if elem == Elem::Double { FloatWidth::Double } else { FloatWidth::OnnxRuntime }
}

/// The votes, in the order of trees and nodes.
fn cast(from: &Attributes, lists: &[String; 5]) -> Result<Vec<Vote>, Trouble> {
    let [ids, nodes, trees, weights, _] = lists;
    let (mut ids, mut nodes, mut trees) =
        (from.int_list(ids)?, from.int_list(nodes)?, from.int_list(trees)?);
    let mut weights = floats(from, weights)?;
    let mut votes: Vec<Vote> = Vec::with_capacity(ids.clone().count());
    loop {
        match (ids.next_int(), nodes.next_int(), trees.next_int(), weights.next()) {
            (None, None, None, None) => break,
            (Some(id), Some(node), Some(tree), Some(weight)) => {
                let (id, node, tree) = (id?, node?, tree?);
                let vote = (i32::try_from(tree), i32::try_from(node), u32::try_from(id));
                let (Ok(tree), Ok(node), Ok(output)) = vote else {
                    let found = format!("a vote for {id} at node {node} of tree {tree}");
                    return Err(from.contradiction(found, "numbers of nodes, trees and classes"));
                };
                votes.push(Vote { tree, node, output, weight: weight? });
            }
            _ => {
                return Err(from.contradiction("lists of votes of different lengths", "one length"));
            }
        }
    }
    let place = |vote: &Vote| (vote.tree, vote.node, vote.output);
    if !votes.is_sorted_by_key(place) {
        votes.sort_by_key(place);
    }
    Ok(votes)
}

/// The scores of a classifier.
fn classes(from: &Attributes, votes: &[Vote], bases: usize) -> Result<Scores, Trouble> {
    let labels = from.labels("classlabels_int64s")?;
    let transform = from.word("post_transform", "NONE")?;
    let refused =
        |what: &str| Err(from.unsupported(format!("the post_transform `{transform}`{what}")));
    let first = votes.first().map(|vote| vote.output);
    let single = votes.iter().all(|vote| Some(vote.output) == first);
    if labels.len() == 2 && single && first.is_some() {
        let mixed = votes.iter().any(|vote| vote.weight < 0.0);
        let second = match first {
            Some(0) => false,
            Some(1) => true,
            _ => return Err(from.contradiction("votes for a class that there is not", "0 or 1")),
        };
        if bases == 2 {
            return Err(from.unsupported("two base values for one score"));
        }
        // onnxruntime adds it to the score of the first class, of which nothing else is known.
        if second && bases == 1 {
            return Err(from.unsupported("a base value with votes for the second class alone"));
        }
        let link = match (transform.as_str(), second, mixed) {
            ("LOGISTIC", ..) => Link::Logistic { slope: 1.0 },
            ("NONE", true, _) => Link::Identity,
            ("PROBIT", true, _) => Link::NormalQuantile,
            // onnxruntime takes weights that are all positive for probabilities.
            ("NONE" | "SOFTMAX" | "SOFTMAX_ZERO", false, false) => Link::Identity,
            ("NONE", false, true) => {
                return refused(" with one score of both signs for two classes");
            }
            _ => return refused(" with one score for two classes"),
        };
        return Ok(Scores { outputs: 1, link, labels, one: true });
    }
    if labels.len() < 2 || first.is_none() {
        let found = format!("{} class labels, {} votes", labels.len(), votes.len());
        return Err(from.contradiction(found, "two or more classes with votes"));
    }
    if labels.len() == 2 && bases > 0 {
        return Err(from.unsupported("base values with votes for both of two classes"));
    }
    match transform_link(&transform) {
        Some(link) => Ok(Scores { outputs: labels.len(), link, labels, one: false }),
        None => refused(""),
    }
}

/// The link of a post_transform over several scores.
pub(super) fn transform_link(transform: &str) -> Option<Link> {
    match transform {
        "NONE" => Some(Link::Identity),
        "LOGISTIC" => Some(Link::Logistic { slope: 1.0 }),
        "SOFTMAX" => Some(Link::Softmax),
        "SOFTMAX_ZERO" => Some(Link::SoftmaxZero),
        "PROBIT" => Some(Link::NormalQuantile),
        _ => None,
    }
}

/// The scores of a regressor. Of one target onnxruntime applies no post_transform but PROBIT.
fn targets(from: &Attributes) -> Result<Scores, Trouble> {
    let transform = from.word("post_transform", "NONE")?;
    let link = transform_link(&transform)
        .ok_or_else(|| from.unsupported(format!("the post_transform `{transform}`")))?;
    match from.int("n_targets", 1)? {
        1 if link != Link::NormalQuantile => {
            Ok(Scores { outputs: 1, link: Link::Identity, labels: Vec::new(), one: false })
        }
        outputs @ 1..=1000 => {
            let outputs = usize::try_from(outputs).unwrap_or(1);
            Ok(Scores { outputs, link, labels: Vec::new(), one: false })
        }
        other => Err(from.contradiction(format!("n_targets {other}"), "1 to 1000")),
    }
}

/// A node as the file has it.
struct Entry {
    id: i32,
    feature: i64,
    mode: Mode,
    at: f64,
    yes: i32,
    no: i32,
    tracks: bool,
}

/// How a node tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Leaf,
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Equal,
    NotEqual,
}

impl Mode {
    fn of(name: &[u8]) -> Option<Mode> {
        Some(match name {
            b"LEAF" => Mode::Leaf,
            b"BRANCH_LEQ" => Mode::LessOrEqual,
            b"BRANCH_LT" => Mode::Less,
            b"BRANCH_GTE" => Mode::GreaterOrEqual,
            b"BRANCH_GT" => Mode::Greater,
            b"BRANCH_EQ" => Mode::Equal,
            b"BRANCH_NEQ" => Mode::NotEqual,
            _ => return None,
        })
    }

    /// The split, and whether what passes the test goes right. A missing value passes no test but that of inequality.
    pub fn split(self, at: f64, tracks: bool) -> (Split, bool) {
        let threshold = |less, mirrored| {
            let missing =
                if tracks != mirrored { MissingRule::NanLeft } else { MissingRule::NanRight };
            (Split::Threshold { at, less, missing }, mirrored)
        };
        let member = |missing_left, mirrored| {
            // -0 equals 0.
            let set = if at == 0.0 { vec![-0.0, 0.0] } else { vec![at] };
            (Split::Members { set: set.into(), member_left: true, missing_left }, mirrored)
        };
        match self {
            Mode::LessOrEqual | Mode::Leaf => threshold(Comparison::LessOrEqual, false),
            Mode::Less => threshold(Comparison::Less, false),
            Mode::GreaterOrEqual => threshold(Comparison::Less, true),
            Mode::Greater => threshold(Comparison::LessOrEqual, true),
            Mode::Equal => member(tracks, false),
            Mode::NotEqual => member(false, true),
        }
    }
}

/// Trees in the order of the file, one for each output that a tree votes for; how many trees and leaves the file has.
type Found = (Vec<Tree>, (usize, usize));

fn trees(
    from: &Attributes,
    votes: &[Vote],
    scores: &Scores,
    columns: usize,
    width: FloatWidth,
) -> Result<Found, Trouble> {
    let mut lists = [
        from.int_list("nodes_treeids")?,
        from.int_list("nodes_nodeids")?,
        from.int_list("nodes_featureids")?,
        from.int_list("nodes_truenodeids")?,
        from.int_list("nodes_falsenodeids")?,
    ];
    let mut modes =
        from.get("nodes_modes", message::STRINGS)?.map_or(List::of(&[], 9), |a| a.strings());
    let mut at = floats(from, "nodes_values")?;
    let mut tracks = from.int_list("nodes_missing_value_tracks_true")?;
    let mut tracked: Option<bool> = None;
    let lengths = || from.contradiction("lists of nodes of different lengths", "one length");
    let (mut trees, mut count, mut leaves, mut used) = (Vec::new(), 0, 0, 0);
    let mut current: Option<i32> = None;
    let mut entries: Vec<Entry> = Vec::new();
    let mut done: Vec<i32> = Vec::new();
    let mut kept = 0usize;
    let mut finish = |tree: i32, entries: &mut Vec<Entry>| {
        let start = votes.partition_point(|vote| vote.tree < tree);
        let end = votes.partition_point(|vote| vote.tree <= tree);
        let own = votes.get(start..end).unwrap_or_default();
        used += own.len();
        count += 1;
        leaves += entries.iter().filter(|entry| entry.mode == Mode::Leaf).count();
        tree_of(from, tree, entries, own, scores, (columns, width), &mut kept, &mut trees)?;
        entries.clear();
        Ok::<(), Trouble>(())
    };
    loop {
        let [tree, id, feature, yes, no] = lists.each_mut().map(List::next_int);
        let (mode, value, track) = (modes.next_bytes(), at.next(), tracks.next_int());
        let (tree, id, feature, yes, no, mode, value) =
            match (tree, id, feature, yes, no, mode, value) {
                (None, None, None, None, None, None, None) if track.is_none() => break,
                (Some(t), Some(i), Some(f), Some(y), Some(n), Some(m), Some(v)) => {
                    (t?, i?, f?, y?, n?, m?, v?)
                }
                _ => return Err(lengths()),
            };
        if tracked.is_some_and(|tracked| tracked != track.is_some()) {
            return Err(lengths());
        }
        tracked = Some(track.is_some());
        let tracks = match track.transpose()? {
            None | Some(0) => false,
            Some(1) => true,
            Some(other) => {
                let found = format!("{other} in nodes_missing_value_tracks_true");
                return Err(from.contradiction(found, "0 or 1"));
            }
        };
        let number = |x: i64| i32::try_from(x).unwrap_or(-1);
        let (tree, id) = match (i32::try_from(tree), i32::try_from(id)) {
            (Ok(tree), Ok(id)) if tree >= 0 && id >= 0 => (tree, id),
            _ => return Err(from.contradiction(format!("node {id} of tree {tree}"), "counts")),
        };
        let Some(mode) = Mode::of(mode) else {
            let mode: String = String::from_utf8_lossy(mode).chars().take(40).collect();
            return Err(from.unsupported(format!("the node mode `{mode}`")));
        };
        if let Some(before) = current.filter(|current| *current != tree) {
            finish(before, &mut entries)?;
            done.push(before);
        }
        current = Some(tree);
        entries.push(Entry {
            id,
            feature,
            mode,
            at: value,
            yes: number(yes),
            no: number(no),
            tracks,
        });
    }
    let Some(last) = current else { return Err(lengths()) };
    finish(last, &mut entries)?;
    done.push(last);
    done.sort_unstable();
    if done.windows(2).any(|w| matches!(w, [a, b] if a == b)) {
        return Err(from.unsupported("a tree whose nodes do not follow each other"));
    }
    if used != votes.len() {
        return Err(from.contradiction("a vote in a tree that is missing", "votes at leaves"));
    }
    Ok((trees, (count, leaves)))
}

/// One tree, once for each output it votes for.
#[allow(clippy::too_many_arguments)]
fn tree_of(
    from: &Attributes,
    tree: i32,
    entries: &[Entry],
    votes: &[Vote],
    scores: &Scores,
    (columns, width): (usize, FloatWidth),
    kept: &mut usize,
    trees: &mut Vec<Tree>,
) -> Result<(), Trouble> {
    let broken =
        |what: String| from.contradiction(format!("tree {tree} with {what}"), "a well-formed tree");
    // Where a node lies; most files number them by their place.
    let plain = (0..).zip(entries).all(|(i, entry)| entry.id == i);
    let mut map: BTreeMap<i32, u32> = BTreeMap::new();
    if !plain {
        for (i, entry) in (0..).zip(entries) {
            if map.insert(entry.id, i).is_some() {
                return Err(broken(format!("node {} twice", entry.id)));
            }
        }
    }
    let place = |id: i32| match plain {
        true => u32::try_from(id).unwrap_or(u32::MAX),
        false => map.get(&id).copied().unwrap_or(u32::MAX),
    };
    let mut outputs: Vec<u32> = Vec::new();
    for vote in votes {
        let Some(entry) = entries.get(place(vote.node) as usize) else {
            return Err(broken(format!("a vote at node {}, which is missing", vote.node)));
        };
        if entry.mode != Mode::Leaf {
            return Err(broken(format!("a vote at the inner node {}", vote.node)));
        }
        outputs.push(if scores.one { 0 } else { vote.output });
    }
    if votes.windows(2).any(|w| matches!(w, [a, b] if (a.node, a.output) == (b.node, b.output))) {
        return Err(broken("a second vote for a class at one leaf".to_owned()));
    }
    outputs.sort_unstable();
    outputs.dedup();
    if outputs.last().is_some_and(|last| *last as usize >= scores.outputs) {
        return Err(broken("a vote for a class that there is not".to_owned()));
    }
    if outputs.is_empty() {
        outputs.push(0);
    }
    *kept = kept.saturating_add(entries.len().saturating_mul(outputs.len()));
    if *kept > MOST_NODES {
        return Err(from.unsupported(format!("more than {MOST_NODES} nodes")));
    }
    for output in outputs {
        let mut given = Vec::with_capacity(entries.len());
        for entry in entries {
            if entry.mode == Mode::Leaf {
                let start = votes.partition_point(|vote| vote.node < entry.id);
                let own = votes.get(start..).unwrap_or_default();
                let mut own = own.iter().take_while(|vote| vote.node == entry.id);
                let count = own.clone().count();
                // onnxruntime takes a class of two without any vote for absent, and then computes something else.
                if from.node.name == "TreeEnsembleClassifier"
                    && scores.outputs <= 2
                    && count < scores.outputs
                {
                    let found = format!("a leaf that does not vote for every class (tree {tree})");
                    return Err(from.unsupported(found));
                }
                let vote = own.find(|vote| scores.one || vote.output == output);
                given.push(Node::Leaf { value: vote.map_or(0.0, |vote| vote.weight), cover: 0.0 });
                continue;
            }
            let (split, mirrored) = entry.mode.split(width.seen(entry.at), entry.tracks);
            if entry.at.is_nan() {
                return Err(broken(format!("a threshold that is no number at node {}", entry.id)));
            }
            let (yes, no) = (place(entry.yes), place(entry.no));
            let (left, right) = if mirrored { (no, yes) } else { (yes, no) };
            let feature = u32::try_from(entry.feature).unwrap_or(u32::MAX);
            given.push(Node::Inner { feature, split, left, right, cover: 0.0 });
        }
        let arranged = Tree::arranged(output as usize, &given, columns).map_err(broken)?;
        if arranged.nodes.len() != given.len() {
            return Err(broken("nodes that its first does not reach".to_owned()));
        }
        trees.push(arranged);
    }
    Ok(())
}
