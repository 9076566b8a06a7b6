//! The citizen's letter: what a program did with my data, what mattered, what would have changed it, what I can do now.

mod certainty;
mod closing;
mod details;
mod easy;
mod opening;
mod reasons;

use super::telling::Telling;
use super::{Attachment, Block, Document, Emblem, Furniture, Inks, Run, TextStyle, bold, plain};
use crate::explanation::{Record, to_json};
use crate::fault::{Checked, Fault, Place};
use crate::language::Language;
use crate::procedure::{LetterKind, Outcome, Procedure};

/// Body size of a letter in points.
const BODY: f32 = 11.0;
/// Body size of a letter in Leichte Sprache.
const EASY: f32 = 14.0;
/// Body size of a letter in large print.
const LARGE: f32 = 18.0;
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
pub fn not_written_in(procedure: &Procedure, language: Language) -> Fault {
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

    /// The human followed the suggestion, or has not decided: only then the letter tells what mattered to the program.
    fn tells_the_suggestion(&self) -> bool {
        self.record.decision.as_ref().is_none_or(|decision| decision.agreement.follows())
    }

    /// There is a Bescheid with legal reasons and a remedy notice that the letter can point to.
    fn has_bescheid(&self) -> bool {
        let noticed = || self.record.decision.as_ref().is_some_and(|d| d.notice_date.is_some());
        match self.record.letter {
            LetterKind::Annex | LetterKind::Automatic => true,
            LetterKind::Reply => noticed(),
            LetterKind::Info | LetterKind::Hearing | LetterKind::MissingDocuments => false,
        }
    }

    /// The case's own date in words, where it has one.
    fn matter_date(&self) -> Option<String> {
        let date = self.record.handling.matter_date?;
        Some(self.t.numerals.long_date(date, &self.t.wording))
    }

    /// What the letter is about: the case's own matter with its date, else the procedure's name.
    fn matter(&self) -> String {
        let (name, matter) = (&self.t.procedure.name, self.t.of(&self.t.procedure.matter));
        match self.matter_date().filter(|_| !matter.is_empty()) {
            Some(date) => matter.replace("{datum}", &date),
            None => self.t.of(name).to_owned(),
        }
    }

    /// The procedure's opening words, with the case's own date where both have one.
    fn scenario(&self) -> String {
        match self.matter_date().filter(|_| self.t.wording.has("scenario-dated")) {
            Some(date) => self.say("scenario-dated", &[("datum", &date)]),
            None => self.say("scenario", &[]),
        }
    }

    /// What mattered: to the program, or to the human who decided differently.
    fn what_mattered(&self) -> Vec<Block> {
        if !self.tells_the_suggestion() {
            return self.human_reasons();
        }
        let mut blocks = self.reasons();
        blocks.extend(self.counterfactual());
        blocks
    }

    /// The blocks of the letter, in the order of its kind.
    fn blocks(&self) -> Vec<Block> {
        let kind = self.record.letter;
        let mut blocks = vec![self.kind()];
        // Whoever has a Bescheid knows what it is about.
        if !self.has_bescheid() && self.t.wording.has("scenario") {
            blocks.push(body(vec![plain(self.scenario())]));
        }
        if matches!(kind, LetterKind::Hearing | LetterKind::Reply) {
            blocks.extend(self.agency_words());
        }
        blocks.push(self.summary());
        blocks.extend(self.what_the_program_did());
        if kind == LetterKind::MissingDocuments {
            // What is missing was found by a human; attributions of a program would only distract from it.
            blocks.extend(self.cooperation_notice());
            blocks.extend(self.data());
            blocks.extend(self.blind_spots());
            blocks.extend(self.actions());
        } else {
            blocks.extend(self.what_mattered());
            blocks.extend(self.certainty());
            blocks.extend(self.actions());
            blocks.extend(self.data());
        }
        let closing = self.closing(&blocks);
        blocks.extend(closing);
        blocks.extend(self.remedy_notice());
        blocks
    }

    fn document(&self) -> Document {
        let (record, t) = (self.record, &self.t);
        let agency = &t.procedure.agency;
        let matter = self.matter();
        let easy = self.is_easy();
        let subject_id = match record.letter {
            _ if easy => self.easy_subject(),
            LetterKind::Annex | LetterKind::Automatic | LetterKind::Reply => "subj-annex",
            LetterKind::Info => "subj-info",
            LetterKind::Hearing => "subj-hearing",
            LetterKind::MissingDocuments => "subj-missing",
        };
        let subject = self.say(subject_id, &[("vorgang", &matter)]);
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
        // Nobody who speaks the language has read it: the letter says so, and stays a draft.
        let unchecked = t.procedure.is_unchecked_translation(t.wording.language());
        if unchecked {
            blocks.push(note(self.say("draft-translation", &[])));
        }
        blocks.extend(if easy { self.easy_blocks() } else { self.blocks() });
        let draft = (record.is_draft() || unchecked).then(|| self.say("watermark", &[]));
        let title = match &draft {
            Some(mark) => format!("{mark}: {subject}"),
            None => subject,
        };
        let reference = record.case.id.clone();
        Document {
            language: t.wording.about().bcp47.clone(),
            title,
            author: agency.name.clone(),
            marker: format!("klartext/letter/{}", t.wording.language().tag()),
            date: record.date.to_string(),
            furniture: Furniture::Letter {
                form: t.procedure.letterhead.form,
                emblem: emblem(t.procedure),
                letterhead: agency.name.clone(),
                letterhead_note: agency.letterhead_note.clone(),
                return_line: agency.return_line.clone(),
                address,
                information: vec![
                    (self.say("info-reference", &[]), reference.clone()),
                    (self.say("info-contact", &[]), agency.contact_name.clone()),
                    (self.say("info-phone", &[]), agency.phone.clone()),
                    (self.say("info-hours", &[]), unbroken_times(t.of(&agency.hours))),
                    (self.say("info-date", &[]), date.clone()),
                ],
            },
            blocks,
            footer: footer(t, &reference),
            page_number: self.say("page-of", &[("page", "{page}"), ("pages", "{pages}")]),
            running_header: (reference, date),
            watermark: draft,
            body_size: match (record.format.large, easy) {
                (true, _) => LARGE,
                (false, true) => EASY,
                (false, false) => BODY,
            },
            direction: t.wording.about().direction,
            line_pitch: if easy { 1.5 } else { 1.3 },
            sentence_a_line: easy,
            inks: if record.format.black_and_white { Inks::BlackAndWhite } else { Inks::Colour },
            hyphenate: false,
            attachment: attachment(t, record),
        }
    }
}

