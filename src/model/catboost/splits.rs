//! All tests that the trees of a CatBoost model can ask, in CatBoost's numbering: the borders of its numbers, the
//! one-hot values of its categories, the borders of its statistics.
//!
//! A test on one category is a test on its raw column. So is one on a statistic of it alone, by asking every category
//! that the file knows; of more than [`MOST_FOLDED`], and of several features, the statistic stays a column of its own.
//! A test that always goes the same way stays too: training passed both sides, as statistics were others then, and
//! CatBoost's ShapValues count that.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Described;
use super::ctr::{Combination, Ctr, Part, Statistic, Table};
use super::features::{Category, FloatFeature, Layout, Treatment, called};
use crate::fault::{Checked, Faults};
use crate::model::fault::{add, structure, unsupported};
use crate::model::{
    Comparison, EncodedColumn, FeatureKind, HashedLevels, MissingRule, Shape, Split,
};

/// Most categories of a feature whose statistics become tests on it: each test lists some of them.
const MOST_FOLDED: usize = 256;

/// Most statistics of a model, far beyond what training makes: each is looked for among the tables.
pub(super) const MOST: usize = 10_000;

/// What a test asks, to compare with what a file repeats at each split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Asks {
    Above { index: usize, border: f32 },
    Is { index: usize, hash: i32 },
    Statistic { target_border: usize, border: f32 },
}

/// The tests, and the columns that they are on.
pub(super) struct Tests {
    /// Names of the raw columns.
    pub features: Vec<String>,
    /// Their kinds; empty where all are numbers.
    pub kinds: Vec<FeatureKind>,
    /// Statistics that stay columns, numbered behind the raw ones.
    pub derived: Vec<EncodedColumn>,
    all: Vec<(u32, Split, Asks)>,
    floats: Vec<FloatFeature>,
    layout: Layout,
}

impl Tests {
    pub fn of(file: &str, described: Described, layout: Layout) -> Checked<Self> {
        let Described { floats, categories, ctrs, tables, texts } = described;
        let tables: Vec<_> = tables.into_iter().map(|(base, t)| (base, Arc::new(t))).collect();
        let mut faults = Faults::default();
        for (what, count) in [("statistics", ctrs.len()), ("tables", tables.len())] {
            if count > MOST {
                let found = format!("{count} {what} of categories");
                return Err(structure(file, found, format!("at most {MOST}")));
            }
        }
        let alone = |category: &Category| {
            let own =
                tables.iter().filter(|(base, _)| base.combination.alone() == Some(category.index));
            own.flat_map(|(_, table)| table.categories()).collect::<Vec<u32>>()
        };
        let levels = categories.iter().map(|category| {
            let asked = category.values.iter().map(|value| *value as u32);
            let hashes = asked.chain(alone(category)).collect();
            Arc::new(HashedLevels::new(hashes, |hash| text(category, &texts, hash)))
        });
        let levels: Vec<Arc<HashedLevels>> = levels.collect();
        let mut kinds = Vec::new();
        if !categories.is_empty() {
            kinds.resize(layout.names.len(), FeatureKind::Number);
            for (category, levels) in categories.iter().zip(&levels) {
                let column = layout.category(category.index).map(|(_, column)| column as usize);
                if let Some(kind) = column.and_then(|column| kinds.get_mut(column)) {
                    *kind = FeatureKind::Hashed(HashedLevels::clone(levels));
                }
            }
        }
        let features = layout.names.clone();
        let (derived, all) = (Vec::new(), Vec::new());
        let mut tests = Tests { features, kinds, derived, all, floats, layout };
        tests.numbers();
        for (category, levels) in categories.iter().zip(&levels) {
            tests.one_hot(category, levels);
        }
        for ctr in ctrs {
            let Some((_, table)) = tables.iter().find(|(base, _)| *base == ctr.base) else {
                let what = tests.combined(&ctr.base.combination, &categories);
                let found = format!("statistics of {what} without their table");
                add(&mut faults, unsupported(file, found));
                continue;
            };
            if let Err(found) = ctr.check(table).and_then(|()| {
                tests.statistic(ctr.clone(), Arc::clone(table), &categories, &levels)
            }) {
                let what = tests.combined(&ctr.base.combination, &categories);
                let found = format!("statistics of {what} with {found}");
                add(&mut faults, structure(file, found, "statistics that fit their table"));
            }
        }
        faults.or(tests)
    }

    /// Column, test and what it asks, by CatBoost's number.
    pub fn get(&self, number: usize) -> Option<&(u32, Split, Asks)> {
        self.all.get(number)
    }

    /// Columns that trees may name.
    pub fn columns(&self) -> usize {
        self.features.len() + self.derived.len()
    }

    /// How missing values are treated, for the card.
    pub fn missing(&self) -> String {
        let above: Vec<&str> = self
            .floats
            .iter()
            .filter(|float| float.treatment == Treatment::Above)
            .filter_map(|float| {
                let (_, column) = self.layout.number(float.index)?;
                self.features.get(column as usize).map(String::as_str)
            })
            .collect();
        let below = "A missing value counts as smaller than every border";
        let numbers = match above.as_slice() {
            [] => format!("{below}."),
            _ if above.len() == self.floats.len() => {
                "A missing value counts as larger than every border.".to_owned()
            }
            _ => format!("{below}; as larger than every border in: {}.", above.join(", ")),
        };
        let categories = "A category without text is the empty text, a category like any other.";
        match (self.floats.is_empty(), self.kinds.is_empty()) {
            (_, true) => numbers,
            (true, false) => categories.to_owned(),
            (false, false) => format!("{numbers} {categories}"),
        }
    }

