//! What was wrong with an input: one fault a finding, all faults of a file in one go.

use std::fmt;

use serde::Serialize;

/// Where a fault was found. Every part is optional, because not every input has lines or columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file as the user named it.
    pub file: Option<String>,
    /// Line in the file, counted from 1.
    pub line: Option<u64>,
    /// Column name of a table, or dotted field path of a configuration file (`feature.age.label.de`).
    pub field: Option<String>,
}

impl Place {
    /// A place that is a whole file.
    pub fn file(file: impl Into<String>) -> Self {
        Place { file: Some(file.into()), ..Place::default() }
    }

    /// The same place, at a line (from 1).
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// The same place, at a column or field.
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sep = "";
        if let Some(file) = &self.file {
            write!(f, "{file}")?;
            sep = ", ";
        }
        if let Some(line) = self.line {
            write!(f, "{sep}line {line}")?;
            sep = ", ";
        }
        if let Some(field) = &self.field {
            write!(f, "{sep}{field}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong: where, what was found, what was expected, how to mend it.
/// `code` is stable over versions (`T03`, `M11`, …), so that scripts and `check --explain` can rely on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Stable code: a letter for the part (T table, M model, P procedure, D decision, R run, F file) and a number.
    pub code: &'static str,
    /// File, line, field.
    pub place: Place,
    /// What was found, in one clause.
    pub found: String,
    /// What was expected, in one clause.
    pub expected: String,
    /// What to do, in one sentence.
    pub mend: String,
}

impl Fault {
    /// A fault with all its parts. What was found may come from anywhere: it is made [`visible`].
    pub fn new(
        code: &'static str,
        place: Place,
        found: impl Into<String>,
        expected: impl Into<String>,
        mend: impl Into<String>,
    ) -> Self {
        let found = visible(&found.into());
        Fault { code, place, found, expected: expected.into(), mend: mend.into() }
    }
}

/// The text with control and direction characters written as `\u{…}`, so that a message shows what an input holds and
/// no input can move the cursor of a terminal or turn a line around. Line ends become spaces.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            c if c.is_control() || turns(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Characters that change the direction of the text after them (Unicode Standard Annex #9, explicit formatting).
pub fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Fault {
    /// Where, what was found, what was expected, in one line.
    pub fn finding(&self) -> String {
        let place = self.place.to_string();
        let sep = if place.is_empty() { "" } else { ": " };
        format!("{place}{sep}found {}; expected {}", self.found, self.expected)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}. {}", self.code, self.finding(), self.mend)
    }
}

/// Every fault found in one input. Never empty when used as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// `Ok(value)` when nothing was found, all faults otherwise.
    pub fn or<T>(self, value: T) -> Checked<T> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// Adds one fault.
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Takes the value out of a checked result, keeping its faults here.
    pub fn take<T>(&mut self, result: Checked<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(faults) => {
                self.0.extend(faults.0);
                None
            }
        }
    }
}

impl From<Fault> for Faults {
    fn from(fault: Fault) -> Self {
        Faults(vec![fault])
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}

/// A result whose error lists every fault of the input.
pub type Checked<T> = Result<T, Faults>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_what_the_input_holds() {
        let fault =
            Fault::new("T01", Place::default(), "“a\u{1b}[2J\u{202e}\nb”", "a word", "Mend.");
        assert_eq!(fault.found, "“a\\u{1b}[2J\\u{202e} b”");
        assert_eq!(visible("Ștefan Ünal 東"), "Ștefan Ünal 東");
    }
}
