//! Trees as PMML has them: nodes with any number of children, each with a predicate of its own.

use std::sync::Arc;

use super::expression::{Extent, Row};
use super::predicate::{Predicate, is_predicate, of_element};
use super::read::{Reader, Refusal, Scope, attribute, bad, no, only};
use super::spread;
use super::xml::Node;

/// What a missing value does where a child's predicate has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingStrategy {
    /// The child is passed over.
    PassedOver,
    /// The result is the node's own.
    Last,
    /// There is no result.
    Nothing,
    /// The node's default child is next.
    DefaultChild,
    /// The child and those behind it that are not false are scored, by their training rows.
    WeightedConfidence,
    /// All leaves that the row may reach are one.
    AggregateNodes,
}

impl MissingStrategy {
    /// Whether a row may go to several leaves.
    pub fn spreads(self) -> bool {
        matches!(self, MissingStrategy::WeightedConfidence | MissingStrategy::AggregateNodes)
    }
}

/// The training rows of a node of which the file says nothing.
pub const UNCOUNTED: f64 = -1.0;

/// Results that a tree may have, those of a node one a class.
const MOST_RESULTS: usize = 10_000_000;

/// One node.
#[derive(Debug)]
pub struct TreeNode {
    /// What a row must pass.
    pub predicate: Predicate,
    /// Places of its children in [`Tree::nodes`].
    pub children: Vec<u32>,
    /// Which of them a missing value leads to.
    pub default: Option<u32>,
    /// Where its results begin in [`Tree::results`], if it has some.
    pub result: Option<u32>,
    /// The class that it votes for.
    pub vote: Option<u32>,
    /// Training rows, [`UNCOUNTED`] if the file does not say.
    pub count: f64,
    /// The sum of the records of its ScoreDistribution; 0 where it has none.
    pub records: f64,
}

/// A tree; node 0 is the root.
#[derive(Debug)]
pub struct Tree {
    /// Nodes.
    pub nodes: Vec<TreeNode>,
    /// Results of nodes: one number, or one a class.
    pub results: Vec<f64>,
    /// Missing values.
    pub missing: MissingStrategy,
    /// Where no child fits, the result is the node's own, if it has one.
    pub falls_back: bool,
}

impl Tree {
    /// The node that a row ends in, if the tree has a result for it, and one node alone has it.
    pub fn node(&self, row: Row<'_>) -> Option<&TreeNode> {
        let mut node = self.nodes.first()?;
        if node.predicate.answer(row) != Some(true) {
            return None;
        }
        'down: while !node.children.is_empty() {
            for child in &node.children {
                let child = self.nodes.get(*child as usize)?;
                match child.predicate.answer(row) {
                    Some(true) => {
                        node = child;
                        continue 'down;
                    }
                    Some(false) => {}
                    None => match self.missing {
                        MissingStrategy::PassedOver => {}
                        MissingStrategy::Nothing
                        | MissingStrategy::WeightedConfidence
                        | MissingStrategy::AggregateNodes => return None,
                        MissingStrategy::Last => break 'down,
                        MissingStrategy::DefaultChild => {
                            // Without a default child, what has no answer is not true.
                            let Some(default) = node.default else { continue };
                            node = self.nodes.get(default as usize)?;
                            continue 'down;
                        }
                    },
                }
            }
            if !self.falls_back {
                return None;
            }
            break;
        }
        Some(node)
    }

    /// The result for a row, NaN if there is none.
    pub fn value(&self, row: Row<'_>, output: usize) -> f64 {
        if self.missing.spreads() {
            return spread::value(self, row, output);
        }
        self.node(row).map_or(f64::NAN, |node| self.result(node, output))
    }

    /// A node's result.
    pub fn result(&self, node: &TreeNode, output: usize) -> f64 {
        let at = node.result.map(|at| at as usize + output);
        at.and_then(|at| self.results.get(at)).copied().unwrap_or(f64::NAN)
    }

    /// What it needs. Of its predicates a row meets few.
    pub fn extent(&self, into: &mut Extent) {
        let size = into.size.saturating_add(8);
        self.nodes.iter().for_each(|node| node.predicate.extent(into));
        into.size = size;
    }

    /// The training rows are shares of one, as some writers have them, and no counts.
    fn without_counts(&mut self) {
        self.nodes.iter_mut().for_each(|node| node.count = UNCOUNTED);
    }
}

