//! The values that a PMML file computes: fields, constants, transformations, and models whose results others use.
//!
//! Every value is a double and NaN is missing. A text is its place among the file's texts ([`Texts`]), a boolean 0 or 1.
//! A value of type float has been rounded to single precision, so that what is compared is what the file compares.

use std::collections::HashMap;
use std::sync::Arc;

use super::function::Function;
use super::predicate::Predicate;
use super::score::Scored;
use crate::model::{EncodedColumn, Rule, Shape};

/// The code of a text that the file does not know; it equals no other.
pub const UNKNOWN: f64 = -1.0;

/// Steps of the largest expression, with all that it refers to, that is accepted.
const LARGEST: u64 = 200_000;

/// Expressions inside expressions that are accepted.
const DEEPEST: u32 = 300;

/// What something needs: features, steps, levels of expressions.
#[derive(Debug, Default)]
pub struct Extent {
    /// Features.
    pub sources: Vec<u32>,
    /// Steps.
    pub size: u64,
    /// Levels.
    pub depth: u32,
}

impl Extent {
    /// What a value needs, too.
    pub fn see(&mut self, value: &Value) {
        self.sources.extend(&value.sources);
        self.size = self.size.saturating_add(value.size);
        self.depth = self.depth.max(value.depth);
        // Features are few; what refers to them is not.
        if self.sources.len() > 4096 {
            self.sources.sort_unstable();
            self.sources.dedup();
        }
    }
}

/// A field's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Double precision.
    Double,
    /// Single precision.
    Float,
    /// Whole numbers.
    Integer,
    /// Texts.
    Text,
    /// True and false.
    Boolean,
}

impl Type {
    /// The type that a file names.
    pub fn named(name: &str) -> Option<Type> {
        Some(match name {
            "double" => Type::Double,
            "float" => Type::Float,
            "integer" => Type::Integer,
            "string" => Type::Text,
            "boolean" => Type::Boolean,
            _ => return None,
        })
    }

    /// Whether values of this type are numbers.
    pub fn is_number(self) -> bool {
        matches!(self, Type::Double | Type::Float | Type::Integer)
    }
}

/// The texts of a file.
#[derive(Debug, Default)]
pub struct Texts {
    codes: HashMap<String, u32>,
    texts: Vec<String>,
}

impl Texts {
    /// A text's code.
    pub fn code(&mut self, text: &str) -> f64 {
        if let Some(code) = self.codes.get(text) {
            return f64::from(*code);
        }
        let next = self.texts.len() as u32;
        self.codes.insert(text.to_owned(), next);
        self.texts.push(text.to_owned());
        f64::from(next)
    }

    /// The text that a code is of.
    pub fn text(&self, code: f64) -> Option<&str> {
        if code < 0.0 { None } else { self.texts.get(code as usize).map(String::as_str) }
    }

    /// A literal of the file as a value of a type.
    ///
    /// # Errors
    /// A clause: no value of the type.
    pub fn literal(&mut self, text: &str, ty: Type) -> Result<f64, String> {
        let cell = text.trim();
        let bad = || format!("`{text}` where a number should be");
        match ty {
            Type::Text => Ok(self.code(text)),
            Type::Double | Type::Integer => number(cell).ok_or_else(bad),
            // Rounded once, from the digits.
            Type::Float => {
                let value: f32 = cell.parse().map_err(|_| bad())?;
                if value.is_nan() { Err(bad()) } else { Ok(f64::from(value)) }
            }
            Type::Boolean => match cell.to_ascii_lowercase().as_str() {
                "true" | "1" | "1.0" => Ok(1.0),
                "false" | "0" | "0.0" => Ok(0.0),
                _ => Err(format!("`{text}` where true or false should be")),
            },
        }
    }
}

/// A number that is one.
pub fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|x| !x.is_nan())
}

/// What to do with a number outside its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outliers {
    /// It stays; a piecewise line goes on.
    AsIs,
    /// It is missing.
    Missing,
    /// It becomes the limit.
    Extreme,
}

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The least number, included.
    pub low: f64,
    /// The largest, included.
    pub high: f64,
}

impl Range {
    /// Whether a number is in it.
    pub fn holds(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }
}

