//! `evidence.jsonl`: where in a person's documents the details of a case were read. A passage of a text with its offsets, or
//! a page with the places of its fields.
//!
//! Each line names case, feature and file (beside `evidence.jsonl`), and the place:
//! `{"case_id": "R-1", "feature": "dog", "kind": "text", "file": "reports/R-1.txt", "start": 93, "end": 138}` in characters
//! from 0, the end not included; `{"case_id": "S-1", "feature": "name", "kind": "image", "file": "pages/S-1.png",
//! "box": [36, 208, 102, 24]}` in pixels: left, top, width, height.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::picture::{self, Picture, Scan};
use super::{Feature, hex};
use crate::fault::{Checked, Fault, Faults, Place};

/// Characters of a passage: a letter quotes places, not documents.
const LONGEST_PASSAGE: usize = 400;
/// Characters of context on each side of a passage.
const CONTEXT: usize = 160;
/// Places of a case.
const MOST_PLACES: usize = 40;
/// Bytes of a text, of a picture, of the list itself.
const LARGEST: (u64, u64, u64) = (1 << 20, 8 << 20, 256 << 20);

/// Where the details of a case were read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Passages of texts, in the order of the list.
    pub passages: Vec<Passage>,
    /// Pages with marked places, in the order of the list.
    pub pages: Vec<MarkedPage>,
}

impl Evidence {
    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.passages.is_empty() && self.pages.is_empty()
    }
}

/// A passage of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// The feature that was read there.
    pub feature: String,
    /// The file, as the list names it.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// First character, from 0.
    pub start: usize,
    /// Character after the last.
    pub end: usize,
    /// What stands before it in the same sentence, at most 160 characters.
    pub before: String,
    /// The passage.
    pub text: String,
    /// What stands after it in the same sentence.
    pub after: String,
}

/// A page and the places on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkedPage {
    /// The file, as the list names it.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Pixels in a row of the file.
    pub width: u32,
    /// Rows of the file.
    pub height: u32,
    /// The page, reduced for print.
    pub picture: Picture,
    /// The places.
    pub places: Vec<MarkedPlace>,
}

/// A place on a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkedPlace {
    /// The feature that was read there.
    pub feature: String,
    /// Left, top, width, height in pixels of the file.
    #[serde(rename = "box")]
    pub bounds: [u32; 4],
}

/// A line of the list.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
enum Line {
    Text {
        case_id: String,
        feature: String,
        file: String,
        start: usize,
        end: usize,
    },
    Image {
        case_id: String,
        feature: String,
        file: String,
        #[serde(rename = "box")]
        bounds: [u32; 4],
    },
}

/// A file that lines name, read once.
enum Document {
    Text { sha256: String, chars: Vec<char> },
    Page { sha256: String, scan: Scan },
}

/// Reads the evidence of the cases of a table, by case id.
///
/// # Errors
/// All at once: E01 a line that is none; E02 a case, E03 a feature that does not exist; E04 a file outside the folder of
/// the list; E05 a file that cannot be read; E06 offsets outside the text, or a passage that is empty or longer than 400
/// characters; E07 a file that is no PNG picture; E08 a box outside the picture; E09 more than 40 places of a case. F01
/// where the list itself cannot be read.
pub fn read_evidence(
    path: &Path,
    cases: &[&str],
    features: &[Feature],
) -> Checked<BTreeMap<String, Evidence>> {
    let file = path.display().to_string();
    let text = small(path, LARGEST.2).and_then(|bytes| {
        String::from_utf8(bytes).map_err(|_| "bytes that are no UTF-8".to_owned())
    });
    let text = text.map_err(|found| {
        let place = Place::file(&file);
        Fault::new("F01", place, found, "a readable list in UTF-8", "Check the name of the file.")
    })?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut reader = Reader {
        file: &file,
        folder: folder.unwrap_or(Path::new(".")),
        cases,
        features,
        documents: BTreeMap::new(),
        counts: BTreeMap::new(),
        faults: Faults::default(),
    };
    let mut evidence: BTreeMap<String, Evidence> = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        if !line.trim().is_empty() {
            reader.line(number as u64 + 1, line, &mut evidence);
        }
    }
    reader.faults.or(evidence)
}

