//! Operators of ai.onnx.ml: encoders of columns, and models.

use std::rc::Rc;
use std::sync::Arc;

use super::arithmetic::Unary;
use super::attributes::Trouble;
use super::head::Head;
use super::kernels::Norm;
use super::numbers::{each, pick};
use super::program::{Cell, Elem, Op};
use super::shapes::counted;
use super::svm;
use super::trace::{Given, Tracer, Value, large, single};
use super::{ensemble, linear, trees};

type Outputs = Option<Vec<Rc<Value>>>;

/// Whether an operator asks only which of its levels a number is, or moves it about.
pub(super) fn keeps_levels(name: &str) -> bool {
    matches!(
        name,
        "OneHotEncoder"
            | "LabelEncoder"
            | "ArrayFeatureExtractor"
            | "Identity"
            | "Cast"
            | "Reshape"
            | "Concat"
            | "Gather"
            | "Slice"
            | "Split"
            | "Flatten"
            | "Squeeze"
            | "Unsqueeze"
            | "Transpose"
            | "CategoryMapper"
    )
}

/// What the operator gives; none if it is not known.
pub(super) fn apply(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    Ok(match from.node.name {
        "Scaler" => scaler(tracer, given)?,
        "Imputer" => imputer(tracer, given)?,
        "OneHotEncoder" => one_hot(tracer, given)?,
        "LabelEncoder" => labels(tracer, given)?,
        "Normalizer" => {
            from.only(&["norm"])?;
            let norm = match from.word("norm", "MAX")?.as_str() {
                "MAX" => Norm::Largest,
                "L1" => Norm::Sum,
                "L2" => Norm::Length,
                other => return Err(from.unsupported(format!("the norm `{other}`"))),
            };
            let value = given.input(0)?;
            let (rows, columns) = matrix(given, value)?;
            let mut cells = Vec::new();
            for row in value.cells.chunks(columns.max(1)).take(rows) {
                cells.extend(
                    tracer.builder.cells(Arc::new(norm), row.to_vec(), row.len()).map_err(large)?,
                );
            }
            single(Elem::Single, value.dims.clone(), cells)
        }
        "Binarizer" => {
            from.only(&["threshold"])?;
            let threshold = f64::from(from.float("threshold", 0.0)?);
            let value = given.input(0)?;
            each(tracer, value, Unary::Above(threshold), value.elem)?
        }
        "FeatureVectorizer" => {
            from.only(&["inputdimensions"])?;
            let mut cells = Vec::new();
            for value in given.inputs.iter().flatten() {
                for cell in &value.cells {
                    let op = Op::Unary(Unary::Cast, Elem::Single);
                    cells.push(match value.elem {
                        Elem::Single => *cell,
                        Elem::Text => return Err(from.contradiction("texts", "numbers")),
                        _ => tracer.builder.cell(op, vec![*cell]).map_err(large)?,
                    });
                }
            }
            single(Elem::Single, vec![1, cells.len()], cells)
        }
        "ArrayFeatureExtractor" => extractor(tracer, given)?,
        "ZipMap" => {
            from.only(&["classlabels_int64s", "classlabels_strings"])?;
            Some(vec![given.input(0)?.clone()])
        }
        "LinearClassifier" | "LinearRegressor" => {
            let value = given.input(0)?;
            let (_, columns) = matrix(given, value)?;
            let head = linear::read(from, columns)?;
            model(tracer, value, head, Elem::Single)?
        }
        "TreeEnsembleClassifier" | "TreeEnsembleRegressor" => {
            let value = given.input(0)?;
            let (_, columns) = matrix(given, value)?;
            let head = trees::read(from, columns, value.elem)?;
            model(tracer, value, head, value.elem)?
        }
        "TreeEnsemble" => {
            let value = given.input(0)?;
            let (_, columns) = matrix(given, value)?;
            let head = ensemble::read(from, columns, value.elem)?;
            model(tracer, value, head, value.elem)?
        }
        "SVMClassifier" | "SVMRegressor" => {
            let value = given.input(0)?;
            let (_, columns) = matrix(given, value)?;
            let value = narrowed(tracer, value)?;
            let svm = svm::read(from, columns)?;
            let width = svm.width();
            let cells = tracer.builder.cells(Arc::new(svm), value.cells, width).map_err(large)?;
            let scores = Rc::new(Value::new(Elem::Single, vec![1, width], cells));
            match from.node.name {
                "SVMClassifier" => classified(scores),
                _ => Some(vec![scores]),
            }
        }
        _ => None,
    })
}

