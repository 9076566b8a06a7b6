//! A language as proofreading hears it: texts as words, numbers in one spelling, whatever marks the language writes.

use jiff::civil::Date;

use crate::explanation::InputValue;
use crate::language::{Catalogue, Language, Numerals, Wording};
use crate::pdf::normalised;
use crate::procedure::{Feature, Kind, Localised, Procedure};

/// Stands for a filled slot while a message is cut into words: a character that no text has.
const SLOT: char = '\u{f8f0}';

/// A language of a procedure.
pub(super) struct Tongue<'a> {
    catalogue: &'a Catalogue,
    wording: Wording<'a>,
    numerals: Numerals<'a>,
    language: Language,
    /// Between thousands, and before decimals.
    marks: (char, char),
}

impl<'a> Tongue<'a> {
    /// The language, if the procedure is written in it.
    pub fn of(procedure: &'a Procedure, language: Language) -> Option<Tongue<'a>> {
        let catalogue = procedure.catalogues.get(&language)?;
        let numerals = Numerals::new(catalogue.about());
        let sample = numerals.number(1111.1, 1);
        let mut marks = sample.chars().filter(|c| !c.is_numeric());
        let marks = (marks.next()?, marks.next()?);
        Some(Tongue { catalogue, wording: Wording::new(catalogue), numerals, language, marks })
    }

    /// The catalogue.
    pub fn catalogue(&self) -> &'a Catalogue {
        self.catalogue
    }

    /// Its lines run from right to left.
    pub fn runs_to_the_left(&self) -> bool {
        self.catalogue.about().right_to_left()
    }

    /// It is Leichte Sprache, whose letter has an order and words of its own.
    pub fn is_easy(&self) -> bool {
        self.catalogue.about().level == crate::language::Level::Easy
    }

