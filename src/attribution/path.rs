//! Path-dependent Shapley values of trees, by quadrature.
//!
//! A leaf with value v whose path tests the distinct features f contributes, with participation probability p,
//! v · Π_f [(1−p) b_f + p s_f], where s_f is 1 if the row satisfies all tests on f and b_f is the product of the cover
//! fractions of the edges on f. Then φ_f = v ∫₀¹ (s_f − b_f) Π_{g≠f} [(1−p) b_g + p s_g] dp. The integrand has degree
//! d−1 for d distinct features, so Gauss-Legendre with ⌈d/2⌉ points is exact (Wettenstein, Mitchell, Yu: Quadrature
//! TreeSHAP, 2026, arXiv 2605.04497; the point count: QuadraSHAP, 2026, arXiv 2605.05870).
//!
//! Instead of leaf by leaf the sum is taken node by node, and rows are lanes of vectors: `lanes/program.rs`.

use std::borrow::Cow;
use std::sync::OnceLock;

use ndarray::{ArrayView2, Axis};

use super::lanes::{Instructions, Pairs, Precise, Prepared, Program, Summed, Sums, Views};
use super::players::Players;
use super::quadrature::gauss_legendre;
use super::{Attribution, Block, Explainer, Interactions};
use crate::fault::Checked;
use crate::model::{Node, Tree, TreeEnsemble};

/// A split prepared for quadrature.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Its node; the left child is the next one.
    pub node: usize,
    pub right: usize,
    /// The feature, or the features that a derived column comes from.
    pub player: usize,
    /// Cover fraction of the left edge.
    pub left_share: f64,
    /// Depth of the nearest split above on the same player.
    pub above: Option<usize>,
    /// Product of the cover fractions of the edges above on the same player; 1 without any.
    pub above_share: f64,
}

/// One tree prepared for quadrature.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub steps: Vec<Step>,
    pub points: Vec<f64>,
    pub weights: Vec<f64>,
    /// By node: its step, or the leaf's value.
    nodes: Vec<Result<usize, f64>>,
    /// Cover-weighted mean of the leaves.
    mean: f64,
    uncovered: Vec<Uncovered>,
}

/// A leaf that counts only for the rows that reach it. All of them get the same from it.
#[derive(Clone, Debug)]
struct Uncovered {
    node: usize,
    /// Its value, and the players of its path, each with the cover fraction of all edges on it.
    value: f64,
    shares: Vec<(usize, f64)>,
}

/// Width of the numbers that values are computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// Double precision.
    #[default]
    Double,
    /// Single precision within a few trees, sums over trees in double precision: for bulk.
    Single,
}

/// Rows whose interactions are computed at once.
const PAIRED_ROWS: usize = 512;

/// The trees' programs, in lanes of one width.
#[derive(Debug)]
enum Lanes {
    Double(Prepared<f64>),
    Single(Prepared<f32>),
}

/// An ensemble prepared for path-dependent attribution of many rows.
///
/// The cover fraction of a left edge is `cover(left) / (cover(left) + cover(right))`; where both covers are zero, it is
/// one half: nothing was seen there, so neither side is preferred.
#[derive(Debug)]
pub struct PathDependent<'m> {
    ensemble: &'m TreeEnsemble,
    players: Players,
    trees: Vec<Cow<'m, Tree>>,
    plans: Vec<Plan>,
    lanes: Lanes,
    instructions: Instructions,
    /// Which pairs meet on a path; found when interactions are first asked for.
    pairs: OnceLock<PairCells>,
}

impl<'m> PathDependent<'m> {
    /// Prepares an ensemble for values in double precision.
    pub fn new(ensemble: &'m TreeEnsemble) -> Self {
        PathDependent::with(ensemble, Precision::Double, Instructions::default())
    }

