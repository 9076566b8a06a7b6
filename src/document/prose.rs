//! The text of a document that counts when its readability is measured: what the program says, in the order of reading.
//!
//! Left out are headings, address, tables, pictures, texts of the agency, and names; what fills a slot is in.

use super::evidence::quoted;
use super::{Block, Document, joined};
use crate::explanation::Record;
use crate::language::Language;
use crate::language::readability::{Class, Level, found, list};
use crate::procedure::{Localised, Procedure, Protection, Source};

/// The paragraphs of a document that count, without the names given (see [`names`]).
pub fn prose(document: &Document, names: &[String]) -> Vec<String> {
    paragraphs(&document.blocks, names)
}

/// As [`prose`], of blocks.
pub(super) fn paragraphs(blocks: &[Block], names: &[String]) -> Vec<String> {
    let mut out = vec![];
    collect(blocks, &mut out);
    for text in &mut out {
        for name in names.iter().filter(|name| text.contains(name.as_str())).collect::<Vec<_>>() {
            *text = text.replace(name.as_str(), " ");
        }
    }
    out.retain(|text| text.chars().any(char::is_alphabetic));
    out
}

fn collect(blocks: &[Block], out: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Paragraph { runs, .. } => out.push(joined(runs)),
            Block::List { items } => out.extend(items.iter().map(|item| joined(item))),
            Block::Panel { blocks, .. } | Block::InLanguage { blocks, .. } => collect(blocks, out),
            Block::Keep(blocks) => collect(blocks, out),
            Block::Columns(groups) => groups.iter().for_each(|blocks| collect(blocks, out)),
            Block::Figure { caption: Some(caption), .. } => out.push(caption.clone()),
            Block::WriteLines { label, .. } => out.push(joined(label)),
            Block::Choices { label, options, .. } => {
                out.push(joined(label));
                out.extend(options.iter().cloned());
            }
            // Headings, tables, pictures and texts of the agency do not count; space has no text.
            _ => {}
        }
    }
}

/// What stands in documents of a case and is not the program's text: names, addresses, legal texts of the agency, what a
/// human wrote. The longest come first, so that a name within another leaves no rest.
pub fn names(record: &Record, procedure: &Procedure, language: Language) -> Vec<String> {
    let of = |texts: &Localised| texts.get(&language).cloned().unwrap_or_default();
    let (agency, privacy) = (&procedure.agency, &procedure.privacy);
    let mut out = vec![
        record.case.id.clone(),
        agency.name.clone(),
        agency.return_line.clone(),
        agency.signatory.clone(),
        of(&agency.signatory_function),
        agency.contact_name.clone(),
        agency.phone.clone(),
        agency.email.clone(),
        of(&agency.hours),
        of(&privacy.controller),
        of(&privacy.officer),
        of(&privacy.authority),
        of(&procedure.legal_basis),
    ];
    out.extend(procedure.remedy.iter().map(|remedy| remedy.heading.clone()));
    out.extend(procedure.full_automation.iter().map(|full| of(&full.legal_basis)));
    // What a person wrote in a document of their own is quoted as it stands.
    out.extend(record.evidence.passages.iter().map(|passage| quoted(passage).concat()));
    for feature in &procedure.features {
        if let Protection::Protected(basis) = &feature.protection {
            out.push(of(basis));
        }
        if let Source::Other(body) = &feature.source {
            out.push(of(body));
        }
    }
    if let Some(person) = &record.recipient {
        out.push(person.name.clone());
        out.extend(person.address.iter().cloned());
    }
    if let Some(decision) = &record.decision {
        out.push(decision.decided_by_role.clone());
        let written = decision.reasons.lines().chain(decision.considerations.lines());
        out.extend(written.map(|line| line.trim().to_owned()));
    }
    // Anything shorter stands in other words too.
    out.retain(|name| name.trim().chars().count() > 3);
    out.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    out.dedup();
    out
}

/// Messages of the glossary that explain words of these blocks, in the order of the word list.
pub(super) fn words_to_explain(
    blocks: &[Block],
    names: &[String],
    language: Language,
) -> Vec<&'static str> {
    let Some(level) = Level::of(language, true) else { return vec![] };
    let list = list(level.spelling());
    let paragraphs = paragraphs(blocks, names);
    let found = found(paragraphs.iter().map(String::as_str), list, level.spelling());
    let wanted = |id: &&str| {
        !id.is_empty()
            && found.iter().any(|word| word.class == Class::Explain && word.glossary == *id)
    };
    list.iter().map(|entry| entry.glossary).filter(wanted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Furniture, PanelTone, TextStyle, bold, plain};

    fn document(blocks: Vec<Block>) -> Document {
        Document {
            language: "de-DE".to_owned(),
            title: String::new(),
            author: String::new(),
            marker: String::new(),
            date: String::new(),
            furniture: Furniture::Sheet { subtitle: String::new(), head_lines: vec![] },
            blocks,
            footer: String::new(),
            page_number: String::new(),
            running_header: (String::new(), String::new()),
            watermark: None,
            body_size: 11.0,
            direction: crate::language::Direction::LeftToRight,
            line_pitch: 1.35,
            sentence_a_line: false,
            inks: crate::document::Inks::Colour,
            hyphenate: false,
            attachment: crate::document::Attachment {
                name: String::new(),
                description: String::new(),
                bytes: vec![],
            },
        }
    }

    /// Section 8.1: headings, address, tables, agency texts and names are excluded; slot values are included.
    #[test]
    fn only_the_programs_own_text_counts() {
        let paragraph = |runs| Block::Paragraph { runs, style: TextStyle::Body };
        let blocks = vec![
            Block::Heading { level: 1, text: "Überschrift".to_owned() },
            Block::Keep(vec![Block::Panel {
                tone: PanelTone::Plain,
                blocks: vec![paragraph(vec![plain("Ihre Miete: "), bold("640 Euro"), plain(".")])],
            }]),
            Block::AgencyText { heading: "Recht".to_owned(), text: "Gemäß § 1.".to_owned() },
            Block::Table { caption: None, columns: vec![], rows: vec![] },
            Block::List {
                items: vec![vec![plain("Fragen Sie Team Reha.")], vec![plain("Alex Beispiel")]],
            },
        ];
        let names = ["Alex Beispiel".to_owned(), "Team Reha".to_owned()];
        let text = prose(&document(blocks), &names);
        assert_eq!(text, ["Ihre Miete: 640 Euro.", "Fragen Sie  ."]);
    }
}
