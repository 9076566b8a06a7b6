//! From the columns of a table to the columns of a model, where a file puts something between the two: a scaler, an
//! indicator a category, the statistics of a category.
//!
//! Explanations are about the table's columns. A test on an encoded column that comes from one raw column is a test on
//! that raw column, and [`fold`] finds it exactly, by asking the encoding itself: of a category for every level, of a
//! number by halving between all doubles. What cannot be folded stays an encoded column.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use super::{Comparison, FeatureKind, FloatWidth, MissingRule, Node, Split, Unseen};

/// How the number in an encoded column comes about, in the file's own arithmetic.
pub trait Rule: Send + Sync + Debug {
    /// The encoded number from the values of [`EncodedColumn::sources`], in that order; NaN is missing.
    fn value(&self, sources: &[f64]) -> f64;

    /// The raw columns that share what attributions credit to a column of several sources; none if all of them do.
    /// CatBoost credits a statistic of categories, counted where conditions on other features hold, to the categories.
    fn credited(&self) -> Option<&[u32]> {
        None
    }

    /// Of the source at a position, a number: the borders up to which (each included) and above which the encoded number
    /// does not depend on it, whatever the other sources are. `None` where no such borders are known.
    fn borders(&self, source: usize) -> Option<Vec<f64>> {
        let _ = source;
        None
    }
}

/// What is known of a rule of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A larger number never gives a smaller one; of every number that is not missing a number.
    Rising,
    /// A larger number never gives a larger one; of every number that is not missing a number.
    Falling,
    /// Nothing is known.
    Any,
}

/// One column as the model sees it.
#[derive(Clone, Debug)]
pub struct EncodedColumn {
    /// Raw columns it depends on, ascending, each once; none if it is constant.
    pub sources: Vec<u32>,
    /// What is known of the rule.
    pub shape: Shape,
    /// The rule; none if the column is its only source as it is.
    pub rule: Option<Arc<dyn Rule>>,
}

impl EncodedColumn {
    /// A raw column as it is.
    pub fn plain(source: u32) -> Self {
        EncodedColumn { sources: vec![source], shape: Shape::Rising, rule: None }
    }

    /// The encoded number of a raw row; a raw column beyond its end is missing.
    pub fn value(&self, row: &[f64]) -> f64 {
        let of = |f: &u32| row.get(*f as usize).copied().unwrap_or(f64::NAN);
        match (&self.rule, self.sources.as_slice()) {
            (None, [source]) => of(source),
            (None, _) => f64::NAN,
            (Some(rule), [source]) => rule.value(&[of(source)]),
            (Some(rule), sources) => rule.value(&sources.iter().map(of).collect::<Vec<_>>()),
        }
    }

    /// The raw columns that share what attributions credit to it.
    pub fn credited(&self) -> &[u32] {
        let credited = self.rule.as_ref().and_then(|rule| rule.credited());
        credited.unwrap_or(&self.sources)
    }

    /// The encoded number where the only source has a value.
    fn at(&self, x: f64) -> f64 {
        self.rule.as_ref().map_or(x, |rule| rule.value(&[x]))
    }
}

/// All columns of a row as the model sees them.
pub fn encode(columns: &[EncodedColumn], row: &[f64]) -> Vec<f64> {
    columns.iter().map(|column| column.value(row)).collect()
}

/// A test after folding.
#[derive(Clone, Debug)]
enum Folded {
    /// Always the same side: left if true.
    Constant(bool),
    /// A test on a column; `swapped` if what it sends left belongs right.
    Test { feature: u32, split: Split, swapped: bool },
}

/// Trees on raw columns, from trees on encoded ones.
#[derive(Debug)]
pub struct Folding<'a> {
    kinds: &'a [FeatureKind],
    columns: &'a [EncodedColumn],
    /// Rounds raw numbers before they are encoded, and encoded ones before they are compared.
    width: FloatWidth,
    known: BTreeMap<(u32, u64, u8, u8), Folded>,
    /// Encoded columns that stay: their place behind the raw ones.
    kept: BTreeMap<u32, u32>,
    /// The columns that stay, in that order.
    pub derived: Vec<EncodedColumn>,
}

