//! The tree as JSON, with a schema: `klartext schema tree`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Case, Found};
use crate::document::TreeSentences;
use crate::language::Wording;
use crate::surrogate::{Ask, Estimate, Share, Subject, SurrogateTree, Withheld};

/// What `klartext tree` writes as JSON: a surrogate tree, a simplified picture of a model, and how faithful it is.
#[derive(Debug, JsonSchema, Serialize)]
pub(in crate::cli) struct Told {
    /// `klartext.tree/1`.
    schema: String,
    /// The model's file, without its folders.
    model: String,
    /// SHA-256 of its bytes.
    sha256: String,
    /// What is pictured.
    of: About,
    /// What decided about its size.
    options: Options,
    /// Rows that fitted it.
    fitted_rows: usize,
    /// Seed of what was drawn.
    seed: u64,
    /// Leaves.
    leaves: usize,
    /// Questions on the longest path.
    depth: usize,
    /// The nodes in preorder, "yes" before "no"; the first is the root.
    nodes: Vec<NodeTold>,
    /// One rule a leaf.
    rules: Vec<RuleTold>,
    /// How faithful it is, on rows that did not fit it.
    fidelity: FidelityTold,
    /// The best trees of other sizes.
    curve: Vec<PointTold>,
    /// What trees have in common that were fitted on resamples of the fitting rows.
    stability: StabilityTold,
    /// The case that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseTold>,
}

/// What a tree pictures.
#[derive(Debug, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
enum About {
    /// The model's raw score; the raw score of the threshold, where there is one.
    Score { threshold: Option<f64> },
    /// The model's decision, class or score band.
    Decision { classes: Vec<String> },
}

#[derive(Debug, JsonSchema, Serialize)]
struct Options {
    max_leaves: usize,
    max_depth: usize,
    /// Fewest fitting rows in a leaf.
    min_leaf: usize,
    /// Fitting rows that did not grow the tree chose the number of leaves.
    tuned: bool,
}

#[derive(Debug, JsonSchema, Serialize)]
struct NodeTold {
    /// The node above; null for the root.
    parent: Option<usize>,
    /// Questions asked before.
    depth: usize,
    /// The question; null in a leaf.
    question: Option<QuestionTold>,
    /// Fitting rows here.
    rows: usize,
    /// Of these, rows that lack the value that is asked for.
    missing: usize,
    /// Mean raw score.
    mean: f64,
    /// Standard deviation of the raw score.
    deviation: f64,
    /// Rows by class.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    counts: BTreeMap<String, usize>,
    /// The class that the tree says here; null of a score without a threshold.
    says: Option<String>,
}

#[derive(Debug, JsonSchema, Serialize)]
struct QuestionTold {
    /// The detail that is asked about: a column, or a group of one-hot columns.
    feature: String,
    /// The model's columns that hold it.
    columns: Vec<String>,
    /// Yes: the value is below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    below: Option<f64>,
    /// Yes: the category is one of these; null is one that the model does not name.
    #[serde(skip_serializing_if = "Option::is_none")]
    one_of: Option<Vec<Option<String>>>,
    /// Where rows without the value go.
    missing: Answer,
    /// Node for yes.
    yes: usize,
    /// Node for no.
    no: usize,
    /// In words.
    text: String,
}

#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Yes,
    No,
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Answer::Yes } else { Answer::No }
    }
}

#[derive(Debug, JsonSchema, Serialize)]
struct RuleTold {
    /// Index of the leaf.
    leaf: usize,
    /// What must hold, in words, from the root.
    conditions: Vec<String>,
    /// What the tree says then, in words.
    says: String,
    /// Held-out rows to which it applies.
    rows: usize,
    /// Of these, rows of which the model says the same.
    agreement: Option<ShareTold>,
    /// Root of the mean squared difference between their scores and the leaf's mean.
    error: Option<f64>,
}

/// A share of rows with Wilson's interval of 95 %.
#[derive(Debug, JsonSchema, Serialize)]
struct ShareTold {
    count: usize,
    of: usize,
    share: f64,
    low: f64,
    high: f64,
}

impl From<Share> for ShareTold {
    fn from(Share { count, of, share, low, high }: Share) -> Self {
        ShareTold { count, of, share, low, high }
    }
}

/// A number with a bootstrap interval of 95 %.
#[derive(Debug, JsonSchema, Serialize)]
struct EstimateTold {
    value: f64,
    low: f64,
    high: f64,
}

