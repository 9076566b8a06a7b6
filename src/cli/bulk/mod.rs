//! Tables of any length through a model: what is read, what is written, which rows.

mod pipeline;
mod progress;

use std::ops::Range;
use std::path::Path;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

pub(super) use self::pipeline::{RowWriter, Sound, run};
use self::progress::Extent;
use super::message::say;
use super::predict::{DataArgs, OutputArgs, by_position, usage};
use crate::fault::{Checked, Faults};
use crate::model::{self, LoadedModel};
use crate::table::{Destination, Format, Kind, Layout, Separator, TableStream};

/// Forms of data and results, and which rows.
#[derive(Args, Debug)]
pub struct BulkArgs {
    /// Form of the data [default: what its first bytes or its name say]
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    pub format: Option<Format>,
    /// Form of the result [default: what its name says, CSV on standard output]
    #[arg(long, value_name = "FORMAT", value_parser = format())]
    pub output_format: Option<Format>,
    /// Write CSV without the names of its columns, as another part of a table
    #[arg(long)]
    pub no_header: bool,
    /// Rows to take, FROM up to but not including TO, counted from 0; either may be left out
    #[arg(long, value_name = "FROM..TO", value_parser = rows)]
    pub rows: Option<Range<u64>>,
    /// The K-th of N parts of the data, each of neighbouring rows
    #[arg(long, value_name = "K/N", value_parser = shard, conflicts_with = "rows")]
    pub shard: Option<(u64, u64)>,
}

fn format() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::NAMES.map(|(name, _)| name))
        .try_map(|name| Format::named(&name).ok_or("a format"))
}

fn rows(text: &str) -> Result<Range<u64>, String> {
    let end = |text: &str, open: u64| match text.trim() {
        "" => Ok(open),
        number => number.parse::<u64>(),
    };
    let ends = text.split_once("..").map(|(from, to)| (end(from, 0), end(to, u64::MAX)));
    match ends {
        Some((Ok(from), Ok(to))) if from < to => Ok(from..to),
        _ => Err("row numbers such as 0..1000, 1000.. or ..1000, the first less than the second"
            .to_owned()),
    }
}

fn shard(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once('/').map(|(k, n)| (k.trim().parse(), n.trim().parse()));
    match parts {
        Some((Ok(k), Ok(n))) if 0 < k && k <= n => Ok((k, n)),
        _ => Err("a part and the number of parts such as 1/4 or 4/4".to_owned()),
    }
}

/// The rows of a part: parts differ in length by one row at most, and together they are the whole.
fn part(rows: u64, (k, n): (u64, u64)) -> Range<u64> {
    let at = |k: u64| (u128::from(rows) * u128::from(k) / u128::from(n)) as u64;
    at(k.saturating_sub(1))..at(k)
}

impl BulkArgs {
    /// Where the result goes.
    pub fn destination(&self, output: &OutputArgs) -> Destination {
        let path = output.output.clone().filter(|path| path != Path::new("-"));
        let named = path.as_deref().and_then(Format::of_path);
        Destination {
            format: self.output_format.or(named).unwrap_or(Format::Csv),
            path,
            force: output.force,
            header: !self.no_header,
        }
    }

    /// Cuts the rows that were asked for out of a table; says how many they are, where that is known.
    ///
    /// # Errors
    /// R04 for a part of standard input.
    fn take(&self, stream: &mut TableStream) -> Checked<Extent> {
        let known = stream.length();
        let range = match (&self.rows, self.shard) {
            (Some(rows), _) => rows.clone(),
            (_, Some(shard)) => {
                let rows = stream.count()?.ok_or_else(|| {
                    let expected = "data whose number of rows is known";
                    let mend = "Give a file, or cut the stream with --rows.";
                    usage("a part of standard input", expected, mend)
                })?;
                part(rows, shard)
            }
            (None, None) => {
                return Ok(known.map_or_else(|| Extent::of_bytes(stream), Extent::Rows));
            }
        };
        stream.go_to(range.clone());
        let end = range.end.min(known.unwrap_or(u64::MAX));
        Ok(match end {
            u64::MAX => Extent::of_bytes(stream),
            end => Extent::Rows(end.saturating_sub(range.start)),
        })
    }
}

/// The table whose rows a model is applied to.
pub(super) struct Input {
    stream: TableStream,
    layout: Layout,
    decimal_comma: bool,
    /// What the ids of the rows are.
    ids: Kind,
    extent: Extent,
}

impl DataArgs {
    /// Opens model and table, all faults of both in one go.
    pub(super) fn open(&self, bulk: &BulkArgs) -> Checked<(LoadedModel, Input)> {
        let mut faults = Faults::default();
        let loaded = faults.take(self.load());
        let separator = self.table.separator.map_or(Separator::Detect, Separator::Given);
        let stream = faults.take(TableStream::open(&self.data, bulk.format, separator));
        let (Some(loaded), Some(mut stream)) = (loaded, stream) else {
            return Err(faults);
        };
        let id = match &self.id {
            None => None,
            Some(name) => faults.take(stream.locate(std::slice::from_ref(name))),
        };
        let id = id.and_then(|at| at.first().copied());
        let card = loaded.model.card();
        let file = stream.file().to_owned();
        let names = model::columns_in(card, &file, stream.columns(), self.id.as_deref());
        let names = faults.take(names).unwrap_or_default();
        let wanted = faults.take(stream.locate(&names)).unwrap_or_default();
        let needed: Vec<usize> = wanted.iter().copied().chain(id).collect();
        faults.take(stream.need(&needed));
        if !faults.0.is_empty() {
            return Err(faults);
        }
        if let Some(note) = by_position(card, &file, &names) {
            say(&note);
        }
        let ids = match id {
            Some(id) if !stream.is_whole(id) => Kind::Text,
            _ => Kind::Whole,
        };
        let extent = bulk.take(&mut stream)?;
        let layout = Layout { file, names, wanted, id };
        let decimal_comma = self.table.decimal_comma;
        Ok((loaded, Input { stream, layout, decimal_comma, ids, extent }))
    }
}

/// Whether a table is standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_whole() {
        for rows in [0, 1, 7, 10, u64::MAX / 2] {
            let parts: Vec<_> = (1..=3).map(|k| part(rows, (k, 3))).collect();
            assert_eq!((parts[0].start, parts[2].end), (0, rows));
            assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start), "{parts:?}");
        }
        assert_eq!(part(10, (2, 3)), 3..6);
    }

    #[test]
    fn rows_and_parts_are_read_or_refused() {
        assert_eq!(rows("5.."), Ok(5..u64::MAX));
        assert_eq!(rows("..7"), Ok(0..7));
        assert_eq!(shard("2/2"), Ok((2, 2)));
        for text in ["5", "7..5", "a..b", "-1..2", "3..3"] {
            assert!(rows(text).is_err(), "{text}");
        }
        for text in ["0/2", "3/2", "1", "1/0", "a/b"] {
            assert!(shard(text).is_err(), "{text}");
        }
    }
}
