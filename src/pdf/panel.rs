//! Panels and columns.

use crate::document::{Block, PanelTone};

use super::compose::{Area, Composer};
use super::fault::PdfFault;
use super::ink::{MM, PAGE_HEIGHT};
use super::strip::{Glue, Look, Stack, Strip, keep_together};
use super::tags::{Node, Role};

/// Height up to which groups stand side by side: a little less than any page has room for.
const MOST: f32 = PAGE_HEIGHT - 66.0 * MM;
/// Space between columns.
const GUTTER: f32 = 6.0 * MM;

impl Composer {
    /// A framed group: stays on one page while it fits one; else its frame goes on over the page break.
    pub(crate) fn panel(
        &mut self,
        tone: PanelTone,
        blocks: &[Block],
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        let look = match tone {
            PanelTone::Summary => Look::Summary,
            PanelTone::Caution => Look::Caution,
            PanelTone::Plain => Look::Plain,
        };
        let section = self.tags.node(parent, Role::Sect);
        let side = 4.2 * MM;
        let mut inside = self.blocks(blocks, section, area.inset(side, side))?;
        if inside.iter().any(|strip| strip.frame.is_some()) {
            // A frame inside a frame: the inner one becomes one piece.
            let mut stack = Stack::new(&self.frames, 0.0);
            inside.into_iter().for_each(|strip| stack.put(strip));
            inside = vec![stack.finish(0.0)];
        }
        if inside.is_empty() {
            return Ok(inside);
        }
        let padding =
            |height: f32, glue: Glue| Strip { glue, ..Strip::new("a panel", height, Vec::new()) };
        if let Some(first) = inside.first_mut() {
            first.before = 0.0;
        }
        if let Some(last) = inside.last_mut() {
            last.after = 0.0;
            last.glue = Glue::Lines;
        }
        let mut strips = vec![padding(3.0 * MM, Glue::Lines)];
        strips.append(&mut inside);
        strips.push(padding(3.4 * MM, Glue::Free));
        self.frames.push(self.frame(look, area));
        for strip in &mut strips {
            strip.frame = Some(self.frames.len() - 1);
        }
        keep_together(&mut strips);
        let around = if self.is_letter() { 0.75 } else { 0.9 };
        if let Some(first) = strips.first_mut() {
            first.before = self.body * around;
        }
        if let Some(last) = strips.last_mut() {
            last.after = self.body * around;
        }
        Ok(strips)
    }

    /// Groups side by side as one piece; panels at their ends share their lower edge. Groups too tall for that follow
    /// one another in full width, in the same reading order.
    pub(crate) fn columns(
        &mut self,
        columns: &[Vec<Block>],
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        if columns.is_empty() {
            return Ok(Vec::new());
        }
        let (mark, level) = (self.tags.mark(parent), self.last_level);
        let fields = self.fields.len();
        let count = columns.len() as f32;
        let width = (area.width - GUTTER * (count - 1.0)) / count;
        let mut composed = Vec::with_capacity(columns.len());
        let mut tallest: f32 = 0.0;
        for (nth, blocks) in columns.iter().enumerate() {
            let group = self.tags.node(parent, Role::Div);
            let column = Area { x: area.x + nth as f32 * (width + GUTTER), width };
            let mut strips = self.blocks(blocks, group, column)?;
            if let Some(first) = strips.first_mut() {
                first.before = 0.0;
            }
            tallest = tallest.max(super::strip::height_of(&strips, None));
            composed.push(strips);
        }
        if tallest > MOST {
            self.tags.rewind(mark);
            self.fields.truncate(fields);
            self.last_level = level;
            let mut strips = Vec::new();
            for blocks in columns {
                let group = self.tags.node(parent, Role::Div);
                strips.append(&mut self.blocks(blocks, group, area)?);
            }
            return Ok(strips);
        }
        let mut whole = Strip::new("columns", tallest, Vec::new());
        for strips in composed {
            let mut stack = Stack::new(&self.frames, 0.0);
            strips.into_iter().for_each(|strip| stack.put(strip));
            let mut column = stack.finish(tallest);
            whole.inks.append(&mut column.inks);
            whole.bookmarks.append(&mut column.bookmarks);
        }
        whole.before = self.body * 0.4;
        whole.after = if self.is_letter() { self.paragraph_gap() } else { self.body * 0.5 };
        Ok(vec![whole])
    }
}
