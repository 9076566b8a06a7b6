//! From the text of a cell to a number, and back.

/// A cell as a number, NaN when missing; the error says what was expected. See [`super::Table::numbers`].
pub(super) fn parse(text: &str, decimal_comma: bool) -> Result<f64, &'static str> {
    // The most common cell first: what begins with a digit is a number or a fault.
    if !decimal_comma
        && text.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && let Ok(x) = text.parse::<f64>()
        && x.is_finite()
    {
        return Ok(x);
    }
    let text = text.trim();
    if matches!(text, "" | "NA" | "NaN" | "nan" | "null") {
        return Ok(f64::NAN);
    }
    if let Some(truth) = truth(text) {
        return Ok(truth);
    }
    // `inf`, `infinity` and `nan` are texts that from_str would take: only digits, sign, point and exponent may stand.
    if !text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b',' | b'e' | b'E'))
    {
        return Err(expectation(decimal_comma));
    }
    let parsed = match decimal_comma {
        // With a decimal comma a point can only be a thousands separator, which is refused.
        true if text.contains('.') => return Err(expectation(true)),
        true => text.replacen(',', ".", 1).parse::<f64>(),
        false => text.parse::<f64>(),
    };
    match parsed {
        Ok(x) if x.is_finite() => Ok(x),
        Ok(_) => Err("a number within the range of double precision"),
        Err(_) => Err(expectation(decimal_comma)),
    }
}

/// A truth value as 1 or 0, in the three ways that pandas, JSON and spreadsheets write it.
pub fn truth(text: &str) -> Option<f64> {
    match text {
        "true" | "True" | "TRUE" => Some(1.0),
        "false" | "False" | "FALSE" => Some(0.0),
        _ => None,
    }
}

fn expectation(decimal_comma: bool) -> &'static str {
    if decimal_comma {
        "a number with a decimal comma and without thousands separators, or nothing"
    } else {
        "a number with a decimal point and without thousands separators, or nothing"
    }
}

/// A number in the shortest form that reads back to the same double; never `-0`; empty when it is no finite number.
pub fn shortest(x: f64) -> String {
    let mut out = Vec::new();
    write_shortest(&mut out, x);
    // Digits, signs, points and exponents are ASCII.
    String::from_utf8(out).unwrap_or_default()
}

