//! What is filled in: lines to write on, boxes to tick; by hand on paper, by keyboard in the file.

use std::collections::BTreeSet;

use crate::document::{Run, joined};

use super::compose::{Area, Composer, stretches};
use super::fault::PdfFault;
use super::ink::{Artifact, INK, Ink, MM, Owner};
use super::strip::{Glue, Strip, keep_together};
use super::tags::{Node, Role};

/// Distance of lines to write on: room for a hand.
const WRITING_PITCH: f32 = 7.6 * MM;
/// Side of a box to tick.
pub(crate) const BOX: f32 = 3.5 * MM;

/// A form field; where it stands comes to light on the page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    /// Full name, parts joined by dots.
    pub name: String,
    /// What a screen reader says.
    pub says: String,
    pub kind: FieldKind,
    /// Size of what is typed into it, points.
    pub size: f32,
}

/// What is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// Text of as many lines.
    Text { lines: usize },
    /// A box to tick.
    Tick,
}

/// Checks the names of a document's fields: well formed, each once, none the beginning of another (a field with kids
/// cannot be filled in, ISO 32000-1, 12.7.3.1).
pub(crate) fn check_names(fields: &[Field]) -> Result<(), PdfFault> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let refuse = |name: &str| Err(PdfFault::FieldName(name.to_owned()));
    for Field { name, .. } in fields {
        let is_part = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b))
        };
        if !name.split('.').all(is_part) || !seen.insert(name) {
            return refuse(name);
        }
    }
    for name in &seen {
        let mut end = 0;
        while let Some(dot) = name.get(end..).and_then(|rest| rest.find('.')) {
            if name.get(..end + dot).is_some_and(|parent| seen.contains(parent)) {
                return refuse(name);
            }
            end += dot + 1;
        }
    }
    Ok(())
}

impl Composer {
    /// A new field under an element, and the mark of its place.
    pub(crate) fn field(
        &mut self,
        parent: Node,
        field: Field,
        [x, y, width, height]: [f32; 4],
    ) -> Result<Ink, PdfFault> {
        if field.says.trim().is_empty() {
            return Err(PdfFault::Empty("label of a form field"));
        }
        super::typeset::require_text(&field.says)?;
        let node = self.tags.node(parent, Role::Form);
        let number = self.fields.len();
        self.tags.set_field(node, number);
        self.fields.push(field);
        Ok(Ink::place(node, Some(number), [x, y, x + width, y + height]))
    }

    /// A label and lines to write on, with one text field over all of them.
    pub(crate) fn write_lines(
        &mut self,
        field: &str,
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
        if let Some(first) = rules.first_mut() {
            let kind = FieldKind::Text { lines };
            let field = Field { name: field.to_owned(), says: said(label), kind, size: self.body };
            let height = lines as f32 * WRITING_PITCH;
            first.inks.push(self.field(parent, field, [area.x, 0.0, area.width, height])?);
        }
        // One field cannot stand on two pages.
        rules.iter_mut().for_each(|rule| rule.glue = Glue::Lines);
        if let Some(last) = rules.last_mut() {
            last.glue = Glue::Free;
        }
        strips.append(&mut rules);
        if let Some(first) = strips.first_mut() {
            first.before = self.body * 0.5;
        }
        if let Some(last) = strips.last_mut() {
            last.after = self.body * 0.6;
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
        field: &str,
        label: &[Run],
        options: &[String],
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        let look = self.body_look();
        let question = said(label);
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
        for (nth, option) in options.iter().enumerate() {
            let entry = self.tags.node(list, Role::LI);
            let label = self.tags.node(entry, Role::Lbl);
            let text_owner = Owner::Leaf(self.tags.node_with_leaf(entry, Role::LBody));
            let lines =
                self.text(&[(option, false)], text_owner, look, area.inset(text_indent, 0.0))?;
            let width =
                lines.iter().flat_map(|line| &line.inks).map(Ink::width).fold(0.0, f32::max);
            if x > area.x && (x + text_indent + width > area.x + area.width || lines.len() > 1) {
                strips.push(row_strip(std::mem::take(&mut row)));
                x = area.x;
            }
            let field = Field {
                name: format!("{field}.option_{}", nth + 1),
                says: format!("{question} {option}").trim().to_owned(),
                kind: FieldKind::Tick,
                size: self.body,
            };
            row.push(self.field(label, field, [x, top, BOX, BOX])?);
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

/// A label as it is said: in one line.
fn said(label: &[Run]) -> String {
    let text = joined(label);
    text.replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_are_a_tree_with_fields_at_its_leaves_only() {
        let named = |names: &[&str]| {
            let field = |name: &&str| Field {
                name: (*name).to_owned(),
                says: "x".into(),
                kind: FieldKind::Tick,
                size: 9.0,
            };
            check_names(&names.iter().map(field).collect::<Vec<_>>())
        };
        assert_eq!(named(&["case.a", "case.b.option_1", "case.b.option_2", "c"]), Ok(()));
        for bad in [&["a", "a"][..], &["a", "a.b"], &["a.b", "a"], &["A"], &[""], &["a..b"], &["ä"]]
        {
            assert!(matches!(named(bad), Err(PdfFault::FieldName(_))), "{bad:?}");
        }
    }
}
