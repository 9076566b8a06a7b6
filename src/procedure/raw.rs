//! `procedure.toml` as it is written: every table and field by name, nothing checked but the shape.
//!
//! Unknown fields are refused, so that a misspelt field never silently counts as absent.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A text per language tag (`de`, `en`).
pub type Texts = BTreeMap<String, String>;

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProcedure {
    /// Always `klartext.procedure/1`.
    pub schema: String,
    /// Short name, as the folder: lower case, digits, hyphen.
    pub id: String,
    /// True when agency, dates or places are invented: the letter then says so in its footer.
    #[serde(default)]
    pub invented: bool,
    /// Name of the procedure in words (subject line: nominative, no full stop).
    pub name: Texts,
    /// The subject line of a case with a date of its own: `Wohngeld-Antrag vom {datum}`.
    #[serde(default)]
    pub matter: Texts,
    /// Who writes.
    pub agency: Spanned<RawAgency>,
    /// How the letters look.
    #[serde(default)]
    pub letter: Option<RawLetter>,
    /// Who is responsible for the data.
    pub privacy: Spanned<RawPrivacy>,
    /// What the program is and does.
    pub program: Spanned<RawProgram>,
    /// The model file and its threshold.
    pub model: Spanned<RawModel>,
    /// The comparison group.
    pub background: Spanned<RawBackground>,
    /// Labelled cases that the model never saw.
    pub holdout: Spanned<RawHoldout>,
    /// Limits of the surrogate tree.
    pub surrogate: Spanned<RawSurrogate>,
    /// What the two results are called.
    pub outcome: Spanned<RawOutcomes>,
    /// What the remedy notice of the agency says; never written by the program.
    #[serde(default)]
    pub remedy: Option<RawRemedy>,
    /// How sheets are used.
    #[serde(default)]
    pub sheets: Option<RawSheets>,
    /// Who checked translations that a machine made.
    #[serde(default)]
    pub translations: Option<RawTranslations>,
    /// Who checked the texts in Leichte Sprache.
    #[serde(default)]
    pub easy_language: Option<RawEasyLanguage>,
    /// What people know about a case, in the order of the letter.
    pub feature: Vec<Spanned<RawFeature>>,
}

/// How the letters look.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLetter {
    /// `A` or `B` of DIN 5008; B where nothing is said.
    #[serde(default)]
    pub form: Option<String>,
}

/// Who writes the letter.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAgency {
    /// Name, as in the letterhead.
    pub name: String,
    /// Second line of the letterhead: street, place.
    pub letterhead_note: String,
    /// The small line above the address.
    pub return_line: String,
    /// File with the agency's sign, SVG or PNG, in the folder.
    #[serde(default)]
    pub logo: Option<String>,
    /// What the logo says to those who do not see it; empty for mere decoration.
    #[serde(default)]
    pub logo_alt: Option<String>,
    /// Name and function below the closing.
    pub signatory: String,
    /// Function of the signatory.
    pub signatory_function: Texts,
    /// `name` or `automatic` (§ 33 (5) SGB X).
    pub signature_mode: String,
    /// The agency keeps what the letter promises: correct data, read the person's view.
    pub promises_confirmed: bool,
    /// Whom to ask.
    pub contact: RawContact,
}

/// Whom to ask.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawContact {
    /// A person or a team.
    pub name: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// When.
    pub hours: Texts,
}

/// Art. 13 GDPR.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPrivacy {
    /// Controller.
    pub controller: Texts,
    /// Data protection officer.
    pub officer: Texts,
    /// Where to complain.
    pub authority: Texts,
}