impl From<Estimate> for EstimateTold {
    fn from(Estimate { value, low, high }: Estimate) -> Self {
        EstimateTold { value, low, high }
    }
}

#[derive(Debug, JsonSchema, Serialize)]
struct FidelityTold {
    /// Rows that it was measured on.
    rows: usize,
    /// Rows on which tree and model say the same class.
    agreement: Option<ShareTold>,
    /// The same among the quarter of rows nearest to another class.
    near: Option<ShareTold>,
    /// The share of the score's variance that it explains.
    r2: Option<EstimateTold>,
}

#[derive(Debug, JsonSchema, Serialize)]
struct PointTold {
    leaves: usize,
    agreement: Option<ShareTold>,
    r2: Option<EstimateTold>,
}

#[derive(Debug, JsonSchema, Serialize)]
struct StabilityTold {
    /// Resamples of the fitting rows.
    resamples: usize,
    /// Of these, trees whose first question is about the same detail as that of the tree.
    same_first: usize,
    /// Of these, trees whose second questions are about the same details too.
    same_second: usize,
    /// Lowest and highest threshold of the first question among the trees with the same one.
    first_between: Option<(f64, f64)>,
    /// Mean share of held-out rows on which two of the trees say the same class.
    agreement: Option<f64>,
    /// Mean correlation of the scores that two of the trees say.
    correlation: Option<f64>,
}

#[derive(Debug, JsonSchema, Serialize)]
struct CaseTold {
    id: String,
    /// The model's raw score.
    score: Option<f64>,
    /// What the model says; null of a score without a threshold.
    model_says: Option<String>,
    /// Why the way is not told: `disagrees` (the tree says something else), `unfaithful` (its leaf has less than 30
    /// held-out rows, or agrees on less than 90 % of them); null where it is told.
    withheld: Option<String>,
    /// The way through the tree.
    path: Vec<StepTold>,
    /// The tree around the case.
    local: LocalTold,
}

#[derive(Debug, JsonSchema, Serialize)]
struct StepTold {
    /// Index of the node that asked.
    node: usize,
    answer: Answer,
    /// The value was missing.
    missing: bool,
    /// In words.
    text: String,
}

#[derive(Debug, JsonSchema, Serialize)]
struct LocalTold {
    /// Similar rows.
    nearest: usize,
    /// Copies of the case in which one detail differs.
    copies: usize,
    /// Effective number of held-out neighbours.
    effective: f64,
    /// Weighted share of these of which the tree says what the model says, and its interval.
    agreement: Option<EstimateTold>,
    /// Weighted share of the score's variance that it explains.
    r2: Option<f64>,
    /// Why it is not told: `too_few`, `alike`, `unfaithful`, `disagrees`; null where it is told.
    withheld: Option<String>,
    /// Its nodes.
    nodes: Vec<NodeTold>,
    /// The way of the case through it.
    path: Vec<StepTold>,
}

/// The JSON text.
pub(super) fn json(found: &Found<'_>, wording: &Wording<'_>) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(&found.told(wording)).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

