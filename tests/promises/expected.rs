//! What documents may say about a record, worked out apart from the program: its own numerals, rounding and sentences
//! from record.json, procedure.toml and the wording catalogue.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::numbers::{number, procedure};
use crate::program::project;

const MONTHS: [(&str, &str); 12] = [
    ("Januar", "January"),
    ("Februar", "February"),
    ("März", "March"),
    ("April", "April"),
    ("Mai", "May"),
    ("Juni", "June"),
    ("Juli", "July"),
    ("August", "August"),
    ("September", "September"),
    ("Oktober", "October"),
    ("November", "November"),
    ("Dezember", "December"),
];

/// A procedure in one language.
pub struct Expected {
    pub english: bool,
    toml: toml::Table,
    messages: BTreeMap<String, String>,
}

impl Expected {
    pub fn new(name: &str, language: &str) -> Expected {
        let mut messages = BTreeMap::new();
        let folder = project().join("src/language/catalogue").join(language);
        let texts =
            project().join("models").join(name).join("texts").join(format!("{language}.ftl"));
        let files = std::fs::read_dir(folder)
            .expect("a catalogue")
            .map(|entry| entry.expect("a file").path());
        for path in files.chain([texts]) {
            let text = std::fs::read_to_string(path).expect("messages");
            let entries = text.lines().filter_map(|line| line.split_once(" = "));
            messages.extend(entries.map(|(id, text)| (id.to_owned(), text.to_owned())));
        }
        Expected { english: language == "en", toml: procedure(name), messages }
    }

    pub fn language(&self) -> &'static str {
        if self.english { "en" } else { "de" }
    }

    /// A message with its slots filled in order.
    pub fn say(&self, id: &str, slots: &[(&str, &str)]) -> String {
        let mut text = self.messages.get(id).unwrap_or_else(|| panic!("no message {id}")).clone();
        for (slot, value) in slots {
            text = text.replace(&format!("{{ ${slot} }}"), value);
        }
        assert!(!text.contains('{'), "{id}: {text}");
        text
    }

    /// A number with thousands marks, decimal mark and minus of the language.
    pub fn numeral(&self, value: f64, decimals: usize) -> String {
        let (mark, decimal) = if self.english { (',', '.') } else { ('.', ',') };
        let text = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let mut out = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                out.push(mark);
            }
            out.push(digit);
        }
        if !fraction.is_empty() {
            out.push(decimal);
            out.push_str(fraction);
        }
        let nothing = out.chars().all(|c| !matches!(c, '1'..='9'));
        if value < 0.0 && !nothing { format!("−{out}") } else { out }
    }

    pub fn percent(&self, percent: f64, decimals: usize) -> String {
        let space = if self.english { "" } else { " " };
        format!("{}{space}%", self.numeral(percent, decimals))
    }

    /// `2026-11-03` as `3. November 2026` or `3 November 2026`.
    pub fn long_date(&self, date: &str) -> String {
        let [year, month, day] = parts(date);
        let (german, english) = MONTHS[month as usize - 1];
        if self.english {
            format!("{day} {english} {year}")
        } else {
            format!("{day}. {german} {year}")
        }
    }

    pub fn is_month(&self, word: &str) -> bool {
        MONTHS.iter().any(|(german, english)| word == if self.english { *english } else { *german })
    }

    pub fn short_date(&self, date: &str) -> String {
        let [year, month, day] = parts(date);
        let mark = if self.english { '/' } else { '.' };
        format!("{day:02}{mark}{month:02}{mark}{year}")
    }

    fn features(&self) -> &[toml::Value] {
        self.toml["feature"].as_array().expect("features")
    }

    pub fn feature(&self, id: &str) -> &toml::Value {
        self.features()
            .iter()
            .find(|feature| feature["id"].as_str() == Some(id))
            .expect("a feature of the procedure")
    }

    /// A text of a feature or value in the language.
    pub fn text<'t>(&self, of: &'t toml::Value, name: &str) -> &'t str {
        of[name][self.language()].as_str().expect("a text")
    }

    pub fn decimals(&self, feature: &toml::Value) -> usize {
        feature.get("decimals").and_then(|n| n.as_integer()).unwrap_or(0) as usize
    }

    /// A number of a feature with its unit.
    pub fn quantity(&self, feature: &toml::Value, x: f64) -> String {
        let decimals = self.decimals(feature);
        if feature["kind"].as_str() == Some("percent") {
            return self.percent(x, decimals);
        }
        let text = self.numeral(x, decimals);
        let form = if text == "1" { "one" } else { "other" };
        format!("{text} {}", feature["unit"][self.language()][form].as_str().expect("a unit"))
    }

    /// A value in words; `name` is `text` or `short`.
    pub fn value(&self, feature: &toml::Value, value: &Value, name: &str) -> String {
        match value {
            Value::Null => self.say("word-missing", &[]),
            Value::String(word) => {
                let values = feature["value"].as_array().expect("values");
                let value = values
                    .iter()
                    .find(|value| value["id"].as_str() == Some(word))
                    .expect("a value");
                self.text(value, name).to_owned()
            }
            x => self.quantity(feature, number(x)),
        }
    }

    pub fn short_line(&self, feature: &toml::Value, value: &Value) -> String {
        format!("{}: {}", self.text(feature, "short"), self.value(feature, value, "short"))
    }

    /// The sentence of the letter about a reason; its direction and strength come from the attributions, not from the
    /// words of the record.
    pub fn reason(&self, record: &Record, feature_id: &str, strength: &str) -> String {
        let feature = self.feature(feature_id);
        let value = record.input(feature_id);
        let what = match value {
            Value::Null => self.text(feature, "missing").to_owned(),
            _ if feature["kind"].as_str() == Some("bool") => self.value(feature, value, "text"),
            _ => format!("{}: {}", self.text(feature, "label"), self.value(feature, value, "text")),
        };
        let id = if record.speaks_for(feature_id) {
            "rea-item-for-clause"
        } else {
            "rea-item-against-clause"
        };
        let word = self.say(&format!("strength-{}", strength.replace('_', "-")), &[]);
        self.say(id, &[("satz", &what), ("staerke", &word)])
    }

    /// Words with digits in the procedure's own texts and in the messages of the catalogue that have no slots in them.
    pub fn fixed_words(&self) -> BTreeSet<String> {
        fn strings(value: &toml::Value, out: &mut Vec<String>) {
            match value {
                toml::Value::String(text) => out.push(text.clone()),
                toml::Value::Array(list) => list.iter().for_each(|item| strings(item, out)),
                toml::Value::Table(table) => table.iter().for_each(|(_, item)| strings(item, out)),
                _ => {}
            }
        }
        let mut texts = vec![];
        for (name, value) in &self.toml {
            // Names of files and hashes are nothing that a document may print.
            if !["model", "schema", "id"].contains(&name.as_str()) {
                strings(value, &mut texts);
            }
        }
        texts.iter().flat_map(|text| words_with_digits(text)).collect()
    }
}

