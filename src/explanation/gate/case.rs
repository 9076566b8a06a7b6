//! Gates of the case: is it one as the model knows them, what was filled in, can it be printed, are its dates in order.

use jiff::civil::Weekday;

use crate::explanation::record::{Record, UnusualKind};
use crate::fault::{turns, visible};
use crate::typeface;

/// Influence that may rest on filled-in values (gate G17).
const MOST_FILLED: f64 = 0.30;
/// Days that a person has at least until an own date of the agency (gate G26).
const LEAST_DAYS: i32 = 14;

impl Record {
    /// The case is unlike the earlier ones, whether or not a human looked closely (gate G16).
    pub fn unlike_earlier(&self) -> bool {
        unlike(self).is_some()
    }
}

/// G16. A human who looked closely lifts it.
pub(super) fn known(record: &Record) -> Option<String> {
    unlike(record).filter(|_| !record.handling.unusual_checked)
}

fn unlike(record: &Record) -> Option<String> {
    let of = |kind: UnusualKind| {
        let unusual = record.unusual.iter().filter(move |unusual| unusual.kind == kind);
        unusual.map(|unusual| unusual.feature.as_str()).collect::<Vec<_>>()
    };
    let outside = of(UnusualKind::OutsideRange);
    let unseen = of(UnusualKind::UnseenCategory);
    let rare = of(UnusualKind::OutsideUsual);
    let mut findings = vec![];
    if !outside.is_empty() {
        findings.push(format!("outside the known range: {}", outside.join(", ")));
    }
    if !unseen.is_empty() {
        findings.push(format!("a category never seen: {}", unseen.join(", ")));
    }
    if rare.len() >= 2 {
        findings.push(format!("outside the 1st to 99th percentile: {}", rare.join(", ")));
    }
    (!findings.is_empty()).then(|| findings.join("; "))
}

/// G17.
pub(super) fn filled(record: &Record) -> Option<String> {
    let filled = |id: &str| record.inputs.iter().any(|input| input.feature == id && input.filled);
    let features = record.attribution.features.iter().filter(|feature| filled(&feature.feature));
    let share: f64 = features.map(|feature| feature.share).sum();
    (share > MOST_FILLED).then(|| format!("{:.0} % of the influence", 100.0 * share))
}

/// G18.
pub(super) fn near(record: &Record) -> Option<String> {
    let prediction = &record.prediction;
    prediction.near.then(|| format!("{} at the limit {}", prediction.value, prediction.threshold))
}

/// G20.
pub(super) fn frequency(record: &Record) -> Option<String> {
    let frequency = &record.frequency;
    (!frequency.printable).then(|| {
        format!(
            "{} held-out cases with this result, as of {}",
            frequency.rows, record.holdout.as_of
        )
    })
}

/// G24: what comes from the case's tables; the procedure's texts are checked when it is loaded, the finished document
/// when it is laid out.
pub(super) fn printable(record: &Record) -> Option<String> {
    let mut texts: Vec<&str> = vec![&record.case.id];
    if let Some(person) = &record.recipient {
        texts.push(&person.name);
        texts.extend(person.address.iter().map(String::as_str));
        if person.address.len() > 5 {
            return Some(format!(
                "{} address lines below the name, at most 5 fit the window",
                person.address.len()
            ));
        }
    }
    if let Some(decision) = &record.decision {
        // Paragraphs of what a human wrote stay paragraphs.
        texts.extend(decision.reasons.lines().chain(decision.considerations.lines()));
        texts.push(&decision.decided_by_role);
    }
    let handling = &record.handling;
    texts.extend(handling.missing.iter().map(String::as_str));
    for text in [&handling.agency_text, &handling.notice_66, &handling.time_limit] {
        texts.extend(text.lines());
    }
    for passage in &record.evidence.passages {
        // Quoted with its line breaks as spaces.
        for text in [&passage.before, &passage.text, &passage.after] {
            texts.extend(text.split_whitespace());
        }
    }
    texts.extend(record.evidence.pages.iter().map(|page| page.file.as_str()));
    texts.extend(record.evidence.passages.iter().map(|passage| passage.file.as_str()));
    if let Some(look) = &handling.first_look {
        texts.extend(look.assessment.lines());
    }
    let text =
        texts.into_iter().find_map(|text| Some((text, text.chars().find(|&c| !is_printable(c))?)));
    text.map(|(text, c)| {
        format!("character U+{:04X} in “{}” cannot be printed", c as u32, visible(text))
    })
}

fn is_printable(c: char) -> bool {
    !c.is_control() && !turns(c) && typeface::covers(c)
}

/// G26. Whether the letter's own date is in the future no clock is asked: the same input gives the same bytes.
pub(super) fn dates(record: &Record) -> Option<String> {
    let mut findings = vec![];
    let notice = record.decision.as_ref().and_then(|decision| decision.notice_date);
    if let Some(notice) = notice.filter(|notice| *notice > record.date) {
        findings.push(format!("the notice of {notice} is later than the letter"));
    }
    if let Some(as_of) = record.case.data_as_of.filter(|as_of| *as_of > record.date) {
        findings.push(format!("the data of {as_of} are later than the letter"));
    }
    if let Some(matter) = record.handling.matter_date.filter(|matter| *matter > record.date) {
        findings.push(format!("the matter of {matter} is later than the letter"));
    }
    if let Some(until) = record.handling.review_by {
        let days = (until - record.date).get_days();
        if days < LEAST_DAYS {
            findings.push(format!("the reply date {until} is {days} days after the letter"));
        }
        if matches!(until.weekday(), Weekday::Saturday | Weekday::Sunday) {
            findings.push(format!("the reply date {until} is no working day"));
        }
    }
    (!findings.is_empty()).then(|| findings.join("; "))
}

/// G27: a usual range is told only of features with one.
pub(super) fn small_groups(record: &Record) -> Option<String> {
    let without = record.inputs.iter().filter(|input| input.typical.is_none() && input.numeric);
    let names: Vec<&str> = without.map(|input| input.feature.as_str()).collect();
    (!names.is_empty()).then(|| format!("no usual range: {}", names.join(", ")))
}
