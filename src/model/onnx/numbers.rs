//! Operators of ONNX that compute numbers.

use std::rc::Rc;
use std::sync::Arc;

use super::arithmetic::{Binary, Unary};
use super::attributes::{Trouble, elem};
use super::kernels::{Arg, Best, Norm, Pick, Softmax};
use super::program::{Cell, Elem, Op};
use super::shapes::broadcast;
use super::sums::{normalization, product, reduce, reduced};
use super::trace::{Given, Tracer, Value, large, single};

type Outputs = Option<Vec<Rc<Value>>>;

/// What the operator gives; none if it is of another kind.
pub(super) fn apply(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    let name = from.node.name;
    if let Some(unary) = unary(given)? {
        let value = given.input(0)?;
        let truth = matches!(unary, Unary::IsNan | Unary::IsInfinite | Unary::Not);
        return each(tracer, value, unary, if truth { Elem::Truth } else { value.elem });
    }
    if let Some(binary) = binary(name) {
        from.only(if binary == Binary::Mod { &["fmod"] } else { &[] })?;
        if from.version < 7 && from.version > 0 {
            return Err(from.unsupported("version 6 and before"));
        }
        if binary == Binary::Mod && from.int("fmod", 0)? != 0 {
            return Err(from.unsupported("fmod"));
        }
        return pairs(tracer, given, binary);
    }
    Ok(match name {
        "Cast" => cast(tracer, given)?,
        "Sum" | "Mean" | "Max" | "Min" => many(tracer, given)?,
        "Where" => {
            from.only(&[])?;
            let (test, a, b) = (given.input(0)?, given.input(1)?, given.input(2)?);
            let (dims, places) = broadcast(given, &[test, a, b])?;
            let mut cells = Vec::with_capacity(places.len());
            for at in places {
                let args = chosen(&[test, a, b], &at);
                cells.push(match args.as_slice() {
                    [Cell::Constant(test), a, b] => {
                        if *test != 0.0 {
                            *a
                        } else {
                            *b
                        }
                    }
                    _ => tracer.builder.cell(Op::Where, args).map_err(large)?,
                });
            }
            single(a.elem, dims, cells)
        }
        "Clip" => {
            from.only(&["max", "min"])?;
            let value = given.input(0)?;
            let bound = |name: &str, at: usize, otherwise: f64| match given.optional(at) {
                Some(bound) => match bound.constants().as_deref() {
                    Some([x]) => Ok(*x),
                    _ => Err(from.unsupported("a bound that is no constant")),
                },
                None => Ok(f64::from(from.float(name, otherwise as f32)?)),
            };
            let (low, high) =
                (bound("min", 1, f64::NEG_INFINITY)?, bound("max", 2, f64::INFINITY)?);
            each(tracer, value, Unary::Clip(low, high), value.elem)?
        }
        "MatMul" | "Gemm" => product(tracer, given)?,
        "Softmax" | "LogSoftmax" => {
            from.only(&["axis"])?;
            let value = given.input(0)?;
            let otherwise = if from.version < 13 { 1 } else { -1 };
            let axis = given.axis(from.int("axis", otherwise)?, value.dims.len())?;
            // Before version 13 all that follows the axis is one group.
            if from.version < 13 && value.split_at(axis).2 != 1 {
                return Err(from.unsupported("more than one dimension"));
            }
            let softmax = along(tracer, value, axis, |tracer, args| {
                let width = args.len();
                tracer.builder.cells(Arc::new(Softmax), args, width).map_err(large)
            })?;
            match name {
                "LogSoftmax" => each(tracer, &softmax, Unary::Log, value.elem)?,
                _ => Some(vec![Rc::new(softmax)]),
            }
        }
        "LpNormalization" => {
            from.only(&["axis", "p"])?;
            let value = given.input(0)?;
            let axis = given.axis(from.int("axis", -1)?, value.dims.len())?;
            let norm = if from.int("p", 2)? == 1 { Norm::Sum } else { Norm::Length };
            let normed = along(tracer, value, axis, |tracer, args| {
                let width = args.len();
                tracer.builder.cells(Arc::new(norm), args, width).map_err(large)
            })?;
            Some(vec![Rc::new(normed)])
        }
        "ArgMax" | "ArgMin" => {
            from.only(&["axis", "keepdims", "select_last_index"])?;
            let last = from.int("select_last_index", 0)? != 0;
            let arg = Arg { largest: name == "ArgMax", last };
            let axes = vec![from.int("axis", 0)?];
            let keep = from.int("keepdims", 1)? != 0;
            let mut value = reduced(given, &axes, keep, |args| {
                tracer.builder.cells(Arc::new(arg), args, 1).map_err(large)
            })?;
            value.elem = Elem::Whole;
            Some(vec![Rc::new(value)])
        }
        "ReduceSum" | "ReduceMean" | "ReduceMax" | "ReduceMin" | "ReduceSumSquare" | "ReduceL2"
        | "ReduceL1" | "ReduceLogSumExp" | "ReduceProd" => reduce(tracer, given)?,
        "TopK" => {
            from.only(&["axis", "k", "largest", "sorted"])?;
            let value = given.input(0)?;
            let rank = value.dims.len();
            let axis = given.axis(from.int("axis", -1)?, rank)?;
            let k = given.whole(1)?.and_then(|k| k.first().copied()).unwrap_or(from.int("k", 0)?);
            let length = value.split_at(axis).1;
            let k = usize::try_from(k).ok().filter(|k| *k <= length && *k > 0);
            let (Some(k), true) = (k, axis + 1 == rank) else {
                return Err(from.unsupported("another number than there are, or another axis"));
            };
            let best = Best { largest: from.int("largest", 1)? != 0, count: k };
            let (mut numbers, mut places) = (Vec::new(), Vec::new());
            for args in value.cells.chunks(length.max(1)) {
                let cells =
                    tracer.builder.cells(Arc::new(best), args.to_vec(), 2 * k).map_err(large)?;
                let (first, second) = cells.split_at_checked(k).unwrap_or_default();
                numbers.extend(first);
                places.extend(second);
            }
            let mut dims = value.dims.clone();
            if let Some(dim) = dims.last_mut() {
                *dim = k;
            }
            let value = Rc::new(Value::new(value.elem, dims.clone(), numbers));
            Some(vec![value, Rc::new(Value::new(Elem::Whole, dims, places))])
        }
        "BatchNormalization" => normalization(tracer, given)?,
        _ => None,
    })
}

