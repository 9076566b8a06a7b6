//! Text → lines of positioned glyphs, each with the text it stands for, so that extracted text is the text.
//!
//! parley breaks lines (UAX #14), orders them (UAX #9) and shapes (harfrust) with the bundled faces and nothing else. Ligatures are off:
//! readers of extracted text and screen readers differ in how well they undo them. A character without a glyph, a
//! control or a bidi override is refused (gate G24): a letter that says something else on paper than in the record
//! must not exist.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parley::fontique::{Blob, Collection, CollectionOptions, SourceCache};
use parley::{
    BaseDirection, FontContext, FontFamily, FontFamilyName, FontFeatures, FontWeight, Layout,
    LayoutContext, LineBreakContext, OverflowWrap, StyleProperty,
};

use crate::typeface::{self, Face};

use super::direction::{self, is_right_to_left};
use super::fault::PdfFault;

const LATIN: &str = "Noto Sans";
const ARABIC: &str = "Noto Sans Arabic";

/// Ascent of the bundled face in em, hhea table.
pub(crate) const ASCENT: f32 = 1.069;
/// Descent of the bundled face in em, hhea table, as a positive number.
pub(crate) const DESCENT: f32 = 0.293;

/// What a glyph stands for: up to four characters, padded with NUL.
pub(crate) type Stands = [char; 4];

/// A glyph on a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Glyph {
    /// The face.
    pub face: Face,
    /// Glyph id in the face.
    pub id: u16,
    /// The text it stands for.
    pub stands: Stands,
    /// Points from the start of the line.
    pub x: f32,
    /// Points above the baseline (marks raised by GPOS).
    pub rise: f32,
    /// More than 1 on the first glyph of a cluster whose glyphs do not match its characters one to one: that many
    /// glyphs together are replaced by `stands` when read aloud or copied.
    pub cluster: u8,
}

/// A set line.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// Glyphs from left to right.
    pub glyphs: Vec<Glyph>,
    /// Width without the spaces that hang at its end, points.
    pub width: f32,
    /// Type size, points.
    pub size: f32,
}

/// How a text is to be set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    /// Type size, points.
    pub size: f32,
    /// Width to break at, points; None for one line.
    pub width: Option<f32>,
    /// Language whose words may be hyphenated.
    pub hyphens: Option<hypher::Lang>,
    /// Direction of the paragraph; automatic: that of its first letter.
    pub base: BaseDirection,
}

/// Whether a part of a text runs from right to left, so that its glyphs do not stand in reading order.
pub(crate) fn turns(runs: &[(&str, bool)]) -> bool {
    runs.iter().any(|(text, _)| text.chars().any(is_right_to_left))
}

struct Shaper {
    fonts: FontContext,
    contexts: LayoutContext<()>,
    layout: Layout<()>,
}

thread_local! {
    // Loading the faces costs more than setting a page: once a thread.
    static SHAPER: RefCell<Shaper> = RefCell::new(Shaper::new());
}

impl Shaper {
    fn new() -> Shaper {
        let mut collection =
            Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for face in Face::ALL {
            collection.register_fonts(Blob::new(Arc::new(face.program())), None);
        }
        let fonts = FontContext { collection, source_cache: SourceCache::default() };
        Shaper { fonts, contexts: LayoutContext::new(), layout: Layout::new() }
    }
}

/// Sets a text of regular and bold stretches. A line feed begins a new line and is read as a space.
pub(crate) fn set(runs: &[(&str, bool)], setting: Setting) -> Result<Vec<Rc<Line>>, PdfFault> {
    let mut lines = Vec::new();
    let mut stretch: Vec<(String, bool)> = Vec::new();
    for &(text, bold) in runs {
        for (nth, part) in text.split('\n').enumerate() {
            if nth > 0 {
                if let Some((last, _)) = stretch.last_mut().filter(|(last, _)| !last.ends_with(' '))
                {
                    last.push(' ');
                }
                set_stretch(&stretch, setting, &mut lines)?;
                stretch.clear();
            }
            if !part.is_empty() {
                stretch.push((part.strip_suffix('\r').unwrap_or(part).to_owned(), bold));
            }
        }
    }
    set_stretch(&stretch, setting, &mut lines)?;
    Ok(lines)
}

