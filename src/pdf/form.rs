//! What a hand fills in: lines to write on, boxes to tick.

use crate::document::Run;

use super::compose::{Area, Composer, stretches};
use super::fault::PdfFault;
use super::ink::{Artifact, INK, Ink, MM, Owner};
use super::strip::{Glue, Strip, keep_together};
use super::tags::{Node, Role};

/// Distance of lines to write on: room for a hand.
const WRITING_PITCH: f32 = 8.5 * MM;
/// Side of a box to tick.
pub(crate) const BOX: f32 = 3.5 * MM;
/// What a screen reader says for an empty box.
const BALLOT_BOX: &str = "☐";

impl Composer {
    /// A label and lines to write on.
    pub(crate) fn write_lines(
        &mut self,
        label: &[Run],
        lines: usize,
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        let mut strips = self.label(label, parent, area)?;
        let mut rules: Vec<Strip> = (0..lines)
            .map(|_| {
                let (from, to) = ((area.x, WRITING_PITCH), (area.x + area.width, WRITING_PITCH));
                let rule = Ink::rule(Artifact::Layout, from, to, INK, 0.5);
                Strip::new("lines to write on", WRITING_PITCH, vec![rule])
            })
            .collect();
        keep_together(&mut rules);
        strips.append(&mut rules);
        if let Some(first) = strips.first_mut() {
            first.before = self.body * 0.5;
        }
        if let Some(last) = strips.last_mut() {
            last.after = self.body * 1.2;
        }
        Ok(strips)
    }

    /// A label, glued to what it labels.
    fn label(&mut self, label: &[Run], parent: Node, area: Area) -> Result<Vec<Strip>, PdfFault> {
        if label.iter().all(|run| run.text.is_empty()) {
            return Ok(Vec::new());
        }
        let owner = Owner::Leaf(self.tags.node_with_leaf(parent, Role::P));
        let mut strips = self.text(&stretches(label), owner, self.body_look(), area)?;
        for strip in &mut strips {
            strip.glue = Glue::Lines;
        }
        Ok(strips)
    }

    /// A label and boxes to tick, side by side while they fit.
    pub(crate) fn choices(
        &mut self,
        label: &[Run],
        options: &[String],
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        let look = self.body_look();
        let mut strips = self.label(label, parent, area)?;
        if options.is_empty() {
            return Ok(strips);
        }
        let list = self.tags.node(parent, Role::L);
        let (text_indent, between) = (BOX + 2.0 * MM, 7.0 * MM);
        let top = look.baseline() - BOX + 0.3 * MM;
        let mut row: Vec<Ink> = Vec::new();
        let mut x = area.x;
        let row_strip =
            |inks: Vec<Ink>| Strip::new("boxes to tick", look.line().max(6.5 * MM), inks);
        for option in options {
            let entry = self.tags.node(list, Role::LI);
            let label = self.tags.node(entry, Role::Lbl);
            self.tags.set_actual(label, BALLOT_BOX);
            let box_owner = Owner::Leaf(self.tags.leaf(label));
            let text_owner = Owner::Leaf(self.tags.node_with_leaf(entry, Role::LBody));
            let lines =
                self.text(&[(option, false)], text_owner, look, area.inset(text_indent, 0.0))?;
            let width =
                lines.iter().flat_map(|line| &line.inks).map(Ink::width).fold(0.0, f32::max);
            if x > area.x && (x + text_indent + width > area.x + area.width || lines.len() > 1) {
                strips.push(row_strip(std::mem::take(&mut row)));
                x = area.x;
            }
            row.push(Ink::border(box_owner, x, top, BOX, BOX, INK, 0.8));
            let dx = x - area.x;
            let mut lines = lines.into_iter();
            if let Some(first) = lines.next() {
                row.extend(first.inks.into_iter().map(|ink| ink.moved(dx, 0.0)));
            }
            x += text_indent + width + between;
            for further in lines {
                strips.push(Strip { glue: Glue::Lines, ..row_strip(std::mem::take(&mut row)) });
                row = further.inks;
                x = area.x + area.width;
            }
        }
        if !row.is_empty() {
            strips.push(row_strip(row));
        }
        keep_together(&mut strips);
        if let Some(first) = strips.first_mut() {
            first.before = self.body * 0.4;
        }
        if let Some(last) = strips.last_mut() {
            last.after = self.paragraph_gap();
        }
        Ok(strips)
    }
}
