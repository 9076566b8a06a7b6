//! The fields that a file is given: the data dictionary, and what the mining schema does to a value before a model sees
//! it.

use std::collections::{HashMap, HashSet};

use super::expression::{Expression, Outliers, Range, Shared, Type, UNKNOWN};
use super::read::{Meaning, Reader, Refusal, Scope, attribute, bad, no, only, parts};
use super::transformation::{data_type, interval, outliers, value};
use super::tree::same_class;
use super::words::mentioned;
use super::xml::Node;
use crate::model::{FeatureKind, Levels, Unseen};

/// A field of the data dictionary.
#[derive(Debug)]
pub struct DataField<'d> {
    node: Node<'d>,
    /// Its type; none for one that this program does not know, as long as nobody uses it.
    ty: Result<Type, Refusal>,
    /// The values that are valid, if they are listed.
    pub valid: Vec<String>,
    /// Values that count as missing.
    missing: Vec<String>,
    /// Values that are not valid.
    invalid: Vec<String>,
    /// Numbers that are valid, if there are limits.
    ranges: Vec<Range>,
    continuous: bool,
}

/// The data dictionary, by name.
pub type Dictionary<'d> = HashMap<String, DataField<'d>>;

/// What a feature's number must be for there to be a prediction.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Not missing.
    Present,
    /// A whole number.
    Whole,
    /// In one of the ranges, after rounding to single precision if that is the field's type.
    Within(Vec<Range>, bool),
    /// None of these.
    Not(Vec<f64>),
}

impl Condition {
    /// Whether a number is one that the model predicts for.
    pub fn holds(&self, x: f64) -> bool {
        match self {
            Condition::Present => !x.is_nan(),
            _ if x.is_nan() => true,
            Condition::Whole => x.fract() == 0.0,
            Condition::Within(ranges, single) => {
                let x = if *single { f64::from(x as f32) } else { x };
                ranges.iter().any(|range| range.holds(x))
            }
            Condition::Not(values) => !values.contains(&x),
        }
    }
}

/// The features of a file.
#[derive(Debug, Default)]
pub struct Features {
    /// Names.
    pub names: Vec<String>,
    /// What their cells are.
    pub kinds: Vec<FeatureKind>,
    /// What a missing value becomes; NaN where it stays missing.
    pub fills: Vec<f64>,
    /// What must hold for there to be a prediction.
    pub conditions: Vec<(u32, Condition)>,
}

/// Reads the data dictionary.
pub fn dictionary<'d>(reader: &Reader<'d>, root: Node<'d>) -> Result<Dictionary<'d>, Refusal> {
    let list =
        root.child("DataDictionary").ok_or_else(|| bad("a file without a DataDictionary"))?;
    parts(list, &["DataField", "Taxonomy"])?;
    let fields = reader.all(list.named("DataField"), |node| {
        let field = data_field(reader, node)?;
        Ok((attribute(node, "name")?.into_owned(), field))
    })?;
    let mut dictionary = Dictionary::new();
    for (name, field) in fields {
        if dictionary.contains_key(&name) {
            return Err(bad(format!("the DataField `{name}` twice")));
        }
        dictionary.insert(name, field);
    }
    Ok(dictionary)
}

/// Reads a field of the data dictionary.
fn data_field<'d>(reader: &Reader<'d>, node: Node<'d>) -> Result<DataField<'d>, Refusal> {
    let ty = data_type(node).and_then(|ty| ty.ok_or_else(|| bad("a DataField without `dataType`")));
    parts(node, &["Value", "Interval"])?;
    only(node, &["name", "displayName", "optype", "dataType", "taxonomy", "isCyclic"])?;
    let (mut valid, mut missing, mut invalid) = (vec![], vec![], vec![]);
    for value in node.named("Value") {
        only(value, &["value", "displayValue", "property"])?;
        let text = attribute(value, "value")?.into_owned();
        match value.get("property").as_deref() {
            None | Some("valid") => valid.push(text),
            Some("missing") => missing.push(text),
            Some("invalid") => invalid.push(text),
            Some(other) => return Err(no(format!("the property `{other}` of a Value"))),
        }
    }
    let ranges = node.named("Interval").map(|node| interval(reader, node));
    let ranges = ranges.collect::<Result<_, _>>()?;
    let continuous = node.get("optype").is_some_and(|optype| optype == "continuous");
    Ok(DataField { node, ty, valid, missing, invalid, ranges, continuous })
}

