//! How humans handle a case besides deciding it: which letter, hearing, what is missing, the agency's own texts, the
//! first look of sheet A. Columns of `decisions.csv` that may be absent; also lines of cases that are still open have
//! them.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LetterKind;
use crate::fault::{Checked, Fault, Faults, Place};
use crate::table::{Row, Table};

/// Whether the person was heard before a decision that burdens them (§ 24 SGB X).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hearing {
    /// Nothing is recorded.
    #[default]
    Unrecorded,
    /// The decision does not burden the person.
    NotRequired,
    /// The person was heard.
    Done,
    /// An exception of § 24 (2) SGB X, in the agency's words.
    Exception(String),
}

/// What the human saw in the case before the program's result: the record of sheet A.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstLook {
    /// The first assessment in the human's words.
    pub assessment: String,
    /// When, local time.
    #[schemars(with = "String")]
    pub at: DateTime,
}

/// How humans handle a case besides deciding it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Handling {
    /// Which letter the case gets, where the line says so.
    pub letter: Option<LetterKind>,
    /// Was the person heard?
    pub hearing: Hearing,
    /// What the person wrote was read and weighed by a human (§ 31a sentence 2 SGB X).
    pub statement_considered: bool,
    /// A human looked closely because the case is unlike earlier ones (gate G16).
    pub unusual_checked: bool,
    /// Until when the agency would like to hear; its own date, never a statutory one.
    #[schemars(with = "Option<String>")]
    pub review_by: Option<Date>,
    /// The case's own date, such as that of the application or the accident: it stands in the subject line.
    #[schemars(with = "Option<String>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter_date: Option<Date>,
    /// Documents that a human found missing, nominative.
    pub missing: Vec<String>,
    /// The agency means to refuse the benefit when the documents do not come (§ 66 SGB I).
    pub refusal_intended: bool,
    /// The agency's notice under § 66 (3) SGB I, byte for byte.
    pub notice_66: String,
    /// The time limit it sets, byte for byte.
    pub time_limit: String,
    /// The agency's own text: facts and intended decision of a hearing, or its answer. Byte for byte.
    pub agency_text: String,
    /// The record of sheet A.
    pub first_look: Option<FirstLook>,
}

/// Cells of a line by column name; what was wrong with them.
struct Line<'a> {
    table: &'a Table,
    row: &'a Row,
    faults: &'a mut Faults,
}

impl Line<'_> {
    fn cell(&self, name: &str) -> &str {
        let column = self.table.columns.iter().position(|column| column == name);
        let cell = column.and_then(|i| self.row.cells.get(i)).and_then(Option::as_deref);
        cell.map(str::trim).unwrap_or_default()
    }

    fn refuse(&mut self, code: &'static str, field: &str, expected: &str, mend: &str) {
        let place = Place::file(&self.table.file).line(self.row.line).field(field);
        let found = format!("“{}”", self.cell(field));
        self.faults.push(Fault::new(code, place, found, expected, mend));
    }

    fn yes(&mut self, field: &str) -> bool {
        match self.cell(field) {
            "yes" => true,
            "" | "no" => false,
            _ => {
                self.refuse("D08", field, "yes or no", "Enter yes or no, or leave it empty.");
                false
            }
        }
    }

    fn read<T: std::str::FromStr>(
        &mut self,
        code: &'static str,
        field: &str,
        expected: &str,
    ) -> Option<T> {
        let text = self.cell(field);
        if text.is_empty() {
            return None;
        }
        let value = text.parse().ok();
        if value.is_none() {
            self.refuse(code, field, expected, "Correct it, or leave it empty.");
        }
        value
    }

    fn hearing(&self) -> Hearing {
        match self.cell("hearing") {
            "" => Hearing::Unrecorded,
            "not_required" => Hearing::NotRequired,
            "done" => Hearing::Done,
            exception => Hearing::Exception(exception.to_owned()),
        }
    }

    fn letter(&mut self) -> Option<LetterKind> {
        let text = self.cell("letter");
        if text.is_empty() {
            return None;
        }
        let kind = LetterKind::from_name(text);
        if kind.is_none() {
            let names: Vec<&str> = LetterKind::ALL.iter().map(|(name, _)| *name).collect();
            self.refuse("D09", "letter", &names.join(", "), "Choose a kind, or leave it empty.");
        }
        kind
    }

    fn first_look(&mut self) -> Option<FirstLook> {
        let assessment = self.cell("first_look").to_owned();
        let at = self.read("D06", "first_look_at", "a local time such as 2026-11-20T10:15");
        match (assessment.is_empty(), at) {
            (false, Some(at)) => Some(FirstLook { assessment, at }),
            (true, None) => None,
            // What is wrong with a time that is there was said already.
            (false, None) if !self.cell("first_look_at").is_empty() => None,
            (true, Some(_)) => {
                self.refuse(
                    "D10",
                    "first_look",
                    "what the human saw, in one sentence",
                    "Enter the first assessment of sheet A, or take its time out.",
                );
                None
            }
            (false, None) => {
                self.refuse(
                    "D10",
                    "first_look_at",
                    "when the human looked, such as 2026-11-20T10:15",
                    "Enter the time of the first look.",
                );
                None
            }
        }
    }
}

