//! What a document's blocks say, in their order, and whether the file says the same.

use std::collections::BTreeMap;

use super::{Reading, finding};
use crate::chart::{Drawing, Mark};
use crate::document::{Block, Cell, Document, Furniture, Run, joined};
use crate::fault::Faults;
use crate::pdf::direction::is_right_to_left;

/// Differences that are told one by one; a file that differs in everything needs no more.
const TOLD: usize = 12;

/// A text that the file must say.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    role: &'static str,
    text: String,
    /// Of a figure: everything that is drawn, without spaces.
    drawn: String,
}

/// White space as one space, without soft hyphens and characters that leave no ink.
pub fn normalised(text: &str) -> String {
    let seen = text.chars().filter(|c| {
        !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{34f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{2066}'..='\u{2069}')
    });
    let text: String = seen.collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without spaces. Glyphs that run from right to left stand on the page the other way round: of such a text only the
/// letters are compared, not their order (an element's own text is compared whole).
fn squeezed(text: &str) -> String {
    let text = normalised(text).replace(' ', "");
    if !text.chars().any(is_right_to_left) {
        return text;
    }
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// The pieces that a page shows hold a text: in one piece, in neighbouring ones, or, where it runs from right to left,
/// by its letters.
pub(super) fn shown(pieces: &[String], text: &str) -> bool {
    let wanted = normalised(text);
    let pieces: Vec<String> = pieces.iter().map(|piece| normalised(piece)).collect();
    if pieces.contains(&wanted) || pieces.concat().contains(&wanted) {
        return true;
    }
    let mut letters: Vec<char> = pieces.concat().chars().collect();
    wanted.chars().any(is_right_to_left)
        && wanted.chars().filter(|c| !c.is_whitespace()).all(|c| {
            let at = letters.iter().position(|letter| *letter == c);
            at.map(|at| letters.swap_remove(at)).is_some()
        })
}

/// Compares what is read with what the document says: the same texts, as the same things, in the same order.
pub(super) fn check(reading: &Reading, document: &Document, faults: &mut Faults) {
    let wanted = wanted(document);
    let read: Vec<Wanted> = reading
        .said
        .iter()
        .map(|said| Wanted {
            role: known_role(&said.role),
            text: normalised(&said.text),
            drawn: squeezed(&said.drawn.concat()),
        })
        .collect();
    if read == wanted {
        return;
    }
    let mut balance: BTreeMap<(&str, &str, &str), i32> = BTreeMap::new();
    let key = |item: &'_ Wanted| -> (&'static str, String, String) {
        (item.role, item.text.clone(), item.drawn.clone())
    };
    let (wanted_keys, read_keys): (Vec<_>, Vec<_>) =
        (wanted.iter().map(key).collect(), read.iter().map(key).collect());
    for (role, text, drawn) in &wanted_keys {
        *balance.entry((role, text, drawn)).or_default() += 1;
    }
    for (role, text, drawn) in &read_keys {
        *balance.entry((role, text, drawn)).or_default() -= 1;
    }
    let mut told = 0;
    for ((role, text, drawn), count) in &balance {
        let text = if drawn.is_empty() { (*text).to_owned() } else { format!("{text} [{drawn}]") };
        match count {
            0 => continue,
            1.. => faults.push(finding(
                "R71",
                format!("no {role} “{text}” in the file"),
                "every text of the document",
            )),
            _ => faults.push(finding(
                "R71",
                format!("{role} “{text}” in the file"),
                "no text that the document has not",
            )),
        }
        told += 1;
        if told == TOLD {
            return;
        }
    }
    if told == 0
        && let Some((read, wanted)) = read.iter().zip(&wanted).find(|(read, wanted)| read != wanted)
    {
        faults.push(finding(
            "R71",
            format!("“{}” where “{}” should be read", read.text, wanted.text),
            "the order of the document",
        ));
    }
}

/// Structure types that documents have; everything else is unknown.
fn known_role(role: &str) -> &'static str {
    const KNOWN: [&str; 10] =
        ["H1", "H2", "H3", "P", "LBody", "Lbl", "TH", "TD", "Caption", "Figure"];
    KNOWN.into_iter().find(|known| *known == role).unwrap_or("unknown element")
}

/// Everything that a document says, in the order of reading.
fn wanted(document: &Document) -> Vec<Wanted> {
    let mut list = List(vec![]);
    list.say("P", document.watermark.as_deref().unwrap_or_default());
    let (title, blocks) = match document.blocks.split_first() {
        Some((Block::Heading { level: 1, text }, rest)) => (text.as_str(), rest),
        _ => ("", document.blocks.as_slice()),
    };
    match &document.furniture {
        Furniture::Letter {
            letterhead,
            letterhead_note,
            return_line,
            address,
            information,
            ..
        } => {
            list.say("P", letterhead);
            list.say("P", letterhead_note);
            if address.iter().any(|line| !line.is_empty()) {
                list.say("P", return_line);
            }
            list.say("P", &address.join(" "));
            for (label, value) in information {
                list.say("P", &format!("{label} {value}"));
            }
            list.say("H1", title);
        }
        Furniture::Sheet { subtitle, head_lines } => {
            list.say("H1", title);
            list.say("P", subtitle);
            head_lines.iter().for_each(|line| list.say("P", line));
        }
    }
    list.blocks(blocks);
    list.0
}

struct List(Vec<Wanted>);

impl List {
    fn say(&mut self, role: &'static str, text: &str) {
        let text = normalised(text);
        if !text.is_empty() {
            self.0.push(Wanted { role, text, drawn: String::new() });
        }
    }

    fn runs(&mut self, role: &'static str, runs: &[Run]) {
        let text = joined(runs);
        self.say(role, &text);
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Heading { level, text } => self.say(
                    match level {
                        1 => "H1",
                        2 => "H2",
                        _ => "H3",
                    },
                    text,
                ),
                Block::Paragraph { runs, .. } => self.runs("P", runs),
                Block::List { items } => items.iter().for_each(|item| self.runs("LBody", item)),
                Block::Panel { blocks, .. }
                | Block::Keep(blocks)
                | Block::InLanguage { blocks, .. } => self.blocks(blocks),
                Block::Columns(columns) => columns.iter().for_each(|column| self.blocks(column)),
                Block::Table { caption, columns, rows } => {
                    self.say("Caption", caption.as_deref().unwrap_or_default());
                    columns.iter().for_each(|column| self.say("TH", &column.title));
                    rows.iter().for_each(|row| self.row(row));
                }
                Block::Figure { drawing, alt, caption } => {
                    self.0.push(Wanted {
                        role: "Figure",
                        text: normalised(alt),
                        drawn: drawn(drawing),
                    });
                    self.say("P", caption.as_deref().unwrap_or_default());
                }
                Block::WriteLines { label, .. } => self.runs("P", label),
                Block::Choices { label, options, .. } => {
                    self.runs("P", label);
                    options.iter().for_each(|option| self.say("LBody", option));
                }
                Block::AgencyText { heading, text } => {
                    self.say("H2", heading);
                    let lines: Vec<&str> = text.split('\n').collect();
                    for paragraph in lines.split(|line| line.trim().is_empty()) {
                        self.say("P", &paragraph.join(" "));
                    }
                }
                Block::Space(_) | Block::PageBreak => {}
            }
        }
    }

    fn row(&mut self, row: &[Cell]) {
        for (nth, cell) in row.iter().enumerate() {
            match cell {
                Cell::Text(runs) => self.runs(if nth == 0 { "TH" } else { "TD" }, runs),
                Cell::Tick { text, .. } => self.say("TD", text),
            }
        }
    }
}

fn drawn(drawing: &Drawing) -> String {
    let texts = drawing.marks.iter().filter_map(|mark| match mark {
        Mark::Text { text, .. } => Some(text.as_str()),
        _ => None,
    });
    squeezed(&texts.collect::<Vec<_>>().concat())
}
