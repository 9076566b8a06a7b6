//! Attributions in process on arrays, for `benches/peers.py` to time beside other libraries.
//!
//! Reads commands, one a line, and answers each with one line, `ok NUMBER…` or `no WHY`; every peer's worker
//! (`benches/peers/worker.py`) speaks the same, so that one script can let them take turns:
//!
//! | command | does | answers |
//! |---|---|---|
//! | `threads N` | how many threads explain | |
//! | `model FILE` | loads a model | seconds |
//! | `rows FILE.npy FROM COUNT` | loads rows | |
//! | `background FILE.npy` | loads a background | |
//! | `prepare METHOD [SET]` | `path`, `single` (path-dependent), `interventional`; with `+` interactions; with the vector instructions SET | seconds |
//! | `run` | explains the rows | wall seconds |
//! | `save FILE.npy` | writes the values of the last run, rows × features | |
//! | `additivity FILE.npy FROM COUNT` | explains rows in pieces | largest relative and absolute residual, wall seconds |
//!
//! Without input it does nothing, so that it can be built and run with all other targets.

use std::fs::File;
use std::io::{BufRead, Read, Seek, SeekFrom, Write};
use std::time::Instant;

use klartext::attribution::{
    Block, Explainer, Instructions, Interactions, Interventional, PathDependent, Precision,
};
use klartext::model::{Form, LoadedModel, Model, read};
use ndarray::{Array2, ArrayView2, Axis, Slice};
use rayon::prelude::*;

/// Rows that are explained at once at least; each thread gets four such blocks, and one thread everything.
const BLOCK: usize = 1024;
/// Rows that are in memory at once where many are only checked.
const PIECE: usize = 65_536;

type Answer = Result<Vec<f64>, String>;

/// Models and methods live as long as the program: it loads few and ends soon.
#[derive(Default)]
struct Bench {
    threads: Option<rayon::ThreadPool>,
    model: Option<&'static LoadedModel>,
    background: Option<Array2<f64>>,
    rows: Array2<f64>,
    explainer: Option<Box<dyn Explainer>>,
    interactions: bool,
    values: Vec<Block>,
    pairs: Vec<Vec<Vec<Interactions>>>,
}

impl Bench {
    fn answer(&mut self, words: &[&str]) -> Answer {
        match *words {
            ["threads", count] => {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(number(count)?).build();
                self.threads = Some(pool.map_err(|e| e.to_string())?);
                Ok(vec![])
            }
            ["model", file] => {
                self.explainer = None;
                let start = Instant::now();
                let loaded = read(file.as_ref()).map_err(|faults| faults.to_string())?;
                let seconds = start.elapsed().as_secs_f64();
                self.model = Some(Box::leak(Box::new(loaded)));
                Ok(vec![seconds])
            }
            ["rows", file, from, count] => {
                self.rows = npy(file, number(from)?, number(count)?)?;
                Ok(vec![])
            }
            ["background", file] => {
                self.background = Some(npy(file, 0, usize::MAX)?);
                Ok(vec![])
            }
            ["prepare", method, ref set @ ..] => {
                let instructions = instructions(set)?;
                let start = Instant::now();
                let (method, interactions) = match method.strip_suffix('+') {
                    Some(method) => (method, true),
                    None => (method, false),
                };
                self.explainer = Some(self.prepared(method, instructions)?);
                self.interactions = interactions;
                Ok(vec![start.elapsed().as_secs_f64()])
            }
            ["run"] => self.run(),
            ["save", file] => self.save(file),
            ["additivity", file, from, count] => {
                self.additivity(file, number(from)?, number(count)?)
            }
            _ => Err(format!("unknown: {}", words.join(" "))),
        }
    }

