//! XML as PMML needs it: elements, attributes and text of a document, one flat list each, with their values left in the
//! file until they are asked for. No document type, no entities but the five of XML itself, a bound on depth.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::fault::Checked;
use crate::model::fault::{malformed, unsupported};

/// Elements inside elements that are accepted; the deepest files of known writers are trees of some sixty levels.
const DEEPEST: usize = 400;

/// Attributes of one element that are accepted; PMML knows no element with half as many.
const MOST_ATTRIBUTES: usize = 64;

/// What each of the file's parts is in messages.
const EXPECTED: &str = "a PMML document";

#[derive(Debug)]
struct Element {
    name: u16,
    attributes: u16,
    first_attribute: u32,
    /// The element that follows this one and everything in it.
    end: u32,
    /// Where its content begins and ends in the file.
    content: (u32, u32),
}

#[derive(Debug)]
struct Attribute {
    name: u16,
    value: (u32, u32),
}

/// A document.
#[derive(Debug)]
pub struct Document<'a> {
    text: &'a str,
    names: Vec<String>,
    elements: Vec<Element>,
    attributes: Vec<Attribute>,
}

/// One element of a document.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    at: u32,
}

/// Names, each once.
#[derive(Default)]
struct Names {
    list: Vec<String>,
    known: HashMap<String, u16>,
}

impl Names {
    fn id(&mut self, name: &str) -> Option<u16> {
        if let Some(id) = self.known.get(name) {
            return Some(*id);
        }
        let id = u16::try_from(self.list.len()).ok()?;
        self.list.push(name.to_owned());
        self.known.insert(name.to_owned(), id);
        Some(id)
    }
}

impl<'a> Document<'a> {
    /// Reads a document.
    ///
    /// # Errors
    /// M03 for what is no XML, M04 for a document type, an encoding that is not UTF-8, elements too deep.
    pub fn read(file: &str, bytes: &'a [u8]) -> Checked<Self> {
        let bad = |found: String| malformed(file, EXPECTED, found);
        let text = std::str::from_utf8(bytes)
            .map_err(|e| bad(format!("bytes that are no UTF-8, from byte {}", e.valid_up_to())))?;
        if u32::try_from(text.len()).is_err() {
            return Err(unsupported(file, "a PMML file of more than 4 GiB"));
        }
        let mut document = Document { text, names: vec![], elements: vec![], attributes: vec![] };
        let mut names = Names::default();
        let mut open: Vec<u32> = vec![];
        let mut reader = Reader::from_str(text);
        loop {
            let event = reader.read_event().map_err(|e| bad(format!("XML with {e}")))?;
            let position = reader.buffer_position() as u32;
            match event {
                Event::Start(start) => {
                    if open.len() >= DEEPEST {
                        return Err(unsupported(
                            file,
                            format!("PMML elements more than {DEEPEST} deep"),
                        ));
                    }
                    if open.is_empty() && !document.elements.is_empty() {
                        return Err(bad("a second root element".to_owned()));
                    }
                    open.push(document.elements.len() as u32);
                    document.element(&start, position, &mut names).map_err(bad)?;
                }
                Event::Empty(start) => {
                    if open.is_empty() && !document.elements.is_empty() {
                        return Err(bad("a second root element".to_owned()));
                    }
                    document.element(&start, position, &mut names).map_err(bad)?;
                }
                Event::End(tag) => {
                    let end = document.elements.len() as u32;
                    let last = open.pop().and_then(|at| document.elements.get_mut(at as usize));
                    let Some(element) = last else { return Err(bad("a stray end tag".into())) };
                    element.end = end;
                    // `</name>` is behind the content
                    let tag = tag.len() as u32 + 3;
                    element.content.1 = position.saturating_sub(tag).max(element.content.0);
                }
                Event::GeneralRef(name) if !known_entity(&name) => {
                    return Err(bad(format!("the entity `&{};`", name.as_ref())));
                }
                Event::Text(text) if open.is_empty() && !text.trim().is_empty() => {
                    return Err(bad("text outside the root element".to_owned()));
                }
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => {}
                Event::Comment(_) | Event::PI(_) => {}
                Event::Decl(declaration) => {
                    if let Some(encoding) = declaration.encoding() {
                        let encoding = encoding.map_err(|e| bad(format!("XML with {e}")))?;
                        let name = encoding.to_ascii_lowercase();
                        let known =
                            matches!(name.as_str(), "utf-8" | "utf8" | "us-ascii" | "ascii");
                        // Of encodings that agree with ASCII, a file of ASCII alone is the same.
                        if !known && (!text.is_ascii() || name.starts_with("utf")) {
                            return Err(unsupported(
                                file,
                                format!("the encoding {encoding} (save the file as UTF-8)"),
                            ));
                        }
                    }
                }
                Event::DocType(_) => {
                    return Err(unsupported(file, "a document type (<!DOCTYPE …>) in a PMML file"));
                }
                Event::Eof => break,
            }
        }
        if !open.is_empty() || document.elements.is_empty() {
            return Err(bad("an end before the root element's end".to_owned()));
        }
        document.names = names.list;
        Ok(document)
    }

