//! Decision trees, forests and gradient boosting of scikit-learn.
//!
//! Trees compare `float32(x) <= threshold` with a threshold in double precision. A forest sums the trees' class shares (or
//! values) in order and divides by their number; boosting adds `learning_rate · leaf` to the initial prediction.

use super::archive::Archive;
use super::npy::{Array, Cell};
use super::schema::{Item, Node as Object};
use super::{Estimator, Grown, GrownTree};
use crate::fault::Checked;
use crate::model::fault::{structure, unsupported};
use crate::model::{Comparison, Link, MissingRule, Node, Parts, Split};

/// A classifier's number of classes, or none of a regressor.
fn class_count(archive: &Archive<'_>, object: &Object) -> Checked<Option<usize>> {
    if !object.class.ends_with("Classifier") {
        return Ok(None);
    }
    let classes = archive.array("classes_", archive.attribute(object, "classes_")?)?;
    let several = classes.cells.is_empty()
        || object
            .attribute("n_outputs_")
            .and_then(Item::cell)
            .is_some_and(|n| n.number() != Some(1.0));
    if several {
        return Err(unsupported(archive.file, format!("a {} of several targets", object.class)));
    }
    if classes.cells.len() < 2 {
        return Err(unsupported(archive.file, format!("a {} of a single class", object.class)));
    }
    Ok(Some(classes.cells.len()))
}

/// A tree of any of the families. Of two classes, the share of the second is the one output.
struct Read {
    nodes: Vec<Node>,
    /// By output, then by node.
    values: Vec<Vec<f64>>,
    missing: bool,
}

fn tree(archive: &Archive<'_>, object: &Object, classes: Option<usize>) -> Checked<Read> {
    let file = archive.file;
    let Some(inner) = object.object("tree_") else {
        return Err(structure(file, format!("a {} without a tree", object.class), "a fitted tree"));
    };
    if &*inner.class != "Tree" || !inner.module.starts_with("sklearn.tree.") {
        return Err(unsupported(file, format!("the class `{}.{}`", inner.module, inner.class)));
    }
    let records = archive.array("nodes", archive.attribute(inner, "nodes")?)?;
    let values = archive.array("values", archive.attribute(inner, "values")?)?;
    let (nodes, missing) = nodes(file, &records)?;
    let [rows, outputs, width] = *values.shape.as_slice() else {
        return Err(structure(file, format!("values of shape {:?}", values.shape), "three sizes"));
    };
    let numbers = values.numbers().unwrap_or_default();
    let fits = match classes {
        Some(classes) => outputs == 1 && width == classes,
        None => outputs >= 1 && width == 1,
    };
    if rows != nodes.len() || !fits || numbers.len() != rows * outputs * width {
        return Err(structure(
            file,
            format!("values of shape {:?} in a tree of {} nodes", values.shape, nodes.len()),
            "a value a node, output and class",
        ));
    }
    let stride = (outputs * width).max(1);
    let by_node = numbers.chunks_exact(stride);
    let values = match classes {
        None => (0..outputs).map(|k| by_node.clone().filter_map(|v| v.get(k).copied()).collect()),
        Some(classes) => {
            // Since 1.3 a node holds shares; before, weights of rows.
            let share = |v: &[f64], k: usize| {
                let sum: f64 = v.iter().sum();
                let of = v.get(k).copied().unwrap_or(f64::NAN);
                if (sum - 1.0).abs() < 1e-9 || sum == 0.0 { of } else { of / sum }
            };
            let outputs = if classes == 2 { 1..2 } else { 0..classes };
            return Ok(Read {
                values: outputs.map(|k| by_node.clone().map(|v| share(v, k)).collect()).collect(),
                nodes,
                missing,
            });
        }
    };
    Ok(Read { values: values.collect(), nodes, missing })
}

