//! Rows through a model: one thread reads, some compute, one writes, and what is between them is bounded.
//!
//! Results are written in the order of the rows, and a chunk of rows is the same whatever the number of threads: so is
//! every byte of the result. Memory: at most [`AHEAD`] chunks a thread are read and not written.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use ndarray::{Array2, Axis};

use super::Input;
use super::progress::Progress;
use crate::cli::Outcome;
use crate::cli::message::say;
use crate::fault::Checked;
use crate::model::{Model, number_for};
use crate::table::{
    Cell, Chunk, Destination, Encoded, Encoder, Heading, Kind, Layout, Sink, TableStream, Values,
};

/// Chunks that a thread may be ahead of what is written.
const AHEAD: usize = 2;
/// Most rows of a chunk.
const MOST_ROWS: usize = 1024;
/// Fewest rows of a chunk: as many as the widest lanes take at once.
const FEWEST_ROWS: usize = 16;
/// Cells of a chunk's result, where rows are long.
const CELLS: usize = 1 << 18;
/// Faults that are told; the rest is counted.
const MOST_TOLD: u64 = 1000;

/// Rows that could be read.
pub(in crate::cli) struct Sound {
    kind: Kind,
    ids: Vec<Cell>,
    /// Rows × features, in the model's order.
    pub values: Array2<f64>,
}

impl Sound {
    /// How many rows.
    pub fn count(&self) -> usize {
        self.values.nrows()
    }

    /// The column of ids, for lines that belong to these rows (by place).
    pub fn ids(&self, lines: impl Iterator<Item = usize>) -> Values {
        let cell = |row: usize| self.ids.get(row).unwrap_or(&Cell::Missing);
        match self.kind {
            Kind::Whole => Values::Whole(
                lines
                    .map(|row| match cell(row) {
                        Cell::Whole(n) => Some(*n),
                        _ => None,
                    })
                    .collect(),
            ),
            _ => {
                let texts: Vec<Option<Arc<str>>> = self
                    .ids
                    .iter()
                    .map(|id| match id {
                        Cell::Text(text) => Some(text.as_str().into()),
                        Cell::Whole(n) => Some(n.to_string().into()),
                        _ => None,
                    })
                    .collect();
                Values::Text(lines.map(|row| texts.get(row).cloned().flatten()).collect())
            }
        }
    }
}

/// What a command makes of rows: columns with one line a row, or several.
pub(in crate::cli) trait RowWriter: Sync {
    /// The columns, the id first; `ids` is what ids are.
    fn headings(&self, ids: Kind) -> Vec<Heading>;

    /// Their cells.
    ///
    /// # Errors
    /// What ends the run.
    fn columns(&self, rows: &Sound) -> Checked<Vec<Values>>;

    /// About how many cells a row becomes, for the length of a chunk.
    fn cells(&self) -> usize;
}

/// A chunk that is done.
struct Done {
    encoded: Encoded,
    rows: u64,
    left_out: u64,
    faults: Vec<String>,
    more: u64,
}

/// Sends every row of the input through `writer` to its destination.
///
/// # Errors
/// F02 and F03; what is wrong with the table as a whole; what ends the run.
pub(in crate::cli) fn run(
    input: Input,
    model: &dyn Model,
    writer: &dyn RowWriter,
    to: &Destination,
) -> Checked<Outcome> {
    let Input { stream, layout, decimal_comma, ids, extent } = input;
    let headings = writer.headings(ids);
    let mut sink = Sink::open(to, &headings)?;
    if sink.is_closed() {
        return Ok(Outcome::Done);
    }
    let worker = Worker {
        model,
        layout: &layout,
        decimal_comma,
        ids,
        writer,
        encoder: Encoder::new(to.format, &headings),
    };
    let most = (CELLS / worker.writer.cells().max(1)).clamp(FEWEST_ROWS, MOST_ROWS);
    let mut report =
        Report { progress: Progress::new(&extent), rows: 0, left_out: 0, told: 0, untold: 0 };
    let written = flow(stream, most, &worker, &mut sink, &mut report)?;
    if written {
        sink.finish()?;
    }
    let outcome = if report.left_out == 0 { Outcome::Done } else { Outcome::Findings };
    report.finish();
    Ok(outcome)
}

