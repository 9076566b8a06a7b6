//! scikit-learn models in skops files: read as data, nothing of them is executed. Classes are known by name here; any
//! other is refused by its name.
//!
//! Read against scikit-learn 1.9.1 and 1.5.2, skops 0.16.0.

mod archive;
mod columns;
mod hist;
mod linear;
mod npy;
mod prepared;
mod schema;
mod transform;
mod trees;

use archive::Archive;
use columns::{Chain, Resolved, Step, resolved};
use npy::Cell;
use prepared::Prepared;
use schema::{Item, Node as Object};

use super::fault::{malformed, structure, unsupported};
use super::{
    FloatWidth, Folding, LinearModel, Link, Model, ModelCard, Node, Parts, Tree, TreeEnsemble,
    named,
};
use crate::fault::{Checked, Faults};

/// What an estimator computes from the columns that it gets.
enum Estimator {
    Trees(Grown),
    Linear { weights: Vec<Vec<f64>>, intercepts: Vec<f64>, link: Link },
}

/// Trees on the columns that the estimator gets.
struct Grown {
    trees: Vec<GrownTree>,
    base: Vec<f64>,
    link: Link,
    divisor: f64,
    rounds: Vec<usize>,
    parts: Parts,
    /// Numbers are rounded to single precision before they are compared.
    single: bool,
    /// A missing value has a side at every split.
    missing: bool,
}

impl Default for Grown {
    fn default() -> Self {
        Grown {
            trees: Vec::new(),
            base: vec![0.0],
            link: Link::Identity,
            divisor: 1.0,
            rounds: Vec::new(),
            parts: Parts::WithBase,
            single: false,
            missing: false,
        }
    }
}

/// A tree; the value of a leaf is its number among the nodes.
struct GrownTree {
    nodes: Vec<Node>,
    /// Output, and a value a node.
    values: Vec<(usize, Vec<f64>)>,
}

impl GrownTree {
    /// A tree for all outputs.
    fn all(nodes: Vec<Node>, values: Vec<Vec<f64>>) -> Self {
        GrownTree { nodes, values: values.into_iter().enumerate().collect() }
    }
}

