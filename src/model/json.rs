//! JSON, read value by value.
//!
//! As strict as reading demands: what is read must be what is expected, and what is skipped must be balanced and hold
//! nothing but scalars, texts, arrays and objects (the commas of a list of numbers that is skipped are not counted).
//! `NaN` and `Infinity` count as numbers, because libraries write them.

use std::borrow::Cow;

use super::decimal::{double, length, single};
use super::pull::{DEEPEST, Error, Kind, Pull, Read};

/// A reader at a place in a JSON text.
pub(super) struct Json<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Json<'b> {
    /// A reader at the start of a text.
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Json { bytes, at: 0 }
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Read<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Ok(*byte);
            }
            self.at += 1;
        }
        Err(self.fault("the end of the file in the middle of a value"))
    }

    fn eat(&mut self, byte: u8) -> Read<()> {
        let found = self.peek()?;
        if found != byte {
            return Err(self.found(found, &format!("`{}`", char::from(byte))));
        }
        self.at += 1;
        Ok(())
    }

    fn found(&self, found: u8, expected: &str) -> Error {
        self.fault(format!("`{}` where {expected} is due", char::from(found).escape_debug()))
    }

    /// Whether another element follows after one was read; eats the comma or the closing bracket.
    fn another(&mut self, close: u8) -> Read<bool> {
        match self.peek()? {
            b',' => {
                self.at += 1;
                Ok(true)
            }
            byte if byte == close => {
                self.at += 1;
                Ok(false)
            }
            other => Err(self.found(other, "a comma or a closing bracket")),
        }
    }

    /// Opens an array; whether it has an element.
    fn open(&mut self) -> Read<bool> {
        self.eat(b'[')?;
        if self.peek()? == b']' {
            self.at += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// Opens an object whose names [`Json::key`] gives, for a reader that keeps its own list of what is open.
    pub(super) fn begin(&mut self) -> Read<()> {
        self.eat(b'{')
    }

    /// The next name of an open object, the first one or after a value; none at its end.
    pub(super) fn key(&mut self, first: bool) -> Read<Option<Cow<'b, str>>> {
        let more = match self.peek()? {
            b'}' if first => {
                self.at += 1;
                false
            }
            _ => first || self.another(b'}')?,
        };
        if !more {
            return Ok(None);
        }
        let key = self.text()?;
        self.eat(b':')?;
        Ok(Some(key))
    }

    /// Reads a whole number that has no sign.
    pub(super) fn count(&mut self) -> Read<usize> {
        if self.peek()? == b'-' {
            return Err(self.found(b'-', "a count"));
        }
        let number = self.integer()?;
        usize::try_from(number).map_err(|e| self.fault(e.to_string()))
    }

    /// Reads a number in double precision, rounded once.
    pub(super) fn double(&mut self) -> Read<f64> {
        let byte = self.peek()?;
        match double(self.bytes.get(self.at..).unwrap_or_default()) {
            Some((number, length)) => {
                self.at += length;
                Ok(number)
            }
            None => Err(self.found(byte, "a number")),
        }
    }

    /// A number or a word as it stands.
    pub(super) fn scalar(&mut self) -> Read<&'b str> {
        self.peek()?;
        let start = self.at;
        self.skip_scalar()?;
        let raw = self.bytes.get(start..self.at).unwrap_or_default();
        std::str::from_utf8(raw).map_err(|e| self.fault(e.to_string()))
    }

    /// The bytes between quotation marks, and whether they are more than they seem: escapes, or control characters, which
    /// JSON does not have.
    fn quoted(&mut self) -> Read<(&'b [u8], bool)> {
        self.eat(b'"')?;
        let start = self.at;
        let mut escaped = false;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(plain) = rest.iter().position(|b| matches!(b, b'"' | b'\\' | 0..0x20)) else {
                break;
            };
            self.at += plain + 1;
            match rest.get(plain) {
                Some(b'"') => {
                    let text = self.bytes.get(start..self.at - 1).unwrap_or_default();
                    return Ok((text, escaped));
                }
                Some(b'\\') => self.at += 1,
                _ => {}
            }
            escaped = true;
        }
        self.at = self.bytes.len();
        Err(self.fault("the end of the file in a text"))
    }

    /// A text with escapes, or with bytes that are no UTF-8: the rare ones, left to a full JSON reader.
    fn unescaped(&self, text: &[u8]) -> Read<String> {
        let quoted = [b"\"", text, b"\""].concat();
        serde_json::from_slice(&quoted).map_err(|e| self.fault(format!("a text: {e}")))
    }

    fn word(&mut self, word: &str) -> bool {
        let is = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes()));
        if is {
            self.at += word.len();
        }
        is
    }

    /// Steps over what follows an opening bracket if it is a list of numbers without blanks; goes
    /// nowhere otherwise.
    fn skip_numbers(&mut self) -> bool {
        let numeric =
            |byte: &u8| matches!(byte, b'0'..=b'9' | b',' | b'.' | b'-' | b'+' | b'E' | b'e');
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.iter().position(|byte| !numeric(byte)) {
            Some(end) if rest.get(end) == Some(&b']') => {
                self.at += end + 1;
                true
            }
            _ => false,
        }
    }

    /// Steps over a number or a word.
    fn skip_scalar(&mut self) -> Read<()> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if let Some(length) = length(rest) {
            self.at += length;
            return Ok(());
        }
        if ["true", "false", "null"].into_iter().any(|word| self.word(word)) {
            return Ok(());
        }
        let found = self.peek()?;
        Err(self.found(found, "a value"))
    }
}

