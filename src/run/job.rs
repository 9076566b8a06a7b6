//! The main job: records and documents for every case.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::complete::complete;
use super::documents::{Audience, DocumentKind, Rendered, render};
use super::files::write_file;
use super::manifest::{CaseEntry, FileEntry, HeldBack, Manifest, held_back_csv};
use super::{Loaded, report};
use crate::document;
use crate::explanation::{Basis, Circumstances, Consequence, GateCode, Record, Usage, to_json};
use crate::fault::{Checked, Fault, Faults, Place};
use crate::language::readability::Measures;
use crate::language::{Language, Scope};
use crate::procedure::{
    Case, Format, Handling, LetterKind, Procedure, read_cases, read_decisions, read_evidence,
    read_handlings, read_people,
};
use crate::table::{Separator, Table, read_table};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Job {
    /// Table of cases.
    pub cases: PathBuf,
    /// Table of people.
    pub people: Option<PathBuf>,
    /// Table of decisions.
    pub decisions: Option<PathBuf>,
    /// List of places in documents where details were read.
    pub evidence: Option<PathBuf>,
    /// Output folder.
    pub output: PathBuf,
    /// Which documents.
    pub audiences: BTreeSet<Audience>,
    /// Languages; empty: German, and the person's own besides for the letter.
    pub languages: Vec<Language>,
    /// Only these cases; empty: all.
    pub only: Vec<String>,
    /// Who releases.
    pub approved_by: Option<String>,
    /// Date of the documents.
    pub date: Date,
    /// Which letter; the case's own where none is given.
    pub letter: Option<LetterKind>,
    /// How letters are printed; each as its person wants it where none is given.
    pub format: Option<Format>,
    /// Overwrite.
    pub force: bool,
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Cases in the table (after `--only`).
    pub cases: usize,
    /// Files written.
    pub files: usize,
    /// What was held back.
    pub held_back: Vec<HeldBack>,
    /// Faults of single cases, which did not stop the others.
    pub faults: Faults,
}