    fn element(
        &mut self,
        start: &BytesStart<'_>,
        position: u32,
        names: &mut Names,
    ) -> Result<(), String> {
        let base = self.text.as_ptr() as usize;
        let crowd = || "more than 65,535 different names".to_owned();
        // A prefix says which language a name is of; PMML's own names have none or any.
        let name = start.name().0;
        let name = names.id(name.rsplit(':').next().unwrap_or(name)).ok_or_else(crowd)?;
        let first = self.attributes.len();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|e| format!("XML with {e}"))?;
            let name = names.id(attribute.key.0).ok_or_else(crowd)?;
            if self.attributes.iter().skip(first).any(|a| a.name == name) {
                return Err(format!("the attribute `{}` twice", attribute.key.0));
            }
            if self.attributes.len() - first >= MOST_ATTRIBUTES {
                return Err(format!("an element of more than {MOST_ATTRIBUTES} attributes"));
            }
            if attribute.value.contains('&') && unescape(&attribute.value).is_err() {
                return Err("an entity that XML does not know, in an attribute".to_owned());
            }
            let from = (attribute.value.as_ptr() as usize).wrapping_sub(base);
            let to = from.wrapping_add(attribute.value.len());
            if self.text.get(from..to) != Some(attribute.value.as_ref()) {
                return Err("an attribute that is not in the file".to_owned());
            }
            self.attributes.push(Attribute { name, value: (from as u32, to as u32) });
        }
        let attributes = (self.attributes.len() - first) as u16;
        let end = self.elements.len() as u32 + 1;
        let content = (position, position);
        let first_attribute = first as u32;
        self.elements.push(Element { name, attributes, first_attribute, end, content });
        Ok(())
    }

    /// The root element.
    pub fn root(&'a self) -> Node<'a> {
        Node { document: self, at: 0 }
    }
}

fn known_entity(name: &str) -> bool {
    name.starts_with('#') && unescape(&format!("&{name};")).is_ok()
        || matches!(name, "lt" | "gt" | "amp" | "quot" | "apos")
}

