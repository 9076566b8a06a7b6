//! A graph for many rows at once: every step for all rows before the next one.
//!
//! The numbers are those of row by row, bit for bit, because each row's are computed in the same order; what is saved is
//! looking up what to do, and a compiler can take several rows in one instruction.

use super::program::{Cell, Elem, Op, Program, Step};

/// Numbers of many rows, one row beside the other.
struct Lanes<'s> {
    slots: &'s [f64],
    lanes: usize,
}

impl Lanes<'_> {
    /// A cell's numbers, one a row; none of a constant.
    fn of(&self, cell: &Cell) -> Option<&[f64]> {
        match cell {
            Cell::Constant(_) => None,
            Cell::Slot(at) => {
                let at = *at as usize * self.lanes;
                self.slots.get(at..at + self.lanes)
            }
        }
    }

    /// A cell's number of one row.
    fn at(&self, cell: &Cell, lane: usize) -> f64 {
        match cell {
            Cell::Constant(x) => *x,
            Cell::Slot(_) => self.of(cell).and_then(|l| l.get(lane)).copied().unwrap_or(f64::NAN),
        }
    }
}

impl Program {
    /// The numbers of `lanes` rows: `sources` has those of each feature one beside the other, and so has `out`.
    pub fn run_block(&self, sources: &[f64], lanes: usize, out: &mut [f64]) {
        let mut slots = vec![f64::NAN; self.slots * lanes];
        let mut scratch = Scratch::default();
        for step in &self.steps {
            // A step reads only what stands before it.
            let (before, own) = slots.split_at_mut(step.at as usize * lanes);
            let Some(own) = own.get_mut(..step.width as usize * lanes) else { continue };
            step.run_block(sources, &Lanes { slots: before, lanes }, own, &mut scratch);
        }
        let done = Lanes { slots: &slots, lanes };
        for (out, cell) in out.chunks_exact_mut(lanes.max(1)).zip(&self.out) {
            match (cell, done.of(cell)) {
                (Cell::Constant(x), _) => out.fill(*x),
                (_, Some(found)) => out.copy_from_slice(found),
                (_, None) => out.fill(f64::NAN),
            }
        }
    }
}

/// Working memory, reused over steps.
#[derive(Default)]
struct Scratch {
    from: Vec<f64>,
    to: Vec<f64>,
    sums: Vec<f32>,
}

impl Step {
    fn run_block(&self, sources: &[f64], read: &Lanes, out: &mut [f64], scratch: &mut Scratch) {
        let lanes = read.lanes;
        let source = |j: &u32| {
            let at = *j as usize * lanes;
            sources.get(at..at + lanes).unwrap_or_default()
        };
        match (&self.op, &*self.args) {
            (Op::Raw(j), _) => {
                out.iter_mut().zip(source(j)).for_each(|(out, x)| *out = *x);
            }
            (Op::Decoded(j, levels), _) => {
                for (out, place) in out.iter_mut().zip(source(j)) {
                    *out = match levels.get(*place as usize).or(levels.last()) {
                        _ if place.is_nan() => f64::NAN,
                        Some(level) => *level,
                        None => f64::NAN,
                    };
                }
            }
            (Op::Unary(unary, elem), [x]) => {
                for (lane, out) in out.iter_mut().enumerate() {
                    *out = unary.apply(read.at(x, lane), *elem);
                }
            }
            (Op::Binary(binary, elem), [a, b]) => {
                for (lane, out) in out.iter_mut().enumerate() {
                    *out = binary.apply(read.at(a, lane), read.at(b, lane), *elem);
                }
            }
            (Op::Where, [test, a, b]) => {
                for (lane, out) in out.iter_mut().enumerate() {
                    *out = read.at(if read.at(test, lane) != 0.0 { a } else { b }, lane);
                }
            }
            (Op::Dot(weights, Elem::Single), args) => {
                // As `fused_sum`: one fused multiplication and addition after the other, each rounded once.
                scratch.sums.clear();
                scratch.sums.resize(lanes, 0.0);
                for (weight, arg) in weights.iter().zip(args) {
                    let weight = f64::from(*weight as f32);
                    let add = |sum: &mut f32, x: f64| {
                        *sum = (weight * f64::from(x as f32) + f64::from(*sum)) as f32;
                    };
                    match (arg, read.of(arg)) {
                        (Cell::Constant(x), _) => scratch.sums.iter_mut().for_each(|s| add(s, *x)),
                        (_, Some(xs)) => {
                            scratch.sums.iter_mut().zip(xs).for_each(|(sum, x)| add(sum, *x));
                        }
                        (_, None) => scratch.sums.fill(f32::NAN),
                    }
                }
                out.iter_mut().zip(&scratch.sums).for_each(|(out, sum)| *out = f64::from(*sum));
            }
            (Op::Dot(weights, _), args) => {
                out.fill(std::iter::empty::<f64>().sum());
                for (weight, arg) in weights.iter().zip(args) {
                    for (lane, out) in out.iter_mut().enumerate() {
                        *out += weight * read.at(arg, lane);
                    }
                }
            }
            (Op::Kernel(_) | Op::Head(_), args) => {
                let width = self.width as usize;
                scratch.to.clear();
                scratch.to.resize(width, f64::NAN);
                for lane in 0..lanes {
                    scratch.from.clear();
                    scratch.from.extend(args.iter().map(|arg| read.at(arg, lane)));
                    match &self.op {
                        Op::Kernel(kernel) => kernel.run(&scratch.from, &mut scratch.to),
                        Op::Head(head) => head.run(&scratch.from, &mut scratch.to),
                        _ => {}
                    }
                    for (out, x) in out.iter_mut().skip(lane).step_by(lanes).zip(&scratch.to) {
                        *out = *x;
                    }
                }
            }
            _ => out.fill(f64::NAN),
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use crate::model::{from_bytes, rows_for};
    use crate::table::{Separator, read_table};

    /// Promise: a row's numbers do not depend on the block it is in.
    #[test]
    fn a_block_gives_the_bits_of_row_by_row() {
        for (name, table) in [
            ("bb_mlp_injury8", "bb_mlp_injury8"),
            ("skl1200_bayes", "onnx_mixed"),
            ("skl1200_mlp", "onnx_mixed"),
            ("skl1200_neighbours", "onnx_mixed"),
            ("skl1200_svm", "onnx_mixed"),
        ] {
            let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference");
            let bytes = std::fs::read(format!("{root}/models/{name}.onnx")).unwrap();
            let model = from_bytes(name, &bytes).unwrap();
            let table = format!("{root}/{table}.X.csv");
            let table = read_table(std::path::Path::new(&table), Separator::Detect).unwrap();
            let mut rows = rows_for(model.card(), &table, None, false).unwrap().values;
            rows.row_mut(3).fill(f64::NAN);
            let mut block = Array2::zeros((rows.nrows(), model.outputs()));
            model.exact_block(rows.view(), block.view_mut());
            let mut scores = vec![0.0; model.outputs()];
            for (row, found) in rows.rows().into_iter().zip(block.rows()) {
                model.exact(&row.to_vec(), &mut scores);
                for (found, score) in found.iter().zip(&scores) {
                    assert!(found.to_bits() == score.to_bits() || found.is_nan() && score.is_nan());
                }
            }
        }
    }
}