    fn loaded(&self) -> Result<&'static dyn Model, String> {
        self.model.map(|loaded| loaded.model.as_ref()).ok_or("no model".into())
    }

    fn prepared(
        &self,
        method: &str,
        instructions: Instructions,
    ) -> Result<Box<dyn Explainer>, String> {
        let model = self.loaded()?;
        match (method, model.form()) {
            ("path", Form::Trees(trees)) => {
                Ok(Box::new(PathDependent::with(trees, Precision::Double, instructions)))
            }
            ("single", Form::Trees(trees)) => {
                Ok(Box::new(PathDependent::with(trees, Precision::Single, instructions)))
            }
            ("interventional", _) => {
                let background = self.background.as_ref().ok_or("no background")?;
                let prepared = Interventional::new(model, background.view());
                Ok(Box::new(prepared.map_err(|faults| faults.to_string())?))
            }
            _ => Err(format!("no method {method} for this model")),
        }
    }

    /// Rows of a block.
    fn block(&self, rows: usize) -> usize {
        match self.threads.as_ref().map_or(1, rayon::ThreadPool::current_num_threads) {
            0 | 1 => rows.max(1),
            threads => rows.div_ceil(4 * threads).max(BLOCK),
        }
    }

    /// Calls for every block of rows, on the threads asked for; the results in order.
    fn blocks<T: Send>(
        &self,
        rows: &Array2<f64>,
        call: impl Fn(ArrayView2<f64>) -> Result<T, String> + Sync,
    ) -> Result<Vec<T>, String> {
        let size = self.block(rows.nrows());
        let count = rows.nrows().div_ceil(size);
        let block = |at: usize| {
            let end = ((at + 1) * size).min(rows.nrows());
            call(rows.slice_axis(Axis(0), Slice::from(at * size..end)))
        };
        match &self.threads {
            Some(pool) if pool.current_num_threads() > 1 => {
                pool.install(|| (0..count).into_par_iter().map(block).collect())
            }
            _ => (0..count).map(block).collect(),
        }
    }

    fn run(&mut self) -> Answer {
        (self.values, self.pairs) = (vec![], vec![]);
        let explainer = self.explainer.as_ref().ok_or("nothing prepared")?;
        let start = Instant::now();
        let seconds = if self.interactions {
            let pairs = self.blocks(&self.rows, |rows| {
                let found = explainer.interactions(rows, &[0]).map_err(|f| f.to_string())?;
                found.ok_or("this method has no interactions".into())
            })?;
            let seconds = start.elapsed().as_secs_f64();
            self.pairs = pairs;
            seconds
        } else {
            let values = self.blocks(&self.rows, |rows| {
                explainer.explain(rows, &[0]).map_err(|f| f.to_string())
            })?;
            let seconds = start.elapsed().as_secs_f64();
            self.values = values;
            seconds
        };
        Ok(vec![seconds])
    }

    /// Values as rows × features, interactions as rows × features × features.
    fn save(&self, file: &str) -> Answer {
        let features = self.rows.ncols();
        if self.interactions {
            let mut all = vec![0.0; self.rows.nrows() * features * features];
            let rows = self.pairs.iter().flatten().filter_map(|outputs| outputs.first());
            for (row, into) in rows.zip(all.chunks_exact_mut(features * features)) {
                for (a, b, value) in row {
                    into[*a as usize * features + *b as usize] = *value;
                }
            }
            write_npy(file, &[self.rows.nrows(), features, features], &all)
        } else {
            let all: Vec<f64> = self.values.iter().flat_map(|b| b.values.iter().copied()).collect();
            write_npy(file, &[self.rows.nrows(), features], &all)
        }
    }

    /// How far sums of values are from the model in double precision: relative to the largest number involved (at least
    /// 1), as gate G11 has it, and absolute.
    fn additivity(&self, file: &str, from: usize, count: usize) -> Answer {
        let model = self.loaded()?;
        let explainer = self.explainer.as_ref().ok_or("nothing prepared")?;
        let (mut relative, mut absolute, mut seconds) = (0.0f64, 0.0f64, 0.0);
        let mut at = from;
        while at < from + count {
            let piece = npy(file, at, PIECE.min(from + count - at))?;
            let start = Instant::now();
            let found = self
                .blocks(&piece, |rows| explainer.explain(rows, &[0]).map_err(|f| f.to_string()))?;
            seconds += start.elapsed().as_secs_f64();
            let rows = piece.axis_chunks_iter(Axis(0), self.block(piece.nrows()));
            let each = found.par_iter().zip(rows.into_iter().collect::<Vec<_>>());
            let residual = |(block, rows)| residuals(model, block, rows);
            let (r, a) =
                each.map(residual).reduce(|| (0.0, 0.0), |x, y| (worse(x.0, y.0), worse(x.1, y.1)));
            (relative, absolute) = (worse(relative, r), worse(absolute, a));
            at += piece.nrows();
        }
        Ok(vec![relative, absolute, seconds])
    }
}

/// The larger of two residuals; a missing one is the worst of all.
fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