/// What the program is and does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawProgram {
    /// `suggestion` (of an offer), `support` (of a decision), `priority` (order of cases), `document` (reads one).
    pub role: String,
    /// `none` (a human decides) or `full`.
    pub automation: String,
    /// With `full`: the law that allows it, the agency's own words.
    #[serde(default)]
    pub automation_legal_basis: Texts,
    /// With `full`: the agency says that no case needs an officer (§ 31a sentence 1 SGB X).
    #[serde(default)]
    pub no_reason_for_officer: bool,
    /// The law leaves discretion: a human's considerations are required in the decision record.
    pub discretion: bool,
    /// `learned` or `rules`.
    pub kind: String,
    /// Version the agency gave it.
    pub version: String,
    /// What it is used for: completes "Dieses Programm wird benutzt für: …".
    pub purpose: Texts,
    /// Legal basis of the procedure, the agency's own words.
    pub legal_basis: Texts,
    /// Who owns it.
    pub owner: String,
    /// `info`, `annex`, `hearing`, `missing_documents`, `reply`, `automatic`: the letter when nothing else is asked for.
    pub letter: String,
    /// What a program that reads documents looks for: completes "Gesucht haben wir: …".
    #[serde(default)]
    pub document_type: Texts,
    /// At least two things the program cannot know; nominative, lower-case start unless a noun.
    pub blind_spots: BTreeMap<String, Vec<String>>,
    /// Details that are no input of the model and cannot be derived from one; verified against the model's columns.
    #[serde(default)]
    pub not_used: Vec<RawNotUsed>,
    /// When it was last examined whether other details stand in for those, `YYYY-MM-DD`.
    #[serde(default)]
    pub not_used_audit: Option<String>,
    /// Uses that are not allowed, for the owner's report.
    #[serde(default)]
    pub prohibited_uses: BTreeMap<String, Vec<String>>,
    /// The outcome sheet part A offers to tick: two options in words.
    pub first_look_options: BTreeMap<String, [String; 2]>,
}

/// A detail that the program does not use.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawNotUsed {
    /// Its name in words.
    pub label: Texts,
    /// Column names under which it might appear; none of them may be a column of the model.
    pub columns: Vec<String>,
}

/// The model file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawModel {
    /// File name in the folder.
    pub file: String,
    /// SHA-256 of the file that was approved (gate G13).
    pub sha256: String,
    /// On the model's own prediction scale: at or above is the positive outcome.
    pub threshold: f64,
    /// Half width of the band around the threshold that counts as near, on the prediction scale (gate G18).
    pub near: f64,
    /// Training period in words.
    pub trained_on: Texts,
}

/// The comparison group.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBackground {
    /// CSV file in the folder.
    pub file: String,
    /// Who they are, in words.
    pub name: Texts,
    /// State of the data, `YYYY-MM-DD`.
    pub as_of: String,
}

/// Labelled cases that the model never saw.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawHoldout {
    /// CSV file in the folder.
    pub file: String,
    /// Column with what really happened.
    pub label: String,
    /// Value of that column that counts as positive.
    pub positive: String,
    /// When the cases were, in words.
    pub period: Texts,
    /// When they were evaluated, `YYYY-MM-DD`; older than 24 months counts as no calibration (gate G20).
    pub as_of: String,
    /// Columns for the fairness audit; they are no inputs of the model.
    #[serde(default)]
    pub group: Vec<RawGroup>,
}

/// A column that splits the hold-out into groups.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawGroup {
    /// Column of the hold-out file.
    pub column: String,
    /// Its name in words.
    pub label: Texts,
    /// Words for its values.
    pub values: BTreeMap<String, Texts>,
}

/// Limits of the surrogate tree.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSurrogate {
    /// Splits on the longest path.
    pub max_depth: usize,
    /// Leaves.
    pub max_leaves: usize,
    /// Cases in the smallest leaf.
    pub min_leaf: usize,
}

/// The two results.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOutcomes {
    /// At or above the threshold.
    pub positive: Spanned<RawOutcome>,
    /// Below it.
    pub negative: Spanned<RawOutcome>,
}

/// What one result is called and means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOutcome {
    /// One or two words for trees, tables and charts.
    pub short: Texts,
    /// Full clause after "Das Ergebnis: ", no full stop.
    pub result: Texts,
    /// After "Es hat uns einen Vorschlag gemacht: ", no full stop.
    pub suggestion: Texts,
    /// German zu-infinitive after "Das sprach dafür, "; English gerund after "Points in favour of ".
    pub goal: Texts,
    /// After "Das bedeutet für Sie: ", no full stop.
    pub consequence: Texts,
    /// After "Richtig heißt hier: ", no full stop.
    pub right_means: Texts,
    /// The result is a disadvantage for the person.
    pub adverse: bool,
}

/// The agency's remedy notice, for annexes to a Bescheid.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRemedy {
    /// `SGG`, `AO`, `VwGO`, `none`.
    pub regime: String,
    /// Heading of the remedy notice in the Bescheid.
    pub heading: String,
    /// The notice itself, where it is to stand in the letter too; inserted byte for byte.
    #[serde(default)]
    pub text: Option<String>,
}

/// Translations that a machine made.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTranslations {
    /// Who checked them, by language tag.
    pub checked_by: Texts,
}

/// Texts in Leichte Sprache.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawEasyLanguage {
    /// The group of people who read and checked them.
    pub checked_by: String,
}

