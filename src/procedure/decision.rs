//! `decisions.csv`: what a human decided, and why. Only a human exercises discretion.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};

use crate::fault::{Checked, Fault, Faults, Place};
use crate::table::Table;

/// What the human made of the program's suggestion.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Decided as suggested.
    Agreed,
    /// Decided differently.
    Deviated,
    /// Decided without using the suggestion.
    NotUsed,
    /// No human: the program decided alone (full automation).
    Automatic,
}

impl Agreement {
    /// The human decided with the program's suggestion in hand, and followed it.
    pub fn follows(self) -> bool {
        matches!(self, Agreement::Agreed | Agreement::Automatic)
    }
}

/// What a human decided.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The case id the decision record names (gate G03 compares it).
    pub case_id: String,
    /// The human decided for the positive outcome.
    pub positive: bool,
    /// Function of the human, neutral noun.
    pub decided_by_role: String,
    /// When, local time.
    #[schemars(with = "String")]
    pub decided_at: DateTime,
    /// Agreed or deviated.
    pub agreement: Agreement,
    /// The human's own reasons.
    pub reasons: String,
    /// Considerations of discretion; empty where none were recorded.
    pub considerations: String,
    /// Date of the Bescheid that the letter explains, where there is one.
    #[schemars(with = "Option<String>")]
    pub notice_date: Option<Date>,
    /// SHA-256 of the inputs the human saw, where the decision record has it (gate G03).
    pub inputs_sha256: Option<String>,
}

/// Reads decisions by case id. Lines whose `agreed` is `open` say that nothing is decided yet and give no decision.
///
/// # Errors
/// Missing columns, an id twice, an id that is no case, unreadable outcome, time or date: all at once.
pub fn read_decisions(table: &Table, cases: &[&str]) -> Checked<BTreeMap<String, Decision>> {
    let mut faults = Faults::default();
    let column = |name: &str| table.columns.iter().position(|column| column == name);
    let wanted = ["case_id", "outcome", "decided_by_role", "decided_at", "agreed", "reasons"];
    let missing: Vec<&str> = wanted.into_iter().filter(|name| column(name).is_none()).collect();
    if !missing.is_empty() {
        return Err(Fault::new(
            "D01",
            Place::file(&table.file).line(1),
            format!("columns {}", table.columns.join(", ")),
            format!("also {}", missing.join(", ")),
            "Add the missing column.",
        )
        .into());
    }
    let mut decisions = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for row in &table.rows {
        let cell = |name: &str| {
            let cell = column(name).and_then(|i| row.cells.get(i)).and_then(Option::as_deref);
            cell.map(str::trim).unwrap_or_default().to_owned()
        };
        let mut refuse = |code, field: &str, expected: &str, mend: &str| {
            faults.push(Fault::new(
                code,
                Place::file(&table.file).line(row.line).field(field),
                format!("“{}”", cell(field)),
                expected,
                mend,
            ));
        };
        let case_id = cell("case_id");
        if !cases.contains(&case_id.as_str()) {
            refuse(
                "D02",
                "case_id",
                "an id of the case table",
                "Correct the id, or take the line out.",
            );
            continue;
        }
        if !seen.insert(case_id.clone()) {
            refuse("D03", "case_id", "one line a case", "Take one of the lines out.");
            continue;
        }
        let agreement = match cell("agreed").as_str() {
            "agreed" => Agreement::Agreed,
            "deviated" => Agreement::Deviated,
            "not_used" => Agreement::NotUsed,
            "automatic" => Agreement::Automatic,
            "open" => continue,
            _ => {
                refuse(
                    "D04",
                    "agreed",
                    "agreed, deviated, not_used, automatic or open",
                    "Enter one of the words.",
                );
                continue;
            }
        };
        let positive = match cell("outcome").as_str() {
            "positive" => true,
            "negative" => false,
            _ => {
                refuse("D05", "outcome", "positive or negative", "Enter what the human decided.");
                continue;
            }
        };
        let Ok(decided_at) = cell("decided_at").parse::<DateTime>() else {
            refuse(
                "D06",
                "decided_at",
                "a local time such as 2026-11-20T10:15",
                "Enter when it was decided.",
            );
            continue;
        };
        let notice = cell("notice_date");
        let notice_date = if notice.is_empty() { None } else { notice.parse::<Date>().ok() };
        if notice_date.is_none() && !notice.is_empty() {
            refuse(
                "D07",
                "notice_date",
                "a date such as 2026-11-20",
                "Enter the date of the Bescheid.",
            );
            continue;
        }
        decisions.insert(
            case_id.clone(),
            Decision {
                case_id,
                positive,
                decided_by_role: cell("decided_by_role"),
                decided_at,
                agreement,
                reasons: cell("reasons"),
                considerations: cell("considerations"),
                notice_date,
                inputs_sha256: Some(cell("inputs_sha256")).filter(|hash| !hash.is_empty()),
            },
        );
    }
    faults.or(decisions)
}
