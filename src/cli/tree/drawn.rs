//! The tree drawn: as an SVG file, or as a PDF document with its rules.

use super::text::Section;
use super::Found;
use crate::chart::{self, Format, TreeNodeView, TreeWords};
use crate::cli::explain;
use crate::document::{
    Attachment, Block, Document, Furniture, Inks, TextStyle, TreeSentences, plain,
};
use crate::fault::{Checked, Fault, Faults};
use crate::language::{Numerals, Wording};
use crate::pdf;

/// Width of a drawing that stands alone, in points.
const ALONE: f32 = 760.0;
/// Width of the text of a page, in points.
const PAGE: f32 = 482.0;

impl Found<'_> {
    fn drawing(&self, wording: &Wording<'_>, width: f32) -> Checked<chart::Drawing> {
        let words = TreeWords { yes: wording.text("word-yes"), no: wording.text("word-no") };
        // A way that may not be told is not drawn either.
        let path: Vec<usize> = match &self.case {
            Some(case) if self.withheld(case).is_none() => {
                let steps = self.tree.path(&case.row).into_iter().map(|taken| taken.node);
                steps.chain([self.tree.leaf(&case.row)]).collect()
            }
            _ => vec![],
        };
        let root = self.view(wording, 0, &path);
        chart::surrogate_tree(&root, &words, Format::wide(width))
    }

    fn view(&self, wording: &Wording<'_>, at: usize, path: &[usize]) -> TreeNodeView {
        let Some(node) = self.tree.nodes().get(at) else { return TreeNodeView::default() };
        let names = self.aspect.names(wording);
        let words = TreeSentences::new(&self.tree, wording, &names);
        let rows = Numerals::new(wording.about()).number(node.rows as f64, 0);
        let view = TreeNodeView {
            note: wording.say("tree-cases", &[("n", &rows)]),
            on_path: path.contains(&at),
            ..TreeNodeView::default()
        };
        match &node.split {
            None => TreeNodeView {
                text: words.outcome(node),
                positive: (names.len() == 2).then_some(node.says == 1),
                ..view
            },
            Some(split) => TreeNodeView {
                text: words.question(split),
                yes: Some(Box::new(self.view(wording, split.yes, path))),
                no: Some(Box::new(self.view(wording, split.no, path))),
                ..view
            },
        }
    }
}

/// An SVG file.
pub(super) fn svg(found: &Found<'_>, wording: &Wording<'_>) -> Checked<Vec<u8>> {
    Ok(chart::svg(&found.drawing(wording, ALONE)?).into_bytes())
}

fn paragraph(text: String, style: TextStyle) -> Block {
    Block::Paragraph { runs: vec![plain(text)], style }
}

/// A PDF document: picture, rules, fidelity; the JSON is attached.
pub(super) fn pdf(found: &Found<'_>, wording: &Wording<'_>) -> Checked<Vec<u8>> {
    let date = explain::date(found.args.date.as_deref())?;
    let title = wording.say("surrogate-head", &[("datei", &found.file())]);
    let mut blocks = vec![Block::Heading { level: 1, text: title.clone() }];
    // The first of these lines stands below the title.
    let trust = found.trust(wording).split_off(1).join(" ");
    blocks.push(paragraph(trust, TextStyle::Body));
    let leaves = Numerals::new(wording.about()).number(found.tree.leaves() as f64, 0);
    let mut alt = vec![wording.say("surrogate-alt", &[("blaetter", &leaves)])];
    alt.extend(found.rules(wording).into_iter().flatten());
    blocks.push(Block::Figure {
        drawing: found.drawing(wording, PAGE)?,
        alt: alt.join(" "),
        caption: Some(wording.text("surrogate-footer")),
    });
    blocks.push(Block::Heading { level: 2, text: wording.text("surrogate-rules-head") });
    for (k, rule) in found.rules(wording).into_iter().enumerate() {
        let number = Numerals::new(wording.about()).number((k + 1) as f64, 0);
        let text = wording.say("surrogate-rule", &[("nummer", &number)]);
        let items = rule.into_iter().map(|line| vec![plain(line)]).collect();
        blocks.push(Block::Keep(vec![Block::Heading { level: 3, text }, Block::List { items }]));
    }
    for Section { heading, lines } in found.sections(wording) {
        blocks.push(Block::Heading { level: 2, text: heading });
        let items = lines.into_iter().map(|line| vec![plain(line)]).collect();
        blocks.push(Block::List { items });
    }
    let document = Document {
        language: wording.about().bcp47.clone(),
        marker: format!("klartext/tree/{}", wording.language().tag()),
        author: "klartext".to_owned(),
        date: date.to_string(),
        furniture: Furniture::Sheet {
            subtitle: wording.text("surrogate-picture"),
            head_lines: vec![],
        },
        footer: wording.text("surrogate-footer"),
        page_number: wording.say("page-of", &[("page", "{page}"), ("pages", "{pages}")]),
        running_header: (title.clone(), String::new()),
        watermark: None,
        direction: wording.about().direction,
        body_size: 10.0,
        line_pitch: 1.35,
        sentence_a_line: false,
        inks: Inks::Colour,
        hyphenate: true,
        attachment: Attachment {
            name: "tree.json".to_owned(),
            description: wording.text("surrogate-footer"),
            bytes: super::told::json(found, wording),
        },
        title,
        blocks,
    };
    let written = pdf::write(&document).map_err(|fault| Faults::from(Fault::from(fault)))?;
    Ok(written.bytes)
}