/// Sets one line of text in one weight.
pub(crate) fn one_line(text: &str, bold: bool, size: f32) -> Result<Rc<Line>, PdfFault> {
    let base = BaseDirection::Auto;
    let line = set(&[(text, bold)], Setting { size, width: None, hyphens: None, base })?;
    Ok(line
        .into_iter()
        .next()
        .unwrap_or_else(|| Rc::new(Line { glyphs: Vec::new(), width: 0.0, size })))
}

fn set_stretch(
    runs: &[(String, bool)],
    setting: Setting,
    out: &mut Vec<Rc<Line>>,
) -> Result<(), PdfFault> {
    let mut text = String::new();
    let mut bold_ranges = Vec::new();
    for (run, bold) in runs {
        let from = text.len();
        for c in run.chars() {
            if is_not_text(c) {
                return Err(PdfFault::NotText { character: c, context: context(run, c) });
            }
            // A soft hyphen is an offer to break, not text; where words are hyphenated, hypher knows better places.
            if c != '\u{ad}' {
                text.push(c);
            }
        }
        if *bold {
            bold_ranges.push(from..text.len());
        }
    }
    if text.is_empty() {
        return Ok(());
    }
    if setting.base == BaseDirection::Rtl || text.chars().any(is_right_to_left) {
        let (isolated, places) = direction::isolated(&text);
        let place = |at: usize| places.get(at).copied().unwrap_or(isolated.len());
        for range in &mut bold_ranges {
            *range = place(range.start)..place(range.end);
        }
        text = isolated;
    }
    SHAPER.with_borrow_mut(|shaper| shaper.set(&text, &bold_ranges, setting, out))
}

/// Characters that would make the page say something else than the stored text, or nothing at all.
fn is_not_text(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{fff9}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

/// Refuses a text that goes into metadata only, if it holds what no reader should get.
pub(crate) fn require_text(text: &str) -> Result<(), PdfFault> {
    match text.chars().find(|c| is_not_text(*c)) {
        Some(character) => Err(PdfFault::NotText { character, context: context(text, character) }),
        None => Ok(()),
    }
}

/// Characters that are allowed, but leave no ink.
fn is_invisible(c: char) -> bool {
    matches!(c, direction::OPEN | direction::CLOSE | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{34f}' | '\u{fe00}'..='\u{fe0f}')
}

fn is_fixed_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2060}')
}

fn context(text: &str, at: char) -> String {
    let before: Vec<char> = text.chars().take_while(|c| *c != at).collect();
    let from = before.len().saturating_sub(16);
    text.chars().skip(from).take(40).map(|c| if is_not_text(c) { '\u{fffd}' } else { c }).collect()
}

