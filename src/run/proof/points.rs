//! What a document says at its place: reasons under the right heading, in the right order, with their values and words
//! of strength; changes from what to what; details beside their labels; name, number and date of the letter.

use std::collections::BTreeMap;

use super::sayable::Case;
use super::tongue::Tongue;
use super::{Heard, Line, Subject, finding};
use crate::explanation::{
    ChangeView, CounterfactualStatus, GateCode, InputValue, Reason, Strength,
};
use crate::fault::Faults;
use crate::procedure::{Kind, LetterKind};
use crate::run::DocumentKind;

/// Checks all points of a document.
pub(super) fn check(
    subject: &Subject<'_>,
    tongue: &Tongue<'_>,
    heard: &Heard<'_>,
    faults: &mut Faults,
) {
    let case = Case { record: subject.record, procedure: subject.procedure, tongue };
    let mut points = Points { case, tongue, heard, faults };
    match subject.kind {
        DocumentKind::Letter if tongue.is_easy() => {
            points.addressed();
            points.result();
            super::easy::check(subject, tongue, heard, points.faults);
        }
        DocumentKind::Letter => points.letter(),
        DocumentKind::SheetA => points.details(),
        DocumentKind::SheetB => points.sheet_b(),
    }
}

pub(super) struct Points<'a, 'f> {
    pub case: Case<'a>,
    pub tongue: &'a Tongue<'a>,
    pub heard: &'a Heard<'a>,
    pub faults: &'f mut Faults,
}

pub(super) fn contains(words: &[String], wanted: &[String]) -> bool {
    position(words, wanted).is_some()
}

fn position(words: &[String], wanted: &[String]) -> Option<usize> {
    if wanted.is_empty() {
        return Some(0);
    }
    words.windows(wanted.len()).position(|window| window == wanted)
}

/// Words of the cells of every row.
pub(super) fn rows<'h>(heard: &'h Heard<'_>) -> BTreeMap<(usize, usize), Vec<&'h [String]>> {
    let mut rows: BTreeMap<(usize, usize), Vec<&[String]>> = BTreeMap::new();
    for line in &heard.said {
        if let Some(cell) = line.cell {
            rows.entry(cell).or_default().push(&line.words);
        }
    }
    rows
}

impl Points<'_, '_> {
    pub fn want(&mut self, holds: bool, code: &'static str, wanted: &[String], what: &str) {
        if !holds {
            let found = format!("no “{}” where it belongs", wanted.join(" "));
            self.faults.push(finding(code, found, what));
        }
    }

    fn letter(&mut self) {
        self.addressed();
        self.details();
        self.result();
        let record = self.case.record;
        if record.letter == LetterKind::MissingDocuments {
            return;
        }
        let tells = record.decision.as_ref().is_none_or(|decision| decision.agreement.follows());
        for side in [true, false] {
            self.reasons_of_letter(side, tells);
        }
        self.details_of_letter(tells);
        if !tells {
            return;
        }
        self.main_reason();
        self.chart_of_letter();
        let found = &record.counterfactual;
        if found.status == CounterfactualStatus::Found && record.passes(GateCode::G19) {
            found.changes.iter().for_each(|change| self.change_of_letter(change));
        }
        if record.passes(GateCode::G20) {
            let [_, right, wrong, _] = self.case.frequencies();
            let n = |value: f64| vec![self.tongue.number(value, 0)];
            let slots = [
                ("n_test", &*n(record.holdout.rows as f64)),
                ("n_richtig", &n(right)),
                ("n_falsch", &n(wrong)),
            ];
            let wanted = self.tongue.phrase("unc-freq", &slots);
            let holds = self.heard.said.iter().any(|line| contains(&line.words, &wanted));
            self.want(holds, "R76", &wanted, "how often the program was right");
        }
    }

    /// Name and address in the window, the name in the greeting, file number and date in their fields.
    fn addressed(&mut self) {
        let (tongue, record) = (self.tongue, self.case.record);
        let [long, _] = tongue.dates(record.date);
        let field = |label: &str, value: &[String]| {
            let label = tongue.phrase(label, &[]);
            label.into_iter().chain(value.iter().cloned()).collect::<Vec<_>>()
        };
        let mut wanted = vec![
            field("info-reference", &tongue.words(&record.case.id)),
            field("info-date", &long),
        ];
        if let Some(person) = &record.recipient {
            let name = tongue.words(&person.name);
            let address = person.address.iter().flat_map(|line| tongue.words(line));
            wanted.push(name.iter().cloned().chain(address).collect());
            wanted.push(tongue.phrase("greet", &[("anrede_name", &name)]));
        }
        for wanted in wanted {
            let holds = self.heard.said.iter().any(|line| line.role == "P" && line.words == wanted);
            self.want(holds, "R79", &wanted, "name, address, file number and date of the letter");
        }
        let matter = tongue.text(&self.case.procedure.matter);
        if let Some(of) = record.handling.matter_date.filter(|_| !matter.is_empty()) {
            let [long, _] = tongue.dates(of);
            let wanted = tongue.sentence(matter, &[("datum", &long)]);
            let mut said = self.heard.said.iter();
            let holds = said.any(|line| line.role == "H1" && line.words.starts_with(&wanted));
            self.want(holds, "R79", &wanted, "the case's own matter and date in the subject line");
        }
    }

