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
    /// The same, written as people write ranges of whole numbers: `18-25`, `bis 20`.
    Range(Cut, Cut),
    /// One value: a text, or a number where the attribute's other bins are intervals.
    Value(String),
    /// No value.
    Missing,
    /// What is in no other bin.
    Other,
}

const EXPECTED: &str = "an interval such as `[18,25)`, `18..25`, `18-25` or `>=65`, `unter 18`, `ab 65`, a text, \
                        several with `|` between them, `missing` or `other`; `=` before a text that looks like one of \
                        these";

const ORDER: &str =
    "an interval whose lower end is below its upper end; `=` before a text that is none";

/// How a table writes its numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// With a decimal point.
    #[default]
    Point,
    /// With a decimal comma; a point could only divide thousands, and is refused.
    Comma,
}

/// The alternatives of a bin.
///
/// # Errors
/// What was expected.
pub fn pieces(text: &str, mark: Mark) -> Result<Vec<Piece>, &'static str> {
    text.split('|').map(|part| piece(part.trim(), mark)).collect()
}

fn interval(low: Option<Cut>, high: Option<Cut>) -> Result<Piece, &'static str> {
    match (low, high) {
        (Some(low), Some(high)) if low < high => Ok(Piece::Interval(low, high)),
        (Some(_), Some(_)) => Err(ORDER),
        _ => Err(EXPECTED),
    }
}

/// An interval whose ends are both in it.
fn range(low: Option<Cut>, high: Option<Cut>) -> Result<Piece, &'static str> {
    interval(low, high).map(|piece| match piece {
        Piece::Interval(low, high) => Piece::Range(low, high),
        other => other,
    })
}

fn piece(text: &str, mark: Mark) -> Result<Piece, &'static str> {
    let cut = |text: &str, after: bool| number(text, mark).map(|at| Cut { at, after });
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
        // With a decimal comma a semicolon divides the ends, unless there is one comma alone.
        let ends = inner.split_once(';').or_else(|| inner.split_once(','));
        if !inner.contains(';') && inner.matches(',').count() > 1 {
            return Err(EXPECTED);
        }
        let Some((low, high)) = ends else { return Err(EXPECTED) };
        let end = |text: &str, infinite: Cut, words: &[&str], after: bool| {
            if words.contains(&text.trim()) { Some(infinite) } else { cut(text, after) }
        };
        return interval(
            end(low, Cut::LOWEST, &["-inf", "-∞"], text.starts_with('(')),
            end(high, Cut::HIGHEST, &["inf", "+inf", "∞", "+∞"], text.ends_with(']')),
        );
    }
    if number(text, mark).is_some() {
        return Ok(Piece::Value(text.to_owned()));
    }
    worded(text, mark).unwrap_or_else(|| Ok(Piece::Value(text.to_owned())))
}

/// An interval in words, or with a dash: nothing where the text is neither.
fn worded(text: &str, mark: Mark) -> Option<Result<Piece, &'static str>> {
    let cut = |text: &str, after: bool| number(text, mark).map(|at| Cut { at, after });
    let lower = text.to_lowercase();
    let digit = |text: &str| {
        text.trim_start().trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit())
    };
    // Both ends are in `18-25`, as in the words that it is read as.
    let words = lower.strip_prefix("von ").unwrap_or(&lower);
    if let Some((low, high)) = words.split_once(" bis ")
        && digit(low)
    {
        return Some(match high.trim_start().strip_prefix("unter ") {
            Some(high) => interval(cut(low, false), cut(high, false)),
            None => range(cut(low, false), cut(high, true)),
        });
    }
    // What begins as a range must be one: `unter 18 Jahre` is no text by accident.
    let ranges: [(&str, bool, bool); 7] = [
        ("unter", false, false),
        ("bis unter", false, false),
        ("bis", false, true),
        ("höchstens", false, true),
        ("ab", true, false),
        ("mindestens", true, false),
        ("über", true, true),
    ];
    for (word, up, after) in ranges {
        let rest = lower.strip_prefix(word).and_then(|rest| rest.strip_prefix(' '));
        if let Some(rest) = rest.filter(|rest| digit(rest)) {
            return Some(match (up, after) {
                (true, _) => interval(cut(rest, after), Some(Cut::HIGHEST)),
                (false, true) => range(Some(Cut::LOWEST), cut(rest, true)),
                (false, false) => interval(Some(Cut::LOWEST), cut(rest, false)),
            });
        }
    }
    let dashes = text.char_indices().filter(|(at, c)| *at > 0 && matches!(c, '-' | '–' | '—'));
    let mut ways = dashes.filter_map(|(at, dash)| {
        let low = cut(text.get(..at)?, false)?;
        Some((low, cut(text.get(at + dash.len_utf8()..)?, true)?))
    });
    let (low, high) = ways.next()?;
    Some(match ways.next() {
        None => range(Some(low), Some(high)),
        Some(_) => Err(EXPECTED),
    })
}

/// A finite number: digits on both sides of the mark, so that `1...5` is not guessed at.
pub fn number(text: &str, mark: Mark) -> Option<f64> {
    let text = text.trim();
    let sign = if mark == Mark::Comma { b',' } else { b'.' };
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'e' | b'E') || b == sign;
    let open = text.starts_with(char::from(sign)) || text.ends_with(char::from(sign));
    if !text.bytes().all(plain) || open {
        return None;
    }
    let read = match mark {
        Mark::Point => text.parse::<f64>(),
        Mark::Comma => text.replacen(',', ".", 1).parse::<f64>(),
    };
    // Minus zero is zero: both compare alike.
    read.ok().filter(|x| x.is_finite()).map(|x| x + 0.0)
}

