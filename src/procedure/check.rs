//! From `procedure.toml` as written to a checked [`Procedure`]: every fault in one list, with line and field.

mod feature;
mod legal;
mod outcome;
mod sentences;
mod style;
mod texts;
mod wording;

pub use style::wording_findings;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::letterhead;
use super::raw::RawProcedure;
use super::{Agency, AuditGroup, LetterKind, NotUsed, Privacy, Procedure, Role};
use crate::fault::{Checked, Fault, Faults, Place, turns};
use crate::language::{Language, Level, Plurals, Scope};
use crate::typeface;

/// Reads the folder.
pub(super) fn load(folder: &Path) -> Checked<Procedure> {
    let path = folder.join("procedure.toml");
    let file = path.display().to_string();
    let text = std::fs::read_to_string(&path).map_err(|error| {
        Fault::new(
            "P01",
            Place::file(&file),
            error.to_string(),
            "a readable procedure.toml in UTF-8",
            "Name the folder of a procedure; `klartext init` makes one.",
        )
    })?;
    let raw: RawProcedure = toml::from_str(&text).map_err(|error| {
        let mut place = Place::file(&file);
        if let Some(span) = error.span() {
            place = place.line(line_of(&text, span.start));
        }
        Fault::new(
            "P02",
            place,
            error.message().trim().to_owned(),
            "a table or field of procedure.toml",
            "Correct the field; models/unemployment-benefit/procedure.toml shows all of them.",
        )
    })?;
    let mut digest = Sha256::new();
    digest.update(text.as_bytes());
    Checker {
        file,
        text: &text,
        languages: vec![],
        scopes: BTreeMap::new(),
        levels: BTreeMap::new(),
        plurals: BTreeMap::new(),
        faults: Faults::default(),
    }
    .procedure(folder, raw, digest)
}

/// Line of a byte offset, from 1.
fn line_of(text: &str, offset: usize) -> u64 {
    let end = offset.min(text.len());
    text.as_bytes()[..end].iter().filter(|&&b| b == b'\n').count() as u64 + 1
}

/// Words that show that a text was never written.
const LEFT_OVER: [&str; 5] = ["TODO", "XXX", "Mustertext", "Lorem", "FIXME"];

struct Checker<'a> {
    file: String,
    text: &'a str,
    languages: Vec<Language>,
    scopes: BTreeMap<Language, Scope>,
    levels: BTreeMap<Language, Level>,
    plurals: BTreeMap<Language, Plurals>,
    faults: Faults,
}