    /// Every detail stands beside its label as the program got it.
    fn details(&mut self) {
        let rows = rows(self.heard);
        for input in &self.case.record.inputs {
            let Some(feature) = self.case.feature(&input.feature) else { continue };
            let label = self.tongue.words(self.tongue.text(&feature.short));
            let value = self.tongue.value(feature, &input.value, true);
            let is_row = |row: &Vec<&[String]>| {
                row.first() == Some(&&*label) && row.get(1) == Some(&&*value)
            };
            let wanted: Vec<String> = label.iter().chain(&value).cloned().collect();
            let holds = rows.values().any(is_row);
            self.want(holds, "R76", &wanted, "a detail with its value in the table of details");
        }
    }

    /// The human's result where there is one.
    fn result(&mut self) {
        let record = self.case.record;
        let Some(decision) = &record.decision else { return };
        if matches!(record.letter, LetterKind::Hearing | LetterKind::MissingDocuments) {
            return;
        }
        let outcome = self.case.procedure.outcome(decision.positive);
        let mut wanted = self.tongue.words(self.tongue.text(&outcome.result));
        // The marks of bold text in Leichte Sprache are not said.
        wanted.iter_mut().for_each(|word| *word = word.replace("**", ""));
        let holds = self.heard.said.iter().any(|line| contains(&line.words, &wanted));
        self.want(holds, "R76", &wanted, "the result that the human decided");
    }

    /// The named reasons of a side, as the attributions have them: their sign says the side, their size the order.
    fn named(&mut self, side: bool) -> Vec<Reason> {
        let record = self.case.record;
        let mut named: Vec<Reason> = vec![];
        for reason in &record.reasons.named {
            let value = self.case.attribution(&reason.feature);
            let own_side = (value > 0.0) == record.prediction.positive;
            if own_side != reason.speaks_for {
                let wanted = [reason.feature.clone()];
                self.want(false, "R76", &wanted, "a reason on the side of its attribution");
            }
            if own_side == side {
                named.push(reason.clone());
            }
        }
        let size = |reason: &Reason| self.case.attribution(&reason.feature).abs();
        let falls = named.windows(2).all(|pair| match pair {
            [first, second] => size(first) >= size(second),
            _ => true,
        });
        if !falls {
            let wanted: Vec<String> = named.iter().map(|reason| reason.feature.clone()).collect();
            self.want(false, "R76", &wanted, "the strongest reason first");
        }
        named
    }

