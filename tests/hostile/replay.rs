//! What fuzzing found stays found, and sound files take no more memory than they should.

use klartext::model::from_bytes;

use crate::{alone, bounded, checks, corpus, harmless, peak, root};

/// Every file of every corpus, through the checks of its fuzz target.
#[test]
fn the_corpus_does_no_harm() {
    let _alone = alone();
    let mut seen = 0;
    for target in std::fs::read_dir(root().join("fuzz/corpus")).unwrap() {
        let target = target.unwrap().file_name().into_string().unwrap();
        for (name, bytes) in corpus(&target, false) {
            match target.as_str() {
                "table" => drop(bounded(&name, &bytes, checks::any_table)),
                _ => drop(harmless(&name, &bytes)),
            }
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} files in the corpus");
}

/// How many bytes an archive's members have when unpacked, which is what its reader has to hold; nothing of other files.
fn unpacked(bytes: &[u8]) -> Option<usize> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
    usize::try_from(archive.decompressed_size()?).ok()
}

/// Loading takes less than four times the file (of a packed one: its content), at its peak and with the model that it
/// gives.
#[test]
fn loading_takes_less_than_four_times_the_file() {
    let _alone = alone();
    let mut wrong = vec![];
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("tests/reference/models")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        // What every file needs, however small, is not what is measured here.
        if bytes.len() < 40_000 {
            continue;
        }
        let (model, peak) = peak(|| from_bytes("m", &bytes));
        let size = unpacked(&bytes).unwrap_or(bytes.len());
        if model.is_ok() && peak >= 4 * size {
            let ratio = peak as f64 / size as f64;
            wrong.push(format!("{}: {ratio:.1} times", path.file_name().unwrap().display()));
        }
        seen += usize::from(model.is_ok());
    }
    assert!(seen > 10, "only {seen} models");
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
