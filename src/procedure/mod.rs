//! The procedure folder: what people know about a case, what the results are called, who writes, which model it is.
//!
//! [`Procedure::load`] refuses a folder as a whole, with every fault in one list; everything after trusts it.

mod case;
mod check;
pub(crate) use check::hex;
pub use check::wording_findings;
mod decision;
mod evidence;
mod feature;
mod grammar;
mod handling;
mod letterhead;
mod person;
mod picture;
mod raw;
mod sketch;

pub(crate) use case::is_case_id;
pub use case::{Case, CaseValue, encoded, read_cases, read_values};
pub use decision::{Agreement, Decision, read_decisions};
pub use evidence::{Evidence, MarkedPage, MarkedPlace, Passage, read_evidence};
pub use feature::{Choice, Direction, Encoding, Feature, Kind, Protection, Source, Unit};
pub use handling::{FirstLook, Handling, Hearing, read_handlings};
pub use letterhead::{LetterForm, Letterhead};
pub use person::{Format, Person, read_people};
pub use picture::{Area, Picture};
pub use sketch::{Sketch, SketchOf, sketch};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::language::{Catalogue, Language};

/// A text in every language of the procedure.
pub type Localised = BTreeMap<Language, String>;

/// What the program does in the procedure.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Points out that an offer may be useful.
    Suggestion,
    /// Suggests a decision that a human takes.
    Support,
    /// Sorts cases: which ones humans look at first.
    Priority,
    /// Reads a document and checks whether it is the right one and complete.
    Document,
}

/// Which letter a person gets.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// Stand-alone information; there is no Bescheid.
    Info,
    /// Explains a Bescheid.
    Annex,
    /// Asks for the person's view before a decision that burdens them (§ 24 SGB X).
    Hearing,
    /// Says which documents are missing (§ 16 (3) SGB I).
    MissingDocuments,
    /// Answers somebody who asked how a result came about (Art. 15 (1) h GDPR, Art. 86 AI Act, § 35 (3) SGB X).
    Reply,
    /// The cover of a fully automated decision (§ 31a SGB X, § 155 (4) AO).
    Automatic,
}

impl LetterKind {
    /// Every kind with its name in tables, in `procedure.toml` and in texts.
    pub const ALL: [(&'static str, LetterKind); 6] = [
        ("info", LetterKind::Info),
        ("annex", LetterKind::Annex),
        ("hearing", LetterKind::Hearing),
        ("missing_documents", LetterKind::MissingDocuments),
        ("reply", LetterKind::Reply),
        ("automatic", LetterKind::Automatic),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        LetterKind::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<LetterKind> {
        LetterKind::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// It explains a Bescheid that carries the legal reasons and the remedy notice.
    pub fn explains_a_bescheid(self) -> bool {
        matches!(self, LetterKind::Annex | LetterKind::Automatic)
    }
}

/// How a person may object to a Bescheid; the words of one regime are wrong in another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub enum RemedyRegime {
    /// Widerspruch, then Sozialgericht.
    #[serde(rename = "SGG")]
    Sgg,
    /// Einspruch, then Finanzgericht.
    #[serde(rename = "AO")]
    Ao,
    /// Widerspruch, then Verwaltungsgericht.
    #[serde(rename = "VwGO")]
    Vwgo,
    /// No Bescheid, so no remedy against one.
    #[serde(rename = "none")]
    None,
}

/// The remedy notice in the agency's Bescheid. Never computed, never paraphrased.
#[derive(Clone, Debug)]
pub struct Remedy {
    /// Which words are right.
    pub regime: RemedyRegime,
    /// Its heading in the Bescheid.
    pub heading: String,
    /// The notice, byte for byte, where the agency wants it to stand in the letter too.
    pub text: Option<String>,
}

/// A decision that the program takes alone; the law must allow it, and no discretion may be left.
#[derive(Clone, Debug)]
pub struct FullAutomation {
    /// The law that allows it, in the agency's words.
    pub legal_basis: Localised,
}

/// How sheets are used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SheetRules {
    /// Sheet B is written only for cases whose first look (sheet A) is recorded.
    pub first_look_required: bool,
    /// Share of cases that get no sheet B, so that the agency sees how people decide without the program.
    pub control_share: f64,
    /// Sheet B asks for what a recourse needs (§ 116 SGB X, § 110 SGB VII).
    pub recourse: bool,
}

/// Who writes.
#[derive(Clone, Debug)]
pub struct Agency {
    /// Name, as in the letterhead.
    pub name: String,
    /// Second line of the letterhead.
    pub letterhead_note: String,
    /// The small line above the address.
    pub return_line: String,
    /// Who signs.
    pub signatory: String,
    /// Function of who signs.
    pub signatory_function: Localised,
    /// The letter is valid without signature (§ 33 (5) SGB X).
    pub automatic_signature: bool,
    /// Whom to ask.
    pub contact_name: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// When.
    pub hours: Localised,
}

/// Controller, data protection officer, complaint body.
#[derive(Clone, Debug)]
pub struct Privacy {
    /// Controller.
    pub controller: Localised,
    /// Data protection officer.
    pub officer: Localised,
    /// Where to complain.
    pub authority: Localised,
}

/// What one result is called and means.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// One or two words.
    pub short: Localised,
    /// Full clause after "Das Ergebnis: ".
    pub result: Localised,
    /// After "Es hat uns einen Vorschlag gemacht: ".
    pub suggestion: Localised,
    /// After "Das sprach dafür, ".
    pub goal: Localised,
    /// After "Das bedeutet für Sie: ".
    pub consequence: Localised,
    /// After "Richtig heißt hier: ".
    pub right_means: Localised,
    /// A disadvantage for the person.
    pub adverse: bool,
}

