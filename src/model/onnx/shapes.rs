//! Operators that move elements about and compute nothing.

use std::rc::Rc;

use super::attributes::Trouble;
use super::program::{Cell, Elem};
use super::trace::{Given, Tracer, Value, count, single};

type Outputs = Option<Vec<Rc<Value>>>;

/// What the operator gives; none if it is of another kind.
pub(super) fn apply(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    Ok(match given.from.node.name {
        "Identity" | "Dropout" => {
            given.from.only(&["ratio", "seed", "is_test"])?;
            Some(vec![given.input(0)?.clone()])
        }
        "Constant" => constant(tracer, given)?,
        "ConstantOfShape" => {
            given.from.only(&["value"])?;
            let dims = sizes(given, &given.whole(0)?.unwrap_or_default())?;
            let fill = match given.from.tensor("value")? {
                Some(tensor) => tracer.tensor(&tensor)?,
                None => Value::new(Elem::Single, vec![1], vec![Cell::Constant(0.0)]),
            };
            let cell = fill.cells.first().copied().unwrap_or(Cell::Constant(0.0));
            let cells = vec![cell; dims.iter().product()];
            single(fill.elem, dims, cells)
        }
        "Shape" => {
            given.from.only(&[])?;
            let dims = &given.input(0)?.dims;
            let cells = dims.iter().map(|dim| Cell::Constant(*dim as f64)).collect();
            single(Elem::Whole, vec![dims.len()], cells)
        }
        "Concat" => concat(given)?,
        "Reshape" => reshape(given)?,
        "Flatten" => {
            given.from.only(&["axis"])?;
            let value = given.input(0)?;
            let axis = given.from.int("axis", 1)?;
            let rank = value.dims.len();
            let axis = if axis == rank as i64 { rank } else { given.axis(axis, rank.max(1))? };
            let (outer, length, inner) = value.split_at(axis);
            single(value.elem, vec![outer, length * inner], value.cells.clone())
        }
        "Squeeze" | "Unsqueeze" => squeeze(given)?,
        "Transpose" => transpose(given)?,
        "Gather" => gather(tracer, given)?,
        "Slice" => slice(given)?,
        "Split" => split(given)?,
        "Expand" => {
            given.from.only(&[])?;
            let value = given.input(0)?;
            let to = sizes(given, &given.whole(1)?.unwrap_or_default())?;
            let like =
                Value::new(value.elem, to.clone(), vec![Cell::Constant(0.0); to.iter().product()]);
            let (dims, places) = broadcast(given, &[value, &like])?;
            let cells = places.iter().filter_map(|at| value.cells.get(*at.first()?).copied());
            single(value.elem, dims, cells.collect())
        }
        "Tile" => {
            given.from.only(&[])?;
            let value = given.input(0)?;
            let repeats = sizes(given, &given.whole(1)?.unwrap_or_default())?;
            if repeats.len() != value.dims.len() {
                return Err(given.from.contradiction("repeats of another rank", "one a dimension"));
            }
            let whole = repeats.iter().fold(value.cells.len(), |n, times| n.saturating_mul(*times));
            if whole > 1_000_000 {
                return Err(given.from.unsupported("a tensor of such a size"));
            }
            let mut tiled = Value::clone(value);
            for (axis, times) in repeats.iter().enumerate() {
                let part = Rc::new(tiled);
                let parts: Vec<_> = (0..*times).map(|_| Rc::clone(&part)).collect();
                tiled = joined(given, &parts, axis)?;
            }
            Some(vec![Rc::new(tiled)])
        }
        _ => None,
    })
}

fn constant(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    let numbers = |elem, numbers: Vec<f64>| {
        let cells: Vec<Cell> = numbers.into_iter().map(Cell::Constant).collect();
        single(elem, vec![cells.len()], cells)
    };
    from.only(&[
        "value",
        "value_float",
        "value_floats",
        "value_int",
        "value_ints",
        "value_string",
        "value_strings",
    ])?;
    let scalar = |elem, x: f64| single(elem, Vec::new(), vec![Cell::Constant(x)]);
    Ok(if let Some(tensor) = from.tensor("value")? {
        Some(vec![Rc::new(tracer.tensor(&tensor)?)])
    } else if from.has("value_float") {
        scalar(Elem::Single, f64::from(from.float("value_float", 0.0)?))
    } else if from.has("value_floats") {
        numbers(Elem::Single, from.floats("value_floats")?.into_iter().map(f64::from).collect())
    } else if from.has("value_int") {
        scalar(Elem::Whole, from.int("value_int", 0)? as f64)
    } else if from.has("value_ints") {
        numbers(Elem::Whole, from.ints("value_ints")?.into_iter().map(|x| x as f64).collect())
    } else if from.has("value_strings") {
        let texts = from.texts("value_strings")?;
        numbers(Elem::Text, texts.iter().map(|text| tracer.text(text)).collect())
    } else {
        return Err(from.unsupported("a constant of another kind"));
    })
}

