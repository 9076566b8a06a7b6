//! What is counted in a text: sentences, words, letters, syllables. Every formula is made of these numbers.
//!
//! A sentence ends with `.`, `!`, `?`, `…` or the end of a line; never with a colon. Full stops of abbreviations, ordinals,
//! dates and initials end none. A word is a run of letters with inner hyphens, middle dots or apostrophes. A number
//! counts as a word in the length of a sentence, and is left out of everything that is about letters and syllables.
//! `§`, `%`, `€` and other signs do not count.

use super::Spelling;
use super::syllables::syllables;

/// A part of a sentence that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A word of letters.
    Word(&'a str),
    /// A number, a date, an address of the net: read as one word, but not by its letters.
    Number(&'a str),
    /// `,` `;` `:` a dash or a bracket: parts a sentence.
    Mark,
}

/// Counts over sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sentences with at least one word.
    pub sentences: usize,
    /// Words, numbers among them.
    pub words: usize,
    /// Numbers among the words.
    pub numbers: usize,
    /// Letters of the words that are no numbers.
    pub letters: usize,
    /// Their syllables.
    pub syllables: usize,
    /// Words of one syllable.
    pub one_syllable: usize,
    /// Words of three syllables or more.
    pub three_syllables: usize,
    /// Words of more than six letters.
    pub long_words: usize,
    /// Parts of sentences between marks.
    pub clauses: usize,
    /// Of these, parts of more than 12 words.
    pub long_clauses: usize,
    /// Sentences of more than 20 words.
    pub long_sentences: usize,
    /// Words of the longest sentence.
    pub longest_sentence: usize,
}

impl Counts {
    /// Counts of whole paragraphs.
    pub fn of<'t>(paragraphs: impl IntoIterator<Item = &'t str>, spelling: Spelling) -> Counts {
        let mut counts = Counts::default();
        for sentence in paragraphs.into_iter().flat_map(|text| sentences(text, spelling)) {
            counts.add(sentence, spelling);
        }
        counts
    }

    /// Adds one sentence.
    fn add(&mut self, sentence: &str, spelling: Spelling) {
        let (mut words, mut clause) = (0, 0);
        let mut end_clause = |length: &mut usize| {
            self.clauses += usize::from(*length > 0);
            self.long_clauses += usize::from(*length > 12);
            *length = 0;
        };
        for token in tokens(sentence) {
            match token {
                Token::Mark => end_clause(&mut clause),
                Token::Number(_) => {
                    words += 1;
                    clause += 1;
                    self.numbers += 1;
                }
                Token::Word(word) => {
                    words += 1;
                    clause += 1;
                    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
                    let spoken = syllables(word, spelling);
                    self.letters += letters;
                    self.syllables += spoken;
                    self.one_syllable += usize::from(spoken == 1);
                    self.three_syllables += usize::from(spoken >= 3);
                    self.long_words += usize::from(letters > 6);
                }
            }
        }
        end_clause(&mut clause);
        self.words += words;
        self.sentences += usize::from(words > 0);
        self.long_sentences += usize::from(words > 20);
        self.longest_sentence = self.longest_sentence.max(words);
    }
}

/// Words of a sentence, numbers among them.
pub fn length(sentence: &str) -> usize {
    tokens(sentence).filter(|token| *token != Token::Mark).count()
}

/// Words, numbers and marks of a sentence, in order.
pub fn tokens(sentence: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = sentence;
    std::iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            if first.is_alphanumeric() {
                let end = end_of_word(rest);
                let (word, after) = rest.split_at(end);
                rest = after;
                let number = word.chars().any(|c| c.is_numeric() || c == '@');
                return Some(if number { Token::Number(word) } else { Token::Word(word) });
            }
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
            if matches!(first, ',' | ';' | ':' | '–' | '—' | '(' | ')' | '[' | ']') {
                return Some(Token::Mark);
            }
        }
    })
}