impl Shaper {
    fn set(
        &mut self,
        text: &str,
        bold_ranges: &[std::ops::Range<usize>],
        setting: Setting,
        out: &mut Vec<Rc<Line>>,
    ) -> Result<(), PdfFault> {
        let Setting { size, width, hyphens, base } = setting;
        let points = match (width, hyphens) {
            (Some(_), Some(language)) => hyphenation_points(text, language),
            _ => Vec::new(),
        };
        // parley calls this once for each pair of neighbouring characters, in order.
        let pair = AtomicUsize::new(0);
        let break_points = points.clone();
        let break_between = move |around: LineBreakContext| {
            let at = pair.fetch_add(1, Ordering::Relaxed) + 1;
            if is_fixed_space(around.before) || is_fixed_space(around.after) {
                return Some(false);
            }
            break_points.binary_search(&at).is_ok().then_some(true)
        };
        let mut builder = self.contexts.ranged_builder(&mut self.fonts, text, 1.0, false);
        builder.set_base_direction(base);
        // Spaces and full stops between Arabic words are those of the Arabic face.
        let families = match base {
            BaseDirection::Rtl => [ARABIC, LATIN],
            _ => [LATIN, ARABIC],
        };
        let families: Vec<FontFamilyName> = families.map(FontFamilyName::named).to_vec();
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(families.into())));
        builder.push_default(StyleProperty::FontSize(size));
        builder.push_default(StyleProperty::FontFeatures(FontFeatures::from(
            "\"liga\" off, \"clig\" off",
        )));
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        for range in bold_ranges {
            builder.push(StyleProperty::FontWeight(FontWeight::BOLD), range.clone());
        }
        builder.set_line_break_override(Some(&break_between));
        builder.build_into(&mut self.layout, text);

        let char_starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let ends_at_point = |end: usize| {
            end < text.len()
                && char_starts
                    .binary_search(&end)
                    .is_ok_and(|nth| points.binary_search(&nth).is_ok())
        };
        self.break_lines(size, width, &ends_at_point);
        for line in self.layout.lines() {
            let mut glyphs = Vec::new();
            let metrics = line.metrics();
            // A space at the end of a line that runs to the left hangs out at the left.
            let mut x = metrics.offset;
            if self.layout.is_rtl() {
                x -= metrics.hanging_advance;
            }
            for run in line.runs() {
                x = collect_run(text, &run, x, &mut glyphs)?;
            }
            let mut width = metrics.advance - metrics.hanging_advance;
            if ends_at_point(line.text_range().end) {
                let bold = glyphs.last().is_some_and(|glyph: &Glyph| glyph.face.is_bold());
                let face = Face::latin(bold);
                if let Some(id) = typeface::glyph('-', face) {
                    glyphs.push(Glyph {
                        face,
                        id,
                        stands: stands("\u{ad}"),
                        x: width,
                        rise: 0.0,
                        cluster: 1,
                    });
                    width += typeface::advance("-", bold, size);
                }
            }
            if !glyphs.is_empty() {
                out.push(Rc::new(Line { glyphs, width, size }));
            }
        }
        Ok(())
    }

    /// Breaks lines. parley reserves no room for the hyphen of a line that ends inside a word: such a line is made
    /// narrower until its hyphen fits.
    fn break_lines(
        &mut self,
        size: f32,
        width: Option<f32>,
        ends_at_point: &dyn Fn(usize) -> bool,
    ) {
        let Some(width) = width else {
            self.layout.break_all_lines(None);
            return;
        };
        let hyphen = typeface::advance("-", true, size);
        let mut narrower: Vec<f32> = Vec::new();
        // Each round mends one line and never touches the lines before it; a text has fewer lines than characters.
        for _ in 0..self.layout.text_len().max(1) {
            let mut breaker = self.layout.break_lines();
            breaker.state_mut().set_layout_max_advance(width);
            let mut nth = 0;
            loop {
                breaker
                    .state_mut()
                    .set_line_max_advance(width - narrower.get(nth).copied().unwrap_or(0.0));
                if breaker.break_next().is_none() {
                    break;
                }
                nth += 1;
            }
            breaker.finish();
            let too_wide = self.layout.lines().enumerate().find_map(|(nth, line)| {
                let ink = line.metrics().advance - line.metrics().hanging_advance;
                (ends_at_point(line.text_range().end) && ink + hyphen > width + 0.01)
                    .then_some((nth, width - ink))
            });
            let Some((nth, slack)) = too_wide else { break };
            if narrower.len() <= nth {
                narrower.resize(nth + 1, 0.0);
            }
            narrower[nth] = (slack + 0.5).max(hyphen);
        }
    }
}

