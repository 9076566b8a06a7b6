//! PMML: exports of sklearn2pmml, XGBoost and LightGBM through it, and files written by hand for what no exporter
//! writes, against the JPMML evaluator; and what is refused.

use klartext::attribution::{Interventional, PathDependent, exact_score};
use klartext::model::{Form, LoadedModel, from_bytes, rows_for};
use klartext::table::{Separator, read_table};

use crate::compare::{changed, codes, refused, scaled};
use crate::reference::{expected, model, path, rows};

/// The reference files, sorted.
fn files() -> Vec<String> {
    let all = std::fs::read_dir(path("models")).unwrap();
    let mut names: Vec<String> =
        all.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.starts_with("pmml_") && name.ends_with(".pmml"));
    names.sort();
    names
}

fn input(file: &str) -> &'static str {
    match file {
        _ if file.starts_with("pmml_hand_") => "pmml_hand.X.csv",
        _ if file.starts_with("pmml_steps_") => "pmml_steps.X.csv",
        _ => "pmml.X.csv",
    }
}

/// Largest error of the predictions. Infinite in the expected numbers: the evaluator's functions refuse a missing
/// argument, for which the standard has a result.
fn worst(file: &str) -> f64 {
    let loaded = model(file);
    let of = loaded.model.as_ref();
    let wanted = expected(&format!("{}.pred", file.trim_end_matches(".pmml")));
    let rows = rows(of, input(file));
    let n = of.outputs();
    assert_eq!(wanted.len(), rows.nrows() * n, "{file}");
    let (mut raw, mut value) = (vec![0.0; n], vec![0.0; n]);
    let mut worst = 0.0f64;
    for (r, row) in rows.rows().into_iter().enumerate() {
        of.raw(row.as_slice().unwrap(), &mut raw);
        of.value(&raw, &mut value);
        for (k, value) in value.iter().enumerate() {
            let theirs = wanted.as_slice().unwrap()[r * n + k];
            if theirs.is_infinite() {
                continue;
            }
            assert_eq!(value.is_nan(), theirs.is_nan(), "{file}, row {r}: {value} and {theirs}");
            if !theirs.is_nan() {
                worst = worst.max(scaled(*value, theirs));
            }
        }
    }
    worst
}

