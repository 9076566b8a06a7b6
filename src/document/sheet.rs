//! The caseworker's sheets: A, the own look before the result; B, what the program computed, counter-evidence first.
//! They are part of the file and can be shown to the citizen.

mod details;
mod recourse;
mod sum;
mod tree;

use super::letter::{attachment, body, footer, not_written_in, note};
use super::telling::{Listing, Telling};
use super::{
    Align, Block, Cell, Document, Furniture, Inks, PanelTone, Run, TableColumn, TextStyle, bold,
    plain,
};
use crate::explanation::{Consequence, CounterfactualStatus, GateCode, InputValue, Reason, Record};
use crate::fault::Checked;
use crate::language::{Language, largest_remainder};
use crate::procedure::{Feature, Kind, Outcome, Procedure, Source};

/// Body size of a sheet in points.
const BODY: f32 = 9.0;

/// A list of what may make the suggestion wrong.
const fn listing<'a>(sentence: &'a str, slot: &'a str, head: &'a str) -> Listing<'a> {
    Listing { sentence, slot, head, then: None }
}

const BLIND: Listing<'_> =
    listing("sheet-against-blind", "blind_liste", "sheet-against-blind-head");
const UNUSUAL: Listing<'_> = listing("sheet-against-ood", "ood_liste", "sheet-against-ood-head");
const FILLED: Listing<'_> =
    listing("sheet-against-filled", "label_liste", "sheet-against-filled-head");
const MISSING: Listing<'_> =
    listing("sheet-against-missing", "label_liste", "sheet-against-missing-head");

/// Part A: the case, before any result.
///
/// # Errors
/// As for [`super::letter`].
pub fn sheet_a(record: &Record, procedure: &Procedure, language: Language) -> Checked<Document> {
    let t = Telling::new(procedure, language).ok_or_else(|| not_written_in(procedure, language))?;
    let sheet = Sheet { record, t };
    let document = sheet.document("a", sheet.part_a());
    sheet.t.wording.finish(document)
}

/// Part B: what the program computed.
///
/// # Errors
/// As for [`super::letter`].
pub fn sheet_b(record: &Record, procedure: &Procedure, language: Language) -> Checked<Document> {
    let t = Telling::new(procedure, language).ok_or_else(|| not_written_in(procedure, language))?;
    let sheet = Sheet { record, t };
    let document = sheet.document("b", sheet.part_b());
    sheet.t.wording.finish(document)
}

struct Sheet<'a> {
    record: &'a Record,
    t: Telling<'a>,
}

