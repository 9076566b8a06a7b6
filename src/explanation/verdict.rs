//! Gates by code, what each checks, and what follows when it does not hold.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Declares the gates: code, what it is about, what it checks, what to do.
macro_rules! gates {
    ($($code:ident: $about:literal, $rule:literal, $mend:literal;)*) => {
        /// Code of a gate.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
        )]
        pub enum GateCode {
            $(#[doc = $about] $code,)*
        }

        impl GateCode {
            /// Every gate, in the order of a record.
            pub const ALL: &[GateCode] = &[$(GateCode::$code,)*];

            /// What it checks, in one sentence.
            pub fn rule(self) -> &'static str {
                match self { $(GateCode::$code => $rule,)* }
            }

            /// What to do when it does not hold.
            pub fn mend(self) -> &'static str {
                match self { $(GateCode::$code => $mend,)* }
            }
        }
    };
}

gates! {
    G01: "Legal fields complete.",
        "Every legal field that the letter needs was supplied by the agency.",
        "Enter the missing field; the program never writes legal texts.";
    G02: "Human decision recorded.",
        "A decision has a human's function, time, outcome and own reasons of at least 20 characters.",
        "Complete the line of the case in decisions.csv.";
    G03: "Same person.",
        "The decision is about this case and was taken on these inputs.",
        "Let a human decide on the inputs of this case, and record that decision.";
    G04: "Discretion is a human's.",
        "Where the law leaves discretion, a human's considerations are recorded.",
        "Let the human write down the considerations of discretion in decisions.csv.";
    G05: "What the person wrote was weighed.",
        "Where the person wrote something that no input holds, a human considered it (§ 31a sentence 2 SGB X).",
        "Let a human read it, and enter statement_considered = yes in decisions.csv.";
    G06: "Full automation allowed.",
        "A program that decides alone has a legal basis, no protected input without one, and a remedy; nothing else is told as decided by a program.",
        "Let a human decide, or complete automation_legal_basis and remedy in procedure.toml.";
    G07: "Heard before a burden.",
        "Before a decision that burdens the person, they were heard or an exception is recorded (§ 24 SGB X).",
        "Hear the person, or enter the exception in the column hearing of decisions.csv.";
    G08: "Remedy regime consistent.",
        "No word of another remedy stands in the letter: no Widerspruch under the AO, no Einspruch under the SGG, no remedy where there is no Bescheid.",
        "Correct the text, or the regime in procedure.toml.";
    G09: "Protected attributes have a legal basis.",
        "A protected input has a legal basis, a possible stand-in for one has a note on what was examined.",
        "Complete legal_basis or proxy_note of the feature, or take it out of the model.";
    G10: "No protected attribute as advice.",
        "A protected input is named as a reason only with its legal basis, and never in an example of other values.",
        "Complete the legal basis of the feature.";
    G11: "Local accuracy of the attribution.",
        "Base value and attributions add up to the model's score (1e-9 relative).",
        "Report this case: the explanation does not add up, and no document was written.";
    G12: "Stable attribution.",
        "Sampled attributions: at least five seeds give every named reason the same sign, four of five the same first three.",
        "Draw more samples, or name no single reason.";
    G13: "Explained model = approved model.",
        "The model file is the approved one, byte for byte.",
        "Put the approved model back, or have the new one approved and enter its SHA-256.";
    G14: "The simplified tree is right often enough.",
        "The simplified tree agrees with the program in at least 95 of 100 held-out cases; from 90 it is shown with a warning.",
        "Nothing: below 90 only the owner's report shows the tree. Allow it more leaves if that helps.";
    G15: "The simplified tree is right near this case.",
        "In the case's leaf of the simplified tree are at least 30 held-out cases, and it agrees in at least 90 of 100 of them and in this case.",
        "Nothing: the sheet leaves the tree out for this case.";
    G16: "A case as the model knows them.",
        "No value outside the comparison group's range, at most one outside its 1st to 99th percentile, no category that it never saw; or a human looked closely.",
        "Let a human look closely, and enter unusual_checked = yes in decisions.csv.";
    G17: "Little rests on filled-in values.",
        "At most 30 % of all influence comes from values that were missing and filled in.",
        "Ask for the missing values.";
    G18: "Not at the limit.",
        "The prediction is outside the band around the threshold in which small differences decide.",
        "Nothing: the letter says that the case was near the limit.";
    G19: "Counterfactual valid.",
        "An example of other values flips the result when predicted again, with at most two changes of actionable features that can be seen in print.",
        "Nothing: the letter says it without an example.";
    G20: "Frequency known.",
        "At least 200 held-out cases with this result, not older than 24 months.",
        "Nothing: the letter says that it is not known. Evaluate the model on recent cases.";
    G21: "Not used means not used.",
        "What the letter says was not used is no column of the model.",
        "Take the detail out of program.not_used, or out of the model.";
    G22: "Readable.",
        "The tool's text keeps the limits of its language level (sentence length, readability formulas).",
        "Shorten the sentences named; docs/wording.md shows how.";
    G23: "No banned word.",
        "No word of officialese, blame or legal promise stands in the tool's text.",
        "Replace the word; docs/wording.md has better ones.";
    G24: "Every character can be printed.",
        "Every character can be printed, and the address fits its field.",
        "Correct the text; the faces have Latin, Greek, Cyrillic and Arabic characters.";
    G25: "Short enough.",
        "A letter in the usual print has at most three pages, four with a warning.",
        "Shorten the procedure's sentences, or show fewer features.";
    G26: "Dates in order.",
        "Notice, decision and data are not later than the letter; an own reply date is a working day at least 14 days after it.",
        "Correct the date in decisions.csv, or the letter's --date.";
    G27: "No small groups.",
        "Usual ranges come from at least 20 known values.",
        "Nothing: the range is left out.";
    G28: "Released by a named person.",
        "A named person released the documents.",
        "Release with --release --approved-by NAME when the documents were looked at.";
    G29: "Every reason has a licence.",
        "Every named reason kept its sign with other comparison groups, in the other attribution and in the probe, as far as the model allows these checks; every statement about details has its verdict.",
        "Explain the case again with this version; a record that names a reason without its checks gives no letter.";
}

/// What follows from a gate.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// It holds.
    Pass,
    /// The documents say so.
    Warning,
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

impl GateVerdict {
    /// The verdict of a finding; without one the gate passes.
    pub fn of(gate: GateCode, consequence: Consequence, finding: Option<String>) -> Self {
        match finding {
            Some(finding) => GateVerdict { gate, consequence, finding },
            None => GateVerdict { gate, consequence: Consequence::Pass, finding: String::new() },
        }
    }
}
