//! Promises of the owner's report: every number in it is in its record, which is computed and not invented; small groups
//! stay hidden; the same input gives the same bytes; the attached record has the published shape.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use jiff::civil::date;
use klartext::attribution::{Interventional, grouped};
use klartext::explanation::{Basis, ModelReport, report_schema};
use klartext::language::{Language, Numerals};
use klartext::pdf;
use klartext::procedure::Kind;
use klartext::run::{Audience, Job, Loaded, render_report, run};
use klartext::surrogate::{Surrogate, SurrogateOptions};
use ndarray::Array2;
use serde_json::Value;

const PROCEDURES: [&str; 2] = ["unemployment-benefit", "rehab-management"];
const DATE: jiff::civil::Date = date(2026, 11, 23);

fn loaded(name: &str) -> Loaded {
    Loaded::from(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(name))
        .expect("a procedure")
}

fn numbers(loaded: &Loaded) -> ModelReport {
    let basis = Basis::new(&loaded.procedure, &loaded.model, DATE).expect("a basis");
    basis.report(DATE, None, None).expect("a report")
}

/// The text of a finished file on single spaces, as poppler reads it.
fn text_of(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("report.pdf");
    std::fs::write(&file, bytes).expect("file");
    let output = Command::new("pdftotext").arg(&file).arg("-").output().expect("poppler-utils");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Numbers of a text in English digits: `1,219`, `−0.35`, `0.66`.
fn tokens(text: &str) -> Vec<String> {
    let mut found = vec![];
    let mut token = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() || (!token.is_empty() && matches!(c, '.' | ',')) {
            token.push(c);
        } else if !token.is_empty() {
            found.push(token.trim_end_matches(['.', ',']).replace(',', ""));
            token.clear();
        }
    }
    found
}

/// Every way in which the report prints a number of its record.
fn printed(value: f64, into: &mut BTreeSet<String>) {
    for places in 0..=4 {
        into.insert(format!("{:.places$}", value.abs()));
    }
    let hundred = 100.0 * value;
    for share in [hundred.round(), hundred.floor(), hundred.ceil(), (hundred - 1e-9).ceil()] {
        into.insert(format!("{:.0}", share.abs()));
        into.insert(format!("{:.0}", (100.0 - share).abs()));
    }
    into.insert(format!("{hundred:.1}"));
    for tenths in [(1000.0 * value).floor(), (1000.0 * value).ceil()] {
        into.insert(format!("{:.1}", (tenths / 10.0).abs()));
    }
    into.insert(format!("{:.0}", value.ceil().abs()));
    into.insert(format!("{}", value.abs()));
}

