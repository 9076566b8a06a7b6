//! Tables: any size and any bytes, within the bounds of time and memory.

use crate::{alone, bounded, checks, text};

fn harmless(name: &str, bytes: &[u8]) -> bool {
    bounded(name, bytes, checks::any_table)
}

/// CSV, behind the byte that says so; see [`checks::any_table`].
fn csv(content: &str) -> Vec<u8> {
    [b"x", content.as_bytes()].concat()
}

#[test]
fn large_and_odd_tables_do_no_harm() {
    let _alone = alone();
    let names = |separator: &str, n: usize| -> String {
        (0..n).map(|i| format!("c{i}")).collect::<Vec<_>>().join(separator)
    };
    let object = |i: usize| format!("{{\"c{i}\":1}}\n");
    let wide: String = (0..50_000).map(|i| format!("\"c{i}\":1,")).collect();
    let files: Vec<(&str, Vec<u8>, bool)> = vec![
        (
            "100,000 columns",
            csv(&format!("{}\n{}\n", names(",", 100_000), names(",", 100_000))),
            true,
        ),
        ("100,000 columns of one name", csv(&format!("{}\n1\n", "a,".repeat(100_000))), false),
        ("a header alone", csv("a,b\n"), false),
        ("a row of another length", csv("a,b\n1\n"), false),
        ("a quotation without end", csv(&format!("a,b\n1,\"{}", "x\n".repeat(100_000))), false),
        (
            "a quotation full of quotation marks",
            csv(&format!("a\n\"{}\"\n", "\"\"".repeat(100_000))),
            true,
        ),
        ("blank lines", csv(&format!("a{}1\n", "\n".repeat(100_000))), true),
        ("carriage returns", csv(&format!("a{}1\n", "\r".repeat(100_000))), true),
        ("a cell of a megabyte", csv(&format!("a\n{}\n", "9".repeat(1 << 20))), true),
        ("no UTF-8", b"xa,b\n1,\xff\n".to_vec(), false),
        ("UTF-16", "a,b\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect(), false),
        ("zeros", vec![0; 100_000], false),
        (
            "a name of its own in each row",
            (0..50_000).map(object).collect::<String>().into_bytes(),
            false,
        ),
        ("50,000 names in one object", format!("{{{wide}\"x\":1}}").into_bytes(), true),
        ("the same name twice", b"{\"a\":1,\"a\":2}\n".to_vec(), false),
        ("an object that nests", format!("{{\"a\":{}", "[".repeat(100_000)).into_bytes(), false),
        ("an object cut off", b"{\"a\":1}\n{\"a\":".to_vec(), false),
        ("a number beyond the range", b"{\"a\":1e999}\n".to_vec(), false),
        ("no object", b"{\"a\":1}\n[1]\n".to_vec(), false),
    ];
    for (name, bytes, read) in files {
        assert_eq!(harmless(name, &bytes), read, "{name}");
    }
}

#[test]
fn no_cell_is_trusted() {
    let _alone = alone();
    for (name, bytes) in crate::corpus("table", true) {
        let whole = std::str::from_utf8(&bytes).unwrap();
        for (at, c) in whole.char_indices().skip(1) {
            for bad in text::VALUES.iter().copied().chain(["\"", "\r", ";", "\u{feff}"]) {
                let file = [&whole[..at], bad, &whole[at + c.len_utf8()..]].concat();
                harmless(&format!("{name} with {bad} at {at}"), file.as_bytes());
            }
        }
    }
}
