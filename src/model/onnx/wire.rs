//! Protocol Buffers as they lie in the file: fields one after the other, nothing copied.
//!
//! A list of numbers is read where it lies, so that a file takes no more memory than itself (a list of small integers
//! would take eight times its bytes). Nothing is allocated for bytes that are not there. The encoding is that of
//! the Protocol Buffers documentation, chapter "Encoding".

/// What is wrong with the bytes, as a clause.
pub(super) type Broken = String;

/// The content of a field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
    Fixed32([u8; 4]),
}

/// The fields of a message.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub fn of(bytes: &'a [u8]) -> Self {
        Fields { rest: bytes }
    }

    /// The next field's number and content; none at the end.
    pub fn next(&mut self) -> Result<Option<(u64, Content<'a>)>, Broken> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let content = match key & 7 {
            0 => Content::Varint(self.varint()?),
            1 => Content::Fixed64(self.fixed()?),
            2 => {
                let length = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
                Content::Bytes(self.take(length)?)
            }
            5 => Content::Fixed32(self.fixed()?),
            other => return Err(format!("a field of wire type {other}")),
        };
        if key >> 3 == 0 {
            return Err("a field without a number".to_owned());
        }
        Ok(Some((key >> 3, content)))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Broken> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(format!("a field of {length} bytes where {} are left", self.rest.len()));
        };
        self.rest = rest;
        Ok(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Broken> {
        self.take(N)?.try_into().map_err(|_| "a number cut off".to_owned())
    }

    fn varint(&mut self) -> Result<u64, Broken> {
        let (value, rest) = varint(self.rest)?;
        self.rest = rest;
        Ok(value)
    }
}

/// A variable-length integer and what follows it.
fn varint(bytes: &[u8]) -> Result<(u64, &[u8]), Broken> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok((value, bytes.get(i + 1..).unwrap_or_default()));
        }
    }
    Err("an integer without an end".to_owned())
}

/// A list of numbers in a message: of a field that is repeated, packed or one by one.
#[derive(Clone, Debug)]
pub(super) struct List<'a> {
    field: u64,
    fields: Fields<'a>,
    /// The rest of a packed run.
    run: &'a [u8],
}

impl<'a> List<'a> {
    pub fn of(message: &'a [u8], field: u64) -> Self {
        List { field, fields: Fields::of(message), run: &[] }
    }

    /// How many integers follow, up to the first that is broken.
    pub fn count(mut self) -> usize {
        std::iter::from_fn(|| self.next_int()).take_while(Result::is_ok).count()
    }

    /// The next number, as four or eight bytes (`N`), or as an integer of variable length.
    fn step<T>(
        &mut self,
        packed: impl Fn(&'a [u8]) -> Result<(T, &'a [u8]), Broken>,
        single: impl Fn(Content<'a>) -> Option<T>,
    ) -> Option<Result<T, Broken>> {
        loop {
            if !self.run.is_empty() {
                return Some(packed(self.run).map(|(value, rest)| {
                    self.run = rest;
                    value
                }));
            }
            match self.fields.next() {
                Err(broken) => return Some(Err(broken)),
                Ok(None) => return None,
                Ok(Some((field, content))) if field == self.field => match content {
                    Content::Bytes(run) => self.run = run,
                    other => {
                        return Some(
                            single(other).ok_or_else(|| "a number of another kind".to_owned()),
                        );
                    }
                },
                Ok(Some(_)) => {}
            }
        }
    }

    pub fn next_int(&mut self) -> Option<Result<i64, Broken>> {
        self.step(
            |run| varint(run).map(|(value, rest)| (value as i64, rest)),
            |content| match content {
                Content::Varint(value) => Some(value as i64),
                _ => None,
            },
        )
    }

    pub fn next_float(&mut self) -> Option<Result<f32, Broken>> {
        self.step(
            |run| match run.split_first_chunk::<4>() {
                Some((bytes, rest)) => Ok((f32::from_le_bytes(*bytes), rest)),
                None => Err("a float cut off".to_owned()),
            },
            |content| match content {
                Content::Fixed32(bytes) => Some(f32::from_le_bytes(bytes)),
                _ => None,
            },
        )
    }

    pub fn next_double(&mut self) -> Option<Result<f64, Broken>> {
        self.step(
            |run| match run.split_first_chunk::<8>() {
                Some((bytes, rest)) => Ok((f64::from_le_bytes(*bytes), rest)),
                None => Err("a double cut off".to_owned()),
            },
            |content| match content {
                Content::Fixed64(bytes) => Some(f64::from_le_bytes(bytes)),
                _ => None,
            },
        )
    }

    /// The next text or message.
    pub fn next_bytes(&mut self) -> Option<Result<&'a [u8], Broken>> {
        loop {
            match self.fields.next() {
                Err(broken) => return Some(Err(broken)),
                Ok(None) => return None,
                Ok(Some((field, Content::Bytes(bytes)))) if field == self.field => {
                    return Some(Ok(bytes));
                }
                Ok(Some((field, _))) if field == self.field => {
                    return Some(Err("a number where a text belongs".to_owned()));
                }
                Ok(Some(_)) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_packed_and_one_by_one() {
        // field 8: 1, 300 one by one; then packed 2, -1
        let mut bytes = vec![0x40, 1, 0x40, 0xac, 2, 0x42, 11, 2];
        bytes.extend([0xff; 9]);
        bytes.push(1);
        let mut list = List::of(&bytes, 8);
        let found: Vec<i64> = std::iter::from_fn(|| list.next_int()).map(Result::unwrap).collect();
        assert_eq!(found, [1, 300, 2, -1]);
        assert!(List::of(&bytes, 7).next_int().is_none());
        let mut cut = List::of(&bytes[..9], 8);
        assert!(std::iter::from_fn(|| cut.next_int()).any(|n| n.is_err()));
    }

    #[test]
    fn broken_bytes_are_told() {
        for bytes in [&[0x80][..], &[0x0a, 5, 1], &[0x0b], &[0x00, 1], &[0x80; 12], &[0x0d, 1, 2]] {
            assert!(Fields::of(bytes).next().is_err(), "{bytes:?}");
        }
        assert!(Fields::of(&[]).next().unwrap().is_none());
    }
}
