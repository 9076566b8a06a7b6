//! Mutations that keep a text file a text file: a number becomes a bad number, a word another word, a part is doubled
//! or lost. libFuzzer's own mutations of bytes stay in between.

/// Numbers at which readers break.
const NUMBERS: &[&str] = &[
    "0",
    "-1",
    "1",
    "2",
    "3",
    "7",
    "31",
    "32",
    "33",
    "63",
    "64",
    "127",
    "128",
    "255",
    "256",
    "32767",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483648",
    "4294967295",
    "4294967296",
    "1000000000",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-0",
    "0.5",
    "-0.5",
    "2.7",
    "1e9",
    "1e-35",
    "1.0000000180025095e-35",
    "1e-45",
    "1e38",
    "3.5e38",
    "1e308",
    "1e309",
    "-1e308",
    "1e999",
    "1e-999",
    "NaN",
    "nan",
    "inf",
    "-inf",
    "Infinity",
    "-Infinity",
    "null",
    "true",
    "false",
    "[]",
    "{}",
    "\"\"",
    "\"0\"",
    "\"-1\"",
    "\"1000000000\"",
    "\"NaN\"",
    "0x10",
    "1.",
    ".5",
    "1e",
    "+1",
    "01",
];

/// A small generator (xorshift); libFuzzer gives the seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

fn is_number(b: u8) -> bool {
    b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.')
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// A run of bytes of a kind, from a random place on.
fn token(data: &[u8], dice: &mut Dice, is: fn(u8) -> bool) -> Option<std::ops::Range<usize>> {
    let from = dice.below(data.len());
    let start = (from..data.len()).chain(0..from).find(|at| is(data[*at]))?;
    let start = (0..start).rev().find(|at| !is(data[*at])).map_or(0, |at| at + 1);
    let end = (start..data.len()).find(|at| !is(data[*at])).unwrap_or(data.len());
    Some(start..end)
}

/// A piece up to a separator: a line, an element of a list, a member, a tag.
fn piece(data: &[u8], dice: &mut Dice) -> Option<std::ops::Range<usize>> {
    let separator = [b'\n', b',', b'}', b']', b'>', b' ', b';'][dice.below(7)];
    let start = dice.below(data.len());
    let start = (start..data.len()).find(|at| data[*at] == separator)? + 1;
    let end = (start..data.len()).find(|at| data[*at] == separator)? + 1;
    Some(start..end)
}

/// One mutation; the result, or none if this one does not apply.
pub fn text(data: &[u8], seed: u32) -> Option<Vec<u8>> {
    if data.is_empty() {
        return None;
    }
    let mut dice = Dice(u64::from(seed) << 17 | 0x9e37_79b9);
    dice.below(1);
    let (at, new): (std::ops::Range<usize>, Vec<u8>) = match dice.below(8) {
        0..3 => (
            token(data, &mut dice, is_number)?,
            NUMBERS[dice.below(NUMBERS.len())].as_bytes().to_vec(),
        ),
        3 => {
            let from = token(data, &mut dice, is_number)?;
            (token(data, &mut dice, is_number)?, data[from].to_vec())
        }
        4 => {
            let from = token(data, &mut dice, is_word)?;
            (token(data, &mut dice, is_word)?, data[from].to_vec())
        }
        5 => (piece(data, &mut dice)?, Vec::new()),
        6 => {
            let piece = piece(data, &mut dice)?;
            (piece.end..piece.end, data[piece].to_vec())
        }
        _ => {
            let from = piece(data, &mut dice)?;
            (piece(data, &mut dice)?, data[from].to_vec())
        }
    };
    Some([&data[..at.start], &new, &data[at.end..]].concat())
}
