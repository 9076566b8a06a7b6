//! Promises of the layout: DIN 5008 forms A and B to half a millimetre, the window of the envelope, logo, large print,
//! black on white, Leichte Sprache.

use klartext::document::{Block, Document, Furniture, LetterForm, plain};
use lopdf::Object;
use lopdf::content::Content;

use super::inspect::{Inspected, MM, find, inspect, near};
use super::samples::{self, heading, letter_with, paragraph, table, written};
use super::variants::{LOGO_SVG, easy, form_a, large, with_emblem};

/// What DIN 5008 says of a form, in millimetres from the upper edge.
struct Form {
    form: LetterForm,
    field: f32,
    information: f32,
    subject: f32,
    folds: [f32; 2],
}

const FORMS: [Form; 2] = [
    Form {
        form: LetterForm::A,
        field: 27.0,
        information: 32.0,
        subject: 80.46,
        folds: [87.0, 192.0],
    },
    Form {
        form: LetterForm::B,
        field: 45.0,
        information: 50.0,
        subject: 98.46,
        folds: [105.0, 210.0],
    },
];

fn in_form(form: LetterForm, lines: usize) -> Document {
    let mut document = samples::letter();
    let Furniture::Letter { form: of, address, .. } = &mut document.furniture else {
        panic!("a letter")
    };
    *of = form;
    *address = (1..=lines).map(|line| format!("Zeile {line} der Anschrift")).collect();
    document
}

// Issue 4, 7: forms A and B measured on the finished page.
#[test]
fn forms_a_and_b_stand_where_din_5008_wants_them() {
    for Form { form, field, information, subject, folds } in FORMS {
        let file = inspect(&written(&in_form(form, 6)));
        for (y, length) in [(folds[0], 2.5), (148.5, 4.0), (folds[1], 2.5)] {
            let mark = file.strokes.iter().find(|(page, from, to)| {
                *page == 0 && (from.1 - y).abs() < 0.5 && (to.0 - from.0) < 10.0
            });
            let (_, from, to) = mark.unwrap_or_else(|| panic!("{form:?}: a mark at {y}"));
            near(from.0, 5.0, "mark begins");
            near(to.0 - from.0, length, "mark length");
        }
        let first = find(&file, "Zeile 1");
        near(first.x, 25.0, "address x");
        let top = first.y - 0.714 * first.size / MM;
        assert!(
            top > field + 17.7 && first.y < field + 17.7 + 4.6,
            "{form:?}: first line at {top}"
        );
        assert!(find(&file, "Zeile 6").y < field + 45.0, "{form:?}: six lines end in the field");
        let block = find(&file, "Unser Zeichen");
        near(block.x, 125.0, "information block x");
        near(block.y - 10.0 * 1.07 / MM, information, "information block top");
        let title = find(&file, "Wohngeld-Antrag vom");
        near(title.x, 25.0, "subject x");
        near(title.y - 1.009 * title.size / MM, subject, "subject top");
        for shown in file.shown.iter().filter(|shown| shown.mcid.is_some()) {
            let inside = shown.x >= 24.5 && shown.x + shown.width <= 201.0 && shown.y <= 266.0;
            assert!(inside, "{:?}", shown.text);
        }
        // Following pages: reference and date, at least 20 mm free above the text.
        for page in 1..file.pages.len() {
            let on_page = |text: &str| {
                file.shown.iter().any(|s| s.page == page && s.text == text && s.y < 20.0)
            };
            assert!(on_page("WG-2026-004711") && on_page("23. November 2026"), "{form:?}: {page}");
        }
    }
}

// Issue 4, 7: what a window envelope shows, whichever way the sheet slides in it (5 mm).
#[test]
fn only_return_line_and_address_can_be_seen_through_the_window() {
    for Form { form, field, folds, .. } in FORMS {
        for lines in 1..=6 {
            let file = inspect(&written(&in_form(form, lines)));
            let left = |s: &&super::inspect::Shown| s.page == 0 && s.x < 110.0;
            for shown in file.shown.iter().filter(left) {
                let in_field = (field..field + 45.0).contains(&shown.y);
                let allowed = shown.text.starts_with("Zeile")
                    || shown.text.contains("Rathausplatz 1 · 12345");
                assert!(!in_field || allowed, "{form:?}: {:?} in the window", shown.text);
                let below =
                    (field + 45.0..field + 50.0).contains(&(shown.y - 0.75 * shown.size / MM));
                assert!(!below, "{form:?}: {:?} below the window", shown.text);
                // Down to the fold nothing but the subject, which names no person.
                let upper_part = shown.y < folds[0] && shown.y > field + 50.0;
                assert!(!upper_part || shown.text.contains("Wohngeld-Antrag"), "{:?}", shown.text);
            }
        }
    }
}

