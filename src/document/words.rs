//! Every text of a document that its reader reads, in reading order.

use super::{Block, Cell, Document, joined};

impl Document {
    /// All texts: headings, paragraphs, list entries, tables, captions, alternative texts, the agency's texts.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = vec![];
        collect(&self.blocks, &mut texts);
        texts
    }
}

fn collect(blocks: &[Block], texts: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } => texts.push(text.clone()),
            Block::Paragraph { runs, .. } => texts.push(joined(runs)),
            Block::List { items } => texts.extend(items.iter().map(|item| joined(item))),
            Block::Panel { blocks, .. }
            | Block::InLanguage { blocks, .. }
            | Block::Keep(blocks) => collect(blocks, texts),
            Block::Columns(columns) => columns.iter().for_each(|column| collect(column, texts)),
            Block::Table { caption, columns, rows } => {
                texts.extend(caption.iter().cloned());
                texts.extend(columns.iter().map(|column| column.title.clone()));
                texts.extend(rows.iter().flatten().map(|cell| match cell {
                    Cell::Text(runs) => joined(runs),
                    Cell::Tick { text, .. } => text.clone(),
                }));
            }
            Block::Figure { alt, caption, .. } => {
                texts.push(alt.clone());
                texts.extend(caption.iter().cloned());
            }
            Block::WriteLines { label, .. } => texts.push(joined(label)),
            Block::Choices { label, options, .. } => {
                texts.push(joined(label));
                texts.extend(options.iter().cloned());
            }
            Block::AgencyText { heading, text } => {
                texts.push(heading.clone());
                texts.push(text.clone());
            }
            Block::Space(_) | Block::PageBreak => {}
        }
    }
}
