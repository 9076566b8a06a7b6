//! How ordinary a case is beside a background: an isolation forest.
//!
//! A tree divides rows at random values of random columns until each stands alone; a row that differs from all others
//! stands alone after few divisions (Liu, Ting and Zhou, "Isolation forest", ICDM 2008). The mean number of divisions over
//! many trees, its depth, is a sum over trees like a model's score. So the same bounds hold for it in the search, and the
//! smallest change that is no stranger than asked for is found with proof (Parmentier and Vidal, "Optimal counterfactual
//! explanations in tree ensembles", ICML 2021).
//!
//! The forest is fitted with a fixed seed: the same background gives the same forest.

use ndarray::ArrayView2;
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use crate::fault::{Checked, Fault, Place};
use crate::model::{
    Comparison, FloatWidth, Form, MissingRule, Model, Node, Split, Tree, TreeEnsemble,
};

/// Trees, and rows that each is fitted to: those of Liu, Ting and Zhou (2008), section 5.
const TREES: usize = 100;
const ROWS: usize = 256;
const SEED: u64 = 0x6973_6f6c;

/// An isolation forest of a background, and how ordinary a changed case must be.
#[derive(Debug)]
pub struct Isolation {
    forest: TreeEnsemble,
    /// The depths of the background's rows, ascending.
    depths: Vec<f64>,
    /// The least depth that a changed case may have.
    bar: f64,
    /// The depth that a row has on average, `c(ψ)` of Liu, Ting and Zhou (2008), equation 1.
    average: f64,
}

/// How ordinary a case is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ordinariness {
    /// The anomaly score of Liu, Ting and Zhou (2008), equation 2: from 0 to 1; about 0.5 for an ordinary case, towards 1
    /// for one that stands alone.
    pub score: f64,
    /// Share of the background's rows that are at least as isolated, from 0 to 1.
    pub share: f64,
}

impl Isolation {
    /// Fits the forest to a background (rows × the model's features, NaN = missing). Changed cases must leave more than
    /// `share` of the background's rows (from 0, below 1) at least as isolated as they are.
    ///
    /// # Errors
    /// R48: a share that is none, or fewer than two rows.
    pub fn fit(model: &dyn Model, background: ArrayView2<f64>, share: f64) -> Checked<Self> {
        if !(0.0..1.0).contains(&share) || background.nrows() < 2 {
            return Err(Fault::new(
                "R48",
                Place::default(),
                format!("a share of {share} of {} rows", background.nrows()),
                "a share from 0 to below 1 of a background of two rows or more",
                "Correct the share, or give a larger background.",
            )
            .into());
        }
        // the forest sees what the model sees, so that the values between two of its divisions are one to both
        let width = match model.form() {
            Form::Trees(trees) => trees.width,
            _ => FloatWidth::Double,
        };
        let card = model.card().clone();
        let mut forest = TreeEnsemble { card, width, base: vec![0.0], ..TreeEnsemble::default() };
        let rows: Vec<Vec<f64>> =
            background.rows().into_iter().map(|row| forest.row(&row.to_vec())).collect();
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(SEED);
        let count = rows.len().min(ROWS);
        // ceil(log2 ψ): what lies deeper is told apart no more (section 4.1)
        let deepest = usize::BITS - (count - 1).leading_zeros();
        for _ in 0..TREES {
            let mut all: Vec<usize> = (0..rows.len()).collect();
            for i in 0..count {
                let other = generator.random_range(i..all.len());
                all.swap(i, other);
            }
            all.truncate(count);
            let mut nodes = Vec::new();
            grow(&rows, &mut all, 0, deepest, width, &mut generator, &mut nodes);
            forest.trees.push(Tree { output: 0, nodes });
        }
        forest.divisor = TREES as f64;
        let mut isolation =
            Isolation { forest, depths: Vec::new(), bar: 0.0, average: left_over(count) };
        let mut depths: Vec<f64> =
            background.rows().into_iter().map(|row| isolation.depth(&row.to_vec())).collect();
        depths.sort_by(f64::total_cmp);
        // the share is counted as `of` counts it, so that rounding cannot part the two
        let rows = depths.len() as f64;
        let ranked = depths.iter().enumerate().find(|(rank, _)| (*rank + 1) as f64 / rows > share);
        isolation.bar = ranked.map_or(f64::INFINITY, |(_, depth)| *depth);
        isolation.depths = depths;
        Ok(isolation)
    }

    /// The mean number of divisions after which a row stands alone.
    fn depth(&self, row: &[f64]) -> f64 {
        let mut depth = [0.0];
        self.forest.exact(row, &mut depth);
        depth[0]
    }

