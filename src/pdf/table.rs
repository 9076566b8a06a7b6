//! Tables: widths, alignment on the decimal mark, a header that is repeated, rows that stay whole.

use std::rc::Rc;

use crate::document::{Align, Cell, Direction, Run, TableColumn, joined};
use crate::typeface;

use super::compose::{Area, Composer, Type, stretches};
use super::fault::PdfFault;
use super::form::{BOX, Field, FieldKind};
use super::ink::{ACCENT, Artifact, INK, Ink, MM, Owner, RULE};
use super::strip::{Glue, Strip};
use super::tags::{Node, Role};
use super::typeset::{Line, one_line};

/// Free space right of every column but the last.
const GAP: f32 = 3.5 * MM;
/// Large print is not set smaller, points.
const LEAST_LARGE: f32 = 14.0;
/// Above and below the text of a cell, in em.
const PADDING: f32 = 0.16;

/// A column as it is set.
#[derive(Clone, Copy)]
struct Slot {
    area: Area,
    align: Align,
    /// For [`Align::Decimal`]: room right of the decimal mark, where the widest cell fits so.
    fraction: f32,
}

impl Composer {
    /// A table: caption, header, a strip a row.
    pub(crate) fn table(
        &mut self,
        caption: Option<&str>,
        columns: &[TableColumn],
        rows: &[Vec<Cell>],
        parent: Node,
        area: Area,
    ) -> Result<Vec<Strip>, PdfFault> {
        if columns.is_empty() {
            return Err(PdfFault::Empty("columns of a table"));
        }
        if let Some(row) = rows.iter().position(|row| row.len() != columns.len()) {
            return Err(PdfFault::TableShape {
                row: row + 1,
                cells: rows[row].len(),
                columns: columns.len(),
            });
        }
        let pitch = self
            .body_look()
            .pitch
            .min(1.3)
            .max(if self.direction == Direction::RightToLeft { 1.5 } else { 1.3 });
        let look = Type { size: self.table_size(columns, rows, area), pitch, color: INK };
        let table = self.tags.node(parent, Role::Table);
        let mut strips = Vec::new();
        if let Some(caption) = caption.filter(|caption| !caption.is_empty()) {
            let owner = Owner::Leaf(self.tags.node_with_leaf(table, Role::Caption));
            strips = self.text(&[(caption, true)], owner, Type { color: INK, ..look }, area)?;
            for strip in &mut strips {
                strip.glue = Glue::Lines;
            }
            if let Some(last) = strips.last_mut() {
                last.after = self.body * 0.25;
            }
        }
        let slots = self.slots(columns, rows, look, area)?;

        let head = self.tags.node(table, Role::THead);
        let head_row = self.tags.node(head, Role::TR);
        let mut header =
            self.header_row(columns, &slots, Type { color: ACCENT, ..look }, head_row)?;
        let bottom = header.height;
        header.inks.push(Ink::rule(
            Artifact::Layout,
            (area.x, bottom),
            (area.x + area.width, bottom),
            ACCENT,
            1.0,
        ));
        header.glue = Glue::Lines;
        self.headers.push(header.as_artifact());
        let header_number = self.headers.len() - 1;
        strips.push(header);

        if rows.is_empty() {
            return Ok(spaced(strips, self.body));
        }
        let body = self.tags.node(table, Role::TBody);
        for (nth, row) in rows.iter().enumerate() {
            let line = self.tags.node(body, Role::TR);
            let mut strip = self.row(row, &slots, look, line)?;
            let bottom = strip.height;
            strip.inks.push(Ink::rule(
                Artifact::Layout,
                (area.x, bottom),
                (area.x + area.width, bottom),
                RULE,
                0.5,
            ));
            strip.header = Some(header_number);
            // Never a single row above or below a page break.
            if rows.len() > 1 && (nth == 0 || nth + 2 == rows.len()) {
                strip.glue = Glue::Lines;
            }
            strips.push(strip);
        }
        Ok(spaced(strips, self.body))
    }

    /// Size of a table's text. In large print the columns may be too narrow for their longest word: the table becomes
    /// smaller, but not below 14 points.
    fn table_size(&self, columns: &[TableColumn], rows: &[Vec<Cell>], area: Area) -> f32 {
        let mut size = self.smaller(0.9, 8.5);
        let room = area.width - GAP * (columns.len() as f32 - 1.0);
        while size > LEAST_LARGE && needed(columns, rows, size).iter().sum::<f32>() > room {
            size = (size - 0.5).max(LEAST_LARGE);
        }
        size
    }