    /// Prepares an ensemble for a precision and the instructions to compute with.
    pub fn with(
        ensemble: &'m TreeEnsemble,
        precision: Precision,
        instructions: Instructions,
    ) -> Self {
        let players = Players::of(ensemble);
        let columns = ensemble.card.features.len() + ensemble.derived.len();
        let trees: Vec<Cow<Tree>> = ensemble.trees.iter().map(|t| t.in_order(columns)).collect();
        let plan = |tree: &Cow<Tree>| Plan::new(tree, &players, ensemble.skips_uncovered);
        let plans: Vec<Plan> = trees.iter().map(plan).collect();
        let lanes = match precision {
            Precision::Double => Lanes::Double(prepared(ensemble, &trees, &plans, &players)),
            Precision::Single => Lanes::Single(prepared(ensemble, &trees, &plans, &players)),
        };
        let pairs = OnceLock::new();
        PathDependent { ensemble, players, trees, plans, lanes, instructions, pairs }
    }

    /// The base value of an output: what the trees give on average over their training cover.
    pub fn base_value(&self, output: usize) -> f64 {
        let means = self.trees.iter().zip(&self.plans);
        let means = means.filter(|(tree, _)| tree.output == output).map(|(_, plan)| plan.mean);
        self.ensemble.base.get(output).copied().unwrap_or(0.0)
            + means.sum::<f64>() / self.ensemble.divisor
    }

    /// The Shapley values of a row (one value a feature, NaN missing) for an output.
    pub fn explain(&self, row: &[f64], output: usize) -> Attribution {
        let seen = self.ensemble.row(row);
        let mut values = vec![0.0; self.players.count()];
        self.sum(Summed::Values, &seen, &[output], &mut |_, _, player, value| {
            if let Some(own) = values.get_mut(player) {
                *own = value;
            }
        });
        Attribution {
            base_value: self.base_value(output),
            values: self.finished(&seen, output, values),
        }
    }

    /// Values of players or pairs before they are divided and shared: row, place of the output, player or pair, value.
    fn sum(
        &self,
        summed: Summed,
        seen: &[f64],
        outputs: &[usize],
        put: &mut dyn FnMut(usize, usize, usize, f64),
    ) {
        let columns = self.ensemble.card.features.len() + self.ensemble.derived.len();
        let of = |output: &usize| -> Vec<usize> {
            let trees = self.trees.iter().enumerate();
            trees.filter(|(_, tree)| tree.output == *output).map(|(t, _)| t).collect()
        };
        let outputs: Vec<Vec<usize>> = outputs.iter().map(of).collect();
        match &self.lanes {
            Lanes::Double(prepared) => {
                let job = Sums { prepared, summed, seen, columns, outputs: &outputs, put };
                f64::on(self.instructions, job);
            }
            Lanes::Single(prepared) => {
                let job = Sums { prepared, summed, seen, columns, outputs: &outputs, put };
                f32::on(self.instructions, job);
            }
        }
    }

    /// Values of features from those of players.
    fn finished(&self, seen: &[f64], output: usize, values: Vec<f64>) -> Vec<f64> {
        self.players.shared(self.completed(seen, output, values))
    }

    /// Values of players with those of the leaves that they do not have yet, divided.
    fn completed(&self, seen: &[f64], output: usize, mut values: Vec<f64>) -> Vec<f64> {
        for (player, value) in self.reached(seen, output).flat_map(Uncovered::values) {
            if let Some(own) = values.get_mut(player) {
                *own += value;
            }
        }
        values.iter_mut().for_each(|value| *value /= self.ensemble.divisor);
        values
    }