/// A group column of the hold-out.
#[derive(Clone, Debug)]
pub struct AuditGroup {
    /// Column of the hold-out file.
    pub column: String,
    /// Its name.
    pub label: Localised,
    /// Words for its values.
    pub values: BTreeMap<String, Localised>,
}

/// A detail that the program does not use.
#[derive(Clone, Debug)]
pub struct NotUsed {
    /// Its name.
    pub label: Localised,
    /// Columns under which it might appear; gate G21 compares them with the model's.
    pub columns: Vec<String>,
}

/// A checked procedure.
#[derive(Debug)]
pub struct Procedure {
    /// The folder.
    pub folder: PathBuf,
    /// `procedure.toml` as the user named it.
    pub file: String,
    /// SHA-256 over procedure.toml and the texts.
    pub sha256: String,
    /// Short name.
    pub id: String,
    /// Agency, dates or places are invented.
    pub invented: bool,
    /// Languages it is written in; German is always one of them.
    pub languages: Vec<Language>,
    /// Wording of each language.
    pub catalogues: BTreeMap<Language, Catalogue>,
    /// Who checked the wording of a language, where a check is needed and recorded: translations that a machine made,
    /// texts in Leichte Sprache.
    pub checked: BTreeMap<Language, String>,
    /// Its name.
    pub name: Localised,
    /// The matter of a case with a date of its own, `{datum}` in it; empty where cases have none.
    pub matter: Localised,
    /// Who writes.
    pub agency: Agency,
    /// How the letters look.
    pub letterhead: Letterhead,
    /// Art. 13 GDPR.
    pub privacy: Privacy,
    /// What the program does.
    pub role: Role,
    /// The law leaves discretion.
    pub discretion: bool,
    /// The program learned from data (else: fixed rules).
    pub learned: bool,
    /// Version of the program.
    pub version: String,
    /// What it is used for.
    pub purpose: Localised,
    /// The agency's legal basis.
    pub legal_basis: Localised,
    /// Who owns it.
    pub owner: String,
    /// The letter when a case asks for nothing else.
    pub letter: LetterKind,
    /// What the program cannot know.
    pub blind_spots: BTreeMap<Language, Vec<String>>,
    /// What it does not use.
    pub not_used: Vec<NotUsed>,
    /// Uses that are not allowed.
    pub prohibited_uses: BTreeMap<Language, Vec<String>>,
    /// Options of the first look (sheet A).
    pub first_look_options: BTreeMap<Language, [String; 2]>,
    /// Model file.
    pub model_file: PathBuf,
    /// SHA-256 of the approved model file.
    pub model_sha256: String,
    /// At or above is positive, on the prediction scale.
    pub threshold: f64,
    /// Half width of the band that counts as near.
    pub near: f64,
    /// Training period in words.
    pub trained_on: Localised,
    /// Comparison group file.
    pub background_file: PathBuf,
    /// Who they are.
    pub background_name: Localised,
    /// State of that data.
    pub background_as_of: Date,
    /// Hold-out file.
    pub holdout_file: PathBuf,
    /// Column with what really happened.
    pub holdout_label: String,
    /// Its positive value.
    pub holdout_positive: String,
    /// When those cases were.
    pub holdout_period: Localised,
    /// When they were evaluated.
    pub holdout_as_of: Date,
    /// Audit groups.
    pub holdout_groups: Vec<AuditGroup>,
    /// Limits of the surrogate: depth, leaves, smallest leaf.
    pub surrogate_limits: (usize, usize, usize),
    /// At or above the threshold.
    pub positive: Outcome,
    /// Below it.
    pub negative: Outcome,
    /// The remedy notice in the Bescheid, where there is one.
    pub remedy: Option<Remedy>,
    /// The program decides alone (else: a human decides).
    pub full_automation: Option<FullAutomation>,
    /// How sheets are used.
    pub sheets: SheetRules,
    /// What the program looks for, where it reads documents: completes "Gesucht haben wir: ".
    pub document_type: Localised,
    /// When the details that the program does not use were last examined for stand-ins, where they were.
    pub not_used_audit: Option<Date>,
    /// What people know about a case.
    pub features: Vec<Feature>,
}

impl Procedure {
    /// Loads and checks a procedure folder (not yet against the model).
    ///
    /// # Errors
    /// Every fault of `procedure.toml` and of the texts, with line and field.
    pub fn load(folder: &Path) -> crate::fault::Checked<Procedure> {
        check::load(folder)
    }

    /// The wording of the language was made by a machine, and nobody who speaks it has checked it: its letters are drafts.
    pub fn is_unchecked_translation(&self, language: Language) -> bool {
        let catalogue = self.catalogues.get(&language);
        let made = catalogue.is_some_and(|catalogue| catalogue.about().machine_made);
        made && !self.checked.contains_key(&language)
    }

    /// The outcome of a side.
    pub fn outcome(&self, positive: bool) -> &Outcome {
        if positive { &self.positive } else { &self.negative }
    }
}
