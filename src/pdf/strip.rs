//! Strips: what a page is filled with. A strip is never broken; glue says how much two neighbours want to stay together.

use crate::chart::Color;

use super::ink::{ACCENT, ACCENT_TINT, Artifact, Ink, Owner, RULE, Shape, WARM, WARM_TINT};

/// How strongly a strip holds on to the next. When a chain fits no page, the weaker glue gives way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Glue {
    /// A page may end here.
    Free,
    /// Parts of a group, an item or a panel.
    Keep,
    /// A heading and its text; the first two and the last two lines of a paragraph.
    Lines,
}

/// A heading to be listed in the outline.
#[derive(Clone, Debug)]
pub(crate) struct Bookmark {
    pub level: u8,
    pub text: String,
    pub page: usize,
    pub y: f32,
}

/// A piece as high as it is, with what it draws measured from its upper edge.
#[derive(Clone, Debug)]
pub(crate) struct Strip {
    /// Space wanted above; the larger of this and the space wanted below the strip before counts.
    pub before: f32,
    /// Space wanted below.
    pub after: f32,
    /// Space that is added to the gap above, whatever the neighbours want.
    pub extra: f32,
    pub height: f32,
    pub inks: Vec<Ink>,
    pub glue: Glue,
    /// Panel around it, index into the frames.
    pub frame: Option<usize>,
    /// Table header to repeat when a page begins with this strip, index into the headers.
    pub header: Option<usize>,
    pub bookmarks: Vec<Bookmark>,
    /// A page begins here.
    pub new_page: bool,
    /// What it is, should it fit no page.
    pub what: &'static str,
}

impl Strip {
    /// A strip of some height with some ink.
    pub fn new(what: &'static str, height: f32, inks: Vec<Ink>) -> Strip {
        Strip {
            before: 0.0,
            after: 0.0,
            extra: 0.0,
            height,
            inks,
            glue: Glue::Free,
            frame: None,
            header: None,
            bookmarks: Vec::new(),
            new_page: false,
            what,
        }
    }

    /// The same as decoration: a table header on a following page was read on the page before.
    pub fn as_artifact(&self) -> Strip {
        let mut copy = self.clone();
        copy.inks.retain(|ink| !matches!(ink.shape, Shape::Place { .. }));
        for ink in &mut copy.inks {
            ink.owner = Owner::Artifact(Artifact::Pagination);
        }
        copy.bookmarks.clear();
        copy
    }
}

/// Glues strips into a group that stays together while it can.
pub(crate) fn keep_together(strips: &mut [Strip]) {
    if let Some((_, but_last)) = strips.split_last_mut() {
        for strip in but_last {
            strip.glue = strip.glue.max(Glue::Keep);
        }
    }
}

/// Look of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Summary,
    Caution,
    Plain,
    /// A thin bar at the left: somebody else's words.
    Quote,
}

/// A panel's ground and border, drawn around whatever of it stands on one page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub look: Look,
    pub x: f32,
    pub width: f32,
    /// Keeps its own left and right on a mirrored page.
    pub rigid: bool,
}

impl Frame {
    fn inks(&self, top: f32, bottom: f32) -> Vec<Ink> {
        let Frame { look, x, width, rigid } = *self;
        let height = bottom - top;
        let border = |color: Color, stroke: f32| {
            let inset = stroke / 2.0;
            let (width, height) = (width - stroke, height - stroke);
            Ink::border(
                Owner::Artifact(Artifact::Layout),
                x + inset,
                top + inset,
                width,
                height,
                color,
                stroke,
            )
        };
        let inks = match look {
            Look::Summary => vec![
                Ink::ground(x, top, width, height, ACCENT_TINT),
                Ink::ground(x, top, 3.0, height, ACCENT),
            ],
            Look::Caution => vec![Ink::ground(x, top, width, height, WARM_TINT), border(WARM, 0.8)],
            Look::Plain => vec![border(RULE, 0.8)],
            Look::Quote => vec![Ink::ground(x, top, 1.5, height, RULE)],
        };
        let group = |ink: Ink| if rigid { ink.in_group(x, width) } else { ink };
        inks.into_iter().map(group).collect()
    }
}

/// Strips one below the other: a page, a column, the inside of a cell.
pub(crate) struct Stack<'a> {
    frames: &'a [Frame],
    /// Where the next strip would begin without a gap.
    pub y: f32,
    after: f32,
    /// Nothing stands here yet.
    pub empty: bool,
    open: Option<(usize, f32)>,
    grounds: Vec<Ink>,
    inks: Vec<Ink>,
    bookmarks: Vec<Bookmark>,
}

impl<'a> Stack<'a> {
    /// An empty stack that begins at `top`.
    pub fn new(frames: &'a [Frame], top: f32) -> Stack<'a> {
        Stack {
            frames,
            y: top,
            after: 0.0,
            empty: true,
            open: None,
            grounds: Vec::new(),
            inks: Vec::new(),
            bookmarks: Vec::new(),
        }
    }

    /// Height that strips would add.
    pub fn room_for(&self, strips: &[Strip]) -> f32 {
        height_of(strips, if self.empty { None } else { Some(self.after) })
    }

    /// Puts a strip below the others.
    pub fn put(&mut self, strip: Strip) {
        if !self.empty {
            self.y += self.after.max(strip.before) + strip.extra;
        }
        if strip.frame != self.open.map(|(frame, _)| frame) {
            // The gap between a frame and its neighbours lies outside it.
            let gap = if self.empty { 0.0 } else { self.after.max(strip.before) + strip.extra };
            self.close_frame(self.y - gap);
            self.open = strip.frame.map(|frame| (frame, self.y));
        }
        self.empty = false;
        self.after = strip.after;
        let dy = self.y;
        self.inks.extend(strip.inks.into_iter().map(|ink| ink.moved(0.0, dy)));
        self.bookmarks
            .extend(strip.bookmarks.into_iter().map(|mark| Bookmark { y: mark.y + dy, ..mark }));
        self.y += strip.height;
    }

    fn close_frame(&mut self, bottom: f32) {
        if let Some((frame, top)) = self.open.take()
            && let Some(frame) = self.frames.get(frame)
        {
            self.grounds.extend(frame.inks(top, bottom));
        }
    }

    /// The whole as one strip from 0 down to where it ends, or further: a frame at its end grows down to `least`.
    pub fn finish(mut self, least: f32) -> Strip {
        let bottom = self.y.max(least);
        self.close_frame(bottom);
        let mut inks = self.grounds;
        inks.append(&mut self.inks);
        Strip {
            bookmarks: self.bookmarks,
            after: self.after,
            ..Strip::new("a group", bottom, inks)
        }
    }
}

/// Height of strips one below the other; `after` is the space wanted by a strip above, None at the top of a page.
pub(crate) fn height_of(strips: &[Strip], mut after: Option<f32>) -> f32 {
    let mut height = 0.0;
    for strip in strips {
        if let Some(after) = after {
            height += strip.before.max(after) + strip.extra;
        }
        height += strip.height;
        after = Some(strip.after);
    }
    height
}