impl<'a> Folding<'a> {
    /// A folding for raw columns of the given kinds. `width` is the one that the folded ensemble will have.
    pub fn new(kinds: &'a [FeatureKind], columns: &'a [EncodedColumn], width: FloatWidth) -> Self {
        let (known, kept, derived) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        Folding { kinds, columns, width, known, kept, derived }
    }

    /// The nodes of a tree with tests on raw columns (and on [`Folding::derived`] ones, numbered behind them). Splits
    /// that always go the same way are stepped over; the nodes they leave unreached are for
    /// [`Tree::arranged`](super::Tree::arranged) to drop.
    ///
    /// # Errors
    /// A clause: a test on a column that does not exist.
    pub fn nodes(&mut self, nodes: &[Node]) -> Result<Vec<Node>, String> {
        // By node: where it leads if it always goes the same way.
        let mut through: Vec<Option<u32>> = vec![None; nodes.len()];
        let mut folded = Vec::with_capacity(nodes.len());
        for (node, through) in nodes.iter().zip(&mut through) {
            let Node::Inner { feature, split, left, right, cover } = node else {
                folded.push(node.clone());
                continue;
            };
            match self.test(*feature, split)? {
                Folded::Constant(goes_left) => {
                    *through = Some(if goes_left { *left } else { *right });
                    folded.push(node.clone());
                }
                Folded::Test { feature, split, swapped } => {
                    let (left, right) = if swapped { (*right, *left) } else { (*left, *right) };
                    folded.push(Node::Inner { feature, split, left, right, cover: *cover });
                }
            }
        }
        let target = |mut at: u32| {
            // As many steps as there are nodes: a circle of constant tests is left for `arranged` to refuse.
            for _ in 0..nodes.len() {
                match through.get(at as usize) {
                    Some(Some(next)) => at = *next,
                    _ => break,
                }
            }
            at
        };
        for node in &mut folded {
            if let Node::Inner { left, right, .. } = node {
                (*left, *right) = (target(*left), target(*right));
            }
        }
        let root = target(0);
        if root != 0
            && let Some(node) = folded.get(root as usize).cloned()
            && let Some(first) = folded.first_mut()
        {
            *first = node;
        }
        Ok(folded)
    }

    fn test(&mut self, column: u32, split: &Split) -> Result<Folded, String> {
        let key = match split {
            Split::Threshold { at, less, missing } => {
                Some((column, at.to_bits(), *less as u8, *missing as u8))
            }
            _ => None,
        };
        if let Some(folded) = key.and_then(|key| self.known.get(&key)) {
            return Ok(folded.clone());
        }
        let folded = self.folded(column, split)?;
        if let Some(key) = key {
            self.known.insert(key, folded.clone());
        }
        Ok(folded)
    }