/// The nodes; the value of a leaf is its number. And whether missing values have a side.
fn nodes(file: &str, records: &Array) -> Checked<(Vec<Node>, bool)> {
    let column = |name: &str| {
        records.field(name).ok_or_else(|| {
            structure(file, format!("nodes without `{name}`"), "the nodes of a scikit-learn tree")
        })
    };
    let (left, right) = (column("left_child")?, column("right_child")?);
    let (feature, threshold) = (column("feature")?, column("threshold")?);
    let cover = column("weighted_n_node_samples")?;
    let to_left = records.field("missing_go_to_left");
    let mut nodes = Vec::with_capacity(left.len());
    for (i, ((l, r), ((f, at), cover))) in
        left.iter().zip(right).zip(feature.iter().zip(threshold).zip(cover)).enumerate()
    {
        // A leaf has the child −1 on both sides.
        if *l == -1.0 && *r == -1.0 {
            nodes.push(Node::Leaf { value: i as f64, cover: *cover });
            continue;
        }
        let index = |x: f64| (x >= 0.0 && x < f64::from(u32::MAX)).then_some(x as u32);
        let (Some(left), Some(right), Some(feature)) = (index(*l), index(*r), index(*f)) else {
            return Err(structure(
                file,
                format!("node {i} with the children {l} and {r} and the feature {f}"),
                "nodes and a feature",
            ));
        };
        let left_missing = to_left.and_then(|c| c.get(i)).is_some_and(|side| *side != 0.0);
        let missing = if left_missing { MissingRule::NanLeft } else { MissingRule::NanRight };
        let split = Split::Threshold { at: *at, less: Comparison::LessOrEqual, missing };
        nodes.push(Node::Inner { feature, split, left, right, cover: *cover });
    }
    Ok((nodes, to_left.is_some()))
}

/// A single tree.
///
/// # Errors
/// As every reader of a part: M03, M04, M05.
pub(super) fn single(archive: &Archive<'_>, object: &Object) -> Checked<Estimator> {
    let classes = class_count(archive, object)?;
    let read = tree(archive, object, classes)?;
    let outputs = read.values.len();
    Ok(Estimator::Trees(Grown {
        missing: read.missing,
        trees: vec![GrownTree::all(read.nodes, read.values)],
        base: vec![0.0; outputs],
        single: true,
        ..Grown::default()
    }))
}

/// A random forest, or extremely randomised trees.
///
/// # Errors
/// As [`single`].
pub(super) fn forest(archive: &Archive<'_>, object: &Object) -> Checked<Estimator> {
    let classes = class_count(archive, object)?;
    let list = archive.list("estimators_", archive.attribute(object, "estimators_")?)?;
    let mut grown = Grown { missing: true, single: true, ..Grown::default() };
    for item in list {
        let object = estimator(archive, item)?;
        if let (Some(of_all), Some(of_one)) = (classes, class_count(archive, object)?)
            && of_all != of_one
        {
            let found = format!("a tree of {of_one} classes in a forest of {of_all}");
            return Err(structure(archive.file, found, "the same classes"));
        }
        let read = tree(archive, object, classes)?;
        grown.missing &= read.missing;
        if grown.trees.is_empty() {
            grown.base = vec![0.0; read.values.len()];
        } else if grown.base.len() != read.values.len() {
            return Err(structure(archive.file, "trees of other outputs", "the same outputs"));
        }
        grown.trees.push(GrownTree::all(read.nodes, read.values));
    }
    if grown.trees.is_empty() {
        return Err(structure(archive.file, "a forest without trees", "at least one tree"));
    }
    grown.divisor = grown.trees.len() as f64;
    grown.rounds = (1..=grown.trees.len()).collect();
    grown.parts = Parts::Averaged;
    Ok(Estimator::Trees(grown))
}

fn estimator<'n>(archive: &Archive<'_>, item: &'n Item) -> Checked<&'n Object> {
    match item {
        Item::Node(node) if node.module.starts_with("sklearn.tree.") => Ok(node),
        other => Err(unsupported(archive.file, format!("a tree that is {}", other.described()))),
    }
}

