//! scikit-learn's preprocessing, by class: what each does with the columns that it gets.

use std::sync::Arc;

use super::archive::Archive;
use super::columns::{Chain, Codes, Step};
use super::npy::Cell;
use super::schema::{Item, Node};
use crate::fault::Checked;
use crate::model::fault::{structure, unsupported};

/// Most columns of a model.
const MOST: usize = 1_000_000;

/// The columns after an object of a pipeline has seen them.
///
/// # Errors
/// M04 for a class or a setting that is not known, by name; M05 for lengths that do not fit.
pub(super) fn transformed(
    archive: &Archive<'_>,
    node: &Node,
    columns: Vec<Chain>,
) -> Checked<Vec<Chain>> {
    let of_sklearn = node.module.starts_with("sklearn.");
    let refuse = |what: String| unsupported(archive.file, what);
    if !of_sklearn {
        return Err(refuse(format!("the class `{}.{}`", node.module, node.class)));
    }
    if let Some(count) = node.attribute("n_features_in_").and_then(Item::cell)
        && count.number() != Some(columns.len() as f64)
    {
        let found = format!("a {} of other columns than the {} it gets", node.class, columns.len());
        return Err(structure(archive.file, found, "columns that fit"));
    }
    let all = |name: &str| exactly(archive, node, name, columns.len());
    let each = |numbers: Vec<f64>, step: fn(f64) -> Step| -> Vec<Chain> {
        columns.iter().zip(numbers).map(|(c, x)| c.then(step(x))).collect()
    };
    let flag = |name: &str| node.flag(name).unwrap_or(true);
    match &*node.class {
        "Pipeline" => {
            let mut columns = columns;
            for step in steps(archive, node)?.into_iter().flatten() {
                columns = transformed(archive, step, columns)?;
            }
            Ok(columns)
        }
        "ColumnTransformer" => column_transformer(archive, node, &columns),
        "FeatureUnion" => {
            if node.attribute("transformer_weights").is_some() {
                return Err(refuse("a FeatureUnion with weights".to_owned()));
            }
            let mut joined = Vec::new();
            let list = archive.attribute(node, "transformer_list")?;
            for entry in archive.list("transformer_list", list)? {
                if let Some(part) = part(archive, entry)? {
                    joined.extend(transformed(archive, part, columns.clone())?);
                } else if matches!(entry_text(archive, entry)?.as_deref(), Some("passthrough")) {
                    joined.extend(columns.iter().cloned());
                }
                limited(archive, joined.len())?;
            }
            Ok(joined)
        }
        "FunctionTransformer" => match node.attribute("func") {
            None => Ok(columns),
            Some(func) => {
                Err(refuse(format!("a FunctionTransformer that calls {}", func.described())))
            }
        },
        "StandardScaler" => {
            let mut columns = columns;
            for (name, is, step) in [
                ("mean_", flag("with_mean"), Step::Subtract as fn(f64) -> Step),
                ("scale_", flag("with_std"), Step::Divide),
            ] {
                if is {
                    let numbers = exactly(archive, node, name, columns.len())?;
                    scales(archive, node, &numbers, name == "scale_")?;
                    columns = columns.iter().zip(numbers).map(|(c, x)| c.then(step(x))).collect();
                }
            }
            Ok(columns)
        }
        "RobustScaler" => {
            let mut columns = columns;
            for (name, is, step) in [
                ("center_", flag("with_centering"), Step::Subtract as fn(f64) -> Step),
                ("scale_", flag("with_scaling"), Step::Divide),
            ] {
                if is {
                    let numbers = exactly(archive, node, name, columns.len())?;
                    scales(archive, node, &numbers, name == "scale_")?;
                    columns = columns.iter().zip(numbers).map(|(c, x)| c.then(step(x))).collect();
                }
            }
            Ok(columns)
        }
        "MaxAbsScaler" => {
            let scale = all("scale_")?;
            scales(archive, node, &scale, true)?;
            let clip = node.flag("clip").unwrap_or(false);
            Ok(each(scale, Step::Divide)
                .into_iter()
                .map(|c| if clip { c.then(Step::Clip(-1.0, 1.0)) } else { c })
                .collect())
        }
        "MinMaxScaler" => {
            let (scale, min) = (all("scale_")?, all("min_")?);
            scales(archive, node, &scale, true)?;
            scales(archive, node, &min, false)?;
            let clip = node.flag("clip").unwrap_or(false);
            let range = archive.numbers(node, "feature_range")?;
            let [low, high] = *range.as_slice() else {
                return Err(structure(archive.file, "a `feature_range`", "two numbers"));
            };
            Ok(columns
                .iter()
                .zip(scale.into_iter().zip(min))
                .map(|(c, (scale, min))| {
                    let scaled = c.then(Step::Multiply(scale)).then(Step::Add(min));
                    if clip { scaled.then(Step::Clip(low, high)) } else { scaled }
                })
                .collect())
        }
        "Binarizer" => {
            let at = archive.number(node, "threshold")?;
            Ok(columns.iter().map(|c| c.then(Step::Above(at))).collect())
        }
        "SimpleImputer" => imputer(archive, node, &columns),
        "MissingIndicator" => indicator(archive, node, &columns),
        "OneHotEncoder" => one_hot(archive, node, &columns),
        "OrdinalEncoder" => ordinal(archive, node, &columns),
        "KBinsDiscretizer" => bins(archive, node, &columns),
        "SelectKBest" | "VarianceThreshold" | "RFE" | "RFECV" | "SelectPercentile" => {
            selected(archive, node, columns)
        }
        other => {
            Err(refuse(format!("the preprocessing `{other}` (class {}.{other})", node.module)))
        }
    }
}