    /// The list below a heading.
    pub fn list_below(&self, heading: &[String]) -> Option<Vec<&Line<'_>>> {
        let said = &self.heard.said;
        let at =
            said.iter().position(|line| line.role.starts_with('H') && line.words == heading)?;
        Some(said.iter().skip(at + 1).take_while(|line| line.role == "LBody").collect())
    }

    fn reasons_of_letter(&mut self, side: bool, tells: bool) {
        let record = self.case.record;
        let goal = &self.case.procedure.outcome(record.prediction.positive).goal;
        let goal = self.tongue.words(self.tongue.text(goal));
        let id = if side { "rea-for-head" } else { "rea-against-head" };
        let heading = self.tongue.phrase(id, &[("ziel_inf", &goal)]);
        let named = if tells { self.named(side) } else { vec![] };
        let list = self.list_below(&heading);
        if named.is_empty() {
            if list.is_some() {
                let found = format!("“{}”", heading.join(" "));
                let expected = "no reasons where none speaks so, and none of a rejected suggestion";
                self.faults.push(finding("R76", found, expected));
            }
            return;
        }
        let items: Vec<Vec<String>> =
            list.into_iter().flatten().map(|line| line.words.clone()).collect();
        let wanted: Vec<Vec<String>> =
            named.iter().map(|reason| self.reason_sentence(reason)).collect();
        if items.len() != wanted.len() {
            let found = format!("{} reasons below “{}”", items.len(), heading.join(" "));
            self.faults.push(finding("R76", found, format!("{} reasons", wanted.len())));
        }
        for (nth, wanted) in wanted.iter().enumerate() {
            let holds = items.get(nth) == Some(wanted);
            self.want(holds, "R76", wanted, "this reason at this place of its list");
        }
    }

    /// The first page says why in one sentence: the strongest point for the result.
    fn main_reason(&mut self) {
        let reason = self.named(true).into_iter().next();
        let Some(reason) = reason.filter(|_| !self.case.record.reasons.flat) else { return };
        // No reason is called the most important one where a stronger point has no licence.
        let record = self.case.record;
        let size = |id: &str| self.case.attribution(id).abs();
        let is_for = |id: &str| (self.case.attribution(id) > 0.0) == record.prediction.positive;
        let stronger =
            record.reasons.uncertain.iter().find(|other| {
                is_for(&other.feature) && size(&other.feature) > size(&reason.feature)
            });
        if stronger.is_some() {
            return;
        }
        let what = self.clause(&reason.feature);
        let wanted = self.tongue.phrase("sum-why", &[("satz", &what)]);
        let holds = self.heard.said.iter().any(|line| line.words == wanted);
        self.want(holds, "R76", &wanted, "the strongest point for the result in the summary");
    }

    /// A value as a clause: `Ihre Miete 640 Euro`, or the text of a yes, a no, a missing value.
    pub fn clause(&self, id: &str) -> Vec<String> {
        let (tongue, record) = (self.tongue, self.case.record);
        let input = record.inputs.iter().find(|input| input.feature == id);
        let (Some(feature), Some(input)) = (self.case.feature(id), input) else { return vec![] };
        let value = tongue.value(feature, &input.value, false);
        match (&input.value, feature.kind) {
            (InputValue::Missing, _) => tongue.words(tongue.text(&feature.missing)),
            (_, Kind::YesNo) => value,
            _ => tongue.words(tongue.text(&feature.label)).into_iter().chain(value).collect(),
        }
    }

    /// A reason as the letter says it.
    fn reason_sentence(&self, reason: &Reason) -> Vec<String> {
        let (tongue, record) = (self.tongue, self.case.record);
        let input = record.inputs.iter().find(|input| input.feature == reason.feature);
        let (Some(feature), Some(input)) = (self.case.feature(&reason.feature), input) else {
            return vec![];
        };
        let features = &record.attribution.features;
        let total: f64 = features.iter().map(|item| item.value.abs()).sum();
        let share = self.case.attribution(&reason.feature).abs() / total;
        // Words may be weaker than the share, never stronger.
        let strongest = Strength::of(share).unwrap_or(Strength::Slight);
        let strength = tongue.phrase(reason.strength.min(strongest).message(), &[]);
        let value = tongue.value(feature, &input.value, false);
        let own = if reason.speaks_for { &feature.sentence_for } else { &feature.sentence_against };
        let (low, high) = input.typical.unwrap_or_default();
        let (low, high) = (tongue.quantity(feature, low), tongue.quantity(feature, high));
        let slots: [(&str, &[String]); 4] =
            [("wert", &value), ("staerke", &strength), ("typ_von", &low), ("typ_bis", &high)];
        // No own sentence about a value that is missing, and none about a range that is not known.
        let own_words = |text: &str| {
            let told = !text.is_empty()
                && input.value != InputValue::Missing
                && (input.typical.is_some() || !text.contains("{typ_"));
            told.then(|| tongue.sentence(text, &slots))
        };
        let mut said = own_words(tongue.text(own)).unwrap_or_else(|| {
            let what = self.clause(&reason.feature);
            let id =
                if reason.speaks_for { "rea-item-for-clause" } else { "rea-item-against-clause" };
            tongue.phrase(id, &[("satz", &what), ("staerke", &strength)])
        });
        said.extend(own_words(tongue.text(&feature.sentence_typical)).unwrap_or_default());
        said
    }

    /// `Alter 61 Jahre`.
    pub fn short_line(&self, id: &str) -> Vec<String> {
        let record = self.case.record;
        let input = record.inputs.iter().find(|input| input.feature == id);
        let (Some(feature), Some(input)) = (self.case.feature(id), input) else { return vec![] };
        let label = self.tongue.words(self.tongue.text(&feature.short));
        label.into_iter().chain(self.tongue.value(feature, &input.value, true)).collect()
    }

    /// Some figure says all of these one after the other.
    fn figure_says(&mut self, wanted: &[Vec<String>], what: &str) {
        let says_all = |line: &&Line<'_>| {
            let mut rest = line.words.as_slice();
            wanted.iter().all(|wanted| match position(rest, wanted) {
                Some(at) => {
                    rest = rest.get(at + wanted.len()..).unwrap_or_default();
                    true
                }
                None => false,
            })
        };
        let holds =
            self.heard.said.iter().filter(|line| line.role == "Figure").any(|l| says_all(&l));
        self.want(holds, "R76", &wanted.concat(), what);
    }

    fn chart_of_letter(&mut self) {
        let tongue = self.tongue;
        let sentence = |reason: &Reason| {
            let line = self.short_line(&reason.feature);
            let strength = tongue.phrase(reason.strength.message(), &[]);
            let id = if reason.speaks_for {
                "alt-reasons-for-clause"
            } else {
                "alt-reasons-against-clause"
            };
            tongue.phrase(id, &[("satz", &line), ("staerke", &strength)])
        };
        let wanted: Vec<Vec<String>> =
            self.case.record.reasons.named.iter().map(sentence).collect();
        if !wanted.is_empty() {
            self.figure_says(&wanted, "the text of the chart with every reason in order");
        }
    }

    fn change_of_letter(&mut self, change: &ChangeView) {
        let tongue = self.tongue;
        let Some(feature) = self.case.feature(&change.feature) else { return };
        let label = tongue.words(tongue.text(&feature.label));
        let own = tongue.text(&feature.cf_sentence);
        let to = tongue.value(feature, &change.to, own.is_empty());
        let from = tongue.value(feature, &change.from, own.is_empty());
        let slots: [(&str, &[String]); 3] = [("label", &label), ("cf_wert", &to), ("wert", &from)];
        let wanted = match own {
            "" => tongue.phrase("cf-item", &slots),
            own => tongue.sentence(own, &slots),
        };
        let holds = self.heard.said.iter().any(|l| l.role == "LBody" && l.words == wanted);
        self.want(holds, "R76", &wanted, "each change from what to what");
    }

    fn sheet_b(&mut self) {
        for side in [true, false] {
            self.reasons_of_sheet(side);
        }
        let (steps, _) = self.case.steps();
        let named = &self.case.record.reasons.named;
        let step = |(reason, step): (&Reason, &i64)| {
            let mut words = self.short_line(&reason.feature);
            words.push(self.tongue.signed(*step as f64 / 100.0, 2));
            words
        };
        let wanted: Vec<Vec<String>> = named.iter().zip(&steps).map(step).collect();
        if !wanted.is_empty() {
            self.figure_says(&wanted, "the steps of the sum with their signs, in order");
        }
        let record = self.case.record;
        let found = &record.counterfactual;
        let turns = record.details.as_ref().is_some_and(|details| !details.turning.is_empty());
        // A single change stands among the details to check.
        let shown = found.status == CounterfactualStatus::Found
            && record.passes(GateCode::G19)
            && !(found.changes.len() == 1 && turns);
        let changes = if shown { found.changes.as_slice() } else { &[] };
        let rows = rows(self.heard);
        for change in changes {
            let Some(feature) = self.case.feature(&change.feature) else { continue };
            let cells = [
                self.tongue.words(self.tongue.text(&feature.short)),
                self.tongue.value(feature, &change.from, true),
                self.tongue.value(feature, &change.to, true),
            ];
            let holds =
                rows.values().any(|row| row.iter().copied().eq(cells.iter().map(Vec::as_slice)));
            self.want(holds, "R76", &cells.concat(), "each change from what to what");
        }
        self.details_of_sheet();
        self.statements_of_sheet();
    }

    fn reasons_of_sheet(&mut self, side: bool) {
        let id = if side { "sheet-for-head" } else { "sheet-against-head" };
        let heading = self.tongue.phrase(id, &[]);
        let items: Vec<Vec<String>> =
            self.list_below(&heading).into_iter().flatten().map(|l| l.words.clone()).collect();
        let percents = self.case.percents();
        for (nth, reason) in self.named(side).into_iter().enumerate() {
            let percent = percents.iter().find(|(id, _)| *id == reason.feature);
            let percent = percent.map_or(0, |(_, percent)| *percent).to_string();
            let share =
                self.tongue.phrase("sheet-share", &[("anteil", &[percent, "%".to_owned()])]);
            let mut wanted = self.short_line(&reason.feature);
            wanted.extend(share);
            let holds = items.get(nth).is_some_and(|item| contains(item, &wanted));
            self.want(
                holds,
                "R76",
                &wanted,
                "this reason at this place of its list, with its share",
            );
        }
    }
}