/// Gradient boosting.
///
/// # Errors
/// As [`single`]; M04 for an initial prediction that is a model of its own.
pub(super) fn boosting(archive: &Archive<'_>, object: &Object) -> Checked<Estimator> {
    let classes = class_count(archive, object)?;
    let outputs = match classes {
        None | Some(2) => 1,
        Some(classes) => classes,
    };
    let loss = object.text("loss").unwrap_or("");
    let link = match (classes, loss) {
        (None, "squared_error" | "ls" | "absolute_error" | "lad" | "huber" | "quantile") => {
            Link::Identity
        }
        (Some(2), "log_loss" | "deviance") => Link::Logistic { slope: 1.0 },
        // Half of the log odds: the probability is the logistic function of twice the score.
        (Some(2), "exponential") => Link::Logistic { slope: 2.0 },
        (Some(_), "log_loss" | "deviance") => Link::Softmax,
        _ => {
            let what = format!("a {} with the loss `{loss}`", object.class);
            return Err(unsupported(archive.file, what));
        }
    };
    let mut grown = Grown {
        base: initial(archive, object, outputs, loss == "exponential")?,
        link,
        single: true,
        ..Grown::default()
    };
    let rate = archive.number(object, "learning_rate")?;
    let list = archive.list("estimators_", archive.attribute(object, "estimators_")?)?;
    for stage in list {
        // A list of rows; of older files, or of one output, the trees themselves.
        let stage = match stage {
            Item::Node(node) if &*node.loader == "ListNode" => archive.list("a stage", stage)?,
            _ => std::slice::from_ref(stage),
        };
        if stage.len() != outputs {
            let found = format!("{} trees in a stage of {outputs} outputs", stage.len());
            return Err(structure(archive.file, found, "one tree an output"));
        }
        for (output, item) in stage.iter().enumerate() {
            let read = tree(archive, estimator(archive, item)?, None)?;
            let [values] = <[Vec<f64>; 1]>::try_from(read.values).map_err(|_| {
                structure(archive.file, "a tree of several outputs", "trees of one output")
            })?;
            let values = values.iter().map(|value| rate * value).collect();
            grown.trees.push(GrownTree { nodes: read.nodes, values: vec![(output, values)] });
        }
        grown.rounds.push(grown.trees.len());
    }
    Ok(Estimator::Trees(grown))
}

/// The score before the first tree.
fn initial(
    archive: &Archive<'_>,
    object: &Object,
    outputs: usize,
    exponential: bool,
) -> Checked<Vec<f64>> {
    if let Some(text) = object.text("init_")
        && text == "zero"
    {
        return Ok(vec![0.0; outputs]);
    }
    let Some(init) = object.object("init_") else {
        return Err(structure(archive.file, "no initial prediction", "a fitted model"));
    };
    let (class, strategy) = (&*init.class, init.text("strategy").unwrap_or(""));
    if !init.module.starts_with("sklearn.dummy") {
        return Err(unsupported(archive.file, format!("boosting that starts from a {class}")));
    }
    // The shares are kept this far from 0 and 1: the distance in single precision before 1.6, in double since.
    let double = super::version(object).is_none_or(|version| version >= (1, 6));
    let eps = if double { f64::EPSILON } else { f64::from(f32::EPSILON) };
    match (class, strategy) {
        ("DummyClassifier", "prior") => {
            let prior = archive.numbers(init, "class_prior_")?;
            let clipped: Vec<f64> = prior.iter().map(|p| p.max(eps).min(1.0 - eps)).collect();
            let odds = |p: f64| pxfm::f_log(p / (1.0 - p));
            match clipped.as_slice() {
                [_, positive] if outputs == 1 && exponential => Ok(vec![0.5 * odds(*positive)]),
                [_, positive] if outputs == 1 => Ok(vec![odds(*positive)]),
                shares if outputs > 1 && shares.len() == outputs => {
                    // Logarithms, centred on their mean since 1.4 (the loss's own link).
                    let logs: Vec<f64> = shares.iter().map(|p| pxfm::f_log(*p)).collect();
                    let centred = super::version(object).is_none_or(|version| version >= (1, 4));
                    let mean = logs.iter().sum::<f64>() / outputs as f64;
                    let mean = if centred { mean } else { 0.0 };
                    Ok(logs.iter().map(|log| log - mean).collect())
                }
                _ => Err(structure(
                    archive.file,
                    format!("{} shares of {outputs} outputs", prior.len()),
                    "one share a class",
                )),
            }
        }
        ("DummyRegressor", _) => {
            let constant = archive.array("constant_", archive.attribute(init, "constant_")?)?;
            match constant.cells.as_slice() {
                [cell] if outputs == 1 => match cell {
                    Cell::Number(x) if x.is_finite() => Ok(vec![*x]),
                    _ => Err(structure(archive.file, "a constant", "a finite number")),
                },
                cells => Err(structure(
                    archive.file,
                    format!("{} constants", cells.len()),
                    "one constant",
                )),
            }
        }
        _ => Err(unsupported(
            archive.file,
            format!("boosting that starts from a {class} with the strategy `{strategy}`"),
        )),
    }
}