/// Reads the tables, explains every case and writes its files. `progress` is called after each case.
///
/// # Errors
/// Faults that concern the whole run: procedure, model, a table without the needed columns, people or decisions that
/// name no case, an output folder that cannot be written, files that exist. Nothing is written then.
pub fn run(
    loaded: &Loaded,
    job: &Job,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Checked<Summary> {
    let procedure = &loaded.procedure;
    let basis = Basis::new(procedure, &loaded.model, job.date)?;
    let table = read_table(&job.cases, Separator::Detect)?;
    let (cases, mut faults) = read_cases(&procedure.features, &table);
    if cases.is_empty() {
        return Err(faults);
    }
    if !job.only.is_empty() {
        // Faults of lines that were not asked for are for the run that asks for them.
        faults.0.retain(|fault| {
            case_id_of(fault, &table).is_none_or(|id| job.only.iter().any(|only| only == id))
        });
    }
    let all: Vec<&str> = table
        .column("case_id")
        .map(|column| {
            (0..table.rows.len()).filter_map(|row| table.text(row, column)).map(str::trim).collect()
        })
        .unwrap_or_default();
    let mut refused = Faults::default();
    let people = match &job.people {
        Some(path) => read_table(path, Separator::Detect)
            .and_then(|table| read_people(&table, &all, &procedure.languages)),
        None => Ok(BTreeMap::new()),
    };
    let people = refused.take(people);
    let decisions = match &job.decisions {
        Some(path) => read_table(path, Separator::Detect).and_then(|table| {
            let mut faults = Faults::default();
            let decisions = faults.take(read_decisions(&table, &all));
            let handlings = faults.take(read_handlings(&table, &all));
            faults.0.extend(dates_without_matter(&table, handlings.as_ref(), procedure));
            faults.or(decisions.zip(handlings).unwrap_or_default())
        }),
        None => Ok(<(BTreeMap<_, _>, BTreeMap<_, _>)>::default()),
    };
    let decisions = refused.take(decisions);
    let evidence = match &job.evidence {
        Some(path) => read_evidence(path, &all, &procedure.features),
        None => Ok(BTreeMap::new()),
    };
    let evidence = refused.take(evidence);
    for id in job.only.iter().filter(|id| !all.contains(&id.as_str())) {
        refused.push(Fault::new(
            "R20",
            Place::file(job.cases.display().to_string()).field("case_id"),
            format!("no case {id}"),
            "an id of the case table",
            "Correct --only.",
        ));
    }
    for language in job.languages.iter().filter(|language| !procedure.languages.contains(language))
    {
        refused.push(document::not_written_in(procedure, *language));
    }
    let (Some(people), Some((decisions, handlings)), Some(evidence), true) =
        (people, decisions, evidence, refused.0.is_empty())
    else {
        return Err(refused);
    };
    let cases: Vec<Case> = cases
        .into_iter()
        .filter(|case| job.only.is_empty() || job.only.contains(&case.id))
        .collect();
    prepare_folder(job, &cases)?;

    let done = std::sync::atomic::AtomicUsize::new(0);
    let results: Vec<(CaseEntry, Faults)> = cases
        .par_iter()
        .map(|case| {
            let with = Circumstances {
                date: job.date,
                approved_by: job.approved_by.clone(),
                decision: decisions.get(&case.id).cloned(),
                handling: handlings.get(&case.id).cloned().unwrap_or_default(),
                recipient: people.get(&case.id).cloned(),
                format: job.format.unwrap_or_else(|| {
                    people.get(&case.id).map(|person| person.format).unwrap_or_default()
                }),
                evidence: evidence.get(&case.id).cloned().unwrap_or_default(),
                letter: job.letter,
            };
            let result = one_case(&basis, job, case, with);
            progress(done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1, cases.len());
            result
        })
        .collect();

    let mut summary = Summary { cases: cases.len(), faults, ..Summary::default() };
    let mut entries = vec![];
    for (entry, faults) in results {
        summary.files += entry.files.len();
        summary.held_back.extend(entry.held_back.iter().cloned());
        summary.faults.0.extend(faults.0);
        entries.push(entry);
    }
    let unreadable: Vec<HeldBack> =
        summary.faults.0.iter().map(|fault| held_back_by(fault, &table)).collect();
    let mut files = vec![];
    if job.audiences.contains(&Audience::Owner) {
        let usage = {
            let letters = job.audiences.contains(&Audience::Citizen);
            report::usage(&basis, &cases, &decisions, &entries, &unreadable, letters)
        };
        let (written, held) = owner_reports(&basis, job, usage);
        files = written;
        summary.held_back.extend(held);
    }
    summary.files += files.len();
    let manifest = Manifest {
        schema: "klartext.run/1".to_owned(),
        tool: basis.tool(),
        procedure: basis.procedure_identity(),
        model: basis.model_identity(),
        background: basis.background_identity.clone(),
        holdout: basis.holdout_identity.clone(),
        date: job.date,
        approved_by: job.approved_by.clone(),
        cases: entries,
        files,
    };
    let held: Vec<HeldBack> =
        unreadable.into_iter().chain(summary.held_back.iter().cloned()).collect();
    write_file(&job.output.join("held_back.csv"), &held_back_csv(&held), true)?;
    write_file(&job.output.join("run.json"), &manifest.to_json(), true)?;
    Ok(summary)
}

/// The case id of the line that a fault is about.
fn case_id_of<'t>(fault: &Fault, table: &'t Table) -> Option<&'t str> {
    let row = table.rows.iter().position(|row| Some(row.line) == fault.place.line)?;
    table.text(row, table.column("case_id")?).map(str::trim)
}

/// Dates of cases that no letter would say, because the procedure has no `matter` to say them in.
fn dates_without_matter(
    table: &Table,
    handlings: Option<&BTreeMap<String, Handling>>,
    procedure: &Procedure,
) -> Vec<Fault> {
    let dated = |handling: &Handling| handling.matter_date.is_some();
    if !procedure.matter.is_empty() || !handlings.is_some_and(|all| all.values().any(dated)) {
        return vec![];
    }
    vec![Fault::new(
        "D11",
        Place::file(&table.file).field("matter_date"),
        format!("dates, and no `matter` in {}", procedure.file),
        "a text that says the date, such as “Wohngeld-Antrag vom {datum}”",
        "Write `matter` in procedure.toml, or take the column out.",
    )]
}

/// A case that could not be read, as a line of `held_back.csv`.
fn held_back_by(fault: &Fault, table: &Table) -> HeldBack {
    let id = case_id_of(fault, table);
    HeldBack {
        case_id: id.unwrap_or_default().to_owned(),
        document: "all".to_owned(),
        code: fault.code.to_owned(),
        consequence: "blocked".to_owned(),
        finding: fault.finding(),
        mend: fault.mend.clone(),
    }
}

