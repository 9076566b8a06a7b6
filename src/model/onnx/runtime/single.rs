//! One operator as a graph of its own, evaluated by tract.

use std::cell::Cell as Flag;
use std::panic::AssertUnwindSafe;
use std::sync::Once;

use tract_onnx::prelude::{
    self as tract, DatumType, Framework, InferenceModelExt, IntoTValue, TValue, TVec, TractResult,
    TypedModel, TypedRunnableModel,
};

use super::super::attributes::Trouble;
use super::super::program::{Elem, Kernel};
use super::super::trace::Given;
use super::NAME;
use super::file::{Read, Tensor, file};
use super::known;

/// Most numbers that an operator reads or gives.
const MOST: usize = 2_000_000;
/// Most numbers that a convolution lays out beside each other.
const MOST_LAID_OUT: usize = 20_000_000;

/// What a tensor holds.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub elem: Elem,
    pub dims: Vec<usize>,
}

impl Shape {
    pub fn cells(&self) -> usize {
        self.dims.iter().product()
    }
}

/// An operator, ready to be run.
#[derive(Debug)]
pub(super) struct Single {
    plan: TypedRunnableModel<TypedModel>,
    inputs: Vec<Shape>,
    outputs: Vec<Shape>,
    invents: bool,
    /// Numbers that are read, times numbers that are given.
    pub pairs: usize,
}

impl Single {
    /// # Errors
    /// What the runtime does not evaluate, or what would cost too much.
    pub fn new(given: &Given, read: &Read) -> Result<Self, Trouble> {
        let from = given.from;
        let count = read.tensors.iter().map(|tensor| tensor.value.cells.len()).sum::<usize>();
        if count > MOST {
            return Err(from.unsupported("millions of numbers a row"));
        }
        let file = file(given, read);
        let refused =
            |what: String| from.unsupported(format!("what {NAME} does not evaluate ({what})"));
        let typed =
            quietly(|| tract_onnx::onnx().model_for_read(&mut file.as_slice())?.into_typed())
                .map_err(refused)?;
        let mut outputs = Vec::new();
        for at in 0..typed.outputs.len() {
            let shape = quietly(|| {
                let fact = typed.output_fact(at)?;
                Ok(fact.shape.as_concrete().map(|dims| (dims.to_vec(), fact.datum_type)))
            });
            let Some((dims, datum)) = shape.map_err(refused)? else {
                return Err(from.unsupported("a shape that depends on the row"));
            };
            let elem = match datum {
                DatumType::F32 => Elem::Single,
                DatumType::F64 => Elem::Double,
                DatumType::Bool => Elem::Truth,
                _ if datum.is_integer() || datum.is_tdim() => Elem::Whole,
                _ => return Err(from.unsupported(format!("numbers of the type {datum:?}"))),
            };
            let cells = dims.iter().try_fold(1usize, |n, dim| n.checked_mul(*dim));
            if cells.is_none_or(|cells| cells == 0 || cells > MOST) {
                return Err(from.unsupported("millions of numbers a row, or none"));
            }
            outputs.push(Shape { elem, dims });
        }
        let wanted = from.node.outputs.iter().filter(|name| !name.is_empty()).count();
        if outputs.len() != wanted {
            return Err(from.contradiction(format!("{wanted} outputs"), "as many as it gives"));
        }
        let gives = outputs.iter().map(Shape::cells).sum::<usize>();
        if gives > MOST || laid_out(given, &outputs) > MOST_LAID_OUT {
            return Err(from.unsupported("millions of numbers a row"));
        }
        let pairs = count.saturating_mul(gives);
        let plan = quietly(|| typed.into_optimized()?.into_runnable()).map_err(refused)?;
        let shape = |tensor: &Tensor| Shape { elem: tensor.value.elem, dims: tensor.dims.clone() };
        let inputs = read.open().map(shape).collect();
        let invents = known::operator(from.node.name).is_some_and(known::Operator::invents);
        Ok(Single { plan, inputs, outputs, invents, pairs })
    }

