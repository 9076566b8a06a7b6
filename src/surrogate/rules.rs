//! The tree as a list of rules, one a leaf.

use serde::{Deserialize, Serialize};

use super::Surrogate;

/// One feature of a rule: `from <= value < below`, where both are optional.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Column.
    pub feature: usize,
    /// The value is at least this.
    pub from: Option<f64>,
    /// The value is less than this.
    pub below: Option<f64>,
}

/// One leaf in words that can be read alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Index of the leaf in [`Surrogate::nodes`].
    pub leaf: usize,
    /// One condition a feature, in the order they are first asked.
    pub conditions: Vec<Condition>,
    /// What the surrogate says here.
    pub decision: bool,
    /// Fitting rows here that the model decided negatively.
    pub negative: usize,
    /// Fitting rows here that the model decided positively.
    pub positive: usize,
}

impl Surrogate {
    /// One rule a leaf, from low to high; repeated questions about a feature are one condition.
    pub fn rules(&self) -> Vec<Rule> {
        let leaves = self.nodes.iter().enumerate().filter(|(_, node)| node.question.is_none());
        let rule = |(leaf, node): (usize, &super::SurrogateNode)| {
            let mut conditions: Vec<Condition> = Vec::new();
            for (feature, threshold, low) in self.asked(leaf) {
                let known = conditions.iter_mut().find(|c| c.feature == feature);
                // deeper questions about a feature always lie inside the earlier ones
                let (from, below) =
                    if low { (None, Some(threshold)) } else { (Some(threshold), None) };
                match known {
                    Some(condition) => {
                        condition.from = from.or(condition.from);
                        condition.below = below.or(condition.below);
                    }
                    None => conditions.push(Condition { feature, from, below }),
                }
            }
            let (negative, positive) = (node.negative, node.positive);
            Rule { leaf, conditions, decision: node.decision, negative, positive }
        };
        leaves.map(rule).collect()
    }

    /// The questions on the way to a node with their answers, from the root.
    fn asked(&self, node: usize) -> Vec<(usize, f64, bool)> {
        let mut asked = Vec::new();
        let mut here = node;
        while let Some(parent) = self.nodes[here].parent {
            if let Some(q) = self.nodes[parent].question {
                asked.push((q.feature, q.threshold, q.low == here));
            }
            here = parent;
        }
        asked.reverse();
        asked
    }
}
