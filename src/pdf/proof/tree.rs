//! The structure tree of a finished file, walked in order (ISO 32000-1, 14.7): what a screen reader says.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lopdf::{Dictionary, Document as Pdf, Object, ObjectId};

use super::content::{self, PageContent};
use super::face::Face;
use super::{PageRead, Reading, Said};
use crate::pdf::read::{attached, dictionary, open, resolved, text, unpacked};

/// Deeper trees are none of ours.
const DEEPEST: usize = 48;
/// Elements that hold others; every other element is said in one go.
const GROUPS: [&[u8]; 11] = [
    b"Document",
    b"Part",
    b"Sect",
    b"Div",
    b"L",
    b"LI",
    b"Table",
    b"THead",
    b"TBody",
    b"TR",
    b"TFoot",
];

/// Reads the whole file.
pub(super) fn read(bytes: &[u8]) -> Result<Reading, &'static str> {
    let pdf = open(bytes)?;
    let catalog =
        dictionary(&pdf, pdf.trailer.get(b"Root").ok()).ok_or("a file without catalog")?;
    let pages: Vec<(ObjectId, PageContent)> = pages(&pdf)?;
    let root = dictionary(&pdf, catalog.get(b"StructTreeRoot").ok())
        .ok_or("a file without structure tree")?;
    let flag = |of: &[u8], name: &[u8]| {
        let holder = dictionary(&pdf, catalog.get(of).ok());
        holder.and_then(|holder| holder.get(name).ok()?.as_bool().ok()).unwrap_or(false)
    };
    let info = dictionary(&pdf, pdf.trailer.get(b"Info").ok());
    let string = |holder: Option<&Dictionary>, name: &[u8]| {
        text(resolved(&pdf, holder?.get(name).ok()?)?).filter(|text| !text.trim().is_empty())
    };
    let reading = Reading {
        title: string(info, b"Title"),
        shows_title: flag(b"ViewerPreferences", b"DisplayDocTitle"),
        language: string(Some(catalog), b"Lang"),
        tagged: flag(b"MarkInfo", b"Marked"),
        attached: attached(&pdf)?,
        ..Reading::default()
    };
    let mut walk = Walk {
        pdf: &pdf,
        pages,
        reading,
        seen: BTreeSet::new(),
        taken: BTreeSet::new(),
        cell: None,
    };
    walk.kids(root, None, 0)?;
    Ok(walk.finished())
}

fn pages(pdf: &Pdf) -> Result<Vec<(ObjectId, PageContent)>, &'static str> {
    let mut faces: BTreeMap<ObjectId, Rc<Face>> = BTreeMap::new();
    let mut pages = vec![];
    for id in pdf.get_pages().into_values() {
        let page = pdf.get_dictionary(id).map_err(|_| "a page that is none")?;
        let resources = dictionary(pdf, page.get(b"Resources").ok());
        let of = |name: &[u8]| dictionary(pdf, resources?.get(name).ok());
        let mut of_page = BTreeMap::new();
        for (name, font) in of(b"Font").into_iter().flatten() {
            let Ok(font) = font.as_reference() else { continue };
            let read = || {
                let empty = Dictionary::new();
                Rc::new(Face::of(pdf, pdf.get_dictionary(font).unwrap_or(&empty)))
            };
            of_page.insert(name.clone(), Rc::clone(faces.entry(font).or_insert_with(read)));
        }
        let bytes = match page.get(b"Contents").ok().and_then(|content| resolved(pdf, content)) {
            Some(Object::Stream(stream)) => unpacked(stream)?,
            _ => return Err("a page without one content stream"),
        };
        let mut content = content::read(&bytes, &of_page);
        // Text could hide in a form of its own; our pages have none.
        let forms = of(b"XObject").into_iter().flatten().filter(|(_, object)| {
            let stream = resolved(pdf, object).and_then(|object| object.as_stream().ok());
            stream.is_none_or(|stream| {
                stream.dict.get(b"Subtype").and_then(Object::as_name).ok() != Some(b"Image")
            })
        });
        if forms.count() > 0 {
            content.unread = Some("a form object");
        }
        pages.push((id, content));
    }
    if pages.is_empty() { Err("a file without pages") } else { Ok(pages) }
}