/// The bytes of a file that is not larger than `most`.
fn small(path: &Path, most: u64) -> Result<Vec<u8>, String> {
    let about = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("no file".to_owned());
    }
    if about.len() > most {
        return Err(format!("{} bytes, at most {most} are read", about.len()));
    }
    std::fs::read(path).map_err(|error| error.to_string())
}

struct Reader<'a> {
    file: &'a str,
    folder: &'a Path,
    cases: &'a [&'a str],
    features: &'a [Feature],
    documents: BTreeMap<(bool, String), Option<Document>>,
    counts: BTreeMap<String, usize>,
    faults: Faults,
}

impl Reader<'_> {
    fn refuse(
        &mut self,
        code: &'static str,
        line: u64,
        field: &str,
        found: impl Into<String>,
        expected: &str,
        mend: &str,
    ) {
        let place = Place::file(self.file).line(line).field(field);
        self.faults.push(Fault::new(code, place, found, expected, mend));
    }

    fn line(&mut self, line: u64, text: &str, evidence: &mut BTreeMap<String, Evidence>) {
        let parsed = match serde_json::from_str::<Line>(text) {
            Ok(parsed) => parsed,
            Err(error) => {
                let expected = "an object with case_id, feature, kind (text or image), file, and start and end or box";
                return self.refuse(
                    "E01",
                    line,
                    "",
                    error.to_string(),
                    expected,
                    "Correct the line.",
                );
            }
        };
        let (Line::Text { case_id, feature, file, .. }
        | Line::Image { case_id, feature, file, .. }) = &parsed;
        let known = self.known(line, case_id, feature);
        let is_page = matches!(parsed, Line::Image { .. });
        self.open(line, is_page, file);
        let key = (is_page, file.clone());
        // Taken out and put back, so that faults can be noted meanwhile.
        let document = self.documents.remove(&key).flatten();
        let entry = known.then(|| evidence.entry(case_id.clone()).or_default());
        match (&document, &parsed) {
            (
                Some(Document::Text { sha256, chars }),
                Line::Text { feature, file, start, end, .. },
            ) => {
                let passage = self.passage(line, chars, *start, *end);
                if let (Some((before, text, after)), Some(entry)) = (passage, entry) {
                    let (feature, file, sha256) = (feature.clone(), file.clone(), sha256.clone());
                    let (start, end) = (*start, *end);
                    entry.passages.push(Passage {
                        feature,
                        file,
                        sha256,
                        start,
                        end,
                        before,
                        text,
                        after,
                    });
                }
            }
            (Some(Document::Page { sha256, scan }), Line::Image { feature, file, bounds, .. }) => {
                if let (true, Some(entry)) = (self.inside(line, scan, *bounds), entry) {
                    let place = MarkedPlace { feature: feature.clone(), bounds: *bounds };
                    match entry.pages.iter_mut().find(|page| page.file == *file) {
                        Some(page) => page.places.push(place),
                        None => entry.pages.push(MarkedPage {
                            file: file.clone(),
                            sha256: sha256.clone(),
                            width: scan.width,
                            height: scan.height,
                            picture: scan.picture.clone(),
                            places: vec![place],
                        }),
                    }
                }
            }
            // What is wrong with the file was said.
            _ => {}
        }
        self.documents.insert(key, document);
    }

    /// Case and feature exist, and the case has not too many places.
    fn known(&mut self, line: u64, case_id: &str, feature: &str) -> bool {
        let mut known = true;
        if !self.cases.contains(&case_id) {
            let mend = "Correct the id, or take the line out.";
            self.refuse(
                "E02",
                line,
                "case_id",
                format!("“{case_id}”"),
                "an id of the case table",
                mend,
            );
            known = false;
        }
        if !self.features.iter().any(|known| known.id == feature) {
            let mend = "Correct the id, or take the line out.";
            self.refuse(
                "E03",
                line,
                "feature",
                format!("“{feature}”"),
                "a feature of the procedure",
                mend,
            );
            known = false;
        }
        let count = self.counts.entry(case_id.to_owned()).or_default();
        *count += 1;
        if *count == MOST_PLACES + 1 {
            let (found, expected) = (
                format!("more than {MOST_PLACES} places of {case_id}"),
                "places that a person can look at",
            );
            self.refuse("E09", line, "case_id", found, expected, "Keep the places that matter.");
        }
        known && self.counts.get(case_id).is_none_or(|&count| count <= MOST_PLACES)
    }

    /// Reads a file when a line names it for the first time; its faults are said there.
    fn open(&mut self, line: u64, is_page: bool, file: &str) {
        let key = (is_page, file.to_owned());
        if self.documents.contains_key(&key) {
            return;
        }
        let document = self.read(line, is_page, file);
        self.documents.insert(key, document);
    }

    fn read(&mut self, line: u64, is_page: bool, file: &str) -> Option<Document> {
        let Some(path) = self.within(file) else {
            let expected = "a file in the folder of the list, with / between folders";
            let mend = "Put the document beside the list.";
            self.refuse("E04", line, "file", format!("“{file}”"), expected, mend);
            return None;
        };
        let most = if is_page { LARGEST.1 } else { LARGEST.0 };
        let bytes = match small(&path, most) {
            Ok(bytes) => bytes,
            Err(found) => {
                let mend = "Check the name of the file.";
                self.refuse(
                    "E05",
                    line,
                    "file",
                    format!("{file}: {found}"),
                    "a readable file",
                    mend,
                );
                return None;
            }
        };
        let sha256 = hex(&Sha256::digest(&bytes));
        if is_page {
            return match picture::read(&bytes) {
                Ok(scan) => Some(Document::Page { sha256, scan }),
                Err(found) => {
                    let expected = "a PNG picture of a page, at most 20 million pixels";
                    let mend = "Save the page as PNG.";
                    self.refuse("E07", line, "file", format!("{file}: {found}"), expected, mend);
                    None
                }
            };
        }
        match String::from_utf8(bytes) {
            Ok(text) => Some(Document::Text { sha256, chars: text.chars().collect() }),
            Err(_) => {
                let mend = "Save the text as UTF-8.";
                self.refuse(
                    "E05",
                    line,
                    "file",
                    format!("{file}: no UTF-8"),
                    "a text in UTF-8",
                    mend,
                );
                None
            }
        }
    }

    /// The path, if it stays in the folder of the list, also by way of links.
    fn within(&self, file: &str) -> Option<PathBuf> {
        let relative = Path::new(file);
        let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
        if file.is_empty() || file.contains('\\') || !plain {
            return None;
        }
        let path = self.folder.join(relative);
        match (path.canonicalize(), self.folder.canonicalize()) {
            (Ok(real), Ok(folder)) if !real.starts_with(&folder) => None,
            // A file that does not exist is told when it is read.
            _ => Some(path),
        }
    }

    /// What stands before the passage in its sentence, the passage, what stands after it.
    fn passage(
        &mut self,
        line: u64,
        chars: &[char],
        start: usize,
        end: usize,
    ) -> Option<(String, String, String)> {
        let passage = chars.get(start..end).filter(|passage| !passage.is_empty());
        let Some(passage) = passage.filter(|passage| passage.len() <= LONGEST_PASSAGE) else {
            let found = format!("start {start}, end {end} in a text of {} characters", chars.len());
            let expected = "a passage of 1 to 400 characters in the text";
            self.refuse("E06", line, "start", found, expected, "Correct the offsets.");
            return None;
        };
        if passage.iter().all(|c| c.is_whitespace()) {
            let mend = "Correct the offsets.";
            self.refuse("E06", line, "start", "a passage of spaces", "a passage with words", mend);
            return None;
        }
        let ends = |c: &char| matches!(c, '.' | '!' | '?' | '\n');
        let before = chars.get(..start).unwrap_or_default();
        let from = before.iter().rposition(ends).map_or(0, |at| at + 1);
        let before = before.get(from.max(start.saturating_sub(CONTEXT))..).unwrap_or_default();
        let mut after = chars.get(end..).unwrap_or_default();
        if passage.last().is_some_and(ends) {
            after = &[];
        }
        let to = after.iter().position(ends).map_or(after.len(), |at| at + 1);
        let after = after.get(..to.min(CONTEXT)).unwrap_or_default();
        Some((before.iter().collect(), passage.iter().collect(), after.iter().collect()))
    }

    fn inside(&mut self, line: u64, scan: &Scan, [x, y, width, height]: [u32; 4]) -> bool {
        let fits = |at: u32, size: u32, of: u32| {
            size > 0 && at.checked_add(size).is_some_and(|end| end <= of)
        };
        let inside = fits(x, width, scan.width) && fits(y, height, scan.height);
        if !inside {
            let found = format!("[{x}, {y}, {width}, {height}]");
            let expected =
                format!("left, top, width, height inside {} × {} pixels", scan.width, scan.height);
            self.refuse("E08", line, "box", found, &expected, "Correct the box.");
        }
        inside
    }
}

