//! Reading a model file value by value, without a tree of the document in between.
//!
//! A reader of a format says what it expects next and where it goes; [`Pull`] is implemented for JSON and for UBJSON, so
//! that one reader of a format reads both forms of a file. Nothing that a file declares is trusted: memory is taken only
//! for what stands in its bytes, and nothing recurses with the nesting of the file.

use std::borrow::Cow;
use std::fmt;

/// Deepest nesting of what is skipped.
pub(super) const DEEPEST: usize = 512;

/// What was wrong, and at which byte.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Error {
    /// A clause.
    pub what: String,
    /// Bytes before the place.
    pub at: usize,
    /// The file is well-formed, but says something that this program does not know.
    pub unknown: bool,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (byte {})", self.what, self.at)
    }
}

/// What is read, or what was wrong.
pub(super) type Read<T> = Result<T, Error>;

/// What kind of value comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    Text,
    Number,
    Flag,
    Null,
}

/// Reads a document of nested values from its start to its end.
pub(super) trait Pull<'b>: Sized {
    /// What kind of value comes next; nothing is consumed.
    fn kind(&mut self) -> Read<Kind>;

    /// Reads an object; `each` reads the value of the key that it gets.
    fn object(&mut self, each: impl FnMut(&mut Self, &str) -> Read<()>) -> Read<()>;

    /// Reads an array; `each` reads one element.
    fn array(&mut self, each: impl FnMut(&mut Self) -> Read<()>) -> Read<()>;

    /// Reads a text.
    fn text(&mut self) -> Read<Cow<'b, str>>;

    /// Reads a number in single precision, rounded once.
    fn single(&mut self) -> Read<f32>;

    /// Reads a whole number.
    fn integer(&mut self) -> Read<i64>;

    /// Reads true or false, or 1 or 0.
    fn flag(&mut self) -> Read<bool>;

    /// Steps over a value.
    fn skip(&mut self) -> Read<()>;

    /// Bytes consumed so far.
    fn place(&self) -> usize;

    /// Goes back to a place where a value began.
    fn back(&mut self, place: usize);

    /// Makes sure that nothing follows.
    fn end(&mut self) -> Read<()>;

    /// Reads an array of numbers into a list, which is cleared before.
    fn singles(&mut self, out: &mut Vec<f32>) -> Read<()> {
        out.clear();
        self.array(|reader| {
            out.push(reader.single()?);
            Ok(())
        })
    }

    /// Reads an array of whole numbers into a list, which is cleared before.
    fn integers(&mut self, out: &mut Vec<i32>) -> Read<()> {
        out.clear();
        self.array(|reader| {
            let number = reader.integer()?;
            let narrow = i32::try_from(number);
            out.push(narrow.map_err(|_| reader.fault(format!("the whole number {number}")))?);
            Ok(())
        })
    }

    /// Reads an array of flags into a list, which is cleared before.
    fn flags(&mut self, out: &mut Vec<bool>) -> Read<()> {
        out.clear();
        self.array(|reader| {
            out.push(reader.flag()?);
            Ok(())
        })
    }

    /// Reads an object of which every name is known, each at most once.
    fn fields(
        &mut self,
        of: &str,
        known: &[&str],
        mut each: impl FnMut(&mut Self, &str) -> Read<()>,
    ) -> Read<()> {
        let mut seen = 0u64;
        self.object(|reader, key| {
            let Some(place) = known.iter().position(|name| *name == key) else {
                return Err(reader.unknown(key, of));
            };
            if seen >> place & 1 == 1 {
                return Err(reader.fault(format!("the field `{key}` of {of} twice")));
            }
            seen |= 1 << place;
            each(reader, key)
        })
    }

    /// What is wrong at the place at hand.
    fn fault(&self, what: impl Into<String>) -> Error {
        Error { what: what.into(), at: self.place(), unknown: false }
    }

    /// A name that is not known where unknown names could change what the numbers mean.
    fn unknown(&self, key: &str, of: &str) -> Error {
        let what = format!("the field `{}` of {of}", key.escape_debug());
        Error { what, at: self.place(), unknown: true }
    }
}