struct Walk<'a> {
    pdf: &'a Pdf,
    pages: Vec<(ObjectId, PageContent)>,
    reading: Reading,
    /// Elements that were visited: a tree that leads in circles ends.
    seen: BTreeSet<ObjectId>,
    /// Content that an element owns: page and identifier.
    taken: BTreeSet<(usize, i64)>,
    /// Table and row at hand.
    cell: Option<(usize, usize)>,
}

/// What an element gives that is said in one go.
#[derive(Default)]
struct Heard {
    /// Stretches of text.
    texts: Vec<String>,
    /// Form fields in it, by what they say.
    fields: Vec<String>,
}

impl<'a> Walk<'a> {
    /// What hangs below an element, each with the page it names.
    fn entries(&self, element: &'a Dictionary) -> Vec<&'a Object> {
        match element.get(b"K").ok().and_then(|kids| resolved(self.pdf, kids)) {
            Some(Object::Array(kids)) => kids.iter().collect(),
            Some(_) => element.get(b"K").into_iter().collect(),
            None => vec![],
        }
    }

    fn kids(
        &mut self,
        element: &'a Dictionary,
        role: Option<&[u8]>,
        depth: usize,
    ) -> Result<(), &'static str> {
        if depth > DEEPEST {
            return Err("a structure tree that is too deep");
        }
        for kid in self.entries(element) {
            let Some(child) = self.element(kid)? else {
                // Content that hangs on a group is read, but as nothing in particular.
                let mut heard = Heard::default();
                self.hear_content(kid, element, &mut heard);
                self.say(role.unwrap_or_default(), element, heard);
                continue;
            };
            let name = child.get(b"S").and_then(Object::as_name).unwrap_or_default();
            match name {
                b"Table" => self.reading.tables.push(vec![]),
                b"TR" => {
                    let table = self.reading.tables.len().checked_sub(1);
                    self.cell = table.and_then(|nth| {
                        let rows = self.reading.tables.get_mut(nth)?;
                        rows.push(0);
                        Some((nth, rows.len() - 1))
                    });
                }
                _ => {}
            }
            if GROUPS.contains(&name) {
                self.kids(child, Some(name), depth + 1)?;
            } else {
                let mut heard = Heard::default();
                self.hear(child, &mut heard, depth + 1)?;
                self.say(name, child, heard);
            }
            if name == b"TR" {
                self.cell = None;
            }
        }
        Ok(())
    }

    /// The element that a kid is; none for content.
    fn element(&mut self, kid: &'a Object) -> Result<Option<&'a Dictionary>, &'static str> {
        if let Object::Reference(id) = kid
            && !self.seen.insert(*id)
        {
            return Err("a structure tree that leads in circles");
        }
        let child = dictionary(self.pdf, Some(kid));
        Ok(child.filter(|child| child.has(b"S")))
    }