    fn header_row(
        &mut self,
        columns: &[TableColumn],
        slots: &[Slot],
        look: Type,
        parent: Node,
    ) -> Result<Strip, PdfFault> {
        let mut cells = Vec::with_capacity(columns.len());
        for (column, slot) in columns.iter().zip(slots) {
            let node = self.tags.node(parent, Role::ColumnHeader);
            let mut lines = Vec::new();
            if !column.title.is_empty() {
                let owner = Owner::Leaf(self.tags.leaf(node));
                lines = self.text(&[(&column.title, true)], owner, look, slot.area)?;
            }
            cells.push(lines.into_iter().map(|line| flush(line, slot)).collect::<Vec<_>>());
        }
        // Headers stand on the rule.
        let height = tallest(&cells, look);
        Ok(row_strip(cells, height, look, true))
    }

    fn row(
        &mut self,
        row: &[Cell],
        slots: &[Slot],
        look: Type,
        parent: Node,
    ) -> Result<Strip, PdfFault> {
        let mut cells = Vec::with_capacity(row.len());
        for (nth, (cell, slot)) in row.iter().zip(slots).enumerate() {
            let is_header = nth == 0 && matches!(cell, Cell::Text(_));
            let node = self.tags.node(parent, if is_header { Role::RowHeader } else { Role::TD });
            cells.push(match cell {
                Cell::Text(runs) if runs.iter().all(|run| run.text.is_empty()) => Vec::new(),
                Cell::Text(runs) => {
                    let owner = Owner::Leaf(self.tags.leaf(node));
                    self.cell(runs, owner, slot, look)?
                }
                Cell::Tick { field, text } => {
                    let field = Field {
                        name: field.clone(),
                        says: text.clone(),
                        kind: FieldKind::Tick,
                        size: look.size,
                    };
                    let x = match slot.align {
                        Align::Left => slot.area.x,
                        Align::Right | Align::Decimal => slot.area.x + slot.area.width - BOX,
                    };
                    let place = [x, (look.line() - BOX) / 2.0, BOX, BOX];
                    let tick = self.field(node, field, place)?;
                    vec![Strip::new("a box", look.line(), vec![tick])]
                }
            });
        }
        let height = tallest(&cells, look);
        Ok(row_strip(cells, height, look, false))
    }

    fn cell(
        &mut self,
        runs: &[Run],
        owner: Owner,
        slot: &Slot,
        look: Type,
    ) -> Result<Vec<Strip>, PdfFault> {
        let lines = self.text(&stretches(runs), owner, look, slot.area)?;
        let whole = joined(runs);
        if let (Align::Decimal, 1, true) = (slot.align, lines.len(), slot.fraction > 0.0) {
            let bold = runs.iter().any(|run| run.bold);
            let (before, after) = self.around_mark(&whole, bold, look.size)?;
            // What lies right of the mark, and in a mirrored table left of it, is as wide in every row.
            let dx = match self.direction {
                Direction::LeftToRight => slot.area.width - slot.fraction - before,
                Direction::RightToLeft => slot.fraction - after,
            };
            return Ok(lines.into_iter().map(|line| shifted(line, dx)).collect());
        }
        Ok(lines.into_iter().map(|line| flush(line, slot)).collect())
    }

    /// Width of a number before its decimal mark, and from the mark on.
    fn around_mark(&self, text: &str, bold: bool, size: f32) -> Result<(f32, f32), PdfFault> {
        let whole = one_line(text, bold, size)?;
        let digit_follows =
            |at: usize| text[at..].chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        let mark = text.rfind(self.decimal_mark).filter(|at| digit_follows(*at));
        let split = match mark {
            Some(at) => position_of(&whole, text[..at].chars().count()),
            // A number without decimals ends where the others have their mark; so does its unit's number.
            None => match text.char_indices().rfind(|(_, c)| c.is_ascii_digit()) {
                Some((at, _)) => position_of(&whole, text[..=at].chars().count()),
                None => whole.width,
            },
        };
        Ok((split, whole.width - split))
    }