/// The classes of a target field: its valid values in their order; of a boolean false and true.
pub fn classes(field: &DataField<'_>) -> Vec<String> {
    match (&field.valid, &field.ty) {
        (valid, Ok(Type::Boolean)) if valid.is_empty() => vec!["false".into(), "true".into()],
        (valid, _) => valid.clone(),
    }
}

/// What a field of the mining schema is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// The model sees it.
    Active,
    /// The model predicts it.
    Target,
    /// Neither.
    Other,
}

/// A field's usage.
pub fn usage(node: Node<'_>) -> Result<Usage, Refusal> {
    match node.get("usageType").as_deref() {
        None | Some("active") => Ok(Usage::Active),
        Some("target" | "predicted") => Ok(Usage::Target),
        Some("supplementary" | "group" | "order" | "analysisWeight") => Ok(Usage::Other),
        Some("frequencyWeight") => Ok(Usage::Other),
        Some(other) => Err(no(format!("the usageType `{other}`"))),
    }
}

const SCHEMA: [&str; 12] = [
    "name",
    "usageType",
    "optype",
    "importance",
    "outliers",
    "lowValue",
    "highValue",
    "missingValueReplacement",
    "missingValueTreatment",
    "invalidValueTreatment",
    "invalidValueReplacement",
    "displayName",
];

/// Adds the active fields of the first mining schema to the features and to the names.
pub fn features<'d>(
    reader: &Reader<'d>,
    scope: &Scope<'_, 'd>,
    root: Node<'d>,
    dictionary: &Dictionary<'d>,
    schema: Node<'d>,
) -> Result<Features, Refusal> {
    let mut features = Features::default();
    parts(schema, &["MiningField"])?;
    let number = |field: &str| {
        let of = dictionary.get(field).and_then(|of| of.ty.as_ref().ok());
        of.is_some_and(|ty| ty.is_number())
    };
    let mentioned = mentioned(root, number);
    let mut known = HashSet::new();
    reader.all(schema.named("MiningField"), |node| {
        only(node, &SCHEMA)?;
        if usage(node)? != Usage::Active {
            return Ok(());
        }
        let name = attribute(node, "name")?.into_owned();
        if !known.insert(name.clone()) {
            return Err(bad(format!("the MiningField `{name}` twice")));
        }
        let read = active(reader, node, dictionary, &mentioned, &mut features);
        // Who refers to a field that is refused is refused for that.
        let meaning = match &read {
            Ok(value) => Meaning::Value(value.clone()),
            Err(refusal) => Meaning::Refused(refusal.clone()),
        };
        scope.put(name, meaning);
        read.map(|_| ())
    })?;
    Ok(features)
}

/// Adds an active field to the features; its value.
fn active(
    reader: &Reader<'_>,
    node: Node<'_>,
    dictionary: &Dictionary<'_>,
    mentioned: &HashMap<String, Vec<String>>,
    features: &mut Features,
) -> Result<Shared, Refusal> {
    let name = attribute(node, "name")?.into_owned();
    let field = dictionary.get(&name);
    let field =
        field.ok_or_else(|| bad(format!("the MiningField `{name}` without a DataField")))?;
    let feature = features.names.len() as u32;
    features.names.push(name.clone());
    let ty = field.ty.clone()?;
    let words = mentioned.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
    let (kind, given) = given(reader, field, node, feature, ty, words, &mut features.conditions)?;
    features.kinds.push(kind);
    let treated = treated(reader, node, given)?;
    if node.get("missingValueTreatment").is_some_and(|how| how == "returnInvalid") {
        features.conditions.push((feature, Condition::Present));
    }
    features.fills.push(treated.of(&|_| f64::NAN));
    Ok(treated)
}

