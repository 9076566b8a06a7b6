//! A page's content as text, by who owns it: a marked-content identifier of the structure tree, or nobody (artefacts).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::face::Face;
use super::scan::{Scanner, Token};
use crate::pdf::read::text_of_bytes;

/// What stands on a page.
#[derive(Debug, Default)]
pub(super) struct PageContent {
    /// Texts of each marked-content identifier, one entry a text object.
    pub marked: BTreeMap<i64, Vec<String>>,
    /// Texts that are no content: header, footer, repeated table headers, the mark of a draft.
    pub artefacts: Vec<String>,
    /// Text that is neither.
    pub unmarked: Vec<String>,
    /// Codes that stand for no text, or show no glyph.
    pub wordless: Vec<u16>,
    /// Content that this reader does not read.
    pub unread: Option<&'static str>,
}

/// An open marked-content sequence.
enum Mark {
    /// Content with its identifier.
    Content(i64),
    Artefact,
    /// A text that is read in place of what is shown.
    Replaced,
    Other,
}

/// Reads a content stream. `faces` are the page's fonts by resource name.
pub(super) fn read(bytes: &[u8], faces: &BTreeMap<Vec<u8>, Rc<Face>>) -> PageContent {
    let mut reader = Reader { page: PageContent::default(), marks: vec![], said: String::new() };
    let mut operands: Vec<Token> = vec![];
    let mut face: Option<&Face> = None;
    for token in Scanner::new(bytes) {
        let Token::Word(word) = token else {
            operands.push(token);
            continue;
        };
        match word {
            b"Tf" => {
                let name = operands.iter().find_map(|token| match token {
                    Token::Name(name) => Some(*name),
                    _ => None,
                });
                face = name.and_then(|name| faces.get(name)).map(Rc::as_ref);
            }
            b"Tj" | b"TJ" | b"'" | b"\"" => reader.show(&operands, face),
            b"BMC" | b"BDC" => reader.begin(&operands),
            b"EMC" => reader.end(),
            b"BT" | b"ET" => reader.flush(),
            b"BI" => reader.page.unread = Some("an image within the content"),
            // A real number is an operand like any other; nobody here asks for it.
            _ if word.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+')) => {
                continue;
            }
            _ => {}
        }
        operands.clear();
    }
    reader.flush();
    reader.page
}

struct Reader {
    page: PageContent,
    marks: Vec<Mark>,
    said: String,
}

impl Reader {
    fn show(&mut self, operands: &[Token], face: Option<&Face>) {
        let replaced = self.marks.iter().any(|mark| matches!(mark, Mark::Replaced));
        for token in operands {
            let Token::Text(bytes) = token else { continue };
            for pair in bytes.chunks(2) {
                let code = match pair {
                    [high, low] => u16::from_be_bytes([*high, *low]),
                    _ => 0,
                };
                let text = face.and_then(|face| face.text(code));
                if text.is_none() || !face.is_some_and(|face| face.has_glyph(code)) {
                    self.page.wordless.push(code);
                }
                if !replaced {
                    self.said.push_str(text.unwrap_or("\u{fffd}"));
                }
            }
        }
    }

    fn begin(&mut self, operands: &[Token]) {
        let after = |wanted: &[u8]| {
            let at = operands.iter().position(|token| *token == Token::Name(wanted))?;
            operands.get(at + 1)
        };
        let mark = match (operands.first(), after(b"MCID"), after(b"ActualText")) {
            (_, _, Some(Token::Text(bytes))) => {
                let text = text_of_bytes(bytes).unwrap_or_else(|| "\u{fffd}".to_owned());
                self.said.push_str(&text);
                Mark::Replaced
            }
            (_, Some(Token::Integer(id)), _) => {
                self.flush();
                // Also a box without any text is content.
                self.page.marked.entry(*id).or_default();
                Mark::Content(*id)
            }
            (Some(Token::Name(b"Artifact")), ..) => {
                self.flush();
                Mark::Artefact
            }
            _ => Mark::Other,
        };
        self.marks.push(mark);
    }

    fn end(&mut self) {
        if matches!(self.marks.last(), Some(Mark::Content(_) | Mark::Artefact)) {
            self.flush();
        }
        self.marks.pop();
    }

    /// Gives what was said to who owns it.
    fn flush(&mut self) {
        if self.said.is_empty() {
            return;
        }
        let said = std::mem::take(&mut self.said);
        let owner =
            self.marks.iter().rev().find(|m| matches!(m, Mark::Content(_) | Mark::Artefact));
        match owner {
            Some(Mark::Content(id)) => self.page.marked.entry(*id).or_default().push(said),
            Some(_) => self.page.artefacts.push(said),
            None => self.page.unmarked.push(said),
        }
    }
}
