//! Values, labels and sentences of a procedure in one language: what letter, sheets and report say the same way.

use crate::chart::Drawing;
use crate::document::{Block, Run, TextStyle, bold, plain};
use crate::explanation::{Input, InputValue, Reason, Record};
use crate::fault::Checked;
use crate::language::{Language, Numerals, Plural, Wording};
use crate::procedure::{Feature, Kind, Localised, Procedure, Source};

/// From so many entries on they are a list, never a sentence: no sentence grows with the number of entries.
pub(super) const LISTED: usize = 3;

/// Messages that name entries: in a sentence, or as a list.
pub(super) struct Listing<'a> {
    /// The sentence with its slot.
    pub sentence: &'a str,
    /// The slot.
    pub slot: &'a str,
    /// What stands above the list.
    pub head: &'a str,
    /// What stands below it.
    pub then: Option<&'a str>,
}

/// The texts of a procedure in one language.
pub(super) struct Telling<'a> {
    /// The procedure.
    pub procedure: &'a Procedure,
    /// Its wording.
    pub wording: Wording<'a>,
    /// Numbers of the language.
    pub numerals: Numerals<'a>,
}

impl<'a> Telling<'a> {
    /// Texts of `procedure` in `language`; `None` if the procedure is not written in it.
    pub fn new(procedure: &'a Procedure, language: Language) -> Option<Self> {
        let catalogue = procedure.catalogues.get(&language)?;
        let numerals = Numerals::new(catalogue.about());
        Some(Telling { procedure, wording: Wording::new(catalogue), numerals })
    }