/// What a feature's cells are, and the value that its number stands for, before missing values and outliers are treated.
fn given(
    reader: &Reader<'_>,
    field: &DataField<'_>,
    schema: Node<'_>,
    feature: u32,
    ty: Type,
    words: &[String],
    conditions: &mut Vec<(u32, Condition)>,
) -> Result<(FeatureKind, Shared), Refusal> {
    let invalid = schema.get("invalidValueTreatment");
    let invalid = invalid.as_deref().unwrap_or("returnInvalid");
    let unseen = match invalid {
        "returnInvalid" => Unseen::Refused,
        "asIs" | "asValue" => Unseen::Other,
        "asMissing" => Unseen::Missing,
        other => return Err(no(format!("the invalidValueTreatment `{other}`"))),
    };
    let replacement = match schema.get("invalidValueReplacement") {
        Some(text) if unseen == Unseen::Other => Some(reader.literal(&text, ty)?),
        _ if invalid == "asValue" => {
            return Err(bad("invalidValueTreatment `asValue` without a value"));
        }
        _ => None,
    };
    let listed = !field.valid.is_empty();
    let limited = listed || !(field.ranges.is_empty() && field.invalid.is_empty());
    if unseen == Unseen::Other && replacement.is_none() && limited {
        reader.unchecked(feature);
    }
    if ty.is_number() && (!listed || (unseen == Unseen::Other && replacement.is_none())) {
        return numbers(reader, field, feature, ty, unseen, replacement, conditions);
    }
    // Categories: those that are valid, where all others are as they are also those that the file knows otherwise.
    let mut names: Vec<String> = field.valid.clone();
    let mut more: Vec<&String> = field.missing.iter().collect();
    if unseen == Unseen::Other || !listed {
        more.extend(&field.invalid);
        more.extend(words);
    }
    let mut known: HashSet<String> = names.iter().cloned().collect();
    for name in more {
        if known.insert(name.clone()) {
            names.push(name.clone());
        }
    }
    let mut values = vec![];
    for name in &names {
        values.push(reader.literal(name, ty)?);
    }
    if ty == Type::Boolean {
        names.clear();
        values.clear();
        for (word, value) in [("false", 0.0), ("true", 1.0), ("False", 0.0), ("True", 1.0)]
            .into_iter()
            .chain([("FALSE", 0.0), ("TRUE", 1.0), ("0", 0.0), ("1", 1.0)])
        {
            names.push(word.to_owned());
            values.push(value);
        }
    }
    let unseen = match unseen {
        // Any text is valid where no valid ones are listed.
        Unseen::Refused | Unseen::Missing if !listed && ty == Type::Text => Unseen::Other,
        Unseen::Other if ty == Type::Boolean => Unseen::Refused,
        unseen => unseen,
    };
    if unseen == Unseen::Other && replacement.is_none() {
        reader.opened(feature);
    }
    values.push(replacement.unwrap_or(if ty == Type::Text { UNKNOWN } else { f64::NAN }));
    if let (Some(replacement), true) = (replacement, listed) {
        // What the file knows otherwise is not valid either.
        let valid = field.valid.len() + field.missing.len();
        values.iter_mut().skip(valid).for_each(|value| *value = replacement);
    }
    let level = value(Expression::Level(feature, values), ty)?;
    let level = without(reader, field, level)?;
    let numeric = ty.is_number();
    Ok((FeatureKind::Category(Levels { names, numeric, unseen }), level))
}

/// A feature whose cells are numbers.
fn numbers(
    reader: &Reader<'_>,
    field: &DataField<'_>,
    feature: u32,
    ty: Type,
    unseen: Unseen,
    replacement: Option<f64>,
    conditions: &mut Vec<(u32, Condition)>,
) -> Result<(FeatureKind, Shared), Refusal> {
    let raw = value(Expression::Raw(feature), ty)?;
    let raw = if ty == Type::Float { value(Expression::Single(raw), ty)? } else { raw };
    let mut of = without(reader, field, raw)?;
    if ty == Type::Integer {
        conditions.push((feature, Condition::Whole));
    }
    if replacement.is_some() && !(field.ranges.is_empty() && field.invalid.is_empty()) {
        return Err(no("a value in the place of numbers that are not valid"));
    }
    if !field.ranges.is_empty() && field.continuous {
        match unseen {
            Unseen::Other => {}
            Unseen::Refused => {
                let ranges = field.ranges.clone();
                conditions.push((feature, Condition::Within(ranges, ty == Type::Float)));
            }
            Unseen::Missing => match field.ranges.as_slice() {
                [range] => of = value(Expression::Limited(of, *range, Outliers::Missing), ty)?,
                _ => return Err(no("several Intervals, with numbers outside them as missing")),
            },
        }
    }
    let mut invalid = vec![];
    for text in &field.invalid {
        invalid.push(reader.literal(text, ty)?);
    }
    match unseen {
        _ if invalid.is_empty() => {}
        Unseen::Other => {}
        Unseen::Refused => conditions.push((feature, Condition::Not(invalid))),
        Unseen::Missing => of = value(Expression::Without(of, invalid), ty)?,
    }
    Ok((FeatureKind::Number, of))
}

