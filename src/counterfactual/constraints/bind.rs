//! Constraints held against a model and a background: which features may become what.

use std::collections::BTreeMap;

use ndarray::ArrayView2;

use super::super::choices::multiple;
use super::super::{Adjustable, AdjustableKind, Dependent, Direction};
use super::{Constraints, Rule, Value};
use crate::fault::{Checked, Fault, Faults};
use crate::model::{FeatureKind, ModelCard};

/// Decimal places that a column's values are looked through for.
const MOST_DECIMALS: i32 = 4;
/// Steps into which the range of a number is divided that has neither steps nor decimals of its own, where a model needs
/// steps.
const DIVISIONS: f64 = 1000.0;
/// Most values of a number that others move with, and most patterns of a group.
const MOST_VALUES: f64 = 10_000.0;

/// What may change.
#[derive(Clone, Debug, Default)]
pub struct Bound {
    /// Features that may change on their own.
    pub adjustable: Vec<Adjustable>,
    /// Name of each adjustable feature: a feature's, or a group's.
    pub names: Vec<String>,
    /// Columns that move with others.
    pub dependents: Vec<Dependent>,
}

/// What is known of the values of a feature.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The texts of a category's codes, by the bits of the code; none for numbers.
    pub texts: BTreeMap<u64, String>,
}

impl Named {
    /// The code of a text.
    fn code(&self, text: &str) -> Option<f64> {
        let found = self.texts.iter().find(|(_, known)| *known == text);
        found.map(|(bits, _)| f64::from_bits(*bits))
    }
}

/// The values of a column in the background.
struct Column {
    /// Ascending, each once, without missing ones.
    values: Vec<f64>,
    deviation: f64,
}

impl Column {
    fn of(background: ArrayView2<f64>, column: usize) -> Self {
        let known: Vec<f64> =
            background.column(column).iter().copied().filter(|x| x.is_finite()).collect();
        let n = known.len().max(1) as f64;
        let mean = known.iter().sum::<f64>() / n;
        let deviation = (known.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
        let mut values = known;
        values.sort_by(f64::total_cmp);
        values.dedup();
        Column { values, deviation }
    }

    /// The coarsest of the steps 1, 0.1, 0.01, … that all values are multiples of.
    fn step(&self) -> Option<f64> {
        (0..=MOST_DECIMALS).map(|d| 10f64.powi(-d)).find(|step| {
            self.values.iter().all(|x| x.abs() < 1e12 && multiple(*step, (x / step).round()) == *x)
        })
    }
}

impl Constraints {
    /// What may change of a model's cases: the model's features in order, groups in the place of their first column.
    /// `background` has the model's columns; `named` one entry a feature; `needs_steps` for models in which every value
    /// of a number has a score of its own.
    ///
    /// # Errors
    /// R46, one a contradiction, all of them.
    pub fn bind<'a>(
        &'a self,
        card: &'a ModelCard,
        background: ArrayView2<'a, f64>,
        named: &'a [Named],
        needs_steps: bool,
    ) -> Checked<Bound> {
        let mut binding = Binding {
            rules: self,
            card,
            background,
            named,
            needs_steps,
            faults: Faults::default(),
            bound: Bound::default(),
        };
        binding.check_names();
        binding.groups();
        binding.singles();
        binding.dependents();
        let Binding { faults, bound, .. } = binding;
        faults.or(bound)
    }
}

struct Binding<'a> {
    rules: &'a Constraints,
    card: &'a ModelCard,
    background: ArrayView2<'a, f64>,
    named: &'a [Named],
    needs_steps: bool,
    faults: Faults,
    bound: Bound,
}

