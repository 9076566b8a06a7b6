//! One sentence a line: the layout of Leichte Sprache.

/// A line feed in place of the space after every sentence. A full stop ends one, unless it stands after a digit or a
/// single letter (`3. November`, `z. B.`) or before a small letter.
pub(crate) fn sentences_on_lines(text: &str, before: Option<char>, after: Option<char>) -> String {
    let all: Vec<char> = text.chars().collect();
    let at = |nth: usize| all.get(nth).copied();
    let mut out = String::with_capacity(text.len());
    for (nth, c) in all.iter().enumerate() {
        let closing = |c: &char| matches!(c, '“' | '”' | '"' | '»' | ')');
        let ended = all[..nth].iter().rposition(|c| !closing(c));
        let end = ended.and_then(at).or(before);
        let ends = match end {
            Some('!' | '?') => true,
            Some('.') => {
                let word: Vec<char> = all[..ended.unwrap_or(0)]
                    .iter()
                    .rev()
                    .take_while(|c| c.is_alphanumeric())
                    .copied()
                    .collect();
                !matches!(word.as_slice(), [c] if c.is_alphanumeric())
                    && !word.first().is_some_and(char::is_ascii_digit)
            }
            _ => false,
        };
        let next = at(nth + 1).or(after);
        let begins = next.is_some_and(|c| !c.is_lowercase() && !c.is_whitespace());
        out.push(if *c == ' ' && ends && begins { '\n' } else { *c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::sentences_on_lines;

    // Promise: Leichte Sprache has one sentence a line.
    #[test]
    fn a_sentence_ends_where_a_reader_would_say() {
        for (text, lines) in [
            ("Wir prüfen das. Das dauert.", 2),
            ("Am 3. November 2026 war das. Gut?", 2),
            ("Zum Beispiel z. B. Miete.", 1),
            ("Er sagt: „Nein.“ Sie geht. Ja! Gut.", 4),
            ("Um 9 Uhr (Montag). 5 Personen.", 2),
            ("kein Satz", 1),
            ("", 1),
        ] {
            let set = sentences_on_lines(text, None, None);
            assert_eq!(set.split('\n').count(), lines, "{set:?}");
            assert_eq!(set.replace('\n', " "), text);
        }
    }
}
