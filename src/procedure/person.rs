//! `people.csv`: who gets the letter. Kept apart from the cases, so that computing never sees names.

use std::collections::{BTreeMap, BTreeSet};

use crate::fault::{Checked, Fault, Faults, Place};
use crate::language::Language;
use crate::table::Table;

/// How a letter is printed for somebody.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// Large print: body of 18 points.
    pub large: bool,
    /// Black on white, no greys, no colours.
    pub black_and_white: bool,
}

impl Format {
    /// As every letter is.
    pub fn is_standard(&self) -> bool {
        *self == Format::default()
    }

    /// From a column or an option: empty or `standard`, `large`, `bw`, joined by `+`.
    pub fn from_text(text: &str) -> Option<Format> {
        let mut format = Format::default();
        for word in text.split('+').map(str::trim) {
            match word {
                "" | "standard" => {}
                "large" => format.large = true,
                "bw" => format.black_and_white = true,
                _ => return None,
            }
        }
        Some(format)
    }
}

/// Who gets the letter.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// First and last name, as the person writes it.
    pub name: String,
    /// Address lines below the name, at most five.
    pub address: Vec<String>,
    /// Language asked for besides German.
    pub language: Language,
    /// How the letter is printed. In the record it stands with the letter, not with the person.
    #[serde(skip)]
    pub format: Format,
}

/// Reads people by case id. `languages`: those of the procedure; the built-in ones may be asked for besides (the letter
/// is then held back, not the whole table).
///
/// # Errors
/// Missing columns, an id twice, an id that is no case, no name, an unknown language: all at once.
pub fn read_people(
    table: &Table,
    cases: &[&str],
    languages: &[Language],
) -> Checked<BTreeMap<String, Person>> {
    let mut faults = Faults::default();
    let place = |line: u64, field: &str| Place::file(&table.file).line(line).field(field);
    let column = |name: &str| table.columns.iter().position(|column| column == name);
    let (Some(id), Some(name)) = (column("case_id"), column("name")) else {
        return Err(Fault::new(
            "P30",
            Place::file(&table.file).line(1),
            format!("columns {}", table.columns.join(", ")),
            "columns case_id, name, address_1 to address_5, language, format",
            "Add the missing column.",
        )
        .into());
    };
    let lines: Vec<usize> = (1..=5).filter_map(|i| column(&format!("address_{i}"))).collect();
    let (language, format) = (column("language"), column("format"));
    let mut people = BTreeMap::new();
    for row in &table.rows {
        let cell = |i: usize| {
            row.cells.get(i).and_then(Option::as_deref).map(str::trim).unwrap_or_default()
        };
        let case = cell(id);
        if !cases.contains(&case) {
            faults.push(Fault::new(
                "P31",
                place(row.line, "case_id"),
                format!("“{case}”"),
                "an id of the case table",
                "Correct the id, or take the line out.",
            ));
            continue;
        }
        if cell(name).is_empty() {
            faults.push(Fault::new(
                "P32",
                place(row.line, "name"),
                "nothing",
                "the person's name",
                "Enter the name.",
            ));
        }
        let tag = language.map(cell).filter(|tag| !tag.is_empty()).unwrap_or("de");
        let known: BTreeSet<Language> =
            Language::built_in().chain(languages.iter().copied()).collect();
        let asked = Language::from_tag(tag).filter(|language| known.contains(language));
        let Some(language) = asked else {
            faults.push(Fault::new(
                "P33",
                place(row.line, "language"),
                format!("“{tag}”"),
                known.iter().map(Language::tag).collect::<Vec<_>>().join(", "),
                "Enter a language that the catalogue or the procedure has.",
            ));
            continue;
        };
        let how = format.map(cell).unwrap_or_default();
        let Some(format) = Format::from_text(how) else {
            faults.push(Fault::new(
                "P36",
                place(row.line, "format"),
                format!("“{how}”"),
                "nothing, standard, large, bw or large+bw",
                "Enter one of the words.",
            ));
            continue;
        };
        let person = Person {
            name: cell(name).to_owned(),
            address: lines
                .iter()
                .map(|&i| cell(i).to_owned())
                .filter(|line| !line.is_empty())
                .collect(),
            language,
            format,
        };
        if people.insert(case.to_owned(), person).is_some() {
            faults.push(Fault::new(
                "P34",
                place(row.line, "case_id"),
                format!("“{case}” a second time"),
                "one line a case",
                "Take one of the lines out.",
            ));
        }
    }
    faults.or(people)
}