    /// The leaves without cover that a row reaches.
    fn reached<'a>(
        &'a self,
        seen: &'a [f64],
        output: usize,
    ) -> impl Iterator<Item = &'a Uncovered> + 'a {
        let trees = self.trees.iter().zip(&self.plans);
        let trees = trees.filter(move |(t, p)| t.output == output && !p.uncovered.is_empty());
        trees.filter_map(|(tree, plan)| {
            let reached = reached(tree, seen);
            plan.uncovered.iter().find(|leaf| leaf.node == reached)
        })
    }

    /// The interactions of a row's players, as a matrix of features.
    fn matrix(
        &self,
        seen: &[f64],
        output: usize,
        cells: &PairCells,
        mut pairs: Vec<f64>,
        values: Vec<f64>,
    ) -> Interactions {
        for (pair, value) in self.reached(seen, output).flat_map(Uncovered::pairs) {
            let at = cells.pairs.pairs.binary_search(&pair);
            if let Some(own) = at.ok().and_then(|at| pairs.get_mut(at)) {
                *own += value;
            }
        }
        pairs.iter_mut().for_each(|value| *value /= self.ensemble.divisor);
        let values = self.completed(seen, output, values);
        self.players.shared_pairs(cells.matrix(&pairs, &values))
    }

    /// The rows as the model sees them, one after the other.
    fn seen(&self, rows: ArrayView2<f64>) -> Vec<f64> {
        let mut seen = Vec::with_capacity(rows.nrows() * self.columns());
        let mut own = Vec::new();
        for row in rows.rows() {
            own.clear();
            own.extend(row);
            seen.extend(self.ensemble.row(&own));
        }
        seen
    }

    /// Numbers of a row as the model sees it.
    fn columns(&self) -> usize {
        self.ensemble.card.features.len() + self.ensemble.derived.len()
    }

    /// Sums of rows, rows × outputs × `count`.
    fn sums(&self, summed: Summed, seen: &[f64], outputs: &[usize], count: usize) -> Vec<f64> {
        let rows = seen.len().checked_div(self.columns()).unwrap_or(0);
        let mut sums = vec![0.0; rows * outputs.len() * count];
        self.sum(summed, seen, outputs, &mut |row, k, at, sum| {
            if let Some(own) = sums.get_mut((row * outputs.len() + k) * count + at) {
                *own = sum;
            }
        });
        sums
    }
}

impl Explainer for PathDependent<'_> {
    fn explain(&self, rows: ArrayView2<f64>, outputs: &[usize]) -> Checked<Block> {
        let (features, players) = (self.ensemble.card.features.len(), self.players.count());
        let mut block = Block::zeros(rows.nrows(), outputs.len(), features);
        for (k, output) in outputs.iter().enumerate() {
            block.base_values.index_axis_mut(Axis(1), k).fill(self.base_value(*output));
        }
        let seen = self.seen(rows);
        let values = self.sums(Summed::Values, &seen, outputs, players);
        let columns = self.columns();
        for (r, mut found) in block.values.outer_iter_mut().enumerate() {
            let seen = seen.get(r * columns..(r + 1) * columns).unwrap_or_default();
            for ((k, output), mut found) in outputs.iter().enumerate().zip(found.outer_iter_mut()) {
                let from = (r * outputs.len() + k) * players;
                let own = values.get(from..from + players).unwrap_or_default().to_vec();
                let own = self.finished(seen, *output, own);
                found.iter_mut().zip(own).for_each(|(found, own)| *found = own);
            }
        }
        Ok(block)
    }

    fn interactions(
        &self,
        rows: ArrayView2<f64>,
        outputs: &[usize],
    ) -> Checked<Option<Vec<Vec<Interactions>>>> {
        let players = self.players.count();
        let cells = self.pairs.get_or_init(|| {
            let pairs = match &self.lanes {
                Lanes::Double(prepared) => Pairs::new(&prepared.programs),
                Lanes::Single(prepared) => Pairs::new(&prepared.programs),
            };
            PairCells::new(pairs, players)
        });
        let count = cells.pairs.pairs.len();
        let columns = self.columns();
        let mut found = Vec::with_capacity(rows.nrows());
        // A row may have as many cells as there are pairs: a few rows at a time.
        for rows in rows.axis_chunks_iter(Axis(0), PAIRED_ROWS) {
            let seen = self.seen(rows);
            let values = self.sums(Summed::Values, &seen, outputs, players);
            let pairs = self.sums(Summed::Pairs(&cells.pairs), &seen, outputs, count);
            for (r, seen) in seen.chunks_exact(columns.max(1)).enumerate() {
                let matrix = |(k, output): (usize, &usize)| {
                    let at = r * outputs.len() + k;
                    let pairs = pairs.get(at * count..(at + 1) * count).unwrap_or_default();
                    let values = values.get(at * players..(at + 1) * players).unwrap_or_default();
                    self.matrix(seen, *output, cells, pairs.to_vec(), values.to_vec())
                };
                found.push(outputs.iter().enumerate().map(matrix).collect());
            }
        }
        Ok(Some(found))
    }

    fn tolerance(&self) -> f64 {
        match self.lanes {
            Lanes::Double(_) => 1e-9,
            // TODO justify
            Lanes::Single(_) => 1e-4,
        }
    }
}

