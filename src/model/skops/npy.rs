//! Arrays in NumPy's own file format, versions 1.0 to 3.0: numbers, truth values, texts of fixed width, and records of
//! numbers (the nodes of scikit-learn's trees). Arrays of Python objects are not read.

/// A value of an array or of the schema.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// `None`.
    Missing,
    /// A truth value.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl Cell {
    /// As Python prints it.
    pub fn printed(&self, whole: bool) -> String {
        match self {
            Cell::Missing => "None".to_owned(),
            Cell::Flag(true) => "True".to_owned(),
            Cell::Flag(false) => "False".to_owned(),
            Cell::Number(number) if whole && number.fract() == 0.0 => format!("{number:.0}"),
            Cell::Number(number) => format!("{number:?}"),
            Cell::Text(text) => text.clone(),
        }
    }

    /// As a number; truth values are 0 and 1.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Number(number) => Some(*number),
            Cell::Flag(flag) => Some(f64::from(u8::from(*flag))),
            Cell::Missing | Cell::Text(_) => None,
        }
    }
}

/// An array with its cells in C order.
#[derive(Clone, Debug)]
pub(super) struct Array {
    /// Its shape; empty for a single value.
    pub shape: Vec<usize>,
    /// The cells; none of an array of records.
    pub cells: Vec<Cell>,
    /// The columns of an array of records.
    pub fields: Vec<(String, Vec<f64>)>,
}

/// Type of a cell.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Float(usize),
    Signed(usize),
    Unsigned(usize),
    Flag,
    /// Characters of four bytes.
    Text(usize),
    /// Bytes between the fields of a record.
    Gap(usize),
}

impl Kind {
    fn named(name: &str) -> Option<Kind> {
        let size = |from: &str| from.parse::<usize>().ok();
        Some(match name {
            "<f8" | "<f4" => Kind::Float(size(name.get(2..)?)?),
            "<i8" | "<i4" | "<i2" | "|i1" => Kind::Signed(size(name.get(2..)?)?),
            "<u8" | "<u4" | "<u2" | "|u1" => Kind::Unsigned(size(name.get(2..)?)?),
            "|b1" => Kind::Flag,
            _ if name.starts_with("<U") => Kind::Text(size(name.get(2..)?)?),
            _ if name.starts_with("|V") => Kind::Gap(size(name.get(2..)?)?),
            _ => return None,
        })
    }

    fn size(self) -> Option<usize> {
        match self {
            Kind::Float(size) | Kind::Signed(size) | Kind::Unsigned(size) | Kind::Gap(size) => {
                Some(size)
            }
            Kind::Flag => Some(1),
            Kind::Text(characters) => characters.checked_mul(4),
        }
    }

    fn cell(self, bytes: &[u8]) -> Option<Cell> {
        fn fixed<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
            bytes.try_into().ok()
        }
        Some(match self {
            Kind::Float(4) => Cell::Number(f32::from_le_bytes(fixed(bytes)?).into()),
            Kind::Float(_) => Cell::Number(f64::from_le_bytes(fixed(bytes)?)),
            Kind::Signed(1) => Cell::Number(i8::from_le_bytes(fixed(bytes)?).into()),
            Kind::Signed(2) => Cell::Number(i16::from_le_bytes(fixed(bytes)?).into()),
            Kind::Signed(4) => Cell::Number(i32::from_le_bytes(fixed(bytes)?).into()),
            Kind::Signed(_) => Cell::Number(i64::from_le_bytes(fixed(bytes)?) as f64),
            Kind::Unsigned(1) => Cell::Number(u8::from_le_bytes(fixed(bytes)?).into()),
            Kind::Unsigned(2) => Cell::Number(u16::from_le_bytes(fixed(bytes)?).into()),
            Kind::Unsigned(4) => Cell::Number(u32::from_le_bytes(fixed(bytes)?).into()),
            Kind::Unsigned(_) => Cell::Number(u64::from_le_bytes(fixed(bytes)?) as f64),
            Kind::Flag => Cell::Flag(*bytes.first()? != 0),
            Kind::Text(_) => {
                let mut text = String::new();
                for four in bytes.chunks_exact(4) {
                    text.push(char::from_u32(u32::from_le_bytes(fixed(four)?))?);
                }
                text.truncate(text.trim_end_matches('\0').len());
                Cell::Text(text)
            }
            Kind::Gap(_) => return None,
        })
    }
}