/// Where the word or number ends with which a text begins: inner signs belong to it when a letter or digit follows.
fn end_of_word(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let (mut digits, mut net) = (false, false);
    while let Some((at, c)) = chars.next() {
        if c.is_alphanumeric() || is_joined_mark(c) {
            digits |= c.is_numeric();
            continue;
        }
        let next = chars.peek().map(|&(_, next)| next);
        let joins = match c {
            '-' | '‐' | '\u{2011}' | '·' | '\'' | '’' => {
                next.is_some_and(char::is_alphanumeric)
            }
            '.' if net => next.is_some_and(char::is_alphanumeric),
            // 1.450,50 and 9:30, but no letter after a full stop: "Fall.Das" stays two words.
            '.' | ',' | ':' | '/' => digits && next.is_some_and(|next| next.is_numeric()),
            // addresses of the net and of mail are read as one
            '@' => next.is_some_and(char::is_alphanumeric),
            // thousands with a space that does not break
            '\u{a0}' | '\u{202f}' => {
                let before = text.get(..at).unwrap_or_default();
                before.chars().all(|c| c.is_numeric() || c == '\u{a0}' || c == '\u{202f}')
                    && is_thousand(text.get(at + c.len_utf8()..).unwrap_or_default())
            }
            _ => false,
        };
        if !joins {
            return at;
        }
        net |= c == '@';
    }
    text.len()
}

/// Marks that stand on the letter before them.
fn is_joined_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{ad}')
}

/// Exactly three digits, then none.
fn is_thousand(text: &str) -> bool {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    digits == 3
}

/// Abbreviations whose full stop ends no sentence, without that stop; in lower case.
const GERMAN_ABBREVIATIONS: [&str; 44] = [
    "z", "b", "nr", "abs", "art", "dr", "ca", "bzw", "tel", "str", "d", "h", "u", "a", "o", "g",
    "i", "ggf", "vgl", "abt", "inkl", "max", "min", "mio", "mrd", "st", "prof", "hr", "fr", "evtl",
    "sog", "gem", "lt", "mind", "vorl", "allg", "bes", "geb", "jhd", "pl", "ziff", "buchst", "s",
    "e",
];

/// The same in English.
const ENGLISH_ABBREVIATIONS: [&str; 20] = [
    "e", "g", "i", "no", "mr", "mrs", "ms", "dr", "st", "vs", "prof", "approx", "dept", "ext",
    "tel", "p", "pp", "art", "para", "sec",
];

/// Nouns after which an ordinal is read: `am 3. Tag`. Elsewhere a number and a full stop end a sentence.
const ORDINAL_NOUNS: [&str; 12] = [
    "Tag",
    "Woche",
    "Monat",
    "Quartal",
    "Halbjahr",
    "Jahr",
    "Lebensjahr",
    "Semester",
    "Klasse",
    "Stock",
    "Mal",
    "Stelle",
];

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// The sentences of a paragraph, trimmed; each line begins anew. Pieces without a word are left out.
pub fn sentences(paragraph: &str, spelling: Spelling) -> Vec<&str> {
    let mut out = vec![];
    for line in paragraph.lines() {
        let mut start = 0;
        for (at, c) in line.char_indices() {
            if !matches!(c, '.' | '!' | '?' | '…') {
                continue;
            }
            let end = at + c.len_utf8();
            let (before, after) =
                (line.get(start..at).unwrap_or_default(), line.get(end..).unwrap_or_default());
            // Closing marks belong to the sentence; a mark inside a word or number ends nothing.
            let closing: usize = after
                .chars()
                .take_while(|c| matches!(c, '“' | '”' | '"' | ')' | '»' | '’' | '.' | '!' | '?'))
                .map(char::len_utf8)
                .sum();
            let after = after.get(closing..).unwrap_or_default();
            let ends_here = after.is_empty() || after.starts_with(char::is_whitespace);
            if !ends_here || (c == '.' && is_protected(before, after.trim_start(), spelling)) {
                continue;
            }
            out.push(line.get(start..end + closing).unwrap_or_default());
            start = end + closing;
        }
        out.push(line.get(start..).unwrap_or_default());
    }
    out.into_iter().map(str::trim).filter(|sentence| length(sentence) > 0).collect()
}

