//! Universal Binary JSON (draft 12), the part that model files use, read value by value.
//!
//! Nothing a file declares is trusted: a text is cut from the bytes that are there, a container that declares more
//! elements than bytes remain is refused before anything is allocated, and nesting is limited.

use std::borrow::Cow;

use super::pull::{DEEPEST, Kind, Pull, Read};

/// A reader at a place in a UBJSON document.
pub(super) struct Ubjson<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The marker of the value at hand, where it stands in the head of its container instead of before the value.
    marker: Option<u8>,
}

/// What the head of a container declares.
#[derive(Clone, Copy)]
struct Head {
    element: Option<u8>,
    count: Option<usize>,
}

impl<'b> Ubjson<'b> {
    /// A reader at the start of a document.
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Ubjson { bytes, at: 0, marker: None }
    }

    fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    fn take(&mut self, n: usize) -> Read<&'b [u8]> {
        let end = self.at.checked_add(n);
        match end.and_then(|end| self.bytes.get(self.at..end)) {
            Some(cut) => {
                self.at += n;
                Ok(cut)
            }
            None => Err(self.fault(format!("{n} bytes declared where {} are left", self.left()))),
        }
    }

    fn fixed<const N: usize>(&mut self) -> Read<[u8; N]> {
        let cut = self.take(N)?;
        <[u8; N]>::try_from(cut).map_err(|e| self.fault(e.to_string()))
    }

    /// The marker of the next value without consuming it; no-ops before it are skipped.
    fn peek(&mut self) -> Read<u8> {
        if let Some(marker) = self.marker {
            return Ok(marker);
        }
        while self.bytes.get(self.at) == Some(&b'N') {
            self.at += 1;
        }
        let marker = self.bytes.get(self.at).copied();
        marker.ok_or_else(|| self.fault("the end of the file where a value is due"))
    }

    /// The marker of the next value.
    fn next(&mut self) -> Read<u8> {
        let marker = self.peek()?;
        if self.marker.take().is_none() {
            self.at += 1;
        }
        Ok(marker)
    }

    fn whole(&mut self, marker: u8) -> Read<i64> {
        Ok(match marker {
            b'i' => i64::from(i8::from_be_bytes(self.fixed()?)),
            b'U' => i64::from(u8::from_be_bytes(self.fixed()?)),
            b'I' => i64::from(i16::from_be_bytes(self.fixed()?)),
            b'l' => i64::from(i32::from_be_bytes(self.fixed()?)),
            b'L' => i64::from_be_bytes(self.fixed()?),
            other => return Err(self.misplaced(other, "a whole number")),
        })
    }

    fn misplaced(&self, marker: u8, expected: &str) -> super::pull::Error {
        let marker = char::from(marker).escape_debug();
        self.fault(format!("the marker `{marker}` where {expected} is due"))
    }

    fn length(&mut self) -> Read<usize> {
        let marker = self.next()?;
        let n = self.whole(marker)?;
        usize::try_from(n).map_err(|_| self.fault(format!("the length {n}")))
    }

    fn cut_text(&mut self) -> Read<Cow<'b, str>> {
        let n = self.length()?;
        let cut = self.take(n)?;
        match std::str::from_utf8(cut) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(e) => Err(self.fault(format!("a text: {e}"))),
        }
    }

    /// The head of a container whose bracket was read.
    fn head(&mut self) -> Read<Head> {
        let (mut element, mut count) = (None, None);
        if self.bytes.get(self.at) == Some(&b'$') {
            self.at += 1;
            let marker = self.next()?;
            // Elements without bytes of their own would let a short file declare any number of them.
            if width(marker).is_none() && marker != b'S' {
                return Err(self.fault(format!("a container of `{}`", char::from(marker))));
            }
            element = Some(marker);
        }
        if self.bytes.get(self.at) == Some(&b'#') {
            self.at += 1;
            let n = self.length()?;
            if n > self.left() {
                let left = self.left();
                return Err(
                    self.fault(format!("{n} elements declared where {left} bytes are left"))
                );
            }
            count = Some(n);
        } else if element.is_some() {
            return Err(self.fault("an element type without a count"));
        }
        Ok(Head { element, count })
    }

    /// Opens an array; the head, and the bytes of its elements if they are all there and of one fixed width.
    fn list(&mut self) -> Read<(Head, Option<&'b [u8]>)> {
        let marker = self.next()?;
        if marker != b'[' {
            return Err(self.misplaced(marker, "an array"));
        }
        let head = self.head()?;
        let Head { element: Some(element), count: Some(count) } = head else {
            return Ok((head, None));
        };
        let Some(width) = width(element) else { return Ok((head, None)) };
        let bytes = count.saturating_mul(width);
        Ok((head, Some(self.take(bytes)?)))
    }

    /// Calls `each` for the elements of a container whose head was read; `end` closes one without a count.
    fn elements(
        &mut self,
        head: Head,
        end: u8,
        mut each: impl FnMut(&mut Self, Option<u8>) -> Read<()>,
    ) -> Read<()> {
        if let Some(count) = head.count {
            for _ in 0..count {
                each(self, head.element)?;
            }
            return Ok(());
        }
        while self.peek()? != end {
            each(self, None)?;
        }
        self.at += 1;
        Ok(())
    }
}