/// The objects of a pipeline; none for a step that lets everything through.
///
/// # Errors
/// M04 for steps that are no list of names and objects.
pub(super) fn steps<'n>(archive: &Archive<'_>, node: &'n Node) -> Checked<Vec<Option<&'n Node>>> {
    let list = archive.attribute(node, "steps")?;
    archive.list("steps", list)?.iter().map(|entry| part(archive, entry)).collect()
}

/// The object of an entry (name, object, …); none if it is `passthrough`, `drop` or `None`.
fn part<'n>(archive: &Archive<'_>, entry: &'n Item) -> Checked<Option<&'n Node>> {
    let entry = archive.list("a step", entry)?;
    match entry.get(1) {
        Some(Item::Node(node)) if &*node.loader != "JsonNode" => Ok(Some(node)),
        Some(item) => match item.cell() {
            Some(Cell::Missing) => Ok(None),
            Some(Cell::Text(text)) if text == "passthrough" || text == "drop" => Ok(None),
            _ => Err(unsupported(archive.file, format!("the step {}", item.described()))),
        },
        None => Err(structure(archive.file, "a step without an object", "a name and an object")),
    }
}

fn entry_text(archive: &Archive<'_>, entry: &Item) -> Checked<Option<String>> {
    Ok(match archive.list("a step", entry)?.get(1).and_then(Item::cell) {
        Some(Cell::Text(text)) => Some(text),
        _ => None,
    })
}

fn limited(archive: &Archive<'_>, count: usize) -> Checked<()> {
    if count > MOST {
        return Err(unsupported(archive.file, format!("more than {MOST} columns")));
    }
    Ok(())
}

/// The numbers of an attribute, one a column.
fn exactly(archive: &Archive<'_>, node: &Node, name: &str, count: usize) -> Checked<Vec<f64>> {
    let numbers = archive.numbers(node, name)?;
    if numbers.len() != count {
        let found = format!("{} numbers in `{name}` of a {}", numbers.len(), node.class);
        return Err(structure(archive.file, found, format!("{count}, one a column")));
    }
    Ok(numbers)
}

/// Scales and shifts are finite; what is divided by is not 0.
fn scales(archive: &Archive<'_>, node: &Node, numbers: &[f64], divides: bool) -> Checked<()> {
    match numbers.iter().find(|x| !x.is_finite() || (divides && **x == 0.0)) {
        Some(x) => Err(unsupported(archive.file, format!("a {} with the scale {x}", node.class))),
        None => Ok(()),
    }
}