/// Appends a number as [`shortest`] has it.
pub(super) fn write_shortest(out: &mut Vec<u8>, x: f64) {
    if !x.is_finite() {
        return;
    }
    if x == 0.0 {
        out.push(b'0');
        return;
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(x).as_bytes();
    let text = match text.strip_prefix(b"-") {
        Some(rest) => {
            out.push(b'-');
            rest
        }
        None => text,
    };
    let Decimal { digits, count, exponent } = Decimal::of(text);
    let digits = digits.get(..count).unwrap_or_default();
    let (first, more) = digits.split_first().unwrap_or((&b'0', &[]));
    // Whichever is shorter: all places, or one digit before the point and an exponent.
    let n = count as i32;
    let plain = match exponent {
        e if e + 1 >= n => e + 1,
        0.. => n + 1,
        e => 1 - e + n,
    };
    let mut power = itoa::Buffer::new();
    let power = power.format(exponent).as_bytes();
    let scientific = n + i32::from(n > 1) + 1 + power.len() as i32;
    if scientific < plain {
        out.push(*first);
        if !more.is_empty() {
            out.push(b'.');
            out.extend_from_slice(more);
        }
        out.push(b'e');
        out.extend_from_slice(power);
    } else if exponent < 0 {
        out.extend_from_slice(b"0.");
        out.extend(std::iter::repeat_n(b'0', (-1 - exponent) as usize));
        out.extend_from_slice(digits);
    } else {
        let whole = (exponent + 1) as usize;
        let (before, behind) = digits.split_at_checked(whole).unwrap_or((digits, &[]));
        out.extend_from_slice(before);
        out.extend(std::iter::repeat_n(b'0', whole - before.len()));
        if !behind.is_empty() {
            out.push(b'.');
            out.extend_from_slice(behind);
        }
    }
}

/// The digits of a number, without zeros at either end; the first one is worth `10^exponent`.
struct Decimal {
    digits: [u8; 17],
    count: usize,
    exponent: i32,
}

impl Decimal {
    /// Of a positive number as text, with or without point and exponent.
    fn of(text: &[u8]) -> Self {
        let (mut digits, mut count, mut zeros) = ([0; 17], 0, 0);
        let (mut before_point, mut exponent) = (None, 0i32);
        // Digits from the first that is not zero on; and of the zeros before it those behind the point.
        let (mut places, mut leading) = (0i32, 0i32);
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'.' => before_point = Some(places),
                b'e' | b'E' => {
                    let power = std::str::from_utf8(bytes.as_slice()).unwrap_or_default();
                    exponent = power.parse().unwrap_or(0);
                    break;
                }
                b'0' if count == 0 => leading += i32::from(before_point.is_some()),
                // Zeros count only where another digit follows.
                b'0' => (zeros, places) = (zeros + 1, places + 1),
                digit => {
                    places += 1;
                    count += zeros;
                    digits.iter_mut().skip(count - zeros).take(zeros).for_each(|d| *d = b'0');
                    zeros = 0;
                    if let Some(at) = digits.get_mut(count) {
                        *at = *digit;
                        count += 1;
                    }
                }
            }
        }
        let before_point = before_point.unwrap_or(places);
        Decimal { digits, count, exponent: exponent + before_point - leading - 1 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{parse, shortest};

    /// The shorter one of the two forms of the standard library. Halfway between two decimals of equal length it takes the
    /// upper one, where `shortest` takes the even one, as Python does.
    fn defined(x: f64) -> String {
        let x = x + 0.0;
        let (plain, exponent) = (format!("{x}"), format!("{x:e}"));
        if exponent.len() < plain.len() { exponent } else { plain }
    }

    #[test]
    fn numbers_are_short_and_read_back() {
        for (x, text) in [
            (0.1, "0.1"),
            (-0.0, "0"),
            (1e300, "1e300"),
            (1e-7, "1e-7"),
            (100.0, "100"),
            (1000.0, "1e3"),
            (-0.05, "-0.05"),
            (5e-324, "5e-324"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ] {
            assert_eq!(shortest(x), text);
        }
        let x = 0.1f32 as f64 / 3.0;
        assert_eq!(shortest(x).parse::<f64>(), Ok(x));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn the_shortest_form_is_the_defined_one(bits in any::<u64>(), n in -1_000_000i64..1_000_000, scale in -12i32..12) {
            for x in [f64::from_bits(bits), n as f64 * 10f64.powi(scale), n as f64, f64::from(f32::from_bits(bits as u32))] {
                if x.is_finite() {
                    let (short, defined) = (shortest(x), defined(x));
                    prop_assert_eq!(short.parse::<f64>(), Ok(x + 0.0));
                    prop_assert_eq!(short.len(), defined.len());
                    let same = short.bytes().zip(defined.bytes()).filter(|(a, b)| a == b).count();
                    prop_assert!(same + 1 >= short.len(), "{short} {defined}");
                }
            }
        }
    }

    #[test]
    fn numbers_are_read_exactly_or_refused() {
        assert_eq!(parse("0.1", false), Ok(0.1));
        assert_eq!(parse(" -1e3 ", false), Ok(-1000.0));
        assert_eq!(parse("0,1", true), Ok(0.1));
        for missing in ["", "NA", "NaN", "null"] {
            assert!(parse(missing, false).unwrap().is_nan());
        }
        for bad in ["inf", "-Infinity", "1,5", "1 000", "1e999", "0x10", "1.2.3", "-", "na"] {
            assert!(parse(bad, false).is_err(), "{bad}");
        }
        for bad in ["1.5", "1.234,5", "1,2,3"] {
            assert!(parse(bad, true).is_err(), "{bad}");
        }
    }

    #[test]
    fn truth_values_are_one_and_zero() {
        for comma in [false, true] {
            for (text, x) in [("True", 1.0), (" true ", 1.0), ("TRUE", 1.0), ("False", 0.0)] {
                assert_eq!(parse(text, comma), Ok(x), "{text}");
            }
            for bad in ["tRUE", "yes", "T", "true1", "True False"] {
                assert!(parse(bad, comma).is_err(), "{bad}");
            }
        }
    }
}
