//! Labels broken into lines, before anything is drawn: their size decides the layout.

use super::backend::CAPITAL;
use super::drawing::Color;
use crate::typeface::advance;

/// Size, weight and colour of a label.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    /// Points.
    pub size: f32,
    /// Bold face.
    pub bold: bool,
    /// Colour.
    pub color: Color,
}

impl Type {
    pub(super) fn new(size: f32, color: Color) -> Self {
        Type { size, bold: false, color }
    }

    pub(super) fn bold(self) -> Self {
        Type { bold: true, ..self }
    }

    /// Distance of two baselines.
    pub(super) fn leading(&self) -> f32 {
        1.28 * self.size
    }

    /// Width of a text in points, with the 1 % that [`advance`] may be off.
    pub(super) fn measure(&self, text: &str) -> f32 {
        1.01 * advance(text, self.bold, self.size)
    }
}

/// A text broken into lines.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    /// One text a line; none of an empty text.
    pub lines: Vec<String>,
    /// Its type.
    pub face: Type,
    /// Width of the longest line in points.
    pub width: f32,
}

impl Lines {
    /// Breaks a text at spaces and behind hyphens so that no line is wider than `width`; a word that alone is wider is
    /// broken at a soft hyphen, which then shows, or else between two letters. No-break spaces hold. Nothing is left out.
    pub(super) fn set(text: &str, face: Type, width: f32) -> Self {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for piece in pieces(text) {
            let glue = if line.is_empty() || !piece.apart { "" } else { " " };
            let longer = format!("{line}{glue}{}", piece.text);
            if face.measure(&longer) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            let mut rest = 0;
            while let Some((end, hyphen)) = piece.break_in(rest, face, width) {
                lines.push(format!("{}{hyphen}", piece.text.get(rest..end).unwrap_or_default()));
                rest = end;
            }
            line.push_str(piece.text.get(rest..).unwrap_or_default());
        }
        if !line.is_empty() {
            lines.push(line);
        }
        let width = lines.iter().map(|line| face.measure(line)).fold(0.0, f32::max);
        Lines { lines, face, width }
    }

    /// Like [`Lines::set`], with lines as even as they get without one more of them.
    pub(super) fn even(text: &str, face: Type, width: f32) -> Self {
        let mut best = Lines::set(text, face, width);
        let (mut low, mut high) = (longest_word(text, face).min(width), best.width);
        while high - low > 0.5 {
            let middle = (low + high) / 2.0;
            let tried = Lines::set(text, face, middle);
            if tried.lines.len() <= best.lines.len() {
                high = middle;
                best = tried;
            } else {
                low = middle;
            }
        }
        best
    }

    /// Height in points: one leading a line.
    pub(super) fn height(&self) -> f32 {
        self.lines.len() as f32 * self.face.leading()
    }

    /// Baseline of a line, below the top of the block: capitals stand in the middle of their leading.
    pub(super) fn baseline(&self, line: usize) -> f32 {
        (line as f32 + 0.5) * self.face.leading() + CAPITAL / 2.0 * self.face.size
    }
}

/// Width of the widest piece that [`Lines::set`] would not break if it had the room.
pub(super) fn longest_word(text: &str, face: Type) -> f32 {
    pieces(text).iter().map(|piece| face.measure(&piece.text)).fold(0.0, f32::max)
}

/// Width of the widest part between spaces, hyphens and soft hyphens, with the hyphen that a break at it would show.
pub(super) fn longest_part(text: &str, face: Type) -> f32 {
    let parts = |piece: &Piece| {
        let mut widest = 0.0_f32;
        let mut from = 0;
        for &cut in &piece.cuts {
            let part = piece.text.get(from..cut).unwrap_or_default();
            widest = widest.max(face.measure(&format!("{part}-")));
            from = cut;
        }
        widest.max(face.measure(piece.text.get(from..).unwrap_or_default()))
    };
    pieces(text).iter().map(parts).fold(0.0, f32::max)
}

/// Width of a text on one line.
pub(super) fn natural(text: &str, face: Type) -> f32 {
    Lines::set(text, face, f32::INFINITY).width
}

