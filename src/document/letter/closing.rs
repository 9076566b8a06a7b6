//! What the person can do now, which details were used, whom to ask, and the agency's own texts.

use super::{Letter, body, note, question_bold};
use crate::document::prose::{names, words_to_explain};
use crate::document::telling::Listing;
use crate::document::{Align, Block, Cell, Direction, Run, TableColumn, plain};
use crate::explanation::InputValue;
use crate::language::Language;
use crate::procedure::{LetterKind, Role};

const WITHOUT: Listing<'_> = Listing {
    sentence: "data-missing-many",
    slot: "label_liste",
    head: "data-missing-many-head",
    then: Some("data-missing-many-ask"),
};

impl Letter<'_> {
    /// What the person can do. Review, own view and correction are in every letter; the way to contest a Bescheid where
    /// it burdens, and always where the program decided alone (Art. 22 (3) GDPR).
    pub(super) fn actions(&self) -> Vec<Block> {
        let (record, procedure) = (self.record, self.t.procedure);
        let mut items: Vec<Vec<Run>> = vec![];
        let contested =
            record.letter == LetterKind::Automatic || (self.has_bescheid() && self.told().adverse);
        if let (true, Some(remedy)) = (contested, &procedure.remedy) {
            let slots = [("rechtsbehelf_ueberschrift", remedy.heading.as_str())];
            items.push(question_bold(&self.say("act-object", &slots)));
        }
        let offered = record.decision.as_ref().is_some_and(|decision| decision.positive);
        let mut ids = vec![];
        if procedure.role == Role::Suggestion && offered {
            ids.push("act-offer");
        }
        let until = record.handling.review_by.map(|date| {
            let date = self.t.numerals.long_date(date, &self.t.wording);
            self.say("act-review-until", &[("frist_pruefung", &date)])
        });
        if record.letter == LetterKind::Hearing {
            ids.extend(["act-view", "act-correct", "act-review"]);
        } else {
            ids.extend(["act-correct", "act-review", "act-view"]);
        }
        ids.extend(["act-access", "act-help", "form-a11y", "act-noharm"]);
        if self.t.wording.has("scenario-act") {
            ids.insert(0, "scenario-act");
        }
        // The agency's own date stands where it matters: with the answer to a hearing, else with the review.
        let dated = match record.letter {
            LetterKind::Hearing => "act-view",
            LetterKind::MissingDocuments => "act-send",
            _ => "act-review",
        };
        if record.letter == LetterKind::MissingDocuments {
            ids.insert(0, "act-send");
        }
        items.extend(ids.into_iter().map(|id| {
            let mut text = match id {
                // An urgent case is told whom to call.
                "scenario-act" => self.say(id, &[("telefon", &procedure.agency.phone)]),
                _ => self.say(id, &[]),
            };
            if let (true, Some(until)) = (id == dated, &until) {
                text = format!("{text} {until}");
            }
            question_bold(&text)
        }));
        vec![self.heading("act-head"), Block::List { items }]
    }

    pub(super) fn data(&self) -> Vec<Block> {
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
                    column("data-col-detail", 3.7),
                    column("data-col-value", 2.5),
                    column("data-col-source", 3.8),
                ],
                rows,
            },
        ];
        blocks.extend(t.passages(record, "evidence-passage").into_iter().map(body));
        let (pages, mut said) = t.pages_named(record);
        blocks.extend(pages);
        let (text, list) = self.check_list();
        said.push(text);
        let mut told = self.missing(said.join(" "));
        // The list stays with the words above it.
        if let Some(list) = list {
            let kept = told.pop().into_iter().chain([list]).collect();
            told.push(Block::Keep(kept));
        }
        blocks.extend(told);
        blocks
    }

    /// What the program did about values that are not known: computed without, or put a usual one in their place; and
    /// what is to be said after it.
    fn missing(&self, after: String) -> Vec<Block> {
        let t = &self.t;
        let (mut without, mut sentences) = (vec![], vec![]);
        for input in self.record.inputs.iter().filter(|input| input.value == InputValue::Missing) {
            let Some(feature) = t.feature(&input.feature) else { continue };
            let label = t.of(&feature.label);
            match input.filled_with {
                Some(number) => {
                    let value = t.quantity(feature, number);
                    let slots = [("label", label), ("ersatzwert", &value)];
                    sentences.push(self.say("data-missing", &slots));
                }
                None if input.filled => {
                    sentences.push(self.say("data-missing-usual", &[("label", label)]));
                }
                None => without.push(label.to_owned()),
            }
        }
        if let [one] = without.as_slice() {
            sentences.push(self.say("data-missing-skipped", &[("label", one)]));
        } else if !without.is_empty() {
            let before = sentences.join(" ");
            return t.enumerated(&WITHOUT, &without, [&before, &after]);
        }
        sentences.push(after);
        sentences.retain(|sentence| !sentence.is_empty());
        let is_empty = sentences.is_empty();
        let said = body(vec![plain(sentences.join(" "))]);
        if is_empty { vec![] } else { vec![said] }
    }

    /// Whom to ask, who signs, privacy, the words that need explaining.
    pub(super) fn closing(&self, above: &[Block]) -> Vec<Block> {
        let t = &self.t;
        let agency = &t.procedure.agency;
        let privacy = &t.procedure.privacy;
        let no_human = self.record.decision.as_ref().is_none_or(|d| d.decided_by_role.is_empty());
        let who = if agency.automatic_signature && no_human {
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
                ("aktenzeichen", &self.record.case.id),
            ],
        )];
        if t.wording.language() != Language::GERMAN {
            blocks.push(self.paragraph("form-lang", &[]));
        }
        blocks.push(signature);
        let mut small = self.say(
            "priv",
            &[
                ("verantwortlicher", t.of(&privacy.controller)),
                ("dsb_kontakt", t.of(&privacy.officer)),
                ("aufsicht", t.of(&privacy.authority)),
            ],
        );
        if t.procedure.invented {
            small = format!("{small} {}", self.say("foot-invented", &[]));
        }
        let glossary = self.glossary(above);
        if !glossary.is_empty() {
            small = format!("{glossary} {small}");
        }
        blocks.push(note(small));
        blocks
    }

    /// Every word of the letter above that needs an explanation (gate G23); with a Bescheid, the letter's own words too.
    fn glossary(&self, above: &[Block]) -> String {
        let (procedure, language) = (self.t.procedure, self.t.wording.language());
        let names = names(self.record, procedure, language);
        let mut words = words_to_explain(above, &names, language);
        // Gate G23 tells of words that a language has no explanation for.
        words.retain(|id| self.t.wording.has(id));
        if self.has_bescheid() {
            words.extend(["glo-programm", "glo-angabe", "glo-einfluss", "glo-vorschlag"]);
            if self.record.prediction.near {
                words.push("glo-grenzfall");
            }
        }
        if self.record.letter == LetterKind::Automatic {
            words.retain(|id| *id != "glo-vorschlag");
        }
        let entries: Vec<String> = words.into_iter().map(|id| self.say(id, &[])).collect();
        entries.join(" ")
    }

    /// The agency's remedy notice, byte for byte, under its own heading.
    pub(super) fn remedy_notice(&self) -> Vec<Block> {
        let remedy = self.t.procedure.remedy.as_ref().filter(|_| self.has_bescheid());
        let text = remedy.and_then(|remedy| Some((&remedy.heading, remedy.text.as_ref()?)));
        text.map(|(heading, text)| self.in_german(agency_text(heading.clone(), text.clone())))
            .into_iter()
            .collect()
    }

    /// Facts and intended decision of a hearing, or the agency's own answer.
    pub(super) fn agency_words(&self) -> Vec<Block> {
        let text = &self.record.handling.agency_text;
        if text.is_empty() {
            return vec![];
        }
        self.under_own_heading(text.clone())
    }

    /// The notice under § 66 (3) SGB I and the time limit: the agency's texts.
    pub(super) fn cooperation_notice(&self) -> Vec<Block> {
        let handling = &self.record.handling;
        if !handling.refusal_intended {
            return vec![];
        }
        let text = format!("{}\n{}", handling.notice_66, handling.time_limit);
        self.under_own_heading(text)
    }

    /// A text of the agency under a heading of the letter; in a letter of another language the text stays German.
    fn under_own_heading(&self, text: String) -> Vec<Block> {
        let heading = self.say("head-agency-text", &[]);
        if self.is_german() {
            return vec![agency_text(heading, text)];
        }
        let text = self.in_german(agency_text(String::new(), text));
        vec![Block::Heading { level: 2, text: heading }, text]
    }

    fn is_german(&self) -> bool {
        self.t.wording.about().bcp47.starts_with("de")
    }

    /// Marks a German block as such where the letter is not German.
    fn in_german(&self, block: Block) -> Block {
        if self.is_german() {
            return block;
        }
        Block::InLanguage {
            language: "de-DE".to_owned(),
            direction: Direction::LeftToRight,
            blocks: vec![block],
        }
    }
}

/// A text of the agency, byte for byte, framed under a heading of its own.
fn agency_text(heading: String, text: String) -> Block {
    Block::AgencyText { heading, text }
}