/// How sheets are used.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawSheets {
    /// Sheet B needs the record of sheet A.
    #[serde(default)]
    pub first_look_required: bool,
    /// Share of cases without sheet B, 0 to 0.5.
    #[serde(default)]
    pub control_share: f64,
    /// What sheet B asks for besides the decision: `usual` (nothing) or `recourse` (§ 116 SGB X, § 110 SGB VII).
    #[serde(default)]
    pub fields: Option<String>,
}

/// Something that people know about a case; one thing for people even where the model has several columns.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFeature {
    /// Column of the case table.
    pub id: String,
    /// `money`, `count`, `years`, `months`, `weeks`, `days`, `number`, `percent`, `bool`, `category`.
    pub kind: String,
    /// Nominative, with article or possessive: "Ihre Miete im Monat".
    pub label: Texts,
    /// For charts, tables and trees; nominative without article: "Miete im Monat".
    pub short: Texts,
    /// The unit by plural class, per language; not for bool, category, percent.
    #[serde(default)]
    pub unit: BTreeMap<String, RawUnit>,
    /// Places after the decimal mark when shown, at most 6; numbers are shown in full where it is absent.
    #[serde(default)]
    pub decimals: Option<usize>,
    /// `own`, `file`, `other`.
    pub source: String,
    /// The other body, where source is `other`.
    #[serde(default)]
    pub source_body: Texts,
    /// Column of the model, where it is one: numbers go through, `bool` is 1 for yes and 0 for no,
    /// `category` takes `code` of its value.
    #[serde(default)]
    pub column: Option<String>,
    /// Values of a category or bool, in the order of a list.
    #[serde(default)]
    pub value: Vec<RawValue>,
    /// `none`, `protected`, `proxy`.
    pub protected: String,
    /// Needed for protected features: why the law wants it.
    #[serde(default)]
    pub legal_basis: Texts,
    /// Needed for proxies: what was examined.
    #[serde(default)]
    pub proxy_note: Texts,
    /// May stand in a counterfactual.
    pub actionable: bool,
    /// `any`, `up`, `down`.
    #[serde(default)]
    pub direction: Option<String>,
    /// Smallest admissible value (also of a case: below is a fault).
    #[serde(default)]
    pub min: Option<f64>,
    /// Largest admissible value.
    #[serde(default)]
    pub max: Option<f64>,
    /// Grid of counterfactual values.
    #[serde(default)]
    pub step: Option<f64>,
    /// Sentence when it spoke for the result; placeholders `{wert}`, `{staerke}`, `{typ_von}`, `{typ_bis}`.
    #[serde(default)]
    pub sentence_for: Texts,
    /// Sentence when it spoke against it.
    #[serde(default)]
    pub sentence_against: Texts,
    /// Sentence about the usual range, after either; placeholders `{wert}`, `{typ_von}`, `{typ_bis}`.
    #[serde(default)]
    pub sentence_typical: Texts,
    /// Sentence of an example of other values; placeholders `{cf_wert}`, `{wert}`.
    #[serde(default)]
    pub cf_sentence: Texts,
    /// Full clause when the value is missing: "Ihr Monatslohn ist uns nicht bekannt".
    pub missing: Texts,
}

/// A unit by the plural classes of its language (CLDR): `one` and `other` in German and English, `one`, `few`, `many`
/// and `other` in Ukrainian and Polish, all six in Arabic.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawUnit {
    /// In a language without this class: what is said instead of 0, "keine Person". Else the word with such numbers.
    #[serde(default)]
    pub zero: Option<String>,
    /// With 1; in some languages also with 21, 31.
    #[serde(default)]
    pub one: Option<String>,
    /// With 2.
    #[serde(default)]
    pub two: Option<String>,
    /// With a few.
    #[serde(default)]
    pub few: Option<String>,
    /// With many.
    #[serde(default)]
    pub many: Option<String>,
    /// With any other number.
    #[serde(default)]
    pub other: Option<String>,
}

/// A value of a category, or of a bool (`yes`, `no`).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawValue {
    /// As in the case table.
    pub id: String,
    /// In words, ready to stand after a colon (category) or as a full clause (bool: "Sie sind verheiratet").
    pub text: Texts,
    /// Short, for charts and tables.
    pub short: Texts,
    /// One-hot column of the model that is 1 for this value.
    #[serde(default)]
    pub column: Option<String>,
    /// Number in the feature's own `column`; left out of all values where the model knows them by name: then `id` is it.
    #[serde(default)]
    pub code: Option<f64>,
}