fn unary(given: &Given) -> Result<Option<Unary>, Trouble> {
    let from = given.from;
    let plain = match from.node.name {
        "Neg" => Unary::Negative,
        "Abs" => Unary::Absolute,
        "Not" => Unary::Not,
        "Exp" => Unary::Exp,
        "Log" => Unary::Log,
        "Sqrt" => Unary::Sqrt,
        "Sigmoid" => Unary::Sigmoid,
        "Tanh" => Unary::Tanh,
        "Relu" => Unary::Relu,
        "Erf" => Unary::Erf,
        "Reciprocal" => Unary::Reciprocal,
        "Floor" => Unary::Floor,
        "Ceil" => Unary::Ceil,
        "Round" => Unary::Round,
        "Sign" => Unary::Sign,
        "Softplus" => Unary::Softplus,
        "IsNaN" => Unary::IsNan,
        "IsInf" => Unary::IsInfinite,
        "LeakyRelu" => {
            from.only(&["alpha"])?;
            return Ok(Some(Unary::LeakyRelu(f64::from(from.float("alpha", 0.01)?))));
        }
        "Elu" => {
            from.only(&["alpha"])?;
            return Ok(Some(Unary::Elu(f64::from(from.float("alpha", 1.0)?))));
        }
        _ => return Ok(None),
    };
    from.only(&[])?;
    Ok(Some(plain))
}

