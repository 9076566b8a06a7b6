//! What a record lets a letter or sheet say: its values with their units, shares, frequencies, dates, ids, and the texts
//! that people wrote.

use super::Subject;
use super::numbers::Sayable;
use super::tongue::Tongue;
use crate::explanation::{ChangeView, InputValue, PathStepView, Record, SpreadValues};
use crate::procedure::{Encoding, Feature, Localised, Outcome, Procedure, Protection, Source};
use crate::run::DocumentKind;

/// Texts of a procedure that any document may say. Values of choices are not among them: those must come from the case.
pub(super) fn of_procedure(procedure: &Procedure, tongue: &Tongue<'_>, given: &mut Sayable) {
    for text in tongue.catalogue().fixed_numbers() {
        given.words(&tongue.words(text));
    }
    let agency = &procedure.agency;
    let plain = [
        &agency.name,
        &agency.letterhead_note,
        &agency.return_line,
        &agency.signatory,
        &agency.contact_name,
        &agency.phone,
        &agency.email,
        &procedure.owner,
        &procedure.version,
        &procedure.id,
    ];
    plain.into_iter().for_each(|text| given.text(text, tongue));
    let privacy = &procedure.privacy;
    let mut texts: Vec<&Localised> = vec![
        &agency.signatory_function,
        &agency.hours,
        &privacy.controller,
        &privacy.officer,
        &privacy.authority,
        &procedure.name,
        &procedure.purpose,
        &procedure.legal_basis,
        &procedure.trained_on,
        &procedure.background_name,
        &procedure.holdout_period,
        &procedure.document_type,
        &procedure.matter,
    ];
    texts.extend(procedure.full_automation.iter().map(|full| &full.legal_basis));
    texts.extend(procedure.not_used.iter().map(|item| &item.label));
    for Outcome { short, result, suggestion, goal, consequence, right_means, .. } in
        [&procedure.positive, &procedure.negative]
    {
        texts.extend([short, result, suggestion, goal, consequence, right_means]);
    }
    for feature in &procedure.features {
        texts.extend([&feature.label, &feature.short]);
        if let Some(unit) = feature.unit.get(&tongue.catalogue().language()) {
            let forms = unit.forms.values().chain(&unit.none);
            forms.for_each(|text| given.text(text, tongue));
        }
        texts.extend([&feature.sentence_for, &feature.sentence_against, &feature.missing]);
        texts.extend([&feature.sentence_typical, &feature.cf_sentence]);
        if let Source::Other(text) = &feature.source {
            texts.push(text);
        }
        if let Protection::Protected(text) | Protection::Proxy(text) = &feature.protection {
            texts.push(text);
        }
    }
    texts.into_iter().for_each(|text| given.text(tongue.text(text), tongue));
    let language = tongue.catalogue().language();
    let lists = [&procedure.blind_spots, &procedure.prohibited_uses];
    let lists = lists.into_iter().filter_map(|list| list.get(&language)).flatten();
    let first_look = procedure.first_look_options.get(&language).into_iter().flatten();
    lists.chain(first_look).for_each(|text| given.text(text, tongue));
    if let Some(remedy) = &procedure.remedy {
        given.text(&remedy.heading, tongue);
        remedy.text.iter().for_each(|text| given.words(&tongue.words(text)));
    }
    if let Some(date) = procedure.not_used_audit {
        tongue.dates(date).iter().for_each(|words| given.words(words));
    }
}