/// The label of a classifier, which nothing that counts comes from, and its scores.
fn classified(scores: Rc<Value>) -> Outputs {
    let label = Value::new(Elem::Whole, vec![1], vec![Cell::Constant(f64::NAN)]);
    Some(vec![Rc::new(label), scores])
}

/// Rows and columns of a tensor that holds one row.
fn matrix(given: &Given, value: &Value) -> Result<(usize, usize), Trouble> {
    match value.dims.as_slice() {
        _ if value.elem == Elem::Text => Err(given.from.contradiction("texts", "numbers")),
        [columns] => Ok((1, *columns)),
        [rows, columns] => Ok((*rows, *columns)),
        other => Err(given.from.unsupported(format!("an input of {} dimensions", other.len()))),
    }
}

/// The tensor in single precision.
fn narrowed(tracer: &mut Tracer, value: &Value) -> Result<Value, Trouble> {
    if value.elem == Elem::Single {
        return Ok(value.clone());
    }
    let outputs = each(tracer, value, Unary::Cast, Elem::Single)?;
    Ok(outputs.and_then(|v| v.first().map(|v| Value::clone(v))).unwrap_or_else(|| value.clone()))
}

/// A model on a row: the label, of a classifier, and the scores.
fn model(tracer: &mut Tracer, value: &Value, head: Head, elem: Elem) -> Result<Outputs, Trouble> {
    let value = if elem == Elem::Double { value.clone() } else { narrowed(tracer, value)? };
    let width = head.width();
    let classifier = !head.labels.is_empty();
    let at = tracer.builder.step(Op::Head(Arc::new(head)), value.cells, width).map_err(large)?;
    let cells = (at..at + width as u32).map(Cell::Slot).collect();
    let elem = if elem == Elem::Double && !classifier { Elem::Double } else { Elem::Single };
    let scores = Rc::new(Value::new(elem, vec![1, width], cells));
    Ok(if classifier { classified(scores) } else { Some(vec![scores]) })
}

fn scaler(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    from.only(&["offset", "scale"])?;
    let value = given.input(0)?;
    let (_, columns) = matrix(given, value)?;
    let (offset, scale) = (from.floats("offset")?, from.floats("scale")?);
    let fits = |list: &[f32]| list.len() == 1 || list.len() == columns;
    if !fits(&offset) || !fits(&scale) {
        let found =
            format!("{} offsets and {} scales for {columns} columns", offset.len(), scale.len());
        return Err(from.contradiction(found, "one a column, or one"));
    }
    let mut cells = Vec::new();
    for (i, cell) in value.cells.iter().enumerate() {
        let of = |list: &[f32]| {
            let at = if list.len() == 1 { 0 } else { i % columns.max(1) };
            f64::from(list.get(at).copied().unwrap_or(f32::NAN))
        };
        let scaled = Unary::Scaled(of(&offset), of(&scale));
        // Doubles are scaled in double precision, and the result is narrowed.
        let cell = match value.elem {
            Elem::Double => {
                let wide = tracer
                    .builder
                    .cell(Op::Unary(scaled, Elem::Double), vec![*cell])
                    .map_err(large)?;
                tracer.builder.cell(Op::Unary(Unary::Cast, Elem::Single), vec![wide])
            }
            _ => tracer.builder.cell(Op::Unary(scaled, Elem::Single), vec![*cell]),
        };
        cells.push(cell.map_err(large)?);
    }
    Ok(single(Elem::Single, value.dims.clone(), cells))
}

