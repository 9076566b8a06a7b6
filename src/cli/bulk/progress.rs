//! How far a long run is, on a terminal.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::message;
use crate::table::TableStream;

/// How much there is to do.
pub(super) enum Extent {
    /// So many rows.
    Rows(u64),
    /// A file of so many bytes, of which so many are read; its rows are not known before the end.
    Bytes(u64, Arc<AtomicU64>),
    /// A stream.
    Unknown,
}

impl Extent {
    /// Of a table whose rows are not known.
    pub fn of_bytes(stream: &TableStream) -> Self {
        stream.bytes().map_or(Extent::Unknown, |(size, read)| Extent::Bytes(size, read))
    }
}

/// A bar with rate and remaining time; hidden where nobody looks.
pub(super) struct Progress {
    bar: ProgressBar,
    read: Option<Arc<AtomicU64>>,
    rows: u64,
}

impl Progress {
    /// A bar at the start.
    pub fn new(extent: &Extent) -> Self {
        let (length, read, template) = match extent {
            Extent::Rows(rows) => {
                (Some(*rows), None, "{bar:30} {pos} of {len} rows, {msg}, {eta} left")
            }
            Extent::Bytes(size, read) => {
                (Some(*size), Some(read.clone()), "{bar:30} {percent} %, {msg}, {eta} left")
            }
            Extent::Unknown => (None, None, "{spinner} {pos} rows, {msg}, {elapsed}"),
        };
        let bar = if message::is_watched() {
            length.map_or_else(ProgressBar::new_spinner, ProgressBar::new)
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Progress { bar, read, rows: 0 }
    }

    /// So many rows more are done.
    pub fn advance(&mut self, rows: u64) {
        self.rows += rows;
        if self.bar.is_hidden() {
            return;
        }
        let rate = self.rows as f64 / self.bar.elapsed().as_secs_f64().max(1e-3);
        match &self.read {
            None => {
                self.bar.set_message(format!("{rate:.0} rows/s"));
                self.bar.inc(rows);
            }
            Some(read) => {
                self.bar.set_message(format!("{} rows, {rate:.0} rows/s", self.rows));
                self.bar.set_position(read.load(Ordering::Relaxed));
            }
        }
    }

    /// A line that must not be painted over.
    pub fn aside(&self, line: &str) {
        self.bar.suspend(|| eprintln!("{line}"));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