fn column_transformer(
    archive: &Archive<'_>,
    node: &Node,
    columns: &[Chain],
) -> Checked<Vec<Chain>> {
    if node.attribute("transformer_weights").is_some() {
        return Err(unsupported(archive.file, "a ColumnTransformer with weights"));
    }
    let Some(places) = node.object("_transformer_to_input_indices") else {
        return Err(unsupported(
            archive.file,
            "a ColumnTransformer that does not say which columns it takes (scikit-learn before 1.0)",
        ));
    };
    let list = archive.attribute(node, "transformers_")?;
    let mut joined = Vec::new();
    for entry in archive.list("transformers_", list)? {
        let cells = archive.list("a transformer", entry)?;
        let Some(Cell::Text(name)) = cells.first().and_then(Item::cell) else {
            return Err(structure(archive.file, "a transformer without a name", "a name"));
        };
        let object = part(archive, entry)?;
        let text = entry_text(archive, entry)?;
        if text.as_deref() == Some("drop") {
            continue;
        }
        let Some(taken) = places.attribute(&name) else {
            let found = format!("the transformer `{name}` without columns");
            return Err(structure(archive.file, found, "the columns that it takes"));
        };
        let taken = archive.array("the columns of a transformer", taken)?.numbers();
        let mut subset = Vec::new();
        for at in taken.unwrap_or_default() {
            let column = (at >= 0.0 && at.fract() == 0.0).then(|| columns.get(at as usize));
            let Some(column) = column.flatten() else {
                let found = format!("the column {at} of {}", columns.len());
                return Err(structure(archive.file, found, "a column"));
            };
            subset.push(column.clone());
        }
        // A transformer of no columns was never fitted, and gives none.
        if subset.is_empty() {
            continue;
        }
        joined.extend(match object {
            Some(object) => transformed(archive, object, subset)?,
            None => subset,
        });
        limited(archive, joined.len())?;
    }
    Ok(joined)
}

fn is_nan_or_none(node: &Node, name: &str) -> bool {
    match node.attribute(name).map(Item::cell) {
        None => true,
        Some(Some(Cell::Number(x))) => x.is_nan(),
        _ => false,
    }
}

fn imputer(archive: &Archive<'_>, node: &Node, columns: &[Chain]) -> Checked<Vec<Chain>> {
    if !is_nan_or_none(node, "missing_values") {
        return Err(unsupported(
            archive.file,
            "a SimpleImputer whose missing values are something else than empty cells",
        ));
    }
    let statistics = archive.array("statistics_", archive.attribute(node, "statistics_")?)?.cells;
    if statistics.len() != columns.len() {
        let found = format!("{} statistics of a SimpleImputer", statistics.len());
        return Err(structure(archive.file, found, format!("{}", columns.len())));
    }
    let mut filled = Vec::with_capacity(columns.len());
    for (column, statistic) in columns.iter().zip(statistics) {
        filled.push(column.then(match statistic {
            Cell::Text(text) => Step::FillCategory(text),
            Cell::Number(x) if x.is_nan() => {
                // Without a single value in training, the column is left out unless told otherwise.
                if node.flag("keep_empty_features").unwrap_or(false) {
                    let what = "a SimpleImputer that keeps a column without values";
                    return Err(unsupported(archive.file, what));
                }
                continue;
            }
            Cell::Number(x) if x.is_finite() => Step::Fill(x),
            Cell::Flag(x) => Step::Fill(f64::from(u8::from(x))),
            Cell::Missing | Cell::Number(_) => {
                return Err(unsupported(archive.file, "a SimpleImputer that fills with no value"));
            }
        }));
    }
    if node.flag("add_indicator").unwrap_or(false) {
        let Some(missing) = node.object("indicator_") else {
            return Err(structure(archive.file, "no `indicator_`", "the columns that are told"));
        };
        filled.extend(indicator(archive, missing, columns)?);
    }
    Ok(filled)
}

fn indicator(archive: &Archive<'_>, node: &Node, columns: &[Chain]) -> Checked<Vec<Chain>> {
    if !is_nan_or_none(node, "missing_values") {
        return Err(unsupported(
            archive.file,
            "a MissingIndicator whose missing values are something else than empty cells",
        ));
    }
    picked(archive, columns, &archive.numbers(node, "features_")?)
        .map(|told| told.iter().map(|c| c.then(Step::IsMissing)).collect())
}

