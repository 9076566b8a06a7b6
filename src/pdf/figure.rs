//! Charts: marks → paths and real text, inside one Figure with its alternative text.

use crate::chart::{Anchor, Drawing, Mark};

use super::compose::{Area, Composer};
use super::fault::PdfFault;
use super::ink::{Ink, MM, Owner, Shape};
use super::strip::{Glue, Strip};
use super::tags::{Node, Role};
use super::typeset::one_line;

/// How far a text may stand out of its drawing, points: side bearings and rounding.
const SLACK: f32 = 2.0;

impl Composer {
    /// A figure as one piece. A drawing wider than its place is made smaller as a whole.
    ///
    /// The caption is a paragraph after the Figure, not inside it: readers say the alternative text in place of
    /// everything inside.
    pub(crate) fn figure(
        &mut self,
        drawing: &Drawing,
        alt: &str,
        caption: Option<&str>,
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        if alt.trim().is_empty() {
            return Err(PdfFault::Empty("alternative text of a figure"));
        }
        super::typeset::require_text(&alt.replace('\n', " "))?;
        let finite = drawing.width.is_finite() && drawing.height.is_finite();
        if !finite || drawing.width <= 0.0 || drawing.height <= 0.0 || drawing.marks.is_empty() {
            return Err(PdfFault::Empty("drawing of a figure"));
        }
        if !drawing.marks.iter().all(is_finite) {
            return Err(PdfFault::Empty("finite position in a drawing"));
        }
        let scale = (area.width / drawing.width).min(1.0);
        let node = self.tags.node(parent, Role::Figure);
        self.tags.set_alt(node, alt);
        let owner = Owner::Leaf(self.tags.leaf(node));
        let at = |&(x, y): &(f32, f32)| (area.x + x * scale, y * scale);
        let mut inks = Vec::with_capacity(drawing.marks.len());
        for mark in &drawing.marks {
            let shape = match mark {
                Mark::Line { points, width, color } => Shape::Path {
                    points: points.iter().map(at).collect(),
                    closed: points.len() > 2 && points.first() == points.last(),
                    fill: None,
                    stroke: Some((*color, width * scale)),
                },
                Mark::Fill { points, color } => Shape::Path {
                    points: points.iter().map(at).collect(),
                    closed: true,
                    fill: Some(*color),
                    stroke: None,
                },
                Mark::Text { x, y, anchor, size, bold, color, text } => {
                    let line = one_line(text, *bold, size * scale)?;
                    let (x, y) = at(&(*x, *y));
                    let x = match anchor {
                        Anchor::Start => x,
                        Anchor::Middle => x - line.width / 2.0,
                        Anchor::End => x - line.width,
                    };
                    // Gate G24: no text outside its frame.
                    let (left, right) = (area.x - SLACK, area.x + drawing.width * scale + SLACK);
                    if x < left || x + line.width > right {
                        let (width, room) = (line.width / MM, drawing.width * scale / MM);
                        return Err(PdfFault::TooWide { text: text.clone(), width, room });
                    }
                    Shape::Text { x, y, line, color: *color }
                }
            };
            let ink = Ink::new(owner, shape);
            inks.push(match drawing.mirrors {
                true => ink,
                false => ink.in_group(area.x, drawing.width * scale),
            });
        }
        let (width, height) = (drawing.width * scale, drawing.height * scale);
        inks.push(Ink::place(node, None, [area.x, 0.0, area.x + width, height]));
        let mut strip = Strip::new("a figure", height, inks);
        strip.before = self.body * 0.35;
        strip.after = self.body * 0.6;
        let mut strips = vec![strip];
        if let Some(caption) = caption.filter(|caption| !caption.is_empty()) {
            let owner = Owner::Leaf(self.tags.node_with_leaf(parent, Role::P));
            let mut lines = self.text(&[(caption, false)], owner, self.note_look(), area)?;
            for strip in &mut strips {
                strip.glue = Glue::Lines;
                strip.after = self.body * 0.3;
            }
            strips.append(&mut lines);
            super::strip::keep_together(&mut strips);
        }
        if let Some(last) = strips.last_mut() {
            last.after = self.body * 0.5;
        }
        Ok(strips)
    }
}

fn is_finite(mark: &Mark) -> bool {
    let all_finite =
        |points: &[(f32, f32)]| points.iter().all(|(x, y)| x.is_finite() && y.is_finite());
    match mark {
        Mark::Line { points, width, .. } => width.is_finite() && all_finite(points),
        Mark::Fill { points, .. } => all_finite(points),
        Mark::Text { x, y, size, .. } => all_finite(&[(*x, *y)]) && size.is_finite() && *size > 0.0,
    }
}
