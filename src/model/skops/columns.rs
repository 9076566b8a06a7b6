//! A column of the model as a chain of steps on one column of the table, in scikit-learn's own arithmetic.

use std::sync::Arc;

use super::npy::Cell;
use crate::fault::Checked;
use crate::model::fault::unsupported;
use crate::model::{EncodedColumn, FeatureKind, Levels, Rule, Shape, Unseen};

/// One step from the table to the model.
#[derive(Clone, Debug)]
pub(super) enum Step<C = Arc<Codes>, T = String> {
    /// Plus a number.
    Add(f64),
    /// Minus a number.
    Subtract(f64),
    /// Times a number that is not 0.
    Multiply(f64),
    /// Divided by a number that is not 0.
    Divide(f64),
    /// Kept between two numbers.
    Clip(f64, f64),
    /// A missing number is this one.
    Fill(f64),
    /// A missing category is this one.
    FillCategory(T),
    /// 1 if missing, else 0.
    IsMissing,
    /// The code of a category.
    Code(C),
    /// 1 if it is this number, else 0.
    Equals(f64),
    /// Number of the edges that are not above it.
    Bin(Arc<[f64]>),
    /// 1 above a number, else 0.
    Above(f64),
    /// Rounded to single precision.
    Single,
}

/// Which category has which code.
#[derive(Debug)]
pub(super) struct Codes {
    /// Categories; a missing value may be one.
    pub levels: Vec<Cell>,
    /// The code of each.
    pub codes: Vec<f64>,
    /// The code of all others; none if scikit-learn refuses them.
    pub unknown: Option<f64>,
}

impl Codes {
    fn of_missing(&self) -> Option<f64> {
        let at = self.levels.iter().position(is_missing);
        at.map_or(self.unknown, |at| self.codes.get(at).copied())
    }
}

/// Whether a category is the missing value.
pub(super) fn is_missing(level: &Cell) -> bool {
    matches!(level, Cell::Missing) || matches!(level, Cell::Number(x) if x.is_nan())
}

/// A column of the model.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// The column of the table.
    pub source: usize,
    /// What is done with it, in this order.
    pub steps: Vec<Step>,
}

impl Chain {
    /// The chain with one more step.
    pub fn then(&self, step: Step) -> Chain {
        let mut chain = self.clone();
        chain.steps.push(step);
        chain
    }

    /// The first codes of the chain, if it begins with categories.
    fn codes(&self) -> Option<&Arc<Codes>> {
        let mut steps = self.steps.iter().skip_while(|s| matches!(s, Step::FillCategory(_)));
        match steps.next() {
            Some(Step::Code(codes)) => Some(codes),
            _ => None,
        }
    }
}

/// The table's columns and the model's.
#[derive(Debug)]
pub(super) struct Resolved {
    /// What the table's columns are.
    pub kinds: Vec<FeatureKind>,
    /// The model's columns.
    pub columns: Vec<EncodedColumn>,
    /// Whether a missing value of each of the table's columns is refused by a step on the way.
    pub refuses: Vec<bool>,
    /// Whether a missing value of each of the table's columns reaches the model as such.
    pub reaches: Vec<bool>,
    /// What a missing value of each of the table's columns is taken for, where it is one number.
    pub fill: Vec<f64>,
}