/// The version of scikit-learn that an object was saved with.
fn version(object: &Object) -> Option<(u32, u32)> {
    let mut parts = object.text("_sklearn_version")?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Whether an archive is one of skops: it has a schema.
pub(super) fn is_skops(bytes: &[u8]) -> bool {
    const NAME: &[u8] = b"schema.json";
    // The names of all members are repeated at the archive's end.
    bytes.starts_with(b"PK\x03\x04") && bytes.windows(NAME.len()).rev().any(|window| window == NAME)
}

/// Reads the file.
///
/// # Errors
/// M03, M04, M05.
pub(super) fn read(file: &str, bytes: &[u8]) -> Checked<Box<dyn Model>> {
    let archive = Archive::open(file, bytes)?;
    let schema = archive.member("schema.json")?;
    let schema: Item = serde_json::from_slice(&schema)
        .map_err(|e| malformed(file, "the schema of a skops file", e.to_string()))?;
    let Item::Node(root) = &schema else {
        return Err(malformed(file, "the schema of a skops file", "another JSON value"));
    };
    archive.holds(root.members())?;
    let root = chosen(root);
    let mut transformers: Vec<&Object> = Vec::new();
    let mut estimator = root;
    // The last object of a pipeline may be a pipeline again; nesting is bounded by that of the schema.
    while &*estimator.class == "Pipeline" && estimator.module.starts_with("sklearn.") {
        let mut steps = transform::steps(&archive, estimator)?;
        let Some(Some(last)) = steps.pop() else {
            return Err(unsupported(file, "a pipeline that does not end with a model"));
        };
        transformers.extend(steps.into_iter().flatten());
        estimator = chosen(last);
    }
    let first = transformers.first().copied().unwrap_or(estimator);
    let (names, count) = match inputs(&archive, [root, first, estimator]) {
        Ok(found) => found,
        // A model of models has no columns of its own: it is refused by its name first.
        Err(faults) => return Err(build(&archive, estimator).err().unwrap_or(faults)),
    };
    let mut faults = Faults::default();
    let names = named(file, count, names, &mut faults);
    faults.or(())?;
    let mut chains: Vec<Chain> =
        (0..count).map(|source| Chain { source, steps: Vec::new() }).collect();
    for transformer in transformers {
        chains = transform::transformed(&archive, transformer, chains)?;
    }
    if let Some(own) = estimator.object("_preprocessor") {
        chains = hist_preprocessed(&archive, own, chains)?;
    }
    let built = build(&archive, estimator)?;
    let mut card = ModelCard {
        format: "skops".to_owned(),
        written_by: match estimator.text("_sklearn_version") {
            Some(version) => format!("scikit-learn {version}"),
            None => "scikit-learn".to_owned(),
        },
        objective: objective(estimator),
        features: names,
        ..ModelCard::default()
    };
    let outputs = match &built {
        Estimator::Trees(grown) => grown.base.len(),
        Estimator::Linear { intercepts, .. } => intercepts.len(),
    };
    classes(&archive, estimator, outputs, &mut card)?;
    match built {
        Estimator::Trees(grown) => with_trees(file, card, chains, grown),
        Estimator::Linear { weights, intercepts, link } => {
            with_weights(file, card, chains, weights, intercepts, link)
        }
    }
}

/// The model that a search over settings chose, or the object itself.
fn chosen(object: &Object) -> &Object {
    let searched = object.module.starts_with("sklearn.model_selection");
    match object.object("best_estimator_") {
        Some(best) if searched => best,
        _ => object,
    }
}

/// Names of the table's columns, where the file has them, and their number.
fn inputs(archive: &Archive<'_>, objects: [&Object; 3]) -> Checked<(Vec<String>, usize)> {
    let mut open: Vec<&Object> = objects.into_iter().rev().collect();
    while let Some(object) = open.pop() {
        if object.attribute("n_features_in_").is_some() {
            let count = archive.count(object, "n_features_in_")?;
            let names = match object.attribute("feature_names_in_") {
                None => Vec::new(),
                Some(item) => {
                    let cells = archive.array("feature_names_in_", item)?.cells;
                    cells.iter().map(|cell| cell.printed(true)).collect()
                }
            };
            return Ok((names, count));
        }
        // A pipeline says what its first object says.
        if &*object.class == "Pipeline"
            && let Some(Some(first)) =
                transform::steps(archive, object)?.into_iter().find(Option::is_some)
        {
            open.push(first);
        }
    }
    Err(structure(
        archive.file,
        "a model that does not say how many columns it takes",
        "a fitted model",
    ))
}

/// The columns that histogram gradient boosting makes itself: codes of its categories first, then the numbers.
fn hist_preprocessed(
    archive: &Archive<'_>,
    own: &Object,
    chains: Vec<Chain>,
) -> Checked<Vec<Chain>> {
    let (Some(places), Some(list)) =
        (own.object("_transformer_to_input_indices"), own.attribute("transformers_"))
    else {
        return Err(unsupported(archive.file, "a preprocessor of another kind"));
    };
    let mut made = Vec::new();
    for entry in archive.list("transformers_", list)? {
        let cells = archive.list("a transformer", entry)?;
        let (Some(Cell::Text(name)), Some(Item::Node(object))) =
            (cells.first().and_then(Item::cell), cells.get(1))
        else {
            return Err(unsupported(archive.file, "a preprocessor of another kind"));
        };
        let taken = match places.attribute(&name) {
            Some(item) => archive.array("the columns of a transformer", item)?.numbers(),
            None => None,
        };
        let mut subset = Vec::new();
        for at in taken.unwrap_or_default() {
            let column = (at >= 0.0).then(|| chains.get(at as usize)).flatten();
            subset.extend(column.cloned());
        }
        match (&*name, &*object.class) {
            ("encoder", "OrdinalEncoder") if !subset.is_empty() => {
                made.extend(transform::transformed(archive, object, subset)?);
            }
            // Only a check of the cells.
            ("numerical", "FunctionTransformer") => made.extend(subset),
            _ if subset.is_empty() => {}
            _ => return Err(unsupported(archive.file, "a preprocessor of another kind")),
        }
    }
    Ok(made)
}

fn build(archive: &Archive<'_>, estimator: &Object) -> Checked<Estimator> {
    let module = &*estimator.module;
    match &*estimator.class {
        class if !module.starts_with("sklearn.") => {
            Err(unsupported(archive.file, format!("the class `{module}.{class}`")))
        }
        "DecisionTreeClassifier"
        | "DecisionTreeRegressor"
        | "ExtraTreeClassifier"
        | "ExtraTreeRegressor" => trees::single(archive, estimator),
        "RandomForestClassifier"
        | "RandomForestRegressor"
        | "ExtraTreesClassifier"
        | "ExtraTreesRegressor" => trees::forest(archive, estimator),
        "GradientBoostingClassifier" | "GradientBoostingRegressor" => {
            trees::boosting(archive, estimator)
        }
        "HistGradientBoostingClassifier" | "HistGradientBoostingRegressor" => {
            hist::boosting(archive, estimator)
        }
        class
            if module.starts_with("sklearn.linear_model") || module.starts_with("sklearn.svm") =>
        {
            match class {
                // scikit-learn's own words: these compute with distances, not with a weighted sum.
                "SVC" | "SVR" | "NuSVC" | "NuSVR" | "OneClassSVM" => Err(unsupported(
                    archive.file,
                    format!("the model `{class}` (class {module}.{class})"),
                )),
                _ => linear::read(archive, estimator),
            }
        }
        class => {
            Err(unsupported(archive.file, format!("the model `{class}` (class {module}.{class})")))
        }
    }
}

/// Class and loss, in the library's words.
fn objective(estimator: &Object) -> String {
    match estimator.text("loss").or_else(|| estimator.text("criterion")) {
        Some(loss) => format!("{} ({loss})", estimator.class),
        None => estimator.class.to_string(),
    }
}

fn classes(
    archive: &Archive<'_>,
    estimator: &Object,
    outputs: usize,
    card: &mut ModelCard,
) -> Checked<()> {
    let Some(item) = estimator.attribute("classes_") else { return Ok(()) };
    let array = archive.array("classes_", item)?;
    let whole = !card.objective.is_empty()
        && array.cells.iter().all(|cell| matches!(cell, Cell::Number(x) if x.fract() == 0.0));
    let names: Vec<String> = array.cells.iter().map(|cell| cell.printed(whole)).collect();
    match (outputs, names.as_slice()) {
        (1, [_, positive]) => card.positive = Some(positive.clone()),
        (n, names) if n == names.len() && n > 1 => card.classes = names.to_vec(),
        _ => {
            let found = format!("{} classes of a model with {outputs} outputs", names.len());
            return Err(structure(archive.file, found, "one output a class, or one for two"));
        }
    }
    Ok(())
}

/// What becomes of missing values, in a sentence.
fn missing(resolved: &Resolved, accepts: bool) -> String {
    let filled = resolved.fill.iter().any(|fill| !fill.is_nan());
    let reached = resolved.reaches.iter().any(|reaches| *reaches);
    match (filled, reached, accepts) {
        (_, true, true) => "A missing value goes to the side that the tree says at each split.",
        (true, true, false) => "Missing values are filled as the file says, where it says so; others are refused, as by scikit-learn.",
        (false, true, false) => "Missing values are refused, as by scikit-learn.",
        (true, false, _) => "Missing values are filled as the file says.",
        (false, false, _) => "Missing values are treated as the file's encoders say.",
    }
    .to_owned()
}

fn with_trees(
    file: &str,
    mut card: ModelCard,
    chains: Vec<Chain>,
    grown: Grown,
) -> Checked<Box<dyn Model>> {
    let plain = chains.iter().enumerate().all(|(i, c)| c.source == i && c.steps.is_empty());
    let plain = plain && chains.len() == card.features.len();
    // The table's numbers are doubles all the way to the model, which rounds what it gets.
    let (width, chains) = match (plain, grown.single) {
        (true, true) => (FloatWidth::SingleInput, chains),
        (_, false) => (FloatWidth::Double, chains),
        (false, true) => {
            (FloatWidth::Double, chains.iter().map(|c| c.then(Step::Single)).collect())
        }
    };
    let resolved = resolved(file, &card.features, &chains)?;
    card.missing = missing(&resolved, grown.missing);
    let refuses = refused(&resolved, grown.missing);
    let fill = filled(&resolved);
    let mut folding = Folding::new(&resolved.kinds, &resolved.columns, width);
    let mut faults = Faults::default();
    let mut folded = Vec::with_capacity(grown.trees.len());
    let mut rounds = grown.rounds.iter().peekable();
    let mut ends = Vec::with_capacity(grown.rounds.len());
    let mut count = 0;
    for (i, tree) in grown.trees.iter().enumerate() {
        match folding.nodes(&tree.nodes) {
            Ok(nodes) => folded.push((nodes, &tree.values)),
            Err(what) => super::fault::add(&mut faults, structure(file, what, "its columns")),
        }
        count += tree.values.len();
        if rounds.next_if(|end| **end == i + 1).is_some() {
            ends.push(count);
        }
    }
    faults.or(())?;
    // The library's trees, each of which is kept once for each output of its leaves.
    let is_leaf = |node: &&Node| matches!(node, Node::Leaf { .. });
    let leaves = grown.trees.iter().map(|tree| tree.nodes.iter().filter(is_leaf).count()).sum();
    let native = (grown.trees.len(), leaves);
    let derived = folding.derived;
    let columns = card.features.len() + derived.len();
    let mut trees = Vec::with_capacity(count);
    let mut faults = Faults::default();
    for (nodes, values) in &mut folded {
        for (output, values) in values.iter() {
            let mut nodes = nodes.clone();
            for node in &mut nodes {
                if let Node::Leaf { value, .. } = node {
                    *value = values.get(*value as usize).copied().unwrap_or(f64::NAN);
                }
            }
            match Tree::arranged(*output, &nodes, columns) {
                Ok(tree) => trees.push(tree),
                Err(what) => super::fault::add(
                    &mut faults,
                    structure(file, format!("a tree with {what}"), "a well-formed tree"),
                ),
            }
        }
    }
    faults.or(())?;
    if grown.base.iter().any(|base| !base.is_finite()) {
        return Err(structure(file, "a base score that is not finite", "finite numbers"));
    }
    if resolved.kinds.iter().any(|kind| *kind != super::FeatureKind::Number) {
        card.kinds = resolved.kinds;
    }
    let ensemble = TreeEnsemble {
        card,
        trees,
        base: grown.base,
        width,
        link: grown.link,
        divisor: grown.divisor,
        derived,
        rounds: ends,
        parts: grown.parts,
        ..TreeEnsemble::default()
    };
    let mut ensemble = ensemble.measured();
    (ensemble.card.trees, ensemble.card.leaves) = native;
    Ok(Prepared::around(Box::new(ensemble), refuses, fill))
}

fn with_weights(
    file: &str,
    mut card: ModelCard,
    chains: Vec<Chain>,
    weights: Vec<Vec<f64>>,
    intercepts: Vec<f64>,
    link: Link,
) -> Checked<Box<dyn Model>> {
    if let Some(row) = weights.iter().find(|row| row.len() != chains.len()) {
        let found = format!("{} weights of {} columns", row.len(), chains.len());
        return Err(structure(file, found, "one weight a column"));
    }
    let resolved = resolved(file, &card.features, &chains)?;
    card.missing = missing(&resolved, false);
    let refuses = refused(&resolved, false);
    let plain = resolved
        .columns
        .iter()
        .enumerate()
        .all(|(i, c)| c.rule.is_none() && c.sources == [i as u32])
        && resolved.columns.len() == card.features.len();
    if resolved.kinds.iter().any(|kind| *kind != super::FeatureKind::Number) {
        card.kinds = resolved.kinds;
    }
    let linear = LinearModel {
        card,
        weights,
        intercepts,
        fill: resolved.fill,
        link,
        columns: if plain { Vec::new() } else { resolved.columns },
        ..LinearModel::default()
    };
    Ok(Prepared::around(Box::new(linear), refuses, None))
}

/// The columns whose missing values scikit-learn refuses.
fn refused(resolved: &Resolved, accepts: bool) -> Vec<bool> {
    let both = resolved.refuses.iter().zip(&resolved.reaches);
    both.map(|(refuses, reaches)| *refuses || (*reaches && !accepts)).collect()
}

/// What missing values count as, if each is taken for a number.
fn filled(resolved: &Resolved) -> Option<Vec<f64>> {
    let all = !resolved.fill.is_empty() && !resolved.fill.iter().any(|fill| fill.is_nan());
    all.then(|| resolved.fill.clone())
}
