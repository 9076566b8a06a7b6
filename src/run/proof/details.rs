//! What a document says of details to check, of what settles the result, and of points without a licence: every line is
//! one whose verdict the record has, and none is missing.

use super::points::{Points, rows};
use crate::explanation::{DetailView, InputValue, LicenceVerdict, SufficientStatus};
use crate::procedure::{Feature, Source};

/// Most details that a letter asks to check.
pub(super) const MOST: usize = 3;
/// Least cases of the comparison group behind "without this the result would be different".
const LEAST_OTHERS: usize = 20;

impl Points<'_, '_> {
    /// The values with which the result would have been different.
    fn turning(&self, feature: &Feature, detail: &DetailView) -> Vec<String> {
        let tongue = self.tongue;
        let mut said: Option<Vec<String>> = None;
        for range in &detail.ranges {
            let (low, high) =
                (tongue.quantity(feature, range.low), tongue.quantity(feature, range.high));
            let words = match (range.from_least, range.to_most) {
                _ if low == high => low,
                (false, true) => tongue.phrase("check-from", &[("wert", &low)]),
                (true, false) => tongue.phrase("check-to", &[("wert", &high)]),
                _ => tongue.phrase("check-between", &[("von", &low), ("bis", &high)]),
            };
            said = Some(match said {
                None => words,
                Some(before) => tongue.phrase("list-or", &[("a", &before), ("b", &words)]),
            });
        }
        said.unwrap_or_else(|| {
            let word = |id: &String| tongue.value(feature, &InputValue::Word(id.clone()), true);
            let mut words: Vec<Vec<String>> = detail.choices.iter().map(word).collect();
            match words.pop() {
                Some(last) if words.is_empty() => last,
                Some(last) => tongue.phrase("list-or", &[("a", &words.concat()), ("b", &last)]),
                None => vec![],
            }
        })
    }

    /// Where a value comes from; `own` and `file` are what is said of the person and of the file.
    fn source(&self, feature: &Feature, own: &str, file: &str) -> Vec<String> {
        match &feature.source {
            Source::Own => self.tongue.phrase(own, &[]),
            Source::File => self.tongue.phrase(file, &[]),
            Source::Other(body) => {
                let body = self.tongue.words(self.tongue.text(body));
                self.tongue.phrase("data-src-other", &[("stelle", &body)])
            }
        }
    }

    /// A detail with its source, unless it is missing, and the date of the case's data, where there is one.
    fn with_origin(&self, what: &[String], feature: &Feature, detail: &DetailView) -> Vec<String> {
        let date = self.case.record.case.data_as_of.map(|date| self.tongue.dates(date));
        let date = date.map(|[long, _]| long);
        let source = self.source(feature, "data-src-own", "data-src-file");
        let known = detail.value != InputValue::Missing;
        let (id, date) = match (known, &date) {
            (true, Some(date)) => ("check-origin", date.as_slice()),
            (false, Some(date)) => ("check-origin-missing", date.as_slice()),
            (true, None) => ("check-origin-undated", [].as_slice()),
            (false, None) => return what.to_vec(),
        };
        self.tongue.phrase(id, &[("satz", what), ("quelle", &source), ("datum", date)])
    }

    /// The short list of the letter, in its order, with what we have, where from, and the other values.
    pub(super) fn details_of_letter(&mut self, tells: bool) {
        let record = self.case.record;
        let details = record.details.iter().filter(|_| tells);
        let details: Vec<&DetailView> =
            details.flat_map(|details| details.turning.iter().take(MOST)).collect();
        let wanted: Vec<Vec<String>> = details
            .iter()
            .filter_map(|detail| {
                let feature = self.case.feature(&detail.feature)?;
                let range = self.turning(feature, detail);
                let what = self.with_origin(&self.short_line(&detail.feature), feature, detail);
                let label = self.tongue.words(self.tongue.text(&feature.short));
                let label = self.with_origin(&label, feature, detail);
                let slots = [("label", &*label), ("satz", &*what), ("bereich", &*range)];
                // A single detail ends its paragraph, several are a list.
                let id = if details.len() == 1 { "check-one" } else { "check-item" };
                Some(self.tongue.phrase(id, &slots))
            })
            .collect();
        let intro = self.tongue.phrase("check-intro", &[]);
        let said = || self.heard.said.iter();
        let mut items: Vec<Vec<String>> = said()
            .skip_while(|line| !line.words.ends_with(&intro))
            .skip(1)
            .take_while(|line| line.role == "LBody")
            .map(|line| line.words.clone())
            .collect();
        if let [one] = wanted.as_slice()
            && details.len() == 1
        {
            let alone = said().filter(|line| line.role == "P" && line.words.ends_with(one));
            items.extend(alone.map(|_| one.clone()));
        }
        if details.len() != 1 {
            let mark = ["\u{f8ef}".to_owned()];
            let slots = [("label", mark.as_slice()), ("bereich", mark.as_slice())];
            let words = self.tongue.phrase("check-one", &slots);
            let begin: Vec<String> = words.into_iter().take_while(|w| *w != mark[0]).collect();
            items.extend(
                said()
                    // What stands before the list may begin with the same words.
                    .filter(|line| line.role == "P" && !line.words.ends_with(&intro))
                    .filter(|line| super::points::contains(&line.words, &begin))
                    .map(|line| line.words.clone()),
            );
        }
        let what = "the details whose correction would change the result, and no others";
        self.want(items == wanted, "R76", &wanted.concat(), what);
        if record.reasons.uncertain.is_empty() || !tells {
            self.claims("rea-uncertain", &["label_liste"], &[]);
        }
    }

