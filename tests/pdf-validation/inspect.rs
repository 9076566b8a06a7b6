//! Reads a finished file the way a screen reader does (structure tree) and the way a ruler does (positions).

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::Content;
use lopdf::{Dictionary, Document as Pdf, Object, ObjectId};

/// Points in a millimetre.
pub const MM: f32 = 72.0 / 25.4;

/// One shown stretch of text.
#[derive(Clone, Debug)]
pub struct Shown {
    pub page: usize,
    /// Left end and baseline in millimetres from the upper left corner.
    pub x: f32,
    pub y: f32,
    /// From the left end to where the next glyph would stand, millimetres.
    pub width: f32,
    pub size: f32,
    pub text: String,
    /// Marked-content identifier; None for an artifact.
    pub mcid: Option<i64>,
}

/// A stroked two-point line: from, to, in millimetres from the upper left corner.
pub type Stroke = (usize, (f32, f32), (f32, f32));

/// A finished file, taken apart.
pub struct Inspected {
    pub pdf: Pdf,
    pub pages: Vec<ObjectId>,
    pub shown: Vec<Shown>,
    pub strokes: Vec<Stroke>,
    /// Every operator that paints or shows stood inside marked content.
    pub all_marked: bool,
}

/// An element of the structure tree.
#[derive(Clone, Debug, Default)]
pub struct Element {
    pub role: String,
    pub text: String,
    pub alt: Option<String>,
    pub scope: Option<String>,
    pub has_bounds: bool,
    /// Left, top, right, bottom in millimetres.
    pub bounds: Option<[f32; 4]>,
    /// Pages on which it has text.
    pub pages: BTreeSet<usize>,
    /// Language of its own.
    pub language: Option<String>,
    /// The form field that it stands for.
    pub widget: Option<ObjectId>,
    pub kids: Vec<Element>,
}

impl Element {
    /// All elements of a role, in reading order.
    pub fn all<'a>(&'a self, role: &str) -> Vec<&'a Element> {
        let mut found = Vec::new();
        self.collect(role, &mut found);
        found
    }

    fn collect<'a>(&'a self, role: &str, found: &mut Vec<&'a Element>) {
        if self.role == role {
            found.push(self);
        }
        self.kids.iter().for_each(|kid| kid.collect(role, found));
    }

    /// What is read aloud, element by element.
    pub fn reading(&self) -> Vec<String> {
        let mut out = Vec::new();
        if !self.text.is_empty() {
            out.push(self.alt.clone().unwrap_or_else(|| self.text.clone()));
        }
        self.kids.iter().for_each(|kid| out.extend(kid.reading()));
        out
    }
}

pub fn string(object: &Object) -> String {
    let bytes = object.as_str().expect("string");
    match bytes.strip_prefix(&[0xfe, 0xff]) {
        Some(units) => {
            let units: Vec<u16> =
                units.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).expect("UTF-16")
        }
        None => String::from_utf8(bytes.to_vec()).expect("ASCII"),
    }
}

fn number(object: &Object) -> f32 {
    object.as_float().expect("number")
}

/// Left, top, right, bottom in millimetres from the upper left corner.
fn place(rectangle: &[Object]) -> [f32; 4] {
    let [left, bottom, right, top] = [0, 1, 2, 3].map(|nth| number(&rectangle[nth]) / MM);
    [left, 297.0 - top, right, 297.0 - bottom]
}

/// Code → text of each font of the file.
fn to_unicode(pdf: &Pdf, page: ObjectId) -> BTreeMap<Vec<u8>, BTreeMap<u16, String>> {
    let fonts = pdf.get_page_fonts(page).expect("fonts");
    let mut maps = BTreeMap::new();
    for (name, font) in fonts {
        let id = font.get(b"ToUnicode").and_then(Object::as_reference).expect("ToUnicode");
        let stream = pdf.get_object(id).and_then(Object::as_stream).expect("ToUnicode stream");
        let text =
            String::from_utf8(stream.decompressed_content().expect("CMap")).expect("CMap text");
        let mut map = BTreeMap::new();
        for line in
            text.lines().filter(|line| line.starts_with('<') && line.matches('<').count() == 2)
        {
            let parts: Vec<&str> = line.split(['<', '>']).collect();
            let Ok(code) = u16::from_str_radix(parts[1], 16) else {
                continue;
            };
            let units: Vec<u16> = parts[3]
                .as_bytes()
                .chunks(4)
                .map(|four| {
                    u16::from_str_radix(std::str::from_utf8(four).expect("hex"), 16).expect("hex")
                })
                .collect();
            map.insert(code, String::from_utf16(&units).expect("UTF-16"));
        }
        maps.insert(name, map);
    }
    maps
}

