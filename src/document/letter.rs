//! The citizen's letter: what a program did with my data, what mattered, what would have changed it, what I can do now.

use super::telling::Telling;
use super::{
    Align, Attachment, Block, Cell, Document, Furniture, PanelTone, Run, TableColumn, TextStyle,
    bold, plain,
};
use crate::chart;
use crate::explanation::{
    Consequence, CounterfactualStatus, GateCode, InputValue, Record, to_json,
};
use crate::fault::{Checked, Fault, Place};
use crate::language::Language;
use crate::procedure::{Agreement, LetterKind, Outcome, Procedure, Role};

/// Body size of a letter in points.
const BODY: f32 = 11.0;
/// Width of the text of every document in points: 165 mm.
pub(super) const TEXT_WIDTH: f32 = 467.7;

/// The letter about a record. Attributions of a suggestion that a human rejected are not in it: the human's reasons are.
///
/// # Errors
/// The procedure is not written in the language; a message of the catalogue is missing; the record is not of this
/// procedure.
pub fn letter(record: &Record, procedure: &Procedure, language: Language) -> Checked<Document> {
    let telling =
        Telling::new(procedure, language).ok_or_else(|| not_written_in(procedure, language))?;
    let letter = Letter { record, t: telling };
    let document = letter.document();
    letter.t.wording.finish(document)
}

/// The fault of a language that a procedure has not.
pub(super) fn not_written_in(procedure: &Procedure, language: Language) -> Fault {
    Fault::new(
        "R12",
        Place::file(&procedure.file),
        format!("no texts in “{}”", language.tag()),
        "texts in the language asked for",
        "Write the procedure's texts in that language, or ask for German.",
    )
}

struct Letter<'a> {
    record: &'a Record,
    t: Telling<'a>,
}

