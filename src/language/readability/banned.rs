//! Words that a letter does not have: officialese, words of the trade, words that need an explanation, words that only the
//! agency uses, words that sound like blame. The lists are `words/de.txt` and `words/en.txt`; their heads say how they are
//! read. A match is a whole word or phrase in any case and inflection, never a part of another word.

use std::sync::LazyLock;

use super::Spelling;
use super::counts::{Token, sentences, tokens};

/// What follows from a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Never in text of the program (gate G23).
    Ban,
    /// Only where the text explains it (gate G23).
    Explain,
    /// Only in texts of the agency (gate G23).
    Agency,
    /// Has an everyday meaning too: a warning.
    Warn,
    /// Sounds like blame or pressure: a warning.
    Tone,
}

impl Class {
    const NAMES: [(&str, Class); 5] = [
        ("ban", Class::Ban),
        ("explain", Class::Explain),
        ("agency", Class::Agency),
        ("warn", Class::Warn),
        ("tone", Class::Tone),
    ];
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What follows.
    pub class: Class,
    /// Words and phrases, each as its words in lower case.
    phrases: Vec<Vec<String>>,
    /// What to write instead; may be empty.
    pub instead: &'static str,
    /// Message of the glossary that explains it; empty where there is none.
    pub glossary: &'static str,
}

/// A word of a list in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What follows.
    pub class: Class,
    /// As it stands in the text.
    pub word: String,
    /// What to write instead; may be empty.
    pub instead: &'static str,
    /// Message of the glossary that would explain it; empty where there is none.
    pub glossary: &'static str,
    /// The sentence.
    pub sentence: String,
}

/// The list of a spelling. Lines that are no entries are left out; a test finds none.
pub fn list(spelling: Spelling) -> &'static [Entry] {
    static GERMAN: LazyLock<Vec<Entry>> = LazyLock::new(|| read(include_str!("words/de.txt")));
    static ENGLISH: LazyLock<Vec<Entry>> = LazyLock::new(|| read(include_str!("words/en.txt")));
    match spelling {
        Spelling::German => &GERMAN,
        Spelling::English => &ENGLISH,
    }
}

fn read(text: &'static str) -> Vec<Entry> {
    text.lines().filter_map(entry).collect()
}

fn entry(line: &'static str) -> Option<Entry> {
    let mut parts = line.split('|').map(str::trim);
    let name = parts.next()?;
    let (_, class) = Class::NAMES.into_iter().find(|(known, _)| *known == name)?;
    let phrases = parts.next()?.split(" / ").map(words_of).filter(|words| !words.is_empty());
    Some(Entry {
        class,
        phrases: phrases.collect(),
        instead: parts.next()?,
        glossary: parts.next().unwrap_or_default(),
    })
}

/// The words of a phrase, in lower case; `#` and `§` stand for themselves.
fn words_of(phrase: &str) -> Vec<String> {
    phrase.split_whitespace().map(folded).collect()
}

/// In lower case, with `ss` for `ß`, as capitals and Swiss texts write it.
fn folded(word: &str) -> String {
    word.to_lowercase().replace('ß', "ss")
}

/// A word of a text: in lower case, and where it stands.
struct Word<'t> {
    text: &'t str,
    lower: String,
    number: bool,
}

fn words(sentence: &str) -> Vec<Word<'_>> {
    let mut out = vec![];
    // Section signs are no words for the counts, but words of the list.
    for piece in sentence.split_inclusive('§') {
        let (before, sign) = match piece.strip_suffix('§') {
            Some(before) => (before, piece.get(before.len()..)),
            None => (piece, None),
        };
        for token in tokens(before) {
            match token {
                Token::Word(text) => {
                    out.push(Word { text, lower: folded(text), number: false });
                }
                Token::Number(text) => {
                    out.push(Word { text, lower: folded(text), number: true });
                }
                Token::Mark => {}
            }
        }
        if let Some(text) = sign {
            out.push(Word { text, lower: text.to_owned(), number: false });
        }
    }
    out
}