impl<'d> Node<'d> {
    fn element(self) -> Option<&'d Element> {
        self.document.elements.get(self.at as usize)
    }

    /// Its name, without a prefix.
    pub fn name(self) -> &'d str {
        self.element()
            .and_then(|e| self.document.names.get(e.name as usize))
            .map_or("", String::as_str)
    }

    /// The line that its tag ends in, from 1.
    pub fn line(self) -> u64 {
        let at = self.element().map_or(0, |e| e.content.0 as usize);
        let before = self.document.text.as_bytes().get(..at).unwrap_or_default();
        before.iter().filter(|b| **b == b'\n').count() as u64 + 1
    }

    fn pairs(self) -> impl Iterator<Item = (&'d str, &'d str)> {
        let (first, count) =
            self.element().map_or((0, 0), |e| (e.first_attribute as usize, e.attributes as usize));
        let document = self.document;
        document.attributes.iter().skip(first).take(count).map(|a| {
            let name = document.names.get(a.name as usize).map_or("", String::as_str);
            let (from, to) = (a.value.0 as usize, a.value.1 as usize);
            (name, document.text.get(from..to).unwrap_or_default())
        })
    }

    /// The names of its attributes.
    pub fn attributes(self) -> impl Iterator<Item = &'d str> {
        self.pairs().map(|(name, _)| name)
    }

    /// An attribute's value.
    pub fn get(self, name: &str) -> Option<Cow<'d, str>> {
        let raw = self.pairs().find(|(known, _)| *known == name)?.1;
        if !raw.contains(['&', '\n', '\t', '\r']) {
            return Some(Cow::Borrowed(raw));
        }
        let blank = raw.replace(['\n', '\t', '\r'], " ");
        Some(Cow::Owned(unescape(&blank).map_or(String::new(), Cow::into_owned)))
    }

    /// The elements in it, in their order, without `Extension`s, which may say anything and change nothing.
    pub fn children(self) -> impl Iterator<Item = Node<'d>> {
        let document = self.document;
        let end = self.element().map_or(0, |e| e.end);
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            let here = (at < end).then_some(Node { document, at })?;
            at = here.element()?.end;
            Some(here)
        })
        .filter(|child| child.name() != "Extension")
    }

    /// The first element in it of a name.
    pub fn child(self, name: &str) -> Option<Node<'d>> {
        self.children().find(|child| child.name() == name)
    }

    /// The elements in it of a name.
    pub fn named(self, name: &'d str) -> impl Iterator<Item = Node<'d>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// This element and all below it, in the file's order.
    pub fn all(self) -> impl Iterator<Item = Node<'d>> {
        let document = self.document;
        let end = self.element().map_or(self.at, |e| e.end);
        (self.at..end).map(move |at| Node { document, at })
    }

    /// Its text.
    pub fn text(self) -> String {
        let (from, to) = self.element().map_or((0, 0), |e| e.content);
        let content = self.document.text.get(from as usize..to as usize).unwrap_or_default();
        if !content.contains(['<', '&']) {
            return content.trim().to_owned();
        }
        let mut text = String::new();
        let mut reader = Reader::from_str(content);
        // The whole file has been read once; what cannot be read here was not there then.
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::CData(part) => text.push_str(&part),
                Event::GeneralRef(name) => {
                    let entity = format!("&{};", name.as_ref());
                    text.push_str(&unescape(&entity).unwrap_or_default());
                }
                Event::Eof => break,
                _ => {}
            }
        }
        text.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Document<'_>, String> {
        Document::read("m", text.as_bytes()).map_err(|f| f.0[0].found.clone())
    }

    #[test]
    fn a_document_is_read() {
        let text = "<?xml version=\"1.0\"?><p:A x='1 &lt; 2'><!-- c --><B/>\
                    <Extension/><C>a<![CDATA[<b>]]>&amp;&#65;</C></p:A>\n";
        let document = read(text).unwrap();
        let root = document.root();
        assert_eq!((root.name(), root.get("x").as_deref()), ("A", Some("1 < 2")));
        assert_eq!(root.children().map(Node::name).collect::<Vec<_>>(), ["B", "C"]);
        assert_eq!(root.child("C").unwrap().text(), "a<b>&A");
        assert_eq!(root.all().count(), 4);
        assert_eq!(root.get("y"), None);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for (text, found) in [
            ("<A><B></A></B>", "XML with"),
            ("<A>", "end before"),
            ("<A/><B/>", "second root"),
            ("<A/>x", "text outside"),
            ("<A>&lol;</A>", "entity `&lol;`"),
            ("<A x='&lol;'/>", "entity that XML does not know"),
            ("<A x='1' x='2'/>", "twice"),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><A/>", "document type"),
            ("<?xml version='1.0' encoding='UTF-16'?><A/>", "encoding UTF-16"),
            ("</A>", "XML with"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(found), "{text}: {refused}");
        }
        assert!(read(&"<A>".repeat(100_000)).unwrap_err().contains("deep"));
        assert!(read("<?xml version='1.0' encoding='ISO-8859-1'?><A/>").is_ok());
    }
}
