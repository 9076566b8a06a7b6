//! Reading a model file value by value, without a tree of the document in between.
//!
//! A reader of a format says what it expects next and where it goes; [`Pull`] is implemented for JSON and for UBJSON, so
//! that one reader of a format reads both forms of a file. Nothing that a file declares is trusted: memory is taken only
//! for what stands in its bytes, and nothing recurses with the nesting of the file.

use std::borrow::Cow;
use std::fmt;

/// Deepest nesting of what is skipped.
pub(super) const DEEPEST: usize = 512;

/// What was wrong, and at which byte.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Error {
    /// A clause.
    pub what: String,
    /// Bytes before the place.
    pub at: usize,
    /// The file is well-formed, but says something that this program does not know or do.
    pub unknown: bool,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {})", self.what, self.at)
    }
}

/// What is read, or what was wrong.
pub(super) type Read<T> = Result<T, Error>;

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Text,
    Number,
    Flag,
    Null,
}

/// Reads a document of nested values from its start to its end.
pub(super) trait Pull<'b>: Sized {
    /// What kind of value comes next; nothing is consumed.
    fn kind(&mut self) -> Read<Kind>;

    /// Reads an object; `each` reads the value of the key that it gets.
    fn object(&mut self, each: impl FnMut(&mut Self, &str) -> Read<()>) -> Read<()>;

    /// Reads an array; `each` reads one element.
    fn array(&mut self, each: impl FnMut(&mut Self) -> Read<()>) -> Read<()>;

    /// Reads a text.
    fn text(&mut self) -> Read<Cow<'b, str>>;

    /// Reads a number in single precision, rounded once.
    fn single(&mut self) -> Read<f32>;

    /// Reads a whole number.
    fn integer(&mut self) -> Read<i64>;

    /// Reads true or false, or 1 or 0.
    fn flag(&mut self) -> Read<bool>;

    /// Steps over a value.
    fn skip(&mut self) -> Read<()>;

    /// Bytes consumed so far.
    fn place(&self) -> usize;

    /// Goes back to a place where a value began.
    fn back(&mut self, place: usize);

    /// Makes sure that nothing follows.
    fn end(&mut self) -> Read<()>;

    /// Reads true or false, where a number is no flag.
    fn truth(&mut self) -> Read<bool> {
        match self.kind()? {
            Kind::Flag => self.flag(),
            _ => Err(self.fault("something else where true or false is due")),
        }
    }

    /// Steps over a value that has no parts.
    fn skip_plain(&mut self) -> Read<()> {
        match self.kind()? {
            Kind::Object | Kind::Array => {
                Err(self.fault("an opening bracket where a value without parts is due"))
            }
            _ => self.skip(),
        }
    }

    /// Reads an array of texts into a list, which is cleared before.
    fn texts(&mut self, out: &mut Vec<String>) -> Read<()> {
        out.clear();
        self.array(|reader| {
            out.push(reader.text()?.into_owned());
            Ok(())
        })
    }

    /// Reads an array of numbers into a list, which is cleared before.
    fn singles(&mut self, out: &mut Vec<f32>) -> Read<()> {
        out.clear();
        self.array(|reader| {
            out.push(reader.single()?);
            Ok(())
        })
    }

    /// Reads an array of whole numbers into a list, which is cleared before.
    fn integers(&mut self, out: &mut Vec<i32>) -> Read<()> {
        out.clear();
        self.array(|reader| {
            let number = reader.integer()?;
            let narrow = i32::try_from(number);
            out.push(narrow.map_err(|_| reader.fault(format!("the whole number {number}")))?);
            Ok(())
        })
    }

    /// Reads an array of flags into a list, which is cleared before.
    fn flags(&mut self, out: &mut Vec<bool>) -> Read<()> {
        out.clear();
        self.array(|reader| {
            out.push(reader.flag()?);
            Ok(())
        })
    }

    /// Reads an object of which every name is known, each at most once.
    fn fields(
        &mut self,
        of: &str,
        known: &[&str],
        mut each: impl FnMut(&mut Self, &str) -> Read<()>,
    ) -> Read<()> {
        let mut seen = 0;
        self.object(|reader, key| {
            reader.once(of, known, &mut seen, key)?;
            each(reader, key)
        })
    }

    /// Makes sure that a name is known and comes for the first time; `seen` has a bit for each of at most 64 known names.
    fn once(&self, of: &str, known: &[&str], seen: &mut u64, key: &str) -> Read<()> {
        let Some(place) = known.iter().position(|name| *name == key) else {
            return Err(self.unknown(key, of));
        };
        if *seen >> place & 1 == 1 {
            return Err(self.fault(format!("`{key}` twice in {of}")));
        }
        *seen |= 1 << place;
        Ok(())
    }

    /// What is wrong at the place at hand.
    fn fault(&self, what: impl Into<String>) -> Error {
        Error { what: what.into(), at: self.place(), unknown: false }
    }

    /// A name that is not known where unknown names could change what the numbers mean.
    fn unknown(&self, key: &str, of: &str) -> Error {
        let short: String = key.chars().take(40).collect();
        let what = format!("the field `{}` of {of}", short.escape_debug());
        Error { what, at: self.place(), unknown: true }
    }
}