/// Whether a word of a text is a word of the list, inflected or not.
fn is_form(word: &Word<'_>, base: &str, spelling: Spelling) -> bool {
    if base == "#" {
        return word.number;
    }
    if word.lower == base {
        return true;
    }
    // Short words have forms that are other words.
    if base.chars().count() < 4 {
        return false;
    }
    let endings: &[&str] = match spelling {
        Spelling::German => &["e", "en", "er", "es", "em", "n", "s"],
        Spelling::English => &["s", "es", "ed", "d", "ing"],
    };
    if word.lower.strip_prefix(base).is_some_and(|rest| endings.contains(&rest)) {
        return true;
    }
    let english = spelling == Spelling::English;
    let stem =
        |ending: char| base.strip_suffix(ending).and_then(|stem| word.lower.strip_prefix(stem));
    english && (stem('e') == Some("ing") || matches!(stem('y'), Some("ies" | "ied")))
}

/// Every word of the list in the paragraphs, in order, the longest phrase of a place. Words of [`Class::Explain`] that a
/// glossary line of the paragraphs explains (`Frist: die Zeit, in der …`) are left out.
pub fn found<'t>(
    paragraphs: impl IntoIterator<Item = &'t str>,
    list: &[Entry],
    spelling: Spelling,
) -> Vec<Found> {
    let sentences: Vec<&str> =
        paragraphs.into_iter().flat_map(|text| sentences(text, spelling)).collect();
    let mut out = vec![];
    for sentence in &sentences {
        let words = words(sentence);
        let mut from = 0;
        while let Some(rest) = words.get(from..).filter(|rest| !rest.is_empty()) {
            let best = list
                .iter()
                .filter_map(|entry| Some((entry.longest(rest, spelling)?, entry)))
                .max_by_key(|(length, entry)| (*length, std::cmp::Reverse(entry.class)));
            let Some((length, entry)) = best else {
                from += 1;
                continue;
            };
            from += length;
            let explained = entry.class == Class::Explain
                && sentences.iter().any(|line| entry.is_explained_by(line, spelling));
            let (phrase, after) = rest.split_at(length.min(rest.len()));
            let eased = entry.class == Class::Tone && is_eased(phrase, after);
            if explained || eased {
                continue;
            }
            let text = phrase.iter().map(|word| word.text);
            out.push(Found {
                class: entry.class,
                word: text.collect::<Vec<_>>().join(" "),
                instead: entry.instead,
                glossary: entry.glossary,
                sentence: (*sentence).to_owned(),
            });
        }
    }
    out
}

/// Having to do nothing is no pressure.
fn is_eased(phrase: &[Word<'_>], after: &[Word<'_>]) -> bool {
    let any = |words: &[Word<'_>], of: &[&str]| {
        words.iter().any(|word| of.contains(&word.lower.as_str()))
    };
    let near = after.get(..3).unwrap_or(after);
    any(phrase, &["müssen", "müssten", "musst", "must", "have"])
        && any(near, &["nicht", "nichts", "kein", "keine", "not", "nothing", "no"])
}