fn parts(date: &str) -> [u16; 3] {
    let parts: Vec<u16> = date[..10].split('-').map(|part| part.parse().expect("a date")).collect();
    parts.try_into().expect("year, month and day")
}

/// Words that hold a digit, without the punctuation around them and without a percent sign.
pub fn words_with_digits(text: &str) -> Vec<String> {
    let around = |c: char| {
        matches!(
            c,
            '.' | ',' | ';' | ':' | '(' | ')' | '„' | '“' | '”' | '•' | '%' | '?' | '!' | '·'
        )
    };
    text.split_whitespace()
        .map(|word| word.trim_matches(around))
        .filter(|word| word.chars().any(|c| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// A record, with what follows from it by plain arithmetic.
pub struct Record(pub Value);

impl Record {
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.0.pointer(pointer).and_then(Value::as_str)
    }

    pub fn number(&self, pointer: &str) -> f64 {
        number(self.0.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}")))
    }

    pub fn list(&self, pointer: &str) -> &[Value] {
        self.0.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    pub fn is(&self, pointer: &str) -> bool {
        self.0.pointer(pointer).and_then(Value::as_bool).unwrap_or_else(|| panic!("no {pointer}"))
    }

    pub fn deviated(&self) -> bool {
        self.text("/decision/agreement") == Some("deviated")
    }

    pub fn input(&self, feature: &str) -> &Value {
        let inputs = self.list("/inputs");
        &inputs.iter().find(|input| input["feature"] == feature).expect("an input")["value"]
    }

    pub fn attribution(&self, feature: &str) -> f64 {
        let items = self.list("/attribution/features");
        number(
            &items.iter().find(|item| item["feature"] == feature).expect("an attribution")["value"],
        )
    }

    /// The sign of an attribution, seen from the program's result.
    pub fn speaks_for(&self, feature: &str) -> bool {
        (self.attribution(feature) > 0.0) == self.is("/prediction/positive")
    }

    /// Whole percents of the features, adding up to 100: floors, then the largest remainders.
    pub fn percents(&self) -> BTreeMap<String, u32> {
        let items = self.list("/attribution/features");
        let ids: Vec<String> =
            items.iter().map(|item| item["feature"].as_str().expect("an id").to_owned()).collect();
        let values: Vec<f64> = ids.iter().map(|id| self.attribution(id).abs()).collect();
        let total: f64 = values.iter().sum();
        let exact: Vec<f64> = values.iter().map(|value| 100.0 * value / total).collect();
        let mut whole: Vec<u32> = exact.iter().map(|x| x.floor() as u32).collect();
        while whole.iter().sum::<u32>() < 100 {
            let gap = |i: usize| exact[i] - f64::from(whole[i]);
            let mut most = 0;
            for i in 1..exact.len() {
                if gap(i) > gap(most) + 1e-12 {
                    most = i;
                }
            }
            whole[most] += 1;
        }
        ids.into_iter().zip(whole).collect()
    }

    /// Levels of the waterfall in hundredths: the comparison group, then after each named reason, then the case.
    pub fn levels(&self) -> Vec<i64> {
        let hundredths = |x: f64| (100.0 * x).round() as i64;
        let base = self.number("/attribution/base_value");
        let mut levels = vec![hundredths(base)];
        let mut at = base;
        for reason in self.list("/reasons/named") {
            at += self.attribution(reason["feature"].as_str().expect("an id"));
            levels.push(hundredths(at));
        }
        let features = self.list("/attribution/features").iter();
        levels.push(hundredths(base + features.map(|item| number(&item["value"])).sum::<f64>()));
        levels
    }
}