fn binary(name: &str) -> Option<Binary> {
    Some(match name {
        "Add" => Binary::Add,
        "Sub" => Binary::Sub,
        "Mul" => Binary::Mul,
        "Div" => Binary::Div,
        "Pow" => Binary::Pow,
        "Less" => Binary::Less,
        "LessOrEqual" => Binary::LessOrEqual,
        "Greater" => Binary::Greater,
        "GreaterOrEqual" => Binary::GreaterOrEqual,
        "Equal" => Binary::Equal,
        "And" => Binary::And,
        "Or" => Binary::Or,
        "Xor" => Binary::Xor,
        "Mod" => Binary::Mod,
        "PRelu" => Binary::PRelu,
        _ => return None,
    })
}

/// One number from each.
pub(super) fn each(
    tracer: &mut Tracer,
    value: &Value,
    unary: Unary,
    to: Elem,
) -> Result<Outputs, Trouble> {
    let width = if to == Elem::Truth { value.elem } else { to };
    let cells = value
        .cells
        .iter()
        .map(|cell| {
            tracer.builder.cell(Op::Unary(unary.clone(), width), vec![*cell]).map_err(large)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(single(to, value.dims.clone(), cells))
}

pub(super) fn chosen(values: &[&Rc<Value>], at: &[usize]) -> Vec<Cell> {
    let pairs = values.iter().zip(at);
    pairs
        .map(|(value, at)| value.cells.get(*at).copied().unwrap_or(Cell::Constant(f64::NAN)))
        .collect()
}

fn pairs(tracer: &mut Tracer, given: &Given, binary: Binary) -> Result<Outputs, Trouble> {
    let (a, b) = (given.input(0)?, given.input(1)?);
    if a.elem != b.elem && binary != Binary::Pow {
        return Err(given.from.contradiction("tensors of different types", "one type"));
    }
    let truth = matches!(
        binary,
        Binary::Less
            | Binary::LessOrEqual
            | Binary::Greater
            | Binary::GreaterOrEqual
            | Binary::Equal
            | Binary::And
            | Binary::Or
            | Binary::Xor
    );
    if a.elem == Elem::Text {
        return texts(tracer, given, binary);
    }
    let (dims, places) = broadcast(given, &[a, b])?;
    let mut cells = Vec::with_capacity(places.len());
    for at in places {
        let op = Op::Binary(binary, a.elem);
        cells.push(tracer.builder.cell(op, chosen(&[a, b], &at)).map_err(large)?);
    }
    Ok(single(if truth { Elem::Truth } else { a.elem }, dims, cells))
}

/// Which texts are a constant one.
fn texts(tracer: &mut Tracer, given: &Given, binary: Binary) -> Result<Outputs, Trouble> {
    let (a, b) = (given.input(0)?, given.input(1)?);
    if binary != Binary::Equal {
        return Err(given.from.contradiction("texts", "numbers"));
    }
    let (dims, places) = broadcast(given, &[a, b])?;
    let mut cells = Vec::with_capacity(places.len());
    for at in places {
        cells.push(match chosen(&[a, b], &at).as_slice() {
            [cell, Cell::Constant(text)] | [Cell::Constant(text), cell] => {
                if let Some(root) = tracer.root(*cell) {
                    super::encoders::level(tracer, root, *text);
                }
                let op = Op::Unary(Unary::Equals(*text, 0.0), Elem::Text);
                tracer.builder.cell(op, vec![*cell]).map_err(large)?
            }
            _ => return Err(given.from.unsupported("texts of two columns")),
        });
    }
    Ok(single(Elem::Truth, dims, cells))
}

fn cast(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&["saturate", "to"])?;
    let value = given.input(0)?;
    let kind = given.from.int("to", 0)?;
    let to =
        elem(kind).ok_or_else(|| given.from.unsupported(format!("the element type {kind}")))?;
    match (value.elem, to) {
        (from, to) if from == to => return Ok(Some(vec![value.clone()])),
        (Elem::Text, to) => {
            let numbers = value.constants().map(|places| {
                let parse =
                    |place: &f64| tracer.texts.get(*place as usize)?.trim().parse::<f64>().ok();
                places.iter().map(parse).collect::<Option<Vec<f64>>>()
            });
            let Some(Some(numbers)) = numbers else {
                return Err(given.from.unsupported("texts as numbers"));
            };
            let cells =
                numbers.into_iter().map(|x| Cell::Constant(Unary::Cast.apply(x, to))).collect();
            return Ok(single(to, value.dims.clone(), cells));
        }
        (Elem::Whole, Elem::Text) => {
            let Some(numbers) = value.constants() else {
                return Err(given.from.unsupported("numbers as texts"));
            };
            let cells =
                numbers.iter().map(|x| Cell::Constant(tracer.text(&(*x as i64).to_string())));
            let cells = cells.collect();
            return Ok(single(to, value.dims.clone(), cells));
        }
        (_, Elem::Text) => return Err(given.from.unsupported("numbers as texts")),
        // What is 0 or 1, or whole, is so in double precision too.
        (Elem::Truth, Elem::Single | Elem::Double | Elem::Whole)
        | (Elem::Whole | Elem::Single, Elem::Double) => {
            return Ok(single(to, value.dims.clone(), value.cells.clone()));
        }
        _ => {}
    }
    let cells = value
        .cells
        .iter()
        .map(|cell| tracer.builder.cell(Op::Unary(Unary::Cast, to), vec![*cell]).map_err(large))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(single(to, value.dims.clone(), cells))
}

fn many(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&[])?;
    let first = given.input(0)?;
    let values: Vec<&Rc<Value>> = given.inputs.iter().flatten().collect();
    let plain: Vec<&Value> = values.iter().map(|value| value.as_ref()).collect();
    let (dims, places) = broadcast(given, &plain)?;
    let binary = match given.from.node.name {
        "Max" => Binary::Max,
        "Min" => Binary::Min,
        _ => Binary::Add,
    };
    let mut cells = Vec::with_capacity(places.len());
    for at in places {
        let mut args = chosen(&values, &at).into_iter();
        let mut sum = args.next().unwrap_or(Cell::Constant(0.0));
        for next in args {
            sum = tracer
                .builder
                .cell(Op::Binary(binary, first.elem), vec![sum, next])
                .map_err(large)?;
        }
        if given.from.node.name == "Mean" {
            let op = Op::Binary(Binary::Div, first.elem);
            sum = tracer
                .builder
                .cell(op, vec![sum, Cell::Constant(values.len() as f64)])
                .map_err(large)?;
        }
        cells.push(sum);
    }
    Ok(single(first.elem, dims, cells))
}

