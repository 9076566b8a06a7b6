//! Places of a text file where something else may stand, and what.

use std::ops::Range;
use std::sync::LazyLock;

/// The worst values, each in the place of any other.
pub const VALUES: &[&str] = &[
    "-1",
    "1000000000",
    "-1000000000",
    "18446744073709551616",
    "2147483648",
    "1e999",
    "1e308",
    "NaN",
    "inf",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "\"1000000000\"",
    "\"-1\"",
    "\"NaN\"",
    "\"[1E999]\"",
    "[1000000000]",
    "[-1]",
    "[0,0,0,0]",
    "[null]",
    "[1e999]",
    "[\"a\",\"a\"]",
    "[[]]",
    "0 0 0",
    "-1 -1",
    "1000000000 1000000000",
    "nan nan",
    "\"\\u0000\\ud800\"",
    "\u{202e}\u{0}",
    "",
];

/// A value nested 100,000 deep.
pub fn deep() -> &'static str {
    static DEEP: LazyLock<String> =
        LazyLock::new(|| "[".repeat(50_000) + &"{\"a\":".repeat(50_000));
    &DEEP
}

/// Where the value of each member of a JSON text stands; of names that come often the first few.
pub fn members(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for (colon, _) in text.match_indices(':') {
        let name = text[..colon].trim_end().trim_end_matches('"').rsplit('"').next().unwrap_or("");
        let count = counts.entry(name).or_default();
        *count += 1;
        if *count <= 2 {
            let start = colon + 1 + (text.len() - colon - 1 - text[colon + 1..].trim_start().len());
            found.push(start..value_end(text, start));
        }
    }
    found
}

/// Where the JSON value that starts at a place ends.
pub fn value_end(text: &str, start: usize) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, b) in text.bytes().enumerate().skip(start) {
        if quoted {
            (quoted, escaped) = (escaped || b != b'"', b == b'\\' && !escaped);
            continue;
        }
        match b {
            b'"' => quoted = true,
            b'[' | b'{' => depth += 1,
            b']' | b'}' | b',' if depth == 0 => return at,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// Where the value of each `key=value` line stands; of keys that come often the first few.
pub fn lines(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some((key, _)) = line.split_once('=') {
            let count = counts.entry(key).or_default();
            *count += 1;
            if *count <= 2 {
                found.push(at + key.len() + 1..at + line.trim_end().len());
            }
        }
        at += line.len();
    }
    found
}

/// Where each cell of a points table stands, in CSV or TOML.
pub fn cells(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut start) = (Vec::new(), 0);
    for (at, _) in text.match_indices([',', ';', '=', '\n']).chain([(text.len(), "")]) {
        if !text[start..at].trim().is_empty() {
            found.push(start..at);
        }
        start = at + 1;
    }
    found
}

/// The value of the `nth` member of a name, replaced.
pub fn member(text: &str, name: &str, nth: usize, value: &str) -> String {
    let key = format!("\"{name}\"");
    let at = text.match_indices(&key).nth(nth).unwrap_or_else(|| panic!("no {name}")).0 + key.len();
    let colon = at + text[at..].find(':').unwrap();
    format!("{} {value}{}", &text[..=colon], &text[value_end(text, colon + 1)..])
}

/// The value of the `nth` line of a key, replaced.
pub fn line(text: &str, key: &str, nth: usize, value: &str) -> String {
    let key = format!("\n{key}=");
    let at = text.match_indices(&key).nth(nth).unwrap_or_else(|| panic!("no {key}")).0 + key.len();
    let end = at + text[at..].find('\n').unwrap();
    format!("{}{value}{}", &text[..at], &text[end..])
}

/// Where the value of each attribute of an XML text stands; of names that come often the first few.
pub fn attributes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for (at, _) in text.match_indices("=\"") {
        let name = text[..at].rsplit([' ', '\n', '\t']).next().unwrap_or("");
        let count = counts.entry(name).or_default();
        *count += 1;
        let start = at + 2;
        if *count <= 4 {
            found.push(start..start + text[start..].find('"').unwrap_or(0));
        }
    }
    found
}