/// Code → advance of each font of the page, in thousandths of the size.
fn advances(pdf: &Pdf, page: ObjectId) -> BTreeMap<Vec<u8>, BTreeMap<u16, f32>> {
    let fonts = pdf.get_page_fonts(page).expect("fonts");
    let of_font = |font: &Dictionary| {
        let font = font.get_deref(b"DescendantFonts", pdf).and_then(Object::as_array);
        let font = pdf.dereference(&font.expect("descendant")[0]).expect("font").1;
        let widths = font.as_dict().expect("font").get_deref(b"W", pdf).expect("W");
        let widths = widths.as_array().expect("widths");
        let mut map = BTreeMap::new();
        for pair in widths.chunks(2) {
            let first = u16::try_from(pair[0].as_i64().expect("first code")).expect("a code");
            let advances = pair[1].as_array().expect("advances");
            map.extend((first..).zip(advances.iter().map(number)));
        }
        map
    };
    fonts.into_iter().map(|(name, font)| (name, of_font(font))).collect()
}

/// Takes a file apart.
pub fn inspect(bytes: &[u8]) -> Inspected {
    let pdf = Pdf::load_mem(bytes).expect("a readable file");
    let pages: Vec<ObjectId> = pdf.get_pages().into_values().collect();
    let mut inspected =
        Inspected { pages: pages.clone(), shown: vec![], strokes: vec![], all_marked: true, pdf };
    for (number, page) in pages.into_iter().enumerate() {
        inspected.read_page(number, page);
    }
    inspected
}

impl Inspected {
    fn read_page(&mut self, page: usize, id: ObjectId) {
        let (maps, advances) = (to_unicode(&self.pdf, id), advances(&self.pdf, id));
        let content = Content::decode(&self.pdf.get_page_content(id)).expect("operators");
        // Marked content nests: an identifier, an artifact (None inside), or a replacement text (None outside).
        // A replacement text is read in place of the first thing it stands for, and of nothing else.
        let mut marked: Vec<Option<Option<i64>>> = Vec::new();
        let mut replacement: Option<String> = None;
        let mut replacing = 0;
        let mut font = (Vec::new(), 0.0);
        let mut at = (0.0, 0.0);
        let mut path: Vec<(f32, f32)> = Vec::new();
        let down = |y: f32| (297.0 * MM - y) / MM;
        for operation in content.operations {
            let operands = &operation.operands;
            let paints =
                ["TJ", "Tj", "S", "s", "f", "B", "b"].contains(&operation.operator.as_str());
            if paints && !marked.iter().any(Option::is_some) {
                self.all_marked = false;
            }
            match operation.operator.as_str() {
                "BDC" => {
                    let properties = operands[1].as_dict().expect("properties");
                    let tag = operands[0].as_name().expect("tag");
                    if let Ok(actual) = properties.get(b"ActualText") {
                        replacement = Some(string(actual));
                        replacing = marked.len() + 1;
                    }
                    marked.push(match properties.get(b"MCID") {
                        Ok(id) => Some(Some(id.as_i64().expect("MCID"))),
                        Err(_) => (tag == b"Artifact").then_some(None),
                    });
                }
                "EMC" => {
                    if replacing == marked.len() {
                        replacing = 0;
                    }
                    marked.pop().expect("balanced marked content");
                }
                "Tf" => {
                    font = (operands[0].as_name().expect("font").to_vec(), number(&operands[1]))
                }
                "Td" => at = (number(&operands[0]), number(&operands[1])),
                "TJ" => {
                    let map = maps.get(&font.0).expect("known font");
                    let advance = advances.get(&font.0).expect("known font");
                    let mut text = String::new();
                    let mut width = 0.0;
                    for item in operands[0].as_array().expect("items") {
                        if let Ok(codes) = item.as_str() {
                            for code in codes.chunks(2) {
                                let code = u16::from_be_bytes([code[0], code[1]]);
                                text += &map[&code];
                                width += advance.get(&code).copied().unwrap_or_default();
                            }
                        } else {
                            width -= number(item);
                        }
                    }
                    let width = width / 1000.0 * font.1 / MM;
                    if replacing > 0 {
                        text = replacement.take().unwrap_or_default();
                    }
                    let mcid = marked.iter().rev().find_map(|entry| *entry).flatten();
                    let (x, y) = (at.0 / MM, down(at.1));
                    self.shown.push(Shown { page, x, y, width, size: font.1, text, mcid });
                    at.0 += width * MM;
                }
                "m" => path = vec![(number(&operands[0]) / MM, down(number(&operands[1])))],
                "l" => path.push((number(&operands[0]) / MM, down(number(&operands[1])))),
                "S" => {
                    if let [from, to] = path.as_slice() {
                        self.strokes.push((page, *from, *to));
                    }
                }
                _ => {}
            }
        }
        assert!(marked.is_empty(), "marked content ends with the page");
    }

