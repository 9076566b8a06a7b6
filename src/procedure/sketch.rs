//! A first procedure folder from a model and a table of its inputs: everything that the two tell, every guess marked as
//! one, every text that only the agency can write left as `TODO`, which [`super::Procedure::load`] refuses.

use crate::model::{FeatureKind, ModelCard};
use crate::table::Table;

/// Rows of the comparison group; as many as explanations need and a person can look through.
const GROUP_ROWS: usize = 300;
/// Words in a column's name that speak of something the law protects (§ 1 AGG, Art. 3 (3) GG, Art. 9 GDPR).
const PROTECTED: [&str; 18] = [
    "sex",
    "gender",
    "geschlecht",
    "race",
    "ethnic",
    "nation",
    "religion",
    "faith",
    "disab",
    "behind",
    "age",
    "alter",
    "birth",
    "geburt",
    "health",
    "married",
    "famil",
    "language",
];
/// Words that often stand in for one of those.
const PROXIES: [&str; 6] = ["zip", "plz", "postcode", "firstname", "vorname", "birthplace"];

/// What stands in the table for a feature of the sketch.
#[derive(Clone, Debug, PartialEq)]
enum Shape {
    /// A number; all seen are whole.
    Number { whole: bool },
    /// 0 and 1.
    YesNo,
    /// Named categories of one column.
    Categories(Vec<String>),
    /// Codes of one column, as numbers.
    Codes(Vec<f64>),
    /// Columns of which at most one is 1.
    OneHot(Vec<String>),
}

/// A feature of the sketch.
#[derive(Clone, Debug, PartialEq)]
struct Sketched {
    id: String,
    columns: Vec<usize>,
    shape: Shape,
}

/// The files of a sketch: name and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// `procedure.toml`.
    pub procedure: String,
    /// `background.csv`.
    pub background: String,
    /// `holdout.csv`.
    pub holdout: String,
    /// `PROVENANCE.md`.
    pub provenance: String,
}

/// What the user says about the model and the table.
#[derive(Clone, Debug)]
pub struct SketchOf<'a> {
    /// Short name of the procedure.
    pub id: &'a str,
    /// The model.
    pub card: &'a ModelCard,
    /// File name of the model in the folder.
    pub model_file: &'a str,
    /// Its SHA-256.
    pub sha256: &'a str,
    /// Rows of the model's inputs.
    pub table: &'a Table,
    /// Place of every column of the model in the table.
    pub places: &'a [usize],
    /// Place of the column with what really happened.
    pub label: Option<usize>,
}

/// Makes the files.
pub fn sketch(of: &SketchOf<'_>) -> Sketch {
    let features = sketched(of);
    let rows = of.table.rows.len();
    let taken = rows.min(GROUP_ROWS);
    // Evenly spaced, so that a sorted table does not give a group of one kind; the others are held out.
    let group: Vec<usize> = (0..taken).map(|i| i * rows / taken.max(1)).collect();
    let others: Vec<usize> = (0..rows).filter(|row| group.binary_search(row).is_err()).collect();
    Sketch {
        procedure: procedure(of, &features),
        background: rows_of(of, &features, &group, None),
        holdout: rows_of(of, &features, &others, of.label),
        provenance: format!(
            "# Where model and data come from\n\nTODO: Who trained the model, on which data, when, for what; who may use it; how to rebuild it.\n\nModel: {}, written by {}. Table: {} rows; {taken} evenly spaced ones are the comparison group, the others the held-out cases. Replace both if these rows trained the model: held-out cases are cases that the model never saw.\n",
            of.model_file, of.card.written_by, rows
        ),
    }
}

fn cell<'t>(of: &SketchOf<'t>, row: usize, column: usize) -> Option<&'t str> {
    let place = of.places.get(column)?;
    of.table.text(row, *place).map(str::trim).filter(|text| !text.is_empty())
}

fn number(of: &SketchOf<'_>, row: usize, column: usize) -> Option<f64> {
    cell(of, row, column)?.parse().ok().filter(|x: &f64| x.is_finite())
}