impl Checker<'_> {
    fn fault(
        &mut self,
        code: &'static str,
        at: usize,
        field: &str,
        found: &str,
        expected: &str,
        mend: &str,
    ) {
        let place = Place::file(&self.file).line(line_of(self.text, at)).field(field);
        self.faults.push(Fault::new(code, place, found, expected, mend));
    }

    /// A word that shows that the text was never written.
    fn left_over(&mut self, at: usize, field: &str, text: &str) {
        if let Some(word) = LEFT_OVER.iter().find(|word| text.contains(**word)) {
            self.fault(
                "P04",
                at,
                field,
                &format!("“{word}”"),
                "the agency's own text",
                "Replace the left-over word.",
            );
        }
    }

    /// A text that must stand.
    fn filled(&mut self, at: usize, field: &str, text: String) -> String {
        let left_over = LEFT_OVER.iter().find(|word| text.contains(**word));
        if text.trim().is_empty() {
            self.fault(
                "P03",
                at,
                field,
                "nothing",
                "a text",
                "Write the text; there is no default for it.",
            );
        } else if let Some(word) = left_over {
            self.fault(
                "P04",
                at,
                field,
                &format!("“{word}”"),
                "the agency's own text",
                "Replace the left-over word.",
            );
        } else if let Some(slot) =
            slot(&text).filter(|_| !field.contains("sentence") && !field.starts_with("matter"))
        {
            self.fault(
                "P04",
                at,
                field,
                &format!("“{slot}”"),
                "a text without slots: nothing fills them",
                "Write what the slot stands for.",
            );
        } else if text.trim() != text {
            self.fault(
                "P05",
                at,
                field,
                "a space at an end",
                "no space there",
                "Take the space out.",
            );
        } else if text.chars().any(|c| c.is_control() || turns(c)) {
            self.fault(
                "P06",
                at,
                field,
                "a control character",
                "printable text",
                "Take the character out.",
            );
        } else if let Some(c) = text.chars().find(|&c| !typeface::covers(c)) {
            self.fault(
                "P67",
                at,
                field,
                &format!("“{c}” (U+{:04X})", u32::from(c)),
                "characters that the typefaces of the documents have",
                "Write it in Latin, Greek, Cyrillic or Arabic letters.",
            );
        }
        text
    }

    fn word<T: Copy>(
        &mut self,
        at: usize,
        field: &str,
        word: &str,
        known: &[(&str, T)],
        otherwise: T,
    ) -> T {
        if let Some((_, value)) = known.iter().find(|(name, _)| *name == word) {
            return *value;
        }
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        self.fault(
            "P09",
            at,
            field,
            &format!("“{word}”"),
            &names.join(", "),
            "Use one of the words.",
        );
        otherwise
    }

    fn date(&mut self, at: usize, field: &str, text: &str) -> Date {
        text.parse().unwrap_or_else(|_| {
            self.fault(
                "P10",
                at,
                field,
                &format!("“{text}”"),
                "a date such as 2026-06-30",
                "Correct the date.",
            );
            Date::MIN
        })
    }

    fn procedure(
        mut self,
        folder: &Path,
        raw: RawProcedure,
        mut digest: Sha256,
    ) -> Checked<Procedure> {
        let top = 0;
        if raw.schema != "klartext.procedure/1" {
            let found = format!("“{}”", raw.schema);
            self.fault(
                "P12",
                top,
                "schema",
                &found,
                "klartext.procedure/1",
                "Use the schema this version reads.",
            );
        }
        for tag in raw.name.keys().filter(|tag| Language::from_tag(tag).is_none()) {
            self.fault(
                "P08",
                top,
                &format!("name.{tag}"),
                "no tag of a language",
                "a tag such as de, en or de-LS",
                "Correct the tag.",
            );
        }
        // German first, then by tag.
        let tags: BTreeSet<Language> =
            raw.name.keys().filter_map(|tag| Language::from_tag(tag)).collect();
        self.languages = tags.into_iter().collect();
        if !self.languages.contains(&Language::GERMAN) {
            self.fault(
                "P13",
                top,
                "name.de",
                "no German name",
                "German: the binding text",
                "Write the German texts.",
            );
            self.languages.insert(0, Language::GERMAN);
        }
        let catalogues = self.wordings(folder, &mut digest);
        for (language, catalogue) in &catalogues {
            self.scopes.insert(*language, catalogue.about().scope);
            self.levels.insert(*language, catalogue.about().level);
            self.plurals.insert(*language, *catalogue.plurals());
        }
        let checked = self.checked_translations(raw.translations, raw.easy_language);
        let name = self.texts(top, "name", raw.name);
        let matter = self.matter(top, raw.matter);

        let (at, agency) = (raw.agency.span().start, raw.agency.into_inner());
        if !agency.promises_confirmed {
            self.fault("P14", at, "agency.promises_confirmed", "false", "true", "The letter promises to correct data and to read the person's view: confirm that the agency does both.");
        }
        let place = |field: &str| Place::file(&self.file).line(line_of(self.text, at)).field(field);
        let more = &mut |bytes: &[u8]| digest.update(bytes);
        let read = letterhead::read(folder, raw.letter.as_ref(), &agency, &place, more);
        let letterhead = self.faults.take(read).unwrap_or_default();
        let agency = Agency {
            name: self.filled(at, "agency.name", agency.name),
            letterhead_note: self.filled(at, "agency.letterhead_note", agency.letterhead_note),
            return_line: self.filled(at, "agency.return_line", agency.return_line),
            signatory: self.filled(at, "agency.signatory", agency.signatory),
            signatory_function: self.texts(
                at,
                "agency.signatory_function",
                agency.signatory_function,
            ),
            automatic_signature: self.word(
                at,
                "agency.signature_mode",
                &agency.signature_mode,
                &[("name", false), ("automatic", true)],
                false,
            ),
            contact_name: self.filled(at, "agency.contact.name", agency.contact.name),
            phone: self.filled(at, "agency.contact.phone", agency.contact.phone),
            email: self.filled(at, "agency.contact.email", agency.contact.email),
            hours: self.texts(at, "agency.contact.hours", agency.contact.hours),
        };
        let (at, privacy) = (raw.privacy.span().start, raw.privacy.into_inner());
        let privacy = Privacy {
            controller: self.letter_texts(at, "privacy.controller", privacy.controller),
            officer: self.letter_texts(at, "privacy.officer", privacy.officer),
            authority: self.letter_texts(at, "privacy.authority", privacy.authority),
        };

        let (at, program) = (raw.program.span().start, raw.program.into_inner());
        let role = self.word(
            at,
            "program.role",
            &program.role,
            &[
                ("suggestion", Role::Suggestion),
                ("support", Role::Support),
                ("priority", Role::Priority),
                ("document", Role::Document),
            ],
            Role::Suggestion,
        );
        let full_automation = self.automation(at, &program);
        let learned = self.word(
            at,
            "program.kind",
            &program.kind,
            &[("learned", true), ("rules", false)],
            true,
        );
        let letter =
            self.word(at, "program.letter", &program.letter, &LetterKind::ALL, LetterKind::Info);
        if (letter == LetterKind::Automatic) != full_automation.is_some() {
            self.fault(
                "G06",
                at,
                "program.letter",
                &format!("“{}” with automation = “{}”", program.letter, program.automation),
                "automatic where automation is full, another kind where a human decides",
                "Choose the letter that says who decided.",
            );
        }
        let document_type =
            self.letter_optional(at, "program.document_type", program.document_type);
        if role == Role::Document && document_type.is_empty() {
            self.fault(
                "P03",
                at,
                "program.document_type",
                "nothing",
                "what the program looks for",
                "Write what kind of document it is, as it stands after “Gesucht haben wir: ”.",
            );
        }
        let not_used_audit = program
            .not_used_audit
            .as_deref()
            .map(|date| self.date(at, "program.not_used_audit", date));
        let not_used = program
            .not_used
            .into_iter()
            .enumerate()
            .map(|(i, item)| NotUsed {
                label: self.letter_texts(at, &format!("program.not_used[{i}].label"), item.label),
                columns: item.columns,
            })
            .collect();
        let version = self.filled(at, "program.version", program.version);
        let purpose = self.office_texts(at, "program.purpose", program.purpose);
        let legal_basis = self.office_texts(at, "program.legal_basis", program.legal_basis);
        let owner = self.filled(at, "program.owner", program.owner);
        let blind_spots = self.lists(
            at,
            "program.blind_spots",
            program.blind_spots,
            (Scope::Letters, 2),
            Vec::len,
        );
        let prohibited_uses = self.lists(
            at,
            "program.prohibited_uses",
            program.prohibited_uses,
            (Scope::All, 0),
            Vec::len,
        );
        let first_look_options = self.lists(
            at,
            "program.first_look_options",
            program.first_look_options,
            (Scope::All, 2),
            |options| options.len(),
        );

        let (at, model) = (raw.model.span().start, raw.model.into_inner());
        if !model.threshold.is_finite() || !model.near.is_finite() || model.near < 0.0 {
            let found = format!("threshold {} and near {}", model.threshold, model.near);
            self.fault(
                "P15",
                at,
                "model.threshold",
                &found,
                "finite numbers, near not negative",
                "Correct the numbers.",
            );
        }
        let trained_on = self.office_texts(at, "model.trained_on", model.trained_on);

        let (at, background) = (raw.background.span().start, raw.background.into_inner());
        let background_name = self.office_texts(at, "background.name", background.name);
        let background_as_of = self.date(at, "background.as_of", &background.as_of);

        let (at, holdout) = (raw.holdout.span().start, raw.holdout.into_inner());
        let holdout_period = self.office_texts(at, "holdout.period", holdout.period);
        let holdout_as_of = self.date(at, "holdout.as_of", &holdout.as_of);
        let holdout_groups = holdout
            .group
            .into_iter()
            .map(|group| AuditGroup {
                label: self.office_texts(
                    at,
                    &format!("holdout.group.{}.label", group.column),
                    group.label,
                ),
                values: group
                    .values
                    .into_iter()
                    .map(|(value, texts)| {
                        let field = format!("holdout.group.{}.values.{value}", group.column);
                        (value, self.office_texts(at, &field, texts))
                    })
                    .collect(),
                column: group.column,
            })
            .collect();

        let (at, limits) = (raw.surrogate.span().start, raw.surrogate.into_inner());
        if !(1..=8).contains(&limits.max_depth)
            || !(2..=32).contains(&limits.max_leaves)
            || limits.min_leaf < 1
        {
            self.fault(
                "P16",
                at,
                "surrogate",
                &format!("{limits:?}"),
                "depth 1 to 8, 2 to 32 leaves, min_leaf from 1",
                "Choose a tree that a person can read.",
            );
        }

        let outcomes = raw.outcome.into_inner();
        let positive = self.outcome(
            "outcome.positive",
            outcomes.positive.span().start,
            outcomes.positive.into_inner(),
        );
        let negative = self.outcome(
            "outcome.negative",
            outcomes.negative.span().start,
            outcomes.negative.into_inner(),
        );
        let remedy = raw.remedy.map(|remedy| self.remedy(remedy));
        let sheets = self.sheets(raw.sheets);

        let mut ids = BTreeSet::new();
        let mut features = vec![];
        for raw in raw.feature {
            let (at, raw) = (raw.span().start, raw.into_inner());
            if !ids.insert(raw.id.clone()) {
                self.fault(
                    "P17",
                    at,
                    &format!("feature.{}", raw.id),
                    "the same id twice",
                    "one feature an id",
                    "Rename one of them.",
                );
            }
            features.push(self.feature(at, raw));
        }
        if features.is_empty() {
            self.fault(
                "P18",
                top,
                "feature",
                "no feature",
                "one [[feature]] for everything people know about a case",
                "Add the features.",
            );
        }

        let procedure = Procedure {
            folder: folder.to_owned(),
            sha256: hex(&digest.finalize()),
            id: raw.id,
            invented: raw.invented,
            languages: self.languages,
            catalogues,
            checked,
            name,
            agency,
            letterhead,
            privacy,
            role,
            discretion: program.discretion,
            learned,
            version,
            purpose,
            legal_basis,
            owner,
            letter,
            blind_spots,
            not_used,
            prohibited_uses,
            first_look_options,
            model_file: folder.join(model.file),
            model_sha256: model.sha256,
            threshold: model.threshold,
            near: model.near,
            trained_on,
            background_file: folder.join(background.file),
            background_name,
            background_as_of,
            holdout_file: folder.join(holdout.file),
            holdout_label: holdout.label,
            holdout_positive: holdout.positive,
            holdout_period,
            holdout_as_of,
            holdout_groups,
            surrogate_limits: (limits.max_depth, limits.max_leaves, limits.min_leaf),
            positive,
            negative,
            remedy,
            full_automation,
            sheets,
            matter,
            document_type,
            not_used_audit,
            features,
            file: self.file,
        };
        self.faults.or(procedure)
    }
}

/// The first slot of a text, from its brace to the end of the slot.
fn slot(text: &str) -> Option<&str> {
    let start = text.find(['{', '}'])?;
    let end = text[start..].find('}').map_or(text.len(), |end| start + end + 1);
    Some(&text[start..end])
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