    /// The structure tree with the text of every element.
    pub fn tree(&self) -> Element {
        let catalog = self.pdf.catalog().expect("catalog");
        let root = self.dictionary(catalog.get(b"StructTreeRoot").expect("tree"));
        let kids = root.get(b"K").and_then(Object::as_array).expect("root kids");
        self.element(self.dictionary(&kids[0]))
    }

    pub fn dictionary<'a>(&'a self, object: &'a Object) -> &'a Dictionary {
        match object {
            Object::Reference(id) => self.pdf.get_dictionary(*id).expect("dictionary"),
            direct => direct.as_dict().expect("dictionary"),
        }
    }

    fn content(&self, page: ObjectId, mcid: i64) -> String {
        let page = self.pages.iter().position(|id| *id == page).expect("page");
        self.shown
            .iter()
            .filter(|s| s.page == page && s.mcid == Some(mcid))
            .map(|s| s.text.as_str())
            .collect()
    }

    fn element(&self, entry: &Dictionary) -> Element {
        let mut element = Element {
            role: String::from_utf8_lossy(entry.get(b"S").and_then(Object::as_name).expect("role"))
                .into_owned(),
            language: entry.get(b"Lang").ok().map(string),
            alt: entry.get(b"Alt").or(entry.get(b"ActualText")).ok().map(string),
            ..Element::default()
        };
        if let Ok(attributes) = entry.get(b"A").and_then(Object::as_dict) {
            let scope = attributes.get(b"Scope").and_then(Object::as_name).ok();
            element.scope = scope.map(|name| String::from_utf8_lossy(name).into_owned());
            element.has_bounds = attributes.has(b"BBox");
            element.bounds =
                attributes.get(b"BBox").and_then(Object::as_array).ok().map(|b| place(b));
        }
        for kid in entry.get(b"K").and_then(Object::as_array).expect("kids") {
            let home =
                || entry.get(b"Pg").and_then(Object::as_reference).expect("page of the element");
            match kid {
                Object::Integer(mcid) => {
                    element.pages.extend(self.pages.iter().position(|id| *id == home()));
                    element.text += &self.content(home(), *mcid);
                }
                Object::Dictionary(piece) if piece.has_type(b"OBJR") => {
                    element.widget = piece.get(b"Obj").and_then(Object::as_reference).ok();
                    let widget = element.widget.and_then(|id| self.pdf.get_dictionary(id).ok());
                    let rect = widget.and_then(|w| w.get(b"Rect").and_then(Object::as_array).ok());
                    element.bounds = rect.map(|rect| place(rect));
                }
                Object::Dictionary(piece) => {
                    let page =
                        piece.get(b"Pg").and_then(Object::as_reference).expect("page of the piece");
                    let mcid = piece.get(b"MCID").and_then(Object::as_i64).expect("MCID");
                    element.pages.extend(self.pages.iter().position(|id| *id == page));
                    element.text += &self.content(page, mcid);
                }
                Object::Reference(_) => element.kids.push(self.element(self.dictionary(kid))),
                other => panic!("kid {other:?}"),
            }
        }
        element
    }
}

/// The first text that begins so.
pub fn find<'a>(file: &'a Inspected, start: &str) -> &'a Shown {
    file.shown
        .iter()
        .find(|shown| shown.text.starts_with(start))
        .unwrap_or_else(|| panic!("no text {start:?}"))
}

/// Equal to half a millimetre.
pub fn near(found: f32, wanted: f32, what: &str) {
    assert!((found - wanted).abs() <= 0.5, "{what}: {found} mm, wanted {wanted} mm");
}
