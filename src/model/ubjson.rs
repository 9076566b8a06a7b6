//! Universal Binary JSON (draft 12), the part that model files use, as a serde data format: the structures that read
//! a JSON model read its UBJSON twin.
//!
//! Nothing a file declares is trusted: a string is cut from the bytes that are there, a container that declares more
//! elements than bytes remain is refused before anything is allocated, and nesting is limited.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// Deepest nesting of containers; XGBoost needs 7.
const DEPTH: usize = 64;

/// What was wrong, and at which byte.
#[derive(Debug)]
pub(super) struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error(message.to_string())
    }
}

/// Reads one value that fills `bytes`.
pub(super) fn from_slice<'de, T: serde::Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    let mut reader = Reader { bytes, at: 0, depth: 0 };
    let value = T::deserialize(Value { reader: &mut reader, marker: None })
        .map_err(|e| reader.placed(e))?;
    match reader.bytes.get(reader.at..) {
        None | Some([]) => Ok(value),
        Some(rest) => Err(Error(format!("{} bytes after the end", rest.len()))),
    }
}

struct Reader<'de> {
    bytes: &'de [u8],
    at: usize,
    depth: usize,
}

impl<'de> Reader<'de> {
    fn placed(&self, e: Error) -> Error {
        Error(format!("{e} (byte {})", self.at))
    }

    fn left(&self) -> usize {
        self.bytes.len().saturating_sub(self.at)
    }

    fn take(&mut self, n: usize) -> Result<&'de [u8], Error> {
        let end = self.at.checked_add(n);
        match end.and_then(|end| self.bytes.get(self.at..end)) {
            Some(cut) => {
                self.at += n;
                Ok(cut)
            }
            None => Err(Error(format!("{n} bytes declared where {} are left", self.left()))),
        }
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let cut = self.take(N)?;
        <[u8; N]>::try_from(cut).map_err(Error::custom)
    }

    /// The next marker; no-ops are skipped.
    fn marker(&mut self) -> Result<u8, Error> {
        loop {
            match self.fixed::<1>()? {
                [b'N'] => {}
                [marker] => return Ok(marker),
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn integer(&mut self, marker: u8) -> Result<i64, Error> {
        Ok(match marker {
            b'i' => i64::from(i8::from_be_bytes(self.fixed()?)),
            b'U' => i64::from(u8::from_be_bytes(self.fixed()?)),
            b'I' => i64::from(i16::from_be_bytes(self.fixed()?)),
            b'l' => i64::from(i32::from_be_bytes(self.fixed()?)),
            b'L' => i64::from_be_bytes(self.fixed()?),
            other => {
                return Err(Error(format!(
                    "the marker {:?} where an integer is due",
                    char::from(other)
                )));
            }
        })
    }

    fn length(&mut self) -> Result<usize, Error> {
        let marker = self.marker()?;
        let n = self.integer(marker)?;
        usize::try_from(n).map_err(|_| Error(format!("the length {n}")))
    }

    fn text(&mut self) -> Result<&'de str, Error> {
        let n = self.length()?;
        std::str::from_utf8(self.take(n)?).map_err(Error::custom)
    }

    /// The head of a container: element type and count, where declared.
    fn container(&mut self) -> Result<Container, Error> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Error(format!("containers nested deeper than {DEPTH}")));
        }
        let mut element = None;
        if self.peek() == Some(b'$') {
            self.at += 1;
            let marker = self.marker()?;
            // Elements without bytes of their own would let a short file declare any number of them.
            if !matches!(marker, b'i' | b'U' | b'I' | b'l' | b'L' | b'd' | b'D' | b'C' | b'S') {
                return Err(Error(format!("a container of {:?}", char::from(marker))));
            }
            element = Some(marker);
        }
        let mut count = None;
        if self.peek() == Some(b'#') {
            self.at += 1;
            let n = self.length()?;
            if n > self.left() {
                return Err(Error(format!(
                    "{n} elements declared where {} bytes are left",
                    self.left()
                )));
            }
            count = Some(n);
        } else if element.is_some() {
            return Err(Error("an element type without a count".to_owned()));
        }
        Ok(Container { element, count })
    }
}