/// Whether a text has a comma between two digits, outside the brackets of an interval: a decimal comma.
pub fn has_comma(text: &str) -> bool {
    let alternatives = text.split('|').map(str::trim);
    alternatives.filter(|text| !text.starts_with(['[', '(', '='])).any(|text| {
        let bytes = text.as_bytes();
        let between =
            |w: &[u8]| matches!(w, [a, b',', b] if a.is_ascii_digit() && b.is_ascii_digit());
        // A text with a comma in it, such as `1,2-Dichlorethan`, has letters.
        bytes.windows(3).any(between) && piece(text, Mark::Point) != piece(text, Mark::Comma)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(low: f64, above: bool, high: f64, upto: bool) -> Piece {
        Piece::Interval(Cut { at: low, after: above }, Cut { at: high, after: upto })
    }

    fn both_in(low: f64, high: f64) -> Piece {
        Piece::Range(Cut { at: low, after: false }, Cut { at: high, after: true })
    }

    #[test]
    fn every_way_to_write_a_bin() {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (text, expected) in [
            ("18..25", between(18.0, false, 25.0, false)),
            ("-5..-1.5", between(-5.0, false, -1.5, false)),
            ("[18,25)", between(18.0, false, 25.0, false)),
            ("(18, 25]", between(18.0, true, 25.0, true)),
            ("[3,3]", between(3.0, false, 3.0, true)),
            ("(-inf,0)", between(low, false, 0.0, false)),
            ("(0,∞)", between(0.0, true, high, true)),
            (">= 65", between(65.0, false, high, true)),
            (">65", between(65.0, true, high, true)),
            ("<=18", between(low, false, 18.0, true)),
            ("<18", between(low, false, 18.0, false)),
            ("missing", Piece::Missing),
            ("other", Piece::Other),
            ("=missing", Piece::Value("missing".into())),
            ("=<18", Piece::Value("<18".into())),
            ("self-employed", Piece::Value("self-employed".into())),
        ] {
            assert_eq!(pieces(text, Mark::Point), Ok(vec![expected]), "{text}");
        }
        let both = [Piece::Value("a".into()), Piece::Missing];
        assert_eq!(pieces("a | missing", Mark::Point).unwrap(), both);
    }

    /// In German words and with dashes, both ends included; what only looks so is a text.
    #[test]
    fn ranges_as_agencies_write_them() {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        for (text, expected) in [
            ("18-25", both_in(18.0, 25.0)),
            ("18 – 25", both_in(18.0, 25.0)),
            ("18 — 25", both_in(18.0, 25.0)),
            ("-5--1", both_in(-5.0, -1.0)),
            ("1e-5-3", both_in(1e-5, 3.0)),
            ("von 18 bis 25", both_in(18.0, 25.0)),
            ("18 bis unter 25", between(18.0, false, 25.0, false)),
            ("unter 18", between(low, false, 18.0, false)),
            ("bis unter 18", between(low, false, 18.0, false)),
            ("Bis 20", both_in(low, 20.0)),
            ("höchstens 20", both_in(low, 20.0)),
            ("Ab 65", between(65.0, false, high, true)),
            ("mindestens 65", between(65.0, false, high, true)),
            ("über 65", between(65.0, true, high, true)),
        ] {
            assert_eq!(pieces(text, Mark::Point), Ok(vec![expected]), "{text}");
        }
        for text in ["unter Tage", "bis auf Weiteres", "2024-01-15", "ab", "A-B", "von Amts wegen"]
        {
            assert_eq!(pieces(text, Mark::Point), Ok(vec![Piece::Value(text.into())]), "{text}");
        }
        for text in ["unter 18 Jahre", "25-18", "18-18-", "ab 65 J.", "von 18 bis"] {
            let is_text = pieces(text, Mark::Point) == Ok(vec![Piece::Value(text.into())]);
            assert!(pieces(text, Mark::Point).is_err() || is_text, "{text}");
        }
        assert!(pieces("unter 18 Jahre", Mark::Point).is_err());
        assert!(pieces("2024-01", Mark::Point).is_err());
    }

    #[test]
    fn a_decimal_comma_is_that_of_the_whole_table() {
        for (text, expected) in [
            ("1,5-2", both_in(1.5, 2.0)),
            ("unter 1,5", between(f64::NEG_INFINITY, false, 1.5, false)),
            ("[1,5;2)", between(1.5, false, 2.0, false)),
            ("[1,5)", between(1.0, false, 5.0, false)),
            (">=0,25", between(0.25, false, f64::INFINITY, true)),
        ] {
            assert_eq!(pieces(text, Mark::Comma), Ok(vec![expected]), "{text}");
        }
        assert_eq!((number("1.5", Mark::Comma), number("1,5", Mark::Point)), (None, None));
        assert_eq!(number("1,5,2", Mark::Comma), None);
        for (text, comma) in [
            ("1,5-2", true),
            ("[1,5)", false),
            ("1,2-Dichlorethan", false),
            ("a|<1,5", true),
            ("18-25", false),
        ] {
            assert_eq!(has_comma(text), comma, "{text}");
        }
    }

    #[test]
    fn what_looks_like_a_bin_and_is_none_is_refused() {
        for text in
            ["", "a|", "<x", ">=", "[1,2", "(1:2)", "25..18", "(3,3]", "1...5", "[1,5,2)", "="]
        {
            assert!(pieces(text, Mark::Point).is_err(), "{text}");
        }
        assert_eq!(number("1e999", Mark::Point), None);
    }
}