/// What people wrote, byte for byte: case id, name and address, decision, texts of the agency.
pub(super) fn quoted(record: &Record, procedure: &Procedure) -> Vec<String> {
    let handling = &record.handling;
    let mut texts: Vec<&str> =
        vec![&record.case.id, &handling.notice_66, &handling.time_limit, &handling.agency_text];
    texts.extend(handling.missing.iter().map(String::as_str));
    if let Some(person) = &record.recipient {
        texts.push(&person.name);
        texts.extend(person.address.iter().map(String::as_str));
    }
    if let Some(decision) = &record.decision {
        texts.extend([&*decision.decided_by_role, &decision.reasons, &decision.considerations]);
    }
    if let Some(remedy) = &procedure.remedy {
        texts.push(&remedy.heading);
        texts.extend(remedy.text.as_deref());
    }
    let evidence = &record.evidence;
    let files = evidence.passages.iter().map(|passage| &passage.file);
    for file in files.chain(evidence.pages.iter().map(|page| &page.file)) {
        texts.push(file.rsplit('/').next().unwrap_or(file));
    }
    let passages = evidence.passages.iter();
    let passages = passages.map(|p| format!("{}{}{}", p.before, p.text, p.after));
    texts.into_iter().map(str::to_owned).chain(passages).collect()
}

/// Sentences that were read in documents, the documents' names, and the numbers at places on a page.
fn evidence(record: &Record, tongue: &Tongue<'_>, given: &mut Sayable) {
    let evidence = &record.evidence;
    for passage in &evidence.passages {
        let sentence = [&*passage.before, &passage.text, &passage.after].concat();
        given.words(&tongue.words(&sentence));
    }
    let files = evidence.passages.iter().map(|passage| &passage.file);
    for file in files.chain(evidence.pages.iter().map(|page| &page.file)) {
        let name = file.rsplit('/').next().unwrap_or(file);
        // What stands beside a name depends on the sentence.
        tongue.words(name).into_iter().for_each(|word| given.number(word));
    }
    let most = evidence.pages.iter().map(|page| page.places.len()).max().unwrap_or_default();
    (1..=most).for_each(|number| given.number(tongue.number(number as f64, 0)));
}

/// What the record of a case gives.
pub(super) fn of_case(subject: &Subject<'_>, tongue: &Tongue<'_>, given: &mut Sayable) {
    let Subject { kind, record, procedure, .. } = subject;
    let case = Case { record, procedure, tongue };
    for text in quoted(record, procedure) {
        given.words(&tongue.words(&text));
    }
    evidence(record, tongue, given);
    // The own version is that with which the record was made.
    given.text(&record.procedure.version, tongue);
    let decision = record.decision.as_ref();
    let dates = [
        Some(record.date),
        record.case.data_as_of,
        decision.map(|decision| decision.decided_at.date()),
        decision.and_then(|decision| decision.notice_date),
        record.handling.review_by,
        record.handling.matter_date,
    ];
    for date in dates.into_iter().flatten() {
        tongue.dates(date).iter().for_each(|words| given.words(words));
    }
    for input in &record.inputs {
        let Some(feature) = case.feature(&input.feature) else { continue };
        case.value(feature, &input.value, given);
        if let Some(filled) = input.filled_with {
            given.quantity(&tongue.quantity(feature, filled));
        }
        let typical = input.typical.into_iter().flat_map(|(low, high)| [low, high]);
        typical.for_each(|bound| given.quantity(&tongue.quantity(feature, bound)));
    }
    let found = &record.counterfactual;
    match kind {
        DocumentKind::SheetA => {}
        DocumentKind::Letter => {
            found.changes.iter().for_each(|change| case.change(change, given));
            case.details(given);
            let [_, right, wrong, _] = case.frequencies();
            given.number(tongue.number(record.holdout.rows as f64, 0));
            [right, wrong].into_iter().for_each(|n| given.number(tongue.number(n, 0)));
        }
        DocumentKind::SheetB => {
            found.changes.iter().chain(&found.alternatives).for_each(|c| case.change(c, given));
            case.details(given);
            case.statements(given);
            let [_, _, wrong, missed] = case.frequencies();
            [wrong, missed].into_iter().for_each(|n| given.number(tongue.number(n, 0)));
            case.influence(given);
            case.tree(given);
        }
    }
}

/// A record with the procedure that it comes from.
pub(super) struct Case<'a> {
    pub record: &'a Record,
    pub procedure: &'a Procedure,
    pub tongue: &'a Tongue<'a>,
}

