//! Pages of ink → printpdf operations. Neighbouring ink of one owner shares one marked-content sequence.

use std::collections::BTreeMap;

use printpdf::{
    Color as PdfColor, CurTransMat, DictItem, FontId, Line as PdfLine, LinePoint, Mm, Op,
    PaintMode, PdfFontHandle, PdfPage, Point, Polygon, PolygonRing, Pt, Rgb, WindingOrder,
};

use crate::chart::Color;
use crate::typeface::{self, Face};

use super::fonts::{PICTURE, Repertoire, resource_name};
use super::furniture::LaidOut;
use super::ink::{Artifact, Ink, Owner, PAGE_HEIGHT, Shape};
use super::tags::{Pieces, Tags};
use super::typeset::{Glyph, Line};

/// Pages as operations, and where the content of each leaf lies on them.
pub(crate) struct Drawn {
    pub pages: Vec<PdfPage>,
    pub pieces: Pieces,
}

/// Draws all pages.
pub(crate) fn pages(laid: &LaidOut, repertoire: &Repertoire) -> Drawn {
    let mut pieces = laid.tags.no_pieces();
    let pages = laid
        .pages
        .iter()
        .enumerate()
        .map(|(number, inks)| {
            let mut pen =
                Pen { repertoire, ops: Vec::with_capacity(inks.len() * 8), font: None, fill: None };
            let mut next_id = 0;
            let seen: Vec<&Ink> =
                inks.iter().filter(|ink| !matches!(ink.shape, Shape::Place { .. })).collect();
            for together in seen.chunk_by(|a, b| a.owner == b.owner) {
                let Some(first) = together.first() else {
                    continue;
                };
                pen.begin(first.owner, &laid.tags, next_id);
                if let Owner::Leaf(leaf) = first.owner {
                    Tags::add_piece(&mut pieces, leaf, number, next_id);
                    next_id += 1;
                }
                for ink in together {
                    pen.draw(ink);
                }
                pen.ops.push(Op::EndMarkedContent);
            }
            PdfPage::new(Mm(210.0), Mm(297.0), pen.ops)
        })
        .collect();
    Drawn { pages, pieces }
}

struct Pen<'a> {
    repertoire: &'a Repertoire,
    ops: Vec<Op>,
    /// Face and size, and fill colour, as the viewer has them: they outlive a text section.
    font: Option<(Face, f32)>,
    fill: Option<Color>,
}