/// Path-dependent Shapley values of one row; see [`PathDependent`] for many.
pub fn path_dependent(ensemble: &TreeEnsemble, row: &[f64], output: usize) -> Attribution {
    PathDependent::new(ensemble).explain(row, output)
}

/// The trees' programs for lanes of a width.
fn prepared<R: Precise>(
    ensemble: &TreeEnsemble,
    trees: &[Cow<Tree>],
    plans: &[Plan],
    players: &Players,
) -> Prepared<R> {
    let views = Views::new::<R>(ensemble, trees);
    let program = |(tree, plan): (&Cow<Tree>, &Plan)| {
        Program::new(plan, |step| {
            let node = plan.steps.get(step).and_then(|step| tree.nodes.get(step.node));
            match node {
                Some(Node::Inner { feature, split, .. }) => views.test(ensemble, *feature, split),
                _ => (0, 0.0),
            }
        })
    };
    let programs = trees.iter().zip(plans).map(program).collect();
    Prepared { views, programs, players: players.count() }
}

/// The leaf that a row reaches.
fn reached(tree: &Tree, seen: &[f64]) -> usize {
    let mut at = 0;
    while let Some(Node::Inner { feature, split, left, right, .. }) = tree.nodes.get(at) {
        let x = seen.get(*feature as usize).copied().unwrap_or(f64::NAN);
        at = if split.goes_left(x) { *left } else { *right } as usize;
    }
    at
}

impl Plan {
    fn new(tree: &Tree, players: &Players, skips_uncovered: bool) -> Self {
        let cover = |at: u32| tree.nodes.get(at as usize).map_or(0.0, Node::cover);
        let mut steps: Vec<Step> = Vec::new();
        let mut nodes = Vec::with_capacity(tree.nodes.len());
        let mut uncovered = Vec::new();
        let mut distinct = 1;
        // The path to the node at hand: player, cover fraction of all edges on it so far, distinct players so far, and
        // what the first two are on the right side.
        struct Edge {
            player: usize,
            share: f64,
            right: f64,
            count: usize,
        }
        let mut path: Vec<Edge> = Vec::new();
        // Where to go back to when a leaf is met: the right child and its parent's place on the path.
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (at, node) in tree.nodes.iter().enumerate() {
            while let Some((_, depth)) = open.pop_if(|(right, _)| *right == at) {
                path.truncate(depth + 1);
                if let Some(edge) = path.last_mut() {
                    edge.share = edge.right;
                }
            }
            let (feature, left, right) = match node {
                Node::Inner { feature, left, right, .. } => (*feature, *left, *right),
                Node::Leaf { value, cover }
                    if skips_uncovered && *cover == 0.0 && *value != 0.0 =>
                {
                    let mut shares: Vec<(usize, f64)> = Vec::new();
                    for edge in path.iter().rev() {
                        if !shares.iter().any(|(player, _)| *player == edge.player) {
                            shares.push((edge.player, edge.share));
                        }
                    }
                    uncovered.push(Uncovered { node: at, value: *value, shares });
                    nodes.push(Err(0.0));
                    continue;
                }
                Node::Leaf { value, .. } => {
                    nodes.push(Err(*value));
                    continue;
                }
                // Not for this game: the command refuses such trees.
                Node::Sloped(_) => {
                    nodes.push(Err(0.0));
                    continue;
                }
            };
            let player = players.player(feature);
            let above = path.iter().rposition(|edge| edge.player == player);
            let above_share = above.and_then(|at| path.get(at)).map_or(1.0, |edge| edge.share);
            let (l, r) = (cover(left), cover(right));
            let left_share = if l + r > 0.0 { l / (l + r) } else { 0.5 };
            let count = path.last().map_or(0, |edge| edge.count) + usize::from(above.is_none());
            distinct = distinct.max(count);
            open.push((right as usize, path.len()));
            path.push(Edge {
                player,
                share: above_share * left_share,
                right: above_share * (1.0 - left_share),
                count,
            });
            nodes.push(Ok(steps.len()));
            let right = right as usize;
            steps.push(Step { node: at, right, player, left_share, above, above_share });
        }
        let (points, weights) = gauss_legendre(distinct.div_ceil(2));
        let mean = mean(tree, &steps);
        Plan { steps, points, weights, nodes, mean, uncovered }
    }