/// A tree that has the same result for every row, or none.
pub fn constant(result: Option<f64>) -> Tree {
    let node = TreeNode {
        predicate: Predicate::True,
        children: vec![],
        default: None,
        result: result.map(|_| 0),
        vote: None,
        count: UNCOUNTED,
        records: 0.0,
    };
    let missing = MissingStrategy::PassedOver;
    Tree { nodes: vec![node], results: result.into_iter().collect(), missing, falls_back: false }
}

/// A tree of the same predicates whose result is 1 for the class that a node votes for, 0 for the others.
pub fn voting(tree: &Arc<Tree>, classes: usize) -> Tree {
    let mut results = vec![];
    let nodes = tree.nodes.iter().map(|node| {
        let result = node.vote.map(|_| results.len() as u32);
        if let Some(vote) = node.vote {
            results.extend((0..classes).map(|c| f64::from(u8::from(c == vote as usize))));
        }
        TreeNode {
            predicate: node.predicate.clone(),
            children: node.children.clone(),
            result,
            ..*node
        }
    });
    let nodes = nodes.collect();
    Tree { nodes, results, missing: tree.missing, falls_back: tree.falls_back }
}

/// The classes of a model, by their names; none for a number.
pub type Classes<'a> = Option<&'a [String]>;

/// A tree model.
pub fn read(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    model: Node<'_>,
    classes: Classes<'_>,
    single: bool,
) -> Result<Tree, Refusal> {
    let missing = match model.get("missingValueStrategy").as_deref().unwrap_or("none") {
        "none" => MissingStrategy::PassedOver,
        "lastPrediction" => MissingStrategy::Last,
        "nullPrediction" => MissingStrategy::Nothing,
        "defaultChild" => MissingStrategy::DefaultChild,
        strategy @ ("weightedConfidence" | "aggregateNodes") if classes.is_none() => {
            return Err(no(format!(
                "{strategy} of a tree for a number: the standard has it for classes alone"
            )));
        }
        "weightedConfidence" if reader.number_or(model, "missingValuePenalty", 1.0)? != 1.0 => {
            return Err(no("weightedConfidence with a missingValuePenalty"));
        }
        "weightedConfidence" => MissingStrategy::WeightedConfidence,
        "aggregateNodes" => MissingStrategy::AggregateNodes,
        other => return Err(no(format!("the missingValueStrategy `{other}`"))),
    };
    let falls_back = match model.get("noTrueChildStrategy").as_deref() {
        None | Some("returnNullPrediction") => false,
        Some("returnLastPrediction") => true,
        Some(other) => return Err(no(format!("the noTrueChildStrategy `{other}`"))),
    };
    let mut tree = Tree { nodes: vec![], results: vec![], missing, falls_back };
    let root = model.child("Node").ok_or_else(|| bad("a TreeModel without a Node"))?;
    let mut shares = false;
    node(reader, scope, root, classes, single, &mut tree, &mut shares)?;
    if shares && !missing.spreads() {
        tree.without_counts();
    }
    let counted = |node: &TreeNode| match missing {
        MissingStrategy::WeightedConfidence => node.count != UNCOUNTED,
        MissingStrategy::AggregateNodes => node.records > 0.0 || node.result.is_none(),
        _ => true,
    };
    match tree.nodes.iter().skip(1).all(counted) {
        true => Ok(tree),
        false if missing == MissingStrategy::AggregateNodes => {
            Err(bad("aggregateNodes with a ScoreDistribution without `recordCount`"))
        }
        false => Err(bad("weightedConfidence with a Node without `recordCount`")),
    }
}

fn node(
    reader: &Reader<'_>,
    scope: &Scope<'_, '_>,
    element: Node<'_>,
    classes: Classes<'_>,
    single: bool,
    tree: &mut Tree,
    shares: &mut bool,
) -> Result<u32, Refusal> {
    only(element, &["id", "score", "recordCount", "defaultChild"])?;
    let at = tree.nodes.len() as u32;
    // What is wrong with a predicate is kept, so that the nodes below are read all the same.
    let predicate = match of_element(reader, scope, element) {
        Ok(found) => found,
        Err(refusal) => {
            reader.refused(element, refusal);
            Predicate::False
        }
    };
    let count = match element.get("recordCount") {
        Some(count) => {
            let count = reader.number(&count)?;
            if !(count >= 0.0 && count.is_finite()) {
                return Err(bad(format!("the recordCount {count}")));
            }
            count
        }
        None => UNCOUNTED,
    };
    let Results { result, vote, records } =
        results(reader, element, classes, single, tree, shares)?;
    let children = vec![];
    tree.nodes.push(TreeNode { predicate, children, default: None, result, vote, count, records });
    let wanted = element.get("defaultChild");
    let (mut children, mut default) = (vec![], None);
    reader.all(element.children(), |child| {
        match child.name() {
            "Node" => {
                let place = node(reader, scope, child, classes, single, tree, shares)?;
                children.push(place);
                if wanted.is_some() && child.get("id") == wanted && default.is_none() {
                    default = Some(place);
                }
            }
            "ScoreDistribution" | "Partition" => {}
            _ if is_predicate(child) => {}
            other => return Err(no(format!("a tree's Node with {other}"))),
        }
        Ok(())
    })?;
    if let Some(wanted) = wanted
        && default.is_none()
    {
        return Err(bad(format!("the defaultChild `{wanted}`, which is no child of its node")));
    }
    if let Some(node) = tree.nodes.get_mut(at as usize) {
        node.children = children;
        node.default = default;
    }
    Ok(at)
}