impl Pen<'_> {
    fn begin(&mut self, owner: Owner, tags: &Tags, id: i64) {
        let (tag, name, value) = match owner {
            Owner::Leaf(leaf) => (tags.name_of(leaf), "MCID", DictItem::Int(id)),
            Owner::Artifact(Artifact::Layout) => {
                ("Artifact", "Type", DictItem::Name(b"Layout".to_vec()))
            }
            Owner::Artifact(Artifact::Pagination) => {
                ("Artifact", "Type", DictItem::Name(b"Pagination".to_vec()))
            }
        };
        self.begin_marked(tag, name, value);
    }

    fn begin_marked(&mut self, tag: &str, name: &str, value: DictItem) {
        let properties = DictItem::Dict { map: BTreeMap::from([(name.to_owned(), value)]) };
        self.ops.push(Op::BeginMarkedContentWithProperties { tag: tag.to_owned(), properties });
    }

    fn draw(&mut self, ink: &Ink) {
        match &ink.shape {
            Shape::Text { x, y, line, color } => {
                for stretch in line.glyphs.chunk_by(|a, b| a.face == b.face) {
                    self.text(stretch, line, *x, *y, *color);
                }
            }
            Shape::Path { points, closed, fill, stroke } => {
                let points: Vec<LinePoint> = points
                    .iter()
                    .map(|(x, y)| LinePoint { p: point(*x, *y), bezier: false })
                    .collect();
                if let Some(color) = fill {
                    self.fill(*color);
                    let polygon = Polygon {
                        rings: vec![PolygonRing { points: points.clone() }],
                        mode: PaintMode::Fill,
                        winding_order: WindingOrder::NonZero,
                    };
                    self.ops.push(Op::DrawPolygon { polygon });
                }
                if let Some((color, width)) = stroke {
                    self.ops.push(Op::SetOutlineColor { col: rgb(*color) });
                    self.ops.push(Op::SetOutlineThickness { pt: Pt(hundredths(*width)) });
                    self.ops.push(Op::DrawLine { line: PdfLine { points, is_closed: *closed } });
                }
            }
            Shape::Rings { rings, even_odd, color } => {
                self.fill(*color);
                let ring = |ring: &Vec<(f32, f32)>| PolygonRing {
                    points: ring
                        .iter()
                        .map(|(x, y)| LinePoint { p: point(*x, *y), bezier: false })
                        .collect(),
                };
                let polygon = Polygon {
                    rings: rings.iter().map(ring).collect(),
                    mode: PaintMode::Fill,
                    winding_order: if *even_odd {
                        WindingOrder::EvenOdd
                    } else {
                        WindingOrder::NonZero
                    },
                };
                self.ops.push(Op::DrawPolygon { polygon });
            }
            Shape::Picture { x, y, width, height } => {
                let Point { x, y } = point(*x, y + height);
                let matrix = [*width, 0.0, 0.0, *height, x.0, y.0].map(hundredths);
                self.ops.push(Op::SaveGraphicsState);
                self.ops.push(Op::SetTransformationMatrix { matrix: CurTransMat::Raw(matrix) });
                let name = DictItem::Name(PICTURE.as_bytes().to_vec());
                self.ops.push(Op::Unknown { key: "Do".to_owned(), value: vec![name] });
                self.ops.push(Op::RestoreGraphicsState);
            }
            Shape::Place { .. } => {}
        }
    }

    fn fill(&mut self, color: Color) {
        if self.fill != Some(color) {
            self.fill = Some(color);
            self.ops.push(Op::SetFillColor { col: rgb(color) });
        }
    }

    /// One face: positions go into TJ as thousandths of an em, so that kerning and rounding never add up.
    fn text(&mut self, glyphs: &[Glyph], line: &Line, x: f32, y: f32, color: Color) {
        let Some(first) = glyphs.first() else { return };
        self.ops.push(Op::StartTextSection);
        let font = (first.face, hundredths(line.size));
        if self.font != Some(font) {
            self.font = Some(font);
            let name = resource_name(font.0).to_owned();
            self.ops.push(Op::SetFont {
                font: PdfFontHandle::External(FontId(name)),
                size: Pt(font.1),
            });
        }
        self.fill(color);
        self.ops.push(Op::SetTextCursor { pos: point(x + first.x, y) });

        let mut shown = Shown::default();
        let mut pen = 0;
        let mut rise = 0.0;
        let mut in_cluster = 0;
        for glyph in glyphs {
            if glyph.cluster > 1 {
                self.show(&mut shown);
                let text: String = glyph.stands.iter().filter(|c| **c != '\0').collect();
                let data = [0xfe, 0xff]
                    .into_iter()
                    .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
                    .collect();
                self.begin_marked("Span", "ActualText", DictItem::String { data, literal: false });
                in_cluster = glyph.cluster;
            }
            if glyph.rise != rise {
                self.show(&mut shown);
                rise = glyph.rise;
                self.ops.push(Op::SetLineOffset { multiplier: hundredths(rise) });
            }
            let wanted = ((glyph.x - first.x) * 1000.0 / line.size).round() as i64;
            shown.shift(pen - wanted);
            shown.codes.extend(self.repertoire.code(glyph).to_be_bytes());
            pen = wanted + i64::from(typeface::glyph_advance(glyph.id, glyph.face));
            if in_cluster > 0 {
                in_cluster -= 1;
                if in_cluster == 0 {
                    self.show(&mut shown);
                    self.ops.push(Op::EndMarkedContent);
                }
            }
        }
        self.show(&mut shown);
        if rise != 0.0 {
            self.ops.push(Op::SetLineOffset { multiplier: 0.0 });
        }
        self.ops.push(Op::EndTextSection);
    }

    /// Raw TJ: one string an unkerned stretch, a third of the bytes of printpdf's own glyph items.
    fn show(&mut self, shown: &mut Shown) {
        shown.close_string();
        if !shown.items.is_empty() {
            let items = std::mem::take(&mut shown.items);
            self.ops
                .push(Op::Unknown { key: "TJ".to_owned(), value: vec![DictItem::Array(items)] });
        }
    }
}

/// The operand of a TJ that is being collected.
#[derive(Default)]
struct Shown {
    items: Vec<DictItem>,
    codes: Vec<u8>,
}

impl Shown {
    fn shift(&mut self, thousandths: i64) {
        if thousandths != 0 {
            self.close_string();
            self.items.push(DictItem::Int(thousandths));
        }
    }

    fn close_string(&mut self) {
        if !self.codes.is_empty() {
            let data = std::mem::take(&mut self.codes);
            self.items.push(DictItem::String { data, literal: true });
        }
    }
}

fn rgb([r, g, b]: Color) -> PdfColor {
    let part = |value: u8| f32::from(value) / 255.0;
    PdfColor::Rgb(Rgb { r: part(r), g: part(g), b: part(b), icc_profile: None })
}

fn hundredths(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}

fn point(x: f32, y: f32) -> Point {
    Point { x: Pt(hundredths(x)), y: Pt(hundredths(PAGE_HEIGHT - y)) }
}
