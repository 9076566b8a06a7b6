//! The letter in Leichte Sprache: an order and words of its own. One sentence a line, one thought a sentence; no
//! percentages and no decimals. It explains the German letter, which goes with it, and never stands for it.

use super::{Letter, body, note};
use crate::document::{Block, PanelTone, Run, bold, plain};
use crate::explanation::{CounterfactualStatus, DetailView, GateCode, InputValue, Strength};
use crate::language::Level;
use crate::procedure::{Agreement, Feature, Kind, LetterKind, Role, Source};

impl Letter<'_> {
    /// This is the letter in Leichte Sprache.
    pub(super) fn is_easy(&self) -> bool {
        self.t.wording.about().level == Level::Easy
    }

    /// The message of the subject line.
    pub(super) fn easy_subject(&self) -> &'static str {
        match self.record.letter {
            LetterKind::Annex | LetterKind::Automatic => "ls-subj-annex",
            LetterKind::Info => "ls-subj-info",
            LetterKind::Hearing => "ls-subj-hearing",
            LetterKind::MissingDocuments => "ls-subj-missing",
            LetterKind::Reply => "ls-subj-reply",
        }
    }

    /// The blocks: what the letter is, result, who, role, reasons, details, example, what is uncertain, what to do.
    pub(super) fn easy_blocks(&self) -> Vec<Block> {
        let kind = self.record.letter;
        let mut blocks = vec![self.heading("ls-head"), self.easy_kind()];
        if !kind.explains_a_bescheid() && self.t.wording.has("scenario") {
            blocks.push(body(self.runs(&self.scenario())));
        }
        blocks.push(self.easy_summary());
        blocks.push(self.heading("ls-role-head"));
        blocks.extend(self.easy_role().into_iter().map(|id| self.lines(id, &[])));
        if kind != LetterKind::MissingDocuments {
            blocks.extend(self.easy_reasons());
        }
        blocks.extend(self.easy_data());
        if kind != LetterKind::MissingDocuments && self.tells_the_suggestion() {
            blocks.extend(self.easy_example());
        }
        blocks.push(self.heading("ls-unc-head"));
        blocks.push(self.lines("ls-unc", &[]));
        blocks.extend(self.easy_actions());
        blocks.extend(self.easy_closing());
        blocks
    }

    fn easy_kind(&self) -> Block {
        let id = match self.record.letter {
            LetterKind::Annex | LetterKind::Automatic => "ls-kind-annex",
            LetterKind::Info => "ls-kind-info",
            LetterKind::Hearing => "ls-kind-hearing",
            LetterKind::MissingDocuments => "ls-kind-missing",
            LetterKind::Reply => "ls-kind-reply",
        };
        self.lines(id, &[])
    }

    /// The result, and who decided.
    fn easy_summary(&self) -> Block {
        let (record, t) = (self.record, &self.t);
        let mut blocks = vec![self.heading("ls-result-head")];
        let decision = record.decision.as_ref();
        if record.letter == LetterKind::MissingDocuments {
            blocks.push(self.lines("ls-missing", &[]));
            let items = record.handling.missing.iter().map(|item| vec![bold(item)]).collect();
            blocks.push(Block::List { items });
        } else {
            let settled = decision.is_some() || t.procedure.role == Role::Priority;
            let (id, text) = if settled && record.letter != LetterKind::Hearing {
                ("ls-result", t.of(&self.told().result))
            } else {
                ("ls-suggestion", t.of(&self.suggested().suggestion))
            };
            blocks.push(self.lines(id, &[("ergebnis", text)]));
        }
        let agency = [("behoerde", t.procedure.agency.name.as_str())];
        blocks.push(match decision {
            _ if record.letter == LetterKind::Hearing => self.lines("ls-who-open", &[]),
            Some(decision) if decision.agreement == Agreement::Automatic => {
                self.lines("ls-who-auto", &[])
            }
            Some(_) => self.lines("ls-who-human", &agency),
            None => self.lines("ls-who-open", &[]),
        });
        Block::Panel { tone: PanelTone::Summary, blocks }
    }

    /// What the program did, and what a human made of it.
    fn easy_role(&self) -> Vec<&'static str> {
        let (procedure, record) = (self.t.procedure, self.record);
        let agreement = record.decision.as_ref().map(|decision| decision.agreement);
        let role = match procedure.role {
            _ if agreement == Some(Agreement::Automatic) => return vec!["ls-role-auto"],
            Role::Support => "ls-role-support",
            Role::Suggestion if record.prediction.positive => "ls-role-suggest",
            Role::Suggestion => "ls-role-suggest-none",
            Role::Priority => "ls-role-priority",
            Role::Document => "ls-role-document",
        };
        let then = match agreement {
            Some(Agreement::Deviated) => "ls-then-deviated",
            Some(Agreement::NotUsed) => "ls-then-unused",
            Some(_) => "ls-then-followed",
            None => "ls-then-open",
        };
        vec![role, then]
    }

    /// What was important: for the program, or a pointer to what the human wrote.
    fn easy_reasons(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let mut blocks = vec![self.heading("ls-reason-head")];
        if !self.tells_the_suggestion() {
            blocks.push(self.lines("ls-human-reasons", &[]));
            return blocks;
        }
        // A point that spoke a little is not shown: few points, each of them clear.
        let shown = record.reasons.named.iter().filter(|reason| reason.strength > Strength::Slight);
        let mut shown = shown.peekable();
        if shown.peek().is_none() || record.reasons.flat {
            blocks.push(self.lines("ls-reason-flat", &[]));
        }
        for reason in shown {
            let (Some(feature), Some(input)) =
                (t.feature(&reason.feature), t.input(record, &reason.feature))
            else {
                continue;
            };
            let important = match reason.strength {
                Strength::VeryStrong => "ls-strength-very",
                Strength::Strong => "ls-strength-strong",
                Strength::Medium | Strength::Slight => "ls-strength-also",
            };
            let side = if reason.speaks_for { "ls-reason-for" } else { "ls-reason-against" };
            let what = self.easy_line(feature, &input.value);
            let slots = [("staerke", &*t.wording.text(important)), ("satz", &what)];
            blocks.push(self.lines(side, &slots));
        }
        blocks.push(self.lines("ls-caveat", &[]));
        blocks
    }

    fn easy_data(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let lines = record.inputs.iter().filter_map(|input| {
            Some(self.runs(&self.easy_line(t.feature(&input.feature)?, &input.value)))
        });
        let items = lines.collect();
        let mut blocks =
            vec![self.heading("ls-data-head"), Block::List { items }, self.lines("ls-check", &[])];
        let checked: Vec<Vec<Run>> = self
            .to_check()
            .into_iter()
            .map(|(feature, detail)| self.easy_check(feature, detail))
            .collect();
        if !checked.is_empty() {
            blocks.push(self.heading("ls-check-head"));
            let date = record.case.data_as_of;
            let date = date.map(|date| t.numerals.long_date(date, &t.wording));
            let date = date.map(|date| self.say("ls-check-as-of", &[("datum", &date)]));
            let lead: Vec<String> =
                std::iter::once(self.say("ls-check-first", &[])).chain(date).collect();
            blocks.push(body(self.runs(&lead.join("\n"))));
            blocks.push(Block::List { items: checked });
        }
        blocks
    }

    /// A detail to check with its source, a line each. The date of the data, one for all, stands above the list.
    fn easy_check(&self, feature: &Feature, detail: &DetailView) -> Vec<Run> {
        let source = match feature.source {
            Source::Own => "ls-check-own",
            Source::File => "ls-check-file",
            // A procedure need not name other bodies in Leichte Sprache.
            Source::Other(_) => "ls-check-other",
        };
        // Nobody gave a value that is missing.
        let source = (detail.value != InputValue::Missing).then(|| self.say(source, &[]));
        let lines = [Some(self.easy_line(feature, &detail.value)), source];
        let lines: Vec<String> = lines.into_iter().flatten().collect();
        self.runs(&lines.join("\n"))
    }

    fn easy_example(&self) -> Vec<Block> {
        let (record, t) = (self.record, &self.t);
        let found = &record.counterfactual;
        if !(record.passes(GateCode::G19) && found.status == CounterfactualStatus::Found) {
            return vec![];
        }
        let lines = found.changes.iter().filter_map(|change| {
            let feature = t.feature(&change.feature)?;
            // Whole numbers only: an example that looks the same as the case, or that is no example when it is rounded
            // the other way, is left out.
            let (from, to) =
                (self.easy_line(feature, &change.from), self.easy_line(feature, &change.to));
            (from != to && is_whole(&change.to)).then(|| self.runs(&to))
        });
        let items: Vec<Vec<Run>> = lines.collect();
        if items.len() != found.changes.len() {
            return vec![];
        }
        vec![
            self.heading("ls-cf-head"),
            self.lines("ls-cf", &[]),
            Block::List { items },
            self.lines("ls-cf-then", &[]),
        ]
    }

    fn easy_actions(&self) -> Vec<Block> {
        let record = self.record;
        let mut items = vec!["ls-act-ask", "ls-act-review", "ls-act-correct"];
        if record.letter == LetterKind::MissingDocuments {
            items.insert(0, "ls-act-send");
        }
        let offered = record.decision.as_ref().is_some_and(|decision| decision.positive);
        if self.t.procedure.role == Role::Suggestion && offered {
            items.insert(0, "ls-act-offer");
        }
        let mut items: Vec<Vec<Run>> =
            items.into_iter().map(|id| self.runs(&self.say(id, &[]))).collect();
        if self.t.wording.has("scenario-act") {
            // An urgent case is told whom to call.
            let phone = [("telefon", self.t.procedure.agency.phone.as_str())];
            items.insert(0, self.runs(&self.say("scenario-act", &phone)));
        }
        let mut blocks = vec![self.heading("ls-act-head"), Block::List { items }];
        let contested =
            record.letter == LetterKind::Automatic || (self.has_bescheid() && self.told().adverse);
        if contested {
            blocks.push(self.heading("ls-object-head"));
            blocks.push(self.lines("ls-object", &[]));
        }
        blocks
    }

    fn easy_closing(&self) -> Vec<Block> {
        let t = &self.t;
        let agency = &t.procedure.agency;
        let contact = [
            ("telefon", agency.phone.as_str()),
            ("kontakt_name", agency.contact_name.as_str()),
            ("aktenzeichen", self.record.case.id.as_str()),
        ];
        let signatory = format!("{}, {}", agency.signatory, t.of(&agency.signatory_function));
        let mut blocks = vec![
            self.heading("ls-contact-head"),
            self.lines("ls-contact", &contact),
            self.lines("ls-binding", &[]),
            body(vec![plain(format!("{}\n{signatory}", self.say("close", &[])))]),
        ];
        let checked = t.procedure.checked.get(&t.wording.language());
        blocks.push(match checked {
            Some(group) => self.lines("ls-checked", &[("pruefer", group)]),
            None => self.lines("ls-unchecked", &[]),
        });
        if t.procedure.invented {
            blocks.push(note(self.say("foot-invented", &[])));
        }
        blocks
    }

    /// A detail in one line: "Ihr Alter: 36 Jahre", or the clause of a yes/no value.
    fn easy_line(&self, feature: &Feature, value: &InputValue) -> String {
        let t = &self.t;
        let words = match value {
            InputValue::Number(number) => self.easy_number(feature, *number),
            value => t.value(feature, value),
        };
        match (value, feature.kind) {
            (InputValue::Word(_), Kind::YesNo) => words,
            _ => format!("{}: {words}", t.of(&feature.label)),
        }
    }

    /// A whole number; one that had to be rounded says so.
    fn easy_number(&self, feature: &Feature, number: f64) -> String {
        let t = &self.t;
        let whole = number.round();
        let digits = t.numerals.number(whole, 0);
        let text = match feature.kind {
            Kind::Percent => self.say("ls-of-100", &[("n", &digits)]),
            _ => {
                let class = t.wording.plurals().class(&format!("{:.0}", whole.abs()));
                match t.unit(feature, class) {
                    "" => digits,
                    unit => format!("{digits}\u{a0}{unit}"),
                }
            }
        };
        if whole == number { text } else { self.say("ls-about", &[("wert", &text)]) }
    }

    /// A message with one sentence a line; what stands between `**` is bold.
    fn lines(&self, id: &str, slots: &[(&str, &str)]) -> Block {
        body(self.runs(&self.say(id, slots)))
    }

    fn runs(&self, text: &str) -> Vec<Run> {
        let text = one_sentence_a_line(text);
        let parts = text.split("**").enumerate();
        let runs = parts.map(|(i, part)| if i % 2 == 0 { plain(part) } else { bold(part) });
        runs.filter(|run| !run.text.is_empty()).collect()
    }
}

/// A value that says the same when it is told as a whole number.
fn is_whole(value: &InputValue) -> bool {
    match value {
        InputValue::Number(number) => number.fract() == 0.0,
        InputValue::Word(_) | InputValue::Missing => true,
    }
}

/// A new line after each sentence; "14. Juli" is no end of one.
fn one_sentence_a_line(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut last = [' ', ' '];
    for c in text.chars() {
        let ends = matches!(last[1], '.' | '?' | '!') && !last[0].is_ascii_digit();
        lines.push(if c == ' ' && ends { '\n' } else { c });
        last = [last[1], c];
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sentence_begins_a_line() {
        assert_eq!(
            one_sentence_a_line("Das ist gut. Am 14. Juli? Ja!"),
            "Das ist gut.\nAm 14. Juli?\nJa!"
        );
        assert!(is_whole(&InputValue::Number(3.0)) && !is_whole(&InputValue::Number(3.5)));
    }
}