/// Points of every corner drawn in a colour on the first page.
fn colours(file: &Inspected) -> Vec<[f32; 3]> {
    let mut found = Vec::new();
    for page in &file.pages {
        let content = Content::decode(&file.pdf.get_page_content(*page)).expect("operators");
        for operation in content.operations {
            if ["rg", "RG"].contains(&operation.operator.as_str()) {
                let part = |nth: usize| operation.operands[nth].as_float().expect("number");
                found.push([part(0), part(1), part(2)]);
            }
            assert!(!["g", "G", "k", "K"].contains(&operation.operator.as_str()));
        }
    }
    found
}

// Issue 4, 7: the black-and-white variant has no greys and no colours; what colour told is told by edges and hatches.
#[test]
fn black_and_white_is_black_and_white() {
    let file = inspect(&written(&large()));
    let used = colours(&file);
    assert!(used.len() > 20);
    assert!(used.iter().all(|color| *color == [0.0; 3] || *color == [1.0; 3]), "{used:?}");
    let ordinary = inspect(&written(&samples::letter()));
    assert!(colours(&ordinary).iter().any(|[r, g, b]| r != g || g != b), "the control has colours");
    // Everything that was there is there.
    assert_eq!(file.tree().all("H2").len(), ordinary.tree().all("H2").len(), "no heading is lost");
}

// Issue 4, 7: in large print everything below the letterhead is large, and nothing leaves its place.
#[test]
fn large_print_is_large_everywhere() {
    let mut document = large();
    document.blocks.retain(|block| !matches!(block, Block::Figure { .. }));
    document.blocks.push(table(40));
    let file = inspect(&written(&document));
    let subject = find(&file, "Wohngeld-Antrag").y;
    for shown in file.shown.iter().filter(|s| s.mcid.is_some() && s.y > 20.0) {
        let is_body = shown.page > 0 || shown.y >= subject;
        assert!(!is_body || shown.size >= 18.0, "{:?} in {} pt", shown.text, shown.size);
        assert!(shown.x + width(shown) < 200.5, "{:?} is cut off", shown.text);
    }
    let heads = file.shown.iter().filter(|s| s.text == "Merkmal").collect::<Vec<_>>();
    assert!(heads.len() > 1, "the table goes on with its header");
    assert_eq!(heads.iter().filter(|head| head.mcid.is_some()).count(), 1);
}

fn width(shown: &super::inspect::Shown) -> f32 {
    klartext::typeface::advance(&shown.text, false, shown.size) / MM
}

// A table of long words in large print becomes smaller before it breaks words, but not below 14 pt.
#[test]
fn a_table_in_large_print_keeps_its_words_whole() {
    let mut document = large();
    let Block::Table { mut columns, mut rows, caption } = table(3) else { panic!("a table") };
    columns[0].title = "Arbeitslosigkeitsversicherung".into();
    columns[1].title = "Bescheinigungsverfahren".into();
    rows.truncate(2);
    document.blocks = vec![document.blocks[0].clone(), Block::Table { caption, columns, rows }];
    let file = inspect(&written(&document));
    for word in ["Arbeitslosigkeitsversicherung", "Bescheinigungsverfahren"] {
        let shown = find(&file, word);
        assert!((14.0..18.0).contains(&shown.size), "{word} in {}", shown.size);
    }
}

// Issue 4, 7: no list item is parted while it fits a page, no heading stands alone at the foot of a page.
#[test]
fn list_items_stay_whole_in_every_size() {
    for body in [11.0, 14.0, 18.0] {
        for filler in [5, 9, 12, 16, 21] {
            let item = "Ein Punkt mit mehreren Sätzen, der über drei Zeilen geht und ganz bleiben soll, wo immer er steht. "
                .repeat(2);
            let mut blocks = vec![paragraph("Füllzeile."); filler];
            blocks.push(heading(2, "Liste"));
            let items = (0..8).map(|nth| vec![plain(format!("P{nth} {item}"))]).collect();
            blocks.push(Block::List { items });
            let mut document = letter_with(blocks);
            document.body_size = body;
            let file = inspect(&written(&document));
            for item in file.tree().all("LBody") {
                assert!(item.pages.len() <= 1, "{body} pt, {filler} lines above: {:?}", item.pages);
            }
            let title = find(&file, "Liste");
            assert_eq!(title.page, find(&file, "P0").page, "{body} pt: a heading alone");
        }
    }
}

