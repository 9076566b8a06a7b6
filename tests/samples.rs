//! Promise: `output/samples/` shows what the program writes today, one finished document of each kind.
//!
//! `KLARTEXT_BLESS=1 cargo test --test samples` writes them anew after a change that was looked at.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Sample name, procedure, case, document in the case's folder (`None`: beside the cases).
const SAMPLES: [(&str, &str, &str, &str); 8] = [
    ("letter-info.de.pdf", "unemployment-benefit", "ALB-2026-0001", "ALB-2026-0001/letter.de.pdf"),
    ("letter-info.en.pdf", "unemployment-benefit", "ALB-2026-0001", "ALB-2026-0001/letter.en.pdf"),
    ("letter-annex.de.pdf", "rehab-management", "UVR-2026-0001", "UVR-2026-0001/letter.de.pdf"),
    (
        "letter-deviated.de.pdf",
        "unemployment-benefit",
        "ALB-2026-0008",
        "ALB-2026-0008/letter.de.pdf",
    ),
    ("sheet-a.de.pdf", "rehab-management", "UVR-2026-0001", "UVR-2026-0001/sheet-a.de.pdf"),
    ("sheet-b.de.pdf", "rehab-management", "UVR-2026-0001", "UVR-2026-0001/sheet-b.de.pdf"),
    ("report.de.pdf", "unemployment-benefit", "ALB-2026-0001", "report.de.pdf"),
    ("record.json", "unemployment-benefit", "ALB-2026-0001", "ALB-2026-0001/record.json"),
];

fn explain(procedure: &str, cases: &[&str], output: &Path) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixture = |name: &str| root.join("fixtures").join(procedure).join(name);
    let ran = Command::new(env!("CARGO_BIN_EXE_klartext"))
        .arg("explain")
        .arg(root.join("models").join(procedure))
        .arg("--cases")
        .arg(fixture("cases.csv"))
        .arg("--people")
        .arg(fixture("people.csv"))
        .arg("--decisions")
        .arg(fixture("decisions.csv"))
        .args(["--date", "2026-11-23", "--lang", "de,en", "--only", &cases.join(",")])
        .args(["--release", "--approved-by", "Kim Muster (erfunden)", "-o"])
        .arg(output)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn the_samples_are_what_the_program_writes() {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("output/samples");
    let temporary = tempfile::tempdir().unwrap();
    for procedure in ["unemployment-benefit", "rehab-management"] {
        let mut cases: Vec<&str> =
            SAMPLES.iter().filter(|s| s.1 == procedure).map(|s| s.2).collect();
        cases.dedup();
        cases.sort_unstable();
        cases.dedup();
        explain(procedure, &cases, &temporary.path().join(procedure));
    }
    let bless = std::env::var_os("KLARTEXT_BLESS").is_some();
    let mut differing = vec![];
    for (name, procedure, _, written) in SAMPLES {
        let new = std::fs::read(temporary.path().join(procedure).join(written)).unwrap();
        let sample = folder.join(name);
        if bless {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&sample, &new).unwrap();
        }
        if std::fs::read(&sample).ok().as_ref() != Some(&new) {
            differing.push(name);
        }
    }
    assert!(
        differing.is_empty(),
        "{differing:?} differ: look at them, then bless (see the top of this file)"
    );
}