impl Letter<'_> {
    fn say(&self, id: &str, slots: &[(&str, &str)]) -> String {
        self.t.wording.say(id, slots)
    }

    fn paragraph(&self, id: &str, slots: &[(&str, &str)]) -> Block {
        body(vec![plain(self.say(id, slots))])
    }

    fn heading(&self, id: &str) -> Block {
        Block::Heading { level: 2, text: self.say(id, &[]) }
    }

    /// The outcome that the letter tells: the human's where there is one.
    fn told(&self) -> &Outcome {
        let positive =
            self.record.decision.as_ref().map_or(self.record.prediction.positive, |d| d.positive);
        self.t.procedure.outcome(positive)
    }

    /// The outcome that the program suggested.
    fn suggested(&self) -> &Outcome {
        self.t.procedure.outcome(self.record.prediction.positive)
    }

    fn deviated(&self) -> bool {
        self.record
            .decision
            .as_ref()
            .is_some_and(|decision| decision.agreement == Agreement::Deviated)
    }

    fn document(&self) -> Document {
        let (record, t) = (self.record, &self.t);
        let agency = &t.procedure.agency;
        let annex = record.letter == LetterKind::Annex;
        let name = t.of(&t.procedure.name);
        let subject =
            self.say(if annex { "subj-annex" } else { "subj-info" }, &[("vorgang", name)]);
        let date = t.numerals.long_date(record.date, &t.wording);
        let person = record.recipient.as_ref();
        let address = person.map_or(vec![], |person| {
            std::iter::once(person.name.clone()).chain(person.address.iter().cloned()).collect()
        });
        let mut blocks = vec![Block::Heading { level: 1, text: subject.clone() }];
        blocks.push(match person {
            Some(person) => self.paragraph("greet", &[("anrede_name", &person.name)]),
            None => self.paragraph("greet-unknown", &[]),
        });
        blocks.push(self.kind());
        if !annex && t.wording.has("scenario") {
            blocks.push(self.paragraph("scenario", &[]));
        }
        blocks.push(self.summary());
        blocks.extend(self.what_the_program_did());
        if self.deviated() {
            blocks.extend(self.human_reasons())
        } else {
            blocks.extend(self.reasons())
        }
        if !self.deviated() {
            blocks.extend(self.counterfactual());
        }
        blocks.extend(self.certainty());
        blocks.extend(self.actions());
        blocks.extend(self.data());
        blocks.extend(self.closing());
        let draft = record.is_draft().then(|| self.say("watermark", &[]));
        let title = match &draft {
            Some(mark) => format!("{mark}: {subject}"),
            None => subject,
        };
        let reference = record.case.id.clone();
        Document {
            language: t.wording.language().bcp47().to_owned(),
            title,
            author: agency.name.clone(),
            marker: format!("klartext/letter/{}", t.wording.language().tag()),
            date: record.date.to_string(),
            furniture: Furniture::Letter {
                letterhead: agency.name.clone(),
                letterhead_note: agency.letterhead_note.clone(),
                return_line: agency.return_line.clone(),
                address,
                information: vec![
                    (self.say("info-reference", &[]), reference.clone()),
                    (self.say("info-contact", &[]), agency.contact_name.clone()),
                    (self.say("info-phone", &[]), agency.phone.clone()),
                    (self.say("info-hours", &[]), t.of(&agency.hours).to_owned()),
                    (self.say("info-date", &[]), date.clone()),
                ],
            },
            blocks,
            footer: footer(t, &reference),
            page_number: self.say("page-of", &[("page", "{page}"), ("pages", "{pages}")]),
            running_header: (reference, date),
            watermark: draft,
            body_size: BODY,
            hyphenate: false,
            attachment: attachment(t, record),
        }
    }

    fn kind(&self) -> Block {
        match self.record.letter {
            LetterKind::Info => self.paragraph("kind-info", &[]),
            LetterKind::Annex => {
                let notice =
                    self.record.decision.as_ref().and_then(|decision| decision.notice_date);
                let date = notice
                    .map(|date| self.t.numerals.long_date(date, &self.t.wording))
                    .unwrap_or_default();
                self.paragraph("kind-annex", &[("bescheid_datum", &date)])
            }
        }
    }

    fn summary(&self) -> Block {
        let t = &self.t;
        let (id, slot, text, who) = match &self.record.decision {
            Some(decision) => (
                "sum-result",
                "ergebnis_kurz",
                t.of(&self.told().result),
                self.say("sum-who-human", &[("entscheider_funktion", &decision.decided_by_role)]),
            ),
            None => (
                "sum-suggestion",
                "vorschlag",
                t.of(&self.suggested().suggestion),
                self.say("sum-who-open", &[]),
            ),
        };
        let result = self.say(id, &[(slot, "\u{1}")]);
        let (before, after) = result.split_once('\u{1}').unwrap_or((&result, ""));
        let act = if self.record.letter == LetterKind::Annex { "sum-act" } else { "sum-act-info" };
        Block::Panel {
            tone: PanelTone::Summary,
            blocks: vec![
                self.heading("sum-head"),
                body(vec![plain(before), bold(text), plain(after)]),
                self.paragraph("rea-folge", &[("folge", t.of(&self.told().consequence))]),
                body(vec![plain(who)]),
                self.paragraph(act, &[]),
            ],
        }
    }

    fn what_the_program_did(&self) -> Vec<Block> {
        let t = &self.t;
        let mut blocks = vec![];
        blocks.push(self.heading("head-program"));
        let learned =
            self.say(if t.procedure.learned { "role-learned" } else { "role-rules" }, &[]);
        blocks.push(body(vec![plain(format!("{} {learned}", self.role()))]));
        // Without a Bescheid the summary has said all of this.
        if let (LetterKind::Annex, Some(decision)) = (self.record.letter, &self.record.decision) {
            let date = t.numerals.long_date(decision.decided_at.date(), &t.wording);
            blocks.push(self.paragraph(
                "dec-human",
                &[
                    ("entscheidung_datum", &date),
                    ("ergebnis_kurz", t.of(&self.told().result)),
                    ("entscheider_funktion", &decision.decided_by_role),
                ],
            ));
        }
        blocks
    }

    /// What the program did in this case: exactly one of the catalogue's texts.
    fn role(&self) -> String {
        let (t, positive) = (&self.t, self.record.prediction.positive);
        let agreement = self.record.decision.as_ref().map(|decision| decision.agreement);
        if t.procedure.role == Role::Support {
            let id = match agreement {
                Some(Agreement::Agreed) => "role-support-followed",
                Some(Agreement::Deviated) => "role-support-deviated",
                None => "role-support-open",
            };
            return self.say(id, &[("vorschlag", t.of(&self.suggested().suggestion))]);
        }
        let suggested = self.say(if positive { "role-suggest" } else { "role-suggest-none" }, &[]);
        let then = match agreement {
            Some(Agreement::Agreed) => "role-suggest-followed",
            Some(Agreement::Deviated) => "role-suggest-deviated",
            None => "role-suggest-open",
        };
        format!("{suggested} {}", self.say(then, &[]))
    }

    /// The human decided differently: the human's own words, and nothing about the rejected suggestion.
    fn human_reasons(&self) -> Vec<Block> {
        let Some(decision) = &self.record.decision else { return vec![] };
        let intro = self.say("dec-reasons-head", &[]);
        let written = format!("{intro} {}\n{}", decision.reasons, decision.considerations);
        let paragraphs = written.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut blocks = vec![self.heading("head-human-reasons")];
        blocks.extend(paragraphs.map(|line| body(vec![plain(line)])));
        blocks
    }

    fn reasons(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let reasons = &record.reasons;
        let mut blocks = vec![self.heading("rea-head")];
        if reasons.flat {
            blocks.push(self.paragraph("rea-flat", &[]));
        }
        if reasons.average {
            blocks.push(self.paragraph("rea-average", &[]));
        }
        let goal = t.of(&self.suggested().goal);
        for (side, head, none) in [
            (true, "rea-for-head", "rea-none-for"),
            (false, "rea-against-head", "rea-none-against"),
        ] {
            let items: Vec<Vec<Run>> = reasons
                .named
                .iter()
                .filter(|reason| reason.speaks_for == side)
                .map(|reason| t.reason(record, reason))
                .collect();
            if items.is_empty() {
                blocks.push(self.paragraph(none, &[]));
            } else {
                blocks
                    .push(Block::Heading { level: 3, text: self.say(head, &[("ziel_inf", goal)]) });
                blocks.push(Block::List { items });
            }
        }
        let rest = if reasons.named.len() == record.inputs.len() {
            "rea-all"
        } else if reasons.rest_share > 0.25 {
            "rea-rest-big"
        } else {
            "rea-rest"
        };
        let annex = record.letter == LetterKind::Annex;
        let caveat = if annex { "rea-caveat" } else { "rea-caveat-case" };
        let mut after = vec![self.say(rest, &[]), self.say(caveat, &[])];
        if !reasons.flat && !reasons.named.is_empty() {
            after.insert(0, self.say("rea-intro", &[]));
        }
        blocks.push(body(vec![plain(after.join(" "))]));
        if !reasons.named.is_empty() {
            blocks.push(self.chart());
        }
        blocks
    }

    fn chart(&self) -> Block {
        let (record, t) = (self.record, &self.t);
        let mut rows = vec![];
        let mut alt = vec![self.say("alt-reasons", &[])];
        for reason in &record.reasons.named {
            let (Some(feature), Some(input)) =
                (t.feature(&reason.feature), t.input(record, &reason.feature))
            else {
                continue;
            };
            let label = t.short_line(feature, &input.value);
            let strength = t.wording.text(reason.strength.message());
            let pattern = if reason.speaks_for {
                "alt-reasons-for-clause"
            } else {
                "alt-reasons-against-clause"
            };
            alt.push(self.say(pattern, &[("satz", &label), ("staerke", &strength)]));
            rows.push(chart::Reason {
                label,
                share: if reason.speaks_for { reason.share } else { -reason.share },
            });
        }
        if record.reasons.rest_share > 0.0 {
            let label = self.say("chart-rest", &[]);
            rows.push(chart::Reason { label, share: record.reasons.rest_net });
            let side =
                if record.reasons.rest_net >= 0.0 { "alt-rest-for" } else { "alt-rest-against" };
            alt.push(self.say(side, &[]));
        }
        let data = chart::Reasons {
            against: self.say("chart-against", &[]),
            towards: self.say("chart-for", &[]),
            rows,
        };
        let drawing = chart::reasons(&data, chart::Format { width: TEXT_WIDTH, text_size: 10.0 });
        t.figure(drawing, alt.join(" "), Some(self.say("chart-read", &[])))
    }

    fn counterfactual(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let found = &record.counterfactual;
        let valid = record.gate(GateCode::G19).is_some_and(|v| v.consequence == Consequence::Pass);
        if !(valid && found.status == CounterfactualStatus::Found) {
            return match found.status {
                CounterfactualStatus::Impossible => {
                    vec![self.heading("cf-head"), self.paragraph("cf-none-two", &[])]
                }
                _ => vec![],
            };
        }
        let lines: Vec<String> = found
            .changes
            .iter()
            .filter_map(|change| {
                let feature = t.feature(&change.feature)?;
                let slots = [
                    ("label", t.of(&feature.label)),
                    ("cf_wert", &*t.short_value(feature, &change.to)),
                    ("wert", &*t.short_value(feature, &change.from)),
                ];
                Some(self.say("cf-item", &slots))
            })
            .collect();
        let intro = if lines.len() == 1 { "cf-intro" } else { "cf-intro-two" };
        let mut blocks = vec![self.paragraph(intro, &[])];
        blocks
            .push(Block::List { items: lines.into_iter().map(|line| vec![bold(line)]).collect() });
        let caveat =
            if record.letter == LetterKind::Annex { "cf-caveat" } else { "cf-caveat-case" };
        blocks.push(note(self.say(caveat, &[])));
        vec![Block::Keep(vec![
            self.heading("cf-head"),
            Block::Panel { tone: PanelTone::Plain, blocks },
        ])]
    }

    fn certainty(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let mut blocks = vec![self.heading("unc-head")];
        let mut sure = vec![];
        if record.prediction.near && !self.deviated() {
            sure.push(self.say("unc-border", &[]));
        }
        let frequency = &record.frequency;
        if frequency.printable && !self.deviated() {
            // Rounded so that right and wrong add up to 100.
            let right = (100.0 * frequency.right as f64 / frequency.rows as f64).round();
            let whole = |n: f64| t.numerals.number(n, 0);
            sure.push(self.say(
                "unc-freq",
                &[
                    ("n_test", &*whole(record.holdout.rows as f64)),
                    ("n_richtig", &whole(right)),
                    ("n_falsch", &whole(100.0 - right)),
                ],
            ));
            let means = t.of(&self.suggested().right_means);
            sure.push(self.say("unc-freq-meaning", &[("richtig_heisst", means)]));
        } else {
            sure.push(self.say("unc-nofreq", &[]));
        }
        blocks.push(body(vec![plain(sure.join(" "))]));
        let blind = t.procedure.blind_spots.get(&t.wording.language()).cloned().unwrap_or_default();
        blocks.push(self.paragraph("unc-blind", &[("blind_liste", &t.joined(&blind))]));
        let unused: Vec<String> =
            t.procedure.not_used.iter().map(|item| t.of(&item.label).to_owned()).collect();
        let mut last = vec![];
        if !unused.is_empty() {
            last.push(self.say("not-list", &[("nicht_benutzt_liste", &t.joined(&unused))]));
        }
        last.push(self.say("unc-simplified", &[]));
        blocks.push(body(vec![plain(last.join(" "))]));
        blocks
    }

    fn actions(&self) -> Vec<Block> {
        let mut ids = vec![];
        let offered = self.record.decision.as_ref().is_some_and(|decision| decision.positive);
        if self.t.procedure.role == Role::Suggestion && offered {
            ids.push("act-offer");
        }
        ids.extend(["act-correct", "act-review", "act-view"]);
        let mut items: Vec<Vec<Run>> = vec![];
        if self.record.letter == LetterKind::Annex && self.told().adverse {
            let heading = self.t.procedure.remedy_heading.as_deref().unwrap_or_default();
            items.push(question_bold(
                &self.say("act-object", &[("rechtsbehelf_ueberschrift", heading)]),
            ));
        }
        ids.extend(["act-access", "act-help", "form-a11y", "act-noharm"]);
        items.extend(ids.into_iter().map(|id| question_bold(&self.say(id, &[]))));
        vec![self.heading("act-head"), Block::List { items }]
    }

    fn data(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let rows = record
            .inputs
            .iter()
            .filter_map(|input| {
                let feature = t.feature(&input.feature)?;
                let value = match (&input.value, feature.kind) {
                    (InputValue::Missing, _) => t.wording.text("word-missing"),
                    _ => t.short_value(feature, &input.value),
                };
                let cells = [t.of(&feature.short).to_owned(), value, t.source(feature)];
                Some(cells.into_iter().map(|text| Cell::Text(vec![plain(text)])).collect())
            })
            .collect();
        let column =
            |id: &str, weight| TableColumn { title: self.say(id, &[]), align: Align::Left, weight };
        let mut blocks = vec![
            self.heading("data-head"),
            Block::Table {
                caption: None,
                columns: vec![
                    column("data-col-detail", 4.6),
                    column("data-col-value", 2.7),
                    column("data-col-source", 2.7),
                ],
                rows,
            },
        ];
        blocks.extend(self.missing());
        blocks.push(self.paragraph("data-check", &[]));
        blocks
    }

    /// What the program did about values that are not known: computed without, or put a usual one in their place.
    fn missing(&self) -> Vec<Block> {
        let t = &self.t;
        let (mut without, mut blocks) = (vec![], vec![]);
        for input in self.record.inputs.iter().filter(|input| input.value == InputValue::Missing) {
            let Some(feature) = t.feature(&input.feature) else { continue };
            let label = t.of(&feature.label);
            match input.filled_with {
                Some(number) => {
                    let value = t.quantity(feature, number);
                    let slots = [("label", label), ("ersatzwert", &value)];
                    blocks.push(self.paragraph("data-missing", &slots));
                }
                None if input.filled => {
                    blocks.push(self.paragraph("data-missing-usual", &[("label", label)]));
                }
                None => without.push(label.to_owned()),
            }
        }
        match without.as_slice() {
            [] => {}
            [one] => blocks.push(self.paragraph("data-missing-skipped", &[("label", one)])),
            many => {
                blocks
                    .push(self.paragraph("data-missing-many", &[("label_liste", &t.joined(many))]));
            }
        }
        blocks
    }

    fn closing(&self) -> Vec<Block> {
        let t = &self.t;
        let agency = &t.procedure.agency;
        let privacy = &t.procedure.privacy;
        let who = if agency.automatic_signature && self.record.decision.is_none() {
            self.say("close-auto", &[])
        } else {
            format!("{}, {}", agency.signatory, t.of(&agency.signatory_function))
        };
        let signature = body(vec![plain(format!("{}\n{who}", self.say("close", &[])))]);
        let mut blocks = vec![self.paragraph(
            "cont",
            &[
                ("kontakt_name", &agency.contact_name),
                ("telefon", &agency.phone),
                ("zeiten", t.of(&agency.hours)),
                ("aktenzeichen", &self.record.case.id),
            ],
        )];
        if t.wording.language() != Language::De {
            blocks.push(self.paragraph("form-lang", &[]));
        }
        blocks.push(signature);
        blocks.push(note(self.say(
            "priv",
            &[
                ("verantwortlicher", t.of(&privacy.controller)),
                ("dsb_kontakt", t.of(&privacy.officer)),
                ("aufsicht", t.of(&privacy.authority)),
            ],
        )));
        // The words of an information letter explain themselves; Bescheid does not.
        if self.record.letter == LetterKind::Annex {
            let mut words =
                vec!["glo-bescheid", "glo-programm", "glo-angabe", "glo-einfluss", "glo-vorschlag"];
            if self.record.prediction.near {
                words.push("glo-grenzfall");
            }
            let entries: Vec<String> = words.into_iter().map(|id| self.say(id, &[])).collect();
            blocks.push(note(entries.join(" ")));
        }
        if t.procedure.invented {
            blocks.push(note(self.say("foot-invented", &[])));
        }
        blocks
    }
}

/// A body paragraph.
pub(super) fn body(runs: Vec<Run>) -> Block {
    Block::Paragraph { runs, style: TextStyle::Body }
}

/// A note.
pub(super) fn note(text: String) -> Block {
    Block::Paragraph { runs: vec![plain(text)], style: TextStyle::Note }
}

/// A leading question is set bold: people look for their question, not for the answer.
fn question_bold(text: &str) -> Vec<Run> {
    match text.split_once("? ") {
        Some((question, answer)) => vec![bold(format!("{question}?")), plain(format!(" {answer}"))],
        None => vec![plain(text)],
    }
}

/// Left of every footer: reference and identity of the model, so that a paper copy can be traced.
pub(super) fn footer(t: &Telling<'_>, reference: &str) -> String {
    t.wording.say("footer", &[("aktenzeichen", reference), ("version", &t.procedure.version)])
}

/// The record, attached.
pub(super) fn attachment(t: &Telling<'_>, record: &Record) -> Attachment {
    Attachment {
        name: "record.json".to_owned(),
        description: t.wording.text("attachment"),
        bytes: to_json(record),
    }
}