/// The features that people would see: one-hot columns together.
fn sketched(of: &SketchOf<'_>) -> Vec<Sketched> {
    let names = &of.card.features;
    let rows = of.table.rows.len();
    let binary: Vec<bool> = (0..names.len())
        .map(|column| {
            let mut known = (0..rows).filter_map(|row| cell(of, row, column));
            rows > 0 && known.all(|text| ["0", "1", "0.0", "1.0"].contains(&text))
        })
        .collect();
    let prefix = |name: &str| name.find(['_', '=']).map(|end| name.split_at(end).0.to_owned());
    let mut done = vec![false; names.len()];
    let mut features = vec![];
    for (column, name) in names.iter().enumerate() {
        if done.get(column).copied().unwrap_or(true) {
            continue;
        }
        let is_binary = |i: usize| binary.get(i).copied().unwrap_or(false);
        let family: Vec<usize> = match prefix(name).filter(|_| is_binary(column)) {
            Some(own) => (0..names.len())
                .filter(|&i| {
                    let other = names.get(i).and_then(|name| prefix(name));
                    is_binary(i) && other.as_ref() == Some(&own)
                })
                .collect(),
            None => vec![column],
        };
        let one_hot = family.len() > 1
            && (0..rows).all(|row| {
                let ones = family.iter().filter(|&&i| number(of, row, i) == Some(1.0));
                ones.count() <= 1
            });
        let columns = if one_hot { family } else { vec![column] };
        let shape = if one_hot {
            let own = prefix(name).unwrap_or_default();
            let values = columns.iter().filter_map(|&i| names.get(i));
            Shape::OneHot(values.map(|name| suffix(name, &own)).collect())
        } else {
            shape(of, column, is_binary(column))
        };
        let id = if one_hot { prefix(name).unwrap_or_default() } else { name.clone() };
        columns.iter().for_each(|&i| {
            if let Some(done) = done.get_mut(i) {
                *done = true;
            }
        });
        features.push(Sketched { id: id_of(&id), columns, shape });
    }
    features
}

fn suffix(name: &str, prefix: &str) -> String {
    id_of(name.strip_prefix(prefix).unwrap_or(name).trim_start_matches(['_', '=']))
}

/// A text as an id: letters, digits and underscores.
fn id_of(text: &str) -> String {
    let id: String =
        text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect::<String>();
    if id.is_empty() { "value".to_owned() } else { id.to_lowercase() }
}

fn shape(of: &SketchOf<'_>, column: usize, binary: bool) -> Shape {
    let rows = of.table.rows.len();
    match of.card.kinds.get(column) {
        Some(FeatureKind::Category(levels)) => Shape::Categories(levels.names.clone()),
        Some(FeatureKind::Hashed(_)) => {
            let seen: std::collections::BTreeSet<&str> =
                (0..rows).filter_map(|row| cell(of, row, column)).collect();
            Shape::Categories(seen.into_iter().map(str::to_owned).collect())
        }
        Some(FeatureKind::Code) => {
            let mut codes: Vec<f64> = (0..rows).filter_map(|row| number(of, row, column)).collect();
            codes.sort_by(f64::total_cmp);
            codes.dedup();
            Shape::Codes(codes)
        }
        _ if binary => Shape::YesNo,
        _ => {
            let whole =
                (0..rows).filter_map(|row| number(of, row, column)).all(|x| x.fract() == 0.0);
            Shape::Number { whole }
        }
    }
}