impl Array {
    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// What is wrong, as a clause.
    pub fn read(bytes: &[u8]) -> Result<Array, String> {
        let cut = || "an array cut off".to_owned();
        let rest = bytes.strip_prefix(b"\x93NUMPY").ok_or("no array of NumPy")?;
        let (&[major, _], rest) = rest.split_first_chunk().ok_or_else(cut)?;
        let (length, rest) = match major {
            1 => {
                let (length, rest) = rest.split_first_chunk().ok_or_else(cut)?;
                (usize::from(u16::from_le_bytes(*length)), rest)
            }
            2 | 3 => {
                let (length, rest) = rest.split_first_chunk().ok_or_else(cut)?;
                (u32::from_le_bytes(*length) as usize, rest)
            }
            _ => return Err(format!("version {major} of NumPy's format")),
        };
        let (header, data) = rest.split_at_checked(length).ok_or_else(cut)?;
        let header = std::str::from_utf8(header).map_err(|_| "a header that is no text")?;
        let header = Header::read(header).ok_or("a header that cannot be read")?;
        header.array(data)
    }

    /// Every cell as a number.
    pub fn numbers(&self) -> Option<Vec<f64>> {
        self.fields.is_empty().then(|| self.cells.iter().map(Cell::number).collect())?
    }

    /// A column of an array of records.
    pub fn field(&self, name: &str) -> Option<&[f64]> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, column)| column.as_slice())
    }

    /// The shape of an array of at most two dimensions as rows and columns.
    pub fn matrix(&self) -> Option<(usize, usize)> {
        match *self.shape.as_slice() {
            [columns] => Some((1, columns)),
            [rows, columns] => Some((rows, columns)),
            _ => None,
        }
    }
}

struct Header {
    /// One kind, or the fields of a record.
    kinds: Vec<(String, Kind)>,
    record: bool,
    fortran: bool,
    shape: Vec<usize>,
}

impl Header {
    /// `{'descr': …, 'fortran_order': …, 'shape': (…), }`
    fn read(text: &str) -> Option<Header> {
        let after = |key: &str| text.split_once(key).map(|(_, rest)| rest.trim_start());
        let order = after("'fortran_order':")?;
        let fortran = order.starts_with("True");
        let shape = after("'shape':")?.strip_prefix('(')?.split_once(')')?.0;
        let shape = shape.split(',').map(str::trim).filter(|n| !n.is_empty());
        let shape: Vec<usize> = shape.map(|n| n.parse().ok()).collect::<Option<_>>()?;
        let kind = after("'descr':")?;
        let Some(fields) = kind.strip_prefix('[') else {
            let name = kind.strip_prefix('\'')?.split_once('\'')?.0;
            let kinds = vec![(String::new(), Kind::named(name)?)];
            return Some(Header { kinds, record: false, fortran, shape });
        };
        let mut kinds = Vec::new();
        for field in fields.split_once(']')?.0.split('(').skip(1) {
            let mut texts = field.split('\'').skip(1).step_by(2);
            let (name, kind) = (texts.next()?, texts.next()?);
            kinds.push((name.to_owned(), Kind::named(kind)?));
        }
        Some(Header { kinds, record: true, fortran, shape })
    }