/// Sizes that no small file can make large.
fn sizes(given: &Given, dims: &[i64]) -> Result<Vec<usize>, Trouble> {
    let sizes: Option<Vec<usize>> = dims.iter().map(|dim| usize::try_from(*dim).ok()).collect();
    let product =
        |sizes: &Vec<usize>| sizes.iter().try_fold(1usize, |n, dim| n.checked_mul((*dim).max(1)));
    sizes
        .filter(|sizes| product(sizes).is_some_and(|n| n <= 1_000_000))
        .ok_or_else(|| given.from.unsupported("a tensor of such a size"))
}

fn concat(given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&["axis"])?;
    let parts: Vec<Rc<Value>> = given.inputs.iter().flatten().cloned().collect();
    let Some(first) = parts.first() else {
        return Err(given.from.contradiction("nothing to join", "inputs"));
    };
    if parts.len() == 1 {
        return Ok(Some(vec![first.clone()]));
    }
    let axis = given.axis(given.from.int("axis", 1)?, first.dims.len())?;
    Ok(Some(vec![Rc::new(joined(given, &parts, axis)?)]))
}

/// Tensors one after the other along an axis.
fn joined(given: &Given, parts: &[Rc<Value>], axis: usize) -> Result<Value, Trouble> {
    let Some(first) = parts.first() else {
        return Err(given.from.contradiction("nothing to join", "inputs"));
    };
    let rest = |value: &Value| {
        let mut dims = value.dims.clone();
        if axis < dims.len() {
            dims.remove(axis);
        }
        dims
    };
    if parts.iter().any(|part| rest(part) != rest(first) || part.dims.len() != first.dims.len()) {
        return Err(given.from.contradiction("tensors of different shapes", "one shape"));
    }
    if parts.iter().any(|part| part.elem != first.elem) {
        return Err(given.from.contradiction("tensors of different types", "one type"));
    }
    let outer = first.split_at(axis).0;
    let mut cells = Vec::new();
    for step in 0..outer {
        for part in parts {
            let (_, length, inner) = part.split_at(axis);
            cells.extend(part.cells.iter().skip(step * length * inner).take(length * inner));
        }
    }
    let mut dims = first.dims.clone();
    if let Some(dim) = dims.get_mut(axis) {
        *dim = parts.iter().map(|part| part.dims.get(axis).copied().unwrap_or(0)).sum();
    }
    Ok(Value::new(first.elem, dims, cells))
}

fn reshape(given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&["allowzero", "shape"])?;
    let value = given.input(0)?;
    let shape = given.listed("shape", 1)?.unwrap_or_default();
    let keep = given.from.int("allowzero", 0)? == 0;
    let mut dims: Vec<usize> = Vec::new();
    let mut free = None;
    for (i, dim) in shape.iter().enumerate() {
        dims.push(match dim {
            -1 if free.is_none() => {
                free = Some(i);
                1
            }
            0 if keep => value.dims.get(i).copied().unwrap_or(1),
            dim => usize::try_from(*dim)
                .map_err(|_| given.from.contradiction(format!("the shape {shape:?}"), "sizes"))?,
        });
    }
    let fixed = dims.iter().try_fold(1usize, |n, dim| n.checked_mul(*dim)).unwrap_or(0);
    if let Some(dim) = free.and_then(|i| dims.get_mut(i)) {
        *dim = value.cells.len().checked_div(fixed).unwrap_or(0);
    }
    let product = dims.iter().try_fold(1usize, |n, dim| n.checked_mul(*dim));
    if product != Some(value.cells.len()) {
        let found = format!("the shape {shape:?} for {} elements a row", value.cells.len());
        return Err(given.from.contradiction(found, "as many"));
    }
    Ok(single(value.elem, dims, value.cells.clone()))
}