impl<'a> Case<'a> {
    /// A feature by id.
    pub fn feature(&self, id: &str) -> Option<&'a Feature> {
        self.procedure.features.iter().find(|feature| feature.id == id)
    }

    /// Attribution of a feature.
    pub fn attribution(&self, id: &str) -> f64 {
        let features = &self.record.attribution.features;
        features.iter().find(|item| item.feature == id).map_or(0.0, |item| item.value)
    }

    /// Whole percent of all influence, a feature each in the order of the record, adding up to 100: what is cut off goes
    /// to those that lost most, the first of equal ones.
    pub fn percents(&self) -> Vec<(&'a str, u32)> {
        let features = &self.record.attribution.features;
        let total: f64 = features.iter().map(|item| item.value.abs()).sum();
        let exact = |value: f64| if total > 0.0 { 100.0 * value.abs() / total } else { 0.0 };
        let mut whole: Vec<(&str, u32, f64)> = features
            .iter()
            .map(|item| (item.feature.as_str(), exact(item.value)))
            .map(|(id, exact)| (id, exact.floor() as u32, exact.fract()))
            .collect();
        let sum: u32 = whole.iter().map(|(_, whole, _)| whole).sum();
        let left = if total > 0.0 { 100u32.saturating_sub(sum) } else { 0 };
        for _ in 0..left {
            let most = whole.iter().map(|(.., lost)| *lost).fold(f64::NEG_INFINITY, f64::max);
            // Differences in the last digits are none.
            if let Some(item) = whole.iter_mut().find(|(.., lost)| *lost >= most - 1e-9) {
                item.1 += 1;
                item.2 = f64::NEG_INFINITY;
            }
        }
        whole.into_iter().map(|(id, whole, _)| (id, whole)).collect()
    }

    /// Steps of the sum in hundredths, one a named reason, and that of all others; printed levels are rounded, steps are
    /// their differences.
    pub fn steps(&self) -> (Vec<i64>, i64) {
        let hundredths = |value: f64| (100.0 * value).round() as i64;
        let attribution = &self.record.attribution;
        let mut at = attribution.base_value;
        let mut steps = vec![];
        for reason in &self.record.reasons.named {
            let before = hundredths(at);
            at += self.attribution(&reason.feature);
            steps.push(hundredths(at) - before);
        }
        let total: f64 = attribution.features.iter().map(|item| item.value).sum();
        (steps, hundredths(attribution.base_value + total) - hundredths(at))
    }

    /// Of 100 cases with this result: all, right, wrong; and of 100 that needed it, those missed.
    pub fn frequencies(&self) -> [f64; 4] {
        let frequency = &self.record.frequency;
        let of_hundred = |n: usize, of: usize| (100.0 * n as f64 / of.max(1) as f64).round();
        let right = of_hundred(frequency.right, frequency.rows);
        [100.0, right, 100.0 - right, of_hundred(frequency.missed, frequency.positives)]
    }

    fn value(&self, feature: &Feature, value: &InputValue, given: &mut Sayable) {
        match value {
            InputValue::Number(number) => given.quantity(&self.tongue.quantity(feature, *number)),
            _ => [true, false]
                .into_iter()
                .for_each(|short| given.words(&self.tongue.value(feature, value, short))),
        }
    }

    fn change(&self, change: &ChangeView, given: &mut Sayable) {
        if let Some(feature) = self.feature(&change.feature) {
            self.value(feature, &change.from, given);
            self.value(feature, &change.to, given);
        }
    }

    /// Values with which the result would have been different.
    fn details(&self, given: &mut Sayable) {
        for detail in self.record.details.iter().flat_map(|details| &details.turning) {
            let Some(feature) = self.feature(&detail.feature) else { continue };
            for range in &detail.ranges {
                for end in [range.low, range.high] {
                    given.quantity(&self.tongue.quantity(feature, end));
                }
            }
            let words = detail.choices.iter().map(|id| InputValue::Word(id.clone()));
            words.for_each(|word| self.value(feature, &word, given));
        }
    }

    /// Counts of what is said of details that are enough or necessary, and of checks that a point failed.
    fn statements(&self, given: &mut Sayable) {
        if let Some(statements) = &self.record.statements {
            given.number(statements.sufficient.most.to_string());
            let always = statements.necessary.iter().filter(|item| item.always);
            always.for_each(|item| given.number(item.others.to_string()));
            if let Some(together) = &statements.together {
                given.number((100 * together.turned / together.others.max(1)).to_string());
            }
        }
        for reason in &self.record.reasons.uncertain {
            let share = reason.licence.and_then(|licence| licence.background.number);
            given.number(self.tongue.number((100.0 * share.unwrap_or_default()).round(), 0));
        }
    }

    /// Shares in percent, and the sum from the comparison group to the case.
    fn influence(&self, given: &mut Sayable) {
        let tongue = self.tongue;
        let percents = self.percents();
        let of = |id: &str| percents.iter().find(|(known, _)| *known == id).map_or(0, |(_, n)| *n);
        let named: Vec<u32> =
            self.record.reasons.named.iter().map(|reason| of(&reason.feature)).collect();
        let rest = 100u32.saturating_sub(named.iter().sum());
        for percent in named.into_iter().chain([rest]) {
            given.quantity(&[percent.to_string(), "%".to_owned()]);
        }
        let (steps, rest) = self.steps();
        for step in steps.into_iter().chain([rest]) {
            given.number(tongue.signed(step as f64 / 100.0, 2));
        }
        let attribution = &self.record.attribution;
        let total: f64 = attribution.features.iter().map(|item| item.value).sum();
        let levels = [attribution.base_value, attribution.base_value + total];
        for level in levels.into_iter().chain([self.record.prediction.threshold_raw]) {
            given.number(tongue.number(level, 2));
        }
    }

    /// The path in the simplified tree.
    fn tree(&self, given: &mut Sayable) {
        let surrogate = &self.record.surrogate;
        let agreeing = 100 * surrogate.agreeing / surrogate.rows.max(1);
        for n in [agreeing, 100usize.saturating_sub(agreeing)] {
            given.number(n.to_string());
        }
        let leaf = surrogate.leaf;
        for n in [leaf.negative, leaf.positive, leaf.rows()] {
            given.number(n.to_string());
        }
        for (nth, step) in surrogate.path.iter().enumerate() {
            given.number((nth + 1).to_string());
            let other = step.other;
            for n in [other.negative, other.positive, other.rows()] {
                given.number(n.to_string());
            }
            self.test(step, given);
            self.spread(step, given);
        }
    }

    /// The ends of the axis of a step's small chart.
    fn spread(&self, step: &PathStepView, given: &mut Sayable) {
        let Some(spread) = &step.spread else { return };
        let (Some(feature), SpreadValues::Numbers { axis_low, axis_high, .. }) =
            (self.feature(&spread.feature), &spread.values)
        else {
            return;
        };
        // The lower end has no unit beside it.
        let low = self.tongue.full_quantity(feature, *axis_low);
        low.into_iter().take(1).for_each(|number| given.number(number));
        given.quantity(&self.tongue.full_quantity(feature, *axis_high));
    }

    fn test(&self, step: &PathStepView, given: &mut Sayable) {
        let owns = |feature: &&Feature| feature.encoding.columns().contains(&step.column.as_str());
        let Some(feature) = self.procedure.features.iter().find(owns) else {
            return;
        };
        match &feature.encoding {
            Encoding::Number(_) => {
                given.quantity(&self.tongue.full_quantity(feature, step.threshold));
            }
            Encoding::Code { .. } | Encoding::OneHot(_) => feature
                .choices
                .iter()
                .for_each(|choice| given.text(self.tongue.text(&choice.short), self.tongue)),
        }
    }
}