/// How a value comes about.
#[derive(Debug)]
pub enum Expression {
    /// A feature's number.
    Raw(u32),
    /// The value of a feature's category, by its place; the last is that of a category that the file does not know.
    Level(u32, Vec<f64>),
    /// A constant.
    Constant(f64),
    /// The same value as one of another type.
    Same(Shared),
    /// Rounded to single precision.
    Single(Shared),
    /// Another value where this one is missing.
    Filled(Shared, f64),
    /// Limits.
    Limited(Shared, Range, Outliers),
    /// Values that count as missing.
    Without(Shared, Vec<f64>),
    /// A function of values.
    Apply(Function, Vec<Shared>),
    /// A piecewise line through points.
    Line(Shared, Vec<(f64, f64)>, Outliers),
    /// 1 for one value, 0 for others.
    Indicator(Shared, f64),
    /// A value a range of numbers, and for all others.
    Bins(Shared, Vec<(Range, f64)>, f64),
    /// A value a combination of values, and for all others.
    Table(Vec<Shared>, Vec<(Vec<f64>, f64)>, f64),
    /// A model's result.
    Model(Arc<Scored>, usize),
    /// The first value where a predicate is true, else the second.
    Where(Arc<Predicate>, Shared, Shared),
}

/// A value with its type, its features, and the work it makes.
#[derive(Debug)]
pub struct Value {
    /// How it comes about.
    pub expression: Expression,
    /// Its type.
    pub ty: Type,
    /// Features that it depends on, ascending.
    pub sources: Vec<u32>,
    /// How many steps it takes.
    pub size: u64,
    /// How many levels of expressions it has.
    pub depth: u32,
}

/// A value that others refer to.
pub type Shared = Arc<Value>;

/// A row: a feature's number.
pub type Row<'a> = &'a dyn Fn(u32) -> f64;

impl Value {
    /// A value.
    ///
    /// # Errors
    /// A clause: more steps than are accepted.
    pub fn new(expression: Expression, ty: Type) -> Result<Shared, String> {
        let mut extent = Extent::default();
        match &expression {
            Expression::Raw(feature) | Expression::Level(feature, _) => {
                extent.sources.push(*feature);
            }
            Expression::Constant(_) => {}
            Expression::Same(of)
            | Expression::Single(of)
            | Expression::Filled(of, _)
            | Expression::Limited(of, ..)
            | Expression::Without(of, _)
            | Expression::Line(of, ..)
            | Expression::Indicator(of, _)
            | Expression::Bins(of, ..) => extent.see(of),
            Expression::Apply(_, of) | Expression::Table(of, ..) => {
                of.iter().for_each(|of| extent.see(of));
            }
            Expression::Model(scored, _) => scored.extent(&mut extent),
            Expression::Where(predicate, then, other) => {
                predicate.extent(&mut extent);
                extent.see(then);
                extent.see(other);
            }
        }
        let Extent { mut sources, size, depth } = extent;
        let (size, depth) = (size.saturating_add(1), depth + 1);
        if size > LARGEST {
            return Err(format!("an expression of more than {LARGEST} steps"));
        }
        if depth > DEEPEST {
            return Err(format!("an expression of more than {DEEPEST} levels"));
        }
        sources.sort_unstable();
        sources.dedup();
        Ok(Arc::new(Value { expression, ty, sources, size, depth }))
    }

    /// A constant.
    pub fn constant(value: f64, ty: Type) -> Shared {
        let expression = Expression::Constant(value);
        Arc::new(Value { expression, ty, sources: vec![], size: 1, depth: 1 })
    }

    /// The value for a row.
    pub fn of(&self, row: Row<'_>) -> f64 {
        match &self.expression {
            Expression::Raw(feature) => row(*feature),
            Expression::Level(feature, values) => {
                let place = row(*feature);
                if place.is_nan() {
                    return place;
                }
                values.get(place as usize).or(values.last()).copied().unwrap_or(f64::NAN)
            }
            Expression::Constant(value) => *value,
            Expression::Same(of) => of.of(row),
            Expression::Single(of) => f64::from(of.of(row) as f32),
            Expression::Filled(of, value) => {
                let x = of.of(row);
                if x.is_nan() { *value } else { x }
            }
            Expression::Limited(of, range, outliers) => {
                let x = of.of(row);
                match outliers {
                    Outliers::Missing if !range.holds(x) => f64::NAN,
                    Outliers::Extreme if x < range.low => range.low,
                    Outliers::Extreme if x > range.high => range.high,
                    _ => x,
                }
            }
            Expression::Without(of, values) => {
                let x = of.of(row);
                if values.contains(&x) { f64::NAN } else { x }
            }
            Expression::Apply(function, of) => function.of(of, row),
            Expression::Line(of, points, outliers) => line(of.of(row), points, *outliers),
            Expression::Indicator(of, value) => match of.of(row) {
                x if x.is_nan() => x,
                x => f64::from(u8::from(x == *value)),
            },
            Expression::Bins(of, bins, other) => match of.of(row) {
                x if x.is_nan() => x,
                x => bins.iter().find(|(range, _)| range.holds(x)).map_or(*other, |(_, v)| *v),
            },
            Expression::Table(of, rows, other) => {
                let values: Vec<f64> = of.iter().map(|of| of.of(row)).collect();
                if values.iter().any(|x| x.is_nan()) {
                    return f64::NAN;
                }
                rows.iter().find(|(keys, _)| *keys == values).map_or(*other, |(_, value)| *value)
            }
            Expression::Model(scored, output) => {
                scored.values(row).get(*output).copied().unwrap_or(f64::NAN)
            }
            Expression::Where(predicate, then, other) => match predicate.answer(row) {
                Some(true) => then.of(row),
                _ => other.of(row),
            },
        }
    }

