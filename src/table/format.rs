//! The forms of a table: by what was asked for, by the first bytes, by the name.

use std::path::Path;

/// A form in which tables are read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma or semicolon separated, UTF-8, with a header line.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC file (also: Feather version 2).
    ArrowFile,
    /// Arrow IPC stream.
    ArrowStream,
}

impl Format {
    /// Every format with the name by which the command line asks for it.
    pub const NAMES: [(&'static str, Format); 5] = [
        ("csv", Format::Csv),
        ("jsonl", Format::JsonLines),
        ("parquet", Format::Parquet),
        ("arrow", Format::ArrowFile),
        ("arrow-stream", Format::ArrowStream),
    ];

    /// The format of that name.
    pub fn named(name: &str) -> Option<Format> {
        Format::NAMES.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
    }

    /// The format that a file's extension stands for; none for an extension that stands for no table.
    pub fn of_path(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Format::Csv),
            "jsonl" | "ndjson" => Some(Format::JsonLines),
            "parquet" => Some(Format::Parquet),
            "arrow" | "feather" => Some(Format::ArrowFile),
            "arrows" => Some(Format::ArrowStream),
            _ => None,
        }
    }

    /// The format that the first bytes of a table show; none where they may be any text.
    pub fn of_content(first: &[u8]) -> Option<Format> {
        // The marks that the formats' own specifications give: Parquet "PAR1" at both ends, Arrow "ARROW1" at both ends
        // of a file, the continuation mark before the first message of a stream.
        if first.starts_with(b"PAR1") {
            Some(Format::Parquet)
        } else if first.starts_with(b"ARROW1") {
            Some(Format::ArrowFile)
        } else if first.starts_with(&[0xff; 4]) {
            Some(Format::ArrowStream)
        } else {
            let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
            text.trim_ascii_start().starts_with(b"{").then_some(Format::JsonLines)
        }
    }

    /// The format of a table that is read: the one asked for, else what its first bytes show, else what its name says,
    /// else CSV.
    pub fn of_input(asked: Option<Format>, first: &[u8], path: &Path) -> Format {
        asked
            .or_else(|| Format::of_content(first))
            .or_else(|| Format::of_path(path))
            .unwrap_or(Format::Csv)
    }

    /// Whether its rows are lines of text.
    pub fn is_text(self) -> bool {
        matches!(self, Format::Csv | Format::JsonLines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_goes_before_the_name() {
        let of = |first: &[u8], name: &str| Format::of_input(None, first, Path::new(name));
        assert_eq!(of(b"PAR1\x15", "a.csv"), Format::Parquet);
        assert_eq!(of(b"ARROW1\0\0", "-"), Format::ArrowFile);
        assert_eq!(of(&[0xff, 0xff, 0xff, 0xff, 8], "-"), Format::ArrowStream);
        assert_eq!(of(b"\xef\xbb\xbf \n{\"a\":1}", "-"), Format::JsonLines);
        assert_eq!(of(b"a,b", "a.parquet"), Format::Parquet);
        assert_eq!(of(b"a,b", "a.dat"), Format::Csv);
        for (name, format) in Format::NAMES {
            assert_eq!(Format::named(name), Some(format));
        }
    }
}