impl Sheet<'_> {
    /// Where a value comes from, told to those who work with the case and not to the person.
    fn source(&self, feature: &Feature) -> String {
        match &feature.source {
            Source::Own => self.t.wording.text("source-own-third"),
            Source::File => self.t.wording.text("source-file-third"),
            Source::Other(_) => self.t.source(feature),
        }
    }

    fn say(&self, id: &str, slots: &[(&str, &str)]) -> String {
        self.t.wording.say(id, slots)
    }

    fn heading(&self, id: &str) -> Block {
        Block::Heading { level: 2, text: self.say(id, &[]) }
    }

    fn suggested(&self) -> &Outcome {
        self.t.procedure.outcome(self.record.prediction.positive)
    }

    fn document(&self, part: &str, mut blocks: Vec<Block>) -> Document {
        let (record, t) = (self.record, &self.t);
        let title = self.say(&format!("sheet-{part}-title"), &[]);
        let date = t.numerals.short_date(record.date);
        let as_of = record.case.data_as_of.map(|as_of| t.numerals.short_date(as_of));
        let as_of = as_of.unwrap_or_else(|| t.wording.text("word-missing"));
        let draft = record.is_draft().then(|| self.say("watermark", &[]));
        blocks.insert(0, Block::Heading { level: 1, text: title.clone() });
        Document {
            language: t.wording.about().bcp47.clone(),
            title: match &draft {
                Some(mark) => format!("{mark}: {title} ({})", record.case.id),
                None => format!("{title} ({})", record.case.id),
            },
            author: t.procedure.agency.name.clone(),
            marker: format!("klartext/sheet-{part}/{}", t.wording.language().tag()),
            date: record.date.to_string(),
            furniture: Furniture::Sheet {
                subtitle: self.say(&format!("sheet-{part}-subtitle"), &[]),
                head_lines: vec![
                    record.case.id.clone(),
                    t.of(&t.procedure.name).to_owned(),
                    self.say(
                        "sheet-state",
                        &[("datum", &as_of), ("version", &t.procedure.version)],
                    ),
                ],
            },
            blocks,
            footer: footer(t, &record.case.id),
            page_number: self.say("page-of", &[("page", "{page}"), ("pages", "{pages}")]),
            running_header: (record.case.id.clone(), date),
            watermark: draft,
            body_size: BODY,
            direction: t.wording.about().direction,
            line_pitch: 1.35,
            sentence_a_line: false,
            inks: Inks::Colour,
            hyphenate: true,
            attachment: attachment(t, record),
        }
    }

    fn part_a(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let rows = record
            .inputs
            .iter()
            .enumerate()
            .filter_map(|(nth, input)| {
                let feature = t.feature(&input.feature)?;
                Some(vec![
                    Cell::Text(vec![plain(t.of(&feature.short))]),
                    Cell::Text(vec![plain(t.short_value(feature, &input.value))]),
                    Cell::Text(vec![plain(self.source(feature))]),
                    Cell::Tick {
                        field: format!("case.checked.{}_{}", nth + 1, field_part(&input.feature)),
                        text: self.say("sheet-tick-checked", &[("label", t.of(&feature.short))]),
                    },
                ])
            })
            .collect();
        let options =
            t.procedure.first_look_options.get(&t.wording.language()).cloned().unwrap_or_default();
        let yes_no = || vec![t.wording.text("word-yes"), t.wording.text("word-no")];
        let mut first_look = options.to_vec();
        first_look.push(self.say("sheet-first-look-open", &[]));
        let ask = |id: &str| vec![plain(self.say(id, &[]))];
        let lines = |field: &str, id: &str, lines| Block::WriteLines {
            field: format!("case.{field}"),
            label: ask(id),
            lines,
        };
        let choices = |field: &str, id: &str, options| Block::Choices {
            field: format!("case.{field}"),
            label: ask(id),
            options,
        };
        let mut blocks = vec![
            lead(vec![plain(self.say("sheet-a-lead", &[]))]),
            Block::Table {
                caption: None,
                columns: vec![
                    self.column("sheet-col-detail", Align::Left, 4.0),
                    self.column("sheet-col-value", Align::Left, 3.5),
                    self.column("sheet-col-source", Align::Left, 3.0),
                    self.column("sheet-col-checked", Align::Left, 1.3),
                ],
                rows,
            },
        ];
        blocks.extend(self.evidence());
        blocks.extend([
            lines("missing", "sheet-missing-question", 2),
            Block::Keep(vec![
                choices("statement", "sheet-statement-question", yes_no()),
                lines("statement_meaning", "sheet-statement-meaning", 2),
            ]),
            Block::Keep(vec![
                choices("first_look", "sheet-first-look-label", first_look),
                lines("first_look_reason", "sheet-first-look-reason", 2),
            ]),
            choices("discretion", "sheet-discretion-question", yes_no()),
            note(self.say("sheet-discretion-human", &[])),
            lines("name_and_date", "sheet-name-date", 1),
        ]);
        blocks
    }

    /// Where in the documents the details were read: the whole document is for the human to read.
    fn evidence(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        if record.evidence.is_empty() {
            return vec![];
        }
        let mut blocks =
            vec![self.heading("sheet-evidence-head"), note(self.say("sheet-evidence-lead", &[]))];
        let items = t.passages(record, "sheet-evidence-passage");
        if !items.is_empty() {
            blocks.push(Block::List { items });
        }
        blocks.extend(t.pages_drawn(record));
        blocks
    }

    fn column(&self, id: &str, align: Align, weight: f32) -> TableColumn {
        TableColumn { title: self.say(id, &[]), align, weight }
    }

    fn part_b(&self) -> Vec<Block> {
        let t = &self.t;
        let suggestion = t.of(&self.suggested().suggestion);
        let mut blocks = vec![];
        let held: Vec<String> = self
            .record
            .gates
            .iter()
            .filter(|verdict| verdict.consequence >= Consequence::Draft)
            // G28 is what the mark on every page says.
            .filter(|verdict| verdict.gate != GateCode::G28)
            .map(|verdict| format!("gate-{}", format!("{:?}", verdict.gate).to_lowercase()))
            .map(|id| self.say(&id, &[]))
            .collect();
        if !held.is_empty() {
            let blocked = self.record.consequence() >= Consequence::BlockLetter;
            let id = if blocked { "sheet-gates-held" } else { "sheet-gates-draft" };
            let text = self.say(id, &[("grund", &held.join(" "))]);
            blocks.push(Block::Panel {
                tone: PanelTone::Caution,
                blocks: vec![body(vec![plain(text)])],
            });
        }
        blocks.push(lead(vec![bold(self.say("sheet-b-lead", &[("vorschlag", suggestion)]))]));
        let mut right = vec![self.speaks_for()];
        right.extend(self.other_values());
        blocks.push(Block::Columns(vec![vec![self.may_be_wrong()], right]));
        blocks.extend(self.to_check());
        blocks.extend(self.proofs());
        let mut quality = self.quality();
        if !self.tree_is_shown() {
            let id = if self.record.surrogate.agrees {
                "sheet-tree-hidden"
            } else {
                "sheet-tree-disagrees"
            };
            quality = format!("{quality} · {}", self.say(id, &[("treue", &self.fidelity())]));
        }
        blocks.extend(self.waterfall(&quality));
        if self.tree_is_shown() {
            blocks.push(Block::Keep(self.tree()));
        }
        let ask =
            ["sheet-ask-values", "sheet-ask-other", "sheet-ask-person"].map(|id| self.say(id, &[]));
        let head = self.say("sheet-ask-head", &[]);
        blocks.push(body(vec![bold(format!("{head}: ")), plain(ask.join(" "))]));
        // Both are filled in at once: the note does not stand alone on a page.
        let mut to_fill_in = self.recourse();
        to_fill_in.extend(self.decision_note());
        blocks.push(Block::Keep(to_fill_in));
        blocks
    }

    fn reason_line(&self, reason: &Reason, percent: u32) -> Option<Vec<Run>> {
        let (record, t) = (self.record, &self.t);
        let feature = t.feature(&reason.feature)?;
        let input = t.input(record, &reason.feature)?;
        let mut text = t.short_line(feature, &input.value);
        let share = t.numerals.percent(f64::from(percent) / 100.0, 0);
        let typical = match (input.typical, feature.kind) {
            _ if input.value == InputValue::Missing => None,
            (Some((from, to)), Kind::Quantity | Kind::Percent) => Some(self.say(
                "sheet-typical",
                &[("typ_von", &*t.quantity(feature, from)), ("typ_bis", &*t.quantity(feature, to))],
            )),
            _ => None,
        };
        let detail = match typical {
            Some(typical) => {
                format!("{}; {typical}", self.say("sheet-share", &[("anteil", &share)]))
            }
            None => self.say("sheet-share", &[("anteil", &share)]),
        };
        text.push_str(&format!(" ({detail})"));
        Some(vec![plain(text)])
    }

    /// Every feature's share in whole percent, adding up to 100.
    fn shares(&self) -> Vec<u32> {
        let shares: Vec<f64> =
            self.record.attribution.features.iter().map(|feature| feature.share).collect();
        largest_remainder(&shares)
    }

    fn percent_of(&self, feature: &str) -> u32 {
        let position =
            self.record.attribution.features.iter().position(|item| item.feature == feature);
        position.and_then(|i| self.shares().get(i).copied()).unwrap_or_default()
    }

    fn side(&self, speaks_for: bool) -> Vec<Vec<Run>> {
        let named =
            self.record.reasons.named.iter().filter(|reason| reason.speaks_for == speaks_for);
        named
            .filter_map(|reason| self.reason_line(reason, self.percent_of(&reason.feature)))
            .collect()
    }

    fn may_be_wrong(&self) -> Block {
        let (record, t) = (self.record, &self.t);
        let mut items = vec![];
        let mut against = self.side(false);
        let uncertain = self.uncertain(false);
        if against.is_empty() && uncertain.is_empty() {
            items.push(vec![plain(self.say("sheet-against-none", &[]))]);
        } else if !against.is_empty() {
            let strongest = against.remove(0);
            let head = self.say("sheet-strongest-against", &[]);
            items.push(std::iter::once(bold(format!("{head} "))).chain(strongest).collect());
            items.extend(against);
        }
        items.extend(uncertain);
        let blind = t.procedure.blind_spots.get(&t.wording.language()).cloned().unwrap_or_default();
        let unusual: Vec<String> = record
            .unusual
            .iter()
            .filter_map(|unusual| {
                let feature = t.feature(&unusual.feature)?;
                Some(t.short_line(feature, &t.input(record, &unusual.feature)?.value))
            })
            .collect();
        let missing: Vec<String> = record
            .inputs
            .iter()
            .filter(|input| input.value == InputValue::Missing)
            .filter_map(|input| Some(t.of(&t.feature(&input.feature)?.short).to_owned()))
            .collect();
        let filled = record.inputs.iter().any(|input| input.filled);
        let lists = [(BLIND, blind), (UNUSUAL, unusual)]
            .into_iter()
            .chain([(if filled { FILLED } else { MISSING }, missing)]);
        let mut listed = vec![];
        for (listing, entries) in lists.filter(|(_, entries)| !entries.is_empty()) {
            match t.in_sentence(&listing, &entries) {
                Some(sentence) => items.push(vec![plain(sentence)]),
                None => listed.extend(t.enumerated(&listing, &entries, [""; 2])),
            }
        }
        items.push(vec![plain(self.wrong_of_hundred())]);
        if record.prediction.near {
            items.push(vec![plain(self.say("sheet-against-border", &[]))]);
        }
        self.panel(PanelTone::Caution, "sheet-against-head", items, listed)
    }

    fn wrong_of_hundred(&self) -> String {
        let frequency = &self.record.frequency;
        if frequency.rows == 0 || frequency.positives == 0 {
            return self.say("sheet-against-unknown", &[]);
        }
        let of_hundred =
            |n: usize, of: usize| self.t.numerals.number((100.0 * n as f64 / of as f64).round(), 0);
        // As in the letter: right is rounded, wrong is the rest of 100.
        let right = (100.0 * frequency.right as f64 / frequency.rows as f64).round();
        let wrong = self.t.numerals.number(100.0 - right, 0);
        let missed = of_hundred(frequency.missed, frequency.positives);
        format!(
            "{} {}",
            self.say("sheet-against-wrong", &[("n_falsch", &wrong)]),
            self.say("sheet-against-missed", &[("n_uebersehen", &missed)])
        )
    }

    fn speaks_for(&self) -> Block {
        let mut items = self.side(true);
        items.extend(self.uncertain(true));
        if items.is_empty() {
            items.push(vec![plain(self.say("sheet-for-none", &[]))]);
        }
        let named: u32 =
            self.record.reasons.named.iter().map(|reason| self.percent_of(&reason.feature)).sum();
        let rest = self.t.numerals.percent(f64::from(100u32.saturating_sub(named)) / 100.0, 0);
        items.push(vec![plain(self.say("sheet-rest", &[("anteil", &rest)]))]);
        self.panel(PanelTone::Plain, "sheet-for-head", items, vec![])
    }

    fn panel(&self, tone: PanelTone, head: &str, items: Vec<Vec<Run>>, more: Vec<Block>) -> Block {
        let heading = Block::Heading { level: 2, text: self.say(head, &[]) };
        let blocks = [heading, Block::List { items }].into_iter().chain(more).collect();
        Block::Panel { tone, blocks }
    }

    /// The smallest example of other values; a single one stands among the details to check.
    fn other_values(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let found = &record.counterfactual;
        let head = self.heading("sheet-cf-head");
        let turns = record.details.as_ref().is_some_and(|details| !details.turning.is_empty());
        let shown = found.status == CounterfactualStatus::Found && record.passes(GateCode::G19);
        if shown && !(found.changes.len() == 1 && turns) {
            let row = |change: &crate::explanation::ChangeView| {
                let feature = t.feature(&change.feature)?;
                let cells = [
                    t.of(&feature.short).to_owned(),
                    t.short_value(feature, &change.from),
                    t.short_value(feature, &change.to),
                ];
                Some(cells.into_iter().map(|text| Cell::Text(vec![plain(text)])).collect())
            };
            let columns = vec![
                self.column("sheet-col-detail", Align::Left, 3.0),
                self.column("sheet-col-own", Align::Left, 2.2),
                self.column("sheet-col-flip", Align::Left, 2.2),
            ];
            let rows = found.changes.iter().filter_map(row).collect();
            let id = if found.changes.len() > 1 { "sheet-cf-two" } else { "sheet-cf-many" };
            return vec![
                head,
                note(self.say(id, &[])),
                Block::Table { caption: None, columns, rows },
            ];
        }
        if turns {
            return vec![];
        }
        let id = match found.status {
            CounterfactualStatus::Impossible => "cf-none-two",
            _ => "cf-none-searched",
        };
        vec![head, note(self.say(id, &[]))]
    }

    fn quality(&self) -> String {
        let record = self.record;
        let yes_no = |yes: bool| self.say(if yes { "word-yes" } else { "word-no" }, &[]);
        let slots = [
            ("rechnung", &*yes_no(record.passes(GateCode::G11))),
            ("bekannt", &yes_no(record.unusual.is_empty())),
            ("grenzfall", &yes_no(record.prediction.near)),
        ];
        self.say("sheet-quality", &slots)
    }

    fn decision_note(&self) -> Vec<Block> {
        let lines = |field: &str, id: &str, lines| Block::WriteLines {
            field: format!("decision.{field}"),
            label: vec![plain(self.say(id, &[]))],
            lines,
        };
        let options = ["sheet-decision-agreed", "sheet-decision-deviated", "sheet-decision-unused"];
        let choices = Block::Choices {
            field: "decision.suggestion".to_owned(),
            label: vec![],
            options: options.map(|id| self.say(id, &[])).to_vec(),
        };
        let mut blocks = vec![
            self.heading("sheet-decision-head"),
            Block::Columns(vec![vec![choices], vec![lines("name_and_date", "sheet-name-date", 1)]]),
            lines("reasons", "sheet-decision-reasons", 2),
        ];
        if self.t.procedure.discretion {
            blocks.push(lines("considerations", "sheet-decision-considerations", 2));
        }
        blocks
    }
}

fn lead(runs: Vec<Run>) -> Block {
    Block::Paragraph { runs, style: TextStyle::Lead }
}

/// A feature's id as part of a field's name.
fn field_part(id: &str) -> String {
    let part = |c: char| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' };
    id.chars().flat_map(char::to_lowercase).map(part).collect()
}