/// Opening hours whose times stay on one line, so that no `Uhr` stands alone: `Montag bis Freitag, 8 bis 14 Uhr`.
fn unbroken_times(hours: &str) -> String {
    /// Longer ones would leave half a line empty, or not fit into one.
    const LONGEST: usize = 20;
    let bound = hours.split_inclusive([',', ';', '،']).map(|part| {
        let (space, times) = part.split_at(part.len() - part.trim_start().len());
        let binds = times.chars().count() <= LONGEST && times.chars().any(|c| c.is_numeric());
        let times = if binds { times.replace(' ', "\u{a0}") } else { times.to_owned() };
        format!("{space}{times}")
    });
    bound.collect()
}

/// The agency's sign, as the procedure has it.
fn emblem(procedure: &Procedure) -> Option<Emblem> {
    let logo = procedure.letterhead.logo.clone();
    logo.map(|(logo, alt)| Emblem { logo, alt })
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
    // Arabic has a question mark of its own.
    let end = ["? ", "؟ "].iter().filter_map(|mark| Some(text.find(mark)? + mark.len() - 1)).min();
    match end.and_then(|end| text.split_at_checked(end)) {
        Some((question, answer)) => vec![bold(question), plain(answer)],
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

#[cfg(test)]
mod tests {
    use super::{question_bold, unbroken_times};

    #[test]
    fn a_leading_question_is_bold_in_every_script() {
        for text in
            ["Sie brauchen Hilfe? Wir beraten Sie.", "هل تحتاجون إلى مساعدة؟ نحن نقدم المشورة."]
        {
            let runs = question_bold(text);
            assert!(runs.len() == 2 && runs[0].bold && !runs[1].bold, "{runs:?}");
            assert!(runs[0].text.ends_with(['?', '؟']) && runs[1].text.starts_with(' '));
            assert_eq!(format!("{}{}", runs[0].text, runs[1].text), text);
        }
        assert!(question_bold("Das schadet Ihnen nicht.").iter().all(|run| !run.bold));
    }

    #[test]
    fn times_of_day_stay_on_one_line() {
        let told = |hours: &str| unbroken_times(hours).replace('\u{a0}', "_");
        assert_eq!(told("Montag bis Freitag, 8 bis 14 Uhr"), "Montag bis Freitag, 8_bis_14_Uhr");
        assert_eq!(told("Mo–Do, 9–15 Uhr; Fr, 9–12 Uhr"), "Mo–Do, 9–15_Uhr; Fr, 9–12_Uhr");
        assert_eq!(told("الإثنين إلى الخميس، 9 إلى 15"), "الإثنين إلى الخميس، 9_إلى_15");
        let long = "jeden Tag außer an Feiertagen von 8 bis 14 Uhr";
        assert_eq!(told(long), long);
    }
}