fn picked(archive: &Archive<'_>, columns: &[Chain], places: &[f64]) -> Checked<Vec<Chain>> {
    let at = |place: &f64| {
        let column = (*place >= 0.0 && place.fract() == 0.0).then(|| columns.get(*place as usize));
        column.flatten().cloned().ok_or_else(|| {
            structure(archive.file, format!("the column {place} of {}", columns.len()), "a column")
        })
    };
    places.iter().map(at).collect()
}

/// A column's categories, the code of each, and the code of the group of rare ones.
type Categories = (Vec<Cell>, Vec<f64>, Option<f64>);

/// The codes of each column's categories, rare ones grouped.
fn categories(archive: &Archive<'_>, node: &Node, count: usize) -> Checked<Vec<Categories>> {
    let list = archive.list("categories_", archive.attribute(node, "categories_")?)?;
    if list.len() != count {
        let found = format!("categories of {} columns in a {}", list.len(), node.class);
        return Err(structure(archive.file, found, format!("{count}")));
    }
    let grouped = match node.attribute("_default_to_infrequent_mappings") {
        Some(item) if node.flag("_infrequent_enabled").unwrap_or(false) => {
            archive.list("_default_to_infrequent_mappings", item)?
        }
        _ => &[],
    };
    let mut all = Vec::with_capacity(count);
    for (f, item) in list.iter().enumerate() {
        let levels = archive.array("categories_", item)?.cells;
        let plain: Vec<f64> = (0..levels.len()).map(|i| i as f64).collect();
        let mapping = match grouped.get(f) {
            Some(item) if item.cell() != Some(Cell::Missing) => {
                archive.array("_default_to_infrequent_mappings", item)?.numbers()
            }
            _ => None,
        };
        let (codes, rare) = match mapping {
            None => (plain, None),
            // The group of rare categories has the last code.
            Some(codes) if codes.len() == levels.len() => {
                let last = codes.iter().copied().fold(0.0, f64::max);
                (codes, Some(last))
            }
            // An OrdinalEncoder has no code of a missing value there: it comes last, and has a code of its own.
            Some(mut codes)
                if codes.len() + 1 == levels.len()
                    && &*node.class == "OrdinalEncoder"
                    && levels.last().is_some_and(super::columns::is_missing) =>
            {
                let last = codes.iter().copied().fold(0.0, f64::max);
                codes.push(f64::NAN);
                (codes, Some(last))
            }
            Some(codes) => {
                let found = format!("{} codes of {} categories", codes.len(), levels.len());
                return Err(structure(archive.file, found, "a code a category"));
            }
        };
        all.push((levels, codes, rare));
    }
    Ok(all)
}

fn one_hot(archive: &Archive<'_>, node: &Node, columns: &[Chain]) -> Checked<Vec<Chain>> {
    let all = categories(archive, node, columns.len())?;
    let drop =
        match node.attribute("_drop_idx_after_grouping").or_else(|| node.attribute("drop_idx_")) {
            None => Vec::new(),
            Some(item) => archive.array("drop_idx_", item)?.cells,
        };
    let unknown = node.text("handle_unknown").unwrap_or("error");
    let mut encoded = Vec::new();
    for (f, (column, (levels, codes, rare))) in columns.iter().zip(all).enumerate() {
        let dropped = drop.get(f).and_then(Cell::number);
        let count = codes.iter().copied().fold(-1.0, f64::max) as i64 + 1;
        let unknown = match (unknown, rare) {
            ("error", _) => None,
            ("infrequent_if_exist" | "warn", Some(rare)) => Some(rare),
            ("ignore" | "infrequent_if_exist" | "warn", _) => Some(-1.0),
            (other, _) => {
                let what = format!("a OneHotEncoder with handle_unknown `{other}`");
                return Err(unsupported(archive.file, what));
            }
        };
        let codes = Arc::new(Codes { levels, codes, unknown });
        limited(archive, encoded.len() + count.max(0) as usize)?;
        for code in 0..count {
            if dropped != Some(code as f64) {
                let coded = column.then(Step::Code(codes.clone()));
                encoded.push(coded.then(Step::Equals(code as f64)));
            }
        }
    }
    Ok(encoded)
}