/// Decides what each of the table's columns is, and makes the rules.
///
/// # Errors
/// M04 for a column that is taken as text by one step and as number by another.
pub(super) fn resolved(file: &str, names: &[String], chains: &[Chain]) -> Checked<Resolved> {
    let count = names.len();
    let mut by_source: Vec<Vec<&Chain>> = vec![Vec::new(); count];
    for chain in chains {
        by_source.iter_mut().skip(chain.source).take(1).for_each(|list| list.push(chain));
    }
    let mut resolved = Resolved {
        kinds: Vec::with_capacity(count),
        columns: Vec::with_capacity(chains.len()),
        refuses: vec![false; count],
        reaches: vec![false; count],
        fill: vec![f64::NAN; count],
    };
    for (uses, name) in by_source.iter().zip(names) {
        resolved.kinds.push(kind(file, name, uses)?);
    }
    for (uses, fill) in by_source.iter().zip(&mut resolved.fill) {
        let first = |chain: &&Chain| match chain.steps.first() {
            Some(Step::Fill(x)) => x.to_bits(),
            _ => f64::NAN.to_bits(),
        };
        if let Some(bits) = uses.first().map(first)
            && uses.iter().all(|chain| first(chain) == bits)
        {
            *fill = f64::from_bits(bits);
        }
    }
    // Chains of one encoder share their codes; so do the rules.
    let mut last: Option<(*const Codes, usize, Arc<Table>)> = None;
    for chain in chains {
        let levels = match resolved.kinds.get(chain.source) {
            Some(FeatureKind::Category(levels)) => Some(levels),
            _ => None,
        };
        let mut ops = Vec::with_capacity(chain.steps.len());
        for step in &chain.steps {
            let code = |codes: &Arc<Codes>| {
                let key = (Arc::as_ptr(codes), chain.source);
                let table = match &last {
                    Some((at, source, table)) if (*at, *source) == key => table.clone(),
                    _ => Arc::new(Table::new(codes, levels)),
                };
                last = Some((key.0, key.1, table.clone()));
                table
            };
            let text = |text: &String| {
                let place = levels.and_then(|l| l.names.iter().position(|n| n == text));
                let other = levels.map_or(f64::NAN, |l| l.names.len() as f64);
                place.map_or(other, |place| place as f64)
            };
            ops.push(step.with(code, text));
        }
        let is_category = levels.is_some();
        let rule = Ops(ops);
        let missing = rule.value(&[f64::NAN]);
        if missing.is_nan() {
            let refused = refuses_missing(&chain.steps);
            let flags = if refused { &mut resolved.refuses } else { &mut resolved.reaches };
            flags.iter_mut().skip(chain.source).take(1).for_each(|flag| *flag = true);
        }
        let shape = if is_category { Shape::Any } else { rule.shape() };
        let source = chain.source as u32;
        resolved.columns.push(match rule.0.is_empty() {
            true => EncodedColumn::plain(source),
            false => EncodedColumn { sources: vec![source], shape, rule: Some(Arc::new(rule)) },
        });
    }
    Ok(resolved)
}

/// Whether scikit-learn refuses a missing value on the way: as an unknown category, or in a bin.
fn refuses_missing(steps: &[Step]) -> bool {
    for step in steps {
        match step {
            Step::Fill(_) | Step::FillCategory(_) | Step::IsMissing => return false,
            Step::Bin(_) | Step::Above(_) => return true,
            Step::Code(codes) => return codes.of_missing().is_none(),
            _ => {}
        }
    }
    false
}

/// What a column of the table is, from all that is done with it. One that nothing is done with may hold anything.
fn kind(file: &str, name: &str, uses: &[&Chain]) -> Checked<FeatureKind> {
    if uses.is_empty() {
        return Ok(FeatureKind::Category(Levels {
            names: Vec::new(),
            numeric: false,
            unseen: Unseen::Other,
        }));
    }
    let codes: Vec<&Arc<Codes>> = uses.iter().filter_map(|chain| chain.codes()).collect();
    let texts = codes.iter().any(|c| c.levels.iter().any(|l| matches!(l, Cell::Text(_))));
    if codes.len() < uses.len() {
        let filled =
            |chain: &&Chain| chain.steps.iter().any(|step| matches!(step, Step::FillCategory(_)));
        if texts || uses.iter().any(filled) {
            let what = format!("the column `{name}` taken both as text and as number");
            return Err(unsupported(file, what));
        }
        return Ok(FeatureKind::Number);
    }
    let mut names: Vec<String> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    let mut last: Option<*const Codes> = None;
    for codes in &codes {
        if last == Some(Arc::as_ptr(codes)) {
            continue;
        }
        last = Some(Arc::as_ptr(codes));
        for level in codes.levels.iter().filter(|level| !is_missing(level)) {
            let text = level.printed(true);
            if known.insert(text.clone()) {
                names.push(text);
            }
        }
    }
    for step in uses.iter().flat_map(|chain| &chain.steps) {
        if let Step::FillCategory(text) = step
            && known.insert(text.clone())
        {
            names.push(text.clone());
        }
    }
    let refused = codes.iter().any(|codes| codes.unknown.is_none());
    let unseen = if refused { Unseen::Refused } else { Unseen::Other };
    Ok(FeatureKind::Category(Levels { names, numeric: !texts, unseen }))
}

