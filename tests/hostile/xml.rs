//! XML: entities, bombs, nests, encodings; and a PMML file with any value anywhere.

use crate::{alone, corpus, harmless, text};

/// A regression in PMML, with something before it, in it, and in the place of its attributes.
fn pmml(before: &str, within: &str, attribute: &str) -> String {
    // The namespace is put together here: it is a name, not an address.
    let namespace = ["http", "://www.dmg.org/PMML-4_4"].concat();
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>{before}
<PMML xmlns="{namespace}" version="4.4"{attribute}><Header/>
<DataDictionary>
<DataField name="y" optype="continuous" dataType="double"/>
<DataField name="x" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
<MiningSchema><MiningField name="y" usageType="target"/><MiningField name="x"/></MiningSchema>{within}
<RegressionTable intercept="1.5"><NumericPredictor name="x" coefficient="2.5"/></RegressionTable>
</RegressionModel></PMML>
"#
    )
}

#[test]
fn xml_that_bombs_or_nests_is_refused() {
    let _alone = alone();
    let entity = |i: usize| format!("<!ENTITY e{} \"{}\">", i + 1, format!("&e{i};").repeat(10));
    let laughs: String = (0..12).map(entity).collect();
    let open = |names: &[&str], times: usize| -> String {
        let layer: String = names.iter().map(|name| format!("<{name}>")).collect();
        layer.repeat(times)
    };
    let shut = |name: &str| {
        format!("{}{}", format!("<{name}>").repeat(100_000), format!("</{name}>").repeat(100_000))
    };
    let doctype = |inner: &str| format!("<!DOCTYPE PMML {inner}>");
    let file = |before: &str, within: &str| pmml(before, within, "").into_bytes();
    let mut files: Vec<(String, Vec<u8>)> = vec![
        (
            "a billion laughs".to_owned(),
            file(
                &doctype(&format!("[<!ENTITY e0 \"ha\">{laughs}]")),
                "<Extension>&e12;</Extension>",
            ),
        ),
        (
            "a quadratic blowup".to_owned(),
            file(
                &doctype(&format!("[<!ENTITY e \"{}\">]", "x".repeat(50_000))),
                &format!("<Extension>{}</Extension>", "&e;".repeat(50_000)),
            ),
        ),
        (
            "an external entity".to_owned(),
            file(
                &doctype("[<!ENTITY e SYSTEM \"file:///etc/passwd\">]"),
                "<Extension>&e;</Extension>",
            ),
        ),
        (
            "an external entity in an attribute".to_owned(),
            file(
                &doctype("[<!ENTITY e SYSTEM \"file:///etc/passwd\">]"),
                "<Extension value=\"&e;\"/>",
            ),
        ),
        ("an external document type".to_owned(), file(&doctype("SYSTEM \"pmml.dtd\""), "")),
        (
            "a parameter entity".to_owned(),
            file(&doctype("[<!ENTITY % e SYSTEM \"file:///etc/passwd\"> %e;]"), ""),
        ),
        ("a document type alone".to_owned(), file(&doctype(""), "")),
        ("an entity that is not declared".to_owned(), file("", "<Extension value=\"&e;\"/>")),
        (
            "an entity that is no character".to_owned(),
            file("", "<Extension value=\"&#x110000;\"/>"),
        ),
        ("the same attribute twice".to_owned(), pmml("", "", " version=\"4.4\"").into_bytes()),
        (
            "two roots".to_owned(),
            pmml("", "", "")
                .replace("<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "")
                .repeat(2)
                .into_bytes(),
        ),
        ("text behind the end".to_owned(), format!("{}<", pmml("", "", "")).into_bytes()),
        ("UTF-16".to_owned(), pmml("", "", "").encode_utf16().flat_map(u16::to_le_bytes).collect()),
        (
            "no UTF-8".to_owned(),
            [&pmml("", "", "").as_bytes()[..400], b"\xff\xfe", &pmml("", "", "").as_bytes()[400..]]
                .concat(),
        ),
        (
            "Latin-1 that says UTF-8".to_owned(),
            pmml("", "", "")
                .replace("name=\"x\"", "name=\"a\u{1}\"")
                .bytes()
                .map(|b| if b == 1 { 0xe4 } else { b })
                .collect(),
        ),
        (
            "a tag that never ends".to_owned(),
            format!("<PMML {}", "a=\"\" ".repeat(100_000)).into_bytes(),
        ),
        (
            "a comment that never ends".to_owned(),
            format!("{}<!--{}", pmml("", "", ""), "-".repeat(100_000)).into_bytes(),
        ),
        ("CDATA that never ends".to_owned(), file("", "<Extension><![CDATA[")),
        ("wrong nesting".to_owned(), file("", "<Extension><a></Extension></a>")),
        ("another root".to_owned(), b"<html><body>not found</body></html>".to_vec()),
        ("a script".to_owned(), b"<?php system('false'); ?>".to_vec()),
    ];
    let nests: &[&[&str]] = &[
        &["a"],
        &["Extension"],
        &["PMML"],
        &["Node", "True/"],
        &["CompoundPredicate booleanOperator=\"and\""],
        &["Apply function=\"+\""],
        &[
            "MiningModel functionName=\"regression\"",
            "Segmentation multipleModelMethod=\"sum\"",
            "Segment",
        ],
    ];
    for names in nests {
        let deep = open(names, 100_000);
        files.push((format!("{names:?} deep within"), file("", &deep)));
        files.push((format!("{names:?} deep alone"), deep.into_bytes()));
    }
    for name in ["a", "Extension", "Node"] {
        files.push((format!("{name} deep and shut"), file("", &shut(name))));
    }
    let read: Vec<String> = files
        .into_iter()
        .filter(|(name, file)| harmless(name, file))
        .map(|(name, _)| name)
        .collect();
    assert!(read.is_empty(), "read: {read:?}");
    // Long, but sound.
    harmless(
        "an attribute of 10 MB",
        &file("", &format!("<Extension value=\"{}\"/>", "x".repeat(10 << 20))),
    );
    harmless(
        "100,000 attributes",
        pmml("", "", &(0..100_000).map(|i| format!(" a{i}=\"\"")).collect::<String>()).as_bytes(),
    );
    harmless("100,000 elements", &file("", &"<Extension/>".repeat(100_000)));
}

/// As `no_value_is_trusted`: any attribute of a PMML file has the worst value there is; elements are lost or doubled.
#[test]
fn no_attribute_is_trusted() {
    let _alone = alone();
    let mut seeds = corpus("pmml", true);
    seeds.push(("by hand".to_owned(), pmml("", "", "").into_bytes()));
    for (name, bytes) in seeds {
        let whole = std::str::from_utf8(&bytes).unwrap();
        for range in text::attributes(whole) {
            for bad in text::VALUES.iter().map(|bad| bad.replace(['"', '<', '&', '\0'], "")) {
                let file = [&whole[..range.start], &bad, &whole[range.end..]].concat();
                harmless(&format!("{name} with {bad} at {}", range.start), file.as_bytes());
            }
        }
        for (start, _) in whole.match_indices('<') {
            let end = start + whole[start..].find('>').map_or(0, |n| n + 1);
            let lost = [&whole[..start], &whole[end..]].concat();
            harmless(&format!("{name} without {start}..{end}"), lost.as_bytes());
            let twice = [&whole[..end], &whole[start..]].concat();
            harmless(&format!("{name} with {start}..{end} twice"), twice.as_bytes());
        }
    }
}