    /// A text of the procedure. The checked procedure has every text in every language.
    pub fn of<'t>(&self, texts: &'t Localised) -> &'t str {
        texts.get(&self.wording.language()).map(String::as_str).unwrap_or_default()
    }

    /// A feature by id. Ids in a record come from the same procedure; one that does not is a fault of the record.
    pub fn feature(&self, id: &str) -> Option<&'a Feature> {
        let feature = self.procedure.features.iter().find(|feature| feature.id == id);
        if feature.is_none() {
            self.wording.fault(crate::fault::Fault::new(
                "R11",
                crate::fault::Place::file(&self.procedure.file).field(id),
                "a record with a feature that the procedure has not",
                "the procedure with which the record was made",
                "Use the procedure folder of that time, or explain the case again.",
            ));
        }
        feature
    }

    /// A number of a feature with its unit: `1.450 Euro`, `12 %`.
    pub fn quantity(&self, feature: &Feature, number: f64) -> String {
        if feature.kind == Kind::Percent {
            return self.numerals.per_hundred(number, feature.places(number));
        }
        let decimals = feature.places(number);
        let text = self.numerals.number(number, decimals);
        let none = feature.unit.get(&self.wording.language()).and_then(|unit| unit.none.as_ref());
        if let (Some(none), "0") = (none, text.as_str()) {
            return none.clone();
        }
        // The class of the number as it is printed (CLDR: German and English take `other` for 1,0).
        let class = self.wording.plurals().class(&format!("{:.decimals$}", number.abs()));
        let unit = self.unit(feature, class);
        if unit.is_empty() { text } else { format!("{text}\u{a0}{unit}") }
    }

    /// The unit of a feature with numbers of a plural class; empty where it has none.
    pub fn unit<'f>(&self, feature: &'f Feature, class: Plural) -> &'f str {
        let unit = feature.unit.get(&self.wording.language());
        unit.map(|unit| unit.form(class)).unwrap_or_default()
    }

    /// A value in words, ready to stand after a colon; for yes/no the full clause.
    pub fn value(&self, feature: &Feature, value: &InputValue) -> String {
        match value {
            InputValue::Number(number) => self.quantity(feature, *number),
            InputValue::Word(word) => self.choice(feature, word, |choice| &choice.text),
            InputValue::Missing => self.wording.text("word-missing"),
        }
    }

    /// A value in one or two words, for tables and charts.
    pub fn short_value(&self, feature: &Feature, value: &InputValue) -> String {
        match value {
            InputValue::Word(word) => self.choice(feature, word, |choice| &choice.short),
            other => self.value(feature, other),
        }
    }

    fn choice(
        &self,
        feature: &Feature,
        word: &str,
        text: fn(&crate::procedure::Choice) -> &Localised,
    ) -> String {
        let choice = feature.choices.iter().find(|choice| choice.id == word);
        choice.map(|choice| self.of(text(choice)).to_owned()).unwrap_or_default()
    }

    /// `Miete im Monat: 640 Euro`, or the clause of a yes/no value.
    pub fn short_line(&self, feature: &Feature, value: &InputValue) -> String {
        format!("{}: {}", self.of(&feature.short), self.short_value(feature, value))
    }

    /// The value of a feature in the record.
    pub fn input<'r>(&self, record: &'r Record, feature: &str) -> Option<&'r Input> {
        record.inputs.iter().find(|input| input.feature == feature)
    }

    /// Where a value comes from, told to the person.
    pub fn source(&self, feature: &Feature) -> String {
        match &feature.source {
            Source::Own => self.wording.text("data-src-own"),
            Source::File => self.wording.text("data-src-file"),
            Source::Other(body) => self.wording.say("data-src-other", &[("stelle", self.of(body))]),
        }
    }

    /// A value as a clause without full stop: `Ihre Miete: 640 Euro`, or the text of a yes, a no, a missing value.
    pub fn clause(&self, feature: &Feature, value: &InputValue) -> String {
        match (value, feature.kind) {
            (InputValue::Missing, _) => self.of(&feature.missing).to_owned(),
            (_, Kind::YesNo) => self.value(feature, value),
            _ => format!("{}: {}", self.of(&feature.label), self.value(feature, value)),
        }
    }

    /// The sentence about a reason: what it is, and how strongly it spoke for or against. The strength is set bold.
    pub fn reason(&self, record: &Record, reason: &Reason) -> Vec<Run> {
        let (Some(feature), Some(input)) =
            (self.feature(&reason.feature), self.input(record, &reason.feature))
        else {
            return vec![];
        };
        let strength = self.wording.text(reason.strength.message());
        let value = self.value(feature, &input.value);
        let known = input.value != InputValue::Missing;
        let own = if reason.speaks_for { &feature.sentence_for } else { &feature.sentence_against };
        let typical = |text: &str| {
            let Some((from, to)) = input.typical else {
                // A range that is not known is not told.
                return (!text.contains("{typ_")).then(|| text.to_owned());
            };
            let text = text.replace("{typ_von}", &self.quantity(feature, from));
            Some(text.replace("{typ_bis}", &self.quantity(feature, to)))
        };
        let about_range = typical(self.of(&feature.sentence_typical));
        let about_range = about_range.filter(|text| known && !text.is_empty());
        let about_range =
            about_range.map(|text| plain(format!(" {}", text.replace("{wert}", &value))));
        let own = typical(self.of(own)).filter(|text| known && !text.is_empty());
        if let Some(own) = own {
            let own = own.replace("{wert}", &value);
            let sentence = match own.split_once("{staerke}") {
                Some((before, after)) => vec![plain(before), bold(strength), plain(after)],
                None => vec![plain(own)],
            };
            return sentence.into_iter().chain(about_range).collect();
        }
        let what = self.clause(feature, &input.value);
        let id = if reason.speaks_for { "rea-item-for-clause" } else { "rea-item-against-clause" };
        let sentence = self.wording.say(id, &[("satz", &what), ("staerke", "\u{1}")]);
        let (before, after) = sentence.split_once('\u{1}').unwrap_or((&sentence, ""));
        [plain(before), bold(strength), plain(after)].into_iter().chain(about_range).collect()
    }

    /// A figure; a drawing that its chart refused is a fault of the document.
    pub fn figure(&self, drawing: Checked<Drawing>, alt: String, caption: Option<String>) -> Block {
        match drawing {
            Ok(drawing) => Block::Figure { drawing, alt, caption },
            Err(faults) => {
                faults.0.into_iter().for_each(|fault| self.wording.fault(fault));
                Block::Space(0.0)
            }
        }
    }

    /// Entries in the sentence that names them, up to two; none where they are more.
    pub fn in_sentence(&self, listing: &Listing<'_>, entries: &[String]) -> Option<String> {
        let few = entries.len() < LISTED;
        few.then(|| self.wording.say(listing.sentence, &[(listing.slot, &self.joined(entries))]))
    }

    /// Entries in the sentence that names them, or as a list under its own words. `before` begins the first paragraph,
    /// `after` ends the last one.
    pub fn enumerated(
        &self,
        listing: &Listing<'_>,
        entries: &[String],
        [before, after]: [&str; 2],
    ) -> Vec<Block> {
        let body = |texts: &[&str]| {
            let texts: Vec<&str> = texts.iter().copied().filter(|text| !text.is_empty()).collect();
            Block::Paragraph { runs: vec![plain(texts.join(" "))], style: TextStyle::Body }
        };
        if let Some(sentence) = self.in_sentence(listing, entries) {
            return vec![body(&[before, &sentence, after])];
        }
        let items = entries.iter().map(|entry| vec![plain(entry.clone())]).collect();
        let then = listing.then.map(|id| self.wording.text(id)).unwrap_or_default();
        let mut blocks =
            vec![body(&[before, &self.wording.text(listing.head)]), Block::List { items }];
        if !then.is_empty() || !after.is_empty() {
            blocks.push(body(&[&then, after]));
        }
        blocks
    }

    /// Entries joined as a sentence does: `a`, `a und b`, `a, b und c`.
    pub fn joined(&self, entries: &[String]) -> String {
        match entries {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => {
                self.wording.say("list-two", &[("a", &first.join(", ")), ("b", last)])
            }
        }
    }
}