    fn folded(&mut self, column: u32, split: &Split) -> Result<Folded, String> {
        let columns = self.columns;
        let encoded = columns
            .get(column as usize)
            .ok_or_else(|| format!("a test on column {column} of {}", columns.len()))?;
        let goes_left = |x: f64| split.goes_left(self.width.seen(encoded.at(self.width.seen(x))));
        let source = match encoded.sources.as_slice() {
            [] => return Ok(Folded::Constant(split.goes_left(encoded.value(&[])))),
            [source] => *source,
            _ => return Ok(self.keep(column, split)),
        };
        if encoded.rule.is_none() {
            return Ok(Folded::Test { feature: source, split: split.clone(), swapped: false });
        }
        let missing_left = goes_left(f64::NAN);
        match self.kinds.get(source as usize) {
            None => Err(format!("an encoded column of raw column {source}")),
            Some(FeatureKind::Category(levels)) => {
                let set: Vec<u32> = (0u32..)
                    .take(levels.names.len())
                    .filter(|level| goes_left(f64::from(*level)))
                    .collect();
                let unseen = match levels.unseen {
                    Unseen::Other => goes_left(levels.names.len() as f64),
                    Unseen::Refused | Unseen::Missing => missing_left,
                };
                Ok(if set.is_empty() && !unseen && !missing_left {
                    Folded::Constant(false)
                } else if set.len() == levels.names.len() && unseen && missing_left {
                    Folded::Constant(true)
                } else if unseen {
                    // The listed ones go right, so that any other code goes left.
                    let set = (0u32..)
                        .take(levels.names.len())
                        .filter(|level| set.binary_search(level).is_err())
                        .collect();
                    let split = Split::Categories {
                        set,
                        member_left: false,
                        missing_left,
                        invalid_left: true,
                    };
                    Folded::Test { feature: source, split, swapped: false }
                } else {
                    let split = Split::Categories {
                        set,
                        member_left: true,
                        missing_left,
                        invalid_left: false,
                    };
                    Folded::Test { feature: source, split, swapped: false }
                })
            }
            // Their reader makes its own tests, and keeps those of several sources.
            Some(FeatureKind::Hashed(_)) => Ok(self.keep(column, split)),
            Some(FeatureKind::Number | FeatureKind::Code) => {
                let by_threshold = matches!(
                    split,
                    Split::Threshold { missing: MissingRule::NanLeft | MissingRule::NanRight, .. }
                );
                let swapped = match encoded.shape {
                    Shape::Rising if by_threshold => false,
                    Shape::Falling if by_threshold => true,
                    _ => return Ok(self.keep(column, split)),
                };
                let low = |x: f64| goes_left(x) != swapped;
                let missing = |left: bool| match left != swapped {
                    true => MissingRule::NanLeft,
                    false => MissingRule::NanRight,
                };
                let (at, less) = match last_where(low) {
                    Some(at) if at == f64::INFINITY && missing_left == swapped => {
                        (at, Comparison::LessOrEqual)
                    }
                    Some(f64::INFINITY) => return Ok(Folded::Constant(!swapped)),
                    Some(at) => (at, Comparison::LessOrEqual),
                    None if missing_left == swapped => return Ok(Folded::Constant(swapped)),
                    None => (f64::NEG_INFINITY, Comparison::Less),
                };
                let split = Split::Threshold { at, less, missing: missing(missing_left) };
                Ok(Folded::Test { feature: source, split, swapped })
            }
        }
    }

    /// An encoded column that stays.
    fn keep(&mut self, column: u32, split: &Split) -> Folded {
        let next = (self.kinds.len() + self.derived.len()) as u32;
        let feature = *self.kept.entry(column).or_insert(next);
        if feature == next {
            self.derived.extend(self.columns.get(column as usize).cloned());
        }
        Folded::Test { feature, split: split.clone(), swapped: false }
    }
}