struct Piece {
    /// Without soft hyphens.
    text: String,
    /// Where soft hyphens stood in it, as byte offsets.
    cuts: Vec<usize>,
    /// A space stands before it.
    apart: bool,
}

impl Piece {
    /// Where to break what is left of the piece from `from` on, and what a break there shows; None if it fits.
    fn break_in(&self, from: usize, face: Type, width: f32) -> Option<(usize, &'static str)> {
        let rest = self.text.get(from..)?;
        if face.measure(rest) <= width || rest.chars().nth(1).is_none() {
            return None;
        }
        let fits = |end: usize, hyphen: &str| {
            let part = self.text.get(from..end).unwrap_or_default();
            face.measure(&format!("{part}{hyphen}")) <= width
        };
        let soft = self.cuts.iter().copied().rfind(|&cut| cut > from && fits(cut, "-"));
        if let Some(cut) = soft {
            return Some((cut, "-"));
        }
        let ends = rest.char_indices().skip(1).map(|(at, _)| from + at);
        let first = ends.clone().next();
        ends.take_while(|&end| fits(end, "")).last().or(first).map(|end| (end, ""))
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    // Line ends, tabs and other controls have no glyph.
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut pieces = Vec::new();
    for word in clean.split(' ').filter(|word| !word.is_empty()) {
        let mut apart = true;
        let (mut part, mut cuts) = (String::new(), Vec::new());
        let mut letters = word.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter == SOFT_HYPHEN {
                if !part.is_empty() && letters.peek().is_some() {
                    cuts.push(part.len());
                }
                continue;
            }
            let inside = part.chars().last().is_some_and(char::is_alphanumeric);
            part.push(letter);
            if letter == '-' && inside && letters.peek().is_some_and(|next| next.is_alphabetic()) {
                let (text, cuts) = (std::mem::take(&mut part), std::mem::take(&mut cuts));
                pieces.push(Piece { text, cuts, apart });
                apart = false;
            }
        }
        if !part.is_empty() {
            pieces.push(Piece { text: part, cuts, apart });
        }
    }
    pieces
}

/// Where a word may be broken if it must.
const SOFT_HYPHEN: char = '\u{ad}';

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::palette::INK;

    #[test]
    fn breaks_at_spaces_and_hyphens_never_at_no_break_spaces() {
        let face = Type::new(10.0, INK);
        let set = Lines::set("Wohngeld-Antrag für 5\u{a0}Personen", face, 62.0);
        assert_eq!(set.lines, ["Wohngeld-", "Antrag für", "5\u{a0}Personen"]);
        assert_eq!(Lines::set(" \n\t ", face, 62.0).lines.len(), 0);
    }

    #[test]
    fn an_overlong_word_is_broken_and_loses_no_letter() {
        let word = "Grundstücksverkehrsgenehmigungszuständigkeit";
        let set = Lines::set(word, Type::new(10.0, INK), 50.0);
        assert!(set.lines.len() > 2 && set.width <= 50.0);
        assert_eq!(set.lines.concat(), word);
    }

    #[test]
    fn a_soft_hyphen_shows_only_where_a_word_must_be_broken() {
        let (face, word) = (Type::new(10.0, INK), "Arbeits\u{ad}losigkeit im Land");
        assert_eq!(Lines::set(word, face, 200.0).lines, ["Arbeitslosigkeit im Land"]);
        assert_eq!(Lines::set(word, face, 60.0).lines, ["Arbeits-", "losigkeit im", "Land"]);
        assert!(longest_part(word, face) < longest_word(word, face));
        assert!(longest_part(word, face) <= 60.0);
    }

    #[test]
    fn even_lines_take_no_more_lines() {
        let face = Type::new(9.0, INK);
        let text = "Einkommen im Monat bis 1.700 Euro und keine Miete";
        let (greedy, even) = (Lines::set(text, face, 110.0), Lines::even(text, face, 110.0));
        assert_eq!(greedy.lines.len(), even.lines.len());
        assert!(even.width <= greedy.width);
    }
}
