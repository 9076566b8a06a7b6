//! Deliberately broken files. Each must be refused, or the validator proves nothing.

use lopdf::{Dictionary, Document as Pdf, Object, dictionary};

/// Breaks a good file in one way.
pub type Damage = (&'static str, fn(&mut Pdf));

fn first_figure(pdf: &mut Pdf) -> &mut Dictionary {
    let entries = pdf.objects.values_mut().filter_map(|object| object.as_dict_mut().ok());
    entries
        .into_iter()
        .find(|entry| entry.get(b"S").is_ok_and(|role| *role == Object::from("Figure")))
        .expect("figure")
}

fn replace_in_metadata(pdf: &mut Pdf, from: &str, to: &str) {
    let packet = pdf
        .catalog()
        .and_then(|catalog| catalog.get(b"Metadata")?.as_reference())
        .expect("metadata");
    let stream = pdf.get_object_mut(packet).and_then(Object::as_stream_mut).expect("packet");
    let text = String::from_utf8(stream.content.clone()).expect("UTF-8").replace(from, to);
    stream.set_plain_content(text.into_bytes());
}

/// Controls: each must be refused with the clause its name begins with, or the validator proves nothing.
pub const DAMAGES: [Damage; 10] = [
    ("7.3-no-alternative-text", |pdf| {
        first_figure(pdf).remove(b"Alt");
    }),
    ("7.1-unmarked-content", |pdf| {
        let page = pdf.get_pages()[&1];
        pdf.add_to_page_content(
            page,
            lopdf::content::Content {
                operations: ["m", "l"]
                    .into_iter()
                    .map(|operator| {
                        lopdf::content::Operation::new(operator, vec![100.into(), 100.into()])
                    })
                    .chain([lopdf::content::Operation::new("S", vec![])])
                    .collect::<Vec<_>>(),
            },
        )
        .expect("added");
    }),
    ("7.1-title-not-shown", |pdf| {
        pdf.catalog_mut().expect("catalog").remove(b"ViewerPreferences");
    }),
    ("6.2-not-marked-as-tagged", |pdf| {
        pdf.catalog_mut().expect("catalog").set("MarkInfo", dictionary! { "Marked" => false });
    }),
    ("7.1-unknown-role", |pdf| first_figure(pdf).set("S", "Bild")),
    ("6.6.4-wrong-part", |pdf| replace_in_metadata(pdf, "<pdfaid:part>3<", "<pdfaid:part>1<")),
    ("7.18.1-field-without-words", |pdf| {
        for entry in pdf.objects.values_mut().filter_map(|object| object.as_dict_mut().ok()) {
            entry.remove(b"TU");
        }
    }),
    ("7.18.4-field-outside-form", |pdf| {
        for entry in pdf.objects.values_mut().filter_map(|object| object.as_dict_mut().ok()) {
            if entry.get(b"S").is_ok_and(|role| *role == Object::from("Form")) {
                entry.set("S", "Div");
            }
        }
    }),
    ("6.4.1-fields-drawn-by-the-viewer", |pdf| {
        let form = pdf.catalog().and_then(|catalog| catalog.get(b"AcroForm")?.as_reference());
        let form = form.expect("form");
        pdf.get_dictionary_mut(form).expect("form").set("NeedAppearances", true);
    }),
    ("5-no-accessibility-claim", |pdf| {
        replace_in_metadata(pdf, "<pdfuaid:part>1</pdfuaid:part>", "")
    }),
];
