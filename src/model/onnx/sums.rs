//! Operators of ONNX that add: matrix products, sums along axes, normalisation of columns.

use std::rc::Rc;
use std::sync::Arc;

use super::arithmetic::{Binary, Unary};
use super::attributes::Trouble;
use super::kernels::LogSumExp;
use super::numbers::chosen;
use super::program::{Cell, Op};
use super::shapes::broadcast;
use super::trace::{Given, Tracer, Value, large, single};

/// Most numbers of a product.
const MOST: usize = 1_000_000;

type Outputs = Option<Vec<Rc<Value>>>;

/// MatMul and Gemm with constant weights.
pub(super) fn product(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    let gemm = from.node.name == "Gemm";
    from.only(if gemm { &["alpha", "beta", "transA", "transB"] } else { &[] })?;
    let (a, b) = (given.input(0)?, given.input(1)?);
    let turned = |name: &str| from.int(name, 0).map(|x| x != 0);
    if turned("transA")? {
        return Err(from.unsupported("a transposed first matrix"));
    }
    let (alpha, beta) = (f64::from(from.float("alpha", 1.0)?), f64::from(from.float("beta", 1.0)?));
    let (rows, depth, mut dims) = match a.dims.as_slice() {
        [depth] => (1, *depth, Vec::new()),
        [outer @ .., depth] => (outer.iter().product::<usize>(), *depth, outer.to_vec()),
        [] => return Err(from.contradiction("a number", "a matrix")),
    };
    let transposed = turned("transB")?;
    let (inner, columns) = match (b.dims.as_slice(), transposed) {
        ([inner], false) => (*inner, 1),
        ([inner, columns], false) | ([columns, inner], true) => {
            dims.push(*columns);
            (*inner, *columns)
        }
        _ => return Err(from.unsupported("matrices in a batch")),
    };
    if inner != depth {
        return Err(from.contradiction(format!("{depth} columns for {inner} rows"), "as many"));
    }
    if rows.saturating_mul(columns) > MOST {
        return Err(from.unsupported("a product of such a size"));
    }
    let Some(weights) = b.constants() else {
        return Err(from.unsupported("weights that are no constants"));
    };
    let elem = a.elem;
    let mut cells = Vec::new();
    for row in 0..rows {
        let args: Vec<Cell> = a.cells.iter().skip(row * depth).take(depth).copied().collect();
        for column in 0..columns {
            let of = |k: usize| {
                let at = if transposed { column * depth + k } else { k * columns + column };
                alpha * weights.get(at).copied().unwrap_or(0.0)
            };
            let op = Op::Dot((0..depth).map(of).collect(), elem);
            cells.push(tracer.builder.cell(op, args.clone()).map_err(large)?);
        }
    }
    let product = Rc::new(Value::new(elem, dims, cells));
    let Some(bias) = given.optional(2).filter(|_| gemm) else {
        return Ok(Some(vec![product]));
    };
    let (dims, places) = broadcast(given, &[&product, bias])?;
    let mut cells = Vec::new();
    for at in places {
        let args = chosen(&[&product, bias], &at);
        let args = match args.as_slice() {
            [sum, Cell::Constant(x)] => vec![*sum, Cell::Constant(beta * x)],
            _ if beta == 1.0 => args,
            _ => return Err(from.unsupported("a beta with a computed bias")),
        };
        cells.push(tracer.builder.cell(Op::Binary(Binary::Add, elem), args).map_err(large)?);
    }
    Ok(single(elem, dims, cells))
}

/// Every group along some axes, as one cell.
pub(super) fn reduced(
    given: &Given,
    axes: &[i64],
    keep: bool,
    mut of: impl FnMut(Vec<Cell>) -> Result<Vec<Cell>, Trouble>,
) -> Result<Value, Trouble> {
    let value = given.input(0)?;
    let rank = value.dims.len();
    let axes = axes.iter().map(|a| given.axis(*a, rank)).collect::<Result<Vec<_>, _>>()?;
    let mut groups: Vec<Vec<Cell>> = Vec::new();
    let kept: Vec<usize> = value
        .dims
        .iter()
        .enumerate()
        .map(|(i, dim)| if axes.contains(&i) { 1 } else { *dim })
        .collect();
    groups.resize(kept.iter().product(), Vec::new());
    for (at, cell) in value.cells.iter().enumerate() {
        let (mut rest, mut to, mut stride) = (at, 0, 1);
        for (axis, dim) in value.dims.iter().enumerate().rev() {
            let i = rest % dim;
            rest /= dim;
            if !axes.contains(&axis) {
                to += i * stride;
                stride *= dim;
            }
        }
        if let Some(group) = groups.get_mut(to) {
            group.push(*cell);
        }
    }
    let cells = groups.into_iter().map(&mut of).collect::<Result<Vec<_>, _>>()?;
    let mut dims = Vec::new();
    for (axis, dim) in kept.iter().enumerate() {
        if keep || !axes.contains(&axis) {
            dims.push(*dim);
        }
    }
    Ok(Value::new(value.elem, dims, cells.into_iter().flatten().collect()))
}