impl Binding<'_> {
    fn fault(&mut self, feature: &str, found: String, expected: &str) {
        self.faults.push(Fault::new(
            "R46",
            self.rules.place(feature),
            found,
            expected,
            "Correct the constraints of this feature.",
        ));
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.card.features.iter().position(|feature| feature == name)
    }

    fn grouped(&self, name: &str) -> bool {
        self.rules.groups.values().flatten().any(|column| column == name)
    }

    fn check_names(&mut self) {
        for name in self.rules.features.keys() {
            if self.column(name).is_none() && !self.rules.groups.contains_key(name) {
                let expected = "a feature of the model or a group of this file";
                self.fault(name, format!("the name `{name}`"), expected);
            } else if self.grouped(name) {
                let expected = "constraints of the group, not of its columns";
                self.fault(name, format!("`{name}`, which is in a group"), expected);
            }
        }
        let mut seen: Vec<&String> = Vec::new();
        for (group, columns) in &self.rules.groups {
            if self.column(group).is_some() {
                self.fault(
                    group,
                    format!("a group of the name `{group}`"),
                    "a name that no feature has",
                );
            }
            for column in columns {
                let number = self.column(column).map(|c| self.card.kind(c).clone());
                if number != Some(FeatureKind::Number) {
                    let expected = "columns of the model that are numbers";
                    self.fault(group, format!("the column `{column}`"), expected);
                }
                if seen.contains(&column) {
                    self.fault(
                        group,
                        format!("`{column}` twice"),
                        "each column in one group, once",
                    );
                }
                seen.push(column);
            }
            if columns.is_empty() {
                self.fault(group, "no columns".to_owned(), "the columns of one category");
            }
        }
    }

    fn push(&mut self, name: &str, adjustable: Adjustable) {
        self.bound.adjustable.push(adjustable);
        self.bound.names.push(name.to_owned());
    }

    fn groups(&mut self) {
        for (group, names) in &self.rules.groups {
            let columns: Vec<usize> = names.iter().filter_map(|name| self.column(name)).collect();
            let rule = self.rules.features.get(group).cloned().unwrap_or_default();
            if rule.has_more_than_immutable() {
                self.fault(
                    group,
                    "more than `immutable`".to_owned(),
                    "at most `immutable` for a group",
                );
            }
            if rule.immutable || columns.len() < names.len() || columns.is_empty() {
                continue;
            }
            let mut codes: Vec<Vec<f64>> = Vec::new();
            for row in self.background.rows() {
                let code: Vec<f64> =
                    columns.iter().map(|c| row.get(*c).copied().unwrap_or(f64::NAN)).collect();
                if code.iter().all(|x| x.is_finite()) && !codes.contains(&code) {
                    codes.push(code);
                }
            }
            if codes.len() as f64 > MOST_VALUES {
                let found = format!("{} patterns of the background", codes.len());
                self.fault(group, found, "one-hot columns, with at most 10000 patterns");
                continue;
            }
            codes.sort_by(|a, b| b.partial_cmp(a).unwrap_or(std::cmp::Ordering::Equal));
            let kind = AdjustableKind::OneHot { codes };
            let free = Adjustable {
                columns,
                kind,
                direction: Direction::Any,
                min: f64::NEG_INFINITY,
                max: f64::INFINITY,
                scale: 0.0,
                weight: 1.0,
            };
            self.push(group, free);
        }
    }

    /// Features that others move with.
    fn drivers(&self) -> Vec<String> {
        let dependent = self.rules.features.values().filter_map(|rule| rule.depends_on.as_ref());
        dependent.flat_map(|on| on.terms()).map(|(name, _)| name).collect()
    }

    fn singles(&mut self) {
        let drivers = self.drivers();
        for (column, name) in self.card.features.iter().enumerate() {
            let rule = self.rules.features.get(name).cloned().unwrap_or_default();
            if self.grouped(name) || rule.depends_on.is_some() {
                continue;
            }
            let found = match self.card.kind(column) {
                FeatureKind::Number => self.number(column, name, &rule, drivers.contains(name)),
                _ => self.category(column, name, &rule),
            };
            if let Some(adjustable) = found.filter(|_| !rule.immutable) {
                self.push(name, adjustable);
            }
        }
    }

    fn category(&mut self, column: usize, name: &str, rule: &Rule) -> Option<Adjustable> {
        let ordered = [rule.min, rule.max, rule.step].iter().any(Option::is_some);
        if ordered || rule.integer || rule.direction.is_some() {
            let found = "a limit for a category".to_owned();
            self.fault(name, found, "`immutable` or `values`, because categories have no order");
            return None;
        }
        let mut values = Column::of(self.background, column).values;
        if let Some(listed) = &rule.values {
            values = self.listed(column, name, listed);
        }
        Some(Adjustable {
            columns: vec![column],
            kind: AdjustableKind::Codes { values },
            direction: Direction::Any,
            min: f64::NEG_INFINITY,
            max: f64::INFINITY,
            scale: 0.0,
            weight: 1.0,
        })
    }

    /// The numbers of `values`; names are looked up among those of data and background.
    fn listed(&mut self, column: usize, name: &str, listed: &[Value]) -> Vec<f64> {
        let mut values = Vec::with_capacity(listed.len());
        if listed.is_empty() {
            let expected = "at least one value, or `immutable = true`";
            self.fault(name, "`values` without any".to_owned(), expected);
        }
        for value in listed {
            let named = self.named.get(column).filter(|named| !named.texts.is_empty());
            let found = match (value, named) {
                (Value::Number(x), None) => x.is_finite().then_some(*x),
                (Value::Number(x), Some(named)) => named.code(&crate::table::shortest(*x)),
                (Value::Truth(truth), None) => Some(f64::from(u8::from(*truth))),
                (Value::Truth(truth), Some(named)) => {
                    named.code(if *truth { "True" } else { "False" })
                }
                (Value::Name(text), Some(named)) => named.code(text),
                (Value::Name(_), None) => None,
            };
            match found {
                Some(x) => values.push(x),
                None => {
                    let expected = match named {
                        Some(_) => {
                            "names of categories that the model, the data or the background have"
                        }
                        None => "numbers, because this column is one",
                    };
                    self.fault(name, format!("the value {value}"), expected);
                }
            }
        }
        values
    }

    /// Smallest and largest new value: of the rule within those of the background.
    fn range(&mut self, name: &str, rule: &Rule, least: f64, most: f64) -> Option<(f64, f64)> {
        let min = rule.min.unwrap_or(f64::NEG_INFINITY);
        let max = rule.max.unwrap_or(f64::INFINITY);
        let within = (min.max(least), max.min(most));
        if within.0 <= within.1 && !min.is_nan() && !max.is_nan() {
            return Some(within);
        }
        let ends = [("min", rule.min), ("max", rule.max)].into_iter();
        let asked: Vec<String> =
            ends.filter_map(|(end, x)| Some(format!("{end} {}", x?))).collect();
        let expected = format!("a range that meets the background's, {least} to {most}");
        self.fault(name, asked.join(", "), &expected);
        None
    }

    fn number(
        &mut self,
        column: usize,
        name: &str,
        rule: &Rule,
        drives: bool,
    ) -> Option<Adjustable> {
        let known = Column::of(self.background, column);
        let (Some(least), Some(most)) = (known.values.first(), known.values.last()) else {
            // Nothing is known of a column without values: it stays as it is.
            return None;
        };
        let (min, max) = self.range(name, rule, *least, *most)?;
        let step = match (rule.step, rule.integer) {
            (Some(step), _) if !(step > 0.0 && step.is_finite()) => {
                self.fault(name, format!("the step {step}"), "a step above 0");
                return None;
            }
            (Some(step), true) if step.fract() != 0.0 => {
                self.fault(name, format!("whole numbers in steps of {step}"), "a whole step");
                return None;
            }
            (Some(step), _) => Some(step),
            (None, true) => Some(1.0),
            (None, false) => known.step(),
        };
        if let Some(asked) = step.filter(|_| rule.step.is_some() || rule.integer)
            && rule.values.is_none()
            && multiple(asked, (max / asked).floor()) < min
            && multiple(asked, (min / asked).ceil()) > max
        {
            let found = format!("steps of {asked} from {min} to {max}");
            self.fault(name, found, "a range that has a multiple of the step");
            return None;
        }
        let range = most - least;
        let step = match step {
            None if (self.needs_steps || drives) && range > 0.0 => {
                Some(10f64.powf((range / DIVISIONS).log10().floor()))
            }
            step => step,
        };
        let mut kind = AdjustableKind::Number { step };
        if let Some(listed) = &rule.values {
            if rule.step.is_some() {
                self.fault(name, "`values` and `step`".to_owned(), "one of the two");
            }
            let listed = self.listed(column, name, listed);
            let mut values = listed.clone();
            values.retain(|x| (!rule.integer || x.fract() == 0.0) && *x >= min && *x <= max);
            if values.is_empty() && !listed.is_empty() {
                let whole = if rule.integer { "whole numbers " } else { "" };
                let expected = format!("{whole}from {min} to {max}, where the background's are");
                self.fault(name, format!("the values {listed:?}"), &expected);
            }
            kind = AdjustableKind::Codes { values };
        } else if let (true, Some(step)) = (drives, step) {
            // What others move with is tried value by value.
            let (first, last) = ((min / step).floor(), (max / step).ceil());
            if last - first > MOST_VALUES {
                let found = format!("{} values in steps of {step}", last - first);
                self.fault(name, found, "at most 10000 values for a feature that others move with");
                return None;
            }
            let count = (last - first).max(0.0) as u32;
            let values = (0..=count).map(|i| multiple(step, first + f64::from(i)));
            kind = AdjustableKind::Codes { values: values.collect() };
        }
        Some(Adjustable {
            columns: vec![column],
            kind,
            direction: rule.direction.map_or(Direction::Any, Direction::from),
            min,
            max,
            scale: known.deviation,
            weight: 1.0,
        })
    }

    /// Why a column cannot move with a feature; none where it can.
    fn driver_trouble(&self, name: &str, driver: &str, units: f64) -> Option<String> {
        let rule = self.rules.features.get(driver);
        let trouble = match self.column(driver) {
            _ if driver == name => "itself".to_owned(),
            None => format!("`{driver}`, which the model does not have"),
            Some(_) if self.grouped(driver) => format!("`{driver}`, which is in a group"),
            Some(c) if *self.card.kind(c) != FeatureKind::Number => {
                format!("`{driver}`, a category")
            }
            Some(_) if rule.is_some_and(|rule| rule.depends_on.is_some()) => {
                format!("`{driver}`, which depends on others")
            }
            Some(_) if !units.is_finite() => format!("{units} units of `{driver}`"),
            Some(_) => return None,
        };
        Some(trouble)
    }

    fn dependents(&mut self) {
        for (name, rule) in &self.rules.features {
            let Some(on) = &rule.depends_on else { continue };
            let Some(column) = self.column(name) else { continue };
            if rule.direction.is_some()
                || rule.step.is_some()
                || rule.values.is_some()
                || rule.integer
            {
                let found = "`depends_on` with a rule of its own values".to_owned();
                self.fault(
                    name,
                    found,
                    "`min` and `max` at most: the features named decide the value",
                );
            }
            if *self.card.kind(column) != FeatureKind::Number || self.grouped(name) {
                self.fault(name, "a category that depends".to_owned(), "a number");
                continue;
            }
            let mut terms = Vec::new();
            if on.terms().is_empty() {
                let expected = "the names of the features that it moves with";
                self.fault(name, "`depends_on` without names".to_owned(), expected);
            }
            for (driver, factor) in on.terms() {
                if let Some(trouble) = self.driver_trouble(name, &driver, factor) {
                    let expected =
                        "numbers of the model that do not depend on others, with finite units";
                    self.fault(name, format!("`depends_on` with {trouble}"), expected);
                    continue;
                }
                // One that may not change moves nothing.
                let at = self.bound.names.iter().position(|known| *known == driver);
                terms.extend(at.map(|at| (at, factor)));
            }
            let known = Column::of(self.background, column);
            if terms.is_empty() || rule.immutable {
                continue;
            }
            let (least, most) = (known.values.first(), known.values.last());
            let (least, most) =
                (least.copied().unwrap_or(f64::MIN), most.copied().unwrap_or(f64::MAX));
            let Some((min, max)) = self.range(name, rule, least, most) else { continue };
            self.bound.dependents.push(Dependent { column, terms, min, max });
        }
    }
}

impl Rule {
    fn has_more_than_immutable(&self) -> bool {
        self.direction.is_some()
            || self.integer
            || self.min.is_some()
            || self.max.is_some()
            || self.step.is_some()
            || self.values.is_some()
            || self.depends_on.is_some()
    }
}
