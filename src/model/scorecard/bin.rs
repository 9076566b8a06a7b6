//! What a bin is: intervals, single values, `missing` and `other`, with `|` between alternatives.

/// A place between two numbers: just before or just after one.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Cut {
    /// The number; infinite at the ends.
    pub at: f64,
    /// The cut is after the number, so that it belongs below.
    pub after: bool,
}

impl Cut {
    /// Before every number.
    pub const LOWEST: Cut = Cut { at: f64::NEG_INFINITY, after: false };
    /// After every number.
    pub const HIGHEST: Cut = Cut { at: f64::INFINITY, after: true };
}

/// One alternative of a bin.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// The numbers between two cuts.
    Interval(Cut, Cut),
    /// One value: a text, or a number where the attribute's other bins are intervals.
    Value(String),
    /// No value.
    Missing,
    /// What is in no other bin.
    Other,
}

const EXPECTED: &str = "an interval such as `[18,25)`, `18..25` or `>=65`, a text, several with `|` between them, \
                        `missing` or `other`; `=` before a text that looks like one of these";

/// The alternatives of a bin.
///
/// # Errors
/// What was expected.
pub fn pieces(text: &str) -> Result<Vec<Piece>, &'static str> {
    text.split('|').map(|part| piece(part.trim())).collect()
}

fn piece(text: &str) -> Result<Piece, &'static str> {
    let interval = |low, high| match (low, high) {
        (Some(low), Some(high)) if low < high => Ok(Piece::Interval(low, high)),
        (Some(_), Some(_)) => Err("an interval whose lower end is below its upper end"),
        _ => Err(EXPECTED),
    };
    let cut = |text: &str, after: bool| number(text).map(|at| Cut { at, after });
    match text {
        "" => return Err(EXPECTED),
        "missing" => return Ok(Piece::Missing),
        "other" => return Ok(Piece::Other),
        _ => {}
    }
    if let Some(rest) = text.strip_prefix(">=") {
        return interval(cut(rest, false), Some(Cut::HIGHEST));
    }
    if let Some(rest) = text.strip_prefix('>') {
        return interval(cut(rest, true), Some(Cut::HIGHEST));
    }
    if let Some(rest) = text.strip_prefix("<=") {
        return interval(Some(Cut::LOWEST), cut(rest, true));
    }
    if let Some(rest) = text.strip_prefix('<') {
        return interval(Some(Cut::LOWEST), cut(rest, false));
    }
    if let Some(rest) = text.strip_prefix('=') {
        let rest = rest.trim();
        return if rest.is_empty() { Err(EXPECTED) } else { Ok(Piece::Value(rest.to_owned())) };
    }
    if let Some((low, high)) = text.split_once("..") {
        return interval(cut(low, false), cut(high, false));
    }
    if let Some(rest) = text.strip_prefix(['[', '(']) {
        let Some(inner) = rest.strip_suffix([']', ')']) else { return Err(EXPECTED) };
        let Some((low, high)) = inner.split_once(',') else { return Err(EXPECTED) };
        let end = |text: &str, infinite: Cut, words: &[&str], after: bool| {
            if words.contains(&text.trim()) { Some(infinite) } else { cut(text, after) }
        };
        return interval(
            end(low, Cut::LOWEST, &["-inf", "-∞"], text.starts_with('(')),
            end(high, Cut::HIGHEST, &["inf", "+inf", "∞", "+∞"], text.ends_with(']')),
        );
    }
    Ok(Piece::Value(text.to_owned()))
}

/// A finite number with a decimal point: digits on both sides of it, so that `1...5` is not guessed at.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(plain) || text.starts_with('.') || text.ends_with('.') {
        return None;
    }
    // Minus zero is zero: both compare alike.
    text.parse::<f64>().ok().filter(|x| x.is_finite()).map(|x| x + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: f64, above: bool, high: f64, upto: bool) -> Piece {
        Piece::Interval(Cut { at: low, after: above }, Cut { at: high, after: upto })
    }

    #[test]
    fn every_way_to_write_a_bin() {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (text, expected) in [
            ("18..25", interval(18.0, false, 25.0, false)),
            ("-5..-1.5", interval(-5.0, false, -1.5, false)),
            ("[18,25)", interval(18.0, false, 25.0, false)),
            ("(18, 25]", interval(18.0, true, 25.0, true)),
            ("[3,3]", interval(3.0, false, 3.0, true)),
            ("(-inf,0)", interval(low, false, 0.0, false)),
            ("(0,∞)", interval(0.0, true, high, true)),
            (">= 65", interval(65.0, false, high, true)),
            (">65", interval(65.0, true, high, true)),
            ("<=18", interval(low, false, 18.0, true)),
            ("<18", interval(low, false, 18.0, false)),
            ("missing", Piece::Missing),
            ("other", Piece::Other),
            ("=missing", Piece::Value("missing".into())),
            ("=<18", Piece::Value("<18".into())),
            ("self-employed", Piece::Value("self-employed".into())),
        ] {
            assert_eq!(pieces(text), Ok(vec![expected]), "{text}");
        }
        assert_eq!(pieces("a | missing").unwrap(), [Piece::Value("a".into()), Piece::Missing]);
    }

    #[test]
    fn what_looks_like_a_bin_and_is_none_is_refused() {
        for text in
            ["", "a|", "<x", ">=", "[1,2", "(1;2)", "25..18", "(3,3]", "1...5", "[1,5,2)", "="]
        {
            assert!(pieces(text).is_err(), "{text}");
        }
        assert_eq!(number("1e999"), None);
    }
}
