//! What every page and every reader of the file needs: page numbers, headings, header cells, texts of figures, glyphs.

use super::order::{normalised, shown};
use super::{Reading, finding};
use crate::document::Document;
use crate::fault::{Faults, turns};

/// Checks everything that does not depend on what the texts say.
pub(super) fn check(reading: &Reading, document: &Document, pages: usize, faults: &mut Faults) {
    metadata(reading, document, faults);
    structure(reading, faults);
    tables(reading, faults);
    glyphs(reading, faults);
    furniture(reading, document, pages, faults);
    if reading.attached != document.attachment.bytes {
        let found = "an attached file with other bytes";
        faults.push(finding("R78", found, "the record that the document was made of"));
    }
}

fn metadata(reading: &Reading, document: &Document, faults: &mut Faults) {
    let mut want = |holds: bool, found: String, expected: &str| {
        if !holds {
            faults.push(finding("R72", found, expected));
        }
    };
    let title = reading.title.as_deref().unwrap_or_default();
    want(title == document.title, format!("the title “{title}”"), "the title of the document");
    let language = reading.language.as_deref().unwrap_or_default();
    want(
        language == document.language,
        format!("the language “{language}”"),
        "the language of the document",
    );
    want(
        reading.shows_title,
        "a file that shows its name".to_owned(),
        "a file that shows its title",
    );
    want(reading.tagged, "a file that does not say it is tagged".to_owned(), "MarkInfo/Marked");
}

/// Headings, figures, fields.
fn structure(reading: &Reading, faults: &mut Faults) {
    let mut level = 0;
    for said in &reading.said {
        let next = match said.role.as_str() {
            "H1" => 1,
            "H2" => 2,
            "H3" => 3,
            "Figure" if said.text.trim().is_empty() => {
                let found = "a figure without alternative text";
                faults.push(finding("R72", found, "a text for every figure"));
                continue;
            }
            _ => continue,
        };
        if next > level + 1 || (next == 1 && level > 0) {
            let found = format!("“{}” (level {next}) after level {level}", said.text);
            faults.push(finding("R72", found, "one title, and no level left out"));
        }
        level = next;
    }
    if level == 0 {
        faults.push(finding("R72", "no heading", "a title"));
    }
    for _ in reading.fields.iter().filter(|said| said.trim().is_empty()) {
        faults.push(finding("R72", "a form field that says nothing", "a label for every field"));
    }
}

/// Every table begins with header cells of its columns, and its rows have as many cells.
fn tables(reading: &Reading, faults: &mut Faults) {
    for (nth, rows) in reading.tables.iter().enumerate() {
        let columns = rows.first().copied().unwrap_or_default();
        if columns == 0 || rows.iter().any(|cells| *cells != columns) {
            let found = format!("table {} with rows of {rows:?} cells", nth + 1);
            faults.push(finding("R72", found, "rows of equally many cells"));
        }
        let heads = |scope: &str, first_row: bool| {
            reading
                .said
                .iter()
                .filter(|said| {
                    said.cell.is_some_and(|(table, row)| table == nth && (row == 0) == first_row)
                })
                .filter(|said| said.role == "TH" && said.scope.as_deref() == Some(scope))
                .count()
        };
        let first_row = |role: &str| {
            reading.said.iter().any(|said| said.cell == Some((nth, 0)) && said.role == role)
        };
        if heads("Column", true) == 0 || first_row("TD") {
            let found = format!("table {} without header cells", nth + 1);
            faults.push(finding("R72", found, "a header cell over every column"));
        }
        let loose = reading.said.iter().any(|said| {
            said.role == "TH"
                && said.scope.is_none()
                && said.cell.is_some_and(|(table, _)| table == nth)
        });
        if loose {
            let found = format!("table {} with a header cell that heads nothing", nth + 1);
            faults.push(finding("R72", found, "header cells of a column or a row"));
        }
    }
}

fn glyphs(reading: &Reading, faults: &mut Faults) {
    for (nth, page) in reading.pages.iter().enumerate() {
        let page_number = nth + 1;
        if let Some(code) = page.wordless.first() {
            let count = page.wordless.len();
            let found = format!(
                "page {page_number}: {count} codes without text or glyph, the first is {code}"
            );
            faults.push(finding("R73", found, "a glyph and a text for every code"));
        }
        if let Some(text) = page.unowned.first() {
            let found = format!("page {page_number}: “{text}” outside the structure");
            faults.push(finding(
                "R71",
                found,
                "every text in the order of reading, or an artefact",
            ));
        }
        if let Some(what) = page.unread {
            let found = format!("page {page_number}: {what}");
            faults.push(finding("R70", found, "content that can be read back"));
        }
    }
    let artefacts = reading.pages.iter().flat_map(|page| &page.artefacts);
    let said = reading.said.iter().flat_map(|said| said.drawn.iter().chain([&said.text]));
    for text in said.chain(artefacts) {
        if let Some(c) = text.chars().find(|c| is_no_text(*c)) {
            let found = format!("U+{:04X} in “{text}”", u32::from(c));
            faults.push(finding("R73", found, "printable text"));
        }
    }
}

/// Controls, marks of direction, private and replacement characters.
fn is_no_text(c: char) -> bool {
    c.is_control()
        || turns(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

/// Page numbers and footer on every page; header and the mark of a draft from page 2 on (page 1 says them as content).
fn furniture(reading: &Reading, document: &Document, pages: usize, faults: &mut Faults) {
    if reading.pages.len() != pages {
        let found = format!("{} pages", reading.pages.len());
        faults.push(finding("R74", found, format!("{pages} pages")));
    }
    let (left, right) = &document.running_header;
    for (nth, page) in reading.pages.iter().enumerate() {
        let number = document
            .page_number
            .replace("{page}", &(nth + 1).to_string())
            .replace("{pages}", &pages.to_string());
        let mut wanted = vec![number.as_str(), document.footer.as_str()];
        if nth > 0 {
            wanted.extend([left.as_str(), right.as_str()]);
            wanted.extend(document.watermark.as_deref());
        }
        for text in wanted.into_iter().map(normalised).filter(|text| !text.is_empty()) {
            if !shown(&page.artefacts, &text) {
                let found = format!("page {} without “{text}”", nth + 1);
                faults.push(finding(
                    "R74",
                    found,
                    "page number, footer, header and the mark of a draft",
                ));
            }
        }
    }
}