/// Bytes of a value of a type that has a fixed number of them.
fn width(marker: u8) -> Option<usize> {
    Some(match marker {
        b'i' | b'U' | b'C' => 1,
        b'I' => 2,
        b'l' | b'd' => 4,
        b'L' | b'D' => 8,
        _ => return None,
    })
}

/// Numbers of a fixed width, big-endian.
fn each<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> {
    bytes.chunks_exact(N).filter_map(|cut| cut.try_into().ok())
}

impl<'b> Pull<'b> for Ubjson<'b> {
    fn kind(&mut self) -> Read<Kind> {
        Ok(match self.peek()? {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'S' | b'C' => Kind::Text,
            b'T' | b'F' => Kind::Flag,
            b'Z' => Kind::Null,
            b'i' | b'U' | b'I' | b'l' | b'L' | b'd' | b'D' => Kind::Number,
            other => return Err(self.misplaced(other, "a value")),
        })
    }

    fn object(&mut self, mut each: impl FnMut(&mut Self, &str) -> Read<()>) -> Read<()> {
        let marker = self.next()?;
        if marker != b'{' {
            return Err(self.misplaced(marker, "an object"));
        }
        let head = self.head()?;
        self.elements(head, b'}', |reader, element| {
            let key = reader.cut_text()?;
            reader.marker = element;
            each(reader, &key)
        })
    }

    fn array(&mut self, mut each: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        let marker = self.next()?;
        if marker != b'[' {
            return Err(self.misplaced(marker, "an array"));
        }
        let head = self.head()?;
        self.elements(head, b']', |reader, element| {
            reader.marker = element;
            each(reader)
        })
    }

    fn text(&mut self) -> Read<Cow<'b, str>> {
        match self.next()? {
            b'S' => self.cut_text(),
            b'C' => {
                let [byte] = self.fixed()?;
                Ok(Cow::Owned(char::from(byte).to_string()))
            }
            other => Err(self.misplaced(other, "a text")),
        }
    }

    fn single(&mut self) -> Read<f32> {
        match self.next()? {
            b'd' => Ok(f32::from_be_bytes(self.fixed()?)),
            b'D' => Ok(f64::from_be_bytes(self.fixed()?) as f32),
            other => Ok(self.whole(other)? as f32),
        }
    }

    fn integer(&mut self) -> Read<i64> {
        let marker = self.next()?;
        self.whole(marker)
    }

    fn flag(&mut self) -> Read<bool> {
        match self.next()? {
            b'T' => Ok(true),
            b'F' => Ok(false),
            other => match self.whole(other)? {
                0 => Ok(false),
                1 => Ok(true),
                n => Err(self.fault(format!("{n} where 0 or 1 is due"))),
            },
        }
    }

    fn singles(&mut self, out: &mut Vec<f32>) -> Read<()> {
        out.clear();
        let (head, bytes) = self.list()?;
        match (head.element, bytes) {
            (Some(b'd'), Some(bytes)) => out.extend(each(bytes).map(f32::from_be_bytes)),
            (Some(b'D'), Some(bytes)) => {
                out.extend(each(bytes).map(|n| f64::from_be_bytes(n) as f32));
            }
            (Some(other), Some(_)) => return Err(self.misplaced(other, "a list of numbers")),
            _ => self.elements(head, b']', |reader, element| {
                reader.marker = element;
                out.push(reader.single()?);
                Ok(())
            })?,
        }
        Ok(())
    }

    fn integers(&mut self, out: &mut Vec<i32>) -> Read<()> {
        out.clear();
        let (head, bytes) = self.list()?;
        match (head.element, bytes) {
            (Some(b'l'), Some(bytes)) => out.extend(each(bytes).map(i32::from_be_bytes)),
            (Some(b'U'), Some(bytes)) => out.extend(bytes.iter().map(|n| i32::from(*n))),
            (Some(b'i'), Some(bytes)) => {
                out.extend(each(bytes).map(|n| i32::from(i8::from_be_bytes(n))))
            }
            (Some(b'I'), Some(bytes)) => {
                out.extend(each(bytes).map(|n| i32::from(i16::from_be_bytes(n))))
            }
            (Some(b'L'), Some(bytes)) => {
                for n in each(bytes).map(i64::from_be_bytes) {
                    let narrow = i32::try_from(n);
                    out.push(narrow.map_err(|_| self.fault(format!("the whole number {n}")))?);
                }
            }
            (Some(other), Some(_)) => return Err(self.misplaced(other, "a list of whole numbers")),
            _ => self.elements(head, b']', |reader, element| {
                reader.marker = element;
                let n = reader.integer()?;
                let narrow = i32::try_from(n);
                out.push(narrow.map_err(|_| reader.fault(format!("the whole number {n}")))?);
                Ok(())
            })?,
        }
        Ok(())
    }

    fn skip(&mut self) -> Read<()> {
        // The containers that are open: what closes them, and how many elements of which type are left.
        let mut open: Vec<(u8, Head)> = Vec::new();
        loop {
            let marker = self.next()?;
            match marker {
                b'[' | b'{' => {
                    let head = self.head()?;
                    let fixed = head.element.and_then(width);
                    match (marker, head.count, fixed) {
                        (b'[', Some(count), Some(width)) => {
                            self.take(count.saturating_mul(width)).map(drop)?;
                        }
                        _ => open.push((marker, head)),
                    }
                }
                b'S' => self.cut_text().map(drop)?,
                b'T' | b'F' | b'Z' => {}
                other => match width(other) {
                    Some(width) => self.take(width).map(drop)?,
                    None => return Err(self.misplaced(other, "a value")),
                },
            }
            if open.len() > DEEPEST {
                return Err(self.fault(format!("containers nested deeper than {DEEPEST}")));
            }
            // On to the next value: the next element of the innermost container that has one.
            loop {
                let Some((bracket, head)) = open.last_mut() else { return Ok(()) };
                let object = *bracket == b'{';
                let more = match &mut head.count {
                    Some(0) => false,
                    Some(count) => {
                        *count -= 1;
                        true
                    }
                    None => {
                        let more = self.peek()? != if object { b'}' } else { b']' };
                        self.at += usize::from(!more);
                        more
                    }
                };
                if !more {
                    open.pop();
                    continue;
                }
                let element = head.element;
                if object {
                    self.cut_text()?;
                }
                self.marker = element;
                break;
            }
        }
    }

    fn place(&self) -> usize {
        self.at
    }

    fn back(&mut self, place: usize) {
        (self.at, self.marker) = (place, None);
    }

    fn end(&mut self) -> Read<()> {
        match self.left() {
            0 => Ok(()),
            left => Err(self.fault(format!("{left} bytes after the end"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(bytes: &[u8], f: impl FnOnce(&mut Ubjson) -> Read<T>) -> Result<T, String> {
        let mut reader = Ubjson::new(bytes);
        let value = f(&mut reader).and_then(|value| reader.end().map(|()| value));
        value.map_err(|e| e.to_string())
    }

    fn singles(bytes: &[u8]) -> Result<Vec<f32>, String> {
        let mut out = Vec::new();
        read(bytes, |reader| reader.singles(&mut out)).map(|()| out)
    }

    #[test]
    fn typed_and_plain_containers_are_read() {
        let bytes = b"{i\x01a[$d#i\x02\x3f\x80\x00\x00\x40\x00\x00\x00i\x01bN[i\x03U\xff]}";
        let mut found = Vec::new();
        read(bytes, |reader| {
            reader.object(|reader, key| {
                let mut list = Vec::new();
                reader.singles(&mut list)?;
                found.push((key.to_owned(), list));
                Ok(())
            })
        })
        .unwrap();
        assert_eq!(found, [("a".to_owned(), vec![1.0, 2.0]), ("b".to_owned(), vec![3.0, 255.0])]);
        assert_eq!(read(bytes, |r| r.skip()), Ok(()));
        let mut texts = Vec::new();
        let typed = b"[$S#i\x02i\x02abi\x01c";
        read(typed, |r| {
            r.array(|r| {
                texts.push(r.text()?.into_owned());
                Ok(())
            })
        })
        .unwrap();
        assert_eq!(texts, ["ab", "c"]);
        let nested = b"{#i\x02i\x01a[#i\x02TZi\x01b{i\x01c[$l#i\x01\x00\x00\x00\x07}";
        assert_eq!(read(nested, |r| r.skip()), Ok(()));
        let mut whole = Vec::new();
        read(b"[$L#i\x01\xff\xff\xff\xff\xff\xff\xff\xfe", |r| r.integers(&mut whole)).unwrap();
        assert_eq!(whole, [-2]);
        let mut flags = Vec::new();
        read(b"[$U#i\x02\x00\x01", |r| r.flags(&mut flags)).unwrap();
        assert_eq!(flags, [false, true]);
    }

    #[test]
    fn declared_sizes_and_depths_are_not_trusted() {
        let huge = b"[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00";
        assert!(singles(huge).unwrap_err().contains("declared"));
        assert!(read(huge, |r| r.skip()).unwrap_err().contains("declared"));
        assert!(singles(b"[$T#L\x7f\xff\xff\xff\xff\xff\xff\xff").is_err());
        assert!(read(b"SL\xff\xff\xff\xff\xff\xff\xff\xff", |r| r.text().map(drop)).is_err());
        for deep in [&b"["[..], b"{i\x01a", b"[#i\x01"] {
            let error = read(&deep.repeat(100_000), |r| r.skip()).unwrap_err();
            assert!(error.contains("nested"), "{error}");
        }
        assert!(singles(b"[d\x3f").is_err());
        assert!(singles(b"[").is_err());
        assert!(singles(b"[$l#i\x01\x00\x00\x00\x07").unwrap_err().contains("numbers"));
        assert!(read(b"TT", |r| r.skip()).unwrap_err().contains("after the end"));
        for whole in [&b"{i\x01a[$d#i\x01\x3f\x80\x00\x00i\x01b[TZ]}"[..], b"[#i\x02TSi\x01a"] {
            for end in 0..whole.len() {
                assert!(read(&whole[..end], |r| r.skip()).is_err(), "{end}");
            }
        }
    }
}
