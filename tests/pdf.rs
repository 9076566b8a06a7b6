//! Promises of `pdf`: what is written is accessible, archivable, exact, and the same every time.

#[path = "pdf-validation/samples.rs"]
mod samples;

use klartext::pdf;

/// Writes the samples where `KLARTEXT_SAMPLES` says, for `tests/pdf-validation/validate.sh` and for looking at them.
#[test]
#[ignore = "writes files; run by tests/pdf-validation/validate.sh"]
fn write_samples() {
    let folder =
        std::path::PathBuf::from(std::env::var("KLARTEXT_SAMPLES").expect("KLARTEXT_SAMPLES"));
    std::fs::create_dir_all(&folder).expect("sample folder");
    for (name, document) in samples::all() {
        let written = pdf::write(&document).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        std::fs::write(folder.join(format!("{name}.pdf")), written.bytes).expect("sample");
    }
}