    /// The step of a node that is a split.
    pub fn step_of(&self, node: usize) -> Option<usize> {
        self.nodes.get(node).and_then(|found| found.ok())
    }

    /// The value of a node that is a leaf.
    pub fn leaf(&self, node: usize) -> Option<f64> {
        self.nodes.get(node).and_then(|found| found.err())
    }
}

/// Cover-weighted mean of a tree's leaves.
fn mean(tree: &Tree, steps: &[Step]) -> f64 {
    let value = |n: &Node| if let Node::Leaf { value, .. } = n { *value } else { 0.0 };
    let mut mean: Vec<f64> = tree.nodes.iter().map(value).collect();
    for step in steps.iter().rev() {
        mean[step.node] =
            mean[step.right] + step.left_share * (mean[step.node + 1] - mean[step.right]);
    }
    mean.first().copied().unwrap_or(0.0)
}

impl Uncovered {
    /// What its players get, of a row that reaches it: player and value.
    fn values(&self) -> impl Iterator<Item = (usize, f64)> {
        self.shares.iter().map(|(player, share)| (*player, (1.0 - share) * self.mean(&[*player])))
    }

    /// What pairs of its players get, of a row that reaches it.
    fn pairs(&self) -> impl Iterator<Item = ((usize, usize), f64)> {
        self.shares.iter().enumerate().flat_map(move |(i, (f, share_f))| {
            self.shares.iter().take(i).map(move |(g, share_g)| {
                let value = (1.0 - share_f) * (1.0 - share_g) * self.mean(&[*f, *g]);
                (((*f).min(*g), (*f).max(*g)), value)
            })
        })
    }

    /// Its value times the integral of the other players' factors.
    fn mean(&self, without: &[usize]) -> f64 {
        let (points, weights) = gauss_legendre(self.shares.len().div_ceil(2).max(1));
        let at = |x: f64| -> f64 {
            let others = self.shares.iter().filter(|(player, _)| !without.contains(player));
            others.map(|(_, share)| (1.0 - x) * share + x).product()
        };
        self.value * points.iter().zip(&weights).map(|(x, weight)| weight * at(*x)).sum::<f64>()
    }
}

/// The pairs of players that meet on a path, and the cells of the matrix in their order.
#[derive(Debug)]
struct PairCells {
    pairs: Pairs,
    /// Both cells of each pair and the diagonal, ascending, with what they show.
    cells: Vec<(u32, u32, Shown)>,
}

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    /// Half of the interaction of a pair.
    Pair(usize),
    /// What is left of a player's value.
    Rest(usize),
}

impl PairCells {
    fn new(pairs: Pairs, players: usize) -> Self {
        let mut cells: Vec<_> =
            (0..players).map(|p| (p as u32, p as u32, Shown::Rest(p))).collect();
        for (number, (a, b)) in pairs.pairs.iter().enumerate() {
            cells.push((*a as u32, *b as u32, Shown::Pair(number)));
            cells.push((*b as u32, *a as u32, Shown::Pair(number)));
        }
        cells.sort_unstable();
        PairCells { pairs, cells }
    }

    /// The matrix of players from the interactions of pairs and the values: its cells that are not zero, ascending.
    fn matrix(&self, pairs: &[f64], values: &[f64]) -> Vec<(u32, u32, f64)> {
        let mut rest = values.to_vec();
        for ((a, b), interaction) in self.pairs.pairs.iter().zip(pairs) {
            for player in [a, b] {
                if let Some(rest) = rest.get_mut(*player) {
                    *rest -= interaction / 2.0;
                }
            }
        }
        let value = |(a, b, shown): &(u32, u32, Shown)| {
            let value = match shown {
                Shown::Pair(number) => pairs.get(*number).map(|interaction| interaction / 2.0),
                Shown::Rest(player) => rest.get(*player).copied(),
            };
            value.filter(|value| *value != 0.0).map(|value| (*a, *b, value))
        };
        self.cells.iter().filter_map(value).collect()
    }
}