fn squeeze(given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&["axes"])?;
    let value = given.input(0)?;
    let axes = given.listed("axes", 1)?;
    let mut dims = value.dims.clone();
    if given.from.node.name == "Squeeze" {
        let axes = match axes {
            Some(axes) => {
                axes.iter().map(|a| given.axis(*a, dims.len())).collect::<Result<Vec<_>, _>>()?
            }
            None => (0..dims.len()).filter(|a| dims.get(*a) == Some(&1)).collect(),
        };
        let mut at = 0;
        dims.retain(|_| {
            at += 1;
            !axes.contains(&(at - 1))
        });
    } else {
        let axes = axes.unwrap_or_default();
        let rank = dims.len().saturating_add(axes.len());
        let mut axes = axes.iter().map(|a| given.axis(*a, rank)).collect::<Result<Vec<_>, _>>()?;
        axes.sort_unstable();
        for axis in axes {
            dims.insert(axis.min(dims.len()), 1);
        }
    }
    if dims.iter().fold(1usize, |n, dim| n.saturating_mul(*dim)) != value.cells.len() {
        return Err(given.from.contradiction("a dimension that is not 1", "1"));
    }
    Ok(single(value.elem, dims, value.cells.clone()))
}

fn transpose(given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&["perm"])?;
    let value = given.input(0)?;
    let rank = value.dims.len();
    let order = match given.from.has("perm") {
        true => given.from.ints("perm")?,
        false => (0..rank as i64).rev().collect(),
    };
    let order = order.iter().map(|a| given.axis(*a, rank)).collect::<Result<Vec<_>, _>>()?;
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if sorted.len() != rank || sorted.iter().enumerate().any(|(i, axis)| i != *axis) {
        return Err(given.from.contradiction(format!("the order {order:?}"), "each axis once"));
    }
    let strides = strides(&value.dims);
    let dims: Vec<usize> = order.iter().filter_map(|axis| value.dims.get(*axis).copied()).collect();
    let moved: Vec<usize> = order.iter().filter_map(|axis| strides.get(*axis).copied()).collect();
    let cells = places(&dims, &moved).into_iter().filter_map(|at| value.cells.get(at).copied());
    Ok(single(value.elem, dims.clone(), cells.collect()))
}

/// How far elements lie apart along each axis.
fn strides(dims: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; dims.len()];
    for axis in (1..dims.len()).rev() {
        let step = strides.get(axis).copied().unwrap_or(1) * dims.get(axis).copied().unwrap_or(1);
        if let Some(stride) = strides.get_mut(axis - 1) {
            *stride = step;
        }
    }
    strides
}

/// Where the elements of a tensor of these dimensions lie, in C order.
fn places(dims: &[usize], strides: &[usize]) -> Vec<usize> {
    let mut places = vec![0];
    for (dim, stride) in dims.iter().zip(strides) {
        places = places.iter().flat_map(|at| (0..*dim).map(move |i| at + i * stride)).collect();
    }
    places
}

fn gather(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&["axis"])?;
    let (value, at) = (given.input(0)?, given.input(1)?);
    let axis = given.axis(given.from.int("axis", 0)?, value.dims.len())?;
    let (outer, length, inner) = value.split_at(axis);
    if outer.saturating_mul(inner).saturating_mul(at.cells.len()) > 4_000_000 {
        return Err(given.from.unsupported("a tensor of such a size"));
    }
    let mut dims: Vec<usize> = value.dims.iter().take(axis).copied().collect();
    dims.extend(&at.dims);
    dims.extend(value.dims.iter().skip(axis + 1));
    let mut cells = Vec::new();
    for step in 0..outer {
        for place in &at.cells {
            for i in 0..inner {
                let of = |k: usize| value.cells.get((step * length + k) * inner + i).copied();
                cells.push(match place {
                    Cell::Constant(_) => of(counted(given, *place, length)?).ok_or_else(|| {
                        given.from.contradiction("an index", "one of the elements")
                    })?,
                    Cell::Slot(_) => {
                        super::numbers::pick(tracer, *place, (0..length).filter_map(of).collect())?
                    }
                });
            }
        }
    }
    Ok(single(value.elem, dims, cells))
}

/// A constant index, counted from the front.
pub(super) fn counted(given: &Given, place: Cell, length: usize) -> Result<usize, Trouble> {
    let at = count(place);
    let at = if at < 0 { at.saturating_add(length as i64) } else { at };
    usize::try_from(at).ok().filter(|at| *at < length).ok_or_else(|| {
        given.from.contradiction(format!("the index {at} of {length}"), "one of them")
    })
}