/// Nothing is overwritten without being asked to: neither the documents of a case nor the manifest of an earlier run.
/// Fails here, before any case is computed, when the folder cannot be written.
fn prepare_folder(job: &Job, cases: &[Case]) -> Checked<()> {
    if !job.force {
        let records = cases.iter().map(|case| job.output.join(&case.id).join("record.json"));
        let mut own = std::iter::once(job.output.join("run.json")).chain(records);
        if let Some(path) = own.find(|path| path.exists()) {
            return Err(Fault::new(
                "F02",
                Place::file(path.display().to_string()),
                "documents of an earlier run",
                "no such files",
                "Choose another folder with -o, or overwrite with --force.",
            )
            .into());
        }
    }
    let probe = job.output.join(".klartext-probe");
    write_file(&probe, b"", true).map_err(|mut faults| {
        let folder = Place::file(job.output.display().to_string());
        faults.0.iter_mut().for_each(|fault| fault.place = folder.clone());
        faults
    })?;
    let _ = std::fs::remove_file(probe);
    Ok(())
}

/// Removes the documents of an earlier run from a case's folder, so that no old letter stays beside a new one. Called
/// when the new ones are ready; other files are left alone, and so are those of a case that could not be computed.
fn remove_own_files(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let own = name == "record.json"
            || (name.ends_with(".pdf")
                && DocumentKind::ALL
                    .iter()
                    .any(|kind| name.starts_with(&format!("{}.", kind.name()))));
        if own {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn one_case(basis: &Basis<'_>, job: &Job, case: &Case, with: Circumstances) -> (CaseEntry, Faults) {
    let mut entry = CaseEntry { id: case.id.clone(), files: vec![], held_back: vec![] };
    let mut faults = Faults::default();
    let Some(mut record) = faults.take(basis.explain(case, with)) else {
        entry.held_back.extend(faults.0.iter().map(|fault| fault_entry(&case.id, "all", fault)));
        return (entry, Faults::default());
    };
    let mut german = complete(&mut record, basis.procedure);
    // Everything is rendered before anything is written: a case is there whole or not at all.
    let mut files = vec![("record.json".to_owned(), to_json(&record), (None, None))];
    for kind in
        DocumentKind::ALL.into_iter().filter(|kind| job.audiences.contains(&kind.audience()))
    {
        let hardest = record.consequence();
        if hardest > kind.allowed_up_to() {
            entry.held_back.extend(gate_entries(&record, kind, kind.allowed_up_to(), "blocked"));
            continue;
        }
        if let Some(held) = sheet_held(&record, basis.procedure, kind) {
            entry.held_back.extend(held);
            continue;
        }
        for language in languages(job, basis.procedure, &record, kind) {
            // The German letter was laid out when its pages were counted.
            let laid_out = (kind, language) == (DocumentKind::Letter, Language::GERMAN);
            let rendered = match german.take_if(|_| laid_out) {
                Some(rendered) => Ok(rendered),
                None => render(kind, &record, basis.procedure, language),
            };
            match rendered {
                Ok(rendered) => {
                    if job.approved_by.is_some()
                        && basis.procedure.is_unchecked_translation(language)
                    {
                        entry.held_back.push(unchecked_entry(&case.id, kind, language));
                    }
                    let measures = rendered.judgement.map(|judged| judged.measures);
                    files.push((rendered.name, rendered.bytes, (Some(rendered.pages), measures)));
                }
                Err(faults) => {
                    entry.held_back.extend(
                        faults.0.iter().map(|fault| fault_entry(&case.id, kind.name(), fault)),
                    );
                }
            }
        }
        if job.approved_by.is_some() && hardest == Consequence::Draft {
            entry.held_back.extend(gate_entries(&record, kind, Consequence::Omit, "draft"));
        }
    }
    if job.force {
        remove_own_files(&job.output.join(&case.id));
    }
    for (name, bytes, measured) in files {
        match store(job, &case.id, &name, &bytes, measured) {
            Ok(file) => entry.files.push(file),
            Err(faults) => {
                let held = faults.0.iter().map(|fault| fault_entry(&case.id, &name, fault));
                entry.held_back.extend(held);
            }
        }
    }
    (entry, faults)
}

/// Sheet B of a case without a recorded first look, where the procedure asks for one, and of a control case: not written.
/// The one is a finding, the other is meant.
fn sheet_held(
    record: &Record,
    procedure: &Procedure,
    kind: DocumentKind,
) -> Option<Option<HeldBack>> {
    if kind != DocumentKind::SheetB {
        return None;
    }
    if procedure.sheets.first_look_required && record.handling.first_look.is_none() {
        return Some(Some(HeldBack {
            case_id: record.case.id.clone(),
            document: kind.name().to_owned(),
            code: "R64".to_owned(),
            consequence: "blocked".to_owned(),
            finding: "no first look is recorded (sheet A)".to_owned(),
            mend: "Enter first_look and first_look_at in decisions.csv; then sheet B is written."
                .to_owned(),
        }));
    }
    record.control.then_some(None)
}

/// The owner's report in every language; what could not be written is held back and stops nothing else.
fn owner_reports(basis: &Basis<'_>, job: &Job, usage: Usage) -> (Vec<FileEntry>, Vec<HeldBack>) {
    let (mut files, mut held) = (vec![], vec![]);
    let mut faults = Faults::default();
    let numbers = faults.take(basis.report(job.date, job.approved_by.clone(), Some(usage)));
    let languages = office_languages(job, basis.procedure);
    for (numbers, &language) in numbers.iter().flat_map(|n| languages.iter().map(move |l| (n, l))) {
        let Some(made) = faults.take(report::render_report(numbers, basis.procedure, language))
        else {
            continue;
        };
        let Rendered { name, bytes, pages, .. } = made;
        files.extend(faults.take(store(job, "", &name, &bytes, (Some(pages), None))));
        // No draft of an earlier run stays beside the report, and no released one beside a draft.
        let other = report::report_name(language, !numbers.is_draft());
        let _ = std::fs::remove_file(job.output.join(other));
    }
    held.extend(faults.0.iter().map(|fault| fault_entry("", "report", fault)));
    (files, held)
}

/// The languages of sheets and report: those asked for that have words for them, German where none has.
fn office_languages(job: &Job, procedure: &Procedure) -> Vec<Language> {
    let has_words = |language: &&Language| {
        procedure.catalogues.get(language).is_some_and(|c| c.about().scope == Scope::All)
    };
    let languages: Vec<Language> = job.languages.iter().filter(has_words).copied().collect();
    if languages.is_empty() { vec![Language::GERMAN] } else { languages }
}

fn languages(
    job: &Job,
    procedure: &Procedure,
    record: &Record,
    kind: DocumentKind,
) -> Vec<Language> {
    if kind != DocumentKind::Letter {
        return office_languages(job, procedure);
    }
    if !job.languages.is_empty() {
        return job.languages.clone();
    }
    let mut languages = vec![Language::GERMAN];
    let own = record.recipient.as_ref().map(|person| person.language);
    languages.extend(own.filter(|own| *own != Language::GERMAN));
    languages
}

fn gate_entries(
    record: &Record,
    kind: DocumentKind,
    above: Consequence,
    consequence: &str,
) -> Vec<HeldBack> {
    let failed = record
        .gates
        .iter()
        .filter(|verdict| verdict.consequence > above && verdict.gate != GateCode::G28);
    failed
        .map(|verdict| HeldBack {
            case_id: record.case.id.clone(),
            document: kind.name().to_owned(),
            code: format!("{:?}", verdict.gate),
            consequence: consequence.to_owned(),
            finding: verdict.finding.clone(),
            mend: verdict.gate.mend().to_owned(),
        })
        .collect()
}

/// A letter that stays a draft because nobody who speaks its language has checked the translation.
fn unchecked_entry(case: &str, kind: DocumentKind, language: Language) -> HeldBack {
    let fault = Fault::new(
        "L08",
        Place::default().field(language.tag()),
        "a translation by a machine, checked by nobody",
        "the name of somebody who speaks the language and checked it",
        "Have it checked, and enter the name under [translations] checked_by in procedure.toml.",
    );
    HeldBack { consequence: "draft".to_owned(), ..fault_entry(case, kind.name(), &fault) }
}

fn fault_entry(case: &str, document: &str, fault: &Fault) -> HeldBack {
    HeldBack {
        case_id: case.to_owned(),
        document: document.to_owned(),
        code: fault.code.to_owned(),
        consequence: "blocked".to_owned(),
        finding: fault.finding(),
        mend: fault.mend.clone(),
    }
}

fn store(
    job: &Job,
    folder: &str,
    name: &str,
    bytes: &[u8],
    (pages, readability): (Option<usize>, Option<Measures>),
) -> Checked<FileEntry> {
    let path =
        if folder.is_empty() { job.output.join(name) } else { job.output.join(folder).join(name) };
    write_file(&path, bytes, job.force || folder.is_empty())?;
    Ok(FileEntry {
        file: if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") },
        sha256: crate::procedure::hex(&Sha256::digest(bytes)),
        bytes: bytes.len(),
        pages,
        readability,
    })
}