fn ordinal(archive: &Archive<'_>, node: &Node, columns: &[Chain]) -> Checked<Vec<Chain>> {
    let all = categories(archive, node, columns.len())?;
    let optional = |name: &str| match node.attribute(name).and_then(Item::cell) {
        Some(cell) => cell.number(),
        None => match node.attribute(name) {
            Some(item) => archive.array(name, item).ok()?.numbers()?.first().copied(),
            None => None,
        },
    };
    let unknown = match node.text("handle_unknown") {
        Some("use_encoded_value") => match optional("unknown_value") {
            Some(x) => Some(x),
            None => {
                return Err(unsupported(
                    archive.file,
                    "an OrdinalEncoder without a value for unknown categories",
                ));
            }
        },
        None | Some("error") => None,
        Some(other) => {
            let what = format!("an OrdinalEncoder with handle_unknown `{other}`");
            return Err(unsupported(archive.file, what));
        }
    };
    let of_missing = optional("encoded_missing_value");
    let mut encoded = Vec::new();
    for (column, (levels, mut codes, _)) in columns.iter().zip(all) {
        for (level, code) in levels.iter().zip(&mut codes) {
            if super::columns::is_missing(level) {
                *code = of_missing.unwrap_or(f64::NAN);
            }
        }
        encoded.push(column.then(Step::Code(Arc::new(Codes { levels, codes, unknown }))));
    }
    Ok(encoded)
}

fn bins(archive: &Archive<'_>, node: &Node, columns: &[Chain]) -> Checked<Vec<Chain>> {
    let list = archive.list("bin_edges_", archive.attribute(node, "bin_edges_")?)?;
    if list.len() != columns.len() {
        let found = format!("edges of {} columns in a KBinsDiscretizer", list.len());
        return Err(structure(archive.file, found, format!("{}", columns.len())));
    }
    let encode = node.text("encode").unwrap_or("onehot");
    let mut binned = Vec::new();
    for (column, item) in columns.iter().zip(list) {
        let edges = archive.array("bin_edges_", item)?.numbers().unwrap_or_default();
        if edges.len() < 2 || !edges.is_sorted() {
            return Err(structure(archive.file, "bin edges out of order", "two or more, sorted"));
        }
        let inner = edges.get(1..edges.len() - 1).unwrap_or_default();
        let bin = column.then(Step::Bin(inner.into()));
        match encode {
            "ordinal" => binned.push(bin),
            "onehot" | "onehot-dense" => {
                limited(archive, binned.len() + edges.len())?;
                binned.extend((0..edges.len() - 1).map(|code| bin.then(Step::Equals(code as f64))));
            }
            other => {
                let what = format!("a KBinsDiscretizer with encode `{other}`");
                return Err(unsupported(archive.file, what));
            }
        }
    }
    Ok(binned)
}

/// The columns that a selection keeps.
fn selected(archive: &Archive<'_>, node: &Node, columns: Vec<Chain>) -> Checked<Vec<Chain>> {
    let all = |name: &str| exactly(archive, node, name, columns.len());
    let keep: Vec<bool> = match &*node.class {
        "RFE" | "RFECV" => all("support_")?.iter().map(|x| *x != 0.0).collect(),
        "VarianceThreshold" => {
            let threshold = archive.number(node, "threshold")?;
            all("variances_")?.iter().map(|x| *x > threshold).collect()
        }
        "SelectKBest" => {
            // Without a number it is "all".
            let k = match node.text("k") {
                Some("all") => columns.len(),
                _ => archive.count(node, "k")?,
            };
            // scikit-learn sorts stably and takes the last; scores that are no numbers count as the lowest.
            let scores = all("scores_")?;
            let lowest = |x: &f64| if x.is_nan() { f64::MIN } else { *x };
            let mut order: Vec<(f64, usize)> = scores.iter().map(lowest).zip(0..).collect();
            order.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut keep = vec![false; columns.len()];
            for (_, at) in order.iter().rev().take(k) {
                keep.iter_mut().skip(*at).take(1).for_each(|keep| *keep = true);
            }
            keep
        }
        other => return Err(unsupported(archive.file, format!("the selection `{other}`"))),
    };
    Ok(columns.into_iter().zip(keep).filter_map(|(c, keep)| keep.then_some(c)).collect())
}