struct Container {
    element: Option<u8>,
    count: Option<usize>,
}

/// One value to come; its marker stands before it, or in the head of its container.
struct Value<'a, 'de> {
    reader: &'a mut Reader<'de>,
    marker: Option<u8>,
}

impl<'de> Deserializer<'de> for Value<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let reader = self.reader;
        let marker = match self.marker {
            Some(marker) => marker,
            None => reader.marker()?,
        };
        match marker {
            b'Z' => visitor.visit_unit(),
            b'T' => visitor.visit_bool(true),
            b'F' => visitor.visit_bool(false),
            b'd' => visitor.visit_f32(f32::from_be_bytes(reader.fixed()?)),
            b'D' => visitor.visit_f64(f64::from_be_bytes(reader.fixed()?)),
            b'C' => visitor.visit_char(char::from(u8::from_be_bytes(reader.fixed()?))),
            b'S' => visitor.visit_borrowed_str(reader.text()?),
            b'[' => {
                let Container { element, count } = reader.container()?;
                let value =
                    visitor.visit_seq(Elements { reader: &mut *reader, element, left: count })?;
                reader.depth -= 1;
                Ok(value)
            }
            b'{' => {
                let Container { element, count } = reader.container()?;
                let value =
                    visitor.visit_map(Elements { reader: &mut *reader, element, left: count })?;
                reader.depth -= 1;
                Ok(value)
            }
            other => visitor.visit_i64(reader.integer(other)?),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

/// What is left of a container: `left` where the count was declared, up to the end marker otherwise.
struct Elements<'a, 'de> {
    reader: &'a mut Reader<'de>,
    element: Option<u8>,
    left: Option<usize>,
}

impl Elements<'_, '_> {
    /// Whether another element comes; eats the end marker.
    fn another(&mut self, end: u8) -> bool {
        match &mut self.left {
            Some(0) => false,
            Some(n) => {
                *n -= 1;
                true
            }
            None => {
                while self.reader.peek() == Some(b'N') {
                    self.reader.at += 1;
                }
                let more = self.reader.peek() != Some(end);
                if !more {
                    self.reader.at += 1;
                    self.left = Some(0);
                }
                more
            }
        }
    }
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if !self.another(b']') {
            return Ok(None);
        }
        seed.deserialize(Value { reader: self.reader, marker: self.element }).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        self.left
    }
}

impl<'de> MapAccess<'de> for Elements<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if !self.another(b'}') {
            return Ok(None);
        }
        seed.deserialize(self.reader.text()?.into_deserializer()).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(Value { reader: self.reader, marker: self.element })
    }
}

#[cfg(test)]
mod tests {
    use super::from_slice;
    use std::collections::BTreeMap;

    #[test]
    fn typed_and_plain_containers_are_read() {
        let bytes = b"{i\x01a[$d#i\x02\x3f\x80\x00\x00\x40\x00\x00\x00i\x01b[i\x03U\xff]}";
        let read: BTreeMap<String, Vec<f32>> = from_slice(bytes).unwrap();
        assert_eq!(read["a"], [1.0, 2.0]);
        assert_eq!(read["b"], [3.0, 255.0]);
        assert_eq!(from_slice::<Vec<String>>(b"[#i\x01Si\x02ab").unwrap(), ["ab"]);
    }

    #[test]
    fn declared_sizes_and_depths_are_not_trusted() {
        let huge = b"[$d#L\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00";
        assert!(from_slice::<Vec<f32>>(huge).unwrap_err().to_string().contains("declared"));
        assert!(from_slice::<Vec<bool>>(b"[$T#L\x7f\xff\xff\xff\xff\xff\xff\xff").is_err());
        assert!(from_slice::<String>(b"SL\xff\xff\xff\xff\xff\xff\xff\xff").is_err());
        assert!(
            from_slice::<serde::de::IgnoredAny>(&[b'['; 100_000])
                .unwrap_err()
                .to_string()
                .contains("nested")
        );
        assert!(from_slice::<Vec<f32>>(b"[d\x3f").is_err());
        assert!(from_slice::<Vec<f32>>(b"[").is_err());
    }
}