/// Appends the glyphs of a run and returns where the next begins.
fn collect_run(
    text: &str,
    run: &parley::layout::Run<'_, ()>,
    mut x: f32,
    out: &mut Vec<Glyph>,
) -> Result<f32, PdfFault> {
    let program = run.font().data.as_ref().as_ptr();
    let face = Face::ALL.into_iter().find(|face| std::ptr::eq(face.program().as_ptr(), program));
    let face = face.unwrap_or(Face::Regular);
    let turned = run.is_rtl();
    let mut clusters: Vec<(std::ops::Range<usize>, Vec<parley::Glyph>)> = Vec::new();
    for cluster in run.clusters() {
        match clusters.last_mut() {
            Some(last) if cluster.is_ligature_continuation() => {
                last.0.end = cluster.text_range().end
            }
            _ => clusters.push((cluster.text_range(), cluster.glyphs().collect())),
        }
    }
    if turned {
        clusters.reverse();
    }
    for (range, glyphs) in clusters {
        let cluster_text = &text[range.clone()];
        let visible: String = cluster_text.chars().filter(|c| !is_invisible(*c)).collect();
        let advance: f32 = glyphs.iter().map(|glyph| glyph.advance).sum();
        if visible.is_empty() {
            x += advance;
            continue;
        }
        let missing = glyphs.iter().any(|glyph| glyph.id == 0);
        if missing || (glyphs.len() != visible.chars().count() && visible.chars().count() > 4) {
            let character =
                visible.chars().find(|c| !typeface::covers(*c)).or(visible.chars().next());
            let character = character.unwrap_or('\u{fffd}');
            return Err(PdfFault::MissingGlyph { character, context: context(text, character) });
        }
        let one_to_one = glyphs.len() == visible.chars().count();
        // Readers of the page turn what runs to the left around, glyph by glyph: the text of a glyph must be turned, too.
        let visible: String = if turned { visible.chars().rev().collect() } else { visible };
        let mut characters = visible.chars();
        for (nth, glyph) in glyphs.iter().enumerate() {
            let stands = match (one_to_one, nth) {
                (true, _) => [characters.next().unwrap_or('\u{200b}'), '\0', '\0', '\0'],
                (false, 0) => stands(&visible),
                // Every code needs a text (PDF/UA-1 7.21.7); the cluster's replacement text hides this one.
                (false, _) => ['\u{200b}', '\0', '\0', '\0'],
            };
            let cluster = if one_to_one || nth > 0 || turned {
                1
            } else {
                u8::try_from(glyphs.len()).unwrap_or(u8::MAX)
            };
            let id = u16::try_from(glyph.id).unwrap_or(0);
            out.push(Glyph { face, id, stands, x: x + glyph.x, rise: -glyph.y, cluster });
            x += glyph.advance;
        }
    }
    Ok(x)
}

fn stands(text: &str) -> Stands {
    let mut stands = ['\0'; 4];
    for (slot, c) in stands.iter_mut().zip(text.chars()) {
        *slot = c;
    }
    stands
}

/// Places inside words where a line may end with a hyphen, counted in characters, ascending.
/// Three letters stay on either side; words of other scripts are left alone.
fn hyphenation_points(text: &str, language: hypher::Lang) -> Vec<usize> {
    let mut points = Vec::new();
    let mut word = String::new();
    for (at, c) in text.chars().chain([' ']).enumerate() {
        if c.is_alphabetic() && u32::from(c) < 0x250 {
            word.push(c);
            continue;
        }
        let length = word.chars().count();
        // Abbreviations stay whole.
        let is_plain_word = !word.chars().skip(1).any(char::is_uppercase);
        if length >= 7 && is_plain_word {
            let start = at - length;
            let mut split = 0;
            for syllable in hypher::hyphenate(&word, language) {
                split += syllable.chars().count();
                if split >= 3 && length - split >= 3 {
                    points.push(start + split);
                }
            }
        }
        word.clear();
    }
    points
}
