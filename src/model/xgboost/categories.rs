//! The categories that XGBoost writes into a file since version 3.1: the names behind the codes that the trees test.

use super::super::pull::{Kind, Pull, Read};
use super::super::{Levels, Unseen};
use super::objective::Version;

/// The categories of all features, in feature order; none for a feature without.
#[derive(Debug, Default)]
pub(super) struct Categories {
    columns: Vec<Column>,
    segments: Vec<i32>,
}

#[derive(Debug)]
enum Column {
    Texts { offsets: Vec<i32>, bytes: Vec<u8> },
    Numbers { kind: i64, values: Vec<i64> },
}

impl Categories {
    /// Reads the container.
    pub(super) fn read<'b, P: Pull<'b>>(&mut self, reader: &mut P) -> Read<()> {
        let known = ["enc", "feature_segments", "sorted_idx"];
        reader.fields("the categories", &known, |reader, key| match key {
            "enc" => reader.array(|reader| {
                self.columns.push(column(reader)?);
                Ok(())
            }),
            "feature_segments" => reader.integers(&mut self.segments),
            // How XGBoost looks names up; the order of the codes is that of the names.
            _ => reader.skip(),
        })
    }

    /// The levels of each feature, none for one without; empty where the file has no categories at all.
    ///
    /// # Errors
    /// A clause: what contradicts itself, and whether it is rather unsupported (true).
    pub(super) fn levels(
        self,
        features: usize,
        version: Version,
    ) -> Result<Vec<Option<Levels>>, (String, bool)> {
        if self.columns.is_empty() {
            return Ok(Vec::new());
        }
        if self.columns.len() != features {
            let found = format!("categories of {} features for {features}", self.columns.len());
            return Err((found, false));
        }
        let mut levels = Vec::with_capacity(features);
        for (j, column) in self.columns.into_iter().enumerate() {
            let found = column
                .levels(version)
                .map_err(|(what, unsupported)| (format!("{what} at feature {j}"), unsupported))?;
            let segment = self.segments.get(j).zip(self.segments.get(j + 1));
            let declared = segment.and_then(|(from, to)| to.checked_sub(*from));
            let count = found.as_ref().map_or(0, |levels| levels.names.len());
            if declared.and_then(|n| usize::try_from(n).ok()) != Some(count) {
                return Err((
                    format!("{count} categories of feature {j}, and another count of them"),
                    false,
                ));
            }
            levels.push(found);
        }
        Ok(levels)
    }
}

/// One feature's categories: texts as offsets into their bytes, or whole numbers with the number of their type.
fn column<'b, P: Pull<'b>>(reader: &mut P) -> Read<Column> {
    let (mut offsets, mut kind, mut values) = (None, None, Vec::new());
    let known = ["offsets", "type", "values"];
    reader.fields("the categories of a feature", &known, |reader, key| {
        match key {
            "offsets" => {
                let mut list = Vec::new();
                reader.integers(&mut list)?;
                offsets = Some(list);
            }
            "type" => kind = Some(reader.integer()?),
            _ => {
                values.clear();
                reader.array(|reader| match reader.kind()? {
                    Kind::Number => {
                        values.push(reader.integer()?);
                        Ok(())
                    }
                    _ => Err(reader.fault("a category that is no whole number")),
                })?;
            }
        }
        Ok(())
    })?;
    match (offsets, kind) {
        (Some(offsets), None) => {
            // Bytes are written as signed ones.
            let byte =
                |n: &i64| i8::try_from(*n).map(|n| n as u8).or_else(|_| u8::try_from(*n)).ok();
            let bytes: Option<Vec<u8>> = values.iter().map(byte).collect();
            let bytes =
                bytes.ok_or_else(|| reader.fault("names of categories that are no bytes"))?;
            Ok(Column::Texts { offsets, bytes })
        }
        (None, Some(kind)) => Ok(Column::Numbers { kind, values }),
        _ => Err(reader.fault("categories that are neither texts nor numbers")),
    }
}