    /// How the value moves with its one feature, where that is known.
    fn moves(&self) -> Moves {
        match &self.expression {
            _ if self.sources.is_empty() => Moves::Not,
            Expression::Raw(_) => Moves::Up,
            Expression::Same(of) | Expression::Single(of) | Expression::Filled(of, _) => of.moves(),
            Expression::Limited(of, _, Outliers::Extreme) => of.moves(),
            Expression::Apply(function, of) => {
                let constant = |of: &Shared| of.sources.is_empty().then(|| of.of(&|_| f64::NAN));
                let moves: Vec<(Moves, Option<f64>)> =
                    of.iter().map(|of| (of.moves(), constant(of))).collect();
                function.moves(of, &moves)
            }
            Expression::Line(of, points, Outliers::AsIs | Outliers::Extreme) => {
                let steps = || points.windows(2).map(|w| matches!(w, [a, b] if b.1 > a.1));
                let falls = || points.windows(2).map(|w| matches!(w, [a, b] if b.1 < a.1));
                // More than one piece may miss a step by rounding where two of them meet.
                match (points.len(), steps().all(|s| s), falls().all(|s| s)) {
                    (2, true, _) => of.moves(),
                    (2, _, true) => of.moves().turned(),
                    _ => Moves::Unknown,
                }
            }
            _ => Moves::Unknown,
        }
    }
}

/// A piecewise line's value.
fn line(x: f64, points: &[(f64, f64)], outliers: Outliers) -> f64 {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return f64::NAN };
    if x.is_nan() {
        return x;
    }
    let outside = x < first.0 || x > last.0;
    match outliers {
        Outliers::Missing if outside => return f64::NAN,
        Outliers::Extreme if x < first.0 => return first.1,
        Outliers::Extreme if x > last.0 => return last.1,
        _ => {}
    }
    let piece = points.windows(2).find(|w| matches!(w, [_, b] if x <= b.0));
    match piece.or(points.windows(2).last()) {
        Some([(from, at), (to, then)]) => at + (x - from) / (to - from) * (then - at),
        _ => f64::NAN,
    }
}

/// How a value moves with a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moves {
    /// It does not depend on it.
    Not,
    /// Never down.
    Up,
    /// Never up.
    Down,
    /// Not known.
    Unknown,
}

impl Moves {
    /// The other way.
    pub fn turned(self) -> Moves {
        match self {
            Moves::Up => Moves::Down,
            Moves::Down => Moves::Up,
            other => other,
        }
    }
}

/// A value as the rule of a column.
#[derive(Debug)]
struct Computed(Shared);

impl Rule for Computed {
    fn value(&self, given: &[f64]) -> f64 {
        let sources = &self.0.sources;
        self.0.of(&|feature| {
            let place = sources.binary_search(&feature).ok();
            place.and_then(|place| given.get(place)).copied().unwrap_or(f64::NAN)
        })
    }
}

/// The column that holds a value.
pub fn column(value: &Shared) -> EncodedColumn {
    if let Expression::Raw(feature) = value.expression {
        return EncodedColumn::plain(feature);
    }
    let shape = match value.moves() {
        Moves::Up | Moves::Not => Shape::Rising,
        Moves::Down => Shape::Falling,
        Moves::Unknown => Shape::Any,
    };
    EncodedColumn {
        sources: value.sources.clone(),
        shape,
        rule: Some(Arc::new(Computed(value.clone()))),
    }
}
