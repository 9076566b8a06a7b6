//! From the text of a cell to a number.

/// A cell as a number, NaN when missing; the error says what was expected. See [`super::Table::numbers`].
pub(super) fn parse(text: &str, decimal_comma: bool) -> Result<f64, &'static str> {
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

#[cfg(test)]
mod tests {
    use super::parse;

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