/// The last double, from −∞ to ∞, for which something holds that holds for all before it.
fn last_where(holds: impl Fn(f64) -> bool) -> Option<f64> {
    // The place of a double in their order, and back (the key of `f64::total_cmp`).
    let place = |x: f64| {
        let bits = x.to_bits() as i64;
        i128::from(bits ^ (((bits >> 63) as u64) >> 1) as i64)
    };
    let at = |place: i128| {
        let place = place as i64;
        f64::from_bits((place ^ (((place >> 63) as u64) >> 1) as i64) as u64)
    };
    if !holds(f64::NEG_INFINITY) {
        return None;
    }
    let (mut low, mut high) = (place(f64::NEG_INFINITY), place(f64::INFINITY) + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(at(middle)) { low = middle } else { high = middle }
    }
    Some(at(low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Levels, Tree};

    #[derive(Debug)]
    struct Scaled(f32, f32);

    impl Rule for Scaled {
        fn value(&self, sources: &[f64]) -> f64 {
            f64::from((sources[0] as f32 - self.0) * self.1)
        }
    }

    /// 1 for one level, 0 for all others.
    #[derive(Debug)]
    struct Indicator(f64);

    impl Rule for Indicator {
        fn value(&self, sources: &[f64]) -> f64 {
            f64::from(u8::from(sources.first() == Some(&self.0)))
        }
    }

    #[derive(Debug)]
    struct Filled(f64);

    impl Rule for Filled {
        fn value(&self, sources: &[f64]) -> f64 {
            if sources[0].is_nan() { self.0 } else { sources[0] }
        }
    }

    fn inner(feature: u32, at: f64, left: u32, right: u32) -> Node {
        let split =
            Split::Threshold { at, less: Comparison::LessOrEqual, missing: MissingRule::NanRight };
        Node::Inner { feature, split, left, right, cover: 1.0 }
    }

    fn leaf(value: f64) -> Node {
        Node::Leaf { value, cover: 1.0 }
    }

    /// A folded tree gives what the tree gives on the encoded row, at and beside every threshold.
    #[test]
    fn folded_trees_are_the_same_function() {
        let levels = Levels {
            names: vec!["a".into(), "b".into(), "c".into()],
            numeric: false,
            unseen: Unseen::Other,
        };
        let kinds = [FeatureKind::Number, FeatureKind::Category(levels)];
        let rule = |sources: &[u32], shape, rule: Arc<dyn Rule>| EncodedColumn {
            sources: sources.to_vec(),
            shape,
            rule: Some(rule),
        };
        let columns = [
            rule(&[0], Shape::Rising, Arc::new(Scaled(3.3, 0.7))),
            rule(&[0], Shape::Falling, Arc::new(Scaled(-1.1, -0.3))),
            rule(&[1], Shape::Any, Arc::new(Indicator(1.0))),
            rule(&[1], Shape::Any, Arc::new(Indicator(2.0))),
            rule(&[0], Shape::Rising, Arc::new(Filled(2.5))),
            EncodedColumn::plain(0),
            rule(&[], Shape::Any, Arc::new(Indicator(f64::NAN))),
        ];
        #[allow(clippy::indexing_slicing)]
        for (c, at) in [(0, 0.25), (0, 1e30), (1, -0.7), (1, 0.1), (2, 0.5), (3, 0.5), (4, 2.0)]
            .into_iter()
            .chain([(4, 2.5), (5, 1.0), (2, 7.0), (0, f64::NEG_INFINITY)])
        {
            let nodes = [inner(c, at, 1, 2), leaf(1.0), inner(2, 0.5, 3, 4), leaf(2.0), leaf(3.0)];
            for width in [FloatWidth::Single, FloatWidth::Double] {
                let mut folding = Folding::new(&kinds, &columns, width);
                let folded = folding.nodes(&nodes).unwrap();
                assert!(folding.derived.is_empty());
                let folded = Tree::arranged(0, &folded, 2).unwrap();
                let original = Tree::arranged(0, &nodes, columns.len()).unwrap();
                let mut xs = vec![f64::NAN, 0.0, 1e38, -1e38, 2.0, 2.5, 2.6];
                for node in &folded.nodes {
                    if let Node::Inner { split: Split::Threshold { at, .. }, .. } = node {
                        let near = f64::from(*at as f32);
                        xs.extend([*at, at.next_up(), at.next_down()]);
                        xs.extend([f64::from((near as f32).next_up()), near]);
                        xs.push(f64::from((near as f32).next_down()));
                    }
                }
                for x in xs.into_iter().filter(|x| !x.is_infinite()) {
                    for level in [0.0, 1.0, 2.0, 3.0, f64::NAN] {
                        let raw = [width.seen(x), level];
                        let seen = encode(&columns, &raw);
                        assert_eq!(
                            folded.leaf(|f| width.seen(raw[f])),
                            original.leaf(|f| width.seen(seen[f])),
                            "column {c} at {at}, {x} {level} {width:?}\n{folded:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_last_double_is_found() {
        assert_eq!(last_where(|x| x <= 0.1), Some(0.1));
        assert_eq!(last_where(|x| x < -5.0), Some((-5.0f64).next_down()));
        assert_eq!(last_where(|_| true), Some(f64::INFINITY));
        assert_eq!(last_where(|_| false), None);
    }
}
