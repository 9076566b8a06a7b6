//! Where in a person's documents details were read: quoted passages, pages with numbered places.

use super::telling::{LISTED, Listing, Telling};
use super::{Block, Run, bold, plain};
use crate::chart;
use crate::explanation::{InputValue, Record};
use crate::fault::{Fault, Place};
use crate::procedure::{Kind, MarkedPage, Passage, Role};

/// Width of a page on a sheet in points: half as wide as the text, so that a page takes half a sheet.
const PAGE_WIDTH: f32 = 235.0;

const NOT_FOUND: Listing<'_> = Listing {
    sentence: "evidence-not-found",
    slot: "liste",
    head: "evidence-not-found-head",
    then: None,
};

impl Telling<'_> {
    /// The passages, each quoted in its sentence with its words in bold, after what `id` says of label and file.
    pub(super) fn passages(&self, record: &Record, id: &str) -> Vec<Vec<Run>> {
        let passages = record.evidence.passages.iter();
        passages
            .filter_map(|passage| {
                let label = self.of(&self.feature(&passage.feature)?.label);
                let slots =
                    [("label", label), ("datei", file_name(&passage.file)), ("stelle", "\u{1}")];
                let said = self.wording.say(id, &slots);
                let (head, tail) = said.split_once('\u{1}').unwrap_or((&said, ""));
                let [before, words, after] = quoted(passage);
                Some(vec![
                    plain(format!("{head}{before}")),
                    bold(words),
                    plain(format!("{after}{tail}")),
                ])
            })
            .collect()
    }

    /// The pages that the program read, by name, with what it found on them and, where the program reads documents, what
    /// it did not find: as blocks where that is a list, else as sentences. Many places stand in the table of details.
    pub(super) fn pages_named(&self, record: &Record) -> (Vec<Block>, Vec<String>) {
        let mut said: Vec<String> = record
            .evidence
            .pages
            .iter()
            .map(|page| {
                let (file, places) = (file_name(&page.file), self.places(page));
                if places.len() < LISTED {
                    let slots = [("datei", file), ("liste", &*self.joined(&places))];
                    self.wording.say("evidence-page", &slots)
                } else {
                    self.wording.say("evidence-page-many", &[("datei", file)])
                }
            })
            .collect();
        let not_found: Vec<String> = record
            .inputs
            .iter()
            .filter(|input| input.value == InputValue::Word("no".to_owned()))
            .filter_map(|input| self.feature(&input.feature))
            .filter(|feature| feature.kind == Kind::YesNo)
            .map(|feature| self.of(&feature.short).to_owned())
            .collect();
        if self.procedure.role != Role::Document || not_found.is_empty() {
            return (vec![], said);
        }
        match self.in_sentence(&NOT_FOUND, &not_found) {
            Some(sentence) => {
                said.push(sentence);
                (vec![], said)
            }
            None => {
                let pages = said.join(" ");
                (self.enumerated(&NOT_FOUND, &not_found, [&*pages, ""]), vec![])
            }
        }
    }

    /// What was read at the places of a page, in order.
    fn places(&self, page: &MarkedPage) -> Vec<String> {
        let features = page.places.iter().filter_map(|place| self.feature(&place.feature));
        features.map(|feature| self.of(&feature.short).to_owned()).collect()
    }

    /// The pages with their places framed and numbered, and what was read there.
    pub(super) fn pages_drawn(&self, record: &Record) -> Vec<Block> {
        record.evidence.pages.iter().map(|page| self.page_drawn(page)).collect()
    }

    fn page_drawn(&self, page: &MarkedPage) -> Block {
        let numbered: Vec<String> = self
            .places(page)
            .iter()
            .enumerate()
            .map(|(i, label)| format!("{}\u{a0}{label}", i + 1))
            .collect();
        let list = numbered.join(" · ");
        let slots = [("datei", file_name(&page.file)), ("liste", &*list)];
        let alt = self.wording.say("evidence-page-alt", &slots);
        let caption = self.wording.say("evidence-page-places", &slots);
        let Some(areas) = page.picture.areas().filter(|_| page.width > 0 && page.height > 0) else {
            self.wording.fault(Fault::new(
                "E10",
                Place::default().field("evidence.pages"),
                format!("a page of {} whose rows are no runs of shades", page.file),
                "a page as the program reduces it",
                "Explain the case again.",
            ));
            return Block::Space(0.0);
        };
        let (columns, rows) = (page.picture.columns as f32, page.picture.rows.len() as f32);
        let (across, down) = (columns / page.width as f32, rows / page.height as f32);
        let view = chart::PageView {
            width: columns,
            height: rows,
            areas: areas
                .iter()
                .map(|area| (area.bounds.map(|edge| edge as f32), area.shade))
                .collect(),
            places: page
                .places
                .iter()
                .map(|place| {
                    let [x, y, width, height] = place.bounds.map(|edge| edge as f32);
                    [x * across, y * down, width * across, height * down]
                })
                .collect(),
        };
        let format = chart::Format { width: PAGE_WIDTH, text_size: 8.5 };
        self.figure(chart::page(&view, format), alt, Some(caption))
    }
}

/// The name of a file without its folders: what a person sees on the document.
fn file_name(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// Before, passage and after on one line; an ellipsis where the sentence was cut.
pub(super) fn quoted(passage: &Passage) -> [String; 3] {
    let one_line = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let joined = words.join(" ");
        let space = |ends: bool| if ends && !joined.is_empty() { " " } else { "" };
        let leads = space(text.starts_with(char::is_whitespace));
        let trails = space(text.ends_with(char::is_whitespace));
        format!("{leads}{joined}{trails}")
    };
    let long = |text: &str| text.chars().count() >= 160;
    let mut before = one_line(&passage.before).trim_start().to_owned();
    let mut after = one_line(&passage.after).trim_end().to_owned();
    if long(&passage.before) {
        before.insert(0, '…');
    }
    if long(&passage.after) {
        after.push('…');
    }
    [before, one_line(&passage.text), after]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_quoted_on_one_line() {
        let text = |before: &str, text: &str, after: &str| {
            let (feature, file, sha256) = (String::new(), String::new(), String::new());
            let (before, text, after) = (before.to_owned(), text.to_owned(), after.to_owned());
            quoted(&Passage { feature, file, sha256, start: 0, end: 0, before, text, after })
        };
        assert_eq!(text(" Ein  ", "Hund\n biss", " mich.\n"), ["Ein ", "Hund biss", " mich."]);
        assert_eq!(text("", "Hund", ""), ["", "Hund", ""]);
        assert_eq!(text(&"x".repeat(160), "Hund", &"y".repeat(160))[2].chars().last(), Some('…'));
    }
}