/// A sum, mean, largest or other number along axes.
pub(super) fn reduce(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    from.only(&["axes", "keepdims", "noop_with_empty_axes"])?;
    let rank = given.input(0)?.dims.len() as i64;
    let elem = given.input(0)?.elem;
    let axes = match given.listed("axes", 1)? {
        Some(axes) if !axes.is_empty() => axes,
        _ if from.int("noop_with_empty_axes", 0)? != 0 => {
            return Ok(Some(vec![given.input(0)?.clone()]));
        }
        _ => (0..rank).collect(),
    };
    let name = from.node.name;
    let builder = &mut tracer.builder;
    let value = reduced(given, &axes, from.int("keepdims", 1)? != 0, |args| {
        let count = args.len();
        let folded = |builder: &mut super::program::Builder, binary, args: Vec<Cell>| {
            let mut args = args.into_iter();
            let mut sum = args.next().unwrap_or(Cell::Constant(0.0));
            for next in args {
                sum = builder.cell(Op::Binary(binary, elem), vec![sum, next])?;
            }
            Ok::<Cell, String>(sum)
        };
        let squares = |builder: &mut super::program::Builder, args: Vec<Cell>| {
            let square = |cell: Cell| builder.cell(Op::Binary(Binary::Mul, elem), vec![cell, cell]);
            args.into_iter().map(square).collect::<Result<Vec<Cell>, String>>()
        };
        let one = match name {
            "ReduceSum" => builder.cell(Op::Dot(vec![1.0; count].into(), elem), args),
            "ReduceMean" => {
                let sum =
                    builder.cell(Op::Dot(vec![1.0; count].into(), elem), args).map_err(large)?;
                builder.cell(Op::Binary(Binary::Div, elem), vec![sum, Cell::Constant(count as f64)])
            }
            "ReduceMax" => folded(builder, Binary::Max, args),
            "ReduceMin" => folded(builder, Binary::Min, args),
            "ReduceProd" => folded(builder, Binary::Mul, args),
            "ReduceSumSquare" | "ReduceL2" => {
                let squares = squares(builder, args).map_err(large)?;
                let sum = builder.cell(Op::Dot(vec![1.0; count].into(), elem), squares);
                match name {
                    "ReduceL2" => {
                        builder.cell(Op::Unary(Unary::Sqrt, elem), vec![sum.map_err(large)?])
                    }
                    _ => sum,
                }
            }
            "ReduceLogSumExp" => {
                let cells = builder.cells(Arc::new(LogSumExp), args, 1).map_err(large)?;
                return Ok(cells);
            }
            _ => return Err(from.unsupported("this sum")),
        };
        Ok(vec![one.map_err(large)?])
    })?;
    Ok(Some(vec![Rc::new(value)]))
}

/// Scale, bias, mean and variance a column.
pub(super) fn normalization(tracer: &mut Tracer, given: &Given) -> Result<Outputs, Trouble> {
    let from = given.from;
    from.only(&["epsilon", "momentum", "training_mode", "spatial"])?;
    if from.int("training_mode", 0)? != 0 {
        return Err(from.unsupported("a training mode"));
    }
    let value = given.input(0)?;
    let [scale, bias, mean, variance] =
        [1, 2, 3, 4].map(|at| given.input(at).map(|v| v.constants()));
    let (Some(scale), Some(bias), Some(mean), Some(variance)) = (scale?, bias?, mean?, variance?)
    else {
        return Err(from.unsupported("statistics that are no constants"));
    };
    let columns = value.dims.get(1).copied().unwrap_or(1);
    if value.dims.len() != 2
        || [scale.len(), bias.len(), mean.len(), variance.len()] != [columns; 4]
    {
        return Err(from.unsupported("something else than columns"));
    }
    let epsilon = f64::from(from.float("epsilon", 1e-5)?);
    let mut cells = Vec::new();
    for (i, cell) in value.cells.iter().enumerate() {
        let of = |list: &Vec<f64>| list.get(i % columns).copied().unwrap_or(f64::NAN);
        let factor = of(&scale) / (of(&variance) + epsilon).sqrt();
        let offset = of(&bias) - of(&mean) * factor;
        let one = vec![*cell, Cell::Constant(1.0)];
        let op = Op::Dot([factor, offset].into(), value.elem);
        cells.push(match cell {
            Cell::Constant(x) => Cell::Constant(factor * x + offset),
            Cell::Slot(_) => tracer.builder.cell(op, one).map_err(large)?,
        });
    }
    Ok(single(value.elem, value.dims.clone(), cells))
}