#[cfg(test)]
mod tests {
    use super::super::json::Json;
    use super::{Pull, Read};

    #[test]
    fn values_are_read_where_they_stand() {
        let text = r#" {"a": [1, -2.5e3, NaN, Infinity, -Infinity, 0.1], "b\u00e4\ud83d\ude00\n": "x\"y",
            "c": {"d": [[], {}, {"e": null}], "f": true}, "g": false, "h": 7, "i": [1.50, NaN , null]} "#;
        let mut json = Json::new(text.as_bytes());
        let (mut numbers, mut texts, mut raw) = (Vec::new(), Vec::new(), Vec::new());
        json.begin().unwrap();
        let mut first = true;
        while let Some(key) = json.key(std::mem::replace(&mut first, false)).unwrap() {
            let read = match &*key {
                "a" => json.array(|json| {
                    numbers.push(json.double()?);
                    Ok(())
                }),
                "c" => json.skip(),
                "g" => json.truth().map(|truth| assert!(!truth)),
                "h" => json.count().map(|count| assert_eq!(count, 7)),
                "i" => json.array(|json| {
                    raw.push(json.scalar()?);
                    Ok(())
                }),
                key => json.text().map(|text| texts.push((key.to_owned(), text.into_owned()))),
            };
            read.unwrap();
        }
        json.end().unwrap();
        assert_eq!(numbers[..2], [1.0, -2500.0]);
        assert!(numbers[2].is_nan());
        assert_eq!(numbers[3..], [f64::INFINITY, f64::NEG_INFINITY, 0.1]);
        assert_eq!(texts, [("bä😀\n".to_owned(), "x\"y".to_owned())]);
        assert_eq!(raw, ["1.50", "NaN", "null"]);
        let mut empty = Json::new(b"{ }");
        empty.begin().unwrap();
        assert_eq!(empty.key(true), Ok(None));
        for broken in ["{,", "{\"a\"", "{\"a\" 1}", "{a:1}", "{", "[", "{]"] {
            let mut json = Json::new(broken.as_bytes());
            assert!(json.begin().and_then(|()| json.key(true)).is_err(), "{broken}");
        }
        for broken in ["{}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{\"a\":}", "{\"a\":1]"] {
            let read = Json::new(broken.as_bytes()).object(|json, _| json.skip_plain());
            assert_eq!(read.is_ok(), broken == "{}", "{broken}");
        }
    }

    #[test]
    fn nothing_counts_for_what_it_is_not() {
        let faulty = |text: &str, f: fn(&mut Json) -> Read<()>| {
            let mut json = Json::new(text.as_bytes());
            assert!(f(&mut json).and_then(|()| json.end()).is_err(), "{text}");
        };
        for text in ["+1", "inf", "-inf", "nan", "-NaN", "1.2.3", "--1", "0x10", "1_0", "", "nul"] {
            faulty(text, |j| j.double().map(drop));
            faulty(text, |j| j.scalar().map(drop));
            faulty(text, |j| j.skip_plain());
            faulty(text, |j| j.skip());
        }
        for text in ["null", "true", "[]", "{}", "\"1\""] {
            faulty(text, |j| j.double().map(drop));
        }
        for text in ["[]", "{}", "[1]", "[1,,2]"] {
            faulty(text, |j| j.skip_plain());
        }
        for text in ["1", "0", "null", "\"true\"", "truer", "True"] {
            faulty(text, |j| j.truth().map(drop));
        }
        for text in ["-1", "-0", "1.0", "1e2", "99999999999999999999", "\"1\"", "NaN"] {
            faulty(text, |j| j.count().map(drop));
        }
        for text in ["\"a", "\"\\x\"", "\"\\ud800\"", "\"\u{1}\"", "\"\\"] {
            faulty(text, |j| j.text().map(drop));
            faulty(text, |j| j.skip());
        }
        let known = ["a", "b"];
        let fields = |text: &str| {
            let read = Json::new(text.as_bytes()).fields("it", &known, |j, _| j.skip());
            read.map_err(|e| (e.unknown, e.what))
        };
        assert_eq!(fields(r#"{"b": 1, "a": 2}"#), Ok(()));
        assert_eq!(fields(r#"{"a": 1, "a": 2}"#), Err((false, "`a` twice in it".to_owned())));
        assert_eq!(fields(r#"{"c": 1}"#), Err((true, "the field `c` of it".to_owned())));
    }
}