    pub fn outputs(&self) -> &[Shape] {
        &self.outputs
    }

    fn evaluate(&self, from: &[f64]) -> Result<Vec<f64>, String> {
        let mut rest = from;
        let mut inputs: TVec<TValue> = TVec::new();
        for shape in &self.inputs {
            let (own, others) = rest.split_at_checked(shape.cells()).ok_or("too few numbers")?;
            rest = others;
            inputs.push(quietly(|| Ok(tensor(shape, own)?.into_tvalue()))?);
        }
        quietly(|| {
            let mut all = Vec::new();
            for value in self.plan.run(inputs)? {
                let value = value.cast_to::<f64>()?;
                all.extend_from_slice(value.as_slice::<f64>()?);
            }
            Ok(all)
        })
    }
}

impl Kernel for Single {
    fn run(&self, from: &[f64], to: &mut [f64]) {
        let mut at = 0;
        let lost = self.inputs.iter().any(|shape| {
            let own = from.get(at..at + shape.cells()).unwrap_or_default();
            at += shape.cells();
            // A whole number or a truth has no way to say that it is missing.
            (self.invents || matches!(shape.elem, Elem::Whole | Elem::Truth))
                && own.iter().any(|x| x.is_nan())
        });
        if lost {
            return to.fill(f64::NAN);
        }
        match self.evaluate(from) {
            Ok(found) if found.len() == to.len() => to.copy_from_slice(&found),
            _ => to.fill(f64::NAN),
        }
    }
}

/// Numbers that a convolution or a pool lays out beside each other, one kernel a place.
fn laid_out(given: &Given, outputs: &[Shape]) -> usize {
    let cells = outputs.first().map_or(0, Shape::cells);
    let kernel = match given.from.node.name {
        "Conv" => given.optional(1).map_or(0, |weights| {
            let channels = weights.dims.first().copied().unwrap_or(1).max(1);
            weights.cells.len().div_ceil(channels * channels)
        }),
        _ => given.from.ints("kernel_shape").map_or(0, |kernel| {
            kernel.iter().fold(1, |n: usize, x| n.saturating_mul(x.unsigned_abs() as usize))
        }),
    };
    cells.saturating_mul(kernel)
}

fn tensor(shape: &Shape, numbers: &[f64]) -> TractResult<tract::Tensor> {
    let numbers = numbers.iter();
    match shape.elem {
        Elem::Double => {
            tract::Tensor::from_shape(&shape.dims, &numbers.copied().collect::<Vec<f64>>())
        }
        Elem::Whole => tract::Tensor::from_shape(
            &shape.dims,
            &numbers.map(|x| *x as i64).collect::<Vec<i64>>(),
        ),
        Elem::Truth => tract::Tensor::from_shape(
            &shape.dims,
            &numbers.map(|x| *x != 0.0).collect::<Vec<bool>>(),
        ),
        Elem::Single | Elem::Text => tract::Tensor::from_shape(
            &shape.dims,
            &numbers.map(|x| *x as f32).collect::<Vec<f32>>(),
        ),
    }
}

thread_local! {
    /// The runtime computes on this thread.
    static RUNS: Flag<bool> = const { Flag::new(false) };
}

/// Runs a piece of the runtime; what it gives up on, and where it panics, is an error. It was not made for files of
/// strangers: a panic in it must neither end a run nor be printed.
fn quietly<T>(piece: impl FnOnce() -> TractResult<T>) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !RUNS.get() {
                before(info);
            }
        }));
    });
    RUNS.set(true);
    let result = std::panic::catch_unwind(AssertUnwindSafe(piece));
    RUNS.set(false);
    match result {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(error)) => Err(error.root_cause().to_string().chars().take(200).collect()),
        Err(_) => Err("it gave up".to_owned()),
    }
}