/// Reads how each case of `decisions.csv` is handled, by case id. The ids were checked by
/// [`super::read_decisions`]; lines about no case are left out.
///
/// # Errors
/// Cells that are none of the words, dates or times they may be: all at once.
pub fn read_handlings(table: &Table, cases: &[&str]) -> Checked<BTreeMap<String, Handling>> {
    let mut faults = Faults::default();
    let mut handlings = BTreeMap::new();
    for row in &table.rows {
        let mut line = Line { table, row, faults: &mut faults };
        let case = line.cell("case_id").to_owned();
        if !cases.contains(&case.as_str()) {
            continue;
        }
        let missing = line.cell("missing").split('|').map(str::trim);
        let missing = missing.filter(|text| !text.is_empty()).map(str::to_owned).collect();
        let handling = Handling {
            letter: line.letter(),
            hearing: line.hearing(),
            statement_considered: line.yes("statement_considered"),
            unusual_checked: line.yes("unusual_checked"),
            review_by: line.read("D07", "review_by", "a date such as 2026-12-14"),
            matter_date: line.read("D07", "matter_date", "a date such as 2026-11-03"),
            missing,
            refusal_intended: line.yes("refusal_intended"),
            notice_66: line.cell("notice_66").to_owned(),
            time_limit: line.cell("time_limit").to_owned(),
            agency_text: line.cell("agency_text").to_owned(),
            first_look: line.first_look(),
        };
        handlings.insert(case, handling);
    }
    faults.or(handlings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Separator, table_from_bytes};

    fn read(text: &str) -> Checked<BTreeMap<String, Handling>> {
        let table = table_from_bytes("decisions.csv", text.as_bytes(), Separator::Detect)?;
        read_handlings(&table, &["A-1", "A-2"])
    }

    #[test]
    fn every_column_may_be_absent() {
        let handlings = read("case_id,agreed\nA-1,open\n").unwrap();
        assert_eq!(handlings["A-1"], Handling::default());
    }

    #[test]
    fn cells_are_read_by_name() {
        let handlings = read(
            "case_id,letter,hearing,review_by,missing,first_look,first_look_at,unusual_checked\n\
             A-1,hearing,§ 24 Absatz 2 Nummer 5 SGB X,2026-12-14,Mietvertrag|Lohnzettel,Eilig.,2026-11-20T10:15,yes\n\
             A-9,,,,,,,\n",
        )
        .unwrap();
        let one = &handlings["A-1"];
        assert_eq!(handlings.len(), 1);
        assert_eq!(one.letter, Some(LetterKind::Hearing));
        assert_eq!(one.hearing, Hearing::Exception("§ 24 Absatz 2 Nummer 5 SGB X".to_owned()));
        assert_eq!(one.review_by, Some(jiff::civil::date(2026, 12, 14)));
        assert_eq!(one.missing, ["Mietvertrag", "Lohnzettel"]);
        assert_eq!(one.first_look.as_ref().unwrap().assessment, "Eilig.");
        assert!(one.unusual_checked && !one.statement_considered);
    }

    /// All faults of a table in one go.
    #[test]
    fn faults_come_together() {
        let faults = read(
            "case_id,letter,statement_considered,review_by,first_look,first_look_at,matter_date\n\
             A-1,bescheid,maybe,soon,Eilig.,,\nA-2,,,,,2026-11-20T10:15,3. November\n",
        )
        .unwrap_err();
        let codes: Vec<&str> = faults.0.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["D09", "D08", "D07", "D10", "D07", "D10"]);
    }
}