/// Reads, computes and writes; false when nobody reads the result any more.
fn flow(
    stream: TableStream,
    most: usize,
    worker: &Worker,
    sink: &mut Sink,
    report: &mut Report,
) -> Checked<bool> {
    let threads = rayon::current_num_threads().max(1);
    let (allow, allowed) = channel();
    for _ in 0..threads * AHEAD + 1 {
        let _ = allow.send(());
    }
    let (give, given) = channel();
    let given = Mutex::new(given);
    let (end, ended) = channel();
    // Everything that a thread waits for is given by another one; each side ends when the other one hangs up.
    thread::scope(|scope| {
        scope.spawn(move || read(stream, most, &allowed, &give));
        for _ in 0..threads {
            let (given, end) = (&given, end.clone());
            scope.spawn(move || {
                loop {
                    let next = given.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((place, chunk)) = next else { break };
                    let done = catch_unwind(AssertUnwindSafe(|| worker.work(chunk)));
                    if end.send((place, done)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(end);
        write(ended, allow, sink, report)
    })
}

fn read(
    mut stream: TableStream,
    most: usize,
    allowed: &Receiver<()>,
    give: &Sender<(u64, Checked<Chunk>)>,
) {
    let mut place = 0;
    while allowed.recv().is_ok() {
        let Some(chunk) = stream.next(most).transpose() else { break };
        let failed = chunk.is_err();
        if give.send((place, chunk)).is_err() || failed {
            break;
        }
        place += 1;
    }
}

type Finished = (u64, thread::Result<Checked<Done>>);

/// Takes the ends of its channels: the other threads end when it does.
fn write(
    ended: Receiver<Finished>,
    allow: Sender<()>,
    sink: &mut Sink,
    report: &mut Report,
) -> Checked<bool> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    while let Ok((place, done)) = ended.recv() {
        early.insert(place, done);
        while let Some(done) = early.remove(&next) {
            let done = done.unwrap_or_else(|panic| resume_unwind(panic))?;
            report.tell(&done);
            sink.write(done.encoded)?;
            if sink.is_closed() {
                return Ok(false);
            }
            // The reader may have ended.
            let _ = allow.send(());
            next += 1;
        }
    }
    Ok(true)
}

/// What every thread needs.
struct Worker<'w> {
    model: &'w dyn Model,
    layout: &'w Layout,
    decimal_comma: bool,
    ids: Kind,
    writer: &'w dyn RowWriter,
    encoder: Encoder,
}

impl Worker<'_> {
    fn work(&self, chunk: Checked<Chunk>) -> Checked<Done> {
        let chunk = chunk?;
        let card = self.model.card();
        let read = chunk.read(self.layout, |feature, seen| {
            number_for(card, feature, seen, self.decimal_comma)
        })?;
        let faulty = &read.numbers.faulty_rows;
        let keep: Vec<usize> =
            (0..chunk.rows()).filter(|row| faulty.binary_search(row).is_err()).collect();
        let id = |row: &usize| match self.layout.id {
            Some(_) => read.ids.get(*row).cloned().unwrap_or(Cell::Missing),
            None => i64::try_from(read.first + *row as u64).map_or(Cell::Missing, Cell::Whole),
        };
        let ids = keep.iter().map(id).collect();
        let values = match faulty.is_empty() {
            true => read.numbers.values,
            false => read.numbers.values.select(Axis(0), &keep),
        };
        let sound = Sound { kind: self.ids, ids, values };
        let encoded = self.encoder.encode(self.writer.columns(&sound)?)?;
        Ok(Done {
            encoded,
            rows: chunk.rows() as u64,
            left_out: faulty.len() as u64,
            faults: read.numbers.faults.iter().map(ToString::to_string).collect(),
            more: read.more,
        })
    }
}

/// What is told of a run.
struct Report {
    progress: Progress,
    rows: u64,
    left_out: u64,
    told: u64,
    untold: u64,
}

impl Report {
    fn tell(&mut self, done: &Done) {
        for fault in &done.faults {
            if self.told < MOST_TOLD {
                self.told += 1;
                self.progress.aside(fault);
            } else {
                self.untold += 1;
            }
        }
        self.untold += done.more;
        self.rows += done.rows;
        self.left_out += done.left_out;
        self.progress.advance(done.rows);
    }

    fn finish(self) {
        let Report { progress, rows, left_out, untold, .. } = self;
        drop(progress);
        if untold > 0 {
            eprintln!("{untold} more faults are not shown.");
        }
        if left_out > 0 {
            eprintln!("{left_out} of {rows} rows are left out.");
        }
        if rows == 0 {
            say("note: there is no row in the part that was asked for.");
        }
    }
}
