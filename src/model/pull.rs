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

    /// Reads a whole number that is not negative.
    fn count(&mut self) -> Read<usize> {
        let number = self.integer()?;
        let count = usize::try_from(number);
        count.map_err(|_| self.fault(format!("the whole number {number} where a count is due")))
    }

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