/// Rows as a table of cases: one column a feature.
fn rows_of(
    of: &SketchOf<'_>,
    features: &[Sketched],
    rows: &[usize],
    label: Option<usize>,
) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    let mut header: Vec<String> = features.iter().map(|feature| feature.id.clone()).collect();
    header.extend(label.and_then(|place| of.table.columns.get(place)).cloned());
    // Writing to memory does not fail.
    let _ = writer.write_record(&header);
    for &row in rows {
        let mut cells: Vec<String> =
            features.iter().map(|feature| case_cell(of, feature, row)).collect();
        if let Some(place) = label {
            cells.push(of.table.text(row, place).unwrap_or_default().to_owned());
        }
        let _ = writer.write_record(&cells);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The value of a feature as people keep it.
fn case_cell(of: &SketchOf<'_>, feature: &Sketched, row: usize) -> String {
    let first = feature.columns.first().copied().unwrap_or_default();
    match &feature.shape {
        Shape::Number { .. } => cell(of, row, first).unwrap_or_default().to_owned(),
        // A model that knows categories by name knows them by exactly this text.
        Shape::Categories(_) => cell(of, row, first).unwrap_or_default().to_owned(),
        Shape::Codes(_) => number(of, row, first).map(code_id).unwrap_or_default(),
        Shape::YesNo => match number(of, row, first) {
            Some(1.0) => "yes".to_owned(),
            Some(_) => "no".to_owned(),
            None => String::new(),
        },
        Shape::OneHot(values) => {
            let chosen = feature.columns.iter().position(|&i| number(of, row, i) == Some(1.0));
            chosen.map_or("none_of_them".to_owned(), |i| values.get(i).cloned().unwrap_or_default())
        }
    }
}

fn code_id(code: f64) -> String {
    id_of(&format!("code {code}"))
}

fn quoted(text: &str) -> String {
    // A JSON string is a TOML string.
    serde_json::Value::from(text).to_string()
}

fn procedure(of: &SketchOf<'_>, features: &[Sketched]) -> String {
    let mut text =
        HEAD.replace("@ID@", of.id)
            .replace("@MODEL@", &quoted(of.model_file))
            .replace("@SHA@", of.sha256)
            .replace("@WRITTEN@", &of.card.written_by)
            .replace(
                "@LABEL@",
                &match of.label.and_then(|place| of.table.columns.get(place)) {
                    Some(name) => quoted(name),
                    None => "\"TODO\" # name the column of holdout.csv with what really happened"
                        .to_owned(),
                },
            );
    for feature in features {
        text.push_str(&written(of, feature));
    }
    text
}

/// `[[feature]]` of one feature.
fn written(of: &SketchOf<'_>, feature: &Sketched) -> String {
    let name = feature.id.as_str();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let kind = match &feature.shape {
        Shape::YesNo => "bool",
        Shape::Number { .. } if has(&["age", "alter", "year", "jahr"]) => "years",
        Shape::Number { .. }
            if has(&["income", "wage", "rent", "euro", "amount", "miete", "lohn"]) =>
        {
            "money"
        }
        Shape::Number { .. } if has(&["rate", "percent", "quote", "anteil"]) => "percent",
        Shape::Number { whole: true } => "count",
        Shape::Number { whole: false } => "number",
        _ => "category",
    };
    let unit = matches!(kind, "years" | "money" | "count" | "number");
    let mut text = format!(
        "\n[[feature]]\nid = {}\nkind = \"{kind}\" # guessed from the column's name and values\n",
        quoted(name)
    );
    text.push_str("label = { de = \"TODO\" } # nominative with article: Ihre Miete im Monat\nshort = { de = \"TODO\" } # without article: Miete im Monat\n");
    if unit {
        text.push_str(
            "unit.de = { one = \"TODO\", other = \"TODO\" } # Euro, Euro; Person, Personen\n",
        );
    }
    if let Shape::Number { .. } = feature.shape {
        let first = feature.columns.first().copied().unwrap_or_default();
        let known = (0..of.table.rows.len()).filter_map(|row| number(of, row, first));
        let range = known.fold(None, |range: Option<(f64, f64)>, x| {
            Some(range.map_or((x, x), |(low, high)| (low.min(x), high.max(x))))
        });
        if let Some((low, high)) = range {
            text.push_str(&format!(
                "# in the table: {low} to {high}; `min` and `max` refuse a case beyond\n"
            ));
        }
    }
    let column = feature.columns.first().and_then(|&i| of.card.features.get(i));
    if !matches!(feature.shape, Shape::OneHot(_)) {
        text.push_str(&format!("column = {}\n", quoted(column.map_or("", String::as_str))));
    }
    text.push_str("source = \"own\" # own, file, or other (with source_body): guessed\n");
    if has(&PROTECTED) {
        text.push_str("protected = \"protected\" # guessed from the column's name: the law protects it\nlegal_basis = { de = \"TODO\" } # why the law wants it\nactionable = false\n");
    } else if has(&PROXIES) {
        text.push_str("protected = \"proxy\" # guessed from the column's name: it may stand in for something protected\nproxy_note = { de = \"TODO\" } # what was examined\nactionable = false\n");
    } else {
        text.push_str("protected = \"none\" # guessed: protected or proxy needs a legal basis or a note\nactionable = false # true where a person can change it; then it may stand in an example\n");
    }
    text.push_str("missing = { de = \"TODO\" } # full clause: Ihre Miete ist uns nicht bekannt\n");
    let value = |id: &str, more: &str| {
        format!(
            "\n[[feature.value]]\nid = {}\n{more}text = {{ de = \"TODO\" }}\nshort = {{ de = \"TODO\" }}\n",
            quoted(id)
        )
    };
    match &feature.shape {
        Shape::Number { .. } => {}
        Shape::YesNo => {
            text.push_str(&value("yes", ""));
            text.push_str(&value("no", ""));
        }
        Shape::Categories(names) => {
            names.iter().for_each(|name| text.push_str(&value(name, "")));
        }
        Shape::Codes(codes) => codes.iter().for_each(|code| {
            text.push_str(&value(&code_id(*code), &format!("code = {code:?}\n")));
        }),
        Shape::OneHot(values) => {
            for (&column, id) in feature.columns.iter().zip(values) {
                let name = of.card.features.get(column).map_or("", String::as_str);
                text.push_str(&value(id, &format!("column = {}\n", quoted(name))));
            }
            text.push_str(&value("none_of_them", ""));
        }
    }
    text
}

const HEAD: &str = r#"# A first procedure folder. Everything marked TODO only the agency can write: `klartext check` lists it all, and nothing
# is explained before. What was guessed from the model and the table is marked as guessed: look at each guess.
# How to write labels, sentences and results: docs/wording.md of Klartext.
schema = "klartext.procedure/1"
id = "@ID@"
invented = false
name = { de = "TODO" } # the procedure in words, no full stop: Antrag auf Wohngeld
# matter = { de = "Antrag auf Wohngeld vom {datum}" } # the subject of a case with a matter_date in its decisions

[agency]
name = "TODO"
letterhead_note = "TODO" # street, place
return_line = "TODO" # the small line above the address
# logo = "logo.svg" # a file in this folder, SVG of plain areas or PNG
# logo_alt = "Wappen der Stadt" # what it says to those who do not see it; "" for mere decoration
signatory = "TODO"
signatory_function = { de = "TODO" } # neutral noun: Team Wohngeld
signature_mode = "name" # or automatic (§ 33 (5) SGB X)
promises_confirmed = false # true when the agency corrects data and reads what people write, as the letter promises

[agency.contact]
name = "TODO"
phone = "TODO"
email = "TODO"
hours = { de = "TODO" }

# [letter]
# form = "A" # short letterhead of DIN 5008; B where nothing is said

[privacy] # Art. 13 GDPR
controller = { de = "TODO" }
officer = { de = "TODO" }
authority = { de = "TODO" }

[program]
role = "support" # suggestion, support, priority or document: guessed
automation = "none" # a human decides
discretion = false # true where the law leaves discretion: then a human's considerations are required
kind = "learned" # or rules; written by @WRITTEN@
version = "1.0"
purpose = { de = "TODO" }
legal_basis = { de = "TODO" }
owner = "TODO"
letter = "info" # info, annex, hearing, missing_documents, reply or automatic
blind_spots = { de = ["TODO", "TODO"] } # at least two things the program cannot know
first_look_options = { de = ["TODO", "TODO"] }

[model]
file = @MODEL@
sha256 = "@SHA@" # of the file as it lies here: whoever approved another one must look
threshold = 0.5 # guessed: at or above is the positive result
near = 0.05 # guessed: half width of the band that counts as near
trained_on = { de = "TODO" } # the training period in words

[background]
file = "background.csv"
name = { de = "TODO" } # who they are
as_of = "TODO" # YYYY-MM-DD

[holdout]
file = "holdout.csv"
label = @LABEL@
positive = "1" # guessed: the value of that column that counts as positive
period = { de = "TODO" }
as_of = "TODO" # YYYY-MM-DD

[surrogate]
max_depth = 4
max_leaves = 12
min_leaf = 30

[outcome.positive] # at or above the threshold
short = { de = "TODO" }
result = { de = "TODO" } # Das Ergebnis: …
suggestion = { de = "TODO" } # Das Programm hat einen Vorschlag gemacht: …
goal = { de = "TODO" } # Das sprach dafür, … zu …
consequence = { de = "TODO" } # Das bedeutet für Sie: …
right_means = { de = "TODO" } # Richtig heißt hier: …
adverse = false # true where it burdens the person

[outcome.negative] # below the threshold
short = { de = "TODO" }
result = { de = "TODO" }
suggestion = { de = "TODO" }
goal = { de = "TODO" }
consequence = { de = "TODO" }
right_means = { de = "TODO" }
adverse = false
"#;
