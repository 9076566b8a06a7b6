//! Text in both directions: which stretches of a text keep the direction of their own.
//!
//! In a sentence that runs from right to left a date, an amount, a telephone number or a reference must stand as it is
//! written: from left to right, in one piece. Left to the rules alone (UAX #9), `23.11.2026` and `WG-2026-004711` would
//! come apart at their dots and hyphens. The usual means are isolates (U+2066 … U+2069) in the text. A letter's texts
//! hold none: a control character that comes in with a case is refused, and whoever translates need not think of them.
//! They are put around every such stretch here, for setting alone; nothing of them is printed, stored or read aloud.

/// Left-to-right isolate.
pub(crate) const OPEN: char = '\u{2066}';
/// End of an isolate.
pub(crate) const CLOSE: char = '\u{2069}';

/// Characters of scripts that run from right to left: Hebrew, Arabic with its extensions and presentation forms,
/// Syriac, Thaana, NKo (Unicode 16, DerivedBidiClass R and AL, the blocks without the historic scripts).
pub(crate) fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        && !is_foreign_digit(c)
}

/// Digits of the Arabic scripts are numbers, which run from left to right.
fn is_foreign_digit(c: char) -> bool {
    matches!(c, '\u{660}'..='\u{66c}' | '\u{6f0}'..='\u{6f9}')
}

fn has_direction(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '%' | '€' | '§')
}

/// What stands around a stretch and not in it, at its end: punctuation of the sentence.
fn is_punctuation(c: char) -> bool {
    matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '»' | '“' | '”' | '"' | '…')
        || matches!(c, '،' | '؛' | '؟')
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

/// The text with isolates around its left-to-right stretches, and where each byte of the text came to stand.
///
/// A stretch is a row of words without a right-to-left letter, among them a letter or a digit; the words of a name or a
/// telephone number stay together. `maps[i]` is the place of byte `i`; `maps[text.len()]` is the new length.
pub(crate) fn isolated(text: &str) -> (String, Vec<usize>) {
    let mut opens = Vec::new();
    let mut closes = Vec::new();
    let mut from: Option<usize> = None;
    let mut end = 0;
    let mut close = |from: &mut Option<usize>, end: usize| {
        if let Some(start) = from.take() {
            opens.push(start);
            closes.push(end);
        }
    };
    for (start, word) in words(text) {
        let directed = word.chars().any(has_direction);
        let leading: usize = word
            .chars()
            .take_while(|c| matches!(c, '(' | '[' | '«' | '„' | '“' | '"'))
            .map(char::len_utf8)
            .sum();
        let trailing: usize =
            word.chars().rev().take_while(|c| is_punctuation(*c)).map(char::len_utf8).sum();
        let inside = word.get(leading..word.len().saturating_sub(trailing)).unwrap_or_default();
        if !directed || inside.chars().any(is_right_to_left) {
            close(&mut from, end);
            continue;
        }
        if leading > 0 {
            close(&mut from, end);
        }
        from.get_or_insert(start + leading);
        end = start + word.len() - trailing;
        if trailing > 0 {
            close(&mut from, end);
        }
    }
    close(&mut from, end);

    let mut out = String::with_capacity(text.len() + 6 * opens.len());
    let mut map = vec![0; text.len() + 1];
    let (mut opens, mut closes) = (opens.into_iter().peekable(), closes.into_iter().peekable());
    for (at, c) in text.char_indices() {
        if closes.next_if_eq(&at).is_some() {
            out.push(CLOSE);
        }
        if opens.next_if_eq(&at).is_some() {
            out.push(OPEN);
        }
        for (byte, place) in map.iter_mut().skip(at).take(c.len_utf8()).enumerate() {
            *place = out.len() + byte;
        }
        out.push(c);
    }
    if closes.next().is_some() {
        out.push(CLOSE);
    }
    if let Some(last) = map.last_mut() {
        *last = out.len();
    }
    (out, map)
}

/// Words and where they begin.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(is_space)
        .scan(0, |at, word| {
            let start = *at;
            // The space that was split at may have more than one byte.
            let space = text.get(start + word.len()..).and_then(|rest| rest.chars().next());
            *at = start + word.len() + space.map_or(0, char::len_utf8);
            Some((start, word))
        })
        .filter(|(_, word)| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        isolated(text).0.replace(OPEN, "<").replace(CLOSE, ">")
    }

    // Promise: dates, amounts, telephone numbers and references stay from left to right, in one piece.
    #[test]
    fn dates_amounts_and_references_are_isolated() {
        for (text, wanted) in [
            ("رقم الملف: WG-2026-004711.", "رقم الملف: <WG-2026-004711>."),
            ("من 3 إلى 5", "من <3> إلى <5>"),
            ("الهاتف: 0000 1234-56، شكرا", "الهاتف: <0000 1234-56>، شكرا"),
            ("في 23.11.2026 (الساعة 9)", "في <23.11.2026> (الساعة <9>)"),
            ("الدخل −5\u{a0}%.", "الدخل <−5\u{a0}%>."),
            ("Alex Beispiel: مرحبا", "<Alex Beispiel>: مرحبا"),
            ("مرحبا (Kim Muster)", "مرحبا (<Kim Muster>)"),
            ("مرحبا", "مرحبا"),
            ("", ""),
            ("§\u{a0}35", "<§\u{a0}35>"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn every_byte_is_found_again() {
        let text = "في 23.11.2026: 1.450\u{a0}يورو، Kim Muster";
        let (out, map) = isolated(text);
        for (at, c) in text.char_indices() {
            assert!(out[map[at]..].starts_with(c), "{c}");
        }
        assert_eq!((map.len(), map[text.len()]), (text.len() + 1, out.len()));
        assert_eq!(out.replace([OPEN, CLOSE], ""), text);
    }
}