fn slice(given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&["axes", "ends", "starts"])?;
    let value = given.input(0)?;
    let starts = given.listed("starts", 1)?.unwrap_or_default();
    let ends = given.listed("ends", 2)?.unwrap_or_default();
    let axes = given.listed("axes", 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = given.whole(4)?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
        return Err(given.from.contradiction("lists of different lengths", "one length"));
    }
    let mut value = Value::clone(value);
    for (((start, end), axis), step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
        if *step != 1 {
            return Err(given.from.unsupported(format!("the step {step}")));
        }
        let axis = given.axis(*axis, value.dims.len())?;
        let (outer, length, inner) = value.split_at(axis);
        let bound = |x: i64| {
            let x = if x < 0 { x.saturating_add(length as i64) } else { x };
            usize::try_from(x.max(0)).unwrap_or(usize::MAX).min(length)
        };
        let (start, end) = (bound(*start), bound(*end));
        let kept = end.saturating_sub(start);
        let mut cells = Vec::new();
        for step in 0..outer {
            cells.extend(
                value.cells.iter().skip((step * length + start) * inner).take(kept * inner),
            );
        }
        value.cells = cells;
        if let Some(dim) = value.dims.get_mut(axis) {
            *dim = kept;
        }
    }
    Ok(Some(vec![Rc::new(value)]))
}

fn split(given: &Given) -> Result<Outputs, Trouble> {
    given.from.only(&["axis", "num_outputs", "split"])?;
    let value = given.input(0)?;
    let axis = given.axis(given.from.int("axis", 0)?, value.dims.len())?;
    let (outer, length, inner) = value.split_at(axis);
    let parts = given.from.node.outputs.len().max(1);
    let lengths = match given.listed("split", 1)? {
        Some(lengths) => sizes(given, &lengths)?,
        None => {
            let each = length.div_ceil(parts);
            (0..parts).map(|i| length.saturating_sub(i * each).min(each)).collect()
        }
    };
    let sum = lengths.iter().fold(0usize, |n, part| n.saturating_add(*part));
    if sum != length || lengths.len() != parts {
        return Err(given
            .from
            .contradiction(format!("parts of {lengths:?} of {length}"), "all of it"));
    }
    let mut start = 0;
    let mut outputs = Vec::new();
    for part in lengths {
        let mut cells = Vec::new();
        for step in 0..outer {
            cells.extend(
                value.cells.iter().skip((step * length + start) * inner).take(part * inner),
            );
        }
        let mut dims = value.dims.clone();
        if let Some(dim) = dims.get_mut(axis) {
            *dim = part;
        }
        start += part;
        outputs.push(Rc::new(Value::new(value.elem, dims, cells)));
    }
    Ok(Some(outputs))
}

/// The common shape of tensors, and for each of its elements which element of each tensor belongs there.
pub(super) fn broadcast(
    given: &Given,
    values: &[&Value],
) -> Result<(Vec<usize>, Vec<Vec<usize>>), Trouble> {
    let rank = values.iter().map(|value| value.dims.len()).max().unwrap_or(0);
    let padded: Vec<Vec<usize>> = values
        .iter()
        .map(|value| {
            let mut dims = vec![1; rank - value.dims.len()];
            dims.extend(&value.dims);
            dims
        })
        .collect();
    let mut dims = vec![1usize; rank];
    for own in &padded {
        for (dim, own) in dims.iter_mut().zip(own) {
            match (*dim, *own) {
                (a, b) if a == b || b == 1 => {}
                (1, b) => *dim = b,
                (a, b) => {
                    return Err(given
                        .from
                        .contradiction(format!("dimensions {a} and {b}"), "one or equal ones"));
                }
            }
        }
    }
    sizes(given, &dims.iter().map(|dim| *dim as i64).collect::<Vec<_>>())?;
    let of = |own: &Vec<usize>| {
        let steps: Vec<usize> = strides(own)
            .into_iter()
            .zip(own)
            .map(|(stride, dim)| if *dim == 1 { 0 } else { stride })
            .collect();
        places(&dims, &steps)
    };
    let columns: Vec<Vec<usize>> = padded.iter().map(of).collect();
    let count = dims.iter().product();
    let rows = (0..count)
        .map(|i| columns.iter().map(|column| column.get(i).copied().unwrap_or(0)).collect())
        .collect();
    Ok((dims, rows))
}
