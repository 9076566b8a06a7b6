//! Strips → pages: chains of glued strips stay together while they fit a page.

use super::fault::PdfFault;
use super::ink::{Ink, MM};
use super::strip::{Bookmark, Frame, Glue, Stack, Strip, height_of};

/// The room for content: from `first_top` on page 1 and `top` on the others down to `bottom`, in points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub first_top: f32,
    pub top: f32,
    pub bottom: f32,
    /// Where the rule of the footer stands.
    pub footer: f32,
}

/// Filled pages and where the headings came to stand.
pub(crate) struct Paged {
    pub pages: Vec<Vec<Ink>>,
    pub bookmarks: Vec<Bookmark>,
}

/// A last page with less than this, in points, is not worth a sheet of paper: about three lines.
const LITTLE: f32 = 48.0;
/// By how much gaps may shrink to save such a page, tried one after the other.
const NARROWER: [f32; 3] = [0.9, 0.8, 0.7];

/// Fills pages. Where a few lines would be left for a last page, all gaps shrink a little if that saves it.
pub(crate) fn paginate(
    strips: Vec<Strip>,
    frames: &[Frame],
    headers: &[Strip],
    room: Room,
) -> Result<Paged, PdfFault> {
    let (paged, last) = fill(strips.clone(), frames, headers, room)?;
    if paged.pages.len() > 1 && last < LITTLE {
        for share in NARROWER {
            let mut narrower = strips.clone();
            for strip in &mut narrower {
                strip.before *= share;
                strip.after *= share;
            }
            let (saved, _) = fill(narrower, frames, headers, room)?;
            if saved.pages.len() < paged.pages.len() {
                return Ok(saved);
            }
        }
    }
    Ok(paged)
}

/// Fills pages with strips as they are; also how high the last page's content is.
fn fill(
    strips: Vec<Strip>,
    frames: &[Frame],
    headers: &[Strip],
    room: Room,
) -> Result<(Paged, f32), PdfFault> {
    let paged = Paged { pages: Vec::new(), bookmarks: Vec::new() };
    let page = Stack::new(frames, room.first_top);
    let mut filler = Filler { frames, headers, room, paged, page };
    filler.chains(strips, Glue::Free)?;
    let last = filler.page.y - room.top;
    filler.end_page();
    Ok((filler.paged, last))
}

struct Filler<'a> {
    frames: &'a [Frame],
    headers: &'a [Strip],
    room: Room,
    paged: Paged,
    page: Stack<'a>,
}

impl Filler<'_> {
    /// Splits strips where glue is no stronger than `weakest` and places each chain.
    fn chains(&mut self, strips: Vec<Strip>, weakest: Glue) -> Result<(), PdfFault> {
        let mut chain = Vec::new();
        for strip in strips {
            if strip.new_page && weakest == Glue::Free {
                if !chain.is_empty() {
                    self.place(std::mem::take(&mut chain), weakest)?;
                }
                if !self.page.empty {
                    self.turn_page();
                }
            }
            let ends = strip.glue <= weakest;
            chain.push(strip);
            if ends {
                self.place(std::mem::take(&mut chain), weakest)?;
            }
        }
        if chain.is_empty() { Ok(()) } else { self.place(chain, weakest) }
    }

    fn place(&mut self, chain: Vec<Strip>, weakest: Glue) -> Result<(), PdfFault> {
        // Rounding of sums must not turn a page.
        let bottom = self.room.bottom + 0.01;
        if self.page.y + self.page.room_for(&chain) <= bottom {
            chain.into_iter().for_each(|strip| self.page.put(strip));
            return Ok(());
        }
        let header = chain
            .first()
            .and_then(|strip| strip.header)
            .and_then(|header| self.headers.get(header));
        let fresh =
            height_of(&chain, None) + header.map_or(0.0, |strip| strip.height + strip.after);
        let at_best = self.page.empty
            && (!self.paged.pages.is_empty() || self.room.first_top <= self.room.top);
        if !at_best && self.room.top + fresh <= bottom {
            self.turn_page();
            if let Some(header) = header {
                // A table in a panel: its repeated header stands in the panel, too.
                let frame = chain.first().and_then(|strip| strip.frame);
                self.page.put(Strip { frame, ..header.clone() });
            }
            chain.into_iter().for_each(|strip| self.page.put(strip));
            return Ok(());
        }
        match (weakest, chain.as_slice()) {
            (_, [strip]) => Err(PdfFault::TooTall {
                what: strip.what.to_owned(),
                height: strip.height / MM,
                room: (self.room.bottom - self.room.top) / MM,
            }),
            (Glue::Free, _) => self.chains(chain, Glue::Keep),
            _ => self.chains(chain, Glue::Lines),
        }
    }

    fn turn_page(&mut self) {
        self.end_page();
        self.page = Stack::new(self.frames, self.room.top);
    }

    fn end_page(&mut self) {
        let number = self.paged.pages.len();
        let page =
            std::mem::replace(&mut self.page, Stack::new(self.frames, self.room.top)).finish(0.0);
        self.paged
            .bookmarks
            .extend(page.bookmarks.into_iter().map(|mark| Bookmark { page: number, ..mark }));
        self.paged.pages.push(page.inks);
    }
}