/// A node's results, the class it votes for, and the records of its distribution.
#[derive(Default)]
struct Results {
    result: Option<u32>,
    vote: Option<u32>,
    records: f64,
}

/// Reads a node's results.
fn results(
    reader: &Reader<'_>,
    element: Node<'_>,
    classes: Classes<'_>,
    single: bool,
    tree: &mut Tree,
    shares: &mut bool,
) -> Result<Results, Refusal> {
    let score = element.get("score");
    let at = tree.results.len() as u32;
    let Some(classes) = classes else {
        let Some(score) = score else { return Ok(Results::default()) };
        let value = reader.number(&score)?;
        tree.results.push(if single { f64::from(reader.single(&score)?) } else { value });
        return Ok(Results { result: Some(at), ..Results::default() });
    };
    let place = |name: &str| -> Result<u32, Refusal> {
        let place = classes.iter().position(|class| same_class(class, name));
        Ok(place
            .ok_or_else(|| bad(format!("the class `{name}`, which the target does not have")))?
            as u32)
    };
    let mut vote = score.as_deref().map(place).transpose()?;
    if tree.results.len() + classes.len() > MOST_RESULTS {
        return Err(no(format!("a tree of more than {MOST_RESULTS} results")));
    }
    let mut given = vec![f64::NAN; classes.len()];
    let (mut sum, mut by_probability) = (0.0, None);
    for share in element.named("ScoreDistribution") {
        only(share, &["value", "recordCount", "confidence", "probability"])?;
        let place = place(&attribute(share, "value")?)? as usize;
        let probability = share.get("probability");
        if tree.missing == MissingStrategy::AggregateNodes && probability.is_some() {
            return Err(no("aggregateNodes with a `probability` of its own"));
        }
        if tree.missing == MissingStrategy::WeightedConfidence && share.get("confidence").is_some()
        {
            return Err(no("weightedConfidence with a `confidence` of its own"));
        }
        if *by_probability.get_or_insert(probability.is_some()) != probability.is_some() {
            return Err(bad("a probability for some of a node's classes alone"));
        }
        let count = match probability {
            Some(probability) => reader.number(&probability)?,
            None => {
                let count = reader.number(&attribute(share, "recordCount")?)?;
                *shares |=
                    count.fract() != 0.0 && element.get("recordCount").as_deref() == Some("1");
                count
            }
        };
        if !(count >= 0.0 && count.is_finite()) {
            return Err(bad(format!("the ScoreDistribution {count}")));
        }
        sum += count;
        match given.get_mut(place) {
            Some(given) if given.is_nan() => *given = count,
            _ => return Err(bad("a ScoreDistribution twice for one class")),
        }
    }
    if by_probability.is_none() {
        // No distribution: the class that is named has all of it.
        if let Some(vote) = vote {
            tree.results
                .extend((0..classes.len()).map(|c| f64::from(u8::from(c == vote as usize))));
        }
        return Ok(Results { result: vote.map(|_| at), vote, records: 0.0 });
    }
    if sum <= 0.0 {
        return Err(bad("a ScoreDistribution whose sum is 0"));
    }
    let shares = given.iter().map(|count| if count.is_nan() { 0.0 } else { count / sum });
    let start = tree.results.len();
    tree.results.extend(shares);
    if vote.is_none() {
        let placed = tree.results.iter().skip(start).copied().enumerate();
        let most = placed.fold((0, -1.0), |best, (i, x)| if x > best.1 { (i, x) } else { best });
        vote = Some(most.0 as u32);
    }
    let records = if by_probability == Some(false) { sum } else { 0.0 };
    Ok(Results { result: Some(at), vote, records })
}

/// Whether two texts name one class: `1`, `1.0` and `1.00` are one.
pub fn same_class(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