fn imputer(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    from.only(&[
        "imputed_value_floats",
        "imputed_value_int64s",
        "replaced_value_float",
        "replaced_value_int64",
    ])?;
    let value = given.input(0)?;
    let (_, columns) = matrix(given, value)?;
    let (filled, replaced): (Vec<f64>, f64) = if value.elem == Elem::Whole {
        let filled = from.ints("imputed_value_int64s")?.into_iter().map(|x| x as f64).collect();
        (filled, from.int("replaced_value_int64", 0)? as f64)
    } else {
        let filled = from.floats("imputed_value_floats")?.into_iter().map(f64::from).collect();
        (filled, f64::from(from.float("replaced_value_float", 0.0)?))
    };
    if filled.len() != 1 && filled.len() != columns {
        let found = format!("{} imputed values for {columns} columns", filled.len());
        return Err(from.contradiction(found, "one a column, or one"));
    }
    let mut cells = Vec::new();
    for (i, cell) in value.cells.iter().enumerate() {
        let at = if filled.len() == 1 { 0 } else { i % columns.max(1) };
        let to = filled.get(at).copied().unwrap_or(f64::NAN);
        let op = Op::Unary(Unary::Fill(replaced, to), value.elem);
        cells.push(tracer.builder.cell(op, vec![*cell]).map_err(large)?);
    }
    Ok(single(value.elem, value.dims.clone(), cells))
}

/// A level that an operator asks for.
pub(super) fn level(tracer: &mut Tracer, root: u32, level: f64) {
    if let Some(source) = tracer.sources.get_mut(root as usize)
        && !source.levels.contains(&level)
    {
        source.levels.push(level);
    }
}

/// Whether a cell is a feature that is told by levels: texts, or whole numbers.
fn registered(tracer: &mut Tracer, cell: Cell, levels: &[f64], closed: bool) {
    let Some(root) = tracer.root(cell) else { return };
    let Some(source) = tracer.sources.get_mut(root as usize) else { return };
    source.closed |= closed;
    if source.levels.is_empty() {
        source.levels.extend(levels);
    } else {
        levels.iter().for_each(|level_of| level(tracer, root, *level_of));
    }
}

fn one_hot(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    from.only(&["cats_int64s", "cats_strings", "zeros"])?;
    let value = given.input(0)?;
    let zeros = from.int("zeros", 1)? != 0;
    let levels: Vec<f64> = match value.elem {
        Elem::Text => from.texts("cats_strings")?.iter().map(|text| tracer.text(text)).collect(),
        _ => from.ints("cats_int64s")?.into_iter().map(|x| x as f64).collect(),
    };
    let mut sorted = levels.clone();
    sorted.sort_by(f64::total_cmp);
    if levels.is_empty() || sorted.windows(2).any(|w| matches!(w, [a, b] if a == b)) {
        return Err(
            from.contradiction("no categories of the input's type, or one twice", "each once")
        );
    }
    let mut cells = Vec::new();
    for cell in &value.cells {
        registered(tracer, *cell, &levels, !zeros);
        let cell = match value.elem {
            Elem::Single | Elem::Double => {
                let op = Op::Unary(Unary::Cast, Elem::Whole);
                tracer.builder.cell(op, vec![*cell]).map_err(large)?
            }
            _ => *cell,
        };
        let missing = if zeros { 0.0 } else { f64::NAN };
        for level in &levels {
            let op = Op::Unary(Unary::Equals(*level, missing), value.elem);
            let op = match value.elem {
                Elem::Single => Op::Unary(Unary::Equals(*level, missing), Elem::Whole),
                _ => op,
            };
            cells.push(tracer.builder.cell(op, vec![cell]).map_err(large)?);
        }
    }
    let mut dims = value.dims.clone();
    dims.push(levels.len());
    Ok(single(Elem::Single, dims, cells))
}