fn residuals(model: &dyn Model, block: &Block, rows: ArrayView2<f64>) -> (f64, f64) {
    let mut exact = vec![0.0; model.outputs()];
    let mut largest = (0.0, 0.0);
    for (r, row) in rows.rows().into_iter().enumerate() {
        model.exact(&row.to_vec(), &mut exact);
        let base = block.base_values[(r, 0)];
        let values = block.values.index_axis(Axis(0), r);
        let values = values.index_axis(Axis(0), 0);
        let scale = values.iter().chain([&base, &exact[0]]).fold(1f64, |m, x| m.max(x.abs()));
        let residual = (base + values.sum() - exact[0]).abs();
        largest = (worse(largest.0, residual / scale), worse(largest.1, residual));
    }
    largest
}

/// The vector instructions of a name; the widest that the machine has without.
fn instructions(name: &[&str]) -> Result<Instructions, String> {
    let Some(name) = name.first() else { return Ok(Instructions::default()) };
    let found = Instructions::all().into_iter().find(|set| set.name() == *name);
    found.ok_or_else(|| format!("this machine has no {name}"))
}

fn number(word: &str) -> Result<usize, String> {
    word.parse().map_err(|_| format!("no number: {word}"))
}

/// Some rows of a table in NumPy's format 1.0, little-endian `f4` or `f8`, C order.
fn npy(file: &str, from: usize, count: usize) -> Result<Array2<f64>, String> {
    let fault = |e: std::io::Error| format!("{file}: {e}");
    let mut input = File::open(file).map_err(fault)?;
    let mut start = [0; 10];
    input.read_exact(&mut start).map_err(fault)?;
    if &start[..8] != b"\x93NUMPY\x01\x00" {
        return Err(format!("{file}: not NumPy 1.0"));
    }
    let mut head = vec![0; usize::from(u16::from_le_bytes([start[8], start[9]]))];
    input.read_exact(&mut head).map_err(fault)?;
    let head = String::from_utf8_lossy(&head).into_owned();
    let shape = head.split_once("'shape': (").and_then(|(_, rest)| rest.split_once(')'));
    let shape: Vec<usize> = shape
        .map(|(shape, _)| shape.split(',').filter_map(|n| n.trim().parse().ok()).collect())
        .unwrap_or_default();
    let [rows, columns] = shape[..] else { return Err(format!("{file}: not a table")) };
    let size = if head.contains("'<f4'") { 4 } else { 8 };
    let count = count.min(rows.saturating_sub(from));
    let offset = (10 + head.len() + from * columns * size) as u64;
    input.seek(SeekFrom::Start(offset)).map_err(fault)?;
    let mut bytes = vec![0; count * columns * size];
    input.read_exact(&mut bytes).map_err(fault)?;
    let values = if size == 4 {
        let wide = |c: &[u8]| f64::from(f32::from_le_bytes([c[0], c[1], c[2], c[3]]));
        bytes.chunks_exact(4).map(wide).collect()
    } else {
        let wide = |c: &[u8]| f64::from_le_bytes(c.try_into().unwrap_or_default());
        bytes.chunks_exact(8).map(wide).collect()
    };
    Array2::from_shape_vec((count, columns), values).map_err(|e| format!("{file}: {e}"))
}

fn write_npy(file: &str, shape: &[usize], values: &[f64]) -> Answer {
    let shape: String = shape.iter().map(|n| format!("{n}, ")).collect();
    let mut head =
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}), }}", shape.trim_end());
    // The values begin at a multiple of 64 bytes.
    while !(head.len() + 11).is_multiple_of(64) {
        head.push(' ');
    }
    head.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((head.len() as u16).to_le_bytes());
    bytes.extend(head.as_bytes());
    bytes.extend(values.iter().flat_map(|x| x.to_le_bytes()));
    std::fs::write(file, bytes).map_err(|e| format!("{file}: {e}"))?;
    Ok(vec![])
}

fn main() {
    let mut bench = Bench::default();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut out = std::io::stdout().lock();
        let written = match bench.answer(&words) {
            Ok(numbers) => {
                let numbers: String = numbers.iter().map(|n| format!(" {n:e}")).collect();
                writeln!(out, "ok{numbers}")
            }
            Err(why) => writeln!(out, "no {}", why.replace('\n', " ")),
        };
        if written.and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}