// Issue 4, 7: the logo is a figure that says what it is, or decoration; vector or pixels; at the right of the letterhead.
#[test]
fn a_logo_stands_in_the_letterhead() {
    let file = inspect(&written(&form_a()));
    let tree = file.tree();
    let figures = tree.all("Figure");
    assert_eq!(figures[0].alt.as_deref(), Some("Wappen der Stadt Musterstadt"));
    let [left, top, right, bottom] = figures[0].bounds.expect("a place");
    near(right, 190.0, "the logo ends with the text");
    assert!(left > 140.0 && top > 11.0 && bottom < 27.0, "{:?}", figures[0].bounds);
    let silent = with_emblem(letter_with(vec![]), LOGO_SVG.as_bytes(), "");
    assert!(inspect(&written(&silent)).tree().all("Figure").is_empty());

    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 40, 20);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().expect("header");
    writer.write_image_data(&[0x14, 0x45, 0x6b].repeat(800)).expect("pixels");
    drop(writer);
    let file = inspect(&written(&with_emblem(letter_with(vec![]), &png, "Wappen")));
    let tree = file.tree();
    let [left, top, right, bottom] = tree.all("Figure")[0].bounds.expect("a place");
    near(right, 190.0, "the picture ends with the text");
    near((right - left) / (bottom - top), 2.0, "its sides keep their ratio");
    let images = file.pdf.objects.values().filter_map(|object| object.as_stream().ok());
    let image = images
        .into_iter()
        .find(|s| s.dict.get(b"Subtype").is_ok_and(|t| *t == Object::from("Image")));
    assert_eq!(image.expect("an image").decompressed_content().expect("pixels").len(), 2400);
    assert!(file.all_marked);
}

// Issue 4, 1: Leichte Sprache: 14 pt at least, one and a half lines apart, one sentence a line, larger headings.
#[test]
fn easy_language_has_its_own_layout() {
    let file = inspect(&written(&easy()));
    let sentences = ["das ist ein Brief", "In dem Brief geht", "Sie haben Geld"];
    let lines: Vec<_> = sentences.iter().map(|start| find(&file, start)).collect();
    for pair in lines.windows(2) {
        near((pair[1].y - pair[0].y) * MM, 1.5 * 14.0, "distance of lines");
        near(pair[0].x, pair[1].x, "lines begin at the margin");
    }
    let subject = find(&file, "Wohngeld").y;
    let below = file.shown.iter().filter(|s| s.mcid.is_some() && s.y >= subject);
    assert!(below.clone().all(|shown| shown.size >= 14.0));
    assert!(find(&file, "Was hat das").size >= 17.0);
    // The sentence is one in the text, too: nothing but the line break was added.
    let tree = file.tree();
    assert!(tree.reading().iter().any(|read| read
        == "das ist ein Brief vom Amt. In dem Brief geht es um Ihren Antrag. Sie haben Geld für die Miete beantragt."));
}

// The last item of a list does not begin a page alone, wherever the page ends.
#[test]
fn the_last_item_of_a_list_takes_another_along() {
    let mut broken = 0;
    for filler in 0..40 {
        let mut blocks = vec![paragraph("Füllzeile."); filler];
        let items = (0..9).map(|nth| vec![plain(format!("Punkt {nth}."))]).collect();
        blocks.extend([Block::List { items }, paragraph("Danach.")]);
        let file = inspect(&written(&letter_with(blocks)));
        let page = |nth: usize| find(&file, &format!("Punkt {nth}.")).page;
        assert_eq!(page(7), page(8), "{filler} lines above");
        broken += usize::from(page(0) < page(8));
    }
    assert!(broken > 3, "{broken} lists on two pages");
}

// A sheet of paper for two lines helps nobody: gaps shrink a little instead, and pages come in order.
#[test]
fn no_page_is_turned_for_a_few_lines() {
    let (mut before, mut turned) = (1, 0);
    for count in 10..70 {
        let blocks = (0..count).map(|nth| paragraph(&format!("Absatz {nth}."))).collect();
        let file = inspect(&written(&letter_with(blocks)));
        let pages = file.pages.len();
        let on = |page: usize| {
            file.shown.iter().filter(|s| s.page == page && s.text.starts_with("Absatz")).count()
        };
        assert_eq!((0..pages).map(on).sum::<usize>(), count, "every paragraph is there");
        assert!(pages == 1 || on(pages - 1) > 2, "{count}: {} on page {pages}", on(pages - 1));
        let lowest = file.shown.iter().filter(|s| s.text.starts_with("Absatz")).map(|s| s.y);
        assert!(lowest.fold(0.0, f32::max) <= 266.0, "{count}: no line stands in the footer");
        assert!(pages >= before);
        turned += pages - before;
        before = pages;
    }
    assert_eq!(turned, 2, "{before} pages");
}
