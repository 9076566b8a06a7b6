//! FlatBuffers, as far as CatBoost's binary form needs them: tables whose fields are found through a list of offsets,
//! vectors, texts. Every place is looked up in the bytes and nowhere else, so that no offset can lead astray; what is
//! copied out is bounded, so that parts which overlap cannot make much out of little.

use std::cell::Cell;

/// What is wrong, as a clause.
pub(super) type Read<T> = Result<T, String>;

/// The bytes of one buffer, and how much may still be copied out of it.
pub(super) struct Buffer<'a> {
    bytes: &'a [u8],
    left: Cell<usize>,
}

/// A table in a buffer.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    buffer: &'a Buffer<'a>,
    at: usize,
    /// Where the offsets of its fields begin, and how many there are.
    offsets: usize,
    fields: usize,
}

fn beyond() -> String {
    "an offset beyond the end of the file".to_owned()
}

impl<'a> Buffer<'a> {
    /// A buffer. No sound one has more in it than its size: shared parts are read once for each that shares them, for
    /// which there is ample room.
    pub fn new(bytes: &'a [u8]) -> Self {
        Buffer { bytes, left: Cell::new(bytes.len().saturating_mul(6) + (1 << 16)) }
    }

    fn spend(&self, bytes: usize) -> Read<()> {
        let left = self.left.get().checked_sub(bytes);
        self.left.set(left.unwrap_or(0));
        left.map(|_| ()).ok_or_else(|| "parts that overlap".to_owned())
    }

    fn array<const N: usize>(&self, at: usize) -> Read<[u8; N]> {
        let found = self.bytes.get(at..).and_then(|rest| rest.first_chunk());
        found.copied().ok_or_else(beyond)
    }

    /// A place that an offset stored at `at` points to.
    fn target(&self, at: usize) -> Read<usize> {
        let offset = u32::from_le_bytes(self.array(at)?) as usize;
        at.checked_add(offset).filter(|to| *to < self.bytes.len()).ok_or_else(beyond)
    }

    fn table(&'a self, at: usize) -> Read<Table<'a>> {
        self.spend(64)?;
        let back = i64::from(i32::from_le_bytes(self.array(at)?));
        let list = usize::try_from(at as i64 - back).map_err(|_| beyond())?;
        let size = usize::from(u16::from_le_bytes(self.array(list)?));
        let fields = size.saturating_sub(4) / 2;
        Ok(Table { buffer: self, at, offsets: list + 4, fields })
    }

    /// The table that the buffer begins with.
    pub fn root(&'a self) -> Read<Table<'a>> {
        self.table(self.target(0)?)
    }
}

impl<'a> Table<'a> {
    /// Where a field is; none if the table lacks it.
    fn field(&self, id: usize) -> Read<Option<usize>> {
        if id >= self.fields {
            return Ok(None);
        }
        let offset = usize::from(u16::from_le_bytes(self.buffer.array(self.offsets + 2 * id)?));
        Ok((offset != 0).then_some(self.at + offset))
    }

    fn scalar<const N: usize>(&self, id: usize) -> Read<Option<[u8; N]>> {
        self.field(id)?.map(|at| self.buffer.array(at)).transpose()
    }

    pub fn byte(&self, id: usize, default: u8) -> Read<u8> {
        Ok(self.scalar(id)?.map_or(default, |[byte]| byte))
    }

    pub fn integer(&self, id: usize, default: i32) -> Read<i32> {
        Ok(self.scalar(id)?.map_or(default, i32::from_le_bytes))
    }

    pub fn single(&self, id: usize, default: f32) -> Read<f32> {
        Ok(self.scalar(id)?.map_or(default, f32::from_le_bytes))
    }

    pub fn double(&self, id: usize, default: f64) -> Read<f64> {
        Ok(self.scalar(id)?.map_or(default, f64::from_le_bytes))
    }

    /// A table; none if this one lacks the field.
    pub fn table(&self, id: usize) -> Read<Option<Table<'a>>> {
        let at = self.field(id)?.map(|at| self.buffer.target(at)).transpose()?;
        at.map(|at| self.buffer.table(at)).transpose()
    }

    /// The bytes of a vector of items of a size; empty if the table lacks it.
    pub fn vector(&self, id: usize, size: usize) -> Read<&'a [u8]> {
        let Some(at) = self.field(id)? else { return Ok(&[]) };
        let at = self.buffer.target(at)?;
        let count = u32::from_le_bytes(self.buffer.array(at)?) as usize;
        let length = count.checked_mul(size).ok_or_else(beyond)?;
        let rest = self.buffer.bytes.get(at + 4..).ok_or_else(beyond)?;
        let found = rest.get(..length).ok_or_else(|| format!("a list of {count} items"))?;
        self.buffer.spend(length)?;
        Ok(found)
    }