    /// Each detail to check in its row.
    pub(super) fn details_of_sheet(&mut self) {
        let rows = rows(self.heard);
        for detail in self.case.record.details.iter().flat_map(|details| &details.turning) {
            let Some(feature) = self.case.feature(&detail.feature) else { continue };
            let cells = [
                self.tongue.words(self.tongue.text(&feature.short)),
                self.tongue.value(feature, &detail.value, true),
                self.source(feature, "source-own-third", "source-file-third"),
                self.turning(feature, detail),
            ];
            let holds =
                rows.values().any(|row| row.iter().copied().eq(cells.iter().map(Vec::as_slice)));
            self.want(holds, "R76", &cells.concat(), "a detail to check, with its other values");
        }
    }

    /// What is said to be enough or necessary is proven, and what is less certain failed a check.
    pub(super) fn statements_of_sheet(&mut self) {
        let record = self.case.record;
        let tongue = self.tongue;
        let (mut enough, mut not_enough, mut always) = (vec![], vec![], vec![]);
        let mut necessary = vec![];
        if let Some(statements) = &record.statements {
            let sufficient = &statements.sufficient;
            match sufficient.status {
                SufficientStatus::Proven if sufficient.features.is_empty() => {
                    always.push(tongue.phrase("sheet-sufficient-always", &[]));
                }
                SufficientStatus::Proven => {
                    let list: Vec<String> =
                        sufficient.features.iter().flat_map(|id| self.short_line(id)).collect();
                    let mut said = tongue.phrase("sheet-sufficient", &[("liste", &list)]);
                    if sufficient.smallest {
                        said.extend(tongue.phrase("sheet-sufficient-smallest", &[]));
                    }
                    enough.push(said);
                }
                SufficientStatus::None => {
                    let most = [sufficient.most.to_string()];
                    not_enough.push(tongue.phrase("sheet-sufficient-none", &[("n", &most)]));
                }
                SufficientStatus::Undecided | SufficientStatus::NotApplicable => {}
            }
            for item in &statements.necessary {
                if item.turned == item.others && item.others >= LEAST_OTHERS {
                    let what = self.short_line(&item.feature);
                    let count = [item.others.to_string()];
                    let slots = [("satz", &*what), ("n", &count)];
                    necessary.push(tongue.phrase("sheet-necessary", &slots));
                }
            }
        }
        self.claims("sheet-sufficient", &["liste"], &enough);
        self.claims("sheet-sufficient-none", &["n"], &not_enough);
        self.claims("sheet-sufficient-always", &[], &always);
        self.claims("sheet-necessary", &["satz", "n"], &necessary);
        let failed = record.reasons.uncertain.iter().filter(|reason| {
            let checks = reason.licence.map(|licence| licence.checks());
            checks.is_some_and(|c| c.iter().any(|c| c.verdict == LicenceVerdict::Fails))
        });
        let count = failed.count();
        let begin = self.beginning("sheet-uncertain", "satz");
        let said = self.heard.said.iter().filter(|line| line.role == "LBody");
        let said = said.filter(|line| line.words.starts_with(&begin)).count();
        self.want(said == count, "R76", &begin, "a line for each point that failed a check");
    }

    /// The words of a message before its slot.
    fn beginning(&self, id: &str, slot: &str) -> Vec<String> {
        let mark = ["\u{f8ef}".to_owned()];
        let words = self.tongue.phrase(id, &[(slot, &mark)]);
        words.into_iter().take_while(|word| *word != mark[0]).collect()
    }

    /// A message is said exactly as often as it may be, each time with these words. It is known by the longest part of it
    /// without a slot.
    fn claims(&mut self, id: &str, slots: &[&str], wanted: &[Vec<String>]) {
        let mark = ["\u{f8ef}".to_owned()];
        let slots: Vec<(&str, &[String])> =
            slots.iter().map(|slot| (*slot, mark.as_slice())).collect();
        let words = self.tongue.phrase(id, &slots);
        let parts = words.split(|word| *word == mark[0]);
        let part = parts.max_by_key(|part| part.len()).unwrap_or_default().to_vec();
        let lines = self.heard.said.iter().filter(|line| line.role == "LBody" || line.role == "P");
        let said: Vec<&Vec<String>> = lines
            .map(|line| &line.words)
            .filter(|line| super::points::contains(line, &part))
            .collect();
        let same = said.len() == wanted.len()
            && said.iter().zip(wanted).all(|(said, wanted)| *said == wanted);
        let told: Vec<String> = if wanted.is_empty() { part } else { wanted.concat() };
        self.want(same, "R76", &told, "a statement that the record proves, and no other one");
    }
}
