//! The tree drawn: as an SVG file, or as a PDF document with its rules.

use super::text::Section;
use super::{Case, Found};
use crate::chart::{
    self, AlternativeText, Asked, Category, Drawing, Format, Own, Spread, Tally, TreeNodeView,
    TreeWords,
};
use crate::cli::explain;
use crate::document::{
    Attachment, Block, Document, Furniture, Inks, TextStyle, TreeSentences, exact_number, plain,
};
use crate::fault::{Checked, Fault, Faults};
use crate::language::{Numerals, Wording};
use crate::pdf;
use crate::surrogate::{Ask, Detail, Split, SplitNode, bins, usual_scores};

/// Width of a drawing that stands alone, in points.
const ALONE: f32 = 760.0;
/// Width of the text of a page and the most that a drawing is high on it, in points.
const PAGE: (f32, f32) = (482.0, 600.0);
/// Categories that are drawn one by one.
const MOST_CATEGORIES: usize = 6;

/// What the nodes of a picture share.
struct Picture<'a> {
    found: &'a Found<'a>,
    wording: &'a Wording<'a>,
    classes: &'a [String],
    /// Fitting rows that reach each node.
    reached: Vec<Vec<usize>>,
    /// The case whose way is drawn: one that may not be told is not drawn either.
    case: Option<&'a Case>,
    path: Vec<usize>,
}

impl<'a> Picture<'a> {
    fn new(found: &'a Found<'a>, wording: &'a Wording<'a>, classes: &'a [String]) -> Self {
        let case = found.case.as_ref().filter(|case| found.withheld(case).is_none());
        let path = case.map_or(vec![], |case| {
            let steps = found.tree.path(&case.row).into_iter().map(|taken| taken.node);
            steps.chain([found.tree.leaf(&case.row)]).collect()
        });
        let reached = found.tree.rows_by_node(found.fitting.values.view());
        Picture { found, wording, classes, reached, case, path }
    }

    fn words(&self) -> TreeWords {
        let text = |id: &str| self.wording.text(id);
        let scores = self.classes.is_empty();
        TreeWords {
            yes: text("word-yes"),
            no: text("word-no"),
            outcomes: self.classes.to_vec(),
            scores: if scores { text("surrogate-key-scores") } else { String::new() },
            threshold: text("tree-key-threshold"),
            own: if self.case.is_some() { text("tree-key-own") } else { String::new() },
            missing: text("tree-key-missing"),
            edges: text("tree-key-edges"),
        }
    }

    /// Rows by what the model says of them: by class, or as a range of their scores.
    fn tally(&self, rows: &[usize]) -> Tally {
        let said = &self.found.fitting.said;
        if self.classes.is_empty() {
            let scores = rows.iter().filter_map(|row| said.scores.get(*row).copied());
            let (low, middle, high) = usual_scores(scores).unwrap_or_default();
            return Tally::Scores { rows: rows.len(), low, middle, high };
        }
        let mut counts = vec![0; self.classes.len()];
        for class in rows.iter().filter_map(|row| said.classes.get(*row)) {
            if let Some(count) = counts.get_mut(*class) {
                *count += 1;
            }
        }
        Tally::Outcomes(counts)
    }

    fn view(&self, at: usize) -> TreeNodeView {
        let tree = &self.found.tree;
        let Some(node) = tree.nodes().get(at) else { return TreeNodeView::default() };
        let words = TreeSentences::new(tree, self.wording, self.classes);
        let view = TreeNodeView {
            rows: node.rows,
            on_path: self.path.contains(&at),
            ..TreeNodeView::default()
        };
        match &node.split {
            None => TreeNodeView {
                text: words.outcome(node),
                note: self.note(node),
                tally: Some(self.tally(self.rows(at))),
                positive: (self.classes.len() == 2).then_some(node.says == 1),
                ..view
            },
            Some(split) => TreeNodeView {
                text: words.question(split),
                note: self.count_of(node.rows),
                own: self.own_words(split, view.on_path),
                spread: self.spread(at, split, view.on_path),
                yes: Some(Box::new(self.view(split.yes))),
                no: Some(Box::new(self.view(split.no))),
                ..view
            },
        }
    }

