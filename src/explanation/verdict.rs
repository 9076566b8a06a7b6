//! Gates by code, what each checks, and what follows when it does not hold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Code of a gate.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum GateCode {
    /// Legal fields complete.
    G01,
    /// Human decision recorded.
    G02,
    /// Same person.
    G03,
    /// Discretion is a human's.
    G04,
    /// Local accuracy of the attribution.
    G11,
    /// Explained model = approved model.
    G13,
    /// Counterfactual valid.
    G19,
    /// Every character can be printed.
    G24,
    /// Released by a named person.
    G28,
}

impl GateCode {
    /// What to do when it does not hold.
    pub fn mend(self) -> &'static str {
        match self {
            GateCode::G01 => "Enter the missing field; the program never writes legal texts.",
            GateCode::G02 => "Complete the line of the case in decisions.csv.",
            GateCode::G03 => {
                "Let a human decide on the inputs of this case, and record that decision."
            }
            GateCode::G04 => {
                "Let the human write down the considerations of discretion in decisions.csv."
            }
            GateCode::G11 => {
                "Report this case: the explanation does not add up, and no document was written."
            }
            GateCode::G13 => {
                "Put the approved model back, or have the new one approved and enter its SHA-256."
            }
            GateCode::G19 => "Nothing: the letter says it without an example.",
            GateCode::G24 => {
                "Correct the text; the faces have Latin, Greek and Cyrillic characters."
            }
            GateCode::G28 => {
                "Release with --release --approved-by NAME when the documents were looked at."
            }
        }
    }

    /// What it checks, in one sentence.
    pub fn rule(self) -> &'static str {
        match self {
            GateCode::G01 => "Every legal field that the letter needs was supplied by the agency.",
            GateCode::G02 => {
                "A decision has a human's function, time, outcome and reasons of at least 20 characters."
            }
            GateCode::G03 => "The decision is about this case and was taken on these inputs.",
            GateCode::G04 => {
                "Where the law leaves discretion, a human's considerations are recorded."
            }
            GateCode::G11 => {
                "Base value and attributions add up to the model's score (1e-9 relative)."
            }
            GateCode::G13 => "The model file is the approved one, byte for byte.",
            GateCode::G19 => {
                "An example of other values flips the result when predicted again, with at most two changes of actionable features that can be seen in print."
            }
            GateCode::G24 => "Every character can be printed, and the address fits its field.",
            GateCode::G28 => "A named person released the documents.",
        }
    }
}

/// What follows from a gate.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// It holds.
    Pass,
    /// The block it guards is left out.
    Omit,
    /// Only drafts.
    Draft,
    /// The citizen gets no letter; the caseworker's sheets are written and say why.
    BlockLetter,
    /// No document.
    BlockAll,
}

/// Verdict of a gate on a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateVerdict {
    /// Which gate.
    pub gate: GateCode,
    /// What follows.
    pub consequence: Consequence,
    /// What was found, for machines and for `held_back.csv`; empty when it passes.
    pub finding: String,
}
