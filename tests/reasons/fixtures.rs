//! Records and documents of the fixtures: every procedure, its first cases.

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use klartext::document::{letter, sheet_b};
use klartext::explanation::{
    Basis, Circumstances, InputValue, LicenceVerdict, Record, SufficientStatus,
};
use klartext::language::Language;
use klartext::procedure::{Case, CaseValue, Feature, Protection, read_cases};
use klartext::run::Loaded;
use klartext::table::{Separator, read_table};

const PROCEDURES: [&str; 5] = [
    "housing-benefit-priority",
    "recourse-screening",
    "rehab-management",
    "study-certificate",
    "unemployment-benefit",
];

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

const DATE: Date = date(2026, 11, 23);

/// Calls `with` for the first cases of every procedure.
fn each(with: &mut dyn FnMut(&Basis<'_>, &Case, &Record)) {
    for name in PROCEDURES {
        let loaded = Loaded::from(&project(&format!("models/{name}"))).unwrap();
        let basis = Basis::new(&loaded.procedure, &loaded.model, DATE).unwrap();
        let table = project(&format!("fixtures/{name}/cases.csv"));
        let table = read_table(&table, Separator::Detect).unwrap();
        let (cases, _) = read_cases(&loaded.procedure.features, &table);
        for case in cases.iter().take(5) {
            let record = basis.explain(case, Circumstances::new(DATE)).unwrap();
            with(&basis, case, &record);
        }
    }
}

/// The result of a row, from the model alone.
fn positive(basis: &Basis<'_>, row: &[f64]) -> bool {
    let (mut raw, mut value) = ([0.0], [0.0]);
    basis.model.model.raw(row, &mut raw);
    basis.model.model.value(&raw, &mut value);
    value[0] >= basis.procedure.threshold
}

fn choice(feature: &Feature, id: &str) -> CaseValue {
    CaseValue::Choice(feature.choices.iter().position(|choice| choice.id == id).unwrap())
}

/// Every value that is said to turn the result does, when the case is computed with it; none is a protected one's.
#[test]
fn details_to_check_turn_the_result_when_predicted_again() {
    let (mut details, mut ends) = (0, 0);
    each(&mut |basis, case, record| {
        let result = record.prediction.positive;
        let found = record.details.as_ref().unwrap();
        for detail in &found.turning {
            let place = basis.procedure.features.iter().position(|f| f.id == detail.feature);
            let place = place.unwrap();
            let feature = &basis.procedure.features[place];
            assert!(!matches!(feature.protection, Protection::Protected(_)), "{}", feature.id);
            assert_eq!(detail.as_of, case.data_as_of);
            let with = |value: CaseValue| {
                let mut values = case.values.clone();
                values[place] = value;
                positive(basis, &basis.row(&values))
            };
            let mut values: Vec<CaseValue> =
                detail.choices.iter().map(|id| choice(feature, id)).collect();
            for range in &detail.ranges {
                assert!(range.low <= range.high);
                let middle = (range.low + range.high) / 2.0;
                let step = feature.step.unwrap_or(1.0);
                let middle = (middle / step).round() * step;
                values.extend([range.low, range.high].map(CaseValue::Number));
                if middle > range.low && middle < range.high {
                    values.push(CaseValue::Number(middle));
                }
            }
            assert!(!values.is_empty());
            ends += values.len();
            assert!(values.into_iter().all(|value| with(value) != result), "{detail:?}");
        }
        details += found.turning.len();
        let distances: Vec<f64> =
            found.turning.iter().map(|detail| detail.distance.unwrap_or(-1.0)).collect();
        assert!(distances.is_sorted(), "the nearest first: {distances:?}");
    });
    assert!(details > 20 && ends > details, "{details} details with {ends} values");
}

/// A proven set holds for every case of the comparison group and for mixes of them; replacements are counted again.
#[test]
fn statements_hold_for_cases_and_mixes_of_the_comparison_group() {
    let (mut proven, mut none) = (0, 0);
    each(&mut |basis, case, record| {
        let row = basis.row(&case.values);
        let result = record.prediction.positive;
        let statements = record.statements.as_ref().unwrap();
        let kept: Vec<usize> = basis
            .procedure
            .features
            .iter()
            .zip(&basis.columns)
            .filter(|(feature, _)| statements.sufficient.features.contains(&feature.id))
            .flat_map(|(_, columns)| columns.clone())
            .collect();
        let rows = basis.background.nrows();
        match statements.sufficient.status {
            SufficientStatus::Proven => {
                proven += 1;
                for i in 0..3 * rows {
                    let mut other = row.clone();
                    for (j, columns) in basis.columns.iter().enumerate() {
                        // The first time all from one case, then each detail from another one.
                        let from = (i + (i / rows) * j * 17) % rows;
                        for &c in columns.iter().filter(|c| !kept.contains(c)) {
                            other[c] = basis.background[[from, c]];
                        }
                    }
                    assert_eq!(positive(basis, &other), result, "{}", record.case.id);
                }
            }
            SufficientStatus::None => none += 1,
            SufficientStatus::Undecided | SufficientStatus::NotApplicable => {
                assert!(statements.sufficient.features.is_empty());
            }
        }
        for (item, columns) in statements.necessary.iter().zip(&basis.columns) {
            let (mut others, mut turned) = (0, 0);
            for other in basis.background.rows() {
                let mut with = row.clone();
                columns.iter().for_each(|&c| with[c] = other[c]);
                let same = columns
                    .iter()
                    .all(|&c| with[c] == row[c] || with[c].is_nan() && row[c].is_nan());
                others += usize::from(!same);
                turned += usize::from(!same && positive(basis, &with) != result);
            }
            assert_eq!((item.others, item.turned), (others, turned), "{}", item.feature);
            assert_eq!(item.always, others >= 20 && turned == others);
        }
    });
    assert!(proven + none > 10, "{proven} proven, {none} times proven that none is");
}

/// Each verdict of a licence is that of its number, the numbers are those of the record's reliability, and what is named
/// passed.
#[test]
fn licences_are_those_of_the_record() {
    let mut checked = 0;
    each(&mut |_, _, record| {
        let reliability = record.reliability.as_ref().unwrap();
        let reasons = &record.reasons;
        for reason in reasons.named.iter().chain(&reasons.uncertain) {
            let licence = reason.licence.unwrap();
            let place = record
                .attribution
                .features
                .iter()
                .position(|item| item.feature == reason.feature)
                .unwrap();
            let value = record.attribution.features[place].value;
            let background = reliability.background.as_ref();
            let other_sign = background.map(|b| b.features[place].other_sign);
            let game = reliability.path_dependent.as_ref().map(|game| game.values[place]);
            assert_eq!((licence.background.number, licence.other_game.number), (other_sign, game));
            let verdict = |holds: Option<bool>| match holds {
                None => LicenceVerdict::NotApplicable,
                Some(true) => LicenceVerdict::Holds,
                Some(false) => LicenceVerdict::Fails,
            };
            let sign = |number: f64| number * value > 0.0;
            assert_eq!(licence.background.verdict, verdict(other_sign.map(|s| s <= 0.05)));
            assert_eq!(licence.other_game.verdict, verdict(game.map(sign)));
            assert_eq!(licence.probe.verdict, verdict(licence.probe.number.map(sign)));
            checked += 1;
        }
        assert!(reasons.named.iter().all(|reason| reason.licence.unwrap().holds()));
        assert!(reasons.uncertain.iter().all(|reason| !reason.licence.unwrap().holds()));
    });
    assert!(checked > 50, "{checked} reasons");
}

/// Documents say nothing that is undecided, and nothing of details that the record does not have.
#[test]
fn nothing_is_said_without_its_verdict() {
    let loaded = Loaded::from(&project("models/unemployment-benefit")).unwrap();
    let procedure = &loaded.procedure;
    let mut tried = 0;
    each(&mut |_, _, record| {
        if record.procedure.id != procedure.id {
            return;
        }
        let of = |record: &Record| {
            let sheet = sheet_b(record, procedure, Language::GERMAN).unwrap();
            let letter = letter(record, procedure, Language::GERMAN).unwrap();
            (format!("{:?}", sheet.blocks), format!("{:?}", letter.blocks))
        };
        let mut bare = record.clone();
        bare.details = None;
        bare.statements = None;
        let (sheet, letter) = of(&bare);
        let claims = ["allein genügt", "steht der Vorschlag noch nicht fest", "Ohne diese Angabe"];
        assert!(claims.iter().all(|claim| !sheet.contains(claim)), "{sheet}");
        assert!(!sheet.contains("In der Akte prüfen") && !letter.contains("Anderes Ergebnis bei"));
        let mut undecided = record.clone();
        let statements = undecided.statements.as_mut().unwrap();
        statements.sufficient.status = SufficientStatus::Undecided;
        statements.sufficient.features.clear();
        statements.necessary.iter_mut().for_each(|item| item.always = false);
        let (sheet, _) = of(&undecided);
        assert!(claims.iter().all(|claim| !sheet.contains(claim)), "{sheet}");
        // The letter asks to check at most three details, and says of no statement that it is proven.
        let (_, letter) = of(record);
        let asked = letter.matches("Anderes Ergebnis bei").count();
        assert_eq!(asked, record.details.as_ref().unwrap().turning.len().min(3));
        assert!(!letter.contains("bewiesen"));
        tried += 1;
    });
    assert_eq!(tried, 5);
}

/// A missing detail is asked for first, with every range that would turn the result.
#[test]
fn a_missing_detail_is_asked_for_first() {
    let loaded = Loaded::from(&project("models/unemployment-benefit")).unwrap();
    let basis = Basis::new(&loaded.procedure, &loaded.model, DATE).unwrap();
    let place = loaded.procedure.features.iter().position(|f| f.id == "tenure").unwrap();
    let mut found = 0;
    each(&mut |other, case, record| {
        if record.procedure.id != loaded.procedure.id || found > 0 {
            return;
        }
        let mut case = case.clone();
        case.values[place] = CaseValue::Missing;
        let record = basis.explain(&case, Circumstances::new(DATE)).unwrap();
        let details = &record.details.as_ref().unwrap().turning;
        let Some(detail) = details.iter().find(|detail| detail.feature == "tenure") else {
            return;
        };
        assert_eq!((&detail.value, detail.distance), (&InputValue::Missing, None));
        assert_eq!(details[0].feature, "tenure");
        let result = record.prediction.positive;
        for years in 1..=41 {
            let mut values = case.values.clone();
            values[place] = CaseValue::Number(f64::from(years));
            let turns = positive(other, &basis.row(&values)) != result;
            let told = detail
                .ranges
                .iter()
                .any(|range| range.low <= f64::from(years) && f64::from(years) <= range.high);
            assert!(!told || turns, "{years} years do not turn the result: {detail:?}");
        }
        found += 1;
    });
    assert!(found > 0, "some case turns with a tenure that is not known");
}