    fn rows(&self, at: usize) -> &[usize] {
        self.reached.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    fn count(&self, n: usize) -> String {
        Numerals::new(self.wording.about()).number(n as f64, 0)
    }

    fn count_of(&self, n: usize) -> String {
        self.wording.say("tree-cases", &[("n", &self.count(n))])
    }

    /// Of a leaf: how many of its rows are of the class that it says; of a score how many there are.
    fn note(&self, node: &SplitNode) -> String {
        match node.counts.get(node.says) {
            Some(with) if !self.classes.is_empty() => {
                let slots = [("n", &*self.count(*with)), ("von", &self.count(node.rows))];
                self.wording.say("tree-of", &slots)
            }
            _ => self.count_of(node.rows),
        }
    }

    fn detail(&self, split: &Split) -> Option<&Detail> {
        self.found.tree.details().get(split.detail)
    }

    /// The case's own value at a question that it is asked.
    fn own(&self, split: &Split, on_path: bool) -> Option<f64> {
        let case = self.case.filter(|_| on_path)?;
        Some(self.detail(split)?.value(&case.row))
    }

    fn name(&self, detail: &Detail, value: f64) -> String {
        let known = detail.names().get(value as usize).cloned();
        known.unwrap_or_else(|| self.wording.text("surrogate-other-value"))
    }

    fn own_words(&self, split: &Split, on_path: bool) -> String {
        let (Some(own), Some(detail)) = (self.own(split, on_path), self.detail(split)) else {
            return String::new();
        };
        let value = match (own.is_nan(), detail.is_category()) {
            (true, _) => self.wording.text("tree-key-missing"),
            (_, true) => self.name(detail, own),
            _ => exact_number(self.wording, own),
        };
        self.wording.say("tree-own", &[("wert", &value)])
    }

    /// How the asked detail is spread over the rows of a node.
    fn spread(&self, at: usize, split: &Split, on_path: bool) -> Option<Spread> {
        let (detail, rows) = (self.detail(split)?, self.rows(at));
        let of = |row: &usize| {
            let row = self.found.fitting.values.row(*row);
            row.as_slice().map_or_else(|| detail.value(&row.to_vec()), |row| detail.value(row))
        };
        let values: Vec<f64> = rows.iter().map(of).collect();
        let own = self.own(split, on_path);
        let pick = |places: &[usize]| -> Vec<usize> {
            places.iter().filter_map(|place| rows.get(*place).copied()).collect()
        };
        let lacking: Vec<usize> = (0..values.len())
            .filter(|place| values.get(*place).is_some_and(|value| value.is_nan()))
            .collect();
        let missing = (!lacking.is_empty()).then(|| self.tally(&pick(&lacking)));
        match &split.ask {
            Ask::Below(threshold) => {
                let found = bins(&values, *threshold)?;
                let [low, high] = found.axis.map(|end| exact_number(self.wording, end));
                let end = |value: String, open: bool, id: &str| match open {
                    true => self.wording.say(id, &[("wert", &value)]),
                    false => value,
                };
                let ends = [
                    end(low, found.open[0], "tree-end-below"),
                    end(high, found.open[1], "tree-end-above"),
                ];
                let bins = found.rows.iter().map(|places| self.tally(&pick(places))).collect();
                let own = own.map(|own| if own.is_nan() { Own::Missing } else { Own::Number(own) });
                let (edges, axis, threshold) = (found.edges, found.axis, *threshold);
                let asked = Asked::Numbers { edges, axis, bins, threshold, ends };
                Some(Spread { asked, missing, own })
            }
            Ask::OneOf(_) => {
                let (asked, place) = self.categories(split, detail, &values, own, &pick);
                let own = own.map(|_| place.map_or(Own::Missing, Own::Category));
                Some(Spread { asked: Asked::Categories(asked), missing, own })
            }
        }
    }

    /// Categories, those of yes first, the most frequent ones one by one and the others of each side together; and the
    /// place of the case's own.
    fn categories(
        &self,
        split: &Split,
        detail: &Detail,
        values: &[f64],
        own: Option<f64>,
        pick: &dyn Fn(&[usize]) -> Vec<usize>,
    ) -> (Vec<Category>, Option<usize>) {
        let places = |value: f64| -> Vec<usize> {
            let all = values.iter().enumerate().filter(|(_, other)| **other == value);
            all.map(|(place, _)| place).collect()
        };
        let is_own = |value: f64| own == Some(value);
        let mut known: Vec<(f64, Vec<usize>)> = (0..=detail.names().len())
            .map(|k| (k as f64, places(k as f64)))
            .filter(|(value, rows)| !rows.is_empty() || is_own(*value))
            .collect();
        known.sort_by_key(|(value, rows)| (!is_own(*value), std::cmp::Reverse(rows.len())));
        let rest = match known.len() > MOST_CATEGORIES + 1 {
            true => known.split_off(MOST_CATEGORIES),
            false => vec![],
        };
        let (mut found, mut own_place) = (vec![], None);
        for yes in [true, false] {
            let of_side = |value: f64| split.ask.is_yes(value) == yes;
            for (value, rows) in known.iter().filter(|(value, _)| of_side(*value)) {
                if is_own(*value) {
                    own_place = Some(found.len());
                }
                let name = self.name(detail, *value);
                found.push(Category { name, yes, tally: self.tally(&pick(rows)) });
            }
            let others: Vec<usize> = rest
                .iter()
                .filter(|(v, _)| of_side(*v))
                .flat_map(|(_, rows)| rows.clone())
                .collect();
            if !others.is_empty() {
                let name = self.wording.text("tree-others");
                found.push(Category { name, yes, tally: self.tally(&pick(&others)) });
            }
        }
        (found, own_place)
    }
}

/// The drawing on sheets of a width, at most so high.
fn drawn(
    found: &Found<'_>,
    wording: &Wording<'_>,
    width: f32,
    tallest: f32,
) -> Checked<Vec<Drawing>> {
    let classes = found.aspect.names(wording);
    let picture = Picture::new(found, wording, &classes);
    chart::tree_pages(&picture.view(0), &picture.words(), Format::wide(width), tallest)
}

/// An SVG file.
pub(super) fn svg(found: &Found<'_>, wording: &Wording<'_>) -> Checked<Vec<u8>> {
    let drawings = drawn(found, wording, ALONE, f32::INFINITY)?;
    let alternative = AlternativeText {
        title: &title(found, wording),
        text: &alternative(found, wording),
        language: &wording.about().bcp47,
    };
    let told = drawings.first().map(|drawing| chart::told_svg(drawing, alternative));
    Ok(told.unwrap_or_default().into_bytes())
}

fn title(found: &Found<'_>, wording: &Wording<'_>) -> String {
    wording.say("surrogate-head", &[("datei", &found.file())])
}

/// What the picture says: how large the tree is, and its rules.
fn alternative(found: &Found<'_>, wording: &Wording<'_>) -> String {
    let leaves = Numerals::new(wording.about()).number(found.tree.leaves() as f64, 0);
    let mut said = vec![wording.say("surrogate-alt", &[("blaetter", &leaves)])];
    said.extend(found.rules(wording).into_iter().flatten());
    said.join(" ")
}

fn paragraph(text: String, style: TextStyle) -> Block {
    Block::Paragraph { runs: vec![plain(text)], style }
}

/// A PDF document: picture, rules, fidelity; the JSON is attached.
pub(super) fn pdf(found: &Found<'_>, wording: &Wording<'_>) -> Checked<Vec<u8>> {
    let date = explain::date(found.args.date.as_deref())?;
    let title = title(found, wording);
    let mut blocks = vec![Block::Heading { level: 1, text: title.clone() }];
    // The first of these lines stands below the title.
    let trust = found.trust(wording).split_off(1).join(" ");
    blocks.push(paragraph(trust, TextStyle::Body));
    for drawing in drawn(found, wording, PAGE.0, PAGE.1)? {
        let caption = Some(wording.text("surrogate-footer"));
        blocks.push(Block::Figure { drawing, alt: alternative(found, wording), caption });
    }
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