    /// A vector of numbers, each read from its bytes.
    pub fn numbers<const N: usize, T>(&self, id: usize, of: impl Fn([u8; N]) -> T) -> Read<Vec<T>> {
        let bytes = self.vector(id, N)?;
        Ok(bytes.as_chunks().0.iter().map(|chunk| of(*chunk)).collect())
    }

    pub fn integers(&self, id: usize) -> Read<Vec<i32>> {
        self.numbers(id, i32::from_le_bytes)
    }

    pub fn singles(&self, id: usize) -> Read<Vec<f32>> {
        self.numbers(id, f32::from_le_bytes)
    }

    pub fn doubles(&self, id: usize) -> Read<Vec<f64>> {
        self.numbers(id, f64::from_le_bytes)
    }

    /// A text; empty if the table lacks it.
    pub fn text(&self, id: usize) -> Read<String> {
        text(self.vector(id, 1)?)
    }

    /// Where the items of a vector of offsets point to.
    fn targets(&self, id: usize) -> Read<Vec<usize>> {
        let Some(at) = self.field(id)? else { return Ok(Vec::new()) };
        let first = self.buffer.target(at)? + 4;
        let count = self.vector(id, 4)?.len() / 4;
        (0..count).map(|i| self.buffer.target(first + 4 * i)).collect()
    }

    /// A vector of tables.
    pub fn tables(&self, id: usize) -> Read<Vec<Table<'a>>> {
        self.targets(id)?.into_iter().map(|at| self.buffer.table(at)).collect()
    }

    /// A vector of texts.
    pub fn texts(&self, id: usize) -> Read<Vec<String>> {
        let one = |at: usize| {
            let count = u32::from_le_bytes(self.buffer.array(at)?) as usize;
            let found = self.buffer.bytes.get(at + 4..).and_then(|rest| rest.get(..count));
            self.buffer.spend(count + 24)?;
            text(found.ok_or_else(beyond)?)
        };
        self.targets(id)?.into_iter().map(one).collect()
    }
}

fn text(bytes: &[u8]) -> Read<String> {
    let found = std::str::from_utf8(bytes).map_err(|_| "a text that is not UTF-8".to_owned())?;
    Ok(found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with an integer (field 0), no field 1, and a list of two integers (field 2).
    fn sample() -> Vec<u8> {
        let mut bytes = vec![16, 0, 0, 0];
        bytes.extend([10, 0, 12, 0, 4, 0, 0, 0, 8, 0, 0, 0]); // field offsets: size 10, table 12, 4, none, 8
        bytes.extend(12i32.to_le_bytes()); // back to the offsets
        bytes.extend((-7i32).to_le_bytes());
        bytes.extend(4u32.to_le_bytes());
        bytes.extend(2u32.to_le_bytes());
        bytes.extend([5, 0, 0, 0, 6, 0, 0, 0]);
        bytes
    }

    #[test]
    fn fields_are_found_or_have_their_default() {
        let bytes = sample();
        let buffer = Buffer::new(&bytes);
        let table = buffer.root().unwrap();
        assert_eq!(
            (table.integer(0, 1), table.integer(1, 1), table.integer(9, 1)),
            (Ok(-7), Ok(1), Ok(1))
        );
        assert_eq!(table.integers(2), Ok(vec![5, 6]));
        assert_eq!(table.text(1), Ok(String::new()));
        assert!(table.text(2).is_ok() && table.doubles(2).is_err());
    }

    #[test]
    fn no_change_of_a_byte_leads_astray() {
        let bytes = sample();
        for at in 0..bytes.len() {
            for value in [0, 1, 3, 127, 128, 255] {
                let mut changed = bytes.clone();
                changed[at] = value;
                for bytes in [&changed[..], &changed[..at]] {
                    let buffer = Buffer::new(bytes);
                    if let Ok(table) = buffer.root() {
                        let _ = (table.integer(0, 0), table.integers(2), table.texts(2));
                        let _ = (table.tables(2).is_ok(), table.text(2), table.table(0).is_ok());
                    }
                }
            }
        }
    }

    #[test]
    fn little_cannot_become_much() {
        let bytes = sample();
        let buffer = Buffer::new(&bytes);
        let table = buffer.root().unwrap();
        let read = (0..100_000).take_while(|_| table.integers(2).is_ok()).count();
        assert!(read < 10_000);
    }
}