#[cfg(test)]
mod tests {
    use super::super::picture::tests::png_of;
    use super::*;
    use crate::procedure::Procedure;

    const REPORT: &str = "Unfallmeldung\n\nIch ging zu Fuß. Vor dem Kiosk biss mich ein Hund in die Wade. Es blutete.\n";

    fn features() -> Vec<Feature> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/recourse-screening");
        Procedure::load(&folder).unwrap().features
    }

    /// A folder with a report, a page of 40 × 30 pixels, and the list.
    fn folder(list: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        std::fs::write(folder.path().join("outside.txt"), REPORT).unwrap();
        std::fs::write(folder.path().join("in/report.txt"), REPORT).unwrap();
        std::fs::write(folder.path().join("in/page.png"), png_of(40, 30, &[255; 1200])).unwrap();
        std::fs::write(folder.path().join("in/evidence.jsonl"), list).unwrap();
        folder
    }

    fn read(list: &str) -> Checked<BTreeMap<String, Evidence>> {
        let folder = folder(list);
        read_evidence(&folder.path().join("in/evidence.jsonl"), &["A-1", "A-2"], &features())
    }

    fn codes(list: &str) -> Vec<&'static str> {
        read(list).unwrap_err().0.iter().map(|fault| fault.code).collect()
    }

    fn text(file: &str, start: i64, end: i64) -> String {
        format!(
            r#"{{"case_id":"A-1","feature":"animal","kind":"text","file":"{file}","start":{start},"end":{end}}}"#
        )
    }

    fn image(bounds: &str) -> String {
        format!(
            r#"{{"case_id":"A-1","feature":"place","kind":"image","file":"page.png","box":{bounds}}}"#
        )
    }

    /// Offsets count characters, not bytes: an umlaut or ß before the passage does not move it.
    #[test]
    fn a_passage_is_quoted_with_its_sentence() {
        let start = REPORT.chars().position(|c| c == 'H').unwrap() as i64;
        let evidence = read(&text("report.txt", start, start + 4)).unwrap();
        let passage = &evidence["A-1"].passages[0];
        assert_eq!(passage.before, " Vor dem Kiosk biss mich ein ");
        assert_eq!(passage.text, "Hund");
        assert_eq!(passage.after, " in die Wade.");
        assert_eq!(passage.sha256, hex(&Sha256::digest(REPORT)));
        assert!(!evidence.contains_key("A-2"));
    }

    #[test]
    fn places_of_a_page_stand_together() {
        let list = [image("[0, 0, 40, 30]"), image("[1, 2, 3, 4]")].join("\n\n");
        let evidence = read(&list).unwrap();
        let [page] = evidence["A-1"].pages.as_slice() else { panic!("one page") };
        assert_eq!((page.width, page.height, page.picture.columns), (40, 30, 40));
        assert_eq!(
            page.places.iter().map(|place| place.bounds).collect::<Vec<_>>(),
            [[0, 0, 40, 30], [1, 2, 3, 4]]
        );
    }

    /// All faults of a list in one go, each with its line.
    #[test]
    fn faults_come_together() {
        let list = [
            "[]".to_owned(),
            r#"{"case_id":"X","feature":"wings","kind":"text","file":"report.txt","start":0,"end":4}"#.to_owned(),
            text("../outside.txt", 0, 4),
            text("missing.txt", 0, 4),
            text("report.txt", 80, 200),
            text("page.png", 0, 4),
            image("[30, 0, 20, 10]"),
            image("[0, 0, 0, 10]"),
        ];
        let faults = read(&list.join("\n")).unwrap_err().0;
        let found: Vec<_> =
            faults.iter().map(|fault| (fault.code, fault.place.line.unwrap())).collect();
        let expected = [
            ("E01", 1),
            ("E02", 2),
            ("E03", 2),
            ("E04", 3),
            ("E05", 4),
            ("E06", 5),
            ("E05", 6),
            ("E08", 7),
            ("E08", 8),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn passages_are_words_of_at_most_400_characters() {
        assert_eq!(codes(&text("report.txt", 5, 5)), ["E06"]);
        assert_eq!(codes(&text("report.txt", 9, 5)), ["E06"]);
        assert_eq!(codes(&text("report.txt", 13, 15)), ["E06"]);
        assert_eq!(codes(&text("report.txt", -1, 5)), ["E01"]);
        let long = format!("{}.", "x".repeat(500));
        let folder = folder(&[text("long.txt", 0, 400), text("long.txt", 0, 401)].join("\n"));
        std::fs::write(folder.path().join("in/long.txt"), long).unwrap();
        let faults = read_evidence(&folder.path().join("in/evidence.jsonl"), &["A-1"], &features())
            .unwrap_err();
        assert_eq!(faults.0.iter().map(|fault| fault.place.line).collect::<Vec<_>>(), [Some(2)]);
    }

    /// No path leaves the folder of the list, also not by a link; a list is data and may come from anywhere.
    #[test]
    fn no_path_leaves_the_folder() {
        for file in [
            "../outside.txt",
            "/etc/hostname",
            "a/../../outside.txt",
            "./report.txt",
            "",
            "..\\\\outside.txt",
        ] {
            assert_eq!(codes(&text(file, 0, 4)), ["E04"], "{file}");
        }
        #[cfg(unix)]
        {
            let folder = folder(&text("link.txt", 0, 4));
            std::os::unix::fs::symlink("../outside.txt", folder.path().join("in/link.txt"))
                .unwrap();
            let faults =
                read_evidence(&folder.path().join("in/evidence.jsonl"), &["A-1"], &features())
                    .unwrap_err();
            assert_eq!(faults.0[0].code, "E04");
        }
    }

    #[test]
    fn a_case_has_places_that_a_person_can_look_at() {
        let list = vec![image("[0, 0, 1, 1]"); MOST_PLACES].join("\n");
        assert_eq!(read(&list).unwrap()["A-1"].pages[0].places.len(), MOST_PLACES);
        assert_eq!(
            codes(&format!("{list}\n{}\n{}", image("[0, 0, 1, 1]"), image("[0, 0, 1, 1]"))),
            ["E09"]
        );
    }
}