impl Found<'_> {
    fn told(&self, wording: &Wording<'_>) -> Told {
        let Found { tree, faithfulness, stability, options, .. } = self;
        let names = self.aspect.names(wording);
        let words = TreeSentences::new(tree, wording, &names);
        let rules = faithfulness.leaves.iter().filter_map(|of| {
            Some(RuleTold {
                leaf: of.leaf,
                conditions: words.conditions(of.leaf),
                says: words.says(tree.nodes().get(of.leaf)?),
                rows: of.rows,
                agreement: of.agreement.map(Into::into),
                error: of.error,
            })
        });
        let curve = self.curve.iter().map(|point| PointTold {
            leaves: point.leaves,
            agreement: point.agreement.map(Into::into),
            r2: point.explained.map(Into::into),
        });
        Told {
            schema: "klartext.tree/1".to_owned(),
            model: self.file(),
            sha256: self.sha256.to_owned(),
            of: match tree.subject() {
                Subject::Score { threshold } => About::Score { threshold: *threshold },
                Subject::Decision { classes } => About::Decision { classes: classes.clone() },
            },
            options: Options {
                max_leaves: options.max_leaves,
                max_depth: options.max_depth,
                min_leaf: options.min_leaf,
                tuned: options.tuned,
            },
            fitted_rows: self.fitting.values.nrows(),
            seed: self.args.seed,
            leaves: tree.leaves(),
            depth: tree.depth(),
            nodes: self.nodes(tree, wording),
            rules: rules.collect(),
            fidelity: FidelityTold {
                rows: faithfulness.rows,
                agreement: faithfulness.agreement.map(Into::into),
                near: faithfulness.near.map(Into::into),
                r2: faithfulness.explained.map(Into::into),
            },
            curve: curve.collect(),
            stability: StabilityTold {
                resamples: stability.resamples,
                same_first: stability.same_first,
                same_second: stability.same_second,
                first_between: stability.first_between,
                agreement: stability.agreement,
                correlation: stability.correlation,
            },
            case: self.case.as_ref().map(|case| self.case(case, wording)),
        }
    }

    /// The class names as the files have them, in no language.
    fn plain(&self) -> Vec<String> {
        match self.tree.subject() {
            Subject::Decision { classes } => classes.clone(),
            Subject::Score { threshold: Some(_) } => {
                ["below the threshold", "at or above the threshold"].map(str::to_owned).to_vec()
            }
            Subject::Score { threshold: None } => vec![],
        }
    }

    fn nodes(&self, tree: &SurrogateTree, wording: &Wording<'_>) -> Vec<NodeTold> {
        let (plain, names) = (self.plain(), self.aspect.names(wording));
        let words = TreeSentences::new(tree, wording, &names);
        let columns = &self.model.card().features;
        let nodes = tree.nodes().iter().map(|node| NodeTold {
            parent: node.parent,
            depth: node.depth,
            question: node.split.as_ref().map(|split| {
                let detail = tree.details().get(split.detail);
                let own = detail.map(|detail| detail.columns.as_slice()).unwrap_or_default();
                let (below, one_of) = match &split.ask {
                    Ask::Below(threshold) => (Some(*threshold), None),
                    Ask::OneOf(places) => {
                        let name = |place: &usize| detail?.names().get(*place).cloned();
                        (None, Some(places.iter().map(name).collect()))
                    }
                };
                QuestionTold {
                    feature: detail.map(|detail| detail.name.clone()).unwrap_or_default(),
                    columns: own.iter().filter_map(|c| columns.get(*c).cloned()).collect(),
                    below,
                    one_of,
                    missing: split.missing_yes.into(),
                    yes: split.yes,
                    no: split.no,
                    text: words.question(split),
                }
            }),
            rows: node.rows,
            missing: node.missing,
            mean: node.mean + 0.0,
            deviation: node.deviation,
            counts: plain.iter().cloned().zip(node.counts.iter().copied()).collect(),
            says: plain.get(node.says).cloned(),
        });
        nodes.collect()
    }

    fn path(&self, tree: &SurrogateTree, row: &[f64], wording: &Wording<'_>) -> Vec<StepTold> {
        let names = self.aspect.names(wording);
        let words = TreeSentences::new(tree, wording, &names);
        let step = |taken: &crate::surrogate::Taken| StepTold {
            node: taken.node,
            answer: taken.yes.into(),
            missing: taken.missing,
            text: words.step(taken),
        };
        tree.path(row).iter().map(step).collect()
    }

    fn case(&self, case: &Case, wording: &Wording<'_>) -> CaseTold {
        let withheld = self.withheld(case);
        let local = &case.local;
        let why = |why: &Withheld| match why {
            Withheld::TooFew => "too_few",
            Withheld::Alike => "alike",
            Withheld::Unfaithful => "unfaithful",
            Withheld::Disagrees => "disagrees",
        };
        let path = |tree| self.path(tree, &case.row, wording);
        CaseTold {
            id: case.id.clone(),
            score: case.said.scores.first().copied().filter(|score| score.is_finite()),
            model_says: case.said.classes.first().and_then(|k| self.plain().get(*k).cloned()),
            path: if withheld.is_none() { path(&self.tree) } else { vec![] },
            withheld: withheld.map(str::to_owned),
            local: LocalTold {
                nearest: local.nearest,
                copies: local.copies,
                effective: local.effective,
                agreement: local.agreement.map(|(value, low, high)| EstimateTold {
                    value,
                    low,
                    high,
                }),
                r2: local.explained,
                withheld: local.tree.as_ref().err().map(|reason| why(reason).to_owned()),
                nodes: local.tree.as_ref().map_or(vec![], |tree| self.nodes(tree, wording)),
                path: local.tree.as_ref().map_or(vec![], path),
            },
        }
    }
}
