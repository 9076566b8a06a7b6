//! Promises of form fields: real, tagged, empty, each with a name and a text of its own.

use std::collections::BTreeSet;

use klartext::document::{Block, plain};
use klartext::pdf::PdfFault;
use lopdf::{Dictionary, Object};

use super::inspect::{Inspected, inspect, string};
use super::samples::{self, refused, sheet_with, written};

/// Full name of a field: the parts of the fields above it, joined by dots.
fn full_name(file: &Inspected, field: &Dictionary) -> String {
    let part = string(field.get(b"T").expect("name"));
    match field.get(b"Parent") {
        Ok(parent) => format!("{}.{part}", full_name(file, file.dictionary(parent))),
        Err(_) => part,
    }
}

// Issue 4, 5: fields as real, tagged, fillable PDF form fields that still pass UA-1 and A-3a.
#[test]
fn fields_are_real_tagged_named_and_empty() {
    let file = inspect(&written(&samples::sheet()));
    let catalog = file.pdf.catalog().expect("catalog");
    let form = file.dictionary(catalog.get(b"AcroForm").expect("a form"));
    assert!(!form.has(b"NeedAppearances") && !form.has(b"XFA"));
    let resources = file.dictionary(form.get(b"DR").expect("resources"));
    let fonts = file.dictionary(resources.get(b"Font").expect("fonts"));
    let font = file.dictionary(fonts.get(b"Fields").expect("the face of the fields"));
    let descriptor = file.dictionary(font.get(b"FontDescriptor").expect("descriptor"));
    assert!(descriptor.has(b"FontFile2"), "the face is embedded");

    let tree = file.tree();
    let elements = tree.all("Form");
    let mut names = BTreeSet::new();
    let mut order = Vec::new();
    for element in &elements {
        let widget = file.pdf.get_dictionary(element.widget.expect("a widget")).expect("widget");
        assert!(names.insert(full_name(&file, widget)), "a name twice");
        let says = string(widget.get(b"TU").expect("what it says"));
        assert!(!says.trim().is_empty());
        assert_eq!(widget.get(b"F").and_then(Object::as_i64).expect("flags"), 4, "printed");
        let looks = file.dictionary(widget.get(b"AP").expect("appearance"));
        let normal = looks.get(b"N").expect("normal appearance");
        if widget.get(b"FT").and_then(Object::as_name).expect("kind") == b"Btn" {
            assert_eq!(widget.get(b"AS").and_then(Object::as_name).expect("state"), b"Off");
            assert_eq!(widget.get(b"V").and_then(Object::as_name).expect("value"), b"Off");
            let states = file.dictionary(normal);
            assert!(states.has(b"Off") && states.has(b"Yes"));
        } else {
            assert!(!widget.has(b"V"), "nothing is filled in");
            assert!(normal.as_reference().is_ok());
        }
        let page = widget.get(b"P").and_then(Object::as_reference).expect("page");
        let entry = file.pdf.get_dictionary(page).expect("page");
        assert_eq!(entry.get(b"Tabs").and_then(Object::as_name).expect("order"), b"S");
        let own = entry.get(b"Annots").and_then(Object::as_array).expect("annotations");
        assert!(own.contains(&Object::Reference(element.widget.expect("a widget"))));
        order.push(says);
    }
    let expected: BTreeSet<String> = [
        "geprueft.einkommen",
        "geprueft.personen",
        "decision.suggestion.option_1",
        "decision.suggestion.option_2",
        "decision.suggestion.option_3",
        "decision.reasons",
        "decision.considerations",
    ]
    .map(String::from)
    .into();
    assert_eq!(names, expected);
    assert_eq!(order[0], "Einkommen geprüft", "the order of the structure is the order of reading");
    assert_eq!(order[2], "Meine Entscheidung: wie Vorschlag");
    assert_eq!(order[5], "Meine Gründe (nicht die des Programms):");
    // A document without fields has no form.
    let letter = inspect(&written(&samples::letter()));
    assert!(!letter.pdf.catalog().expect("catalog").has(b"AcroForm"));
}

// A field of several lines stands on one page; two fields of one name are refused.
#[test]
fn a_field_is_whole_and_has_a_name_of_its_own() {
    let question = |field: &str| Block::WriteLines {
        field: field.into(),
        label: vec![plain("Frage?")],
        lines: 4,
    };
    for above in 18..34 {
        let mut blocks = vec![samples::paragraph("Füllzeile."); above];
        blocks.push(question("frage"));
        let file = inspect(&written(&sheet_with(blocks)));
        let tree = file.tree();
        let widget = tree.all("Form")[0].widget.expect("a widget");
        let rect =
            file.pdf.get_dictionary(widget).and_then(|w| w.get(b"Rect")?.as_array().cloned());
        let rect: Vec<f32> =
            rect.expect("place").iter().map(|n| n.as_float().expect("number")).collect();
        assert!(rect[1] > 50.0 && rect[3] < 842.0 && rect[3] - rect[1] > 80.0, "{rect:?}");
    }
    let twice = sheet_with(vec![question("frage"), question("frage")]);
    assert_eq!(refused(&twice), PdfFault::FieldName("frage".into()));
    let nameless = sheet_with(vec![question("")]);
    assert_eq!(refused(&nameless), PdfFault::FieldName(String::new()));
    let mute = Block::WriteLines { field: "a".into(), label: vec![], lines: 1 };
    assert!(matches!(refused(&sheet_with(vec![mute])), PdfFault::Empty(_)));
}