/// The longest prefix of a text's bytes that reads as a decimal number, in single precision, and its length; none if the
/// bytes do not begin with a number. `NaN` and `Infinity` are numbers here, because libraries write them into JSON.
#[inline]
pub(super) fn single(bytes: &[u8]) -> Option<(f32, usize)> {
    /// Powers of ten that are whole numbers in double precision.
    const POWERS: [f64; 23] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut at = usize::from(matches!(byte(0), b'-' | b'+'));
    let negative = byte(0) == b'-';
    for (word, value) in [("NaN", f32::NAN), ("Infinity", f32::INFINITY)] {
        if bytes.get(at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return Some((if negative { -value } else { value }, at + word.len()));
        }
    }
    let (mut mantissa, mut digits, mut power) = (0u64, 0u32, 0i32);
    let mut digit = |at: usize| {
        let digit = byte(at).wrapping_sub(b'0');
        if digit > 9 {
            return false;
        }
        mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        digits += 1;
        true
    };
    while digit(at) {
        at += 1;
    }
    if byte(at) == b'.' {
        let point = at + 1;
        at = point;
        while digit(at) {
            at += 1;
        }
        power -= i32::try_from(at - point).ok()?;
    }
    if digits == 0 {
        return None;
    }
    if matches!(byte(at), b'e' | b'E') {
        at += 1;
        let below = byte(at) == b'-';
        at += usize::from(matches!(byte(at), b'-' | b'+'));
        let (mut exponent, first) = (0i32, at);
        while byte(at).is_ascii_digit() {
            exponent = exponent.saturating_mul(10).saturating_add(i32::from(byte(at) - b'0'));
            at += 1;
        }
        if at == first {
            return None;
        }
        power = power.saturating_add(if below { -exponent } else { exponent });
    }
    // Both factors are exact, so the double is the number rounded once. Rounding it again gives the single that is
    // nearest to the number, unless the double lies halfway between two singles: then the number itself may lie on
    // either side. (What overflows, or is too small for a single's full width, takes the long way, too.)
    if digits <= 19 && mantissa < 1 << 53 {
        let ten = POWERS.get(power.unsigned_abs() as usize);
        let double = ten.map(|ten| match power < 0 {
            true => mantissa as f64 / ten,
            false => mantissa as f64 * ten,
        });
        let safe = |x: f64| {
            x == 0.0 || ((1e-37..3e38).contains(&x) && x.to_bits() & 0x1fff_ffff != 0x1000_0000)
        };
        if let Some(double) = double.filter(|x| safe(*x)) {
            let single = double as f32;
            return Some((if negative { -single } else { single }, at));
        }
    }
    let text = std::str::from_utf8(bytes.get(..at)?).ok()?;
    Some((text.parse().ok()?, at))
}

#[cfg(test)]
mod tests {
    use super::single;

    /// As the standard library rounds: halfway cases, long mantissas, the ends of the range.
    #[test]
    fn numbers_are_rounded_once() {
        let mut texts: Vec<String> = [
            "0",
            "-0",
            "1",
            "0.1",
            "1.5E-1",
            "3E-1",
            "+7",
            "16777217",
            "16777217.0000000001",
            "1e-45",
            "7.0064923216240853e-46",
            "1.1754944e-38",
            "3.4028235e38",
            "3.4028236e38",
            "1e39",
            "-1e400",
            "1e-400",
            "8388609.5",
            "8388608.5",
            "9007199254740993",
            "0.000000000000000000000000001",
            "123456789012345678901234567890",
            "2.0000001192092896",
            "1.00000005960464477540",
            "9e22",
            "9e23",
            "5.960464832810452e-8",
            "33554434.0e0",
            "4.9e-324",
            "1E+2",
        ]
        .map(str::to_owned)
        .into();
        // A number between two neighbours, at and just beside the middle, written out in full.
        let mut state = 7u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let near = f32::from_bits((state >> 33) as u32 & 0x7f7f_ffff);
            let middle = (f64::from(near) + f64::from(near.next_up())) / 2.0;
            texts.push(format!("{near:e}"));
            texts.push(format!("{middle}").chars().take(60).collect());
            texts.push(format!("{middle:e}"));
            texts.push(format!("{middle:e}").replacen('e', "0000001e", 1));
            texts.push(format!("{:e}", middle.next_down()));
            texts.push(format!("{}", near as f64 * 1e-3));
        }
        for text in texts {
            let (found, length) = single(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            let expected: f32 = text.parse().unwrap();
            assert_eq!(found.to_bits(), expected.to_bits(), "{text}: {found} {expected}");
            assert_eq!(length, text.len(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in ["", "-", "e5", ".", "1e", "1e+", "x", "nan", "-e"] {
            assert_eq!(single(text.as_bytes()), None, "{text}");
        }
        assert!(single(b"NaN,").is_some_and(|(x, n)| x.is_nan() && n == 3));
        assert_eq!(single(b"-Infinity]"), Some((f32::NEG_INFINITY, 9)));
        assert_eq!(single(b"1.5,2"), Some((1.5, 3)));
        assert_eq!(single(b"2]"), Some((2.0, 1)));
    }
}
