//! Form fields: AcroForm, widgets with their appearances, and the pages they stand on (ISO 32000-1, 12.7; ISO 14289-1,
//! 7.18; ISO 19005-3, 6.4).
//!
//! Every widget brings its own appearance, so that nobody has to make one (NeedAppearances would not be archivable). The
//! fields are empty: a box that is ticked before anybody looked would be an answer nobody gave.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document as Pdf, Object, ObjectId, Stream, dictionary};

use super::archive::{literal, packed, utf16};
use super::fault::PdfFault;
use super::fonts::{FIELDS, write_fields_face};
use super::form::{Field, FieldKind};
use super::ink::{MM, PAGE_HEIGHT};

/// A field on its page.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub field: Field,
    pub page: usize,
    /// Left, top, right, bottom.
    pub bounds: [f32; 4],
}

/// Flag of an annotation that is printed (table 165).
const PRINTED: i64 = 4;
/// Flag of a text field with several lines (table 228).
const MULTILINE: i64 = 1 << 12;
/// Name of the state of a ticked box.
const TICKED: &str = "Yes";
/// Ink of what is filled in.
const DARK: &str = "0.1 0.1 0.1";

/// Numbers of the widgets' objects, for the structure tree.
pub(crate) fn reserve(pdf: &mut Pdf, fields: &[Placed]) -> Vec<ObjectId> {
    fields.iter().map(|_| pdf.new_object_id()).collect()
}

/// Writes the fields, puts them on their pages and returns the AcroForm; nothing for a document without fields.
pub(crate) fn write(
    pdf: &mut Pdf,
    fields: &[Placed],
    widgets: &[ObjectId],
    pages: &[ObjectId],
) -> Result<Option<ObjectId>, PdfFault> {
    if fields.is_empty() {
        return Ok(None);
    }
    let face = write_fields_face(pdf);
    let resources = dictionary! { "Font" => dictionary! { FIELDS => face } };
    let mut names = Names::default();
    let mut on_page: BTreeMap<usize, Vec<Object>> = BTreeMap::new();
    for (number, (placed, id)) in fields.iter().zip(widgets).enumerate() {
        let Some(page) = pages.get(placed.page) else { continue };
        let (parent, part) = names.under(pdf, &placed.field.name, *id);
        let mut entry = widget(pdf, placed, &resources);
        entry.set("T", literal(&part));
        entry.set("TU", utf16(&placed.field.says));
        entry.set("P", *page);
        entry.set("StructParent", (pages.len() + number) as i64);
        if let Some(parent) = parent {
            entry.set("Parent", parent);
        }
        pdf.objects.insert(*id, entry.into());
        on_page.entry(placed.page).or_default().push(Object::Reference(*id));
    }
    for (page, widgets) in on_page {
        if let Some(page) = pages.get(page) {
            let entry = pdf
                .get_dictionary_mut(*page)
                .map_err(|error| PdfFault::Writer(error.to_string()))?;
            entry.set("Annots", widgets);
        }
    }
    let roots = names.finish(pdf);
    Ok(Some(pdf.add_object(dictionary! {
        "Fields" => roots,
        "DR" => resources,
        "DA" => literal(&appearance_of_text(0.0)),
    })))
}

/// Font, size (0: as fits) and colour of typed text.
fn appearance_of_text(size: f32) -> String {
    format!("/{FIELDS} {size} Tf {DARK} rg")
}

fn widget(pdf: &mut Pdf, placed: &Placed, resources: &Dictionary) -> Dictionary {
    let [left, top, right, bottom] = placed.bounds;
    let hundredths = |value: f32| Object::Real((value * 100.0).round() / 100.0);
    let rect = [left, PAGE_HEIGHT - bottom, right, PAGE_HEIGHT - top].map(hundredths).to_vec();
    let (width, height) = (right - left, bottom - top);
    let mut entry = dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "Rect" => rect, "F" => PRINTED,
    };
    match placed.field.kind {
        FieldKind::Text { lines } => {
            entry.set("FT", "Tx");
            if lines > 1 {
                entry.set("Ff", MULTILINE);
            }
            entry.set("DA", literal(&appearance_of_text(placed.field.size)));
            let empty = picture(pdf, width, height, "/Tx BMC EMC\n", Some(resources));
            entry.set("AP", dictionary! { "N" => empty });
        }
        FieldKind::Tick => {
            entry.set("FT", "Btn");
            entry.set("V", "Off");
            entry.set("AS", "Off");
            entry.set("DA", literal(&appearance_of_text(0.0)));
            let edge = 0.4;
            let frame = format!(
                "{DARK} RG 0.8 w {edge} {edge} {:.2} {:.2} re S\n",
                width - 2.0 * edge,
                height - 2.0 * edge
            );
            let (near, far_x, far_y) = (0.6 * MM, width - 0.6 * MM, height - 0.6 * MM);
            let cross = format!(
                "{frame}1.4 w {near:.2} {near:.2} m {far_x:.2} {far_y:.2} l \
                 {near:.2} {far_y:.2} m {far_x:.2} {near:.2} l S\n"
            );
            let off = picture(pdf, width, height, &frame, None);
            let on = picture(pdf, width, height, &cross, None);
            entry.set("AP", dictionary! { "N" => dictionary! { "Off" => off, TICKED => on } });
        }
    }
    entry
}

/// A form XObject as high and wide as the widget.
fn picture(
    pdf: &mut Pdf,
    width: f32,
    height: f32,
    content: &str,
    resources: Option<&Dictionary>,
) -> ObjectId {
    let whole = |value: f32| Object::Real((value * 100.0).round() / 100.0);
    let head = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![0.into(), 0.into(), whole(width), whole(height)],
        "Resources" => resources.cloned().unwrap_or_default(),
    };
    let stream: Stream = packed(head, content.as_bytes());
    pdf.add_object(stream)
}

/// The tree of field names: `a.b` and `a.c` are kids of a field `a` that is none itself.
#[derive(Default)]
struct Names {
    roots: Vec<Object>,
    /// Full name of an inner field, its object, its parent, its kids.
    inner: BTreeMap<String, (ObjectId, Option<ObjectId>, Vec<Object>)>,
}

impl Names {
    /// Files a field under its name; returns the field above it and the last part of the name.
    fn under(&mut self, pdf: &mut Pdf, name: &str, id: ObjectId) -> (Option<ObjectId>, String) {
        let (path, part) = match name.rsplit_once('.') {
            Some((path, part)) => (Some(path), part),
            None => (None, name),
        };
        let parent = path.map(|path| self.inner(pdf, path));
        match path.and_then(|path| self.inner.get_mut(path)) {
            Some((_, _, kids)) => kids.push(Object::Reference(id)),
            None => self.roots.push(Object::Reference(id)),
        }
        (parent, part.to_owned())
    }

    fn inner(&mut self, pdf: &mut Pdf, path: &str) -> ObjectId {
        if let Some((id, _, _)) = self.inner.get(path) {
            return *id;
        }
        let id = pdf.new_object_id();
        let (parent, _) = self.under(pdf, path, id);
        self.inner.insert(path.to_owned(), (id, parent, Vec::new()));
        id
    }

    fn finish(self, pdf: &mut Pdf) -> Vec<Object> {
        for (path, (id, parent, kids)) in self.inner {
            let part = path.rsplit('.').next().unwrap_or_default();
            let mut entry = dictionary! { "T" => literal(part), "Kids" => kids };
            if let Some(parent) = parent {
                entry.set("Parent", parent);
            }
            pdf.objects.insert(id, entry.into());
        }
        self.roots
    }
}