impl Column {
    fn levels(self, version: Version) -> Result<Option<Levels>, (String, bool)> {
        let (names, numeric) = match self {
            Column::Texts { offsets, bytes } => {
                // Up to version 3.3 lengths were counted in characters, and bytes cut off at their sum.
                if version < [3, 4, 0] && !bytes.is_ascii() {
                    let found = "names of categories with letters outside ASCII, which this version of XGBoost cuts off (train with 3.4, or on category codes)";
                    return Err((found.to_owned(), true));
                }
                let cut = |(from, to): (&i32, &i32)| {
                    let range = usize::try_from(*from).ok()?..usize::try_from(*to).ok()?;
                    String::from_utf8(bytes.get(range)?.to_vec()).ok()
                };
                let names: Option<Vec<String>> =
                    offsets.iter().zip(offsets.iter().skip(1)).map(cut).collect();
                let whole = match (offsets.first(), offsets.last()) {
                    (Some(first), Some(last)) => *first == 0 && *last as usize == bytes.len(),
                    _ => bytes.is_empty(),
                };
                let names = names.filter(|_| whole);
                (
                    names.ok_or_else(|| {
                        ("names of categories that do not fit their lengths".to_owned(), false)
                    })?,
                    false,
                )
            }
            Column::Numbers { kind, values } => {
                // UBJSON has no unsigned numbers of several bytes: they stand there as signed ones of the same width.
                let modulus = match kind {
                    9 | 10 | 11 | 13 | 15 | 16 => 0,
                    12 => 1 << 16,
                    14 => 1i64 << 32,
                    other => return Err((format!("categories of the type {other}"), true)),
                };
                let name = |n: i64| if n < 0 { n.saturating_add(modulus) } else { n }.to_string();
                (values.into_iter().map(name).collect(), true)
            }
        };
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        if sorted.windows(2).any(|w| matches!(w, [a, b] if a == b)) {
            return Err(("a category twice".to_owned(), false));
        }
        Ok((!names.is_empty()).then_some(Levels { names, numeric, unseen: Unseen::Refused }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::json::Json;
    use super::*;

    fn levels(text: &str, version: Version) -> Result<Vec<Option<Levels>>, (String, bool)> {
        let mut categories = Categories::default();
        categories.read(&mut Json::new(text.as_bytes())).map_err(|e| (e.to_string(), false))?;
        categories.levels(2, version)
    }

    #[test]
    fn names_and_numbers_are_levels() {
        let text = r#"{"enc":[{"offsets":[0,2,5],"values":[-61,-68,97,98,99]},{"type":12,"values":[7,-1]}],
            "feature_segments":[0,2,4],"sorted_idx":[1,0,0,1]}"#;
        let found = levels(text, [3, 4, 1]).unwrap();
        let names = |j: usize| found[j].as_ref().map(|l| (l.names.join(" "), l.numeric));
        assert_eq!(names(0), Some(("ü abc".to_owned(), false)));
        assert_eq!(names(1), Some(("7 65535".to_owned(), true)));
        assert!(levels(text, [3, 2, 0]).unwrap_err().1);
        let none = r#"{"enc":[],"feature_segments":[],"sorted_idx":[]}"#;
        assert!(levels(none, [3, 4, 1]).unwrap().is_empty());
    }

    #[test]
    fn contradictions_are_found() {
        let column = r#"{"offsets":[0,1],"values":[97]}"#;
        let file = |columns: &[&str], segments: &str| {
            let columns = columns.join(",");
            let text =
                format!(r#"{{"enc":[{columns}],"feature_segments":{segments},"sorted_idx":[]}}"#);
            levels(&text, [3, 4, 1])
        };
        assert!(file(&[column, column], "[0,1,2]").is_ok());
        let empty = r#"{"offsets":[],"values":[]}"#;
        assert!(file(&[column, empty], "[0,1,1]").unwrap()[1].is_none());
        let broken = [
            r#"{"offsets":[0,2],"values":[97]}"#,
            r#"{"offsets":[0,-1],"values":[97]}"#,
            r#"{"offsets":[1,1],"values":[97]}"#,
            r#"{"offsets":[0,1],"values":[300]}"#,
            r#"{"offsets":[0,1],"values":[-61]}"#,
            r#"{"offsets":[0,1,2],"values":[97,97]}"#,
            r#"{"type":8,"values":[1]}"#,
            r#"{"values":[1]}"#,
            r#"{"type":9,"values":["a"]}"#,
        ];
        for broken in broken {
            assert!(file(&[column, broken], "[0,1,2]").is_err(), "{broken}");
        }
        assert!(file(&[column], "[0,1]").is_err());
        assert!(file(&[column, column], "[0,1]").is_err());
        assert!(file(&[column, column], "[0,2,1]").is_err());
    }
}