/// A value without those that count as missing.
fn without(reader: &Reader<'_>, field: &DataField<'_>, of: Shared) -> Result<Shared, Refusal> {
    if field.missing.is_empty() {
        return Ok(of);
    }
    let ty = of.ty;
    let mut values = vec![];
    for text in &field.missing {
        // A word for missing in a column of numbers is no number in the table either.
        match reader.literal(text, ty) {
            Ok(value) => values.push(value),
            Err(_) if ty.is_number() => {}
            Err(refusal) => return Err(refusal),
        }
    }
    if values.is_empty() {
        return Ok(of);
    }
    value(Expression::Without(of, values), ty)
}

/// A field's value after outliers and missing values have been treated.
fn treated(reader: &Reader<'_>, schema: Node<'_>, of: Shared) -> Result<Shared, Refusal> {
    let ty = of.ty;
    let mut of = of;
    let how = outliers(schema, "outliers")?;
    if how != Outliers::AsIs {
        if !ty.is_number() {
            return Err(no("outliers of values that are no numbers"));
        }
        let range = Range {
            low: reader.number_or(schema, "lowValue", f64::NEG_INFINITY)?,
            high: reader.number_or(schema, "highValue", f64::INFINITY)?,
        };
        of = value(Expression::Limited(of, range, how), ty)?;
        if ty == Type::Float {
            of = value(Expression::Single(of), ty)?;
        }
    }
    match schema.get("missingValueTreatment").as_deref() {
        None | Some("asIs" | "asMean" | "asMode" | "asMedian" | "asValue" | "returnInvalid") => {}
        Some(other) => return Err(no(format!("the missingValueTreatment `{other}`"))),
    }
    if let Some(text) = schema.get("missingValueReplacement") {
        let fill = reader.literal(&text, ty)?;
        of = value(Expression::Filled(of, fill), ty)?;
    }
    Ok(of)
}

/// The treatments of a nested model's mining schema, of the values that the model around it has.
pub fn nested<'d>(
    reader: &Reader<'d>,
    outer: &Scope<'_, 'd>,
    scope: &Scope<'_, 'd>,
    schema: Node<'d>,
) -> Result<(), Refusal> {
    reader.all(schema.named("MiningField"), |node| {
        only(node, &SCHEMA)?;
        if usage(node)? != Usage::Active {
            return Ok(());
        }
        match node.get("invalidValueTreatment").as_deref() {
            None | Some("returnInvalid" | "asIs") => {}
            Some(other) => {
                return Err(no(format!(
                    "the invalidValueTreatment `{other}` of a model in another"
                )));
            }
        }
        if node.get("missingValueTreatment").is_some_and(|how| how == "returnInvalid") {
            return Err(no("the missingValueTreatment `returnInvalid` of a model in another"));
        }
        if node.get("missingValueReplacement").is_none()
            && node.get("outliers").is_none_or(|how| how == "asIs")
        {
            return Ok(());
        }
        let name = attribute(node, "name")?;
        let of = outer.value(reader, &name)?;
        scope.put(name.into_owned(), Meaning::Value(treated(reader, node, of)?));
        Ok(())
    })?;
    Ok(())
}

/// The place of a class among others, by its name.
pub fn class_place(classes: &[String], name: &str) -> Option<usize> {
    classes.iter().position(|class| same_class(class, name))
}

impl DataField<'_> {
    /// The values are ordered.
    pub fn is_ordinal(&self) -> bool {
        self.node.get("optype").is_some_and(|optype| optype == "ordinal")
    }
}