/// Every group along an axis, replaced by as many cells.
fn along(
    tracer: &mut Tracer,
    value: &Value,
    axis: usize,
    mut of: impl FnMut(&mut Tracer, Vec<Cell>) -> Result<Vec<Cell>, Trouble>,
) -> Result<Value, Trouble> {
    let (outer, length, inner) = value.split_at(axis);
    let mut cells = value.cells.clone();
    for step in 0..outer {
        for i in 0..inner {
            let place = |k: usize| (step * length + k) * inner + i;
            let args = (0..length).filter_map(|k| value.cells.get(place(k)).copied()).collect();
            for (k, cell) in of(tracer, args)?.into_iter().enumerate() {
                if let Some(to) = cells.get_mut(place(k)) {
                    *to = cell;
                }
            }
        }
    }
    Ok(Value::new(value.elem, value.dims.clone(), cells))
}

/// One of some cells, by a place that is computed.
pub(super) fn pick(tracer: &mut Tracer, place: Cell, from: Vec<Cell>) -> Result<Cell, Trouble> {
    let args = std::iter::once(place).chain(from).collect();
    let cells = tracer.builder.cells(Arc::new(Pick), args, 1).map_err(large)?;
    Ok(cells.first().copied().unwrap_or(Cell::Constant(f64::NAN)))
}