impl<'b> Pull<'b> for Json<'b> {
    fn kind(&mut self) -> Read<Kind> {
        Ok(match self.peek()? {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::Text,
            b't' | b'f' => Kind::Flag,
            b'n' => Kind::Null,
            _ => Kind::Number,
        })
    }

    fn object(&mut self, mut each: impl FnMut(&mut Self, &str) -> Read<()>) -> Read<()> {
        self.begin()?;
        let mut first = true;
        while let Some(key) = self.key(first)? {
            first = false;
            each(self, &key)?;
        }
        Ok(())
    }

    fn array(&mut self, mut each: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        let mut more = self.open()?;
        while more {
            each(self)?;
            more = self.another(b']')?;
        }
        Ok(())
    }

    fn text(&mut self) -> Read<Cow<'b, str>> {
        let (text, escaped) = self.quoted()?;
        match std::str::from_utf8(text) {
            Ok(text) if !escaped => Ok(Cow::Borrowed(text)),
            _ => Ok(Cow::Owned(self.unescaped(text)?)),
        }
    }

    fn single(&mut self) -> Read<f32> {
        let byte = self.peek()?;
        match single(self.bytes.get(self.at..).unwrap_or_default()) {
            Some((number, length)) => {
                self.at += length;
                Ok(number)
            }
            None => Err(self.found(byte, "a number")),
        }
    }

    fn integer(&mut self) -> Read<i64> {
        let first = self.peek()?;
        let negative = first == b'-';
        self.at += usize::from(negative);
        let start = self.at;
        let mut number = 0i64;
        while let Some(digit @ b'0'..=b'9') = self.bytes.get(self.at) {
            // Negative on the way, because there is one negative number more.
            number = number
                .checked_mul(10)
                .and_then(|n| n.checked_sub(i64::from(digit - b'0')))
                .ok_or_else(|| self.fault("a whole number that is too large"))?;
            self.at += 1;
        }
        let next = self.bytes.get(self.at).copied().unwrap_or_default();
        if self.at == start || matches!(next, b'.' | b'e' | b'E') {
            return Err(self.found(if self.at == start { first } else { next }, "a whole number"));
        }
        if negative {
            return Ok(number);
        }
        number.checked_neg().ok_or_else(|| self.fault("a whole number that is too large"))
    }

    fn singles(&mut self, out: &mut Vec<f32>) -> Read<()> {
        out.clear();
        let mut more = self.open()?;
        while more {
            // Most of a model file: numbers with nothing but a comma between them.
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            more = match single(rest) {
                Some((number, length)) if rest.get(length) == Some(&b',') => {
                    out.push(number);
                    self.at += length + 1;
                    true
                }
                _ => {
                    out.push(self.single()?);
                    self.another(b']')?
                }
            };
        }
        Ok(())
    }

    fn integers(&mut self, out: &mut Vec<i32>) -> Read<()> {
        out.clear();
        let mut more = self.open()?;
        while more {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            more = match short_integer(rest) {
                Some((number, length)) if rest.get(length) == Some(&b',') => {
                    out.push(number);
                    self.at += length + 1;
                    true
                }
                _ => {
                    let number = self.integer()?;
                    let narrow = i32::try_from(number);
                    let found = || self.fault(format!("the whole number {number}"));
                    out.push(narrow.map_err(|_| found())?);
                    self.another(b']')?
                }
            };
        }
        Ok(())
    }

    fn flag(&mut self) -> Read<bool> {
        let found = self.peek()?;
        let flag = match found {
            b'0' | b'1' => {
                self.at += 1;
                found == b'1'
            }
            b't' if self.word("true") => true,
            b'f' if self.word("false") => false,
            _ => return Err(self.found(found, "0, 1, true or false")),
        };
        match self.bytes.get(self.at) {
            Some(next) if next.is_ascii_alphanumeric() || matches!(next, b'.' | b'_') => {
                Err(self.found(*next, "the end of 0, 1, true or false"))
            }
            _ => Ok(flag),
        }
    }

    fn skip(&mut self) -> Read<()> {
        // The brackets that are open. After a value stands a comma or a closing bracket.
        let mut open: Vec<u8> = Vec::new();
        // Nothing was read yet of the container that was opened last.
        let mut empty = false;
        loop {
            let before = open.len();
            let mut done = match self.peek()? {
                b'[' => {
                    self.at += 1;
                    let done = self.skip_numbers();
                    if !done {
                        open.push(b']');
                    }
                    done
                }
                b'{' => {
                    self.at += 1;
                    open.push(b'}');
                    false
                }
                b'"' => self.text().map(|_| true)?,
                // An empty container closes where an element is due.
                byte if empty && open.last() == Some(&byte) => {
                    self.at += 1;
                    open.pop();
                    true
                }
                _ => self.skip_scalar().map(|()| true)?,
            };
            if open.len() > DEEPEST {
                return Err(self.fault(format!("values nested deeper than {DEEPEST}")));
            }
            empty = open.len() > before;
            while done && let Some(close) = open.last().copied() {
                done = !self.another(close)?;
                if done {
                    open.pop();
                }
            }
            if open.is_empty() {
                return Ok(());
            }
            if open.last() == Some(&b'}') && !(empty && self.peek()? == b'}') {
                self.text()?;
                self.eat(b':')?;
            }
        }
    }

    fn place(&self) -> usize {
        self.at
    }

    fn back(&mut self, place: usize) {
        self.at = place;
    }

    fn end(&mut self) -> Read<()> {
        match self.peek() {
            Ok(byte) => Err(self.found(byte, "the end of the file")),
            Err(_) => Ok(()),
        }
    }
}