    /// A text of the procedure.
    pub fn text<'t>(&self, texts: &'t Localised) -> &'t str {
        texts.get(&self.language).map(String::as_str).unwrap_or_default()
    }

    /// Words without the punctuation around them; a percent sign is a word; numbers as `-1234.5`.
    pub fn words(&self, text: &str) -> Vec<String> {
        let (thousands, _) = self.marks;
        let mut text = text.to_owned();
        if thousands.is_whitespace() {
            text = joined_groups(&text, thousands);
        }
        let mut words = vec![];
        for word in normalised(&text).split(' ') {
            let word = word.trim_matches(is_punctuation);
            let (word, percent) = match word.strip_suffix('%') {
                Some(word) => (word.trim_end_matches(is_punctuation), true),
                None => (word, false),
            };
            if !word.is_empty() {
                words.push(self.spelled(word));
            }
            if percent {
                words.push("%".to_owned());
            }
        }
        words
    }

    /// A number as the language writes it in the spelling of all languages; any other word as it is.
    fn spelled(&self, word: &str) -> String {
        self.number_of(word).unwrap_or_else(|| word.to_owned())
    }

    fn number_of(&self, word: &str) -> Option<String> {
        let (thousands, decimal) = self.marks;
        let mut rest = word.chars();
        let sign = match rest.next()? {
            '\u{2212}' => "-",
            '+' => "+",
            _ => {
                rest = word.chars();
                ""
            }
        };
        let rest = rest.as_str();
        let (whole, fraction) = rest.split_once(decimal).unwrap_or((rest, ""));
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if rest.contains(decimal) && !all_digits(fraction) {
            return None;
        }
        let groups: Vec<&str> = whole.split(thousands).collect();
        let (first, others) = groups.split_first()?;
        let grouped = others.is_empty() || (1..=3).contains(&first.len());
        let is_number = all_digits(first)
            && grouped
            && others.iter().all(|group| group.len() == 3 && all_digits(group));
        // `0049` is no number that anybody computed.
        let plain = !first.starts_with('0') || (*first == "0" && others.is_empty());
        let nothing = sign == "-" && rest.chars().all(|c| !matches!(c, '1'..='9'));
        if !is_number || !plain || nothing {
            return None;
        }
        let point = if fraction.is_empty() { "" } else { "." };
        Some(format!("{sign}{}{point}{fraction}", groups.concat()))
    }

    /// A message as words, its slots filled with words.
    pub fn phrase(&self, id: &str, slots: &[(&str, &[String])]) -> Vec<String> {
        let places: Vec<String> = (0u32..)
            .zip(slots)
            .filter_map(|(nth, _)| char::from_u32(u32::from(SLOT) + nth))
            .map(String::from)
            .collect();
        let filled: Vec<(&str, &str)> =
            slots.iter().zip(&places).map(|((name, _), place)| (*name, place.as_str())).collect();
        let text = self.wording.say(id, &filled);
        self.spliced(&text, places.iter().zip(slots).map(|(place, (_, words))| (place, *words)))
    }

    /// A text of the procedure with slots in braces as words, its slots filled with words.
    pub fn sentence(&self, text: &str, slots: &[(&str, &[String])]) -> Vec<String> {
        let mut text = text.to_owned();
        let mut places = vec![];
        for (nth, (name, words)) in (0u32..).zip(slots) {
            let place = char::from_u32(u32::from(SLOT) + nth).map(String::from).unwrap_or_default();
            text = text.replace(&format!("{{{name}}}"), &place);
            places.push((place, *words));
        }
        self.spliced(&text, places.iter().map(|(place, words)| (place, *words)))
    }

    fn spliced<'s>(
        &self,
        text: &str,
        slots: impl Iterator<Item = (&'s String, &'s [String])> + Clone,
    ) -> Vec<String> {
        let mut words = vec![];
        for word in self.words(text) {
            match slots.clone().find(|(place, _)| **place == word) {
                Some((_, filled)) => words.extend_from_slice(filled),
                None => words.push(word),
            }
        }
        words
    }

    /// A number with a fixed number of decimals, in the spelling of all languages.
    pub fn number(&self, value: f64, places: usize) -> String {
        let text = format!("{value:.places$}");
        let nothing = !text.bytes().any(|b| (b'1'..=b'9').contains(&b));
        if nothing { text.trim_start_matches('-').to_owned() } else { text }
    }

    /// The same with a plus before what is more than nothing.
    pub fn signed(&self, value: f64, places: usize) -> String {
        let text = self.number(value, places);
        let more = value > 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b));
        if more { format!("+{text}") } else { text }
    }

    /// A number of a feature and its unit.
    pub fn quantity(&self, feature: &Feature, value: f64) -> Vec<String> {
        let full = format!("{value}").split_once('.').map_or(0, |(_, places)| places.len());
        self.quantity_to(feature, value, feature.decimals.unwrap_or(full))
    }

    /// The same with all its decimals, whatever the feature is printed with.
    pub fn full_quantity(&self, feature: &Feature, value: f64) -> Vec<String> {
        let full = format!("{value}").split_once('.').map_or(0, |(_, places)| places.len());
        self.quantity_to(feature, value, full)
    }

    fn quantity_to(&self, feature: &Feature, value: f64, places: usize) -> Vec<String> {
        let number = self.number(value, places);
        let own = feature.unit.get(&self.catalogue().language());
        if let ("0", Some(none)) = (number.as_str(), own.and_then(|unit| unit.none.as_ref())) {
            return self.words(none);
        }
        let unit = match (feature.kind, own) {
            (Kind::Percent, _) => vec!["%".to_owned()],
            (_, Some(unit)) => {
                let class = self.wording.plurals().class(&format!("{:.places$}", value.abs()));
                self.words(unit.form(class))
            }
            (_, None) => vec![],
        };
        std::iter::once(number).chain(unit).collect()
    }

    /// A value in words; `short` as tables and charts say it.
    pub fn value(&self, feature: &Feature, value: &InputValue, short: bool) -> Vec<String> {
        match value {
            InputValue::Number(number) => self.quantity(feature, *number),
            InputValue::Missing => self.phrase("word-missing", &[]),
            InputValue::Word(word) => {
                let choice = feature.choices.iter().find(|choice| choice.id == *word);
                let text = choice.map(|choice| if short { &choice.short } else { &choice.text });
                text.map(|text| self.words(self.text(text))).unwrap_or_default()
            }
        }
    }

    /// A date in running text and in a field.
    pub fn dates(&self, date: Date) -> [Vec<String>; 2] {
        let long = self.numerals.long_date(date, &self.wording);
        [self.words(&long), self.words(&self.numerals.short_date(date))]
    }

    /// `Seite 2 von 3`.
    pub fn page_number(&self, page: usize, pages: usize) -> Vec<String> {
        let number = |n: usize| vec![n.to_string()];
        self.phrase("page-of", &[("page", &number(page)), ("pages", &number(pages))])
    }
}

fn is_punctuation(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | '('
            | ')'
            | '['
            | ']'
            | '"'
            | '\''
            | '/'
            | '|'
            | '·'
            | '•'
            | '–'
            | '—'
            | '…'
            | '„'
            | '“'
            | '”'
            | '‚'
            | '‘'
            | '’'
            | '«'
            | '»'
            | '،'
            | '؛'
            | '؟'
    )
}

/// `1 234` with a fixed space as thousands mark, as one word.
fn joined_groups(text: &str, mark: char) -> String {
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut out = String::with_capacity(text.len());
    for (at, c) in chars.iter().enumerate() {
        let group = digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4);
        if *c == mark && at > 0 && digit(at - 1) && group {
            continue;
        }
        out.push(*c);
    }
    out
}
