//! Decimal numbers at the start of a text's bytes, rounded once.
//!
//! Short ones take a short way, which is exact because both factors are; all others are left to the standard library.
//! `NaN`, `Infinity` and `-Infinity` are numbers here, because libraries write them into JSON; a leading plus is none.

/// Powers of ten that are whole numbers in double precision.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// A decimal number as it stands.
struct Decimal {
    negative: bool,
    /// All digits as one whole number, if there are at most 19.
    mantissa: u64,
    digits: u32,
    /// The power of ten behind the digits.
    power: i32,
    length: usize,
}

/// Digits with point and exponent; none if the bytes do not begin with them.
#[inline(always)]
fn decimal(bytes: &[u8]) -> Option<Decimal> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let negative = byte(0) == b'-';
    let mut at = usize::from(negative);
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
    Some(Decimal { negative, mantissa, digits, power, length: at })
}

impl Decimal {
    /// The number without its sign in double precision, rounded once, where both factors are exact.
    #[inline]
    fn product(&self) -> Option<f64> {
        if self.digits > 19 || self.mantissa >= 1 << 53 {
            return None;
        }
        let ten = POWERS.get(self.power.unsigned_abs() as usize)?;
        Some(match self.power < 0 {
            true => self.mantissa as f64 / ten,
            false => self.mantissa as f64 * ten,
        })
    }

    fn text<'b>(&self, bytes: &'b [u8]) -> Option<&'b str> {
        std::str::from_utf8(bytes.get(..self.length)?).ok()
    }
}

/// A word that is a number, and its length.
#[inline]
fn word(bytes: &[u8]) -> Option<(f64, usize)> {
    let words = [("NaN", f64::NAN), ("Infinity", f64::INFINITY), ("-Infinity", f64::NEG_INFINITY)];
    let is = |(word, _): &(&str, f64)| bytes.starts_with(word.as_bytes());
    words.into_iter().find(is).map(|(word, number)| (number, word.len()))
}

/// The number that the longest prefix of the bytes reads as, in single precision, and the length of that prefix; none if
/// the bytes do not begin with a number.
#[inline]
pub(super) fn single(bytes: &[u8]) -> Option<(f32, usize)> {
    let Some(decimal) = decimal(bytes) else {
        return word(bytes).map(|(number, length)| (number as f32, length));
    };
    // The double is the number rounded once. Rounding it again gives the single that is nearest to the number, unless the
    // double lies halfway between two singles: then the number itself may lie on either side. (What overflows, or is too
    // small for a single's full width, takes the long way, too.)
    let safe = |x: f64| {
        x == 0.0 || ((1e-37..3e38).contains(&x) && x.to_bits() & 0x1fff_ffff != 0x1000_0000)
    };
    if let Some(double) = decimal.product().filter(|x| safe(*x)) {
        let single = double as f32;
        return Some((if decimal.negative { -single } else { single }, decimal.length));
    }
    Some((decimal.text(bytes)?.parse().ok()?, decimal.length))
}

/// As [`single`], in double precision.
#[inline]
pub(super) fn double(bytes: &[u8]) -> Option<(f64, usize)> {
    let Some(decimal) = decimal(bytes) else { return word(bytes) };
    let number = match decimal.product() {
        Some(double) if decimal.negative => -double,
        Some(double) => double,
        None => decimal.text(bytes)?.parse().ok()?,
    };
    Some((number, decimal.length))
}

/// The length of the number that the bytes begin with, whatever it is.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    decimal(bytes).map(|d| d.length).or_else(|| word(bytes).map(|(_, length)| length))
}

#[cfg(test)]
mod tests {
    use super::{double, length, single};

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
            let double = f64::from_bits(state & !(1 << 62));
            texts.push(format!("{double:e}"));
            texts.push(format!("{:.17e}", f64::from(near) / 3.0));
        }
        for text in texts {
            let (found, length) = single(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            let expected: f32 = text.parse().unwrap();
            assert_eq!(found.to_bits(), expected.to_bits(), "{text}: {found} {expected}");
            assert_eq!(length, text.len(), "{text}");
            let (found, length) = double(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            let expected: f64 = text.parse().unwrap();
            assert_eq!(found.to_bits(), expected.to_bits(), "{text}: {found} {expected}");
            assert_eq!(length, text.len(), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in ["", "-", "e5", ".", "1e", "1e+", "x", "nan", "-e", "+7", "inf", "-NaN", "--1"]
        {
            assert_eq!(single(text.as_bytes()), None, "{text}");
            assert_eq!(double(text.as_bytes()), None, "{text}");
            assert_eq!(length(text.as_bytes()), None, "{text}");
        }
        assert!(single(b"NaN,").is_some_and(|(x, n)| x.is_nan() && n == 3));
        assert_eq!(single(b"-Infinity]"), Some((f32::NEG_INFINITY, 9)));
        assert_eq!(single(b"1.5,2"), Some((1.5, 3)));
        assert_eq!(single(b"2]"), Some((2.0, 1)));
        assert!(double(b"NaN,").is_some_and(|(x, n)| x.is_nan() && n == 3));
        assert_eq!(double(b"-Infinity]"), Some((f64::NEG_INFINITY, 9)));
        assert_eq!(double(b"-0.1,2"), Some((-0.1, 4)));
        assert_eq!(length(b"-1.5e3 "), Some(6));
        assert_eq!(length(b"Infinity}"), Some(8));
    }
}