/// A whole number of few digits at the start of a text, and its length.
fn short_integer(bytes: &[u8]) -> Option<(i32, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let (mut number, mut at) = (0i32, start);
    while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
        number = number.wrapping_mul(10).wrapping_add(i32::from(digit - b'0'));
        at += 1;
    }
    let whole = at > start && at - start <= 9;
    whole.then_some((if negative { number.wrapping_neg() } else { number }, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped(text: &str) -> Read<usize> {
        let mut json = Json::new(text.as_bytes());
        json.skip()?;
        Ok(json.place())
    }

    #[test]
    fn values_are_read_as_they_are_expected() {
        let text =
            r#" {"a": [1.5, -2e0 ,3], "b\n": "x\u00e4\"", "c": {"d": [true,0,1]}, "e": -7} "#;
        let mut json = Json::new(text.as_bytes());
        let (mut numbers, mut flags, mut said) = (Vec::new(), Vec::new(), String::new());
        json.object(|json, key| match key {
            "a" => json.singles(&mut numbers),
            "b\n" => {
                said = json.text()?.into_owned();
                Ok(())
            }
            "c" => json.object(|json, _| json.flags(&mut flags)),
            "e" => {
                assert_eq!(json.integer()?, -7);
                Ok(())
            }
            other => Err(json.unknown(other, "the test")),
        })
        .unwrap();
        json.end().unwrap();
        assert_eq!((numbers, flags), (vec![1.5, -2.0, 3.0], vec![true, false, true]));
        assert_eq!(said, "xä\"");
    }

    #[test]
    fn lists_are_read_with_and_without_blanks() {
        let text = "[1 , -2,3,999999999,2147483647,-2147483648,\n0 ]";
        let (mut whole, mut singles) = (Vec::new(), Vec::new());
        Json::new(text.as_bytes()).integers(&mut whole).unwrap();
        assert_eq!(whole, [1, -2, 3, 999_999_999, i32::MAX, i32::MIN, 0]);
        Json::new(b"[1.5 ,2,NaN, -3e0,4 ]").singles(&mut singles).unwrap();
        assert!(singles[2].is_nan());
        singles.remove(2);
        assert_eq!(singles, [1.5, 2.0, -3.0, 4.0]);
        for broken in ["[1,]", "[,1]", "[1 2]", "[1", "[1,", "[-]", "[1.5.2]", "[1}"] {
            assert!(Json::new(broken.as_bytes()).singles(&mut singles).is_err(), "{broken}");
            assert!(Json::new(broken.as_bytes()).integers(&mut whole).is_err(), "{broken}");
        }
    }

    #[test]
    fn skipping_is_balanced() {
        for whole in [
            r#"{"a":[],"b":{},"c":[[1],[{"d":"]"}]],"e":null,"f":[NaN,true]}"#,
            "[]",
            "3",
            r#""x\"y""#,
        ] {
            assert_eq!(skipped(whole), Ok(whole.len()), "{whole}");
            for end in 0..whole.len() {
                let cut = &whole[..end];
                assert!(skipped(cut).is_err() || cut == "3", "{cut}");
            }
        }
        for broken in [
            "[1}",
            "{1:2}",
            "[1 2]",
            r#"{"a" 1}"#,
            "[[,]x]",
            "]",
            "{]",
            "[tru]",
            "[1,x]",
            "[[],]",
            r#"{"a":[],}"#,
            "[ +1]",
            "[-NaN]",
            r#"["\x"]"#,
            r#"{"\ud800":1}"#,
            "[\"\u{1}\"]",
        ] {
            assert!(skipped(broken).is_err(), "{broken}");
        }
        assert!(skipped(&"[".repeat(100_000)).unwrap_err().what.contains("nested"));
        assert!(skipped(&"{\"a\":".repeat(100_000)).unwrap_err().what.contains("nested"));
    }

    #[test]
    fn what_is_not_expected_is_named() {
        let read = |text: &str, f: fn(&mut Json) -> Read<()>| {
            f(&mut Json::new(text.as_bytes())).unwrap_err().to_string()
        };
        assert!(read("[1,a]", |j| j.singles(&mut Vec::new())).contains("`a` where a number"));
        assert!(read("[1,2.5]", |j| j.integers(&mut Vec::new())).contains("whole"));
        assert!(read("[3000000000]", |j| j.integers(&mut Vec::new())).contains("3000000000"));
        assert!(read("[99999999999999999999]", |j| j.integers(&mut Vec::new())).contains("large"));
        assert!(read("[2]", |j| j.flags(&mut Vec::new())).contains("true or false"));
        assert!(read("\"a\u{1}\"", |j| j.text().map(drop)).contains("text"));
        assert!(Json::new(b"\"\xff\"").text().unwrap_err().what.contains("text"));
        assert_eq!(Json::new(b"-9223372036854775808").integer(), Ok(i64::MIN));
    }
}