impl Entry {
    /// Length in words of the longest phrase with which the words begin.
    fn longest(&self, words: &[Word<'_>], spelling: Spelling) -> Option<usize> {
        let begins = |phrase: &&Vec<String>| {
            phrase.len() <= words.len()
                && phrase.iter().zip(words).all(|(base, word)| is_form(word, base, spelling))
        };
        self.phrases.iter().filter(begins).map(Vec::len).max()
    }

    /// A line that says what the word means: as a glossary does (`Frist: die Zeit, in der …`), or in a sentence, as
    /// Leichte Sprache does (`Ein Bescheid ist ein Brief vom Amt.`, `Frist heißt: …`).
    fn is_explained_by(&self, line: &str, spelling: Spelling) -> bool {
        if let Some((head, meaning)) = line.split_once(':') {
            let head = words(head);
            if !meaning.trim().is_empty() && self.longest(&head, spelling) == Some(head.len()) {
                return true;
            }
        }
        let words = words(line);
        let is = |word: Option<&Word<'_>>, of: &[&str]| {
            word.is_some_and(|word| of.contains(&word.lower.as_str()))
        };
        let article = is(words.first(), &["ein", "eine", "a", "an"]);
        let named = words.get(usize::from(article)..).unwrap_or_default();
        let Some(length) = self.longest(named, spelling) else { return false };
        let rest = named.get(length..).unwrap_or_default();
        let verb = rest.first();
        let kind =
            article && is(verb, &["ist", "is"]) && is(rest.get(1), &["ein", "eine", "a", "an"]);
        rest.len() > 1 && (kind || is(verb, &["heisst", "bedeutet", "means"]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn german(text: &str) -> Vec<(Class, String)> {
        let found = found([text], list(Spelling::German), Spelling::German);
        found.into_iter().map(|found| (found.class, found.word)).collect()
    }

    /// Section 9: all entries of the specification are in the lists, and no line is lost.
    #[test]
    fn every_line_is_an_entry() {
        for (text, spelling, least) in [
            (include_str!("words/de.txt"), Spelling::German, 120),
            (include_str!("words/en.txt"), Spelling::English, 60),
        ] {
            let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            let entries = list(spelling);
            assert_eq!(lines.count(), entries.len());
            assert!(entries.len() >= least, "{}", entries.len());
            assert!(entries.iter().all(|entry| !entry.phrases.is_empty()));
            let better = entries.iter().filter(|entry| entry.class != Class::Explain);
            assert!(better.clone().all(|entry| !entry.instead.is_empty()));
        }
    }

    /// Section 9: any case, any inflection, word boundaries, never inside another word.
    #[test]
    fn a_word_is_found_in_every_form_and_never_inside_another() {
        use Class::{Agency, Ban, Explain, Tone};
        for (text, class, word) in [
            ("GEMÄSS dem Gesetz", Ban, "GEMÄSS"),
            ("Die maßgeblichen Punkte.", Ban, "maßgeblichen"),
            ("Ein erheblicher Punkt.", Ban, "erheblicher"),
            ("Wir prüfen im Rahmen des Verfahrens.", Ban, "im Rahmen"),
            ("Die Wahrscheinlichkeit von 0,73 ist groß.", Ban, "Wahrscheinlichkeit von 0,73"),
            ("Die o. g. Angaben.", Ban, "o g"),
            ("Das Ergebnis des Modells.", Ban, "Modells"),
            ("Das steht in § 26 SGB VII.", Agency, "§"),
            ("Das steht in §§ 26, 27.", Agency, "§"),
            ("Es gibt Fristen.", Explain, "Fristen"),
            ("Sie haben das leider nicht geschickt.", Tone, "leider"),
            ("Das müssen Sie schicken.", Tone, "müssen Sie"),
        ] {
            let found = german(text);
            assert_eq!(found.first(), Some(&(class, word.to_owned())), "{text}: {found:?}");
        }
        for text in [
            "Das ist das Zeitmodell der Firma.",
            "Der Datensatzgröße-Wert.",
            "Wir sind zufrieden.",
            "Dann müssen Sie nichts tun.",
            "Die Fristverlängerung.",
            "Ein Scoreboard.",
            "Das ist wichtig.",
        ] {
            assert_eq!(german(text), [], "{text}");
        }
    }

    /// Section 9, class explain: allowed if the glossary of the letter has it.
    #[test]
    fn an_explained_word_is_allowed() {
        let list = list(Spelling::German);
        let text = "Der Bescheid gilt.";
        let gloss = "Frist: die Zeit. Bescheid: ein Brief vom Amt.";
        let count = |texts: &[&str]| found(texts.iter().copied(), list, Spelling::German).len();
        assert_eq!(count(&[text]), 1);
        assert_eq!(count(&[text, gloss]), 0);
        assert_eq!(count(&[text, "Ein Bescheid ist ein wichtiger Brief vom Amt."]), 0);
        assert_eq!(count(&["Dafür gibt es eine Frist.", "Frist heißt: Sie haben wenig Zeit."]), 0);
        assert_eq!(count(&["Ein Bescheid ist falsch.", "Der Bescheid ist eine Last."]), 2);
        // A colon alone explains nothing.
        assert_eq!(count(&[text, "Der Bescheid: siehe oben.", "Bescheid:"]), 3);
    }

    #[test]
    fn english_words_have_english_endings() {
        let list = list(Spelling::English);
        let words = |text: &str| -> Vec<String> {
            found([text], list, Spelling::English).into_iter().map(|found| found.word).collect()
        };
        assert_eq!(words("We are utilising it prior to that."), ["utilising", "prior to"]);
        assert_eq!(
            words("The claimants and beneficiaries determined it."),
            ["claimants", "beneficiaries", "determined"]
        );
        assert_eq!(words("A remodelled, scoreless keyboard."), Vec::<String>::new());
        assert_eq!(words("You have to do nothing."), Vec::<String>::new());
    }
}