fn labels(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    from.only(&[
        "classes_strings",
        "default_float",
        "default_int64",
        "default_string",
        "default_tensor",
        "keys_floats",
        "keys_int64s",
        "keys_strings",
        "keys_tensor",
        "values_floats",
        "values_int64s",
        "values_strings",
        "values_tensor",
    ])?;
    let value = given.input(0)?;
    let singles = |list: Vec<f32>| list.into_iter().map(f64::from).collect::<Vec<f64>>();
    let wholes = |list: Vec<i64>| list.into_iter().map(|x| x as f64).collect::<Vec<f64>>();
    let texts = |tracer: &mut Tracer, name: &str| -> Result<Vec<f64>, Trouble> {
        Ok(from.texts(name)?.iter().map(|text| tracer.text(text)).collect())
    };
    let list = |tracer: &mut Tracer, side: &str| -> Result<Option<(Elem, Vec<f64>)>, Trouble> {
        let name = |kind: &str| format!("{side}_{kind}");
        if from.has(&name("strings")) {
            return Ok(Some((Elem::Text, texts(tracer, &name("strings"))?)));
        }
        if from.has(&name("int64s")) {
            return Ok(Some((Elem::Whole, wholes(from.ints(&name("int64s"))?))));
        }
        if from.has(&name("floats")) {
            return Ok(Some((Elem::Single, singles(from.floats(&name("floats"))?))));
        }
        let Some(tensor) = from.tensor(&name("tensor"))? else { return Ok(None) };
        let tensor = tracer.tensor(&tensor)?;
        Ok(tensor.constants().map(|numbers| (tensor.elem, numbers)))
    };
    let (keys, values) = if from.has("classes_strings") {
        let classes = texts(tracer, "classes_strings")?;
        let places = (0..classes.len()).map(|i| i as f64).collect();
        match value.elem {
            Elem::Text => ((Elem::Text, classes), (Elem::Whole, places)),
            _ => ((Elem::Whole, places), (Elem::Text, classes)),
        }
    } else {
        match (list(tracer, "keys")?, list(tracer, "values")?) {
            (Some(keys), Some(values)) => (keys, values),
            _ => return Err(from.contradiction("no keys or no values", "both")),
        }
    };
    if keys.1.len() != values.1.len() {
        let found = format!("{} keys and {} values", keys.1.len(), values.1.len());
        return Err(from.contradiction(found, "as many"));
    }
    if keys.0 != value.elem {
        return Err(from.contradiction("keys of another type than the input", "one type"));
    }
    let to = values.0;
    let other = match from.tensor("default_tensor")? {
        Some(tensor) => {
            tracer.tensor(&tensor)?.constants().and_then(|x| x.first().copied()).unwrap_or(f64::NAN)
        }
        None => match to {
            Elem::Text => {
                let text = from.word("default_string", "_Unused")?;
                tracer.text(&text)
            }
            Elem::Whole => from.int("default_int64", -1)? as f64,
            _ => f64::from(from.float("default_float", -0.0)?),
        },
    };
    // Of a key that is there twice the first value counts, as in onnxruntime's table.
    let mut table: Vec<(f64, f64)> = Vec::new();
    for (key, value) in keys.1.iter().zip(&values.1) {
        table.push((if *key == 0.0 { 0.0 } else { *key }, *value));
    }
    table.sort_by(|a, b| a.0.total_cmp(&b.0));
    table.dedup_by(|later, first| later.0.total_cmp(&first.0).is_eq());
    let missing = match value.elem {
        Elem::Text => {
            let empty = tracer.text("");
            table.iter().find(|(key, _)| *key == empty).map_or(other, |(_, value)| *value)
        }
        Elem::Whole => f64::NAN,
        _ => table.iter().find(|(key, _)| key.is_nan()).map_or(other, |(_, value)| *value),
    };
    let mut cells = Vec::new();
    let table: Arc<[(f64, f64)]> = table.into();
    for cell in &value.cells {
        registered(tracer, *cell, &keys.1, false);
        let op = Op::Unary(Unary::Lookup(table.clone(), other, missing), to);
        cells.push(tracer.builder.cell(op, vec![*cell]).map_err(large)?);
    }
    Ok(single(to, value.dims.clone(), cells))
}

fn extractor(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&[])?;
    let (value, at) = (given.input(0)?, given.input(1)?);
    let length = value.dims.last().copied().unwrap_or(1);
    let mut cells = Vec::new();
    for row in value.cells.chunks(length.max(1)) {
        for place in &at.cells {
            cells.push(match place {
                Cell::Constant(_) => row
                    .get(counted(given, *place, length)?)
                    .copied()
                    .ok_or_else(|| given.from.contradiction("a column", "one of the input"))?,
                Cell::Slot(_) => pick(tracer, *place, row.to_vec())?,
            });
        }
    }
    let mut dims = match value.dims.as_slice() {
        [_] | [] => vec![1],
        [outer @ .., _] => outer.to_vec(),
    };
    dims.push(at.cells.len());
    Ok(single(value.elem, dims, cells))
}