/// Numbers of the record (but for the dots of the swarm, of which none is printed) and digits in its words.
fn allowed(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Number(number) => printed(number.as_f64().unwrap(), into),
        Value::String(text) => into.extend(tokens(text)),
        Value::Array(items) => items.iter().for_each(|item| allowed(item, into)),
        Value::Object(fields) => {
            for (name, field) in fields {
                if name != "points" {
                    allowed(field, into);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_number_of_the_document_is_in_its_record() {
    // Promise: a number in a document that was not computed is the worst fault there is.
    for name in PROCEDURES {
        let loaded = loaded(name);
        let report = numbers(&loaded);
        let rendered = render_report(&report, &loaded.procedure, Language::ENGLISH).unwrap();
        let mut known = BTreeSet::new();
        allowed(&serde_json::from_slice(&report.to_json()).unwrap(), &mut known);
        // Searches are told of every hundred, so that they add up.
        let found = report.counterfactuals;
        for n in [found.one_change, found.two_changes, found.impossible, found.not_found] {
            let share = 100 * n / found.rows;
            known.extend([share.to_string(), (share + 1).to_string()]);
        }
        // Words of the procedure and of the catalogue: years, law, fixed limits.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        for file in [
            folder.join("models").join(name).join("procedure.toml"),
            folder.join("src/language/catalogue/en/report.ftl"),
        ] {
            known.extend(tokens(&std::fs::read_to_string(file).unwrap()));
        }
        // Section and page numbers, ticks of the axes, date.
        known.extend((0..=rendered.pages.max(11)).map(|n| n.to_string()));
        known.extend((0..=20).map(|n| (5 * n).to_string()));
        known.extend(["0.5", "1.5", "23", "2026", "20", "2.5"].map(str::to_owned));
        known.extend((0..=50).map(|n| (20 * n).to_string()));
        let text = text_of(&rendered.bytes);
        // Checksums are printed in groups of eight.
        for hash in [
            &report.model.sha256,
            &report.procedure.sha256,
            &report.background.sha256,
            &report.holdout.sha256,
        ] {
            for part in hash.as_bytes().chunks(8) {
                let part = std::str::from_utf8(part).unwrap();
                assert!(text.contains(part), "{name}: {part}");
                known.extend(tokens(part));
            }
        }
        let strays: Vec<String> =
            tokens(&text).into_iter().filter(|token| !known.contains(token)).collect();
        assert!(strays.is_empty(), "{name}: {strays:?}");
    }
}

#[test]
fn both_kinds_of_error_are_told_in_both_languages() {
    // Promise (M3): never the share of right results alone.
    for name in PROCEDURES {
        let loaded = loaded(name);
        let report = numbers(&loaded);
        let errors = &report.performance.errors;
        let of_hundred = |rate: Option<klartext::explanation::Rate>| {
            let rate = rate.unwrap();
            (200 * rate.count + rate.of) / (2 * rate.of)
        };
        let (missed, needless) =
            (of_hundred(errors.false_negative_rate), of_hundred(errors.false_positive_rate));
        let right = of_hundred(errors.positive_predictive_value);
        for language in [Language::GERMAN, Language::ENGLISH] {
            let text = text_of(&render_report(&report, &loaded.procedure, language).unwrap().bytes);
            let (told, event) = match language.tag() {
                "de" => (
                    [
                        format!("Übersehen: {missed} von 100"),
                        format!("“): {needless} von 100"),
                        format!("{right} richtig, {} falsch", 100 - right),
                    ],
                    errors.base_rate.unwrap(),
                ),
                _ => (
                    [
                        format!("Missed: {missed} of 100"),
                        format!("”): {needless} of 100"),
                        format!("{right} right, {} wrong", 100 - right),
                    ],
                    errors.base_rate.unwrap(),
                ),
            };
            for sentence in told {
                assert!(text.contains(&sentence), "{name} {language:?}: {sentence}");
            }
            for n in [event.count, event.of, errors.true_positives, errors.false_negatives] {
                let n = Numerals::new(language.about().unwrap()).number(n as f64, 0);
                assert!(text.contains(&n), "{name} {language:?}: {n}");
            }
        }
    }
}

#[test]
fn influence_is_the_mean_of_exact_attributions() {
    // Oracle: the same mean from the attribution of every row, row by row.
    let loaded = loaded("rehab-management");
    let basis = Basis::new(&loaded.procedure, &loaded.model, DATE).unwrap();
    let report = basis.report(DATE, None, None).unwrap();
    let exact = Interventional::new(&*loaded.model.model, basis.background.view()).unwrap();
    let n = basis.holdout.decisions.len();
    let rows: Vec<usize> = (0..1_000).map(|i| i * n / 1_000).collect();
    let values: Vec<Vec<f64>> = rows
        .iter()
        .map(|&i| {
            let row = basis.holdout.rows.row(i).to_vec();
            grouped(&exact.explain(&row, 0).values, &basis.columns)
        })
        .collect();
    assert_eq!(report.influence.rows, rows.len());
    for item in &report.influence.features {
        let at = loaded.procedure.features.iter().position(|f| f.id == item.feature).unwrap();
        let mean = values.iter().map(|row| row[at].abs()).sum::<f64>() / rows.len() as f64;
        assert!((mean - item.mean_absolute).abs() < 1e-12, "{}", item.feature);
    }
    let shares: f64 = report.influence.features.iter().map(|item| item.share).sum();
    assert!((shares - 1.0).abs() < 1e-12);
    assert!(report.reliability.residual_max < 1e-9, "{}", report.reliability.residual_max);
}

#[test]
fn the_tree_is_measured_beside_other_sizes_and_other_cases() {
    // Promise: the owner is told how sure the simplified tree's numbers are, and whether it is one of many. Oracle: every
    // count again, row by row and pair by pair. Of these procedures the last one's tree asks about a number first.
    let mut asked = vec![];
    for name in PROCEDURES.into_iter().chain(["housing-benefit-priority"]) {
        let loaded = loaded(name);
        let basis = Basis::new(&loaded.procedure, &loaded.model, DATE).unwrap();
        let report = basis.report(DATE, None, None).unwrap();
        let summary = &report.surrogate;
        let of = |rows: &[usize]| -> (Vec<Vec<f64>>, Vec<bool>) {
            let holdout = &basis.holdout;
            rows.iter().map(|&i| (holdout.rows.row(i).to_vec(), holdout.decisions[i])).unzip()
        };
        let mut all: Vec<usize> = basis.fitted.iter().chain(&basis.measured).copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..basis.holdout.decisions.len()).collect::<Vec<_>>());
        let (fitting, decisions) = of(&basis.fitted);
        let (measured, said) = of(&basis.measured);
        let rows =
            Array2::from_shape_vec((fitting.len(), fitting[0].len()), fitting.concat()).unwrap();

        let limit = basis.surrogate.options();
        let mut expected = vec![];
        let sizes = BTreeSet::from([1, 2, 4, 8, 16, limit.max_leaves]);
        for max_leaves in sizes {
            let options = SurrogateOptions { max_leaves, ..limit };
            let names = basis.surrogate.features();
            let tree = Surrogate::fit(names, rows.view(), &decisions, options).unwrap();
            let right = measured.iter().zip(&said).filter(|(row, said)| tree.decide(row) == **said);
            expected.push((tree.leaves(), right.count()));
        }
        expected.dedup();
        let found = summary.sizes.iter().map(|size| (size.leaves, size.agreement.unwrap().count));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{name}");
        let shown = summary.sizes.iter().find(|size| size.leaves == summary.leaves).unwrap();
        assert_eq!(shown.agreement, summary.fidelity, "{name}: the shown tree is one of them");
        let one = summary.sizes[0];
        let positive = said.iter().filter(|said| **said).count();
        assert!([positive, said.len() - positive].contains(&one.agreement.unwrap().count));

        let stability = summary.stability.as_ref().unwrap();
        let trees = basis.surrogate.redrawn(rows.view(), &decisions, 20, 0).unwrap();
        let detail = |tree: &Surrogate| {
            let column = tree.nodes()[0].question.unwrap().feature;
            let at = basis.columns.iter().position(|own| own.contains(&column)).unwrap();
            loaded.procedure.features[at].id.clone()
        };
        let first = detail(&basis.surrogate);
        assert_eq!((stability.trees, stability.first.as_ref()), (20, Some(&first)), "{name}");
        let same = || trees.iter().filter(|tree| detail(tree) == first);
        assert_eq!(stability.same_first, same().count(), "{name}");
        let thresholds = same().map(|tree| tree.nodes()[0].question.unwrap().threshold);
        let (low, high) = thresholds.fold((f64::MAX, f64::MIN), |(low, high), threshold| {
            (low.min(threshold), high.max(threshold))
        });
        let feature = loaded.procedure.features.iter().find(|feature| feature.id == first).unwrap();
        let is_number = matches!(feature.kind, Kind::Quantity | Kind::Percent);
        let expected = is_number.then_some((low, high));
        assert_eq!(stability.first_between, expected, "{name}: thresholds of numbers only");
        asked.push(is_number);
        let written = render_report(&report, &loaded.procedure, Language::ENGLISH).unwrap();
        let told = text_of(&written.bytes).contains("the first question divides at:");
        assert_eq!(told, is_number, "{name}");
        let answers: Vec<Vec<bool>> = trees
            .iter()
            .map(|tree| measured.iter().map(|row| tree.decide(row)).collect())
            .collect();
        let mut alike = 0;
        for (k, a) in answers.iter().enumerate() {
            for b in &answers[..k] {
                alike += a.iter().zip(b).filter(|(a, b)| a == b).count();
            }
        }
        assert_eq!(stability.alike.count, alike, "{name}");
        assert_eq!(stability.alike.of, 190 * measured.len(), "{name}");
    }
    assert!(asked.contains(&true) && asked.contains(&false), "both kinds of question: {asked:?}");
}

#[test]
fn the_tree_is_told_with_its_ranges_and_an_earlier_report_still_reads() {
    let loaded = loaded("unemployment-benefit");
    let mut report = numbers(&loaded);
    let tree = report.surrogate.clone();
    let range = |rate: klartext::explanation::Rate| {
        let ends = [(100.0 * rate.low + 1e-9).floor(), (100.0 * rate.high - 1e-9).ceil()];
        (100 * rate.count / rate.of, ends[0], ends[1])
    };
    for language in [Language::GERMAN, Language::ENGLISH] {
        let written = render_report(&report, &loaded.procedure, language).unwrap();
        assert!(written.pages <= 12, "{} pages", written.pages);
        let text = text_of(&written.bytes);
        for rate in [tree.fidelity.unwrap(), tree.fidelity_near.unwrap()] {
            let (n, low, high) = range(rate);
            let (of, told) = match language.tag() {
                "de" => ("von", format!("(95-%-Bereich: {low} bis {high})")),
                _ => ("of", format!("(95% range: {low} to {high})")),
            };
            assert!(text.contains(&told) && text.contains(&format!("{n} {of} 100")), "{told}");
        }
        for size in &tree.sizes {
            let (n, low, high) = range(size.agreement.unwrap());
            let to = if language.tag() == "de" { "bis" } else { "to" };
            let row = format!("{} {n} {low} {to} {high}", size.leaves);
            assert!(text.contains(&row), "{row} in {text}");
        }
        let stability = tree.stability.as_ref().unwrap();
        let n = 100 * stability.alike.count / stability.alike.of;
        let told = match language.tag() {
            "de" => format!("Zwei neue Bäume sagen im Mittel in {n} von 100 Fällen dasselbe."),
            _ => format!("Two new trees say the same in {n} of 100 cases on average."),
        };
        assert!(text.contains(&told), "{told}");
    }
    let mut value: Value = serde_json::from_slice(&report.to_json()).unwrap();
    for later in ["sizes", "stability"] {
        value["surrogate"].as_object_mut().unwrap().remove(later).unwrap();
    }
    report = serde_json::from_value(value).unwrap();
    let text =
        text_of(&render_report(&report, &loaded.procedure, Language::ENGLISH).unwrap().bytes);
    assert!(!text.contains("new groups were drawn, all of the same size"));
}

#[test]
fn small_groups_are_hidden_and_large_ones_are_not() {
    // Promise (G27): nothing about fewer than 20 people; and unknown entries do not hide a whole group.
    let loaded = loaded("rehab-management");
    let report = numbers(&loaded);
    let sex = report.groups.iter().find(|group| group.column == "sex").unwrap();
    let find = |value: Option<&str>| {
        sex.groups.iter().find(|group| group.value.as_deref() == value).unwrap()
    };
    assert!(find(None).errors.is_none(), "three cases without an entry");
    assert!(find(Some("female")).errors.is_some() && find(Some("male")).errors.is_some());
    for group in report.groups.iter().flat_map(|group| &group.groups) {
        assert!(group.errors.as_ref().is_none_or(|errors| errors.rows >= 20), "{group:?}");
    }
    for bin in &report.performance.calibration {
        assert_eq!(bin.happened.is_some(), bin.rows >= 20, "{bin:?}");
        assert_eq!(bin.predicted.is_some(), bin.rows >= 20, "{bin:?}");
    }
    let values = || report.influence.features.iter().flat_map(|item| &item.values);
    assert!(values().all(|value| value.rows.is_none_or(|rows| rows >= 20)));
    assert!(values().any(|value| value.rows.is_none() && value.mean.is_none()));
    // Dots of a feature stand in their own order: no row of them is a case.
    for item in &report.influence.features {
        assert!(item.points.is_sorted_by(|a, b| a.attribution <= b.attribution));
    }
    let gap = report.gap_overlooked.as_ref().unwrap();
    let rate = |value| find(Some(value)).errors.as_ref().unwrap().false_negative_rate.unwrap();
    assert_eq!((gap.column.as_str(), gap.higher.as_str()), ("sex", "female"));
    assert_eq!((gap.higher_rate, gap.lower_rate), (rate("female"), rate("male")));
    let text =
        text_of(&render_report(&report, &loaded.procedure, Language::ENGLISH).unwrap().bytes);
    assert!(text.contains("not shown") && text.contains("Groups with fewer than 20 cases"));
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    let loaded = loaded("unemployment-benefit");
    let once = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let report = numbers(&loaded);
            let pdf = render_report(&report, &loaded.procedure, Language::GERMAN).unwrap().bytes;
            (report.to_json(), pdf)
        })
    };
    let first = once(1);
    assert!(first == once(4));
    let again: ModelReport = serde_json::from_slice(&first.0).unwrap();
    assert_eq!(again.to_json(), first.0, "what is read back is written the same");
}