    fn array(self, data: &[u8]) -> Result<Array, String> {
        let size = |kind: &(String, Kind)| kind.1.size();
        let width = self.kinds.iter().map(size).try_fold(0usize, |sum, s| sum.checked_add(s?));
        let count = self.shape.iter().try_fold(1usize, |all, n| all.checked_mul(*n));
        let bytes = width.zip(count).and_then(|(width, count)| width.checked_mul(count));
        let (Some(width), Some(count), true) = (width, count, bytes == Some(data.len())) else {
            return Err(format!(
                "an array of shape {:?} with {} bytes of data",
                self.shape,
                data.len()
            ));
        };
        if width == 0 && count > 0 {
            return Err("an array of empty cells".to_owned());
        }
        let refused = || "a cell that cannot be read".to_owned();
        if self.record {
            let mut fields: Vec<(String, Vec<f64>)> = Vec::new();
            let mut at = 0;
            for (name, kind) in self.kinds {
                let size = kind.size().unwrap_or(0);
                if !matches!(kind, Kind::Gap(_)) {
                    let column = data.chunks_exact(width).map(|record| {
                        let cell = record.get(at..at + size).and_then(|bytes| kind.cell(bytes))?;
                        cell.number()
                    });
                    fields.push((name, column.collect::<Option<_>>().ok_or_else(refused)?));
                }
                at += size;
            }
            return Ok(Array { shape: self.shape, cells: Vec::new(), fields });
        }
        let kind = self.kinds.first().map(|(_, kind)| *kind).ok_or_else(refused)?;
        let cells = data.chunks_exact(width.max(1)).map(|bytes| kind.cell(bytes));
        let mut cells: Vec<Cell> = cells.collect::<Option<_>>().ok_or_else(refused)?;
        if self.fortran && self.shape.len() > 1 && count > 0 {
            cells = in_c_order(&self.shape, &cells).ok_or_else(refused)?;
        }
        Ok(Array { shape: self.shape, cells, fields: Vec::new() })
    }
}

/// Cells that lie with the first index running fastest, with the last one running fastest.
fn in_c_order(shape: &[usize], cells: &[Cell]) -> Option<Vec<Cell>> {
    let mut ordered = Vec::with_capacity(cells.len());
    let mut place = vec![0usize; shape.len()];
    for _ in 0..cells.len() {
        let at = place.iter().zip(shape).rev().fold(0, |at, (i, n)| at * n + i);
        ordered.push(cells.get(at)?.clone());
        for (i, n) in place.iter_mut().zip(shape).rev() {
            *i += 1;
            if *i < *n {
                break;
            }
            *i = 0;
        }
    }
    Some(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn arrays_are_read_in_c_order() {
        let data: Vec<u8> = (0..6).flat_map(|i| f64::from(i).to_le_bytes()).collect();
        let header = "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }";
        let array = Array::read(&file(header, &data)).unwrap();
        assert_eq!(array.numbers().unwrap(), [0.0, 2.0, 4.0, 1.0, 3.0, 5.0]);
        assert_eq!(array.matrix(), Some((2, 3)));
        let texts: Vec<u8> = "ja\0ü\0\0".chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
        let header = "{'descr': '<U3', 'fortran_order': False, 'shape': (2,), }";
        let array = Array::read(&file(header, &texts)).unwrap();
        assert_eq!(array.cells, [Cell::Text("ja".into()), Cell::Text("ü".into())]);
        let header = "{'descr': [('a', '<u4'), ('', '|V1'), ('b', '|u1')], 'fortran_order': False, 'shape': (1,), }";
        let array = Array::read(&file(header, &[7, 0, 0, 0, 9, 3])).unwrap();
        assert_eq!((array.field("a"), array.field("b")), (Some(&[7.0][..]), Some(&[3.0][..])));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let header =
            |shape: &str| format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}");
        for (header, data) in [
            (header("(2,)"), 8),
            (header("(99999999999, 99999999999)"), 8),
            (header("(-1,)"), 8),
            ("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".to_owned(), 8),
            ("{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,), }".to_owned(), 0),
            ("{".to_owned(), 0),
        ] {
            assert!(Array::read(&file(&header, &vec![0; data])).is_err(), "{header}");
        }
        assert!(Array::read(b"\x93NUMPY\x01\x00\xff\xff{").is_err());
    }
}
