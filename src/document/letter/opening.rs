//! The first page: what this letter is, the result in short, what the program did and who decided.

use super::{Letter, body};
use crate::document::{Block, PanelTone, bold, plain};
use crate::procedure::{Agreement, LetterKind, Role};

impl Letter<'_> {
    /// What this letter is.
    pub(super) fn kind(&self) -> Block {
        let record = self.record;
        let id = match record.letter {
            LetterKind::Info => "kind-info",
            LetterKind::Hearing => "kind-hearing",
            LetterKind::MissingDocuments => "kind-missing",
            LetterKind::Reply => "kind-reply",
            LetterKind::Annex | LetterKind::Automatic => {
                let notice = record.decision.as_ref().and_then(|decision| decision.notice_date);
                let date = notice
                    .map(|date| self.t.numerals.long_date(date, &self.t.wording))
                    .unwrap_or_default();
                return self.paragraph("kind-annex", &[("bescheid_datum", &date)]);
            }
        };
        self.paragraph(id, &[])
    }

    /// The result in one sentence, what it means, who decided, where to read on.
    pub(super) fn summary(&self) -> Block {
        let t = &self.t;
        let decision = self.record.decision.as_ref();
        let mut blocks = vec![self.heading("sum-head")];
        if self.record.letter == LetterKind::MissingDocuments {
            blocks.push(self.paragraph("sum-missing", &[]));
            let items = self.record.handling.missing.iter().map(|item| vec![bold(item)]).collect();
            blocks.push(Block::List { items });
            blocks.push(self.paragraph("sum-missing-checked", &[]));
        } else {
            // An order of cases takes effect at once; a suggestion does not.
            let settled = decision.is_some() || t.procedure.role == Role::Priority;
            let (id, slot, text) = if settled && self.record.letter != LetterKind::Hearing {
                ("sum-result", "ergebnis_kurz", t.of(&self.told().result))
            } else {
                ("sum-suggestion", "vorschlag", t.of(&self.suggested().suggestion))
            };
            let result = self.say(id, &[(slot, "\u{1}")]);
            let (before, after) = result.split_once('\u{1}').unwrap_or((&result, ""));
            let means = self.say("rea-folge", &[("folge", t.of(&self.told().consequence))]);
            let after = format!("{after} {means}");
            blocks.push(body(vec![plain(before), bold(text), plain(after)]));
            blocks.extend(self.main_reason());
        }
        let who = match decision {
            _ if self.record.letter == LetterKind::Hearing => self.say("sum-who-open", &[]),
            Some(decision) if decision.agreement == Agreement::Automatic => {
                self.say("sum-who-auto", &[])
            }
            Some(decision) => {
                self.say("sum-who-human", &[("entscheider_funktion", &decision.decided_by_role)])
            }
            None => self.say("sum-who-open", &[]),
        };
        // What the person can do stands on the first page, in short.
        let act = self.say(if self.has_bescheid() { "sum-act" } else { "sum-act-info" }, &[]);
        blocks.push(body(vec![plain(format!("{who} {act}"))]));
        Block::Panel { tone: PanelTone::Summary, blocks }
    }

    /// Why, in one sentence: the strongest point for the result, so that the first page answers it; nothing where a
    /// stronger one has no licence.
    fn main_reason(&self) -> Option<Block> {
        let (record, t) = (self.record, &self.t);
        if !self.tells_the_suggestion() {
            return None;
        }
        if record.reasons.flat {
            return Some(self.paragraph("rea-flat", &[]));
        }
        let reason = record.reasons.main()?;
        let feature = t.feature(&reason.feature)?;
        let input = t.input(record, &reason.feature)?;
        let what = t.clause(feature, &input.value);
        Some(self.paragraph("sum-why", &[("satz", &what)]))
    }

    /// What the program did, whether it learned, and who decided when.
    pub(super) fn what_the_program_did(&self) -> Vec<Block> {
        let t = &self.t;
        let learned =
            self.say(if t.procedure.learned { "role-learned" } else { "role-rules" }, &[]);
        let role = format!("{} {learned}", self.role());
        let (Some(decision), true) = (&self.record.decision, self.has_bescheid()) else {
            // Without a Bescheid the summary has said all of this.
            return vec![self.heading("head-program"), body(vec![plain(role)])];
        };
        if decision.agreement == Agreement::Automatic {
            let law = t.procedure.full_automation.as_ref().map(|full| t.of(&full.legal_basis));
            let result = t.of(&self.told().result);
            let slots =
                [("ergebnis_kurz", result), ("rechtsgrundlage_auto", law.unwrap_or_default())];
            return vec![
                self.heading("head-program"),
                body(vec![plain(role)]),
                self.paragraph("dec-auto", &slots),
            ];
        }
        let date = t.numerals.long_date(decision.decided_at.date(), &t.wording);
        let mut decided = self.say("dec-human", &[("entscheidung_datum", &date)]);
        if !self.tells_the_suggestion() {
            // Where the program's points are told, what they are not stands below them.
            decided = format!("{decided} {}", self.say("dec-legal", &[]));
        }
        vec![self.heading("head-program"), body(vec![plain(format!("{role} {decided}"))])]
    }

    /// What the program did in this case: exactly one of the catalogue's texts for each role, and what a human made of
    /// it.
    fn role(&self) -> String {
        let (t, positive) = (&self.t, self.record.prediction.positive);
        let agreement = self.record.decision.as_ref().map(|decision| decision.agreement);
        let suggestion = [("vorschlag", t.of(&self.suggested().suggestion))];
        let role = match t.procedure.role {
            _ if agreement == Some(Agreement::Automatic) => return self.say("role-auto", &[]),
            Role::Support => {
                let id = match agreement {
                    Some(Agreement::Deviated) => "role-support-deviated",
                    Some(Agreement::NotUsed) => "role-support-unused",
                    Some(_) => "role-support-followed",
                    None => "role-support-open",
                };
                return self.say(id, &suggestion);
            }
            Role::Suggestion => {
                self.say(if positive { "role-suggest" } else { "role-suggest-none" }, &[])
            }
            Role::Priority => self.say("role-priority-case", &[]),
            Role::Document => {
                self.say("role-document", &[("dokumentart", t.of(&t.procedure.document_type))])
            }
        };
        let then = match agreement {
            Some(Agreement::Deviated) => "role-suggest-deviated",
            Some(Agreement::NotUsed) => "role-suggest-unused",
            Some(_) => "role-suggest-followed",
            // The order of cases says itself that a human decides.
            None if t.procedure.role == Role::Priority => return role,
            None if self.record.letter == LetterKind::MissingDocuments => return role,
            None => "role-suggest-open",
        };
        format!("{role} {}", self.say(then, &[]))
    }
}