#[test]
fn the_attached_record_has_the_published_shape() {
    let schema: Value = serde_json::from_str(&report_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for name in PROCEDURES {
        let loaded = loaded(name);
        let report = numbers(&loaded);
        let rendered = render_report(&report, &loaded.procedure, Language::GERMAN).unwrap();
        assert_eq!(rendered.name, "report.de.entwurf.pdf");
        let (marker, bytes) = pdf::attachment(&rendered.bytes).unwrap();
        assert_eq!(marker, "klartext/report/de");
        assert_eq!(bytes, report.to_json());
        let mut value: Value = serde_json::from_slice(&bytes).unwrap();
        assert!(validator.is_valid(&value), "{:?}", validator.iter_errors(&value).next());
        value["performance"]["errors"]["rows"] = Value::from("many");
        assert!(!validator.is_valid(&value), "a broken record is refused");
    }
}

#[test]
fn only_a_released_report_on_the_approved_model_is_no_draft() {
    let loaded = loaded("unemployment-benefit");
    let mut report = numbers(&loaded);
    report.approved_by = Some("Kim Muster".to_owned());
    let released = render_report(&report, &loaded.procedure, Language::GERMAN).unwrap();
    assert_eq!(released.name, "report.de.pdf");
    assert!(!text_of(&released.bytes).contains("ENTWURF"));
    report.model.sha256 = "0".repeat(64);
    let other = render_report(&report, &loaded.procedure, Language::GERMAN).unwrap();
    assert_eq!(other.name, "report.de.entwurf.pdf");
    let text = text_of(&other.bytes);
    assert!(text.contains("ENTWURF") && text.contains("NICHT die freigegebene"));
}

#[test]
fn a_run_tells_what_people_made_of_the_suggestions() {
    // Promise (M10, M11): agreement and blocked letters are counted from the run itself.
    let name = "rehab-management";
    let folder = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    let job = Job {
        cases: fixtures.join("cases.csv"),
        people: None,
        decisions: Some(fixtures.join("decisions.csv")),
        evidence: None,
        output: folder.path().to_owned(),
        audiences: BTreeSet::from([Audience::Citizen, Audience::Owner]),
        languages: vec![Language::GERMAN],
        only: vec![],
        approved_by: None,
        date: DATE,
        letter: None,
        format: None,
        force: false,
    };
    let summary = run(&loaded(name), &job, &|_, _| {}).unwrap();
    let bytes = std::fs::read(folder.path().join("report.de.entwurf.pdf")).unwrap();
    let (_, record) = pdf::attachment(&bytes).unwrap();
    let report: ModelReport = serde_json::from_slice(&record).unwrap();
    let usage = report.usage.expect("a run's report");

    let table = std::fs::read_to_string(fixtures.join("decisions.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let (mut agreed, mut deviated) = (0, 0);
    for line in reader.records() {
        match line.unwrap().get(4) {
            Some("agreed") => agreed += 1,
            Some("deviated") => deviated += 1,
            _ => {}
        }
    }
    assert!(agreed > 0 && deviated > 0);
    assert_eq!((usage.agreed, usage.deviated), (agreed, deviated));
    assert_eq!(usage.agreed + usage.deviated + usage.open, summary.cases);
    let blocked: BTreeSet<&str> = summary
        .held_back
        .iter()
        .filter(|entry| entry.consequence == "blocked" && entry.document == "letter")
        .map(|entry| entry.case_id.as_str())
        .collect();
    assert!(!blocked.is_empty(), "fixtures hold letters back");
    assert_eq!(usage.letters_blocked, Some(blocked.len()));
    let text = text_of(&bytes);
    assert!(text.contains(&format!("gefolgt: {agreed}. Anders entschieden: {deviated}.")));
    assert!(text.contains(&format!("Nicht erstellte Briefe: {}.", blocked.len())), "{text}");
}