    /// Everything below an element, as one text.
    fn hear(
        &mut self,
        element: &'a Dictionary,
        heard: &mut Heard,
        depth: usize,
    ) -> Result<(), &'static str> {
        if depth > DEEPEST {
            return Err("a structure tree that is too deep");
        }
        let string = |name: &[u8]| text(resolved(self.pdf, element.get(name).ok()?)?);
        let replaced = string(b"ActualText");
        let mut below = Heard::default();
        for kid in self.entries(element) {
            match self.element(kid)? {
                Some(child) => self.hear(child, &mut below, depth + 1)?,
                None => self.hear_content(kid, element, &mut below),
            }
        }
        match replaced {
            // A text in the place of the content is a stretch of its own: it does not run on from the one before.
            Some(text) => {
                let runs_on = heard.texts.last().is_some_and(|t| !t.ends_with(char::is_whitespace));
                heard.texts.extend(runs_on.then(|| " ".to_owned()));
                heard.texts.push(text);
            }
            None => heard.texts.append(&mut below.texts),
        }
        heard.fields.append(&mut below.fields);
        Ok(())
    }

    /// Content: a number, a reference to marked content, a form field.
    fn hear_content(&mut self, kid: &'a Object, element: &Dictionary, heard: &mut Heard) {
        let page_of = |entry: &Dictionary| {
            let page =
                entry.get(b"Pg").or_else(|_| element.get(b"Pg")).ok()?.as_reference().ok()?;
            self.pages.iter().position(|(id, _)| *id == page)
        };
        let (page, id) = match resolved(self.pdf, kid) {
            Some(Object::Integer(id)) => (page_of(element), *id),
            Some(Object::Dictionary(entry)) => match entry.get(b"MCID").and_then(Object::as_i64) {
                Ok(id) => (page_of(entry), id),
                Err(_) => {
                    let field = dictionary(self.pdf, entry.get(b"Obj").ok());
                    let said =
                        field.and_then(|field| text(resolved(self.pdf, field.get(b"TU").ok()?)?));
                    heard.fields.push(said.unwrap_or_default());
                    return;
                }
            },
            _ => return,
        };
        let Some(page) = page else { return };
        let content = self.pages.get_mut(page).and_then(|(_, page)| page.marked.get_mut(&id));
        if let Some(texts) = content
            && self.taken.insert((page, id))
        {
            heard.texts.append(texts);
        }
    }

    fn say(&mut self, role: &[u8], element: &Dictionary, heard: Heard) {
        let Heard { texts, fields } = heard;
        let is_mark = |text: &str| matches!(text.trim(), "" | "•" | "☐");
        let mut said = Said {
            role: String::from_utf8_lossy(role).into_owned(),
            text: texts.concat(),
            cell: self.cell,
            ..Said::default()
        };
        match role {
            b"Figure" => {
                let alt = element.get(b"Alt").ok().and_then(|alt| resolved(self.pdf, alt));
                said.text = alt.and_then(text).unwrap_or_default();
                said.drawn = texts;
            }
            b"TH" | b"TD" => {
                if let Some(cells) = self
                    .cell
                    .and_then(|(table, row)| self.reading.tables.get_mut(table)?.get_mut(row))
                {
                    *cells += 1;
                }
                // A box to tick is said by its field.
                said.text = said.text + &fields.join(" ");
                said.scope = scope(self.pdf, element);
            }
            b"Lbl" if is_mark(&said.text) => said.text.clear(),
            _ => {}
        }
        self.reading.fields.extend(fields);
        // A figure without text is a finding, an empty cell is none.
        if !said.text.trim().is_empty() || role == b"Figure" {
            self.reading.said.push(said);
        }
    }

    fn finished(mut self) -> Reading {
        for (nth, (_, page)) in self.pages.into_iter().enumerate() {
            let mut unowned = page.unmarked;
            let orphans =
                page.marked.into_iter().filter(|(id, _)| !self.taken.contains(&(nth, *id)));
            unowned.extend(orphans.flat_map(|(_, texts)| texts));
            self.reading.pages.push(PageRead {
                artefacts: page.artefacts,
                unowned,
                wordless: page.wordless,
                unread: page.unread,
            });
        }
        self.reading
    }
}

/// What a header cell heads.
fn scope(pdf: &Pdf, element: &Dictionary) -> Option<String> {
    let attributes = dictionary(pdf, element.get(b"A").ok())?;
    let scope = attributes.get(b"Scope").and_then(Object::as_name).ok()?;
    Some(String::from_utf8_lossy(scope).into_owned())
}