    /// How ordinary a row is.
    pub fn of(&self, row: &[f64]) -> Ordinariness {
        let depth = self.depth(row);
        let isolated = self.depths.partition_point(|other| *other <= depth);
        let share = isolated as f64 / self.depths.len().max(1) as f64;
        Ordinariness { score: pxfm::f_exp2(-depth / self.average), share }
    }

    /// Whether a row is as ordinary as asked for.
    pub(super) fn admits(&self, row: &[f64]) -> bool {
        self.depth(row) >= self.bar
    }

    /// The forest, whose one output is the depth, and what the depth must come to.
    pub(super) fn demand(&self) -> (&TreeEnsemble, f64) {
        (&self.forest, self.bar)
    }
}

/// The depth at which `n` rows that are not told apart would stand alone on average: `c(n)`, Liu, Ting and Zhou (2008),
/// equation 1, with the harmonic number summed.
fn left_over(n: usize) -> f64 {
    if n < 2 {
        return 0.0;
    }
    let harmonic: f64 = (1..n).map(|i| 1.0 / i as f64).sum();
    2.0 * harmonic - 2.0 * (n - 1) as f64 / n as f64
}

/// Divides rows at a random value of a random column that tells them apart; missing values go left.
fn grow(
    rows: &[Vec<f64>],
    here: &mut [usize],
    depth: u32,
    deepest: u32,
    width: FloatWidth,
    generator: &mut Xoshiro256PlusPlus,
    nodes: &mut Vec<Node>,
) -> u32 {
    let at = nodes.len();
    let cover = here.len() as f64;
    let value = f64::from(depth) + left_over(here.len());
    nodes.push(Node::Leaf { value, cover });
    if depth >= deepest || here.len() < 2 {
        return at as u32;
    }
    let column = |r: usize, c: usize| rows.get(r).and_then(|row| row.get(c)).copied();
    let columns = rows.first().map_or(0, Vec::len);
    let spans: Vec<(usize, f64, f64)> = (0..columns)
        .filter_map(|c| {
            let known = here.iter().filter_map(|&r| column(r, c)).filter(|x| x.is_finite());
            let (low, high) = known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                (low.min(x), high.max(x))
            });
            (low < high).then_some((c, low, high))
        })
        .collect();
    if spans.is_empty() {
        return at as u32;
    }
    let (feature, low, high) = spans[generator.random_range(0..spans.len())];
    let share: f64 = generator.random_range(0.0..1.0);
    // above the lowest and at most the highest, so that both sides have rows
    let drawn = width.seen(low + share * (high - low));
    let threshold = if drawn > low && drawn <= high { drawn } else { high };
    let split =
        Split::Threshold { at: threshold, less: Comparison::Less, missing: MissingRule::NanLeft };
    let left = |r: &usize| column(*r, feature).is_none_or(|x| split.goes_left(x));
    let mut middle = 0;
    for i in 0..here.len() {
        if left(&here[i]) {
            here.swap(i, middle);
            middle += 1;
        }
    }
    let (first, second) = here.split_at_mut(middle);
    let left = grow(rows, first, depth + 1, deepest, width, generator, nodes);
    let right = grow(rows, second, depth + 1, deepest, width, generator, nodes);
    nodes[at] = Node::Inner { feature: feature as u32, split, left, right, cover };
    at as u32
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::model::ModelCard;

    /// What is admitted is what is told: a larger share than asked for is at least as isolated, also where share times
    /// rows rounds to another whole number (0.29 · 100 is less than 29 in doubles).
    #[test]
    fn admitted_is_what_is_told() {
        let features = vec!["a".to_owned(), "b".to_owned()];
        let card = ModelCard { features, ..ModelCard::default() };
        let model = TreeEnsemble { card, ..TreeEnsemble::default() };
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(1);
        let values = (0..200).map(|_| generator.random_range(0.0..1.0)).collect();
        let background = Array2::from_shape_vec((100, 2), values).expect("100 rows of two");
        let mut admitted = Vec::new();
        for k in 0..100 {
            let share = f64::from(k) / 100.0;
            let isolation = Isolation::fit(&model, background.view(), share).expect("a share");
            let rows = background.rows().into_iter().map(|row| row.to_vec());
            let rows: Vec<Vec<f64>> = rows.collect();
            for row in &rows {
                assert_eq!(isolation.admits(row), isolation.of(row).share > share, "{share}");
            }
            admitted.push(rows.iter().filter(|row| isolation.admits(row)).count());
        }
        assert_eq!(admitted[0], 100);
        assert!(admitted[99] > 0 && admitted.is_sorted_by(|a, b| a >= b), "{admitted:?}");
    }
}