    /// Places of the columns: by weight, but none narrower than its longest word while others have room to give.
    fn slots(
        &self,
        columns: &[TableColumn],
        rows: &[Vec<Cell>],
        look: Type,
        area: Area,
    ) -> Result<Vec<Slot>, PdfFault> {
        let weight = |column: &TableColumn| {
            if column.weight.is_finite() { column.weight.max(0.01) } else { 1.0 }
        };
        let total: f32 = columns.iter().map(weight).sum();
        let room = area.width - GAP * (columns.len() as f32 - 1.0);
        let mut widths: Vec<f32> =
            columns.iter().map(|column| room * weight(column) / total).collect();
        let needed = needed(columns, rows, look.size);
        let missing: f32 =
            needed.iter().zip(&widths).map(|(need, width)| (need - width).max(0.0)).sum();
        let spare: f32 =
            needed.iter().zip(&widths).map(|(need, width)| (width - need).max(0.0)).sum();
        if missing > 0.0 && spare >= missing {
            for (width, need) in widths.iter_mut().zip(&needed) {
                *width =
                    if *width < *need { *need } else { *width - (*width - need) * missing / spare };
            }
        }
        let mut x = area.x;
        let mut slots = Vec::with_capacity(columns.len());
        for (nth, (column, width)) in columns.iter().zip(widths).enumerate() {
            let mut slot = Slot { area: Area { x, width }, align: column.align, fraction: 0.0 };
            if column.align == Align::Decimal {
                let (mut before, mut after): (f32, f32) = (0.0, 0.0);
                for cell in rows.iter().filter_map(|row| row.get(nth)) {
                    if let Cell::Text(runs) = cell {
                        let text = joined(runs);
                        let bold = runs.iter().any(|run| run.bold);
                        let (b, a) = self.around_mark(&text.replace('\n', " "), bold, look.size)?;
                        (before, after) = (before.max(b), after.max(a));
                    }
                }
                if before + after <= width {
                    slot.fraction = after;
                }
            }
            slots.push(slot);
            x += width + GAP;
        }
        Ok(slots)
    }
}

fn spaced(mut strips: Vec<Strip>, body: f32) -> Vec<Strip> {
    if let Some(first) = strips.first_mut() {
        first.before = body * 0.4;
    }
    if let Some(last) = strips.last_mut() {
        last.after = body;
    }
    strips
}

/// x of the n-th character of a line.
fn position_of(line: &Rc<Line>, nth: usize) -> f32 {
    let mut count = 0;
    for glyph in &line.glyphs {
        if count >= nth {
            return glyph.x;
        }
        count += glyph.stands.iter().filter(|c| **c != '\0').count();
    }
    line.width
}

/// Width of the longest word of each column.
fn needed(columns: &[TableColumn], rows: &[Vec<Cell>], size: f32) -> Vec<f32> {
    let of_cell = |cell: &Cell| match cell {
        Cell::Text(runs) => {
            runs.iter().map(|run| longest_word(&run.text, run.bold, size)).fold(0.0, f32::max)
        }
        Cell::Tick { .. } => BOX,
    };
    columns
        .iter()
        .enumerate()
        .map(|(nth, column)| {
            let cells = rows.iter().filter_map(|row| row.get(nth)).map(of_cell);
            cells.fold(longest_word(&column.title, true, size), f32::max) + 0.5
        })
        .collect()
}

fn longest_word(text: &str, bold: bool, size: f32) -> f32 {
    text.split([' ', '\n', '-', '/'])
        .map(|word| typeface::advance(word, bold, size))
        .fold(0.0, f32::max)
}

/// Moves a line to the side its column is aligned to.
fn flush(line: Strip, slot: &Slot) -> Strip {
    let width = line.inks.iter().map(Ink::width).fold(0.0, f32::max);
    match slot.align {
        Align::Left => line,
        Align::Right | Align::Decimal => shifted(line, slot.area.width - width),
    }
}

fn shifted(mut line: Strip, dx: f32) -> Strip {
    line.inks = line.inks.into_iter().map(|ink| ink.moved(dx, 0.0)).collect();
    line
}

fn tallest(cells: &[Vec<Strip>], look: Type) -> f32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
    lines as f32 * look.line() + 2.0 * PADDING * look.size
}

fn row_strip(cells: Vec<Vec<Strip>>, height: f32, look: Type, at_bottom: bool) -> Strip {
    let mut inks = Vec::new();
    let padding = PADDING * look.size;
    for lines in cells {
        let text = lines.len() as f32 * look.line();
        let top = if at_bottom { height - padding - text } else { padding };
        for (nth, line) in lines.into_iter().enumerate() {
            inks.extend(
                line.inks.into_iter().map(|ink| ink.moved(0.0, top + nth as f32 * look.line())),
            );
        }
    }
    Strip::new("a table row", height, inks)
}