/// Also at, one unit below and above every threshold of a tree in double and one in single precision (`steps`).
#[test]
fn predictions_are_those_of_the_jpmml_evaluator() {
    let files = files();
    assert!(files.len() > 100, "{files:?}");
    let wrong: Vec<(String, f64)> = files
        .into_iter()
        .map(|file| (file.clone(), worst(&file)))
        .filter(|(_, worst)| *worst > 1e-14)
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// Which files attributions know more of than their values.
#[test]
fn trees_and_sums_are_found() {
    let form = |file: &str| match model(file).model.form() {
        Form::Trees(_) => "trees",
        Form::Linear(_) => "sum",
        Form::Other => "other",
    };
    for file in ["forest", "gb3", "xgb3", "lgb", "hgb_gamma", "imputed", "terms_boost", "steps_xgb"]
    {
        assert_eq!(form(&format!("pmml_{file}.pmml")), "trees", "{file}");
    }
    for file in ["logit", "softmax", "ovr", "poisson", "domain", "imputed_logit", "terms"] {
        assert_eq!(form(&format!("pmml_{file}.pmml")), "sum", "{file}");
    }
    for file in ["tree_classes", "scorecard", "mining_gated_sum", "mining_gated_selectFirst"] {
        assert_eq!(form(&format!("pmml_hand_{file}.pmml")), "trees", "{file}");
    }
    for file in ["regression_terms", "mining_median", "scorecard_complex"] {
        assert_eq!(form(&format!("pmml_hand_{file}.pmml")), "other", "{file}");
    }
}

/// Attributions on the raw columns, of texts too, add up to the score.
#[test]
fn attributions_are_on_the_raw_columns() {
    for file in ["pmml_gb.pmml", "pmml_imputed.pmml", "pmml_xgb.pmml", "pmml_terms_boost.pmml"] {
        let loaded = model(file);
        let of = loaded.model.as_ref();
        let Form::Trees(trees) = of.form() else { panic!("{file}") };
        let rows = rows(of, input(file));
        // Rows 40 and more have missing values, with which some of these models predict nothing.
        let sound = rows.slice(ndarray::s![..40, ..]).to_owned();
        let explained = Interventional::new(of, sound.view()).unwrap();
        for row in sound.rows().into_iter().take(5) {
            let row = row.as_slice().unwrap();
            let found = explained.explain(row, 0);
            assert_eq!(found.values.len(), of.card().features.len());
            assert!(found.residual(of, row, 0) < 1e-12, "{file}");
            if trees.card.covers {
                let found = PathDependent::new(trees).explain(row, 0);
                assert!(found.residual(of, row, 0) < 1e-12, "{file}");
            }
        }
    }
}

/// The score of a boosted model or a logistic regression is its log-odds.
#[test]
fn the_score_is_what_stands_before_the_link() {
    for file in ["pmml_gb.pmml", "pmml_lgb.pmml", "pmml_logit.pmml"] {
        let loaded = model(file);
        let of = loaded.model.as_ref();
        let (mut raw, mut value) = ([0.0], [0.0]);
        for row in rows(of, input(file)).rows().into_iter().take(40) {
            of.raw(row.as_slice().unwrap(), &mut raw);
            of.value(&raw, &mut value);
            assert!((raw[0] - (value[0] / (1.0 - value[0])).ln()).abs() < 1e-9, "{file}");
            assert_eq!(exact_score(of, row.as_slice().unwrap(), 0), raw[0]);
        }
        assert_eq!(of.card().positive.as_deref(), Some("1"));
    }
}

/// Texts that the file does not list are refused where it says so, and are like no other where it says that.
#[test]
fn unknown_texts_follow_the_file() {
    let table = |word: &str| {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("t.csv");
        std::fs::write(&at, format!("a,b,word,flag,n\n1,2,{word},true,1\n")).unwrap();
        read_table(&at, Separator::Detect).unwrap()
    };
    let faults = |loaded: &LoadedModel, word: &str| {
        rows_for(loaded.model.card(), &table(word), None, false).unwrap().faults.len()
    };
    let as_is = model("pmml_hand_tree_none_last.pmml");
    assert_eq!(faults(&as_is, "violet"), 0);
    let text = std::fs::read_to_string(path("models/pmml_hand_tree_none_last.pmml")).unwrap();
    let strict = text.replace(" invalidValueTreatment=\"asIs\"", "");
    let strict = LoadedModel {
        file: String::new(),
        sha256: String::new(),
        size: 0,
        model: from_bytes("m", strict.as_bytes()).unwrap(),
    };
    assert_eq!((faults(&strict, "violet"), faults(&strict, "red")), (1, 0));
}

/// Numbers outside an Interval have no prediction, or are missing, as the file says.
#[test]
fn numbers_outside_the_limits_have_no_prediction() {
    let with = |treatment: &str| {
        let text = std::fs::read_to_string(path("models/pmml_hand_regression_none.pmml")).unwrap();
        let field = "<DataField name=\"a\" optype=\"continuous\" dataType=\"double\"";
        let limits = "<Interval closure=\"openClosed\" leftMargin=\"0\" rightMargin=\"2\"/>";
        let text = text
            .replace(&format!("{field}/>"), &format!("{field}>{limits}</DataField>"))
            .replace("<MiningField name=\"a\"/>", &format!("<MiningField name=\"a\"{treatment}/>"));
        from_bytes("m", text.as_bytes()).unwrap()
    };
    let score =
        |of: &dyn klartext::model::Model, a: f64| exact_score(of, &[a, 1.0, 0.0, 0.0, 1.0], 0);
    let strict = with("");
    for (a, there) in [(0.0, false), (5e-324, true), (2.0, true), (2.0000000000000004, false)] {
        assert_eq!(score(strict.as_ref(), a).is_nan(), !there, "{a}");
    }
    let replaced = with(" invalidValueTreatment=\"asMissing\" missingValueReplacement=\"1\"");
    assert_eq!(score(replaced.as_ref(), 9.0), score(replaced.as_ref(), 1.0));
}

/// A file of one change that is refused, or read all the same.
#[test]
fn what_is_not_supported_is_refused_by_name() {
    let tree = |from: &str, to: &str| changed("pmml_hand_tree_none_last.pmml", from, to);
    let sum = |from: &str, to: &str| changed("pmml_hand_regression_none.pmml", from, to);
    let chain = |from: &str, to: &str| changed("pmml_hand_mining_chain.pmml", from, to);
    let derived = |from: &str, to: &str| changed("pmml_hand_derived_f1.pmml", from, to);
    let average = |from: &str, to: &str| changed("pmml_hand_mining_average.pmml", from, to);
    let classes = |from: &str, to: &str| changed("pmml_hand_classes_simplemax.pmml", from, to);
    let ordinal = |from: &str, to: &str| changed("pmml_hand_ordinal_logit.pmml", from, to);
    let texts = |from: &str, to: &str| changed("pmml_hand_functions_texts.pmml", from, to);
    let valid = |from: &str, to: &str| changed("pmml_hand_functions_valid.pmml", from, to);
    refused([
        (
            tree("\"none\"", "\"weightedConfidence\""),
            "M04",
            "weightedConfidence of a tree for a number",
        ),
        (tree("\"none\"", "\"aggregateNodes\""), "M04", "aggregateNodes of a tree for a number"),
        (tree("\"none\"", "\"x-mine\""), "M04", "`x-mine`"),
        (tree("version=\"4.2\"", "version=\"3.2\""), "M04", "PMML 3.2"),
        (tree("operator=\"lessOrEqual\"", "operator=\"near\""), "M04", "near"),
        (tree("field=\"a\"", "field=\"zzz\""), "M05", "zzz"),
        (tree("value=\"0.5\"", "value=\"half\""), "M05", "half"),
        (tree("value=\"0.5\"", "value=\"NaN\""), "M05", "NaN"),
        (tree("score=\"1.35\"", "score=\"x\""), "M05", "`x`"),
        (tree("recordCount=\"11\"", "recordCount=\"-1\""), "M05", "recordCount -1"),
        (tree("<Node id=\"1\"", "<Node x-new=\"1\" id=\"1\""), "M04", "x-new"),
        (tree("<Value value=\"red\"/>", "<Vacue value=\"red\"/>"), "M04", "Vacue"),
        (tree("TreeModel", "NeuralNetwork"), "M03", "XML"),
        (sum("name=\"a\" coefficient=\"0.7\"", "name=\"q\" coefficient=\"0.7\""), "M05", "`q`"),
        (sum("coefficient=\"0.7\"", "coefficient=\"inf\""), "M05", "coefficient inf"),
        (sum("normalizationMethod=\"none\"", "normalizationMethod=\"odd\""), "M04", "odd"),
        (sum("functionName=\"regression\"", "functionName=\"clustering\""), "M04", "clustering"),
        (sum("dataType=\"double\"", "dataType=\"date\""), "M04", "date"),
        (chain("modelChain", "selectAll"), "M04", "selectAll"),
        (chain("modelChain", "x-all"), "M04", "`x-all`"),
        (average("average", "max"), "M04", "`max` of numbers, which the standard"),
        (classes("simplemax", "probit"), "M04", "`probit` over 3 classes, which the standard"),
        (ordinal("logit", "softmax"), "M04", "`softmax` over ordered classes"),
        (texts("uppercase", "replace"), "M04", "`replace`: regular expressions"),
        (texts("uppercase", "formatNumber"), "M04", "`formatNumber`: how a text is formatted"),
        (texts("uppercase", "dateDaysSinceYear"), "M04", "`dateDaysSinceYear`: columns"),
        (texts("asMissing", "asIs"), "M04", "`uppercase` of a field whose texts"),
        (valid("asMissing", "asIs"), "M04", "`isValid` of a field that keeps"),
        (derived("function=\"twice\"", "function=\"thrice\""), "M04", "thrice"),
        (
            derived(
                "function=\"ln\"",
                "function=\"twice\"><Constant>1</Constant></Apply><Apply function=\"ln\"",
            ),
            "M05",
            "twice",
        ),
    ]);
}

#[test]
fn circles_and_explosions_end() {
    let head = "<PMML version=\"4.4\"><DataDictionary><DataField name=\"a\" optype=\"continuous\" dataType=\"double\"/></DataDictionary><TransformationDictionary>";
    let tail = "</TransformationDictionary><RegressionModel functionName=\"regression\"><MiningSchema><MiningField name=\"a\"/></MiningSchema><RegressionTable intercept=\"0\"><NumericPredictor name=\"d0\" coefficient=\"1\"/></RegressionTable></RegressionModel></PMML>";
    let field = |i: usize, body: &str| {
        format!(
            "<DerivedField name=\"d{i}\" optype=\"continuous\" dataType=\"double\">{body}</DerivedField>"
        )
    };
    let twice = |name: &str| {
        format!(
            "<Apply function=\"+\"><FieldRef field=\"{name}\"/><FieldRef field=\"{name}\"/></Apply>"
        )
    };
    let file = |fields: Vec<String>| format!("{head}{}{tail}", fields.concat()).into_bytes();
    let chain = |n: usize, body: &dyn Fn(&str) -> String| {
        let link = |i: usize| {
            field(i, &body(&if i + 1 == n { "a".to_owned() } else { format!("d{}", i + 1) }))
        };
        file((0..n).map(link).collect())
    };
    let plain = |name: &str| format!("<FieldRef field=\"{name}\"/>");
    assert!(from_bytes("m", &chain(50, &plain)).is_ok());
    assert!(from_bytes("m", &chain(10, &twice)).is_ok());
    let circle = "<FieldRef field=\"d0\"/>".to_owned();
    let recursive = "<DefineFunction name=\"f\" optype=\"continuous\"><ParameterField name=\"x\"/><Apply function=\"f\"><FieldRef field=\"x\"/></Apply></DefineFunction>";
    let call = "<Apply function=\"f\"><FieldRef field=\"a\"/></Apply>";
    refused([
        (file(vec![field(0, &circle)]), "M05", "depends on itself"),
        (chain(100_000, &plain), "M04", "deep"),
        (chain(60, &twice), "M04", "steps"),
        (file(vec![recursive.to_owned(), field(0, call)]), "M04", "deep"),
    ]);
}

#[test]
fn hostile_xml_is_refused() {
    let bomb = b"<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><PMML>&lol2;</PMML>";
    let outside =
        b"<!DOCTYPE p [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><PMML version=\"4.4\">&x;</PMML>";
    let deep = "<Node>".repeat(100_000).into_bytes();
    let mut many = b"<PMML version=\"4.4\"".to_vec();
    (0..100_000).for_each(|i| many.extend(format!(" a{i}=\"\"").bytes()));
    many.extend(b"/>");
    let text = std::fs::read(path("models/pmml_hand_tree_none_last.pmml")).unwrap();
    let mut latin = text.clone();
    let at = latin.windows(4).position(|w| w == b"blue").unwrap();
    latin[at] = 0xe9;
    refused([
        (bomb.to_vec(), "M04", "document type"),
        (outside.to_vec(), "M04", "document type"),
        (deep, "M04", "deep"),
        (many, "M03", "attributes"),
        (latin, "M03", "UTF-8"),
        (b"<html></html>".to_vec(), "M03", "html"),
        (b"<PMML/>".to_vec(), "M05", "version"),
    ]);
    for end in 1..text.len() - 8 {
        let codes = codes(&text[..end]);
        assert!(["M02", "M03", "M04"].contains(&codes[0]), "cut at {end}: {codes:?}");
    }
}

/// Predicates of many parts, wide nodes and long chains are computed or refused, without running out of stack.
#[test]
fn wide_and_deep_trees_end() {
    let head = "<PMML version=\"4.4\"><DataDictionary><DataField name=\"a\" optype=\"continuous\" dataType=\"double\"/><DataField name=\"b\" optype=\"continuous\" dataType=\"double\"/></DataDictionary><TreeModel functionName=\"regression\"><MiningSchema><MiningField name=\"a\"/><MiningField name=\"b\"/></MiningSchema>";
    let test = |i: usize| {
        let field = if i.is_multiple_of(2) { "a" } else { "b" };
        format!("<SimplePredicate field=\"{field}\" operator=\"equal\" value=\"{i}\"/>")
    };
    let any = |from: usize, n: usize| {
        let parts: String = (from..from + n).map(test).collect();
        format!("<CompoundPredicate booleanOperator=\"or\">{parts}</CompoundPredicate>")
    };
    let file = |root: String| format!("{head}{root}</TreeModel></PMML>").into_bytes();
    let score = |bytes: &[u8], a: f64, b: f64| {
        exact_score(from_bytes("m", bytes).unwrap().as_ref(), &[a, b], 0)
    };
    let wide = |children: usize, parts: usize| {
        let child = |i: usize| format!("<Node score=\"{i}\">{}</Node>", any(i * parts, parts));
        let children: String = (0..children).map(child).collect();
        file(format!("<Node score=\"-1\"><True/>{children}</Node>"))
    };
    for (children, parts) in [(3, 2), (150, 2), (150, 150), (3000, 1), (2, 3000)] {
        let bytes = wide(children, parts);
        let last = (children * parts - 1) as f64;
        let (a, b) = if last % 2.0 == 0.0 { (last, -1.0) } else { (-1.0, last) };
        assert_eq!(score(&bytes, a, b), (children - 1) as f64, "{children} × {parts}");
    }
    let deep = |levels: usize| {
        let open: String = (0..levels)
            .map(|i| format!("<Node score=\"{i}\"><SimplePredicate field=\"a\" operator=\"greaterThan\" value=\"{i}\"/>"))
            .collect();
        file(format!("<Node><True/>{open}{}</Node>", "</Node>".repeat(levels)))
    };
    assert_eq!(score(&deep(30), 100.0, 0.0), 29.0);
    assert_eq!(score(&deep(380), 1000.0, 0.0), 379.0);
    assert_eq!(codes(&deep(500)), ["M04"]);
}