/// A full stop after `before` and ahead of `after` that ends no sentence.
fn is_protected(before: &str, after: &str, spelling: Spelling) -> bool {
    let word = before.rsplit(|c: char| !(c.is_alphanumeric())).next().unwrap_or_default();
    if word.is_empty() || after.is_empty() {
        return false;
    }
    if after.starts_with(char::is_lowercase) {
        // A sentence begins with a capital letter.
        return true;
    }
    let short = word.to_lowercase();
    if word.chars().all(char::is_numeric) {
        let next = after.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let month = GERMAN_MONTHS.contains(&next) || ORDINAL_NOUNS.contains(&next);
        return spelling == Spelling::German && word.len() <= 2 && month;
    }
    let mut letters = word.chars();
    // An initial: A. Beispiel. Roman numbers of laws end sentences: SGB X.
    let initial = letters.next().is_some_and(char::is_uppercase) && letters.next().is_none();
    if initial && !matches!(word, "I" | "V" | "X") {
        return true;
    }
    match spelling {
        Spelling::German => GERMAN_ABBREVIATIONS.contains(&short.as_str()) && !initial,
        Spelling::English => ENGLISH_ABBREVIATIONS.contains(&short.as_str()) && !initial,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text, Spelling::German)
    }

    /// 8.1: sentence ends, and what ends none.
    #[test]
    fn a_sentence_ends_where_a_reader_stops() {
        assert_eq!(
            split("Das Ergebnis: Wir prüfen. Stimmt das? Ja!"),
            ["Das Ergebnis: Wir prüfen.", "Stimmt das?", "Ja!"]
        );
        let whole = [
            "Wir haben am 14. Juli entschieden.",
            "Das sind 1.450,50 Euro, z. B. für Miete.",
            "Fragen Sie Dr. A. Beispiel in der Muster Str. 5.",
            "Nach § 26 Abs. 2 SGB X gilt das.",
            "Am 3. Tag ist Schluss.",
            "Wir zahlen ca. 5 bzw. 6 Euro.",
        ];
        for text in whole {
            assert_eq!(split(text), [text]);
        }
        assert_eq!(split("Es waren 73. Das ist viel."), ["Es waren 73.", "Das ist viel."]);
        assert_eq!(
            split("Das steht im SGB X. Lesen Sie es."),
            ["Das steht im SGB X.", "Lesen Sie es."]
        );
        assert_eq!(split("Lesen Sie „Das tun“. Danke."), ["Lesen Sie „Das tun“.", "Danke."]);
        assert_eq!(split("eine Zeile\nnoch eine"), ["eine Zeile", "noch eine"]);
        assert!(split("… – §\n\n").is_empty());
        assert_eq!(
            sentences("We wrote to Mr. Example, e.g. on 5 May. He replied.", Spelling::English)
                .len(),
            2
        );
    }

    /// 8.1: numbers count for the length of a sentence only, signs do not count.
    #[test]
    fn numbers_are_words_without_letters() {
        let counts = Counts::of(["Ihre Miete: 1.450,50 € (etwa 12 %)."], Spelling::German);
        assert_eq!((counts.words, counts.numbers, counts.sentences), (5, 2, 1));
        assert_eq!((counts.syllables, counts.one_syllable, counts.clauses), (6, 0, 3));
        assert_eq!(length("beratung@example.org und 9:30 Uhr am 01.02.2026"), 6);
        assert_eq!(length("10\u{a0}000 Euro"), 2);
        let words: Vec<Token> = tokens("E-Mail ans Reha·Team, wie geht’s").collect();
        let word = Token::Word;
        assert_eq!(
            words,
            [
                word("E-Mail"),
                word("ans"),
                word("Reha·Team"),
                Token::Mark,
                word("wie"),
                word("geht’s")
            ]
        );
    }

    #[test]
    fn counts_of_a_text_by_hand() {
        // 3 + 9 words; Wir 1, prüfen 2, das 1; Danach 2, bekommen 3, Sie 1, eine 2, Entscheidung 3, mit 1, Gründen 2.
        let text = "Wir prüfen das. Danach bekommen Sie eine Entscheidung, mit 2 Gründen.";
        let counts = Counts::of([text], Spelling::German);
        assert_eq!(
            counts,
            Counts {
                sentences: 2,
                words: 11,
                numbers: 1,
                letters: 3 + 6 + 3 + 6 + 8 + 3 + 4 + 12 + 3 + 7,
                syllables: 4 + 14,
                one_syllable: 4,
                three_syllables: 2,
                long_words: 3,
                clauses: 3,
                long_clauses: 0,
                long_sentences: 0,
                longest_sentence: 8,
            }
        );
    }
}