/// Codes by what a row holds: the place of a level, or the number itself.
#[derive(Debug)]
struct Table {
    /// By place; none of a column of numbers.
    places: Vec<f64>,
    /// By number, sorted.
    numbers: Vec<(f64, f64)>,
    unknown: f64,
    missing: f64,
}

impl Table {
    fn new(codes: &Codes, levels: Option<&Levels>) -> Self {
        let unknown = codes.unknown.unwrap_or(f64::NAN);
        let missing = codes.of_missing().unwrap_or(f64::NAN);
        let mut table = Table { places: Vec::new(), numbers: Vec::new(), unknown, missing };
        let pairs = || codes.levels.iter().zip(&codes.codes).filter(|(l, _)| !is_missing(l));
        match levels {
            Some(levels) => {
                let by_name: std::collections::BTreeMap<String, f64> =
                    pairs().map(|(level, code)| (level.printed(true), *code)).collect();
                let code = |name: &String| by_name.get(name).copied().unwrap_or(unknown);
                table.places = levels.names.iter().map(code).collect();
            }
            None => {
                table.numbers =
                    pairs().filter_map(|(l, code)| Some((l.number()?, *code))).collect();
                table.numbers.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
        }
        table
    }

    fn code(&self, x: f64) -> f64 {
        if x.is_nan() {
            return self.missing;
        }
        if self.numbers.is_empty() {
            let place = (x >= 0.0 && x.fract() == 0.0).then(|| self.places.get(x as usize));
            return place.flatten().copied().unwrap_or(self.unknown);
        }
        let at = self.numbers.partition_point(|(number, _)| *number < x);
        match self.numbers.get(at) {
            Some((number, code)) if *number == x => *code,
            _ => self.unknown,
        }
    }
}

impl<C, T> Step<C, T> {
    /// The same step with other codes and other categories.
    fn with<D, U>(&self, code: impl FnOnce(&C) -> D, text: impl FnOnce(&T) -> U) -> Step<D, U> {
        match self {
            Step::Code(codes) => Step::Code(code(codes)),
            Step::FillCategory(category) => Step::FillCategory(text(category)),
            Step::Fill(x) => Step::Fill(*x),
            Step::Add(x) => Step::Add(*x),
            Step::Subtract(x) => Step::Subtract(*x),
            Step::Multiply(x) => Step::Multiply(*x),
            Step::Divide(x) => Step::Divide(*x),
            Step::Clip(low, high) => Step::Clip(*low, *high),
            Step::IsMissing => Step::IsMissing,
            Step::Equals(x) => Step::Equals(*x),
            Step::Bin(edges) => Step::Bin(edges.clone()),
            Step::Above(x) => Step::Above(*x),
            Step::Single => Step::Single,
        }
    }
}

/// Steps on the numbers of a row, in which a category is its place.
#[derive(Debug)]
struct Ops(Vec<Step<Arc<Table>, f64>>);

impl Ops {
    fn shape(&self) -> Shape {
        let mut rising = true;
        for op in &self.0 {
            match op {
                Step::Multiply(by) | Step::Divide(by) => rising ^= *by < 0.0,
                Step::Code(_) | Step::Equals(_) => return Shape::Any,
                _ => {}
            }
        }
        if rising { Shape::Rising } else { Shape::Falling }
    }
}

impl Rule for Ops {
    fn value(&self, sources: &[f64]) -> f64 {
        let mut x = sources.first().copied().unwrap_or(f64::NAN);
        for op in &self.0 {
            x = match op {
                Step::Add(y) => x + y,
                Step::Subtract(y) => x - y,
                Step::Multiply(y) => x * y,
                Step::Divide(y) => x / y,
                Step::Clip(low, high) if !x.is_nan() => x.max(*low).min(*high),
                Step::Fill(fill) | Step::FillCategory(fill) if x.is_nan() => *fill,
                Step::Clip(..) | Step::Fill(_) | Step::FillCategory(_) => x,
                Step::IsMissing => f64::from(u8::from(x.is_nan())),
                Step::Code(table) => table.code(x),
                Step::Equals(_) | Step::Bin(_) | Step::Above(_) if x.is_nan() => x,
                Step::Equals(y) => f64::from(u8::from(x == *y)),
                Step::Bin(edges) => edges.partition_point(|edge| *edge <= x) as f64,
                Step::Above(y) => f64::from(u8::from(x > *y)),
                Step::Single => f64::from(x as f32),
            };
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(levels: Vec<Cell>, unknown: Option<f64>) -> Arc<Codes> {
        let codes = (0..levels.len()).map(|i| i as f64).collect();
        Arc::new(Codes { levels, codes, unknown })
    }

    #[test]
    fn chains_compute_what_their_steps_say() {
        let text = |s: &str| Cell::Text(s.to_owned());
        let names = ["n".to_owned(), "c".to_owned(), "k".to_owned()];
        let n = Chain { source: 0, steps: Vec::new() };
        let c = Chain { source: 1, steps: Vec::new() };
        let k = Chain { source: 2, steps: Vec::new() };
        let chains = [
            n.then(Step::Fill(2.0)).then(Step::Subtract(1.0)).then(Step::Divide(-4.0)),
            c.then(Step::FillCategory("b".into()))
                .then(Step::Code(codes(vec![text("a"), text("b")], Some(-1.0)))),
            k.then(Step::Code(codes(vec![Cell::Number(3.0), Cell::Number(7.5)], None))),
        ];
        let r = resolved("m", &names, &chains).unwrap();
        assert_eq!(r.columns[0].shape, Shape::Falling);
        assert_eq!(r.columns[0].value(&[f64::NAN]), -0.25);
        assert_eq!((r.fill[0], r.refuses[0], r.reaches[0]), (2.0, false, false));
        let FeatureKind::Category(levels) = &r.kinds[1] else { panic!() };
        assert_eq!(
            (levels.names.as_slice(), levels.unseen),
            (&["a".into(), "b".into()][..], Unseen::Other)
        );
        for (x, code) in [(0.0, 0.0), (1.0, 1.0), (2.0, -1.0), (f64::NAN, 1.0)] {
            assert_eq!(r.columns[1].value(&[0.0, x]), code);
        }
        let FeatureKind::Category(levels) = &r.kinds[2] else { panic!() };
        assert_eq!((levels.code("3.0"), levels.code("7.5")), (Ok(0.0), Ok(1.0)));
        assert!(levels.code("4").is_err());
        assert!(r.refuses[2]);
    }

    #[test]
    fn a_column_is_not_text_and_number_at_once() {
        let n = Chain { source: 0, steps: Vec::new() };
        let text = codes(vec![Cell::Text("a".into())], Some(0.0));
        let chains = [n.clone(), n.then(Step::Code(text))];
        assert_eq!(resolved("m", &["x".into()], &chains).unwrap_err().0[0].code, "M04");
    }
}