    fn numbers(&mut self) {
        for float in &self.floats {
            let Some((_, column)) = self.layout.number(float.index) else { continue };
            let missing = match float.treatment {
                Treatment::Compared | Treatment::Below => MissingRule::NanLeft,
                Treatment::Above => MissingRule::NanRight,
            };
            for border in &float.borders {
                let asks = Asks::Above { index: float.index, border: *border };
                self.all.push((column, threshold(*border, missing), asks));
            }
        }
    }

    fn one_hot(&mut self, category: &Category, levels: &HashedLevels) {
        let Some((_, column)) = self.layout.category(category.index) else { return };
        for value in &category.values {
            // True, and right, where the category is the one asked for.
            let split = told_apart(levels, false, |hash| hash == Some(*value as u32));
            self.all.push((column, split, Asks::Is { index: category.index, hash: *value }));
        }
    }

    fn statistic(
        &mut self,
        ctr: Ctr,
        table: Arc<Table>,
        categories: &[Category],
        levels: &[Arc<HashedLevels>],
    ) -> Result<(), String> {
        let combination = &ctr.base.combination;
        let category = |index: usize| {
            let known = self.layout.category(index);
            let (place, column) = known.ok_or_else(|| format!("categorical feature {index}"))?;
            let levels = levels.get(place).ok_or_else(|| format!("categorical feature {index}"))?;
            Ok::<_, String>((place, column, levels))
        };
        if combination.categories.is_empty() {
            return Err("no category".to_owned());
        }
        let mut credited = Vec::new();
        for index in &combination.categories {
            credited.push(category(*index)?.1);
        }
        // The columns that it is counted from, each once.
        let mut sources = credited.clone();
        credited.sort_unstable();
        for (index, _) in &combination.above {
            let known = self.layout.number(*index);
            sources.push(known.ok_or_else(|| format!("numeric feature {index}"))?.1);
        }
        for (index, _) in &combination.is {
            sources.push(category(*index)?.1);
        }
        sources.sort_unstable();
        sources.dedup();
        let at = |column: u32| sources.binary_search(&column).unwrap_or_default();
        let mut parts = Vec::new();
        for index in &combination.categories {
            let (_, column, levels) = category(*index)?;
            parts.push(Part::Category(at(column), Arc::clone(levels)));
        }
        for (index, border) in &combination.above {
            let known = self.layout.number(*index);
            let float = known.and_then(|(place, column)| Some((self.floats.get(place)?, column)));
            let (float, column) = float.ok_or_else(|| format!("numeric feature {index}"))?;
            if !float.borders.contains(border) {
                return Err(format!("a border {border} that numeric feature {index} lacks"));
            }
            parts.push(Part::Above(at(column), *border, float.treatment));
        }
        for (index, hash) in &combination.is {
            let (place, column, levels) = category(*index)?;
            if !categories.get(place).is_some_and(|c| c.values.contains(hash)) {
                return Err(format!("a value {hash} that categorical feature {index} lacks"));
            }
            parts.push(Part::Is(at(column), *hash, Arc::clone(levels)));
        }
        let alone = combination.alone();
        let alone = alone.map(category).transpose()?.map(|(_, column, l)| (column, Arc::clone(l)));
        let (borders, target_border) = (ctr.borders.clone(), ctr.target_border);
        let statistic = Statistic { ctr, table, parts, credited };
        let asks = |border: f32| Asks::Statistic { target_border, border };
        match alone {
            Some((column, levels)) if levels.count() <= MOST_FOLDED => {
                for border in borders {
                    let unknown = statistic.of(None) > border;
                    let split = told_apart(&levels, unknown, |hash| statistic.of(hash) > border);
                    self.all.push((column, split, asks(border)));
                }
            }
            _ => {
                let column = self.columns() as u32;
                for border in borders {
                    let split = threshold(border, MissingRule::NanLeft);
                    self.all.push((column, split, asks(border)));
                }
                let rule = Some(Arc::new(statistic) as _);
                self.derived.push(EncodedColumn { sources, shape: Shape::Any, rule });
            }
        }
        Ok(())
    }

    /// The features of a combination, for a message.
    fn combined(&self, combination: &Combination, categories: &[Category]) -> String {
        let name = |index: &usize| {
            let place = self.layout.category(*index).map(|(place, _)| place);
            match place.and_then(|place| categories.get(place)) {
                Some(category) => called(&category.name, category.flat),
                None => format!("number {index} of the categories"),
            }
        };
        let names: Vec<String> = combination.categories.iter().map(name).collect();
        format!("the categorical feature {}", names.join(" with "))
    }
}

/// The text of a category, from the feature's own list or the file's.
fn text(category: &Category, texts: &BTreeMap<u32, String>, hash: u32) -> Option<String> {
    let own = category.values.iter().position(|value| *value as u32 == hash);
    let own = own.and_then(|at| category.texts.get(at));
    let known = own.or_else(|| texts.get(&hash)).cloned();
    // A text that has another hash is no name of it.
    known.filter(|text| HashedLevels::hash_of(text) == hash)
}

/// Left up to and with a border.
fn threshold(border: f32, missing: MissingRule) -> Split {
    Split::Threshold { at: f64::from(border), less: Comparison::LessOrEqual, missing }
}

/// Left for the categories that are not `right`; those that the file does not know are right if `unknown` is.
fn told_apart(levels: &HashedLevels, unknown: bool, right: impl Fn(Option<u32>) -> bool) -> Split {
    let places = (0u32..).take(levels.count());
    let set = places.filter(|place| right(levels.hash(f64::from(*place))) != unknown).collect();
    Split::Categories {
        set,
        member_left: unknown,
        missing_left: !right(levels.hash(f64::NAN)),
        invalid_left: !unknown,
    }
}
