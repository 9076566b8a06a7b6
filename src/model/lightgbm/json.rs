//! A pull reader for JSON as Python writes it: one pass, no document tree, `NaN` and `Infinity` for numbers.
//!
//! Values are handed out where they stand; what nobody asks for is skipped without recursion, so that nesting costs a
//! byte a level and no stack.

use std::borrow::Cow;

use crate::fault::{Checked, Faults};
use crate::model::fault::malformed;

/// Deepest nesting that is skipped; no model file has more.
const DEEPEST: usize = 4096;

/// A reader at a place in a text.
pub(super) struct Json<'a> {
    file: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Json<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Json { file, bytes: text.as_bytes(), at: 0 }
    }

    /// A fault at the place at hand.
    pub fn fault(&self, expected: &str) -> Faults {
        let found = match self.bytes.get(self.at) {
            None => "the end of the file".to_owned(),
            Some(byte) => format!("`{}`", char::from(*byte).escape_debug()),
        };
        malformed(self.file, expected, format!("{found} at byte {}", self.at))
    }

    /// The fault of a key that an object has twice.
    pub fn twice(&self, key: &str) -> Faults {
        let short: String = key.chars().take(40).collect();
        let found = format!("`{short}` twice before byte {}", self.at);
        malformed(self.file, "each key of an object once", found)
    }

    /// The next byte that is no blank.
    pub fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    fn take(&mut self, byte: u8, expected: &str) -> Checked<()> {
        if self.peek() != Some(byte) {
            return Err(self.fault(expected));
        }
        self.at += 1;
        Ok(())
    }

    /// The beginning of an object, whose keys [`Json::key`] gives.
    pub fn open(&mut self) -> Checked<()> {
        self.take(b'{', "an object")
    }

    /// The next key of an open object, `first` or after a value; none at its end.
    pub fn key(&mut self, first: bool) -> Checked<Option<Cow<'a, str>>> {
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !first => self.at += 1,
            _ if first => {}
            _ => return Err(self.fault("a comma or the object's end")),
        }
        let key = self.string()?;
        self.take(b':', "a colon")?;
        Ok(Some(key))
    }

    /// An object: `entry` gets each key and must take its value. Of the first keys none may come twice.
    pub fn object(&mut self, mut entry: impl FnMut(&mut Self, &str) -> Checked<()>) -> Checked<()> {
        /// No object with parts has more keys; those named by features do, and see for themselves.
        const FIRST: usize = 40;
        self.open()?;
        let mut seen: Vec<Cow<str>> = Vec::new();
        while let Some(key) = self.key(seen.is_empty())? {
            if seen.contains(&key) {
                return Err(self.twice(&key));
            }
            entry(self, &key)?;
            if seen.len() < FIRST {
                seen.push(key);
            }
        }
        Ok(())
    }

    /// A list: `item` must take each value.
    pub fn list(&mut self, mut item: impl FnMut(&mut Self) -> Checked<()>) -> Checked<()> {
        self.take(b'[', "a list")?;
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            item(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fault("a comma or the list's end")),
            }
        }
    }

    /// A text.
    pub fn string(&mut self) -> Checked<Cow<'a, str>> {
        self.take(b'"', "a text")?;
        let from = self.at;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let text = self.between(from, self.at);
                    self.at += 1;
                    return Ok(Cow::Borrowed(text));
                }
                Some(b'\\') => break,
                Some(_) => self.at += 1,
                None => return Err(self.fault("a text's end")),
            }
        }
        let mut text = self.between(from, self.at).to_owned();
        loop {
            let plain = self.at;
            while !matches!(self.bytes.get(self.at), Some(b'"' | b'\\') | None) {
                self.at += 1;
            }
            text.push_str(self.between(plain, self.at));
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(text));
                }
                Some(_) => {
                    self.at += 1;
                    text.push(self.escaped()?);
                }
                None => return Err(self.fault("a text's end")),
            }
        }
    }

    /// Both ends stand beside ASCII bytes, so that the piece is whole characters.
    fn between(&self, from: usize, to: usize) -> &'a str {
        self.bytes.get(from..to).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
    }

    fn escaped(&mut self) -> Checked<char> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        Ok(match byte {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'u') => {
                let first = self.hexadecimal()?;
                let code = if (0xd800..0xdc00).contains(&first) {
                    self.take(b'\\', "the second half of a surrogate pair")?;
                    self.take(b'u', "the second half of a surrogate pair")?;
                    let second = self.hexadecimal()?;
                    let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400);
                    low.map(|low| 0x1_0000 + ((first - 0xd800) << 10) + low)
                } else {
                    Some(first)
                };
                let Some(character) = code.and_then(char::from_u32) else {
                    return Err(self.fault("a character"));
                };
                character
            }
            _ => return Err(self.fault("an escaped character")),
        })
    }

    fn hexadecimal(&mut self) -> Checked<u32> {
        let digits = self.bytes.get(self.at..self.at + 4);
        let digits = digits.filter(|d| d.iter().all(u8::is_ascii_hexdigit));
        let text = digits.and_then(|d| std::str::from_utf8(d).ok());
        let Some(code) = text.and_then(|t| u32::from_str_radix(t, 16).ok()) else {
            return Err(self.fault("four hexadecimal digits"));
        };
        self.at += 4;
        Ok(code)
    }

    /// The bytes of a number or a word.
    fn word(&mut self) -> &'a str {
        self.peek();
        let from = self.at;
        while self
            .bytes
            .get(self.at)
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_'))
        {
            self.at += 1;
        }
        self.between(from, self.at)
    }

    /// A number; `NaN`, `Infinity` and `-Infinity` as Python writes them.
    pub fn number(&mut self) -> Checked<f64> {
        self.peek();
        let from = self.at;
        let word = self.word();
        match word {
            "NaN" => return Ok(f64::NAN),
            "Infinity" => return Ok(f64::INFINITY),
            "-Infinity" => return Ok(f64::NEG_INFINITY),
            _ => {}
        }
        // Rust reads more than JSON has: a leading plus, `inf`, `nan`.
        let digits = |b: u8| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E');
        match word.parse() {
            Ok(number) if !word.starts_with('+') && word.bytes().all(digits) => Ok(number),
            _ => {
                self.at = from;
                Err(self.fault("a number"))
            }
        }
    }

    /// A number or a word as it stands.
    pub fn token(&mut self) -> Checked<&'a str> {
        let from = self.at;
        let number = self.number();
        if number.is_err() {
            self.at = from;
            if !matches!(self.word(), "true" | "false" | "null") {
                self.at = from;
                return Err(self.fault("a text or a number"));
            }
        }
        Ok(self.between(from, self.at).trim_ascii())
    }

    /// A whole number that is not negative.
    pub fn count(&mut self) -> Checked<usize> {
        self.peek();
        let from = self.at;
        let word = self.word();
        word.parse().map_err(|_| {
            self.at = from;
            self.fault("a count")
        })
    }

    /// `true` or `false`.
    pub fn boolean(&mut self) -> Checked<bool> {
        self.peek();
        let from = self.at;
        match self.word() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => {
                self.at = from;
                Err(self.fault("true or false"))
            }
        }
    }

    /// Whether `null` stands here; it is taken then.
    pub fn null(&mut self) -> bool {
        let is = self.peek() == Some(b'n') && self.bytes.get(self.at..self.at + 4) == Some(b"null");
        self.at += if is { 4 } else { 0 };
        is
    }

    /// Any value, whatever it is.
    pub fn skip(&mut self) -> Checked<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            match self.peek() {
                Some(b'{') if open.len() < DEEPEST => {
                    self.at += 1;
                    open.push(b'}');
                    if self.peek() != Some(b'}') {
                        self.string()?;
                        self.take(b':', "a colon")?;
                        continue;
                    }
                }
                Some(b'[') if open.len() < DEEPEST => {
                    self.at += 1;
                    open.push(b']');
                    if self.peek() != Some(b']') {
                        continue;
                    }
                }
                Some(b'{' | b'[') => return Err(self.fault("less nesting")),
                Some(b'"') => {
                    self.string()?;
                }
                _ => {
                    self.token()?;
                }
            }
            // After a value: what closes, or the next value of what is open.
            loop {
                let Some(end) = open.last().copied() else { return Ok(()) };
                match self.peek() {
                    Some(byte) if byte == end => {
                        self.at += 1;
                        open.pop();
                    }
                    Some(b',') => {
                        self.at += 1;
                        if end == b'}' {
                            self.string()?;
                            self.take(b':', "a colon")?;
                        }
                        break;
                    }
                    _ => return Err(self.fault("a comma or an end")),
                }
            }
        }
    }

    /// Nothing may follow.
    pub fn end(&mut self) -> Checked<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.fault("the end of the file")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn values_are_read_where_they_stand() {
        let text = r#" {"a": [1, -2.5e3, NaN, Infinity, -Infinity], "b\u00e4\ud83d\ude00\n": "x\"y",
            "c": {"d": [[], {}, {"e": null}], "f": true}, "g": false, "h": 7} "#;
        let mut json = Json::new("m", text);
        let (mut numbers, mut texts) = (Vec::new(), Vec::new());
        json.object(|json, key| match key {
            "a" => json.list(|json| {
                numbers.push(json.number()?);
                Ok(())
            }),
            "c" => json.skip(),
            "g" => {
                assert!(!json.boolean()?);
                Ok(())
            }
            "h" => {
                assert_eq!(json.count()?, 7);
                Ok(())
            }
            key => {
                texts.push((key.to_owned(), json.string()?.into_owned()));
                Ok(())
            }
        })
        .unwrap();
        json.end().unwrap();
        assert_eq!(numbers[..2], [1.0, -2500.0]);
        assert!(numbers[2].is_nan());
        assert_eq!(numbers[3..], [f64::INFINITY, f64::NEG_INFINITY]);
        assert_eq!(texts, [("bä😀\n".to_owned(), "x\"y".to_owned())]);
    }

    #[test]
    fn faulty_texts_are_refused_where_they_are_faulty() {
        for text in [
            "",
            "{",
            "[1",
            "[1 2]",
            "{\"a\" 1}",
            "{\"a\":}",
            "\"a",
            "\"\\x\"",
            "\"\\ud800\"",
            "nul",
            "[,]",
            "+1",
            "inf",
            "-inf",
            "nan",
            "1.2.3",
            "--1",
            "0x10",
        ] {
            assert!(Json::new("m", text).skip().is_err(), "{text}");
        }
        let deep = "[".repeat(100_000);
        let faults = Json::new("m", &deep).skip().unwrap_err();
        assert!(faults.0[0].expected.contains("nesting"), "{faults}");
        let mut double = Json::new("m", r#"{"a": 1, "a": 2}"#);
        assert!(double.object(|json, _| json.skip()).is_err());
        let mut twice = Json::new("m", "1 2");
        twice.skip().unwrap();
        assert!(twice.end().is_err());
    }
}
